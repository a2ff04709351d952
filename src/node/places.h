/*
 * Where the country's posts are, for the question whether somebody can have
 * been at both: those that the configuration names, and those of the roster
 * in force when they are read. INS 2
 */
#ifndef NODE_PLACES_H
#define NODE_PLACES_H

#include "api/api.h"
#include "node/config.h"
#include "sync/roster.h"

#define PLACES_MAX (CONFIG_POSTS_MAX + ROSTER_NODES_MAX)

struct places_known {
    size_t count;
    struct api_place items[PLACES_MAX];
    uint8_t note[ROSTER_SIZE_MAX]; /* the names of the roster's */
};

/*
 * Reads DIR/roster, if there is one. A roster that cannot be read adds nothing:
 * who keeps it says so. Borrows from `config`; must stay where it is.
 */
void places_load(struct places_known *places, struct os *os, struct folder dir,
                 const struct config *config);

#endif
