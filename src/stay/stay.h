/*
 * Days of stay: trips, a rule and a date in; days used and days left out. Days
 * are calendar days of the country; the days of entry and of exit both count.
 * Regulation (EU) 2016/399, Article 6(1) and (2). STY.
 */
#ifndef STAY_STAY_H
#define STAY_STAY_H

#include "base/arena.h"
#include "base/bytes.h"
#include "base/date.h"
#include "base/err.h"
#include "base/writer.h"

/* 10 a day for a year: past it the traveller is a driver of a ferry. */
#define STAY_TRIPS_MAX 4096

/* A stay; without an exit it goes on. Trips may be in any order, touch and
 * overlap. An exit is not before its entry. */
struct stay_trip {
    struct date entry;
    bool has_exit;
    struct date exit;
};

/*
 * "90/180": at most `days` in any `window` days that follow one another; or,
 * with `absence` in the place of a window, "365+90": at most `days` in a term,
 * which an absence of so many days ends. STY 3, 3.7
 */
struct stay_limit {
    uint16_t days;
    uint16_t window;
    uint16_t absence;
};

/*
 * As the Commission's short-stay calculator means them. STY 3
 *
 * window_start        first day of the window that ends on the date, or of the
 *                     term
 * days_used           days present in that window
 * days_remaining      limit less days_used, never below 0
 * max_stay            longest unbroken stay that could begin, or continue, on
 *                     the date, which is its first day; `last_allowed` its last
 *                     day, none when it is 0
 * endless             the rule allows as many days as its window has: max_stay
 *                     goes to the end of the calendar, there is no last_allowed
 * first_overstay      first day on which the trips exceed the limit, if any
 * overstay_days       days present in excess over all trips
 * over_since          when the date is such a day: the first of those that end
 *                     with it without a break
 */
struct stay_answer {
    struct date window_start;
    uint32_t days_used;
    uint32_t days_remaining;
    uint32_t max_stay;
    bool endless;
    bool has_last_allowed;
    struct date last_allowed;
    bool has_first_overstay;
    struct date first_overstay;
    uint32_t overstay_days;
    bool is_over;
    struct date over_since;
};

/* "90/180", 1 to 999 days in a window of 1 to 3650, not more days than window;
 * or "365+90": ERR_FORMAT. */
MUST_CHECK enum err stay_limit_parse(struct bytes text, struct stay_limit *out);

/* The same text. */
void stay_limit_write(struct writer *w, const struct stay_limit *limit);

/*
 * An open trip lasts until `on`, or for its first day when it begins later.
 * `arena` gives room to put the trips in order. ERR_LIMIT: past STAY_TRIPS_MAX,
 * or no room; ERR_FORMAT: an exit before its entry.
 */
MUST_CHECK enum err stay_count(const struct stay_trip *trips, size_t count,
                               const struct stay_limit *limit, struct date on,
                               struct arena *arena, struct stay_answer *out);

#endif
