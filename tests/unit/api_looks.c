/*
 * What the API shows of a real log and a real store: one traveller's history
 * beside a scan and in a search, statistics, a record with its proof, and the
 * log's own files. The events are hand-made, so that every figure is known:
 *
 *     0  scan      1  entry, lane 3     2  scan      3  refused, reason C
 *     4  correction of 1: lane 4        5  exit, written on paper first
 *     6  an entry that no checkpoint covers
 *
 * API 4.1, 4.5, 4.6, 4.7, 4.10.
 */
#include "asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "store_log.h"
#include "tlog/proof.h"

#define HOUR_MS INT64_C(3600000)
#define EVENTS_COUNT 7
#define PUBLISHED 6
#define ENTRY_BLOCK 8192

struct post {
    struct desk_made desk; /* first: what asked.h takes */
    struct store_place place;
    struct store_log log;
    struct store fold;
    struct store read;
    struct event events[EVENTS_COUNT];
    uint8_t entry[ENTRY_BLOCK];
};

static struct event
event_of(enum event_type type, int64_t hour)
{
    struct event event = store_event(type, NOW + hour * HOUR_MS);

    if (type == EVENT_CROSSING)
        event.crossing = (struct crossing){.has_inspection = true,
                                           .document = asked_document()};
    if (type == EVENT_INSPECTION)
        event.inspection = (struct inspection){.line_count = 1,
                                               .lines = {BYTES("x")},
                                               .has_document = true,
                                               .document = asked_document()};
    return event;
}

static void
events_make(struct event *events)
{
    events[0] = event_of(EVENT_INSPECTION, 0);
    events[1] = event_of(EVENT_CROSSING, 0);
    events[1].lane = BYTES("3");
    events[2] = event_of(EVENT_INSPECTION, 1);
    events[3] = event_of(EVENT_CROSSING, 1);
    events[3].crossing.inspection = 2;
    events[3].crossing.decision = DECISION_REFUSE;
    events[3].crossing.reasons = 4;
    events[4] = event_of(EVENT_CORRECTION, 2);
    events[4].correction = (struct correction){.node = BYTES("durres"),
                                               .index = 1,
                                               .field = BYTES("lane"),
                                               .value = BYTES("4"),
                                               .reason = BYTES("misread")};
    events[5] = event_of(EVENT_LATE_RECORD, 30);
    events[5].late_record =
        (struct late_record){.occurred = {NOW + 25 * HOUR_MS},
                             .reason = BYTES("no power"),
                             .recorder = BYTES("officer 7"),
                             .direction = DIRECTION_EXIT,
                             .document = asked_document()};
    events[6] = event_of(EVENT_CROSSING, 40);
    events[6].crossing.has_inspection = false;
}

static void
events_record(struct post *post)
{
    static struct hash leaf;
    uint64_t first;

    assert_err(store_begin(&post->fold), OK);
    for (uint64_t i = 0; i < EVENTS_COUNT; i++) {
        store_log_add(&post->log, &post->events[i]);
        assert_err(store_fold(&post->fold, i, &post->events[i]), OK);
        if (i == PUBLISHED - 1)
            store_log_write(&post->log);
    }
    assert_err(store_commit(&post->fold), OK);
    assert_err(log_append(&post->log.log, post->log.entries, 1, &leaf, &first),
               OK);
    assert_int_equal(first, PUBLISHED);
    post->log.count = 0;
}

static int
set_up(void **state)
{
    struct post *post = calloc(1, sizeof(*post));
    struct store_config config;
    char log[80];
    void *desk;

    assert_non_null(post);
    assert_int_equal(asked_set_up(&desk), 0);
    post->desk = *(struct desk_made *)desk;
    free(desk);
    store_place_init(&post->place);
    config = post->place.config;
    store_log_init(&post->log, &post->place.os, post->place.folder);
    assert_err(store_open(&post->fold, &config), OK);
    events_make(post->events);
    events_record(post);
    config.mode = STORE_READ;
    assert_err(store_open(&post->read, &config), OK);
    post->desk.api.os = &post->place.os;
    post->desk.api.zone = &post->desk.zone;
    post->desk.api.counters = &post->desk.counters;
    post->desk.api.store = &post->read;
    post->desk.api.origin = BYTES("border.example/durres");
    (void)snprintf(log, sizeof(log), "%s/log", post->place.folder_path);
    assert_err(
        post->place.os.folder_open(&post->place.os, log, &post->desk.api.log),
        OK);
    *state = post;
    return 0;
}

