/*
 * What an administrator can do who has a node's disk and its signing key: write
 * the log anew, as if something had never been in it. The result verifies by
 * itself; only who holds an older checkpoint can tell.
 */
#ifndef CLI_DRILL_FORGE_H
#define CLI_DRILL_FORGE_H

#include "cli/drill_country.h"

enum forgery {
    FORGE_REMOVE, /* the entry is left out */
    FORGE_EDIT    /* a byte of it is another */
};

/* Of a node that does not run. False: it could not be done. */
MUST_CHECK bool forge_log(struct country *country,
                          const struct country_node *node, enum forgery how,
                          uint64_t index);

#endif
