/*
 * The mirror of another node's log, in the layout of the log itself. SYN 5
 *
 *     DIR/peers/HEX/origin         whose log it is
 *     DIR/peers/HEX/checkpoint     the last one that is stored whole, with all
 *                                  cosignatures known
 *     DIR/peers/HEX/tile/...       as LOG 4
 *
 * Nothing is written before it is proved to begin a tree that the log's key
 * signed. What was written without a checkpoint in place is found again when
 * the mirror is opened, and proved again by the next package.
 *
 *     e = mirror_open(&mirror, &place, origin, &key);
 *     e = mirror_add(&mirror, &offer, scratch, &found);  again and again
 *     e = mirror_prepare(&mirror);
 *     ... os->sync_all() ...
 *     e = mirror_place(&mirror);
 *     ... os->sync_all() ...
 *     e = mirror_sweep(&mirror);
 */
#ifndef SYNC_MIRROR_H
#define SYNC_MIRROR_H

#include "sync/cosignatures.h"
#include "sync/evidence.h"
#include "sync/package.h"
#include "tlog/edge.h"
#include "tlog/view.h"

#define MIRROR_FOLDER "peers"
/* "peers/", 64 digits, "/" and a NUL; a view's prefix. */
#define MIRROR_PREFIX_SIZE (6 + 2 * HASH_SIZE + 1 + 1)

/* A log's own signature and 63 cosignatures; lines that are not known to us
 * are not kept. */
#define MIRROR_NOTE_SIZE_MAX                                                   \
    (CHECKPOINT_SIZE_MAX + (NOTE_SIGNATURES_MAX - 1) * NOTE_LINE_SIZE_MAX)

/* Bundles looked through on opening, past the checkpoint: four million entries,
 * some seconds. What lies past them is fetched again. */
#define MIRROR_RESUME_BUNDLES_MAX 16384

/* Tiles so far before the checkpoint are looked at for partial ones that a
 * crash has left. */
#define MIRROR_SWEEP_BACK UINT64_C(16384)

/* Memory to work in: leaves and an edge of a package, and a bundle. */
#define MIRROR_SCRATCH_SIZE                                                    \
    (PACKAGE_COUNT_MAX * HASH_SIZE + sizeof(struct edge) + BUNDLE_SIZE_MAX)

/* A checkpoint that the log's key signed. */
struct mirror_note {
    uint64_t covers;
    struct hash root;
    size_t size; /* 0: none */
    uint8_t bytes[MIRROR_NOTE_SIZE_MAX];
};

/* How much of what lies on the disk is believed. */
enum mirror_trust {
    MIRROR_PROVED, /* all of it begins a tree that was signed */
    MIRROR_FOUND,  /* the end of it was found on opening and not proved yet */
    MIRROR_DOUBTED /* files were damaged: it is being fetched anew */
};

/* Some 150 KiB. Not to be looked into. */
struct mirror {
    struct os *os; /* borrowed while it is open; NULL: not open */
    struct folder dir;
    char prefix[MIRROR_PREFIX_SIZE];
    uint8_t origin[KEY_NAME_SIZE_MAX];
    size_t origin_size;
    struct hash name; /* SHA-256 of the origin */
    enum mirror_trust trust;
    struct edge edge;        /* of what is stored */
    struct mirror_note kept; /* the checkpoint in place */
    struct mirror_note next; /* all stored, to be put in place; or none */
    struct mirror_note goal; /* entries were proved by it; not reached yet */
    uint64_t swept;          /* partial tiles before it are removed */
    bool folder_made;
    bool prepared;      /* a new checkpoint waits under another name */
    bool cosigned_more; /* `kept` has lines that the file has not */
};

/*
 * Opens the mirror of `origin`, or an empty one; makes no file. `key` is the
 * log's. A checkpoint or tiles that are not what was written leave a mirror
 * that begins anew. ERR_LIMIT when the origin is too long; ERR_IO, ERR_DENIED.
 */
MUST_CHECK enum err mirror_open(struct mirror *mirror, struct os *os,
                                struct folder dir, struct bytes origin,
                                const struct note_key *key,
                                struct block scratch);

