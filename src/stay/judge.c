/*
 * What the rules say of one traveller: crossings become trips, the rule that
 * takes the traveller is found, days are counted, and the visa or permit shown
 * is held against the trips. STY 2, 5.
 */
#include "stay/rules_int.h"
#include "stay/span_int.h"

static const struct stay_rule USUAL = {
    .name = {(const uint8_t *)"90/180", 6},
    .grant = GRANT_LIMIT,
    .limit = {.days = STAY_USUAL_DAYS, .window = STAY_USUAL_WINDOW},
};
static const struct stay_rule OWN = {
    .name = {(const uint8_t *)"own-nationals", 13},
    .grant = GRANT_FREE,
};

/* Trips of which an end was never recorded are kept twice: by the days that are
 * known, and as if the traveller had stayed until the next entry. STY 2.3 */
struct history {
    struct stay_trip *known;
    struct stay_trip *at_most;
    size_t count;
    uint32_t exits_missing;
    uint32_t entries_missing;
};

const char *
stay_status_word(enum stay_status status)
{
    static const char *const WORDS[] = {
        [STAY_FREE] = "free",           [STAY_WITHIN] = "within",
        [STAY_OVER] = "over",           [STAY_NO_TITLE] = "no_title",
        [STAY_NOT_VALID] = "not_valid",
    };

    return WORDS[status];
}

/* The 9303 code of a nationality is the country's own, save Germany's. */
static bool
is_own(const struct stay_traveller *traveller)
{
    if (traveller->nationality.size == 0)
        return false;
    if (bytes_equal(traveller->nationality, BYTES("D")))
        return bytes_equal(traveller->country, BYTES("DEU")) ||
               bytes_equal(traveller->country, BYTES("D"));
    return bytes_equal(traveller->nationality, traveller->country);
}

static void
history_add(struct history *history, struct date entry, struct date exit,
            struct date at_most)
{
    struct stay_trip *known = &history->known[history->count];

    *known = (struct stay_trip){.entry = entry, .has_exit = true, .exit = exit};
    history->at_most[history->count] = *known;
    history->at_most[history->count].exit = at_most;
    history->count++;
}

/*
 * STY 2.2, 2.3: an entry and the exit after it are a trip. What is recorded
 * twice on one day, the same way, is one crossing.
 */
static void
history_fill(struct history *history, const struct stay_question *question)
{
    const struct stay_crossing *last = NULL;

    for (size_t i = 0; i < question->crossing_count; i++) {
        const struct stay_crossing *crossing = &question->crossings[i];
        bool again = last != NULL && last->exit == crossing->exit;
        bool inside = last != NULL && !last->exit;

        if (crossing->day.days > question->on.days)
            break;
        if (again && last->day.days == crossing->day.days)
            continue;
        if (inside && crossing->exit) {
            history_add(history, last->day, crossing->day, crossing->day);
        } else if (inside) {
            history_add(history, last->day, last->day, crossing->day);
            history->exits_missing++;
        } else if (crossing->exit) {
            history_add(history, crossing->day, crossing->day, crossing->day);
            history->entries_missing++;
        }
        last = crossing;
    }
    if (last != NULL && !last->exit)
        history_add(history, last->day, question->on, question->on);
}

/* Trips by their days of entry: exits without an entry, too, begin one. */
static enum err
history_make(struct history *history, const struct stay_question *question,
             struct arena *arena)
{
    size_t count = question->crossing_count;

    *history = (struct history){0};
    if (count > STAY_TRIPS_MAX)
        return ERR_LIMIT;
    history->known = arena_array(arena, count + 1, sizeof(*history->known));
    history->at_most = arena_array(arena, count + 1, sizeof(*history->at_most));
    if (history->known == NULL || history->at_most == NULL)
        return ERR_LIMIT;
    history_fill(history, question);
    return OK;
}

/* From when on the title's days and entries are counted; where nothing is said
 * of its validity, earlier ones were not under it as far as is known. */
