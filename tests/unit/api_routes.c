/*
 * Every route without a socket: requests as structs, the keeper's answers by
 * hand. A table of requests with the status and the words that must come back,
 * each bad one with the clause it breaks; then what each route asks of the
 * keeper and makes of its answers. API 2, 3, 4.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/json.h"
#include "http/target.h"

#define TOKEN "sample-token-of-a-test"
#define NOW INT64_C(1782914607250) /* 2026-07-01T14:03:27.250Z */
#define EVENT_BLOCK 16384

#define MRZ_1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define MRZ_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define MRZ_JSON "\"mrz\":[\"" MRZ_1 "\",\"" MRZ_2 "\"]"

struct fixture {
    struct os os;
    struct zone zone;
    struct api api;
    struct api_counters counters;
    struct request request;
    struct api_call call;
    uint8_t block[REQUEST_ARENA_SIZE];
    uint8_t event[EVENT_BLOCK];
    char body[REQUEST_ARENA_SIZE];
};

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    os_posix_init(&f->os);
    f->api = (struct api){.os = &f->os,
                          .origin = BYTES("kufi.example/durres"),
                          .node = BYTES("durres"),
                          .place = BYTES("Durr\xc3\xabs"),
                          .zone = &f->zone,
                          .token = hash_of(BYTES(TOKEN)),
                          .counters = &f->counters};
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    free(*state);
    return 0;
}

struct asked {
    enum method method;
    const char *target;
    const char *body;
    const char *key;
    bool no_token;
    bool no_type;
};

static void
begin(struct fixture *f, const struct asked *asked)
{
    struct request *request = &f->request;

    *request = (struct request){.method = asked->method};
    arena_init(&request->arena, f->block, sizeof(f->block));
    assert_err(target_parse(bytes_of(asked->target), &request->arena,
                            &request->path, &request->query, NULL),
               OK);
    if (!asked->no_token)
        request->authorization = BYTES("Bearer " TOKEN);
    if (!asked->no_type)
        request->content_type = BYTES("application/json; charset=utf-8");
    if (asked->key != NULL)
        request->idempotency_key = bytes_of(asked->key);
    request->body = bytes_of(asked->body);
    api_begin(&f->api, request, (struct instant){NOW}, &f->call);
}

/* The answer as a text, to look for words in. */
static const char *
body_of(struct fixture *f)
{
    struct bytes body = f->call.response.body;

    assert_true(body.size < sizeof(f->body));
    if (body.size > 0)
        memcpy(f->body, body.p, body.size);
    f->body[body.size] = '\0';
    return f->body;
}

static void
expect(struct fixture *f, unsigned status, const char *words)
{
    const char *body = body_of(f);
    struct json *json = NULL;

    if (f->call.waits || f->call.response.status != status ||
        strstr(body, words) == NULL)
        print_error("%u, not %u with %s: %s\n", f->call.response.status,
                    status, words, body);
    assert_false(f->call.waits);
    assert_int_equal(f->call.response.status, status);
    assert_non_null(strstr(body, words));
    if (strstr(f->call.response.content_type, "json") == NULL)
        return;
    assert_err(json_parse(f->call.response.body, &json, NULL), OK);
    json_close(json);
}

/* As the keeper would: what was asked is recorded as number 183. */
static void
record(struct fixture *f)
{
    struct answer answer = {.problem = PROBLEM_NONE,
                            .size = 184,
                            .published = 100,
                            .folded = 184,
                            .has_record = true,
                            .index = 183,
                            .leaf = {{1, 2, 3}},
                            .event = f->call.ask.event};

    assert_true(f->call.waits);
    api_finish(&f->api, &f->call, &answer);
}

static struct document
eriksson(void)
{
    return (struct document){.format = BYTES("TD3"),
                             .code = BYTES("P"),
                             .issuing_state = BYTES("UTO"),
                             .number = BYTES("L898902C3"),
                             .surname = BYTES("ERIKSSON"),
                             .given_names = BYTES("ANNA MARIA"),
                             .nationality = BYTES("UTO"),
                             .date_of_birth = BYTES("1974-08-12"),
                             .sex = BYTES("F"),
                             .date_of_expiry = BYTES("2012-04-15"),
                             .optional_1 = BYTES("ZE184226B")};
}