static int
tear_down(void **state)
{
    struct post *post = *state;

    post->place.os.folder_close(&post->place.os, post->desk.api.log);
    store_close(&post->read);
    store_close(&post->fold);
    store_log_deinit(&post->log);
    store_place_deinit(&post->place);
    free(post);
    return 0;
}

/* As the keeper answers a look at an entry. */
static void
show(struct post *post, uint64_t index, bool with_entry)
{
    uint8_t plain[EVENT_SIZE_MAX];
    struct writer w;
    size_t size;
    struct answer answer = {.size = EVENTS_COUNT,
                            .published = PUBLISHED,
                            .folded = EVENTS_COUNT,
                            .has_record = true,
                            .index = index,
                            .has_entry = with_entry};

    writer_init(&w, plain, sizeof(plain));
    assert_err(event_encode(&w, &post->events[index], NULL), OK);
    answer.event = writer_done(&w);
    assert_err(log_read(&post->log.log, index, post->entry, ENTRY_BLOCK, &size),
               OK);
    answer.entry = (struct bytes){post->entry, size};
    answer.leaf = tree_leaf(answer.entry);
    assert_true(post->desk.call.waits);
    api_finish(&post->desk.api, &post->desk.call, &answer);
}

/* The keeper has recorded what was asked. */
static void
done(struct post *post)
{
    struct answer answer = {.size = EVENTS_COUNT + 1,
                            .published = PUBLISHED,
                            .folded = EVENTS_COUNT + 1,
                            .has_record = true,
                            .index = EVENTS_COUNT,
                            .event = post->desk.call.ask.event};

    assert_true(post->desk.call.waits);
    api_finish(&post->desk.api, &post->desk.call, &answer);
    /* Nothing of it is folded here: later scans are not to wait for it. */
    assert_true(post->desk.counters.acknowledged >= EVENTS_COUNT + 1);
    post->desk.counters.acknowledged = 0;
}

static const char *
leaf_text(struct post *post, uint64_t index)
{
    static char text[64];
    struct hash leaf;
    struct writer w;
    size_t size;

    assert_err(log_read(&post->log.log, index, post->entry, ENTRY_BLOCK, &size),
               OK);
    leaf = tree_leaf((struct bytes){post->entry, size});
    writer_init(&w, text, sizeof(text) - 1);
    base64_write(&w, hash_bytes(&leaf));
    text[w.at] = '\0';
    return text;
}

static void
a_scan_shows_the_last_crossing(void **state)
{
    static const struct asked scan =
        POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"exit\"}");
    static const struct asked other =
        POST("/v1/inspections",
             "{\"mrz\":[\"I<UTOD231458907<<<<<<<<<<<<<<<\","
             "\"7408122F1204159UTO<<<<<<<<<<<6\","
             "\"ERIKSEN<<ANNA<MARIA<<<<<<<<<<<\"],\"direction\":\"exit\"}");
    struct post *post = *state;

    asked_begin(&post->desk, &scan);
    done(post);
    asked_expect(&post->desk, 201,
                 "\"history\":{\"crossings\":4,\"entries\":2,\"exits\":1,"
                 "\"refusals\":1,\"hand_overs\":0,\"inside\":true,\"since\":"
                 "\"2026-07-03T06:03:27.250Z\",\"last\":{\"record\":"
                 "\"durres/6\",");
    asked_expect(&post->desk, 201,
                 "\"receipt\":{\"origin\":\"border.example/durres\","
                 "\"index\":6,\"leaf_hash\":null}}}");
    asked_begin(&post->desk, &other);
    done(post);
    asked_expect(&post->desk, 201,
                 "\"history\":{\"crossings\":0,\"entries\":0,\"exits\":0,"
                 "\"refusals\":0,\"hand_overs\":0,\"inside\":null,\"since\":"
                 "null,\"last\":null}");
}

