/*
 * Paths of the questions: each has one spelling, and what is not one of them is
 * not there. SYN 6.1
 */
#include "test.h"

#include <string.h>

#include "sync/message.h"

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define OTHER "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static const struct {
    enum message_method method;
    const char *path;
    enum route_kind kind;
} good[] = {
    {MESSAGE_GET, "/sync/v1/state", ROUTE_STATE},
    {MESSAGE_GET, "/sync/v1/rosters/12", ROUTE_ROSTER},
    {MESSAGE_POST, "/sync/v1/rosters", ROUTE_ROSTERS},
    {MESSAGE_GET, "/sync/v1/logs/" HEX "/checkpoint", ROUTE_CHECKPOINT},
    {MESSAGE_GET, "/sync/v1/logs/" HEX "/entries/1/2/3/4", ROUTE_ENTRIES},
    {MESSAGE_GET, "/sync/v1/logs/" HEX "/entries/0/0/0/0", ROUTE_ENTRIES},
    {MESSAGE_POST, "/sync/v1/logs/" HEX "/entries", ROUTE_ADD_ENTRIES},
    {MESSAGE_POST, "/sync/v1/logs/" HEX "/cosignatures", ROUTE_COSIGNATURES},
    {MESSAGE_GET, "/sync/v1/grants/" HEX "/" OTHER, ROUTE_GRANT},
    {MESSAGE_POST, "/sync/v1/grants/" HEX "/" OTHER, ROUTE_ADD_GRANT},
    {MESSAGE_GET, "/sync/v1/lists/" HEX "/1048576", ROUTE_LIST},
    {MESSAGE_POST, "/witness/add-checkpoint", ROUTE_ADD_CHECKPOINT},
    {MESSAGE_GET, "/witness/" HEX "/checkpoint", ROUTE_WITNESSED},
    {MESSAGE_GET, "/mirror/" HEX "/checkpoint", ROUTE_MIRROR},
    {MESSAGE_GET, "/mirror/" HEX "/tile/0/x001/x234/067", ROUTE_TILE},
    {MESSAGE_GET, "/mirror/" HEX "/tile/entries/000.p/7", ROUTE_TILE},
};
#define GOOD_COUNT (sizeof(good) / sizeof(good[0]))

static void
test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        struct message message;
        struct route route;

        assert_err(route_parse(good[i].method, bytes_of(good[i].path), &route),
                   OK);
        assert_int_equal(route.kind, good[i].kind);
        route_encode(&route, &message);
        assert_string_equal(message.path, good[i].path);
        assert_int_equal(message.method, good[i].method);
    }
}

/* The other method, cut at every byte, something behind it, a bit flipped: it
 * is nothing, or it has that very spelling. */
static void
test_harmed(void **state)
{
    (void)state;
    for (size_t i = 0; i < GOOD_COUNT; i++) {
        char path[MESSAGE_PATH_SIZE_MAX];
        struct message message;
        struct route route;
        size_t size = strlen(good[i].path);

        memcpy(path, good[i].path, size + 1);
        for (size_t bit = 0; bit < size * 8; bit++) {
            path[bit / 8] = (char)(path[bit / 8] ^ 1 << bit % 8);
            if (route_parse(good[i].method,
                            (struct bytes){(uint8_t *)path, size},
                            &route) == OK) {
                route_encode(&route, &message);
                assert_string_equal(message.path, path);
            }
            path[bit / 8] = (char)(path[bit / 8] ^ 1 << bit % 8);
        }
        for (size_t cut = 0; cut < size; cut++)
            if (route_parse(good[i].method,
                            (struct bytes){(uint8_t *)path, cut},
                            &route) == OK) {
                route_encode(&route, &message);
                assert_int_equal(strlen(message.path), cut);
            }
        memcpy(path + size, "/", 2);
        assert_err(route_parse(good[i].method, bytes_of(path), &route),
                   ERR_NOT_FOUND);
        memcpy(path + size, "?", 2);
        assert_err(route_parse(good[i].method, bytes_of(path), &route),
                   ERR_NOT_FOUND);
    }
}

static const char *const bad[] = {
    "",
    "/",
    "/sync/v1",
    "/sync/v1/",
    "/sync/v2/state",
    "/sync/v1/rosters/",
    "/sync/v1/rosters/01",
    "/sync/v1/rosters/9223372036854775808",
    "/sync/v1/logs/" HEX "/entries/2/1/3/4",
    "/sync/v1/logs/" HEX "/entries/1/4/3/4",
    "/sync/v1/logs/" HEX "/entries/1/2/3",
    "/sync/v1/logs/" HEX "/entries/1/2/3/4294967296",
    "/sync/v1/logs/" HEX "/entries/1/2/3/",
    "/sync/v1/logs/" HEX "0/checkpoint",
    "/sync/v1/logs//checkpoint",
    "/sync/v1/logs/00010203/checkpoint",
    "/sync/v1/lists/" HEX,
    "/mirror/" HEX "/tile/0/0",
    "/mirror/" HEX "/tile/64/000",
    "/mirror/" HEX "/tile/0/000.p/256",
    "/mirror/" HEX "/../../log.key",
    "/mirror/" HEX "/origin",
    "/witness/" HEX,
};

static void
test_bad(void **state)
{
    struct route route;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_err(route_parse(MESSAGE_GET, bytes_of(bad[i]), &route),
                   ERR_NOT_FOUND);
        assert_err(route_parse(MESSAGE_POST, bytes_of(bad[i]), &route),
                   ERR_NOT_FOUND);
    }
}

/* The longest of each fits. */
static void
test_longest(void **state)
{
    struct route route = {
        .kind = ROUTE_ENTRIES,
        .range = {TREE_SIZE_MAX, TREE_SIZE_MAX, TREE_SIZE_MAX, UINT32_MAX}};
    struct message message;

    (void)state;
    route_encode(&route, &message);
    assert_true(strlen(message.path) < MESSAGE_PATH_SIZE_MAX);
    route = (struct route){.kind = ROUTE_TILE,
                           .tile = {.index = TILE_INDEX_MAX - 1,
                                    .width = 255,
                                    .level = TILE_ENTRIES}};
    route_encode(&route, &message);
    assert_true(strlen(message.path) < MESSAGE_PATH_SIZE_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_harmed),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_longest),
    };

    return TEST_RUN(tests);
}
