/*
 * Shows `kufi mrz` as a filter: how input is parted into MRZs, what the exit
 * status is, that long and hostile input gives one line of JSON an MRZ, and
 * that names keep their lines. What the objects say is shown elsewhere.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "document/mrz.h"
#include "os/os.h"
#include "test.h"

#define TD3_1 "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
#define TD3_2 "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
#define BAD_2 "L898902C46UTO7408122F1204159ZE184226B<<<<<10"

static const struct {
    const char *name;
    const char *in;
    size_t size; /* 0: that of the string */
    int status;
    size_t objects;
} CASES[] = {
    {"nothing", "", 0, CLI_DONE, 0},
    {"empty lines", "\n \n\t\n\r\n", 0, CLI_DONE, 0},
    {"one", TD3_1 "\n" TD3_2 "\n", 0, CLI_DONE, 1},
    {"no last line end", TD3_1 "\n" TD3_2, 0, CLI_DONE, 1},
    {"CRLF", TD3_1 "\r\n" TD3_2 "\r\n\r\n", 0, CLI_DONE, 1},
    {"blanks at the end", TD3_1 "  \n" TD3_2 "\t\n", 0, CLI_DONE, 1},
    {"two", TD3_1 "\n" TD3_2 "\n\n" TD3_1 "\n" TD3_2 "\n", 0, CLI_DONE, 2},
    {"lines of blanks", TD3_1 "\n" TD3_2 "\n  \n \n" TD3_1 "\n" TD3_2, 0,
     CLI_DONE, 2},
    {"one is not valid", TD3_1 "\n" TD3_2 "\n\n" TD3_1 "\n" BAD_2 "\n", 0,
     CLI_NO, 2},
    {"four lines", TD3_1 "\n" TD3_2 "\n" TD3_1 "\n" TD3_2, 0, CLI_NO, 1},
    {"a hundred lines",
     "a\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\na\n",
     0, CLI_NO, 1},
    {"NUL", "\0\0\n\0\n\n\0", 7, CLI_NO, 2},
    {"no UTF-8", "\xFF\xFE\n\xC3\n", 0, CLI_NO, 1},
};

static struct instant
now(struct os *os)
{
    (void)os;
    return (struct instant){INT64_C(1795392000000)}; /* 2026-11-23 */
}

struct outcome {
    int status;
    char *out;
    size_t out_size;
    char *err;
    size_t err_size;
};

static void
run(struct bytes in, int argc, const char *const *words,
    struct outcome *outcome)
{
    struct os os = {.now = now};
    struct cli cli = {.os = &os, .command = "mrz"};
    char *argv[8] = {0};

    for (int i = 0; i < argc; i++)
        argv[i] = (char *)(uintptr_t)words[i];
    *outcome = (struct outcome){0};
    cli.in = in.size == 0 ? fopen("/dev/null", "r")
                          : fmemopen((void *)(uintptr_t)in.p, in.size, "r");
    cli.out = open_memstream(&outcome->out, &outcome->out_size);
    cli.err = open_memstream(&outcome->err, &outcome->err_size);
    assert_true(cli.in != NULL && cli.out != NULL && cli.err != NULL);
    outcome->status = command_mrz(&cli, argc, argv);
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

/* How many lines there are; each must be a JSON object. */
static size_t
objects(const struct outcome *outcome)
{
    struct bytes rest = {(const uint8_t *)outcome->out, outcome->out_size};
    size_t count = 0;

    while (rest.size > 0) {
        struct json *root;

        assert_err(json_parse(bytes_split(&rest, '\n'), &root, NULL), OK);
        assert_int_equal(json_kind(root), JSON_OF_OBJECT);
        assert_int_equal(json_member_count(root), 17);
        json_close(root);
        count++;
    }
    return count;
}

static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct bytes in = bytes_of(CASES[i].in);
        struct outcome outcome;

        if (CASES[i].size > 0)
            in.size = CASES[i].size;
        print_message("# %s\n", CASES[i].name);
        run(in, 0, NULL, &outcome);
        assert_int_equal(outcome.status, CASES[i].status);
        assert_int_equal(objects(&outcome), CASES[i].objects);
        assert_int_equal(outcome.err_size, 0);
        outcome_free(&outcome);
    }
}

