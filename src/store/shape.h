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

#define ROW_NUMBERS_MAX 9
#define ROW_TEXTS_MAX 7

enum table {
    TABLE_NODE,
    TABLE_PERSON,
    TABLE_DOCUMENT,
    TABLE_CROSSING,
    TABLE_PENDING,
    TABLE_REQUEST,
    TABLE_TALLY,
    TABLE_COUNT
};

/* No row: where an id could stand. Ids are not negative. */
#define ROW_NONE (-1)

/* Whose log; `id` is the node's number, 0 the own one. */
enum { NODE_POSITION, NODE_INSIDE };
enum { NODE_NAME };

/* A traveller; `id` from the names, person_home(). The counts are those of
 * enum store_kind. `last` is the newest crossing, from which the others hang
 * by CROSSING_PREVIOUS; `admitted` the newest that was admitted. */
enum {
    PERSON_COUNTS,
    PERSON_LAST = 4,
    PERSON_LAST_MS,
    PERSON_ADMITTED,
    PERSON_ADMITTED_MS,
    PERSON_INSIDE
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
enum { CROSSING_LANE };

/* An inspection without a decision; `id` is the record's. */
enum { PENDING_TIME, PENDING_DIRECTION };

/* An idempotency key; `id` is the record's. */
enum { REQUEST_KEY_HIGH, REQUEST_KEY_LOW, REQUEST_HASH_HIGH, REQUEST_HASH_LOW };

/* Crossings in a quarter of an hour, of a kind and nationality; `id` from
 * them, tally_home(). */
enum { TALLY_CROSSINGS };
enum { TALLY_NATIONALITY };

struct shape {
    const char *name;
    const char *columns[ROW_NUMBERS_MAX + ROW_TEXTS_MAX]; /* numbers first */
    uint8_t number_count;
    uint8_t text_count;
};

extern const struct shape SHAPES[TABLE_COUNT];

/* A row by value; the texts are borrowed from where it was read. */
struct row {
    int64_t id;
    int64_t numbers[ROW_NUMBERS_MAX];
    struct bytes texts[ROW_TEXTS_MAX];
};

#endif
