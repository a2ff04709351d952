/* What the files of restore share. */
#ifndef NODE_RESTORE_INT_H
#define NODE_RESTORE_INT_H

#include "node/restore.h"

struct log_view restore_view(const struct restore *restore,
                             const struct restore_source *source);

/*
 * A tile or a bundle, at least as wide as asked for, into `out`; as many bytes
 * as the file has. ERR_NOT_FOUND; ERR_LIMIT; those of `os`.
 */
MUST_CHECK enum err restore_read(const struct log_view *view,
                                 const struct tile_id *id, struct block out,
                                 size_t *size);

/*
 * The leaf hashes of a bundle's first `width` entries; `*size` of its bytes
 * hold them. ERR_SHORT when it ends too early.
 */
MUST_CHECK enum err restore_leaves(struct bytes in, uint16_t width,
                                   struct hash out[TILE_WIDTH], size_t *size);

/* Looks at some files of each place. */
void restore_probe(struct restore *restore);

/* Takes a note in, if the log's key signed it. */
MUST_CHECK enum err restore_note(struct restore *restore, const char *path,
                                 struct bytes note);

/* What other nodes' logs in the folder say of this one, from before the time
 * asked for. */
MUST_CHECK enum err restore_seen(struct restore *restore, struct folder folder,
                                 const char *path);

MUST_CHECK enum err restore_mark_add(struct restore *restore,
                                     const struct restore_mark *mark);

/* The tree of restore->goal: restore_tree.c. ERR_NOT_FOUND when no place has
 * its right edge. */
MUST_CHECK enum err restore_tree_begin(struct restore *restore);

/*
 * Bundle `index` of that tree, verified, into restore->bundle, and the hashes
 * of its entries into restore->leaves; false when nobody has it.
 */
bool restore_tree_bundle(struct restore *restore, uint64_t index);

#endif
