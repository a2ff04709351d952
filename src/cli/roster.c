/*
 * `kufi roster new`, `kufi roster change`: a country's roster but its nodes,
 * as a text for the custodians to sign.
 */
#include <string.h>

#include "cli/carried.h"
#include "cli/roster_edit.h"

#define HOT_DAYS_DEFAULT 180

/* What each role may do unless it is changed. SYN 2.6 */
static const unsigned rights_default[ROSTER_ROLE_COUNT] = {
    [ROSTER_POST] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN |
                    ROSTER_RIGHT_KEYS_HOT | ROSTER_RIGHT_ALERTS,
    [ROSTER_CENTRE] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN |
                      ROSTER_RIGHT_KEYS_ALL | ROSTER_RIGHT_ALERTS |
                      ROSTER_RIGHT_LISTS,
    [ROSTER_WITNESS] = ROSTER_RIGHT_COSIGN,
    [ROSTER_MIRROR] = ROSTER_RIGHT_MIRROR | ROSTER_RIGHT_COSIGN,
};

enum {
    THRESHOLD = ROSTER_EDIT_OPTION_COUNT,
    HOT_DAYS,
    CUSTODIAN,
    LAST, /* --country of a new one; --without of a change */
    RIGHT,
    OPTION_COUNT
};

struct given {
    const char *values[OPTION_COUNT];
    const char *custodians[ROSTER_CUSTODIANS_MAX];
    const char *without[ROSTER_CUSTODIANS_MAX];
    const char *rights[ROSTER_ROLE_COUNT];
};

static void
options_common(struct option *table, struct given *given)
{
    roster_edit_options(table, given->values);
    table[THRESHOLD] = (struct option){.name = "--threshold",
                                       .value_name = "N",
                                       .help = "how many custodians must sign",
                                       .values = &given->values[THRESHOLD]};
    table[HOT_DAYS] =
        (struct option){.name = "--hot-days",
                        .value_name = "DAYS",
                        .help = "how far back a post reads others' records",
                        .values = &given->values[HOT_DAYS]};
    table[CUSTODIAN] = (struct option){.name = "--custodian",
                                       .value_name = "FILE",
                                       .help = "a custodian's vkey; repeat it",
                                       .values = given->custodians,
                                       .values_max = ROSTER_CUSTODIANS_MAX};
    table[RIGHT] =
        (struct option){.name = "--right",
                        .value_name = "ROLE=RIGHT,...",
                        .help = "what a role may do; - for nothing; repeat it",
                        .values = given->rights,
                        .values_max = ROSTER_ROLE_COUNT};
}

/* "post=mirror,cosign,keys-hot" */
static bool
right_set(struct roster_edit *edit, const char *text)
{
    struct bytes rest = bytes_of(text);
    struct bytes name = bytes_split(&rest, '=');
    enum roster_role role;
    unsigned rights = 0;

    if (!roster_role_parse(name, &role) || rest.size == 0) {
        cli_complain(edit->cli, "--right %s: post=mirror,cosign for one", text);
        return false;
    }
    while (rest.size > 0 && !bytes_equal(rest, BYTES("-"))) {
        enum roster_right right;

        if (!roster_right_parse(bytes_split(&rest, ','), &right)) {
            cli_complain(edit->cli, "--right %s: no such right", text);
            return false;
        }
        rights |= right;
    }
    edit->roster->rights[role] = rights;
    return true;
}

static bool
numbers_set(struct roster_edit *edit, const struct option *table)
{
    uint64_t number;

    if (table[THRESHOLD].count > 0) {
        if (!options_number(edit->cli, &table[THRESHOLD], 1,
                            ROSTER_CUSTODIANS_MAX, &number))
            return false;
        edit->roster->threshold = (unsigned)number;
    }
    if (table[HOT_DAYS].count > 0) {
        if (!options_number(edit->cli, &table[HOT_DAYS], 1, ROSTER_HOT_DAYS_MAX,
                            &number))
            return false;
        edit->roster->hot_days = (uint32_t)number;
    }
    return true;
}

static bool
custodian_remove(struct roster_edit *edit, const char *name)
{
    struct roster *roster = edit->roster;

    for (size_t i = 0; i < roster->custodian_count; i++) {
        if (!bytes_equal(roster->custodians[i].name, bytes_of(name)))
            continue;
        roster->custodian_count--;
        memmove(&roster->custodians[i], &roster->custodians[i + 1],
                (roster->custodian_count - i) * sizeof(struct note_key));
        return true;
    }
    cli_complain(edit->cli, "no custodian is called %s", name);
    return false;
}

/* What both commands are told; complains. */
static bool
change(struct roster_edit *edit, const struct option *table)
{
    if (!numbers_set(edit, table))
        return false;
    for (size_t i = 0; i < table[CUSTODIAN].count; i++)
        if (!roster_edit_custodian(edit, table[CUSTODIAN].values[i]))
            return false;
    for (size_t i = 0; i < table[RIGHT].count; i++)
        if (!right_set(edit, table[RIGHT].values[i]))
            return false;
    return true;
}

int
command_roster_new(struct cli *cli, int argc, char **argv)
{
    struct given given = {.values = {NULL}};
    struct option table[OPTION_COUNT] = {
        [LAST] = {.name = "--country",
                  .value_name = "CODE",
                  .help = "three letters, ALB",
                  .values = &given.values[LAST]}};
    struct options options = {
        .arguments = "FILE",
        .about = "Makes a country's first roster: its custodians, and no node "
                 "yet.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct roster_edit *edit;
    int status;

    options_common(table, &given);
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (table[LAST].count == 0 || table[THRESHOLD].count == 0 ||
        table[CUSTODIAN].count == 0) {
        cli_complain(cli, "--country, --threshold and --custodian are needed");
        return CLI_USAGE;
    }
    edit = roster_edit_open(cli, NULL, &status);
    if (edit == NULL)
        return status;
    edit->roster->country = bytes_of(given.values[LAST]);
    edit->roster->hot_days = HOT_DAYS_DEFAULT;
    memcpy(edit->roster->rights, rights_default, sizeof(rights_default));
    status = change(edit, table)
                 ? roster_edit_write(edit, options.argv[0], table)
                 : CLI_USAGE;
    roster_edit_close(edit);
    return status;
}

int
command_roster_change(struct cli *cli, int argc, char **argv)
{
    struct given given = {.values = {NULL}};
    struct option table[OPTION_COUNT] = {
        [LAST] = {.name = "--without",
                  .value_name = "NAME",
                  .help = "a custodian who is none any more; repeat it",
                  .values = given.without,
                  .values_max = ROSTER_CUSTODIANS_MAX}};
    struct options options = {
        .arguments = "FILE",
        .about = "Makes the next version of a roster, with what the options "
                 "say changed; without\nany it is renewed for a year.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct roster_edit *edit;
    bool good = true;
    int status;

    options_common(table, &given);
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    edit = roster_edit_open(cli, options.argv[0], &status);
    if (edit == NULL)
        return status;
    for (size_t i = 0; good && i < table[LAST].count; i++)
        good = custodian_remove(edit, given.without[i]);
    status = good && change(edit, table)
                 ? roster_edit_write(edit, options.argv[0], table)
                 : CLI_USAGE;
    roster_edit_close(edit);
    return status;
}
