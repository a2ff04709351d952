/*
 * Which ranks of an index a birth lets pass: names are ranked by it. SCR 5.8
 */
#ifndef SCREEN_NAME_INDEX_BIRTHS_H
#define SCREEN_NAME_INDEX_BIRTHS_H

#include "screen/name_index.h"

/* Days of the year that differ by a digit (25 at most), or by order, or stand
 * for it; one day of each other year that differs by one digit (22 at most);
 * years nearly known; births that are several, and none. */
#define BIRTH_RANGES_MAX 64

/* How births can agree, worst first, and that they need not. */
#define BIRTH_LEVELS 11

/* A bit for each block of ranks: no more blocks than that. */
#define BIRTH_BLOCKS_MAX ((size_t)1 << 14)

struct rank_range {
    uint32_t from;
    uint32_t to; /* past the last */
};

/* In order, without overlap; `blocks` have a bit where one of them reaches. */
struct rank_ranges {
    bool known;
    unsigned block_bits;
    size_t count;
    struct rank_range ranges[BIRTH_RANGES_MAX];
    uint64_t blocks[BIRTH_BLOCKS_MAX / 64];
};

/*
 * For one person and threshold; `ranges` are made when they are asked for, by
 * the level and by whether those without a birth may pass.
 *
 * least  what names need to pass with the agreement of each level
 */
struct birth_ranges {
    const struct name_index *index;
    const struct person *person;
    uint16_t threshold;
    uint16_t least[BIRTH_LEVELS];
    struct rank_ranges ranges[BIRTH_LEVELS][2];
};

void birth_ranges_init(struct birth_ranges *out, const struct name_index *index,
                       const struct person *person, uint16_t threshold);

/*
 * Leaves out only ranks whose births keep every score below the threshold.
 * NULL: all of them.
 *
 * points  that the names have at most
 * unborn  those to which they come at most beside somebody without a birth
 */
const struct rank_ranges *birth_ranges_get(struct birth_ranges *births,
                                           unsigned points, unsigned unborn);

/* The ranks of who was born on the same day; false when that of the query is
 * not known. */
bool birth_day_get(const struct birth_ranges *births, struct rank_range *out);

/* Whether those are all whom names of so many points can make a hit of. */
bool birth_day_only(const struct birth_ranges *births, unsigned points);

static inline bool
rank_ranges_have(const struct rank_ranges *ranges, uint32_t rank)
{
    uint32_t block = rank >> ranges->block_bits;

    if (block >= BIRTH_BLOCKS_MAX ||
        (ranges->blocks[block / 64] >> block % 64 & 1) == 0)
        return false;
    for (size_t i = 0; i < ranges->count; i++) {
        if (rank < ranges->ranges[i].to)
            return rank >= ranges->ranges[i].from;
    }
    return false;
}

#endif
