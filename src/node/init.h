/* `kufi init`: a folder becomes a node. */
#ifndef NODE_INIT_H
#define NODE_INIT_H

#include "node/book.h"

/*
 * Makes a node of the folder at `config->path`, which is made if it is not
 * there and must be empty if it is; `config->dir` is not looked at. config.ini
 * is written last: a folder without it is no node. What fails leaves nothing
 * behind.
 *
 * ERR_CONFLICT  the folder is not empty, or no folder
 * ERR_FORMAT    the configuration holds what config.ini may not
 * and those of book_create(). `step` says what was being done when it failed.
 */
MUST_CHECK enum err init_node(const struct book_config *config,
                              const char **step);

/*
 * The first time zone that the system's database names for a country (ISO
 * 3166-1 alpha-3), or "UTC" when it names none. `out` has ZONE_NAME_SIZE_MAX +
 * 1 bytes.
 */
void init_zone(struct os *os, const char *country, char *out);

#endif
