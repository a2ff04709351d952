/*
 * What each route asks of the keeper, and makes of its answers. API 2, 3, 4.
 */
#include "asked.h"

#include <string.h>

/* The event of a crossing that the keeper makes of an ask. */
static struct bytes
crossing_made(struct desk_made *f, const struct ask *ask)
{
    struct event event = {.type = EVENT_CROSSING,
                          .time = {NOW},
                          .actor = ask->actor,
                          .place = f->api.place,
                          .lane = ask->lane};
    struct writer w;

    event.crossing = (struct crossing){.has_inspection = true,
                                       .inspection = ask->index,
                                       .decision = ask->decision,
                                       .reasons = ask->reasons,
                                       .document = asked_document(),
                                       .key = ask->key};
    writer_init(&w, f->event, sizeof(f->event));
    assert_err(event_encode(&w, &event, NULL), OK);
    return writer_done(&w);
}

static const struct asked scan =
    POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\"}");

/* API 2.2, API 4.1 */
static void
a_scan_is_recorded_and_answered(void **state)
{
    struct desk_made *f = *state;
    struct event event;
    struct arena arena;
    uint8_t block[8192];

    asked_begin(f, &scan);
    assert_true(f->call.waits);
    assert_int_equal(f->call.ask.kind, ASK_APPEND);
    assert_false(f->call.ask.has_time);
    arena_init(&arena, block, sizeof(block));
    assert_err(event_parse(f->call.ask.event, &arena, &event, NULL), OK);
    assert_int_equal(event.type, EVENT_INSPECTION);
    assert_bytes(event.actor, BYTES("api"));
    assert_bytes(event.inspection.lines[1], BYTES(MRZ_2));
    assert_bytes(event.inspection.document.surname, BYTES("ERIKSSON"));
    asked_record(f);
    asked_expect(f, 201, "\"id\":\"durres/183\"");
    asked_expect(f, 201, "\"time\":\"2026-07-01T14:03:27.250Z\"");
    asked_expect(f, 201,
                 "\"valid\":true,\"faults\":[],\"repair\":null,"
                 "\"repair_candidates\":0,\"history\":null");
    asked_expect(f, 201,
                 "\"document\":{\"format\":\"TD3\",\"document_code\":\"P\","
                 "\"issuing_state\":\"UTO\",\"document_number\":\"L898902C3\","
                 "\"surname\":\"ERIKSSON\",\"given_names\":\"ANNA MARIA\","
                 "\"name_truncated\":\"no\",\"nationality\":\"UTO\","
                 "\"date_of_birth\":\"1974-08-12\",\"sex\":\"F\","
                 "\"date_of_expiry\":\"2012-04-15\",\"optional_data_1\":"
                 "\"ZE184226B\",\"optional_data_2\":\"\"}");
    asked_expect(f, 201,
                 "\"receipt\":{\"origin\":\"kufi.example/durres\","
                 "\"index\":183,\"leaf_hash\":\"AQIDAAAA");
    assert_string_equal(f->call.response.fields[0].value,
                        "/v1/records/durres/183");
    assert_null(strstr(asked_body(f), "\"sample\""));
}

static void
what_is_no_mrz_is_recorded_too(void **state)
{
    static const struct asked noise[] = {
        POST("/v1/inspections", "{\"mrz\":[\"\"],\"direction\":\"exit\"}"),
        POST("/v1/inspections",
             "{\"mrz\":[\"no \\u0007\\u00eb\",\"x\"],\"direction\":"
             "\"exit\"}")};
    struct desk_made *f = *state;

    for (size_t i = 0; i < 2; i++) {
        asked_begin(f, &noise[i]);
        asked_record(f);
        asked_expect(f, 201, "\"document\":null,\"valid\":false,\"faults\":[{");
    }
}

