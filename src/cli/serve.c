#include "cli/cli.h"

#include "cli/options.h"
#include "crypto/crypto.h"
#include "node/supervisor.h"

/* More desks than cores only wait for each other. */
#define DESKS_USUAL_MAX 4

static bool
config_of(struct cli *cli, const char *path, struct config *out)
{
    struct config_fault fault = {0};
    struct folder dir;
    enum err e = cli->os->folder_open(cli->os, path, &dir);

    if (e != OK) {
        cli_complain(cli, "%s: %s", path, err_text(e));
        return false;
    }
    e = config_read(cli->os, dir, out, &fault);
    cli->os->folder_close(cli->os, dir);
    if (e == OK)
        return true;
    if (e == ERR_NOT_FOUND)
        cli_complain(cli, "%s is no node: it has no " CONFIG_FILE, path);
    else if (fault.line > 0)
        cli_complain(cli, "%s/" CONFIG_FILE ", line %d: %s%s%s", path,
                     fault.line, fault.key != NULL ? fault.key : "",
                     fault.key != NULL ? " " : "", fault.what);
    else
        cli_complain(cli, "%s/" CONFIG_FILE ": %s%s%s", path,
                     fault.key != NULL ? fault.key : "",
                     fault.key != NULL ? " " : "", fault.what);
    return false;
}

static unsigned
desks_usual(void)
{
    unsigned cores = process_cores();

    return cores > DESKS_USUAL_MAX ? DESKS_USUAL_MAX : cores;
}

int
command_serve(struct cli *cli, int argc, char **argv)
{
    const char *listen = NULL;
    const char *desks = NULL;
    struct option table[] = {
        {.name = "--listen",
         .value_name = "ADDRESS",
         .help = "127.0.0.1:8600 or unix:/PATH, instead of config.ini's",
         .values = &listen},
        {.name = "--desks",
         .value_name = "N",
         .help = "how many processes answer, 1 to 16",
         .values = &desks},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Runs the node in DIR until SIGTERM or SIGINT, which stop it "
                 "in order.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct supervisor_config config = {.os = cli->os, .process = cli->process};
    const char *what = NULL;
    uint64_t count;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    config.path = options.argv[0];
    if (!config_of(cli, config.path, &config.config))
        return CLI_TROUBLE;
    config.desks = config.config.desks;
    if (desks != NULL) {
        if (!options_number(cli, &table[1], 1, DESKS_MAX, &count))
            return CLI_USAGE;
        config.desks = (unsigned)count;
    }
    if (config.desks == 0)
        config.desks = desks_usual();
    if (address_parse(listen != NULL ? listen : config.config.listen,
                      &config.address, &what) != OK) {
        cli_complain(cli, "%s", what);
        return CLI_USAGE;
    }
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "the kernel's random source");
    return supervisor_run(&config) ? CLI_DONE : CLI_TROUBLE;
}
