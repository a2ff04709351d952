/*
 * The booth's question: all that is known of a traveller in; findings with
 * their evidence and clause, and a recommendation, out. A pure function; the
 * officer decides. INS.
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "base/arena.h"
#include "record/event.h"
#include "screen/screen.h"
#include "stay/rules.h"
#include "stay/stay.h"

/* More than there are kinds of findings, some of which come several times. */
#define INSPECT_FINDINGS_MAX 48
#define INSPECT_EVIDENCE_SIZE_MAX 160
/* Crossings looked at: what a window of stay and a year hold of a commuter. */
#define INSPECT_CROSSINGS_MAX 1000
#define INSPECT_SIMILAR_MAX 8
#define INSPECT_ORDERS_MAX 8

/* INS 2: what each means, how severe it is and what an officer does next. The
 * words are in finding_word(): "check_digit", "already_inside". */
enum finding_code {
    FINDING_UNREADABLE,       /* no machine readable zone */
    FINDING_CHECK_DIGIT,      /* bad check digit */
    FINDING_DOCUMENT_FAULT,   /* any other fault of the document */
    FINDING_EXPIRED,          /* the document has expired */
    FINDING_EXPIRES_SOON,     /* within 3 months of the stay's end: Art 6(1)(a) */
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
    FINDING_LISTS_OLD            /* what the post knows is out of date */
};
#define FINDING_COUNT (FINDING_LISTS_OLD + 1)

enum severity { SEVERITY_NOTE = 0, SEVERITY_LOOK = 1, SEVERITY_REFER = 2 };
enum recommendation {
    RECOMMENDATION_CLEAR = 0,
    RECOMMENDATION_LOOK = 1,
    RECOMMENDATION_REFER = 2
};

/*
 * `evidence` is a sentence for the officer, in the arena; `number` the days,
 * minutes, points or kilometres it speaks of, 0 where there is none; `hit` the
 * number of the hit it is about, or -1; `record` an index in this node's log
 * when `has_record`.
 */
struct finding {
    enum finding_code code;
    enum severity severity;
    struct bytes evidence;
    int64_t number;
    int hit;
    bool has_record;
    uint64_t record;
};

const char *finding_word(enum finding_code code);
const char *finding_title(enum finding_code code);  /* "Already inside" */
const char *finding_next(enum finding_code code);   /* what to do next */
const char *finding_clause(enum finding_code code); /* "INS 2.13" */
const char *severity_word(enum severity severity);  /* note, look, refer */
const char *recommendation_word(enum recommendation recommendation);

/* A place on the earth, in 1/10,000 of a degree, north and east positive. */
struct position {
    bool known;
    int32_t latitude;
    int32_t longitude;
};

/* The great circle, in kilometres, rounded down. Integers alone: INS 4.2 */
uint32_t position_distance_km(struct position a, struct position b);

/* A crossing as it stands after corrections, newest first. */
struct inspect_crossing {
    uint64_t index; /* its record */
    struct instant time;
    enum direction direction;
    enum decision decision;
    uint16_t reasons;
    bool late;
    bool corrected;
    bool other_document; /* not the one in hand */
    struct bytes lane;
    struct bytes place; /* empty: this post */
    struct position position;
};

struct inspect_order {
    uint64_t index;
    struct instant deadline;
    struct bytes reason;
};

/* A traveller of the store whom the one in hand may be. */
struct inspect_similar {
    int64_t person; /* of the store */
    uint16_t points;
    uint8_t reason_count;
    uint8_t reasons[SCORE_REASONS_MAX];
    bool inside;
    bool same_document; /* it was used by that traveller */
};

/* A hit and what an officer said of it before, about this person. */
enum settled { SETTLED_NOT, SETTLED_SAME, SETTLED_OTHER, SETTLED_UNSURE };
struct inspect_hit {
    struct screen_hit hit;
    enum settled settled;
};

enum manifest_state {
    MANIFEST_NOT_ASKED, /* no voyage was named */
    MANIFEST_UNKNOWN,   /* nothing is known of the voyage */
    MANIFEST_FOUND,
    MANIFEST_MISSING
};

struct inspect_input {
    /* The document in hand. */
    bool has_document;
    struct document document;
    size_t fault_count;
    const struct document_fault *faults;

    /* Here and now. */
    struct instant now;
    const struct zone *zone;
    enum direction direction;
    struct bytes country; /* own, ISO 3166-1 alpha-3 */
    struct bytes lane;
    struct position position;
    bool accompanied; /* by an adult: the officer says so */
    enum manifest_state manifest;
    bool lists_old;

    /* What is known. */
    size_t hit_count;
    const struct inspect_hit *hits;
    bool history_known; /* false: the store could not be asked */
    bool inside;
    size_t crossing_count;
    const struct inspect_crossing *crossings;
    bool has_scan; /* the last undecided one of the same person */
    struct instant scan_time;
    uint64_t scan_index;
    struct bytes scan_lane;
    size_t order_count;
    const struct inspect_order *orders;
    size_t similar_count;
    const struct inspect_similar *similar;

    /* Rules of stay; NULL: 90/180 for all but own nationals. */
    const struct stay_rules *rules;
};

struct inspect_answer {
    enum recommendation recommendation;
    size_t finding_count;
    struct finding findings[INSPECT_FINDINGS_MAX]; /* gravest first */
    bool has_stay;
    struct stay_verdict stay; /* stay/rules.h */
};

/* ERR_LIMIT: the arena is spent. */
MUST_CHECK enum err inspect(const struct inspect_input *in, struct arena *arena,
                            struct inspect_answer *out);

#endif
