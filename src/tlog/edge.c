#include "tlog/edge.h"

#include <assert.h>

void
edge_append(struct edge *edge, const struct hash *leaf)
{
    struct tree *tree = &edge->tree;
    struct hash hash = *leaf;
    unsigned at = 0;

    assert(tree->size < TREE_SIZE_MAX);
    for (;; at++) {
        if (at % TILE_BITS == 0)
            edge->row[at / TILE_BITS][tree->size >> at & (TILE_WIDTH - 1)] =
                hash;
        if ((tree->size >> at & 1) == 0)
            break;
        hash = tree_node(&tree->stack[at], &hash);
    }
    tree->stack[at] = hash;
    tree->size++;
}

unsigned
edge_filled(const struct edge *edge)
{
    uint64_t size = edge->tree.size;
    unsigned level = 0;

    if (size == 0)
        return 0;
    for (; size % TILE_WIDTH == 0; size /= TILE_WIDTH)
        level++;
    return level;
}

struct bytes
edge_tile(const struct edge *edge, uint8_t level, struct tile_id *id)
{
    struct tile_id last;

    if (!tile_last(edge->tree.size, level, &last))
        return (struct bytes){0};
    *id = last;
    return (struct bytes){edge->row[level][0].b,
                          (size_t)last.width * HASH_SIZE};
}

struct hash
edge_root(const struct edge *edge)
{
    return tree_root(&edge->tree);
}

/* The subtrees of the frontier that an unfinished tile is made of. */
static void
frontier_restore(struct edge *edge, uint8_t level)
{
    size_t width = edge->tree.size >> (TILE_BITS * level) & (TILE_WIDTH - 1);
    size_t at = 0;

    for (unsigned bit = TILE_BITS; bit-- > 0;) {
        size_t count = (size_t)1 << bit;

        if ((width & count) == 0)
            continue;
        edge->tree.stack[TILE_BITS * level + bit] =
            tree_root_of(edge->row[level] + at, count);
        at += count;
    }
}

enum err
edge_restore(struct edge *edge, uint64_t size, const struct tile_source *source)
{
    *edge = (struct edge){.tree = {.size = 0}};
    if (size > TREE_SIZE_MAX)
        return ERR_LIMIT;
    edge->tree.size = size;
    for (uint8_t level = 0; level < TILE_LEVEL_COUNT; level++) {
        struct tile_id id;
        enum err e;

        if (!tile_last(size, level, &id))
            break;
        e = source->read(source->context, &id, edge->row[level]);
        if (e != OK)
            return e;
        frontier_restore(edge, level);
    }
    return OK;
}
