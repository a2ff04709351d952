/*
 * Single alerts in force, in memory: found by document and by name as entries
 * of lists are. SCR 1.1, 1.3.
 */
#ifndef SCREEN_ALERTS_H
#define SCREEN_ALERTS_H

#include "record/event.h"
#include "screen/document_index.h"
#include "screen/name_index.h"
#include "screen/screen.h"

struct script;

/* More than a country puts by hand. What is there by the million is a list. */
#define ALERTS_MAX 65536
/* What they take of an arena: an index of names has a fixed part. */
#define ALERTS_MEMORY(count) ((size_t)(16 << 20) + (size_t)(count)*8192)

/* An alert as it was recorded; `entry` is the name of that record. */
struct alert_record {
    struct bytes entry;
    const struct alert_put *put;
};

/* One in force. Persons have names; documents a range of one. */
struct alert {
    struct bytes entry;
    const struct alert_put *put;
    struct person person;
    bool has_expiry;
    struct date expiry;
};

struct alerts {
    size_t count;
    struct alert *alerts; /* in the order of the records */
    bool has_names;
    struct name_index names; /* entries are numbers of alerts */
    bool has_documents;
    struct document_index documents;
};

/*
 * records  borrowed, with their texts, as long as the alerts are used; at most
 *          ALERTS_MAX
 * script   as name_read() takes it
 * arena    where all that is kept is taken from
 * scratch  empty; what it takes is needed for the call alone
 *
 * ERR_LIMIT an arena is spent, or there are too many; ERR_FORMAT a record is
 * not as event_parse() gives it
 */
MUST_CHECK enum err alerts_build(const struct alert_record *records,
                                 size_t count, const struct script *script,
                                 struct arena *arena, struct arena *scratch,
                                 struct alerts *out);

#endif
