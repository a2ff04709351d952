#include "seal/tree.h"

#include "crypto/crypto.h"

#include <assert.h>
#include <string.h>

_Static_assert(COMMITMENT_SIZE == CIPHER_KEY_SIZE, "REC 6.3");

/* Which child of its parent the slot's ancestor at `level` is. */
static unsigned
side(uint32_t slot, unsigned level)
{
    return slot >> (TREE_DEPTH - level) & 1;
}

uint32_t
tree_first_slot(const struct tree_node *node)
{
    return node->index << (TREE_DEPTH - node->level);
}

uint32_t
tree_slot_count(const struct tree_node *node)
{
    return 1u << (TREE_DEPTH - node->level);
}

bool
tree_covers(const struct tree_node *node, uint32_t slot)
{
    return slot < TREE_SLOTS &&
           slot >> (TREE_DEPTH - node->level) == node->index;
}

void
tree_leaf_of(const struct tree_node *node, uint32_t slot, struct cipher_key *leaf)
{
    struct cipher_pair pair;

    assert(tree_covers(node, slot));
    *leaf = node->key;
    for (unsigned level = node->level + 1u; level <= TREE_DEPTH; level++) {
        cipher_expand(leaf, &pair);
        *leaf = pair.half[side(slot, level)];
    }
    crypto_wipe(&pair, sizeof(pair));
}

size_t
tree_siblings(const struct tree_node *node, uint32_t slot,
              struct tree_node out[TREE_DEPTH])
{
    size_t count = (size_t)TREE_DEPTH - node->level;
    size_t left = 0;
    size_t right = count;
    struct cipher_key key = node->key;
    struct cipher_pair pair;

    assert(tree_covers(node, slot));
    for (unsigned level = node->level + 1u; level <= TREE_DEPTH; level++) {
        unsigned taken = side(slot, level);
        uint32_t index = slot >> (TREE_DEPTH - level);
        struct tree_node *sibling = taken ? &out[left++] : &out[--right];

        cipher_expand(&key, &pair);
        key = pair.half[taken];
        sibling->key = pair.half[1 - taken];
        sibling->index = index ^ 1;
        sibling->level = (uint8_t)level;
    }
    crypto_wipe(&pair, sizeof(pair));
    crypto_wipe(&key, sizeof(key));
    return count;
}

void
tree_stretch(const struct cipher_key *leaf, struct seal_key *out)
{
    struct cipher_pair pair;

    cipher_expand(leaf, &pair);
    out->key = pair.half[0];
    memcpy(out->commitment.b, pair.half[1].b, COMMITMENT_SIZE);
    crypto_wipe(&pair, sizeof(pair));
}

/* The key on the path at `level`. */
static const struct cipher_key *
path_key(const struct tree_path *path, unsigned level)
{
    if (level == path->top.level)
        return &path->top.key;
    return &path->pairs[level].half[side(path->slot, level)];
}

/* Computes the pairs of all levels below `level`. */
static void
path_descend(struct tree_path *path, unsigned level)
{
    for (; level < TREE_DEPTH; level++)
        cipher_expand(path_key(path, level), &path->pairs[level + 1]);
}

void
tree_path_init(struct tree_path *path, const struct tree_node *node)
{
    path->top = *node;
    path->slot = tree_first_slot(node);
    path->ready = true;
    path_descend(path, node->level);
}

void
tree_path_deinit(struct tree_path *path)
{
    crypto_wipe(path, sizeof(*path));
}

bool
tree_path_covers(const struct tree_path *path, uint32_t slot)
{
    return path->ready && tree_covers(&path->top, slot);
}

const struct cipher_key *
tree_path_leaf(struct tree_path *path, uint32_t slot)
{
    uint32_t changed = path->slot ^ slot;

    assert(tree_path_covers(path, slot));
    path->slot = slot;
    if (changed != 0) {
        unsigned height = 31u - (unsigned)__builtin_clz(changed);

        path_descend(path, TREE_DEPTH - height);
    }
    return path_key(path, TREE_DEPTH);
}
