/*
 * How the node stands with others, as JSON: what is wrong first, then each log
 * with who holds it and who cosigned it. GET /v1/peers; API 4.21
 */
#include "node/peers_int.h"

#include <string.h>

#include "base/base64.h"
#include "base/json.h"

#define DAY_MS INT64_C(86400000)

/* A roster that ends within so many days wants a successor. */
#define ROSTER_DUE_DAYS 30

/* Who was not heard for so long is said to be silent. */
#define SILENT_MS INT64_C(30000)

/* SYN 1.6 */
#define MISSED_MS (PEERS_SEEN_IDLE_MS * 5 / 2)

/* Of one log: as many as a person reads. */
#define COSIGNED_SHOWN_MAX 16

/* Of a cosignature, before the signature itself: LOG 2.8. */
#define KEY_ID_SIZE 4
#define TIME_SIZE 8

static void
put_instant(struct json_writer *j, const char *name, struct instant time)
{
    uint8_t text[INSTANT_TEXT_SIZE];
    struct writer w;

    json_key(j, name);
    if (time.ms <= 0 || time.ms > INSTANT_MS_MAX) {
        json_put_null(j);
        return;
    }
    writer_init(&w, text, sizeof(text));
    instant_write(&w, time);
    json_put_text(j, writer_done(&w));
}

static void
put_cosigned(struct json_writer *j, struct bytes by, uint64_t size,
             int64_t time_s)
{
    struct instant at = {
        time_s > 0 && time_s < INSTANT_MS_MAX / 1000 ? time_s * 1000 : 0};

    json_begin_object(j);
    json_pair_text(j, "by", by);
    json_pair_integer(j, "size", (int64_t)size);
    put_instant(j, "at", at);
    json_end_object(j);
}

/* ----- Alarms. ----- */

/* Nothing came of it for hours: it writes at least once an hour. */
static bool
is_missed(const struct peers *peers, const struct peer *peer,
          struct instant now)
{
    int64_t last_ms = peers->opened.ms;

    if (peer->mirrored_at.ms > last_ms)
        last_ms = peer->mirrored_at.ms;
    return !peer->revoked && peers->mode == ERRAND_NORMAL &&
           now.ms - last_ms > MISSED_MS;
}

static void
put_alarm(struct json_writer *j, const char *code, const char *text)
{
    json_begin_object(j);
    json_pair_text(j, "code", bytes_of(code));
    json_pair_text(j, "text", bytes_of(text));
    json_end_object(j);
}

static void
put_missed(struct json_writer *j, const struct peer *peer)
{
    json_begin_object(j);
    json_pair_text(j, "code", BYTES("silent"));
    json_pair_text(j, "origin", peer->node->origin);
    json_pair_text(j, "text", BYTES("has not been heard of for hours"));
    put_instant(j, "at", peer->mirrored_at);
    json_end_object(j);
}

static void
put_incident(struct json_writer *j, const struct store_incident *incident)
{
    uint8_t name[128];
    struct writer w;

    json_begin_object(j);
    json_pair_text(j, "code", incident->code);
    json_pair_text(j, "text", incident->summary);
    if (incident->origin.size > 0)
        json_pair_text(j, "origin", incident->origin);
    put_instant(j, "at", incident->time);
    writer_init(&w, name, sizeof(name));
    record_name_write(&w, &incident->record);
    json_pair_text(j, "record", writer_done(&w));
    json_end_object(j);
}

static enum err
put_incidents(struct peers *peers, struct json_writer *j)
{
    struct store_incident incidents[STORE_INCIDENTS_MAX];
    size_t count;
    enum err e;

    arena_reset(&peers->arena);
    e = store_incidents(&peers->book->store, 0, &peers->arena, incidents,
                        STORE_INCIDENTS_MAX, &count);
    for (size_t i = 0; e == OK && i < count; i++)
        put_incident(j, &incidents[i]);
    return e == OK ? OK : book_failed(peers->book, e, "reading incidents");
}

static int64_t
days_left(const struct peers *peers, struct instant now)
{
    return (peers->roster->expires.ms - now.ms) / DAY_MS;
}

static void
put_own_alarms(const struct peers *peers, struct json_writer *j,
               struct instant now)
{
    if (peers->has_roster && peers->self == NULL)
        put_alarm(j, "not_in_roster",
                  "the roster in force does not name this node any more");
    if (peers->keys_differ)
        put_alarm(j, "keys_differ",
                  "the roster names other keys than this node has: its card "
                  "must be put into the next one");
    if (peers->has_roster && roster_expired(peers->roster, now))
        put_alarm(j, "roster_expired",
                  "the roster is past its day; it stays in force until there "
                  "is a new one");
    else if (peers->has_roster && days_left(peers, now) < ROSTER_DUE_DAYS)
        put_alarm(j, "roster_due", "the roster soon ends: a new one is due");
    for (size_t i = 0; i < peers->count; i++)
        if (is_missed(peers, &peers->list[i], now))
            put_missed(j, &peers->list[i]);
    if (peers->rejoin_refused)
        put_alarm(j, "rejoin_refused",
                  "peers hold checkpoints that this log does not continue");
}

