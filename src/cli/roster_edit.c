#include "cli/roster_edit.h"

#include <stdlib.h>
#include <string.h>

#include "cli/carried.h"

#define YEAR_MS (INT64_C(365) * 86400000)

void
roster_edit_options(struct option *table, const char **values)
{
    table[ROSTER_EDIT_EXPIRES] = (struct option){
        .name = "--expires",
        .value_name = "DATE",
        .help = "when it must be renewed; without it, in a year",
        .values = &values[ROSTER_EDIT_EXPIRES]};
    table[ROSTER_EDIT_TO] =
        (struct option){.name = "--to",
                        .value_name = "FILE",
                        .help = "write that one, and leave the other as it is",
                        .values = &values[ROSTER_EDIT_TO]};
}

/* A draft stays the version that it is. */
static void
version_next(struct roster_edit *edit)
{
    struct roster *roster = edit->roster;

    roster->made = carried_now(edit->cli);
    if (!edit->file.is_signed && roster->version > 0)
        return;
    roster->version++;
    roster->expires = (struct instant){roster->made.ms + YEAR_MS};
}

struct roster_edit *
roster_edit_open(struct cli *cli, const char *path, int *status)
{
    struct roster_edit *edit = calloc(1, sizeof(*edit));

    if (edit == NULL) {
        *status = cli_fail(cli, ERR_LIMIT, "memory");
        return NULL;
    }
    edit->cli = cli;
    edit->roster = &edit->file.roster;
    *status =
        path == NULL ? CLI_DONE : roster_file_read(cli, path, &edit->file);
    if (*status == CLI_DONE) {
        version_next(edit);
        return edit;
    }
    roster_edit_close(edit);
    return NULL;
}

void
roster_edit_close(struct roster_edit *edit)
{
    roster_file_close(&edit->file);
    free(edit);
}

bool
roster_edit_custodian(struct roster_edit *edit, const char *path)
{
    struct roster *roster = edit->roster;
    size_t at = roster->custodian_count;
    struct note_key key;

    if (at == ROSTER_CUSTODIANS_MAX ||
        edit->vkey_count == ROSTER_CUSTODIANS_MAX) {
        cli_complain(edit->cli, "there may be %d custodians",
                     ROSTER_CUSTODIANS_MAX);
        return false;
    }
    if (!roster_file_vkey(edit->cli, path, edit->vkeys[edit->vkey_count++],
                          &key))
        return false;
    while (at > 0 &&
           bytes_compare(roster->custodians[at - 1].name, key.name) > 0)
        at--;
    memmove(&roster->custodians[at + 1], &roster->custodians[at],
            (roster->custodian_count - at) * sizeof(key));
    roster->custodians[at] = key;
    roster->custodian_count++;
    return true;
}

int
roster_edit_write(struct roster_edit *edit, const char *path,
                  const struct option *table)
{
    bool is_new = table[ROSTER_EDIT_TO].count > 0;

    if (table[ROSTER_EDIT_EXPIRES].count > 0 &&
        !carried_day(edit->cli, "--expires",
                     table[ROSTER_EDIT_EXPIRES].values[0],
                     &edit->roster->expires))
        return CLI_USAGE;
    return roster_file_write(edit->cli,
                             is_new ? table[ROSTER_EDIT_TO].values[0] : path,
                             edit->roster, is_new || edit->file.block == NULL);
}
