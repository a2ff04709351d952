/*
 * Shows that reading an MRZ gives its fields and finds what is wrong: the
 * specimens of Doc 9303 and one sample for each clause (tests/data/mrz), random
 * documents of every format, and each of them cut, flipped and changed. What
 * the check digits cannot see is told apart by arithmetic of the test's own.
 */
#include "document/mrz.h"

#include <stdio.h>
#include <string.h>

#include "document/mrz_json.h"
#include "document/state.h"
#include "mrz_make.h"

#define ROUNDS 2000
#define FORMATS_FIRST MRZ_TD1
#define FORMATS_LAST MRZ_FRA_ID

/* Which sample shows which clause; the others vary them. */
static const struct {
    const char *sample;
    const char *clauses;
} SHOWN[] = {
    {"bad/3.6-letter", "DOC 1.1"},
    {"good/td3-unknown-state", "DOC 1.2, DOC 3.5"},
    {"bad/2.1-long-line", "DOC 8.2"},
    {"good/td1-specimen", "DOC 2.2, DOC 2.4, DOC 4.1, DOC 4.5"},
    {"good/td2-specimen", "DOC 2.5, DOC 2.7, DOC 8.1"},
    {"good/td3-specimen", "DOC 2.5, DOC 3.4"},
    {"good/mrv-a-specimen", "DOC 2.6"},
    {"good/fra-id", "DOC 2.8"},
    {"bad/3.1-quote", "DOC 3.1, DOC 8.3"},
    {"bad/3.2-td1-ai", "DOC 3.2"},
    {"bad/3.6-printed-x", "DOC 3.6"},
    {"good/td3-unused-optional-filler", "DOC 4.3"},
    {"good/td1-long-number-other", "DOC 4.4"},
    {"bad/4.5-fra-id-name", "DOC 4.5"},
    {"bad/5.2-no-leap-year", "DOC 5.1, DOC 5.2"},
    {"good/td3-birth-tomorrow", "DOC 5.2"},
    {"good/td3-expiry-nearest-future", "DOC 5.3"},
    {"good/td3-birth-year-unknown", "DOC 5.4"},
    {"bad/6.1-no-name", "DOC 6.1"},
    {"good/td3-fillers-in-names", "DOC 6.2"},
    {"good/td1-truncated", "DOC 6.3"},
};

static struct date
today(void)
{
    return date_of(MRZ_MAKE_TODAY);
}

/* The lines of a file; at most one more than an MRZ has. */
static size_t
file_lines(struct bytes file, struct bytes *lines)
{
    size_t count = 0;

    while (file.size > 0 && count <= MRZ_LINES_MAX)
        lines[count++] = bytes_split(&file, '\n');
    return count;
}

static struct bytes
answer(const struct bytes *lines, size_t count, uint8_t *block, size_t size)
{
    struct writer w;
    struct json_writer j = {.w = &w};
    struct mrz mrz;
    struct mrz_repair repair;

    mrz_parse(lines, count, today(), &mrz);
    mrz_repair(lines, count, &mrz, &repair);
    writer_init(&w, block, size);
    mrz_json_write(&j, &mrz, &repair);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

/* FILE.mrz is answered by FILE.json; a bad one, 4.2-something.mrz, by a fault
 * of the clause in its name. */
static void
sample_check(void *context, const char *path)
{
    char other[512];
    size_t size = strlen(path);
    uint8_t block[MRZ_JSON_SIZE_MAX];
    struct bytes lines[MRZ_LINES_MAX + 1];
    struct bytes mrz;
    struct bytes json;
    struct bytes got;
    char clause[64];
    const char *name = strrchr(path, '/') + 1;

    if (strcmp(path + size - 4, ".mrz") != 0)
        return;
    assert_true(size < sizeof(other));
    snprintf(other, sizeof(other), "%.*sjson", (int)size - 3, path);
    mrz = test_file(path);
    json = test_file(other);
    got = answer(lines, file_lines(mrz, lines), block, sizeof(block));
    assert_bytes(got, bytes_trim(bytes_slice(json, 0, json.size - 1)));
    block[got.size] = '\0';
    if (context != NULL) {
        snprintf(clause, sizeof(clause), "\"DOC %.*s\"",
                 (int)strcspn(name, "-"), name);
        assert_non_null(strstr((const char *)block, clause));
    }
    test_file_free(mrz);
    test_file_free(json);
}

static void
test_good_samples(void **state)
{
    (void)state;
    assert_true(test_each_file("tests/data/mrz/good", sample_check, NULL) > 0);
}

static void
test_bad_samples(void **state)
{
    bool bad = true;

    (void)state;
    assert_true(test_each_file("tests/data/mrz/bad", sample_check, &bad) > 0);
}

static void
test_shown_samples(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(SHOWN) / sizeof(SHOWN[0]); i++) {
        char path[128];

        snprintf(path, sizeof(path), "tests/data/mrz/%s.mrz", SHOWN[i].sample);
        print_message("# %s: %s\n", SHOWN[i].clauses, SHOWN[i].sample);
        sample_check(NULL, path);
    }
}

