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
 * Why a score is what it is, in the order of weight. The numbers are recorded
 * in inspections and never given a new meaning.
 */
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
