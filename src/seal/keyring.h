/*
 * The keys of one log's entries: for each epoch the nodes of its tree that are
 * left. It is small, it changes, and it is never in a log: what is taken out
 * of it can be opened by nobody any more. REC 7 has its file byte by byte.
 *
 * All of it is secret. It lives in the caller's arena and is wiped by
 * keyring_deinit(), the arena's bytes too.
 */
#ifndef SEAL_KEYRING_H
#define SEAL_KEYRING_H

#include "base/arena.h"
#include "base/err.h"
#include "crypto/crypto.h"
#include "os/os.h"
#include "seal/keytree.h"

#define KEYRING_ORIGIN_SIZE_MAX 255
#define KEYRING_PATH "keyring"

/* Epochs are days: eleven years of them, twice the longest retention known. */
#define KEYRING_EPOCHS_MAX 4096u

/* Each entry erased alone adds at most 23 nodes: some 45,000 such erasures
 * between two ends of retention, which take whole epochs out. */
#define KEYRING_NODES_MAX (1u << 20)

/* Nodes for a node's usual life: 2,800 single erasures; 5 MB. */
#define KEYRING_NODES_USUAL (1u << 16)

struct key_epoch {
    uint32_t epoch;
    uint32_t node_at; /* its nodes in `nodes`, by slot */
    uint32_t node_count;
};

struct keyring {
    uint8_t origin[KEYRING_ORIGIN_SIZE_MAX];
    size_t origin_size;
    uint64_t as_of; /* entries of the log whose erasures it obeys, as its owner
                       said when granting it; 0: the owner's own */
    struct key_epoch *epochs; /* ascending */
    size_t epoch_count;
    struct keytree_node *nodes; /* by epoch, then by slot */
    size_t node_count;
    size_t nodes_max;
    uint8_t *block; /* for the file's bytes; zeros between two calls */
    size_t block_size;
    uint64_t changes; /* cursors notice by it that they are stale */
};

#define KEYRING_NODE_SIZE 37 /* in the file */

/* The largest file of `nodes` nodes, and the arena that a keyring needs. */
#define KEYRING_FILE_SIZE(nodes)                                               \
    (12 + KEYRING_ORIGIN_SIZE_MAX + 8 + 4 + 8 * (size_t)KEYRING_EPOCHS_MAX +   \
     KEYRING_NODE_SIZE * (size_t)(nodes) + 32)
#define KEYRING_ARENA_SIZE(nodes)                                              \
    (KEYRING_FILE_SIZE(nodes) +                                                \
     sizeof(struct key_epoch) * KEYRING_EPOCHS_MAX +                           \
     sizeof(struct keytree_node) * (size_t)(nodes) + 64)

/*
 * An empty keyring for the log of `origin`, with room for `nodes_max` nodes;
 * the arena's memory is its own until keyring_deinit(). ERR_LIMIT when the
 * arena is too small or a bound is passed.
 */
MUST_CHECK enum err keyring_init(struct keyring *keyring, struct arena *arena,
                                 struct bytes origin, size_t nodes_max);
void keyring_deinit(struct keyring *keyring);

struct bytes keyring_origin(const struct keyring *keyring);

/* The newest epoch; false when there is none. */
bool keyring_newest(const struct keyring *keyring, uint32_t *epoch);

/* The node that covers a slot. ERR_NOT_FOUND: erased, or never held. */
MUST_CHECK enum err keyring_find(const struct keyring *keyring, uint32_t epoch,
                                 uint32_t slot,
                                 struct keytree_node const **out);

/*
 * A fresh root for an epoch newer than all others. Only in memory: save before
 * any slot of it is used. ERR_CONFLICT when it is not newer; ERR_LIMIT.
 */
MUST_CHECK enum err keyring_open_epoch(struct keyring *keyring, uint32_t epoch,
                                       const struct random *random);

/*
 * Forgets the key of one slot. Only in memory: keyring_erase() is what makes
 * it true. OK as well when it was forgotten before. ERR_NOT_FOUND when the
 * epoch is none of ours; ERR_LIMIT when no nodes are left to name the rest.
 */
MUST_CHECK enum err keyring_puncture(struct keyring *keyring, uint32_t epoch,
                                     uint32_t slot);

