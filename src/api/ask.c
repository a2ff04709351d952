#include "api/ask.h"

#include <assert.h>

#include "base/reader.h"

#define ASK_VERSION 1

enum { ASK_WANTS_PROOF = 1, ASK_HAS_TIME = 2, ASK_HAS_KEY = 4, ASK_FLAGS = 7 };

enum {
    ANSWER_RECORD = 1,
    ANSWER_ENTRY = 2,
    ANSWER_STATUS = 4,
    ANSWER_TEXT = 8,
    ANSWER_FLAGS = 15
};

static void
text_write(struct writer *w, struct bytes text, size_t size_max)
{
    assert(text.size <= size_max && text.size <= UINT8_MAX);
    writer_u8(w, (uint8_t)text.size);
    writer_bytes(w, text);
}

static struct bytes
text_read(struct reader *r, size_t size_max)
{
    uint8_t size = reader_u8(r, "API 5.3");

    if (size > size_max)
        reader_refuse(r, ERR_LIMIT, "API 5.3", "a text is too long");
    return reader_bytes(r, size, "API 5.3");
}

static void
long_write(struct writer *w, struct bytes bytes)
{
    assert(bytes.size <= UINT16_MAX);
    writer_be16(w, (uint16_t)bytes.size);
    writer_bytes(w, bytes);
}

static struct bytes
long_read(struct reader *r, size_t size_max)
{
    uint16_t size = reader_be16(r, "API 5.3");

    if (size > size_max)
        reader_refuse(r, ERR_LIMIT, "API 5.3", "an event is too long");
    return reader_bytes(r, size, "API 5.3");
}

static struct instant
time_read(struct reader *r)
{
    uint64_t ms = reader_be64(r, "API 5.3");

    if (ms > INSTANT_MS_MAX)
        reader_refuse(r, ERR_LIMIT, "API 5.3", "a time past the year 9999");
    return (struct instant){ms > INSTANT_MS_MAX ? 0 : (int64_t)ms};
}

static uint64_t
index_read(struct reader *r)
{
    uint64_t index = reader_be64(r, "API 5.3");

    if (index > EVENT_INDEX_MAX)
        reader_refuse(r, ERR_LIMIT, "API 5.3", "an index that no log reaches");
    return index;
}

static bool
has_actor(enum ask_kind kind)
{
    return kind == ASK_CROSSING || kind == ASK_RECORD || kind == ASK_MODE;
}

void
ask_encode(struct writer *w, const struct ask *ask)
{
    unsigned flags = (ask->wants_proof ? ASK_WANTS_PROOF : 0) |
                     (ask->has_time ? ASK_HAS_TIME : 0) |
                     (ask->key.present ? ASK_HAS_KEY : 0);

    writer_u8(w, ASK_VERSION);
    writer_u8(w, (uint8_t)ask->kind);
    writer_u8(w, (uint8_t)flags);
    writer_be64(w, ask->id);
    if (ask->has_time)
        writer_be64(w, (uint64_t)ask->time.ms);
    if (ask->key.present) {
        writer_bytes(w, (struct bytes){ask->key.key, REQUEST_KEY_SIZE});
        writer_bytes(w, (struct bytes){ask->key.request, REQUEST_KEY_SIZE});
    }
    if (ask->kind == ASK_APPEND)
        long_write(w, ask->event);
    if (ask->kind == ASK_CROSSING || ask->kind == ASK_RECORD)
        writer_be64(w, ask->index);
    if (ask->kind == ASK_CROSSING) {
        writer_u8(w, (uint8_t)ask->decision);
        writer_be16(w, ask->reasons);
        text_write(w, ask->lane, LANE_SIZE_MAX);
    }
    if (ask->kind == ASK_MODE) {
        writer_u8(w, (uint8_t)ask->mode);
        long_write(w, ask->reason);
    }
    if (ask->kind == ASK_ROSTER)
        writer_bytes(w, hash_bytes(&ask->sha256));
    if (ask->kind == ASK_ORDER)
        long_write(w, ask->note);
    if (has_actor(ask->kind))
        text_write(w, ask->actor, ACTOR_SIZE_MAX);
}

