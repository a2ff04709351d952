/* Words in lines of 80 columns: where they are broken, and that columns are
 * characters. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "cli/wrap.h"

static void
words_are_wrapped(void **state)
{
    static const struct {
        const char *text;
        int at;
        int indent;
        const char *want;
        int column;
    } cases[] = {
        {"", 4, 4, "", 4},
        {"one", 4, 4, "one", 7},
        {"one", 7, 4, " one", 11},
        {"one  two", 0, 0, "one two", 7},
        {"ends here", 71, 4, " ends\n    here", 8},
        {"ends here", 70, 4, " ends here", 80},
        {"longer", 79, 0, "\nlonger", 6},
        /* Ten columns, of more bytes. */
        {"Durrës ësh", 70, 2, " Durrës\n  ësh", 5},
        {"Durrës ësh", 69, 2, " Durrës ësh", 80},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char got[256] = "";
        FILE *out = fmemopen(got, sizeof(got), "w");

        assert_non_null(out);
        assert_int_equal(wrap_words(out, bytes_of(cases[i].text), cases[i].at,
                                    cases[i].indent),
                         cases[i].column);
        assert_int_equal(fclose(out), 0);
        assert_string_equal(got, cases[i].want);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_wrapped),
    };

    return TEST_RUN(tests);
}
