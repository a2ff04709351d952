#include "cli/carried.h"

#include <string.h>

#include "os/os.h"
#include "os/terminal.h"

#define FOLDER_PATH_SIZE_MAX 4096

/* The folder that a path lies in, and its name there. */
static enum err
folder_of(struct cli *cli, const char *path, struct folder *out,
          const char **name)
{
    const char *slash = strrchr(path, '/');
    char folder[FOLDER_PATH_SIZE_MAX] = ".";
    size_t size = slash == NULL ? 0 : (size_t)(slash - path);

    if (size >= sizeof(folder))
        return ERR_LIMIT;
    if (slash != NULL) {
        memcpy(folder, slash == path ? "/" : path, size + (slash == path));
        folder[size + (slash == path)] = '\0';
    }
    *name = slash == NULL ? path : slash + 1;
    return cli->os->folder_open(cli->os, folder, out);
}

static int
tell(struct cli *cli, enum err e, const char *path)
{
    if (e == OK)
        return CLI_DONE;
    cli_complain(cli, "%s: %s", path,
                 e == ERR_CONFLICT ? "is there already" : err_text(e));
    return e == ERR_CONFLICT ? CLI_NO : CLI_TROUBLE;
}

int
carried_make(struct cli *cli, const char *path, struct bytes content,
             unsigned mode)
{
    struct os *os = cli->os;
    struct folder folder;
    struct file file;
    const char *name;
    enum err e = folder_of(cli, path, &folder, &name);

    if (e != OK)
        return tell(cli, e, path);
    e = os->open(os, folder, name, OPEN_CREATE, mode, &file);
    if (e == OK) {
        e = os->write_at(os, file, 0, content);
        if (e == OK)
            e = os->sync(os, file);
        os->close(os, file);
        if (e == OK)
            e = os->sync_folder(os, folder, "");
        /* Half of a key or a roster is worth less than none. */
        if (e != OK && os->remove(os, folder, name) != OK)
            cli_complain(cli, "%s: a part of it was written", path);
    }
    os->folder_close(os, folder);
    return tell(cli, e, path);
}

int
carried_put(struct cli *cli, const char *path, struct bytes content,
            unsigned mode)
{
    struct folder folder;
    const char *name;
    enum err e = folder_of(cli, path, &folder, &name);

    if (e != OK)
        return tell(cli, e, path);
    e = os_replace_file(cli->os, folder, name, "", content, mode);
    cli->os->folder_close(cli->os, folder);
    return tell(cli, e, path);
}

static bool
typed(struct cli *cli, const char *question, struct passphrase *out)
{
    enum err e =
        terminal_ask_secret(question, out->b, sizeof(out->b), &out->size);

    if (e == OK)
        return true;
    cli_complain(cli, "%s",
                 e == ERR_NOT_FOUND
                     ? "there is no terminal: --passphrase-file is needed"
                     : "no passphrase was typed");
    return false;
}

static int
ask(struct cli *cli, bool twice, struct passphrase *out)
{
    struct passphrase again = {.size = 0};
    int status = CLI_TROUBLE;

    if (!typed(cli, "Passphrase: ", out))
        return CLI_TROUBLE;
    if (!twice)
        return CLI_DONE;
    if (typed(cli, "The same again: ", &again)) {
        status = CLI_DONE;
        if (!bytes_equal((struct bytes){again.b, again.size},
                         (struct bytes){out->b, out->size})) {
            cli_complain(cli, "they are not the same");
            status = CLI_NO;
        }
    }
    crypto_wipe(&again, sizeof(again));
    return status;
}

static int
file_read(struct cli *cli, const char *path, struct passphrase *out)
{
    struct folder folder;
    const char *name;
    enum err e = folder_of(cli, path, &folder, &name);

    if (e != OK)
        return tell(cli, e, path);
    e = os_read_file(cli->os, folder, name, out->b, sizeof(out->b), &out->size);
    cli->os->folder_close(cli->os, folder);
    out->size =
        e != OK ? 0 : bytes_find((struct bytes){out->b, out->size}, '\n');
    return tell(cli, e, path);
}

int
passphrase_get(struct cli *cli, const char *path, bool twice,
               struct passphrase *out)
{
    int status =
        path == NULL ? ask(cli, twice, out) : file_read(cli, path, out);

    if (status != CLI_DONE || !twice || out->size >= PASSPHRASE_SIZE_MIN)
        return status;
    cli_complain(cli, "a passphrase has at least %d characters",
                 PASSPHRASE_SIZE_MIN);
    return CLI_NO;
}

struct instant
carried_now(struct cli *cli)
{
    struct instant now = cli->os->now(cli->os);

    return (struct instant){now.ms - now.ms % 1000};
}

bool
carried_day(struct cli *cli, const char *option, const char *text,
            struct instant *out)
{
    static const struct zone utc;
    struct date date;

    if (date_parse(bytes_of(text), &date) != OK) {
        cli_complain(cli, "%s needs a day, 2027-11-23", option);
        return false;
    }
    *out = zone_day_start(&utc, date);
    return true;
}
