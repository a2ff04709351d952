/*
 * Candidate search among millions of names: one immutable file beside a list,
 * mapped by all who screen. Finds every entry that score_persons() puts at or
 * above a threshold, without scoring all of them. SCR 5.
 *
 * Building: name_index_begin(), then each entry by name_index_add(), then
 * name_index_plan() says how large the file is, then name_index_write() fills
 * it. The same entries in the same order give the same bytes.
 */
#ifndef SCREEN_NAME_INDEX_H
#define SCREEN_NAME_INDEX_H

#include "base/arena.h"
#include "screen/score.h"

/* What numbers in the file have room for, with a wide margin. */
#define NAME_INDEX_NAMES_MAX (UINT32_C(1) << 30)
#define NAME_INDEX_SHA256_SIZE 32

/* ----- Building ----- */

struct name_index_builder {
    struct arena *arena;
    struct name_index_made *made;
};

/*
 * `arena` holds all that building needs until the file is written: give it
 * NAME_INDEX_MEMORY(names) of memory that costs only what is touched
 * (map_scratch() of os/). It is empty, and belongs to the builder meanwhile.
 * ERR_LIMIT.
 */
#define NAME_INDEX_MEMORY(names) ((size_t)(64 << 20) + (size_t)(names)*512)
MUST_CHECK enum err name_index_begin(struct name_index_builder *builder,
                                     struct arena *arena);

/*
 * One entry with at least one name. `entry` is given back with hits: its offset
 * in the list. Nothing is borrowed past the call. Documents are not kept: they
 * have an index of their own.
 *
 * ERR_LIMIT the arena is spent, or there are more names than
 * NAME_INDEX_NAMES_MAX
 */
MUST_CHECK enum err name_index_add(struct name_index_builder *builder,
                                   uint64_t entry,
                                   const struct subject *subject);

/* No more entries; `*size` is that of the file to write. ERR_LIMIT. */
MUST_CHECK enum err name_index_plan(struct name_index_builder *builder,
                                    size_t *size);

/*
 * Fills `out`, as large as was planned and zeroed, with the index of the list
 * whose SHA-256 is given.
 */
void name_index_write(struct name_index_builder *builder,
                      const uint8_t list_sha256[NAME_INDEX_SHA256_SIZE],
                      uint8_t *out);

/* ----- Searching ----- */

/* Items of one size, one after another in the file. */
struct name_index_section {
    const uint8_t *p;
    size_t count;
};

/* An index in mapped memory; `file` is borrowed as long as this is used. */
struct name_index {
    struct bytes file;
    size_t entry_count;
    size_t name_count;
    uint8_t list_sha256[NAME_INDEX_SHA256_SIZE];
    /* What follows is for this module alone: SCR 5.3. */
    size_t unborn_from;
    unsigned key_bits;
    struct name_index_section terms;
    struct name_index_section texts;
    struct name_index_section keys;
    struct name_index_section key_starts;
    struct name_index_section initials;
    struct name_index_section dense;
    struct name_index_section postings;
    struct name_index_section days;
    struct name_index_section places;
    struct name_index_section records;
};

/*
 * Reads the head of a file and nothing else. Whatever is in the rest, no search
 * leaves the file's bounds: it answers ERR_CORRUPT or finds less.
 *
 * ERR_FORMAT no index, or of another version: build it anew
 * ERR_CORRUPT the head contradicts itself or the file's size
 */
MUST_CHECK enum err name_index_open(struct name_index *index,
                                    struct bytes file);

/* Reads all of the file: is it as it was built? ERR_CORRUPT. */
MUST_CHECK enum err name_index_verify(const struct name_index *index);

struct name_index_hit {
    uint64_t entry; /* as it was added */
    struct score score;
};

/* What a search did, for those who measure. */
struct name_index_work {
    uint64_t tokens;     /* of the vocabulary compared with the query's */
    uint64_t postings;   /* walked */
    uint64_t candidates; /* whose record was read */
    uint64_t scored;     /* by score_persons() */
};

/* So many hits are counted, or `max` of them, and no more. */
#define NAME_INDEX_COUNT_MAX ((size_t)1000)

/*
 * Every entry that scores `threshold` or more, best first, then in the order
 * they were added: the first `max` of them, and how many there are in
 * `*count`, which may be more. When there are more than are counted, any of
 * those with equal points are among the last that are given. An entry comes
 * once, with the best of its names (score.listed_name). Its documents are not
 * looked at. What is needed meanwhile is taken from `arena`, and given back.
 *
 * work    what it took is added; or NULL
 * ERR_LIMIT the arena is spent: NAME_INDEX_ARENA_SIZE is enough for a list of
 * any size
 * ERR_CORRUPT
 */
#define NAME_INDEX_ARENA_SIZE ((size_t)4 << 20)
struct name_index_question {
    const struct subject *query;
    uint16_t threshold; /* 1 or more */
    struct name_index_work *work;
};
MUST_CHECK enum err name_index_find(const struct name_index *index,
                                    const struct name_index_question *question,
                                    struct arena *arena,
                                    struct name_index_hit *out, size_t max,
                                    size_t *count);

#endif
