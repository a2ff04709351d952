/*
 * A node's log, keys and tables as their one writer holds them: the keeper,
 * and a command that runs while no keeper does. Events go in by batches: a
 * batch is durable as a whole or not at all, and then folded into the store.
 *
 *     book_begin(&book);
 *     e = book_put(&book, &event, &item);            as often as it fits
 *     e = book_commit(&book);                        durable on OK
 *     ... answer what waits for nothing else ...
 *     e = book_fold(&book);                          in the tables on OK
 *
 * Errors of all calls: ERR_FULL leaves the book whole, and the same may succeed
 * later; ERR_IO and ERR_CORRUPT are the end, after which it is closed by
 * book_abandon() and opened anew. `fault` of the struct says what, and
 * os->error why.
 */
#ifndef NODE_BOOK_H
#define NODE_BOOK_H

#include "node/config.h"
#include "node/keyrings.h"
#include "record/event.h"
#include "seal/seal.h"
#include "seal/slots.h"
#include "store/foreign.h"
#include "store/store.h"
#include "sync/mirror.h"
#include "tlog/log.h"

#define STORE_FILE "store.db"

/* The log's own bound, less what a batch adds by itself: a clock jump, a floor
 * and an epoch opened. */
#define BOOK_OWN_MAX 3
#define BOOK_BATCH_MAX (LOG_BATCH_MAX - BOOK_OWN_MAX)

/* Threads that seal a large batch, or open one of another log; beyond that the
 * log is what takes time. */
#define BOOK_SEALERS_MAX 4

/* A path of DIR with a file's name behind it. */
#define BOOK_PATH_SIZE_MAX 4096

/* A jump below this is drift, or a clock being set right slowly. */
#define CLOCK_JUMP_MS 2000

_Static_assert(LOG_BATCH_MAX <= SLOTS_BATCH_MAX, "a batch takes slots once");
_Static_assert(LOG_BATCH_MAX <= STORE_BATCH_MAX, "a batch is folded at once");

struct book_config {
    struct os *os;
    struct folder dir;
    const char *path; /* of DIR, for SQLite, which takes no descriptor */
    const struct config *config;
    const struct random *random;
    uint64_t journal_size; /* for book_create() alone; 0: the usual */
    const char *vfs;       /* as store_config's; NULL: the usual */
};

/* Where the mirrors of other logs are, and their keys: DIR/peers, keyrings.h */
struct book_mirrors {
    struct os *os;
    struct folder dir;
    const struct keyrings *keyrings;
    char prefix[MIRROR_PREFIX_SIZE]; /* of the one that was asked for last */
};

/* One event of the running batch. */
struct book_item {
    struct bytes plain; /* as event_encode() made it */
    bool sealed;
    uint32_t slot;     /* when sealed */
    size_t entry_at;   /* in the block of entries, and */
    size_t entry_size; /* what it takes there, at most */
};

/* An entry read back; borrowed from the book until the next one is. */
struct book_entry {
    struct bytes entry; /* its exact bytes */
    struct hash leaf;
    struct bytes plain;
    struct event event;
};

struct book {
    struct book_config config;
    struct bytes origin;
    struct bytes node;
    struct sign_key key;
    struct log log;
    struct arena keyring_arena;
    struct keyring keyring;
    struct seal_cursor sealing[BOOK_SEALERS_MAX];
    struct seal_cursor opening;
    struct slots slots;
    struct store store;
    struct store_config store_config;
    struct keyrings keyrings; /* of other logs */
    struct book_mirrors mirrors;
    struct foreign foreign;
    char store_path[BOOK_PATH_SIZE_MAX];

    /* The clock: what was last recorded, and the two clocks then. */
    struct instant last;
    struct instant wall;
    uint64_t steady_ns;

    /* The batch. Its own events come first in the log. */
    struct instant now;
    size_t item_count;
    struct book_item *items; /* LOG_BATCH_MAX */
    struct arena plain;      /* their bytes */
    size_t plain_most;       /* how much of it was ever used: to be wiped */
    size_t sealed_count;
    size_t batch_size; /* what the entries will take, at most */
    uint8_t *entry_block;
    struct bytes *entries;
    struct hash *leaves;
    uint64_t first; /* index of item 0, once committed */

