/*
 * Shows `kufi match` as a filter: lines out answer lines in, columns may be
 * missing, what cannot be read is named by line and column and ends with 1, and
 * hostile lines do no harm. SCR 4.11
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/os.h"
#include "test.h"

static const struct {
    const char *in;
    int status;
    const char *out; /* NULL: not looked at */
    const char *err; /* what is complained of */
} CASES[] = {
    {"", CLI_DONE, "", ""},
    {"Anna Eriksson\tANNA ERIKSSON\n", CLI_DONE, NULL, ""},
    {"Anna Eriksson\tKarl Utopsson\n", CLI_DONE,
     "{\"score\":0,\"hit\":false,\"reasons\":[]}\n", ""},
    {"Anna Eriksson\tAnna Eriksson\t1974-08-12\t1974\tF\tM\tUTO\tD\n", CLI_DONE,
     NULL, ""},
    {"A\tB\t\t\t\t\t\t", CLI_DONE, NULL, ""},
    {"Anna Eriksson\r\n", CLI_NO, "{}\n",
     "kufi match: line 1, column 2: no second name\n"},
    {"\n", CLI_NO, "{}\n", "kufi match: line 1, column 2: no second name\n"},
    {"A\tB\t1974-13\n", CLI_NO, "{}\n",
     "kufi match: line 1, column 3: not a date: YYYY, YYYY-MM or "
     "YYYY-MM-DD\n"},
    {"A\tB\t\tyesterday\n", CLI_NO, "{}\n",
     "kufi match: line 1, column 4: not a date: YYYY, YYYY-MM or "
     "YYYY-MM-DD\n"},
    {"A\tB\t\t\tF\tQ\n", CLI_NO, "{}\n",
     "kufi match: line 1, column 6: not a sex: M or F\n"},
    {"A\t\xFF\n", CLI_NO, "{}\n", "kufi match: line 1, column 2: not UTF-8\n"},
};

struct outcome {
    int status;
    char *out;
    size_t out_size;
    char *err;
    size_t err_size;
};

static struct outcome
match(struct bytes in, int argc, char **argv)
{
    struct os os = {0};
    struct outcome outcome = {0};
    struct cli cli = {.os = &os, .command = "match"};

    cli.in = tmpfile();
    assert_non_null(cli.in);
    assert_int_equal(fwrite(in.p, 1, in.size, cli.in), in.size);
    rewind(cli.in);
    cli.out = open_memstream(&outcome.out, &outcome.out_size);
    cli.err = open_memstream(&outcome.err, &outcome.err_size);
    outcome.status = command_match(&cli, argc, argv);
    fclose(cli.in);
    fclose(cli.out);
    fclose(cli.err);
    return outcome;
}

static void
outcome_free(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}

static void
lines_are_answered(void **state)
{
    char *none[] = {NULL};

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct outcome outcome = match(bytes_of(CASES[i].in), 0, none);

        assert_int_equal(outcome.status, CASES[i].status);
        assert_string_equal(outcome.err, CASES[i].err);
        if (CASES[i].out != NULL)
            assert_string_equal(outcome.out, CASES[i].out);
        outcome_free(&outcome);
    }
}

static void
the_threshold_is_asked_for(void **state)
{
    struct bytes pair = BYTES("Anna Eriksson\tAnna Ericsson\n");
    char *low[] = {"--threshold", "1", NULL};
    char *high[] = {"--threshold", "1000", NULL};
    char *wrong[] = {"--threshold", "1001", NULL};
    struct outcome outcome = match(pair, 2, low);

    (void)state;
    assert_non_null(strstr(outcome.out, "\"hit\":true"));
    outcome_free(&outcome);
    outcome = match(pair, 2, high);
    assert_non_null(strstr(outcome.out, "\"hit\":false"));
    outcome_free(&outcome);
    outcome = match(pair, 2, wrong);
    assert_int_equal(outcome.status, CLI_USAGE);
    outcome_free(&outcome);
}

/* Cut anywhere, with any bit turned, there is one answer a line. */
static void
every_line_has_one_answer(void **state)
{
    static const char LINE[] = "Юрий Щербаков\tIurii Shcherbakov\t1974\t1974-08"
                               "\tM\tM\tUTO\tUTO\n";
    uint8_t text[sizeof(LINE)];
    char *none[] = {NULL};

    (void)state;
    for (size_t bit = 0; bit < (sizeof(LINE) - 2) * 8; bit++) {
        struct outcome outcome;
        size_t in = 1;
        size_t out = 0;

        memcpy(text, LINE, sizeof(LINE));
        text[bit / 8] ^= (uint8_t)(1U << bit % 8);
        in += text[bit / 8] == '\n' ? 1 : 0;
        outcome = match((struct bytes){text, sizeof(LINE) - 1}, 0, none);
        for (size_t i = 0; i < outcome.out_size; i++)
            out += outcome.out[i] == '\n' ? 1 : 0;
        assert_int_equal(out, in);
        outcome_free(&outcome);
    }
}

static void
long_lines_are_refused(void **state)
{
    static uint8_t text[200000];
    char *none[] = {NULL};
    struct outcome outcome;

    (void)state;
    memset(text, 'A', sizeof(text));
    text[sizeof(text) - 1] = '\n';
    outcome = match((struct bytes){text, sizeof(text)}, 0, none);
    assert_int_equal(outcome.status, CLI_NO);
    assert_string_equal(outcome.out, "{}\n");
    outcome_free(&outcome);
    memset(text, '\t', 60000);
    text[60000] = '\n';
    outcome = match((struct bytes){text, 60001}, 0, none);
    assert_int_equal(outcome.status, CLI_DONE);
    outcome_free(&outcome);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_answered),
        cmocka_unit_test(the_threshold_is_asked_for),
        cmocka_unit_test(every_line_has_one_answer),
        cmocka_unit_test(long_lines_are_refused),
    };

    return TEST_RUN(tests);
}
