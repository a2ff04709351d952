/*
 * A line of the stream becomes the two requests that record it, and nothing but
 * what the node is to judge gets past: shown by a table of lines with the
 * bodies they become, a table of refused ones, every good line cut at every
 * byte, and each of its bits flipped.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/cross_line.h"

static void
count_up(void *context, void *out, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (uint8_t)i;
}

static const struct random counted = {count_up, NULL};

#define RANDOM_KEY "000102030405060708090a0b0c0d0e0f"

static const struct {
    const char *line;
    const char *key;
    const char *inspection;
    const char *crossing;
} good[] = {
    {"{\"mrz\":[\"A\",\"B\"],\"direction\":\"entry\",\"decision\":\"refuse\","
     "\"reasons\":[\"A\",\"E\"],\"lane\":\"3\",\"idempotency_key\":\"k-1\","
     "\"time\":\"2026-07-01T00:00:00Z\"}",
     "k-1",
     "{\"mrz\":[\"A\",\"B\"],\"direction\":\"entry\","
     "\"time\":\"2026-07-01T00:00:00Z\"}",
     "{\"inspection\":\"utopia/7\",\"decision\":\"refuse\","
     "\"reasons\":[\"A\",\"E\"],\"lane\":\"3\","
     "\"time\":\"2026-07-01T00:00:00Z\"}"},
    {"{\"direction\":\"exit\",\"mrz\":[\"A\"],\"reasons\":[]}", RANDOM_KEY,
     "{\"mrz\":[\"A\"],\"direction\":\"exit\"}",
     "{\"inspection\":\"utopia/7\",\"decision\":\"admit\"}"},
    /* What is missing is for the node to say. */
    {"{}", RANDOM_KEY, "{}",
     "{\"inspection\":\"utopia/7\",\"decision\":\"admit\"}"},
    {"{\"mrz\":[\"\\u0041\\\"\\\\\"],\"lane\":\"\"}", RANDOM_KEY,
     "{\"mrz\":[\"A\\\"\\\\\"]}",
     "{\"inspection\":\"utopia/7\",\"decision\":\"admit\",\"lane\":\"\"}"},
};

static const char *const bad[] = {
    "",
    "x",
    "[]",
    "null",
    "{\"mrz\":\"A\"}",
    "{\"mrz\":[1]}",
    "{\"mrz\":null}",
    "{\"mrz\":[\"A\",\"B\",\"C\",\"D\"]}",
    "{\"reasons\":\"A\"}",
    "{\"reasons\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]}",
    "{\"direction\":1}",
    "{\"decision\":true}",
    "{\"lane\":3}",
    "{\"time\":17}",
    "{\"unknown\":\"x\"}",
    "{\"lane\":\"1\",\"lane\":\"2\"}",
    "{\"idempotency_key\":\"\"}",
    "{\"idempotency_key\":\"a b\"}",
    "{\"idempotency_key\":\"a\\r\\nX-Evil: 1\"}",
    "{\"idempotency_key\":\"\\u00e9\"}",
    "{} {}",
};

static void
lines_become_requests(void **state)
{
    struct cross_line *line = malloc(sizeof *line);
    uint8_t body[CROSS_BODY_SIZE_MAX];

    (void)state;
    assert_non_null(line);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct writer w;

        assert_err(
            cross_line_parse(line, bytes_of(good[i].line), &counted, NULL), OK);
        assert_bytes(line->key, bytes_of(good[i].key));
        assert_memory_equal(line->key_field, "Idempotency-Key: ", 17);
        assert_string_equal(line->key_field + 17, good[i].key);
        assert_bytes(line->inspection, bytes_of(good[i].inspection));
        writer_init(&w, body, sizeof body);
        assert_err(cross_line_crossing(line, BYTES("utopia/7"), &w), OK);
        assert_bytes(writer_done(&w), bytes_of(good[i].crossing));
    }
    free(line);
}

static void
others_are_refused_with_a_reason(void **state)
{
    struct cross_line *line = malloc(sizeof *line);

    (void)state;
    assert_non_null(line);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fault fault = {0};

        assert_err(cross_line_parse(line, bytes_of(bad[i]), &counted, &fault),
                   ERR_FORMAT);
        assert_err(fault.code, ERR_FORMAT);
        assert_non_null(fault.clause);
    }
    free(line);
}

static void
cut_and_flipped_lines_do_no_harm(void **state)
{
    struct cross_line *line = malloc(sizeof *line);
    uint8_t copy[512];
    size_t refused = 0;

    (void)state;
    assert_non_null(line);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        size_t size = strlen(good[i].line);

        assert_in_range(size, 1, sizeof copy);
        for (size_t cut = 0; cut < size; cut++)
            assert_err(cross_line_parse(
                           line, (struct bytes){(uint8_t *)good[i].line, cut},
                           &counted, NULL),
                       ERR_FORMAT);
        memcpy(copy, good[i].line, size);
        for (size_t bit = 0; bit < 8 * size; bit++) {
            copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (cross_line_parse(line, (struct bytes){copy, size}, &counted,
                                 NULL) != OK)
                refused++;
            copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    assert_in_range(refused, 1, 8 * sizeof copy);
    free(line);
}

/* The longest line there may be fits in, and one more byte does not. */
static void
length_is_bounded(void **state)
{
    static const char start[] = "{\"lane\":\"";
    static const char end[] = "\"}";
    struct cross_line *line = malloc(sizeof *line);
    uint8_t *text = malloc(CROSS_LINE_SIZE_MAX + 1);

    (void)state;
    assert_non_null(line);
    assert_non_null(text);
    for (size_t more = 0; more <= 1; more++) {
        size_t size = CROSS_LINE_SIZE_MAX + more;

        memset(text, 'x', size);
        memcpy(text, start, sizeof start - 1);
        memcpy(text + size - (sizeof end - 1), end, sizeof end - 1);
        assert_err(
            cross_line_parse(line, (struct bytes){text, size}, &counted, NULL),
            more == 0 ? OK : ERR_FORMAT);
    }
    free(text);
    free(line);
}

static void
same_document_is_known_by_its_zone(void **state)
{
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } pairs[] = {
        {"{\"mrz\":[\"A\",\"B\"],\"direction\":\"entry\"}",
         "{\"direction\":\"exit\",\"mrz\":[\"A\",\"B\"]}", true},
        {"{\"mrz\":[\"A\",\"B\"]}", "{\"mrz\":[\"AB\"]}", false},
        {"{\"mrz\":[\"A\",\"B\"]}", "{\"mrz\":[\"B\",\"A\"]}", false},
    };
    struct cross_line *a = malloc(sizeof *a);
    struct cross_line *b = malloc(sizeof *b);

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_err(cross_line_parse(a, bytes_of(pairs[i].a), &counted, NULL),
                   OK);
        assert_err(cross_line_parse(b, bytes_of(pairs[i].b), &counted, NULL),
                   OK);
        assert_int_equal(hash_equal(&a->who, &b->who), pairs[i].same);
    }
    free(a);
    free(b);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_requests),
        cmocka_unit_test(others_are_refused_with_a_reason),
        cmocka_unit_test(cut_and_flipped_lines_do_no_harm),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(same_document_is_known_by_its_zone),
    };

    return TEST_RUN(tests);
}
