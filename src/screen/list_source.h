/*
 * Other people's lists in, entries of ours out, one after another and in
 * bounded memory. One file of this folder per source; what all of them need is
 * in list_draft.h, text.h, csv.h and xml.h. SCR 3.
 */
#ifndef SCREEN_LIST_SOURCE_H
#define SCREEN_LIST_SOURCE_H

#include "base/arena.h"
#include "screen/list.h"

/* OFAC's list has four files; nobody else has as many. */
#define LIST_INPUTS_MAX 8

/* What reading any source needs of memory, whatever the size of its files. */
#define LIST_SOURCE_ARENA_SIZE ((size_t)112 << 20)

/*
 * A file as the caller hands it down. `read_at` reads until `size` bytes or
 * the end of the file.
 *
 * name  the last part of its path: OFAC's files are known by it
 */
struct list_input {
    struct bytes name;
    enum err (*read_at)(void *context, uint64_t at, uint8_t *out, size_t size,
                        size_t *got);
    void *context;
};

/*
 * Why and where a source was refused. `fault.at` is the byte of the file
 * nearest to it.
 *
 * input  which file
 * line   1-based; 0 when it is not known
 * field  column or element, a constant; NULL when it is about none
 */
struct list_fault {
    struct fault fault;
    size_t input;
    uint64_t line;
    const char *field;
};

/* Where an entry begins: in which file, in which line, at which byte. */
struct list_place {
    size_t input;
    uint64_t line;
    uint64_t at;
};

/* What was left out, and counted, since a list is better without it than
 * refused: SCR 3.3. */
enum list_loss {
    LOSS_BIRTH,    /* a date of birth that cannot be read */
    LOSS_COUNTRY,  /* a country that is not known */
    LOSS_NUMBER,   /* a document's number longer than any MRZ has */
    LOSS_SURPLUS,  /* more names, dates ... than an entry may have */
    LOSS_CUT,      /* a remark or place longer than its bound */
    LOSS_ORPHAN,   /* another name of an entry that is not there */
    LOSS_NAMELESS, /* an entry without a name */
    LOSS_UNMARKED  /* a file without the mark at its end */
};
#define LOSS_COUNT (LOSS_UNMARKED + 1)

/* "dates of birth that cannot be read". */
const char *list_loss_text(enum list_loss loss);

/*
 * The caller fills the first group; list_source_read() the second.
 *
 * arena  LIST_SOURCE_ARENA_SIZE of memory that costs only what is touched
 * emit   takes an entry, borrowed for the call. Its reference may be empty in a
 *        list of csv, where there is none. ERR_CONFLICT: the reference was
 *        there before; all else but OK ends the reading and is returned
 */
struct list_reading {
    size_t input_count;
    const struct list_input *inputs;
    struct arena *arena;
    enum err (*emit)(void *context, const struct list_entry *entry);
    void *context;

    struct list_place place; /* of the entry that is emitted */
    bool has_date;
    struct date date;
    uint64_t losses[LOSS_COUNT];
    struct list_fault fault;
};

/*
 * Reads all of a list. The same files in any order give the same entries in
 * the same order.
 *
 * ERR_FORMAT, ERR_SHORT (cut), ERR_LIMIT, ERR_CONFLICT (twice the same
 * reference) with `fault`; what `read_at` and `emit` say.
 */
MUST_CHECK enum err list_source_read(struct list_reading *reading,
                                     enum list_source source);

/* The source that the beginning of a file looks like; false when like none. */
bool list_source_guess(struct bytes start, enum list_source *out);

#endif
