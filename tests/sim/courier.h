/*
 * The courier of a machine: sync/'s links, answers and mirrors, driven as the
 * process of the node drives them, but over the simulated network; and its
 * errands, carried to the keeper's half and back in their own encoding.
 */
#ifndef SIM_COURIER_H
#define SIM_COURIER_H

#include "sim/machine.h"
#include "sim/net.h"
#include "sync/grantbox.h"
#include "sync/link.h"
#include "sync/serve.h"

#define COURIER_LINKS_MAX 8
#define COURIER_LOGS_MAX 16
#define COURIER_CALLS_MAX 12
#define COURIER_ERRANDS_MAX 64

/* An answer that is being made. */
struct courier_call {
    bool used;
    unsigned exchange;
    struct serve_call call;
    struct arena arena;
};

/* Whose errand it is. */
enum courier_owner {
    COURIER_STATE,
    COURIER_MIRRORS,
    COURIER_LINK,
    COURIER_CALL
};

struct courier_errand {
    bool used;
    unsigned life;
    enum courier_owner owner;
    unsigned number; /* of the link or call */
    uint8_t *bytes;
    size_t size;
};

struct courier {
    struct machine *machine;
    struct net *net;
    /* Which machine answers when `from` calls that origin; below 0: none. */
    int (*route)(void *context, unsigned from, struct bytes origin);
    void *route_context;
    /* An errand was answered. */
    void (*took)(void *context, const struct errand *errand,
                 const struct errand_answer *answer);
    void *took_context;
    bool up;
    bool settled; /* it knows in which mode and by which roster it works */
    bool speaks;  /* with others */
    unsigned life;
    int64_t lazy_ms; /* how late it may look again at most */
    int64_t pump_ms; /* when it does; INT64_MAX: never */
    unsigned pump;   /* which of the tasks is the one */

    struct sync_host host;
    struct mirrors mirrors;
    struct mirrors_log *logs; /* COURIER_LOGS_MAX */
    struct grantbox *grants;
    struct rate rate;
    struct serve serve;
    uint8_t *scratch;
    uint8_t *answer;      /* of the errand that is being taken */
    uint8_t *state_bytes; /* what `state` borrows from */
    struct errand_answer state;
    bool asked_state;
    int64_t state_ms; /* when it was had */
    struct roster *roster;
    uint8_t *roster_note;
    uint64_t roster_version;
    enum errand_mode mode;

    size_t link_count;
    struct link *links;                 /* COURIER_LINKS_MAX */
    uint8_t *memory[COURIER_LINKS_MAX]; /* taken when first needed */
    struct courier_call *calls;
    struct courier_errand errands[COURIER_ERRANDS_MAX];
    uint64_t errand_id;

    /* Read these. */
    uint64_t replies;
};

void courier_init(struct courier *courier, struct machine *machine,
                  struct net *net);
void courier_deinit(struct courier *courier);

/* With the node: the machine is up. */
void courier_start(struct courier *courier);
/* Whatever was under way is void. */
void courier_end(struct courier *courier);

/* Something happened: looks at once. */
void courier_wake(struct courier *courier);

/* How its links get on. */
void courier_trace(const struct courier *courier);

/* For the network. */
bool courier_ask(struct courier *courier, unsigned exchange,
                 struct bytes from_origin);
void courier_answered(struct courier *courier, const struct net_ends *ends,
                      const struct reply *reply);

#endif
