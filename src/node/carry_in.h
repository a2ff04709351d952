/*
 * A medium taken in by a node that does not run: what its courier and its
 * keeper would do over a network, done here in turn until the medium has
 * nothing more. SYN 10.2
 */
#ifndef NODE_CARRY_IN_H
#define NODE_CARRY_IN_H

#include "node/book.h"
#include "node/carry_report.h"

/*
 * rebuild  keys came for entries that were read without them: the tables are
 *          folded anew at the next start
 * medium   the medium is none for this node, and `step` why
 * step     what failed: a constant
 */
struct carry_in {
    struct carry_report report;
    bool rebuild;
    bool medium;
    const char *step;
};

/*
 * Opens the node at config->path, starts it, takes the medium in, and stops it.
 *
 * ERR_BUSY  it runs
 * and those of book_open() and carry_open(); ERR_DENIED also when the node has
 * no roster or is isolated.
 */
MUST_CHECK enum err carry_in(const struct book_config *config,
                             const char *medium, struct carry_in *out);

#endif
