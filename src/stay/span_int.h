/*
 * Days present, as spans: what trips are once they are put in order and joined.
 */
#ifndef STAY_SPAN_INT_H
#define STAY_SPAN_INT_H

#include "stay/stay.h"

/*
 * Every day of a span is a day present, and between two spans lies at least one
 * that is not. `before` is the number of days present before the span.
 */
struct span {
    int32_t from;
    int32_t to;
    int32_t before;
};

/* In the order of days; with room for one more than there were trips. */
struct spans {
    struct span *items;
    size_t count;
};

/* Days above a limit from some day on, and the first of them. */
struct excess {
    uint32_t days;
    bool any;
    int32_t first;
};

/* As stay_count() says. STY 2.1 */
MUST_CHECK enum err spans_make(const struct stay_trip *trips, size_t count,
                               struct date on, struct arena *arena,
                               struct spans *out);

/* How many days present there are up to `day`, that day too. */
int32_t spans_days(const struct spans *spans, int32_t day);

/* The day that is the `number`-th day present, from 1: false when there are
 * fewer. */
bool spans_day(const struct spans *spans, int32_t number, int32_t *day);

/* The first span of the term that `day` belongs to, whether it is a day present
 * or not: their count when it would begin a new one. STY 3.7 */
size_t spans_term(const struct spans *spans, const struct stay_limit *limit,
                  int32_t day);

/* The days from `start` on that are not lawful. STY 3.2, 3.7 */
struct excess spans_excess(const struct spans *spans,
                           const struct stay_limit *limit, int32_t start);

/* Leaves only the days before `on` and a stay of `size` days from it on. */
void spans_enter(struct spans *spans, int32_t on, int32_t size);

#endif
