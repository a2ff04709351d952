#include "stay/span_int.h"

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

enum err
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

int32_t
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

bool
spans_day(const struct spans *spans, int32_t number, int32_t *day)
{
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];
        int32_t size = span->to - span->from + 1;

        if (number > span->before + size)
            continue;
        *day = span->from + (number - span->before) - 1;
        return true;
    }
    return false;
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
window_excess(const struct spans *spans, const struct stay_limit *limit,
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

/* Whether an absence between a day present and a later day ends a term. */
static bool
term_ends(const struct stay_limit *limit, int32_t last, int32_t day)
{
    return day - last - 1 >= limit->absence;
}

size_t
spans_term(const struct spans *spans, const struct stay_limit *limit,
           int32_t day)
{
    size_t first = 0;
    size_t i;

    for (i = 0; i < spans->count && spans->items[i].from <= day; i++) {
        if (i > 0 &&
            term_ends(limit, spans->items[i - 1].to, spans->items[i].from))
            first = i;
    }
    if (i == 0 || term_ends(limit, spans->items[i - 1].to, day))
        return spans->count;
    return first;
}

static struct excess
term_excess(const struct spans *spans, const struct stay_limit *limit,
            int32_t start)
{
    struct excess excess = {0};
    int32_t before = 0; /* days present before the term */

    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];
        int32_t day = span->from > start ? span->from : start;
        int32_t used;

        if (i > 0 && term_ends(limit, spans->items[i - 1].to, span->from))
            before = span->before;
        if (day > span->to)
            continue;
        used = span->before - before + day - span->from + 1;
        excess_add(&excess, limit, day, span->to - day + 1, used, true);
    }
    return excess;
}

struct excess
spans_excess(const struct spans *spans, const struct stay_limit *limit,
             int32_t start)
{
    if (limit->absence > 0)
        return term_excess(spans, limit, start);
    return window_excess(spans, limit, start);
}

void
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
