/* `kufi`: the table of commands. */
#include "cli/cli.h"

#include <string.h>

#include "base/version.h"
#include "os/os.h"
#include "os/process.h"

/*
 * name   one word, or two: "log verify"
 * about  one line for `kufi --help`
 */
struct command {
    const char *name;
    int (*run)(struct cli *cli, int argc, char **argv);
    const char *about;
};

static int command_help(struct cli *cli, int argc, char **argv);
static int command_version(struct cli *cli, int argc, char **argv);

static const struct command commands[] = {
    {"init", command_init, "makes a node"},
    {"serve", command_serve, "runs a node"},
    {"join", command_join, "a node takes a roster"},
    {"status", command_status, "how a node stands with others"},
    {"isolate", command_isolate, "cuts a node off from all others"},
    {"rejoin", command_rejoin, "lets it back"},
    {"obey", command_obey, "a node takes an order of the custodians"},
    {"inspect", command_inspect,
     "the booth's question: what is known of a scan"},
    {"cross", command_cross, "records entries and exits, one or a stream"},
    {"traveller", command_traveller, "who holds a document, and where it was"},
    {"alarm close", command_alarm_close, "an incident was looked into"},
    {"alert put", command_alert_put, "an alert on a person or a document"},
    {"alert withdraw", command_alert_withdraw, "takes an alert back"},
    {"alert show", command_alert_show, "the alerts in force"},
    {"order exit", command_order_exit, "orders somebody to leave by a time"},
    {"order withdraw", command_order_withdraw, "takes an order back"},
    {"order show", command_order_show, "the orders that nobody obeyed yet"},
    {"hit", command_hit, "settles a hit of a scan"},
    {"link", command_link, "two travellers are one person, or are not"},
    {"manifest put", command_manifest_put, "who is announced aboard"},
    {"list import", command_list_import, "a list of other people's in force"},
    {"list show", command_list_show, "the lists in force"},
    {"list verify", command_list_verify, "checks the files of the lists"},
    {"list age", command_list_age, "whether a list is too old"},
    {"mrz", command_mrz, "reads machine readable zones"},
    {"match", command_match, "how much two persons look like one, and why"},
    {"overstayers", command_overstayers, "who has stayed too long"},
    {"screen", command_screen, "asks the lists in force about persons"},
    {"stay", command_stay, "counts days of stay"},
    {"log verify", command_log_verify, "checks a whole log"},
    {"log show", command_log_show, "what an entry says"},
    {"log entry", command_log_entry, "an entry's bytes"},
    {"log proof", command_log_proof, "the proof that an entry is in the log"},
    {"log check-proof", command_log_check_proof, "checks such a proof"},
    {"log add-checkpoint", command_log_add_checkpoint,
     "asks a witness to cosign"},
    {"custodian keygen", command_custodian_keygen, "a custodian's key"},
    {"custodian sign", command_custodian_sign, "signs a roster or an order"},
    {"custodian order", command_custodian_order,
     "an order, for custodians to sign"},
    {"roster new", command_roster_new, "a country's first roster"},
    {"roster add", command_roster_add, "its next one, with a node more"},
    {"roster revoke", command_roster_revoke, "its next one, with a node less"},
    {"roster change", command_roster_change,
     "its next one: custodians, rights, time"},
    {"roster show", command_roster_show, "what a roster says"},
    {"roster verify", command_roster_verify, "whether a roster is good"},
    {"export", command_export, "what a node has, onto a medium"},
    {"import", command_import, "a medium into a node"},
    {"escrow split", command_escrow_split, "record keys in sealed shares"},
    {"escrow restore", command_escrow_restore, "record keys back from shares"},
    {"restore", command_restore, "a log from whatever is left of it"},
    {"rebuild", command_rebuild, "folds the log into fresh tables"},
    {"drill", command_drill, "the promises, tried on a throw-away country"},
    {"sample", command_sample, "invented travellers and crossings, a stream"},
    {"help", command_help, "shows this"},
    {"--help", command_help, "shows this"},
    {"--version", command_version, "shows which kufi this is"},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static int
command_help(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fputs("usage: kufi COMMAND [OPTION]... [ARGUMENT]...\n\n", cli->out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(cli->out, "  %-20s%s\n", commands[i].name, commands[i].about);
    fputs("\nkufi COMMAND --help says more.\n", cli->out);
    return CLI_DONE;
}

static int
command_version(struct cli *cli, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fputs("kufi " KUFI_VERSION "\n", cli->out);
    return CLI_DONE;
}

/* How many of the `argc` words name the command: 0 when they do not. */
static int
words_matched(const char *name, int argc, char **argv)
{
    size_t first = strcspn(name, " ");

    if (strlen(argv[0]) != first || memcmp(argv[0], name, first) != 0)
        return 0;
    if (name[first] == '\0')
        return 1;
    return argc > 1 && strcmp(argv[1], name + first + 1) == 0 ? 2 : 0;
}

/* The commands whose first word is `word`; whether there is any. */
static bool
help_group(FILE *out, const char *word)
{
    size_t size = strlen(word);
    bool any = false;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const char *name = commands[i].name;

        if (strncmp(name, word, size) != 0 || name[size] != ' ')
            continue;
        fprintf(out, "  kufi %-20s%s\n", name, commands[i].about);
        any = true;
    }
    return any;
}

static int
run(struct cli *cli, int argc, char **argv)
{
    bool asked = argc > 1 && strcmp(argv[1], "--help") == 0;

    if (argc == 0) {
        fputs("usage: kufi COMMAND ...; kufi --help lists them\n", cli->err);
        return CLI_USAGE;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        int words = words_matched(commands[i].name, argc, argv);

        if (words == 0)
            continue;
        cli->command = commands[i].name;
        return commands[i].run(cli, argc - words, argv + words);
    }
    if (help_group(asked ? cli->out : cli->err, argv[0]))
        return asked ? CLI_DONE : CLI_USAGE;
    fprintf(cli->err, "kufi: no command %s; kufi --help lists them\n", argv[0]);
    return CLI_USAGE;
}

int
main(int argc, char **argv)
{
    struct os os;
    struct process process;
    struct cli cli = {.in = stdin,
                      .out = stdout,
                      .err = stderr,
                      .os = &os,
                      .process = &process};
    int status;

    os_posix_init(&os);
    process_init(&process, argc, argv);
    status = run(&cli, argc > 0 ? argc - 1 : 0, argv + 1);
    /* An answer that did not reach its reader was not given. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("kufi: the output cannot be written\n", stderr);
        return CLI_TROUBLE;
    }
    return status;
}
