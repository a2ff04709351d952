#include "cli/cli.h"

#include <stdarg.h>
#include <string.h>

#include "os/os.h"

int
cli_exit_of(enum err e)
{
    switch (e) {
    case OK:
        return CLI_DONE;
    case ERR_FORMAT:
    case ERR_SIGNATURE:
    case ERR_LIMIT:
    case ERR_NOT_FOUND:
    case ERR_CONFLICT:
    case ERR_DENIED:
        return CLI_NO;
    case ERR_SHORT:
    case ERR_BUSY:
    case ERR_FULL:
    case ERR_IO:
    case ERR_CORRUPT:
        return CLI_TROUBLE;
    }
    return CLI_TROUBLE;
}

void
cli_complain(struct cli *cli, const char *format, ...)
{
    va_list arguments;

    fprintf(cli->err, "kufi %s: ", cli->command);
    va_start(arguments, format);
    vfprintf(cli->err, format, arguments);
    va_end(arguments);
    fputc('\n', cli->err);
}

int
cli_fail(struct cli *cli, enum err e, const char *what)
{
    if (e == ERR_IO && cli->os->error != 0)
        cli_complain(cli, "%s: %s: %s", what, err_text(e),
                     strerror(cli->os->error));
    else
        cli_complain(cli, "%s: %s", what, err_text(e));
    return cli_exit_of(e);
}

void
cli_write(struct cli *cli, struct bytes bytes)
{
    fwrite(bytes.p, 1, bytes.size, cli->out);
}
