/*
 * What the tables are: their columns, and the numbers under which the fold
 * knows them. Every table has the primary key `id`, a whole number, then
 * numbers, then texts. STO 2
 */
#ifndef STORE_SHAPE_H
#define STORE_SHAPE_H

#include "base/bytes.h"

/*
 * Bytes of a page of the file. Most commits touch one row here and one there,
 * and each time a whole page is written and summed: small ones make folding
 * twice as fast. The longest row still fits.
 */
#define STORE_PAGE_SIZE 1024

#define ROW_NUMBERS_MAX 14
#define ROW_TEXTS_MAX 11

enum table {
    TABLE_NODE,
    TABLE_PERSON,
    TABLE_DOCUMENT,
    TABLE_CROSSING,
    TABLE_PENDING,
    TABLE_REQUEST,
    TABLE_TALLY,
    TABLE_ALIKE,
    TABLE_LIST,
    TABLE_ALERT,
    TABLE_ALERT_NAME,
    TABLE_EXIT_ORDER,
    TABLE_ORDER_KEY,
    TABLE_SETTLED,
    TABLE_LINK,
    TABLE_MANIFEST,
    TABLE_OFFER,
    TABLE_INCIDENT,
    TABLE_ORDER_TAKEN,
    TABLE_COUNT
};

/* No row: where an id could stand. Ids are not negative. */
#define ROW_NONE (-1)

/* Whose log; `id` is the node's number, 0 the own one. Of the own one alone:
 * `inside` of all nodes; `lists`, the last record by which a list or an alert
 * came or went, plus one; the mode. Of the others alone: what follows `lists`
 * up to `withdrawn`, which is of `day`, and what follows the mode: the time of
 * the last event, or -1 where times come from outside. */
enum {
    NODE_POSITION,
    NODE_INSIDE,
    NODE_LISTS,
    NODE_ROLE,
    NODE_HOLES,
    NODE_CLOSED,
    NODE_REFUSED,
    NODE_DAY,
    NODE_WITHDRAWN,
    NODE_MODE,
    NODE_MODE_MS,
    NODE_MODE_RECORD,
    NODE_LAST_MS,
    NODE_UNTIMELY
};
enum { NODE_NAME, NODE_ORIGIN, NODE_MODE_REASON };

/* A traveller; `id` from the names, person_home(). The counts are those of
 * enum store_kind. `last` is the newest crossing, from which the others hang
 * by CROSSING_PREVIOUS; `admitted` the newest that was admitted; `link` the
 * newest link, from which the others hang. */
enum {
    PERSON_COUNTS,
    PERSON_LAST = 4,
    PERSON_LAST_MS,
    PERSON_ADMITTED,
    PERSON_ADMITTED_MS,
    PERSON_INSIDE,
    PERSON_LINK
};
enum {
    PERSON_SURNAME,
    PERSON_DATE_OF_BIRTH,
    PERSON_GIVEN_NAMES,
    PERSON_SEX,
    PERSON_NATIONALITY
};

/* A document as it was read once or often; `id` from number and state.
 * `left`: a correction took a crossing away from it. */
enum { DOCUMENT_PERSON, DOCUMENT_TRUNCATED, DOCUMENT_LEFT };
enum {
    DOCUMENT_STATE,
    DOCUMENT_NUMBER,
    DOCUMENT_FORMAT,
    DOCUMENT_CODE,
    DOCUMENT_EXPIRY,
    DOCUMENT_OPTIONAL_1,
    DOCUMENT_OPTIONAL_2
};

/* `id` is the record's: node << 48 | index. */
enum {
    CROSSING_TIME,
    CROSSING_PREVIOUS, /* the person's next older one */
    CROSSING_PERSON,
    CROSSING_DOCUMENT,
    CROSSING_DIRECTION,
    CROSSING_DECISION,
    CROSSING_REASONS_LATE, /* reasons << 1 | late */
    CROSSING_INSPECTION,
    CROSSING_CORRECTION
};
enum { CROSSING_LANE, CROSSING_PLACE };

/* An inspection without a decision; `id` is the record's. `scan` tells the
 * traveller, scan_mark(). */
enum { PENDING_TIME, PENDING_DIRECTION, PENDING_SCAN };
enum { PENDING_LANE };

