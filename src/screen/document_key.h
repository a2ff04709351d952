/*
 * A document as screening compares it: its state, kind and number without what
 * readers and lists write differently. SCR 6.1 to 6.3.
 */
#ifndef SCREEN_DOCUMENT_KEY_H
#define SCREEN_DOCUMENT_KEY_H

#include "screen/person.h"

#define DOCUMENT_KEY_STATE_SIZE 3
#define DOCUMENT_KEY_NUMBER_SIZE_MAX 64

/* The digits in which the two ends of a range may differ: numbers on blanks
 * have nine characters. It bounds what a range takes of an index. */
#define DOCUMENT_KEY_OPEN_MAX 18

/*
 * state   its letters, then zeros; all zeros: not known
 * kind    'P' passport, 'I' identity card, 'V' visa; 0: not known or another
 * number  capitals, digits and what is not ASCII; no letter O
 */
struct document_key {
    uint8_t state[DOCUMENT_KEY_STATE_SIZE];
    uint8_t kind;
    uint8_t size;
    uint8_t number[DOCUMENT_KEY_NUMBER_SIZE_MAX];
};

/* False when no number is left, or one longer than any document's: it is then
 * looked for nowhere. */
bool document_key_read(const struct person_document *document,
                       struct document_key *out);

/* Numbers that follow one another: `first.number` up to the number whose last
 * `open` characters are `last`, all of them digits. */
struct document_range {
    struct document_key first;
    uint8_t open;
    uint64_t from; /* the open digits of both ends as numbers */
    uint64_t to;
};

/*
 * The documents from `first` to `number_to`; an empty `number_to` is `first`
 * alone (`open` is 0). ERR_FORMAT: no number; or the two are of different
 * length, differ in more than their last digits, or run down.
 */
MUST_CHECK enum err document_range_read(const struct person_document *first,
                                        struct bytes number_to,
                                        struct document_range *out);

/* Whether a document is the listed one, or one of the listed range. What one
 * side does not know (its state, its kind) does not tell them apart. */
bool document_range_holds(const struct document_range *listed,
                          const struct document_key *document);

#endif
