/*
 * The indexer: a child of the courier that makes the indexes of lists which the
 * courier has fetched. That takes up to minutes, and neither mirroring nor
 * cosigning waits for it; it parses what comes from others, and so holds no key
 * and reaches nothing but DIR/lists.
 *
 *     to it     32 bytes, the list's SHA-256
 *     from it   the same and a byte, enum lists_verdict
 */
#ifndef NODE_INDEXER_H
#define NODE_INDEXER_H

#include "crypto/hash.h"
#include "node/child.h"
#include "node/lists.h"
#include "os/channel.h"

#define INDEXER_ANSWER_SIZE (HASH_SIZE + 1)
/* Asked at once: every link may have fetched one. */
#define INDEXER_ASKS_MAX 256
#define INDEXER_BLOCK_SIZE                                                     \
    ((size_t)INDEXER_ASKS_MAX * (CHANNEL_HEAD_SIZE + INDEXER_ANSWER_SIZE))

/*
 * Forks it; before the courier enters its cage. `fd` is the end of the channel,
 * at whose other end the indexer lives as long as this one is open. What the
 * courier has open beside `child`, `other_count` descriptors, is none of the
 * indexer's. ERR_BUSY, ERR_IO.
 */
MUST_CHECK enum err indexer_start(const struct child *child, const int *others,
                                  size_t other_count, int *fd);

#endif
