/*
 * The booth's question: all that is known of a traveller in; findings with
 * their evidence and clause, and a recommendation, out. A pure function; the
 * officer decides. INS.
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include "base/arena.h"
#include "inspect/finding.h"
#include "inspect/position.h"
#include "record/event.h"
#include "screen/screen.h"
#include "stay/rules.h"
#include "stay/stay.h"

/*
 * Bounds of one answer. Every code comes once at most, but those of hits, of
 * which each hit may have one: so all findings fit what is recorded (REC 4.6).
 */
#define INSPECT_FINDINGS_MAX 48
#define INSPECT_HITS_MAX 16
/* Crossings looked at: what a window of stay and a year hold of a commuter. */
#define INSPECT_CROSSINGS_MAX 1000
#define INSPECT_SIMILAR_MAX 8
#define INSPECT_ORDERS_MAX 8

/* What the rules of INS 2 are measured by. */
#define INSPECT_LISTS_OLD_S (48 * 3600)
#define INSPECT_NAME_STRONG 850
#define INSPECT_DAYS_LEFT_FEW 10
#define INSPECT_SCAN_MINUTES 30
#define INSPECT_TRAVEL_KM_MIN 10
#define INSPECT_ADULT_YEARS 18

/* A crossing as it stands after corrections, newest first. */
struct inspect_crossing {
    struct record_name record;
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
    struct record_name record;
    struct instant deadline;
    struct bytes reason;
};

/*
 * A traveller of the store, with another name or document, whom the one in hand
 * may be. `name` is shown to the officer.
 */
struct inspect_similar {
    int64_t person; /* of the store */
    struct bytes name;
    uint16_t points;
    uint8_t reason_count;
    uint8_t reasons[SCORE_REASONS_MAX];
    bool inside;
    bool same_document; /* it was used by that traveller */
};

/* A hit and what an officer said of it before, about this person. */
enum settled {
    SETTLED_NOT,
    SETTLED_SAME,
    SETTLED_OTHER,
    SETTLED_UNSURE,
    SETTLED_OTHER_ELSEWHERE /* said at another node: heard, and not obeyed */
};
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
    struct stay_permit permit; /* the visa or permit that is shown */

    /* The lists in force: the one that has waited longest for its next
     * version, and for how long. */
    bool has_list;
    struct bytes oldest_list;
    int64_t oldest_list_age_s;

    /* What is known. */
    bool screened;    /* false: not every list and alert could be asked */
    size_t hit_count; /* at most INSPECT_HITS_MAX */
    const struct inspect_hit *hits;
    bool history_known; /* false: the store could not be asked */
    bool inside;
    size_t crossing_count;
    const struct inspect_crossing *crossings;
    bool has_scan; /* the last undecided one of the same person */
    struct instant scan_time;
    struct record_name scan;
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

/*
 * Texts of the answer are in the arena, or borrowed from the input.
 *
 * ERR_LIMIT: the arena is spent, or there is more of something than its bound.
 */
MUST_CHECK enum err inspect(const struct inspect_input *in, struct arena *arena,
                            struct inspect_answer *out);

#endif
