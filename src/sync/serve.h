/*
 * What a node answers to its peers. SYN 6
 *
 *     switch (serve_begin(&serve, &call, &host, peer, &message, now_ns)) {
 *     case SERVE_REPLY:  send call.reply
 *     case SERVE_ERRAND: hand call.errand to the keeper; then serve_done()
 *     }
 *
 * A call takes the caller's memory from its arena, and nothing else; what it
 * replies lives there until the call is over.
 */
#ifndef SYNC_SERVE_H
#define SYNC_SERVE_H

#include "base/arena.h"
#include "sync/host.h"
#include "sync/message.h"
#include "sync/mirrors.h"
#include "sync/state.h"

/* The largest answer, and what it is made in. */
#define SERVE_ARENA_SIZE                                                       \
    (MESSAGE_BODY_SIZE_MAX + STATE_TEXT_SIZE_MAX + (64u << 10))

/* A list is given out in pieces of so many bytes. */
#define SERVE_LIST_BYTES_MAX ((size_t)1 << 20)

/* Questions of one peer that may be under way at once, errands included: a
 * link has one. More are answered 429. */
#define SERVE_CALLS_MAX 4

enum serve_step { SERVE_REPLY, SERVE_ERRAND };

/* Of a peer that has calls under way. */
struct serve_peer {
    uint8_t origin[KEY_NAME_SIZE_MAX];
    size_t origin_size;
    unsigned calls;
};

struct serve {
    struct serve_peer peers[ROSTER_NODES_MAX];
    size_t peer_count;
};

/*
 * reply   with SERVE_REPLY
 * errand  with SERVE_ERRAND; borrowed until serve_done() or serve_cancel()
 */
struct serve_call {
    struct reply reply;
    struct errand errand;

    struct arena *arena; /* set before serve_begin() */
    struct route route;
    struct bytes peer_origin;
};

/*
 * Answers the question of a node of the roster, `peer` its origin, or says what
 * has to be asked of the keeper first. The message's body and `peer` must stay
 * until the call is over.
 */
enum serve_step serve_begin(struct serve *serve, struct serve_call *call,
                            const struct sync_host *host, struct bytes peer,
                            const struct message *message, uint64_t now_ns);

/* The keeper's answer; call->reply is then what the peer gets. */
void serve_done(struct serve *serve, struct serve_call *call,
                const struct sync_host *host,
                const struct errand_answer *answer, uint64_t now_ns);

/* The peer is gone before the keeper answered. */
void serve_cancel(struct serve *serve, struct serve_call *call);

#endif
