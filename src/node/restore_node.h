/*
 * A log that was put together again, in a node's folder: as the node's own, to
 * be gone on with, or as the mirror of another's. SYN 9.5 and 9.6
 *
 * The node does not run meanwhile: the caller holds the lock of the journal, if
 * there is one.
 */
#ifndef NODE_RESTORE_NODE_H
#define NODE_RESTORE_NODE_H

#include "crypto/crypto.h"
#include "node/config.h"
#include "node/restore.h"

/* A log so small is that of a node that was just made, and of no use. */
#define RESTORE_FRESH_MAX 8
/* Where a fresh node's own short log is put aside. */
#define RESTORE_ASIDE "log.before"

/* Whether the log found may be gone on with: nobody vouches for more than is
 * there, nor for anything else. SYN 9.5 */
bool restore_whole(const struct restore *restore);

/*
 * Gives the node in `dir` its old log key again, and makes its card anew: with
 * other keys than the roster has, so that custodians have to put it there. It
 * does not start until its log is restored. Those of `os`.
 */
MUST_CHECK enum err restore_claim(struct os *os, struct folder dir,
                                  const struct config *config,
                                  const struct sign_key *key,
                                  const struct random *random);

/*
 * Makes it the log of the node in `dir`, which it claims as above. The journal
 * is removed first and made last, so that a node that was half restored does
 * not start; doing it again is safe. Past keys are not given back here: the
 * keyring holds an epoch that was never used. ERR_CONFLICT when it is not
 * whole; ERR_LIMIT; those of `os`.
 */
MUST_CHECK enum err restore_own(struct restore *restore, struct folder dir,
                                const struct config *config,
                                const struct sign_key *key,
                                const struct random *random);

/* Makes it the mirror of another's log in `dir`. Those of `os`. */
MUST_CHECK enum err restore_mirror(struct restore *restore, struct folder dir);

#endif
