#include "record/codec_int.h"

#include "base/cbor.h"

#include <string.h>

void
codec_refuse(struct codec *c, enum err code, const char *clause,
             const char *what)
{
    if (c->w != NULL && c->r.fault.code == OK)
        fault_set(&c->r.fault, code, c->w->at, clause, what);
    else
        reader_refuse(&c->r, code, clause, what);
}

void
codec_array(struct codec *c, size_t count, const char *clause)
{
    size_t found = count;

    codec_count(c, &found, count, count, clause);
}

void
codec_count(struct codec *c, size_t *count, size_t min, size_t max,
            const char *clause)
{
    if (c->w == NULL)
        *count = cbor_take_array(&c->r, max, clause);
    if (*count < min || *count > max) {
        codec_refuse(c, *count > max ? ERR_LIMIT : ERR_FORMAT, clause,
                     "an array has another number of items");
        *count = 0;
        return;
    }
    if (c->w != NULL)
        cbor_put_array(c->w, *count);
}

bool
codec_present(struct codec *c, bool present)
{
    if (c->w == NULL)
        return !cbor_take_null(&c->r);
    if (!present)
        cbor_put_null(c->w);
    return present;
}

void
codec_null(struct codec *c, const char *clause)
{
    if (c->w != NULL)
        cbor_put_null(c->w);
    else if (!cbor_take_null(&c->r))
        codec_refuse(c, reader_left(&c->r) > 0 ? ERR_FORMAT : ERR_SHORT, clause,
                     "only null is allowed here so far");
}

void
codec_bool(struct codec *c, bool *value, const char *clause)
{
    if (c->w != NULL)
        cbor_put_bool(c->w, *value);
    else
        *value = cbor_take_bool(&c->r, clause);
}

void
codec_uint(struct codec *c, uint64_t *value, uint64_t max, const char *clause)
{
    if (c->w == NULL)
        *value = cbor_take_uint(&c->r, max, clause);
    else if (*value <= max)
        cbor_put_uint(c->w, *value);
    else
        codec_refuse(c, ERR_FORMAT, clause, "a number is out of range");
}

void
codec_instant(struct codec *c, struct instant *value, const char *clause)
{
    uint64_t ms = (uint64_t)value->ms; /* before 1970: past the maximum */

    codec_uint(c, &ms, INSTANT_MS_MAX, clause);
    value->ms = (int64_t)ms;
}

unsigned
codec_choice(struct codec *c, unsigned value, unsigned max, const char *clause)
{
    uint64_t wide = value;

    codec_uint(c, &wide, max, clause);
    return (unsigned)wide;
}

static void
text_put(struct codec *c, struct bytes text, size_t max, bool allowed,
         const char *clause)
{
    if (text.size > max)
        codec_refuse(c, ERR_LIMIT, clause, "a text is too long");
    else if (!allowed)
        codec_refuse(c, ERR_FORMAT, clause,
                     "a text is not UTF-8, or holds a control character");
    else
        cbor_put_text(c->w, text);
}

void
codec_raw_text(struct codec *c, struct bytes *text, size_t max,
               const char *clause)
{
    if (c->w == NULL)
        *text = cbor_take_text(&c->r, max, clause);
    else
        text_put(c, *text, max, bytes_utf8(*text), clause);
}

void
codec_text(struct codec *c, struct bytes *text, size_t max, const char *clause)
{
    if (c->w == NULL)
        *text = cbor_take_plain_text(&c->r, max, clause);
    else
        text_put(c, *text, max, bytes_plain(*text), clause);
}

void
codec_text_due(struct codec *c, struct bytes *text, size_t max,
               const char *clause)
{
    codec_text(c, text, max, clause);
    if (c->r.fault.code == OK && text->size == 0)
        codec_refuse(c, ERR_FORMAT, clause, "a text is empty");
}

void
codec_bytes_due(struct codec *c, struct bytes *bytes, size_t max,
                const char *clause)
{
    if (c->w == NULL)
        *bytes = cbor_take_bytes(&c->r, max, clause);
    else if (bytes->size > max)
        codec_refuse(c, ERR_LIMIT, clause, "a byte string is too long");
    else
        cbor_put_bytes(c->w, *bytes);
    if (c->r.fault.code == OK && bytes->size == 0)
        codec_refuse(c, ERR_FORMAT, clause, "a byte string is empty");
}

void
codec_fixed(struct codec *c, uint8_t *bytes, size_t size, const char *clause)
{
    struct bytes taken;

    if (c->w != NULL) {
        cbor_put_bytes(c->w, (struct bytes){bytes, size});
        return;
    }
    taken = cbor_take_bytes(&c->r, size, clause);
    if (taken.size != size)
        codec_refuse(c, ERR_FORMAT, clause, "a byte string has another size");
    else
        memcpy(bytes, taken.p, size);
}
