/* Opening, errands, the round, and what the other files of peers share. */
#include "node/peers_int.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/keys.h"

#define ARENA_SIZE (256u << 10)

/* How often a round looks at what time alone changes. */
#define LOOK_MS 500

/* ----- What the other files use. ----- */

struct peer *
peers_find(struct peers *peers, struct bytes origin)
{
    for (size_t i = 0; i < peers->count; i++)
        if (bytes_equal(peers->list[i].node->origin, origin))
            return &peers->list[i];
    return NULL;
}

struct instant
peers_now(const struct peers *peers)
{
    struct instant now = peers->os->now(peers->os);

    return now.ms < peers->book->last.ms ? peers->book->last : now;
}

void
peers_path(const char *folder, const char *name, char out[PEERS_PATH_SIZE])
{
    int n = snprintf(out, PEERS_PATH_SIZE, "%s/%s", folder, name);

    assert(n > 0 && n < PEERS_PATH_SIZE);
    (void)n;
}

void
peers_mirror(const struct peer *peer, char out[MIRROR_PREFIX_SIZE])
{
    int n = snprintf(out, MIRROR_PREFIX_SIZE, MIRROR_FOLDER "/%s/", peer->hex);

    assert(n > 0 && n < (int)MIRROR_PREFIX_SIZE);
    (void)n;
}

enum err
peers_folder(struct peers *peers, const char *folder)
{
    struct os *os = peers->os;
    enum err e = os->make_folder(os, peers->dir, folder, 0700);

    if (e == OK)
        e = os->sync_folder(os, peers->dir, "");
    return e == OK ? OK : book_failed(peers->book, e, "making a folder");
}

enum err
peers_replace(struct peers *peers, const char *folder, const char *name,
              struct bytes content)
{
    char path[PEERS_PATH_SIZE];
    enum err e = peers_folder(peers, folder);

    if (e != OK)
        return e;
    peers_path(folder, name, path);
    e = os_replace_file(peers->os, peers->dir, path, folder, content, 0600);
    return e == OK ? OK : book_failed(peers->book, e, "replacing a file");
}

enum err
peers_record(struct peers *peers, struct event *event)
{
    struct book *book = peers->book;
    size_t item;
    enum err e = book_begin(book);

    if (event->actor.size == 0)
        event->actor = BYTES("kufi");
    if (e == OK)
        e = book_put(book, event, false, &item);
    if (e == OK)
        e = book_commit(book);
    if (e == OK)
        e = book_fold(book);
    return e == OK ? book_flush(book) : e;
}

/* NULL: not that it is remembered. */
static struct peers_said *
said_find(struct peers *peers, const struct hash *what)
{
    for (size_t i = 0; i < peers->said_count; i++)
        if (hash_equal(&peers->said[i].what, what))
            return &peers->said[i];
    return NULL;
}

/* For one more: the one told longest ago is forgotten when there is no room. */
static struct peers_said *
said_room(struct peers *peers)
{
    struct peers_said *oldest = &peers->said[0];

    if (peers->said_count < PEERS_INCIDENTS_MAX)
        return &peers->said[peers->said_count++];
    for (size_t i = 1; i < peers->said_count; i++)
        if (peers->said[i].at_ns < oldest->at_ns)
            oldest = &peers->said[i];
    return oldest;
}

bool
peers_said_lately(struct peers *peers, const char *what, struct bytes origin)
{
    struct hash hash = hash_of_parts(0, bytes_of(what), origin);
    const struct peers_said *said = said_find(peers, &hash);

    return said != NULL &&
           peers->os->monotonic_ns(peers->os) - said->at_ns < PEERS_INCIDENT_NS;
}

void
peers_said_now(struct peers *peers, const char *what, struct bytes origin)
{
    struct hash hash = hash_of_parts(0, bytes_of(what), origin);
    struct peers_said *said = said_find(peers, &hash);

    if (said == NULL)
        said = said_room(peers);
    *said = (struct peers_said){hash, peers->os->monotonic_ns(peers->os)};
}

enum err
peers_incident(struct peers *peers, const char *code, struct bytes origin,
               const char *summary, const struct hash *evidence)
{
    struct event event = {.type = EVENT_INCIDENT};
    enum err e;

    /* Which evidence is told of, peers_keep() sees to. */
    if (evidence == NULL && peers_said_lately(peers, code, origin))
        return OK;
    event.incident = (struct incident){.code = bytes_of(code),
                                       .origin = origin,
                                       .summary = bytes_of(summary),
                                       .has_evidence = evidence != NULL};
    if (evidence != NULL)
        memcpy(event.incident.evidence, evidence->b, SHA256_SIZE);
    e = peers_record(peers, &event);
    /* On a disk that was full it is told again. */
    if (e == OK && evidence == NULL)
        peers_said_now(peers, code, origin);
    return e;
}

