#include "node/restore_fetch.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/client.h"
#include "sync/message.h"
#include "sync/mirror.h"
#include "tlog/tile_file.h"

#define CONNECT_MS 10000
#define EXCHANGE_MS 120000
#define ADDRESS_SIZE_MAX (ROSTER_HOST_SIZE_MAX + 9)
#define ARENA_SIZE (CLIENT_BODY_SIZE_MAX + 4096)
#define SCHEME BYTES("https://")

struct fetching {
    struct restore_fetch *fetch;
    struct client client;
    struct arena arena;
    char hex[ORIGIN_HEX_SIZE];
};

/* ----- One file. ----- */

/* The answer to a question, in the arena until the next one. */
static enum err
ask(struct fetching *f, const char *path, struct bytes *out)
{
    struct exchange exchange = {.method = "GET", .path = path};
    enum err e;

    arena_reset(&f->arena);
    e = client_exchange(&f->client, &exchange, &f->arena);
    if (e != OK)
        return e;
    *out = exchange.answer;
    switch (exchange.status) {
    case 200:
        return OK;
    case 404:
        return ERR_NOT_FOUND;
    case 401:
    case 403:
        return ERR_DENIED;
    default:
        return ERR_SHORT;
    }
}

static bool
there_already(const struct log_view *out, const struct tile_id *id)
{
    char path[OS_PATH_SIZE_MAX];
    struct file file;

    view_path(out, id, path);
    if (id->width != TILE_WIDTH ||
        out->os->open(out->os, out->dir, path, OPEN_READ, 0, &file) != OK)
        return false;
    out->os->close(out->os, file);
    return true;
}

static enum err
tile_ask(struct fetching *f, const struct tile_id *id, struct bytes *out)
{
    char path[MESSAGE_PATH_SIZE_MAX];
    struct writer w;

    writer_init(&w, path, sizeof(path) - 1);
    writer_text(&w, "/mirror/");
    writer_text(&w, f->hex);
    writer_text(&w, "/");
    tile_path_write(&w, id);
    assert(!w.full);
    path[w.at] = '\0';
    return ask(f, path, out);
}

/* What the node does not have another may: that is no reason to stop. Where it
 * has gone on meanwhile the full file took the partial one's place. */
static enum err
tile_fetch(struct fetching *f, struct tile_id id)
{
    struct restore_fetch *fetch = f->fetch;
    const struct log_view out = {fetch->os, fetch->out, ""};
    struct bytes body;
    enum err e;

    if (there_already(&out, &id))
        return OK;
    e = tile_ask(f, &id, &body);
    if (e == ERR_NOT_FOUND && id.width < TILE_WIDTH) {
        id.width = TILE_WIDTH;
        e = tile_ask(f, &id, &body);
    }
    if (e == ERR_NOT_FOUND) {
        fetch->missing++;
        return OK;
    }
    if (e != OK)
        return e;
    fetch->files++;
    return tile_file_write(&out, &id, body);
}

/* From the right to the left, so that the edge is there soonest; of the leaves'
 * own tiles the last alone, for bundles say the same. */
static enum err
level_fetch(struct fetching *f, uint8_t level)
{
    struct tile_id id;
    enum err e;

    if (!tile_last(f->fetch->size, level, &id))
        return OK;
    e = tile_fetch(f, id);
    for (uint64_t i = id.index; e == OK && level != 0 && i > 0; i--) {
        id.index = i - 1;
        id.width = TILE_WIDTH;
        e = tile_fetch(f, id);
    }
    return e;
}

/* ----- Checkpoints. ----- */

static enum err
note_put(struct restore_fetch *fetch, const char *path, const char *parent,
         struct bytes note)
{
    return os_replace_file(fetch->os, fetch->out, path, parent, note, 0644);
}

