/*
 * Which entries of a list may be about a document: one immutable file beside
 * the list, mapped by all who screen. It holds a hash of each listed document
 * and where its entry begins; whether the entry is about the document in hand
 * is then read in the list itself, so that the answer is exact. SCR 6.4.
 *
 * Building reads the list twice: document_index_begin(); each document by
 * document_index_count(); document_index_plan() says how large the file is;
 * document_index_lay() takes the block to fill; each document again by
 * document_index_put(); document_index_end(). The same documents give the same
 * bytes, whatever their order.
 */
#ifndef SCREEN_DOCUMENT_INDEX_H
#define SCREEN_DOCUMENT_INDEX_H

#include "base/arena.h"
#include "screen/document_key.h"

#define DOCUMENT_INDEX_SHA256_SIZE 32
#define DOCUMENT_INDEX_LIST_SIZE_MAX ((UINT64_C(1) << 40) - 1)
#define DOCUMENT_INDEX_RECORDS_MAX UINT32_MAX
/* Passports alone are issued by 260 states and organisations. */
#define DOCUMENT_INDEX_STATES_MAX 1024

/* ----- Building ----- */

struct document_index_builder {
    unsigned bucket_bits;
    unsigned offset_size;
    uint64_t list_size;
    uint32_t *places; /* of each bucket: how many, then where the next goes */
    uint64_t record_count;
    uint64_t document_count;
    uint32_t open_mask;
    size_t state_count;
    uint32_t states[DOCUMENT_INDEX_STATES_MAX];
    uint8_t *block; /* of the caller, being filled */
    size_t block_size;
};

/*
 * documents  how many there are, about: list_head.documents
 * arena      DOCUMENT_INDEX_MEMORY(documents) of it are taken, for as long as
 *            the index is built
 * list_size  bytes of the list: no entry begins past them
 *
 * ERR_LIMIT: no such memory, or a list past DOCUMENT_INDEX_LIST_SIZE_MAX.
 */
#define DOCUMENT_INDEX_MEMORY(documents)                                       \
    ((size_t)4096 + (size_t)(documents) / 2)
MUST_CHECK enum err document_index_begin(struct document_index_builder *builder,
                                         uint64_t documents, uint64_t list_size,
                                         struct arena *arena);

/*
 * A document of an entry, or a range of them (list_entry.number_to; empty for
 * all others). One without a number to look for is left out of both passes.
 *
 * ERR_FORMAT  no range: document_range_read()
 * ERR_LIMIT   past DOCUMENT_INDEX_RECORDS_MAX or DOCUMENT_INDEX_STATES_MAX
 */
MUST_CHECK enum err document_index_count(struct document_index_builder *builder,
                                         const struct person_document *document,
                                         struct bytes number_to);

/* No more; the size of the file. */
size_t document_index_plan(const struct document_index_builder *builder);

/* The block to fill, as large as was planned, zeroed. */
void document_index_lay(struct document_index_builder *builder, uint8_t *block);

/* The same document again, and where its entry begins in the list. ERR_FORMAT,
 * or ERR_LIMIT: it is not one of those counted. */
MUST_CHECK enum err document_index_put(struct document_index_builder *builder,
                                       const struct person_document *document,
                                       struct bytes number_to, uint64_t entry);

/* ERR_SHORT: not all that were counted have come. */
MUST_CHECK enum err
document_index_end(struct document_index_builder *builder,
                   const uint8_t list_sha256[DOCUMENT_INDEX_SHA256_SIZE]);

/* ----- Looking up ----- */

/* An index in mapped memory; `file` is borrowed as long as this is used. */
struct document_index {
    struct bytes file;
    unsigned bucket_bits;
    unsigned offset_size;
    uint64_t list_size;
    uint64_t record_count;
    uint64_t document_count;
    uint32_t open_mask;
    size_t state_count;
    size_t buckets_at;
    size_t records_at;
    uint8_t list_sha256[DOCUMENT_INDEX_SHA256_SIZE];
};

/*
 * Reads the head of a file and nothing else. Whatever is in the rest, no
 * look-up leaves the file's bounds: it answers ERR_CORRUPT or finds less.
 *
 * ERR_FORMAT   no index, or of another version: build it anew
 * ERR_CORRUPT  the head contradicts itself or the file's size
 */
MUST_CHECK enum err document_index_open(struct document_index *index,
                                        struct bytes file);

/* Reads all of the file: could it have been built so? ERR_CORRUPT. */
MUST_CHECK enum err document_index_verify(const struct document_index *index);

/*
 * Where the entries begin that may be about the document, in ascending order,
 * each once; the first `max` met of them, and how many in `*count`. Among a
 * billion that are not listed a few have one: the entry is to be read and
 * compared by document_range_holds(). ERR_CORRUPT.
 */
#define DOCUMENT_INDEX_FOUND_MAX 64
MUST_CHECK enum err document_index_find(const struct document_index *index,
                                        const struct document_key *document,
                                        uint64_t *out, size_t max,
                                        size_t *count);

#endif
