/*
 * Which terms of an index are like the tokens of a name, before any posting is
 * walked. SCR 5.9
 */
#ifndef SCREEN_NAME_INDEX_LIKELY_H
#define SCREEN_NAME_INDEX_LIKELY_H

#include "screen/name_index_int.h"

/*
 * A unit is what one listed token may be like: a token of the query, or two
 * neighbours joined, either first; or half a token of the query, the other half
 * being its neighbour.
 */
#define UNITS_MAX (NAME_TOKENS_MAX * 2 + NAME_NEIGHBOURS_MAX)

/* Of all units. A name of four letters has hundreds at ten million names. */
#define LIKELY_MAX 8192

/*
 * tokens    a bit for each token of the query that it takes
 * wild      whatever begins with its letter may be like it, or more than there
 *           is room for: its terms are not all that are
 * halves    its terms are two that make one token of the query together
 * least     points under which a likeness is none
 * weight    of its token
 * most      that a listed word like it weighs
 * classes   of its terms
 */
struct unit {
    uint32_t tokens;
    bool wild;
    bool halves;
    uint8_t weight;
    uint8_t most;
    uint16_t least;
    size_t from; /* of the likely terms */
    size_t to;
    uint64_t postings;
    uint64_t classes[CLASS_COUNT / 64];
};

struct likely_term {
    uint32_t term;
    uint16_t unit;
    uint16_t points; /* token_score() */
    uint8_t weight;
    bool whole; /* a half whose other half is a particle, for which none stands
                 */
    uint16_t next; /* of the same term, plus 1 */
};

#define LIKELY_SLOTS (LIKELY_MAX * 2)

/*
 * words    a bit for each token of the query that counts
 * wild     a unit is
 * lenient  as was asked
 */
struct likely {
    uint32_t words;
    bool wild;
    bool lenient;
    size_t unit_count;
    struct unit units[UNITS_MAX];
    size_t count;
    struct likely_term terms[LIKELY_MAX];
    uint16_t slots[LIKELY_SLOTS]; /* by term: its first, plus 1 */
};

/*
 * name     of a query
 * lenient  the same day of birth may count for it: SCR 4.3
 * work     may be NULL
 *
 * ERR_CORRUPT
 */
struct likely_question {
    const struct name_index *index;
    const struct name *name;
    bool lenient;
    struct name_index_work *work;
};
MUST_CHECK enum err likely_find(const struct likely_question *question,
                                struct likely *out);

/* The first of `likely->terms` for a term, plus 1; 0 when there is none. */
uint16_t likely_first(const struct likely *likely, uint32_t term);

#endif