static void
test_random_documents(void **state)
{
    struct test_random random;
    struct mrz_made made;
    struct mrz mrz;

    (void)state;
    test_random_init(&random);
    for (int i = 0; i < ROUNDS; i++) {
        for (int f = FORMATS_FIRST; f <= FORMATS_LAST; f++) {
            mrz_make(&random, (enum mrz_format)f, &made);
            mrz_parse(made.lines, made.count, today(), &mrz);
            mrz_made_assert(&made, &mrz);
        }
    }
}

/* Every line of every format, cut at every byte: never an MRZ. DOC 2.1. */
static void
test_cut(void **state)
{
    struct test_random random;
    struct mrz_made made;
    struct mrz mrz;

    (void)state;
    test_random_init(&random);
    for (int f = FORMATS_FIRST; f <= FORMATS_LAST; f++) {
        mrz_make(&random, (enum mrz_format)f, &made);
        for (size_t line = 0; line < made.count; line++) {
            for (size_t size = 0; size < strlen(made.text[line]); size++) {
                mrz_made_refresh(&made);
                made.lines[line].size = size;
                mrz_parse(made.lines, made.count, today(), &mrz);
                assert_int_equal(mrz.format, MRZ_NONE);
                assert_false(mrz.valid);
                assert_true(mrz_has_fault(&mrz, MRZ_BAD_LENGTH));
            }
        }
        for (size_t count = 0; count < made.count; count++) {
            mrz_made_refresh(&made);
            mrz_parse(made.lines, count, today(), &mrz);
            /* Two lines of a TD1 are of a size that no format of two has. */
            assert_int_equal(mrz.format, MRZ_NONE);
        }
    }
}

/* The columns of a line that some check digit covers, or that are one. */
static bool
is_protected(enum mrz_format format, size_t line, size_t at)
{
    switch (format) {
    case MRZ_TD1:
        return (line == 0 && at >= 5) ||
               (line == 1 && at != 7 && (at < 15 || at > 17));
    case MRZ_FRA_ID:
        return true;
    case MRZ_MRV_A:
    case MRZ_MRV_B:
        return line == 1 && (at < 10 || (at >= 13 && at != 20 && at < 28));
    default:
        return line == 1 && at != 20 && (at < 10 || at > 12);
    }
}

static int
value_of(char c)
{
    const char *all = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const char *found = c == '<' ? all : strchr(all, c);

    return found == NULL ? 0 : (int)(found - all);
}

static bool
is_mrz_character(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<';
}

/*
 * A changed character goes unseen only where no check digit looks, or where old
 * and new weigh the same: 7, 3 and 1 have no factor in common with 10, so a
 * difference that is no multiple of 10 always shows. The document code can
 * change the format, and a filler at a check digit the number's length; those
 * are left to tests of their own.
 */
static void
change_check(const struct mrz_made *good, size_t line, size_t at, char to)
{
    struct mrz_made made = *good;
    struct mrz mrz;
    char from = made.text[line][at];

    made.text[line][at] = to;
    mrz_made_refresh(&made);
    if (to == '\0')
        made.lines[line].size = good->lines[line].size;
    mrz_parse(made.lines, made.count, today(), &mrz);
    if (!is_mrz_character(to)) {
        assert_false(mrz.valid);
        assert_true(mrz_has_fault(&mrz, MRZ_BAD_CHARACTERS));
        return;
    }
    if (mrz.format != made.format)
        return;
    if (is_protected(made.format, line, at) &&
        (value_of(from) - value_of(to)) % 10 != 0)
        assert_false(mrz.valid);
}

static void
test_bits_flipped(void **state)
{
    struct test_random random;
    struct mrz_made made;

    (void)state;
    test_random_init(&random);
    for (int f = FORMATS_FIRST; f <= FORMATS_LAST; f++) {
        for (int i = 0; i < 20; i++) {
            mrz_make(&random, (enum mrz_format)f, &made);
            for (size_t line = 0; line < made.count; line++)
                for (size_t at = 0; at < made.lines[line].size; at++)
                    for (int bit = 0; bit < 8; bit++)
                        change_check(&made, line, at,
                                     (char)(made.text[line][at] ^ 1 << bit));
        }
    }
}

