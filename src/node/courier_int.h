/* What the courier's files share. */
#ifndef NODE_COURIER_INT_H
#define NODE_COURIER_INT_H

#include "crypto/certificate.h"
#include "http/client.h"
#include "http/server.h"
#include "node/address.h"
#include "node/carry.h"
#include "node/courier.h"
#include "node/say.h"
#include "os/channel.h"
#include "sync/grantbox.h"
#include "sync/link.h"
#include "sync/mirrors.h"
#include "sync/serve.h"

/* Nodes that call us, and whoever else tries: each is a socket and 128 KiB. */
#define COURIER_CONNECTIONS_MAX 512
/* A link of a node needs one; the rest is for several behind one address. */
#define COURIER_ADDRESS_MAX 32
/* Questions under way, each with room for the largest body and answer. */
#define COURIER_REQUESTS_MAX 16
#define COURIER_PEER_REQUESTS_MAX 4
/* Of a request or an answer, from its beginning to its end: the largest in this
 * time is 140 kbit/s. */
#define COURIER_TRANSFER_MS 300000

#define COURIER_CONNECT_MS 10000

/* An errand of every link and every question, the mirrors', the inbox's and
 * three of our own. */
#define COURIER_ERRANDS_MAX (ROSTER_NODES_MAX + COURIER_REQUESTS_MAX + 5)

/* An answer to STATE: it has no note. */
#define COURIER_STATE_SIZE_MAX (ERRAND_ANSWER_SIZE_MAX - ERRAND_NOTE_SIZE_MAX)

/* What the loop is told of; links count on from the last. */
enum courier_tag {
    COURIER_TAG_CONTROL,
    COURIER_TAG_SIGNAL,
    COURIER_TAG_CHANNEL,
    COURIER_TAG_SERVER,
    COURIER_TAG_INDEXER,
    COURIER_TAG_LINK
};

/* Who waits for the keeper's answer. */
enum courier_asker {
    ASKER_STATE,
    ASKER_SEAL,
    ASKER_HEARD,
    ASKER_LINK,
    ASKER_CALL,
    ASKER_MIRRORS,
    ASKER_INBOX
};

/*
 * place   which link or question
 * turn    how often this slot was used: no late answer meets another errand
 * number  in order of asking
 * origin  the errand's own copy: it may come from a state that is replaced
 */
struct courier_errand {
    bool used;
    bool held; /* not to be sent before the list has its indexes */
    bool sent;
    enum courier_asker asker;
    size_t place;
    uint32_t turn;
    uint64_t number;
    struct errand errand;
    uint8_t origin[KEY_NAME_SIZE_MAX];
};

/* One node that we call. */
struct courier_link {
    struct link link;
    const struct roster_node *node;
    size_t address_at; /* of the node's addresses */
    char address[ROSTER_HOST_SIZE_MAX + 9];
    bool elsewhere; /* the next exchange tries the next address */
    struct client client;
    bool open; /* the client is */
    struct exchange exchange;
    struct message message;
    uint64_t id;
    uint64_t due_ns; /* when link_next() is to be called again */
};

/* A question of a node that called us. */
struct courier_call {
    bool used;
    struct request *request;
    struct message message;
    struct serve_call serve;
};

/*
 * A medium that somebody put into DIR/inbox.
 *
 * carry   NULL: there is none
 * asking  waits for the keeper
 * due_ns  nothing is done before
 */
struct courier_inbox {
    struct carry *carry;
    bool asking;
    uint64_t due_ns;
};

struct courier {
    struct child child;
    struct say say;
    struct loop loop;
    int signal_fd;
    bool connected; /* to the keeper */
    bool writing;
    struct channel channel;
    uint8_t *in;
    uint8_t *out;
    uint8_t *errand_block; /* ERRAND_SIZE_MAX */
    uint64_t numbers;      /* of errands */
    struct courier_errand errands[COURIER_ERRANDS_MAX];
    struct errand_answer *answer; /* being looked at */

    /* What the keeper said last, and the bytes that it borrows from. */
    struct errand_state *state; /* NULL before the first */
    uint8_t *state_block;
    struct errand_state *state_room;
    bool asking;
    uint64_t asked_ns;
    bool sealing;
    size_t seal_at; /* whose turn it is among the logs of the state */

