/*
 * Which ranks of an index a birth lets pass: names are ranked by it. SCR 5.8
 */
#ifndef SCREEN_NAME_INDEX_BIRTHS_H
#define SCREEN_NAME_INDEX_BIRTHS_H

#include "screen/name_index.h"

/* A year with its neighbours, each other year of one wrong digit on one day,
 * and the wide ones. */
#define BIRTH_RANGES_MAX 64

struct rank_range {
    uint32_t from;
    uint32_t to; /* past the last */
};

/* In order, without overlap. */
struct rank_ranges {
    size_t count;
    struct rank_range ranges[BIRTH_RANGES_MAX];
};

/* Leaves out only ranks whose births keep every score below `threshold`. */
void rank_ranges_get(const struct name_index *index, const struct person *query,
                     uint16_t threshold, struct rank_ranges *out);

static inline bool
rank_ranges_have(const struct rank_ranges *ranges, uint32_t rank)
{
    for (size_t i = 0; i < ranges->count; i++) {
        if (rank < ranges->ranges[i].from)
            return false;
        if (rank < ranges->ranges[i].to)
            return true;
    }
    return false;
}

#endif
