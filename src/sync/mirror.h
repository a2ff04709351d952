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
 *     e = mirror_add(&mirror, &key, note, &package, scratch);  again and again
 *     e = mirror_prepare(&mirror, scratch);
 *     ... os->sync_all() ...
 *     e = mirror_place_checkpoint(&mirror);
 */
#ifndef SYNC_MIRROR_H
#define SYNC_MIRROR_H

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

struct mirror_note {
    size_t size; /* 0: none */
    uint64_t covers;
    struct hash root;
    uint8_t bytes[MIRROR_NOTE_SIZE_MAX];
};

/* How much of what lies on the disk is believed. */
enum mirror_trust {
    MIRROR_FOUND,   /* entries past the checkpoint that are not proved yet */
    MIRROR_PROVED,  /* all of them begin a tree that was signed */
    MIRROR_DOUBTED, /* files were damaged: fetched anew from the start */
};

/* Some 120 KiB. Not to be looked into. */
struct mirror {
    struct os *os; /* borrowed while it is open; NULL: not open */
    struct folder dir;
    char prefix[MIRROR_PREFIX_SIZE];
    uint8_t origin[KEY_NAME_SIZE_MAX];
    size_t origin_size;
    struct hash name; /* SHA-256 of the origin */
    enum mirror_trust trust;
    struct edge edge;        /* of what is stored */
    struct edge next;        /* while a package is looked at */
    struct mirror_note kept; /* the checkpoint in place */
    struct mirror_note goal; /* proved by the entries, and no smaller */
    uint64_t swept;          /* partial tiles below it are removed */
    bool folders_made;
    bool cosigned_more; /* `kept` has new lines since it was placed */
};

/*
 * Opens the mirror of `origin`, or an empty one; makes no file. `key` is the
 * log's. A checkpoint or tiles that are not what was written leave a mirror
 * that begins anew. ERR_IO, ERR_DENIED.
 */
MUST_CHECK enum err mirror_open(struct mirror *mirror, struct os *os,
                                struct folder dir, struct bytes origin,
                                const struct note_key *key,
                                struct block scratch);

struct bytes mirror_origin(const struct mirror *mirror);

/* Entries stored: where the next package has to start. */
uint64_t mirror_size(const struct mirror *mirror);

/* The checkpoint in place, all of whose entries are on the disk; none before
 * the first. Borrowed until the next call. */
struct bytes mirror_checkpoint(const struct mirror *mirror);
uint64_t mirror_kept(const struct mirror *mirror);

/* Its files, for whoever reads entries up to mirror_kept(). */
struct log_view mirror_view(const struct mirror *mirror);

/*
 * Compares a checkpoint with those known; `out` borrows from `note`.
 *
 * ERR_SIGNATURE  the log's key did not sign it
 * ERR_CONFLICT   it did, and another root of a size that is known: `known` is
 *                the note that says so
 */
MUST_CHECK enum err mirror_judge(const struct mirror *mirror,
                                 const struct note_key *key, struct bytes note,
                                 struct checkpoint *out, struct bytes *known,
                                 struct fault *fault);

/*
 * Stores the entries of a package, once they are proved to lead to the
 * checkpoint that `note` is; durable only after mirror_place_checkpoint().
 * `scratch` has BUNDLE_SIZE_MAX bytes.
 *
 * ERR_BUSY       it does not start at mirror_size()
 * ERR_SIGNATURE  it proves nothing: nothing was written. `fault->clause` is
 *                "SYN 5.3" when the package's own proof does not hold,
 *                "SYN 5.4" when it does but our entries lead elsewhere, so that
 *                either the entries or our past is another
 * ERR_CONFLICT   as mirror_judge()
 * ERR_FULL, ERR_IO  what was written is not believed
 */
MUST_CHECK enum err mirror_add(struct mirror *mirror,
                               const struct note_key *key, struct bytes note,
                               const struct package *package,
                               struct block scratch, struct fault *fault);

/*
 * After "SYN 5.4" and a package of no entries that starts at mirror_size() and
 * holds by itself: ERR_CONFLICT when it proves that `note` signs another past
 * than `*known`, which was signed too; OK when the past is the same, so that
 * the entries were wrong. A mirror that was only found, not proved, goes back
 * to what its checkpoint covers, and says ERR_BUSY: ask again from there.
 */
MUST_CHECK enum err mirror_past(struct mirror *mirror,
                                const struct note_key *key, struct bytes note,
                                const struct package *package,
                                struct bytes *known, struct fault *fault);

/*
 * Takes over the cosignatures of a note that are by `cosigners` and verify, for
 * the checkpoint in place or the one waiting; of each cosigner the latest.
 * `*more` tells whether there were any that we had not. ERR_NOT_FOUND when it
 * is none of the two checkpoints; ERR_SIGNATURE when a line of a known cosigner
 * is bad.
 */
MUST_CHECK enum err mirror_merge(struct mirror *mirror,
                                 const struct note_key *cosigners, size_t count,
                                 struct bytes note, bool *more);

/* Whether there is a checkpoint to put in place. */
bool mirror_unsettled(const struct mirror *mirror);

/* Writes all that the next checkpoint needs, and it, under another name. */
MUST_CHECK enum err mirror_prepare(struct mirror *mirror);

/* After os->sync_all(): puts it in place. Durable after another. */
MUST_CHECK enum err mirror_place_checkpoint(struct mirror *mirror);

/* What was read does not have its leaf hash: begins anew, keeping what was
 * signed. */
void mirror_doubt(struct mirror *mirror);

#endif
