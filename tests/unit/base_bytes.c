/* Bytes, numbers in text, UTF-8 and checked sums: tables of what is and what
 * is not; UTF-8 for every code point and every pair of bytes. */
#include "test.h"

#include "base/bytes.h"
#include "base/sum.h"

#include <stdio.h>
#include <string.h>

static void
compares_and_cuts(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        int order;
        bool begins; /* a with b */
    } CASES[] = {
        {"", "", 0, true},       {"a", "", 1, true},
        {"", "a", -1, false},    {"abc", "abd", -1, false},
        {"abc", "ab", 1, true},  {"ab", "abc", -1, false},
        {"\xff", "a", 1, false}, {"abc", "abc", 0, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct bytes a = bytes_of(CASES[i].a);
        struct bytes b = bytes_of(CASES[i].b);
        int order = bytes_compare(a, b);

        assert_int_equal((order > 0) - (order < 0), CASES[i].order);
        assert_int_equal(bytes_equal(a, b), CASES[i].order == 0);
        assert_int_equal(bytes_begin(a, b), CASES[i].begins);
    }
    assert_bytes(bytes_slice(BYTES("abcdef"), 2, 3), BYTES("cde"));
    assert_bytes(bytes_slice(BYTES("abcdef"), 4, SIZE_MAX), BYTES("ef"));
    assert_bytes(bytes_slice(BYTES("abcdef"), 6, 1), BYTES(""));
    assert_bytes(bytes_slice(BYTES("abcdef"), SIZE_MAX, SIZE_MAX), BYTES(""));
    assert_int_equal(bytes_find(BYTES("abc"), 'c'), 2);
    assert_int_equal(bytes_find(BYTES("abc"), 'd'), 3);
    assert_int_equal(bytes_find(bytes_of(NULL), 'd'), 0);
    assert_bytes(bytes_trim(BYTES(" \t\ra b \r")), BYTES("a b"));
    assert_bytes(bytes_trim(BYTES(" \t ")), BYTES(""));
}

static void
splits(void **state)
{
    struct bytes rest = BYTES("a,,b,");

    (void)state;
    assert_bytes(bytes_split(&rest, ','), BYTES("a"));
    assert_bytes(bytes_split(&rest, ','), BYTES(""));
    assert_bytes(bytes_split(&rest, ','), BYTES("b"));
    assert_bytes(bytes_split(&rest, ','), BYTES(""));
    assert_bytes(bytes_split(&rest, ','), BYTES(""));
    rest = BYTES("abc");
    assert_bytes(bytes_split(&rest, ','), BYTES("abc"));
    assert_int_equal(rest.size, 0);
}

static void
reads_decimal_numbers(void **state)
{
    static const struct {
        const char *text;
        uint64_t max;
        bool good;
        uint64_t value;
    } CASES[] = {
        {"0", 0, true, 0},
        {"0", 9, true, 0},
        {"1", 0, false, 0},
        {"9", 9, true, 9},
        {"10", 9, false, 0},
        {"10", 10, true, 10},
        {"11", 10, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"18446744073709551625", UINT64_MAX, false, 0},
        {"99999999999999999999999", UINT64_MAX, false, 0},
        {"", 9, false, 0},
        {"00", 9, false, 0},
        {"01", 9, false, 0},
        {"+1", 9, false, 0},
        {"-1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1 ", 9, false, 0},
        {"1.0", 90, false, 0},
        {"1/", 90, false, 0},
        {"1:", 90, false, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint64_t value = 77;

        assert_int_equal(
            bytes_decimal(bytes_of(CASES[i].text), CASES[i].max, &value),
            CASES[i].good);
        assert_int_equal(value, CASES[i].good ? CASES[i].value : 77);
    }
}

/* An encoder by the book, RFC 3629 section 3. */
static size_t
encode(uint32_t c, uint8_t out[4])
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xe0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 63));
        out[2] = (uint8_t)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 63));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 63));
    out[3] = (uint8_t)(0x80 | (c & 63));
    return 4;
}

static bool
is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

/* Alone, and at every place in longer text, where eight are looked at once. */
static void
knows_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x1fffff; c++) {
        uint8_t text[32];
        struct bytes in = {text, encode(c, text)};
        bool good = c < 0x110000 && (c < 0xd800 || c > 0xdfff);

        assert_int_equal(bytes_utf8(in), good);
        assert_int_equal(bytes_plain(in), good && !is_control(c));
        if (c > 0x7ff && c % 4099 != 0)
            continue;
        for (size_t at = 0; at < 12; at++) {
            memset(text, 'a', sizeof(text));
            in.size = at + encode(c, text + at) + 11 - at % 5;
            assert_int_equal(bytes_utf8(in), good);
            assert_int_equal(bytes_plain(in), good && !is_control(c));
        }
    }
}

static void
refuses_broken_utf8(void **state)
{
    static const char *const CASES[] = {
        "\x80",
        "\xbf",
        "\xc0\x80",
        "\xc1\xbf",
        "\xc2",
        "\xe0\x80\x80",
        "\xe0\x9f\xbf",
        "\xe1\x80",
        "\xed\xa0\x80",
        "\xed\xbf\xbf",
        "\xf0\x80\x80\x80",
        "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80",
        "\xf5\x80\x80\x80",
        "\xf1\x80\x80",
        "\xff",
        "\xfe",
        "a\xc3",
        "\xc3(",
        "\xe2\x82(",
        "\xc3\xc3\xab",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        assert_false(bytes_utf8(bytes_of(CASES[i])));
        assert_false(bytes_plain(bytes_of(CASES[i])));
    }
    assert_true(bytes_utf8(bytes_of("")));
    assert_true(bytes_plain(bytes_of("")));
}

static void
reads_and_writes_integers(void **state)
{
    uint8_t p[8];

    (void)state;
    be16_write(p, 0x0102);
    assert_int_equal(p[0], 1);
    assert_int_equal(be16_read(p), 0x0102);
    be32_write(p, 0xfedcba98);
    assert_int_equal(p[0], 0xfe);
    assert_int_equal(be32_read(p), 0xfedcba98);
    be64_write(p, UINT64_C(0x0102030405060708));
    assert_int_equal(p[7], 8);
    assert_true(be64_read(p) == UINT64_C(0x0102030405060708));
}

static void
sums_can_refuse(void **state)
{
    size_t size = 7;
    uint64_t u = 7;
    int64_t i = 7;

    (void)state;
    assert_true(size_add(SIZE_MAX - 1, 1, &size));
    assert_true(size == SIZE_MAX);
    assert_false(size_add(SIZE_MAX, 1, &size));
    assert_true(size_mul(SIZE_MAX / 3, 3, &size));
    assert_false(size_mul(SIZE_MAX / 3 + 1, 3, &size));
    assert_true(u64_add(UINT64_MAX, 0, &u));
    assert_false(u64_add(UINT64_MAX, 1, &u));
    assert_true(u == UINT64_MAX);
    assert_true(i64_add(INT64_MAX, INT64_MIN, &i));
    assert_int_equal(i, -1);
    assert_false(i64_add(INT64_MAX, 1, &i));
    assert_false(i64_add(INT64_MIN, -1, &i));
    assert_int_equal(i, -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_and_cuts),
        cmocka_unit_test(splits),
        cmocka_unit_test(reads_decimal_numbers),
        cmocka_unit_test(knows_every_code_point),
        cmocka_unit_test(refuses_broken_utf8),
        cmocka_unit_test(reads_and_writes_integers),
        cmocka_unit_test(sums_can_refuse),
    };

    return TEST_RUN(tests);
}
