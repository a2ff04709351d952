/*
 * The file of a name index, for those who write and read it. SCR 5.3 to 5.10
 * have it byte by byte; all integers are big-endian.
 */
#ifndef SCREEN_NAME_INDEX_INT_H
#define SCREEN_NAME_INDEX_INT_H

#include <string.h>

#include "screen/name.h"
#include "screen/name_index.h"

#define NAME_INDEX_MAGIC "KUFINAME"
#define NAME_INDEX_VERSION 3
#define NAME_INDEX_SUM_AT 144 /* of the rest, then of the head before it */
#define NAME_INDEX_HEAD_SIZE 160

/* Sections, in the order in which they follow the head. */
enum name_index_sections {
    SECTION_TERMS,      /* TERM_SIZE, and one more for where the last ends */
    SECTION_TEXTS,      /* text and fold of each term */
    SECTION_KEY_STARTS, /* u32: where a bucket of keys begins, and one more */
    SECTION_KEYS,       /* u16 end of a key, u32 term */
    SECTION_INITIALS, /* a bit for each class, for each letter: INITIAL_SIZE */
    SECTION_DENSE,    /* CLASS_STARTS u32 for each dense term */
    SECTION_POSTINGS, /* u32 rank; PARTNERED_UNITS */
    SECTION_DAYS,   /* i32 day, u32 its first rank; and one where nobody's begin
                     */
    SECTION_PLACES, /* u32 for each rank: its record, in units of 4 bytes */
    SECTION_RECORDS, /* bytes */
    SECTION_COUNT
};

/*
 * Who has a term that many names have is found by another of their terms too:
 * its postings are in classes of that other one. The last class is of names
 * that have no other.
 */
#define CLASS_COUNT 4096
#define CLASS_ALONE CLASS_COUNT
#define CLASS_STARTS (CLASS_COUNT + 2)
#define DENSE_POSTINGS_MIN 4096

/*
 * Of a term that few have, the classes of the other words, two of 16 bits, go
 * with each rank: a unit more. CLASS_ANY: there are more than two.
 */
#define PARTNERED_UNITS 2
#define CLASS_ANY CLASS_COUNT
#define CLASS_NONE (CLASS_COUNT + 1)

#define TERM_SIZE 44 /* name_index_pack.h */
#define KEY_SIZE 6
#define DAY_SIZE 8
/* A row for the low five bits of a letter: of which classes are words that
 * begin with it. */
#define INITIAL_COUNT 32
#define INITIAL_SIZE (CLASS_COUNT / 8)
#define TERM_SPARSE UINT32_MAX /* of `dense`: its postings have no classes */

/* Births before and after these are rare enough to be always looked at. */
#define BIRTH_YEAR_FIRST 1850
#define BIRTH_YEAR_LAST 2099
#define BIRTH_SLOT_FIRST (-43829) /* 1850-01-01 */
#define BIRTH_SLOT_LAST 47481     /* 2099-12-31 */
/* As if they were days: a year for births that are known about, then births
 * that are several or spread, then nobody's. */
#define BIRTH_ABOUT_FIRST (BIRTH_SLOT_LAST + 1)
#define BIRTH_WIDE_DAY                                                         \
    (BIRTH_ABOUT_FIRST + BIRTH_YEAR_LAST - BIRTH_YEAR_FIRST + 1)
#define BIRTH_NONE_DAY (BIRTH_WIDE_DAY + 1)
#define BIRTH_SLOT_COUNT (BIRTH_NONE_DAY - BIRTH_SLOT_FIRST + 1)

/* Loops over mapped sections are the search's inner ones, so these are here. */
static inline uint32_t
u32_at(const uint8_t *p)
{
    uint32_t value;

    memcpy(&value, p, sizeof(value));
    return __builtin_bswap32(value);
}

static inline uint64_t
u64_at(const uint8_t *p)
{
    uint64_t value;

    memcpy(&value, p, sizeof(value));
    return __builtin_bswap64(value);
}

static inline uint32_t
section_u32(const struct name_index_section *section, size_t index)
{
    return u32_at(section->p + index * 4);
}

/*
 * A number for text, the same everywhere; nobody gains by making many meet,
 * since whoever fills lists may as well fill them with longer ones.
 */
static inline uint32_t
text_hash(struct bytes text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < text.size; i++)
        h = (h ^ text.p[i]) * UINT64_C(0x100000001b3);
    h ^= h >> 29;
    h *= UINT64_C(0xbf58476d1ce4e5b9);
    return (uint32_t)(h >> 32);
}

/* The sum over a file's bytes from `from` on, eight at a time. SCR 5.4 */
uint64_t name_index_sum(struct bytes file, size_t from);

/* The slot of a person's births: its day, less BIRTH_SLOT_FIRST. SCR 5.8 */
uint32_t name_index_slot(const struct person *person);

#endif
