/*
 * Tiles: the tree cut into files of at most 256 hashes, and bundles: files of
 * at most 256 entries. LOG 4, C2SP tlog-tiles.
 *
 *     tile/<level>/<index>[.p/<width>]      hashes, 32 bytes each
 *     tile/entries/<index>[.p/<width>]      entries, bundle.h
 *
 * A path is relative to the log's directory and has one spelling.
 */
#ifndef TLOG_TILE_H
#define TLOG_TILE_H

#include "base/writer.h"
#include "tlog/tree.h"

#define TILE_WIDTH 256
#define TILE_BITS 8 /* 2^8 = 256: levels of the tree that a tile spans */
#define TILE_SIZE_MAX (TILE_WIDTH * HASH_SIZE)
#define TILE_LEVEL_MAX 63
#define TILE_ENTRIES 64 /* in place of a level: the bundle of entries */

/* Levels at which a tree of at most TREE_SIZE_MAX leaves has tiles: 0..7. */
#define TILE_LEVEL_COUNT 8

#define TILE_INDEX_MAX ((uint64_t)TREE_SIZE_MAX / TILE_WIDTH)

/* "tile/entries/" + five "x000/" + "000" + ".p/255". */
#define TILE_PATH_SIZE_MAX (13 + 5 * 5 + 3 + 6)

struct tile_id {
    uint64_t index;
    uint16_t width; /* 1..256; 256 is a full tile */
    uint8_t level;  /* 0..TILE_LEVEL_MAX, or TILE_ENTRIES */
};

/* At most TILE_PATH_SIZE_MAX bytes, no NUL. LOG 4.1 */
void tile_path_write(struct writer *w, const struct tile_id *id);

/* ERR_FORMAT for all but the one spelling. LOG 4.1 .. 4.4 */
MUST_CHECK enum err tile_path_parse(struct bytes path, struct tile_id *out,
                                    struct fault *fault);

/*
 * How wide the tile is in a tree of `size` leaves: 256 when full, 0 when there
 * must be none. LOG 4.4
 */
uint16_t tile_width(uint64_t size, uint8_t level, uint64_t index);

/*
 * The last tile of a level in a tree of `size` leaves, full or partial; false
 * when the level has none.
 */
bool tile_last(uint64_t size, uint8_t level, struct tile_id *out);

/*
 * Where the hashes of tiles come from: files, memory, a peer.
 *
 * read    fills `out` with the first `id->width` hashes of that tile (level
 *         0..7). A source that lacks the partial tile may cut it from the
 *         full one. ERR_NOT_FOUND when it has neither; ERR_FORMAT or
 *         ERR_CORRUPT when the bytes are not so many hashes; ERR_IO
 */
struct tile_source {
    enum err (*read)(void *context, const struct tile_id *id,
                     struct hash out[TILE_WIDTH]);
    void *context;
};

#endif
