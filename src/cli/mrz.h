/*
 * `kufi mrz`: machine readable zones in, one JSON object a line out; or, asked
 * to transliterate, names in and their MRZ form out. DOC 8.4, 9.6.
 */
#ifndef CLI_MRZ_H
#define CLI_MRZ_H

#include "cli/cli.h"

int command_mrz(struct cli *cli, int argc, char **argv);

#endif
