#include "base/cbor.h"

#include <cbor.h>

/* The largest number that is in the head's first byte itself. */
#define VALUE_IN_HEAD_MAX 23

/* One decoded head: what libcbor's callbacks saw. */
struct item {
    enum kind {
        /* As the major types of RFC 8949 section 3.1. */
        KIND_UINT = 0,
        KIND_NEGINT = 1,
        KIND_BYTES = 2,
        KIND_TEXT = 3,
        KIND_ARRAY = 4,
        KIND_BOOL,
        KIND_NULL,
        KIND_OTHER
    } kind;
    uint64_t value;      /* integer, count or boolean */
    struct bytes string; /* borrowed from the input */
};

static void
head_put(struct writer *w, enum kind kind, uint64_t value)
{
    static size_t (*const ENCODE[])(uint64_t, unsigned char *, size_t) = {
        [KIND_UINT] = cbor_encode_uint,
        [KIND_NEGINT] = cbor_encode_negint,
        [KIND_BYTES] = cbor_encode_bytestring_start,
        [KIND_TEXT] = cbor_encode_string_start,
        [KIND_ARRAY] = cbor_encode_array_start,
    };
    uint8_t head[9];

    if (value <= VALUE_IN_HEAD_MAX) {
        writer_u8(w, (uint8_t)(kind << 5 | value));
        return;
    }
    writer_bytes(w, (struct bytes){head, ENCODE[kind](value, head, 9)});
}

void
cbor_put_uint(struct writer *w, uint64_t value)
{
    head_put(w, KIND_UINT, value);
}

void
cbor_put_int(struct writer *w, int64_t value)
{
    if (value >= 0)
        head_put(w, KIND_UINT, (uint64_t)value);
    else
        head_put(w, KIND_NEGINT, (uint64_t)~value); /* -1 - value */
}

void
cbor_put_bytes(struct writer *w, struct bytes value)
{
    head_put(w, KIND_BYTES, value.size);
    writer_bytes(w, value);
}

uint8_t *
cbor_put_bytes_room(struct writer *w, size_t size)
{
    head_put(w, KIND_BYTES, size);
    return writer_take(w, size);
}

void
cbor_put_text(struct writer *w, struct bytes value)
{
    head_put(w, KIND_TEXT, value.size);
    writer_bytes(w, value);
}

void
cbor_put_array(struct writer *w, size_t count)
{
    head_put(w, KIND_ARRAY, count);
}

void
cbor_put_bool(struct writer *w, bool value)
{
    writer_u8(w, value ? 0xf5 : 0xf4);
}

void
cbor_put_null(struct writer *w)
{
    writer_u8(w, 0xf6);
}

static void
on_uint8(void *context, uint8_t value)
{
    *(struct item *)context = (struct item){.kind = KIND_UINT, .value = value};
}

static void
on_uint16(void *context, uint16_t value)
{
    *(struct item *)context = (struct item){.kind = KIND_UINT, .value = value};
}

static void
on_uint32(void *context, uint32_t value)
{
    *(struct item *)context = (struct item){.kind = KIND_UINT, .value = value};
}

static void
on_uint64(void *context, uint64_t value)
{
    *(struct item *)context = (struct item){.kind = KIND_UINT, .value = value};
}

static void
on_negint8(void *context, uint8_t value)
{
    *(struct item *)context =
        (struct item){.kind = KIND_NEGINT, .value = value};
}

static void
on_negint16(void *context, uint16_t value)
{
    *(struct item *)context =
        (struct item){.kind = KIND_NEGINT, .value = value};
}

static void
on_negint32(void *context, uint32_t value)
{
    *(struct item *)context =
        (struct item){.kind = KIND_NEGINT, .value = value};
}

static void
on_negint64(void *context, uint64_t value)
{
    *(struct item *)context =
        (struct item){.kind = KIND_NEGINT, .value = value};
}

static void
on_bytes(void *context, cbor_data data, size_t size)
{
    *(struct item *)context =
        (struct item){.kind = KIND_BYTES, .string = {data, size}};
}

static void
on_text(void *context, cbor_data data, size_t size)
{
    *(struct item *)context =
        (struct item){.kind = KIND_TEXT, .string = {data, size}};
}

static void
on_array(void *context, size_t count)
{
    *(struct item *)context = (struct item){.kind = KIND_ARRAY, .value = count};
}

static void
on_bool(void *context, bool value)
{
    *(struct item *)context = (struct item){.kind = KIND_BOOL, .value = value};
}

static void
on_null(void *context)
{
    *(struct item *)context = (struct item){.kind = KIND_NULL};
}

/* What our records do not use leaves the item KIND_OTHER. */
static const struct cbor_callbacks CALLBACKS = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string_start = cbor_null_byte_string_start_callback,
    .byte_string = on_bytes,
    .string = on_text,
    .string_start = cbor_null_string_start_callback,
    .indef_array_start = cbor_null_indef_array_start_callback,
    .array_start = on_array,
    .indef_map_start = cbor_null_indef_map_start_callback,
    .map_start = cbor_null_map_start_callback,
    .tag = cbor_null_tag_callback,
    .float2 = cbor_null_float2_callback,
    .float4 = cbor_null_float4_callback,
    .float8 = cbor_null_float8_callback,
    .undefined = cbor_null_undefined_callback,
    .null = on_null,
    .boolean = on_bool,
    .indef_break = cbor_null_indef_break_callback,
};

