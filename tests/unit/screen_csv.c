/*
 * Rows of CSV by RFC 4180, in a table with the rows they become; what breaks it
 * is in screen_list_refused.c. SCR 3.2
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/writer.h"
#include "screen/csv.h"

#define MEMORY_SIZE ((size_t)4 << 20)

/* Fields with '|' between them, rows with '/'. */
static const struct {
    const char *in;
    const char *rows;
    enum err e;
} CASES[] = {
    {"a,b\r\nc,d\r\n", "a|b/c|d/", ERR_NOT_FOUND},
    {"a,b\nc,d\n", "a|b/c|d/", ERR_NOT_FOUND},
    {"\"a\",\"b,c\"\n", "a|b,c/", ERR_NOT_FOUND},
    {"\"a\"\"b\",\n", "a\"b|/", ERR_NOT_FOUND},
    {"\"a\nb\",c\n", "a\nb|c/", ERR_NOT_FOUND},
    {"a\"b,c\n", "a\"b|c/", ERR_NOT_FOUND},
    {",\n", "|/", ERR_NOT_FOUND},
    {"\n\na\n\n", "a/", ERR_NOT_FOUND},
    {"a\rb,c\n", "a\rb|c/", ERR_NOT_FOUND},
    {"\"a\"\r\n", "a/", ERR_NOT_FOUND},
    {"\xEF\xBB\xBF"
     "a\n",
     "a/", ERR_NOT_FOUND},
    {"a\n\x1A", "a/", ERR_NOT_FOUND},
    {"a\n\x1Ax", "a/", ERR_FORMAT},
    {"a\nb", "a/", ERR_SHORT},
    {"\"a\nb", "", ERR_SHORT},
    {"\"a\"b\n", "", ERR_FORMAT},
};

static enum err
read_at(void *context, uint64_t at, uint8_t *out, size_t size, size_t *got)
{
    struct bytes part = bytes_slice(*(struct bytes *)context, (size_t)at, size);

    *got = part.size;
    if (part.size > 0)
        memcpy(out, part.p, part.size);
    return OK;
}

static void
rows_are_taken_apart(void **state)
{
    uint8_t *block = malloc(MEMORY_SIZE);

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct bytes in = bytes_of(CASES[i].in);
        struct list_input input = {BYTES("a"), read_at, &in};
        uint8_t out[256];
        struct arena arena;
        struct writer w;
        struct csv csv;
        enum err e;

        arena_init(&arena, block, MEMORY_SIZE);
        writer_init(&w, out, sizeof(out));
        assert_err(csv_open(&csv, &input, &arena), OK);
        while ((e = csv_next(&csv)) == OK) {
            for (size_t f = 0; f < csv.count; f++) {
                writer_text(&w, f > 0 ? "|" : "");
                writer_bytes(&w, csv.fields[f]);
            }
            writer_u8(&w, '/');
        }
        assert_err(e, CASES[i].e);
        assert_bytes(writer_done(&w), bytes_of(CASES[i].rows));
    }
    free(block);
}

/* A row that is gone back to is the same, wherever the window stands. */
static void
rows_are_found_again(void **state)
{
    size_t rows = 40000;
    uint8_t *block = malloc(MEMORY_SIZE);
    uint8_t *text = malloc(rows * 16);
    uint64_t *at = calloc(rows, sizeof(*at));
    struct bytes in;
    struct list_input input = {BYTES("a"), read_at, &in};
    struct arena arena;
    struct writer w;
    struct csv csv;

    (void)state;
    writer_init(&w, text, rows * 16);
    for (size_t i = 0; i < rows; i++) {
        writer_decimal(&w, i);
        writer_text(&w, ",\xC3\xA9\r\n");
    }
    in = writer_done(&w);
    arena_init(&arena, block, MEMORY_SIZE);
    assert_err(csv_open(&csv, &input, &arena), OK);
    for (size_t i = 0; i < rows; i++) {
        assert_err(csv_next(&csv), OK);
        assert_int_equal(csv.line, i + 1);
        at[i] = csv.at;
    }
    for (size_t i = 0; i < rows; i += 997) {
        size_t row = (i * 7919) % rows;
        uint64_t number;

        assert_err(csv_seek(&csv, at[row], row + 1), OK);
        assert_err(csv_next(&csv), OK);
        assert_true(bytes_decimal(csv.fields[0], rows, &number));
        assert_int_equal(number, row);
        assert_int_equal(csv.line, row + 1);
    }
    free(at);
    free(text);
    free(block);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_taken_apart),
        cmocka_unit_test(rows_are_found_again),
    };

    return TEST_RUN(tests);
}
