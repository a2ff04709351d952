/*
 * What every command is given, and how it answers the shell. A command is a
 * function `command_NAME` in a file of its own and one line of the table in
 * main.c; it touches the world only through `struct cli`.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/err.h"

struct os;
struct process;

/* The exit status of every command. */
enum cli_exit {
    CLI_DONE = 0,
    CLI_NO = 1,     /* no, refused, not verified */
    CLI_USAGE = 2,  /* called wrongly */
    CLI_TROUBLE = 3 /* could not be tried, or broke off */
};

struct cli {
    FILE *in;
    FILE *out;
    FILE *err;
    struct os *os;
    struct process *process; /* this one; for a command that forks */
    const char *command;     /* "log verify": who complains */
};

/* The exit status that an error ends a command with. */
int cli_exit_of(enum err e);

/* "kufi COMMAND: " and the message on a line of `err`. */
void cli_complain(struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Complains of `what` in the words of `e`; returns the exit status. */
int cli_fail(struct cli *cli, enum err e, const char *what);

/* Bytes to `out`; that it worked is tested once, when the command ends. */
void cli_write(struct cli *cli, struct bytes bytes);

/*
 * The commands. `argv` holds what follows the command's name, not the name
 * itself, and NULL after the last; the exit status is returned.
 */
int command_alarm_close(struct cli *cli, int argc, char **argv);
int command_alert_put(struct cli *cli, int argc, char **argv);
int command_alert_show(struct cli *cli, int argc, char **argv);
int command_alert_withdraw(struct cli *cli, int argc, char **argv);
int command_inspect(struct cli *cli, int argc, char **argv);
int command_cross(struct cli *cli, int argc, char **argv);
int command_custodian_keygen(struct cli *cli, int argc, char **argv);
int command_custodian_order(struct cli *cli, int argc, char **argv);
int command_custodian_sign(struct cli *cli, int argc, char **argv);
int command_drill(struct cli *cli, int argc, char **argv);
int command_escrow_restore(struct cli *cli, int argc, char **argv);
int command_escrow_split(struct cli *cli, int argc, char **argv);
int command_export(struct cli *cli, int argc, char **argv);
int command_hit(struct cli *cli, int argc, char **argv);
int command_import(struct cli *cli, int argc, char **argv);
int command_init(struct cli *cli, int argc, char **argv);
int command_isolate(struct cli *cli, int argc, char **argv);
int command_join(struct cli *cli, int argc, char **argv);
int command_link(struct cli *cli, int argc, char **argv);
int command_list_age(struct cli *cli, int argc, char **argv);
int command_list_import(struct cli *cli, int argc, char **argv);
int command_list_show(struct cli *cli, int argc, char **argv);
int command_list_verify(struct cli *cli, int argc, char **argv);
int command_log_check_proof(struct cli *cli, int argc, char **argv);
int command_log_add_checkpoint(struct cli *cli, int argc, char **argv);
int command_log_entry(struct cli *cli, int argc, char **argv);
int command_log_proof(struct cli *cli, int argc, char **argv);
int command_log_show(struct cli *cli, int argc, char **argv);
int command_log_verify(struct cli *cli, int argc, char **argv);
int command_manifest_put(struct cli *cli, int argc, char **argv);
int command_match(struct cli *cli, int argc, char **argv);
int command_mrz(struct cli *cli, int argc, char **argv);
int command_obey(struct cli *cli, int argc, char **argv);
int command_order_exit(struct cli *cli, int argc, char **argv);
int command_order_show(struct cli *cli, int argc, char **argv);
int command_order_withdraw(struct cli *cli, int argc, char **argv);
int command_overstayers(struct cli *cli, int argc, char **argv);
int command_rebuild(struct cli *cli, int argc, char **argv);
int command_rejoin(struct cli *cli, int argc, char **argv);
int command_roster_add(struct cli *cli, int argc, char **argv);
int command_roster_change(struct cli *cli, int argc, char **argv);
int command_roster_new(struct cli *cli, int argc, char **argv);
int command_roster_revoke(struct cli *cli, int argc, char **argv);
int command_roster_show(struct cli *cli, int argc, char **argv);
int command_roster_verify(struct cli *cli, int argc, char **argv);
int command_restore(struct cli *cli, int argc, char **argv);
int command_sample(struct cli *cli, int argc, char **argv);
int command_screen(struct cli *cli, int argc, char **argv);
int command_serve(struct cli *cli, int argc, char **argv);
int command_status(struct cli *cli, int argc, char **argv);
int command_stay(struct cli *cli, int argc, char **argv);
int command_traveller(struct cli *cli, int argc, char **argv);

#endif
