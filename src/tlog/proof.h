/*
 * Proofs that an entry is in the tree and that one tree begins another. LOG 5,
 * RFC 6962 sections 2.1.1 and 2.1.2, C2SP tlog-proof.
 */
#ifndef TLOG_PROOF_H
#define TLOG_PROOF_H

#include "tlog/checkpoint.h"
#include "tlog/tile.h"

/* A consistency proof may have one hash more than the tree has levels. */
#define PROOF_HASHES_MAX (TREE_HEIGHT_MAX + 1)

struct proof {
    size_t count;
    struct hash hashes[PROOF_HASHES_MAX];
};

/*
 * Proves that `leaf` is number `index` in the tree of `size` leaves under
 * `root`. ERR_SIGNATURE when it does not, or when `index` is not below `size`.
 * LOG 5.1
 */
MUST_CHECK enum err proof_verify_inclusion(const struct proof *proof,
                                           uint64_t index,
                                           const struct hash *leaf,
                                           uint64_t size,
                                           const struct hash *root);

/*
 * Proves that the tree of `old_size` leaves under `old_root` begins the one of
 * `size` under `root`. From 0 and from the same size the proof is empty.
 * ERR_SIGNATURE when it does not. LOG 5.2
 */
MUST_CHECK enum err proof_verify_consistency(const struct proof *proof,
                                             uint64_t old_size,
                                             const struct hash *old_root,
                                             uint64_t size,
                                             const struct hash *root);

/*
 * Makes the proofs from the tiles of a tree of `size` leaves. ERR_NOT_FOUND
 * when `index` is not below `size` or `old_size` is above it; else the
 * source's errors. Whoever does not trust the source verifies the proof.
 */
MUST_CHECK enum err proof_make_inclusion(const struct tile_source *source,
                                         uint64_t index, uint64_t size,
                                         struct proof *out);
MUST_CHECK enum err proof_make_consistency(const struct tile_source *source,
                                           uint64_t old_size, uint64_t size,
                                           struct proof *out);

/* The root that the tiles of a tree of `size` leaves lead to. */
MUST_CHECK enum err proof_root(const struct tile_source *source, uint64_t size,
                               struct hash *out);

/*
 * A proof file: all that an outsider needs besides the entry and a key. LOG 5.4
 *
 *     c2sp.org/tlog-proof@v1
 *     extra <base64>                           optional, proves nothing
 *     index <decimal>
 *     base64 hashes from the leaf to the root, one a line
 *                                              an empty line
 *     the signed checkpoint
 */
struct proof_file {
    struct bytes extra; /* the base64 text, or none; borrowed */
    uint64_t index;
    struct proof proof;
    struct bytes checkpoint; /* a whole note; borrowed */
};

#define PROOF_FILE_EXTRA_SIZE_MAX                                              \
    65536 /* we write none: others' small notes                                \
           */
#define PROOF_FILE_SIZE_MAX                                                    \
    (23 + 7 + PROOF_FILE_EXTRA_SIZE_MAX + 27 + PROOF_HASHES_MAX * 45 +         \
     NOTE_SIZE_MAX)

/* Takes apart; the checkpoint must be a note but is not verified. */
MUST_CHECK enum err proof_file_parse(struct bytes in, struct proof_file *out,
                                     struct fault *fault);
void proof_file_encode(struct writer *w, const struct proof_file *file);

/*
 * Whether `key` signed a checkpoint that holds `leaf` at the file's index;
 * `checkpoint` (or NULL) is filled when so. Else ERR_SIGNATURE, or as
 * checkpoint_open(). LOG 5.5
 */
MUST_CHECK enum err proof_file_verify(const struct proof_file *file,
                                      const struct hash *leaf,
                                      const struct note_key *key,
                                      struct checkpoint *checkpoint,
                                      struct fault *fault);

#endif
