#include "sync/state.h"

#include <assert.h>

#include "base/reader.h"
#include "sync/message.h"

#define SUM_DIGITS 16

/* Whether the next line begins with the word; takes the word. */
static bool
word_take(struct reader *r, struct bytes word)
{
    if (!bytes_begin(bytes_slice(r->in, r->at, reader_left(r)), word))
        return false;
    reader_expect(r, word, "SYN 6.3");
    return true;
}

static uint64_t
sum_parse(struct reader *r, struct bytes text)
{
    uint64_t sum = 0;

    if (text.size != SUM_DIGITS)
        reader_refuse(r, ERR_FORMAT, "SYN 6.3", "a sum has 16 digits");
    for (size_t i = 0; i < text.size && i < SUM_DIGITS; i++) {
        uint8_t c = text.p[i];

        if (c >= '0' && c <= '9')
            sum = sum << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            sum = sum << 4 | (uint64_t)(c - 'a' + 10);
        else
            reader_refuse(r, ERR_FORMAT, "SYN 6.3", "no hexadecimal digit");
    }
    return sum;
}

/* An origin that comes after the one before. */
static struct bytes
origin_check(struct reader *r, struct bytes origin, bool first,
             struct bytes before)
{
    if (!note_name_valid(origin))
        reader_refuse(r, ERR_FORMAT, "SYN 6.3", "no origin");
    else if (!first && bytes_compare(before, origin) >= 0)
        reader_refuse(r, ERR_FORMAT, "SYN 6.3", "origins are not in order");
    return origin;
}

static void
log_read(struct reader *r, struct state *state)
{
    struct bytes line = reader_line(r, "SYN 6.3");
    struct state_log log = {.size = 0};
    size_t count = state->log_count;

    if (count == STATE_LOGS_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 6.3", "too many logs");
        return;
    }
    log.origin =
        origin_check(r, bytes_split(&line, ' '), count == 0,
                     count == 0 ? line : state->logs[count - 1].origin);
    if (!bytes_decimal(bytes_split(&line, ' '), TREE_SIZE_MAX, &log.size))
        reader_refuse(r, ERR_FORMAT, "SYN 6.3", "a size is no number");
    log.sum = sum_parse(r, line);
    state->logs[state->log_count++] = log;
}

static void
grant_read(struct reader *r, struct state *state)
{
    struct bytes line = reader_line(r, "SYN 6.3");
    struct state_grant grant = {.sum = 0};
    size_t count = state->grant_count;

    if (count == STATE_GRANTS_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 6.3", "too many grants");
        return;
    }
    grant.origin =
        origin_check(r, bytes_split(&line, ' '), count == 0,
                     count == 0 ? line : state->grants[count - 1].origin);
    grant.sum = sum_parse(r, line);
    state->grants[state->grant_count++] = grant;
}

static void
list_read(struct reader *r, struct state *state)
{
    struct bytes line = reader_line(r, "SYN 6.3");
    size_t count = state->list_count;
    struct hash list;

    if (count == STATE_LISTS_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 6.3", "too many lists");
        return;
    }
    if (!message_hash_parse(line, &list))
        reader_refuse(r, ERR_FORMAT, "SYN 6.3", "no SHA-256");
    else if (count > 0 && bytes_compare(hash_bytes(&state->lists[count - 1]),
                                        hash_bytes(&list)) >= 0)
        reader_refuse(r, ERR_FORMAT, "SYN 6.3", "lists are not in order");
    state->lists[state->list_count++] = list;
}

enum err
state_parse(struct bytes in, struct state *out, struct fault *fault)
{
    struct reader r = {.in = in};

    *out = (struct state){.log_count = 0};
    reader_expect(&r, BYTES("kufi state v1\nmode "), "SYN 6.3");
    if (word_take(&r, BYTES("rejoining")))
        out->rejoining = true;
    else
        reader_expect(&r, BYTES("normal"), "SYN 6.3");
    reader_expect(&r, BYTES("\nroster "), "SYN 6.3");
    if (!bytes_decimal(reader_line(&r, "SYN 6.3"), INT64_MAX,
                       &out->roster_version))
        reader_refuse(&r, ERR_FORMAT, "SYN 6.3", "the version is no number");
    while (word_take(&r, BYTES("log ")))
        log_read(&r, out);
    while (word_take(&r, BYTES("grant ")))
        grant_read(&r, out);
    while (word_take(&r, BYTES("list ")))
        list_read(&r, out);
    return reader_end(&r, "SYN 6.3", fault);
}

void
state_encode(struct writer *w, const struct state *state)
{
    writer_text(w, "kufi state v1\nmode ");
    writer_text(w, state->rejoining ? "rejoining" : "normal");
    writer_text(w, "\nroster ");
    writer_decimal(w, state->roster_version);
    writer_u8(w, '\n');
    for (size_t i = 0; i < state->log_count; i++) {
        writer_text(w, "log ");
        writer_bytes(w, state->logs[i].origin);
        writer_u8(w, ' ');
        writer_decimal(w, state->logs[i].size);
        writer_u8(w, ' ');
        writer_hex(w, state->logs[i].sum, SUM_DIGITS);
        writer_u8(w, '\n');
    }
    for (size_t i = 0; i < state->grant_count; i++) {
        writer_text(w, "grant ");
        writer_bytes(w, state->grants[i].origin);
        writer_u8(w, ' ');
        writer_hex(w, state->grants[i].sum, SUM_DIGITS);
        writer_u8(w, '\n');
    }
    for (size_t i = 0; i < state->list_count; i++) {
        writer_text(w, "list ");
        message_hash_write(w, &state->lists[i]);
        writer_u8(w, '\n');
    }
}

const struct state_log *
state_find_log(const struct state *state, struct bytes origin)
{
    size_t from = 0;
    size_t end = state->log_count;

    while (from < end) {
        size_t middle = from + (end - from) / 2;
        int order = bytes_compare(state->logs[middle].origin, origin);

        if (order == 0)
            return &state->logs[middle];
        if (order < 0)
            from = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

uint64_t
state_sum(struct bytes note)
{
    struct hash hash = hash_of(note);

    return be64_read(hash.b);
}