/* ----- Logs. ----- */

static bool
is_heard(const struct peer *peer, struct instant now)
{
    return peer->heard_at.ms > 0 && now.ms - peer->heard_at.ms <= SILENT_MS;
}

/* Of a node that never speaks with us itself, whoever mirrors it tells. */
static bool
is_silent(const struct peers *peers, const struct peer *peer,
          struct instant now)
{
    if (peer->heard_at.ms > 0)
        return !is_heard(peer, now);
    for (size_t i = 0; i < peers->node_count; i++) {
        const struct peer *other = &peers->list[i];

        if (roster_right(peers->roster, other->node->role,
                         ROSTER_RIGHT_MIRROR) &&
            is_heard(other, now))
            return false;
    }
    return true;
}

static const char *
log_state(const struct peers *peers, const struct peer *peer,
          struct instant now)
{
    if (peer->forked)
        return "contradicted";
    if (peer->revoked)
        return "revoked";
    if (peer->mirror_broken)
        return "damaged";
    if (peer->mirrored == 0 && peer->last.size == 0)
        return "unseen";
    if (is_silent(peers, peer, now))
        return "silent";
    return peer->mirrored == 0 ? "witnessed" : "ok";
}

/* Whose name a cosigner's line has, without what stands behind the origin. */
static struct bytes
cosigner_origin(struct bytes name)
{
    const struct bytes end = BYTES(ROSTER_COSIGNER_SUFFIX);

    if (name.size > end.size &&
        bytes_equal(bytes_slice(name, name.size - end.size, end.size), end))
        return bytes_slice(name, 0, name.size - end.size);
    return (struct bytes){0};
}

/* The lines that the mirror's checkpoint has; the courier verified each before
 * it was put there, and whoever wants proof verifies the file. */
static void
put_file_cosigned(struct json_writer *j, const struct note *note, uint64_t size)
{
    size_t shown = 0;

    for (size_t i = 0; i < note->signature_count; i++) {
        const struct note_signature *line = &note->signatures[i];
        struct bytes by = cosigner_origin(line->name);
        uint8_t bytes[KEY_ID_SIZE + TIME_SIZE + SIGNATURE_SIZE];

        if (by.size == 0 || shown == COSIGNED_SHOWN_MAX ||
            base64_parse_exact(line->base64, bytes, sizeof(bytes)) != OK)
            continue;
        put_cosigned(j, by, size, (int64_t)be64_read(bytes + KEY_ID_SIZE));
        shown++;
    }
}

/* What the mirror's checkpoint says, also while no courier runs. */
static void
put_mirror(struct peers *peers, struct json_writer *j, const struct peer *peer)
{
    char prefix[MIRROR_PREFIX_SIZE];
    const struct log_view view = {peers->os, peers->dir, prefix};
    struct checkpoint checkpoint;
    struct bytes note;
    struct fault fault;
    bool there;

    peers_mirror(peer, prefix);
    there =
        view_checkpoint(&view, peers->text, NOTE_SIZE_MAX, &note) == OK &&
        checkpoint_open(note, &peer->node->log, &checkpoint, &fault) == OK &&
        note_parse(note, peers->parsed, &fault) == OK;

    json_pair_integer(j, "size", there ? (int64_t)checkpoint.size : 0);
    json_key(j, "cosigned");
    json_begin_array(j);
    if (there)
        put_file_cosigned(j, peers->parsed, checkpoint.size);
    json_end_array(j);
}

static void
put_log(struct peers *peers, struct json_writer *j, const struct peer *peer,
        struct instant now)
{
    struct store_node node = {0};

    arena_reset(&peers->arena);
    if (store_node_find(&peers->book->store, peer->node->origin, &peers->arena,
                        &node) != OK)
        node = (struct store_node){0};
    json_begin_object(j);
    json_pair_text(j, "origin", peer->node->origin);
    json_pair_text(j, "role", bytes_of(roster_role_name(peer->node->role)));
    json_pair_text(j, "place", peer->node->place);
    json_pair_text(j, "state", bytes_of(log_state(peers, peer, now)));
    json_pair_integer(j, "folded", (int64_t)peer->folded);
    json_pair_integer(j, "closed", (int64_t)node.closed);
    json_pair_integer(j, "holes", (int64_t)node.holes);
    json_pair_integer(j, "refused", (int64_t)node.refused);
    put_instant(j, "heard_at", peer->heard_at);
    put_instant(j, "mirrored_at", peer->mirrored_at);
    json_pair_integer(j, "witnessed", (int64_t)peer->last.size);
    put_mirror(peers, j, peer);
    json_end_object(j);
}

