#include "http/blocks.h"

#include <stdlib.h>

enum err
blocks_init(struct blocks *blocks, size_t count, size_t size)
{
    *blocks = (struct blocks){.size = size};
    blocks->memory = calloc(count, size);
    blocks->free = calloc(count, sizeof(blocks->free[0]));
    if (blocks->memory == NULL || blocks->free == NULL) {
        blocks_deinit(blocks);
        return ERR_LIMIT;
    }
    while (count-- > 0)
        blocks->free[blocks->free_count++] = blocks->memory + count * size;
    return OK;
}

void
blocks_deinit(struct blocks *blocks)
{
    free(blocks->memory);
    free(blocks->free);
    *blocks = (struct blocks){0};
}

bool
blocks_take(struct blocks *blocks, struct arena *out)
{
    if (blocks->free_count == 0)
        return false;
    arena_init(out, blocks->free[--blocks->free_count], blocks->size);
    return true;
}

void
blocks_give(struct blocks *blocks, struct arena *arena)
{
    if (arena->p != NULL)
        blocks->free[blocks->free_count++] = arena->p;
    *arena = (struct arena){0};
}
