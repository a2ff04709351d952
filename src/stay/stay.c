#include "stay/stay.h"

#include "stay/span_int.h"

#define LIMIT_DAYS_MAX 999
#define LIMIT_WINDOW_MAX 3650

enum err
stay_limit_parse(struct bytes text, struct stay_limit *out)
{
    bool term = bytes_find(text, '+') < text.size;
    struct bytes rest = text;
    struct bytes first = bytes_split(&rest, term ? '+' : '/');
    struct stay_limit limit = {0};
    uint64_t days;
    uint64_t other;

    if (!bytes_decimal(first, LIMIT_DAYS_MAX, &days) || days == 0)
        return ERR_FORMAT;
    if (!bytes_decimal(rest, LIMIT_WINDOW_MAX, &other) || other == 0)
        return ERR_FORMAT;
    if (!term && other < days)
        return ERR_FORMAT;
    limit.days = (uint16_t)days;
    if (term)
        limit.absence = (uint16_t)other;
    else
        limit.window = (uint16_t)other;
    *out = limit;
    return OK;
}

void
stay_limit_write(struct writer *w, const struct stay_limit *limit)
{
    bool term = limit->absence > 0;

    writer_decimal(w, limit->days);
    writer_u8(w, term ? '+' : '/');
    writer_decimal(w, term ? limit->absence : limit->window);
}

/* STY 3.1 */
static void
answer_window(struct stay_answer *out, const struct spans *spans,
              const struct stay_limit *limit, struct date on)
{
    int32_t before = on.days - limit->window;

    out->window_start.days =
        before < DATE_DAYS_MIN ? DATE_DAYS_MIN : before + 1;
    out->days_used =
        (uint32_t)(spans_days(spans, on.days) - spans_days(spans, before));
}

/* STY 3.3; the spans are changed. */
static uint32_t
window_stay(struct spans *spans, const struct stay_limit *limit, struct date on)
{
    struct excess excess;

    spans_enter(spans, on.days, limit->days + 1);
    excess = spans_excess(spans, limit, on.days);
    return (uint32_t)(excess.first - on.days);
}

/* STY 3.7: the term, and the longest stay in it. */
static uint32_t
answer_term(struct stay_answer *out, const struct spans *spans,
            const struct stay_limit *limit, struct date on)
{
    size_t first = spans_term(spans, limit, on.days);
    const struct span *span = &spans->items[first];
    int32_t used;

    out->window_start = on;
    if (first == spans->count)
        return limit->days;
    out->window_start.days = span->from;
    out->days_used = (uint32_t)(spans_days(spans, on.days) - span->before);
    used = spans_days(spans, on.days - 1) - span->before;
    return used < limit->days ? (uint32_t)(limit->days - used) : 0;
}

static void
answer_stay(struct stay_answer *out, uint32_t max_stay, struct date on)
{
    uint32_t calendar = (uint32_t)(DATE_DAYS_MAX - on.days) + 1;

    out->max_stay = max_stay < calendar ? max_stay : calendar;
    out->has_last_allowed = max_stay > 0 && !out->endless;
    if (out->has_last_allowed)
        out->last_allowed.days = on.days + (int32_t)out->max_stay - 1;
}

/* Within a span days never become lawful again: none leaves the window without
 * another that comes. STY 3.4 */
static void
answer_over(struct stay_answer *out, const struct spans *spans,
            const struct stay_limit *limit, struct date on)
{
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];
        struct excess excess;

        if (on.days < span->from || on.days > span->to)
            continue;
        excess = spans_excess(spans, limit, span->from);
        out->is_over = excess.any && excess.first <= on.days;
        out->over_since.days = excess.first;
    }
}

/* The spans are changed. */
static void
count_spans(struct spans *spans, const struct stay_limit *limit, struct date on,
            struct stay_answer *out)
{
    struct excess excess = spans_excess(spans, limit, DATE_DAYS_MIN);
    uint32_t max_stay = UINT32_MAX;

    out->overstay_days = excess.days;
    out->has_first_overstay = excess.any;
    out->first_overstay.days = excess.first;
    out->endless = limit->days == limit->window;
    answer_over(out, spans, limit, on);
    if (limit->absence > 0) {
        max_stay = answer_term(out, spans, limit, on);
    } else {
        answer_window(out, spans, limit, on);
        if (!out->endless)
            max_stay = window_stay(spans, limit, on);
    }
    if (out->days_used < limit->days)
        out->days_remaining = limit->days - out->days_used;
    answer_stay(out, max_stay, on);
}

enum err
stay_count(const struct stay_trip *trips, size_t count,
           const struct stay_limit *limit, struct date on, struct arena *arena,
           struct stay_answer *out)
{
    struct stay_answer answer = {0};
    struct spans spans = {0};
    enum err e = spans_make(trips, count, on, arena, &spans);

    if (e != OK)
        return e;
    count_spans(&spans, limit, on, &answer);
    *out = answer;
    return OK;
}