/* Forgets all slots of an epoch; the epoch itself stays known. */
MUST_CHECK enum err keyring_forget_epoch(struct keyring *keyring,
                                         uint32_t epoch);

/* Drops all epochs before this one: they are not known any more. */
void keyring_drop_before(struct keyring *keyring, uint32_t epoch);

/*
 * Fills `out`, an initialised, empty keyring of the same origin, with what a
 * holder holds after a grant, from `first_epoch` on: of an epoch that both know
 * what was held, else what either has. `out->as_of` is the grant's; `*news`
 * says whether a key comes in that was not held. SYN 8.4
 *
 * ERR_CONFLICT when a key is another than the one held, or the grant is as of
 * fewer entries; ERR_LIMIT when `out` has no room. It is then empty.
 */
MUST_CHECK enum err keyring_merge(struct keyring *out,
                                  const struct keyring *held,
                                  const struct keyring *granted,
                                  uint32_t first_epoch, bool *news);

/* Makes `keyring` hold what `from` does, in its own memory. ERR_LIMIT when it
 * has no room, and then it is as it was. */
MUST_CHECK enum err keyring_assign(struct keyring *keyring,
                                   const struct keyring *from);

/* The file's bytes. ERR_LIMIT when `w` has no room. */
MUST_CHECK enum err keyring_encode(const struct keyring *keyring,
                                   struct writer *w);

/*
 * Fills an initialised keyring; what it held is gone. ERR_FORMAT, ERR_SHORT,
 * ERR_LIMIT with the clause in `fault`; ERR_SIGNATURE when the sum does not
 * hold; ERR_CONFLICT when it is of another origin. After an error it is empty.
 */
MUST_CHECK enum err keyring_parse(struct keyring *keyring, struct bytes in,
                                  struct fault *fault);

/* The origin that a keyring's file names, borrowed from it; nothing else of it
 * is looked at. ERR_FORMAT, ERR_SHORT, ERR_LIMIT. */
MUST_CHECK enum err keyring_file_origin(struct bytes in, struct bytes *origin,
                                        struct fault *fault);

/*
 * Reads DIR/keyring into an initialised, empty keyring. ERR_CORRUPT when the
 * file is not what we wrote, with the clause in `fault`; ERR_CONFLICT and
 * ERR_LIMIT as keyring_parse(); ERR_NOT_FOUND; those of `os`.
 */
MUST_CHECK enum err keyring_load(struct keyring *keyring, struct os *os,
                                 struct folder dir, struct fault *fault);

/* The same of another file below DIR. */
MUST_CHECK enum err keyring_load_at(struct keyring *keyring, struct os *os,
                                    struct folder dir, const char *path,
                                    struct fault *fault);

/*
 * Overwrites and removes what an interrupted keyring_save() left behind, for
 * it may hold keys that were erased since. For the keeper at its start, who
 * alone writes in DIR. OK as well when there is nothing; errors of `os`.
 */
MUST_CHECK enum err keyring_clean(struct os *os, struct folder dir);

/*
 * Replaces DIR/keyring (mode 0600) durably, then overwrites the old file's
 * bytes, which no name leads to any more. After an error either may be there;
 * calling again is safe.
 */
MUST_CHECK enum err keyring_save(struct keyring *keyring, struct os *os,
                                 struct folder dir);

/* The same with another file below DIR, in the folder `parent`. */
MUST_CHECK enum err keyring_save_at(struct keyring *keyring, struct os *os,
                                    struct folder dir, const char *path,
                                    const char *parent);

/* Overwrites and removes such a file, or `path` + ".new" that was left behind;
 * OK as well when there is none. */
MUST_CHECK enum err keyring_destroy_at(struct os *os, struct folder dir,
                                       const char *path, const char *parent);

/*
 * Erases slots: forgets their keys in memory and on disk. Durable on OK. After
 * an error they may or may not be forgotten; calling again is safe. Errors of
 * keyring_puncture() and of keyring_save().
 */
MUST_CHECK enum err keyring_erase(struct keyring *keyring, struct os *os,
                                  struct folder dir, uint32_t epoch,
                                  const uint32_t *slots, size_t count);

#endif
