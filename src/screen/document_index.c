#include "screen/document_index.h"

#include <string.h>

#include "base/reader.h"
#include "screen/document_index_int.h"
#include "screen/hash64.h"

#define CLAUSE "SCR 6.4"

uint32_t
document_state(const struct document_key *key)
{
    return (uint32_t)key->state[0] << 24 | (uint32_t)key->state[1] << 16 |
           (uint32_t)key->state[2] << 8;
}

/* The characters before the open digits; of all that differs between two
 * documents, something stands in these bytes. */
uint64_t
document_hash(uint32_t state, const struct document_key *key, uint8_t open)
{
    uint8_t block[5 + DOCUMENT_KEY_NUMBER_SIZE_MAX];
    size_t size = (size_t)key->size - open;

    be32_write(block, state | open);
    block[4] = key->size;
    memcpy(block + 5, key->number, size);
    return hash64((struct bytes){block, 5 + size});
}

uint64_t
document_head_sum(const uint8_t *head, size_t state_count)
{
    uint8_t both[16];

    be64_write(both, hash64((struct bytes){head, DOCUMENT_SUM_AT}));
    be64_write(both + 8,
               hash64((struct bytes){head + DOCUMENT_HEAD_SIZE,
                                     DOCUMENT_STATE_SIZE * state_count}));
    return hash64((struct bytes){both, sizeof(both)});
}

static size_t
record_size(const struct document_index *index)
{
    return DOCUMENT_TAG_SIZE + index->offset_size;
}

/* Whether the parts of the file fill it exactly; none of their sizes can
 * overflow, by the bounds of the head's fields. */
static bool
parts_fit(const struct document_index *index)
{
    if (index->bucket_bits < DOCUMENT_BUCKET_BITS_MIN ||
        index->bucket_bits > DOCUMENT_BUCKET_BITS_MAX)
        return false;
    if (index->offset_size != 4 && index->offset_size != 5)
        return false;
    if (index->state_count > DOCUMENT_INDEX_STATES_MAX)
        return false;
    if (index->open_mask >> (DOCUMENT_KEY_OPEN_MAX + 1) != 0 ||
        (index->open_mask & 1) != 0)
        return false;
    return index->file.size ==
           index->records_at + record_size(index) * (size_t)index->record_count;
}

enum err
document_index_open(struct document_index *index, struct bytes file)
{
    struct reader r = {.in = bytes_slice(file, 0, DOCUMENT_HEAD_SIZE)};
    struct document_index i = {.file = file};
    struct bytes sha256;
    uint64_t sum;

    reader_expect(&r, DOCUMENT_MAGIC, CLAUSE);
    if (reader_be32(&r, CLAUSE) != DOCUMENT_VERSION)
        reader_refuse(&r, ERR_FORMAT, CLAUSE, NULL);
    if (r.fault.code != OK)
        return ERR_FORMAT;
    i.bucket_bits = reader_u8(&r, CLAUSE);
    i.offset_size = reader_u8(&r, CLAUSE);
    i.state_count = reader_be16(&r, CLAUSE);
    i.open_mask = reader_be32(&r, CLAUSE);
    i.record_count = reader_be32(&r, CLAUSE);
    i.document_count = reader_be64(&r, CLAUSE);
    i.list_size = reader_be64(&r, CLAUSE);
    sha256 = reader_bytes(&r, DOCUMENT_INDEX_SHA256_SIZE, CLAUSE);
    sum = reader_be64(&r, CLAUSE);
    if (reader_end(&r, CLAUSE, NULL) != OK)
        return ERR_CORRUPT;
    memcpy(i.list_sha256, sha256.p, sha256.size);
    i.buckets_at = DOCUMENT_HEAD_SIZE + DOCUMENT_STATE_SIZE * i.state_count;
    i.records_at = i.buckets_at + DOCUMENT_BUCKET_SIZE *
                                      (((size_t)1 << (i.bucket_bits & 31)) + 1);
    if (!parts_fit(&i) || sum != document_head_sum(file.p, i.state_count))
        return ERR_CORRUPT;
    *index = i;
    return OK;
}

/* ----- Looking up. ----- */

struct search {
    const struct document_index *index;
    uint64_t *out;
    size_t max;
    size_t count;
};

static const uint8_t *
record_at(const struct document_index *index, uint32_t number)
{
    return index->file.p + index->records_at +
           record_size(index) * (size_t)number;
}

/* The first record of the bucket from `low` on, before `high`, whose tag is not
 * less. */
static uint32_t
lower_bound(const struct document_index *index, uint32_t low, uint32_t high,
            uint32_t tag)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (be32_read(record_at(index, middle)) < tag)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* In ascending order, each once. */
