/*
 * The words of findings: each code has all of them, each word is read back, and
 * spec/inspect.md has the same title and next step under the same clause.
 * INS 1.3, 1.4, 1.5
 */
#include "test.h"

#include "inspect/finding.h"

#include <stdio.h>
#include <string.h>

#define SPEC_SIZE_MAX 65536

/* Every run of blanks and line ends as one blank. */
static struct bytes
joined(struct bytes text, char *out)
{
    size_t size = 0;

    assert_true(text.size < SPEC_SIZE_MAX);
    for (size_t i = 0; i < text.size; i++) {
        bool blank = text.p[i] == ' ' || text.p[i] == '\n';

        if (blank && size > 0 && out[size - 1] == ' ')
            continue;
        out[size++] = blank ? ' ' : (char)text.p[i];
    }
    out[size] = 0;
    return (struct bytes){(const uint8_t *)out, size};
}

static void
test_spec(void **state)
{
    static char spec[SPEC_SIZE_MAX];
    struct bytes file = test_file("spec/inspect.md");
    const char *at;

    (void)state;
    (void)joined(file, spec);
    test_file_free(file);
    at = spec;
    for (unsigned n = 0; n < FINDING_COUNT; n++) {
        enum finding_code code = (enum finding_code)n;
        char wanted[512];

        assert_int_equal(strncmp(finding_clause(code), "INS 2.", 6), 0);
        (void)snprintf(wanted, sizeof(wanted), "### %s %s `%s`. ",
                       finding_clause(code) + 4, finding_title(code),
                       finding_word(code));
        at = strstr(at, wanted);
        if (at == NULL) {
            fail_msg("spec/ lacks: %s", wanted);
            return;
        }
        (void)snprintf(wanted, sizeof(wanted), "*Next:* %s ",
                       finding_next(code));
        at = strstr(at, wanted);
        if (at == NULL) {
            fail_msg("spec/ lacks: %s", wanted);
            return;
        }
    }
    assert_null(strstr(at, "*Next:* ") == at ? NULL : strstr(at + 1, "*Next:"));
}

static void
test_words(void **state)
{
    (void)state;
    for (unsigned n = 0; n < FINDING_COUNT; n++) {
        struct bytes word = bytes_of(finding_word((enum finding_code)n));
        enum finding_code code;

        /* What a record holds: REC 4.6. */
        assert_in_range(word.size, 1, 32);
        assert_err(finding_parse(word, &code), OK);
        assert_int_equal(code, n);
        assert_err(finding_parse(bytes_slice(word, 0, word.size - 1), &code),
                   ERR_NOT_FOUND);
    }
}

static void
test_other_words(void **state)
{
    static const char *const OTHERS[] = {"", "Expired", "expired ",
                                         "overstay_"};
    enum finding_code code;

    (void)state;
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++)
        assert_err(finding_parse(bytes_of(OTHERS[i]), &code), ERR_NOT_FOUND);
    assert_string_equal(severity_word(SEVERITY_NOTE), "note");
    assert_string_equal(severity_word(SEVERITY_LOOK), "look");
    assert_string_equal(severity_word(SEVERITY_REFER), "refer");
    assert_string_equal(recommendation_word(RECOMMENDATION_CLEAR), "clear");
    assert_string_equal(recommendation_word(RECOMMENDATION_LOOK), "look");
    assert_string_equal(recommendation_word(RECOMMENDATION_REFER), "refer");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spec),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_other_words),
    };

    return TEST_RUN(tests);
}
