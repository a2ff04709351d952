/*
 * What came of a medium that was taken in: what it brought, what was refused,
 * and what lies on it that is not what was signed.
 */
#ifndef NODE_CARRY_REPORT_H
#define NODE_CARRY_REPORT_H

#include "base/writer.h"
#include "record/name.h"
#include "sync/errand.h"

#define CARRY_REPORT_SIZE_MAX 4096

/* A log of which more lies on the medium than could be taken. */
struct carry_short {
    size_t origin_size;
    uint8_t origin[ORIGIN_SIZE_MAX];
    uint64_t there;
    uint64_t here;
};

#define CARRY_SHORTS_MAX 8

/*
 * entries      of other logs stored
 * refused      errands that the keeper refused; `why` of the last, a sentence
 *              for a person
 * shorts       logs that the medium has more of; the first of short_count
 * lists_short  wanted lists that lie on it and are not what they are named by
 * ownerless    the log of the node whose medium it is cannot be read there
 * unread       some of it cannot be read, and is not on offer
 */
struct carry_report {
    uint64_t entries;
    uint64_t rosters;
    uint64_t grants;
    uint64_t lists;
    uint64_t evidence;
    uint64_t refused;
    size_t why_size;
    uint8_t why[ERRAND_WHY_SIZE_MAX];
    size_t short_count;
    struct carry_short shorts[CARRY_SHORTS_MAX];
    uint64_t lists_short;
    bool ownerless;
    bool unread;
};

/* The keeper's answer to an errand of that kind. */
void carry_report_count(struct carry_report *report, enum errand_kind kind,
                        const struct errand_answer *answer);

/* The counts and the reason of another round; nothing is damaged by it. */
void carry_report_add(struct carry_report *report,
                      const struct carry_report *more);

/* Whether all that lies on the medium was good. */
bool carry_report_good(const struct carry_report *report);

/* For a person, some lines; CARRY_REPORT_SIZE_MAX is enough room. */
void carry_report_put(struct writer *w, const struct carry_report *report);

/* Why a medium could not be opened, by what carry_open() returned. */
const char *carry_refusal(enum err e);

#endif
