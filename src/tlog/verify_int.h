/* What the files of the verifier share: verify.c goes through the entries,
 * verify_slice.c looks at one bundle and reads tiles, verify_old.c compares
 * with older checkpoints, verify_files.c looks at what else lies there,
 * verify_journal.c reads the journal. */
#ifndef TLOG_VERIFY_INT_H
#define TLOG_VERIFY_INT_H

#include "tlog/verify.h"

/* Whose word the level above takes. */
enum verify_side { SIDE_ENTRIES, SIDE_TILE, SIDE_NEITHER };

/* Tells and counts. */
void verify_found(struct verify *v, const struct verify_finding *finding);

/* After the last finding. */
void verify_verdict_set(struct verify *v);

/* Too much is wrong: the rest is not looked at. */
bool verify_over(const struct verify *v);

/*
 * Something wrong with a file: `e` says what, ERR_NOT_FOUND, ERR_FORMAT,
 * ERR_LIMIT for one that is too long, or an error of `os`.
 */
void verify_file_found(struct verify *v, const struct tile_id *id, enum err e,
                       uint64_t index, uint64_t end);

/*
 * The file of a tile or bundle, or the full one when this partial one is gone;
 * `full` tells so. The errors of os_read_file().
 */
MUST_CHECK enum err verify_read(struct os *os, struct folder folder,
                                const struct tile_id *id, struct writer *out,
                                bool *full);

/* The hashes of a tile; ERR_FORMAT when the file is not so many of them. */
MUST_CHECK enum err verify_tile(struct os *os, struct folder folder,
                                const struct tile_id *id,
                                struct hash out[TILE_WIDTH]);

/* Reads bundle `index` and its tile into the worker, and compares. */
void verify_slice(const struct verify *v, unsigned worker, uint64_t index,
                  struct verify_slice *out);

/*
 * Says that from slot `slot` of a tile on it is not what lies below it; `side`
 * decides what is named.
 */
void verify_difference(struct verify *v, const struct tile_id *id, size_t slot,
                       enum verify_side side);

/* The root that the tile above has for a full tile; false when it has none or
 * cannot be read. */
bool verify_above(struct verify *v, const struct tile_id *id,
                  struct hash *root);

/* Whose root that is. */
enum verify_side verify_settle(struct verify *v, const struct tile_id *id,
                               const struct hash *entries,
                               const struct hash *tile);

/* Opens the older checkpoints. */
void verify_olds_open(struct verify *v);

/* Called before a bundle is added to the tree, and once at the end. */
void verify_olds_pass(struct verify *v);

/* Tells of those that disagree. */
void verify_olds_end(struct verify *v);

/* LOG 6.5 */
void verify_files(struct verify *v);

/* The path of a tile with its NUL. */
void verify_path(const struct tile_id *id, char out[OS_PATH_SIZE_MAX]);

#endif
