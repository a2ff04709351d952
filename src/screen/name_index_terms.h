/*
 * The different tokens of all names while an index is built, numbered by first
 * appearance, and the keys under which tokens like them will find them.
 */
#ifndef SCREEN_NAME_INDEX_TERMS_H
#define SCREEN_NAME_INDEX_TERMS_H

#include "screen/name_index_int.h"
#include "screen/token.h"

/*
 * count        names that have it
 * dense        its number among those whose postings have classes, or
 *              TERM_SPARSE; from name_index_plan() on, as what follows
 * postings_at  how many postings there are, then where the next one goes
 * alone_at     the same of names that have no other token, unless it is dense
 */
struct build_term {
    struct token token; /* of any part */
    uint16_t class;
    uint32_t hash;
    uint32_t count;
    uint32_t dense;
    uint32_t postings_at;
    uint32_t alone_at;
};

struct term_table {
    struct arena *arena;
    struct build_term *terms;
    size_t count;
    size_t room;
    uint32_t *slots; /* number of a term plus 1; 0 is free */
    size_t slot_count;
    size_t texts_size; /* of texts and folds */
    uint8_t initials[INITIAL_COUNT][INITIAL_SIZE];
};

/* ERR_LIMIT, as all here: the arena is spent. */
MUST_CHECK enum err term_table_init(struct term_table *table,
                                    struct arena *arena);

/* The number of a token, which is copied when it is new. */
MUST_CHECK enum err term_table_put(struct term_table *table,
                                   const struct token *token, uint32_t *number);

size_t term_table_key_count(const struct term_table *table);

/*
 * Files every term under its keys: `starts` has one u32 for each of the 2^bits
 * buckets (by the key's highest bits) and one more, `out` the low
 * bits of the key and the term of each, ordered within a bucket by both.
 * SCR 5.6
 */
void term_table_keys_write(const struct term_table *table, unsigned bits,
                           uint8_t *starts, uint8_t *out);

#endif
