/*
 * The arguments of a command: a table of the options it takes, filled in by one
 * call, and the help made from the same table. Options and arguments may
 * stand in any order; `--` ends the options; a value follows its option as the
 * next argument or after `=`.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"

/*
 * name        "--until"
 * value_name  what the help calls its value, "DATE"; NULL: a flag without one
 * help        one line
 * values      room for `values_max` values, filled in the order given; may be
 *             NULL for a flag
 * values_max  how often the option may be given; 0 as 1
 * count       how often it was
 */
struct option {
    const char *name;
    const char *value_name;
    const char *help;
    const char **values;
    size_t values_max;
    size_t count;
};

/*
 * The caller fills in the first group; options_parse() the second, which points
 * into `argv`.
 */
struct options {
    const char *arguments; /* as the help shows them: "DIR MRZ-LINE..." */
    const char *about;     /* what the command does, in sentences */
    struct option *table;
    size_t table_count;
    int arguments_min;
    int arguments_max;

    int argc; /* what was not an option */
    char **argv;
};

/*
 * Reads the arguments. False when the command is over already (the help was
 * asked for, or the call was wrong and has been complained of): `*status` is
 * then what to return. Reorders `argv`.
 */
MUST_CHECK bool options_parse(struct cli *cli, struct options *options,
                              int argc, char **argv, int *status);

/*
 * The value of an option as a whole number from `min` to `max`; complains when
 * it is none.
 */
MUST_CHECK bool options_number(struct cli *cli, const struct option *option,
                               uint64_t min, uint64_t max, uint64_t *out);

#endif