static void
a_search_shows_every_crossing(void **state)
{
    static const struct asked searches[] = {
        POST("/v1/searches",
             "{\"document\":\"uto/l898902c3\",\"purpose\":\"a test\"}"),
        POST("/v1/searches",
             "{\"surname\":\"Eriksson\",\"date_of_birth\":\"1974-08-12\","
             "\"purpose\":\"a test\"}"),
        POST("/v1/searches",
             "{\"surname\":\"eriksson\",\"given_names\":\"Anna-Maria\","
             "\"date_of_birth\":\"1974-08-12\",\"purpose\":\"a test\"}")};
    struct post *post = *state;

    for (size_t i = 0; i < 3; i++) {
        asked_begin(&post->desk, &searches[i]);
        assert_true(post->desk.call.ask.wants_proof);
        done(post);
        asked_expect(&post->desk, 200,
                     "{\"access\":\"durres/7\",\"travellers\":[{\"surname\":"
                     "\"ERIKSSON\",\"given_names\":\"ANNA MARIA\"");
        asked_expect(&post->desk, 200, "\"history\":[{\"record\":\"durres/6\"");
        asked_expect(&post->desk, 200, "\"history_total\":4}]");
        asked_expect(&post->desk, 200,
                     "\"type\":\"late_record\",\"time\":"
                     "\"2026-07-02T15:03:27.250Z\"");
        asked_expect(&post->desk, 200,
                     "\"lane\":\"4\",\"place\":\"Durr\xc3\xabs\",\"corrected_"
                     "by\":\"durres/4\",\"receipt\":"
                     "{\"origin\":\"border.example/durres\",\"index\":1,");
        asked_expect(&post->desk, 200, leaf_text(post, 1));
    }
}

static void
nobody_is_no_error(void **state)
{
    static const struct asked search = POST(
        "/v1/searches", "{\"document\":\"UTO/NOBODY\",\"purpose\":\"a test\"}");
    struct post *post = *state;

    asked_begin(&post->desk, &search);
    done(post);
    asked_expect(&post->desk, 200,
                 "{\"access\":\"durres/7\",\"travellers\":[]}");
}

static void
statistics_count_when_it_happened(void **state)
{
    static const struct {
        struct asked asked;
        const char *words;
    } cases[] = {
        {GET("/v1/statistics?from=2026-07-01&to=2026-07-03"),
         "{\"by\":\"day\",\"from\":\"2026-07-01\",\"to\":\"2026-07-03\","
         "\"rows\":[{\"day\":\"2026-07-01\",\"entries\":1,\"exits\":0,"
         "\"refusals\":1,\"hand_overs\":0,\"total\":2},{\"day\":"
         "\"2026-07-02\",\"entries\":0,\"exits\":1,\"refusals\":0,"
         "\"hand_overs\":0,\"total\":1},{\"day\":\"2026-07-03\",\"entries\":1,"
         "\"exits\":0,\"refusals\":0,\"hand_overs\":0,\"total\":1}],"
         "\"total\":4}"},
        {GET("/v1/statistics?from=2026-07-01&to=2026-07-01&by=hour"),
         "\"rows\":[{\"hour\":\"2026-07-01T14:00:00.000Z\",\"entries\":1,"},
        {GET("/v1/statistics?from=2026-07-01T15%3A00%3A00Z&to="
             "2026-07-01T16:00:00Z&by=kind"),
         "\"rows\":[{\"kind\":\"refusal\",\"entries\":0,\"exits\":0,"
         "\"refusals\":1,\"hand_overs\":0,\"total\":1}],\"total\":1"},
        {GET("/v1/statistics?from=2026-07-01&to=2026-07-31&by=nationality"),
         "\"rows\":[{\"nationality\":\"UTO\",\"entries\":2,\"exits\":1,"},
        {GET("/v1/statistics?from=2020-01-01&to=2020-01-31"),
         "\"rows\":[],\"total\":0"},
    };
    struct post *post = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        asked_begin(&post->desk, &cases[i].asked);
        asked_expect(&post->desk, 200, cases[i].words);
    }
}

/* An arena that is spent at any point: refused, and said so, until it is
 * enough; the store is not blamed. */
static void
little_memory_is_refused(void **state)
{
    static const struct asked asked[] = {
        POST("/v1/searches",
             "{\"document\":\"UTO/L898902C3\",\"purpose\":\"a test\"}"),
        POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"exit\"}")};
    struct post *post = *state;
    struct api_call *call = &post->desk.call;
    struct arena *arena = &post->desk.request.arena;

    for (size_t i = 0; i < 2; i++) {
        unsigned done_status = i == 0 ? 200 : 201;
        unsigned status = 0;

        for (size_t room = 0; status != done_status; room += 64) {
            asked_begin(&post->desk, &asked[i]);
            assert_true(room < 400000);
            arena->size = arena->used + room;
            done(post);
            status = call->response.status;
            assert_true(status == done_status || status == 422 ||
                        status == 500);
            assert_false(call->store_failed);
        }
    }
}

/* A crossing that anybody was told of, and that the tables do not hold yet, is
 * waited for before the scan is looked at and recorded. API 5.5 */