static struct date
title_from(const struct stay_permit *permit, struct date on)
{
    return permit->has_valid ? permit->valid_from : on;
}

/* Entries on or after the day from which the title is valid. */
static uint32_t
entries_since(const struct stay_question *question, struct date from)
{
    uint32_t entries = 0;
    const struct stay_crossing *last = NULL;

    for (size_t i = 0; i < question->crossing_count; i++) {
        const struct stay_crossing *crossing = &question->crossings[i];
        bool again = last != NULL && last->exit == crossing->exit &&
                     last->day.days == crossing->day.days;

        if (crossing->day.days > question->on.days)
            break;
        if (!crossing->exit && !again && crossing->day.days >= from.days)
            entries++;
        last = crossing;
    }
    return entries;
}

static bool
is_inside(const struct stay_question *question)
{
    bool inside = false;

    for (size_t i = 0; i < question->crossing_count; i++) {
        if (question->crossings[i].day.days > question->on.days)
            break;
        inside = !question->crossings[i].exit;
    }
    return inside;
}

/* STY 5.3: validity and entries; days are for title_limit(). */
static void
title_judge(const struct stay_question *question, struct stay_verdict *out)
{
    const struct stay_permit *permit = &question->traveller.permit;
    uint32_t needed;

    out->entries_used =
        entries_since(question, title_from(permit, question->on));
    /* Who is outside needs one more to come in. */
    needed = out->entries_used + (is_inside(question) ? 0 : 1);
    if (permit->has_valid && question->on.days < permit->valid_from.days)
        out->title_fault = STAY_TITLE_NOT_YET;
    else if (permit->has_valid && question->on.days > permit->valid_to.days)
        out->title_fault = STAY_TITLE_EXPIRED;
    else if (permit->entries_max > 0 && needed > permit->entries_max)
        out->title_fault = STAY_TITLE_ENTRIES_USED;
}

/*
 * The first day on which the title allows no day present any more: its days
 * are used up, or its validity is over. STY 5.4
 */
static int32_t
title_end(const struct spans *spans, const struct stay_permit *permit,
          struct date on)
{
    int32_t from = title_from(permit, on).days;
    int32_t end = permit->has_valid ? permit->valid_to.days + 1 : INT32_MAX;
    int32_t day;

    if (permit->days_max > 0 &&
        spans_day(spans, spans_days(spans, from - 1) + permit->days_max + 1,
                  &day) &&
        day < end)
        end = day;
    return end;
}

/* The days of the trips from `end` on are too many, whatever the rule says. */
static void
title_overstay(struct stay_answer *answer, const struct spans *spans,
               const struct stay_limit *limit, int32_t end)
{
    int32_t before = spans_days(spans, end - 1);
    int32_t all = spans_days(spans, DATE_DAYS_MAX);
    int32_t first;

    if (all == before)
        return;
    answer->overstay_days -= spans_excess(spans, limit, end).days;
    answer->overstay_days += (uint32_t)(all - before);
    if (spans_day(spans, before + 1, &first) &&
        (!answer->has_first_overstay || first < answer->first_overstay.days)) {
        answer->has_first_overstay = true;
        answer->first_overstay.days = first;
    }
}

/* When the date is a day present that the title no longer allows. */
static void
title_over(struct stay_answer *answer, const struct spans *spans,
           struct date on, int32_t end)
{
    int32_t since;

    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];

        if (on.days < span->from || on.days > span->to || on.days < end)
            continue;
        since = end > span->from ? end : span->from;
        if (!answer->is_over || since < answer->over_since.days)
            answer->over_since.days = since;
        answer->is_over = true;
    }
}