/* A line that is longer than any memory of ours is one line: DOC 8.4. */
static void
test_long_line(void **state)
{
    size_t size = 1 << 20;
    uint8_t *text = malloc(size);
    struct outcome outcome;

    (void)state;
    assert_non_null(text);
    memset(text, '<', size);
    run((struct bytes){text, size}, 0, NULL, &outcome);
    assert_int_equal(outcome.status, CLI_NO);
    assert_int_equal(objects(&outcome), 1);
    outcome_free(&outcome);
    memset(text, ' ', size - 1);
    run((struct bytes){text, size}, 0, NULL, &outcome);
    assert_int_equal(objects(&outcome), 1);
    outcome_free(&outcome);
    free(text);
}

static void
test_today(void **state)
{
    static const char *const EARLIER[] = {"--json", "--today", "1974-08-11"};
    static const char *const WRONG[] = {"--today=1974-8-11"};
    struct outcome outcome;

    (void)state;
    run(BYTES(TD3_1 "\n" TD3_2 "\n"), 0, NULL, &outcome);
    assert_non_null(strstr(outcome.out, "\"1974-08-12\""));
    outcome_free(&outcome);
    run(BYTES(TD3_1 "\n" TD3_2 "\n"), 3, EARLIER, &outcome);
    assert_non_null(strstr(outcome.out, "\"1874-08-12\""));
    assert_int_equal(outcome.status, CLI_DONE);
    outcome_free(&outcome);
    run(BYTES(""), 1, WRONG, &outcome);
    assert_int_equal(outcome.status, CLI_USAGE);
    outcome_free(&outcome);
}

static void
test_files(void **state)
{
    static const char *const GOOD[] = {"tests/data/mrz/good/td1-specimen.mrz",
                                       "tests/data/mrz/good/td3-specimen.mrz"};
    static const char *const MISSING[] = {
        "tests/data/mrz/good/td1-specimen.mrz", "tests/data/mrz/none"};
    static const char *const FOLDER[] = {"tests/data/mrz"};
    struct outcome outcome;

    (void)state;
    run(BYTES(""), 2, GOOD, &outcome);
    assert_int_equal(outcome.status, CLI_DONE);
    assert_int_equal(objects(&outcome), 2);
    outcome_free(&outcome);
    run(BYTES(""), 2, MISSING, &outcome);
    assert_int_equal(outcome.status, CLI_TROUBLE);
    assert_int_equal(objects(&outcome), 1);
    outcome_free(&outcome);
    run(BYTES(""), 1, FOLDER, &outcome);
    assert_int_equal(outcome.status, CLI_TROUBLE);
    outcome_free(&outcome);
}

/* DOC 9.6: refused names keep their line and are not repeated. */
static void
test_names(void **state)
{
    static const char *const WORDS[] = {"--transliterate"};
    struct outcome outcome;

    (void)state;
    run(BYTES("Müller, Jörg\r\n\nWRONG77\nZoë\n"), 1, WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_NO);
    assert_string_equal(outcome.out, "MUELLER<<JOERG\n\n\nZOE\n");
    assert_non_null(strstr(outcome.err, "line 3, byte 6"));
    assert_null(strstr(outcome.err, "WRONG"));
    outcome_free(&outcome);
    run(BYTES("Zoë"), 1, WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_DONE);
    assert_string_equal(outcome.out, "ZOE\n");
    outcome_free(&outcome);
}

static void
test_long_name(void **state)
{
    static const char *const WORDS[] = {"--transliterate"};
    uint8_t text[2 * 1025];
    struct outcome outcome;

    (void)state;
    /* Sad, doubled: six characters for four bytes. */
    for (size_t i = 0; i < sizeof(text); i += 2)
        memcpy(text + i, i % 4 == 0 ? "\xD8\xB5" : "\xD9\x91", 2);
    run((struct bytes){text, 1024}, 1, WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_DONE);
    assert_int_equal(outcome.out_size, 1024 / 4 * 6 + 1);
    outcome_free(&outcome);
    run((struct bytes){text, 1026}, 1, WORDS, &outcome);
    assert_int_equal(outcome.status, CLI_NO);
    assert_string_equal(outcome.out, "\n");
    outcome_free(&outcome);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases), cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_today), cmocka_unit_test(test_files),
        cmocka_unit_test(test_names), cmocka_unit_test(test_long_name),
    };

    return TEST_RUN(tests);
}
