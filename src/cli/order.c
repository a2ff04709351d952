/*
 * `kufi order`: an order to leave the country by a deadline, put, withdrawn and
 * shown; `--overdue` the ones that nobody obeyed.
 */
#include <string.h>

#include "cli/act.h"
#include "cli/act_list.h"
#include "cli/withdraw.h"

/* A year: an order with a longer deadline is none. */
#define HOURS_MAX 8784

enum {
    DOCUMENT,
    SURNAME,
    GIVEN_NAMES,
    BORN,
    SEX,
    NATIONALITY,
    DEADLINE,
    WITHIN,
    REASON,
    OWNER,
    ADDRESS,
    JSON,
    EXIT_COUNT
};

/* False when it was complained of. */
static bool
write_exit(struct cli *cli, struct writer *w, const char **values,
           uint64_t hours)
{
    struct json_writer j = {.w = w};

    if (values[REASON] == NULL || values[OWNER] == NULL) {
        cli_complain(cli, "--reason and --owner are needed");
        return false;
    }
    if ((values[DEADLINE] == NULL) == (values[WITHIN] == NULL)) {
        cli_complain(cli, "either --deadline or --within is needed");
        return false;
    }
    json_begin_object(&j);
    json_key(&j, "document");
    json_begin_object(&j);
    if (values[DOCUMENT] != NULL && !act_document(cli, &j, values[DOCUMENT]))
        return false;
    act_pair(&j, "surname", values[SURNAME]);
    act_pair(&j, "given_names", values[GIVEN_NAMES]);
    act_pair(&j, "date_of_birth", values[BORN]);
    act_pair(&j, "sex", values[SEX]);
    act_pair(&j, "nationality", values[NATIONALITY]);
    json_end_object(&j);
    act_pair(&j, "deadline", values[DEADLINE]);
    if (values[WITHIN] != NULL)
        json_pair_integer(&j, "hours", (int64_t)hours);
    act_pair(&j, "reason", values[REASON]);
    act_pair(&j, "owner", values[OWNER]);
    json_end_object(&j);
    if (writer_end(w) == OK)
        return true;
    cli_complain(cli, "the order is too long");
    return false;
}

static void
exit_table(struct option table[EXIT_COUNT])
{
    const struct option made[EXIT_COUNT] = {
        [DOCUMENT] = {.name = "--document",
                      .value_name = "STATE/NUMBER",
                      .help = "who is to leave, by document"},
        [SURNAME] = {.name = "--surname",
                     .value_name = "NAME",
                     .help = "or, with --born, by name"},
        [GIVEN_NAMES] = {.name = "--given-names",
                         .value_name = "NAMES",
                         .help = "of the person"},
        [BORN] = {.name = "--born",
                  .value_name = "YYYY-MM-DD",
                  .help = "day of birth"},
        [SEX] = {.name = "--sex", .value_name = "F|M|X", .help = "if known"},
        [NATIONALITY] = {.name = "--nationality",
                         .value_name = "CODE",
                         .help = "as in a machine readable zone: UTO, D"},
        [DEADLINE] = {.name = "--deadline",
                      .value_name = "TIME",
                      .help = "as in 2026-07-01T12:00:00Z"},
        [WITHIN] = {.name = "--within",
                    .value_name = "HOURS",
                    .help = "or so many hours from now"},
        [REASON] = {.name = "--reason",
                    .value_name = "TEXT",
                    .help = "why; the officer sees it"},
        [OWNER] = {.name = "--owner",
                   .value_name = "TEXT",
                   .help = "whose order it is"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };

    memcpy(table, made, sizeof made);
}

int
command_order_exit(struct cli *cli, int argc, char **argv)
{
    const char *values[EXIT_COUNT] = {NULL};
    struct option table[EXIT_COUNT];
    struct options options = {
        .arguments = "DIR",
        .about = "Orders somebody to leave the country by a deadline. The "
                 "booth sees it at the next\nscan; without an exit by then it "
                 "is overdue. Prints the order's name.",
        .table = table,
        .table_count = EXIT_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct act act = {.method = "POST", .path = "/v1/orders"};
    struct writer w;
    uint64_t hours = 0;
    int status;

    exit_table(table);
    for (size_t i = 0; i < EXIT_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (values[WITHIN] != NULL &&
        !options_number(cli, &table[WITHIN], 1, HOURS_MAX, &hours))
        return CLI_USAGE;
    writer_init(&w, block, sizeof block);
    if (!write_exit(cli, &w, values, hours))
        return CLI_USAGE;
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    act.body = writer_done(&w);
    return act_tell(cli, &act, "record", table[JSON].count > 0);
}

int
command_order_withdraw(struct cli *cli, int argc, char **argv)
{
    return withdraw(cli, argc, argv,
                    "Withdraws an exit order by its name, as in durres/183. "
                    "Both records stay.");
}

static void
show_order(struct cli *cli, const struct json *order)
{
    const struct json *document = json_member(order, "document");

    act_put(cli, order, "record", 20);
    act_put(cli, order, "deadline", 24);
    act_put(cli, order, "state", 8);
    act_put(cli, document, "issuing_state", 1);
    act_put(cli, document, "document_number", 1);
    act_put(cli, document, "surname", 1);
    act_put(cli, document, "given_names", 1);
    act_put(cli, order, "reason", 1);
    fputc('\n', cli->out);
}

enum { OVERDUE = ACT_LIST_OPTIONS, SHOW_COUNT };

int
command_order_show(struct cli *cli, int argc, char **argv)
{
    const char *values[SHOW_COUNT] = {NULL};
    struct option table[SHOW_COUNT];
    struct options options = {
        .arguments = "DIR",
        .about = "Shows the exit orders that nobody has obeyed or withdrawn. "
                 "That you looked is\nrecorded before the answer.",
        .table = table,
        .table_count = SHOW_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct act_list list = {.path = "/v1/orders",
                            .member = "orders",
                            .heading = "ORDER                DEADLINE         "
                                       "        STATE    OF WHOM, AND WHY",
                            .show = show_order};
    int status;

    act_list_take(table, values);
    table[OVERDUE] = (struct option){.name = "--overdue",
                                     .help = "those past their deadline alone"};
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    list.dir = options.argv[0];
    list.address = values[ACT_LIST_ADDRESS];
    list.as_json = table[ACT_LIST_JSON].count > 0;
    if (table[OVERDUE].count > 0)
        list.path = "/v1/orders?overdue=1";
    return act_list(cli, &list);
}