static void
put_own_log(struct peers *peers, struct json_writer *j)
{
    json_begin_object(j);
    json_pair_text(j, "origin", peers->book->origin);
    json_pair_text(j, "role",
                   peers->self == NULL
                       ? BYTES("alone")
                       : bytes_of(roster_role_name(peers->self->role)));
    json_pair_text(j, "place", bytes_of(peers->book->config.config->place));
    json_pair_text(j, "state", BYTES("own"));
    json_pair_integer(j, "size", (int64_t)log_size(&peers->book->log));
    json_pair_integer(j, "published",
                      (int64_t)log_published(&peers->book->log));
    json_pair_integer(j, "cosigned_size", (int64_t)peers->cosigned_covers);
    json_key(j, "mirrored_to");
    json_begin_array(j);
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].held > 0)
            put_cosigned(j, peers->list[i].node->origin, peers->list[i].held,
                         peers->list[i].held_at.ms / 1000);
    json_end_array(j);
    json_key(j, "cosigned");
    json_begin_array(j);
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].cosigned > 0)
            put_cosigned(j, peers->list[i].node->origin,
                         peers->list[i].cosigned, peers->list[i].cosigned_s);
    json_end_array(j);
    json_end_object(j);
}

/* ----- The whole. ----- */

static void
put_mode(const struct peers *peers, struct json_writer *j)
{
    static const char *const words[] = {"normal", "isolated", "rejoining"};

    json_pair_text(j, "mode", bytes_of(words[peers->mode]));
    put_instant(j, "mode_since", peers->mode_since);
    if (peers->reason_size > 0)
        json_pair_text(j, "reason",
                       (struct bytes){peers->reason, peers->reason_size});
}

static void
put_roster(const struct peers *peers, struct json_writer *j, struct instant now)
{
    json_key(j, "roster");
    if (!peers->has_roster) {
        json_put_null(j);
        return;
    }
    json_begin_object(j);
    json_pair_integer(j, "version", (int64_t)peers->roster->version);
    put_instant(j, "expires", peers->roster->expires);
    json_pair_integer(j, "days_left", days_left(peers, now));
    json_pair_integer(j, "threshold", peers->roster->threshold);
    json_pair_integer(j, "custodians", (int64_t)peers->roster->custodian_count);
    json_end_object(j);
}

static void
put_checks(const struct peers *peers, struct json_writer *j)
{
    static const char *const words[] = {"unasked", "same", "nothing", "ahead",
                                        "fork"};

    json_key(j, "checks");
    json_begin_array(j);
    for (size_t i = 0; i < peers->node_count; i++) {
        const struct peer *peer = &peers->list[i];

        json_begin_object(j);
        json_pair_text(j, "origin", peer->node->origin);
        json_pair_text(j, "verdict", bytes_of(words[peer->check]));
        json_pair_integer(j, "size", (int64_t)peer->check_size);
        json_end_object(j);
    }
    json_end_array(j);
}

enum err
peers_show(struct peers *peers, struct writer *out)
{
    struct json_writer j = {.w = out};
    struct instant now = peers->os->now(peers->os);
    enum err e;

    json_begin_object(&j);
    json_pair_text(&j, "origin", peers->book->origin);
    put_mode(peers, &j);
    put_roster(peers, &j, now);
    json_key(&j, "alarms");
    json_begin_array(&j);
    put_own_alarms(peers, &j, now);
    e = put_incidents(peers, &j);
    json_end_array(&j);
    json_key(&j, "logs");
    json_begin_array(&j);
    put_own_log(peers, &j);
    for (size_t i = 0; i < peers->count; i++)
        put_log(peers, &j, &peers->list[i], now);
    json_end_array(&j);
    if (peers->mode == ERRAND_REJOINING || peers->rejoin_refused)
        put_checks(peers, &j);
    if (peers->book->config.config->sample)
        json_pair_boolean(&j, "sample", true);
    json_end_object(&j);
    return e == OK ? writer_end(out) : e;
}

/* ----- How many alarms. ----- */

uint32_t
peers_alarms(const struct peers *peers)
{
    return peers->alarms;
}

/* As the tables have them; they are read again when entries were folded. */
static enum err
incidents_count(struct peers *peers)
{
    struct store_incident incidents[STORE_INCIDENTS_MAX];
    uint64_t position = store_position(&peers->book->store);
    size_t count = 0;
    enum err e;

    if (position == peers->incidents_of)
        return OK;
    arena_reset(&peers->arena);
    e = store_incidents(&peers->book->store, 0, &peers->arena, incidents,
                        STORE_INCIDENTS_MAX, &count);
    if (e != OK)
        return book_failed(peers->book, e, "reading incidents");
    peers->incidents = (uint32_t)count;
    peers->incidents_of = position;
    return OK;
}

enum err
peers_alarms_count(struct peers *peers)
{
    struct instant now = peers->os->now(peers->os);
    enum err e = incidents_count(peers);

    if (e != OK)
        return e;
    peers->alarms = peers->incidents;
    if (peers->has_roster &&
        (peers->self == NULL || days_left(peers, now) < ROSTER_DUE_DAYS))
        peers->alarms++;
    peers->alarms += peers->keys_differ ? 1 : 0;
    for (size_t i = 0; i < peers->count; i++)
        peers->alarms += is_missed(peers, &peers->list[i], now) ? 1 : 0;
    return OK;
}