/* The OCR took O for 0: one repair is suggested, none applied. */
static void
a_garbled_scan_has_a_repair(void **state)
{
    static const struct asked garbled =
        POST("/v1/inspections",
             "{\"mrz\":[\"" MRZ_1 "\",\"L898902C36UTO74O8122F1204159"
             "ZE184226B<<<<<10\"],\"direction\":\"entry\"}");
    struct desk_made *f = *state;

    asked_begin(f, &garbled);
    asked_record(f);
    asked_expect(f, 201,
                 "\"repair\":[\"" MRZ_1 "\",\"" MRZ_2 "\"],"
                 "\"repair_candidates\":1");
}

static void
a_decision_is_recorded(void **state)
{
    static const struct asked decide = {
        METHOD_POST,
        "/v1/crossings",
        "{\"inspection\":\"durres/182\",\"decision\":\"refuse\","
        "\"reasons\":[\"C\",\"A\"],\"lane\":\"3\"}",
        "7f-1",
        false,
        false};
    struct desk_made *f = *state;
    struct hash key = hash_of(BYTES("7f-1"));

    asked_begin(f, &decide);
    assert_true(f->call.waits);
    assert_int_equal(f->call.ask.kind, ASK_CROSSING);
    assert_int_equal(f->call.ask.index, 182);
    assert_int_equal(f->call.ask.decision, DECISION_REFUSE);
    assert_int_equal(f->call.ask.reasons, 5);
    assert_bytes(f->call.ask.lane, BYTES("3"));
    assert_true(f->call.ask.key.present);
    assert_memory_equal(f->call.ask.key.key, key.b, REQUEST_KEY_SIZE);
    f->call.ask.event = crossing_made(f, &f->call.ask);
    asked_record(f);
    asked_expect(f, 201,
                 "{\"record\":\"durres/183\",\"type\":\"crossing\","
                 "\"time\":\"2026-07-01T14:03:27.250Z\",\"direction\":"
                 "\"entry\",\"document\":{");
    asked_expect(f, 201,
                 "\"decision\":\"refuse\",\"reasons\":[\"A\",\"C\"],"
                 "\"inspection\":\"durres/182\",\"lane\":\"3\",");
}

/* The hash of a request is of all that was asked, and of where. */
static void
other_content_has_another_hash(void **state)
{
    static const struct asked asked[] = {
        {METHOD_POST, "/v1/crossings",
         "{\"inspection\":\"durres/182\",\"decision\":\"admit\"}", "k", false,
         false},
        {METHOD_POST, "/v1/crossings",
         "{\"inspection\":\"durres/182\",\"decision\":\"hand_over\"}", "k",
         false, false},
        {METHOD_POST, "/v1/late-records", "{" LATE "," MRZ_JSON "}", "k", false,
         false}};
    struct desk_made *f = *state;
    struct request_key keys[4];

    for (size_t i = 0; i < 4; i++) {
        asked_begin(f, &asked[i % 3]);
        assert_true(f->call.waits);
        keys[i] = f->call.ask.key;
        assert_memory_equal(keys[i].key, keys[0].key, REQUEST_KEY_SIZE);
    }
    assert_memory_equal(keys[0].request, keys[3].request, REQUEST_KEY_SIZE);
    assert_memory_not_equal(keys[0].request, keys[1].request, REQUEST_KEY_SIZE);
    assert_memory_not_equal(keys[0].request, keys[2].request, REQUEST_KEY_SIZE);
}

/* API 2.7, API 4.3 */
static void
paper_is_recorded(void **state)
{
    static const struct asked by_hand =
        POST("/v1/late-records",
             "{" LATE ",\"reference\":\"12/7\",\"document\":{"
             "\"issuing_state\":\"uto\",\"document_number\":\"l898902c3\","
             "\"surname\":\"M\u00fcller-Eriksson\",\"given_names\":\"Anna "
             "Maria\",\"nationality\":\"UTO\",\"date_of_birth\":"
             "\"1974-XX-XX\"}}");
    static const struct asked by_mrz =
        POST("/v1/late-records", "{" LATE "," MRZ_JSON "}");
    struct desk_made *f = *state;

    asked_begin(f, &by_hand);
    asked_record(f);
    asked_expect(f, 201, "\"type\":\"late_record\"");
    asked_expect(f, 201, "\"occurred\":\"2026-07-01T10:00:00.000Z\"");
    asked_expect(f, 201,
                 "\"document_number\":\"L898902C3\",\"surname\":"
                 "\"MUELLER ERIKSSON\",\"given_names\":\"ANNA MARIA\"");
    asked_expect(f, 201, "\"recorder\":\"officer 7\",\"reference\":\"12/7\"");
    asked_begin(f, &by_mrz);
    asked_record(f);
    asked_expect(f, 201, "\"surname\":\"ERIKSSON\"");
}

