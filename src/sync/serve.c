#include "sync/serve.h"

#include <assert.h>
#include <string.h>

#include "sync/serve_int.h"

/* ----- Who asks. ----- */

/* Those that have nothing under way make room. */
static void
peers_sweep(struct serve *serve)
{
    size_t kept = 0;

    for (size_t i = 0; i < serve->peer_count; i++)
        if (serve->peers[i].calls > 0)
            serve->peers[kept++] = serve->peers[i];
    serve->peer_count = kept;
}

static struct serve_peer *
peer_find(struct serve *serve, struct bytes origin)
{
    for (size_t i = 0; i < serve->peer_count; i++) {
        struct serve_peer *peer = &serve->peers[i];

        if (bytes_equal((struct bytes){peer->origin, peer->origin_size},
                        origin))
            return peer;
    }
    return NULL;
}

/* One more question that waits for the keeper; false when there are too many.
 * Sweeping moves the others, so that it is their origin that calls keep. */
static bool
peer_enter(struct serve *serve, struct bytes origin)
{
    struct serve_peer *peer = peer_find(serve, origin);

    if (peer == NULL) {
        if (serve->peer_count == ROSTER_NODES_MAX)
            peers_sweep(serve);
        if (serve->peer_count == ROSTER_NODES_MAX)
            return false;
        peer = &serve->peers[serve->peer_count++];
        memcpy(peer->origin, origin.p, origin.size);
        peer->origin_size = origin.size;
        peer->calls = 0;
    }
    if (peer->calls == SERVE_CALLS_MAX)
        return false;
    peer->calls++;
    return true;
}

static void
peer_leave(struct serve *serve, struct bytes origin)
{
    struct serve_peer *peer = peer_find(serve, origin);

    if (peer != NULL && peer->calls > 0)
        peer->calls--;
}

/* ----- Replies. ----- */

void
serve_status(struct serve_call *call, unsigned status)
{
    call->reply = (struct reply){.status = status};
}

void
serve_body(struct serve_call *call, const char *type, struct bytes body)
{
    call->reply = (struct reply){.status = 200, .type = type, .body = body};
}

void
serve_size(struct serve_call *call, uint64_t size)
{
    uint8_t *room = arena_room(call->arena, 21);
    struct writer w;

    if (room == NULL) {
        serve_status(call, 503);
        return;
    }
    writer_init(&w, room, 21);
    writer_decimal(&w, size);
    writer_u8(&w, '\n');
    call->reply = (struct reply){
        .status = 409, .type = MESSAGE_TREE_SIZE, .body = writer_done(&w)};
}

/* What reading our own files came to. */
void
serve_error(struct serve_call *call, enum err e)
{
    serve_status(call, e == ERR_NOT_FOUND ? 404 : 503);
}

void
serve_file(struct serve_call *call, const struct sync_host *host,
           const char *path, const char *type)
{
    size_t room_size = call->arena->size - call->arena->used;
    uint8_t *room;
    size_t size;
    enum err e;

    room_size = room_size > 16 ? room_size - 16 : 0;
    room = arena_room(call->arena, room_size);
    if (room == NULL) {
        serve_status(call, 503);
        return;
    }
    e = os_read_file(host->os, host->dir, path, room, room_size, &size);
    if (e != OK)
        serve_error(call, e);
    else
        serve_body(call, type, (struct bytes){room, size});
}

/* ----- Questions that the keeper answers. ----- */

static bool
own_right(const struct sync_host *host, enum roster_right right)
{
    const struct roster_node *own = roster_find(host->roster, host->origin);

    return roster_right(host->roster, own->role, right);
}

static enum serve_step
errand_for(struct serve_call *call, enum errand_kind kind, struct bytes note)
{
    call->errand = (struct errand){
        .kind = kind, .origin = call->peer_origin, .note = note};
    return SERVE_ERRAND;
}

/* C2SP tlog-witness, but for who may ask at all. */
static enum serve_step
checkpoint_add(struct serve_call *call, const struct sync_host *host,
               struct bytes body)
{
    struct witness_request request;
    struct bytes origin;

    serve_status(call, 400);
    if (!own_right(host, ROSTER_RIGHT_COSIGN)) {
        serve_status(call, 404);
        return SERVE_REPLY;
    }
    if (witness_request_parse(body, &request, NULL) != OK ||
        witness_origin(&request, &origin) != OK)
        return SERVE_REPLY;
    if (!note_name_valid(origin)) {
        serve_status(call, 404);
        return SERVE_REPLY;
    }
    call->errand = (struct errand){.kind = ERRAND_COSIGN,
                                   .origin = origin,
                                   .size = request.old_size,
                                   .proof = request.proof,
                                   .note = request.note};
    return SERVE_ERRAND;
}

static enum serve_step
cosignatures_add(struct serve_call *call, const struct sync_host *host,
                 struct bytes body)
{
    struct hash own = hash_of(host->origin);

    if (body.size > NOTE_SIZE_MAX) {
        serve_status(call, 400);
        return SERVE_REPLY;
    }
    if (hash_equal(&call->route.hash, &own))
        return errand_for(call,
                          host->state->mode == ERRAND_REJOINING
                              ? ERRAND_CHECKED
                              : ERRAND_COSIGNED,
                          body);
    serve_merge(call, host, body);
    return SERVE_REPLY;
}

static bool
is_relay(const struct sync_host *host)
{
    const struct roster_node *own = roster_find(host->roster, host->origin);

    return own->role == ROSTER_CENTRE || own->role == ROSTER_MIRROR;
}

/* For us, or for somebody who will ask for it here. */
static enum serve_step
grant_add(struct serve_call *call, const struct sync_host *host,
          struct bytes body)
{
    struct hash own = hash_of(host->origin);
    enum err e;

