/*
 * Options are taken wherever they stand, values by both spellings; what is
 * unknown, incomplete or too often ends the command with status 2. Shown by
 * tables of command lines.
 */
#include "test.h"

#include <string.h>

#include "cli/options.h"

#define WORDS_MAX 8

struct outcome {
    int status; /* -1: parsed */
    int arguments;
    size_t flags;
    size_t values;
    const char *last_value;
};

static const struct {
    const char *words[WORDS_MAX];
    struct outcome want;
} cases[] = {
    {{"DIR"}, {-1, 1, 0, 0, NULL}},
    {{"DIR", "--json"}, {-1, 1, 1, 0, NULL}},
    {{"--json", "DIR", "X"}, {-1, 2, 1, 0, NULL}},
    {{"--old", "a", "DIR"}, {-1, 1, 0, 1, "a"}},
    {{"--old=a", "DIR", "--old", "b"}, {-1, 1, 0, 2, "b"}},
    {{"--old=", "DIR"}, {-1, 1, 0, 1, ""}},
    {{"--old=x=y", "DIR"}, {-1, 1, 0, 1, "x=y"}},
    {{"--old", "--json", "DIR"}, {-1, 1, 0, 1, "--json"}},
    {{"--", "--json"}, {-1, 1, 0, 0, NULL}},
    {{"-"}, {-1, 1, 0, 0, NULL}},
    {{"DIR", "--help"}, {CLI_DONE, 0, 0, 0, NULL}},
    {{"-h"}, {CLI_DONE, 0, 0, 0, NULL}},
    {{NULL}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"A", "B", "C"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "--jso"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "--jsonx"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "-j"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "--json=yes"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "--json", "--json"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "--old"}, {CLI_USAGE, 0, 0, 0, NULL}},
    {{"DIR", "--old=1", "--old=2", "--old=3"}, {CLI_USAGE, 0, 0, 0, NULL}},
};

static void
try(struct cli *cli, const char *const *words, const struct outcome *want)
{
    const char *olds[2] = {0};
    struct option table[] = {
        {.name = "--json", .help = "as JSON"},
        {.name = "--old",
         .value_name = "FILE",
         .help = "an older one",
         .values = olds,
         .values_max = 2},
    };
    struct options options = {.arguments = "DIR [X]",
                              .about = "Tries.",
                              .table = table,
                              .table_count = 2,
                              .arguments_min = 1,
                              .arguments_max = 2};
    char *argv[WORDS_MAX + 1] = {0};
    int argc = 0;
    int status = -1;

    while (words[argc] != NULL) {
        argv[argc] = (char *)words[argc];
        argc++;
    }
    assert_int_equal(options_parse(cli, &options, argc, argv, &status),
                     want->status == -1);
    assert_int_equal(status, want->status);
    if (status != -1)
        return;
    assert_int_equal(options.argc, want->arguments);
    assert_int_equal(table[0].count, want->flags);
    assert_int_equal(table[1].count, want->values);
    if (want->last_value != NULL)
        assert_string_equal(olds[want->values - 1], want->last_value);
}

static void
options_taken_or_refused(void **state)
{
    FILE *null = fopen("/dev/null", "w");
    struct cli cli = {.out = null, .err = null, .command = "try"};

    (void)state;
    assert_non_null(null);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        try(&cli, cases[i].words, &cases[i].want);
    fclose(null);
}

static void
numbers_in_bounds(void **state)
{
    static const struct {
        const char *text;
        bool good;
    } numbers[] = {
        {"2", true},
        {"10", true},
        {"1", false},
        {"11", false},
        {"", false},
        {"+3", false},
        {"03", false},
        {"3 ", false},
        {"3x", false},
        {"-3", false},
        {"99999999999999999999999", false},
    };
    FILE *null = fopen("/dev/null", "w");
    struct cli cli = {.err = null, .command = "try"};

    (void)state;
    assert_non_null(null);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const char *values[] = {numbers[i].text};
        struct option option = {.name = "--days", .values = values};
        uint64_t n = 0;

        assert_int_equal(options_number(&cli, &option, 2, 10, &n),
                         numbers[i].good);
        assert_int_equal(n != 0, numbers[i].good);
    }
    fclose(null);
}

static void
every_error_has_an_exit_status(void **state)
{
    (void)state;
    assert_int_equal(cli_exit_of(OK), CLI_DONE);
    for (int e = OK + 1; e < ERR_COUNT; e++)
        assert_in_range(cli_exit_of((enum err)e), CLI_NO, CLI_TROUBLE);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_taken_or_refused),
        cmocka_unit_test(numbers_in_bounds),
        cmocka_unit_test(every_error_has_an_exit_status),
    };

    return TEST_RUN(tests);
}
