#include "screen/hash64.h"

#define MULTIPLIER UINT64_C(0xc6a4a7935bd1e995)
#define SHIFT 47
#define WORD_SIZE sizeof(uint64_t)

static uint64_t
mix(uint64_t hash, uint64_t word)
{
    word *= MULTIPLIER;
    word ^= word >> SHIFT;
    word *= MULTIPLIER;
    return (hash ^ word) * MULTIPLIER;
}

uint64_t
hash64(struct bytes in)
{
    uint64_t hash = (uint64_t)in.size * MULTIPLIER;
    uint64_t last = 0;
    size_t at = 0;

    for (; in.size - at >= WORD_SIZE; at += WORD_SIZE)
        hash = mix(hash, be64_read(in.p + at));
    for (size_t i = at; i < in.size; i++)
        last |= (uint64_t)in.p[i] << (8 * (WORD_SIZE - 1 - (i - at)));
    if (at < in.size)
        hash = mix(hash, last);
    hash ^= hash >> SHIFT;
    hash *= MULTIPLIER;
    return hash ^ hash >> SHIFT;
}
