/* `kufi hit`: what an officer found out about a hit of a scan. */
#include "cli/act.h"
#include "cli/options.h"

enum { REASON, ADDRESS, JSON, OPTION_COUNT };

#define PATH_SIZE_MAX 128

int
command_hit(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [REASON] = {.name = "--reason",
                    .value_name = "TEXT",
                    .help = "what tells; it is recorded"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR HIT same|other|unsure",
        .about = "Settles a hit by its id, as in durres-183-0. One that is of "
                 "another person stays\nquiet for this traveller and entry "
                 "until either changes.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 3,
        .arguments_max = 3,
    };
    struct act act = {.method = "POST"};
    char path[PATH_SIZE_MAX];
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};
    int status;
    int size;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    writer_init(&w, block, sizeof block);
    json_begin_object(&j);
    act_pair(&j, "verdict", options.argv[2]);
    act_pair(&j, "reason", values[REASON]);
    json_end_object(&j);
    if (values[REASON] == NULL || writer_end(&w) != OK) {
        cli_complain(cli, "--reason is needed, and not too long a one");
        return CLI_USAGE;
    }
    size = snprintf(path, sizeof path, "/v1/hits/%s", options.argv[1]);
    if (size < 0 || (size_t)size >= sizeof path) {
        cli_complain(cli, "a hit's id is like durres-183-0");
        return CLI_USAGE;
    }
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    act.path = path;
    act.body = writer_done(&w);
    return act_tell(cli, &act, "record", table[JSON].count > 0);
}
