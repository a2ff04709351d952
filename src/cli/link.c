/* `kufi link`: two travellers of the records are one person, or are not. */
#include "cli/act.h"
#include "cli/options.h"

enum { A, B, REASON, ADDRESS, JSON, OPTION_COUNT };

/* "ERIKSSON/ANNA MARIA/1974-08-12/F/UTO"; the sex may be left empty. */
static bool
write_person(struct cli *cli, struct json_writer *j, const char *name,
             const char *text)
{
    static const char *const members[] = {
        "surname", "given_names", "date_of_birth", "sex", "nationality"};
    struct bytes rest = bytes_of(text);
    size_t slashes = 0;

    for (size_t i = 0; i < rest.size; i++)
        slashes += rest.p[i] == '/';
    if (slashes != 4) {
        cli_complain(cli, "--%s is SURNAME/GIVEN NAMES/BORN/SEX/NATIONALITY",
                     name);
        return false;
    }
    json_key(j, name);
    json_begin_object(j);
    for (size_t i = 0; i < 5; i++) {
        struct bytes value = bytes_split(&rest, '/');

        if (value.size > 0)
            json_pair_text(j, members[i], value);
    }
    json_end_object(j);
    return true;
}

static bool
write_link(struct cli *cli, struct writer *w, const char **values,
           const char *verdict)
{
    struct json_writer j = {.w = w};

    if (values[A] == NULL || values[B] == NULL || values[REASON] == NULL) {
        cli_complain(cli, "--a, --b and --reason are needed");
        return false;
    }
    json_begin_object(&j);
    if (!write_person(cli, &j, "a", values[A]) ||
        !write_person(cli, &j, "b", values[B]))
        return false;
    act_pair(&j, "verdict", verdict);
    act_pair(&j, "reason", values[REASON]);
    json_end_object(&j);
    if (writer_end(w) == OK)
        return true;
    cli_complain(cli, "the names or the reason are too long");
    return false;
}

int
command_link(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [A] = {.name = "--a",
               .value_name = "PERSON",
               .help = "SURNAME/GIVEN NAMES/BORN/SEX/NATIONALITY, as recorded"},
        [B] = {.name = "--b", .value_name = "PERSON", .help = "the other one"},
        [REASON] = {.name = "--reason",
                    .value_name = "TEXT",
                    .help = "what tells; it is recorded"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR same|other",
        .about = "Says that two travellers are one person, whose history is "
                 "then shown together, or\nthat they are not. A correction of "
                 "the link's verdict undoes it.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 2,
        .arguments_max = 2,
    };
    uint8_t block[ACT_REQUEST_SIZE_MAX];
    struct act act = {.method = "POST", .path = "/v1/links"};
    struct writer w;
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    writer_init(&w, block, sizeof block);
    if (!write_link(cli, &w, values, options.argv[1]))
        return CLI_USAGE;
    act.dir = options.argv[0];
    act.address = values[ADDRESS];
    act.body = writer_done(&w);
    return act_tell(cli, &act, "record", table[JSON].count > 0);
}
