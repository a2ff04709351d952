/*
 * The most that the names of a candidate can score, from what is known of its
 * terms alone: nearly all candidates are given up here. SCR 5.10
 */
#ifndef SCREEN_NAME_INDEX_BOUND_H
#define SCREEN_NAME_INDEX_BOUND_H

#include "screen/name_index_likely.h"

struct name_bound {
    unsigned points;
    unsigned said; /* as in score_int.h */
};

/* Of any name that has nothing of the query but words like `units`. */
unsigned bound_units(const struct likely *likely, const struct name *query,
                     const uint16_t *units, size_t count);

/* Of one with a single word that is like `unit`. */
unsigned bound_single(const struct unit *unit);

/* Of a record that holds as many tokens as it says. */
struct name_bound bound_record(const struct likely *likely,
                               const struct name *query, struct bytes record);

#endif
