/*
 * The file of a document index, for those who build and those who read it. All
 * numbers are big-endian. SCR 6.4.
 *
 *      0   8  "KUFIDOCS"
 *      8   4  version, 1
 *     12   1  bits of a hash that name its bucket, B
 *     13   1  bytes of an offset, W: 4, or 5 for a list past 4 GiB
 *     14   2  states, S
 *     16   4  how many last digits are left open in blocks of a range: bit n
 *             is set when some block has n open digits
 *     20   4  records, R
 *     24   8  documents; a range is one
 *     32   8  size of the list
 *     40  32  its SHA-256
 *     72   8  hash64() of these 72 bytes and of the states
 *     80  4S  states that are listed, ascending: three letters, then zeros; all
 *             zeros first if some document has no state
 *      .  4(2^B + 1)  where each bucket begins, as a number of records; the
 *             last is R
 *      .  (4 + W)R  records: 32 bits of the hash that follow the bucket's, then
 *             the entry's offset in the list; ascending within a bucket
 */
#ifndef SCREEN_DOCUMENT_INDEX_INT_H
#define SCREEN_DOCUMENT_INDEX_INT_H

#include "screen/document_index.h"

#define DOCUMENT_MAGIC BYTES("KUFIDOCS")
#define DOCUMENT_VERSION 1
#define DOCUMENT_HEAD_SIZE 80
#define DOCUMENT_SUM_AT 72
#define DOCUMENT_STATE_SIZE 4
#define DOCUMENT_TAG_SIZE 4
#define DOCUMENT_BUCKET_SIZE 4
#define DOCUMENT_OFFSET_SIZE_MAX 5
#define DOCUMENT_BUCKET_BITS_MIN 4
#define DOCUMENT_BUCKET_BITS_MAX 28

/* A bucket has 16 to 32 records on average, which lie in few lines of cache. */
#define DOCUMENT_BUCKET_RECORDS 32

/*
 * What a document is found by: the hash of its state, of how many of its last
 * digits are left open, of its size and of the characters before those digits.
 */
uint64_t document_hash(uint32_t state, const struct document_key *key,
                       uint8_t open);

/* The letters of a state as a number. */
uint32_t document_state(const struct document_key *key);

/* The hash of the head and the states, which stand behind it. */
uint64_t document_head_sum(const uint8_t *head, size_t state_count);

static inline uint64_t
document_bucket(uint64_t hash, unsigned bits)
{
    return hash >> (64 - bits);
}

static inline uint32_t
document_tag(uint64_t hash, unsigned bits)
{
    return (uint32_t)(hash << bits >> 32);
}

static inline uint64_t
document_offset_read(const uint8_t *p, unsigned size)
{
    return size == 4 ? be32_read(p) : (uint64_t)p[0] << 32 | be32_read(p + 1);
}

#endif
