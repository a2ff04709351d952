/*
 * What is known of a person, whether from a document at the booth, from a list
 * or from a question: names in any script, and what tells namesakes apart.
 * Everything but a name may be unknown. SCR 2.
 */
#ifndef SCREEN_PERSON_H
#define SCREEN_PERSON_H

#include "base/bytes.h"
#include "base/date.h"

/* The UN's list has 30 names for one person at most, OFAC's 60. */
#define PERSON_NAMES_MAX 256
#define PERSON_BIRTHS_MAX 32
#define PERSON_NATIONALITIES_MAX 16
#define PERSON_PLACES_MAX 16
#define PERSON_DOCUMENTS_MAX 64

enum name_quality {
    NAME_PRIMARY = 0,
    NAME_GOOD = 1, /* another name, sure to be the person's */
    NAME_WEAK = 2  /* "low quality": a nickname, a single word */
};

/*
 * One name, UTF-8 in any script. By its parts where they are known, else
 * `whole` alone. Names from an MRZ are ASCII, with blanks for fillers.
 */
struct person_name {
    struct bytes surname;
    struct bytes given_names;
    struct bytes whole;
    enum name_quality quality;
    bool truncated; /* possibly: it filled its field of an MRZ */
};

/* When somebody was born: a day (from = to), a month, a year, some years. Both
 * ends belong to it. */
struct birth {
    struct date from;
    struct date to;
    bool about; /* "approximately" */
};

struct person_document {
    struct bytes state;  /* 9303 code, or empty */
    struct bytes type;   /* "P", "I", "V" ...; or empty */
    struct bytes number; /* as written */
};

/* All arrays are borrowed. */
struct person {
    size_t name_count;
    const struct person_name *names;
    size_t birth_count;
    const struct birth *births;
    uint8_t sex; /* 'F', 'M', or 0: unknown or unspecified */
    size_t nationality_count;
    const struct bytes *nationalities; /* 9303 codes; Germany is D */
    size_t place_count;
    const struct bytes *places_of_birth; /* free text */
    size_t document_count;
    const struct person_document *documents;
};

/* "1974", "1974-08", "1974-08-12", and "1974-XX-XX", "1974-08-XX" as records
 * have it; empty or all X: `*known` is false. ERR_FORMAT for all else. */
MUST_CHECK enum err birth_parse(struct bytes text, struct birth *out,
                                bool *known);

#endif
