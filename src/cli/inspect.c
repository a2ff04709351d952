/*
 * `kufi inspect`: the booth's question from a terminal. The scan is recorded;
 * nothing is decided.
 */
#include "cli/act.h"
#include "cli/findings.h"
#include "cli/options.h"

enum { LANE, ACCOMPANIED, VOYAGE, ADDRESS, JSON, OPTION_COUNT };

static void
write_request(struct json_writer *j, const struct options *options)
{
    const struct option *table = options->table;

    json_begin_object(j);
    json_pair_text(j, "direction", bytes_of(options->argv[1]));
    json_key(j, "mrz");
    json_begin_array(j);
    for (int i = 2; i < options->argc; i++)
        json_put_text(j, bytes_of(options->argv[i]));
    json_end_array(j);
    act_pair(j, "lane", table[LANE].values[0]);
    act_pair(j, "voyage", table[VOYAGE].values[0]);
    if (table[ACCOMPANIED].count > 0)
        json_pair_boolean(j, "accompanied", true);
    json_end_object(j);
}

static int
show(struct cli *cli, struct bytes answer)
{
    struct bytes recommendation = {0};
    struct bytes id = {0};
    struct json *json = NULL;
    int status = CLI_TROUBLE;

    if (json_parse(answer, &json, NULL) == OK &&
        json_get_text(json_member(json, "recommendation"), &recommendation) &&
        json_get_text(json_member(json, "id"), &id)) {
        fprintf(cli->out, "%-6.*s%.*s\n", (int)recommendation.size,
                recommendation.p, (int)id.size, id.p);
        findings_show(cli->out, json);
        status = CLI_DONE;
    } else {
        cli_complain(cli, "the node's answer is not what was expected");
    }
    json_close(json);
    return status;
}

static int
ask(struct cli *cli, const struct act *act, bool as_json)
{
    struct arena arena;
    struct bytes answer = {0};
    int status = act_do(cli, act, &arena, &answer);

    if (status == CLI_DONE && as_json) {
        cli_write(cli, answer);
        cli_write(cli, BYTES("\n"));
    } else if (status == CLI_DONE) {
        status = show(cli, answer);
    }
    act_done(&arena);
    return status;
}

int
command_inspect(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [LANE] = {.name = "--lane",
                  .value_name = "LANE",
                  .help = "where the traveller stands"},
        [ACCOMPANIED] = {.name = "--accompanied",
                         .help = "an adult is with the traveller"},
        [VOYAGE] = {.name = "--voyage",
                    .value_name = "VOYAGE",
                    .help = "the flight or ship, as its manifest has it"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR entry|exit LINE...",
        .about = "Asks what the booth asks: is the document sound, is anybody "
                 "looking for it or its\nholder, how many days are left. "
                 "Prints what to do, then why. The scan is recorded;\nto "
                 "decide is another command: kufi cross.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 3,
        .arguments_max = 5,
    };
    struct act act = {.method = "POST", .path = "/v1/inspections"};
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    writer_init(&w, block, sizeof block);
    write_request(&j, &options);
    if (writer_end(&w) != OK) {
        cli_complain(cli, "the lines are too long");
        return CLI_USAGE;
    }
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    act.body = writer_done(&w);
    return ask(cli, &act, table[JSON].count > 0);
}
