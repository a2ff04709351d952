/*
 * Lines come out of a pipe whole, in order, as soon as they are there, however
 * the bytes arrive: shown by feeding the same text in pieces of every size; a
 * line that is too long is told of once and left out.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cross_input.h"

static const char text[] = "one\ntwo\r\n\n  three \nlast without an end";
static const char *const lines[] = {"one", "two", "", "three",
                                    "last without an end"};

#define LINE_COUNT (sizeof lines / sizeof lines[0])

/* Takes the lines that are there; `*count` goes up by them. */
static enum err
take(struct cross_input *input, size_t *count)
{
    struct bytes line;
    enum err e;

    while ((e = cross_input_line(input, &line)) == OK) {
        assert_in_range(*count, 0, LINE_COUNT - 1);
        assert_bytes(line, bytes_of(lines[*count]));
        ++*count;
    }
    return e;
}

static void
lines_whatever_the_pieces(void **state)
{
    struct cross_input *input = malloc(sizeof *input);
    size_t size = sizeof text - 1;

    (void)state;
    assert_non_null(input);
    for (size_t piece = 1; piece <= size; piece++) {
        size_t count = 0;
        int pipes[2];

        assert_int_equal(pipe(pipes), 0);
        cross_input_init(input, pipes[0]);
        for (size_t at = 0; at < size; at += piece) {
            size_t part = size - at < piece ? size - at : piece;

            assert_int_equal(write(pipes[1], text + at, part), part);
            assert_err(cross_input_fill(input), OK);
            assert_err(take(input, &count), ERR_SHORT);
        }
        assert_int_equal(count, LINE_COUNT - 1);
        close(pipes[1]);
        assert_err(cross_input_fill(input), OK);
        assert_err(take(input, &count), ERR_NOT_FOUND);
        assert_int_equal(count, LINE_COUNT);
        assert_err(take(input, &count), ERR_NOT_FOUND);
        close(pipes[0]);
    }
    free(input);
}

struct feed {
    char *p;
    size_t size;
    size_t at;
    int pipes[2];
};

/* Feeds the pipe until a line, a refusal, or the end has come out. */
static enum err
next(struct cross_input *input, struct feed *feed, struct bytes *line)
{
    enum err e;

    while ((e = cross_input_line(input, line)) == ERR_SHORT) {
        size_t left = feed->size - feed->at;
        size_t part = left < 4096 ? left : 4096;

        if (left > 0)
            assert_int_equal(write(feed->pipes[1], feed->p + feed->at, part),
                             part);
        else
            close(feed->pipes[1]);
        feed->at += part;
        assert_err(cross_input_fill(input), OK);
    }
    return e;
}

/* A line of `size` bytes, then, perhaps, "one". */
static void
long_line(struct cross_input *input, size_t size, bool ends, enum err want)
{
    struct feed feed = {.p = malloc(size + 5), .size = size + (ends ? 5 : 0)};
    struct bytes line;

    assert_non_null(feed.p);
    memset(feed.p, 'x', size);
    memcpy(feed.p + size, "\none\n", 5);
    assert_int_equal(pipe(feed.pipes), 0);
    cross_input_init(input, feed.pipes[0]);
    assert_err(next(input, &feed, &line), want);
    if (ends) {
        assert_err(next(input, &feed, &line), OK);
        assert_bytes(line, BYTES("one"));
    }
    assert_err(next(input, &feed, &line), ERR_NOT_FOUND);
    close(feed.pipes[0]);
    free(feed.p);
}

static void
too_long_a_line_is_told_of_once(void **state)
{
    static const struct {
        size_t size;
        enum err want;
    } cases[] = {
        {CROSS_LINE_SIZE_MAX - 1, OK},
        {CROSS_LINE_SIZE_MAX, OK},
        {CROSS_LINE_SIZE_MAX + 1, ERR_LIMIT},
        {CROSS_INPUT_SIZE - 1, ERR_LIMIT},
        {CROSS_INPUT_SIZE, ERR_LIMIT},
        {CROSS_INPUT_SIZE + 1, ERR_LIMIT},
        {3 * CROSS_INPUT_SIZE + 7, ERR_LIMIT},
    };
    struct cross_input *input = malloc(sizeof *input);

    (void)state;
    assert_non_null(input);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int ends = 0; ends <= 1; ends++)
            long_line(input, cases[i].size, ends != 0, cases[i].want);
    free(input);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_whatever_the_pieces),
        cmocka_unit_test(too_long_a_line_is_told_of_once),
    };

    return TEST_RUN(tests);
}
