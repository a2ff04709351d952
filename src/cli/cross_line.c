#include "cli/cross_line.h"

#include <string.h>

#include "base/json.h"

#define KEY_FIELD "Idempotency-Key: "
#define KEY_RANDOM_SIZE 16

static const char *const members[] = {
    "mrz",  "direction", "decision",       "reasons",
    "lane", "time",      "idempotency_key"};

#define MEMBER_COUNT (sizeof members / sizeof members[0])

static enum err
refuse(struct fault *fault, const char *what)
{
    return fault_set(fault, ERR_FORMAT, 0, "API 2.3", what);
}

/* A key goes into a header's field: visible characters only. */
static bool
key_lawful(struct bytes key)
{
    for (size_t i = 0; i < key.size; i++)
        if (key.p[i] < 0x21 || key.p[i] > 0x7e)
            return false;
    return key.size > 0 && key.size <= CROSS_KEY_SIZE_MAX;
}

static void
put_key(struct cross_line *line, struct bytes key, const struct random *random)
{
    uint8_t drawn[KEY_RANDOM_SIZE];
    struct writer w;
    size_t start;

    writer_init(&w, line->key_field, sizeof line->key_field);
    writer_text(&w, KEY_FIELD);
    start = w.at;
    writer_bytes(&w, key);
    if (key.p == NULL) {
        random->fill(random->context, drawn, sizeof drawn);
        for (size_t i = 0; i < sizeof drawn; i++)
            writer_hex(&w, drawn[i], 2);
    }
    line->key = bytes_slice(writer_done(&w), start, w.at - start);
    writer_u8(&w, '\0');
}

static void
put_texts(struct json_writer *j, const char *name, const struct bytes *texts,
          size_t count)
{
    json_key(j, name);
    json_begin_array(j);
    for (size_t i = 0; i < count; i++)
        json_put_text(j, texts[i]);
    json_end_array(j);
}

static void
put_if_given(struct json_writer *j, const char *name, struct bytes text)
{
    if (text.p != NULL)
        json_pair_text(j, name, text);
}

static struct hash
who(const struct cross_request *request)
{
    struct hash_stream stream;

    hash_begin(&stream);
    for (size_t i = 0; i < request->mrz_count; i++) {
        hash_add(&stream, request->mrz[i]);
        hash_add(&stream, BYTES("\n"));
    }
    return hash_end(&stream);
}

enum err
cross_line_make(struct cross_line *line, const struct cross_request *request,
                const struct random *random, struct fault *fault)
{
    struct writer w;
    struct json_writer j = {.w = &w};
    size_t middle;

    if (request->key.p != NULL && !key_lawful(request->key))
        return refuse(fault, "the idempotency key needs 1 to 255 visible "
                             "ASCII characters");
    writer_init(&w, line->block, sizeof line->block);
    json_begin_object(&j);
    if (request->mrz_count > 0)
        put_texts(&j, "mrz", request->mrz, request->mrz_count);
    put_if_given(&j, "direction", request->direction);
    put_if_given(&j, "time", request->time);
    json_end_object(&j);
    middle = w.at;
    /* cross_line_crossing() writes the brace and the inspection before. */
    j.comma = true;
    json_pair_text(&j, "decision",
                   request->decision.p == NULL ? BYTES("admit")
                                               : request->decision);
    if (request->reason_count > 0)
        put_texts(&j, "reasons", request->reasons, request->reason_count);
    put_if_given(&j, "lane", request->lane);
    put_if_given(&j, "time", request->time);
    json_end_object(&j);
    if (writer_end(&w) != OK)
        return refuse(fault, "the line is too long");
    line->who = who(request);
    line->inspection = bytes_slice(writer_done(&w), 0, middle);
    line->rest = bytes_slice(writer_done(&w), middle, w.at - middle);
    put_key(line, request->key, random);
    return OK;
}

/* An absent member is none; one of another kind is refused. */
static bool
take_text(const struct json *root, const char *name, struct bytes *out)
{
    const struct json *value = json_member(root, name);

    return value == NULL || json_get_text(value, out);
}

static bool
take_texts(const struct json *root, const char *name, struct bytes *out,
           size_t count_max, size_t *count)
{
    const struct json *value = json_member(root, name);

    if (value == NULL)
        return true;
    if (json_kind(value) != JSON_OF_ARRAY || json_count(value) > count_max)
        return false;
    *count = json_count(value);
    for (size_t i = 0; i < *count; i++)
        if (!json_get_text(json_item(value, i), &out[i]))
            return false;
    return true;
}

static enum err
take_members(const struct json *root, struct cross_request *out,
             struct fault *fault)
{
    if (json_kind(root) != JSON_OF_OBJECT ||
        !json_only(root, members, MEMBER_COUNT))
        return refuse(fault, "a line is an object of mrz, direction, decision, "
                             "reasons, lane, idempotency_key, time");
    if (!take_texts(root, "mrz", out->mrz, CROSS_MRZ_LINES_MAX,
                    &out->mrz_count))
        return refuse(fault, "mrz is an array of one to three strings");
    if (!take_texts(root, "reasons", out->reasons, CROSS_REASONS_MAX,
                    &out->reason_count))
        return refuse(fault, "reasons is an array of letters A to I");
    if (!take_text(root, "direction", &out->direction) ||
        !take_text(root, "decision", &out->decision) ||
        !take_text(root, "lane", &out->lane) ||
        !take_text(root, "idempotency_key", &out->key) ||
        !take_text(root, "time", &out->time))
        return refuse(fault, "direction, decision, lane, idempotency_key and "
                             "time are strings");
    return OK;
}

enum err
cross_line_parse(struct cross_line *line, struct bytes text,
                 const struct random *random, struct fault *fault)
{
    struct cross_request request = {0};
    struct json *root;
    enum err e;

    if (text.size > CROSS_LINE_SIZE_MAX)
        return refuse(fault, "the line is too long");
    e = json_parse(text, &root, fault);
    if (e != OK)
        return e;
    e = take_members(root, &request, fault);
    if (e == OK)
        e = cross_line_make(line, &request, random, fault);
    json_close(root);
    return e;
}

enum err
cross_line_crossing(const struct cross_line *line, struct bytes inspection_id,
                    struct writer *w)
{
    struct json_writer j = {.w = w};

    json_begin_object(&j);
    json_pair_text(&j, "inspection", inspection_id);
    writer_bytes(w, line->rest);
    return writer_end(w);
}
