/* `kufi init`: makes a node. */
#ifndef CLI_INIT_H
#define CLI_INIT_H

#include "cli/cli.h"

int command_init(struct cli *cli, int argc, char **argv);

#endif
