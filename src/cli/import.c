/*
 * `kufi import`: takes in what `kufi export` wrote, verified as if it had come
 * over the network. SYN 10.2
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/options.h"
#include "node/carry.h"
#include "node/carry_in.h"
#include "node/carry_out.h"
#include "os/process.h"

/* How long a running node is waited for, and how often it is looked. */
#define WAIT_NS UINT64_C(600000000000)
#define WAIT_STEP_NS 100000000

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
    if (e == ERR_DENIED)
        cli_complain(cli,
                     "%s: not of this country, or this node has no roster"
                     " or is isolated",
                     path);
    else
        cli_complain(cli, "%s: %s", in->step, err_text(e));
    return e == ERR_DENIED ? CLI_NO : CLI_TROUBLE;
}

/* ----- Into a node that runs. ----- */

/* The origin that a medium names, as if it were a node's configuration. */
static enum err
medium_origin(struct carry_out *out, struct config *config)
{
    size_t size = 0;
    enum err e =
        os_read_file(out->os, out->dir, CARRY_ORIGIN_FILE,
                     (uint8_t *)config->origin, ORIGIN_SIZE_MAX, &size);

    config->origin[size] = '\0';
    return e;
}

/* Copied under another name first; while one is taken in, no other is put. */
static enum err
medium_copy(struct carry_out *out, const char *path)
{
    struct os *os = out->os;
    struct folder node = out->medium;
    char inbox[BOOK_PATH_SIZE_MAX];
    enum err e = os_remove_tree(os, node, CARRY_INBOX_NEW);

    if (snprintf(inbox, sizeof(inbox), "%s/" CARRY_INBOX_NEW, path) >=
        (int)sizeof(inbox))
        return ERR_LIMIT;
    if (e == OK)
        e = os->make_folder(os, node, CARRY_INBOX, 0700);
    if (e == OK)
        e = os->make_folder(os, node, CARRY_INBOX_NEW, 0700);
    if (e == OK)
        e = os->folder_open(os, inbox, &out->medium);
    if (e != OK)
        return e;
    e = carry_out(out);
    os->folder_close(os, out->medium);
    return e == OK ? os->rename(os, node, CARRY_INBOX_NEW, CARRY_INBOX_MEDIUM)
                   : e;
}

/* Until the courier has removed it. */
static int
medium_wait(struct cli *cli, struct folder node)
{
    static const struct timespec step = {.tv_nsec = WAIT_STEP_NS};
    uint64_t end_ns = cli->os->monotonic_ns(cli->os) + WAIT_NS;
    struct file file;

    while (cli->os->open(cli->os, node, CARRY_INBOX_MEDIUM "/roster", OPEN_READ,
                         0, &file) == OK) {
        cli->os->close(cli->os, file);
        if (cli->os->monotonic_ns(cli->os) > end_ns) {
            cli_complain(cli, "the node has not taken it in yet; it goes on"
                              " with it");
            return CLI_TROUBLE;
        }
        (void)nanosleep(&step, NULL);
    }
    fputs("taken in by the running node; kufi status says what it has\n",
          cli->out);
    return CLI_DONE;
}

static int
give(struct cli *cli, char **paths)
{
    struct config *config = calloc(1, sizeof(*config));
    struct carry_out out = {.relay = true,
                            .os = cli->os,
                            .random = &crypto_random,
                            .config = config,
                            .roster = calloc(1, sizeof(struct roster))};
    struct folder node;
    enum err e = config == NULL || out.roster == NULL ? ERR_LIMIT : OK;
    int status;

    out.step = paths[0];
    if (e == OK)
        e = cli->os->folder_open(cli->os, paths[0], &node);
    if (e == OK) {
        out.step = paths[1];
        out.medium = node;
        e = cli->os->folder_open(cli->os, paths[1], &out.dir);
        if (e == OK) {
            e = medium_origin(&out, config);
            if (e == OK)
                e = medium_copy(&out, paths[0]);
            cli->os->folder_close(cli->os, out.dir);
        }
        status = e == OK ? medium_wait(cli, node) : cli_fail(cli, e, out.step);
        cli->os->folder_close(cli->os, node);
    } else
        status = cli_fail(cli, e, out.step);
    free(config);
    free(out.roster);
    return status == CLI_NO ? CLI_TROUBLE : status;
}

int
command_import(struct cli *cli, int argc, char **argv)
{
    struct options options = {
        .arguments = "DIR MEDIUM",
        .about = "Takes in what `kufi export` wrote into MEDIUM, as if it had"
                 " come over the\nnetwork: by the node itself if it runs, else"
                 " for it.",
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
    if (e == ERR_BUSY)
        return give(cli, options.argv);
    if (e != OK)
        return complain(cli, e, &in, options.argv[1]);
    show(cli, &in);
    return in.evidence > 0 ? CLI_NO : CLI_DONE;
}
