/*
 * What officers record beside crossings: each request as its event, each member
 * wrong in turn with the clause it breaks, and the record as it is shown; an
 * arena that grows from nothing. API 4.1, 4.13 to 4.19.
 */
#include "asked.h"

#include <string.h>

#include "api/hit_id.h"

#define REASON "\"reason\":\"seen in the second line\""
#define PERSON_A                                                               \
    "{\"surname\":\"Eriksson\",\"given_names\":\"Anna Maria\","                \
    "\"date_of_birth\":\"1974-08-12\",\"sex\":\"F\",\"nationality\":\"UTO\"}"
#define PERSON_B                                                               \
    "{\"surname\":\"ERIKSSON SMITH\",\"date_of_birth\":\"1974-08-12\","        \
    "\"nationality\":\"UTO\"}"
#define HASH_TEXT                                                              \
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ALERT "\"reason\":\"wanted\",\"action\":\"hold\",\"owner\":\"police\""
#define NUMBER "{\"issuing_state\":\"UTO\",\"document_number\":\"L898902C3\"}"

/* Requests that are recorded, and words of the record as it is answered. */
static const struct {
    struct asked asked;
    enum event_type type;
    const char *words;
} good[] = {
    {POST("/v1/hits/durres-183-0", "{\"verdict\":\"other\"," REASON "}"),
     EVENT_HIT_RESOLUTION, "\"hit\":\"durres-183-0\",\"list\":\"?\""},
    {POST("/v1/hits/durres-183-15", "{\"verdict\":\"unsure\"," REASON "}"),
     EVENT_HIT_RESOLUTION, "\"verdict\":\"unsure\""},
    {POST("/v1/alerts", "{\"document\":" NUMBER "," ALERT "}"), EVENT_ALERT_PUT,
     "\"document\":{\"issuing_state\":\"UTO\",\"document_number\":"
     "\"L898902C3\",\"document_code\":null},\"person\":null"},
    {POST("/v1/alerts",
          "{\"person\":{\"surname\":\"\xd0\xad\xd1\x80\xd0\xb8\xd0\xba\","
          "\"other_names\":[\"The Red\"],\"born\":\"1970/1974\"}," ALERT
          ",\"expires\":\"2027-01-01\"}"),
     EVENT_ALERT_PUT,
     "\"other_names\":[\"The Red\"],\"born\":\"1970/1974\",\"sex\":null"},
    {POST("/v1/withdrawals", "{\"record\":\"durres/12\"," REASON "}"),
     EVENT_WITHDRAWAL, "\"withdraws\":\"durres/12\""},
    {POST("/v1/orders", "{\"document\":" NUMBER ",\"hours\":24,"
                        "\"owner\":\"court\"," REASON "}"),
     EVENT_EXIT_ORDER, "\"deadline\":\"2026-07-02T14:03:27.250Z\""},
    {POST("/v1/orders", "{\"document\":" PERSON_B ",\"deadline\":"
                        "\"2026-07-03T00:00:00+02:00\",\"owner\":\"court\"," //
          REASON "}"),
     EVENT_EXIT_ORDER, "\"deadline\":\"2026-07-02T22:00:00.000Z\""},
    {POST("/v1/links", "{\"a\":" PERSON_A ",\"b\":" PERSON_B
                       ",\"verdict\":\"same\"," REASON "}"),
     EVENT_PERSON_LINKED,
     "\"a\":{\"surname\":\"ERIKSSON\",\"given_names\":\"ANNA MARIA\""},
    {POST("/v1/manifests",
          "{\"voyage\":\"ut101\",\"day\":\"2026-07-01\",\"direction\":"
          "\"entry\",\"document\":" PERSON_A "}"),
     EVENT_MANIFEST, "\"voyage\":\"UT101\",\"day\":\"2026-07-01\""},
    {POST("/v1/lists", "{\"name\":\"ofac\",\"sha256\":\"" HASH_TEXT "\"}"),
     EVENT_LIST_IMPORTED, "\"sha256\":\"" HASH_TEXT "\""},
    {POST("/v1/corrections", "{\"record\":\"durres/12\",\"field\":\"verdict\","
                             "\"value\":\"other\"," REASON "}"),
     EVENT_CORRECTION, "\"field\":\"verdict\""},
    {POST("/v1/corrections", "{\"record\":\"durres/12\",\"field\":\"state\","
                             "\"value\":\"closed\"," REASON "}"),
     EVENT_CORRECTION, "\"value\":\"closed\""},
    {POST("/v1/late-records",
          "{" LATE "," MRZ_JSON ",\"place\":\"Vlor\xc3\xab\"}"),
     EVENT_LATE_RECORD, "\"place\":\"Vlor\xc3\xab\""},
    {POST("/v1/inspections",
          "{" MRZ_JSON ",\"direction\":\"entry\",\"lane\":\"3\","
          "\"accompanied\":true,\"voyage\":\"UT101\",\"visa\":{\"type\":\"c\","
          "\"valid_from\":\"2026-01-01\",\"valid_to\":\"2026-12-31\","
          "\"entries\":2,\"days\":30}}"),
     EVENT_INSPECTION, "\"recommendation\":"},
    {POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\","
                             "\"permit\":{\"type\":\"AR\"}}"),
     EVENT_INSPECTION, "\"findings\":["},
};

