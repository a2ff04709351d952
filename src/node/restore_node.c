#include "node/restore_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/identity.h"
#include "node/keys.h"
#include "record/event.h"
#include "seal/entry.h"
#include "seal/keyring.h"
#include "sync/cosignatures.h"
#include "tlog/log.h"

#define JOURNAL_FILE "journal"

bool
restore_whole(const struct restore *restore)
{
    return !restore->fork && restore->lost_count == 0 &&
           restore->best != NULL && restore->best->size == restore->latest;
}

/* ----- Keys. ----- */

/* Nothing in the log is sealed under a later epoch. */
struct epochs {
    uint32_t newest;
    struct arena arena;
};

static void
entry_look(struct epochs *epochs, struct bytes in)
{
    struct entry entry;
    struct event event;
    uint32_t epoch = 0;

    arena_reset(&epochs->arena);
    if (entry_parse(in, &entry, NULL) != OK)
        return;
    if (entry.sealed)
        epoch = entry.epoch;
    else if (event_parse(entry.event, &epochs->arena, &event, NULL) != OK)
        return;
    else if (event.type == EVENT_KEY_EPOCH_OPENED)
        epoch = event.key_epoch_opened.epoch;
    else if (event.type == EVENT_NODE_START)
        epoch = event.node_start.epoch;
    if (epoch > epochs->newest)
        epochs->newest = epoch;
}

static enum err
epochs_look(struct restore *restore, const struct log_view *view,
            struct epochs *epochs)
{
    struct block block = {restore->bundle, sizeof(restore->bundle)};
    uint64_t size = restore->best->size;

    for (uint64_t first = 0; first < size; first += TILE_WIDTH) {
        uint64_t index = first / TILE_WIDTH;
        struct bundle bundle;
        struct bytes entry;
        struct bytes in;
        enum err e = view_bundle(view, size, index, block, &in);

        if (e != OK)
            return e;
        bundle = bundle_of(in, tile_width(size, TILE_ENTRIES, index));
        while (bundle_next(&bundle, &entry))
            entry_look(epochs, entry);
    }
    return OK;
}

/* An epoch after all in the log and all that may have been lost: today's was
 * perhaps in use. REC 8.3 goes on from there. */
static enum err
keyring_make(struct restore *restore, struct folder dir, uint32_t newest,
             const struct random *random)
{
    struct os *os = &restore->os;
    size_t size = KEYRING_ARENA_SIZE(1);
    uint8_t *block = malloc(size);
    uint32_t today = (uint32_t)instant_utc_date(os->now(os)).days;
    struct keyring keyring = {.as_of = 0};
    struct arena arena;
    enum err e = ERR_LIMIT;

    arena_init(&arena, block, block == NULL ? 0 : size);
    if (block != NULL)
        e = keyring_init(&keyring, &arena, restore->config.origin, 1);
    if (e == OK)
        e = keyring_open_epoch(&keyring, (newest > today ? newest : today) + 1,
                               random);
    if (e == OK)
        e = keyring_save(&keyring, os, dir);
    keyring_deinit(&keyring);
    free(block);
    return e;
}

static enum err
keyring_renew(struct restore *restore, struct folder dir,
              const struct random *random)
{
    const struct log_view view = {&restore->os, dir, VIEW_LOG_PREFIX};
    uint8_t *block = malloc(EVENT_ARENA_SIZE);
    struct epochs epochs = {.newest = 0};
    enum err e = ERR_LIMIT;

    arena_init(&epochs.arena, block, EVENT_ARENA_SIZE);
    if (block != NULL)
        e = epochs_look(restore, &view, &epochs);
    free(block);
    return e == OK ? keyring_make(restore, dir, epochs.newest, random) : e;
}

