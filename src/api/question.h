/*
 * The booth's question, asked of all that is known: a scan in; hits, history,
 * findings and a recommendation out. API 4.1, INS 1.
 */
#ifndef API_QUESTION_H
#define API_QUESTION_H

#include "api/history.h"
#include "api/scan.h"
#include "inspect/inspect.h"
#include "screen/set.h"
#include "store/known.h"

/* A list that was asked. */
struct question_list {
    struct bytes name;
    bool ready; /* else it is missing or damaged */
    int64_t age_s;
};

/* Nothing in it is borrowed from what is in force, which may change before the
 * answer is made. */
struct question {
    /* What was asked. */
    const struct scan *scan;
    struct instant now;
    enum direction direction;
    bool accompanied;
    struct bytes lane;
    struct bytes voyage;
    struct stay_permit permit;

    /* What was found. */
    bool begun; /* it was asked, and is being recorded */
    struct history_summary history;
    size_t list_count;
    struct question_list *lists;
    size_t hit_total; /* `answer` knows of INSPECT_HITS_MAX at most */
    struct inspect_input input;
    struct inspect_hit hits[INSPECT_HITS_MAX];
    struct store_person similar_persons[INSPECT_SIMILAR_MAX];
    struct inspect_similar similar[INSPECT_SIMILAR_MAX];
    struct inspect_order orders[INSPECT_ORDERS_MAX];
    size_t person_count; /* the traveller's group */
    struct store_person persons[STORE_GROUP_MAX];
    struct inspect_answer answer;
};

/*
 * Fills in what was found, of what was asked. What cannot be asked (a list that
 * is missing, tables that are damaged) is a finding, and call->store_failed; so
 * that a scan is always answered.
 *
 * ERR_LIMIT: the request's arena is spent.
 */
MUST_CHECK enum err question_ask(const struct api *api, struct api_call *call,
                                 struct question *question);

#endif
