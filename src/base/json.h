/*
 * JSON: reading is a thin door to jansson, writing is a few lines of our own so
 * that answers need no heap.
 *
 * Reading refuses what is not RFC 8259, names twice in one object, depth past
 * JSON_DEPTH_MAX and a NUL in a string.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"

#define JSON_DEPTH_MAX 16 /* our deepest request has three levels */

/* A value inside a document; NULL where there is none. */
struct json;

/*
 * Parses one document; `*out` is then released by json_close(). ERR_FORMAT
 * with the place in `fault`.
 */
MUST_CHECK enum err json_parse(struct bytes in, struct json **out,
                               struct fault *fault);
void json_close(struct json *root);

enum json_kind {
    JSON_NONE, /* NULL: no such member */
    JSON_OF_OBJECT,
    JSON_OF_ARRAY,
    JSON_OF_TEXT,
    JSON_OF_INTEGER,
    JSON_OF_REAL,
    JSON_OF_BOOLEAN,
    JSON_OF_NULL
};

enum json_kind json_kind(const struct json *value);

/* The member of an object; NULL when absent or when `object` is none. */
const struct json *json_member(const struct json *object, const char *name);
size_t json_member_count(const struct json *object);

/* Whether every member's name is among the `count` given. */
bool json_only(const struct json *object, const char *const *names,
               size_t count);

size_t json_count(const struct json *array);
const struct json *json_item(const struct json *array, size_t index);

/* False, and nothing written, when `value` is not of the kind. */
bool json_get_text(const struct json *value, struct bytes *out);
bool json_get_integer(const struct json *value, int64_t *out);
bool json_get_boolean(const struct json *value, bool *out);

/*
 * Writing. Commas are put by themselves: `json_key` inside objects, then a
 * value. Text must be UTF-8; quotes, backslashes and control characters are
 * escaped.
 */
struct json_writer {
    struct writer *w;
    bool comma; /* the next key or item is preceded by one */
};

void json_begin_object(struct json_writer *j);
void json_end_object(struct json_writer *j);
void json_begin_array(struct json_writer *j);
void json_end_array(struct json_writer *j);
void json_key(struct json_writer *j, const char *name);
void json_put_text(struct json_writer *j, struct bytes text);
void json_put_integer(struct json_writer *j, int64_t value);
void json_put_boolean(struct json_writer *j, bool value);
void json_put_null(struct json_writer *j);
void json_put_base64(struct json_writer *j, struct bytes in);

/* Already encoded JSON. */
void json_put_raw(struct json_writer *j, struct bytes json);

/* "name": "text", the commonest pair. */
void json_pair_text(struct json_writer *j, const char *name, struct bytes text);
void json_pair_integer(struct json_writer *j, const char *name, int64_t value);
void json_pair_boolean(struct json_writer *j, const char *name, bool value);

#endif