/* log.key and log.vkey, over those of the fresh node. */
static enum err
key_write(struct os *os, struct folder dir, struct bytes origin,
          const struct sign_key *key)
{
    struct note_key public = note_key_of(origin, NOTE_ED25519, &key->public);
    uint8_t text[KEY_FILE_SIZE_MAX];
    struct writer w;
    enum err e;

    writer_init(&w, text, sizeof(text));
    key_encode(&w, origin, key);
    e = os_replace_file(os, dir, KEY_FILE, "", writer_done(&w), 0600);
    crypto_wipe(text, sizeof(text));
    if (e != OK)
        return e;
    writer_init(&w, text, sizeof(text));
    note_key_write(&w, &public);
    writer_text(&w, "\n");
    return os_replace_file(os, dir, VKEY_FILE, "", writer_done(&w), 0644);
}

static enum err
absent_is_fine(enum err e)
{
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
restore_claim(struct os *os, struct folder dir, const struct config *config,
              const struct sign_key *key, const struct random *random)
{
    const char *step;
    enum err e = absent_is_fine(os->remove(os, dir, JOURNAL_FILE));

    if (e == OK)
        e = key_write(os, dir, bytes_of(config->origin), key);
    return e == OK ? identity_make(os, dir, config, random, &step) : e;
}

/* ----- The log. ----- */

/* The short log of a fresh node is put aside; after a first try it was. */
static enum err
log_put_aside(struct os *os, struct folder dir)
{
    enum err e = os->make_folder(os, dir, RESTORE_ASIDE, 0700);

    if (e == OK && os->remove_folder(os, dir, RESTORE_ASIDE) == OK)
        e = absent_is_fine(os->rename(os, dir, "log", RESTORE_ASIDE));
    if (e == OK)
        e = os->make_folder(os, dir, "log", 0755);
    return e == OK ? os->sync_folder(os, dir, "") : e;
}

static enum err
journal_make(struct restore *restore, struct folder dir)
{
    uint64_t size = restore->config.journal_size;
    const struct log_config config = {
        .os = &restore->os,
        .dir = dir,
        .origin = restore->config.origin,
        .journal_size = size != 0 ? size : JOURNAL_SIZE_DEFAULT};
    uint8_t block[CHECKPOINT_SIZE_MAX];
    struct log_base base = {.size = restore->best->size,
                            .root = restore->best->root};
    struct writer w;
    enum err e;

    writer_init(&w, block, sizeof(block));
    e = cosignatures_bare(&w, restore->config.key, restore->best->note);
    base.note = writer_done(&w);
    return e == OK ? log_adopt(&config, &base) : e;
}

enum err
restore_own(struct restore *restore, struct folder dir,
            const struct config *config, const struct sign_key *key,
            const struct random *random)
{
    const struct log_view out = {&restore->os, dir, VIEW_LOG_PREFIX};
    enum err e;

    if (!restore_whole(restore))
        return ERR_CONFLICT;
    e = restore_claim(&restore->os, dir, config, key, random);
    if (e == OK)
        e = log_put_aside(&restore->os, dir);
    if (e == OK)
        e = restore_write(restore, &out);
    if (e == OK)
        e = keyring_renew(restore, dir, random);
    return e == OK ? journal_make(restore, dir) : e;
}

enum err
restore_mirror(struct restore *restore, struct folder dir)
{
    struct os *os = &restore->os;
    char hex[ORIGIN_HEX_SIZE];
    char prefix[MIRROR_PREFIX_SIZE];
    char folder[MIRROR_PREFIX_SIZE];
    char path[OS_PATH_SIZE_MAX];
    const struct log_view out = {os, dir, prefix};
    enum err e;

    origin_hex(restore->config.origin, hex);
    snprintf(prefix, sizeof(prefix), MIRROR_FOLDER "/%s/", hex);
    snprintf(folder, sizeof(folder), MIRROR_FOLDER "/%s", hex);
    snprintf(path, sizeof(path), "%sorigin", prefix);
    e = os->make_folder(os, dir, MIRROR_FOLDER, 0755);
    if (e == OK)
        e = os->make_folder(os, dir, folder, 0755);
    if (e == OK)
        e = os_replace_file(os, dir, path, folder, restore->config.origin,
                            0644);
    return e == OK ? restore_write(restore, &out) : e;
}
