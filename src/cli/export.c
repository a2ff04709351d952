/*
 * `kufi export`: what a node has, onto a medium, for nodes that no network
 * reaches. May run beside the node. SYN 10.1
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/options.h"
#include "node/carry_out.h"
#include "os/process.h"

static void
show(struct cli *cli, const struct carry_figures *figures)
{
    fprintf(cli->out,
            "logs     %" PRIu64 ", of %" PRIu64 " entries; %" PRIu64
            " files were not there before\nlists    %" PRIu64
            "\ngrants   %" PRIu64 "\nbytes    %" PRIu64 "\n",
            figures->logs, figures->entries, figures->files, figures->lists,
            figures->grants, figures->bytes);
}

static int
fail(struct cli *cli, enum err e, const char *what)
{
    int status = cli_fail(cli, e, what);

    return status == CLI_NO ? CLI_TROUBLE : status;
}

static int
carry(struct cli *cli, struct carry_out *out, struct config *config,
      char **paths)
{
    struct config_fault fault;
    enum err e = cli->os->folder_open(cli->os, paths[0], &out->dir);
    int status = CLI_DONE;

    if (e != OK)
        return fail(cli, e, paths[0]);
    e = cli->os->folder_open(cli->os, paths[1], &out->medium);
    if (e != OK) {
        cli->os->folder_close(cli->os, out->dir);
        return fail(cli, e, paths[1]);
    }
    e = config_read(cli->os, out->dir, config, &fault);
    if (e != OK)
        status = fail(cli, e, CONFIG_FILE);
    else if ((e = carry_out(out)) == ERR_CONFLICT) {
        cli_complain(cli,
                     "%s: another node wrote that; give each a folder of"
                     " its own",
                     paths[1]);
        status = CLI_NO;
    } else if (e != OK)
        status = fail(cli, e, out->step);
    else
        show(cli, &out->figures);
    cli->os->folder_close(cli->os, out->medium);
    cli->os->folder_close(cli->os, out->dir);
    return status;
}

int
command_export(struct cli *cli, int argc, char **argv)
{
    struct options options = {
        .arguments = "DIR MEDIUM",
        .about = "Copies a node's log, its mirrors, rosters and lists into the"
                 " folder MEDIUM,\nand record keys sealed to each who may have"
                 " them. What the medium has is kept.",
        .arguments_min = 2,
        .arguments_max = 2,
    };
    struct config config;
    struct carry_out out = {
        .os = cli->os, .config = &config, .random = &crypto_random};
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    out.roster = calloc(1, sizeof(*out.roster));
    if (out.roster == NULL || crypto_init() != OK)
        status = fail(cli, ERR_LIMIT, "memory");
    else {
        process_guard();
        status = carry(cli, &out, &config, options.argv);
    }
    free(out.roster);
    return status;
}
