#include "base/json.h"

#include <jansson.h>

#include "base/base64.h"

static json_t *
inner(const struct json *value)
{
    return (json_t *)(uintptr_t)value;
}

static const struct json *
outer(json_t *value)
{
    return (const struct json *)(uintptr_t)value;
}

/* jansson's own bound on depth is 2,048; ours is counted before it recurses. */
static bool
depth_allowed(struct bytes in)
{
    size_t depth = 0;
    bool in_text = false;

    for (size_t i = 0; i < in.size; i++) {
        uint8_t c = in.p[i];

        if (in_text && c == '\\')
            i++;
        else if (c == '"')
            in_text = !in_text;
        else if (!in_text && (c == '{' || c == '['))
            depth++;
        else if (!in_text && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > JSON_DEPTH_MAX)
            return false;
    }
    return true;
}

enum err
json_parse(struct bytes in, struct json **out, struct fault *fault)
{
    json_error_t error = {0};
    json_t *root;

    if (!depth_allowed(in))
        return fault_set(fault, ERR_LIMIT, 0, "API 2.3", "nested too deeply");
    root = json_loadb(in.size == 0 ? "" : (const char *)in.p, in.size,
                      JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
        return fault_set(fault, ERR_FORMAT,
                         error.position < 0 ? 0 : (size_t)error.position,
                         "API 2.3", "not one JSON object or array (RFC 8259)");
    *out = (struct json *)root;
    return OK;
}

void
json_close(struct json *root)
{
    json_decref((json_t *)root);
}

enum json_kind
json_kind(const struct json *value)
{
    if (value == NULL)
        return JSON_NONE;
    switch (json_typeof(inner(value))) {
    case JSON_OBJECT:
        return JSON_OF_OBJECT;
    case JSON_ARRAY:
        return JSON_OF_ARRAY;
    case JSON_STRING:
        return JSON_OF_TEXT;
    case JSON_INTEGER:
        return JSON_OF_INTEGER;
    case JSON_REAL:
        return JSON_OF_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JSON_OF_BOOLEAN;
    case JSON_NULL:
        return JSON_OF_NULL;
    }
    return JSON_NONE;
}

const struct json *
json_member(const struct json *object, const char *name)
{
    return outer(json_object_get(inner(object), name));
}

size_t
json_member_count(const struct json *object)
{
    return json_object_size(inner(object));
}

bool
json_only(const struct json *object, const char *const *names, size_t count)
{
    size_t known = 0;

    for (size_t i = 0; i < count; i++)
        if (json_member(object, names[i]) != NULL)
            known++;
    return known == json_member_count(object);
}

size_t
json_count(const struct json *array)
{
    return json_array_size(inner(array));
}

const struct json *
json_item(const struct json *array, size_t index)
{
    return outer(json_array_get(inner(array), index));
}

bool
json_get_text(const struct json *value, struct bytes *out)
{
    if (json_kind(value) != JSON_OF_TEXT)
        return false;
    out->p = (const uint8_t *)json_string_value(inner(value));
    out->size = json_string_length(inner(value));
    return true;
}

bool
json_get_integer(const struct json *value, int64_t *out)
{
    if (json_kind(value) != JSON_OF_INTEGER)
        return false;
    *out = json_integer_value(inner(value));
    return true;
}

bool
json_get_boolean(const struct json *value, bool *out)
{
    if (json_kind(value) != JSON_OF_BOOLEAN)
        return false;
    *out = json_typeof(inner(value)) == JSON_TRUE;
    return true;
}

static void
item_begin(struct json_writer *j)
{
    if (j->comma)
        writer_u8(j->w, ',');
    j->comma = true;
}

void
json_begin_object(struct json_writer *j)
{
    item_begin(j);
    writer_u8(j->w, '{');
    j->comma = false;
}

void
json_end_object(struct json_writer *j)
{
    writer_u8(j->w, '}');
    j->comma = true;
}

void
json_begin_array(struct json_writer *j)
{
    item_begin(j);
    writer_u8(j->w, '[');
    j->comma = false;
}

void
json_end_array(struct json_writer *j)
{
    writer_u8(j->w, ']');
    j->comma = true;
}

/* Runs of plain bytes are copied at once. */
static void
text_write(struct writer *w, struct bytes text)
{
    size_t start = 0;

    writer_u8(w, '"');
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.p[i];

        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
            continue;
        writer_bytes(w, (struct bytes){text.p + start, i - start});
        start = i + 1;
        if (c == '"' || c == '\\') {
            writer_u8(w, '\\');
            writer_u8(w, c);
        } else {
            writer_text(w, "\\u");
            writer_hex(w, c, 4);
        }
    }
    writer_bytes(w, (struct bytes){text.p + start, text.size - start});
    writer_u8(w, '"');
}

void
json_key(struct json_writer *j, const char *name)
{
    item_begin(j);
    text_write(j->w, bytes_of(name));
    writer_u8(j->w, ':');
    j->comma = false;
}

void
json_put_text(struct json_writer *j, struct bytes text)
{
    item_begin(j);
    text_write(j->w, text);
}

void
json_put_integer(struct json_writer *j, int64_t value)
{
    item_begin(j);
    writer_signed(j->w, value);
}

void
json_put_boolean(struct json_writer *j, bool value)
{
    item_begin(j);
    writer_text(j->w, value ? "true" : "false");
}

void
json_put_null(struct json_writer *j)
{
    item_begin(j);
    writer_text(j->w, "null");
}

void
json_put_base64(struct json_writer *j, struct bytes in)
{
    item_begin(j);
    writer_u8(j->w, '"');
    base64_write(j->w, in);
    writer_u8(j->w, '"');
}

void
json_put_raw(struct json_writer *j, struct bytes json)
{
    item_begin(j);
    writer_bytes(j->w, json);
}

void
json_pair_text(struct json_writer *j, const char *name, struct bytes text)
{
    json_key(j, name);
    json_put_text(j, text);
}

void
json_pair_integer(struct json_writer *j, const char *name, int64_t value)
{
    json_key(j, name);
    json_put_integer(j, value);
}

void
json_pair_boolean(struct json_writer *j, const char *name, bool value)
{
    json_key(j, name);
    json_put_boolean(j, value);
}
