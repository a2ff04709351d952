#include "sync/serve_int.h"

#include <assert.h>

/* Rosters are numbered without many gaps. */
#define ROSTER_PROBES_MAX 64

/* ----- Logs. ----- */

/* Where a log's files are, and the checkpoint that covers what may be given of
 * it. */
struct held {
    struct log_view view;
    struct bytes note;
    struct mirrors_log *log; /* NULL: our own */
};

static enum err
own_held(struct serve_call *call, const struct sync_host *host,
         struct held *out)
{
    uint8_t *room = arena_room(call->arena, MIRROR_NOTE_SIZE_MAX);

    out->view = sync_own_view(host);
    out->log = NULL;
    if (room == NULL)
        return ERR_LIMIT;
    return view_checkpoint(&out->view, room, MIRROR_NOTE_SIZE_MAX, &out->note);
}

static enum err
held_find(struct serve_call *call, const struct sync_host *host,
          struct held *out)
{
    struct hash own = hash_of(host->origin);

    if (hash_equal(&call->route.hash, &own))
        return own_held(call, host, out);
    out->log = mirrors_find(host->mirrors, host, &call->route.hash);
    if (out->log == NULL)
        return ERR_NOT_FOUND;
    out->view = mirror_view(&out->log->mirror);
    out->note = mirror_checkpoint(&out->log->mirror);
    return out->note.size > 0 ? OK : ERR_NOT_FOUND;
}

static void
checkpoint_get(struct serve_call *call, const struct sync_host *host)
{
    struct held held;
    enum err e = held_find(call, host, &held);
    struct bytes note;

    if (e != OK) {
        serve_error(call, e);
        return;
    }
    note = arena_copy(call->arena, held.note);
    if (note.p == NULL)
        serve_status(call, 503);
    else
        serve_body(call, MESSAGE_TEXT, note);
}

/* Ciphertext, but none of a witness's business; a node that lost its own log
 * gets it back. */
static bool
may_read(const struct serve_call *call, const struct sync_host *host)
{
    const struct roster_node *peer =
        roster_find(host->roster, call->peer_origin);
    struct hash own = hash_of(call->peer_origin);

    return roster_right(host->roster, peer->role, ROSTER_RIGHT_MIRROR) ||
           hash_equal(&call->route.hash, &own);
}

static void
entries_get(struct serve_call *call, const struct sync_host *host)
{
    const struct route_range *asked = &call->route.range;
    struct package_range range = {.start = asked->start,
                                  .end = asked->end,
                                  .size = asked->size,
                                  .bytes = asked->bytes};
    struct held held;
    uint8_t *room;
    struct writer w;
    enum err e = held_find(call, host, &held);

    if (range.bytes > PACKAGE_BYTES_MAX)
        range.bytes = PACKAGE_BYTES_MAX;
    room = arena_room(call->arena, PACKAGE_SIZE_MAX);
    if (e == OK && room == NULL)
        e = ERR_LIMIT;
    if (e != OK) {
        serve_error(call, e);
        return;
    }
    writer_init(&w, room, PACKAGE_SIZE_MAX);
    e = package_make(&held.view, &range, host->mirrors->scratch, &w);
    if (e == ERR_CORRUPT && held.log != NULL)
        mirror_doubt(&held.log->mirror, host->mirrors->scratch);
    if (e != OK)
        serve_error(call, e);
    else
        serve_body(call, MESSAGE_BINARY, writer_done(&w));
}

static void
tile_get(struct serve_call *call, const struct sync_host *host)
{
    char path[OS_PATH_SIZE_MAX];
    struct held held;
    enum err e = held_find(call, host, &held);

    if (e != OK) {
        serve_error(call, e);
        return;
    }
    view_path(&held.view, &call->route.tile, path);
    serve_file(call, host, path, MESSAGE_BINARY);
}

/* ----- The state. ----- */

