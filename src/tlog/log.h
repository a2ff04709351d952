/*
 * The log of one node, kept by its only writer. LOG 7
 *
 *     DIR/journal          the commit point, LOG 7.1
 *     DIR/log/checkpoint   the last one published
 *     DIR/log/tile/...     tiles and bundles, derived from the journal
 *
 *     e = log_open(&log, &config, &recovery, &fault);
 *     e = log_append(&log, entries, count, leaves, &first);    durable on OK
 *     ... answer ...
 *     e = log_flush(&log);
 *     if (log_publish_due(&log, os->monotonic_ns(os)))
 *         e = log_publish(&log);
 *
 * Errors of all calls on an open log:
 *
 * ERR_FULL  the disk is full; nothing was changed that anybody was told of, the
 *           log is whole, and the same call may succeed later
 * ERR_IO    what is on the disk is not known any more: every later call gives
 *           ERR_IO too; whoever holds the log lets it go with log_abandon(),
 *           opens it again, and so reads back what there is
 */
#ifndef TLOG_LOG_H
#define TLOG_LOG_H

#include "os/os.h"
#include "tlog/bundle.h"
#include "tlog/checkpoint.h"
#include "tlog/edge.h"
#include "tlog/walk.h"

/* One commit's entries: a keeper gathers so many asks at most, and a frame's
 * bytes fit the memory that an open log holds. */
#define LOG_BATCH_MAX JOURNAL_COUNT_MAX
#define LOG_BATCH_BYTES_MAX JOURNAL_PAYLOAD_MAX

#define LOG_PUBLISH_INTERVAL_NS UINT64_C(250000000)

/* Bundles and tiles that one batch can make full: 255 entries were waiting. */
#define LOG_BUNDLES_MAX (LOG_BATCH_MAX / TILE_WIDTH)
#define LOG_TILES_MAX (LOG_BUNDLES_MAX + TILE_LEVEL_COUNT - 1)

/* The largest frame, what may wait in memory, and a bundle read back. Only what
 * the entries need of it is ever touched. */
#define LOG_TAIL_SIZE_MAX (BUNDLE_SIZE_MAX + LOG_BATCH_BYTES_MAX)
#define LOG_MEMORY_SIZE                                                        \
    (JOURNAL_FRAME_SIZE_MAX +                                                  \
     (LOG_TAIL_SIZE_MAX + BUNDLE_SIZE_MAX + JOURNAL_BLOCK - 1) /               \
         JOURNAL_BLOCK * JOURNAL_BLOCK)

struct log_config {
    struct os *os;              /* borrowed until the log is closed */
    struct folder dir;          /* DIR; likewise */
    struct bytes origin;        /* likewise, and a valid name of a key */
    const struct sign_key *key; /* likewise; NULL for log_create() */
    uint64_t journal_size;      /* for log_create() alone */
    uint8_t *memory; /* LOG_MEMORY_SIZE, aligned to JOURNAL_BLOCK, borrowed
                        until the log is closed; NULL: log_open() takes it from
                        the heap */
};

/* What was found on opening. */
struct log_recovery {
    uint64_t size;       /* entries in the log */
    uint64_t replayed;   /* of these, taken from the journal */
    uint64_t frames;     /* in the journal */
    uint64_t generation; /* of the journal */
    uint64_t published;  /* size of the last checkpoint signed before */
    bool torn;           /* a frame never acknowledged was cut off */
};

/* A tile that became full and waits to be written. */
struct log_tile {
    struct tile_id id;
    struct hash hashes[TILE_WIDTH];
};

/*
 * Not to be looked into. About 400 KiB.
 */
struct log {
    struct log_config config;
    struct file journal;
    enum err broken; /* ERR_IO for ever, once it was */

    /* The journal: where the next frame goes, LOG 7.4 */
    struct journal_header header;
    uint8_t header_block[JOURNAL_BLOCK]; /* what `header` borrows from */
    uint64_t block;
    struct hash previous;
    bool unsettled; /* whether a new header is on the disk is not known */

    struct edge edge;
    struct edge before; /* what a refused append goes back to */

    /* Entries from the last multiple of 256 that was flushed, as bundles. */
    uint8_t *tail;
    uint64_t tail_first; /* index of the first one */
    size_t tail_size;
    size_t tail_before; /* as `before` */

    /* Full, not yet written; the first `written` of them are. */
    size_t bundle_count;
    size_t bundle_written;
    size_t bundle_end[LOG_BUNDLES_MAX]; /* in `tail` */
    size_t tile_count;
    size_t tile_written;
    struct log_tile tiles[LOG_TILES_MAX];
    /* The partial ones written last, so that none is written twice. */
    struct tile_id partial[TILE_LEVEL_COUNT + 1];

