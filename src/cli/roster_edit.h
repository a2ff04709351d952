/*
 * A roster in the making. One that anybody has signed is not changed: what is
 * made of it is its next version, unsigned.
 */
#ifndef CLI_ROSTER_EDIT_H
#define CLI_ROSTER_EDIT_H

#include "cli/options.h"
#include "cli/roster_file.h"

/* The options that all commands which make a roster begin their tables with. */
enum roster_edit_option {
    ROSTER_EDIT_EXPIRES,
    ROSTER_EDIT_TO, /* where it is written; without it, where it was */
    ROSTER_EDIT_OPTION_COUNT
};

/* Large: on the heap. The roster borrows from it. */
struct roster_edit {
    struct cli *cli;
    struct roster_file file;
    struct roster *roster; /* the one in `file` */
    size_t vkey_count;
    uint8_t vkeys[ROSTER_CUSTODIANS_MAX][NOTE_KEY_TEXT_SIZE_MAX + 1];
};

/* Fills in the first ROSTER_EDIT_OPTION_COUNT of a table. */
void roster_edit_options(struct option *table, const char **values);

/*
 * The roster at `path`, or an empty one when that is NULL. NULL when it cannot
 * be had: complained of, and `*status` is what to return.
 */
struct roster_edit *roster_edit_open(struct cli *cli, const char *path,
                                     int *status);
void roster_edit_close(struct roster_edit *edit);

/* Puts the custodian of a file's vkey where his name belongs; complains. */
MUST_CHECK bool roster_edit_custodian(struct roster_edit *edit,
                                      const char *path);

/* Writes it, by what the options say; `path` is where it was. The exit
 * status. */
MUST_CHECK int roster_edit_write(struct roster_edit *edit, const char *path,
                                 const struct option *table);

#endif