static void
a_correction_is_recorded(void **state)
{
    static const struct asked correct =
        POST("/v1/corrections",
             "{\"record\":\"durres/12\",\"field\":\"surname\",\"value\":"
             "\"Eriksen\",\"reason\":\"misread\"}");
    struct desk_made *f = *state;

    asked_begin(f, &correct);
    asked_record(f);
    asked_expect(f, 201,
                 "\"corrects\":\"durres/12\",\"field\":\"surname\","
                 "\"value\":\"ERIKSEN\",\"reason\":\"misread\"");
}

/* Nothing is searched before the look is recorded, and then in MRZ form. */
static void
a_search_is_recorded_first(void **state)
{
    static const struct asked search =
        POST("/v1/searches",
             "{\"document\":\"d<</l8-98902c3<<\",\"purpose\":\"a test\"}");
    struct desk_made *f = *state;
    struct event event;

    asked_begin(f, &search);
    assert_true(f->call.waits);
    assert_err(event_parse(f->call.ask.event, NULL, &event, NULL), OK);
    assert_int_equal(event.type, EVENT_ACCESS);
    assert_bytes(event.access.purpose, BYTES("a test"));
    assert_bytes(event.access.issuing_state, BYTES("D"));
    assert_bytes(event.access.number, BYTES("L8 98902C3"));
    asked_record(f);
    asked_expect(f, 503, "API 4.6"); /* there is no store here */
    assert_true(f->call.store_failed);
}

static void
every_type_of_record_is_shown(void **state)
{
    static const struct asked look = GET("/v1/records/durres/183");
    static const struct event events[] = {
        {.type = EVENT_NODE_START,
         .node_start = {.country = {(const uint8_t *)"ALB", 3},
                        .version = {(const uint8_t *)"0.1.0", 5},
                        .sample = true}},
        {.type = EVENT_NODE_STOP},
        {.type = EVENT_MODE_CHANGE,
         .mode_change = {.reason = {(const uint8_t *)"a drill", 7}}},
        {.type = EVENT_CLOCK_JUMP, .clock_jump = {{0}, {86400000}}},
        {.type = EVENT_KEY_EPOCH_OPENED, .key_epoch_opened = {20635}},
        {.type = EVENT_ACCESS,
         .access = {.purpose = {(const uint8_t *)"record", 6},
                    .kind = ACCESS_RECORD,
                    .node = {(const uint8_t *)"durres", 6},
                    .index = 3}},
    };
    static const char *const words[] = {
        "\"type\":\"node_start\"",  "\"type\":\"node_stop\"",
        "\"type\":\"mode_change\"", "\"to\":\"1970-01-02T00:00:00.000Z\"",
        "\"epoch\":20635",          "\"looked_at\":\"durres/3\""};
    struct desk_made *f = *state;

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        struct event event = events[i];
        struct writer w;

        event.time.ms = NOW;
        event.actor = BYTES("kufi");
        event.place = f->api.place;
        writer_init(&w, f->event, sizeof(f->event));
        assert_err(event_encode(&w, &event, NULL), OK);
        asked_begin(f, &look);
        assert_int_equal(f->call.ask.kind, ASK_RECORD);
        assert_int_equal(f->call.ask.index, 183);
        f->call.ask.event = writer_done(&w);
        asked_record(f);
        asked_expect(f, 200, words[i]);
    }
}

