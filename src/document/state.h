/*
 * The codes that an MRZ uses for states and organizations: ISO 3166-1 and the
 * additions of ICAO Doc 9303-3 section 5. DOC 3.3.
 */
#ifndef DOCUMENT_STATE_H
#define DOCUMENT_STATE_H

#include "base/bytes.h"

/* Constants; `alpha2` is empty where there is none. */
struct state {
    char alpha3[4]; /* "ALB", "D" */
    char alpha2[3]; /* "AL", "DE" */
    const char *name;
};

/*
 * The state of a three-letter code, its fillers taken off ("D", "GBR"); NULL
 * when no standard knows it. Both "D" and "DEU" are Germany.
 */
const struct state *state_find(struct bytes alpha3);

/* All of them, one after another; NULL past the last. */
const struct state *state_at(size_t index);

#endif
