/*
 * What a node answers: to whom, in which mode, by which role, and how much at
 * once. SYN 1.2, 4.6, 6.1, 6.5, 6.7 to 6.9
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "sync_node.h"

static struct sync_world world;
static char hex[SYNC_NODES][ORIGIN_HEX_SIZE];

static int
setup(void **state)
{
    (void)state;
    if (crypto_init() != OK)
        return -1;
    sync_world_init(&world, 51);
    for (unsigned i = 0; i < SYNC_NODES; i++)
        origin_hex(world.nodes[i].origin, hex[i]);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_node_grow(&world.nodes[ARDEN], 300);
    sync_node_grow(&world.nodes[CENTRE], 20);
    sync_world_run(&world, 3000);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    sync_world_deinit(&world);
    return 0;
}

/* In `path` each "@N" stands for the hexadecimal name of that node. */
static const char *
spelled(const char *path)
{
    static char out[512];
    size_t at = 0;

    for (; *path != '\0'; path++) {
        if (*path == '@') {
            memcpy(out + at, hex[path[1] - '0'], ORIGIN_HEX_SIZE - 1);
            at += ORIGIN_HEX_SIZE - 1;
            path++;
        } else {
            out[at++] = *path;
        }
    }
    out[at] = '\0';
    return out;
}

static unsigned
asked(unsigned from, unsigned to, enum message_method method, const char *path)
{
    struct bytes body =
        method == MESSAGE_POST ? BYTES("what is none") : (struct bytes){0};

    return sync_world_ask(&world, from, to, method, spelled(path), body).status;
}

static const struct {
    unsigned from;
    unsigned to;
    enum message_method method;
    const char *path;
    unsigned status;
} cases[] = {
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/state", 200},
    {WATCH, CENTRE, MESSAGE_GET, "/sync/v1/state", 200},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/state", 404},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/rosters/1", 200},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/rosters/2", 404},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/rosters", 200},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/logs/@0/checkpoint", 200},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/logs/@2/checkpoint", 200},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/logs/@1/checkpoint", 404},
    {BRINK, CENTRE, MESSAGE_GET, "/sync/v1/logs/@0/entries/0/300/300/9999",
     200},
    {BRINK, CENTRE, MESSAGE_GET, "/sync/v1/logs/@0/entries/0/301/301/9999",
     404},
    {BRINK, CENTRE, MESSAGE_GET, "/sync/v1/logs/@1/entries/0/1/1/9999", 404},
    /* A witness holds no logs, but would get its own. */
    {WATCH, CENTRE, MESSAGE_GET, "/sync/v1/logs/@0/entries/0/300/300/9999",
     403},
    {WATCH, CENTRE, MESSAGE_GET, "/sync/v1/logs/@3/entries/0/1/1/9999", 404},
    {WATCH, CENTRE, MESSAGE_GET, "/mirror/@0/tile/0/000", 403},
    {BRINK, CENTRE, MESSAGE_GET, "/mirror/@0/tile/0/000", 200},
    {BRINK, CENTRE, MESSAGE_GET, "/mirror/@0/tile/0/001.p/44", 200},
    {BRINK, CENTRE, MESSAGE_GET, "/mirror/@0/tile/0/002", 404},
    {BRINK, CENTRE, MESSAGE_GET, "/mirror/@0/checkpoint", 200},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/logs/@0/entries", 400},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/logs/@2/entries", 404},
    {ARDEN, WATCH, MESSAGE_POST, "/sync/v1/logs/@0/entries", 404},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/logs/@0/cosignatures", 422},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/logs/@2/cosignatures", 200},
    {ARDEN, CENTRE, MESSAGE_POST, "/witness/add-checkpoint", 400},
    /* What it has cosigned of a log, and of none. */
    {ARDEN, CENTRE, MESSAGE_GET, "/witness/@0/checkpoint", 200},
    {ARDEN, CENTRE, MESSAGE_GET, "/witness/@1/checkpoint", 404},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/grants/@0/@1", 404},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/grants/@1/@1", 403},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/grants/@1/@0", 422},
    {ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/grants/@2/@0", 200},
    /* A post passes nothing on. */
    {CENTRE, ARDEN, MESSAGE_POST, "/sync/v1/grants/@1/@2", 403},
    {ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/lists/@0/0", 404},
    /* Nobody asks himself. */
    {CENTRE, CENTRE, MESSAGE_GET, "/sync/v1/state", 403},
};

/* SYN 6.9 */
static void
test_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        unsigned status =
            asked(cases[i].from, cases[i].to, cases[i].method, cases[i].path);

        if (status != cases[i].status)
            print_error("%s: %u\n", cases[i].path, status);
        assert_int_equal(status, cases[i].status);
    }
}