static void
key_read(struct reader *r, struct request_key *out)
{
    struct reader half = {0};

    out->present = true;
    half.in = reader_bytes(r, REQUEST_KEY_SIZE, "API 5.3");
    for (size_t i = 0; i < half.in.size; i++)
        out->key[i] = half.in.p[i];
    half.in = reader_bytes(r, REQUEST_KEY_SIZE, "API 5.3");
    for (size_t i = 0; i < half.in.size; i++)
        out->request[i] = half.in.p[i];
}

/* What a decision must be is the event's matter (REC); here only that the
 * numbers are some. */
static void
crossing_read(struct reader *r, struct ask *out)
{
    uint8_t decision = reader_u8(r, "API 5.3");

    out->reasons = reader_be16(r, "API 5.3");
    out->lane = text_read(r, LANE_SIZE_MAX);
    if (decision > DECISION_HAND_OVER || (out->reasons & ~REASONS_ALL) != 0)
        reader_refuse(r, ERR_FORMAT, "API 5.3", "no such decision or reason");
    else
        out->decision = (enum decision)decision;
}

static struct hash
hash_read(struct reader *r, const char *clause)
{
    struct bytes in = reader_bytes(r, HASH_SIZE, clause);
    struct hash hash = {0};

    for (size_t i = 0; i < in.size; i++)
        hash.b[i] = in.p[i];
    return hash;
}

static void
mode_read(struct reader *r, struct ask *out)
{
    uint8_t mode = reader_u8(r, "API 5.3");

    out->reason = long_read(r, REASON_SIZE_MAX);
    if (mode != MODE_NORMAL && mode != MODE_ISOLATED)
        reader_refuse(r, ERR_FORMAT, "API 5.3", "no such mode");
    else
        out->mode = (enum mode)mode;
}

static void
ask_read(struct reader *r, struct ask *ask)
{
    uint8_t version = reader_u8(r, "API 5.2");
    uint8_t kind = reader_u8(r, "API 5.2");
    uint8_t flags = reader_u8(r, "API 5.2");

    if (version != ASK_VERSION || kind < ASK_APPEND || kind > ASK_ORDER ||
        (flags & ~ASK_FLAGS) != 0)
        reader_refuse(r, ERR_FORMAT, "API 5.2", "no ask of this version");
    ask->kind = (enum ask_kind)kind;
    ask->wants_proof = (flags & ASK_WANTS_PROOF) != 0;
    ask->has_time = (flags & ASK_HAS_TIME) != 0;
    ask->id = reader_be64(r, "API 5.2");
    if (ask->has_time)
        ask->time = time_read(r);
    if ((flags & ASK_HAS_KEY) != 0)
        key_read(r, &ask->key);
    if (kind == ASK_APPEND)
        ask->event = long_read(r, EVENT_SIZE_MAX);
    if (kind == ASK_CROSSING || kind == ASK_RECORD)
        ask->index = index_read(r);
    if (kind == ASK_CROSSING)
        crossing_read(r, ask);
    if (kind == ASK_MODE)
        mode_read(r, ask);
    if (kind == ASK_ROSTER)
        ask->sha256 = hash_read(r, "API 5.3");
    if (kind == ASK_ORDER)
        ask->note = long_read(r, ORDER_NOTE_SIZE_MAX);
    if (has_actor(ask->kind))
        ask->actor = text_read(r, ACTOR_SIZE_MAX);
}

enum err
ask_parse(struct bytes in, struct ask *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct ask ask = {0};
    enum err e;

    ask_read(&r, &ask);
    e = reader_end(&r, "API 5.3", fault);
    if (e == OK)
        *out = ask;
    return e;
}