/* API 2.6, API 2.8 */
static void
a_sample_node_says_so_and_takes_a_time(void **state)
{
    static const struct asked timed = POST(
        "/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\",\"time\":"
                           "\"2020-02-29T12:00:00+01:00\"}");
    static const struct asked wrong =
        POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\","
                                "\"time\":\"yesterday\"}");
    struct desk_made *f = *state;

    f->api.sample = true;
    asked_begin(f, &timed);
    assert_true(f->call.ask.has_time);
    assert_int_equal(f->call.ask.time.ms, INT64_C(1582974000000));
    asked_record(f);
    asked_expect(f, 201, "\"time\":\"2020-02-29T11:00:00.000Z\"");
    asked_expect(f, 201, ",\"sample\":true}");
    asked_begin(f, &wrong);
    asked_expect(f, 422, "/time");
    asked_expect(f, 422, ",\"sample\":true}");
}

/* API 3.1, API 3.3: each of the keeper's problems is one of ours, with its
 * status. */
static void
the_keepers_problems_are_told(void **state)
{
    static const struct {
        enum problem problem;
        unsigned status;
        const char *name;
    } cases[] = {{PROBLEM_MALFORMED, 422, ":invalid"},
                 {PROBLEM_NO_SUCH_RECORD, 404, ":no_such_record"},
                 {PROBLEM_NO_SUCH_INSPECTION, 404, ":no_such_inspection"},
                 {PROBLEM_NO_DOCUMENT, 422, ":no_document"},
                 {PROBLEM_DECIDED, 409, "\"record\":\"durres/9\""},
                 {PROBLEM_KEY_REUSED, 422, ":key_reused"},
                 {PROBLEM_ERASED, 410, ":erased"},
                 {PROBLEM_NOT_CORRECTABLE, 422, ":not_correctable"},
                 {PROBLEM_TIME, 422, ":time_not_taken"},
                 {PROBLEM_STARTING, 503, ":starting"},
                 {PROBLEM_STOPPING, 503, ":stopping"},
                 {PROBLEM_DISK_FULL, 503, ":disk_full"},
                 {PROBLEM_READ_ONLY, 503, ":read_only"},
                 {PROBLEM_TROUBLE, 503, ":trouble"},
                 {PROBLEM_NO_SUCH_HIT, 404, ":no_such_hit"},
                 {PROBLEM_WITHDRAWN, 409, ":withdrawn"},
                 {PROBLEM_NOT_WITHDRAWABLE, 422, ":not_withdrawable"},
                 {PROBLEM_NO_SUCH_LIST, 422, ":no_such_list"},
                 {PROBLEM_LIST_SHRUNK, 409, ":list_shrunk"},
                 {PROBLEM_LIST_IN_FORCE, 409, ":list_in_force"},
                 {PROBLEM_NO_SUCH_PLACE, 422, ":no_such_place"},
                 {PROBLEM_REFUSED, 422, ":refused"},
                 {PROBLEM_KEEPER_GONE, 503, ":keeper_gone"}};
    struct desk_made *f = *state;

    assert_int_equal(sizeof(cases) / sizeof(cases[0]), PROBLEM_COUNT - 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct answer answer = {.problem = cases[i].problem, .index = 9};

        asked_begin(f, &scan);
        api_finish(&f->api, &f->call, &answer);
        asked_expect(f, cases[i].status, cases[i].name);
    }
    assert_string_equal(f->call.response.fields[0].name, "Retry-After");
}

/* API 4.8: without a token, and 200 only while appends are taken. */
static void
health_is_the_keepers(void **state)
{
    static const struct asked health = {METHOD_GET, "/v1/health", "",
                                        NULL,       true,         true};
    struct answer answer = {.size = 5, .published = 4, .folded = 5};
    struct desk_made *f = *state;

    asked_begin(f, &health);
    assert_int_equal(f->call.ask.kind, ASK_STATUS);
    assert_int_equal(f->call.deadline_ms, API_HEALTH_DEADLINE_MS);
    api_finish(&f->api, &f->call, &answer);
    asked_expect(f, 200, "{\"status\":\"ok\",\"node\":\"durres\",");
    asked_expect(f, 200, "\"size\":5,\"published\":4,\"folded\":5");
    answer.problem = PROBLEM_DISK_FULL;
    asked_begin(f, &health);
    api_finish(&f->api, &f->call, &answer);
    asked_expect(f, 503,
                 "{\"status\":\"unavailable\",\"reason\":\"disk_full\"");
    answer = (struct answer){.problem = PROBLEM_KEEPER_GONE};
    asked_begin(f, &health);
    api_finish(&f->api, &f->call, &answer);
    asked_expect(f, 503, "\"reason\":\"keeper_gone\"");
    assert_null(strstr(asked_body(f), "size"));
}

