/* `kufi init`: a folder becomes a node. */
#ifndef NODE_INIT_H
#define NODE_INIT_H

#include "crypto/crypto.h"
#include "node/config.h"

/*
 * Makes a node of the folder at `path`, which is made if it is not there and
 * must be empty if it is. config.ini is written last: a folder without it is no
 * node. What fails leaves nothing behind.
 *
 * ERR_CONFLICT  the folder is not empty, or no folder
 * ERR_FORMAT    `config` holds what config.ini may not
 * and those of `os`. `step` says what was being done when it failed.
 */
MUST_CHECK enum err init_node(struct os *os, const char *path,
                              const struct config *config,
                              const struct random *random, const char **step);

/*
 * The first time zone that the system's database names for a country (ISO
 * 3166-1 alpha-3), or "UTC" when it names none. `out` has ZONE_NAME_SIZE_MAX +
 * 1 bytes.
 */
void init_zone(struct os *os, const char *country, char *out);

#endif
