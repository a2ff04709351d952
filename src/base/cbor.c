#include "base/cbor.h"

#include <cbor.h>

/* One decoded head: what libcbor's callbacks saw. */
struct item {
    enum kind {
        KIND_OTHER,
        KIND_UINT,
        KIND_NEGINT,
        KIND_BYTES,
        KIND_TEXT,
        KIND_ARRAY,
        KIND_BOOL,
        KIND_NULL
    } kind;
    uint64_t value;      /* integer, count or boolean */
    struct bytes string; /* borrowed from the input */
};

static void
head_put(struct writer *w, size_t (*encode)(size_t, unsigned char *, size_t),
         size_t value)
{
    uint8_t head[9];
    size_t size = encode(value, head, sizeof(head));

    writer_bytes(w, (struct bytes){head, size});
}

void
cbor_put_uint(struct writer *w, uint64_t value)
{
    uint8_t head[9];
    size_t size = cbor_encode_uint(value, head, sizeof(head));

    writer_bytes(w, (struct bytes){head, size});
}

void
cbor_put_int(struct writer *w, int64_t value)
{
    uint8_t head[9];
    size_t size;

    if (value >= 0) {
        cbor_put_uint(w, (uint64_t)value);
        return;
    }
    size = cbor_encode_negint((uint64_t) - (value + 1), head, sizeof(head));
    writer_bytes(w, (struct bytes){head, size});
}

void
cbor_put_bytes(struct writer *w, struct bytes value)
{
    head_put(w, cbor_encode_bytestring_start, value.size);
    writer_bytes(w, value);
}

uint8_t *
cbor_put_bytes_room(struct writer *w, size_t size)
{
    head_put(w, cbor_encode_bytestring_start, size);
    return writer_take(w, size);
}

void
cbor_put_text(struct writer *w, struct bytes value)
{
    head_put(w, cbor_encode_string_start, value.size);
    writer_bytes(w, value);
}

void
cbor_put_array(struct writer *w, size_t count)
{
    head_put(w, cbor_encode_array_start, count);
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

/* What is not among these calls nothing of ours, and stays KIND_OTHER. */
static struct cbor_callbacks
callbacks_of_ours(void)
{
    struct cbor_callbacks callbacks = cbor_empty_callbacks;

    callbacks.uint8 = on_uint8;
    callbacks.uint16 = on_uint16;
    callbacks.uint32 = on_uint32;
    callbacks.uint64 = on_uint64;
    callbacks.negint8 = on_negint8;
    callbacks.negint16 = on_negint16;
    callbacks.negint32 = on_negint32;
    callbacks.negint64 = on_negint64;
    callbacks.byte_string = on_bytes;
    callbacks.string = on_text;
    callbacks.array_start = on_array;
    callbacks.boolean = on_bool;
    callbacks.null = on_null;
    return callbacks;
}

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

/* Takes one item of `kind`; a fault otherwise, and an empty item. */
static struct item
item_get(struct reader *r, enum kind kind, const char *clause)
{
    struct cbor_callbacks callbacks = callbacks_of_ours();
    struct cbor_decoder_result result;
    struct item item = {.kind = KIND_OTHER};

    if (r->fault.code != OK)
        return (struct item){0};
    if (r->at == r->in.size) {
        reader_refuse(r, ERR_SHORT, clause, "the input ends too early");
        return (struct item){0};
    }
    result = cbor_stream_decode(r->in.p + r->at, r->in.size - r->at, &callbacks,
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

uint64_t
cbor_take_uint(struct reader *r, uint64_t max, const char *clause)
{
    struct item item = item_get(r, KIND_UINT, clause);

    if (item.value <= max)
        return item.value;
    reader_refuse(r, ERR_FORMAT, clause, "a number is out of range");
    return 0;
}

int64_t
cbor_take_int(struct reader *r, const char *clause)
{
    bool negative = reader_left(r) > 0 && r->in.p[r->at] >> 5 == 1;
    struct item item = item_get(r, negative ? KIND_NEGINT : KIND_UINT, clause);

    if (item.value > INT64_MAX) {
        reader_refuse(r, ERR_FORMAT, clause, "a number is out of range");
        return 0;
    }
    return negative ? -1 - (int64_t)item.value : (int64_t)item.value;
}

struct bytes
cbor_take_bytes(struct reader *r, size_t size_max, const char *clause)
{
    struct item item = item_get(r, KIND_BYTES, clause);

    if (item.string.size <= size_max)
        return item.string;
    reader_refuse(r, ERR_LIMIT, clause, "a byte string is too long");
    return (struct bytes){0};
}

struct bytes
cbor_take_text(struct reader *r, size_t size_max, const char *clause)
{
    struct item item = item_get(r, KIND_TEXT, clause);

    if (item.string.size > size_max)
        reader_refuse(r, ERR_LIMIT, clause, "a text is too long");
    else if (!bytes_utf8(item.string))
        reader_refuse(r, ERR_FORMAT, clause, "a text is not UTF-8");
    else
        return item.string;
    return (struct bytes){0};
}

size_t
cbor_take_array(struct reader *r, size_t count_max, const char *clause)
{
    struct item item = item_get(r, KIND_ARRAY, clause);

    if (item.value <= count_max)
        return (size_t)item.value;
    reader_refuse(r, ERR_LIMIT, clause, "an array has too many items");
    return 0;
}

bool
cbor_take_bool(struct reader *r, const char *clause)
{
    return item_get(r, KIND_BOOL, clause).value != 0;
}

bool
cbor_take_null(struct reader *r)
{
    if (reader_left(r) == 0 || r->in.p[r->at] != 0xf6)
        return false;
    r->at++;
    return true;
}