static void
found(struct search *search, uint64_t entry)
{
    size_t at = search->count;

    for (size_t i = 0; i < search->count; i++) {
        if (search->out[i] == entry)
            return;
    }
    if (search->count == search->max)
        return;
    for (; at > 0 && search->out[at - 1] > entry; at--)
        search->out[at] = search->out[at - 1];
    search->out[at] = entry;
    search->count++;
}

static enum err
bucket_read(const struct document_index *index, uint64_t bucket, uint32_t *low,
            uint32_t *high)
{
    const uint8_t *p = index->file.p + index->buckets_at +
                       DOCUMENT_BUCKET_SIZE * (size_t)bucket;

    *low = be32_read(p);
    *high = be32_read(p + DOCUMENT_BUCKET_SIZE);
    return *low > *high || *high > index->record_count ? ERR_CORRUPT : OK;
}

static enum err
hash_find(struct search *search, uint64_t hash)
{
    const struct document_index *index = search->index;
    uint32_t tag = document_tag(hash, index->bucket_bits);
    uint32_t low;
    uint32_t high;
    enum err e = bucket_read(index, document_bucket(hash, index->bucket_bits),
                             &low, &high);

    if (e != OK)
        return e;
    /* A list may name one document more often than anybody wants to read. */
    for (uint32_t i = lower_bound(index, low, high, tag);
         i < high && search->count < search->max; i++) {
        const uint8_t *p = record_at(index, i);
        uint64_t entry;

        if (be32_read(p) != tag)
            break;
        entry = document_offset_read(p + DOCUMENT_TAG_SIZE, index->offset_size);
        if (entry >= index->list_size)
            return ERR_CORRUPT;
        found(search, entry);
    }
    return OK;
}

/* The document itself, and every block of a range that may hold it. */
static enum err
state_find(struct search *search, uint32_t state,
           const struct document_key *document)
{
    uint32_t mask = search->index->open_mask;
    enum err e = hash_find(search, document_hash(state, document, 0));

    for (uint8_t open = 1; e == OK && open <= DOCUMENT_KEY_OPEN_MAX; open++) {
        uint8_t c;

        if (mask >> open == 0 || open > document->size)
            break;
        c = document->number[document->size - open];
        if (c < '0' || c > '9')
            break;
        if ((mask >> open & 1) != 0)
            e = hash_find(search, document_hash(state, document, open));
    }
    return e;
}

static uint32_t
state_listed(const struct document_index *index, size_t number)
{
    return be32_read(index->file.p + DOCUMENT_HEAD_SIZE +
                     DOCUMENT_STATE_SIZE * number);
}

enum err
document_index_find(const struct document_index *index,
                    const struct document_key *document, uint64_t *out,
                    size_t max, size_t *count)
{
    struct search search = {.index = index, .out = out, .max = max};
    uint32_t state = document_state(document);
    bool stateless = index->state_count > 0 && state_listed(index, 0) == 0;
    enum err e = OK;

    if (state == 0) {
        /* Of any state that the list knows. */
        for (size_t i = 0; e == OK && i < index->state_count; i++)
            e = state_find(&search, state_listed(index, i), document);
    } else {
        e = state_find(&search, state, document);
        if (e == OK && stateless)
            e = state_find(&search, 0, document);
    }
    if (e == OK)
        *count = search.count;
    return e;
}

/* ----- All of it. ----- */

static enum err
bucket_verify(const struct document_index *index, size_t bucket)
{
    size_t size = record_size(index);
    uint32_t low;
    uint32_t high;
    enum err e = bucket_read(index, bucket, &low, &high);

    for (uint32_t i = low; e == OK && i < high; i++) {
        const uint8_t *p = record_at(index, i);

        if (i > low && memcmp(p - size, p, size) > 0)
            return ERR_CORRUPT;
        if (document_offset_read(p + DOCUMENT_TAG_SIZE, index->offset_size) >=
            index->list_size)
            return ERR_CORRUPT;
    }
    return e;
}

enum err
document_index_verify(const struct document_index *index)
{
    size_t buckets = (size_t)1 << index->bucket_bits;
    uint32_t low;
    uint32_t high;
    enum err e = bucket_read(index, 0, &low, &high);

    if (e != OK || low != 0)
        return ERR_CORRUPT;
    for (size_t i = 1; i < index->state_count; i++) {
        if (state_listed(index, i - 1) >= state_listed(index, i))
            return ERR_CORRUPT;
    }
    for (size_t i = 0; e == OK && i < buckets; i++)
        e = bucket_verify(index, i);
    if (e == OK)
        e = bucket_read(index, buckets - 1, &low, &high);
    return e == OK && high != index->record_count ? ERR_CORRUPT : e;
}
