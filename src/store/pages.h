/*
 * Fills the empty tables of a fresh SQLite file with rows that are in the order
 * of their ids, page after page, as SQLite's file format has them; some ten
 * times as fast as inserting. Nobody else may have the file open.
 *
 * https://www.sqlite.org/fileformat2.html, sections 1.3, 1.6 and 2.1; STO 5.4
 */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "os/os.h"
#include "store/shape.h"

#define PAGE_SIZE STORE_PAGE_SIZE

/* A page and the largest id in it and below it. */
struct page_key {
    uint32_t page;
    int64_t id;
};

struct pages {
    struct os *os;
    struct file file;
    uint8_t *buffer; /* pages that follow one another, not yet written */
    uint32_t buffered;
    uint32_t next; /* page of the file after the last one */
    uint32_t roots[TABLE_COUNT];

    /* The table that is being written. */
    enum table table;
    uint8_t *leaf; /* the page that is being filled, in the buffer's end */
    size_t cells;
    size_t content; /* where its cells begin */
    int64_t last;   /* the last row's id */
    bool any;       /* there is one */
    struct page_key *keys;
    size_t key_count;
    size_t key_capacity;
    enum err e; /* the first thing that went wrong, for ever */
};

/*
 * `roots` are the pages where SQLite made the tables. Takes memory from the
 * heap: ERR_LIMIT when there is none. ERR_CORRUPT when the file is no SQLite
 * file of our page size.
 */
MUST_CHECK enum err pages_init(struct pages *pages, struct os *os,
                               struct file file,
                               const uint32_t roots[TABLE_COUNT]);
void pages_deinit(struct pages *pages);

/*
 * One table after another, in the order of enum table, each begun, filled and
 * ended. Ids must ascend.
 */
void pages_begin(struct pages *pages, enum table table);
void pages_row(struct pages *pages, const struct row *row);
void pages_end(struct pages *pages);

/* Writes what is left, and how many pages there are. Does not sync. The first
 * error of all. */
MUST_CHECK enum err pages_finish(struct pages *pages);

#endif
