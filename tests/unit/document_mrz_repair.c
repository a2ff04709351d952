/*
 * Shows what repair suggests: cases by hand, then random documents in which
 * characters were confused, each compared with a search of the test's own that
 * tries every subset of substitutions and reads every result anew.
 */
#include "document/mrz_repair.h"

#include <string.h>

#include "mrz_make.h"

#define ROUNDS 400
#define NUMBER_MAX 23

/* A specimen changed at one or two places, and what is suggested. */
static const struct {
    const char *name;
    const char *lines[3];
    uint32_t candidates;
    const char *repair[3];
} CASES[] = {
    {"a sound MRZ",
     {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
     0,
     {0}},
    {"letters among digits, digits among letters",
     {"P<UT0ER1K5SON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408I22FI2O4159ZE184226B<<<<<IO"},
     1,
     {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}},
    {"one substitution in the number",
     {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L8989O2C36UTO7408122F1204159ZE184226B<<<<<10"},
     1,
     {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}},
    {"G and 6 weigh the same: nothing shows",
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902G<5UTO6908061F9406236ZE184226B<<<<<<<"},
     0,
     {0}},
    {"the check digit of the number, forced",
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L89890SC<SUTO6908061F9406236ZE184226B<<<<<<<"},
     1,
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L89890SC<5UTO6908061F9406236ZE184226B<<<<<<<"}},
    {"several ways",
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "000000<<<4UTO6908061F9406236ZE184226B<<<<<<<"},
     2,
     {0}},
    {"a wrong date is no matter of the number",
     {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO8408122F1204159ZE184226B<<<<<10"},
     0,
     {0}},
    {"a printed X has no pair",
     {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C<3UTO6908061X9406236ZE184226B<<<<<<<"},
     0,
     {0}},
    {"the code tells the format",
     {"1DFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
      "8806923102858CORINNE<<<<<<<6512068F6"},
     1,
     {"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
      "8806923102858CORINNE<<<<<<<6512068F6"}},
    {"a long number, its check digit forced",
     {"I<UTOD23145890<734G<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
      "STEVENSON<<PETER<JOHN<<<<<<<<<"},
     0,
     {0}},
    {"a long number",
     {"I<UTOD2314589O<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
      "STEVENSON<<PETER<JOHN<<<<<<<<<"},
     1,
     {"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
      "STEVENSON<<PETER<JOHN<<<<<<<<<"}},
    {"small letters have no pair",
     {"p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
     0,
     {0}},
    {"no MRZ", {"0", "1"}, 0, {0}},
    {"a code that no pair makes lawful",
     {"8<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
     0,
     {0}},
    {"a digit in the name that has no pair, and one that has",
     {"P<UTOERIK5S0N<<ANNA<MARI4<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
     0,
     {0}},
};

static size_t
case_lines(const char *const *texts, struct bytes *lines)
{
    size_t count = 0;

    while (count < MRZ_LINES_MAX && texts[count] != NULL) {
        lines[count] = bytes_of(texts[count]);
        count++;
    }
    return count;
}

static void
repair(const struct bytes *lines, size_t count, struct mrz_repair *out)
{
    struct mrz mrz;

    mrz_parse(lines, count, date_of(MRZ_MAKE_TODAY), &mrz);
    mrz_repair(lines, count, &mrz, out);
}

/* DOC 7.1, DOC 7.4 */
static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct bytes lines[MRZ_LINES_MAX] = {0};
        struct mrz_repair got;

        print_message("# %s\n", CASES[i].name);
        repair(lines, case_lines(CASES[i].lines, lines), &got);
        assert_int_equal(got.candidates, CASES[i].candidates);
        assert_int_equal(got.line_count, case_lines(CASES[i].repair, lines));
        for (size_t line = 0; line < got.line_count; line++)
            assert_bytes(((struct bytes){got.lines[line], got.line_size}),
                         lines[line]);
    }
}

static char
pair_of(char c)
{
    static const char PAIRS[] = "O0I1B8S5Z2G6";
    const char *at = c == '\0' ? NULL : strchr(PAIRS, c);

    return at == NULL ? '\0' : PAIRS[(at - PAIRS) ^ 1];
}

/* Whether reading finds every check digit right. */
static bool
holds(struct mrz_made *made)
{
    struct mrz mrz;

    mrz_made_refresh(made);
    mrz_parse(made->lines, made->count, date_of(MRZ_MAKE_TODAY), &mrz);
    return !mrz_has_fault(&mrz, MRZ_BAD_CHECK_DIGIT) &&
           !mrz_has_fault(&mrz, MRZ_BAD_COMPOSITE_CHECK_DIGIT);
}

/* Where the characters of the number stand that have a pair. */
static size_t
number_places(struct mrz_made *made, char **places)
{
    size_t line = made->format == MRZ_TD1 ? 0 : 1;
    size_t at = made->format == MRZ_TD1 ? 5 : 0;
    size_t data = made->format == MRZ_TD1 ? 15 : 28;
    size_t head = made->format == MRZ_FRA_ID ? 12 : 9;
    size_t size = made->long_number ? strlen(made->number) : head;
    size_t count = 0;

    for (size_t i = 0; i < size; i++) {
        char *p = &made->text[line][i < head ? at + i : data + i - head];

        if (pair_of(*p) != '\0')
            places[count++] = p;
    }
    return count;
}

static size_t
bits(uint32_t mask)
{
    size_t count = 0;

    for (; mask != 0; mask &= mask - 1)
        count++;
    return count;
}

/* All subsets; the number of smallest ones that hold, one of them applied. */
static uint32_t
search(struct mrz_made *made)
{
    char *places[NUMBER_MAX];
    size_t count = number_places(made, places);
    size_t best = count + 1;
    uint32_t best_mask = 0;
    uint32_t found = 0;

    for (uint32_t mask = 0; mask < UINT32_C(1) << count; mask++) {
        if (bits(mask) > best)
            continue;
        for (size_t i = 0; i < count; i++)
            if ((mask >> i & 1) != 0)
                *places[i] = pair_of(*places[i]);
        if (holds(made)) {
            found = bits(mask) < best ? 1 : found + 1;
            best = bits(mask);
            best_mask = mask;
        }
        for (size_t i = 0; i < count; i++)
            if ((mask >> i & 1) != 0)
                *places[i] = pair_of(*places[i]);
    }
    for (size_t i = 0; i < count; i++)
        if ((best_mask >> i & 1) != 0)
            *places[i] = pair_of(*places[i]);
    mrz_made_refresh(made);
    return found;
}

/* Confuses up to three characters of the number. */
static bool
confuse(struct test_random *random, struct mrz_made *made)
{
    char *places[NUMBER_MAX];
    size_t count = number_places(made, places);
    size_t times = 1 + (size_t)test_random_below(random, 3);

    if (count == 0 || count > 12) /* more makes the test's search long */
        return false;
    for (size_t i = 0; i < times; i++) {
        char *p = places[test_random_below(random, count)];

        *p = pair_of(*p);
    }
    mrz_made_refresh(made);
    return true;
}

/* DOC 7.3 */
static void
test_numbers(void **state)
{
    struct test_random random;
    struct mrz_made made;
    struct mrz_repair got;
    size_t suggested = 0;
    size_t several = 0;

    (void)state;
    test_random_init(&random);
    for (int i = 0; i < ROUNDS; i++) {
        for (int f = MRZ_TD1; f <= MRZ_FRA_ID; f++) {
            uint32_t found;

            mrz_make(&random, (enum mrz_format)f, &made);
            if (!confuse(&random, &made) || holds(&made))
                continue;
            repair(made.lines, made.count, &got);
            found = search(&made);
            assert_int_equal(got.candidates, found);
            assert_int_equal(got.line_count, found == 1 ? made.count : 0);
            for (size_t line = 0; line < got.line_count; line++)
                assert_bytes(((struct bytes){got.lines[line], got.line_size}),
                             made.lines[line]);
            suggested += found == 1;
            several += found > 1;
        }
    }
    print_message("# %zu suggested, %zu with several ways\n", suggested,
                  several);
    assert_true(suggested > 0 && several > 0);
}

/* Dates are mended whatever the number: DOC 7.2. */
static void
test_forced(void **state)
{
    struct test_random random;
    struct mrz_made made;
    struct mrz_made garbled;
    struct mrz_repair got;

    (void)state;
    test_random_init(&random);
    for (int i = 0; i < ROUNDS; i++) {
        for (int f = MRZ_TD1; f <= MRZ_FRA_ID; f++) {
            /* Columns of dates and their check digits. */
            size_t from = f == MRZ_TD1 ? 0 : f == MRZ_FRA_ID ? 27 : 13;
            bool changed = false;

            mrz_make(&random, (enum mrz_format)f, &made);
            garbled = made;
            for (size_t at = from; at < from + 7; at++) {
                char c = garbled.text[1][at];

                if (pair_of(c) == '\0')
                    continue;
                garbled.text[1][at] = pair_of(c);
                changed = true;
            }
            if (!changed)
                continue;
            mrz_made_refresh(&garbled);
            repair(garbled.lines, garbled.count, &got);
            assert_int_equal(got.candidates, 1);
            for (size_t line = 0; line < got.line_count; line++)
                assert_bytes(((struct bytes){got.lines[line], got.line_size}),
                             made.lines[line]);
        }
    }
}

/* The number that has most subsets, and none that holds: at once, and none. */
static void
test_worst(void **state)
{
    static const char *const LINES[] = {"I<UTO000000000<000000000000001",
                                        "3407127M9507122UTO<<<<<<<<<<<3",
                                        "STEVENSON<<PETER<JOHN<<<<<<<<<"};
    struct bytes lines[MRZ_LINES_MAX];
    struct mrz_repair got;

    (void)state;
    for (size_t i = 0; i < MRZ_LINES_MAX; i++)
        lines[i] = bytes_of(LINES[i]);
    repair(lines, MRZ_LINES_MAX, &got);
    assert_int_equal(got.candidates, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_forced),
        cmocka_unit_test(test_worst),
    };

    return TEST_RUN(tests);
}
