/* What the keeper's files share. */
#ifndef NODE_KEEPER_INT_H
#define NODE_KEEPER_INT_H

#include "api/ask.h"
#include "node/book.h"
#include "node/keeper.h"
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
