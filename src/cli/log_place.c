#include "cli/log_place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
log_key_parse(struct cli *cli, const char *text, struct note_key *key)
{
    struct fault fault = {0};

    if (note_key_parse(bytes_of(text), key, &fault) == OK)
        return true;
    cli_complain(cli, "no verifier key: %s (%s)", fault.what, fault.clause);
    return false;
}

/* DIR/log.vkey: the key on one line. */
static bool
key_read(struct cli *cli, struct log_place *place, const char *path)
{
    struct fault fault = {0};
    struct bytes text;
    size_t size;
    enum err e = os_read_file(cli->os, place->dir, "log.vkey", place->key_text,
                              sizeof(place->key_text), &size);

    if (e != OK) {
        cli_complain(cli, "%s/log.vkey: %s", path, err_text(e));
        return false;
    }
    text = (struct bytes){place->key_text, size};
    if (text.size > 0 && text.p[text.size - 1] == '\n')
        text.size--;
    if (note_key_parse(text, &place->key, &fault) == OK)
        return true;
    cli_complain(cli, "%s/log.vkey: %s (%s)", path, fault.what, fault.clause);
    return false;
}

static bool
key_find(struct cli *cli, struct log_place *place, const char *path,
         const char *vkey, int *status)
{
    *status = CLI_USAGE;
    if (vkey != NULL)
        return log_key_parse(cli, vkey, &place->key);
    if (!place->is_node) {
        cli_complain(cli, "%s is no node's folder: --vkey KEY is needed", path);
        return false;
    }
    *status = CLI_TROUBLE;
    return key_read(cli, place, path);
}

/* A folder with a node's configuration has had a log. */
static bool
is_node(struct cli *cli, struct folder dir)
{
    struct file file;

    if (cli->os->open(cli->os, dir, "config.ini", OPEN_READ, 0, &file) != OK)
        return false;
    cli->os->close(cli->os, file);
    return true;
}

bool
log_place_open(struct cli *cli, struct log_place *place, const char *path,
               const char *vkey, int *status)
{
    char below[LOG_PATH_SIZE_MAX];
    enum err e = cli->os->folder_open(cli->os, path, &place->dir);

    *status = CLI_TROUBLE;
    if (e != OK) {
        cli_complain(cli, "%s: %s", path, err_text(e));
        return false;
    }
    if (snprintf(below, sizeof(below), "%s/log", path) >= (int)sizeof(below)) {
        cli_complain(cli, "%s: the path is too long", path);
        cli->os->folder_close(cli->os, place->dir);
        return false;
    }
    e = cli->os->folder_open(cli->os, below, &place->log);
    place->is_node = e == OK;
    if (e == ERR_NOT_FOUND && !is_node(cli, place->dir)) {
        place->log = place->dir;
    } else if (e != OK) {
        *status = e == ERR_NOT_FOUND ? CLI_NO : CLI_TROUBLE;
        cli_complain(cli, "%s: %s", below, err_text(e));
        cli->os->folder_close(cli->os, place->dir);
        return false;
    }
    if (key_find(cli, place, path, vkey, status))
        return true;
    log_place_close(cli, place);
    return false;
}

void
log_place_close(struct cli *cli, struct log_place *place)
{
    if (place->is_node)
        cli->os->folder_close(cli->os, place->log);
    cli->os->folder_close(cli->os, place->dir);
}

uint8_t *
log_file_read(struct cli *cli, const char *path, size_t size_max,
              struct bytes *out)
{
    FILE *file = fopen(path, "rb");
    uint8_t *p;
    bool good;

    if (file == NULL) {
        cli_complain(cli, "%s: %s", path, strerror(errno));
        return NULL;
    }
    p = malloc(size_max + 1); /* one more shows what is too long */
    if (p == NULL) {
        cli_complain(cli, "%s: no memory", path);
        fclose(file);
        return NULL;
    }
    *out = (struct bytes){p, fread(p, 1, size_max + 1, file)};
    good = ferror(file) == 0 && out->size <= size_max;
    if (!good)
        cli_complain(cli, "%s: %s", path,
                     ferror(file) ? "cannot be read" : "too large");
    fclose(file);
    if (good)
        return p;
    free(p);
    return NULL;
}