static void
a_scan_waits_for_what_was_told(void **state)
{
    static const struct asked scan =
        POST("/v1/inspections", "{" MRZ_JSON ",\"direction\":\"exit\"}");
    struct post *post = *state;
    struct api_call *call = &post->desk.call;
    struct answer folded = {.folded = EVENTS_COUNT};

    post->desk.counters.acknowledged = EVENTS_COUNT;
    asked_begin(&post->desk, &scan);
    assert_true(call->waits);
    assert_int_equal(call->ask.kind, ASK_APPEND);
    post->desk.counters.acknowledged = EVENTS_COUNT + 1;
    asked_begin(&post->desk, &scan);
    assert_true(call->waits);
    assert_int_equal(call->ask.kind, ASK_FOLDED);
    api_finish(&post->desk.api, call, &folded);
    assert_true(call->waits);
    assert_int_equal(call->ask.kind, ASK_APPEND);
    done(post);
    asked_expect(&post->desk, 201, "\"id\":\"durres/7\"");
    post->desk.counters.acknowledged = EVENTS_COUNT + 2;
    asked_begin(&post->desk, &scan);
    folded.problem = PROBLEM_STOPPING;
    api_finish(&post->desk.api, call, &folded);
    asked_expect(&post->desk, 503, "stopping");
}

/* The answer alone is enough for an outsider with the key. */
static void
a_record_comes_with_its_proof(void **state)
{
    static const struct asked look = GET("/v1/records/durres/1?proof=1");
    struct post *post = *state;
    struct note_key key = note_key_of(BYTES("border.example/durres"),
                                      NOTE_ED25519, &post->log.key.public);
    struct proof_file proof;
    struct json *json = NULL;
    struct bytes text = {0};
    struct bytes entry = {0};
    uint8_t decoded[ENTRY_BLOCK];
    size_t size;
    struct hash leaf;

    asked_begin(&post->desk, &look);
    assert_true(post->desk.call.ask.wants_proof);
    show(post, 1, true);
    asked_expect(&post->desk, 200, "\"record\":\"durres/1\"");
    assert_err(json_parse(post->desk.call.response.body, &json, NULL), OK);
    assert_true(json_get_text(json_member(json, "proof"), &text));
    assert_true(json_get_text(json_member(json, "entry"), &entry));
    assert_err(base64_parse(entry, decoded, sizeof(decoded), &size), OK);
    leaf = tree_leaf((struct bytes){decoded, size});
    assert_err(proof_file_parse(text, &proof, NULL), OK);
    assert_int_equal(proof.index, 1);
    assert_err(proof_file_verify(&proof, &leaf, &key, NULL, NULL), OK);
    json_close(json);
}

static void
a_proof_that_cannot_be_made_is_not_made_up(void **state)
{
    static const struct asked look = GET("/v1/records/durres/6?proof=1");
    struct post *post = *state;

    asked_begin(&post->desk, &look);
    show(post, 6, true); /* no checkpoint covers it */
    asked_expect(&post->desk, 503, "API 4.5");
}

static void
the_logs_files_are_as_they_lie(void **state)
{
    static const struct asked checkpoint = {METHOD_GET, "/checkpoint", "",
                                            NULL,       true,          true};
    static const struct asked tile = {
        METHOD_GET, "/tile/0/000.p/6", "", NULL, true, true};
    static const struct asked none = {
        METHOD_GET, "/tile/0/000.p/9", "", NULL, true, true};
    struct post *post = *state;
    struct response *response = &post->desk.call.response;

    asked_begin(&post->desk, &checkpoint);
    asked_expect(&post->desk, 200, "border.example/durres\n6\n");
    assert_string_equal(response->content_type, "text/plain; charset=utf-8");
    asked_begin(&post->desk, &tile);
    assert_int_equal(response->status, 200);
    assert_true(response->has_file);
    assert_int_equal(response->file_size, PUBLISHED * HASH_SIZE);
    assert_string_equal(response->content_type, "application/octet-stream");
    post->place.os.close(&post->place.os, response->file);
    asked_begin(&post->desk, &none);
    asked_expect(&post->desk, 404, "API 4.10");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_scan_shows_the_last_crossing),
        TEST(a_search_shows_every_crossing),
        TEST(nobody_is_no_error),
        TEST(statistics_count_when_it_happened),
        TEST(little_memory_is_refused),
        TEST(a_scan_waits_for_what_was_told),
        TEST(a_record_comes_with_its_proof),
        TEST(a_proof_that_cannot_be_made_is_not_made_up),
        TEST(the_logs_files_are_as_they_lie),
    };

    return TEST_RUN(tests);
}
