/*
 * What GET /v1/overstayers shows of a real store: hand-made crossings of
 * invented travellers, each inside or not for a reason of its own, so that
 * every figure is known; orders to leave, obeyed, running and overdue; and the
 * same in pages of one row. API 4.20, STY 7.1, STY 7.2, STY 7.3, STY 7.4.
 */
#include "asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "stay/rules.h"
#include "store_help.h"

#define EVENTS_MAX 64
#define ROWS_MAX 16

struct post {
    struct desk_made desk; /* first: what asked.h takes */
    struct store_place place;
    struct store fold;
    struct store read;
    uint64_t count;
    uint8_t rules_block[8192];
    struct arena rules_arena;
    const struct stay_rules *rules;
    bool rules_missing;
};

enum {
    ANNA,   /* in since March */
    BRUNO,  /* in since June */
    DRITA,  /* at home */
    ERIK,   /* in January, and since April */
    FATIMA, /* went in time, after an order */
    GIULIA, /* in since June, and before with another passport: */
    GIULIA_OLD,
    HASAN, /* needs a visa; in since February */
    IVO,   /* refused */
    TRAVELLERS
};

static const struct store_traveller WHO[TRAVELLERS] = {
    {"ERIKSSON", "ANNA", "UTO", "1974-08-12", "U1"},
    {"SAMPLE", "BRUNO", "UTO", "1980-01-02", "U2"},
    {"SHEMBULL", "DRITA", "ALB", "1981-01-02", "A3"},
    {"ERIKSSON", "ERIK", "UTO", "1982-01-02", "U4"},
    {"ERIKSSON", "FATIMA", "UTO", "1983-01-02", "U5"},
    {"SPECIMEN", "GIULIA", "UTO", "1984-01-02", "U6"},
    {"ESEMPIO", "GIULIA", "UTO", "1984-01-02", "U7"},
    {"SAMPLE", "HASAN", "XOM", "1985-01-02", "X8"},
    {"SAMPLE", "IVO", "UTO", "1986-01-02", "U9"},
};

static int64_t
ms_of(const char *text)
{
    struct instant instant = {0};

    assert_err(instant_parse(bytes_of(text), &instant), OK);
    return instant.ms;
}

static void
fold(struct post *post, const struct event *event)
{
    assert_err(store_fold(&post->fold, post->count++, event), OK);
}

static void
cross(struct post *post, int who, const char *time, enum direction direction)
{
    struct event event = store_event(EVENT_CROSSING, ms_of(time));

    event.crossing = (struct crossing){.direction = direction,
                                       .document = store_document(&WHO[who])};
    fold(post, &event);
}

static void
refuse(struct post *post, int who, const char *time)
{
    struct event event = store_event(EVENT_CROSSING, ms_of(time));

    event.crossing = (struct crossing){.decision = DECISION_REFUSE,
                                       .reasons = 1,
                                       .document = store_document(&WHO[who])};
    fold(post, &event);
}

static void
order(struct post *post, int who, const char *time, const char *deadline)
{
    struct event event = store_event(EVENT_EXIT_ORDER, ms_of(time));
    struct document document = store_document(&WHO[who]);

    event.exit_order = (struct exit_order){
        .document = {.issuing_state = document.issuing_state,
                     .number = document.number},
        .deadline = {ms_of(deadline)},
        .reason = BYTES("return decision"),
        .owner = BYTES("Sample office")};
    fold(post, &event);
}

static struct identity
identity_of(int who)
{
    struct document document = store_document(&WHO[who]);

    return (struct identity){.surname = document.surname,
                             .given_names = document.given_names,
                             .date_of_birth = document.date_of_birth,
                             .sex = document.sex,
                             .nationality = document.nationality};
}

static void
link_to(struct post *post, int a, int b, const char *time)
{
    struct event event = store_event(EVENT_PERSON_LINKED, ms_of(time));

    event.person_linked = (struct person_linked){.a = identity_of(a),
                                                 .b = identity_of(b),
                                                 .verdict = VERDICT_SAME,
                                                 .reason = BYTES("a test")};
    fold(post, &event);
}

static void
withdraw(struct post *post, uint64_t index, const char *time)
{
    struct event event = store_event(EVENT_WITHDRAWAL, ms_of(time));

    event.withdrawal = (struct withdrawal){
        .node = BYTES("durres"), .index = index, .reason = BYTES("a test")};
    fold(post, &event);
}

