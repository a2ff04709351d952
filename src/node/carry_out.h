/*
 * What a node gives along on a medium: its log and its mirrors, rosters, lists,
 * and record keys sealed to each who may have them. The medium is laid out as
 * a node's folder, so that whatever reads one reads the other. SYN 10.1
 *
 *     MEDIUM/origin          whose it is
 *     MEDIUM/roster          in force there
 *     MEDIUM/rosters/N       those before
 *     MEDIUM/log/...         its own log
 *     MEDIUM/peers/HEX/...   its mirrors
 *     MEDIUM/grants/...      SYN 8
 *     MEDIUM/lists/...
 */
#ifndef NODE_CARRY_OUT_H
#define NODE_CARRY_OUT_H

#include "crypto/crypto.h"
#include "node/config.h"
#include "sync/roster.h"

#define CARRY_ORIGIN_FILE "origin"

struct carry_figures {
    uint64_t logs;
    uint64_t entries; /* of all logs on the medium now */
    uint64_t files;   /* written, of logs */
    uint64_t bytes;
    uint64_t lists;
    uint64_t grants;
};

/*
 * Copies all of it; what a medium has of full tiles and bundles is left as it
 * is. May run beside the node. `step` says what failed: a constant. Errors of
 * `os`, ERR_CORRUPT for files that are not what a node writes, and ERR_CONFLICT
 * for a medium that another node has written.
 */
struct carry_out {
    bool relay; /* of a medium, to another: no keys are granted */
    struct os *os;
    struct folder dir;
    struct folder medium;
    const struct config *config;
    const struct random *random;
    struct roster *roster; /* filled; the caller's memory */
    struct carry_figures figures;
    const char *step;
};

MUST_CHECK enum err carry_out(struct carry_out *out);

#endif
