/*
 * Equal blocks of memory, taken once at the start and handed out one by one:
 * the last given back goes out first, so that memory once touched is used
 * again.
 */
#ifndef HTTP_BLOCKS_H
#define HTTP_BLOCKS_H

#include "base/arena.h"
#include "base/err.h"

struct blocks {
    uint8_t *memory;
    uint8_t **free;
    size_t free_count;
    size_t size; /* of each */
};

/* ERR_LIMIT for want of memory. */
MUST_CHECK enum err blocks_init(struct blocks *blocks, size_t count,
                                size_t size);

/* `= {0}` needs none. */
void blocks_deinit(struct blocks *blocks);

/* False when all are out. */
bool blocks_take(struct blocks *blocks, struct arena *out);

/* `= {0}` is no block, and `*arena` is that afterwards. */
void blocks_give(struct blocks *blocks, struct arena *arena);

#endif