#define GOOD_SIZE (sizeof(good) / sizeof(good[0]))

static void
acts_are_recorded(void **state)
{
    struct desk_made *f = *state;

    for (size_t i = 0; i < GOOD_SIZE; i++) {
        struct arena arena;
        uint8_t block[EVENT_ARENA_SIZE];
        struct event event;

        asked_begin(f, &good[i].asked);
        if (!f->call.waits)
            print_error("%zu: %s\n", i, asked_body(f));
        assert_true(f->call.waits);
        assert_int_equal(f->call.ask.kind, ASK_APPEND);
        arena_init(&arena, block, sizeof(block));
        assert_err(event_parse(f->call.ask.event, &arena, &event, NULL), OK);
        assert_int_equal(event.type, good[i].type);
        asked_record(f);
        asked_expect(f, 201, good[i].words);
        assert_string_equal(f->call.response.fields[0].value,
                            "/v1/records/durres/183");
    }
}

/* Whatever room there is: the request is refused, or done. */
static void
little_room_is_refused(void **state)
{
    struct desk_made *f = *state;

    for (size_t i = 0; i < GOOD_SIZE; i++) {
        bool done = false;

        for (f->room = 512; !done; f->room += f->room / 16) {
            unsigned status;

            f->request = (struct request){0};
            assert_true(f->room < sizeof(f->block));
            asked_begin(f, &good[i].asked);
            if (f->call.waits)
                asked_record(f);
            status = f->call.response.status;
            if (status != 201 && status != 422 && status != 500)
                print_error("%zu: %u with %zu\n", i, status, f->room);
            assert_true(status == 201 || status == 422 || status == 500);
            done = status == 201;
        }
    }
}

#define HIT(id) POST("/v1/hits/" id, "{\"verdict\":\"other\"," REASON "}")
#define SCAN(more)                                                             \
    POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\"," more "}")

