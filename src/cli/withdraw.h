/* Taking back what was put by its record's name: an alert, an exit order. */
#ifndef CLI_WITHDRAW_H
#define CLI_WITHDRAW_H

#include "cli/cli.h"

/* A whole command `DIR RECORD --reason TEXT`. */
int withdraw(struct cli *cli, int argc, char **argv, const char *about);

#endif
