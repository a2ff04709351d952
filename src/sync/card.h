/*
 * A node's card: who it is, to be carried to the custodians, who put it into
 * the roster. A note signed by the node's own log key. SYN 2.13.
 *
 *     kufi card v1
 *     origin <origin>
 *     log <log vkey>
 *     cosign <cosigner's vkey>
 *     tls <pin, hex>
 *     box <box key, base64>
 *     position <lat,long or ->
 *     place <place>
 */
#ifndef SYNC_CARD_H
#define SYNC_CARD_H

#include "sync/roster.h"

#define CARD_SIZE_MAX 4096

/* The whole note. Of `node` neither the role nor the addresses are written:
 * they are the custodians' to say. */
void card_sign(struct writer *w, const struct roster_node *node,
               const struct sign_key *log_key);

/*
 * A card signed by the log key that it names; role ROSTER_POST and no address
 * are put into `out`, which borrows from `note`. ERR_SHORT, ERR_FORMAT,
 * ERR_LIMIT, ERR_SIGNATURE.
 */
MUST_CHECK enum err card_open(struct bytes note, struct roster_node *out,
                              struct fault *fault);

#endif
