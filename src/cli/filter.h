/* A command that is a filter: it reads the files that it is given, or what
 * comes in. */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include "cli/cli.h"
#include "cli/options.h"

/*
 * Calls `stream` for each file, or for the standard input when there is none;
 * it returns false when it could not read all. False when that, or opening a
 * file, went wrong for any: complained of, and the others read all the same.
 */
bool filter_files(struct cli *cli, const struct options *options,
                  bool (*stream)(void *context, FILE *in, const char *name),
                  void *context);

#endif
