/*
 * A finding: one thing about a traveller that an officer should know, with its
 * evidence; and the words for its code. INS 1, 2.
 */
#ifndef INSPECT_FINDING_H
#define INSPECT_FINDING_H

#include "base/bytes.h"
#include "base/err.h"
#include "record/name.h"

/* INS 2: what each means, how severe it is and what an officer does next. The
 * words are recorded in inspections and never given a new meaning. */
enum finding_code {
    FINDING_UNREADABLE,       /* no machine readable zone */
    FINDING_CHECK_DIGIT,      /* bad check digit */
    FINDING_DOCUMENT_FAULT,   /* any other fault of the document */
    FINDING_EXPIRED,          /* the document has expired */
    FINDING_EXPIRES_SOON,     /* within 3 months of the stay: Art 6(1)(a) */
    FINDING_LISTED_DOCUMENT,  /* lost, stolen, revoked, invalid: a list says */
    FINDING_ALERT_DOCUMENT,   /* an alert on the document */
    FINDING_ALERT_NAME,       /* an alert or list on the person */
    FINDING_STAY_DAYS_LEFT,   /* N days of stay left */
    FINDING_OVERSTAY,         /* by N days */
    FINDING_NO_RIGHT_TO_STAY, /* no rule lets this traveller stay */
    FINDING_VISA_LIMIT,       /* entries or days of the visa are used up, or it
                                 is not valid yet or any more */
    FINDING_ALREADY_INSIDE,
    FINDING_EXIT_WITHOUT_ENTRY,
    FINDING_IMPOSSIBLE_TRAVEL,
    FINDING_REPEATED_SCAN, /* at another lane, undecided or just decided */
    FINDING_REFUSED_BEFORE,
    FINDING_EXIT_ORDER,         /* running */
    FINDING_EXIT_ORDER_OVERDUE, /* past its deadline */
    FINDING_NOT_ON_MANIFEST,
    FINDING_MINOR_ALONE,
    FINDING_CORRECTION_PENDING,  /* history was corrected or is incomplete */
    FINDING_PROBABLY_SAME,       /* as a traveller with another document */
    FINDING_OTHER_PERSON_BEFORE, /* the document was used by another person */
    FINDING_LISTS_OLD,           /* what the post knows is out of date */
    FINDING_NOT_CHECKED          /* lists or history could not be asked */
};
#define FINDING_COUNT (FINDING_NOT_CHECKED + 1)

enum severity { SEVERITY_NOTE = 0, SEVERITY_LOOK = 1, SEVERITY_REFER = 2 };
enum recommendation {
    RECOMMENDATION_CLEAR = 0,
    RECOMMENDATION_LOOK = 1,
    RECOMMENDATION_REFER = 2
};

/* What a record holds of it: REC 4.6 */
#define FINDING_EVIDENCE_SIZE_MAX 160

/*
 * `evidence` is a sentence for the officer; `number` the days, minutes, points
 * or years it speaks of, 0 where there is none; `hit` the number of the hit it
 * is about, or -1; `record` names another record when `has_record`.
 */
struct finding {
    enum finding_code code;
    enum severity severity;
    struct bytes evidence;
    int64_t number;
    int hit;
    bool has_record;
    struct record_name record;
};

/* String constants; the code, severity or recommendation must be one of its
 * enumeration. */
const char *finding_word(enum finding_code code);   /* "already_inside" */
const char *finding_title(enum finding_code code);  /* "Already inside" */
const char *finding_next(enum finding_code code);   /* what to do next */
const char *finding_clause(enum finding_code code); /* "INS 2.13" */
const char *severity_word(enum severity severity);  /* note, look, refer */
const char *recommendation_word(enum recommendation recommendation);

/* The code of a word that was recorded: ERR_NOT_FOUND for all others. */
MUST_CHECK enum err finding_parse(struct bytes word, enum finding_code *out);

#endif