static void
state_log_add(struct state *state, struct bytes origin, struct bytes note,
              uint64_t size)
{
    struct state_log log = {
        .origin = origin, .size = size, .sum = state_sum(note)};
    size_t at = state->log_count;

    if (note.size == 0 || at == STATE_LOGS_MAX)
        return;
    for (; at > 0; at--) {
        int order = bytes_compare(state->logs[at - 1].origin, origin);

        if (order == 0)
            return;
        if (order < 0)
            break;
    }
    for (size_t i = state->log_count; i > at; i--)
        state->logs[i] = state->logs[i - 1];
    state->logs[at] = log;
    state->log_count++;
}

static void
state_own(struct serve_call *call, const struct sync_host *host,
          struct state *state)
{
    const struct note_key *key = sync_log_key(host, host->origin);
    struct checkpoint checkpoint;
    struct held held;

    if (own_held(call, host, &held) == OK &&
        checkpoint_open(held.note, key, &checkpoint, NULL) == OK)
        state_log_add(state, host->origin, held.note, checkpoint.size);
}

static void
state_mirrors(const struct sync_host *host, struct state *state)
{
    const struct roster *roster = host->roster;

    for (size_t i = 0; i < roster->node_count + roster->revoked_count; i++) {
        struct bytes origin =
            i < roster->node_count
                ? roster->nodes[i].origin
                : roster->revoked[i - roster->node_count].origin;
        struct mirrors_log *log = mirrors_of(host->mirrors, host, origin);

        if (log != NULL)
            state_log_add(state, origin, mirror_checkpoint(&log->mirror),
                          mirror_kept(&log->mirror));
    }
}

static void
state_grants(struct serve_call *call, const struct sync_host *host,
             struct state *state)
{
    const struct roster *roster = host->roster;
    struct hash to = hash_of(call->peer_origin);

    for (size_t i = 0; host->grants != NULL && i < roster->node_count; i++) {
        struct bytes origin = roster->nodes[i].origin;
        struct hash of = hash_of(origin);
        const struct grantbox_entry *entry =
            grantbox_find(host->grants, &to, &of);

        if (entry == NULL || state->grant_count == STATE_GRANTS_MAX)
            continue;
        state->grants[state->grant_count++] =
            (struct state_grant){.origin = origin, .sum = entry->sum};
    }
}

/* What listing the folder of lists needs to know. */
static enum err
list_look(void *context, const char *name, bool is_folder)
{
    struct state *state = context;
    struct bytes text = bytes_of(name);
    struct hash list;
    size_t at;

    if (is_folder || !message_hash_parse(bytes_slice(text, 0, 64), &list) ||
        !bytes_equal(bytes_slice(text, 64, text.size),
                     BYTES(SYNC_LIST_ENDING)) ||
        state->list_count == STATE_LISTS_MAX)
        return OK;
    for (at = state->list_count; at > 0; at--) {
        if (bytes_compare(hash_bytes(&state->lists[at - 1]),
                          hash_bytes(&list)) < 0)
            break;
        state->lists[at] = state->lists[at - 1];
    }
    state->lists[at] = list;
    state->list_count++;
    return OK;
}

static void
state_get(struct serve_call *call, const struct sync_host *host)
{
    struct state *state = arena_take(call->arena, sizeof(*state));
    uint8_t *room = arena_room(call->arena, STATE_TEXT_SIZE_MAX);
    struct os *os = host->os;
    struct writer w;
    enum err e;

    if (state == NULL || room == NULL) {
        serve_status(call, 503);
        return;
    }
    state->rejoining = host->state->mode == ERRAND_REJOINING;
    state->roster_version = host->roster->version;
    state_own(call, host, state);
    state_mirrors(host, state);
    state_grants(call, host, state);
    e = os->list(os, host->dir, SYNC_LISTS_FOLDER, list_look, state);
    if (e != OK && e != ERR_NOT_FOUND) {
        serve_status(call, 503);
        return;
    }
    writer_init(&w, room, STATE_TEXT_SIZE_MAX);
    state_encode(&w, state);
    assert(!w.full);
    serve_body(call, MESSAGE_TEXT, writer_done(&w));
}

