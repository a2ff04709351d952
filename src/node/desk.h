/*
 * A desk: answers HTTP, reads the store and the log's public files, and asks
 * the keeper for what is to be recorded. All that is hostile is parsed here,
 * where there is no key and nothing can be written.
 */
#ifndef NODE_DESK_H
#define NODE_DESK_H

#include "node/child.h"

/* Runs until SIGTERM or trouble; returns the exit status. */
int desk_run(const struct child *child);

#endif
