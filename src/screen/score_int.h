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

/*
 * What the words that are alike come to, as pairs of them.
 *
 * weight   the mean weights of the pairs, summed
 * weighed  the same, each by its likeness
 * said     the smaller weights by the likeness: what the agreement says
 * alike    how many pairs
 * exact    all differ in spelling at most
 * lenient  both were born on the same day
 */
struct score_sum {
    unsigned weight;
    unsigned weighed;
    unsigned said;
    unsigned alike;
    bool exact;
    bool lenient;
};

/* Words of one name that are like none of the other; `words` are no initials,
 * `known` are common names. */
struct score_rest {
    unsigned count;
    unsigned words;
    unsigned known;
    unsigned weight;
};

/* The points of two names, from that alone. No fewer when `known` is less than
 * it is, or when one is lenient that is not. */
unsigned score_names_points(const struct score_sum *sum, struct score_rest a,
                            struct score_rest b);

/* How two persons' births agree at best: a reason of BORN, or REASON_NONE when
 * nothing is known of one of them. SCR 4.5 */
enum score_reason score_births(const struct person *a, const struct person *b,
                               unsigned *years_apart);

/* How births agree; years apart, of REASON_BORN_NEAR and APART. */
struct birth_match {
    enum score_reason reason;
    unsigned years;
};

/* The names of two persons that agree best, by their numbers. */
struct name_match {
    struct name_score names;
    uint16_t query;
    uint16_t listed;
};
void score_names_best(const struct subject *query, const struct subject *listed,
                      bool lenient, struct name_match *out);

/* The score of two persons of whom that has been found: score_persons() in two
 * steps, for the first does not depend on the person but for `lenient`. */
void score_matched(const struct name_match *match,
                   const struct birth_match *birth, const struct person *query,
                   const struct person *listed, struct score *out);

/*
 * Bounds, for a search that gives up what cannot be a hit. SCR 5.10
 *
 * No two names have more points whose likenesses say `said` in all, of which
 * there are `alike` words, and each of which has `others` words (no initials)
 * that the other has not.
 */
unsigned score_names_ceiling(unsigned said, unsigned alike, unsigned others);

/*
 * What is left of points when words of the query, that weigh `left` and of
 * which `words` are no initials, are in no listed name; what is alike weighs
 * `weight` at most, and is no more than `alike` words.
 */
struct score_left {
    unsigned left;
    unsigned words;
    unsigned weight;
    unsigned alike;
};
unsigned score_left_ceiling(unsigned points, const struct score_left *left);

/* What names of so many points can come to when births agree so, whoever is
 * listed. */
unsigned score_persons_ceiling(unsigned points, enum score_reason birth,
                               unsigned years_apart,
                               const struct person *query);

/* What such names come to beside a listed person without a birth; `exact` and
 * `whole` as in struct name_score, or true when that is not known. */
unsigned score_unborn_ceiling(const struct name_score *names,
                              const struct person *query);

/* What such names come to with these two persons, documents apart. */
unsigned score_persons_most(const struct name_score *names,
                            const struct birth_match *birth,
                            const struct person *query,
                            const struct person *listed);

#endif