/* The event of a crossing that the keeper makes of an ask. */
static struct bytes
crossing_made(struct fixture *f, const struct ask *ask)
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
                                       .document = eriksson(),
                                       .key = ask->key};
    writer_init(&w, f->event, sizeof(f->event));
    assert_err(event_encode(&w, &event, NULL), OK);
    return writer_done(&w);
}

/* ----- What is refused before the keeper is asked. ----- */

struct refused {
    struct asked asked;
    unsigned status;
    const char *words;
};

#define POST(path, text)                                                       \
    {                                                                          \
        .method = METHOD_POST, .target = (path), .body = (text)                \
    }
#define GET(path)                                                              \
    {                                                                          \
        .method = METHOD_GET, .target = (path), .body = ""                     \
    }
#define LATE                                                                   \
    "\"occurred\":\"2026-07-01T10:00:00Z\",\"reason\":\"no power\","           \
    "\"recorder\":\"officer 7\",\"direction\":\"entry\",\"decision\":"         \
    "\"admit\""

static const struct refused refused[] = {
    /* API 2.1 */
    {{METHOD_GET, "/v1/records/durres/1", "", NULL, true, true}, 401,
     "API 2.1"},
    {{METHOD_GET, "/nothing/here", "", NULL, true, true}, 401, "unauthorized"},
    {{METHOD_POST, "/v1/health2", "", NULL, true, true}, 401, "API 2.1"},
    /* API 1.2, 4.12 */
    {GET("/nothing/here"), 404, "API 4.12"},
    {GET("/v1/inspections"), 405, "API 1.2"},
    {POST("/v1/health", ""), 405, "API 1.2"},
    {{METHOD_OTHER, "/v1/searches", "", NULL, false, true}, 405, "API 1.2"},
    {GET("/tile/"), 404, "API 4.12"},
    /* API 1.5, 2.3 */
    {{METHOD_POST, "/v1/inspections", "{}", NULL, false, true}, 415,
     "API 1.5"},
    {POST("/v1/inspections", ""), 400, "API 2.3"},
    {POST("/v1/inspections", "{\"mrz\":["), 400, "\"at\":"},
    {POST("/v1/inspections", "[1]"), 422, "API 2.3"},
    {POST("/v1/inspections", "{\"a\":1,\"a\":2}"), 400, "API 2.3"},
    {POST("/v1/inspections", "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]"), 400,
     "API 2.3"},
    {POST("/v1/inspections", "{\"mrz\":[\"a\\u0000b\"]}"), 400, "API 2.3"},
    {POST("/v1/inspections", "{\"mrz\":[\"\xff\"]}"), 400, "API 2.3"},
    /* API 2.4 */
    {POST("/v1/inspections", "{\"direction\":\"entry\"}"), 422,
     "\"pointer\":\"/mrz\""},
    {POST("/v1/inspections", "{\"mrz\":[],\"direction\":\"entry\"}"), 422,
     "/mrz"},
    {POST("/v1/inspections",
          "{\"mrz\":[\"a\",\"b\",\"c\",\"d\"],\"direction\":\"entry\"}"),
     422, "/mrz"},
    {POST("/v1/inspections", "{\"mrz\":[1],\"direction\":\"entry\"}"), 422,
     "API 2.4"},
    {POST("/v1/inspections", "{\"mrz\":\"a\",\"direction\":\"entry\"}"), 422,
     "API 2.4"},
    {POST("/v1/inspections", "{" MRZ_JSON "}"), 422, "/direction"},
    {POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"in\"}"), 422,
     "API 4.1"},
    {POST("/v1/inspections",
          "{" MRZ_JSON ",\"direction\":\"entry\",\"x\":1}"),
     422, "API 2.4"},
    /* API 2.6 */
    {POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\","
                             "\"time\":\"2026-07-01T10:00:00Z\"}"),
     422, "API 2.6"},
    /* API 4.2 */
    {POST("/v1/crossings", "{\"decision\":\"admit\"}"), 422, "/inspection"},
    {POST("/v1/crossings", "{\"inspection\":182,\"decision\":\"admit\"}"), 422,
     "/inspection"},
    {POST("/v1/crossings",
          "{\"inspection\":\"durres/0182\",\"decision\":\"admit\"}"),
     422, "/inspection"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\"}"), 422,
     "/decision"},
    {POST("/v1/crossings",
          "{\"inspection\":\"durres/182\",\"decision\":\"pass\"}"),
     422, "API 4.2"},
    {POST("/v1/crossings",
          "{\"inspection\":\"durres/182\",\"decision\":\"refuse\"}"),
     422, "/reasons"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\",\"decision\":"
                           "\"refuse\",\"reasons\":[]}"),
     422, "/reasons"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\",\"decision\":"
                           "\"refuse\",\"reasons\":[\"J\"]}"),
     422, "/reasons"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\",\"decision\":"
                           "\"refuse\",\"reasons\":[\"A\",\"A\"]}"),
     422, "/reasons"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\",\"decision\":"
                           "\"admit\",\"reasons\":[\"A\"]}"),
     422, "/reasons"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\",\"decision\":"
                           "\"admit\",\"lane\":\"12345678901234567\"}"),
     422, "/lane"},
    {POST("/v1/crossings", "{\"inspection\":\"durres/182\",\"decision\":"
                           "\"admit\",\"lane\":\"\\u0007\"}"),
     422, "/lane"},
    {{METHOD_POST, "/v1/crossings",
      "{\"inspection\":\"durres/182\",\"decision\":\"admit\"}", "", false,
      false},
     400, "API 2.5"},
    {{METHOD_POST, "/v1/crossings",
      "{\"inspection\":\"durres/182\",\"decision\":\"admit\"}", "a b", false,
      false},
     400, "API 2.5"},
    /* API 4.3 */
    {POST("/v1/late-records", "{" LATE "}"), 422, "API 4.3"},
    {POST("/v1/late-records", "{" LATE "," MRZ_JSON ",\"document\":{}}"), 422,
     "API 4.3"},
    {POST("/v1/late-records", "{" LATE ",\"mrz\":[\"nothing\"]}"), 422,
     "/mrz"},
    {POST("/v1/late-records", "{" LATE ",\"document\":{\"surname\":\"A\"}}"),
     422, "/document/issuing_state"},
    {POST("/v1/late-records", "{" LATE ",\"document\":{\"name\":\"A\"}}"),
     422, "API 2.4"},
    {POST("/v1/late-records",
          "{\"occurred\":\"2027-07-01T10:00:00Z\",\"reason\":\"no power\","
          "\"recorder\":\"officer 7\",\"direction\":\"entry\",\"decision\":"
          "\"admit\"," MRZ_JSON "}"),
     422, "/occurred"},
    /* API 4.4 */
    {POST("/v1/corrections", "{\"record\":\"durres/1\",\"field\":\"shoe\","
                             "\"value\":\"x\",\"reason\":\"y\"}"),
     422, "/field"},
    {POST("/v1/corrections", "{\"record\":\"durres/1\",\"field\":"
                             "\"direction\",\"value\":\"x\",\"reason\":\"y\"}"),
     422, "/value"},
    {POST("/v1/corrections", "{\"record\":\"durres/1\",\"field\":\"reasons\","
                             "\"value\":\"AA\",\"reason\":\"y\"}"),
     422, "/value"},
    {POST("/v1/corrections", "{\"record\":\"durres/1\",\"field\":"
                             "\"date_of_birth\",\"value\":\"1974-02-30\","
                             "\"reason\":\"y\"}"),
     422, "/value"},
    {POST("/v1/corrections",
          "{\"record\":\"durres/1\",\"field\":\"lane\",\"value\":\"4\"}"),
     422, "/reason"},
    /* API 4.5 */
    {GET("/v1/records/durres/x"), 404, "API 4.5"},
    {GET("/v1/records/vlora/1"), 404, "API 4.5"},
    {GET("/v1/records/durres/01"), 404, "API 4.5"},
    {GET("/v1/records/durres/1?proof=2"), 422, "API 4.5"},
    {GET("/v1/records/durres/1?proof=1&proof=1"), 422, "API 4.5"},
    {GET("/v1/records/durres/1?x=1"), 422, "API 4.5"},
    /* API 4.6 */
    {POST("/v1/searches", "{\"document\":\"UTO/L898902C3\"}"), 422,
     "/purpose"},
    {POST("/v1/searches",
          "{\"document\":\"UTO/L898902C3\",\"purpose\":\" \"}"),
     422, "API 4.6"},
    {POST("/v1/searches", "{\"purpose\":\"x\"}"), 422, "API 4.6"},
    {POST("/v1/searches", "{\"document\":\"L898902C3\",\"purpose\":\"x\"}"),
     422, "/document"},
    {POST("/v1/searches", "{\"document\":\"UTO/\",\"purpose\":\"x\"}"), 422,
     "/document"},
    {POST("/v1/searches", "{\"document\":\"UTOPIA/1\",\"purpose\":\"x\"}"),
     422, "/document"},
    {POST("/v1/searches", "{\"surname\":\"ERIKSSON\",\"purpose\":\"x\"}"), 422,
     "/date_of_birth"},
    {POST("/v1/searches", "{\"surname\":\"ERIKSSON\",\"date_of_birth\":\"12 "
                          "August\",\"purpose\":\"x\"}"),
     422, "/date_of_birth"},
    /* API 4.7 */
    {GET("/v1/statistics"), 422, "API 4.7"},
    {GET("/v1/statistics?from=2026-07-01"), 422, "API 4.7"},
    {GET("/v1/statistics?from=2026-07-01&to=2026-07-02&by=shoe"), 422,
     "API 4.7"},
    {GET("/v1/statistics?from=2026-07-03&to=2026-07-01"), 422, "API 4.7"},
    {GET("/v1/statistics?from=2026-07-01T00:00:01Z&to=2026-07-02"), 422,
     "API 4.7"},
    {GET("/v1/statistics?from=2026-07-01&to=2026-07-02&who=x"), 422,
     "API 4.7"},
    {GET("/v1/statistics?from=2026-07-01&to=2026-07-02"), 503, "API 4.7"},
    /* API 4.10 */
    {GET("/tile/0/x"), 404, "API 4.10"},
    {GET("/tile/64/000"), 404, "API 4.10"},
};

