#include "sync/errand.h"

#include <assert.h>
#include <string.h>

#include "base/reader.h"

#define VERSION 1

#define CLAUSE_HEAD "API 6.2"
#define CLAUSE_REST "API 6.3"
#define CLAUSE_ANSWER "API 6.4"

/* What an errand of each kind carries, in this order. */
enum {
    HAS_EVIDENCE = 1,
    HAS_ORIGIN = 2,
    HAS_SIZE = 4,
    HAS_PROOF = 8,
    HAS_NOTE = 16,
    HAS_OTHER = 32,
    HAS_SHA256 = 64
};

static const uint8_t parts[ERRAND_KIND_MAX + 1] = {
    [ERRAND_COSIGN] = HAS_ORIGIN | HAS_SIZE | HAS_PROOF | HAS_NOTE,
    [ERRAND_MIRRORED] = HAS_ORIGIN | HAS_NOTE,
    [ERRAND_HELD] = HAS_ORIGIN | HAS_SIZE,
    [ERRAND_COSIGNED] = HAS_NOTE,
    [ERRAND_ROSTER] = HAS_ORIGIN | HAS_NOTE,
    [ERRAND_SEAL] = HAS_ORIGIN,
    [ERRAND_HEARD] = HAS_ORIGIN,
    [ERRAND_GRANT] = HAS_ORIGIN | HAS_NOTE,
    [ERRAND_FETCHED] = HAS_SHA256,
    [ERRAND_EVIDENCE] = HAS_EVIDENCE | HAS_ORIGIN | HAS_PROOF | HAS_NOTE |
                        HAS_OTHER | HAS_SHA256,
    [ERRAND_CHECKED] = HAS_ORIGIN | HAS_SIZE | HAS_NOTE,
};

enum { ANSWER_STATE = 1 };
enum { STATE_ROSTER = 1 };
enum { LOG_SEAL_DUE = 1, LOG_FORKED = 2, LOG_FLAGS = 3 };

/* ----- Pieces of both. ----- */

static void
short_write(struct writer *w, struct bytes text)
{
    assert(text.size <= UINT8_MAX);
    writer_u8(w, (uint8_t)text.size);
    writer_bytes(w, text);
}

static struct bytes
short_read(struct reader *r, const char *clause)
{
    return reader_bytes(r, reader_u8(r, clause), clause);
}

static void
note_write(struct writer *w, struct bytes note)
{
    assert(note.size <= ERRAND_NOTE_SIZE_MAX);
    writer_be32(w, (uint32_t)note.size);
    writer_bytes(w, note);
}

static struct bytes
note_read(struct reader *r, size_t size_max, const char *clause)
{
    uint32_t size = reader_be32(r, clause);

    if (size > size_max)
        reader_refuse(r, ERR_LIMIT, clause, "a note is too long");
    return reader_bytes(r, size, clause);
}

static uint64_t
size_read(struct reader *r, const char *clause)
{
    uint64_t size = reader_be64(r, clause);

    if (size > TREE_SIZE_MAX)
        reader_refuse(r, ERR_LIMIT, clause, "a size that no log reaches");
    return size;
}

static struct hash
hash_read(struct reader *r, const char *clause)
{
    struct bytes in = reader_bytes(r, HASH_SIZE, clause);
    struct hash hash = {0};

    if (in.size == HASH_SIZE)
        memcpy(hash.b, in.p, HASH_SIZE);
    return hash;
}

static void
head_read(struct reader *r, const char *clause, uint8_t head[3], uint64_t *id)
{
    for (size_t i = 0; i < 3; i++)
        head[i] = reader_u8(r, clause);
    *id = reader_be64(r, clause);
    if (head[0] != VERSION)
        reader_refuse(r, ERR_FORMAT, clause, "not of this version");
}

/* ----- Errands. ----- */

static void
proof_write(struct writer *w, const struct proof *proof)
{
    assert(proof->count <= PROOF_HASHES_MAX);
    writer_u8(w, (uint8_t)proof->count);
    for (size_t i = 0; i < proof->count; i++)
        writer_bytes(w, hash_bytes(&proof->hashes[i]));
}