static const struct {
    struct asked asked;
    unsigned status;
    const char *words;
} bad[] = {
    /* API 4.1 */
    {SCAN("\"accompanied\":\"yes\""), 422, "/accompanied"},
    {SCAN("\"voyage\":\"12345678901234567\""), 422, "/voyage"},
    {SCAN("\"voyage\":\"\xc3\xab\""), 422, "/voyage"},
    {SCAN("\"visa\":[]"), 422, "/visa"},
    {SCAN("\"visa\":{\"colour\":1}"), 422, "\"pointer\":\"/visa\""},
    {SCAN("\"visa\":{},\"permit\":{}"), 422, "API 4.1"},
    {SCAN("\"visa\":{\"entries\":-1}"), 422, "/visa/entries"},
    {SCAN("\"visa\":{\"entries\":1001}"), 422, "/visa/entries"},
    {SCAN("\"visa\":{\"days\":1.5}"), 422, "/visa/days"},
    {SCAN("\"visa\":{\"valid_from\":\"2026-01-01\"}"), 422, "/visa/valid_to"},
    {SCAN("\"visa\":{\"valid_from\":\"2026-02-01\",\"valid_to\":"
          "\"2026-01-01\"}"),
     422, "/visa/valid_to"},
    {SCAN("\"permit\":{\"valid_to\":\"soon\"}"), 422, "/permit/valid_to"},
    {SCAN("\"permit\":{\"entries\":1}"), 422, "\"pointer\":\"/permit\""},
    {SCAN("\"lane\":\"12345678901234567\""), 422, "/lane"},
    /* API 4.13 */
    {HIT("durres-183"), 404, "API 4.13"},
    {HIT("durres-183-"), 404, "API 4.13"},
    {HIT("durres-0183-0"), 404, "API 4.13"},
    {HIT("durres-183-256"), 404, "API 4.13"},
    {HIT("durres-183-16"), 422, "REC 4.17"},
    {HIT("vlora-183-0"), 404, "API 4.13"},
    {HIT("183-0"), 404, "API 4.13"},
    {POST("/v1/hits/durres-183-0", "{\"verdict\":\"maybe\"," REASON "}"), 422,
     "/verdict"},
    {POST("/v1/hits/durres-183-0", "{\"verdict\":\"same\"}"), 422, "/reason"},
    {POST("/v1/hits/durres-183-0",
          "{\"verdict\":\"same\"," REASON ",\"list\":\"ofac\"}"),
     422, "API 2.4"},
    /* API 4.14 */
    {POST("/v1/alerts", "{" ALERT "}"), 422, "API 4.14"},
    {POST("/v1/alerts", "{\"document\":" NUMBER ",\"person\":{\"surname\":"
                        "\"A\"}," ALERT "}"),
     422, "API 4.14"},
    {POST("/v1/alerts", "{\"document\":{\"issuing_state\":\"UTO\"}," ALERT "}"),
     422, "/document/document_number"},
    {POST("/v1/alerts", "{\"person\":{}," ALERT "}"), 422, "/person/surname"},
    {POST("/v1/alerts", "{\"person\":{\"surname\":\"A\",\"born\":\"old\"}," //
          ALERT "}"),
     422, "/person/born"},
    {POST("/v1/alerts", "{\"person\":{\"surname\":\"A\",\"born\":\"1974/\"}," //
          ALERT "}"),
     422, "/person/born"},
    {POST("/v1/alerts",
          "{\"person\":{\"surname\":\"A\",\"other_names\":[]}," ALERT "}"),
     422, "/person/other_names"},
    {POST("/v1/alerts", "{\"document\":" NUMBER ",\"reason\":\"bored\","
                        "\"action\":\"hold\",\"owner\":\"police\"}"),
     422, "/reason"},
    {POST("/v1/alerts",
          "{\"document\":" NUMBER "," ALERT ",\"expires\":\"tomorrow\"}"),
     422, "/expires"},
    {GET("/v1/alerts?from=12"), 422, "API 4.14"},
    {GET("/v1/alerts?overdue=1"), 422, "API 4.14"},
    /* API 4.15 */
    {POST("/v1/withdrawals", "{\"record\":\"12\"," REASON "}"), 422, "/record"},
    {POST("/v1/withdrawals", "{\"record\":\"durres/12\"}"), 422, "/reason"},
    /* API 4.16 */
    {POST("/v1/orders",
          "{\"document\":" NUMBER ",\"owner\":\"court\"," REASON "}"),
     422, "API 4.16"},
    {POST("/v1/orders", "{\"document\":" NUMBER ",\"hours\":0,\"owner\":"
                        "\"court\"," REASON "}"),
     422, "/hours"},
    {POST("/v1/orders", "{\"document\":" NUMBER ",\"hours\":9000,\"owner\":"
                        "\"court\"," REASON "}"),
     422, "/hours"},
    {POST("/v1/orders",
          "{\"document\":{\"surname\":\"A\"},\"hours\":1,\"owner\":"
          "\"court\"," REASON "}"),
     422, "\"pointer\":\"/document\""},
    {GET("/v1/orders?overdue=0"), 422, "API 4.14"},
    /* API 4.17 */
    {POST("/v1/links", "{\"a\":" PERSON_A ",\"b\":" PERSON_B
                       ",\"verdict\":\"unsure\"," REASON "}"),
     422, "API 4.17"},
    {POST("/v1/links", "{\"a\":" PERSON_A ",\"b\":" PERSON_A
                       ",\"verdict\":\"same\"," REASON "}"),
     422, "REC 4.23"},
    {POST("/v1/links",
          "{\"a\":" PERSON_A ",\"b\":{\"surname\":\"A\","
          "\"nationality\":\"UTO\"},\"verdict\":\"same\"," REASON "}"),
     422, "/b/date_of_birth"},
    /* API 4.18 */
    {POST("/v1/manifests",
          "{\"voyage\":\"UT101\",\"day\":\"today\","
          "\"direction\":\"entry\",\"document\":" PERSON_A "}"),
     422, "/day"},
    {POST("/v1/manifests", "{\"day\":\"2026-07-01\",\"direction\":\"entry\","
                           "\"document\":" PERSON_A "}"),
     422, "/voyage"},
    /* API 4.19 */
    {POST("/v1/lists", "{\"name\":\"ofac\",\"sha256\":\"00\"}"), 422,
     "/sha256"},
    {POST("/v1/lists", "{\"name\":\"ofac\",\"sha256\":\"X" HASH_TEXT "\"}"),
     422, "/sha256"},
    {POST("/v1/lists", "{\"sha256\":\"" HASH_TEXT "\"}"), 422, "/name"},
    {GET("/v1/lists"), 503, "API 4.19"},
};

