/*
 * What may be recorded, and what not, shown on a real folder whose node does
 * not run: each request with the status and the words that must come back, one
 * after another; a list by what its file says, and the rule of one in a
 * hundred; and nothing at all while a keeper has the log.
 * API 2.5, 4.3, 4.4, 4.13 to 4.19
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "http/target.h"
#include "node/offline_request.h"
#include "screen/list.h"

#define ARENA_SIZE (2u << 20)
#define LIST_SIZE_MAX (1u << 20)
#define ANSWER_MAX 16384

struct world {
    struct os os;
    struct config config;
    struct book_config book_config;
    struct zone zone;
    char path[64];
    char node[80];
    struct book *book;
    uint8_t *block;
    char answer[ANSWER_MAX];
};

static int
set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    const char *what;

    assert_non_null(world);
    world->book = calloc(1, sizeof(*world->book));
    world->block = calloc(1, ARENA_SIZE);
    os_posix_init(&world->os);
    strcpy(world->path, "/dev/shm/kufi-ask-XXXXXX");
    if (mkdtemp(world->path) == NULL) {
        strcpy(world->path, "/tmp/kufi-ask-XXXXXX");
        assert_non_null(mkdtemp(world->path));
    }
    (void)snprintf(world->node, sizeof(world->node), "%s/node", world->path);
    world->config = (struct config){.origin = "border.example/durres",
                                    .kind = NODE_SEA,
                                    .country = "ALB",
                                    .place = "Durrës",
                                    .zone = "UTC",
                                    .listen = LISTEN_DEFAULT};
    assert_true(config_set_post(&world->config, BYTES("Vlorë"),
                                BYTES("40.4515,19.4818"), &what));
    world->book_config = (struct book_config){.os = &world->os,
                                              .path = world->node,
                                              .config = &world->config,
                                              .random = &crypto_random,
                                              .journal_size = 256u << 10};
    assert_int_equal(mkdir(world->node, 0700), 0);
    assert_err(
        world->os.folder_open(&world->os, world->node, &world->book_config.dir),
        OK);
    assert_err(book_create(world->book, &world->book_config), OK);
    *state = world;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    char command[128];

    world->os.folder_close(&world->os, world->book_config.dir);
    (void)snprintf(command, sizeof(command), "rm -rf %s", world->path);
    assert_int_equal(system(command), 0);
    free(world->book);
    free(world->block);
    free(world);
    return 0;
}

struct step {
    const char *path;
    const char *body; /* NULL: GET */
    unsigned status;
    const char *words;
    const char *key;
};

static enum err
request_do(struct world *world, const struct step *step, unsigned *status)
{
    struct request request = {.method =
                                  step->body == NULL ? METHOD_GET : METHOD_POST,
                              .content_type = BYTES("application/json"),
                              .idempotency_key = bytes_of(step->key),
                              .body = bytes_of(step->body)};
    struct response response = {0};
    const char *what;
    enum err e;

    arena_init(&request.arena, world->block, ARENA_SIZE);
    assert_err(target_parse(bytes_of(step->path), &request.arena, &request.path,
                            &request.query, NULL),
               OK);
    e = offline_request(&world->book_config, &world->zone, &request, &response,
                        &what);
    if (e != OK)
        return e;
    assert_true(response.body.size < ANSWER_MAX);
    memcpy(world->answer, response.body.p, response.body.size);
    world->answer[response.body.size] = '\0';
    *status = response.status;
    return OK;
}

static void
steps_do(struct world *world, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned status = 0;

        assert_err(request_do(world, &steps[i], &status), OK);
        if (status != steps[i].status ||
            strstr(world->answer, steps[i].words) == NULL)
            print_error("%zu: %u, not %u with %s: %s\n", i, status,
                        steps[i].status, steps[i].words, world->answer);
        assert_int_equal(status, steps[i].status);
        assert_non_null(strstr(world->answer, steps[i].words));
    }
}

#define STEPS(steps) (steps), sizeof(steps) / sizeof((steps)[0])
#define WHY "\"reason\":\"a test\""
#define MRZ                                                                    \
    "\"mrz\":[\"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\","               \
    "\"L898902C36UTO7408122F1204159ZE184226B<<<<<10\"]"
#define ANNA                                                                   \
    "{\"surname\":\"ERIKSSON\",\"given_names\":\"ANNA\","                      \
    "\"date_of_birth\":\"1974-08-12\",\"nationality\":\"UTO\"}"
#define ANNE                                                                   \
    "{\"surname\":\"SMITH\",\"given_names\":\"ANNA\","                         \
    "\"date_of_birth\":\"1974-08-12\",\"nationality\":\"UTO\"}"
#define LATE                                                                   \
    "{\"occurred\":\"2020-01-01T10:00:00Z\",\"reason\":\"no power\","          \
    "\"recorder\":\"officer 7\",\"direction\":\"exit\","                       \
    "\"decision\":\"admit\"," MRZ ",\"place\":"