    /* The last checkpoint signed, and whether its file is in place. */
    uint8_t note[CHECKPOINT_SIZE_MAX];
    size_t note_size;
    uint64_t note_covers;
    bool note_placed;
    uint64_t published; /* what the one in place covers */
    uint64_t published_ns;

    uint8_t *memory; /* taken from the heap, or NULL */
    uint8_t *frame;  /* the frame being made, aligned to a block */
    uint8_t *bundle; /* one that was read back */
};

/*
 * Makes an empty log in DIR, durably. ERR_CONFLICT when there is one,
 * ERR_LIMIT when the journal's size is no multiple of JOURNAL_BLOCK or out of
 * bounds; ERR_FULL, ERR_IO.
 */
MUST_CHECK enum err log_create(const struct log_config *config);

/*
 * A history that lies in DIR/log already, whole and on the disk, to go on from:
 * `note` is its last checkpoint, with the log's own signature alone.
 */
struct log_base {
    uint64_t size;
    struct hash root;
    struct bytes note;
};

/*
 * As log_create(), but on top of that history: for a node whose disk was lost
 * and whose log others had mirrored. Nothing is verified here; log_open() does.
 * LOG 7.14
 */
MUST_CHECK enum err log_adopt(const struct log_config *config,
                              const struct log_base *base);

/*
 * Takes the log for this process, brings it up to the last acknowledged entry,
 * writes what the disk lost of its tiles, and publishes. `recovery` may be
 * NULL. LOG 7.9
 *
 * ERR_BUSY       another process has it
 * ERR_NOT_FOUND  there is none
 * ERR_CONFLICT   its origin is another
 * ERR_SIGNATURE  its checkpoints are signed by another key
 * ERR_CORRUPT    acknowledged bytes are damaged: `fault` names the clause, and
 *                the offset in the journal where one is to blame
 */
MUST_CHECK enum err log_open(struct log *log, const struct log_config *config,
                             struct log_recovery *recovery,
                             struct fault *fault);

/*
 * Appends `count` entries, 1 to LOG_BATCH_MAX, durably and in this order, all
 * of them or none.
 *
 * leaves  the leaf hashes, `count` of them; overwritten even when refused
 * first   the index of the first entry
 *
 * ERR_LIMIT when an entry is larger than ENTRY_SIZE_MAX or all together are
 * more than LOG_BATCH_BYTES_MAX (two bytes more for each) or than the journal.
 */
MUST_CHECK enum err log_append(struct log *log, const struct bytes *entries,
                               size_t count, struct hash *leaves,
                               uint64_t *first);

/*
 * Writes the tiles and bundles that became full, without syncing. Not needed
 * for correctness: the next call does it if nobody did.
 */
MUST_CHECK enum err log_flush(struct log *log);

/* Whether there is something to publish and the last time is long enough ago;
 * `monotonic_ns` is the clock of `os`. */
bool log_publish_due(const struct log *log, uint64_t monotonic_ns);

/*
 * Signs a checkpoint of all entries, makes it durable that it was, and only
 * then puts it where others see it, after the partial tiles it needs. LOG 7.10
 */
MUST_CHECK enum err log_publish(struct log *log);

/*
 * Syncs all tiles, removes partial ones that have become full, and begins the
 * journal anew. Appending does it by itself when the journal is full; whoever
 * wants to choose the moment calls it before. LOG 7.11
 */
MUST_CHECK enum err log_settle(struct log *log);

/* How much of the journal is used, in percent. */
unsigned log_journal_used(const struct log *log);

/*
 * Reads any entry. ERR_NOT_FOUND past the end, ERR_LIMIT when it is larger than
 * `out_size`, ERR_CORRUPT when the bytes on disk do not have the leaf hash that
 * the tile beside them has.
 */
MUST_CHECK enum err log_read(struct log *log, uint64_t index, uint8_t *out,
                             size_t out_size, size_t *size);

/* Entries, all of them durable. */
uint64_t log_size(const struct log *log);

/* Entries that the checkpoint in place covers. */
uint64_t log_published(const struct log *log);

/* The checkpoint signed last; none before the first. Borrowed until the next
 * log_publish(). */
struct bytes log_checkpoint(const struct log *log);

/*
 * Publishes, settles and lets go. What fails of the first two is returned, the
 * log is let go all the same; opening it again will make it up.
 */
MUST_CHECK enum err log_close(struct log *log);

/* Lets go without another write; for a log that gave ERR_IO. */
void log_abandon(struct log *log);

#endif
