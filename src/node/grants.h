/*
 * Grants of record keys from keeper to keeper. SYN 8.
 *
 *     0   2  size of the note
 *     2   .  the note, signed by the log key of the node that grants:
 *
 *                kufi grant v1
 *                from <origin that grants>
 *                to <origin that receives>
 *                of <origin of the log whose entries the keys open>
 *                box <size> <SHA-256, hex>
 *
 *     .   .  the box, sealed to the receiver's box key: a keyring's file,
 *            REC 7.1, as of the size of the log when this was made
 *
 * A node grants the keys of its own log; and one that holds all keys returns a
 * node its own, when its disk is lost, and grants those of revoked nodes' logs.
 */
#ifndef NODE_GRANTS_H
#define NODE_GRANTS_H

#include "crypto/box.h"
#include "node/keyrings.h"
#include "sync/errand.h"
#include "tlog/note.h"

/* What the courier and the keeper pass each other: eleven years of keys and a
 * thousand entries erased alone. */
#define GRANT_SIZE_MAX ERRAND_NOTE_SIZE_MAX
#define GRANT_NOTE_SIZE_MAX 2048

/* A grant's note, verified by nobody yet; borrows. */
struct grant {
    struct bytes from;
    struct bytes to;
    struct bytes of;
    struct bytes box;
    struct note note;
};

/* ERR_SHORT, ERR_FORMAT, ERR_LIMIT: SYN 8.2; ERR_SIGNATURE when the box is not
 * the one that the note is of. Says nothing of who signed. */
MUST_CHECK enum err grant_parse(struct bytes in, struct grant *out,
                                struct fault *fault);

/* The arena that grant_make() and grant_open() need at most; what they leave in
 * it is no secret, but for the keyring of the latter. */
#define GRANT_ARENA_SIZE                                                       \
    (GRANT_SIZE_MAX + KEYRING_ARENA_SIZE(GRANT_SIZE_MAX / KEYRING_NODE_SIZE))

/* What a receiver takes no offence at in epochs that are too old, and passes
 * over: the two clocks may be a day apart and each near midnight. */
#define GRANT_SLACK_DAYS 2

/*
 * What to grant, to whom.
 *
 * keyring      of any log whose keys the granting node holds
 * size         entries of that log, all of whose erasures the keyring obeys;
 *              not 0
 * first_epoch  the oldest that the receiver may hold; 0: all
 */
struct grant_terms {
    struct bytes from;
    const struct sign_key *key; /* log key of `from` */
    struct bytes to;
    const struct box_public *box; /* of `to` */
    const struct keyring *keyring;
    uint64_t size;
    uint32_t first_epoch;
};

/*
 * Makes a grant into `w`, of as many of the newest epochs as fit
 * GRANT_SIZE_MAX: the oldest were granted when they were new. ERR_NOT_FOUND
 * when there is no epoch to grant; ERR_LIMIT when `w` or the arena is too
 * small; ERR_FORMAT when nothing can be sealed for that key.
 */
MUST_CHECK enum err grant_make(const struct grant_terms *terms,
                               const struct random *random, struct arena *arena,
                               struct writer *w);

/*
 * What a receiver knows, and by which it judges.
 *
 * own          origin and box key of the receiver
 * key          log key of the node named `from`, from the roster
 * returns      whether `from` may return `own` its own keys: it holds all
 * of_revoked   whether the log is a revoked node's: `from` may grant its keys
 *              on the same condition
 * first_epoch  the oldest of others' that the receiver may hold; 0: all
 */
struct grant_judge {
    struct bytes own;
    const struct box_key *box;
    const struct note_key *key;
    bool returns;
    bool of_revoked;
    uint32_t first_epoch;
};

/*
 * Verifies a grant and opens it into a keyring that lives in the arena, until
 * keyring_deinit(); its `as_of` is the log's size when the grant was made.
 *
 * ERR_SHORT, ERR_FORMAT, ERR_LIMIT, ERR_CONFLICT  no keyring, SYN 8.2
 * ERR_SIGNATURE  not signed by the key, or the box does not open: SYN 8.3
 * ERR_DENIED     not for this node, not the granting node's log, or epochs
 *                that the receiver may not hold: SYN 8.3
 */
MUST_CHECK enum err grant_open(const struct grant *grant,
                               const struct grant_judge *judge,
                               struct arena *arena, struct keyring *out,
                               struct fault *fault);

/* The first epoch of a hot window of so many days that ends with `day`; days
 * since 1970-01-01. */
uint32_t grant_first_epoch(uint32_t day, uint32_t hot_days);

#endif
