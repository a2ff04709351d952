/* `kufi isolate` and `kufi rejoin`: a node is cut off from all others, and let
 * back when its log is still the one that they know. */
#include "cli/act.h"
#include "cli/options.h"
#include "cli/status.h"
#include "os/loop.h"

enum { REASON, ADDRESS, JSON, OPTION_COUNT };

/* How long the peers are waited for, and how often it is looked. */
#define REJOIN_TRIES 120
#define REJOIN_LOOK_MS 500

static bool
options_take(struct cli *cli, const char *about, int argc, char **argv,
             const char *values[OPTION_COUNT], int *status)
{
    struct option table[] = {
        [REASON] = {.name = "--reason",
                    .value_name = "TEXT",
                    .help = "why; it is recorded"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {.arguments = "DIR",
                              .about = about,
                              .table = table,
                              .table_count = OPTION_COUNT,
                              .arguments_min = 1,
                              .arguments_max = 1};

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, status))
        return false;
    argv[0] = options.argv[0];
    if (table[JSON].count > 0)
        values[JSON] = table[JSON].name;
    return true;
}

static int
mode_ask(struct cli *cli, const struct act *where, const char *mode,
         const char *reason, struct arena *arena, struct bytes *answer)
{
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct act act = *where;
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof block);
    json_begin_object(&j);
    act_pair(&j, "mode", mode);
    act_pair(&j, "reason", reason);
    json_end_object(&j);
    *arena = (struct arena){0};
    if (reason == NULL || writer_end(&w) != OK) {
        cli_complain(cli, "--reason is needed, and not too long a one");
        return CLI_USAGE;
    }
    act.method = "POST";
    act.path = "/v1/mode";
    act.body = writer_done(&w);
    return act_do(cli, &act, arena, answer);
}

static int
answer_show(struct cli *cli, struct bytes answer, bool as_json)
{
    if (as_json) {
        cli_write(cli, answer);
        cli_write(cli, BYTES("\n"));
        return CLI_DONE;
    }
    if (status_show(cli, answer))
        return CLI_DONE;
    cli_complain(cli, "the node's answer is not what was expected");
    return CLI_TROUBLE;
}

int
command_isolate(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct act act = {.dir = NULL};
    struct arena arena;
    struct bytes answer = {0};
    int status;

    if (!options_take(cli,
                      "Cuts a node off from all others, at once; its booths go "
                      "on. The mode is recorded,\nand stands on every answer "
                      "until kufi rejoin.",
                      argc, argv, values, &status))
        return status;
    act.dir = argv[0];
    act.address = values[ADDRESS];
    status = mode_ask(cli, &act, "isolated", values[REASON], &arena, &answer);
    if (status == CLI_DONE)
        status = answer_show(cli, answer, values[JSON] != NULL);
    act_done(&arena);
    return status;
}

/* ----- Coming back. ----- */

enum back { BACK_NOT_YET, BACK_DONE, BACK_REFUSED, BACK_UNKNOWN };

static enum back
back_of(struct bytes answer)
{
    struct json *json = NULL;
    struct bytes mode = {0};
    enum back back = BACK_UNKNOWN;

    if (json_parse(answer, &json, NULL) != OK)
        return back;
    if (json_get_text(json_member(json, "mode"), &mode))
        back = bytes_equal(mode, BYTES("normal"))      ? BACK_DONE
               : bytes_equal(mode, BYTES("rejoining")) ? BACK_NOT_YET
                                                       : BACK_REFUSED;
    json_close(json);
    return back;
}

static void
pause_ms(int ms)
{
    struct loop_ready ready[LOOP_READY_MAX];
    struct loop nothing;

    if (loop_open(&nothing) != OK)
        return;
    (void)loop_wait(&nothing, ms, ready);
    loop_close(&nothing);
}

/* The node asks its peers; the last answer seen is kept in `arena`. */
static int
back_wait(struct cli *cli, const struct act *where, struct arena *arena,
          struct bytes *answer, enum back *back)
{
    struct act act = *where;
    int status = CLI_DONE;

    act.method = "GET";
    act.path = "/v1/peers";
    *back = back_of(*answer);
    for (int i = 0; i < REJOIN_TRIES && *back == BACK_NOT_YET; i++) {
        pause_ms(REJOIN_LOOK_MS);
        act_done(arena);
        status = act_do(cli, &act, arena, answer);
        if (status != CLI_DONE)
            return status;
        *back = back_of(*answer);
    }
    return status;
}

int
command_rejoin(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct act act = {.dir = NULL};
    struct arena arena;
    struct bytes answer = {0};
    enum back back = BACK_UNKNOWN;
    int status;

    if (!options_take(cli,
                      "Lets an isolated node back: it asks its peers what they "
                      "hold of its log, shows\nwhat differs, and comes back "
                      "when nothing does.",
                      argc, argv, values, &status))
        return status;
    act.dir = argv[0];
    act.address = values[ADDRESS];
    if (values[REASON] == NULL)
        values[REASON] = "rejoin";
    status = mode_ask(cli, &act, "normal", values[REASON], &arena, &answer);
    if (status == CLI_DONE)
        status = back_wait(cli, &act, &arena, &answer, &back);
    if (status == CLI_DONE)
        status = answer_show(cli, answer, values[JSON] != NULL);
    if (status == CLI_DONE && back == BACK_NOT_YET)
        cli_complain(cli, "no peer was reached yet; the node goes on asking");
    if (status == CLI_DONE && back == BACK_REFUSED)
        cli_complain(cli, "refused: its peers know another past");
    act_done(&arena);
    return status == CLI_DONE && back != BACK_DONE ? CLI_NO : status;
}
