/*
 * The courier: the process that speaks with other nodes. It mirrors their logs
 * into DIR/peers, brings lists into DIR/lists and sealed keys into DIR/grants,
 * and serves what it has to those that the roster names. It holds the TLS key
 * and no other, and asks the keeper for everything that has an effect
 * (node/errand.h). SYN 7
 *
 * It is idle while there is no roster, and while the node is isolated.
 */
#ifndef NODE_COURIER_H
#define NODE_COURIER_H

#include "node/child.h"

/* Runs until SIGTERM; returns an exit status, of enum child_exit. */
int courier_run(const struct child *child);

#endif