/* Whatever is wrong, nothing of it comes back and nothing is asked. */
static void
bad_requests_break_their_clause(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        begin(f, &refused[i].asked);
        if (f->call.waits)
            print_error("case %zu\n", i);
        expect(f, refused[i].status, refused[i].words);
        assert_string_equal(f->call.response.content_type,
                            "application/problem+json");
        assert_null(strstr(body_of(f), "ERIKSSON"));
        assert_null(strstr(body_of(f), "L898902C3"));
    }
}

/* Each cut at every byte, where it had a body: never anything but 4xx. */
static void
cut_bodies_are_malformed(void **state)
{
    static const char whole[] = "{" MRZ_JSON ",\"direction\":\"entry\"}";
    char cut[sizeof(whole)];
    struct asked asked = POST("/v1/inspections", cut);
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(whole) - 1; i++) {
        memcpy(cut, whole, i);
        cut[i] = '\0';
        begin(f, &asked);
        expect(f, 400, "API 2.3");
    }
}

static void
allowed_methods_and_tokens_are_told(void **state)
{
    static const struct asked wrong = GET("/v1/crossings");
    static const struct asked none = {METHOD_GET, "/v1/crossings", "", NULL,
                                      true, true};
    struct fixture *f = *state;

    begin(f, &wrong);
    assert_string_equal(f->call.response.fields[0].name, "Allow");
    assert_string_equal(f->call.response.fields[0].value, "POST");
    begin(f, &none);
    assert_string_equal(f->call.response.fields[0].name, "WWW-Authenticate");
}