#define ALERT                                                                  \
    "{\"document\":{\"issuing_state\":\"UTO\",\"document_number\":\"X1\"},"    \
    "\"reason\":\"stolen\",\"action\":\"hold\",\"owner\":\"police\"}"
#define ORDER                                                                  \
    "{\"document\":{\"issuing_state\":\"UTO\",\"document_number\":\"X1\"},"    \
    "\"hours\":24,\"owner\":\"court\"," WHY "}"

static void
records_are_judged(void **state)
{
    static const struct step steps[] = {
        {"/v1/alerts", ALERT, 201, "\"type\":\"alert_put\"", "a"},
        {"/v1/alerts", ALERT, 201, "\"type\":\"alert_put\"", "a"},
        {"/v1/orders", ORDER, 422, "key_reused", "a"},
        {"/v1/orders", ORDER, 201, "\"type\":\"exit_order\"", NULL},
        {"/v1/alerts", NULL, 200, "\"document_number\":\"X1\"", NULL},
        {"/v1/orders", NULL, 200, "\"state\":\"running\"", NULL},
        {"/v1/withdrawals", "{\"record\":\"durres/0\"," WHY "}", 422,
         "not_withdrawable", NULL},
        {"/v1/withdrawals", "{\"record\":\"durres/9999\"," WHY "}", 404,
         "no_such_record", NULL},
        {"/v1/withdrawals", "{\"record\":\"vlora/3\"," WHY "}", 404,
         "no_such_record", NULL},
        {"/v1/inspections", "{" MRZ ",\"direction\":\"entry\"}", 201,
         "\"recommendation\":\"look\"", NULL},
        {"/v1/hits/durres-0-0", "{\"verdict\":\"same\"," WHY "}", 404,
         "no_such_inspection", NULL},
        {"/v1/hits/durres-9999-0", "{\"verdict\":\"same\"," WHY "}", 404,
         "no_such_record", NULL},
        {"/v1/late-records", LATE "\"Nowhere\"}", 422, "no_such_place", NULL},
        {"/v1/late-records", LATE "\"Vlorë\"}", 201, "\"place\":\"Vlorë\"",
         NULL},
        {"/v1/late-records", LATE "null}", 201, "\"place\":\"Durrës\"", NULL},
        {"/v1/lists", NULL, 200, "\"lists\":[]", NULL},
    };

    steps_do(*state, STEPS(steps));
}

/* "durres/4" out of the answer's member "record". */
static void
record_name_take(struct world *world, char out[64])
{
    const char *at = strstr(world->answer, "\"record\":\"");

    assert_non_null(at);
    (void)snprintf(out, 64, "%.*s", (int)strcspn(at + 10, "\""), at + 10);
}

static void
what_was_put_is_taken_back_once(void **state)
{
    struct world *world = *state;
    const struct step puts[] = {{"/v1/alerts", ALERT, 201, "alert_put", NULL},
                                {"/v1/orders", ORDER, 201, "exit_order", NULL}};

    for (size_t i = 0; i < 2; i++) {
        char record[64];
        char body[128];
        struct step withdrawals[] = {
            {"/v1/withdrawals", body, 201, "\"withdraws\":\"durres/", NULL},
            {"/v1/withdrawals", body, 409, "withdrawn", NULL}};

        steps_do(world, &puts[i], 1);
        record_name_take(world, record);
        (void)snprintf(body, sizeof(body), "{\"record\":\"%s\"," WHY "}",
                       record);
        steps_do(world, STEPS(withdrawals));
    }
}

/* API 4.17: a link is undone by a correction of its verdict, and of no more. */
static void
a_link_is_corrected(void **state)
{
    static const struct step link = {"/v1/links",
                                     "{\"a\":" ANNA ",\"b\":" ANNE
                                     ",\"verdict\":\"same\"," WHY "}",
                                     201, "person_linked", NULL};
    struct world *world = *state;
    char record[64];
    char verdict[160];
    char lane[160];
    struct step corrections[] = {
        {"/v1/corrections", verdict, 201, "\"field\":\"verdict\"", NULL},
        {"/v1/corrections", lane, 422, "not_correctable", NULL}};

    steps_do(world, &link, 1);
    record_name_take(world, record);
    (void)snprintf(verdict, sizeof(verdict),
                   "{\"record\":\"%s\",\"field\":\"verdict\","
                   "\"value\":\"other\"," WHY "}",
                   record);
    (void)snprintf(lane, sizeof(lane),
                   "{\"record\":\"%s\",\"field\":\"lane\","
                   "\"value\":\"4\"," WHY "}",
                   record);
    steps_do(world, STEPS(corrections));
}

/* ----- Lists. ----- */

struct made {
    uint8_t *p;
    size_t size;
};

