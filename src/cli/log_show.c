/*
 * `kufi log show`: what an entry says. Whoever looks at a traveller's data is
 * recorded before it is shown: by the node when it runs, else by this command
 * in the keeper's place.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "api/render.h"
#include "cli/options.h"
#include "cli/post.h"
#include "node/offline.h"
#include "tlog/tree.h"

#define BODY_SIZE_MAX CLIENT_BODY_SIZE_MAX
#define SHOWN_SIZE_MAX 65536 /* the largest event in JSON */

/* Who is recorded as having looked when no node runs: whoever may read DIR. */
#define ACTOR "local"

/* What a command that found no node goes on with. */
#define NO_NODE (-1)

static bool
config_find(struct cli *cli, const char *path, struct config *config)
{
    struct config_fault fault = {.what = NULL};
    struct folder dir;
    enum err e = cli->os->folder_open(cli->os, path, &dir);

    if (e != OK) {
        cli_complain(cli, "%s: %s", path, err_text(e));
        return false;
    }
    e = config_read(cli->os, dir, config, &fault);
    cli->os->folder_close(cli->os, dir);
    if (e == OK)
        return true;
    cli_complain(cli, "%s/" CONFIG_FILE ": %s", path,
                 fault.what != NULL ? fault.what : err_text(e));
    return false;
}

/* Asks the running node; the exit status, or NO_NODE. */
static int
ask(struct cli *cli, struct post *post, const char *path, struct arena *arena)
{
    struct exchange exchange = {.method = "GET", .path = path};
    enum err e = client_exchange(&post->client, &exchange, arena);
    int status;

    if (e == ERR_BUSY)
        return NO_NODE;
    if (e != OK)
        return post_unreached(cli, post, e);
    if (exchange.status == 401)
        return NO_NODE; /* another node has taken the address */
    status = post_exit_of(exchange.status);
    if (status != CLI_DONE) {
        post_complain(cli, exchange.status, exchange.answer);
        return status;
    }
    cli_write(cli, exchange.answer);
    fputc('\n', cli->out);
    return CLI_DONE;
}

static int
show_online(struct cli *cli, const char *dir, const struct config *config,
            uint64_t index)
{
    struct bytes node = config_node(config);
    char path[sizeof(config->origin) + 64];
    void *block = malloc(BODY_SIZE_MAX);
    struct arena arena;
    struct post post;
    int status = CLI_TROUBLE;

    if (block == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    arena_init(&arena, block, BODY_SIZE_MAX);
    snprintf(path, sizeof(path), "/v1/records/%.*s/%" PRIu64, (int)node.size,
             node.p, index);
    if (post_open(cli, &post, dir, NULL, 1)) {
        status = ask(cli, &post, path, &arena);
        post_close(&post);
    }
    free(block);
    return status;
}

/* The same members as the node's own answer has. */
static void
record_write(struct cli *cli, const struct config *config, uint64_t index,
             const struct offline_record *record)
{
    struct api api = {.origin = bytes_of(config->origin),
                      .node = config_node(config),
                      .sample = config->sample};
    uint8_t block[SHOWN_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    render_event(&api, &j, index, &record->event, &record->leaf);
    render_sample(&api, &j);
    json_end_object(&j);
    cli_write(cli, writer_done(&w));
    fputc('\n', cli->out);
}

static int
show_offline(struct cli *cli, const char *dir, const struct config *config,
             uint64_t index)
{
    struct book_config book = {
        .os = cli->os, .path = dir, .config = config, .random = &crypto_random};
    void *block = malloc(OFFLINE_ARENA_SIZE);
    struct offline_record record;
    const char *step = NULL;
    struct arena arena;
    enum err e;

    if (block == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    arena_init(&arena, block, OFFLINE_ARENA_SIZE);
    e = offline_look(&book, index, BYTES(ACTOR), &arena, &record, &step);
    if (e == OK)
        record_write(cli, config, index, &record);
    else if (e == ERR_BUSY)
        cli_complain(cli, "a node runs on %s but cannot be asked", dir);
    else if (e == ERR_NOT_FOUND)
        cli_complain(cli, "entry %" PRIu64 ": not found", index);
    else if (e == ERR_DENIED)
        cli_complain(cli, "entry %" PRIu64 " has been erased", index);
    else
        cli_complain(cli, "%s: %s", step, err_text(e));
    free(block);
    return cli_exit_of(e);
}

int
command_log_show(struct cli *cli, int argc, char **argv)
{
    struct option table[] = {
        {.name = "--json", .help = "as it is without: in JSON"},
    };
    struct options options = {
        .arguments = "DIR INDEX",
        .about = "Shows an entry of a node's log, opened, in JSON. A look at "
                 "a traveller's data is\nrecorded before it is shown.",
        .table = table,
        .table_count = 1,
        .arguments_min = 2,
        .arguments_max = 2,
    };
    struct config config;
    uint64_t index;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (!bytes_decimal(bytes_of(options.argv[1]), TREE_SIZE_MAX - 1, &index)) {
        cli_complain(cli, "%s is no index of an entry", options.argv[1]);
        return CLI_USAGE;
    }
    if (!config_find(cli, options.argv[0], &config))
        return CLI_TROUBLE;
    status = show_online(cli, options.argv[0], &config, index);
    if (status == NO_NODE)
        status = show_offline(cli, options.argv[0], &config, index);
    return status;
}
