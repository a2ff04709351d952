/* GET /v1/statistics: crossings counted; of nobody in particular. API 4.7 */
#include "api/call_int.h"
#include "api/problem.h"
#include "api/render.h"

struct period {
    struct store_question question;
    struct bytes from; /* as it was asked */
    struct bytes to;
};

static const char *const by_names[] = {[STORE_BY_HOUR] = "hour",
                                       [STORE_BY_DAY] = "day",
                                       [STORE_BY_NATIONALITY] = "nationality",
                                       [STORE_BY_KIND] = "kind"};

static const char *const kind_names[STORE_KIND_COUNT] = {
    [STORE_ENTRY] = "entry",
    [STORE_EXIT] = "exit",
    [STORE_REFUSAL] = "refusal",
    [STORE_HAND_OVER] = "hand_over"};

/*
 * A calendar day of the country, of which `to` is the last, or a moment, before
 * which `to` ends.
 */
static bool
edge_parse(const struct api *api, struct bytes text, int days,
           struct instant *out)
{
    struct date date;

    if (date_parse(text, &date) == OK) {
        date.days += days;
        if (date.days > DATE_DAYS_MAX)
            return false;
        *out = zone_day_start(api->zone, date);
        return true;
    }
    return instant_parse(text, out) == OK && out->ms % STORE_QUARTER_MS == 0;
}

static bool
by_parse(struct bytes text, enum store_by *out)
{
    for (unsigned i = 0; i < sizeof(by_names) / sizeof(by_names[0]); i++) {
        if (!bytes_equal(text, bytes_of(by_names[i])))
            continue;
        *out = (enum store_by)i;
        return true;
    }
    return false;
}

static const char *
period_parse(const struct api *api, struct request *request, struct period *out)
{
    static const char *const names[] = {"from", "to", "by"};
    struct store_question *question = &out->question;
    struct bytes by = BYTES("day");
    enum err e;

    question->zone = api->zone;
    if (!query_only(request->query, names, 3))
        return "only from, to and by may be asked";
    if (query_find(request->query, "from", &request->arena, &out->from) != OK ||
        query_find(request->query, "to", &request->arena, &out->to) != OK)
        return "from and to are wanted, each once";
    e = query_find(request->query, "by", &request->arena, &by);
    if ((e != OK && e != ERR_NOT_FOUND) || !by_parse(by, &question->by))
        return "by is hour, day, nationality or kind";
    if (!edge_parse(api, out->from, 0, &question->from) ||
        !edge_parse(api, out->to, 1, &question->to))
        return "from and to are days, or moments at a quarter of an hour";
    if (question->to.ms < question->from.ms)
        return "from is after to";
    return NULL;
}

static uint64_t
total_of(const struct store_count *count)
{
    uint64_t total = 0;

    for (size_t i = 0; i < STORE_KIND_COUNT; i++)
        total += count->by_kind[i];
    return total;
}

static void
group_render(struct json_writer *j, enum store_by by,
             const struct store_count *count)
{
    uint8_t day[DATE_TEXT_SIZE];
    struct writer w;

    writer_init(&w, day, sizeof(day));
    switch (by) {
    case STORE_BY_HOUR:
        render_time(j, "hour", count->hour);
        break;
    case STORE_BY_DAY:
        date_write(&w, count->day);
        json_pair_text(j, "day", writer_done(&w));
        break;
    case STORE_BY_NATIONALITY:
        json_pair_text(j, "nationality", count->nationality);
        break;
    case STORE_BY_KIND:
        json_pair_text(j, "kind", bytes_of(kind_names[count->kind]));
        break;
    }
}

static void
row_render(struct json_writer *j, enum store_by by,
           const struct store_count *count)
{
    json_begin_object(j);
    group_render(j, by, count);
    json_pair_integer(j, "entries", (int64_t)count->by_kind[STORE_ENTRY]);
    json_pair_integer(j, "exits", (int64_t)count->by_kind[STORE_EXIT]);
    json_pair_integer(j, "refusals", (int64_t)count->by_kind[STORE_REFUSAL]);
    json_pair_integer(j, "hand_overs",
                      (int64_t)count->by_kind[STORE_HAND_OVER]);
    json_pair_integer(j, "total", (int64_t)total_of(count));
    json_end_object(j);
}

static const char TOO_MANY[] =
    "the period has too many rows: ask for a shorter one";

static void
rows_answer(const struct api *api, struct api_call *call,
            const struct period *period, const struct store_count *counts,
            size_t count)
{
    enum store_by by = period->question.by;
    uint64_t total = 0;
    struct writer w;
    struct json_writer j = {.w = &w};

    answer_begin(call, &w);
    json_begin_object(&j);
    json_pair_text(&j, "by", bytes_of(by_names[by]));
    json_pair_text(&j, "from", period->from);
    json_pair_text(&j, "to", period->to);
    json_key(&j, "rows");
    json_begin_array(&j);
    for (size_t i = 0; i < count; i++) {
        row_render(&j, by, &counts[i]);
        total += total_of(&counts[i]);
    }
    json_end_array(&j);
    json_pair_integer(&j, "total", (int64_t)total);
    render_sample(api, &j);
    json_end_object(&j);
    if (writer_end(&w) == OK)
        answer_json(call, &w, 200, "application/json");
    else
        problem_status(api, call, 422, "API 4.7", TOO_MANY);
}

static void
begin(const struct api *api, struct api_call *call)
{
    struct request *request = call->request;
    struct period period = {0};
    const char *wrong = period_parse(api, request, &period);
    struct store_count *counts = NULL;
    size_t count = 0;
    enum err e = ERR_BUSY;

    if (wrong != NULL) {
        problem_status(api, call, 422, "API 4.7", wrong);
        return;
    }
    if (api->store != NULL)
        e = store_statistics(api->store, &period.question, &request->arena,
                             &counts, &count);
    if (e == OK) {
        rows_answer(api, call, &period, counts, count);
    } else if (e == ERR_LIMIT) {
        problem_status(api, call, 422, "API 4.7", TOO_MANY);
    } else {
        call->store_failed = true;
        problem_status(api, call, 503, "API 4.7",
                       "the store cannot be read now");
    }
}

const struct route route_statistics = {.id = ROUTE_STATISTICS,
                                       .path = "/v1/statistics",
                                       .method = METHOD_GET,
                                       .begin = begin};
