#include "stay_naive.h"

#include <assert.h>
#include <string.h>

void
naive_stay_init(struct naive_stay *naive, int32_t first)
{
    memset(naive, 0, sizeof(*naive));
    naive->first = first;
}

static bool *
day_mark(struct naive_stay *naive, int32_t day)
{
    assert(day >= naive->first && day - naive->first < NAIVE_DAYS);
    return &naive->present[day - naive->first];
}

void
naive_trip(struct naive_stay *naive, const struct stay_trip *trip,
           struct date on)
{
    int32_t day = trip->entry.days;
    int32_t last = trip->has_exit ? trip->exit.days : on.days;

    do
        *day_mark(naive, day) = true;
    while (++day <= last);
}

/* Days present in the window whose last day is `day`. */
static uint32_t
window_days(struct naive_stay *naive, const struct stay_limit *limit,
            int32_t day)
{
    uint32_t days = 0;

    for (int32_t back = 0; back < limit->window; back++)
        days += *day_mark(naive, day - back);
    return days;
}

/* Stays one day longer as long as that day, too, is lawful. */
static uint32_t
longest_stay(struct naive_stay *naive, const struct stay_limit *limit,
             int32_t on)
{
    uint32_t used = window_days(naive, limit, on - 1);
    uint32_t days = 0;

    for (;;) {
        int32_t gone = on + (int32_t)days - limit->window;

        /* A day of the stay itself that leaves the window counted as well. */
        used -= gone >= on || *day_mark(naive, gone);
        used += 1;
        if (used > limit->days)
            return days;
        days++;
    }
}

/* A day in excess; days come in their order. Of those without a break up to the
 * date the first is kept. */
static void
overstay_day(struct stay_answer *answer, int32_t day, struct date on,
             int32_t *last)
{
    if (!answer->has_first_overstay)
        answer->first_overstay.days = day;
    answer->has_first_overstay = true;
    answer->overstay_days++;
    if (day > on.days)
        return;
    if (*last != day - 1)
        answer->over_since.days = day;
    *last = day;
    answer->is_over = day == on.days;
}

/* Begins anew on each day after an absence that is long enough. */
static struct stay_answer
term_answer(struct naive_stay *naive, const struct stay_limit *limit,
            struct date on)
{
    struct stay_answer answer = {.window_start = on, .max_stay = limit->days};
    int absent = limit->absence;
    int32_t began = 0;
    int32_t last = INT32_MIN;
    uint32_t used = 0;

    for (int32_t i = 0; i < NAIVE_DAYS; i++) {
        bool asked = naive->first + i == on.days;
        bool anew = absent >= limit->absence;

        if (naive->present[i] && anew)
            used = 0;
        if (naive->present[i] && anew)
            began = naive->first + i;
        if (asked) {
            answer.window_start.days = anew ? on.days : began;
            answer.days_used = (anew ? 0 : used) + naive->present[i];
        }
        if (asked && !anew)
            answer.max_stay = used < limit->days ? limit->days - used : 0;
        absent = naive->present[i] ? 0 : absent + 1;
        used += naive->present[i];
        if (!naive->present[i] || used <= limit->days)
            continue;
        overstay_day(&answer, naive->first + i, on, &last);
    }
    if (limit->days > answer.days_used)
        answer.days_remaining = limit->days - answer.days_used;
    answer.has_last_allowed = answer.max_stay > 0;
    answer.last_allowed.days = on.days + (int32_t)answer.max_stay - 1;
    return answer;
}

struct stay_answer
naive_answer(struct naive_stay *naive, const struct stay_limit *limit,
             struct date on)
{
    struct stay_answer answer = {0};
    int32_t last = INT32_MIN;
    uint32_t used = 0;

    if (limit->absence > 0)
        return term_answer(naive, limit, on);
    answer.window_start.days = on.days - limit->window + 1;
    answer.days_used = window_days(naive, limit, on.days);
    if (limit->days > answer.days_used)
        answer.days_remaining = limit->days - answer.days_used;
    answer.max_stay = longest_stay(naive, limit, on.days);
    answer.has_last_allowed = answer.max_stay > 0;
    answer.last_allowed.days = on.days + (int32_t)answer.max_stay - 1;
    for (int32_t i = 0; i < NAIVE_DAYS; i++) {
        used += naive->present[i];
        if (i >= limit->window)
            used -= naive->present[i - limit->window];
        if (!naive->present[i] || used <= limit->days)
            continue;
        overstay_day(&answer, naive->first + i, on, &last);
    }
    return answer;
}
