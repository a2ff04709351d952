/*
 * `kufi join`: a node takes the roster that an operator hands over; the first
 * one decides whom it believes from then on. `kufi obey`: the same with an
 * order of the custodians.
 */
#include <stdlib.h>

#include "cli/act.h"
#include "cli/carried.h"
#include "cli/log_place.h"
#include "cli/options.h"
#include "cli/status.h"
#include "crypto/hash.h"
#include "node/peers.h"
#include "sync/custodian.h"
#include "sync/order.h"

#define PATH_SIZE_MAX 4096

/* Whom the node believes from now on, for the operator to compare. */
static void
custodians_show(struct cli *cli, const struct roster *roster)
{
    fprintf(cli->out, "custodians, %u of whom must sign:\n", roster->threshold);
    for (size_t i = 0; i < roster->custodian_count; i++) {
        const struct note_key *key = &roster->custodians[i];

        fprintf(cli->out, "  %-24.*s %08x\n", (int)key->name.size,
                (const char *)key->name.p, key->id);
    }
}

/* Read here for what is shown; judged by the node. */
static int
roster_look(struct cli *cli, const char *path, struct bytes note)
{
    struct roster *roster = calloc(1, sizeof(*roster));
    struct fault fault = {0};
    enum err e = ERR_LIMIT;

    if (roster != NULL)
        e = roster_open(note, NULL, roster, &fault);
    if (e == OK)
        custodians_show(cli, roster);
    else if (!custodian_is_signed(note))
        cli_complain(cli,
                     "%s: nobody has signed it, or it is no roster"
                     " (SYN 2.10)",
                     path);
    else
        cli_complain(cli, "%s: %s (%s)", path,
                     fault.what != NULL ? fault.what : err_text(e),
                     fault.clause != NULL ? fault.clause : "memory");
    free(roster);
    return e == OK ? CLI_DONE : CLI_NO;
}

static int
roster_send(struct cli *cli, struct act *act, struct bytes note, bool as_json)
{
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    uint8_t digits[2 * HASH_SIZE];
    struct hash hash = hash_of(note);
    struct arena arena;
    struct bytes answer = {0};
    struct writer w;
    struct json_writer j = {.w = &w};
    int status;

    writer_init(&w, digits, sizeof digits);
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(&w, hash.b[i], 2);
    writer_init(&w, block, sizeof block);
    json_begin_object(&j);
    json_pair_text(&j, "sha256", (struct bytes){digits, sizeof digits});
    json_end_object(&j);
    act->body = writer_done(&w);
    status = act_do(cli, act, &arena, &answer);
    if (status == CLI_DONE && as_json) {
        cli_write(cli, answer);
        cli_write(cli, BYTES("\n"));
    } else if (status == CLI_DONE && !status_show(cli, answer))
        status = CLI_TROUBLE;
    act_done(&arena);
    return status;
}

/* Through the folder, since it may be larger than a request. */
static int
join(struct cli *cli, struct act *act, const char *path, bool as_json)
{
    char name[PATH_SIZE_MAX];
    struct bytes note;
    struct folder dir;
    uint8_t *block = log_file_read(cli, path, ROSTER_SIZE_MAX, &note);
    int status;

    if (block == NULL)
        return CLI_TROUBLE;
    status = as_json ? CLI_DONE : roster_look(cli, path, note);
    if (snprintf(name, sizeof name, "%s/" PEERS_JOIN_FILE, act->dir) >=
        (int)sizeof name)
        status = cli_fail(cli, ERR_LIMIT, act->dir);
    if (status == CLI_DONE)
        status = carried_put(cli, name, note, 0600);
    if (status == CLI_DONE) {
        status = roster_send(cli, act, note, as_json);
        if (cli->os->folder_open(cli->os, act->dir, &dir) == OK) {
            (void)cli->os->remove(cli->os, dir, PEERS_JOIN_FILE);
            cli->os->folder_close(cli->os, dir);
        }
    }
    free(block);
    return status;
}

enum { ROSTER, ADDRESS, JSON, OPTION_COUNT };

int
command_join(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [ROSTER] = {.name = "--roster",
                    .value_name = "FILE",
                    .help = "signed by the custodians"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "A node takes a roster. The first one must name the keys of "
                 "its card, and decides\nwhom it believes from then on: "
                 "compare the custodians that are shown. Later ones\nmust be "
                 "signed by the custodians of the one in force, too.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct act act = {.method = "POST", .path = "/v1/roster"};
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (values[ROSTER] == NULL) {
        cli_complain(cli, "--roster is needed");
        return CLI_USAGE;
    }
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    return join(cli, &act, values[ROSTER], table[JSON].count > 0);
}

/* ----- Orders. ----- */

static int
obey(struct cli *cli, struct act *act, const char *path, bool as_json)
{
    uint8_t *request = malloc(2 * ORDER_SIZE_MAX);
    struct arena arena = {0};
    struct bytes answer = {0};
    struct bytes note;
    struct writer w;
    struct json_writer j = {.w = &w};
    uint8_t *block = log_file_read(cli, path, ORDER_SIZE_MAX, &note);
    int status = CLI_TROUBLE;

    if (block != NULL && request != NULL) {
        writer_init(&w, request, (size_t)2 * ORDER_SIZE_MAX);
        json_begin_object(&j);
        json_pair_text(&j, "note", note);
        json_end_object(&j);
        act->body = writer_done(&w);
        status = act_do(cli, act, &arena, &answer);
    }
    if (status == CLI_DONE && as_json)
        cli_write(cli, answer);
    if (status == CLI_DONE)
        cli_write(cli, as_json ? BYTES("\n") : BYTES("taken\n"));
    act_done(&arena);
    free(block);
    free(request);
    return status;
}

enum { OBEY_ADDRESS, OBEY_JSON, OBEY_COUNT };

int
command_obey(struct cli *cli, int argc, char **argv)
{
    const char *values[OBEY_COUNT] = {NULL};
    struct option table[] = {
        [OBEY_ADDRESS] = {.name = "--address",
                          .value_name = "ADDRESS",
                          .help = "where the node listens (DIR says)"},
        [OBEY_JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR ORDER",
        .about = "A node takes an order that the custodians signed. At a "
                 "centre it goes from there\nto all others.",
        .table = table,
        .table_count = OBEY_COUNT,
        .arguments_min = 2,
        .arguments_max = 2,
    };
    struct act act = {.method = "POST", .path = "/v1/custodian-orders"};
    int status;

    for (size_t i = 0; i < OBEY_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    act.dir = options.argv[0];
    act.address = values[OBEY_ADDRESS];
    return obey(cli, &act, options.argv[1], table[OBEY_JSON].count > 0);
}
