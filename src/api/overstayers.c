/*
 * GET /v1/overstayers: who is inside and has stayed too long, and orders to
 * leave that nobody obeyed. By pages, so that no question takes a desk long.
 * The look is recorded before it is answered. API 4.20, STY 7
 */
#include "api/call_int.h"
#include "api/overstay.h"
#include "api/problem.h"
#include "api/render.h"

#define LIMIT_USUAL 100
#define LIMIT_MAX 500

/* A page ends after so many travellers looked at for each row that it may have:
 * some 20 microseconds for one, 100 with a history. They come from the tables
 * in chunks; one of them may be a search through many who are outside, and
 * counts as CHUNK_COST travellers. */
#define EXAMINED_PER_ROW 10
#define CHUNK_COST 100
#define CHUNK_MAX 64

/* What the rows of a page may take; the rest of the arena is for looking. */
#define ROWS_SIZE_MAX (768u * 1024)

/* Orders come first, then travellers: "o7" is the order of record 7 or later,
 * "p12" the traveller 12 of the tables or later. */
enum part { PART_ORDERS, PART_PERSONS, PART_END };

struct place {
    enum part part;
    uint64_t from;
};

struct page {
    struct date on;
    struct instant moment; /* at which an order must have been obeyed */
    uint64_t limit;
    struct place place;
    uint64_t examined;
    uint64_t rows;
    bool rules_missing; /* some are in force, and cannot be had */
    bool full;          /* there is no room for the next row */
    struct writer orders;
    struct writer persons;
    struct json_writer j; /* of the two, the one being written */
};

/* ----- What was asked. ----- */

static bool
place_parse(struct bytes text, struct place *out)
{
    if (text.size == 0 || (text.p[0] != 'o' && text.p[0] != 'p'))
        return false;
    out->part = text.p[0] == 'o' ? PART_ORDERS : PART_PERSONS;
    return bytes_decimal(bytes_slice(text, 1, text.size), INT64_MAX,
                         &out->from);
}

/* Members that are not there leave `page` as it is. */
static const char *
page_parse(struct request *request, struct page *page)
{
    static const char *const NAMES[] = {"on", "limit", "from"};
    struct arena *arena = &request->arena;
    struct bytes text;
    enum err e;

    if (!query_only(request->query, NAMES, 3))
        return "only on, limit and from may be asked";
    e = query_find(request->query, "on", arena, &text);
    if (e != ERR_NOT_FOUND && (e != OK || date_parse(text, &page->on) != OK))
        return "on is a day like 2026-07-01";
    e = query_find(request->query, "limit", arena, &text);
    if (e != ERR_NOT_FOUND &&
        (e != OK || !bytes_decimal(text, LIMIT_MAX, &page->limit) ||
         page->limit == 0))
        return "limit is a number from 1 to 500";
    e = query_find(request->query, "from", arena, &text);
    if (e != ERR_NOT_FOUND && (e != OK || !place_parse(text, &page->place)))
        return "from is what the page before named";
    return NULL;
}

