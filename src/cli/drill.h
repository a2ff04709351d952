/*
 * Drills: each attacks a throw-away country and shows what was lost, what was
 * noticed, and how long it took. DESIGN's promises, one by one.
 */
#ifndef CLI_DRILL_H
#define CLI_DRILL_H

#include "cli/drill_country.h"

#define DRILL_TEXT_MAX 1024

/* What a drill found, in sentences for a person; empty ones are not shown. */
struct drill_report {
    char attacked[DRILL_TEXT_MAX];
    char lost[DRILL_TEXT_MAX];
    char detected[DRILL_TEXT_MAX];
    char after[DRILL_TEXT_MAX]; /* what stands now */
    uint64_t recovered_ms;      /* from the repair's beginning to its end */
    uint64_t acknowledged;      /* crossings whose receipts were kept */
    uint64_t back;              /* of them, found with the same hash */
};

/*
 * crossings  how many in all a drill records, about
 * failed     the first promise that did not hold, or empty
 */
struct drill {
    struct country country;
    size_t crossings;
    struct drill_report report;
    char failed[DRILL_TEXT_MAX];
};

/* Adds a sentence to one of the report's texts. */
void drill_say(char text[DRILL_TEXT_MAX], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Keeps what did not hold, the first time; returns `holds`. */
bool drill_expect(struct drill *drill, bool holds, const char *promise);

/* A centre, three posts and a witness, named by a roster and running. */
MUST_CHECK bool drill_country(struct drill *drill);

/* Crossings at each of the posts that run, `count` in all. */
MUST_CHECK bool drill_cross(struct drill *drill, size_t count);

/* Counts the receipts of `of` that are in a folder into the report. */
void drill_count(struct drill *drill, const struct country_node *of,
                 const char *folder);

/* A new centre in place of a lost one, named by the roster, and running; NULL:
 * complained. */
struct country_node *drill_successor(struct drill *drill,
                                     const struct country_node *lost,
                                     const char *name);

/* The drills themselves: false when they could not be carried out. */
bool drill_centre_gone(struct drill *drill);        /* D1 */
bool drill_centre_overwritten(struct drill *drill); /* D2 */
bool drill_encrypted(struct drill *drill);          /* D3 */
bool drill_post_wiped(struct drill *drill);         /* D4 */
bool drill_insider(struct drill *drill);            /* D5 */
bool drill_hostile_centre(struct drill *drill);     /* D6 */
bool drill_power_cut(struct drill *drill);          /* D9 */
bool drill_suspect(struct drill *drill);            /* D10 */
bool drill_isolation(struct drill *drill);          /* D11 */

#endif
