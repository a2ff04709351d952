#include "cli/withdraw.h"

#include "cli/act.h"
#include "cli/options.h"

enum { REASON, ADDRESS, JSON, OPTION_COUNT };

int
withdraw(struct cli *cli, int argc, char **argv, const char *about)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [REASON] = {.name = "--reason",
                    .value_name = "TEXT",
                    .help = "why; it is recorded"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {.arguments = "DIR RECORD",
                              .about = about,
                              .table = table,
                              .table_count = OPTION_COUNT,
                              .arguments_min = 2,
                              .arguments_max = 2};
    struct act act = {.method = "POST", .path = "/v1/withdrawals"};
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
