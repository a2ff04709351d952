#include "cli/filter.h"

bool
filter_files(struct cli *cli, const struct options *options,
             bool (*stream)(void *context, FILE *in, const char *name),
             void *context)
{
    bool whole = true;

    if (options->argc == 0)
        return stream(context, cli->in, "standard input");
    for (int i = 0; i < options->argc; i++) {
        FILE *in = fopen(options->argv[i], "rb");

        if (in == NULL) {
            cli_complain(cli, "%s: cannot be opened", options->argv[i]);
            whole = false;
            continue;
        }
        whole = stream(context, in, options->argv[i]) && whole;
        fclose(in);
    }
    return whole;
}
