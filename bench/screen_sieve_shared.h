/*
 * Which of all names a query has to be scored beside, by no index: each word of
 * the query is compared with each different word of all names. Names that have
 * nothing like it, or but one word and not the birth, cannot be hits.
 */
#ifndef BENCH_SCREEN_SIEVE_SHARED_H
#define BENCH_SCREEN_SIEVE_SHARED_H

#include "screen_shared.h"

struct sieve_word {
    struct token token;
    uint32_t next; /* of the same hash, plus 1 */
};

/* Two neighbours of a listed name as one word. */
struct sieve_join {
    uint64_t skeleton;
    uint64_t signs;
    uint32_t letters;
    uint32_t first;
    uint32_t second;
    uint16_t family;
    uint8_t text_size;
    uint8_t fold_size;
};

/* `counted` of its words are no particles. */
struct sieve_name {
    uint32_t entry;
    uint32_t words_from;
    uint32_t joins_from;
    uint8_t word_count;
    uint8_t counted;
    uint8_t join_count;
};

struct sieve {
    const struct screen_bench *bench;
    struct sieve_word *words;
    size_t word_count;
    uint32_t *slots;
    struct sieve_name *names;
    size_t name_count;
    uint32_t *name_words;
    size_t name_word_count;
    struct sieve_join *joins;
    size_t join_count;
    struct birth *births; /* of invented entries */
    uint8_t *birth_counts;
};

/* Invented entries are numbered first, then those of lists. */
void sieve_init(struct sieve *out, const struct screen_bench *bench);

/* Of the vocabulary, for one query: a bit for each word. */
struct sieve_bits {
    uint64_t *alike;  /* like a word of the query */
    uint64_t *joined; /* like two of its words as one */
};
void sieve_bits_init(const struct sieve *sieve, struct sieve_bits *out);
void sieve_bits_find(const struct sieve *sieve,
                     const struct screen_query_made *query,
                     struct sieve_bits *out);

/* Whether a name must be scored. */
bool sieve_passes(const struct sieve *sieve, const struct sieve_bits *bits,
                  const struct screen_query_made *query,
                  const struct sieve_name *name);

#endif
