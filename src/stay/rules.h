/*
 * Rules of stay as data: who may stay how long, by nationality, document, visa
 * and residence permit, from when to when; and what they say of one traveller's
 * crossings. STY 4, 5.
 *
 * A rules file is text, signed and distributed like a list. Without one the one
 * rule is 90/180 for all but own nationals, who are free whatever a file says.
 */
#ifndef STAY_RULES_H
#define STAY_RULES_H

#include "stay/stay.h"

/* A rule for each nationality, and as many again; such a file has 100 KB. */
#define STAY_RULES_MAX 1024
#define STAY_GROUPS_MAX 64
#define STAY_RULES_SIZE_MAX 262144
#define STAY_RULES_ARENA_SIZE 262144 /* always enough to parse one */

struct stay_rules;

/*
 * Parses a rules file: STY 4. What is made lies in the arena and borrows from
 * `in` as long as it is used.
 *
 * ERR_SHORT: the file is cut; ERR_FORMAT: with the place and the clause;
 * ERR_LIMIT: larger than the bounds above, or the arena is spent.
 */
MUST_CHECK enum err stay_rules_parse(struct bytes in, struct arena *arena,
                                     const struct stay_rules **out,
                                     struct fault *fault);

size_t stay_rules_count(const struct stay_rules *rules);
/* The fewest days that some rule allows anybody, without a file 90: whoever has
 * stayed no longer than that is over by none. */
uint16_t stay_rules_days_min(const struct stay_rules *rules);

/* The day that the file says it is of. */
struct date stay_rules_date(const struct stay_rules *rules);

/* The visa or permit that the traveller shows, as far as it is known. */
enum stay_title { STAY_TITLE_NONE, STAY_TITLE_VISA, STAY_TITLE_PERMIT };
struct stay_permit {
    enum stay_title title;
    struct bytes type; /* of a visa: "A", "C", "D"; of a permit: its code */
    bool has_valid;
    struct date valid_from; /* both days belong to it; from is not after to */
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
    STAY_WITHIN,   /* days are left, this one counted */
    STAY_OVER,     /* the date is, or would be, a day too many */
    STAY_NO_TITLE, /* no rule lets the traveller stay without a title */
    STAY_NOT_VALID /* the title is not valid: `title_fault` says why */
};
const char *stay_status_word(enum stay_status status); /* "within" */

/* What is wrong with the title shown. STY 5.3 */
enum stay_title_fault {
    STAY_TITLE_GOOD,
    STAY_TITLE_NOT_YET,
    STAY_TITLE_EXPIRED,
    STAY_TITLE_ENTRIES_USED
};

struct stay_verdict {
    enum stay_status status;
    struct bytes rule; /* its name, borrowed from the rules; or empty */
    bool has_answer;   /* days were counted: the next two, and at_most */
    struct stay_limit limit;
    struct stay_answer answer;
    enum stay_title_fault title_fault;
    uint32_t entries_used; /* since the title became valid */
    /* Crossings that must have been and are not recorded. The answer counts
     * only days that are known; had the traveller never left while an exit is
     * missing, it would be `at_most`. STY 2.3 */
    uint32_t exits_missing;
    uint32_t entries_missing;
    struct stay_answer at_most; /* the answer itself when none is missing */
};

/* An admitted crossing on its calendar day in the country's zone. */
struct stay_crossing {
    struct date day;
    bool exit;
};

/*
 * What the rules say of a traveller on a date: the rule is found (STY 5.1),
 * trips are made of the crossings (STY 2), days are counted (STY 3) and the
 * title is looked at (STY 5.3). `rules` NULL: there is no file.
 *
 * crossings   oldest first; those after the date are left out of account
 *
 * Borrows room from the arena, about 100 bytes for each crossing, and gives it
 * back. ERR_LIMIT: it is spent, or more than STAY_TRIPS_MAX crossings.
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
