#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "base/sum.h"

void
arena_init(struct arena *arena, void *block, size_t size)
{
    *arena = (struct arena){.p = block, .size = size};
}

void
arena_reset(struct arena *arena)
{
    arena->used = 0;
}

void *
arena_room(struct arena *arena, size_t size)
{
    size_t align = alignof(max_align_t);
    size_t odd = ((uintptr_t)arena->p + arena->used) % align;
    size_t padding = odd == 0 ? 0 : align - odd;
    size_t at = arena->used + padding;
    uint8_t *taken;

    if (padding > arena->size - arena->used || size > arena->size - at)
        return NULL;
    taken = arena->p + at;
    arena->used = at + size;
    return taken;
}

void *
arena_take(struct arena *arena, size_t size)
{
    void *taken = arena_room(arena, size);

    if (taken != NULL)
        memset(taken, 0, size);
    return taken;
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    if (!size_mul(count, size, &total))
        return NULL;
    return arena_take(arena, total);
}

struct bytes
arena_copy(struct arena *arena, struct bytes in)
{
    uint8_t *copy = arena_take(arena, in.size);

    if (copy == NULL)
        return (struct bytes){0};
    if (in.size > 0)
        memcpy(copy, in.p, in.size);
    return (struct bytes){copy, in.size};
}