/* ----- Rosters, grants, lists, cosignatures. ----- */

static void
roster_get(struct serve_call *call, const struct sync_host *host)
{
    uint64_t version = call->route.number;
    uint64_t newest = host->roster->version;
    struct bytes note;

    if (version > newest) {
        serve_status(call, 404);
        return;
    }
    for (int i = 0; i < ROSTER_PROBES_MAX && version < newest; i++) {
        size_t used = call->arena->used;
        char path[OS_PATH_SIZE_MAX];

        sync_roster_path(version++, path);
        serve_file(call, host, path, MESSAGE_TEXT);
        if (call->reply.status != 404)
            return;
        call->arena->used = used;
    }
    note = arena_copy(call->arena, host->roster_note);
    if (note.p == NULL)
        serve_status(call, 503);
    else
        serve_body(call, MESSAGE_TEXT, note);
}

static void
grant_get(struct serve_call *call, const struct sync_host *host)
{
    struct hash to = hash_of(call->peer_origin);
    const struct grantbox_entry *entry;
    struct block room = {.size = GRANTBOX_SIZE_MAX};
    struct bytes grant;
    enum err e;

    serve_status(call, 403);
    if (!hash_equal(&call->route.hash, &to))
        return;
    serve_status(call, 404);
    if (host->grants == NULL)
        return;
    entry = grantbox_find(host->grants, &to, &call->route.other);
    if (entry == NULL)
        return;
    room.p = arena_room(call->arena, room.size);
    e = room.p == NULL ? ERR_LIMIT
                       : grantbox_read(host->grants, entry, room, &grant);
    if (e != OK)
        serve_error(call, e);
    else
        serve_body(call, MESSAGE_BINARY, grant);
}

static void
list_get(struct serve_call *call, const struct sync_host *host)
{
    struct os *os = host->os;
    uint8_t *room = arena_room(call->arena, SERVE_LIST_BYTES_MAX);
    char path[OS_PATH_SIZE_MAX];
    struct file file;
    size_t size = 0;
    enum err e;

    if (room == NULL) {
        serve_status(call, 503);
        return;
    }
    sync_list_path(&call->route.hash, SYNC_LIST_ENDING, path);
    e = os->open(os, host->dir, path, OPEN_READ, 0, &file);
    if (e != OK) {
        serve_error(call, e);
        return;
    }
    e = os->read_at(os, file, call->route.number, room, SERVE_LIST_BYTES_MAX,
                    &size);
    os->close(os, file);
    if (e != OK)
        serve_error(call, e);
    else
        serve_body(call, MESSAGE_BINARY, (struct bytes){room, size});
}

static void
witnessed_get(struct serve_call *call, const struct sync_host *host)
{
    char path[OS_PATH_SIZE_MAX];

    sync_witness_path(&call->route.hash, path);
    serve_file(call, host, path, MESSAGE_TEXT);
}

void
serve_get(struct serve_call *call, const struct sync_host *host)
{
    if ((call->route.kind == ROUTE_ENTRIES || call->route.kind == ROUTE_TILE) &&
        !may_read(call, host)) {
        serve_status(call, 403);
        return;
    }
    switch (call->route.kind) {
    case ROUTE_STATE:
        state_get(call, host);
        return;
    case ROUTE_ROSTER:
        roster_get(call, host);
        return;
    case ROUTE_CHECKPOINT:
    case ROUTE_MIRROR:
        checkpoint_get(call, host);
        return;
    case ROUTE_ENTRIES:
        entries_get(call, host);
        return;
    case ROUTE_TILE:
        tile_get(call, host);
        return;
    case ROUTE_GRANT:
        grant_get(call, host);
        return;
    case ROUTE_LIST:
        list_get(call, host);
        return;
    default:
        assert(call->route.kind == ROUTE_WITNESSED);
        witnessed_get(call, host);
        return;
    }
}