static void
test_characters_changed(void **state)
{
    static const char ALL[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<";
    struct test_random random;
    struct mrz_made made;

    (void)state;
    test_random_init(&random);
    for (int f = FORMATS_FIRST; f <= FORMATS_LAST; f++) {
        mrz_make(&random, (enum mrz_format)f, &made);
        for (size_t line = 0; line < made.count; line++)
            for (size_t at = 0; at < made.lines[line].size; at++)
                for (size_t c = 0; c < sizeof(ALL) - 1; c++)
                    change_check(&made, line, at, ALL[c]);
    }
}

/* Lines of random bytes, of the sizes of formats: no crash, no text that is
 * not printable. DOC 2.3. */
static void
test_random_bytes(void **state)
{
    static const size_t SIZES[] = {30, 36, 44, 0, 45, 90};
    uint8_t bytes[MRZ_LINES_MAX + 1][90];
    struct bytes lines[MRZ_LINES_MAX + 1];
    uint8_t block[MRZ_JSON_SIZE_MAX];
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (int i = 0; i < 20 * ROUNDS; i++) {
        size_t count = (size_t)test_random_below(&random, MRZ_LINES_MAX + 2);
        size_t size = SIZES[test_random_below(&random, 6)];
        uint8_t range = i % 2 == 0 ? 0xFF : 0x7F;
        struct bytes got;

        for (size_t line = 0; line < count; line++) {
            for (size_t at = 0; at < size; at++)
                bytes[line][at] = (uint8_t)(test_random_next(&random) & range);
            lines[line] = (struct bytes){bytes[line], size};
        }
        got = answer(lines, count, block, sizeof(block));
        assert_true(bytes_utf8(got));
    }
}

/* Every field at its longest and every fault at once fit into the arrays. */
static void
test_worst(void **state)
{
    static const char FILL[] = "\"\\?a~";
    uint8_t bytes[MRZ_LINES_MAX][MRZ_LINE_SIZE_MAX];
    struct bytes lines[MRZ_LINES_MAX];
    uint8_t block[MRZ_JSON_SIZE_MAX];

    (void)state;
    for (size_t fill = 0; fill < sizeof(FILL) - 1; fill++) {
        memset(bytes, FILL[fill], sizeof(bytes));
        for (size_t format = 0; format < 5; format++) {
            static const size_t SIZES[] = {30, 36, 44, 36, 36};
            static const char *const STARTS[] = {"", "", "", "IDFRA", "V"};

            memcpy(bytes[0], STARTS[format], strlen(STARTS[format]));
            for (size_t i = 0; i < MRZ_LINES_MAX; i++)
                lines[i] = (struct bytes){bytes[i], SIZES[format]};
            answer(lines, format == 0 ? 3 : 2, block, sizeof(block));
        }
    }
}

static void
test_whole_dates(void **state)
{
    struct mrz_date date = {.present = true, .year = 1974, .month = 8};
    struct civil out = {0};

    (void)state;
    assert_false(mrz_date_civil(date, &out));
    date.day = 12;
    assert_true(mrz_date_civil(date, &out));
    assert_int_equal(date_of(out).days,
                     date_of((struct civil){1974, 8, 12}).days);
    assert_false(mrz_date_civil((struct mrz_date){0}, &out));
}

static void
test_names(void **state)
{
    (void)state;
    assert_null(mrz_format_name(MRZ_NONE));
    assert_string_equal(mrz_format_name(MRZ_MRV_B), "MRV-B");
    for (int code = MRZ_BAD_LENGTH;
         code <= MRZ_NOTE_OTHER_CHECK_DIGIT_CONVENTION; code++) {
        assert_non_null(mrz_code_name((enum mrz_code)code));
        assert_int_equal(mrz_code_is_note((enum mrz_code)code),
                         code >= MRZ_NOTE_UNKNOWN_STATE);
    }
    for (int field = MRZ_OF_FORMAT; field <= MRZ_OF_OPTIONAL_DATA_2; field++)
        assert_non_null(mrz_field_name((enum mrz_field)field));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good_samples),
        cmocka_unit_test(test_bad_samples),
        cmocka_unit_test(test_shown_samples),
        cmocka_unit_test(test_random_documents),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_bits_flipped),
        cmocka_unit_test(test_characters_changed),
        cmocka_unit_test(test_random_bytes),
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_whole_dates),
        cmocka_unit_test(test_names),
    };

    return TEST_RUN(tests);
}
