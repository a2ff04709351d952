/* `kufi rebuild`: the tables folded anew from the log. */
#ifndef CLI_REBUILD_H
#define CLI_REBUILD_H

#include "cli/cli.h"

int command_rebuild(struct cli *cli, int argc, char **argv);

#endif