/* API 2.1: any character more, less or other is another token. */
static void
only_the_token_opens(void **state)
{
    static const struct {
        const char *field;
        unsigned status;
    } cases[] = {{"Bearer " TOKEN, 404},   {"bearer " TOKEN, 404},
                 {"Bearer  " TOKEN, 404},  {"Bearer " TOKEN "x", 401},
                 {"Bearer x" TOKEN, 401},  {"Basic " TOKEN, 401},
                 {TOKEN, 401},             {"Bearer", 401},
                 {"Bearer ", 401},         {"", 401},
                 {"Bearer" TOKEN, 401},    {"Bearerx " TOKEN, 401}};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f->request = (struct request){.method = METHOD_GET,
                                      .path = BYTES("/none"),
                                      .authorization =
                                          bytes_of(cases[i].field)};
        arena_init(&f->request.arena, f->block, sizeof(f->block));
        api_begin(&f->api, &f->request, (struct instant){NOW}, &f->call);
        assert_int_equal(f->call.response.status, cases[i].status);
    }
}

/* ----- What is asked, and answered. ----- */

static const struct asked scan =
    POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\"}");

static void
a_scan_is_recorded_and_answered(void **state)
{
    struct fixture *f = *state;
    struct event event;
    struct arena arena;
    uint8_t block[8192];

    begin(f, &scan);
    assert_true(f->call.waits);
    assert_int_equal(f->call.ask.kind, ASK_APPEND);
    assert_false(f->call.ask.has_time);
    arena_init(&arena, block, sizeof(block));
    assert_err(event_parse(f->call.ask.event, &arena, &event, NULL), OK);
    assert_int_equal(event.type, EVENT_INSPECTION);
    assert_bytes(event.actor, BYTES("api"));
    assert_bytes(event.inspection.lines[1], BYTES(MRZ_2));
    assert_bytes(event.inspection.document.surname, BYTES("ERIKSSON"));
    record(f);
    expect(f, 201, "\"id\":\"durres/183\"");
    expect(f, 201, "\"time\":\"2026-07-01T14:03:27.250Z\"");
    expect(f, 201, "\"valid\":true,\"faults\":[],\"repair\":null,"
                   "\"repair_candidates\":0,\"history\":null");
    expect(f, 201,
           "\"document\":{\"format\":\"TD3\",\"document_code\":\"P\","
           "\"issuing_state\":\"UTO\",\"document_number\":\"L898902C3\","
           "\"surname\":\"ERIKSSON\",\"given_names\":\"ANNA MARIA\","
           "\"name_truncated\":\"no\",\"nationality\":\"UTO\","
           "\"date_of_birth\":\"1974-08-12\",\"sex\":\"F\","
           "\"date_of_expiry\":\"2012-04-15\",\"optional_data_1\":"
           "\"ZE184226B\",\"optional_data_2\":\"\"}");
    expect(f, 201, "\"receipt\":{\"origin\":\"kufi.example/durres\","
                   "\"index\":183,\"leaf_hash\":\"AQIDAAAA");
    assert_string_equal(f->call.response.fields[0].value,
                        "/v1/records/durres/183");
    assert_null(strstr(body_of(f), "\"sample\""));
}

