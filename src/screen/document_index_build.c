#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/sum.h"
#include "base/writer.h"
#include "screen/document_index_int.h"
#include "screen/hash64.h"

enum err
document_index_begin(struct document_index_builder *builder, uint64_t documents,
                     uint64_t list_size, struct arena *arena)
{
    struct document_index_builder b = {.list_size = list_size};

    if (list_size > DOCUMENT_INDEX_LIST_SIZE_MAX)
        return ERR_LIMIT;
    b.bucket_bits = DOCUMENT_BUCKET_BITS_MIN;
    while (b.bucket_bits < DOCUMENT_BUCKET_BITS_MAX &&
           documents >> b.bucket_bits > DOCUMENT_BUCKET_RECORDS)
        b.bucket_bits++;
    b.offset_size = list_size > UINT32_MAX ? 5 : 4;
    b.places =
        arena_array(arena, ((size_t)1 << b.bucket_bits) + 1, sizeof(*b.places));
    if (b.places == NULL)
        return ERR_LIMIT;
    *builder = b;
    return OK;
}

/* Keeps the states in ascending order. */
static enum err
state_add(struct document_index_builder *b, uint32_t state)
{
    size_t low = 0;
    size_t high = b->state_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (b->states[middle] == state)
            return OK;
        if (b->states[middle] < state)
            low = middle + 1;
        else
            high = middle;
    }
    if (b->state_count == DOCUMENT_INDEX_STATES_MAX)
        return ERR_LIMIT;
    memmove(b->states + low + 1, b->states + low,
            (b->state_count - low) * sizeof(*b->states));
    b->states[low] = state;
    b->state_count++;
    return OK;
}

static enum err
record_count(struct document_index_builder *b, uint64_t hash, uint64_t entry)
{
    (void)entry;
    if (b->record_count == DOCUMENT_INDEX_RECORDS_MAX)
        return ERR_LIMIT;
    b->record_count++;
    b->places[document_bucket(hash, b->bucket_bits)]++;
    return OK;
}

static size_t
record_size(const struct document_index_builder *b)
{
    return DOCUMENT_TAG_SIZE + b->offset_size;
}

static size_t
buckets_at(const struct document_index_builder *b)
{
    return DOCUMENT_HEAD_SIZE + DOCUMENT_STATE_SIZE * b->state_count;
}

static size_t
records_at(const struct document_index_builder *b)
{
    return buckets_at(b) +
           DOCUMENT_BUCKET_SIZE * (((size_t)1 << b->bucket_bits) + 1);
}

static uint32_t
bucket_begin(const struct document_index_builder *b, size_t bucket)
{
    return be32_read(b->block + buckets_at(b) + DOCUMENT_BUCKET_SIZE * bucket);
}

/* Into its bucket, behind those that came before. */
static enum err
record_put(struct document_index_builder *b, uint64_t hash, uint64_t entry)
{
    size_t bucket = document_bucket(hash, b->bucket_bits);
    uint32_t place = b->places[bucket];
    uint8_t *p = b->block + records_at(b) + record_size(b) * (size_t)place;

    if (place == bucket_begin(b, bucket + 1))
        return ERR_LIMIT;
    b->places[bucket]++;
    be32_write(p, document_tag(hash, b->bucket_bits));
    p += DOCUMENT_TAG_SIZE;
    if (b->offset_size == DOCUMENT_OFFSET_SIZE_MAX)
        *p++ = (uint8_t)(entry >> 32);
    be32_write(p, (uint32_t)entry);
    return OK;
}

/* The digits of `value` at the end of the number. */
static void
tail_write(struct document_key *key, uint8_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        key->number[key->size - 1 - i] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
}

/*
 * A range is cut into blocks of 1, 10, 100 ... numbers, each the largest that
 * begins where the last one ended: "AB01200" to "AB02349" is 8 blocks of a
 * hundred, 3 of a hundred and 5 of ten. A block is one record.
 */
