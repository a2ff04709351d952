/*
 * The keeper: the one process that writes. It opens the book, then gathers what
 * the desks ask, makes it durable together, and answers. It speaks to nobody
 * but the desks, over channels that the supervisor hands it.
 */
#ifndef NODE_KEEPER_H
#define NODE_KEEPER_H

#include "node/child.h"

/* Runs until SIGTERM or trouble; returns the exit status. */
int keeper_run(const struct child *child);

#endif
