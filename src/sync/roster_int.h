/* What the files of the roster share, and the card with them. */
#ifndef SYNC_ROSTER_INT_H
#define SYNC_ROSTER_INT_H

#include "base/reader.h"
#include "sync/roster.h"

/* The words of the rights; the bit of each is its place. SYN 2.6 */
extern const char *const roster_rights[ROSTER_RIGHT_COUNT];

/* The vkeys of a log and its cosigner into `out`, whose origin is there. */
void roster_keys_read(struct reader *r, struct bytes log, struct bytes cosign,
                      struct roster_node *out, const char *clause);

void roster_box_read(struct reader *r, struct bytes field,
                     struct box_public *out, const char *clause);

/* One public key, whatever it is called. */
bool roster_key_same(const struct note_key *a, const struct note_key *b);

/* No two custodians have one key. SYN 2.5 */
bool roster_custodians_differ(const struct roster *roster);

/* No custodian's key is a node's, or was one's. SYN 2.5 */
bool roster_custodians_apart(const struct roster *roster);

/* No two nodes share a node's name or any key. SYN 2.8 */
bool roster_nodes_differ(const struct roster *roster);

/* No revoked node is a node, and no log's key is that of two. SYN 2.9 */
bool roster_logs_differ(const struct roster *roster);

#endif
