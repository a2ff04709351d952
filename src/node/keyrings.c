#include "node/keyrings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "os/sandbox.h"

/* ----- One keyring and its memory. ----- */

static void
item_free(struct keyrings_item *item)
{
    if (item == NULL)
        return;
    seal_cursor_deinit(&item->cursor);
    keyring_deinit(&item->keyring);
    if (item->memory != NULL)
        crypto_wipe(item->memory, item->memory_size);
    free(item->memory);
    free(item);
}

/* Room for `node_count` nodes and as many again; nowhere yet. */
static struct keyrings_item *
item_make(struct bytes origin, size_t node_count)
{
    struct keyrings_item *item = calloc(1, sizeof(*item));
    size_t nodes_max = KEYRINGS_NODES_FIRST;
    struct arena arena;

    while (nodes_max < 2 * node_count && nodes_max < KEYRING_NODES_MAX)
        nodes_max *= 2;
    if (item == NULL)
        return NULL;
    item->id = hash_of(origin);
    item->memory_size = KEYRING_ARENA_SIZE(nodes_max);
    item->memory = calloc(1, item->memory_size);
    if (item->memory == NULL) {
        item_free(item);
        return NULL;
    }
    sandbox_hide(item->memory, item->memory_size);
    arena_init(&arena, item->memory, item->memory_size);
    if (keyring_init(&item->keyring, &arena, origin, nodes_max) != OK) {
        item_free(item);
        return NULL;
    }
    seal_cursor_init(&item->cursor, &item->keyring);
    return item;
}

/* ----- Finding. ----- */

