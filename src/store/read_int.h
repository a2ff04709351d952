/* Walks through the tables that several questions need. */
#ifndef STORE_READ_INT_H
#define STORE_READ_INT_H

#include "store/known.h"
#include "store/sqlite.h"

/* The node's own row. */
MUST_CHECK enum err read_node(struct store *store, struct row *row);

/* The name of a node, read once: it never changes. */
struct node_name {
    uint8_t size;
    uint8_t p[NODE_NAME_SIZE_MAX];
};

/* A row's id as the record's name; ERR_CORRUPT when there is no such node. */
MUST_CHECK enum err read_record(struct store *store, int64_t id,
                                struct record_name *out);

/* And back: ERR_NOT_FOUND when no node of that name is known. */
MUST_CHECK enum err read_record_id(struct store *store,
                                   const struct record_name *record,
                                   int64_t *id);

/* How many nodes there are; their numbers are below. */
MUST_CHECK enum err read_node_count(struct store *store, size_t *count);

/* The row's texts are borrowed from the arena from now on. */
MUST_CHECK enum err read_texts(struct row *row, enum table table,
                               struct arena *arena);

/* A row of lists or offers; its texts are borrowed from the arena. */
MUST_CHECK enum err read_list(struct store *store, struct row *row,
                              enum table table, struct arena *arena,
                              struct store_list *out);

/* The row with exactly these texts, which stands at `home` or in one of the
 * next places: ERR_NOT_FOUND. */
MUST_CHECK enum err read_match(struct store *store, enum table table,
                               int64_t home,
                               const struct bytes texts[ROW_TEXTS_MAX],
                               struct row *out);

/* Texts are borrowed from the row. */
struct store_person read_person(const struct row *row);

/* The rows of a table that stand at a home: person_home(), document_home(). */
struct walk {
    enum table table;
    int64_t last;
};

MUST_CHECK enum err walk_begin(struct store *store, struct walk *walk,
                               enum table table, int64_t home);

/* The same for all travellers of person_group(). */
MUST_CHECK enum err walk_group(struct store *store, struct walk *walk,
                               int64_t group);

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