/* API 4.9 */
static void
metrics_count_every_answer(void **state)
{
    static const struct asked metrics = {METHOD_GET, "/metrics", "",
                                         NULL,       true,       true};
    static const struct asked unknown = {METHOD_GET, "/x", "",
                                         NULL,       true, true};
    struct answer answer = {.size = 5,
                            .has_status = true,
                            .status = {.started = {NOW - 61000},
                                       .inside = 12,
                                       .type_count = 4,
                                       .appended = {0, 7}}};
    struct desk_made *f = *state;

    for (size_t i = 0; i < 3; i++)
        asked_begin(f, &unknown);
    asked_begin(f, &metrics);
    api_finish(&f->api, &f->call, &answer);
    asked_expect(f, 200, "\nkufi_up 1\n");
    asked_expect(f, 200, "\nkufi_log_size_entries 5\n");
    asked_expect(f, 200, "\nkufi_travellers_inside 12\n");
    asked_expect(f, 200, "\nkufi_keeper_uptime_seconds 61\n");
    asked_expect(f, 200, "\nkufi_appended_total{type=\"crossing\"} 7\n");
    asked_expect(f, 200,
                 "kufi_http_requests_total{route=\"none\",status=\"401\"} "
                 "3\n");
    answer = (struct answer){.problem = PROBLEM_KEEPER_GONE};
    asked_begin(f, &metrics);
    api_finish(&f->api, &f->call, &answer);
    asked_expect(f, 200, "\nkufi_up 0\n");
    asked_expect(f, 200, "route=\"metrics\",status=\"200\"} 1\n");
}

/* API 4.11 */
static void
the_schema_is_served(void **state)
{
    static const struct asked schema = {
        METHOD_GET, "/v1/openapi.json", "", NULL, true, true};
    struct desk_made *f = *state;

    asked_begin(f, &schema);
    asked_expect(f, 200, "\"openapi\": \"3.1.0\"");
}

/* An arena growing from nothing: refused cleanly until it is enough. */
static void
little_memory_is_refused(void **state)
{
    struct desk_made *f = *state;
    size_t size = 0;
    unsigned status = 0;

    for (; size < sizeof(f->block) && status != 201; size += 16) {
        f->request = (struct request){.method = METHOD_POST,
                                      .path = BYTES("/v1/inspections"),
                                      .authorization = BYTES("Bearer " TOKEN),
                                      .content_type = BYTES("application/json"),
                                      .body = bytes_of(scan.body)};
        arena_init(&f->request.arena, f->block, size);
        api_begin(&f->api, &f->request, (struct instant){NOW}, &f->call);
        if (f->call.waits)
            asked_record(f);
        status = f->call.response.status;
        assert_true(status == 201 || status == 422 || status == 500);
    }
    assert_int_equal(status, 201);
    assert_true(size < 32768);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(a_scan_is_recorded_and_answered),
        ASKED_TEST(what_is_no_mrz_is_recorded_too),
        ASKED_TEST(a_garbled_scan_has_a_repair),
        ASKED_TEST(a_decision_is_recorded),
        ASKED_TEST(other_content_has_another_hash),
        ASKED_TEST(paper_is_recorded),
        ASKED_TEST(a_correction_is_recorded),
        ASKED_TEST(a_search_is_recorded_first),
        ASKED_TEST(every_type_of_record_is_shown),
        ASKED_TEST(a_sample_node_says_so_and_takes_a_time),
        ASKED_TEST(the_keepers_problems_are_told),
        ASKED_TEST(health_is_the_keepers),
        ASKED_TEST(metrics_count_every_answer),
        ASKED_TEST(the_schema_is_served),
        ASKED_TEST(little_memory_is_refused),
    };

    return TEST_RUN(tests);
}
