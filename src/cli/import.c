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
#include "node/peers.h"
#include "os/process.h"

/* How long a running node is waited for, and how often it is looked. */
#define WAIT_NS UINT64_C(600000000000)
#define WAIT_STEP_NS 100000000

static int
show(struct cli *cli, const struct carry_in *in)
{
    uint8_t block[CARRY_REPORT_SIZE_MAX];
    struct writer w;

    writer_init(&w, block, sizeof(block));
    carry_report_put(&w, &in->report);
    cli_write(cli, writer_done(&w));
    if (in->rebuild)
        fputs("keys came late: the tables are folded anew at the next start\n",
              cli->out);
    return carry_report_good(&in->report) ? CLI_DONE : CLI_NO;
}

static int
complain(struct cli *cli, enum err e, const struct carry_in *in,
         const char *path)
{
    if (in->medium)
        cli_complain(cli, "%s: %s", path, in->step);
    else
        cli_complain(cli, "%s: %s", in->step, err_text(e));
    return e == ERR_DENIED || e == ERR_CONFLICT ? CLI_NO : CLI_TROUBLE;
}

/* ----- Into a node that runs. ----- */

/* The origin that a medium names, as if it were a node's configuration. Without
 * a roster it is no medium. */
static enum err
medium_origin(struct carry_out *out, struct config *config)
{
    struct os *os = out->os;
    struct file roster;
    size_t size = 0;
    enum err e =
        os_read_file(os, out->dir, CARRY_ORIGIN_FILE, (uint8_t *)config->origin,
                     ORIGIN_SIZE_MAX, &size);

    config->origin[size] = '\0';
    if (e == OK)
        e = os->open(os, out->dir, PEERS_ROSTER_FILE, OPEN_READ, 0, &roster);
    if (e == OK)
        os->close(os, roster);
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
    if (e != OK)
        return e;
    e = os->remove(os, node, CARRY_INBOX_REPORT);
    return e == OK || e == ERR_NOT_FOUND
               ? os->rename(os, node, CARRY_INBOX_NEW, CARRY_INBOX_MEDIUM)
               : e;
}

/* What the courier has left to be said of it. */
static int
report_tell(struct cli *cli, struct folder node)
{
    uint8_t block[CARRY_REPORT_SIZE_MAX + sizeof(CARRY_NOT_GOOD)];
    struct bytes text = {block, 0};
    struct bytes verdict;
    enum err e = os_read_file(cli->os, node, CARRY_INBOX_REPORT, block,
                              sizeof(block), &text.size);

    if (e == OK)
        e = cli->os->remove(cli->os, node, CARRY_INBOX_REPORT);
    if (e != OK) {
        (void)cli_fail(cli, e, CARRY_INBOX_REPORT);
        return CLI_TROUBLE;
    }
    verdict = bytes_split(&text, '\n');
    if (bytes_equal(verdict, BYTES("refused"))) {
        cli_complain(cli, "refused: %.*s", (int)text.size,
                     (const char *)text.p);
        return CLI_NO;
    }
    cli_write(cli, text);
    fputs("taken in by the running node; kufi status says what it has\n",
          cli->out);
    return bytes_equal(verdict, BYTES("good")) ? CLI_DONE : CLI_NO;
}

/* Until the courier has removed it. */
static int
medium_wait(struct cli *cli, struct folder node)
{
    static const struct timespec step = {.tv_nsec = WAIT_STEP_NS};
    uint64_t end_ns = cli->os->monotonic_ns(cli->os) + WAIT_NS;

    while (carry_inbox_waits(cli->os, node)) {
        if (cli->os->monotonic_ns(cli->os) > end_ns) {
            cli_complain(cli, "the node has not taken it in yet; it goes on"
                              " with it");
            return CLI_TROUBLE;
        }
        (void)nanosleep(&step, NULL);
    }
    return report_tell(cli, node);
}

static int
not_given(struct cli *cli, enum err e, const char *step, const char *medium)
{
    if (e == ERR_NOT_FOUND || e == ERR_CORRUPT)
        cli_complain(cli, "%s: %s (%s)", medium, carry_refusal(e), step);
    else
        (void)cli_fail(cli, e, step);
    return CLI_TROUBLE;
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
        status = e == OK ? medium_wait(cli, node)
                         : not_given(cli, e, out.step, paths[1]);
        cli->os->folder_close(cli->os, node);
    } else
        status = not_given(cli, e, out.step, paths[1]);
    free(config);
    free(out.roster);
    return status;
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
    return show(cli, &in);
}
