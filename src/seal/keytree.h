/*
 * The tree of entry keys (GGM): a node's two children are the first 64 bytes of
 * the ChaCha20 stream under its key, left child first. A leaf is a slot. Who
 * holds a node can compute everything below it and nothing else, so replacing
 * a node by the siblings along the path to a leaf forgets that leaf alone.
 * REC 6.2.
 */
#ifndef SEAL_KEYTREE_H
#define SEAL_KEYTREE_H

#include "crypto/cipher.h"

#define KEYTREE_DEPTH 24
#define KEYTREE_SLOTS (1u << KEYTREE_DEPTH)

/* `index` counts nodes of the level from the left; level 0 is the root. */
struct keytree_node {
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
uint32_t keytree_first_slot(const struct keytree_node *node);
uint32_t keytree_slot_count(const struct keytree_node *node);
bool keytree_covers(const struct keytree_node *node, uint32_t slot);

/* The leaf of a slot that the node covers. */
void keytree_leaf(const struct keytree_node *node, uint32_t slot,
                  struct cipher_key *leaf);

/* The key of a node below this one, or of itself. */
void keytree_below(const struct keytree_node *node, unsigned level,
                   uint32_t index, struct cipher_key *key);

/*
 * The siblings along the path from the node to the slot that it covers, from
 * the left to the right; as many as there are levels below it, which it
 * returns. Together they cover all that the node did but the slot.
 */
size_t keytree_siblings(const struct keytree_node *node, uint32_t slot,
                        struct keytree_node out[KEYTREE_DEPTH]);

/* REC 6.3. */
void keytree_stretch(const struct cipher_key *leaf, struct seal_key *out);

/*
 * The pairs on the path to the last leaf, so that slots in order cost one
 * expansion each on average. A secret: wiped by keytree_path_deinit(). `= {0}`
 * is a path that holds nothing.
 */
struct keytree_path {
    bool ready;
    struct keytree_node top;
    uint32_t slot;
    struct cipher_pair pairs[KEYTREE_DEPTH + 1]; /* by level, below `top` */
};

/* A path from the node to its first slot. */
void keytree_path_init(struct keytree_path *path,
                       const struct keytree_node *node);
void keytree_path_deinit(struct keytree_path *path);
bool keytree_path_covers(const struct keytree_path *path, uint32_t slot);

/* As keytree_leaf(), for a slot that the path covers; the leaf stays in the
 * path until the next call. */
const struct cipher_key *keytree_path_leaf(struct keytree_path *path,
                                           uint32_t slot);

#endif