static enum err
made_put(void *context, struct bytes in)
{
    struct made *made = context;

    assert_true(in.size <= LIST_SIZE_MAX - made->size);
    memcpy(made->p + made->size, in.p, in.size);
    made->size += in.size;
    return OK;
}

static void
file_write(struct world *world, const char *path, struct bytes in)
{
    struct file file;

    assert_err(world->os.open(&world->os, world->book_config.dir, path,
                              OPEN_REPLACE, 0600, &file),
               OK);
    assert_err(world->os.write_at(&world->os, file, 0, in), OK);
    world->os.close(&world->os, file);
}

/* A list of `count` documents, named by a hash of sixty-four times `digit`;
 * nobody here looks whether it is the file's. */
static void
list_make(struct world *world, char digit, unsigned count, bool index)
{
    struct made made = {.p = malloc(LIST_SIZE_MAX)};
    struct list_writer w = {
        .room = malloc(LIST_ROOM_SIZE), .put = made_put, .context = &made};
    char hash[65] = "";
    char path[128];

    memset(hash, digit, 64);
    assert_err(list_writer_begin(&w, LIST_DOCUMENTS), OK);
    for (unsigned i = 0; i < count; i++) {
        char number[16];
        struct person_document document = {BYTES("UTO"), BYTES("P"), {0}};
        struct list_entry entry = {
            .kind = LIST_DOCUMENT,
            .reason = LIST_REASON_LOST,
            .person = {.document_count = 1, .documents = &document}};

        (void)snprintf(number, sizeof(number), "X%07u", i);
        document.number = bytes_of(number);
        assert_err(list_writer_add(&w, &entry), OK);
    }
    assert_err(list_writer_end(&w), OK);
    assert_err(world->os.make_folder(&world->os, world->book_config.dir,
                                     "lists", 0700),
               OK);
    (void)snprintf(path, sizeof(path), "lists/%s.list", hash);
    file_write(world, path, (struct bytes){made.p, made.size});
    (void)snprintf(path, sizeof(path), "lists/%s.documents", hash);
    if (index)
        file_write(world, path, BYTES("an index"));
    free(w.room);
    free(made.p);
}

#define SIXTEEN(d) d d d d d d d d d d d d d d d d
#define HASH(d) SIXTEEN(d) SIXTEEN(d) SIXTEEN(d) SIXTEEN(d)
#define LIST(d) "{\"name\":\"lost\",\"sha256\":\"" HASH(d) "\"}"
#define ANYWAY(d)                                                              \
    "{\"name\":\"lost\",\"sha256\":\"" HASH(d) "\",\"accept_shrink\":true}"

static void
a_list_may_shrink_by_one_of_a_hundred(void **state)
{
    static const struct step steps[] = {
        {"/v1/lists", LIST("0"), 422, "no_such_list", NULL},
        {"/v1/lists", LIST("e"), 422, "no_such_list", NULL}, /* no index */
        {"/v1/lists", LIST("f"), 422, "no_such_list", NULL}, /* cut */
        {"/v1/lists", LIST("1"), 201,
         "\"source\":\"documents\",\"sha256\":\"" HASH("1") "\"", NULL},
        {"/v1/lists", LIST("1"), 200, "\"entries\":200", NULL},
        {"/v1/lists", LIST("2"), 201, "\"shrink_accepted\":false", NULL},
        {"/v1/lists", LIST("3"), 409, "list_shrunk", NULL},
        {"/v1/lists", NULL, 200, HASH("2"), NULL},
        {"/v1/lists", ANYWAY("3"), 201, "\"shrink_accepted\":true", NULL},
        {"/v1/lists", NULL, 200, "\"entries\":195", NULL},
        {"/v1/lists", ANYWAY("1"), 201, "\"shrink_accepted\":false", NULL},
    };
    struct world *world = *state;

    list_make(world, 'e', 10, false);
    list_make(world, 'f', 10, true);
    file_write(world, "lists/" HASH("f") ".list", BYTES("KUFILIST"));
    list_make(world, '1', 200, true);
    list_make(world, '2', 198, true);
    list_make(world, '3', 195, true);
    steps_do(world, STEPS(steps));
}

static void
a_keeper_is_not_passed_by(void **state)
{
    static const struct step step = {"/v1/alerts", ALERT, 201, "", NULL};
    struct world *world = *state;
    struct book_report report;
    unsigned status = 0;

    assert_err(book_open(world->book, &world->book_config, &report), OK);
    assert_err(request_do(world, &step, &status), ERR_BUSY);
    book_abandon(world->book);
    assert_err(request_do(world, &step, &status), OK);
    assert_int_equal(status, 201);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(records_are_judged),
        TEST(what_was_put_is_taken_back_once),
        TEST(a_link_is_corrected),
        TEST(a_list_may_shrink_by_one_of_a_hundred),
        TEST(a_keeper_is_not_passed_by),
    };

    return TEST_RUN(tests);
}
