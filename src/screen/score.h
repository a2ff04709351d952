/*
 * How much two persons look like one, and why. SCR 4.
 *
 * The score is made from names first, then raised or lowered by birth, sex,
 * nationality, place and documents. The same pair gives the same score in
 * `kufi match`, `kufi screen` and at the booth.
 */
#ifndef SCREEN_SCORE_H
#define SCREEN_SCORE_H

#include "screen/person.h"

#define SCORE_MAX 1000
/* From which on a hit is shown, unless a list says otherwise. SCR 4.9 */
#define SCORE_THRESHOLD_DEFAULT 700
#define SCORE_REASONS_MAX 8

/*
 * Why a score is what it is. The numbers are recorded in inspections and never
 * given a new meaning. SCR 4.10
 */
enum score_reason {
    REASON_NONE = 0,
    REASON_DOCUMENT_SAME = 1,
    REASON_NAME_SAME = 2, /* of names whose parts are not known, or all of it */
    REASON_NAME_SPELLING = 3,
    REASON_NAME_TYPING = 4,
    REASON_NAME_SHORTENED = 5,
    REASON_NAME_INITIAL = 6,
    REASON_NAME_OTHER = 7,
    REASON_NAME_JOINED = 8,
    REASON_NAME_MISSING = 9, /* one has words that the other has not */
    REASON_NAME_ORDER = 10,
    REASON_NAME_COMMON = 11, /* what they share is shared by many */
    REASON_SURNAME_SAME = 12,
    REASON_SURNAME_SPELLING = 13,
    REASON_SURNAME_TYPING = 14,
    REASON_SURNAME_SHORTENED = 15,
    REASON_SURNAME_INITIAL = 16,
    REASON_SURNAME_OTHER = 17,
    REASON_GIVEN_SAME = 18,
    REASON_GIVEN_SPELLING = 19,
    REASON_GIVEN_TYPING = 20,
    REASON_GIVEN_SHORTENED = 21,
    REASON_GIVEN_INITIAL = 22,
    REASON_GIVEN_OTHER = 23,
    REASON_BORN_SAME_DAY = 24,
    REASON_BORN_SWAPPED = 25, /* day and month */
    REASON_BORN_DIGIT = 26,   /* one digit is another */
    REASON_BORN_WITHIN = 27,  /* the year or the years of the other */
    REASON_BORN_ABOUT = 28,
    REASON_BORN_OTHER_DAY = 29, /* of the same year */
    REASON_BORN_NEAR = 30,      /* one or two years apart */
    REASON_BORN_APART = 31,     /* three years or more */
    REASON_SEX_OTHER = 32,
    REASON_NATIONALITY_SAME = 33,
    REASON_NATIONALITY_OTHER = 34,
    REASON_PLACE_SAME = 35
};
#define SCORE_REASON_COUNT (REASON_PLACE_SAME + 1)

/* `reasons` are in the order of the names, then of what else is known. */
struct score {
    uint16_t points; /* 0 to SCORE_MAX */
    uint8_t reason_count;
    uint8_t reasons[SCORE_REASONS_MAX]; /* enum score_reason */
    uint16_t query_name;                /* which names of the two it was */
    uint16_t listed_name;
};

/* A stable word ("surname_spelling") and a sentence part for an officer
 * ("surname same in another spelling"); NULL for an unknown number. */
const char *score_reason_word(uint8_t reason);
const char *score_reason_text(uint8_t reason);

struct name;

/*
 * A person whose names have been read (name.h); what screening compares.
 * `names` has `person->name_count` items, in the same order.
 */
struct subject {
    const struct person *person;
    const struct name *names;
};

void score_persons(const struct subject *query, const struct subject *listed,
                   struct score *out);

#endif