static void
what_is_no_mrz_is_recorded_too(void **state)
{
    static const struct asked noise[] = {
        POST("/v1/inspections", "{\"mrz\":[\"\"],\"direction\":\"exit\"}"),
        POST("/v1/inspections",
             "{\"mrz\":[\"no \\u0007\\u00eb\",\"x\"],\"direction\":"
             "\"exit\"}")};
    struct fixture *f = *state;

    for (size_t i = 0; i < 2; i++) {
        begin(f, &noise[i]);
        record(f);
        expect(f, 201, "\"direction\":\"exit\",\"document\":null,"
                       "\"valid\":false,\"faults\":[{");
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
    struct fixture *f = *state;

    begin(f, &garbled);
    record(f);
    expect(f, 201, "\"repair\":[\"" MRZ_1 "\",\"" MRZ_2 "\"],"
                   "\"repair_candidates\":1");
}

static void
a_decision_is_recorded(void **state)
{
    static const struct asked decide = {
        METHOD_POST, "/v1/crossings",
        "{\"inspection\":\"durres/182\",\"decision\":\"refuse\","
        "\"reasons\":[\"C\",\"A\"],\"lane\":\"3\"}",
        "7f-1", false, false};
    struct fixture *f = *state;
    struct hash key = hash_of(BYTES("7f-1"));

    begin(f, &decide);
    assert_true(f->call.waits);
    assert_int_equal(f->call.ask.kind, ASK_CROSSING);
    assert_int_equal(f->call.ask.index, 182);
    assert_int_equal(f->call.ask.decision, DECISION_REFUSE);
    assert_int_equal(f->call.ask.reasons, 5);
    assert_bytes(f->call.ask.lane, BYTES("3"));
    assert_true(f->call.ask.key.present);
    assert_memory_equal(f->call.ask.key.key, key.b, REQUEST_KEY_SIZE);
    f->call.ask.event = crossing_made(f, &f->call.ask);
    record(f);
    expect(f, 201, "{\"record\":\"durres/183\",\"type\":\"crossing\","
                   "\"time\":\"2026-07-01T14:03:27.250Z\",\"direction\":"
                   "\"entry\",\"document\":{");
    expect(f, 201, "\"decision\":\"refuse\",\"reasons\":[\"A\",\"C\"],"
                   "\"inspection\":\"durres/182\",\"lane\":\"3\",");
}

/* The hash of a request is of all that was asked, and of where. */
static void
other_content_has_another_hash(void **state)
{
    static const struct asked asked[] = {
        {METHOD_POST, "/v1/crossings",
         "{\"inspection\":\"durres/182\",\"decision\":\"admit\"}", "k",
         false, false},
        {METHOD_POST, "/v1/crossings",
         "{\"inspection\":\"durres/183\",\"decision\":\"admit\"}", "k",
         false, false},
        {METHOD_POST, "/v1/late-records",
         "{" LATE "," MRZ_JSON "}", "k", false, false}};
    struct fixture *f = *state;
    struct request_key keys[4];

    for (size_t i = 0; i < 4; i++) {
        begin(f, &asked[i % 3]);
        assert_true(f->call.waits);
        keys[i] = f->call.ask.key;
        assert_memory_equal(keys[i].key, keys[0].key, REQUEST_KEY_SIZE);
    }
    assert_memory_equal(keys[0].request, keys[3].request, REQUEST_KEY_SIZE);
    assert_memory_not_equal(keys[0].request, keys[1].request,
                            REQUEST_KEY_SIZE);
    assert_memory_not_equal(keys[0].request, keys[2].request,
                            REQUEST_KEY_SIZE);
}

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
    struct fixture *f = *state;

    begin(f, &by_hand);
    record(f);
    expect(f, 201, "\"type\":\"late_record\"");
    expect(f, 201, "\"occurred\":\"2026-07-01T10:00:00.000Z\"");
    expect(f, 201, "\"document_number\":\"L898902C3\",\"surname\":"
                   "\"MUELLER ERIKSSON\",\"given_names\":\"ANNA MARIA\"");
    expect(f, 201, "\"recorder\":\"officer 7\",\"reference\":\"12/7\"");
    begin(f, &by_mrz);
    record(f);
    expect(f, 201, "\"surname\":\"ERIKSSON\"");
}

