/* `kufi serve`: runs a node. */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

#include "cli/cli.h"

int command_serve(struct cli *cli, int argc, char **argv);

#endif