/* How many bytes the shortest head for `value` has. */
static size_t
head_size(uint64_t value)
{
    if (value < 24)
        return 1;
    if (value <= UINT8_MAX)
        return 2;
    if (value <= UINT16_MAX)
        return 3;
    return value <= UINT32_MAX ? 5 : 9;
}

static size_t
shortest_size(const struct item *item)
{
    switch (item->kind) {
    case KIND_UINT:
    case KIND_NEGINT:
    case KIND_ARRAY:
        return head_size(item->value);
    case KIND_BYTES:
    case KIND_TEXT:
        return head_size(item->string.size) + item->string.size;
    case KIND_BOOL:
    case KIND_NULL:
        return 1;
    case KIND_OTHER:
        break;
    }
    return 0;
}

/*
 * Takes a head of one byte, which nearly all heads of a record are: this is
 * many times as fast as asking the library. False, and nothing taken, for
 * every other input, good or bad.
 */
static bool
short_head_take(struct reader *r, enum kind kind, uint8_t *value)
{
    uint8_t head;

    if (reader_left(r) == 0)
        return false;
    head = r->in.p[r->at];
    *value = head & 0x1f;
    if (head >> 5 != kind || *value > VALUE_IN_HEAD_MAX)
        return false;
    r->at++;
    return true;
}

/* Takes one item of `kind`; a fault otherwise, and an empty item. */
static struct item
item_take(struct reader *r, enum kind kind, const char *clause)
{
    struct cbor_decoder_result result;
    struct item item = {.kind = KIND_OTHER};

    if (r->fault.code != OK)
        return (struct item){0};
    if (r->at == r->in.size) {
        reader_refuse(r, ERR_SHORT, clause, "the input ends too early");
        return (struct item){0};
    }
    result = cbor_stream_decode(r->in.p + r->at, r->in.size - r->at, &CALLBACKS,
                                &item);
    if (result.status == CBOR_DECODER_NEDATA)
        reader_refuse(r, ERR_SHORT, clause, "the input ends too early");
    else if (result.status != CBOR_DECODER_FINISHED || item.kind != kind)
        reader_refuse(r, ERR_FORMAT, clause, "another kind of value is due");
    else if (result.read != shortest_size(&item))
        reader_refuse(r, ERR_FORMAT, clause, "not in the shortest form");
    if (r->fault.code != OK)
        return (struct item){0};
    r->at += result.read;
    return item;
}

static uint64_t
number_take(struct reader *r, enum kind kind, const char *clause)
{
    uint8_t value;

    if (short_head_take(r, kind, &value))
        return value;
    return item_take(r, kind, clause).value;
}

static struct bytes
string_take(struct reader *r, enum kind kind, size_t size_max,
            const char *clause)
{
    struct bytes string;
    uint8_t size;

    if (short_head_take(r, kind, &size))
        string = reader_bytes(r, size, clause);
    else
        string = item_take(r, kind, clause).string;
    if (string.size <= size_max)
        return string;
    reader_refuse(r, ERR_LIMIT, clause, "a string is too long");
    return (struct bytes){0};
}

uint64_t
cbor_take_uint(struct reader *r, uint64_t max, const char *clause)
{
    uint64_t value = number_take(r, KIND_UINT, clause);

    if (value <= max)
        return value;
    reader_refuse(r, ERR_FORMAT, clause, "a number is out of range");
    return 0;
}

int64_t
cbor_take_int(struct reader *r, const char *clause)
{
    bool negative = reader_left(r) > 0 && r->in.p[r->at] >> 5 == KIND_NEGINT;
    uint64_t value = number_take(r, negative ? KIND_NEGINT : KIND_UINT, clause);

    if (value > INT64_MAX) {
        reader_refuse(r, ERR_FORMAT, clause, "a number is out of range");
        return 0;
    }
    if (r->fault.code != OK)
        return 0;
    return negative ? -1 - (int64_t)value : (int64_t)value;
}

struct bytes
cbor_take_bytes(struct reader *r, size_t size_max, const char *clause)
{
    return string_take(r, KIND_BYTES, size_max, clause);
}

struct bytes
cbor_take_text(struct reader *r, size_t size_max, const char *clause)
{
    struct bytes text = string_take(r, KIND_TEXT, size_max, clause);

    if (bytes_utf8(text))
        return text;
    reader_refuse(r, ERR_FORMAT, clause, "a text is not UTF-8");
    return (struct bytes){0};
}

struct bytes
cbor_take_plain_text(struct reader *r, size_t size_max, const char *clause)
{
    struct bytes text = string_take(r, KIND_TEXT, size_max, clause);

    if (bytes_plain(text))
        return text;
    reader_refuse(r, ERR_FORMAT, clause,
                  "a text is not UTF-8 without control characters");
    return (struct bytes){0};
}

size_t
cbor_take_array(struct reader *r, size_t count_max, const char *clause)
{
    uint64_t count = number_take(r, KIND_ARRAY, clause);

    if (count <= count_max)
        return (size_t)count;
    reader_refuse(r, ERR_LIMIT, clause, "an array has too many items");
    return 0;
}

bool
cbor_take_bool(struct reader *r, const char *clause)
{
    return item_take(r, KIND_BOOL, clause).value != 0;
}

bool
cbor_take_null(struct reader *r)
{
    if (reader_left(r) == 0 || r->in.p[r->at] != 0xf6)
        return false;
    r->at++;
    return true;
}
