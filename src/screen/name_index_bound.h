/*
 * The most that the names of a candidate can score, from what is known of its
 * terms alone: nearly all candidates are given up here. SCR 5.10
 */
#ifndef SCREEN_NAME_INDEX_BOUND_H
#define SCREEN_NAME_INDEX_BOUND_H

#include "screen/name_index_likely.h"
#include "screen/score_int.h"

/*
 * Of names that have nothing of the query but words like one unit and like
 * those that come later in an order.
 *
 * said    what the later ones say, at most
 * weight  what pairs with them weigh, at most
 * alike   how many words may be alike, that of the first unit among them
 * left    the words of the query that are in none of the units
 * words   how many of them are no initials
 */
struct bound_rest {
    unsigned said;
    unsigned weight;
    unsigned alike;
    unsigned left;
    unsigned words;
};
void bound_rest_get(const struct likely *likely, const struct name *query,
                    const uint16_t *units, size_t count,
                    struct bound_rest *out);

/* Of such names with that term: points, weight, exact and whole of a score. */
struct name_score bound_term(const struct likely *likely,
                             const struct bound_rest *rest,
                             const struct likely_term *term);

/* Of a name with a single word that is like `unit`. */
unsigned bound_single(const struct unit *unit);

/* Of a record that holds as many tokens as it says. */
struct name_score bound_record(const struct likely *likely,
                               const struct name *query, struct bytes record);

#endif
