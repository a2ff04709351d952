/*
 * `kufi import`: takes in what `kufi export` wrote, verified as if it had come
 * over the network. SYN 10.2
 */
#include <inttypes.h>

#include "cli/options.h"
#include "node/carry_in.h"
#include "os/process.h"

static void
show(struct cli *cli, const struct carry_in *in)
{
    fprintf(cli->out,
            "entries  %" PRIu64 "\nrosters  %" PRIu64 "\ngrants   %" PRIu64
            "\nlists    %" PRIu64 "\nrefused  %" PRIu64 "\n",
            in->entries, in->rosters, in->grants, in->lists, in->refused);
    if (in->refused > 0 && in->why_size > 0)
        fprintf(cli->out, "         %.*s\n", (int)in->why_size, in->why);
    if (in->evidence > 0)
        fprintf(cli->out,
                "evidence %" PRIu64 ": a log signed what contradicts;"
                " kufi status says which\n",
                in->evidence);
    if (in->rebuild)
        fputs("keys came late: the tables are folded anew at the next start\n",
              cli->out);
}

static int
complain(struct cli *cli, enum err e, const struct carry_in *in,
         const char *path)
{
    if (e == ERR_BUSY)
        cli_complain(cli, "the node is running: stop it first");
    else if (e == ERR_DENIED)
        cli_complain(cli,
                     "%s: not of this country, or this node has no roster"
                     " or is isolated",
                     path);
    else
        cli_complain(cli, "%s: %s", in->step, err_text(e));
    return e == ERR_DENIED ? CLI_NO : CLI_TROUBLE;
}

int
command_import(struct cli *cli, int argc, char **argv)
{
    struct options options = {
        .arguments = "DIR MEDIUM",
        .about = "Takes in what `kufi export` wrote into MEDIUM, as if it had"
                 " come over the\nnetwork. The node must not run.",
        .arguments_min = 2,
        .arguments_max = 2,
    };
    struct config config;
    struct config_fault fault;
    struct folder dir;
    struct carry_in in;
    enum err e;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    e = crypto_init();
    if (e == OK)
        e = cli->os->folder_open(cli->os, options.argv[0], &dir);
    if (e != OK)
        return cli_fail(cli, e, options.argv[0]);
    e = config_read(cli->os, dir, &config, &fault);
    cli->os->folder_close(cli->os, dir);
    if (e != OK)
        return cli_fail(cli, e, CONFIG_FILE);
    process_guard();
    e = carry_in(&(struct book_config){.os = cli->os,
                                       .path = options.argv[0],
                                       .config = &config,
                                       .random = &crypto_random},
                 options.argv[1], &in);
    if (e != OK)
        return complain(cli, e, &in, options.argv[1]);
    show(cli, &in);
    return in.evidence > 0 ? CLI_NO : CLI_DONE;
}
