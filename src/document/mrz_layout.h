/*
 * Where each format keeps its fields, and which characters may stand there.
 * Private to document/. DOC chapter 2 and 3.1.
 */
#ifndef DOCUMENT_MRZ_LAYOUT_H
#define DOCUMENT_MRZ_LAYOUT_H

#include "document/mrz.h"

enum place {
    PLACE_CODE,
    PLACE_STATE,
    PLACE_NUMBER,
    PLACE_NUMBER_CHECK,
    PLACE_NATIONALITY,
    PLACE_BIRTH,
    PLACE_BIRTH_CHECK,
    PLACE_SEX,
    PLACE_EXPIRY,
    PLACE_EXPIRY_CHECK,
    PLACE_OPTIONAL_1,
    PLACE_OPTIONAL_1_CHECK,
    PLACE_OPTIONAL_2,
    PLACE_SURNAME, /* the whole name where PLACE_GIVEN is absent */
    PLACE_GIVEN,
    PLACE_COMPOSITE
};

#define PLACE_COUNT (PLACE_COMPOSITE + 1)

/* `line` and `at` count from 0; a `size` of 0 means that there is none. */
struct span {
    uint8_t line;
    uint8_t at;
    uint8_t size;
};

#define COMPOSED_SPANS_MAX 4

struct mrz_layout {
    uint8_t line_count;
    uint8_t line_size;
    bool long_number; /* the number may go on in the optional data */
    struct span places[PLACE_COUNT];
    /* What the composite check digit covers, in order; unused ones are 0. */
    struct span composed[COMPOSED_SPANS_MAX];
};

/* Sets of characters; a byte outside all of them is foreign to every MRZ. */
#define CLASS_DIGIT 1
#define CLASS_LETTER 2
#define CLASS_FILLER 4
#define CLASS_PRINTABLE 8 /* other printable ASCII */
#define CLASS_NUMBER (CLASS_DIGIT | CLASS_LETTER | CLASS_FILLER)

extern const uint8_t MRZ_CLASS[256]; /* each byte's one class, or 0 */
extern const uint8_t MRZ_VALUE[256]; /* 0 to 35 as in 9303-3 section 4.9 */

/* By enum place: what may stand there and which member it belongs to. */
extern const uint8_t PLACE_CLASS[PLACE_COUNT];
extern const uint8_t PLACE_FIELD[PLACE_COUNT]; /* enum mrz_field */

/* By enum mrz_format; MRZ_NONE is all zeros. */
extern const struct mrz_layout MRZ_LAYOUTS[MRZ_FRA_ID + 1];

/* The format by number and size of lines and their first characters. */
enum mrz_format mrz_format_of(const struct bytes *lines, size_t count);

/*
 * How many characters of the optional data belong to a document number of more
 * than nine characters, its check digit included; 0 when it is not long.
 */
size_t mrz_number_rest(const struct mrz_layout *layout,
                       const struct bytes *lines);

#endif
