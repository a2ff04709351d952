#include "cli/drill_forge.h"

#include <stdlib.h>
#include <string.h>

#include "cli/drill_damage.h"
#include "node/keys.h"
#include "tlog/log.h"
#include "tlog/view.h"

#define STORE "store.db"

struct forge {
    struct os *os;
    struct folder dir;
    struct folder copy; /* the log as it was */
    struct bytes origin;
    struct sign_key key;
    uint64_t size;
    struct log log;
    uint8_t *bundle;
    uint8_t *edited;
};

static enum err
append(struct forge *forge, struct bytes entry, bool edit)
{
    struct hash leaf;
    uint64_t first;

    if (edit && entry.size > 0) {
        memcpy(forge->edited, entry.p, entry.size);
        forge->edited[entry.size - 1] ^= 1;
        entry.p = forge->edited;
    }
    return log_append(&forge->log, &entry, 1, &leaf, &first);
}

static enum err
copy_entries(struct forge *forge, enum forgery how, uint64_t index)
{
    struct log_view view = {.os = forge->os, .dir = forge->copy, .prefix = ""};
    struct block block = {forge->bundle, BUNDLE_SIZE_MAX};
    struct bytes entry;
    enum err e = OK;
    uint64_t i;

    for (i = 0; e == OK && i < forge->size; i++) {
        e = view_entry(&view, forge->size, i, block, &entry);
        if (e == OK && (i != index || how == FORGE_EDIT))
            e = append(forge, entry, i == index);
    }
    return e == OK ? log_publish(&forge->log) : e;
}

/* The log's folder goes aside, and a new one is made with the old key. */
static enum err
rewrite(struct forge *forge, const char *path, enum forgery how, uint64_t index)
{
    static struct log_recovery recovery;
    struct log_config config = {.os = forge->os,
                                .dir = forge->dir,
                                .origin = forge->origin,
                                .journal_size = JOURNAL_SIZE_DEFAULT};
    char aside[COUNTRY_PATH_MAX + 32];
    struct fault fault;
    enum err e;

    (void)forge->os->remove(forge->os, forge->dir, "journal");
    (void)forge->os->remove(forge->os, forge->dir, STORE);
    (void)forge->os->remove(forge->os, forge->dir, STORE "-wal");
    (void)forge->os->remove(forge->os, forge->dir, STORE "-shm");
    e = forge->os->rename(forge->os, forge->dir, "log", "log.true");
    (void)snprintf(aside, sizeof(aside), "%s/log.true", path);
    if (e == OK)
        e = forge->os->folder_open(forge->os, aside, &forge->copy);
    if (e == OK)
        e = log_create(&config);
    config.key = &forge->key;
    if (e == OK)
        e = log_open(&forge->log, &config, &recovery, &fault);
    if (e != OK)
        return e;
    e = copy_entries(forge, how, index);
    return e == OK ? log_close(&forge->log) : e;
}

/* How large the log is, by its own checkpoint. */
static enum err
size_read(struct forge *forge)
{
    static uint8_t text[NOTE_SIZE_MAX];
    struct log_view view = {
        .os = forge->os, .dir = forge->dir, .prefix = VIEW_LOG_PREFIX};
    struct note_key key =
        note_key_of(forge->origin, NOTE_ED25519, &forge->key.public);
    struct checkpoint checkpoint;
    struct fault fault;
    struct bytes note;
    enum err e = view_checkpoint(&view, text, sizeof(text), &note);

    if (e == OK)
        e = checkpoint_open(note, &key, &checkpoint, &fault);
    if (e == OK)
        forge->size = checkpoint.size;
    return e;
}

bool
forge_log(struct country *country, const struct country_node *node,
          enum forgery how, uint64_t index)
{
    static struct forge forge;
    enum err e;

    forge = (struct forge){.os = country->cli->os,
                           .origin = bytes_of(node->origin)};
    forge.bundle = malloc(BUNDLE_SIZE_MAX);
    forge.edited = malloc(ENTRY_SIZE_MAX);
    e = forge.bundle == NULL || forge.edited == NULL
            ? ERR_LIMIT
            : forge.os->folder_open(forge.os, node->dir, &forge.dir);
    if (e == OK)
        e = key_load(forge.os, forge.dir, forge.origin, &forge.key);
    if (e == OK)
        e = size_read(&forge);
    if (e == OK)
        e = rewrite(&forge, node->dir, how, index);
    free(forge.bundle);
    free(forge.edited);
    sign_key_deinit(&forge.key);
    if (e != OK)
        cli_complain(country->cli, "the log cannot be forged: %s", err_text(e));
    return e == OK;
}
