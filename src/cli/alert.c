/*
 * `kufi alert`: a single alert on a person or a document, put, withdrawn and
 * shown. In force at the next scan.
 */
#include <string.h>

#include "cli/act.h"
#include "cli/act_list.h"
#include "cli/withdraw.h"

enum {
    DOCUMENT,
    TYPE,
    SURNAME,
    GIVEN_NAMES,
    BORN,
    SEX,
    NATIONALITY,
    REASON,
    ACTION,
    OWNER,
    EXPIRES,
    ADDRESS,
    JSON,
    ALSO,
    PUT_COUNT
};

#define NAMES_MAX 8

static bool
write_document(struct cli *cli, struct json_writer *j, const char **values)
{
    bool good;

    json_key(j, "document");
    json_begin_object(j);
    good = act_document(cli, j, values[DOCUMENT]);
    act_pair(j, "document_code", values[TYPE]);
    json_end_object(j);
    return good;
}

static void
write_person(struct json_writer *j, const char **values,
             const struct option *also)
{
    json_key(j, "person");
    json_begin_object(j);
    act_pair(j, "surname", values[SURNAME]);
    act_pair(j, "given_names", values[GIVEN_NAMES]);
    if (also->count > 0) {
        json_key(j, "other_names");
        json_begin_array(j);
        for (size_t i = 0; i < also->count; i++)
            json_put_text(j, bytes_of(also->values[i]));
        json_end_array(j);
    }
    act_pair(j, "born", values[BORN]);
    act_pair(j, "sex", values[SEX]);
    act_pair(j, "nationality", values[NATIONALITY]);
    json_end_object(j);
}

/* False when it was complained of. */
static bool
write_put(struct cli *cli, struct writer *w, const char **values,
          const struct option *also)
{
    struct json_writer j = {.w = w};

    if ((values[DOCUMENT] == NULL) == (values[SURNAME] == NULL)) {
        cli_complain(cli, "either --document or --surname is needed");
        return false;
    }
    if (values[REASON] == NULL || values[ACTION] == NULL ||
        values[OWNER] == NULL) {
        cli_complain(cli, "--reason, --action and --owner are needed");
        return false;
    }
    json_begin_object(&j);
    if (values[DOCUMENT] == NULL)
        write_person(&j, values, also);
    else if (!write_document(cli, &j, values))
        return false;
    act_pair(&j, "reason", values[REASON]);
    act_pair(&j, "action", values[ACTION]);
    act_pair(&j, "owner", values[OWNER]);
    act_pair(&j, "expires", values[EXPIRES]);
    json_end_object(&j);
    if (writer_end(w) == OK)
        return true;
    cli_complain(cli, "the alert is too long");
    return false;
}

static void
put_table(struct option table[PUT_COUNT])
{
    const struct option made[PUT_COUNT] = {
        [DOCUMENT] = {.name = "--document",
                      .value_name = "STATE/NUMBER",
                      .help = "the document, as in UTO/L898902C3"},
        [TYPE] = {.name = "--type",
                  .value_name = "CODE",
                  .help = "its kind, as in P, I or V; without it, any"},
        [SURNAME] = {.name = "--surname",
                     .value_name = "NAME",
                     .help = "or the person, in any script"},
        [GIVEN_NAMES] = {.name = "--given-names",
                         .value_name = "NAMES",
                         .help = "of the person"},
        [BORN] = {.name = "--born",
                  .value_name = "DATE",
                  .help = "YYYY, YYYY-MM, YYYY-MM-DD or YYYY/YYYY"},
        [SEX] = {.name = "--sex", .value_name = "F|M|X", .help = "if known"},
        [NATIONALITY] = {.name = "--nationality",
                         .value_name = "CODE",
                         .help = "as in a machine readable zone: UTO, D"},
        [REASON] = {.name = "--reason",
                    .value_name = "WORD",
                    .help = "wanted, refused_entry, missing_minor, "
                            "discreet_check, permit_revoked, other; of a "
                            "document also lost, stolen, revoked, invalid"},
        [ACTION] = {.name = "--action",
                    .value_name = "TEXT",
                    .help = "what the officer is to do"},
        [OWNER] = {.name = "--owner",
                   .value_name = "TEXT",
                   .help = "whose alert it is"},
        [EXPIRES] = {.name = "--expires",
                     .value_name = "DATE",
                     .help = "the last day on which it holds"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
        [ALSO] = {.name = "--other-name",
                  .value_name = "NAME",
                  .help = "another name of the person; may be repeated",
                  .values_max = NAMES_MAX},
    };

    memcpy(table, made, sizeof made);
}

int
command_alert_put(struct cli *cli, int argc, char **argv)
{
    const char *values[PUT_COUNT] = {NULL};
    const char *also[NAMES_MAX] = {NULL};
    struct option table[PUT_COUNT];
    struct options options = {
        .arguments = "DIR",
        .about = "Puts an alert on a document or a person, in force at the "
                 "next scan, and prints\nits name, by which it is withdrawn.",
        .table = table,
        .table_count = PUT_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct act act = {.method = "POST", .path = "/v1/alerts"};
    struct writer w;
    int status;

    put_table(table);
    for (size_t i = 0; i < PUT_COUNT; i++)
        table[i].values = i == ALSO ? also : &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    writer_init(&w, block, sizeof block);
    if (!write_put(cli, &w, values, &table[ALSO]))
        return CLI_USAGE;
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    act.body = writer_done(&w);
    return act_tell(cli, &act, "record", table[JSON].count > 0);
}

int
command_alert_withdraw(struct cli *cli, int argc, char **argv)
{
    return withdraw(cli, argc, argv,
                    "Withdraws an alert by its name, as in durres/183. From "
                    "the next scan on it is\nnot shown; both records stay.");
}

static void
show_alert(struct cli *cli, const struct json *alert)
{
    const struct json *person = json_member(alert, "person");
    const struct json *document = json_member(alert, "document");

    act_put(cli, alert, "record", 20);
    act_put(cli, alert, "reason", 14);
    act_put(cli, alert, "expires", 10);
    if (json_kind(person) == JSON_OF_OBJECT) {
        act_put(cli, person, "surname", 1);
        act_put(cli, person, "given_names", 1);
        act_put(cli, person, "born", 1);
    } else {
        act_put(cli, document, "issuing_state", 1);
        act_put(cli, document, "document_number", 1);
    }
    act_put(cli, alert, "action", 1);
    fputc('\n', cli->out);
}

int
command_alert_show(struct cli *cli, int argc, char **argv)
{
    const char *values[ACT_LIST_OPTIONS] = {NULL};
    struct option table[ACT_LIST_OPTIONS];
    struct options options = {
        .arguments = "DIR",
        .about = "Shows the alerts in force. That you looked is recorded "
                 "before the answer.",
        .table = table,
        .table_count = ACT_LIST_OPTIONS,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct act_list list = {.path = "/v1/alerts",
                            .member = "alerts",
                            .heading = "ALERT                REASON         "
                                       "EXPIRES    OF WHOM, AND WHAT TO DO",
                            .show = show_alert};
    int status;

    act_list_take(table, values);
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    list.dir = options.argv[0];
    list.address = values[ACT_LIST_ADDRESS];
    list.as_json = table[ACT_LIST_JSON].count > 0;
    return act_list(cli, &list);
}
