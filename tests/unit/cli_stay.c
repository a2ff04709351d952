/*
 * Shows `kufi stay` as a filter: both forms of input, what each bad line is
 * told, by line and column, that a line in is a line out, and the exit status.
 * How days are counted is shown elsewhere. STY 6.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "os/os.h"
#include "test.h"

#define ONE(id, start, used, left, stay, last, first, over)                    \
    "{\"id\":" id ",\"window_start\":\"" start "\",\"days_used\":" used        \
    ",\"days_remaining\":" left ",\"max_stay_if_entering\":" stay              \
    ",\"last_allowed_day\":" last ",\"first_overstay_day\":" first             \
    ",\"overstay_days\":" over "}\n"
#define NOTHING                                                                \
    ONE("null", "2023-12-18", "0", "90", "90", "\"2024-09-11\"", "null", "0")
#define JUNE                                                                   \
    ONE("null", "2023-12-18", "15", "75", "77", "\"2024-08-29\"",              \
        "\"2024-08-30\"", "22")
#define ON "--on", "2024-06-14"

struct outcome {
    int status;
    char *out;
    size_t out_size;
    char *err;
    size_t err_size;
};

static void
run(struct bytes in, const char *const *words, struct outcome *outcome)
{
    struct os os = {0};
    struct cli cli = {.os = &os, .command = "stay"};
    char *argv[8] = {0};
    int argc = 0;

    for (; words[argc] != NULL; argc++)
        argv[argc] = (char *)(uintptr_t)words[argc];
    *outcome = (struct outcome){0};
    cli.in = in.size == 0 ? fopen("/dev/null", "r")
                          : fmemopen((void *)(uintptr_t)in.p, in.size, "r");
    cli.out = open_memstream(&outcome->out, &outcome->out_size);
    cli.err = open_memstream(&outcome->err, &outcome->err_size);
    assert_true(cli.in != NULL && cli.out != NULL && cli.err != NULL);
    outcome->status = command_stay(&cli, argc, argv);
    fclose(cli.in);
    fclose(cli.out);
    fclose(cli.err);
}

static void
outcome_free(struct outcome *outcome)
{
    free(outcome->out);
    free(outcome->err);
}

/* `err`: what the complaints hold; NULL: there is none. */
static const struct {
    const char *name;
    const char *words[6];
    const char *in;
    int status;
    const char *out;
    const char *err;
} CASES[] = {
    /* STY 6.1, STY 6.2: trips of one traveller. */
    {"no trips", {ON}, "", CLI_DONE, NOTHING, NULL},
    {"empty lines", {ON}, "\n \r\n\n", CLI_DONE, NOTHING, NULL},
    {"two trips, not in order",
     {ON},
     "2024-06-01,2024-09-20\n2024-01-01,2024-01-01\n",
     CLI_DONE,
     JUNE,
     NULL},
    {"CRLF, blanks, a slash, no last line end",
     {"--on=2024-06-14", "--rule=90/180", "--json"},
     " 2024-06-01 / 2024-09-20 \r\n\r\n2024-01-01 ,2024-01-01",
     CLI_DONE,
     JUNE,
     NULL},
    {"open",
     {ON},
     "2024-06-01\n",
     CLI_DONE,
     ONE("null", "2023-12-18", "14", "76", "77", "\"2024-08-29\"", "null", "0"),
     NULL},
    {"open, with its separator",
     {ON},
     "2024-06-01/\n2024-06-01,\n",
     CLI_DONE,
     ONE("null", "2023-12-18", "14", "76", "77", "\"2024-08-29\"", "null", "0"),
     NULL},
    {"another rule",
     {ON, "--rule", "14/14"},
     "2024-01-01",
     CLI_DONE,
     ONE("null", "2024-06-01", "14", "0", "null", "null", "null", "0"),
     NULL},
    /* STY 6.1, STY 6.2: cases. */
    {"cases",
     {NULL},
     "a\t2024-01-01/2024-01-01;2024-06-01/2024-09-20\t2024-06-14\n"
     "\n"
     "b\t\t2024-06-14\r\n"
     "\"\\\t2024-06-01/;\t2024-06-14",
     CLI_DONE,
     ONE("\"a\"", "2023-12-18", "15", "75", "77", "\"2024-08-29\"",
         "\"2024-08-30\"", "22") ONE("\"b\"", "2023-12-18", "0", "90", "90",
                                     "\"2024-09-11\"", "null", "0")
         ONE("\"\\\"\\\\\"", "2023-12-18", "14", "76", "77", "\"2024-08-29\"",
             "null", "0"),
     NULL},
    {"the date of --on, and another",
     {ON},
     "a\t2024-06-01\n\t\t2024-06-15\n",
     CLI_DONE,
     ONE("\"a\"", "2023-12-18", "14", "76", "77", "\"2024-08-29\"", "null", "0")
         ONE("\"\"", "2023-12-19", "0", "90", "90", "\"2024-09-12\"", "null",
             "0"),
     NULL},
    {"no cases", {NULL}, "\n", CLI_DONE, "", NULL},
    /* STY 6.3 */
    {"trips without a date", {NULL}, "2024-06-01\n", CLI_USAGE, "", "--on"},
    {"a case without a date",
     {NULL},
     "a\t2024-06-01\n",
     CLI_NO,
     "{\"id\":\"a\",\"error\":\"no date, and no --on\"}\n",
     "line 1, column 13: no date, and no --on (STY 6.1)"},
    {"not a date",
     {ON},
     "2024-01-01\n 2024-02-30,2024-03-01\n",
     CLI_NO,
     "",
     "line 2, column 2: no date like 2026-07-01 (STY 6.1)"},
    {"not a date of exit",
     {ON},
     "2024-01-01, 2024-1-02\n",
     CLI_NO,
     "",
     "line 1, column 13: no date"},
    {"no entry",
     {ON},
     ",2024-01-01\n",
     CLI_NO,
     "",
     "line 1, column 1: no date"},
    {"three dates",
     {ON},
     "2024-01-01,2024-01-02,2024-01-03\n",
     CLI_NO,
     "",
     "line 1, column 12: no date"},
    {"an exit before its entry, the third case",
     {ON},
     "a\t\nb\t\n\nc\t2024-01-01/2024-01-02;2024-02-02/2024-02-01\n",
     CLI_NO,
     ONE("\"a\"", "2023-12-18", "0", "90", "90", "\"2024-09-11\"", "null", "0")
         ONE("\"b\"", "2023-12-18", "0", "90", "90", "\"2024-09-11\"", "null",
             "0") "{\"id\":\"c\",\"error\":\"an exit before its entry\"}\n",
     "line 4, column 25: an exit before its entry (STY 2.1)"},
    {"a case with a bad date, and one after it",
     {NULL},
     "a\t2024-06-01\t2024-06-1x\nb\t\t2024-06-14\n",
     CLI_NO,
     "{\"id\":\"a\",\"error\":\"no date like 2026-07-01\"}\n" ONE(
         "\"b\"", "2023-12-18", "0", "90", "90", "\"2024-09-11\"", "null", "0"),
     "line 1, column 14: no date"},
    {"no UTF-8",
     {ON},
     "\xFF\t\n",
     CLI_NO,
     "{\"id\":null,\"error\":\"the identifier is not UTF-8\"}\n",
     "line 1, column 1"},
    {"no tab any more",
     {ON},
     "a\t\n2024-06-01\n",
     CLI_NO,
     ONE("\"a\"", "2023-12-18", "0", "90", "90", "\"2024-09-11\"", "null",
         "0") "{\"id\":\"2024-06-01\","
              "\"error\":\"no tab, and the first line has one\"}\n",
     "line 2, column 11"},
    {"a rule that is none",
     {ON, "--rule", "180/90"},
     "",
     CLI_USAGE,
     "",
     "90/180"},
    {"a date that is none", {"--on", "14.6.2024"}, "", CLI_USAGE, "", "--on"},
    {"two files", {ON, "a", "b"}, "", CLI_USAGE, "", ""},
    {"no such file", {ON, "tests/none"}, "", CLI_TROUBLE, "", "opened"},
    {"a folder", {ON, "tests"}, "", CLI_TROUBLE, "", "read"},
};

