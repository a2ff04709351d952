/*
 * The machine readable zone of a travel document: lines of OCR-B text in, a
 * struct of fields and a list of what is wrong with them out. ICAO Doc 9303
 * parts 3 to 7, and the French identity card issued until 2021.
 *
 * Parsing never fails and never corrects: what does not hold is a fault, and
 * the fields show what the lines say.
 */
#ifndef DOCUMENT_MRZ_H
#define DOCUMENT_MRZ_H

#include "base/bytes.h"
#include "base/date.h"
#include "base/writer.h"

#define MRZ_LINES_MAX 3
#define MRZ_LINE_SIZE_MAX 44
/* The longest field: the name of a TD3. */
#define MRZ_TEXT_SIZE_MAX 39
/* One of each code that a field can have, for all fields; see mrz.c. */
#define MRZ_FAULTS_MAX 32

enum mrz_format {
    MRZ_NONE, /* the lines are no MRZ: no field means anything */
    MRZ_TD1,
    MRZ_TD2,
    MRZ_TD3,
    MRZ_MRV_A,
    MRZ_MRV_B,
    MRZ_FRA_ID
};

enum mrz_code {
    MRZ_BAD_LENGTH,                /* DOC 2.1 */
    MRZ_BAD_CHARACTERS,            /* DOC 2.3, 3.1 */
    MRZ_BAD_LAYOUT,                /* DOC 2.1 */
    MRZ_BAD_CHECK_DIGIT,           /* DOC 4.2 to 4.4 */
    MRZ_BAD_COMPOSITE_CHECK_DIGIT, /* DOC 4.5 */
    MRZ_BAD_DATE,                  /* DOC 5.1 to 5.4 */
    MRZ_BAD_SEX,                   /* DOC 3.6 */
    MRZ_BAD_DOCUMENT_CODE,         /* DOC 3.2 */
    MRZ_BAD_NAME,                  /* DOC 6.1 */
    /* Notes: they leave the MRZ valid. */
    MRZ_NOTE_UNKNOWN_STATE,               /* DOC 3.3 */
    MRZ_NOTE_POSSIBLY_TRUNCATED,          /* DOC 6.3 */
    MRZ_NOTE_OTHER_CHECK_DIGIT_CONVENTION /* DOC 4.4 */
};

/* The member of the JSON object that a fault is about. */
enum mrz_field {
    MRZ_OF_FORMAT, /* the whole MRZ */
    MRZ_OF_DOCUMENT_CODE,
    MRZ_OF_ISSUING_STATE,
    MRZ_OF_DOCUMENT_NUMBER,
    MRZ_OF_SURNAME,
    MRZ_OF_GIVEN_NAMES,
    MRZ_OF_NATIONALITY,
    MRZ_OF_DATE_OF_BIRTH,
    MRZ_OF_SEX,
    MRZ_OF_DATE_OF_EXPIRY,
    MRZ_OF_OPTIONAL_DATA_1,
    MRZ_OF_OPTIONAL_DATA_2
};

/* `line` and `column` count from 1; `clause` is a string constant. */
struct mrz_fault {
    enum mrz_code code;
    enum mrz_field field;
    uint8_t line;
    uint8_t column;
    const char *clause;
};

/* Printable ASCII; fillers inside are blanks, those at both ends are gone. */
struct mrz_text {
    uint8_t size;
    uint8_t b[MRZ_TEXT_SIZE_MAX];
};

/*
 * A date whose parts may be unknown: a part is 0 then. `present` is false, and
 * the parts are 0, when the format has no such field or it holds no date.
 */
struct mrz_date {
    bool present;
    int16_t year;
    uint8_t month;
    uint8_t day;
};

#define MRZ_DATE_TEXT_SIZE 10 /* 1974-XX-XX */

struct mrz {
    enum mrz_format format;
    struct date today; /* the reading date */
    bool valid;        /* no fault but notes */
    bool name_possibly_truncated;
    uint8_t sex; /* 'F', 'M', 'X' (unspecified), or 0 when none of them */
    struct mrz_text document_code;
    struct mrz_text issuing_state; /* as printed: "D", "UTO" */
    struct mrz_text document_number;
    struct mrz_text surname;
    struct mrz_text given_names;
    struct mrz_text nationality;
    struct mrz_text optional_data_1;
    struct mrz_text optional_data_2;
    struct mrz_date date_of_birth;
    struct mrz_date date_of_expiry;
    uint8_t fault_count;
    struct mrz_fault faults[MRZ_FAULTS_MAX];
};

/*
 * Reads the lines, without their line ends, into `out`; every member is
 * written but the faults past `fault_count`. Lines of any number, length and
 * content are taken.
 *
 * today  the reading date, by which two digits of a year find their century
 */
void mrz_parse(const struct bytes *lines, size_t count, struct date today,
               struct mrz *out);

/* Whether a fault of this code leaves the MRZ valid. */
bool mrz_code_is_note(enum mrz_code code);

/* The names of the contract: "TD1", "check_digit", "document_number". */
const char *mrz_format_name(enum mrz_format format); /* NULL for MRZ_NONE */
const char *mrz_code_name(enum mrz_code code);
const char *mrz_field_name(enum mrz_field field);

/* The text, borrowed for as long as `text` lives. */
struct bytes mrz_text_bytes(const struct mrz_text *text);

/* MRZ_DATE_TEXT_SIZE characters, "1974-XX-XX"; the date must be present. */
void mrz_date_write(struct writer *w, struct mrz_date date);

/* True, and `out` written, when every part of the date is known. */
bool mrz_date_civil(struct mrz_date date, struct civil *out);

#endif