static void
proof_read(struct reader *r, struct proof *out)
{
    size_t count = reader_u8(r, CLAUSE_REST);

    if (count > PROOF_HASHES_MAX) {
        reader_refuse(r, ERR_LIMIT, CLAUSE_REST, "the proof is too long");
        return;
    }
    out->count = count;
    for (size_t i = 0; i < count; i++)
        out->hashes[i] = hash_read(r, CLAUSE_REST);
}

void
errand_encode(struct writer *w, const struct errand *errand)
{
    uint8_t has = parts[errand->kind];

    writer_u8(w, VERSION);
    writer_u8(w, (uint8_t)errand->kind);
    writer_u8(w, 0);
    writer_be64(w, errand->id);
    if ((has & HAS_EVIDENCE) != 0)
        writer_u8(w, (uint8_t)errand->evidence);
    if ((has & HAS_ORIGIN) != 0)
        short_write(w, errand->origin);
    if ((has & HAS_SIZE) != 0)
        writer_be64(w, errand->size);
    if ((has & HAS_PROOF) != 0)
        proof_write(w, &errand->proof);
    if ((has & HAS_NOTE) != 0)
        note_write(w, errand->note);
    if ((has & HAS_OTHER) != 0)
        note_write(w, errand->other);
    if ((has & HAS_SHA256) != 0)
        writer_bytes(w, hash_bytes(&errand->sha256));
}

static void
evidence_read(struct reader *r, enum evidence_kind *out)
{
    uint8_t kind = reader_u8(r, CLAUSE_REST);

    if (kind < EVIDENCE_FORK || kind > EVIDENCE_KIND_MAX)
        reader_refuse(r, ERR_FORMAT, CLAUSE_REST, "no such evidence");
    else
        *out = (enum evidence_kind)kind;
}

static void
rest_read(struct reader *r, struct errand *out)
{
    uint8_t has = parts[out->kind];

    if ((has & HAS_EVIDENCE) != 0)
        evidence_read(r, &out->evidence);
    if ((has & HAS_ORIGIN) != 0)
        out->origin = short_read(r, CLAUSE_REST);
    if ((has & HAS_SIZE) != 0)
        out->size = size_read(r, CLAUSE_REST);
    if ((has & HAS_PROOF) != 0)
        proof_read(r, &out->proof);
    if ((has & HAS_NOTE) != 0)
        out->note = note_read(r, ERRAND_NOTE_SIZE_MAX, CLAUSE_REST);
    if ((has & HAS_OTHER) != 0)
        out->other = note_read(r, NOTE_SIZE_MAX, CLAUSE_REST);
    if ((has & HAS_SHA256) != 0)
        out->sha256 = hash_read(r, CLAUSE_REST);
}

enum err
errand_parse(struct bytes in, struct errand *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct errand errand = {0};
    uint8_t head[3];
    enum err e;

    head_read(&r, CLAUSE_HEAD, head, &errand.id);
    if (head[1] < ERRAND_STATE || head[1] > ERRAND_KIND_MAX || head[2] != 0)
        reader_refuse(&r, ERR_FORMAT, CLAUSE_HEAD, "no such errand");
    else
        errand.kind = (enum errand_kind)head[1];
    rest_read(&r, &errand);
    e = reader_end(&r, CLAUSE_REST, fault);
    if (e == OK)
        *out = errand;
    return e;
}

/* ----- Answers. ----- */

static void
state_write(struct writer *w, const struct errand_state *state)
{
    assert(state->log_count <= ERRAND_LOGS_MAX);
    assert(state->list_count <= ERRAND_LISTS_MAX);
    writer_u8(w, (uint8_t)state->mode);
    writer_u8(w, state->has_roster ? STATE_ROSTER : 0);
    writer_be64(w, state->roster_version);
    writer_be64(w, state->size);
    writer_be16(w, (uint16_t)state->log_count);
    for (size_t i = 0; i < state->log_count; i++) {
        const struct errand_log *log = &state->logs[i];

        short_write(w, log->origin);
        writer_be64(w, log->mirrored);
        writer_be64(w, log->cosigned);
        writer_u8(w, (uint8_t)((log->seal_due ? LOG_SEAL_DUE : 0) |
                               (log->forked ? LOG_FORKED : 0)));
    }
    writer_u8(w, (uint8_t)state->list_count);
    for (size_t i = 0; i < state->list_count; i++) {
        short_write(w, state->lists[i].from);
        writer_bytes(w, hash_bytes(&state->lists[i].sha256));
    }
}

