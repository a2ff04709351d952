#include "tlog/tree.h"

#include <assert.h>
#include <string.h>

struct hash
tree_leaf(struct bytes entry)
{
    return hash_of_parts(0x00, entry, (struct bytes){0});
}

struct hash
tree_node(const struct hash *left, const struct hash *right)
{
    uint8_t block[1 + 2 * HASH_SIZE];

    block[0] = 0x01;
    memcpy(block + 1, left->b, HASH_SIZE);
    memcpy(block + 1 + HASH_SIZE, right->b, HASH_SIZE);
    return hash_of((struct bytes){block, sizeof(block)});
}

void
tree_append(struct tree *tree, const struct hash *leaf)
{
    tree_append_subtree(tree, 0, leaf);
}

void
tree_append_subtree(struct tree *tree, unsigned level, const struct hash *root)
{
    uint64_t count = UINT64_C(1) << level;
    struct hash hash = *root;
    unsigned at = level;

    assert(level <= TREE_HEIGHT_MAX);
    assert(tree->size <= TREE_SIZE_MAX - count);
    assert((tree->size & (count - 1)) == 0);
    for (; (tree->size >> at & 1) != 0; at++)
        hash = tree_node(&tree->stack[at], &hash);
    tree->stack[at] = hash;
    tree->size += count;
}

struct hash
tree_root(const struct tree *tree)
{
    struct hash root;
    unsigned at = 0;

    if (tree->size == 0)
        return hash_of((struct bytes){0});
    while ((tree->size >> at & 1) == 0)
        at++;
    root = tree->stack[at];
    for (at++; at <= TREE_HEIGHT_MAX; at++)
        if ((tree->size >> at & 1) != 0)
            root = tree_node(&tree->stack[at], &root);
    return root;
}

struct hash
tree_root_of(const struct hash *leaves, size_t count)
{
    struct tree tree = {.size = 0};

    for (size_t i = 0; i < count; i++)
        tree_append(&tree, &leaves[i]);
    return tree_root(&tree);
}