static void
a_correction_is_recorded(void **state)
{
    static const struct asked correct =
        POST("/v1/corrections",
             "{\"record\":\"durres/12\",\"field\":\"surname\",\"value\":"
             "\"Eriksen\",\"reason\":\"misread\"}");
    struct fixture *f = *state;

    begin(f, &correct);
    record(f);
    expect(f, 201, "\"corrects\":\"durres/12\",\"field\":\"surname\","
                   "\"value\":\"ERIKSEN\",\"reason\":\"misread\"");
}

/* Nothing is searched before the look is recorded, and then in MRZ form. */
static void
a_search_is_recorded_first(void **state)
{
    static const struct asked search =
        POST("/v1/searches",
             "{\"document\":\"d<</l8-98902c3<<\",\"purpose\":\"a test\"}");
    struct fixture *f = *state;
    struct event event;

    begin(f, &search);
    assert_true(f->call.waits);
    assert_err(event_parse(f->call.ask.event, NULL, &event, NULL), OK);
    assert_int_equal(event.type, EVENT_ACCESS);
    assert_bytes(event.access.purpose, BYTES("a test"));
    assert_bytes(event.access.issuing_state, BYTES("D"));
    assert_bytes(event.access.number, BYTES("L8 98902C3"));
    record(f);
    expect(f, 503, "API 4.6"); /* there is no store here */
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
        "\"type\":\"node_start\"",     "\"type\":\"node_stop\"",
        "\"type\":\"mode_change\"",    "\"to\":\"1970-01-02T00:00:00.000Z\"",
        "\"epoch\":20635",             "\"looked_at\":\"durres/3\""};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        struct event event = events[i];
        struct writer w;

        event.time.ms = NOW;
        event.actor = BYTES("kufi");
        event.place = f->api.place;
        writer_init(&w, f->event, sizeof(f->event));
        assert_err(event_encode(&w, &event, NULL), OK);
        begin(f, &look);
        assert_int_equal(f->call.ask.kind, ASK_RECORD);
        assert_int_equal(f->call.ask.index, 183);
        f->call.ask.event = writer_done(&w);
        record(f);
        expect(f, 200, words[i]);
    }
}