    /* Reading back. */
    uint8_t *read_entry;
    uint8_t *read_plain;
    struct arena read_arena;

    bool store_failed; /* the store is damaged, and not the log */
    struct fault fault;
    const char *step; /* a constant: what was being done when it failed */
};

/* What was found on opening. */
struct book_report {
    struct log_recovery log;
    uint64_t folded;     /* entries that were missing in the store */
    const char *rebuilt; /* why the store was dropped; NULL when it was not */
};

/* Names the step (a constant) that failed with `e`, and returns it. */
enum err book_failed(struct book *book, enum err e, const char *step);

/*
 * Makes all that a book needs in an empty DIR: keys, log, keyring, store; and
 * records the node's first event. ERR_CONFLICT when some of it is there. The
 * book is closed again; `step` and `fault` tell what failed.
 */
MUST_CHECK enum err book_create(struct book *book,
                                const struct book_config *config);

/*
 * Opens: the log is brought up to its last acknowledged entry, then the store
 * to the log's end; a store that is damaged, stale or not there is rebuilt.
 * ERR_BUSY when another process has the log; ERR_NOT_FOUND when there is none;
 * ERR_SIGNATURE, ERR_FORMAT when a key is not the log's. The struct must stay
 * where it is.
 */
MUST_CHECK enum err book_open(struct book *book,
                              const struct book_config *config,
                              struct book_report *report);

/*
 * Records that the node starts, with the floor below which no slot is used any
 * more: due before anything else is put.
 */
MUST_CHECK enum err book_start(struct book *book);

/* Records that the node stops, publishes, settles, and lets go. What failed is
 * returned; the book is closed all the same. */
MUST_CHECK enum err book_stop(struct book *book, enum stop_reason reason);

/* Lets go without another write, but drops a store that failed: the next life
 * folds it anew. */
void book_abandon(struct book *book);

/* A new batch, as of now. Records a jump of the clock, if there was one. */
MUST_CHECK enum err book_begin(struct book *book);

/*
 * Adds an event; its place is set, but that of a late record, which may be of
 * another post; and its time too, to the batch's, unless
 * `keep_time`. `*item` is its number in the batch. ERR_BUSY when the batch is
 * full: commit it first. ERR_FORMAT, ERR_LIMIT with the clause in book->fault
 * for an event that breaks one.
 */
MUST_CHECK enum err book_put(struct book *book, struct event *event,
                             bool keep_time, size_t *item);

/* Seals and appends the batch; durable on OK. A batch without items is none. */
MUST_CHECK enum err book_commit(struct book *book);

/* Folds the committed batch, and whatever was not folded before it. */
MUST_CHECK enum err book_fold(struct book *book);

/* Writes what the batch completed; nothing depends on it. */
MUST_CHECK enum err book_flush(struct book *book);

/* Publishes a checkpoint of all that is durable. */
MUST_CHECK enum err book_publish(struct book *book);

/* After ERR_FULL: does all that was left undone; OK when nothing is any more.
 */
MUST_CHECK enum err book_settle(struct book *book);

/* Of a committed batch, until the next begins. */
uint64_t book_index(const struct book *book, size_t item);
const struct hash *book_leaf(const struct book *book, size_t item);

/*
 * Reads an entry back and opens it. ERR_NOT_FOUND past the end; ERR_DENIED when
 * it is erased, and then `entry` and `leaf` are filled all the same.
 */
MUST_CHECK enum err book_read(struct book *book, uint64_t index,
                              struct book_entry *out);

/*
 * Marks the tables as stale, durably, when the keys of other logs that are held
 * have changed, or entries came that were missing: the next book_open() folds
 * everything anew. ERR_IO, ERR_FULL.
 */
MUST_CHECK enum err book_stale(struct book *book);

#endif
