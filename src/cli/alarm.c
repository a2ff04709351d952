/* `kufi alarm close`: an incident was looked into. It stays in the log. */
#include "cli/act.h"
#include "cli/options.h"

enum { REASON, ADDRESS, JSON, OPTION_COUNT };

int
command_alarm_close(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [REASON] = {.name = "--reason",
                    .value_name = "TEXT",
                    .help = "what was found; it is recorded"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR RECORD",
        .about = "Closes an alarm by the name of its incident, as in "
                 "durres/183, at the node that\nrecorded it. The incident and "
                 "its evidence stay.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 2,
        .arguments_max = 2};
    struct act act = {.method = "POST", .path = "/v1/corrections"};
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    writer_init(&w, block, sizeof block);
    json_begin_object(&j);
    act_pair(&j, "record", options.argv[1]);
    act_pair(&j, "field", "state");
    act_pair(&j, "value", "closed");
    act_pair(&j, "reason", values[REASON]);
    json_end_object(&j);
    if (values[REASON] == NULL || writer_end(&w) != OK) {
        cli_complain(cli, "--reason is needed, and not too long a one");
        return CLI_USAGE;
    }
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    act.body = writer_done(&w);
    return act_tell(cli, &act, "record", table[JSON].count > 0);
}
