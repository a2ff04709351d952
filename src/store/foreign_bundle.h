/*
 * Bundles of other nodes' logs in memory: their entries with the leaf hashes
 * that their bytes have, and once asked for with the events that they hold. All
 * memory is taken when it is made; bundles are found again until others need
 * their place.
 */
#ifndef STORE_FOREIGN_BUNDLE_H
#define STORE_FOREIGN_BUNDLE_H

#include "store/load.h"

/* A bundle's entries are opened in parts, each into its own memory, so that
 * several threads can share one bundle. */
#define FOREIGN_PARTS 4
#define FOREIGN_PART_WIDTH (TILE_WIDTH / FOREIGN_PARTS)

/* Nobody's bundle. */
#define FOREIGN_NOBODY (-1)

struct foreign_bundle {
    int64_t node; /* whose */
    uint64_t index;
    uint16_t from;  /* entries before it are not looked at */
    uint16_t width; /* entries that there are */
    uint64_t used;  /* when it was asked for last */
    bool ahead;     /* another thread is opening it: not to be touched */
    bool hashed;
    bool opened; /* with this keyring, as it was then */
    const struct keyring *keyring;
    uint64_t changes;
    uint8_t *block; /* BUNDLE_SIZE_MAX */
    uint8_t *plain;
    size_t plain_used[FOREIGN_PARTS]; /* at most, ever: to be wiped */
    struct bytes entries[TILE_WIDTH];
    struct hash leaves[TILE_WIDTH];
    struct loaded loaded[TILE_WIDTH]; /* `erased`: it says nothing */
};

/* Whose bundle, and where it is read. */
struct foreign_place {
    const struct log_view *view;
    uint64_t mirrored; /* how far the mirror is whole */
    int64_t node;
    uint64_t first; /* the entry from which on it is needed */
};

struct foreign_bundles {
    struct foreign_bundle **list;
    size_t count;
    uint64_t clock;
    struct seal_cursor *cursors; /* one for each thread, and a last one */
    unsigned threads;
};

/* ERR_LIMIT: no memory. `threads` open at once: 1 to POOL_THREADS_MAX. */
MUST_CHECK enum err foreign_bundles_init(struct foreign_bundles *bundles,
                                         size_t count, unsigned threads);
void foreign_bundles_deinit(struct foreign_bundles *bundles);

/* The bundle of entries `first` to `end`, the last one left out, which are all
 * of one; NULL when it is not in memory. */
struct foreign_bundle *
foreign_bundle_find(const struct foreign_bundles *bundles, int64_t node,
                    uint64_t first, uint64_t end);

/*
 * Reads a bundle into the place of the one that was not used for the longest
 * time; with `spent_only` into one that nobody needs any more, or ERR_BUSY.
 * Nothing is hashed or opened. Errors as view_bundle(), ERR_CORRUPT for what is
 * too large.
 */
MUST_CHECK enum err foreign_bundle_read(struct foreign_bundles *bundles,
                                        const struct foreign_place *place,
                                        bool spent_only,
                                        struct foreign_bundle **out);

/* The leaf hashes of its entries, unless they are known. */
void foreign_bundle_hash(struct foreign_bundle *bundle);

bool foreign_bundle_is_open(const struct foreign_bundle *bundle,
                            const struct keyring *keyring);

/* Opens and parses what the bundle holds, on the thread `worker`. `keyring`
 * NULL: there are no keys. */
void foreign_bundle_open(struct foreign_bundles *bundles,
                         struct foreign_bundle *bundle, unsigned worker,
                         const struct keyring *keyring);

/* The same for several bundles of one log: on all threads, or on the caller's
 * alone, beside others that open. */
void foreign_bundles_open(struct foreign_bundles *bundles,
                          struct foreign_bundle *const *list, size_t count,
                          const struct keyring *keyring, bool beside);

/* Forgets the node's bundles that end before entry `end`, or at it. */
void foreign_bundles_drop(struct foreign_bundles *bundles, int64_t node,
                          uint64_t end);

#endif