    /* Nodes of the roster that were heard since the keeper was told. */
    bool heard[ROSTER_NODES_MAX];
    bool heard_once[ROSTER_NODES_MAX]; /* the first time is told at once */
    size_t heard_at;                   /* whose turn it is */
    bool hearing;
    uint64_t heard_ns; /* when the next are due to be told */

    /* How it was when this courier settled: another way, another courier. */
    bool settled;
    uint64_t settled_ns;
    bool speaks; /* with other nodes */
    enum errand_mode mode;
    uint64_t roster_version;

    struct certificate certificate;
    struct roster *roster;
    uint8_t *roster_note;
    struct rate rate;
    struct mirrors mirrors;
    struct mirrors_log *mirror_logs;
    uint8_t *mirror_scratch;
    struct grantbox *grants;
    struct sync_host host;
    size_t link_count;
    struct courier_link *links;

    struct channel indexer;
    uint8_t *indexer_in;
    uint8_t *indexer_out;

    bool deaf; /* cannot listen where it should */
    struct courier_inbox inbox;

    int listen_fd; /* -1: nobody may call */
    struct server_tls server_tls;
    struct server server;
    struct serve serve;
    struct courier_call calls[COURIER_REQUESTS_MAX];
    bool answered; /* since the server ran */

    bool ended; /* the loop is to be left, with `status` */
    int status;
};

uint64_t courier_now_ns(const struct courier *courier);

/* Leaves the loop. */
void courier_end(struct courier *courier, int status);

/* ----- courier_errand.c: what the keeper is asked. ----- */

/* Asks, now or when there is room; the errand's bytes, but those of its origin,
 * stay until it is answered. */
void courier_errand_ask(struct courier *courier, enum courier_asker asker,
                        size_t place, const struct errand *errand);

/* The list of held errands has its indexes, or cannot have them. */
void courier_errand_release(struct courier *courier, const struct hash *sha256,
                            bool good);

/* Has the keeper seal our keys for whoever is to have them. */
void courier_seals_drive(struct courier *courier);

/* Sends what has not been. */
void courier_errands_send(struct courier *courier);

/* Takes a message of the keeper; false when it is none of its answers. */
bool courier_answer_take(struct courier *courier, struct bytes message);

/* ----- courier_heard.c ----- */

/* A node of the roster in force has answered or asked. */
void courier_heard(struct courier *courier, const struct roster_node *node);

/* Tells the keeper, one at a time. */
void courier_heard_drive(struct courier *courier);

/* ----- courier_index.c: lists that were fetched. ----- */

/* Starts the indexer; before the cage. */
MUST_CHECK enum err courier_index_open(struct courier *courier);

/* Has the list of an errand indexed; what is asked goes out with the rest. */
MUST_CHECK enum err courier_index_ask(struct courier *courier,
                                      const struct hash *sha256);

/* Reads answers, which send the errands that waited, or answer them. */
void courier_index_read(struct courier *courier);

/* ----- courier_link.c: nodes that we call. ----- */

/* Makes a link to every node of the roster that can be called. */
MUST_CHECK enum err courier_links_open(struct courier *courier);

/* The watched descriptor of link `i`'s client has something. */
void courier_link_ready(struct courier *courier, size_t i);

/* Lets every link do what is due. */
void courier_links_drive(struct courier *courier);

/* How long until one has something to do, `most` at most. */
int courier_links_timeout_ms(const struct courier *courier, int most);

/* The keeper's answer to what link `i` asked. */
void courier_link_done(struct courier *courier, size_t i,
                       const struct errand_answer *answer);

/* ----- courier_inbox.c: what came on a medium. ----- */

/* Does what is due; looks now and then whether there is one. */
void courier_inbox_drive(struct courier *courier);

/* How long until it has something to do, `most` at most. */
int courier_inbox_timeout_ms(const struct courier *courier, int most);

/* The keeper's answer to what it asked. */
void courier_inbox_done(struct courier *courier,
                        const struct errand_answer *answer);

/* ----- courier_serve.c: nodes that call us. ----- */

/* Binds the address; before the cage. A courier that cannot is deaf: it calls
 * others all the same, and leaves the next try to another. */
void courier_listen(struct courier *courier);
MUST_CHECK enum err courier_serve_open(struct courier *courier);

/* The keeper's answer to what question `i` needs. */
void courier_call_done(struct courier *courier, size_t i,
                       const struct errand_answer *answer);

#endif