static void
log_read(struct reader *r, struct errand_log *out)
{
    uint8_t flags;

    out->origin = short_read(r, CLAUSE_ANSWER);
    out->mirrored = size_read(r, CLAUSE_ANSWER);
    out->cosigned = size_read(r, CLAUSE_ANSWER);
    flags = reader_u8(r, CLAUSE_ANSWER);
    if ((flags & ~LOG_FLAGS) != 0)
        reader_refuse(r, ERR_FORMAT, CLAUSE_ANSWER, "no such flag");
    out->seal_due = (flags & LOG_SEAL_DUE) != 0;
    out->forked = (flags & LOG_FORKED) != 0;
}

static void
state_read(struct reader *r, struct errand_state *out)
{
    uint8_t mode = reader_u8(r, CLAUSE_ANSWER);
    uint8_t flags = reader_u8(r, CLAUSE_ANSWER);
    size_t count;

    if (mode > ERRAND_REJOINING || (flags & ~STATE_ROSTER) != 0)
        reader_refuse(r, ERR_FORMAT, CLAUSE_ANSWER, "no such mode or flag");
    else
        out->mode = (enum errand_mode)mode;
    out->has_roster = (flags & STATE_ROSTER) != 0;
    out->roster_version = size_read(r, CLAUSE_ANSWER);
    out->size = size_read(r, CLAUSE_ANSWER);
    count = reader_be16(r, CLAUSE_ANSWER);
    if (count > ERRAND_LOGS_MAX)
        reader_refuse(r, ERR_LIMIT, CLAUSE_ANSWER, "too many logs");
    else
        out->log_count = count;
    for (size_t i = 0; i < out->log_count; i++)
        log_read(r, &out->logs[i]);
    count = reader_u8(r, CLAUSE_ANSWER);
    if (count > ERRAND_LISTS_MAX)
        reader_refuse(r, ERR_LIMIT, CLAUSE_ANSWER, "too many lists");
    else
        out->list_count = count;
    for (size_t i = 0; i < out->list_count; i++) {
        out->lists[i].from = short_read(r, CLAUSE_ANSWER);
        out->lists[i].sha256 = hash_read(r, CLAUSE_ANSWER);
    }
}

void
errand_answer_encode(struct writer *w, const struct errand_answer *answer)
{
    writer_u8(w, VERSION);
    writer_u8(w, (uint8_t)answer->verdict);
    writer_u8(w, answer->has_state ? ANSWER_STATE : 0);
    writer_be64(w, answer->id);
    writer_be16(w, answer->status);
    writer_be64(w, answer->size);
    short_write(w, answer->why);
    note_write(w, answer->note);
    if (answer->has_state)
        state_write(w, &answer->state);
}

enum err
errand_answer_parse(struct bytes in, struct errand_answer *out,
                    struct fault *fault)
{
    struct reader r = {.in = in};
    uint8_t head[3];

    *out = (struct errand_answer){0};
    head_read(&r, CLAUSE_ANSWER, head, &out->id);
    if (head[1] > ERRAND_VERDICT_MAX || (head[2] & ~ANSWER_STATE) != 0)
        reader_refuse(&r, ERR_FORMAT, CLAUSE_ANSWER, "no such answer");
    else
        out->verdict = (enum errand_verdict)head[1];
    out->status = reader_be16(&r, CLAUSE_ANSWER);
    out->size = size_read(&r, CLAUSE_ANSWER);
    out->why = short_read(&r, CLAUSE_ANSWER);
    out->note = note_read(&r, ERRAND_NOTE_SIZE_MAX, CLAUSE_ANSWER);
    out->has_state = (head[2] & ANSWER_STATE) != 0;
    if (out->has_state)
        state_read(&r, &out->state);
    return reader_end(&r, CLAUSE_ANSWER, fault);
}