static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct outcome outcome;

        print_message("# %s\n", CASES[i].name);
        run(bytes_of(CASES[i].in), CASES[i].words, &outcome);
        assert_int_equal(outcome.status, CASES[i].status);
        assert_string_equal(outcome.out, CASES[i].out);
        assert_int_equal(outcome.err_size > 0, CASES[i].err != NULL);
        if (CASES[i].err != NULL)
            assert_non_null(strstr(outcome.err, CASES[i].err));
        outcome_free(&outcome);
    }
}

/* STY 6.1: a line longer than any case is one line, and the next is read. */
static void
test_long_line(void **state)
{
    static const char *const WORDS[] = {ON, NULL};
    static char text[3 * 131072];
    struct outcome outcome;

    (void)state;
    memset(text, '7', sizeof(text) - 1);
    memcpy(text, "a\t\n", 3);
    memcpy(text + sizeof(text) - 6, "\nb\t\n", 5);
    run(bytes_of(text), WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_NO);
    assert_non_null(strstr(outcome.out, "\"id\":null,\"error\""));
    assert_non_null(strstr(outcome.out, "\"id\":\"b\",\"window_start\""));
    assert_non_null(strstr(outcome.err, "line 2, column 131073"));
    outcome_free(&outcome);
}

/* STY 2.1: as many trips as there may be, and one more. */
static void
test_many_trips(void **state)
{
    static const char *const WORDS[] = {ON, NULL};
    static char text[2 + 4097 * 11 + 2];
    struct outcome outcome;
    size_t at = 2;

    (void)state;
    memcpy(text, "a\t", 2);
    for (int i = 0; i < 4096; i++, at += 11)
        memcpy(text + at, "2024-06-14;", 11);
    run((struct bytes){(const uint8_t *)text, at}, WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_DONE);
    assert_non_null(strstr(outcome.out, "\"days_used\":1,"));
    outcome_free(&outcome);
    memcpy(text + at, "2024-06-14\n", 11);
    run((struct bytes){(const uint8_t *)text, at + 11}, WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_NO);
    assert_non_null(strstr(outcome.out, "too many trips"));
    outcome_free(&outcome);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_many_trips),
    };

    return TEST_RUN(tests);
}
