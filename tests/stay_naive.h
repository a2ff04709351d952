/*
 * Days of stay counted from the letter of the law, one day after the other,
 * by code that shares nothing with src/stay: each day has a mark whether the
 * traveller was present, a window slides over the marks. Regulation (EU)
 * 2016/399, Article 6(1): 90 days in any 180-day period, "which entails
 * considering the 180-day period preceding each day of stay"; 6(2): the dates
 * of entry and of exit are the first and the last day of stay.
 */
#ifndef TESTS_STAY_NAIVE_H
#define TESTS_STAY_NAIVE_H

#include "stay/stay.h"

/* All days of trips and what is asked lie in one calendar of so many days, and
 * so far from both its ends: no window and no stay may leave it. */
#define NAIVE_DAYS 4000
#define NAIVE_MARGIN 1100

struct naive_stay {
    int32_t first;
    bool present[NAIVE_DAYS];
};

void naive_stay_init(struct naive_stay *naive, int32_t first);
void naive_trip(struct naive_stay *naive, const struct stay_trip *trip,
                struct date on);
struct stay_answer naive_answer(struct naive_stay *naive,
                                const struct stay_limit *limit, struct date on);

#endif
