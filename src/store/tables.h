/*
 * Rows in memory, found by their ids: what one batch touches when folding into
 * a database, everything when rebuilding. The fold sees nothing else, so that
 * both ways take the same decisions.
 *
 * A row is seen as a pointer to its numbers, good until the next row is added
 * to (or found in) the same table. Its texts are one piece of memory with a NUL
 * after each but the last, since no text of an event holds a NUL.
 */
#ifndef STORE_TABLES_H
#define STORE_TABLES_H

#include "base/err.h"
#include "store/shape.h"

/* Most rows of one table, and bytes of text, that a single event adds. */
#define TABLES_SPARE_ROWS 8
#define TABLES_SPARE_BYTES 8192

#define TABLES_TEXT_SIZE_MAX 4096 /* of one row: a document has half of it */

/* Of a hash table; small, since it is looked at where no row is wanted. */
struct slot {
    uint32_t mark; /* of the row's id */
    uint32_t row;  /* its number plus one; 0: empty */
};

struct memory {
    int64_t *rows; /* id, head, numbers; head see tables.c */
    struct slot *slots;
    uint32_t *changed; /* rows that differ from the database */
    size_t changed_count;
    size_t count; /* of rows, the free ones included */
    size_t capacity;
    size_t slot_count; /* a power of two, or 0 */
    size_t unused;     /* first free row plus one; 0: none */
    size_t stride;
    bool in_order; /* ids follow one another */
};

struct tables {
    struct memory memory[TABLE_COUNT];
    uint8_t *text;
    size_t text_used;
    size_t text_size;
    bool grows;
    enum err e; /* the first thing that went wrong, for ever */

    /* Where a row that is not in memory is looked for; NULL: nowhere.
     * ERR_NOT_FOUND when it is not there either. */
    enum err (*load)(void *context, enum table table, int64_t id,
                     struct row *out);
    /* Writes what was changed, so that all may be forgotten. With `load`. */
    enum err (*spill)(void *context);
    void *context;
};

/*
 * With room for `rows` rows in each table, fewer in those seldom used, and
 * `text_size` bytes of text, from the heap; `grows` says whether more is taken
 * when that is used up. ERR_LIMIT when there is not so much. tables_deinit()
 * gives all back.
 */
MUST_CHECK enum err tables_init(struct tables *tables, size_t rows,
                                size_t text_size, bool grows);
void tables_deinit(struct tables *tables);

/* Whether one more event is sure to fit; always when growing. */
bool tables_room(const struct tables *tables);

/* Makes room for one more event where there is none: no row may be held on to.
 * An error sticks. */
void tables_reserve(struct tables *tables);

/* Forgets all rows. */
void tables_clear(struct tables *tables);

/* NULL when there is no such row, or after a fault, which then sticks. */
int64_t *tables_find(struct tables *tables, enum table table, int64_t id);

/*
 * Has memory at hand soon for who will find the row: its slot, then the row
 * itself, then its text, each good for something once the one before has come.
 * To fetch many at once takes hardly longer than to fetch one.
 */
enum ahead { AHEAD_SLOT, AHEAD_ROW, AHEAD_TEXT };
#define AHEAD_COUNT 3
void tables_ahead(const struct tables *tables, enum table table, int64_t id,
                  enum ahead what);

/* Keeps the first error for tables_find() and fold_event() to give back. */
void tables_fail(struct tables *tables, enum err e);

/* The same for a row that will not be changed: it is copied, not kept. */
bool tables_peek(struct tables *tables, enum table table, int64_t id,
                 int64_t numbers[ROW_NUMBERS_MAX]);

/* A new row, its numbers 0, which must not exist. NULL: no room. */
int64_t *tables_add(struct tables *tables, enum table table, int64_t id,
                    struct bytes text);

/*
 * What makes a row of a hashed table the one that is meant: its text and the
 * first of its numbers. It stands at `home` or in one of the next places,
 * `step` apart, before the first free one.
 */
struct key {
    int64_t home;
    int64_t step;
    struct bytes text;
    const int64_t *numbers;
    size_t number_count;
};

/* The row with the key; NULL when there is none, or a fault, which sticks. */
int64_t *tables_match(struct tables *tables, enum table table,
                      const struct key *key);

/* The row with the key, made where there is none: then `*added`. NULL: a fault,
 * which sticks. */
int64_t *tables_hold(struct tables *tables, enum table table,
                     const struct key *key, bool *added);

/* To be said of a row whose numbers were changed. */
void tables_touch(struct tables *tables, enum table table, int64_t *numbers);

/* Also of a row that only the database has, or nobody. */
void tables_remove(struct tables *tables, enum table table, int64_t id);

int64_t tables_id(const int64_t *numbers);
/* The texts joined, borrowed until the next row with text is added. */
struct bytes tables_text(const struct tables *tables, const int64_t *numbers);
void tables_text_set(struct tables *tables, enum table table, int64_t *numbers,
                     struct bytes text);

/* Row number `at` of a table, `memory.count` of them, some of them free: then
 * false. */
bool tables_row(const struct tables *tables, enum table table, size_t at,
                struct row *out);

/* The same for the id alone, and to have the row at hand soon. */
bool tables_row_id(const struct tables *tables, enum table table, size_t at,
                   int64_t *id);
void tables_prefetch_row(const struct tables *tables, enum table table,
                         size_t at);

/*
 * For each of `memory.changed`: what must be done in the database, which then
 * counts as done. A row that is free by now needs nothing.
 */
enum row_change { ROW_SAME, ROW_WRITTEN, ROW_REMOVED };
enum row_change tables_take(struct tables *tables, enum table table, size_t at,
                            struct row *out);
void tables_taken(struct tables *tables, enum table table);

#endif