/* STY 5.4: what the title leaves of the answer that the rule gives. */
static void
title_limit(struct stay_answer *answer, const struct spans *spans,
            const struct stay_permit *permit, struct date on)
{
    int32_t before = spans_days(spans, title_from(permit, on).days - 1);
    int32_t used = spans_days(spans, on.days) - before;
    int32_t earlier = spans_days(spans, on.days - 1) - before;
    int32_t left = permit->days_max - (used > 0 ? used : 0);
    int64_t stay = answer->max_stay;

    if (permit->days_max > 0 && (int64_t)answer->days_remaining > left)
        answer->days_remaining = left > 0 ? (uint32_t)left : 0;
    if (permit->days_max > 0 && stay > permit->days_max - earlier)
        stay = permit->days_max - earlier;
    if (permit->has_valid && stay > permit->valid_to.days - on.days + 1)
        stay = permit->valid_to.days - on.days + 1;
    if (permit->has_valid && on.days < permit->valid_from.days)
        stay = 0;
    if (stay == (int64_t)answer->max_stay)
        return;
    answer->endless = false;
    answer->max_stay = stay > 0 ? (uint32_t)stay : 0;
    answer->has_last_allowed = stay > 0;
    answer->last_allowed.days = on.days + (int32_t)stay - 1;
}

static enum err
answer_count(const struct stay_question *question, const struct stay_rule *rule,
             const struct stay_trip *trips, size_t count, struct arena *arena,
             struct stay_answer *out)
{
    const struct stay_permit *permit = &question->traveller.permit;
    struct spans spans;
    int32_t end;
    enum err e =
        stay_count(trips, count, &rule->limit, question->on, arena, out);

    if (e != OK || !rule->has_title || rule->title == STAY_TITLE_NONE)
        return e;
    e = spans_make(trips, count, question->on, arena, &spans);
    if (e != OK)
        return e;
    title_limit(out, &spans, permit, question->on);
    end = title_end(&spans, permit, question->on);
    title_overstay(out, &spans, &rule->limit, end);
    title_over(out, &spans, question->on, end);
    return OK;
}

/* Days by the rule's limit, on what is known and on the most it can be. */
static enum err
limit_judge(const struct stay_question *question, const struct stay_rule *rule,
            struct arena *arena, struct stay_verdict *out)
{
    struct history history;
    enum err e = history_make(&history, question, arena);

    if (e != OK)
        return e;
    out->limit = rule->limit;
    out->has_answer = true;
    out->exits_missing = history.exits_missing;
    out->entries_missing = history.entries_missing;
    e = answer_count(question, rule, history.known, history.count, arena,
                     &out->answer);
    out->at_most = out->answer;
    if (e == OK && history.exits_missing > 0)
        e = answer_count(question, rule, history.at_most, history.count, arena,
                         &out->at_most);
    return e;
}

static enum err
rule_judge(const struct stay_question *question, const struct stay_rule *rule,
           struct arena *arena, struct stay_verdict *out)
{
    enum err e = OK;

    out->rule = rule->name;
    if (rule->grant == GRANT_NONE) {
        out->status = STAY_NO_TITLE;
        return OK;
    }
    if (rule->has_title && rule->title != STAY_TITLE_NONE)
        title_judge(question, out);
    out->status = STAY_FREE;
    if (rule->grant == GRANT_LIMIT) {
        e = limit_judge(question, rule, arena, out);
        out->status = out->answer.max_stay > 0 ? STAY_WITHIN : STAY_OVER;
    }
    if (out->title_fault != STAY_TITLE_GOOD)
        out->status = STAY_NOT_VALID;
    return e;
}

enum err
stay_judge(const struct stay_question *question, struct arena *arena,
           struct stay_verdict *out)
{
    const struct stay_rule *rule = &USUAL;
    struct stay_verdict verdict = {.status = STAY_NO_TITLE};
    size_t used = arena->used;
    enum err e = OK;

    if (is_own(&question->traveller))
        rule = &OWN;
    else if (question->rules != NULL)
        rule = stay_rules_find(question->rules, &question->traveller,
                               question->on);
    if (rule != NULL)
        e = rule_judge(question, rule, arena, &verdict);
    arena->used = used;
    if (e == OK)
        *out = verdict;
    return e;
}
