/* How a node stands with others, as a person reads it. */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include "base/json.h"
#include "cli/cli.h"

/* The answer of GET /v1/peers; `now` is what ages are counted from. False when
 * it is no such answer. */
bool status_show(struct cli *cli, struct bytes answer);

/* What the peers hold of a node that wants to come back; how many of them it
 * differs from. */
size_t status_checks(struct cli *cli, const struct json *answer);

#endif
