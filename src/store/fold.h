/*
 * What an event does to the tables: all decisions of the store, whether one
 * batch is folded into a database or a whole log in memory. STO 3
 */
#ifndef STORE_FOLD_H
#define STORE_FOLD_H

#include "record/event.h"
#include "store/person.h"
#include "store/tables.h"

/* A record as an id: its node's number and its index, at most STORE_INDEX_MAX;
 * and back. */
int64_t record_id(int64_t node, uint64_t index);
int64_t record_node(int64_t id);
uint64_t record_index(int64_t id);

/* Whose log an entry is of. */
struct fold_source {
    int64_t node; /* its number: 0 the own one */
    struct bytes name;
    enum seen_role role; /* of another node */
    int64_t day;         /* of the own log, in UTC: of another's entries */
    struct instant now;  /* likewise */
};

/* The event's key, absent or not; NULL when its type has none. */
const struct request_key *fold_request_key(const struct event *event);

/* The document that crossed by this event; NULL when none did. */
const struct document *fold_document(const struct event *event);

/* What of the places the event's type calls for. */
struct places fold_places(const struct event *event);

/*
 * Folds one entry of a log whose node's row must be in the tables. `event` is
 * NULL for an erased entry; else `places` are fold_places() of it. ERR_LIMIT
 * past STORE_INDEX_MAX; else what stuck in the tables.
 */
MUST_CHECK enum err fold_event(struct tables *tables,
                               const struct fold_source *from, uint64_t index,
                               const struct event *event,
                               const struct places *places);

#endif
