/*
 * What the API refuses before the keeper is asked: a table of requests with the
 * status and the words that must come back, each with the clause it breaks; and
 * who may ask at all. API 2, 3, 4.
 */
#include "asked.h"

#include <string.h>

struct refused {
    struct asked asked;
    unsigned status;
    const char *words;
};

static const struct refused refused[] = {
    /* API 2.1 */
    {{METHOD_GET, "/v1/records/durres/1", "", NULL, true, true},
     401,
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
    {{METHOD_POST, "/v1/inspections", "{}", NULL, false, true}, 415, "API 1.5"},
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
    {POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"entry\",\"x\":1}"),
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
     400,
     "API 2.5"},
    {{METHOD_POST, "/v1/crossings",
      "{\"inspection\":\"durres/182\",\"decision\":\"admit\"}", "a b", false,
      false},
     400,
     "API 2.5"},
    /* API 4.3 */
    {POST("/v1/late-records", "{" LATE "}"), 422, "API 4.3"},
    {POST("/v1/late-records", "{" LATE "," MRZ_JSON ",\"document\":{}}"), 422,
     "API 4.3"},
    {POST("/v1/late-records", "{" LATE ",\"mrz\":[\"nothing\"]}"), 422, "/mrz"},
    {POST("/v1/late-records", "{" LATE ",\"document\":{\"surname\":\"A\"}}"),
     422, "/document/issuing_state"},
    {POST("/v1/late-records", "{" LATE ",\"document\":{\"name\":\"A\"}}"), 422,
     "API 2.4"},
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
    {POST("/v1/corrections", "{\"record\":\"durres/1\",\"field\":\"state\","
                             "\"value\":\"open\",\"reason\":\"y\"}"),
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
    {POST("/v1/searches", "{\"document\":\"UTO/L898902C3\"}"), 422, "/purpose"},
    {POST("/v1/searches", "{\"document\":\"UTO/L898902C3\",\"purpose\":\" \"}"),
     422, "API 4.6"},
    {POST("/v1/searches", "{\"purpose\":\"x\"}"), 422, "API 4.6"},
    {POST("/v1/searches", "{\"document\":\"L898902C3\",\"purpose\":\"x\"}"),
     422, "/document"},
    {POST("/v1/searches", "{\"document\":\"UTO/\",\"purpose\":\"x\"}"), 422,
     "/document"},
    {POST("/v1/searches", "{\"document\":\"UTOPIA/1\",\"purpose\":\"x\"}"), 422,
     "/document"},
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
    {GET("/v1/statistics?from=2026-07-01&to=2026-07-02&who=x"), 422, "API 4.7"},
    {GET("/v1/statistics?from=2026-07-01&to=2026-07-02"), 503, "API 4.7"},
    /* API 4.10 */
    {GET("/tile/0/x"), 404, "API 4.10"},
    {GET("/tile/64/000"), 404, "API 4.10"},
};

/* API 3.2: whatever is wrong, nothing of it comes back and nothing is asked. */
static void
bad_requests_break_their_clause(void **state)
{
    struct desk_made *f = *state;

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        asked_begin(f, &refused[i].asked);
        if (f->call.waits)
            print_error("case %zu\n", i);
        asked_expect(f, refused[i].status, refused[i].words);
        assert_string_equal(f->call.response.content_type,
                            "application/problem+json");
        assert_null(strstr(asked_body(f), "ERIKSSON"));
        assert_null(strstr(asked_body(f), "L898902C3"));
    }
}

/* Each cut at every byte, where it had a body: never anything but 4xx. */
static void
cut_bodies_are_malformed(void **state)
{
    static const char whole[] = "{" MRZ_JSON ",\"direction\":\"entry\"}";
    char cut[sizeof(whole)];
    struct asked asked = POST("/v1/inspections", cut);
    struct desk_made *f = *state;

    for (size_t i = 0; i < sizeof(whole) - 1; i++) {
        memcpy(cut, whole, i);
        cut[i] = '\0';
        asked_begin(f, &asked);
        asked_expect(f, 400, "API 2.3");
    }
}

static void
allowed_methods_and_tokens_are_told(void **state)
{
    static const struct asked wrong = GET("/v1/crossings");
    static const struct asked none = {
        METHOD_GET, "/v1/crossings", "", NULL, true, true};
    struct desk_made *f = *state;

    asked_begin(f, &wrong);
    assert_string_equal(f->call.response.fields[0].name, "Allow");
    assert_string_equal(f->call.response.fields[0].value, "POST");
    asked_begin(f, &none);
    assert_string_equal(f->call.response.fields[0].name, "WWW-Authenticate");
}

/* API 2.1: any character more, less or other is another token. */
static void
only_the_token_opens(void **state)
{
    static const struct {
        const char *field;
        unsigned status;
    } cases[] = {{"Bearer " TOKEN, 404},
                 {"bearer " TOKEN, 404},
                 {"Bearer  " TOKEN, 404},
                 {"Bearer " TOKEN "x", 401},
                 {"Bearer x" TOKEN, 401},
                 {"Basic " TOKEN, 401},
                 {TOKEN, 401},
                 {"Bearer", 401},
                 {"Bearer ", 401},
                 {"", 401},
                 {"Bearer" TOKEN, 401},
                 {"Bearerx " TOKEN, 401}};
    struct desk_made *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f->request =
            (struct request){.method = METHOD_GET,
                             .path = BYTES("/none"),
                             .authorization = bytes_of(cases[i].field)};
        arena_init(&f->request.arena, f->block, sizeof(f->block));
        api_begin(&f->api, &f->request, (struct instant){NOW}, &f->call);
        assert_int_equal(f->call.response.status, cases[i].status);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(bad_requests_break_their_clause),
        ASKED_TEST(cut_bodies_are_malformed),
        ASKED_TEST(allowed_methods_and_tokens_are_told),
        ASKED_TEST(only_the_token_opens),
    };

    return TEST_RUN(tests);
}
