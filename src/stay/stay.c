#include "stay/stay.h"

/*
 * Trips put in order, without overlaps: every day of a span is a day present,
 * and between two spans lies at least one that is not. `before` is the number
 * of days present before the span.
 */
struct span {
    int32_t from;
    int32_t to;
    int32_t before;
};

/* Room for one more than the trips: the stay that could begin. */
struct spans {
    struct span *items;
    size_t count;
};

/* Days above the limit from some day on, and the first of them. */
struct excess {
    uint32_t days;
    bool any;
    int32_t first;
};

#define LIMIT_DAYS_MAX 999
#define LIMIT_WINDOW_MAX 3650

enum err
stay_limit_parse(struct bytes text, struct stay_limit *out)
{
    struct bytes rest = text;
    struct bytes first = bytes_split(&rest, '/');
    uint64_t days;
    uint64_t window;

    if (!bytes_decimal(first, LIMIT_DAYS_MAX, &days) || days == 0)
        return ERR_FORMAT;
    if (!bytes_decimal(rest, LIMIT_WINDOW_MAX, &window) || window < days)
        return ERR_FORMAT;
    out->days = (uint16_t)days;
    out->window = (uint16_t)window;
    return OK;
}

/* By the first day; Shell's sort, for trips come sorted or nearly so. */
static void
spans_sort(struct spans *spans)
{
    static const uint16_t GAPS[] = {1750, 701, 301, 132, 57, 23, 10, 4, 1};

    for (size_t g = 0; g < sizeof(GAPS) / sizeof(GAPS[0]); g++) {
        for (size_t i = GAPS[g]; i < spans->count; i++) {
            struct span span = spans->items[i];
            size_t at = i;

            for (; at >= GAPS[g]; at -= GAPS[g]) {
                if (spans->items[at - GAPS[g]].from <= span.from)
                    break;
                spans->items[at] = spans->items[at - GAPS[g]];
            }
            spans->items[at] = span;
        }
    }
}

/* Makes one of spans that overlap or touch; they are in order. */
static void
spans_merge(struct spans *spans)
{
    size_t kept = 0;
    int32_t before = 0;

    for (size_t i = 0; i < spans->count; i++) {
        struct span span = spans->items[i];
        struct span *last = kept > 0 ? &spans->items[kept - 1] : NULL;

        if (last != NULL && span.from <= last->to + 1) {
            if (span.to > last->to)
                last->to = span.to;
            continue;
        }
        if (last != NULL)
            before += last->to - last->from + 1;
        span.before = before;
        spans->items[kept++] = span;
    }
    spans->count = kept;
}

/* STY 2.1 */
static enum err
spans_make(const struct stay_trip *trips, size_t count, struct date on,
           struct arena *arena, struct spans *out)
{
    if (count > STAY_TRIPS_MAX)
        return ERR_LIMIT;
    out->items = arena_array(arena, count + 1, sizeof(*out->items));
    if (out->items == NULL)
        return ERR_LIMIT;
    out->count = count;
    for (size_t i = 0; i < count; i++) {
        struct span *span = &out->items[i];

        span->from = trips[i].entry.days;
        span->to = trips[i].has_exit ? trips[i].exit.days : on.days;
        if (span->to < span->from && trips[i].has_exit)
            return ERR_FORMAT;
        if (span->to < span->from)
            span->to = span->from;
    }
    spans_sort(out);
    spans_merge(out);
    return OK;
}

/* How many days present there are up to `day`, that day too. */
static int32_t
spans_days(const struct spans *spans, int32_t day)
{
    int32_t days = 0;

    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];

        if (span->from > day)
            break;
        days = span->before + (day < span->to ? day : span->to) - span->from;
        days++;
    }
    return days;
}

/*
 * The days above the limit among `size` days present from `day` on. In the
 * first one's window are `used` days; each day after it has one more when
 * `grows`, else as many.
 */