static enum err
checkpoint_fetch(struct fetching *f)
{
    struct restore_fetch *fetch = f->fetch;
    char path[MESSAGE_PATH_SIZE_MAX];
    struct checkpoint checkpoint;
    struct bytes note;
    enum err e;

    snprintf(path, sizeof(path), "/mirror/%s/checkpoint", f->hex);
    e = ask(f, path, &note);
    if (e != OK)
        return e;
    if (checkpoint_open(note, fetch->key, &checkpoint, NULL) != OK)
        return ERR_SIGNATURE;
    fetch->size = checkpoint.size;
    return note_put(fetch, "checkpoint", "", note);
}

/* What it cosigned last may be more than it holds. */
static enum err
witnessed_fetch(struct fetching *f)
{
    struct restore_fetch *fetch = f->fetch;
    char path[MESSAGE_PATH_SIZE_MAX];
    struct bytes note;
    enum err e;

    snprintf(path, sizeof(path), "/witness/%s/checkpoint", f->hex);
    e = ask(f, path, &note);
    if (e != OK)
        return e == ERR_NOT_FOUND ? OK : e;
    snprintf(path, sizeof(path), "witness/%s", f->hex);
    e = fetch->os->make_folder(fetch->os, fetch->out, "witness", 0755);
    return e == OK ? note_put(fetch, path, "witness", note) : e;
}

/* ----- All of it. ----- */

static enum err
all_fetch(struct fetching *f)
{
    enum err known = checkpoint_fetch(f);
    enum err e = known == ERR_NOT_FOUND ? OK : known;

    if (e == OK)
        e = witnessed_fetch(f);
    if (e == OK && known == OK)
        e = level_fetch(f, TILE_ENTRIES);
    for (uint8_t level = 0; e == OK && known == OK && level < TILE_LEVEL_COUNT;
         level++)
        e = level_fetch(f, level);
    return e == OK ? known : e;
}

static enum err
client_start(struct fetching *f, char address[ADDRESS_SIZE_MAX])
{
    const struct restore_fetch *fetch = f->fetch;
    const struct client_tls tls = {.key = fetch->certificate->key,
                                   .certificate = fetch->certificate->text,
                                   .pin = fetch->node->tls_pin};
    const struct client_config config = {.address = address,
                                         .connect_ms = CONNECT_MS,
                                         .timeout_ms = EXCHANGE_MS,
                                         .exchanges_max = 1,
                                         .tls = &tls};
    struct writer w;

    writer_init(&w, address, ADDRESS_SIZE_MAX - 1);
    roster_address_write(&w, fetch->address);
    address[w.at] = '\0';
    return client_open(&f->client, &config);
}

enum err
restore_fetch(struct restore_fetch *fetch)
{
    struct fetching f = {.fetch = fetch};
    char address[ADDRESS_SIZE_MAX];
    uint8_t *block = malloc(ARENA_SIZE);
    enum err e = ERR_LIMIT;

    arena_init(&f.arena, block, block == NULL ? 0 : ARENA_SIZE);
    origin_hex(fetch->origin, f.hex);
    if (block != NULL)
        e = client_start(&f, address);
    if (e == OK) {
        e = all_fetch(&f);
        client_close(&f.client);
    }
    free(block);
    return e;
}

enum err
restore_fetch_find(const struct roster *roster, struct bytes url,
                   const struct roster_node **node,
                   const struct roster_address **address)
{
    if (!bytes_begin(url, SCHEME))
        return ERR_NOT_FOUND;
    url = bytes_slice(url, SCHEME.size, url.size);
    for (size_t i = 0; i < roster->node_count; i++) {
        const struct roster_node *at = &roster->nodes[i];

        for (size_t k = 0; k < at->address_count; k++) {
            uint8_t text[ADDRESS_SIZE_MAX];
            struct writer w;

            writer_init(&w, text, sizeof(text));
            roster_address_write(&w, &at->addresses[k]);
            if (!bytes_equal(writer_done(&w), url))
                continue;
            *node = at;
            *address = &at->addresses[k];
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}
