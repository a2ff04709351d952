/*
 * Which ranks of an index a birth lets pass: names are ranked by it. SCR 5.8
 */
#ifndef SCREEN_NAME_INDEX_BIRTHS_H
#define SCREEN_NAME_INDEX_BIRTHS_H

#include "screen/name_index.h"

/* A year with its neighbours, one day of each other year that differs by one
 * digit (22 at most), and the wide ones. */
#define BIRTH_RANGES_MAX 32

struct rank_range {
    uint32_t from;
    uint32_t to; /* past the last */
};

/* In order, without overlap. */
struct rank_ranges {
    size_t count;
    struct rank_range ranges[BIRTH_RANGES_MAX];
};

struct birth_question {
    const struct name_index *index;
    const struct person *person;
    uint16_t points; /* that the names have at most */
    uint16_t threshold;
};

/* Leaves out only ranks whose births keep every score below the threshold. */
void rank_ranges_get(const struct birth_question *question,
                     struct rank_ranges *out);

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