/* In the order of time; the numbers are those of the records. */
static void
events_record(struct post *post)
{
    assert_err(store_begin(&post->fold), OK);
    /* 0 */
    cross(post, DRITA, "2025-01-01T10:00:00Z", DIRECTION_ENTRY);
    cross(post, ERIK, "2026-01-01T10:00:00Z", DIRECTION_ENTRY);
    cross(post, ERIK, "2026-02-01T10:00:00Z", DIRECTION_EXIT);
    cross(post, HASAN, "2026-02-01T11:00:00Z", DIRECTION_ENTRY);
    cross(post, ANNA, "2026-03-01T10:00:00Z", DIRECTION_ENTRY);
    /* 5 */
    cross(post, GIULIA_OLD, "2026-03-01T11:00:00Z", DIRECTION_ENTRY);
    cross(post, FATIMA, "2026-03-01T12:00:00Z", DIRECTION_ENTRY);
    cross(post, ERIK, "2026-04-25T10:00:00Z", DIRECTION_ENTRY);
    cross(post, GIULIA_OLD, "2026-05-20T10:00:00Z", DIRECTION_EXIT);
    order(post, FATIMA, "2026-05-25T10:00:00Z", "2026-05-26T10:00:00Z");
    /* 10 */
    cross(post, FATIMA, "2026-05-27T10:00:00Z", DIRECTION_EXIT);
    cross(post, BRUNO, "2026-06-01T10:00:00Z", DIRECTION_ENTRY);
    cross(post, GIULIA, "2026-06-01T11:00:00Z", DIRECTION_ENTRY);
    link_to(post, GIULIA, GIULIA_OLD, "2026-06-01T12:00:00Z");
    order(post, ANNA, "2026-06-29T10:00:00Z", "2026-06-30T10:00:00Z");
    /* 15 */
    order(post, ERIK, "2026-06-29T11:00:00Z", "2026-07-02T10:00:00Z");
    order(post, BRUNO, "2026-06-29T12:00:00Z", "2026-06-30T10:00:00Z");
    withdraw(post, 16, "2026-06-29T13:00:00Z");
    refuse(post, IVO, "2026-06-30T10:00:00Z");
    assert_err(store_commit(&post->fold), OK);
}

static void
screening(void *context, struct api_screening *out)
{
    struct post *post = context;

    *out = (struct api_screening){.rules = post->rules,
                                  .rules_missing = post->rules_missing};
}

static void
rules_set(struct post *post, const char *text)
{
    arena_init(&post->rules_arena, post->rules_block,
               sizeof(post->rules_block));
    assert_err(stay_rules_parse(bytes_of(text), &post->rules_arena,
                                &post->rules, NULL),
               OK);
}

static int
set_up(void **state)
{
    struct post *post = calloc(1, sizeof(*post));
    struct store_config config;
    void *desk;

    assert_non_null(post);
    assert_int_equal(asked_set_up(&desk), 0);
    post->desk = *(struct desk_made *)desk;
    free(desk);
    store_place_init(&post->place);
    config = post->place.config;
    assert_err(store_open(&post->fold, &config), OK);
    events_record(post);
    config.mode = STORE_READ;
    assert_err(store_open(&post->read, &config), OK);
    post->desk.api.os = &post->place.os;
    post->desk.api.zone = &post->desk.zone;
    post->desk.api.counters = &post->desk.counters;
    post->desk.api.store = &post->read;
    post->desk.api.country = BYTES("ALB");
    post->desk.api.screening = screening;
    post->desk.api.screening_context = post;
    *state = post;
    return 0;
}

static int
tear_down(void **state)
{
    struct post *post = *state;

    store_close(&post->read);
    store_close(&post->fold);
    store_place_deinit(&post->place);
    free(post);
    return 0;
}

static void
ask(struct post *post, const char *target)
{
    struct asked asked = GET(target);

    asked_begin(&post->desk, &asked);
    assert_true(post->desk.call.waits);
    asked_record(&post->desk);
}

static void
text_copy(const struct json *object, const char *name, char *out, size_t size)
{
    struct bytes text = {0};

    (void)json_get_text(json_member(object, name), &text);
    (void)snprintf(out, size, "%.*s", (int)text.size, text.p);
}

/* Every row as "GIVEN NAMES since days-over, ..." and "order N ...", whatever
 * the pages; `*pages` how many there were. */
static void
rows_collect(struct post *post, const char *query, char *out, size_t size,
             int *pages)
{
    char target[256];
    char next[32] = "";
    size_t at = 0;

    out[0] = '\0';
    for (*pages = 0; *pages < 1000; (*pages)++) {
        const struct json *rows;
        struct json *json;

        (void)snprintf(target, sizeof(target), "/v1/overstayers?%s%s%s", query,
                       next[0] != '\0' ? "&from=" : "", next);
        ask(post, target);
        assert_int_equal(post->desk.call.response.status, 200);
        assert_err(json_parse(post->desk.call.response.body, &json, NULL), OK);
        rows = json_member(json, "orders");
        for (size_t i = 0; i < json_count(rows); i++) {
            char name[32];

            text_copy(json_item(rows, i), "order", name, sizeof(name));
            at += (size_t)snprintf(out + at, size - at, "%s; ", name);
        }
        rows = json_member(json, "overstayers");
        for (size_t i = 0; i < json_count(rows); i++) {
            char name[32];
            char since[16];
            int64_t days = 0;

            text_copy(json_item(rows, i), "given_names", name, sizeof(name));
            text_copy(json_item(rows, i), "since", since, sizeof(since));
            assert_true(json_get_integer(
                json_member(json_item(rows, i), "days_over"), &days));
            at += (size_t)snprintf(out + at, size - at, "%s %s %d; ", name,
                                   since, (int)days);
        }
        text_copy(json, "next", next, sizeof(next));
        json_close(json);
        if (next[0] == '\0')
            break;
    }
    (*pages)++;
}

