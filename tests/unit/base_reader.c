/* Reading and writing one after another: the first fault sticks, nothing is
 * read or written past the end, at any size of the block. */
#include "test.h"

#include "base/reader.h"
#include "base/writer.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t SAMPLE[] = {1,  2,   3,   4,    5,   6,   7,
                                 8,  9,   10,  11,   12,  13,  14,
                                 15, 'x', 'y', '\n', 'e', 'n', 'd'};

static enum err
read_all(struct bytes in, struct fault *fault)
{
    struct reader r = {.in = in};

    assert_true(reader_u8(&r, "A") == 1 || r.fault.code != OK);
    assert_true(reader_be16(&r, "B") == 0x0203 || r.fault.code != OK);
    assert_true(reader_be32(&r, "C") == 0x04050607 || r.fault.code != OK);
    assert_true(reader_be64(&r, "D") == UINT64_C(0x08090a0b0c0d0e0f) ||
                r.fault.code != OK);
    assert_true(bytes_equal(reader_line(&r, "E"), BYTES("xy")) ||
                r.fault.code != OK);
    reader_expect(&r, BYTES("end"), "F");
    return reader_end(&r, "G", fault);
}

static void
sticks_at_the_first_fault(void **state)
{
    static const struct {
        size_t size;
        const char *clause;
        enum err e;
        size_t at;
    } CASES[] = {
        {0, "A", ERR_SHORT, 0},    {1, "B", ERR_SHORT, 1},
        {2, "B", ERR_SHORT, 1},    {3, "C", ERR_SHORT, 3},
        {6, "C", ERR_SHORT, 3},    {7, "D", ERR_SHORT, 7},
        {14, "D", ERR_SHORT, 7},   {15, "E", ERR_SHORT, 15},
        {17, "E", ERR_SHORT, 15},  {18, "F", ERR_FORMAT, 18},
        {20, "F", ERR_FORMAT, 18},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct fault fault = {0};
        uint8_t *exact = malloc(CASES[i].size + 1);

        assert_non_null(exact);
        memcpy(exact, SAMPLE, CASES[i].size);
        assert_err(read_all((struct bytes){exact, CASES[i].size}, &fault),
                   CASES[i].e);
        assert_string_equal(fault.clause, CASES[i].clause);
        assert_int_equal(fault.at, CASES[i].at);
        free(exact);
    }
    assert_err(read_all((struct bytes){SAMPLE, sizeof(SAMPLE)}, NULL), OK);
}

static void
refuses_what_is_left(void **state)
{
    struct reader r = {.in = BYTES("ab")};
    struct fault fault = {0};

    (void)state;
    assert_int_equal(reader_left(&r), 2);
    assert_int_equal(reader_u8(&r, "A"), 'a');
    assert_err(reader_end(&r, "G", &fault), ERR_FORMAT);
    assert_string_equal(fault.clause, "G");
    assert_int_equal(fault.at, 1);
    assert_int_equal(reader_left(&r), 0);
    r = (struct reader){.in = BYTES("ab")};
    reader_refuse(&r, ERR_LIMIT, "X", "first");
    reader_refuse(&r, ERR_FORMAT, "Y", "second");
    assert_bytes(reader_bytes(&r, 1, "Z"), BYTES(""));
    assert_err(reader_end(&r, "G", &fault), ERR_LIMIT);
    assert_string_equal(fault.what, "first");
    r = (struct reader){.in = BYTES("ab")};
    assert_bytes(reader_bytes(&r, SIZE_MAX, "A"), BYTES(""));
    assert_err(reader_end(&r, "G", NULL), ERR_SHORT);
}

static void
write_all(struct writer *w)
{
    writer_u8(w, 1);
    writer_be16(w, 0x0203);
    writer_be32(w, 0x04050607);
    writer_be64(w, UINT64_C(0x08090a0b0c0d0e0f));
    writer_bytes(w, BYTES("xy"));
    writer_text(w, "\n");
    writer_text(w, "end");
}

static void
writes_within_its_block(void **state)
{
    (void)state;
    for (size_t size = 0; size <= sizeof(SAMPLE); size++) {
        uint8_t *block = malloc(size + 1);
        struct writer w;

        assert_non_null(block);
        block[size] = 0xee;
        writer_init(&w, block, size);
        write_all(&w);
        assert_int_equal(block[size], 0xee);
        assert_err(writer_end(&w), size < sizeof(SAMPLE) ? ERR_LIMIT : OK);
        assert_memory_equal(block, SAMPLE, w.at);
        free(block);
    }
}

static void
writes_numbers(void **state)
{
    uint8_t block[128];
    struct writer w;

    (void)state;
    writer_init(&w, block, sizeof(block));
    writer_decimal(&w, 0);
    writer_u8(&w, ' ');
    writer_decimal(&w, UINT64_MAX);
    writer_u8(&w, ' ');
    writer_signed(&w, INT64_MIN);
    writer_u8(&w, ' ');
    writer_signed(&w, INT64_MAX);
    writer_u8(&w, ' ');
    writer_hex(&w, 0xbeef, 6);
    assert_bytes(writer_done(&w),
                 BYTES("0 18446744073709551615 -9223372036854775808 "
                       "9223372036854775807 00beef"));
    assert_null(writer_take(&w, SIZE_MAX));
    assert_null(writer_take(&w, 1)); /* full once, full for ever */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sticks_at_the_first_fault),
        cmocka_unit_test(refuses_what_is_left),
        cmocka_unit_test(writes_within_its_block),
        cmocka_unit_test(writes_numbers),
    };

    return TEST_RUN(tests);
}