/* An idempotency key; `id` is the record's. */
enum { REQUEST_KEY_HIGH, REQUEST_KEY_LOW, REQUEST_HASH_HIGH, REQUEST_HASH_LOW };

/* Crossings in a quarter of an hour, of a kind and nationality; `id` from
 * them, tally_home(). */
enum { TALLY_CROSSINGS };
enum { TALLY_NATIONALITY };

/* A traveller, found by birthday and first given name; `id` from alike_home().
 */
enum { ALIKE_PERSON };

/* The list of a name; `id` counts the names from 0. An offer has the same
 * columns; its `id`: the node's number << OFFER_SHIFT | a count of its names.
 */
enum {
    LIST_RECORD,
    LIST_IMPORTED_MS,
    LIST_ENTRIES,
    LIST_PERSONS,
    LIST_NAMES,
    LIST_DOCUMENTS,
    LIST_SIZE,
    LIST_SHRINK
};
enum { LIST_NAME, LIST_SOURCE, LIST_DATE, LIST_SHA256 };
#define OFFER_SHIFT 6

/* An alert in force; `id` is the record's. */
enum { ALERT_TIME, ALERT_KIND, ALERT_REASON, ALERT_NAMES };
enum {
    ALERT_STATE,
    ALERT_TYPE,
    ALERT_NUMBER,
    ALERT_SURNAME,
    ALERT_GIVEN_NAMES,
    ALERT_BORN,
    ALERT_SEX,
    ALERT_NATIONALITY,
    ALERT_ACTION,
    ALERT_OWNER,
    ALERT_EXPIRES
};

/* One of its other names; `id`: the alert's << ALERT_NAME_SHIFT | number. */
enum { ALERT_NAME_NAME };
#define ALERT_NAME_SHIFT 3

/* An order to leave, not withdrawn; `id` is the record's. */
enum { ORDER_TIME, ORDER_DEADLINE };
enum {
    ORDER_STATE,
    ORDER_NUMBER,
    ORDER_SURNAME,
    ORDER_DATE_OF_BIRTH,
    ORDER_GIVEN_NAMES,
    ORDER_SEX,
    ORDER_NATIONALITY,
    ORDER_REASON,
    ORDER_OWNER
};

/* By what an order is found; `id` from order_number_home(), order_name_home().
 * The order itself may be gone. */
enum { ORDER_KEY_ORDER };

/* An officer's last word on a hit of a traveller; `id` from settled_home(). */
enum { SETTLED_RECORD, SETTLED_TIME, SETTLED_ENTRY_HASH, SETTLED_VERDICT };
enum {
    SETTLED_SURNAME,
    SETTLED_DATE_OF_BIRTH,
    SETTLED_GIVEN_NAMES,
    SETTLED_SEX,
    SETTLED_NATIONALITY,
    SETTLED_LIST,
    SETTLED_ENTRY
};

/* Two travellers and whether they are one; `id` is the record's. The next older
 * link of each. */
enum {
    LINK_A,
    LINK_B,
    LINK_OLDER_A,
    LINK_OLDER_B,
    LINK_VERDICT,
    LINK_CORRECTION
};

/* A voyage, or a passenger of it by number or by name; `id` from
 * manifest_place(). */
enum { MANIFEST_RECORD };

/* An incident that is open; `id` is the record's. */
enum { INCIDENT_TIME };
enum { INCIDENT_CODE, INCIDENT_ORIGIN, INCIDENT_SUMMARY, INCIDENT_EVIDENCE };

/* An order of the custodians that was taken; `id` from its own. */
enum { ORDER_TAKEN_RECORD };

struct shape {
    const char *name;
    const char *columns[ROW_NUMBERS_MAX + ROW_TEXTS_MAX]; /* numbers first */
    uint8_t number_count;
    uint8_t text_count;
    bool seldom; /* few events touch it: little memory does */
};

extern const struct shape SHAPES[TABLE_COUNT];

/* A row by value; the texts are borrowed from where it was read. */
struct row {
    int64_t id;
    int64_t numbers[ROW_NUMBERS_MAX];
    struct bytes texts[ROW_TEXTS_MAX];
};

/* The texts of a row joined, and taken apart again. */
struct bytes texts_join(const struct bytes *texts, size_t count, uint8_t *out,
                        size_t out_size);
void texts_split(struct bytes text, size_t count, struct bytes *out);

#endif
