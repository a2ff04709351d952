/*
 * A medium taken in by a node that does not run: what its courier and its
 * keeper would do over a network, done here in turn until the medium has
 * nothing more. SYN 10.2
 */
#ifndef NODE_CARRY_IN_H
#define NODE_CARRY_IN_H

#include "node/book.h"
#include "sync/errand.h"

/*
 * entries   of other logs stored
 * refused   errands that the keeper refused; `why` of the last, a sentence for
 *           a person
 * rebuild   keys came for entries that were read without them: the tables are
 *           folded anew at the next start
 * step      what failed: a constant
 */
struct carry_in {
    uint64_t entries;
    uint64_t bytes;
    uint64_t rosters;
    uint64_t grants;
    uint64_t lists;
    uint64_t evidence;
    uint64_t refused;
    size_t why_size;
    uint8_t why[ERRAND_WHY_SIZE_MAX];
    bool rebuild;
    const char *step;
};

/*
 * Opens the node at config->path, starts it, takes the medium in, and stops it.
 *
 * ERR_BUSY       it runs
 * ERR_NOT_FOUND  no node there, or no medium
 * ERR_DENIED     one does not know the other by its roster; or the node has
 *                none, or is isolated
 * and those of book_open()
 */
MUST_CHECK enum err carry_in(const struct book_config *config,
                             const char *medium, struct carry_in *out);

#endif