/* API 2.6, 2.8 */
static void
a_sample_node_says_so_and_takes_a_time(void **state)
{
    static const struct asked timed =
        POST("/v1/inspections",
             "{" MRZ_JSON ",\"direction\":\"entry\",\"time\":"
             "\"2020-02-29T12:00:00+01:00\"}");
    static const struct asked wrong =
        POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\","
                                "\"time\":\"yesterday\"}");
    struct fixture *f = *state;

    f->api.sample = true;
    begin(f, &timed);
    assert_true(f->call.ask.has_time);
    assert_int_equal(f->call.ask.time.ms, INT64_C(1582974000000));
    record(f);
    expect(f, 201, "\"time\":\"2020-02-29T11:00:00.000Z\"");
    expect(f, 201, ",\"sample\":true}");
    begin(f, &wrong);
    expect(f, 422, "/time");
    expect(f, 422, ",\"sample\":true}");
}

/* API 3.3: each of the keeper's problems is one of ours, with its status. */
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
                 {PROBLEM_KEEPER_GONE, 503, ":keeper_gone"}};
    struct fixture *f = *state;

    assert_int_equal(sizeof(cases) / sizeof(cases[0]), PROBLEM_COUNT - 1);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct answer answer = {.problem = cases[i].problem, .index = 9};

        begin(f, &scan);
        api_finish(&f->api, &f->call, &answer);
        expect(f, cases[i].status, cases[i].name);
    }
    assert_string_equal(f->call.response.fields[0].name, "Retry-After");
}

/* API 4.8: without a token, and 200 only while appends are taken. */
static void
health_is_the_keepers(void **state)
{
    static const struct asked health = {METHOD_GET, "/v1/health", "", NULL,
                                        true, true};
    struct answer answer = {.size = 5, .published = 4, .folded = 5};
    struct fixture *f = *state;

    begin(f, &health);
    assert_int_equal(f->call.ask.kind, ASK_STATUS);
    assert_int_equal(f->call.deadline_ms, API_HEALTH_DEADLINE_MS);
    api_finish(&f->api, &f->call, &answer);
    expect(f, 200, "{\"status\":\"ok\",\"node\":\"durres\",");
    expect(f, 200, "\"size\":5,\"published\":4,\"folded\":5");
    answer.problem = PROBLEM_DISK_FULL;
    begin(f, &health);
    api_finish(&f->api, &f->call, &answer);
    expect(f, 503, "{\"status\":\"unavailable\",\"reason\":\"disk_full\"");
    answer = (struct answer){.problem = PROBLEM_KEEPER_GONE};
    begin(f, &health);
    api_finish(&f->api, &f->call, &answer);
    expect(f, 503, "\"reason\":\"keeper_gone\"");
    assert_null(strstr(body_of(f), "size"));
}

