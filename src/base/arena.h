/*
 * A block of memory handed out from the front and taken back all at once. The
 * block belongs to the caller; past its end every request is refused.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/bytes.h"

struct arena {
    uint8_t *p;
    size_t size;
    size_t used;
};

void arena_init(struct arena *arena, void *block, size_t size);

/* Forgets all that was taken; the block stays. */
void arena_reset(struct arena *arena);

/* `size` zeroed bytes aligned for anything, or NULL when the block is spent. */
void *arena_take(struct arena *arena, size_t size);

/* The same, not zeroed: for large rooms that are written before they are read,
 * of which what is never needed then costs nothing. */
void *arena_room(struct arena *arena, size_t size);

/* `count` items of `size` each, zeroed, or NULL; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of `in`; its `p` is NULL when the block is spent and in.size > 0. */
struct bytes arena_copy(struct arena *arena, struct bytes in);

#endif