/* Where the log's keyring is, or would be. */
static size_t
place_of(const struct keyrings *keyrings, const struct hash *id)
{
    size_t low = 0;
    size_t high = keyrings->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct keyrings_item *item = keyrings->items[middle];

        assert(item != NULL);
        if (memcmp(item->id.b, id->b, HASH_SIZE) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct keyrings_item *
item_find(const struct keyrings *keyrings, struct bytes origin)
{
    struct hash id = hash_of(origin);
    size_t at = place_of(keyrings, &id);

    if (at == keyrings->count || !hash_equal(&keyrings->items[at]->id, &id))
        return NULL;
    return keyrings->items[at];
}

const struct keyring *
keyrings_find(const struct keyrings *keyrings, struct bytes origin)
{
    const struct keyrings_item *item = item_find(keyrings, origin);

    return item == NULL ? NULL : &item->keyring;
}

struct seal_cursor *
keyrings_cursor(struct keyrings *keyrings, struct bytes origin)
{
    struct keyrings_item *item = item_find(keyrings, origin);

    return item == NULL ? NULL : &item->cursor;
}

static void
item_insert(struct keyrings *keyrings, struct keyrings_item *item)
{
    size_t at = place_of(keyrings, &item->id);

    assert(keyrings->count < KEYRINGS_MAX);
    for (size_t i = keyrings->count++; i > at; i--)
        keyrings->items[i] = keyrings->items[i - 1];
    keyrings->items[at] = item;
}

/* ----- Files. ----- */

void
keyrings_path(const struct hash *id, char out[KEYRINGS_PATH_SIZE])
{
    struct writer w;

    writer_init(&w, out, KEYRINGS_PATH_SIZE);
    writer_text(&w, KEYRINGS_FOLDER "/");
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(&w, id->b[i], 2);
    writer_u8(&w, '\0');
}

static enum err
item_save(struct keyrings *keyrings, struct keyrings_item *item)
{
    char path[KEYRINGS_PATH_SIZE];
    enum err e;

    keyrings_path(&item->id, path);
    item->unsaved = true;
    e = keyring_save_at(&item->keyring, keyrings->os, keyrings->dir, path,
                        KEYRINGS_FOLDER);
    if (e == OK)
        item->unsaved = false;
    return e;
}

/* The names of DIR/keyrings; what was left behind is counted apart. */
struct listing {
    size_t count;
    char names[2 * KEYRINGS_MAX][2 * HASH_SIZE + sizeof(".new")];
};

static enum err
name_take(void *context, const char *name, bool is_folder)
{
    struct listing *listing = context;
    size_t size = strlen(name);

    if (is_folder || listing->count == 2 * KEYRINGS_MAX ||
        size >= sizeof(listing->names[0]))
        return ERR_CORRUPT;
    memcpy(listing->names[listing->count++], name, size + 1);
    return OK;
}

/* A file whose bytes are in memory. Room is made for what it says it holds. */
static enum err
item_parse(struct keyrings *keyrings, const char *path, struct bytes in,
           struct fault *fault)
{
    struct bytes origin;
    char named[KEYRINGS_PATH_SIZE];
    struct keyrings_item *item;
    enum err e;

    if (keyring_file_origin(in, &origin, fault) != OK)
        return ERR_CORRUPT;
    item = item_make(origin, in.size / KEYRING_NODE_SIZE);
    if (item == NULL)
        return ERR_LIMIT;
    keyrings_path(&item->id, named);
    e = keyring_parse(&item->keyring, in, fault);
    if (e == OK && strcmp(path, named) != 0)
        e = fault_set(fault, ERR_CORRUPT, 0, "SYN 8.5",
                      "a keyring of another name");
    if (e == OK) {
        item_insert(keyrings, item);
        return OK;
    }
    item_free(item);
    return e == ERR_LIMIT ? e : ERR_CORRUPT;
}

static enum err
item_load(struct keyrings *keyrings, const char *path, struct fault *fault)
{
    struct os *os = keyrings->os;
    struct file file;
    uint8_t *block;
    uint64_t size;
    size_t got;
    enum err e = os->open(os, keyrings->dir, path, OPEN_READ, 0, &file);

    if (e != OK)
        return e;
    e = os->size(os, file, &size);
    if (e == OK && size > KEYRING_FILE_SIZE(KEYRING_NODES_MAX))
        e = ERR_LIMIT;
    block = e == OK ? malloc((size_t)size + 1) : NULL;
    if (e == OK && block == NULL)
        e = ERR_LIMIT;
    if (e == OK) {
        e = os->read_at(os, file, 0, block, (size_t)size, &got);
        if (e == OK)
            e = item_parse(keyrings, path, (struct bytes){block, got}, fault);
        crypto_wipe(block, (size_t)size);
    }
    free(block);
    os->close(os, file);
    return e;
}

/* One name: a keyring, or what an interrupted save left; or, beside a keeper,
 * what it is saving. */
static enum err
name_load(struct keyrings *keyrings, const char *name, bool ours,
          struct fault *fault)
{
    char path[KEYRINGS_PATH_SIZE] = KEYRINGS_FOLDER "/";
    size_t size = strlen(name);

    memcpy(path + sizeof(KEYRINGS_FOLDER), name, size + 1);
    if (size == 2 * HASH_SIZE + 4 &&
        strcmp(name + (size_t)2 * HASH_SIZE, ".new") == 0)
        return ours ? keyring_destroy_at(keyrings->os, keyrings->dir, path,
                                         KEYRINGS_FOLDER)
                    : OK;
    if (keyrings->count == KEYRINGS_MAX)
        return ERR_LIMIT;
    return item_load(keyrings, path, fault);
}

static enum err
names_load(struct keyrings *keyrings, bool ours, struct fault *fault)
{
    struct listing *listing = calloc(1, sizeof(*listing));
    struct os *os = keyrings->os;
    enum err e = ERR_LIMIT;

    if (listing != NULL)
        e = os->list(os, keyrings->dir, KEYRINGS_FOLDER, name_take, listing);
    for (size_t i = 0; e == OK && i < listing->count; i++)
        e = name_load(keyrings, listing->names[i], ours, fault);
    free(listing);
    if (e != OK)
        keyrings_close(keyrings);
    return e;
}

enum err
keyrings_open(struct keyrings *keyrings, struct os *os, struct folder dir,
              struct fault *fault)
{
    enum err e = os->make_folder(os, dir, KEYRINGS_FOLDER, 0700);

    *keyrings = (struct keyrings){.os = os, .dir = dir};
    if (e == OK)
        e = os->sync_folder(os, dir, "");
    return e == OK ? names_load(keyrings, true, fault) : e;
}

enum err
keyrings_read(struct keyrings *keyrings, struct os *os, struct folder dir,
              struct fault *fault)
{
    enum err e;

    *keyrings = (struct keyrings){.os = os, .dir = dir};
    e = names_load(keyrings, false, fault);
    return e == ERR_NOT_FOUND ? OK : e;
}

void
keyrings_close(struct keyrings *keyrings)
{
    for (size_t i = 0; i < keyrings->count; i++)
        item_free(keyrings->items[i]);
    *keyrings = (struct keyrings){0};
}

/* ----- Taking, erasing, ageing. ----- */

/* The new keyring takes the place of the old one, whose cursor stays where it
 * is and notices. */
static void
item_replace(struct keyrings_item *old, struct keyrings_item *new)
{
    struct keyring keyring = old->keyring;
    uint8_t *memory = old->memory;
    size_t memory_size = old->memory_size;

    new->keyring.changes = old->keyring.changes + 1;
    old->keyring = new->keyring;
    old->memory = new->memory;
    old->memory_size = new->memory_size;
    new->keyring = keyring;
    new->memory = memory;
    new->memory_size = memory_size;
}

/* What a grant makes of what is held, beside it. */
static enum err
item_merge(const struct keyrings_item *old, const struct keyring *granted,
           uint32_t first_epoch, struct keyrings_item **out, bool *news)
{
    static const struct keyring NONE = {0};
    const struct keyring *held = old == NULL ? &NONE : &old->keyring;
    struct keyrings_item *item = item_make(
        keyring_origin(granted), held->node_count + granted->node_count);
    enum err e;

    if (item == NULL)
        return ERR_LIMIT;
    e = keyring_merge(&item->keyring, held, granted, first_epoch, news);
    if (e == OK)
        *out = item;
    else
        item_free(item);
    return e;
}

enum err
keyrings_take(struct keyrings *keyrings, const struct keyring *granted,
              uint32_t first_epoch, bool *news)
{
    struct keyrings_item *old = item_find(keyrings, keyring_origin(granted));
    struct keyrings_item *item;
    enum err e;

    if (old == NULL && keyrings->count == KEYRINGS_MAX)
        return ERR_LIMIT;
    e = item_merge(old, granted, first_epoch, &item, news);
    if (e != OK)
        return e;
    e = item_save(keyrings, item);
    if (e == OK && old == NULL) {
        item_insert(keyrings, item);
        return OK;
    }
    if (e == OK)
        item_replace(old, item);
    item_free(item);
    return e;
}

/* Room for `more` nodes. */
static enum err
item_grow(struct keyrings_item *old, size_t more)
{
    const struct keyring *held = &old->keyring;
    struct keyring nothing = {.as_of = held->as_of};
    struct keyrings_item *item;
    bool news;
    enum err e;

    if (more <= held->nodes_max - held->node_count)
        return OK;
    item = item_make(keyring_origin(held), held->node_count + more);
    if (item == NULL)
        return ERR_LIMIT;
    e = keyring_merge(&item->keyring, held, &nothing, 0, &news);
    if (e == OK)
        item_replace(old, item);
    item_free(item);
    return e;
}

/* The log's keyring, an empty one when nothing was granted yet: it remembers
 * from when on grants are taken. */
static enum err
item_ensure(struct keyrings *keyrings, struct bytes origin,
            struct keyrings_item **out)
{
    struct keyrings_item *item = item_find(keyrings, origin);

    if (item == NULL && keyrings->count < KEYRINGS_MAX) {
        item = item_make(origin, 0);
        if (item != NULL)
            item_insert(keyrings, item);
    }
    *out = item;
    return item == NULL ? ERR_LIMIT : OK;
}

enum err
keyrings_erase(struct keyrings *keyrings, struct bytes origin, uint64_t as_of,
               uint32_t epoch, const uint32_t *slots, size_t count)
{
    struct keyrings_item *item;
    enum err e = item_ensure(keyrings, origin, &item);

    if (e == OK)
        e = item_grow(item, count * KEYTREE_DEPTH);
    for (size_t i = 0; e == OK && i < count; i++) {
        e = keyring_puncture(&item->keyring, epoch, slots[i]);
        if (e == ERR_NOT_FOUND)
            e = OK;
    }
    if (e != OK)
        return e;
    if (item->keyring.as_of < as_of)
        item->keyring.as_of = as_of;
    return item_save(keyrings, item);
}

enum err
keyrings_return(struct keyring *own, struct os *os, struct folder dir,
                const struct keyring *returned, bool *news)
{
    struct keyrings_item *merged =
        item_make(keyring_origin(own), own->node_count + returned->node_count);
    enum err e = ERR_LIMIT;

    if (merged != NULL)
        e = keyring_merge(&merged->keyring, own, returned, 0, news);
    if (e == OK)
        e = keyring_assign(own, &merged->keyring);
    if (e == OK) {
        /* Its own now, as any other. */
        own->as_of = 0;
        e = keyring_save(own, os, dir);
    }
    item_free(merged);
    return e;
}

/* Whether the keyring holds what is too old, or its file may. */
static bool
item_aged(const struct keyrings_item *item, uint32_t first_epoch)
{
    const struct keyring *keyring = &item->keyring;

    return item->unsaved ||
           (keyring->epoch_count > 0 && keyring->epochs[0].epoch < first_epoch);
}

bool
keyrings_aged(const struct keyrings *keyrings, uint32_t first_epoch)
{
    for (size_t i = 0; i < keyrings->count; i++)
        if (item_aged(keyrings->items[i], first_epoch))
            return true;
    return false;
}

enum err
keyrings_age(struct keyrings *keyrings, uint32_t first_epoch)
{
    enum err first = OK;

    for (size_t i = 0; i < keyrings->count; i++) {
        struct keyrings_item *item = keyrings->items[i];
        enum err e;

        if (!item_aged(item, first_epoch))
            continue;
        keyring_drop_before(&item->keyring, first_epoch);
        e = item_save(keyrings, item);
        if (first == OK)
            first = e;
    }
    return first;
}
