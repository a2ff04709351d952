/*
 * Looking at a record while no keeper runs: the command takes the keeper's
 * place for a moment, so that the look is in the log before it is shown.
 */
#ifndef NODE_OFFLINE_H
#define NODE_OFFLINE_H

#include "node/book.h"

/* What a look needs of the arena at most: an entry, its event, its faults. */
#define OFFLINE_ARENA_SIZE (256u << 10)

struct offline_record {
    struct hash leaf;
    struct bytes entry; /* its exact bytes, in the arena */
    struct event event; /* its texts too */
};

/*
 * Reads entry `index` of the node at `config->path`, recording the look
 * by `actor` first where the event calls for it, durably and published. What
 * is recorded besides is that a node started and stopped. `config->dir` is not
 * looked at.
 *
 * ERR_NOT_FOUND  past the end
 * ERR_DENIED     the entry has been erased
 * ERR_BUSY       a keeper runs: ask it
 * and those of book_open(); `step` says what was being done when it failed.
 */
MUST_CHECK enum err offline_look(const struct book_config *config,
                                 uint64_t index, struct bytes actor,
                                 struct arena *arena,
                                 struct offline_record *out, const char **step);

#endif