    if (body.size > GRANTBOX_SIZE_MAX) {
        serve_status(call, 400);
        return SERVE_REPLY;
    }
    if (hash_equal(&call->route.hash, &own))
        return errand_for(call, ERRAND_GRANT, body);
    serve_status(call, 403);
    if (!is_relay(host) || host->grants == NULL)
        return SERVE_REPLY;
    e = grantbox_put(host->grants, host->roster, body);
    if (e == OK)
        serve_status(call, 200);
    else if (e == ERR_FORMAT || e == ERR_SIGNATURE)
        serve_status(call, 422);
    else if (e != ERR_DENIED) /* that is 403 */
        serve_status(call, 503);
    return SERVE_REPLY;
}

static enum serve_step
body_take(struct serve_call *call, const struct sync_host *host,
          struct bytes body, uint64_t now_ns)
{
    switch (call->route.kind) {
    case ROUTE_ROSTERS:
        if (body.size <= ROSTER_SIZE_MAX)
            return errand_for(call, ERRAND_ROSTER, body);
        serve_status(call, 400);
        return SERVE_REPLY;
    case ROUTE_ADD_CHECKPOINT:
        return checkpoint_add(call, host, body);
    case ROUTE_COSIGNATURES:
        return cosignatures_add(call, host, body);
    case ROUTE_ADD_GRANT:
        return grant_add(call, host, body);
    default:
        serve_add_entries(call, host, body, now_ns);
        return SERVE_REPLY;
    }
}

/* ----- A call. ----- */

/* What a node that rejoins is asked and told; all else waits. Of two that
 * rejoin each must hear from the other, or both would wait for ever. SYN 6.8 */
static bool
is_for_rejoining(const struct sync_host *host, struct bytes peer,
                 const struct route *route)
{
    struct hash own = hash_of(host->origin);
    struct hash theirs = hash_of(peer);

    switch (route->kind) {
    case ROUTE_STATE:
        return true;
    case ROUTE_COSIGNATURES:
        return hash_equal(&route->hash, &own);
    case ROUTE_CHECKPOINT:
        return hash_equal(&route->hash, &theirs);
    default:
        return false;
    }
}

enum serve_step
serve_begin(struct serve *serve, struct serve_call *call,
            const struct sync_host *host, struct bytes peer,
            const struct message *message, uint64_t now_ns)
{
    struct bytes path = bytes_of(message->path);
    enum serve_step step = SERVE_REPLY;

    call->peer_origin = peer;
    serve_status(call, 503);
    if (!sync_host_open(host))
        return SERVE_REPLY;
    if (roster_find(host->roster, peer) == NULL ||
        bytes_equal(peer, host->origin)) {
        serve_status(call, 403);
        return SERVE_REPLY;
    }
    if (route_parse(message->method, path, &call->route) != OK) {
        serve_status(call, 404);
        return SERVE_REPLY;
    }
    if (host->state->mode == ERRAND_REJOINING &&
        !is_for_rejoining(host, peer, &call->route))
        return SERVE_REPLY;
    if (message->method == MESSAGE_GET)
        serve_get(call, host);
    else
        step = body_take(call, host, message->body, now_ns);
    if (step == SERVE_ERRAND && !peer_enter(serve, peer)) {
        serve_status(call, 429);
        step = SERVE_REPLY;
    }
    return step;
}

/*
 * The log's own node proves nothing from what was cosigned last: it has another
 * past than it had. From anybody else a proof that does not hold says nothing
 * about the log. SYN 4.5
 */
static void
cosign_contradiction(struct serve_call *call, const struct sync_host *host)
{
    uint8_t known[MIRROR_NOTE_SIZE_MAX];
    struct evidence evidence = {.kind = EVIDENCE_BAD_PROOF,
                                .other = call->errand.note};
    struct hash name = hash_of(call->errand.origin);
    char path[OS_PATH_SIZE_MAX];
    size_t size;

    if (!bytes_equal(call->errand.origin, call->peer_origin))
        return;
    sync_witness_path(&name, path);
    if (os_read_file(host->os, host->dir, path, known, sizeof(known), &size) !=
        OK)
        return;
    evidence.known = (struct bytes){known, size};
    if (evidence_verify(&evidence, sync_log_key(host, call->errand.origin),
                        NULL) == OK)
        mirrors_contradiction(host->mirrors, call->errand.origin, &evidence);
}

static void
cosign_reply(struct serve_call *call, const struct errand_answer *answer)
{
    struct bytes line = arena_copy(call->arena, answer->note);

    if (answer->status == 409)
        serve_size(call, answer->size);
    else if (answer->status == 200 && line.p != NULL)
        serve_body(call, MESSAGE_TEXT, line);
    else if (answer->status == 200)
        serve_status(call, 503);
    else
        serve_status(call, answer->status);
}

void
serve_done(struct serve *serve, struct serve_call *call,
           const struct sync_host *host, const struct errand_answer *answer,
           uint64_t now_ns)
{
    (void)now_ns;
    peer_leave(serve, call->peer_origin);
    if (call->errand.kind == ERRAND_COSIGN && answer->status == 422)
        cosign_contradiction(call, host);
    if (answer->verdict == ERRAND_LATER)
        serve_status(call, 503);
    else if (call->errand.kind == ERRAND_COSIGN)
        cosign_reply(call, answer);
    else if (answer->verdict == ERRAND_REFUSED)
        serve_status(call, 403);
    else
        serve_status(call, 200);
}

void
serve_cancel(struct serve *serve, struct serve_call *call)
{
    peer_leave(serve, call->peer_origin);
}
