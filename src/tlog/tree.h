/*
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256, kept as its frontier:
 * the roots of the complete subtrees that a tree of this size is made of. That
 * is all it takes to append and to know the root.
 */
#ifndef TLOG_TREE_H
#define TLOG_TREE_H

#include "crypto/hash.h"

/* Sizes fit a signed 64-bit integer, as the other tools of this format have
 * them; so a tree has at most 63 levels above its leaves. */
#define TREE_SIZE_MAX INT64_MAX
#define TREE_HEIGHT_MAX 63

/* One entry's length is two bytes in a bundle. LOG 4.6 */
#define ENTRY_SIZE_MAX 65535

/* `stack[k]` is the root of a complete subtree of 2^k leaves and has meaning
 * where bit k of `size` is set; the greater ones stand further left. */
struct tree {
    uint64_t size;
    struct hash stack[TREE_HEIGHT_MAX + 1];
};

/* H(0x00 || entry). LOG 1.1 */
struct hash tree_leaf(struct bytes entry);

/* H(0x01 || left || right). LOG 1.2 */
struct hash tree_node(const struct hash *left, const struct hash *right);

/* The tree must be smaller than TREE_SIZE_MAX. */
void tree_append(struct tree *tree, const struct hash *leaf);

/*
 * Appends a complete subtree of 2^level leaves by its root; the size of the
 * tree must be a multiple of 2^level.
 */
void tree_append_subtree(struct tree *tree, unsigned level,
                         const struct hash *root);

/* LOG 1.3; of the empty tree the hash of nothing, LOG 1.4. */
struct hash tree_root(const struct tree *tree);

/* A tile's width: more is what struct tree is for. */
#define TREE_ROOT_OF_MAX 256

/* The root over `count` hashes as leaves; none: LOG 1.4. */
struct hash tree_root_of(const struct hash *leaves, size_t count);

#endif