/* API 4.9 */
static void
metrics_count_every_answer(void **state)
{
    static const struct asked metrics = {METHOD_GET, "/metrics", "", NULL,
                                         true, true};
    struct answer answer = {.size = 5,
                            .has_status = true,
                            .status = {.started = {NOW - 61000},
                                       .inside = 12,
                                       .type_count = 4,
                                       .appended = {0, 7}}};
    struct fixture *f = *state;

    for (size_t i = 0; i < 3; i++)
        begin(f, &refused[0].asked);
    begin(f, &metrics);
    api_finish(&f->api, &f->call, &answer);
    expect(f, 200, "\nkufi_up 1\n");
    expect(f, 200, "\nkufi_log_size_entries 5\n");
    expect(f, 200, "\nkufi_travellers_inside 12\n");
    expect(f, 200, "\nkufi_keeper_uptime_seconds 61\n");
    expect(f, 200, "\nkufi_appended_total{type=\"crossing\"} 7\n");
    expect(f, 200, "kufi_http_requests_total{route=\"none\",status=\"401\"} "
                   "3\n");
    answer = (struct answer){.problem = PROBLEM_KEEPER_GONE};
    begin(f, &metrics);
    api_finish(&f->api, &f->call, &answer);
    expect(f, 200, "\nkufi_up 0\n");
    expect(f, 200, "route=\"metrics\",status=\"200\"} 1\n");
}

static void
the_schema_is_served(void **state)
{
    static const struct asked schema = {METHOD_GET, "/v1/openapi.json", "",
                                        NULL, true, true};
    struct fixture *f = *state;

    begin(f, &schema);
    expect(f, 200, "\"openapi\": \"3.1.0\"");
}

/* An arena growing from nothing: refused cleanly until it is enough. */
static void
little_memory_is_refused(void **state)
{
    struct fixture *f = *state;
    size_t size = 0;
    unsigned status = 0;

    for (; size < sizeof(f->block) && status != 201; size += 16) {
        f->request = (struct request){
            .method = METHOD_POST,
            .path = BYTES("/v1/inspections"),
            .authorization = BYTES("Bearer " TOKEN),
            .content_type = BYTES("application/json"),
            .body = bytes_of(scan.body)};
        arena_init(&f->request.arena, f->block, size);
        api_begin(&f->api, &f->request, (struct instant){NOW}, &f->call);
        if (f->call.waits)
            record(f);
        status = f->call.response.status;
        assert_true(status == 201 || status == 422 || status == 500);
    }
    assert_int_equal(status, 201);
    assert_true(size < 32768);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(bad_requests_break_their_clause),
        TEST(cut_bodies_are_malformed),
        TEST(allowed_methods_and_tokens_are_told),
        TEST(only_the_token_opens),
        TEST(a_scan_is_recorded_and_answered),
        TEST(what_is_no_mrz_is_recorded_too),
        TEST(a_garbled_scan_has_a_repair),
        TEST(a_decision_is_recorded),
        TEST(other_content_has_another_hash),
        TEST(paper_is_recorded),
        TEST(a_correction_is_recorded),
        TEST(a_search_is_recorded_first),
        TEST(every_type_of_record_is_shown),
        TEST(a_sample_node_says_so_and_takes_a_time),
        TEST(the_keepers_problems_are_told),
        TEST(health_is_the_keepers),
        TEST(metrics_count_every_answer),
        TEST(the_schema_is_served),
        TEST(little_memory_is_refused),
    };

    return TEST_RUN(tests);
}
