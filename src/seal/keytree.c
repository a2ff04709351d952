#include "seal/keytree.h"

#include "crypto/crypto.h"

#include <assert.h>
#include <string.h>

_Static_assert(COMMITMENT_SIZE == CIPHER_KEY_SIZE, "REC 6.3");

/* Which child of its parent the slot's ancestor at `level` is. */
static unsigned
side(uint32_t slot, unsigned level)
{
    return slot >> (KEYTREE_DEPTH - level) & 1;
}

uint32_t
keytree_first_slot(const struct keytree_node *node)
{
    return node->index << (KEYTREE_DEPTH - node->level);
}

uint32_t
keytree_slot_count(const struct keytree_node *node)
{
    return 1u << (KEYTREE_DEPTH - node->level);
}

bool
keytree_covers(const struct keytree_node *node, uint32_t slot)
{
    return slot < KEYTREE_SLOTS &&
           slot >> (KEYTREE_DEPTH - node->level) == node->index;
}

void
keytree_below(const struct keytree_node *node, unsigned level, uint32_t index,
              struct cipher_key *key)
{
    uint32_t slot = index << (KEYTREE_DEPTH - level);
    struct cipher_pair pair;

    assert(level >= node->level);
    assert(keytree_covers(node, slot));
    *key = node->key;
    for (unsigned at = node->level + 1u; at <= level; at++) {
        cipher_expand(key, &pair);
        *key = pair.half[side(slot, at)];
    }
    crypto_wipe(&pair, sizeof(pair));
}

void
keytree_leaf(const struct keytree_node *node, uint32_t slot,
             struct cipher_key *leaf)
{
    keytree_below(node, KEYTREE_DEPTH, slot, leaf);
}

size_t
keytree_siblings(const struct keytree_node *node, uint32_t slot,
                 struct keytree_node out[KEYTREE_DEPTH])
{
    size_t count = (size_t)KEYTREE_DEPTH - node->level;
    size_t left = 0;
    size_t right = count;
    struct cipher_key key = node->key;
    struct cipher_pair pair;

    assert(keytree_covers(node, slot));
    for (unsigned level = node->level + 1u; level <= KEYTREE_DEPTH; level++) {
        unsigned taken = side(slot, level);
        uint32_t index = slot >> (KEYTREE_DEPTH - level);
        struct keytree_node *sibling = taken ? &out[left++] : &out[--right];

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
keytree_stretch(const struct cipher_key *leaf, struct seal_key *out)
{
    struct cipher_pair pair;

    cipher_expand(leaf, &pair);
    out->key = pair.half[0];
    memcpy(out->commitment.b, pair.half[1].b, COMMITMENT_SIZE);
    crypto_wipe(&pair, sizeof(pair));
}

/* The key on the path at `level`. */
static const struct cipher_key *
path_key(const struct keytree_path *path, unsigned level)
{
    if (level == path->top.level)
        return &path->top.key;
    return &path->pairs[level].half[side(path->slot, level)];
}

/* Computes the pairs of all levels below `level`. */
static void
path_descend(struct keytree_path *path, unsigned level)
{
    for (; level < KEYTREE_DEPTH; level++)
        cipher_expand(path_key(path, level), &path->pairs[level + 1]);
}

void
keytree_path_init(struct keytree_path *path, const struct keytree_node *node)
{
    path->top = *node;
    path->slot = keytree_first_slot(node);
    path->ready = true;
    path_descend(path, node->level);
}

void
keytree_path_deinit(struct keytree_path *path)
{
    crypto_wipe(path, sizeof(*path));
}

bool
keytree_path_covers(const struct keytree_path *path, uint32_t slot)
{
    return path->ready && keytree_covers(&path->top, slot);
}

const struct cipher_key *
keytree_path_leaf(struct keytree_path *path, uint32_t slot)
{
    uint32_t changed = path->slot ^ slot;

    assert(keytree_path_covers(path, slot));
    path->slot = slot;
    if (changed != 0) {
        unsigned height = 31u - (unsigned)__builtin_clz(changed);

        path_descend(path, KEYTREE_DEPTH - height);
    }
    return path_key(path, KEYTREE_DEPTH);
}
