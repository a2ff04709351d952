/*
 * The tree of one checkpoint, from tiles of all places: its right edge gives
 * the root that was signed; from there each tile is compared with its hash in
 * the one above it, and each bundle with its hash in the lowest, so that it
 * does not matter where it is from. SYN 9.2
 */
#include "node/restore_int.h"

#include <string.h>

/* ----- One file out of one place. ----- */

static bool
tile_of(struct restore *restore, const struct restore_source *source,
        const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    struct log_view view = restore_view(restore, source);
    struct block block = {restore->tile[0].b, sizeof(restore->tile)};
    size_t size;

    if (restore_read(&view, id, block, &size) != OK ||
        size < (size_t)id->width * HASH_SIZE)
        return false;
    memcpy(out, restore->tile, (size_t)id->width * HASH_SIZE);
    return true;
}

/* The first entries of a bundle, and their hashes. */
static bool
bundle_of_source(struct restore *restore, const struct restore_source *source,
                 uint64_t index, uint16_t width)
{
    struct log_view view = restore_view(restore, source);
    struct block block = {restore->bundle, sizeof(restore->bundle)};
    struct tile_id id = {.level = TILE_ENTRIES, .index = index, .width = width};
    size_t size;

    return restore_read(&view, &id, block, &size) == OK &&
           restore_leaves((struct bytes){block.p, size}, width, restore->leaves,
                          &restore->bundle_size) == OK;
}

/* A tile of leaves may be made again from the bundle. */
static bool
tile_or_bundle(struct restore *restore, const struct restore_source *source,
               const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    if (tile_of(restore, source, id, out))
        return true;
    if (id->level != 0 ||
        !bundle_of_source(restore, source, id->index, id->width))
        return false;
    memcpy(out, restore->leaves, (size_t)id->width * HASH_SIZE);
    return true;
}

/* ----- The right edge. ----- */

struct edge_reader {
    struct restore *restore;
    size_t first; /* the place that is asked before all others */
};

static enum err
edge_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    struct edge_reader *reader = context;
    struct restore *restore = reader->restore;

    for (size_t i = 0; i < restore->source_count; i++) {
        size_t at = (reader->first + i) % restore->source_count;

        if (tile_or_bundle(restore, &restore->sources[at], id, out))
            return OK;
    }
    return ERR_NOT_FOUND;
}

enum err
restore_tree_begin(struct restore *restore)
{
    memset(restore->rows, 0, sizeof(restore->rows));
    for (size_t i = 0; i < restore->source_count; i++) {
        struct edge_reader reader = {restore, i};
        const struct tile_source source = {edge_read, &reader};
        struct hash root;

        if (edge_restore(&restore->goal_edge, restore->goal->size, &source) !=
            OK)
            return ERR_NOT_FOUND;
        root = edge_root(&restore->goal_edge);
        if (hash_equal(&root, &restore->goal->root))
            return OK;
    }
    return ERR_NOT_FOUND;
}

/* ----- From the edge down. ----- */

/* The root of a full tile as this place has it. */
static bool
root_of_source(struct restore *restore, const struct restore_source *source,
               const struct tile_id *id, struct hash *out)
{
    struct hash hashes[TILE_WIDTH];

    if (!tile_or_bundle(restore, source, id, hashes))
        return false;
    *out = tree_root_of(hashes, TILE_WIDTH);
    return true;
}

/* A full tile made again from the 256 below it. */
static bool
tile_from_below(struct restore *restore, const struct restore_source *source,
                const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    for (size_t i = 0; i < TILE_WIDTH; i++) {
        struct tile_id below = {.level = (uint8_t)(id->level - 1),
                                .index = id->index * TILE_WIDTH + i,
                                .width = TILE_WIDTH};

        if (!root_of_source(restore, source, &below, &out[i]))
            return false;
    }
    return true;
}

/* Finds the full tile, above the leaves, that has this root. */
static void
row_load(struct restore *restore, uint8_t level, uint64_t index,
         const struct hash *root)
{
    const struct tile_id id = {
        .level = level, .index = index, .width = TILE_WIDTH};
    struct restore_row *row = &restore->rows[level];

    *row = (struct restore_row){.known = true, .index = index};
    for (unsigned below = 0; below < 2; below++) {
        for (size_t i = 0; i < restore->source_count; i++) {
            const struct restore_source *source = &restore->sources[i];
            bool got = below
                           ? tile_from_below(restore, source, &id, row->hashes)
                           : tile_of(restore, source, &id, row->hashes);
            struct hash found;

            if (!got)
                continue;
            found = tree_root_of(row->hashes, TILE_WIDTH);
            row->good = hash_equal(&found, root);
            if (row->good)
                return;
        }
    }
}

/* The hashes of a tile that is verified already; NULL when it is not. */
static const struct hash *
row_ready(const struct restore *restore, uint8_t level, uint64_t index,
          bool *bad)
{
    const struct restore_row *row = &restore->rows[level];
    struct tile_id last;

    *bad = false;
    if (tile_last(restore->goal->size, level, &last) && last.index == index &&
        last.width < TILE_WIDTH)
        return restore->goal_edge.row[level];
    if (!row->known || row->index != index)
        return NULL;
    *bad = !row->good;
    return row->hashes;
}

/*
 * The verified hashes of a tile, NULL when nobody has it. The edge's tile of
 * the highest level is there for sure, and covers all.
 */
static const struct hash *
row_find(struct restore *restore, uint8_t level, uint64_t index)
{
    uint8_t top = level;
    uint64_t at = index;
    const struct hash *row;
    bool bad;

    while ((row = row_ready(restore, top, at, &bad)) == NULL &&
           top < TILE_LEVEL_COUNT - 1) {
        top++;
        at /= TILE_WIDTH;
    }
    while (row != NULL && !bad && top > level) {
        uint64_t next = index >> (TILE_BITS * (top - 1 - level));

        row_load(restore, --top, next, &row[next % TILE_WIDTH]);
        row = row_ready(restore, top, next, &bad);
    }
    return bad ? NULL : row;
}

static bool
bundle_verify(const struct restore *restore, const struct hash *expected,
              uint16_t width)
{
    struct hash root;

    if (width < TILE_WIDTH)
        return memcmp(restore->leaves, expected, (size_t)width * HASH_SIZE) ==
               0;
    root = tree_root_of(restore->leaves, TILE_WIDTH);
    return hash_equal(&root, expected);
}

bool
restore_tree_bundle(struct restore *restore, uint64_t index)
{
    uint16_t width = tile_width(restore->goal->size, TILE_ENTRIES, index);
    const struct hash *expected =
        width < TILE_WIDTH ? restore->goal_edge.row[0]
                           : row_find(restore, 1, index / TILE_WIDTH);

    if (expected == NULL)
        return false;
    if (width == TILE_WIDTH)
        expected += index % TILE_WIDTH;
    for (size_t i = 0; i < restore->source_count; i++) {
        size_t at = (restore->source_at + i) % restore->source_count;
        struct restore_source *source = &restore->sources[at];

        if (!bundle_of_source(restore, source, index, width) ||
            !bundle_verify(restore, expected, width))
            continue;
        restore->source_at = at;
        source->bundles++;
        return true;
    }
    return false;
}