void
peers_refuse(struct peers *peers, const char *why)
{
    peers->answer->verdict = ERRAND_REFUSED;
    peers->answer->why = bytes_of(why);
}

void
peers_refuse_fault(struct peers *peers, const struct fault *fault)
{
    peers_refuse(peers, fault->what != NULL     ? fault->what
                        : fault->clause != NULL ? fault->clause
                                                : err_text(fault->code));
}

const char *
peers_why(struct peers *peers, const struct fault *fault)
{
    (void)snprintf(peers->why, sizeof(peers->why), "%s (%s)",
                   fault->what != NULL ? fault->what : err_text(fault->code),
                   fault->clause != NULL ? fault->clause : "-");
    return peers->why;
}

bool
peers_own_right(const struct peers *peers, enum roster_right right)
{
    return peers->self != NULL &&
           roster_right(peers->roster, peers->self->role, right);
}

bool
peers_first_epoch(const struct peers *peers, const struct roster_node *node,
                  uint32_t *epoch)
{
    struct os *os = peers->os;
    int32_t day = instant_utc_date(os->now(os)).days;

    *epoch = 0;
    if (!peers->has_roster)
        return false;
    if (roster_right(peers->roster, node->role, ROSTER_RIGHT_KEYS_ALL))
        return true;
    *epoch = grant_first_epoch(day < 0 ? 0 : (uint32_t)day,
                               peers_window_days(peers, node->origin));
    return roster_right(peers->roster, node->role, ROSTER_RIGHT_KEYS_HOT);
}

/* ----- Opening. ----- */

static enum err
memory_take(struct peers *peers)
{
    uint8_t *arena = malloc(ARENA_SIZE);
    uint8_t *grants = malloc(GRANT_ARENA_SIZE);

    peers->roster = calloc(1, sizeof(*peers->roster));
    peers->next = calloc(1, sizeof(*peers->next));
    peers->note = calloc(1, ROSTER_SIZE_MAX);
    peers->next_note = calloc(1, ROSTER_SIZE_MAX);
    peers->list = calloc(PEERS_MAX, sizeof(*peers->list));
    peers->old = calloc(PEERS_MAX, sizeof(*peers->old));
    peers->gone = calloc(ROSTER_REVOKED_MAX, sizeof(*peers->gone));
    peers->answer = calloc(1, sizeof(*peers->answer));
    peers->errand = calloc(1, sizeof(*peers->errand));
    peers->parsed = calloc(1, sizeof(*peers->parsed));
    peers->order = calloc(1, sizeof(*peers->order));
    peers->text = calloc(1, NOTE_SIZE_MAX);
    peers->other = calloc(1, EVIDENCE_FILE_SIZE_MAX);
    peers->bundle = calloc(1, BUNDLE_SIZE_MAX);
    peers->cosigned = calloc(1, NOTE_SIZE_MAX);
    arena_init(&peers->arena, arena, ARENA_SIZE);
    arena_init(&peers->grant_arena, grants, GRANT_ARENA_SIZE);
    if (arena == NULL || grants == NULL || peers->roster == NULL ||
        peers->next == NULL || peers->note == NULL ||
        peers->next_note == NULL || peers->list == NULL || peers->old == NULL ||
        peers->gone == NULL || peers->answer == NULL || peers->errand == NULL ||
        peers->parsed == NULL || peers->order == NULL || peers->text == NULL ||
        peers->other == NULL || peers->bundle == NULL ||
        peers->cosigned == NULL)
        return book_failed(peers->book, ERR_LIMIT, "taking memory");
    return OK;
}

/* A folder made before there were peers gets its keys at the first start. */
static enum err
keys_load(struct peers *peers)
{
    struct book *book = peers->book;
    const struct random *random = book->config.random;
    struct writer w;
    enum err e =
        cosign_key_load(peers->os, peers->dir, book->origin, &peers->cosign);

    if (e == ERR_NOT_FOUND)
        e = cosign_key_make(peers->os, peers->dir, book->origin, random,
                            &peers->cosign);
    if (e != OK)
        return book_failed(book, e, "reading cosign.key");
    e = box_key_load(peers->os, peers->dir, &peers->box);
    if (e == ERR_NOT_FOUND)
        e = box_key_make(peers->os, peers->dir, random, &peers->box);
    if (e != OK)
        return book_failed(book, e, "reading box.key");
    writer_init(&w, peers->cosign_name, sizeof(peers->cosign_name));
    writer_bytes(&w, book->origin);
    writer_text(&w, COSIGN_NAME_END);
    peers->cosign_name_size = writer_done(&w).size;
    peers->log_key = note_key_of(book->origin, NOTE_ED25519, &book->key.public);
    return OK;
}