static const struct {
    const char *query;
    const char *rows;
} LISTS[] = {
    {"on=2026-07-01", "durres/14; ERIK 2026-06-22 10; HASAN 2026-05-02 61; "
                      "ANNA 2026-05-30 33; GIULIA 2026-06-10 22; "},
    {"on=2026-06-01", "HASAN 2026-05-02 31; ANNA 2026-05-30 3; "},
    {"on=2026-05-01", ""},
    {"on=2026-09-01", "durres/14; durres/15; ERIK 2026-06-22 72; "
                      "HASAN 2026-05-02 123; ANNA 2026-05-30 95; "
                      "BRUNO 2026-08-30 3; GIULIA 2026-06-10 84; "},
};

/* The same rows, in any order: that of the tables' ids is nobody's concern. */
static void
same_rows(const char *rows, const char *expected)
{
    struct bytes rest = bytes_of(expected);

    assert_int_equal(strlen(rows), strlen(expected));
    while (rest.size > 1) {
        struct bytes row = bytes_split(&rest, ';');
        char text[64];

        (void)snprintf(text, sizeof(text), "%.*s;", (int)row.size, row.p);
        assert_non_null(strstr(rows, text + (text[0] == ' ')));
    }
}

/* STY 7.1, STY 7.3: in one page, and in as many as there may be. */
static void
they_are_listed_by_pages(void **state)
{
    struct post *post = *state;
    char whole[1024];
    char paged[1024];
    char query[64];
    int pages;

    for (size_t i = 0; i < sizeof(LISTS) / sizeof(LISTS[0]); i++) {
        rows_collect(post, LISTS[i].query, whole, sizeof(whole), &pages);
        same_rows(whole, LISTS[i].rows);
        assert_int_equal(pages, 1);
        (void)snprintf(query, sizeof(query), "%s&limit=1", LISTS[i].query);
        rows_collect(post, query, paged, sizeof(paged), &pages);
        assert_string_equal(paged, whole);
    }
    rows_collect(post, "on=2026-07-01&limit=1", paged, sizeof(paged), &pages);
    assert_in_range(pages, 5, 12);
}

#define CROWD 300

/* Each of a crowd stands on one page of many, once, whatever the pages. */
static void
many_are_listed_once(void **state)
{
    static const char *const LIMITS[] = {"limit=500", "limit=100", "limit=7",
                                         "limit=1"};
    static char rows[CROWD * 32];
    struct post *post = *state;
    char number[CROWD][16];
    int pages;

    assert_err(store_begin(&post->fold), OK);
    for (int i = 0; i < CROWD; i++) {
        struct store_traveller who = {"CROWD", number[i], "UTO", "1990-01-02",
                                      number[i]};
        struct event event =
            store_event(EVENT_CROSSING, ms_of("2026-07-01T10:00:00Z"));

        (void)snprintf(number[i], sizeof(number[i]), "N%03d", i);
        event.crossing.document = store_document(&who);
        fold(post, &event);
    }
    assert_err(store_commit(&post->fold), OK);
    for (size_t k = 0; k < sizeof(LIMITS) / sizeof(LIMITS[0]); k++) {
        char query[64];

        (void)snprintf(query, sizeof(query), "on=2026-09-29&%s", LIMITS[k]);
        rows_collect(post, query, rows, sizeof(rows), &pages);
        for (int i = 0; i < CROWD; i++) {
            char row[16 + sizeof(" 2026-09-29 1;")];
            const char *found;

            (void)snprintf(row, sizeof(row), "%s 2026-09-29 1;", number[i]);
            found = strstr(rows, row);
            assert_non_null(found);
            assert_null(strstr(found + 1, row));
        }
    }
    assert_in_range(pages, CROWD, CROWD + 20);
}

