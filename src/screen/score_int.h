/* The pieces of a score; private to screen/. SCR 4 */
#ifndef SCREEN_SCORE_INT_H
#define SCREEN_SCORE_INT_H

#include "screen/name.h"
#include "screen/score.h"

/* Agreement on less than two uncommon words is on a common name. SCR 4.4 */
#define SCORE_COMMON_WEIGHT 100

/*
 * points   0 to 1000
 * weight   of the words that are alike, summed: what the agreement says
 * exact    what is alike differs in spelling at most
 * whole    each word has been found in the other name
 * single   a name of one word and no particle, found in a longer one
 * reasons  those of the names, in order
 */
struct name_score {
    uint16_t points;
    uint16_t weight;
    bool exact;
    bool whole;
    bool single;
    uint8_t reason_count;
    uint8_t reasons[SCORE_REASONS_MAX];
};

/*
 * How much two names look like one. SCR 4.3
 *
 * lenient  both were born on the same day: words that are nearly alike count
 */
void score_names(const struct name *a, const struct name *b, bool lenient,
                 struct name_score *out);

/* How two persons' births agree at best: a reason of BORN, or REASON_NONE when
 * nothing is known of one of them. SCR 4.5 */
enum score_reason score_births(const struct person *a, const struct person *b,
                               unsigned *years_apart);

/*
 * Bounds, for a search that gives up what cannot be a hit. SCR 5.10
 *
 * No two names have more points whose likenesses say `said` in all, of which
 * there are `alike` words, and each of which has `others` words (no initials)
 * that the other has not.
 */
unsigned score_names_ceiling(unsigned said, unsigned alike, unsigned others);

/* What names of so many points can come to when births agree so, whoever is
 * listed. */
unsigned score_persons_ceiling(unsigned points, enum score_reason birth,
                               unsigned years_apart,
                               const struct person *query);

/* What names of so many points that say `said` come to with these two persons,
 * documents apart. */
unsigned score_persons_most(unsigned points, unsigned said,
                            const struct person *query,
                            const struct person *listed);

#endif
