/*
 * A log's entries read, checked against their leaf hashes (STO 5.2), opened and
 * parsed, many at once, for a rebuild. Whoever folds them takes one chunk while
 * the next is being loaded.
 */
#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "record/event.h"
#include "seal/seal.h"
#include "store/person.h"
#include "tlog/view.h"

/* Bundles in a chunk: enough that handing them out costs nothing, few enough
 * that what was just parsed is still near when it is folded. */
#define LOAD_CHUNK_BUNDLES 32

/* What became of an entry. */
struct loaded {
    struct event event;
    struct places places; /* fold_places() */
    bool crossed;
    bool erased; /* there is no key for it: `event` is nothing */
};

/* One bundle's entries; texts, and logs that were seen, stand in `plain`. */
struct load_slice {
    struct loaded *entries; /* TILE_WIDTH of them */
    uint8_t *plain;
    uint64_t first; /* index of the first entry */
    size_t count;
    enum err e;
    struct fault fault; /* `at` is the index of the entry to blame */
};

struct load_chunk {
    struct load_slice slices[LOAD_CHUNK_BUNDLES];
    size_t count;
};

/* What one thread needs for itself. */
struct load_worker {
    struct os os; /* a copy, since it keeps the last errno */
    struct seal_cursor cursor;
    uint8_t *bundle;
};

struct load {
    struct log_view view;
    uint64_t size; /* of the log */
    struct load_worker *workers;
    unsigned worker_count;
    struct load_chunk chunks[2];
};

/*
 * The event of an entry, its texts and the logs that were seen behind `plain`,
 * which has EVENT_ARENA_SIZE bytes past its size; erased when its key is not
 * there. The bytes are the log's, as was proved before. ERR_CORRUPT: it does
 * not parse.
 */
MUST_CHECK enum err load_entry(struct seal_cursor *cursor, struct bytes in,
                               struct writer *plain, struct loaded *out,
                               struct fault *fault);

/* Takes memory from the heap: ERR_LIMIT. The keyring is borrowed. */
MUST_CHECK enum err load_init(struct load *load, const struct log_view *view,
                              const struct keyring *keyring, uint64_t size,
                              unsigned workers);
void load_deinit(struct load *load);

/* Prepares a chunk for the bundles from `bundle` on; its `count` may be 0. */
void load_chunk_begin(const struct load *load, struct load_chunk *chunk,
                      uint64_t bundle);

/*
 * Loads one slice of a chunk; `e` of the slice tells how it went. May run
 * beside others for other slices, each on a worker of its own.
 *
 * ERR_CORRUPT    an entry does not have its leaf hash, or cannot be parsed
 * ERR_NOT_FOUND  the bundle or its tile is missing
 */
void load_slice(struct load *load, unsigned worker, struct load_slice *slice);

#endif
