/* Walks through the tables that several questions need. */
#ifndef STORE_READ_INT_H
#define STORE_READ_INT_H

#include "store/sqlite.h"

/* The rows of a table that stand at a home: person_home(), document_home(). */
struct walk {
    enum table table;
    int64_t last;
};

MUST_CHECK enum err walk_begin(struct store *store, struct walk *walk,
                               enum table table, int64_t home);

/* ERR_NOT_FOUND after the last. */
MUST_CHECK enum err walk_next(struct store *store, struct walk *walk,
                              struct row *out);

/* Down a traveller's crossings from `id`, newest first. */
struct chain {
    int64_t id;
    int64_t newer; /* the one before, if one was met */
    int64_t time_ms;
    bool met;
};

/* ERR_NOT_FOUND after the last; ERR_CORRUPT when it leads upwards. */
MUST_CHECK enum err chain_read(struct store *store, struct chain *chain,
                               struct row *out);

#endif
