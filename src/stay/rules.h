/*
 * Rules of stay as data: who may stay how long, by nationality, by visa, by
 * residence permit, from when to when; and what they say of one traveller's
 * trips. STY 4, 5.
 *
 * A rules file is text, signed and distributed like a list; = {0} knows the
 * one rule 90/180 for all but own nationals.
 */
#ifndef STAY_RULES_H
#define STAY_RULES_H

#include "stay/stay.h"

#define STAY_RULES_MAX 1024

struct stay_rules;

/* The visa or permit that the traveller shows, as far as it is known. */
enum stay_title { STAY_TITLE_NONE, STAY_TITLE_VISA, STAY_TITLE_PERMIT };
struct stay_permit {
    enum stay_title title;
    struct bytes type; /* of a visa: "A", "C", "D"; of a permit: its code */
    bool has_valid;
    struct date valid_from;
    struct date valid_to;
    uint16_t entries_max; /* 0: any number */
    uint16_t days_max;    /* 0: as the rule has it */
};

struct stay_traveller {
    struct bytes nationality; /* 9303 code */
    struct bytes country;     /* own, ISO 3166-1 alpha-3 */
    struct bytes document_code;
    struct stay_permit permit;
};

enum stay_status {
    STAY_FREE,     /* own nationals, residents: no limit counted */
    STAY_WITHIN,   /* days are left */
    STAY_OVER,     /* too long already */
    STAY_NO_TITLE, /* needs a visa or permit and shows none */
    STAY_NOT_VALID /* the title is not valid yet, or any more, or used up */
};

struct stay_verdict {
    enum stay_status status;
    struct bytes rule; /* which one: its name, borrowed from the rules */
    struct stay_limit limit;
    struct stay_answer answer; /* when a limit was counted */
    /* Crossings that had to be assumed: an exit or an entry is missing. */
    uint32_t exits_missing;
    uint32_t entries_missing;
};

/* A crossing on its calendar day in the country's zone, oldest first. */
struct stay_crossing {
    struct date day;
    bool exit;
};

/*
 * What the rules say of a traveller on a date: trips are made of the crossings
 * (STY 2), the rule is found (STY 4), and days are counted (STY 3). `rules`
 * NULL: 90/180 for all but own nationals. ERR_LIMIT.
 */
struct stay_question {
    const struct stay_rules *rules;
    struct stay_traveller traveller;
    size_t crossing_count;
    const struct stay_crossing *crossings;
    struct date on;
};
MUST_CHECK enum err stay_judge(const struct stay_question *question,
                               struct arena *arena, struct stay_verdict *out);

#endif