struct bytes mirror_origin(const struct mirror *mirror);

/* Entries stored: where the next package has to start. */
uint64_t mirror_size(const struct mirror *mirror);

/* The checkpoint in place, all of whose entries are on the disk; none before
 * the first, and none while the mirror is fetched anew. Borrowed until the next
 * call. */
struct bytes mirror_checkpoint(const struct mirror *mirror);
uint64_t mirror_kept(const struct mirror *mirror);

/* Its files, for whoever reads entries up to mirror_kept(). */
struct log_view mirror_view(const struct mirror *mirror);

/*
 * Compares a checkpoint with what is known; `out` borrows from `note`.
 *
 * ERR_SIGNATURE  the log's key did not sign it
 * ERR_CONFLICT   it did, and it is of another history: `found` is the evidence,
 *                which borrows from the mirror and from `note`
 * ERR_SHORT, ERR_FORMAT, ERR_LIMIT
 */
MUST_CHECK enum err mirror_judge(const struct mirror *mirror,
                                 const struct note_key *key, struct bytes note,
                                 struct checkpoint *out,
                                 struct evidence *found);

/* What a peer hands over: a checkpoint and a package that it proves. */
struct mirror_offer {
    const struct note_key *key;  /* the log's */
    const struct roster *roster; /* whose cosigners count */
    struct bytes note;
    struct package package;
};

/*
 * Stores the entries of a package, once they are proved to lead to the
 * checkpoint; durable only when that is in place. `scratch` has
 * MIRROR_SCRATCH_SIZE bytes, aligned for anything. Before it says OK nothing is
 * believed, and nothing was written that is not proved.
 *
 * ERR_BUSY       it does not start at mirror_size(), or not any more
 * ERR_FORMAT     its own proof does not hold: SYN 5.3
 * ERR_SIGNATURE  it does, but our entries with these lead elsewhere, so that
 *                either these or our past is another: SYN 5.4
 * ERR_CONFLICT   as mirror_judge()
 * ERR_FULL, ERR_IO, and those of mirror_judge()
 */
MUST_CHECK enum err mirror_add(struct mirror *mirror,
                               const struct mirror_offer *offer,
                               struct block scratch, struct evidence *found);

/*
 * After ERR_SIGNATURE: judges a package of no entries that starts at
 * mirror_kept(), by which a peer says what the tree of that size was in the one
 * that `offer->note` signs. SYN 5.4
 *
 * OK            the past is the same: the entries were wrong
 * ERR_CONFLICT  it is another
 * ERR_BUSY      the same, but not all that is stored was sure: the mirror has
 *               gone back, ask again from mirror_size(). Or the package does
 *               not start there
 * ERR_FORMAT    its own proof does not hold
 */
MUST_CHECK enum err mirror_past(struct mirror *mirror,
                                const struct mirror_offer *offer,
                                struct evidence *found);

/* Nobody has more than `size` entries: what was found past them and not proved
 * is forgotten. */
void mirror_fit(struct mirror *mirror, uint64_t size);

/*
 * Takes over cosignatures of the checkpoint in place. `*more` tells whether
 * there were any that we had not. ERR_NOT_FOUND when `note` is another one;
 * else as cosignatures_merge().
 */
MUST_CHECK enum err mirror_merge(struct mirror *mirror,
                                 const struct roster *roster,
                                 const struct note_key *key, struct bytes note,
                                 bool *more);

/* Whether there is something for the next three, which all mirrors of a node do
 * together. */
bool mirror_unsettled(const struct mirror *mirror);

/* Writes the checkpoint under another name. */
MUST_CHECK enum err mirror_prepare(struct mirror *mirror);

/* After os->sync_all(): puts it in place, which another os->sync_all() makes
 * durable. */
MUST_CHECK enum err mirror_place(struct mirror *mirror);

/* After that: removes partial tiles that have become full. LOG 4.8 */
MUST_CHECK enum err mirror_sweep(struct mirror *mirror);

/* What was read of it is not what was written: it begins anew with what is
 * good, keeping what was signed. SYN 5.7 */
void mirror_doubt(struct mirror *mirror, struct block scratch);

#endif