static void
begin(const struct api *api, struct api_call *call)
{
    struct event event = {.type = EVENT_ACCESS,
                          .time = call->now,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct arena *arena = &call->request->arena;
    struct page *page = arena_take(arena, sizeof(*page));
    struct date today = zone_date(api->zone, call->now);
    const char *wrong = "no memory";

    if (page != NULL) {
        page->on = today;
        page->limit = LIMIT_USUAL;
        wrong = page_parse(call->request, page);
    }
    if (wrong != NULL) {
        problem_status(api, call, 422, "API 4.20", wrong);
        return;
    }
    page->moment = call->now;
    if (page->on.days != today.days)
        page->moment =
            zone_day_start(api->zone, (struct date){page->on.days + 1});
    call->state = page;
    event.access = (struct access){.purpose = BYTES("overstayers"),
                                   .kind = ACCESS_LIST,
                                   .list = BYTES("overstayers")};
    (void)ask_append(api, call, &event);
}

/* ----- The rows. ----- */

static bool
page_ended(const struct page *page)
{
    return page->full || page->rows >= page->limit ||
           page->examined >= page->limit * EXAMINED_PER_ROW;
}

/* Counts the row that was written, or takes it back when it did not fit. */
static void
row_end(struct page *page, const struct json_writer *before, size_t at)
{
    struct writer *w = page->j.w;

    if (writer_end(w) == OK) {
        page->rows++;
        return;
    }
    w->at = at;
    w->full = false;
    page->j = *before;
    page->full = true;
}

static void
order_render(struct json_writer *j, const struct store_order *order,
             struct instant moment)
{
    const struct identity *identity = &order->identity;
    int64_t late_ms = moment.ms - order->deadline.ms;

    json_begin_object(j);
    render_record(j, "order", &order->record);
    render_time(j, "deadline", order->deadline);
    json_pair_integer(j, "overdue_hours", late_ms / 3600000);
    json_pair_text(j, "issuing_state", order->issuing_state);
    json_pair_text(j, "document_number", order->number);
    json_pair_text(j, "surname", identity->surname);
    json_pair_text(j, "given_names", identity->given_names);
    json_pair_text(j, "date_of_birth", identity->date_of_birth);
    json_pair_text(j, "nationality", identity->nationality);
    json_pair_text(j, "reason", order->reason);
    json_pair_text(j, "owner", order->owner);
    json_end_object(j);
}

/* Where the page ends within a chunk, the next one begins with that order. */
static enum err
orders_chunk(const struct api *api, struct page *page, struct arena *arena)
{
    struct store_order orders[CHUNK_MAX];
    size_t count = 0;
    enum err e = store_orders(api->store, page->place.from, arena, orders,
                              CHUNK_MAX, &count);

    for (size_t i = 0; e == OK && i < count; i++) {
        const struct store_order *order = &orders[i];
        struct json_writer before = page->j;
        size_t at = page->orders.at;

        page->place.from = order->at;
        if (page_ended(page))
            return OK;
        page->examined++;
        if (order->obeyed || order->deadline.ms >= page->moment.ms)
            continue;
        order_render(&page->j, order, page->moment);
        row_end(page, &before, at);
        if (page->full)
            return OK;
    }
    if (count > 0)
        page->place.from = orders[count - 1].at + 1;
    if (e == OK && count < CHUNK_MAX)
        page->place = (struct place){PART_PERSONS, 0};
    return e;
}

static enum err
person_row(const struct api *api, struct page *page,
           const struct overstay_rules *rules,
           const struct store_person *person, struct arena *arena)
{
    size_t used = arena->used;
    size_t at = page->persons.at;
    struct json_writer before = page->j;
    struct overstay overstay;
    bool over;
    enum err e = overstay_judge(api, rules, person, arena, &overstay, &over);

    if (e == OK && over) {
        overstay_render(&page->j, &overstay, page->on);
        row_end(page, &before, at);
    }
    arena->used = used;
    return e;
}

/* As orders_chunk(). */
static enum err
persons_chunk(const struct api *api, struct page *page,
              const struct overstay_rules *rules, struct arena *arena)
{
    struct store_person persons[CHUNK_MAX];
    int64_t from = (int64_t)page->place.from;
    size_t count = 0;
    enum err e =
        store_inside_next(api->store, &from, arena, persons, CHUNK_MAX, &count);

    for (size_t i = 0; e == OK && i < count; i++) {
        page->place.from = (uint64_t)persons[i].id;
        if (page_ended(page))
            return OK;
        page->examined++;
        e = person_row(api, page, rules, &persons[i], arena);
        if (page->full)
            return e;
    }
    page->place.from = (uint64_t)from;
    if (from < 0)
        page->place.part = PART_END;
    return e;
}

/* Chunk after chunk, orders first. */
static enum err
rows_read(const struct api *api, struct page *page,
          const struct overstay_rules *rules, struct arena *arena)
{
    size_t used = arena->used;
    enum err e = OK;

    page->j = (struct json_writer){.w = &page->orders};
    while (e == OK && page->place.part == PART_ORDERS && !page_ended(page)) {
        e = orders_chunk(api, page, arena);
        arena->used = used;
    }
    page->j = (struct json_writer){.w = &page->persons};
    while (e == OK && page->place.part == PART_PERSONS && !page_ended(page)) {
        e = persons_chunk(api, page, rules, arena);
        arena->used = used;
    }
    return e;
}

static enum err
page_read(const struct api *api, struct page *page, struct arena *arena)
{
    uint8_t *orders = arena_take(arena, ROWS_SIZE_MAX / 2);
    uint8_t *persons = arena_take(arena, ROWS_SIZE_MAX / 2);
    struct api_screening screening = {0};
    struct overstay_rules rules = {.country = api->country, .on = page->on};
    enum err e;

    /* It may ask the tables itself. */
    if (api->screening != NULL)
        api->screening(api->screening_context, &screening);
    rules.rules = screening.rules;
    page->rules_missing = screening.rules_missing;
    rules.passages =
        arena_array(arena, STORE_PASSAGES_MAX, sizeof(*rules.passages));
    if (orders == NULL || persons == NULL || rules.passages == NULL)
        return ERR_LIMIT;
    e = store_read_begin(api->store);
    if (e != OK)
        return e;
    writer_init(&page->orders, orders, ROWS_SIZE_MAX / 2);
    writer_init(&page->persons, persons, ROWS_SIZE_MAX / 2);
    e = rows_read(api, page, &rules, arena);
    store_read_end(api->store);
    return e;
}

/* ----- The answer. ----- */

static void
rows_render(struct json_writer *j, const char *key, const struct writer *rows)
{
    json_key(j, key);
    json_begin_array(j);
    if (rows->at > 0)
        json_put_raw(j, writer_done(rows));
    json_end_array(j);
}

static void
next_render(struct json_writer *j, const struct place *place)
{
    uint8_t text[24];
    struct writer w;

    json_key(j, "next");
    if (place->part == PART_END) {
        json_put_null(j);
        return;
    }
    writer_init(&w, text, sizeof(text));
    writer_u8(&w, place->part == PART_ORDERS ? 'o' : 'p');
    writer_decimal(&w, place->from);
    json_put_text(j, writer_done(&w));
}

static void
page_answer(const struct api *api, struct api_call *call,
            const struct answer *answer, const struct page *page)
{
    struct writer w;
    struct json_writer j = {.w = &w};

    answer_begin(call, &w);
    json_begin_object(&j);
    render_name(api, &j, "access", answer->index);
    render_day(&j, "on", page->on);
    json_pair_boolean(&j, "rules_missing", page->rules_missing);
    rows_render(&j, "orders", &page->orders);
    rows_render(&j, "overstayers", &page->persons);
    next_render(&j, &page->place);
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, 200, "application/json");
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct page *page = call->state;
    enum err e = ERR_BUSY;

    if (api->store != NULL)
        e = page_read(api, page, &call->request->arena);
    if (e == OK) {
        page_answer(api, call, answer, page);
        return;
    }
    call->store_failed = e != ERR_LIMIT;
    problem_status(api, call, 503, "API 4.20",
                   "the look was recorded, but the tables cannot be read now");
}

const struct route route_overstayers = {.id = ROUTE_OVERSTAYERS,
                                        .path = "/v1/overstayers",
                                        .method = METHOD_GET,
                                        .begin = begin,
                                        .finish = finish};
