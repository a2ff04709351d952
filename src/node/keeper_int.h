/* What the keeper's files share. */
#ifndef NODE_KEEPER_INT_H
#define NODE_KEEPER_INT_H

#include "api/ask.h"
#include "node/book.h"
#include "node/keeper.h"
#include "node/peers.h"
#include "node/recent.h"
#include "node/say.h"
#include "os/channel.h"
#include "os/loop.h"

/* A desk has as many asks under way as connections; 256 usual ones fit. */
#define KEEPER_IN_SIZE (256u << 10)
/* Answers that a desk has not read yet; past half of it no asks are taken. */
#define KEEPER_OUT_SIZE (4u << 20)
#define KEEPER_DESKS_MAX                                                       \
    (DESKS_MAX + 4) /* new ones before old ones are gone                       \
                     */

_Static_assert(KEEPER_IN_SIZE >= CHANNEL_HEAD_SIZE + ASK_SIZE_MAX,
               "the largest ask fits");
_Static_assert(KEEPER_OUT_SIZE / 2 >= CHANNEL_HEAD_SIZE + ANSWER_SIZE_MAX,
               "the largest answer fits beside half of the others");

/* The courier has few errands under way, of which the largest fits; no errand
 * is taken while its answer might not. */
#define KEEPER_ERRAND_SIZE (CHANNEL_HEAD_SIZE + ERRAND_SIZE_MAX)
#define KEEPER_ERRAND_ANSWER_SIZE                                              \
    (2 * (CHANNEL_HEAD_SIZE + ERRAND_ANSWER_SIZE_MAX))

#define TAG_COURIER 1002

/* Records waited for until a checkpoint covers them. */
#define KEEPER_PROOFS_MAX 1024

/* How long after trouble with the disk the next try is due. */
#define KEEPER_RETRY_NS UINT64_C(200000000)

struct keeper_desk {
    bool open;
    bool closing; /* sent what it must not have */
    bool waiting; /* asks may be in its block that were not looked at yet */
    bool writing; /* the loop watches for room */
    struct channel channel;
    uint8_t *in;
    uint8_t *out;
};

/*
 * Who is answered when the batch is durable, and with which of its items.
 *
 * look  the answer is not the item (an access) but the record that was looked
 *       at, `index`
 */
struct keeper_reply {
    struct keeper_desk *desk;
    uint64_t id;
    size_t item;
    bool look;
    bool wants_proof;
    bool wants_fold; /* only when the tables tell of it */
    bool bare;       /* there is no item: only the fold was waited for */
    uint64_t index;
};

/* What a desk asks for that takes a batch of its own; one at a time. */
struct keeper_act {
    struct keeper_desk *desk; /* NULL: nothing is asked for */
    uint64_t id;
    enum ask_kind kind;
    enum mode mode;
    struct hash sha256;
    size_t size; /* of the reason or the note */
    uint8_t bytes[ORDER_NOTE_SIZE_MAX];
    size_t actor_size;
    uint8_t actor[ACTOR_SIZE_MAX];
};

struct keeper {
    struct child child;
    struct say say;
    struct book book;
    bool sample;
    struct loop loop;
    int signal_fd;
    struct instant started;
    struct keeper_desk desks[KEEPER_DESKS_MAX];

    struct recent *recent;

    /* Other nodes. */
    struct peers *peers;
    struct keeper_desk courier; /* like a desk: a channel and its blocks */
    uint8_t *errand_block;      /* ERRAND_ANSWER_SIZE_MAX */
    struct keeper_act act;
    bool more;         /* the last round left work to be done at once */
    bool renew;        /* the tables are to be rebuilt: by another life */
    uint64_t stale_ns; /* since when; 0: they are not */

    /* The running batch. */
    bool begun;
    size_t reply_count;
    struct keeper_reply *replies; /* BOOK_BATCH_MAX */
    struct recent_batch *batch;

    size_t proof_count;
    struct keeper_reply *proofs; /* KEEPER_PROOFS_MAX */

    bool refusing; /* there is no book, only `blocked` to tell of */

    /* Why nothing is appended, and when to try again. */
    enum problem blocked;
    uint64_t retry_ns;

    uint64_t appended[STATUS_TYPES_MAX];
    uint8_t *answer_block; /* ANSWER_SIZE_MAX */
    bool stopping;
    uint64_t stop_ns; /* when to stop at the latest */
    uint64_t asked_ns;
};

/* ----- keeper_start.c ----- */

MUST_CHECK enum err keeper_memory(struct keeper *keeper);

/* Into the cage first: what opening the book reads is not believed either. */
MUST_CHECK enum err keeper_start(struct keeper *keeper);

/* ----- keeper_courier.c ----- */

void courier_open(struct keeper *keeper, int fd);
void courier_read(struct keeper *keeper);
void courier_write(struct keeper *keeper);

/* Between batches: what a desk asked for that takes one of its own, a few
 * errands, a round. */
MUST_CHECK enum err courier_turn(struct keeper *keeper);

/* When courier_turn() is due again at the latest; -1: when something comes. */
int courier_wait_ms(const struct keeper *keeper);

/* Asks of many nodes: answers, or keeps them for courier_turn(). As
 * keeper_ask(). */
MUST_CHECK enum err courier_ask(struct keeper *keeper, struct keeper_desk *desk,
                                const struct ask *ask);

/* ----- keeper_ask.c ----- */

/* Begins a batch if none is begun. */
MUST_CHECK enum err keeper_begin(struct keeper *keeper);

/*
 * Takes one ask: answers it, or puts it into the batch with a reply. ERR_BUSY:
 * the batch is full and the ask not taken. ERR_FORMAT: no ask at all. Else
 * what the book says.
 */
MUST_CHECK enum err keeper_ask(struct keeper *keeper, struct keeper_desk *desk,
                               struct bytes message);

/* ----- keeper_answer.c ----- */

void keeper_refuse(struct keeper *keeper, struct keeper_desk *desk, uint64_t id,
                   enum problem problem);

/* An answer with the figures of the log; the caller fills in the rest. */
struct answer keeper_answer(const struct keeper *keeper, uint64_t id);
void keeper_send(struct keeper *keeper, struct keeper_desk *desk,
                 const struct answer *answer);

/* Answers with a record that is durable, read back from the log. */
MUST_CHECK enum err keeper_send_record(struct keeper *keeper,
                                       struct keeper_desk *desk, uint64_t id,
                                       uint64_t index, bool with_entry);

/* Answers the batch's replies of one kind: those that need the fold or not. */
MUST_CHECK enum err keeper_reply_all(struct keeper *keeper, bool folded);
void keeper_refuse_all(struct keeper *keeper, bool folded,
                       enum problem problem);

/* Answers those whose record a checkpoint covers by now. */
MUST_CHECK enum err keeper_prove(struct keeper *keeper);

/* What an error of the book means to who asked. */
enum problem keeper_problem(const struct keeper *keeper, enum err e);

#endif
