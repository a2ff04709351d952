/*
 * `kufi serve`: forks the keeper and the desks, starts those that end again,
 * hands them the two ends of channels, and stops them in order. It opens the
 * socket that the desks listen on; it parses nothing from outside and holds no
 * key.
 */
#ifndef NODE_SUPERVISOR_H
#define NODE_SUPERVISOR_H

#include "node/address.h"
#include "node/config.h"
#include "os/process.h"

struct supervisor_config {
    struct os *os;
    struct process *process;
    const char *path; /* of DIR */
    struct config config;
    struct address address; /* instead of what `config` says */
    unsigned desks;         /* likewise; at least 1 */
};

/* Serves until SIGTERM or SIGINT. True when the node has stopped as it should:
 * every receipt is under a published checkpoint, and folded. */
bool supervisor_run(const struct supervisor_config *config);

#endif
