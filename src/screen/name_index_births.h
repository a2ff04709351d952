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

/*
 * In order, without overlap.
 *
 * known  they are those of `most` years apart, and of a wrong digit or not
 */
struct rank_ranges {
    bool known;
    bool digit;
    int most;
    size_t count;
    struct rank_range ranges[BIRTH_RANGES_MAX];
};

struct birth_question {
    const struct name_index *index;
    const struct person *person;
    uint16_t points; /* that the names have at most */
    uint16_t threshold;
};

/* Leaves out only ranks whose births keep every score below the threshold.
 * `out` is zeroed, or holds ranges of the same person and index, which are kept
 * when they are the same. */
void rank_ranges_get(const struct birth_question *question,
                     struct rank_ranges *out);

/* The ranks of who was born on the same day; false when that of the query is
 * not known, or no other agreement of births is too little for its points. */
bool rank_day_get(const struct birth_question *question,
                  struct rank_range *out);

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
