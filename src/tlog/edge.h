/*
 * The right edge of a growing log in memory: the last tile of every level, and
 * the root. What an appender needs, and all that it needs. 66 KiB.
 *
 *     edge_append(&edge, &leaf);
 *     for (level = 0; level < edge_filled(&edge); level++) {
 *         hashes = edge_tile(&edge, level, &id);   (a full tile: write it)
 *     }
 *
 * and to publish, for every level of edge_tile() that has an unfinished tile,
 * that one.
 */
#ifndef TLOG_EDGE_H
#define TLOG_EDGE_H

#include "tlog/tile.h"

struct edge {
    struct tree tree;
    struct hash row[TILE_LEVEL_COUNT][TILE_WIDTH];
};

/* `= {0}` is the edge of the empty log. */
void edge_append(struct edge *edge, const struct hash *leaf);

/* At how many levels, from 0 upwards, the last append made a tile full. */
unsigned edge_filled(const struct edge *edge);

/*
 * The last tile of a level, full or not, as the file has it: borrowed until
 * the next append. No bytes, and `*id` untouched, when the level has none.
 */
struct bytes edge_tile(const struct edge *edge, uint8_t level,
                       struct tile_id *id);

struct hash edge_root(const struct edge *edge);

/*
 * Fills the edge of a tree of `size` leaves from its last tiles. The caller
 * compares edge_root() with the root he trusts. Errors are the source's;
 * ERR_LIMIT when `size` is past TREE_SIZE_MAX. LOG 4.7
 */
MUST_CHECK enum err edge_restore(struct edge *edge, uint64_t size,
                                 const struct tile_source *source);

#endif
