#include "node/init.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document/state.h"
#include "node/identity.h"
#include "node/keys.h"
#include "node/tls.h"
#include "os/process.h"

#define ZONES "/usr/share/zoneinfo"
#define ZONE_TABLE "zone.tab"
#define ZONE_TABLE_SIZE_MAX (1u << 20) /* Debian 12's has 19 KB */

/* ----- The zone of a country. ----- */

/* A line of zone.tab: country, coordinates, zone, perhaps a comment. */
static bool
zone_line(struct bytes line, struct bytes alpha2, struct bytes *zone)
{
    struct bytes country = bytes_split(&line, '\t');

    (void)bytes_split(&line, '\t');
    *zone = bytes_split(&line, '\t');
    return bytes_equal(country, alpha2) && zone->size > 0 &&
           zone->size <= ZONE_NAME_SIZE_MAX;
}

static void
zone_search(struct bytes table, struct bytes alpha2, char *out)
{
    while (table.size > 0) {
        struct bytes line = bytes_split(&table, '\n');
        struct bytes zone;

        if (!zone_line(line, alpha2, &zone))
            continue;
        memcpy(out, zone.p, zone.size);
        out[zone.size] = '\0';
        return;
    }
}

void
init_zone(struct os *os, const char *country, char *out)
{
    const struct state *state = state_find(bytes_of(country));
    uint8_t *table = malloc(ZONE_TABLE_SIZE_MAX);
    struct folder zones;
    size_t size = 0;

    memcpy(out, "UTC", sizeof "UTC");
    if (table != NULL && state != NULL && state->alpha2[0] != '\0' &&
        os->folder_open(os, ZONES, &zones) == OK) {
        if (os_read_file(os, zones, ZONE_TABLE, table, ZONE_TABLE_SIZE_MAX,
                         &size) == OK)
            zone_search((struct bytes){table, size}, bytes_of(state->alpha2),
                        out);
        os->folder_close(os, zones);
    }
    free(table);
}

/* ----- The folder. ----- */

/* What may have been made when something failed; folders last. */
static const char *const files[] = {CONFIG_FILE,
                                    CONFIG_FILE ".new",
                                    TOKEN_FILE,
                                    TOKEN_FILE ".new",
                                    KEY_FILE,
                                    KEY_FILE ".new",
                                    VKEY_FILE,
                                    VKEY_FILE ".new",
                                    COSIGN_FILE,
                                    COSIGN_FILE ".new",
                                    BOX_FILE,
                                    BOX_FILE ".new",
                                    TLS_KEY_FILE,
                                    TLS_KEY_FILE ".new",
                                    TLS_CERTIFICATE_FILE,
                                    TLS_CERTIFICATE_FILE ".new",
                                    CARD_FILE,
                                    CARD_FILE ".new",
                                    KEYRING_PATH,
                                    KEYRING_PATH ".new",
                                    "journal",
                                    "journal.new",
                                    "checkpoint.new",
                                    STORE_FILE,
                                    STORE_FILE "-wal",
                                    STORE_FILE "-shm",
                                    "log/checkpoint",
                                    "log/checkpoint.new",
                                    "log/tile/0/000.p/1",
                                    "log/tile/entries/000.p/1"};
static const char *const folders[] = {
    "log/tile/0/000.p", "log/tile/entries/000.p",
    "log/tile/0",       "log/tile/entries",
    "log/tile",         "log"};

/* Best effort: what cannot be removed either cannot be helped. */
static void
undo(struct os *os, struct folder dir)
{
    size_t i;

    for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        (void)os->remove(os, dir, files[i]);
    for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        (void)os->remove_folder(os, dir, folders[i]);
}

static enum err
not_empty(void *context, const char *name, bool is_folder)
{
    (void)context;
    (void)name;
    (void)is_folder;
    return ERR_CONFLICT;
}

/* The configuration as a file, if it is one that can be read again. */
static enum err
config_make(struct os *os, struct folder dir, const struct config *config)
{
    char text[CONFIG_SIZE_MAX + 1];
    struct config again;
    struct config_fault fault;
    struct writer w;

    writer_init(&w, text, CONFIG_SIZE_MAX);
    config_write(&w, config);
    if (writer_end(&w) != OK)
        return ERR_FORMAT;
    text[w.at] = '\0';
    if (config_parse(text, &again, &fault) != OK)
        return ERR_FORMAT;
    return os_replace_file(os, dir, CONFIG_FILE, "", writer_done(&w), 0600);
}

static enum err
fill(const struct book_config *book_config, const char **step)
{
    struct os *os = book_config->os;
    struct book *book = calloc(1, sizeof(*book));
    enum err e = ERR_LIMIT;

    *step = "taking memory";
    if (book != NULL) {
        e = book_create(book, book_config);
        *step = book->step;
    }
    free(book);
    if (e == OK)
        e = identity_make(os, book_config->dir, book_config->config,
                          book_config->random, step);
    if (e != OK)
        return e;
    *step = "writing config.ini";
    return config_make(os, book_config->dir, book_config->config);
}

/* `path` as the folder above and a name in it, both in `copy`. */
static bool
path_split(const char *path, char *copy, const char **parent, const char **name)
{
    size_t size = strlen(path);
    char *slash;

    if (size == 0 || size >= BOOK_PATH_SIZE_MAX)
        return false;
    memcpy(copy, path, size + 1);
    while (size > 1 && copy[size - 1] == '/')
        copy[--size] = '\0';
    slash = strrchr(copy, '/');
    *name = slash == NULL ? copy : slash + 1;
    *parent = slash == NULL ? "." : slash == copy ? "/" : copy;
    if (slash != NULL)
        *slash = '\0';
    return true;
}

/* In the folder at `path`, which is there. */
static enum err
init_inside(struct book_config *book_config, const char **step)
{
    struct os *os = book_config->os;
    enum err e = os->folder_open(os, book_config->path, &book_config->dir);

    *step = "opening the folder";
    if (e != OK)
        return e;
    *step = "looking into the folder, which must be empty";
    e = os->list(os, book_config->dir, "", not_empty, NULL);
    if (e == OK) {
        e = fill(book_config, step);
        if (e != OK)
            undo(os, book_config->dir);
    }
    os->folder_close(os, book_config->dir);
    return e;
}

/* In a new folder, which goes again when something fails. */
static enum err
init_new(struct book_config *book_config, const char **step)
{
    struct os *os = book_config->os;
    char copy[BOOK_PATH_SIZE_MAX];
    const char *parent;
    const char *name;
    struct folder folder;
    enum err e;

    *step = "making the folder";
    if (!path_split(book_config->path, copy, &parent, &name))
        return ERR_LIMIT;
    e = os->folder_open(os, parent, &folder);
    if (e != OK)
        return e;
    e = os->make_folder(os, folder, name, 0700);
    if (e == OK) {
        e = os->sync_folder(os, folder, "");
        if (e == OK)
            e = init_inside(book_config, step);
        if (e != OK)
            (void)os->remove_folder(os, folder, name);
    }
    os->folder_close(os, folder);
    return e;
}

enum err
init_node(const struct book_config *config, const char **step)
{
    struct book_config inside = *config;
    struct os *os = config->os;
    struct folder folder;
    enum err e = os->folder_open(os, config->path, &folder);

    if (e == ERR_NOT_FOUND)
        return init_new(&inside, step);
    *step = "opening the folder";
    if (e != OK)
        return e;
    os->folder_close(os, folder);
    e = process_own_folder(config->path);
    return e == OK ? init_inside(&inside, step) : e;
}
