/*
 * One node's calling of another: what it asks next, and what it makes of the
 * answers. In rounds: the peer's state; rosters; each log fetched or pushed;
 * cosignatures taken along both ways; grants; lists; then it waits. SYN 6
 *
 *     switch (link_next(&link, &host, now_ns, &want)) {
 *     case LINK_ASK:    send want.message; later link_reply()
 *     case LINK_ERRAND: hand want.errand to the keeper; later link_done()
 *     case LINK_WAIT:   call again at want.until_ns, or when something came
 *     }
 *
 * At most one message and one errand are under way. After LINK_ASK or
 * LINK_ERRAND link_next() says LINK_WAIT until it is answered; an exchange that
 * does not end within message.timeout_ms is given up, and what comes of it
 * later must be handed in with its own number or not at all.
 */
#ifndef SYNC_LINK_H
#define SYNC_LINK_H

#include "sync/grantbox.h"
#include "sync/host.h"
#include "sync/message.h"
#include "sync/mirrors.h"
#include "sync/package.h"
#include "sync/state.h"

/* What one link holds of its own: a body being sent, a checkpoint and a state.
 * Only what is used of it takes memory. */
#define LINK_MEMORY_SIZE                                                       \
    (PACKAGE_SIZE_MAX + 4 + MIRROR_NOTE_SIZE_MAX + NOTE_SIZE_MAX +             \
     STATE_TEXT_SIZE_MAX + 64)

#define LINK_IDLE_NS UINT64_C(500000000)   /* after a round of nothing new */
#define LINK_BUSY_NS UINT64_C(50000000)    /* after any other */
#define LINK_RETRY_NS UINT64_C(1000000000) /* after the first failure */
#define LINK_RETRY_MAX_NS UINT64_C(5000000000) /* doubled up to here */
/* What a peer refused, or what led to nothing, is tried again so much later. */
#define LINK_REFUSED_NS UINT64_C(30000000000)
/* So long a link has the fetching of a log to itself: two that fetch the same
 * waste what one of them brings, and one that is slow must not keep the others
 * from it. */
#define LINK_CLAIM_NS UINT64_C(5000000000)
/* A list that was brought to the keeper is wanted no more after so long. */
#define LINK_WANTED_NS UINT64_C(2000000000)
/* Of an exchange without entries, and of each 16 KiB of entries more. */
#define LINK_TIMEOUT_MS 20000
#define LINK_TIMEOUT_16K_MS 1000
/* A package is asked for in so many bytes that it takes about a second. */
#define LINK_BYTES_MIN (32u << 10)
#define LINK_BYTES_FIRST (256u << 10)

/* No list that a node makes is larger: some 20 million people. */
#define LINK_LIST_SIZE_MAX (UINT64_C(1) << 34)

enum link_step { LINK_ASK, LINK_ERRAND, LINK_WAIT };

/*
 * id        of the message, to be handed back with the reply
 * message   with LINK_ASK; its body is borrowed until the reply
 * errand    with LINK_ERRAND; borrowed until link_done()
 * until_ns  with LINK_WAIT
 */
struct link_want {
    uint64_t id;
    struct message message;
    struct errand errand;
    uint64_t until_ns;
};

/* How a link gets on, for whoever shows it. */
struct link_figures {
    bool reached;        /* the last exchange was answered */
    uint64_t reached_ns; /* when one was last */
    uint64_t failures;   /* in a row */
    uint64_t rounds;
    uint64_t entries_in;
    uint64_t entries_out;
    uint64_t bytes_in;
    uint64_t bytes_out;
    const char *trouble; /* what went wrong last: a constant, or NULL */
};

/* What the rejoining of our own node knows of a peer. */
enum link_check {
    LINK_UNCHECKED,
    LINK_CHECKED,  /* the keeper was told what the peer holds of our log */
    LINK_UNREACHED /* it did not answer in three tries */
};

/*
 * What was last seen of a log at the peer, so that nothing is done twice.
 *
 * peer_sum, own_sum  of the two checkpoints when cosignatures were compared
 * held               of our own log: the size that the keeper was told of
 * witnessed          the size that the peer, a witness, cosigned last
 * grant_sum          of the grant of its keys that was taken last
 * refused_ns         nothing is fetched or pushed before
 */
struct link_log {
    struct hash name; /* SHA-256 of the origin */
    uint64_t peer_sum;
    uint64_t own_sum;
    uint64_t held;
    uint64_t witnessed;
    uint64_t grant_sum;
    uint64_t refused_ns;
};

/* Not to be looked into but for `figures` and `check`. Some 100 KiB. */
struct link {
    struct link_figures figures;
    enum link_check check;

    uint8_t origin[KEY_NAME_SIZE_MAX]; /* the peer's */
    size_t origin_size;
    uint8_t *memory; /* LINK_MEMORY_SIZE */

    /* Where in the round it is, link_int.h; and what is under way. */
    unsigned phase;
    size_t at;     /* which log, grant or list of the phase */
    unsigned part; /* of the log */
    unsigned doing;
    bool message_out;
    bool errand_out;
    bool news;   /* in this round */
    bool hinted; /* in this part: a size or a checkpoint was asked for once */
    uint64_t id;
    uint64_t asked_ns;
    uint64_t deadline_ns;
    uint64_t due_ns;
    uint64_t roster_version; /* in force when the round began */
    uint64_t roster_refused_ns;

    struct state state;      /* the peer's; borrows from `memory` */
    uint64_t owner_kept;     /* what was held of its log when it was asked, */
    uint64_t owner_cosigned; /* and cosigned */
    struct link_log logs[STATE_LOGS_MAX];
    size_t log_count;
    struct link_log *log;
    uint64_t delivered[GRANTBOX_MAX]; /* sums of the grants brought there */
    uint64_t delivering;

    bool moving;        /* entries of the log that is in turn */
    bool past_due;      /* the past of that log is to be asked for or told */
    uint64_t moved;     /* pushed up to here; */
    uint64_t moving_to; /* with the package on its way up to here */
    uint64_t covers;    /* what the checkpoint in `memory` does */
    size_t note_size;
    uint32_t package_bytes;

    bool list_open;
    struct file list;
    struct hash list_hash;
    uint64_t list_at;
    uint64_t list_refused_ns;
    struct errand errand;
    struct message message;
};

/* `memory` has LINK_MEMORY_SIZE bytes, borrowed while the link is in use; the
 * origin is a node's of the roster and is copied. */
void link_init(struct link *link, struct bytes origin, uint8_t *memory);

/* Closes what it has open; what is under way is void. */
void link_deinit(struct link *link, const struct sync_host *host);

struct bytes link_origin(const struct link *link);

enum link_step link_next(struct link *link, const struct sync_host *host,
                         uint64_t now_ns, struct link_want *out);

/* `reply` is borrowed for the call. One to another message than the one that is
 * under way is passed over. */
void link_reply(struct link *link, const struct sync_host *host,
                uint64_t now_ns, uint64_t id, const struct reply *reply);

void link_done(struct link *link, const struct sync_host *host, uint64_t now_ns,
               const struct errand_answer *answer);

#endif