static enum err
blocks_do(struct document_index_builder *b, const struct document_range *range,
          uint64_t entry,
          enum err (*each)(struct document_index_builder *b, uint64_t hash,
                           uint64_t entry))
{
    uint32_t state = document_state(&range->first);
    struct document_key key = range->first;
    uint64_t from = range->from;
    enum err e = OK;

    while (e == OK && from <= range->to) {
        uint64_t size = 1;
        uint8_t open = 0;

        while (open < range->open && from % (size * 10) == 0 &&
               range->to - from >= size * 10 - 1) {
            size *= 10;
            open++;
        }
        tail_write(&key, range->open, from);
        e = each(b, document_hash(state, &key, open), entry);
        b->open_mask |= open > 0 ? UINT32_C(1) << open : 0;
        from += size;
    }
    return e;
}

enum err
document_index_count(struct document_index_builder *builder,
                     const struct person_document *document,
                     struct bytes number_to)
{
    struct document_key key;
    struct document_range range;
    enum err e;

    if (!document_key_read(document, &key))
        return OK;
    e = document_range_read(document, number_to, &range);
    if (e == OK)
        e = state_add(builder, document_state(&range.first));
    if (e == OK)
        e = blocks_do(builder, &range, 0, record_count);
    if (e == OK)
        builder->document_count++;
    return e;
}

size_t
document_index_plan(const struct document_index_builder *builder)
{
    return records_at(builder) +
           record_size(builder) * (size_t)builder->record_count;
}

void
document_index_lay(struct document_index_builder *builder, uint8_t *block)
{
    size_t buckets = (size_t)1 << builder->bucket_bits;
    uint8_t *p = block + buckets_at(builder);
    uint32_t sum = 0;

    builder->block = block;
    for (size_t i = 0; i < buckets; i++) {
        uint32_t count = builder->places[i];

        be32_write(p + DOCUMENT_BUCKET_SIZE * i, sum);
        builder->places[i] = sum;
        sum += count;
    }
    be32_write(p + DOCUMENT_BUCKET_SIZE * buckets, sum);
    assert(sum == builder->record_count);
}

enum err
document_index_put(struct document_index_builder *builder,
                   const struct person_document *document,
                   struct bytes number_to, uint64_t entry)
{
    struct document_key key;
    struct document_range range;
    enum err e;

    if (!document_key_read(document, &key))
        return OK;
    if (entry >= builder->list_size)
        return ERR_LIMIT;
    e = document_range_read(document, number_to, &range);
    return e == OK ? blocks_do(builder, &range, entry, record_put) : e;
}

static int
compare4(const void *a, const void *b)
{
    return memcmp(a, b, DOCUMENT_TAG_SIZE + 4);
}

static int
compare5(const void *a, const void *b)
{
    return memcmp(a, b, DOCUMENT_TAG_SIZE + 5);
}

static void
head_write(const struct document_index_builder *b, const uint8_t *list_sha256)
{
    struct writer w;

    writer_init(&w, b->block, buckets_at(b));
    writer_bytes(&w, DOCUMENT_MAGIC);
    writer_be32(&w, DOCUMENT_VERSION);
    writer_u8(&w, (uint8_t)b->bucket_bits);
    writer_u8(&w, (uint8_t)b->offset_size);
    writer_be16(&w, (uint16_t)b->state_count);
    writer_be32(&w, b->open_mask);
    writer_be32(&w, (uint32_t)b->record_count);
    writer_be64(&w, b->document_count);
    writer_be64(&w, b->list_size);
    writer_bytes(&w, (struct bytes){list_sha256, DOCUMENT_INDEX_SHA256_SIZE});
    writer_be64(&w, 0);
    for (size_t i = 0; i < b->state_count; i++)
        writer_be32(&w, b->states[i]);
    assert(!w.full);
    be64_write(b->block + DOCUMENT_SUM_AT,
               document_head_sum(b->block, b->state_count));
}

enum err
document_index_end(struct document_index_builder *builder,
                   const uint8_t list_sha256[DOCUMENT_INDEX_SHA256_SIZE])
{
    size_t buckets = (size_t)1 << builder->bucket_bits;
    uint8_t *records = builder->block + records_at(builder);
    size_t size = record_size(builder);

    for (size_t i = 0; i < buckets; i++) {
        uint32_t begin = bucket_begin(builder, i);
        uint32_t end = bucket_begin(builder, i + 1);

        if (builder->places[i] != end)
            return ERR_SHORT;
        if (end - begin > 1)
            qsort(records + size * (size_t)begin, end - begin, size,
                  builder->offset_size == 4 ? compare4 : compare5);
    }
    head_write(builder, list_sha256);
    return OK;
}
