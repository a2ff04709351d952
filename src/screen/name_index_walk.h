/*
 * From likely terms to candidates: the postings of all but the commonest of a
 * name's units, as far as their classes and births let pass. SCR 5.10
 */
#ifndef SCREEN_NAME_INDEX_WALK_H
#define SCREEN_NAME_INDEX_WALK_H

#include "screen/name_index_births.h"
#include "screen/name_index_likely.h"

/*
 * enough  points of which there are enough hits: no more than that is looked
 *         for; it may rise while walking
 */
struct walk {
    const struct name_index *index;
    const struct likely *likely;
    const struct name *name;     /* of the query */
    struct birth_ranges *births; /* of the query */
    const uint16_t *enough;
    struct name_index_work *work; /* or NULL */

    /* Called with every candidate, some of them more than once. */
    enum err (*found)(void *context, uint32_t rank);
    void *context;
};

/* Names with two units alike, or one and no other word. ERR_CORRUPT, or what
 * `found` said when not OK. */
MUST_CHECK enum err walk_all(const struct walk *walk);

/* Every name with a unit alike, which has no more points than that. */
MUST_CHECK enum err walk_unit(const struct walk *walk, size_t unit,
                              unsigned points);

#endif