static void
status_write(struct writer *w, const struct keeper_status *status)
{
    assert(status->type_count <= STATUS_TYPES_MAX);
    writer_be64(w, (uint64_t)status->started.ms);
    writer_be64(w, status->inside);
    writer_u8(w, (uint8_t)status->type_count);
    for (size_t i = 0; i < status->type_count; i++)
        writer_be64(w, status->appended[i]);
}

static void
status_read(struct reader *r, struct keeper_status *out)
{
    uint8_t count;

    out->started = time_read(r);
    out->inside = reader_be64(r, "API 5.4");
    count = reader_u8(r, "API 5.4");
    if (count > STATUS_TYPES_MAX)
        reader_refuse(r, ERR_LIMIT, "API 5.4", "too many types");
    else
        out->type_count = count;
    for (size_t i = 0; i < out->type_count; i++)
        out->appended[i] = reader_be64(r, "API 5.4");
}

void
answer_encode(struct writer *w, const struct answer *answer)
{
    unsigned flags = (answer->has_record ? ANSWER_RECORD : 0) |
                     (answer->has_entry ? ANSWER_ENTRY : 0) |
                     (answer->has_status ? ANSWER_STATUS : 0) |
                     (answer->has_text ? ANSWER_TEXT : 0);

    writer_u8(w, ASK_VERSION);
    writer_u8(w, (uint8_t)answer->problem);
    writer_u8(w, (uint8_t)flags);
    writer_be64(w, answer->id);
    writer_be64(w, answer->size);
    writer_be64(w, answer->published);
    writer_be64(w, answer->folded);
    writer_be64(w, answer->index);
    if (answer->has_record) {
        writer_bytes(w, hash_bytes(&answer->leaf));
        long_write(w, answer->event);
    }
    if (answer->has_entry)
        long_write(w, answer->entry);
    if (answer->has_status)
        status_write(w, &answer->status);
    if (answer->has_text) {
        assert(answer->text.size <= ANSWER_TEXT_SIZE_MAX);
        writer_be32(w, (uint32_t)answer->text.size);
        writer_bytes(w, answer->text);
    }
}

static void
record_read(struct reader *r, struct answer *out)
{
    out->leaf = hash_read(r, "API 5.4");
    out->has_record = true;
    out->event = long_read(r, EVENT_SIZE_MAX);
}

static struct bytes
answer_text_read(struct reader *r)
{
    uint32_t size = reader_be32(r, "API 5.4");

    if (size > ANSWER_TEXT_SIZE_MAX)
        reader_refuse(r, ERR_LIMIT, "API 5.4", "a text is too long");
    return reader_bytes(r, size, "API 5.4");
}

static void
answer_read(struct reader *r, struct answer *answer)
{
    uint8_t version = reader_u8(r, "API 5.4");
    uint8_t problem = reader_u8(r, "API 5.4");
    uint8_t flags = reader_u8(r, "API 5.4");

    if (version != ASK_VERSION || problem >= PROBLEM_COUNT ||
        (flags & ~ANSWER_FLAGS) != 0)
        reader_refuse(r, ERR_FORMAT, "API 5.4", "no answer of this version");
    else
        answer->problem = (enum problem)problem;
    answer->id = reader_be64(r, "API 5.4");
    answer->size = index_read(r);
    answer->published = index_read(r);
    answer->folded = index_read(r);
    answer->index = index_read(r);
    if ((flags & ANSWER_RECORD) != 0)
        record_read(r, answer);
    if ((flags & ANSWER_ENTRY) != 0) {
        answer->has_entry = true;
        answer->entry = long_read(r, UINT16_MAX);
    }
    if ((flags & ANSWER_STATUS) != 0) {
        answer->has_status = true;
        status_read(r, &answer->status);
    }
    if ((flags & ANSWER_TEXT) != 0) {
        answer->has_text = true;
        answer->text = answer_text_read(r);
    }
}

enum err
answer_parse(struct bytes in, struct answer *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct answer answer = {0};
    enum err e;

    answer_read(&r, &answer);
    e = reader_end(&r, "API 5.4", fault);
    if (e == OK)
        *out = answer;
    return e;
}
