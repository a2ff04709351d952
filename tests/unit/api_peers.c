/*
 * The routes of many nodes without a node: what each asks of the keeper, what
 * it answers with, what it refuses, and the mode on every answer.
 * API 4.21, 4.22, 4.23
 */
#include "asked.h"

#include <string.h>

#define SHA256                                                                 \
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* The keeper's answer in a text. */
static void
told(struct desk_made *f, enum problem problem, const char *text)
{
    struct answer answer = {
        .problem = problem, .has_text = true, .text = bytes_of(text)};

    api_finish(&f->api, &f->call, &answer);
}

static void
asks_the_keeper(void **state)
{
    static const struct asked show = GET("/v1/peers");
    static const struct asked isolate =
        POST("/v1/mode", "{\"mode\":\"isolated\",\"reason\":\"an attack\"}");
    static const struct asked back =
        POST("/v1/mode", "{\"mode\":\"normal\",\"reason\":\"over\"}");
    static const struct asked roster =
        POST("/v1/roster", "{\"sha256\":\"" SHA256 "\"}");
    static const struct asked order =
        POST("/v1/custodian-orders", "{\"note\":\"kufi order v1\\nx\\n\"}");
    struct desk_made *f = *state;

    asked_begin(f, &show);
    assert_true(f->call.waits);
    assert_int_equal(f->call.ask.kind, ASK_PEERS);
    told(f, PROBLEM_NONE, "{\"mode\":\"normal\"}");
    asked_expect(f, 200, "{\"mode\":\"normal\"}");

    asked_begin(f, &isolate);
    assert_int_equal(f->call.ask.kind, ASK_MODE);
    assert_int_equal(f->call.ask.mode, MODE_ISOLATED);
    assert_bytes(f->call.ask.reason, BYTES("an attack"));
    told(f, PROBLEM_NONE, "{}");
    asked_expect(f, 200, "{}");

    asked_begin(f, &back);
    assert_int_equal(f->call.ask.mode, MODE_NORMAL);
    told(f, PROBLEM_REFUSED, "nobody can be asked");
    asked_expect(f, 422, "\"detail\":\"nobody can be asked\"");

    asked_begin(f, &roster);
    assert_int_equal(f->call.ask.kind, ASK_ROSTER);
    assert_int_equal(f->call.ask.sha256.b[1], 0x11);
    assert_int_equal(f->call.ask.sha256.b[31], 0xff);
    told(f, PROBLEM_REFUSED, "too few custodians");
    asked_expect(f, 422, ":refused");

    asked_begin(f, &order);
    assert_int_equal(f->call.ask.kind, ASK_ORDER);
    assert_bytes(f->call.ask.note, BYTES("kufi order v1\nx\n"));
    told(f, PROBLEM_NONE, "{}");
    asked_expect(f, 200, "{}");
}

static void
refuses(void **state)
{
    static const struct {
        struct asked asked;
        unsigned status;
        const char *words;
    } cases[] = {
        {POST("/v1/mode", "{}"), 422, "/mode"},
        {POST("/v1/mode", "{\"mode\":\"isolated\"}"), 422, "/reason"},
        {POST("/v1/mode", "{\"mode\":\"off\",\"reason\":\"r\"}"), 422,
         "API 4.23"},
        {POST("/v1/mode", "{\"mode\":\"normal\",\"reason\":\"r\",\"x\":1}"),
         422, "API 2.4"},
        {POST("/v1/roster", "{\"sha256\":\"0011\"}"), 422, "API 4.22"},
        {POST("/v1/roster", "{\"sha256\":\"" SHA256 "00\"}"), 422, "/sha256"},
        {POST("/v1/roster", "{}"), 422, "/sha256"},
        {POST("/v1/custodian-orders", "{\"note\":\"\"}"), 422, "/note"},
        {POST("/v1/custodian-orders", "{\"note\":1}"), 422, "/note"},
        {{.method = METHOD_GET,
          .target = "/v1/peers",
          .body = "",
          .no_token = true},
         401,
         "API 2.1"},
        {POST("/v1/peers", "{}"), 405, "API 1.2"},
    };
    struct desk_made *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++) {
        asked_begin(f, &cases[i].asked);
        assert_false(f->call.waits);
        asked_expect(f, cases[i].status, cases[i].words);
    }
}

static bool
has_mode(const struct desk_made *f, const char *mode)
{
    const struct response *response = &f->call.response;

    for (size_t i = 0; i < response->field_count; i++)
        if (strcmp(response->fields[i].name, API_MODE_FIELD) == 0)
            return strcmp(response->fields[i].value, mode) == 0;
    return false;
}

static void
mode_is_on_every_answer(void **state)
{
    static const struct asked nothing = GET("/v1/nothing");
    static const struct asked show = GET("/v1/peers");
    static const char *const modes[] = {NULL, "isolated", "rejoining"};
    struct desk_made *f = *state;

    f->api.counters = &f->counters;
    for (uint32_t i = 0; i < COUNT(modes); i++) {
        counters_tell(&f->counters, i, 7);
        assert_int_equal(counters_stand(&f->counters).alarms, 7);
        asked_begin(f, &nothing);
        assert_int_equal(has_mode(f, modes[i] != NULL ? modes[i] : "normal"),
                         modes[i] != NULL);
        asked_begin(f, &show);
        told(f, PROBLEM_NONE, "{}");
        assert_int_equal(has_mode(f, modes[i] != NULL ? modes[i] : "normal"),
                         modes[i] != NULL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(asks_the_keeper),
        ASKED_TEST(refuses),
        ASKED_TEST(mode_is_on_every_answer),
    };

    return TEST_RUN(tests);
}
