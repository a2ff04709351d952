/*
 * Bundles of entries: for each entry its size (two bytes, big-endian), then its
 * bytes; nothing else. LOG 4.6
 */
#ifndef TLOG_BUNDLE_H
#define TLOG_BUNDLE_H

#include "base/reader.h"
#include "base/writer.h"
#include "tlog/tile.h"

#define BUNDLE_SIZE_MAX (TILE_WIDTH * (2 + ENTRY_SIZE_MAX))

/*
 *     struct bundle bundle = bundle_of(bytes, id.width);
 *     struct bytes entry;
 *
 *     while (bundle_next(&bundle, &entry))
 *         ...
 *     e = bundle_end(&bundle, fault);
 */
struct bundle {
    struct reader reader;
    uint64_t left; /* entries still to come */
};

/* `count` entries are expected; a journal's frame may hold more than 256. */
struct bundle bundle_of(struct bytes in, uint64_t count);

/* The next entry, borrowed from the input; false at the end or at a fault. */
bool bundle_next(struct bundle *bundle, struct bytes *entry);

/*
 * ERR_SHORT when bytes end within an entry or there are fewer than `count`;
 * ERR_FORMAT when bytes are left over. To be called after the last entry.
 */
MUST_CHECK enum err bundle_end(struct bundle *bundle, struct fault *fault);

/* The entry with number `at` of the bundle, counted from 0; ERR_NOT_FOUND past
 * the end, else as bundle_end() for what precedes it. */
MUST_CHECK enum err bundle_find(struct bytes in, uint64_t at,
                                struct bytes *entry);

/* An entry must not be larger than ENTRY_SIZE_MAX. */
void bundle_write(struct writer *w, struct bytes entry);

#endif