/* The mode that the log says; rejoining is no mode of the log's. */
static enum err
mode_load(struct peers *peers)
{
    struct store_mode_now now;
    enum err e;

    arena_reset(&peers->arena);
    e = store_mode(&peers->book->store, &peers->arena, &now);
    if (e != OK)
        return book_failed(peers->book, e, "reading the mode");
    peers->mode = now.mode == MODE_ISOLATED ? ERRAND_ISOLATED : ERRAND_NORMAL;
    peers->mode_since = now.since;
    peers->reason_size = now.reason.size;
    if (now.reason.size > 0)
        memcpy(peers->reason, now.reason.p, now.reason.size);
    return OK;
}

static enum err
open_all(struct peers *peers)
{
    enum err e = memory_take(peers);

    if (e == OK)
        e = peers_lists_open(peers);
    if (e == OK)
        e = keys_load(peers);
    if (e == OK)
        e = mode_load(peers);
    if (e == OK)
        e = peers_roster_load(peers);
    if (e == OK)
        e = peers_own_load(peers);
    if (e == OK)
        e = peers_obey(peers);
    return e;
}

enum err
peers_open(struct peers **out, struct book *book)
{
    struct peers *peers = calloc(1, sizeof(*peers));
    enum err e;

    *out = NULL;
    if (peers == NULL)
        return book_failed(book, ERR_LIMIT, "taking memory");
    peers->book = book;
    peers->os = book->config.os;
    peers->dir = book->config.dir;
    peers->opened = peers->os->now(peers->os);
    e = open_all(peers);
    if (e == OK)
        *out = peers;
    else
        peers_close(peers);
    return e;
}

void
peers_close(struct peers *peers)
{
    if (peers == NULL)
        return;
    if (peers->fetched.active)
        peers->os->close(peers->os, peers->fetched.file);
    sign_key_deinit(&peers->cosign);
    box_key_deinit(&peers->box);
    free(peers->roster);
    free(peers->next);
    free(peers->note);
    free(peers->next_note);
    free(peers->list);
    free(peers->old);
    free(peers->gone);
    free(peers->answer);
    free(peers->errand);
    free(peers->parsed);
    free(peers->order);
    free(peers->offers);
    free(peers->arena.p);
    free(peers->grant_arena.p);
    free(peers->text);
    free(peers->other);
    free(peers->bundle);
    free(peers->cosigned);
    free(peers);
}

/* ----- Mode. ----- */

static enum err
mode_record(struct peers *peers, enum mode mode, struct bytes actor,
            struct bytes reason)
{
    struct event event = {.type = EVENT_MODE_CHANGE, .actor = actor};
    enum err e;

    event.mode_change = (struct mode_change){.mode = mode, .reason = reason};
    e = peers_record(peers, &event);
    if (e != OK)
        return e;
    peers->mode = mode == MODE_ISOLATED ? ERRAND_ISOLATED : ERRAND_NORMAL;
    peers->mode_since = event.time;
    return OK;
}

static void
reason_keep(struct peers *peers, struct bytes reason)
{
    assert(reason.size <= REASON_SIZE_MAX);
    memmove(peers->reason, reason.p, reason.size);
    peers->reason_size = reason.size;
}

enum err
peers_isolate(struct peers *peers, struct bytes actor, struct bytes reason)
{
    enum err e;

    peers->rejoin_refused = false;
    if (peers->mode == ERRAND_REJOINING)
        peers->mode = ERRAND_ISOLATED;
    if (peers->mode == ERRAND_ISOLATED)
        return OK;
    e = mode_record(peers, MODE_ISOLATED, actor, reason);
    if (e == OK)
        reason_keep(peers, reason);
    return e;
}

/* A node alone has nobody to be compared with. */
enum err
peers_rejoin(struct peers *peers, struct bytes actor, struct bytes reason)
{
    if (peers->mode == ERRAND_NORMAL)
        return OK;
    peers->rejoin_refused = false;
    reason_keep(peers, reason);
    assert(actor.size <= ACTOR_SIZE_MAX);
    memcpy(peers->actor, actor.p, actor.size);
    peers->actor_size = actor.size;
    for (size_t i = 0; i < peers->node_count; i++)
        peers->list[i].check = PEER_UNCHECKED;
    peers->checked_ns = 0;
    peers->mode = ERRAND_REJOINING;
    return peers->node_count == 0 ? peers_back(peers) : OK;
}