static void
what_is_wrong_is_named(void **state)
{
    struct desk_made *f = *state;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        asked_begin(f, &bad[i].asked);
        if (f->call.waits)
            print_error("case %zu\n", i);
        asked_expect(f, bad[i].status, bad[i].words);
        assert_null(strstr(asked_body(f), "ERIKSSON"));
        assert_null(strstr(asked_body(f), "L898902C3"));
    }
}

/* API 4.13: read from the right, since names of nodes may hold hyphens. */
static void
hit_ids_are_read_again(void **state)
{
    static const struct {
        const char *text;
        const char *node;
        bool good;
    } cases[] = {{"durres-183-0", "durres", true},
                 {"qafe-thane-2-183-7", "qafe-thane-2", true},
                 {"qafe-thane-2-183-7", "qafe-thane", false},
                 {"a-9007199254740991-255", "a", true},
                 {"a-9007199254740992-0", "a", false},
                 {"-183-0", "", true},
                 {"183-0", "", false},
                 {"", "", false}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct bytes text = bytes_of(cases[i].text);
        struct bytes node = bytes_of(cases[i].node);
        uint8_t again[64];
        struct hit_id id;
        struct writer w;

        assert_int_equal(hit_id_parse(text, node, &id), cases[i].good);
        if (!cases[i].good)
            continue;
        writer_init(&w, again, sizeof(again));
        hit_id_write(&w, node, &id);
        assert_bytes(writer_done(&w), text);
    }
}

/* API 4.14, 4.16: the look is recorded before the page is shown. */
static void
looks_through_lists_are_recorded(void **state)
{
    static const struct {
        struct asked asked;
        const char *list;
    } cases[] = {{GET("/v1/alerts"), "alerts"},
                 {GET("/v1/alerts?from=durres/12"), "alerts"},
                 {GET("/v1/alerts?from=vlora/12"), "alerts"},
                 {GET("/v1/orders?overdue=1"), "orders"}};
    struct desk_made *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct arena none = {0};
        struct event event;

        asked_begin(f, &cases[i].asked);
        assert_true(f->call.waits);
        assert_err(event_parse(f->call.ask.event, &none, &event, NULL), OK);
        assert_int_equal(event.type, EVENT_ACCESS);
        assert_int_equal(event.access.kind, ACCESS_LIST);
        assert_bytes(event.access.list, bytes_of(cases[i].list));
        asked_record(f);
        asked_expect(f, 503, "the look was recorded");
        assert_true(f->call.store_failed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(acts_are_recorded),
        ASKED_TEST(little_room_is_refused),
        ASKED_TEST(what_is_wrong_is_named),
        ASKED_TEST(hit_ids_are_read_again),
        ASKED_TEST(looks_through_lists_are_recorded),
    };

    return TEST_RUN(tests);
}