/* SYN 1.2: who is no node, and a node that knows none. */
static void
test_strangers(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];
    const struct roster *roster = centre->host.roster;
    const struct errand_state *told = centre->host.state;
    struct bytes origin = world.nodes[ARDEN].origin;

    (void)state;
    world.nodes[ARDEN].origin = BYTES("utopia.example/nobody");
    assert_int_equal(asked(ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/state"), 403);
    world.nodes[ARDEN].origin = origin;
    centre->host.roster = NULL;
    assert_int_equal(asked(ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/state"), 503);
    centre->host.roster = roster;
    centre->host.state = NULL;
    assert_int_equal(asked(ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/state"), 503);
    centre->host.state = told;
}

/* SYN 6.8: an isolated node answers nothing, one that rejoins only what it
 * needs itself, and what another that rejoins needs of it. */
static void
test_modes(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];
    struct reply reply;

    (void)state;
    centre->state.mode = ERRAND_ISOLATED;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (cases[i].to == CENTRE)
            assert_int_equal(
                asked(cases[i].from, CENTRE, cases[i].method, cases[i].path),
                503);
    centre->state.mode = ERRAND_REJOINING;
    reply = sync_world_ask(&world, ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/state",
                           (struct bytes){0});
    assert_int_equal(reply.status, 200);
    assert_true(
        bytes_begin(reply.body, BYTES("kufi state v1\nmode rejoining\n")));
    assert_int_equal(
        asked(ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/logs/@2/cosignatures"),
        200);
    assert_int_equal(centre->took[ERRAND_CHECKED], 1);
    assert_int_equal(
        asked(ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/logs/@0/cosignatures"),
        503);
    assert_int_equal(
        asked(ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/logs/@2/checkpoint"), 503);
    assert_int_equal(
        asked(ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/logs/@1/checkpoint"), 503);
    assert_int_equal(
        asked(ARDEN, CENTRE, MESSAGE_GET, "/sync/v1/logs/@0/checkpoint"), 200);
    centre->state.mode = ERRAND_NORMAL;
}

/* What the keeper says is what the peer is told. */
static void
test_verdicts(void **state)
{
    static const struct {
        enum errand_verdict verdict;
        unsigned status;
    } said[] = {{ERRAND_TAKEN, 200},
                {ERRAND_KNOWN, 200},
                {ERRAND_REFUSED, 403},
                {ERRAND_LATER, 503}};
    struct sync_node *centre = &world.nodes[CENTRE];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        centre->verdict = said[i].verdict;
        assert_int_equal(asked(ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/rosters"),
                         said[i].status);
        assert_bytes(centre->taken, BYTES("what is none"));
    }
    centre->verdict = ERRAND_TAKEN;
}

/* SYN 6.7: five questions of one peer that all wait for the keeper. */
static void
test_many(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];
    struct serve_call calls[SERVE_CALLS_MAX + 1];
    struct message message = {
        .method = MESSAGE_POST, .path = "/sync/v1/rosters", .body = BYTES("r")};
    struct errand_answer answer = {.verdict = ERRAND_TAKEN};

    (void)state;
    for (size_t i = 0; i <= SERVE_CALLS_MAX; i++) {
        calls[i] = (struct serve_call){.arena = &centre->arena};
        assert_int_equal(serve_begin(&centre->serve, &calls[i], &centre->host,
                                     world.nodes[ARDEN].origin, &message, 1),
                         i < SERVE_CALLS_MAX ? SERVE_ERRAND : SERVE_REPLY);
    }
    assert_int_equal(calls[SERVE_CALLS_MAX].reply.status, 429);
    /* Another peer is not concerned. */
    assert_int_equal(asked(BRINK, CENTRE, MESSAGE_POST, "/sync/v1/rosters"),
                     200);
    serve_cancel(&centre->serve, &calls[0]);
    for (size_t i = 1; i < SERVE_CALLS_MAX; i++)
        serve_done(&centre->serve, &calls[i], &centre->host, &answer, 1);
    assert_int_equal(asked(ARDEN, CENTRE, MESSAGE_POST, "/sync/v1/rosters"),
                     200);
}

/* An arena that grows from nothing: refused cleanly until there is enough. */
static void
test_arena(void **state)
{
    static _Alignas(16) uint8_t block[SERVE_ARENA_SIZE];
    struct sync_node *centre = &world.nodes[CENTRE];
    static const char *const paths[] = {
        "/sync/v1/state",
        "/sync/v1/rosters/1",
        "/sync/v1/logs/@0/checkpoint",
        "/sync/v1/logs/@0/entries/0/300/300/4000000",
        "/mirror/@0/tile/entries/000",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct message message = {.method = MESSAGE_GET};
        unsigned status = 0;

        strcpy(message.path, spelled(paths[i]));
        for (size_t size = 0; status != 200; size += 1 + size / 3) {
            struct arena arena;
            struct serve_call call = {.arena = &arena};

            assert_true(size < 2 * sizeof(block));
            arena_init(&arena, block,
                       size < sizeof(block) ? size : sizeof(block));
            assert_int_equal(serve_begin(&centre->serve, &call, &centre->host,
                                         world.nodes[BRINK].origin, &message,
                                         1),
                             SERVE_REPLY);
            status = call.reply.status;
            assert_true(status == 200 || status == 503);
        }
    }
}

/* SYN 4.6: the checkpoint as it was cosigned, from where the keeper put it. */
static void
test_witnessed(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];
    struct os *os = &centre->disk.os;
    char path[OS_PATH_SIZE_MAX];
    struct reply reply;

    (void)state;
    snprintf(path, sizeof(path), "witness/%s", hex[ARDEN]);
    assert_err(os->make_folder(os, centre->dir, "witness", 0700), OK);
    assert_err(os_replace_file(os, centre->dir, path, "witness",
                               BYTES("a note\n"), 0600),
               OK);
    reply =
        sync_world_ask(&world, BRINK, CENTRE, MESSAGE_GET,
                       spelled("/witness/@0/checkpoint"), (struct bytes){0});
    assert_int_equal(reply.status, 200);
    assert_bytes(reply.body, BYTES("a note\n"));
}

/* SYN 6.5: brought entries; where the receiver's mirror ends elsewhere it says
 * where. */
static void
test_brought(void **state)
{
    static uint8_t body[PACKAGE_SIZE_MAX + NOTE_SIZE_MAX];
    static uint8_t bundle[BUNDLE_SIZE_MAX];
    static uint8_t note_block[CHECKPOINT_SIZE_MAX];
    struct sync_node *brink = &world.nodes[BRINK];
    struct log_view view = sync_own_view(&brink->host);
    struct package_range range = {0, 9, 9, 1000};
    struct block scratch = {bundle, sizeof(bundle)};
    struct bytes note;
    struct reply reply;
    struct writer w;

    (void)state;
    sync_node_grow(brink, 9);
    assert_err(view_checkpoint(&view, note_block, sizeof(note_block), &note),
               OK);
    writer_init(&w, body, sizeof(body));
    writer_be32(&w, (uint32_t)note.size);
    writer_bytes(&w, note);
    assert_err(package_make(&view, &range, scratch, &w), OK);
    reply =
        sync_world_ask(&world, BRINK, CENTRE, MESSAGE_POST,
                       spelled("/sync/v1/logs/@1/entries"), writer_done(&w));
    assert_int_equal(reply.status, 200);
    reply =
        sync_world_ask(&world, BRINK, CENTRE, MESSAGE_POST,
                       spelled("/sync/v1/logs/@1/entries"), writer_done(&w));
    assert_int_equal(reply.status, 409);
    assert_string_equal(reply.type, MESSAGE_TREE_SIZE);
    assert_bytes(reply.body, BYTES("9\n"));
    body[w.at - 1] ^= 1;
    reply =
        sync_world_ask(&world, BRINK, ARDEN, MESSAGE_POST,
                       spelled("/sync/v1/logs/@1/entries"), writer_done(&w));
    assert_int_equal(reply.status, 422);
    be32_write(body, NOTE_SIZE_MAX + 1);
    reply =
        sync_world_ask(&world, BRINK, ARDEN, MESSAGE_POST,
                       spelled("/sync/v1/logs/@1/entries"), writer_done(&w));
    assert_int_equal(reply.status, 400);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_statuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_strangers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_modes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_verdicts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_arena, setup, teardown),
        cmocka_unit_test_setup_teardown(test_witnessed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_brought, setup, teardown),
    };

    return TEST_RUN(tests);
}
