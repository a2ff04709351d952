/*
 * The rows of a table in memory in the order of their ids.
 */
#ifndef STORE_SORT_H
#define STORE_SORT_H

#include "store/tables.h"

/* How far ahead of being used a row is fetched from memory. */
#define SORT_AHEAD 8

struct sorted_row {
    int64_t id;
    size_t at;
};

struct sorted {
    struct sorted_row *items;
    struct sorted_row *spare;
    size_t count;
};

/* All rows but free ones; from the heap: ERR_LIMIT. */
MUST_CHECK enum err sort_rows(const struct tables *tables, enum table table,
                              struct sorted *out);
void sort_free(struct sorted *sorted);

#endif