enum err
peers_back(struct peers *peers)
{
    struct bytes actor = {peers->actor, peers->actor_size};
    struct bytes reason = {peers->reason, peers->reason_size};

    return mode_record(peers, MODE_NORMAL, actor, reason);
}

bool
peers_stale(const struct peers *peers)
{
    return peers->stale;
}

enum errand_mode
peers_mode(const struct peers *peers)
{
    return peers->mode;
}

/* ----- Errands. ----- */

static enum err
state_answer(struct peers *peers)
{
    struct errand_state *state = &peers->answer->state;

    peers->answer->has_state = true;
    *state = (struct errand_state){.mode = peers->mode,
                                   .has_roster = peers->has_roster,
                                   .size = log_published(&peers->book->log),
                                   .log_count = peers->count};
    if (peers->has_roster)
        state->roster_version = peers->roster->version;
    for (size_t i = 0; i < peers->count; i++) {
        const struct peer *peer = &peers->list[i];

        state->logs[i] =
            (struct errand_log){.origin = peer->node->origin,
                                .mirrored = peer->mirrored,
                                .cosigned = peer->last.size,
                                .seal_due = peers_seal_due(peers, peer),
                                .forked = peer->forked};
    }
    return peers_lists_wanted(peers, state);
}

/* What a node that is cut off still hears: what it is asked for coming back. */
static bool
allowed(const struct peers *peers, enum errand_kind kind)
{
    if (kind == ERRAND_STATE || peers->mode == ERRAND_NORMAL)
        return true;
    return peers->mode == ERRAND_REJOINING && kind == ERRAND_CHECKED;
}

static enum err
errand_do(struct peers *peers, const struct errand *errand)
{
    if (!allowed(peers, errand->kind)) {
        peers_refuse(peers, "the node is isolated");
        return OK;
    }
    switch (errand->kind) {
    case ERRAND_STATE:
        return state_answer(peers);
    case ERRAND_COSIGN:
        return peers_cosign(peers, errand);
    case ERRAND_MIRRORED:
        return peers_mirrored(peers, errand);
    case ERRAND_HELD:
        return peers_held(peers, errand);
    case ERRAND_COSIGNED:
        return peers_cosigned(peers, errand);
    case ERRAND_ROSTER:
        return peers_roster_errand(peers, errand);
    case ERRAND_SEAL:
        return peers_seal(peers, errand);
    case ERRAND_GRANT:
        return peers_grant(peers, errand);
    case ERRAND_FETCHED:
        return peers_fetched(peers, errand);
    case ERRAND_EVIDENCE:
        return peers_evidence(peers, errand);
    case ERRAND_CHECKED:
        return peers_checked(peers, errand);
    case ERRAND_HEARD:
        peers_heard(peers, errand);
        return OK;
    }
    return ERR_FORMAT;
}

enum err
peers_errand(struct peers *peers, struct bytes in, struct writer *out)
{
    struct fault fault;
    enum err e = errand_parse(in, peers->errand, &fault);

    if (e != OK)
        return ERR_FORMAT;
    *peers->answer = (struct errand_answer){.id = peers->errand->id};
    e = errand_do(peers, peers->errand);
    if (e != OK && e != ERR_FULL)
        return e;
    if (e == ERR_FULL)
        *peers->answer = (struct errand_answer){.id = peers->errand->id,
                                                .verdict = ERRAND_LATER};
    errand_answer_encode(out, peers->answer);
    assert(!out->full);
    return e;
}

/* ----- The round. ----- */

void
peers_quiet(struct peers *peers, bool quiet)
{
    peers->quiet = quiet;
}

enum err
peers_round(struct peers *peers, bool *more)
{
    bool lists = false;
    enum err e;

    *more = false;
    peers->looked_ns = peers->os->monotonic_ns(peers->os);
    e = peers_age(peers);
    if (peers->self == NULL)
        return e == OK ? peers_alarms_count(peers) : e;
    if (e == OK)
        e = peers_lacks(peers);
    if (e == OK && peers->mode == ERRAND_REJOINING)
        e = peers_rejoin_look(peers, false);
    if (e == OK && peers->mode == ERRAND_NORMAL)
        e = peers_see(peers, more);
    if (e == OK)
        e = peers_lists_go_on(peers, &lists);
    *more = *more || lists;
    return e == OK && !*more ? peers_alarms_count(peers) : e;
}

int
peers_wait_ms(const struct peers *peers)
{
    uint64_t passed_ms =
        (peers->os->monotonic_ns(peers->os) - peers->looked_ns) / 1000000;

    if (!peers->has_roster)
        return -1;
    return passed_ms >= LOOK_MS ? 0 : (int)(LOOK_MS - passed_ms);
}
