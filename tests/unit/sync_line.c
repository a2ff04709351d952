/*
 * The fields that signed texts are made of: each has one spelling, and what
 * differs is refused; what is read is written again byte for byte. SYN 2.1
 */
#include "test.h"

#include "sync/line.h"

static const struct {
    const char *text;
    int64_t ms; /* -1: none */
} moments[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2026-11-23T10:00:00Z", INT64_C(1795428000000)},
    {"2000-02-29T23:59:59Z", INT64_C(951868799000)},
    {"2026-11-23T10:00:00z", -1},
    {"2026-11-23t10:00:00Z", -1},
    {"2026-11-23 10:00:00Z", -1},
    {"2026-11-23T10:00:00", -1},
    {"2026-11-23T10:00:00.0Z", -1},
    {"2026-11-23T10:00:00+00:00", -1},
    {"2026-11-23T11:00:00+01:00", -1},
    {"2026-11-23T24:00:00Z", -1},
    {"2026-02-29T10:00:00Z", -1},
    {"2026-11-23T10:00:00Z ", -1},
    {"", -1},
};

static void
test_moments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        struct instant moment = {-1};
        uint8_t block[MOMENT_TEXT_SIZE];
        struct writer w;

        assert_int_equal(moment_parse(bytes_of(moments[i].text), &moment),
                         moments[i].ms >= 0);
        assert_int_equal(moment.ms, moments[i].ms);
        if (moments[i].ms < 0)
            continue;
        writer_init(&w, block, sizeof(block));
        moment_write(&w, moment);
        assert_bytes(writer_done(&w), bytes_of(moments[i].text));
    }
}

static const struct {
    const char *text;
    bool lawful;
    bool known;
} positions[] = {
    {"-", true, false},
    {"41.3231,19.4414", true, true},
    {"-41.3231,-0.0001", true, true},
    {"90.0000,180.0000", true, true},
    {"-90.0000,-180.0000", true, true},
    {"0.0000,0.0000", true, true},
    {"-0.0000,0.0000", false, false},
    {"90.0001,0.0000", false, false},
    {"0.0000,180.0001", false, false},
    {"41.3231, 19.4414", false, false},
    {"41.32310,19.4414", false, false},
    {"41.323,19.4414", false, false},
    {"041.3231,19.4414", false, false},
    {"+41.3231,19.4414", false, false},
    {"41.3231,", false, false},
    {"", false, false},
};

static void
test_positions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(positions) / sizeof(positions[0]); i++) {
        struct reader r = {.in = {0}};
        struct position position =
            field_position(&r, bytes_of(positions[i].text), "SYN 2.8");
        uint8_t block[32];
        struct writer w;

        assert_err(r.fault.code, positions[i].lawful ? OK : ERR_FORMAT);
        assert_int_equal(position.known, positions[i].known);
        if (!positions[i].lawful)
            continue;
        writer_init(&w, block, sizeof(block));
        position_write(&w, position);
        assert_bytes(writer_done(&w), bytes_of(positions[i].text));
    }
}

static void
test_hexadecimal(void **state)
{
    static const char *const bad[] = {"",       "00ff1",   "00ff1A", "00ff1g",
                                      "00ff1 ", "00ff1ac", "0x0ff1"};
    struct reader r = {.in = {0}};
    uint8_t out[3];
    uint8_t block[6];
    struct writer w;

    (void)state;
    field_hex(&r, BYTES("00ff1a"), out, sizeof(out), "SYN 2.8");
    assert_err(r.fault.code, OK);
    assert_memory_equal(out, "\x00\xff\x1a", 3);
    writer_init(&w, block, sizeof(block));
    hex_write(&w, out, sizeof(out));
    assert_bytes(writer_done(&w), BYTES("00ff1a"));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        r = (struct reader){.in = {0}};
        field_hex(&r, bytes_of(bad[i]), out, sizeof(out), "SYN 2.8");
        assert_err(r.fault.code, ERR_FORMAT);
        assert_string_equal(r.fault.clause, "SYN 2.8");
    }
}

/* Lines one after another; the first fault sticks, and the rest are zeros. */
static void
test_lines(void **state)
{
    struct reader r = {.in = BYTES("one 7\ntwo x\none 8\n")};
    struct bytes line;

    (void)state;
    assert_true(line_next(&r, BYTES("one ")));
    assert_false(line_next(&r, BYTES("two ")));
    assert_int_equal(line_number(&r, BYTES("one "), 7, 7, "SYN 2.1"), 7);
    line = line_value(&r, BYTES("two "), "SYN 2.1");
    assert_bytes(line, BYTES("x"));
    assert_int_equal(line_number(&r, BYTES("one "), 1, 7, "SYN 2.3"), 0);
    assert_string_equal(r.fault.clause, "SYN 2.3");
    assert_false(line_next(&r, BYTES("")) && reader_left(&r) > 0);
    assert_bytes(line_value(&r, BYTES("one "), "SYN 2.4"), BYTES(""));
    assert_string_equal(r.fault.clause, "SYN 2.3");

    line = BYTES("a  b");
    assert_bytes(field_next(&line), BYTES("a"));
    assert_bytes(field_next(&line), BYTES(""));
    assert_bytes(field_next(&line), BYTES("b"));
    assert_bytes(field_next(&line), BYTES(""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_positions),
        cmocka_unit_test(test_hexadecimal),
        cmocka_unit_test(test_lines),
    };

    return TEST_RUN(tests);
}
