/*
 * A log fetched from a node that mirrors it, over TLS by the roster's pins,
 * into a folder of its own: one more place for restore.h to look at. Nothing is
 * believed here but that the checkpoint is signed, so that its size bounds what
 * is asked for. SYN 9.8
 */
#ifndef NODE_RESTORE_FETCH_H
#define NODE_RESTORE_FETCH_H

#include "crypto/certificate.h"
#include "sync/roster.h"
#include "tlog/view.h"

/*
 * node         whom to ask, at which of its addresses
 * certificate  ours, which the node must know by its roster
 * out          an empty folder, or one of an earlier try: full files that are
 *              there are not asked for again
 */
struct restore_fetch {
    struct os *os;
    struct folder out;
    struct bytes origin;
    const struct note_key *key;
    const struct roster_node *node;
    const struct roster_address *address;
    const struct certificate *certificate;
    uint64_t size; /* entries, once it is known */
    uint64_t files;
    uint64_t missing; /* which the node did not give */
};

/*
 * Fetches what the node has of the log: bundles, the tiles above the leaves,
 * the right edge, and the checkpoints that it mirrors and cosigned.
 *
 * ERR_NOT_FOUND   it has nothing of the log
 * ERR_SIGNATURE   it is another node, or the checkpoint is not the log's
 * ERR_BUSY        it cannot be reached; ERR_SHORT: it broke off, and trying
 *                 again goes on from there
 * ERR_DENIED      it does not know us
 * and those of `os`
 */
MUST_CHECK enum err restore_fetch(struct restore_fetch *fetch);

/* "https://host:port" as an address of a node of the roster: ERR_NOT_FOUND. */
MUST_CHECK enum err restore_fetch_find(const struct roster *roster,
                                       struct bytes url,
                                       const struct roster_node **node,
                                       const struct roster_address **address);

#endif
