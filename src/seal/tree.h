/*
 * The tree of entry keys (GGM): a node's two children are the first 64 bytes of
 * the ChaCha20 stream under its key, left child first. A leaf is a slot. Who
 * holds a node can compute everything below it and nothing else, so replacing
 * a node by the siblings along the path to a leaf forgets that leaf alone.
 * REC 6.2.
 */
#ifndef SEAL_TREE_H
#define SEAL_TREE_H

#include "crypto/cipher.h"

#define TREE_DEPTH 24
#define TREE_SLOTS (1u << TREE_DEPTH)

/* `index` counts nodes of the level from the left; level 0 is the root. */
struct tree_node {
    struct cipher_key key;
    uint32_t index;
    uint8_t level;
};

/* What a leaf is stretched to. The key is a secret, the commitment public. */
#define COMMITMENT_SIZE 32
struct commitment {
    uint8_t b[COMMITMENT_SIZE];
};

struct seal_key {
    struct cipher_key key;
    struct commitment commitment;
};

/* The first slot below the node, and how many there are. */
uint32_t tree_first_slot(const struct tree_node *node);
uint32_t tree_slot_count(const struct tree_node *node);
bool tree_covers(const struct tree_node *node, uint32_t slot);

/* The leaf of a slot that the node covers. */
void tree_leaf_of(const struct tree_node *node, uint32_t slot,
               struct cipher_key *leaf);

/*
 * The siblings along the path from the node to the slot that it covers, from
 * the left to the right; as many as there are levels below it, which it
 * returns. Together they cover all that the node did but the slot.
 */
size_t tree_siblings(const struct tree_node *node, uint32_t slot,
                     struct tree_node out[TREE_DEPTH]);

/* REC 6.3. */
void tree_stretch(const struct cipher_key *leaf, struct seal_key *out);

/*
 * The pairs on the path to the last leaf, so that slots in order cost one
 * expansion each on average. A secret: wiped by tree_path_deinit(). `= {0}` is
 * a path that holds nothing.
 */
struct tree_path {
    bool ready;
    struct tree_node top;
    uint32_t slot;
    struct cipher_pair pairs[TREE_DEPTH + 1]; /* by level, below `top` */
};

/* A path from the node to its first slot. */
void tree_path_init(struct tree_path *path, const struct tree_node *node);
void tree_path_deinit(struct tree_path *path);
bool tree_path_covers(const struct tree_path *path, uint32_t slot);

/* As tree_leaf_of(), for a slot that the path covers; the leaf stays in the path
 * until the next call. */
const struct cipher_key *tree_path_leaf(struct tree_path *path, uint32_t slot);

#endif
