/*
 * A listed name with what is known of its person, packed for scoring: a record
 * of an index. SCR 5.7 has it byte by byte.
 */
#ifndef SCREEN_NAME_INDEX_PACK_H
#define SCREEN_NAME_INDEX_PACK_H

#include "screen/name_index_int.h"

#define PACK_HEAD_SIZE 16
#define PACK_TOKEN_SIZE 6
#define PACK_BIRTH_SIZE 9
#define PACK_NATIONALITY_SIZE 3
/* More of a place is not compared. */
#define PACK_PLACE_SIZE_MAX 64
#define PACK_SIZE_MAX                                                          \
    (PACK_HEAD_SIZE + NAME_TOKENS_MAX * PACK_TOKEN_SIZE +                      \
     PERSON_BIRTHS_MAX * PACK_BIRTH_SIZE +                                     \
     PERSON_NATIONALITIES_MAX * PACK_NATIONALITY_SIZE +                        \
     PERSON_PLACES_MAX * (1 + PACK_PLACE_SIZE_MAX) + 4)

struct pack_source {
    uint64_t entry;
    uint16_t number; /* of the name among its entry's */
    const struct person *person;
    const struct name *name;
};

/* What is past the bounds of person.h is left out. Returns the size, a
 * multiple of 4. */
size_t pack_write(const struct pack_source *source, const uint32_t *terms,
                  uint8_t out[PACK_SIZE_MAX]);

/* Of a record that holds as many tokens as it says. */
static inline size_t
pack_token_count(const uint8_t *record)
{
    return record[11];
}

#define PACK_TRUNCATED 1

static inline bool
pack_truncated(const uint8_t *record)
{
    return record[12] == PACK_TRUNCATED;
}

static inline uint32_t
pack_token_term(const uint8_t *record, size_t index)
{
    return u32_at(record + PACK_HEAD_SIZE + index * PACK_TOKEN_SIZE);
}

/* The second byte from the end of a token: its part, and what it counts. */
#define PACK_PART_MASK 3
#define PACK_PARTICLE 4
#define PACK_INITIAL 8

static inline uint8_t
pack_token_flags(const uint8_t *record, size_t index)
{
    return record[PACK_HEAD_SIZE + index * PACK_TOKEN_SIZE + 4];
}

static inline uint8_t
pack_token_weight(const uint8_t *record, size_t index)
{
    return record[PACK_HEAD_SIZE + index * PACK_TOKEN_SIZE + 5];
}

/* Whether it does. */
static inline bool
pack_tokens_whole(struct bytes record)
{
    return record.size >= PACK_HEAD_SIZE && record.p[11] <= NAME_TOKENS_MAX &&
           (record.size - PACK_HEAD_SIZE) / PACK_TOKEN_SIZE >= record.p[11];
}

/* `person` points into the struct itself and into the record. */
struct pack_person {
    uint64_t entry;
    uint16_t number;
    struct name name;
    struct person person;
    struct person_name names[1];
    struct birth births[PERSON_BIRTHS_MAX];
    struct bytes nationalities[PERSON_NATIONALITIES_MAX];
    struct bytes places[PERSON_PLACES_MAX];
};

/* All but the name. ERR_CORRUPT. */
MUST_CHECK enum err pack_read_person(struct bytes record,
                                     struct pack_person *out);

/* The name, whose tokens come from the index's terms. The record holds as many
 * as it says. ERR_CORRUPT. */
MUST_CHECK enum err pack_read_name(const struct name_index *index,
                                   struct bytes record,
                                   struct pack_person *out);

/*
 * A term: a token whatever the part of the name, and where its postings begin.
 * Its text and its fold are at `text_at` of the texts.
 */
struct pack_places {
    uint32_t text_at;
    uint32_t alone_at;  /* of names without another term */
    uint32_t others_at; /* of the rest */
    uint32_t dense;     /* or TERM_SPARSE */
};
void pack_term_write(const struct token *token,
                     const struct pack_places *places, uint8_t out[TERM_SIZE]);

/* Of a term, in place. */
static inline uint64_t
pack_term_skeleton(const uint8_t *term)
{
    return u64_at(term + 16);
}

static inline uint64_t
pack_term_signs(const uint8_t *term)
{
    return u64_at(term + 24);
}

static inline uint32_t
pack_term_letters(const uint8_t *term)
{
    return u32_at(term + 32);
}

static inline uint8_t
pack_term_text_size(const uint8_t *term)
{
    return term[38];
}

static inline uint8_t
pack_term_fold_size(const uint8_t *term)
{
    return term[39];
}

static inline uint8_t
pack_term_kind(const uint8_t *term)
{
    return term[40];
}

/* The token of a term. ERR_CORRUPT. */
MUST_CHECK enum err pack_term(const struct name_index *index, uint32_t term,
                              enum token_part part, struct token *out);

#endif