static void
excess_add(struct excess *excess, const struct stay_limit *limit, int32_t day,
           int32_t size, int32_t used, bool grows)
{
    int32_t skip = 0;

    if (used <= limit->days)
        skip = grows ? limit->days + 1 - used : size;
    if (skip >= size)
        return;
    if (!excess->any)
        excess->first = day + skip;
    excess->any = true;
    excess->days += (uint32_t)(size - skip);
}

/*
 * Goes over the days present from `start` on. As long as the day that has just
 * left the window is a day present too, the number in the window stays the
 * same; as long as it is none, it grows by one a day. So the days are taken by
 * stretches of the one kind or the other. STY 3.2
 */
static struct excess
spans_excess(const struct spans *spans, const struct stay_limit *limit,
             int32_t start)
{
    struct excess excess = {0};
    size_t left = 0; /* the first span that does not end before the window */

    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];
        int32_t day = span->from > start ? span->from : start;

        while (day <= span->to) {
            int32_t gone = day - limit->window;
            int32_t used = span->before + day - span->from + 1;
            int32_t last = span->to;
            const struct span *old;
            bool grows;

            while (spans->items[left].to < gone)
                left++;
            old = &spans->items[left];
            grows = gone < old->from;
            used -= old->before + (grows ? 0 : gone - old->from + 1);
            if (grows && last > old->from + limit->window - 1)
                last = old->from + limit->window - 1;
            if (!grows && last > old->to + limit->window)
                last = old->to + limit->window;
            excess_add(&excess, limit, day, last - day + 1, used, grows);
            day = last + 1;
        }
    }
    return excess;
}

/* Only the days before `on` are left, then the stay that begins on it, one day
 * longer than can be lawful. */
static void
spans_enter(struct spans *spans, int32_t on, int32_t size)
{
    size_t kept = 0;

    while (kept < spans->count && spans->items[kept].from < on) {
        if (spans->items[kept].to >= on)
            spans->items[kept].to = on - 1;
        kept++;
    }
    spans->items[kept++] = (struct span){.from = on, .to = on + size - 1};
    spans->count = kept;
    spans_merge(spans);
}

/* STY 3.3 */
static void
answer_stay(struct stay_answer *out, struct spans *spans,
            const struct stay_limit *limit, struct date on)
{
    struct excess excess;

    out->endless = limit->days == limit->window;
    out->max_stay = (uint32_t)(DATE_DAYS_MAX - on.days) + 1;
    if (out->endless)
        return;
    spans_enter(spans, on.days, limit->days + 1);
    excess = spans_excess(spans, limit, on.days);
    if (excess.first - on.days < (int32_t)out->max_stay)
        out->max_stay = (uint32_t)(excess.first - on.days);
    out->has_last_allowed = out->max_stay > 0;
    out->last_allowed.days = on.days + (int32_t)out->max_stay - 1;
}

enum err
stay_count(const struct stay_trip *trips, size_t count,
           const struct stay_limit *limit, struct date on, struct arena *arena,
           struct stay_answer *out)
{
    struct stay_answer answer = {0};
    struct spans spans = {0};
    struct excess excess;
    int32_t before = on.days - limit->window;
    enum err e = spans_make(trips, count, on, arena, &spans);

    if (e != OK)
        return e;
    answer.window_start.days =
        before < DATE_DAYS_MIN ? DATE_DAYS_MIN : before + 1;
    answer.days_used =
        (uint32_t)(spans_days(&spans, on.days) - spans_days(&spans, before));
    if (answer.days_used < limit->days)
        answer.days_remaining = limit->days - answer.days_used;
    excess = spans_excess(&spans, limit, DATE_DAYS_MIN);
    answer.overstay_days = excess.days;
    answer.has_first_overstay = excess.any;
    answer.first_overstay.days = excess.first;
    answer_stay(&answer, &spans, limit, on);
    *out = answer;
    return OK;
}