/* STY 7.1, STY 7.4: today when nothing is said; all members; the look. */
static void
the_look_is_recorded_first(void **state)
{
    static const struct asked asked = GET("/v1/overstayers");
    struct post *post = *state;
    uint8_t block[256];
    struct arena arena;
    struct event event;

    asked_begin(&post->desk, &asked);
    assert_true(post->desk.call.waits);
    assert_int_equal(post->desk.call.ask.kind, ASK_APPEND);
    arena_init(&arena, block, sizeof(block));
    assert_err(event_parse(post->desk.call.ask.event, &arena, &event, NULL),
               OK);
    assert_int_equal(event.type, EVENT_ACCESS);
    assert_int_equal(event.access.kind, ACCESS_LIST);
    assert_bytes(event.access.list, BYTES("overstayers"));
    assert_bytes(event.access.purpose, BYTES("overstayers"));
    asked_record(&post->desk);
    asked_expect(
        &post->desk, 200,
        "{\"access\":\"durres/"
        "183\",\"on\":\"2026-07-01\",\"rules_missing\":false,\"orders\":"
        "[{\"order\":\"durres/14\",\"deadline\":"
        "\"2026-06-30T10:00:00.000Z\",\"overdue_hours\":28,"
        "\"issuing_state\":\"UTO\",\"document_number\":\"U1\",");
    asked_expect(&post->desk, 200,
                 "\"reason\":\"return decision\",\"owner\":\"Sample office\"}"
                 "],\"overstayers\":[{\"surname\":");
    asked_expect(&post->desk, 200,
                 "\"entry\":\"durres/7\",\"entered\":"
                 "\"2026-04-25T10:00:00.000Z\",\"rule\":\"90/180\",\"limit\":"
                 "\"90/180\",\"title_unknown\":false,\"days_used\":98,"
                 "\"since\":\"2026-06-22\",\"days_over\":10,"
                 "\"exits_missing\":0,\"entries_missing\":0}");
    asked_expect(&post->desk, 200, "],\"next\":null}");
    assert_null(strstr(asked_body(&post->desk), "DRITA"));
    assert_null(strstr(asked_body(&post->desk), "IVO"));
}

/* STY 7.2 */
static void
rules_say_who_is_over(void **state)
{
    struct post *post = *state;
    char rows[1024];
    int pages;

    rules_set(post, "kufi stay rules 1\ndate 2026-01-01\n"
                    "rule year nationality=UTO stay=365+90\n"
                    "rule visa stay=none\nend\n");
    rows_collect(post, "", rows, sizeof(rows), &pages);
    assert_string_equal(rows, "durres/14; HASAN 2026-05-02 61; ");
    asked_expect(&post->desk, 200,
                 "\"rule\":\"90/180\",\"limit\":\"90/180\","
                 "\"title_unknown\":true,");
    rules_set(post, "kufi stay rules 1\ndate 2026-01-01\n"
                    "rule short nationality=XOM stay=30+10\n"
                    "rule free stay=free\nend\n");
    rows_collect(post, "", rows, sizeof(rows), &pages);
    assert_string_equal(rows, "durres/14; HASAN 2026-03-03 121; ");
    asked_expect(&post->desk, 200, "\"rule\":\"short\",\"limit\":\"30+10\"");
}

/* STY 7.2 */
static void
rules_that_cannot_be_had_are_said(void **state)
{
    struct post *post = *state;

    post->rules_missing = true;
    ask(post, "/v1/overstayers");
    asked_expect(&post->desk, 200, "\"rules_missing\":true,\"orders\":[{");
    asked_expect(&post->desk, 200, "\"rule\":\"90/180\"");
}

static void
what_cannot_be_asked_is_refused(void **state)
{
    static const char *const BAD[] = {
        "?on=2026-02-30", "?on=",       "?on=2026-07-01&on=2026-07-01",
        "?limit=0",       "?limit=501", "?limit=x",
        "?from=x",        "?from=p",    "?from=12",
        "?from=p-1",      "?who=all",   "?from=o99999999999999999999",
    };
    struct post *post = *state;
    char target[128];

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        struct asked asked = GET(target);

        (void)snprintf(target, sizeof(target), "/v1/overstayers%s", BAD[i]);
        asked_begin(&post->desk, &asked);
        asked_expect(&post->desk, 422, "API 4.20");
    }
}

/* No store: the look is recorded, and the desk opens the store again. */
static void
no_store_is_said(void **state)
{
    struct post *post = *state;

    post->desk.api.store = NULL;
    ask(post, "/v1/overstayers");
    asked_expect(&post->desk, 503, "the look was recorded");
    assert_true(post->desk.call.store_failed);
}

#define POST_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        POST_TEST(they_are_listed_by_pages),
        POST_TEST(many_are_listed_once),
        POST_TEST(the_look_is_recorded_first),
        POST_TEST(rules_say_who_is_over),
        POST_TEST(rules_that_cannot_be_had_are_said),
        POST_TEST(what_cannot_be_asked_is_refused),
        POST_TEST(no_store_is_said),
    };

    return TEST_RUN(tests);
}
