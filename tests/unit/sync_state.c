/*
 * A node's state: one text for one state; cut at every byte, each bit flipped,
 * each rule broken; endless ones refused. SYN 6.3
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "sync/state.h"

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX2 "100102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define LOG_LINE "log utopia.example/arden 300 0123456789abcdef\n"
#define GOOD                                                                   \
    "kufi state v1\nmode normal\nroster 3\n" LOG_LINE                          \
    "log utopia.example/brink 0 0000000000000000\n"                            \
    "grant utopia.example/arden fedcba9876543210\n"                            \
    "list " HEX "\nlist " HEX2 "\n"

static struct state parsed;
static uint8_t block[STATE_TEXT_SIZE_MAX];
static char text[STATE_TEXT_SIZE_MAX + 65536];

static struct bytes
encoded(const struct state *state)
{
    struct writer w;

    writer_init(&w, block, sizeof(block));
    state_encode(&w, state);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static void
test_good(void **state)
{
    const struct state_log *log;

    (void)state;
    assert_err(state_parse(BYTES(GOOD), &parsed, NULL), OK);
    assert_false(parsed.rejoining);
    assert_int_equal(parsed.roster_version, 3);
    assert_int_equal(parsed.log_count, 2);
    assert_int_equal(parsed.grant_count, 1);
    assert_int_equal(parsed.list_count, 2);
    assert_int_equal(parsed.grants[0].sum, 0xfedcba9876543210);
    log = state_find_log(&parsed, BYTES("utopia.example/arden"));
    assert_non_null(log);
    assert_int_equal(log->size, 300);
    assert_int_equal(log->sum, 0x0123456789abcdef);
    assert_non_null(state_find_log(&parsed, BYTES("utopia.example/brink")));
    assert_null(state_find_log(&parsed, BYTES("utopia.example/brin")));
    assert_bytes(encoded(&parsed), BYTES(GOOD));
    assert_err(state_parse(BYTES("kufi state v1\nmode rejoining\nroster 0\n"),
                           &parsed, NULL),
               OK);
    assert_true(parsed.rejoining);
}

static void
test_harmed(void **state)
{
    size_t size = sizeof(GOOD) - 1;
    struct bytes in = {(const uint8_t *)text, size};

    (void)state;
    memcpy(text, GOOD, size);
    for (size_t cut = 0; cut < size; cut++)
        if (state_parse((struct bytes){in.p, cut}, &parsed, NULL) == OK)
            assert_int_equal(encoded(&parsed).size, cut);
    for (size_t bit = 0; bit < size * 8; bit++) {
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
        if (state_parse(in, &parsed, NULL) == OK)
            assert_bytes(encoded(&parsed), in);
        text[bit / 8] = (char)(text[bit / 8] ^ 1 << bit % 8);
    }
}

static const struct {
    const char *from;
    const char *to;
} bad[] = {
    {"v1", "v2"},
    {"mode normal", "mode Normal"},
    {"mode normal", "mode normal "},
    {"roster 3", "roster 03"},
    {"roster 3", "roster"},
    {"arden 300", "arden 0300"},
    {"arden 300", "arden 9223372036854775808"},
    {"arden 300", "arden  300"},
    {"0123456789abcdef", "0123456789abcde"},
    {"0123456789abcdef", "0123456789abcdeF"},
    {"0123456789abcdef", "0123456789abcdef0"},
    {"log utopia.example/arden", "log utopia.example/bsink"},
    {"log utopia.example/arden", "log utopia.example/brink"},
    {"log utopia.example/arden", "log utopia.example+arden"},
    {"log utopia.example/arden", "log "},
    {"list " HEX "\n", "list " HEX2 "\n"},
    {"list " HEX "\n", "list " HEX2 "0\n"},
    {"list " HEX "\n", "lost " HEX "\n"},
    {"list " HEX "\n", LOG_LINE "list " HEX "\n"},
    {"grant", "log"},
};

static void
test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const char *at = strstr(GOOD, bad[i].from);
        struct fault fault;

        assert_non_null(at);
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - GOOD), GOOD,
                 bad[i].to, at + strlen(bad[i].from));
        assert_err(state_parse(bytes_of(text), &parsed, &fault), ERR_FORMAT);
        assert_string_equal(fault.clause, "SYN 6.3");
    }
}

/* As many as there may be, and one more of each. */
static void
many(int logs, int grants, int lists, enum err expected)
{
    size_t at = (size_t)sprintf(text, "kufi state v1\nmode normal\nroster 1\n");

    for (int i = 0; i < logs; i++)
        at += (size_t)sprintf(text + at, "log a/%06d 1 0000000000000000\n", i);
    for (int i = 0; i < grants; i++)
        at += (size_t)sprintf(text + at, "grant a/%06d 0000000000000000\n", i);
    for (int i = 0; i < lists; i++)
        at += (size_t)sprintf(text + at, "list %064x\n", i);
    assert_true(at < sizeof(text));
    assert_err(state_parse(bytes_of(text), &parsed, NULL), expected);
    if (expected == OK)
        assert_bytes(encoded(&parsed), bytes_of(text));
}

static void
test_many(void **state)
{
    (void)state;
    many(STATE_LOGS_MAX, STATE_GRANTS_MAX, STATE_LISTS_MAX, OK);
    many(STATE_LOGS_MAX + 1, 0, 0, ERR_LIMIT);
    many(0, STATE_GRANTS_MAX + 1, 0, ERR_LIMIT);
    many(0, 0, STATE_LISTS_MAX + 1, ERR_LIMIT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_harmed),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_many),
    };

    return TEST_RUN(tests);
}
