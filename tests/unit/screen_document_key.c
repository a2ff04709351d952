/*
 * Shows that documents are compared as SCR 6.1, SCR 6.2 and SCR 6.3 say: what
 * is left of a number, which states and kinds tell two documents apart, and
 * what a range of numbers holds.
 */
#include "screen/document_key.h"

#include <string.h>

#include "test.h"

static struct person_document
document(const char *state, const char *type, const char *number)
{
    return (struct person_document){.state = bytes_of(state),
                                    .type = bytes_of(type),
                                    .number = bytes_of(number)};
}

static void
numbers_are_normal(void **state)
{
    static const struct {
        const char *in;
        const char *out; /* NULL: no key */
    } cases[] = {
        {"L898902C<", "L898902C"},
        {"l898902c", "L898902C"},
        {"L8989O2C", "L898902C"},
        {"o0O", "000"},
        {"AB 123-456/7", "AB1234567"},
        {"<<<<<<<<<", NULL},
        {"", NULL},
        {"-.-", NULL},
        {"0012345", "0012345"},
        {"I1", "I1"},
        {"\xd9\xa1\xd9\xa2\xdb\xb3", "123"}, /* ١٢۳ */
        {"\xd0\x90\xd0\x92 12", "\xd0\x90\xd0\x92"
                                "12"}, /* Cyrillic */
        {"\xd9", "\xd9"},
        {"1234567890123456789012345678901234567890123456789012345678901234",
         "1234567890123456789012345678901234567890123456789012345678901234"},
        {"12345678901234567890123456789012345678901234567890123456789012345",
         NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct person_document in = document("UTO", "P", cases[i].in);
        struct document_key key;

        assert_int_equal(document_key_read(&in, &key), cases[i].out != NULL);
        if (cases[i].out != NULL)
            assert_bytes(((struct bytes){key.number, key.size}),
                         bytes_of(cases[i].out));
    }
}

static void
states_and_kinds(void **state)
{
    static const struct {
        const char *state;
        const char *type;
        const char *key; /* three bytes of state, one of kind; '.': none */
    } cases[] = {
        {"UTO", "P", "UTOP"},    {"uto", "p<", "UTOP"}, {"D<<", "PM", "D..P"},
        {"DEU", "I", "D..I"},    {"D", "ID", "D..I"},   {"", "", "...."},
        {"UT0", "V", "UTOV"},    {"UTOP", "A", "...I"}, {"U1", "C", "...I"},
        {"RKS", "PASS", "RKS."}, {"XXA", "X", "XXA."},  {"GBD", " V ", "GBDV"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct person_document in =
            document(cases[i].state, cases[i].type, "1");
        struct document_key key;
        uint8_t got[4];

        assert_true(document_key_read(&in, &key));
        memcpy(got, key.state, 3);
        got[3] = key.kind;
        for (size_t j = 0; j < 4; j++)
            got[j] = got[j] == 0 ? '.' : got[j];
        assert_bytes(((struct bytes){got, 4}), bytes_of(cases[i].key));
    }
}

/* What is listed, to its end when that is a range; and what is asked for. */
static void
what_is_listed(void **state)
{
    static const struct {
        const char *listed[3];
        const char *to;
        const char *asked[3];
        bool holds;
    } cases[] = {
        {{"UTO", "P", "L898902C"}, "", {"UTO", "P", "L898902C<"}, true},
        {{"UTO", "P", "L898902C"}, "", {"UTO", "P", "L8989O2C"}, true},
        {{"UTO", "P", "L898902C"}, "", {"UTO", "PM", "L898902C"}, true},
        {{"UTO", "P", "L898902C"}, "", {"UTO", "I", "L898902C"}, false},
        {{"UTO", "P", "L898902C"}, "", {"UTO", "", "L898902C"}, true},
        {{"UTO", "", "L898902C"}, "", {"UTO", "I", "L898902C"}, true},
        {{"UTO", "P", "L898902C"}, "", {"XXA", "P", "L898902C"}, false},
        {{"", "P", "L898902C"}, "", {"XXA", "P", "L898902C"}, true},
        {{"UTO", "P", "L898902C"}, "", {"", "P", "L898902C"}, true},
        {{"UTO", "P", "L898902C"}, "", {"UTO", "P", "L898902"}, false},
        {{"UTO", "P", "L898902C"}, "", {"UTO", "P", "L898902D"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BA000100"}, true},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BA000199"}, true},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BAOO015O"}, true},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BA000099"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BA000200"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BA00015A"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BB000150"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "P", "BA00150"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"XXA", "P", "BA000150"}, false},
        {{"UTO", "P", "BA000100"}, "BA000199", {"UTO", "V", "BA000150"}, false},
        {{"UTO", "P", "77"}, "77", {"UTO", "P", "77"}, true},
        {{"UTO", "P", "77"}, "77", {"UTO", "P", "78"}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const *l = cases[i].listed;
        const char *const *a = cases[i].asked;
        struct person_document listed = document(l[0], l[1], l[2]);
        struct person_document asked = document(a[0], a[1], a[2]);
        struct document_range range;
        struct document_key key;

        assert_err(document_range_read(&listed, bytes_of(cases[i].to), &range),
                   OK);
        assert_true(document_key_read(&asked, &key));
        if (document_range_holds(&range, &key) != cases[i].holds)
            fail_msg("case %zu: %s", i, a[2]);
    }
}

static void
ranges_refused(void **state)
{
    static const struct {
        const char *from;
        const char *to;
    } cases[] = {
        {"BA100", "BB200"},  /* differ in a letter */
        {"BA100", "BA1000"}, /* another size */
        {"BA200", "BA100"},  /* runs down */
        {"BA10A", "BA20A"},  /* digits that are not last */
        {"BA100", "--"},     /* no number */
        {"", "1"},           /* no number */
        {"1000000000000000000", "2000000000000000000"}, /* 19 open */
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct person_document from = document("UTO", "P", cases[i].from);
        struct document_range range;

        assert_err(document_range_read(&from, bytes_of(cases[i].to), &range),
                   ERR_FORMAT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_normal),
        cmocka_unit_test(states_and_kinds),
        cmocka_unit_test(what_is_listed),
        cmocka_unit_test(ranges_refused),
    };

    return TEST_RUN(tests);
}
