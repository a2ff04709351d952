#include "cli/options.h"

#include <inttypes.h>
#include <string.h>

#include "cli/wrap.h"

#define NAME_WIDTH 24 /* the column in which the help of an option begins */

static void
help_option(struct cli *cli, const char *name, const char *value_name,
            const char *help)
{
    int width =
        fprintf(cli->out, "  %s%s%s", name, value_name == NULL ? "" : " ",
                value_name == NULL ? "" : value_name);

    if (width < NAME_WIDTH)
        fprintf(cli->out, "%*s", NAME_WIDTH - width, "");
    else
        fprintf(cli->out, "\n%*s", NAME_WIDTH, "");
    (void)wrap_words(cli->out, bytes_of(help), NAME_WIDTH, NAME_WIDTH);
    fputc('\n', cli->out);
}

static void
help(struct cli *cli, const struct options *options)
{
    fprintf(cli->out, "usage: kufi %s%s%s%s\n\n%s\n\n", cli->command,
            options->table_count > 0 ? " [OPTION]..." : "",
            options->arguments[0] == '\0' ? "" : " ", options->arguments,
            options->about);
    for (size_t i = 0; i < options->table_count; i++)
        help_option(cli, options->table[i].name, options->table[i].value_name,
                    options->table[i].help);
    help_option(cli, "--help", NULL, "show this and exit");
    fputs("\nExit status: 0 done, 1 no or refused, 2 called wrongly, "
          "3 trouble.\n",
          cli->out);
}

static int
wrong(struct cli *cli)
{
    fprintf(cli->err, "kufi %s --help says how it is called\n", cli->command);
    return CLI_USAGE;
}

/* The option that `text` names, with or without `=VALUE`; NULL when none. */
static struct option *
find(const struct options *options, const char *text)
{
    size_t size = strcspn(text, "=");

    for (size_t i = 0; i < options->table_count; i++) {
        const char *name = options->table[i].name;

        if (strlen(name) == size && memcmp(name, text, size) == 0)
            return &options->table[i];
    }
    return NULL;
}

/*
 * Takes the option at argv[*at], moving `*at` to the last argument that belongs
 * to it; false when it is wrong.
 */
static bool
take(struct cli *cli, struct option *option, char **argv, int *at)
{
    size_t values_max = option->values_max == 0 ? 1 : option->values_max;
    const char *equals = strchr(argv[*at], '=');
    const char *value = option->name;

    if (option->value_name == NULL && equals != NULL) {
        cli_complain(cli, "%s takes no value", option->name);
        return false;
    }
    if (option->value_name != NULL)
        value = equals != NULL ? equals + 1 : argv[++*at];
    if (value == NULL) {
        cli_complain(cli, "%s needs %s", option->name, option->value_name);
        return false;
    }
    if (option->count == values_max) {
        cli_complain(cli, "%s is given too often", option->name);
        return false;
    }
    if (option->values != NULL)
        option->values[option->count] = value;
    option->count++;
    return true;
}

bool
options_parse(struct cli *cli, struct options *options, int argc, char **argv,
              int *status)
{
    bool only_arguments = false;

    options->argc = 0;
    options->argv = argv;
    for (int i = 0; i < argc; i++) {
        struct option *option;

        if (only_arguments || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[options->argc++] = argv[i];
            continue;
        }
        if (strcmp(argv[i], "--") == 0) {
            only_arguments = true;
            continue;
        }
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help(cli, options);
            *status = CLI_DONE;
            return false;
        }
        option = find(options, argv[i]);
        if (option == NULL)
            cli_complain(cli, "unknown option %s", argv[i]);
        if (option == NULL || !take(cli, option, argv, &i)) {
            *status = wrong(cli);
            return false;
        }
    }
    if (options->argc < options->arguments_min ||
        options->argc > options->arguments_max) {
        cli_complain(cli, "%s",
                     options->argc < options->arguments_min
                         ? "an argument is missing"
                         : "too many arguments");
        *status = wrong(cli);
        return false;
    }
    return true;
}

bool
options_number(struct cli *cli, const struct option *option, uint64_t min,
               uint64_t max, uint64_t *out)
{
    const char *text = option->values[0];
    uint64_t value;

    if (!bytes_decimal(bytes_of(text), max, &value) || value < min) {
        cli_complain(cli, "%s needs a number from %" PRIu64 " to %" PRIu64,
                     option->name, min, max);
        return false;
    }
    *out = value;
    return true;
}
