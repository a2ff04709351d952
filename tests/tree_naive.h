/*
 * The Merkle tree as one would draw it: every level whole, in memory. Shares
 * nothing with src/tlog but the hash function, and is what its answers are
 * compared with.
 */
#ifndef TESTS_TREE_NAIVE_H
#define TESTS_TREE_NAIVE_H

#include "tlog/proof.h"

#define NAIVE_SIZE_MAX 70000
#define NAIVE_LEVEL_COUNT 18

struct naive {
    size_t count[NAIVE_LEVEL_COUNT];
    struct hash *level[NAIVE_LEVEL_COUNT];
};

/* A tree of `size` leaves, the i-th being the hash of a made-up entry. */
void naive_init(struct naive *naive, size_t size);
void naive_deinit(struct naive *naive);

/* The made-up entry; `block` holds it. */
struct bytes naive_entry(size_t index, uint8_t block[16]);

struct hash naive_root(const struct naive *naive);

/* RFC 6962 2.1.1 and 2.1.2, word for word. */
void naive_inclusion(const struct naive *naive, size_t index,
                     struct proof *out);
void naive_consistency(const struct naive *naive, size_t old_size,
                       struct proof *out);

/* The tree's tiles. */
struct tile_source naive_source(struct naive *naive);

#endif
