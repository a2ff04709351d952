/*
 * What a log said, entry by entry: the truth by which a judge measures what
 * others hold of it. A liar's log has several.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include "sim/world.h"
#include "tlog/tree.h"
#include "tlog/view.h"

#define HISTORY_ENTRIES_MAX 16384

struct history {
    size_t count;
    struct hash *leaves; /* `count` */
    struct hash *roots;  /* of the trees of 0 to `count` leaves */
};

/* Reads `size` entries of a log or mirror, bundle by bundle, and nothing else
 * of it. `= {0}` before; ERR_LIMIT, or as view_bundle(). */
MUST_CHECK enum err history_read(struct history *history,
                                 const struct log_view *view, uint64_t size);
void history_deinit(struct history *history);

/* Whether a tree of this size and root is of the history. */
bool history_has(const struct history *history, uint64_t size,
                 const struct hash *root);

/* Up to which size two of them are the same. */
size_t history_common(const struct history *a, const struct history *b);

#endif
