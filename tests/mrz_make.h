/*
 * Invented documents for tests: a random traveller's MRZ of any format, made
 * from fields by the layouts of Doc 9303 as plain text, without any code of
 * src/document/, and what reading it must give.
 */
#ifndef TESTS_MRZ_MAKE_H
#define TESTS_MRZ_MAKE_H

#include "document/mrz.h"
#include "test.h"

/* The day on which the travellers are read. */
#define MRZ_MAKE_TODAY ((struct civil){2026, 11, 23})

struct mrz_made {
    enum mrz_format format;
    size_t count;
    char text[MRZ_LINES_MAX][MRZ_LINE_SIZE_MAX + 1];
    struct bytes lines[MRZ_LINES_MAX]; /* of `text`; made again by refresh */
    bool long_number;
    bool other_convention;
    /* The fields, as strings; dates as they are shown. */
    char number[32];
    char surname[40];
    char given_names[40];
    char nationality[4];
    char optional_1[20];
    char optional_2[20];
    char birth[11];
    char expiry[11];
    char sex;
};

/* A document without fault; its notes are told by the members. */
void mrz_make(struct test_random *random, enum mrz_format format,
              struct mrz_made *out);

/* The check digit of a string, as the standard's four steps say it. */
char mrz_make_check(const char *text);

/* Lets `lines` point to `text` again, after a copy. */
void mrz_made_refresh(struct mrz_made *made);

/* Whether reading has given every field of `made`. */
void mrz_made_assert(const struct mrz_made *made, const struct mrz *mrz);

/* Whether a fault of the code is among those found. */
bool mrz_has_fault(const struct mrz *mrz, enum mrz_code code);

#endif
