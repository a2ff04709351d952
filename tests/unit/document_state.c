/*
 * Shows that every code of the table is found by search, so that it is in
 * order, that the additions of Doc 9303 are there, and that nothing else is.
 */
#include "document/state.h"

#include <string.h>

#include "test.h"

static const struct {
    const char *alpha3;
    const char *alpha2; /* NULL: unknown */
} CASES[] = {
    {"ALB", "AL"}, {"D", "DE"},   {"DEU", "DE"}, {"AFG", "AF"}, {"ZWE", "ZW"},
    {"GBD", ""},   {"GBN", ""},   {"GBO", ""},   {"GBP", ""},   {"GBS", ""},
    {"RKS", "XK"}, {"EUE", "EU"}, {"UNO", "UN"}, {"UNA", "UN"}, {"UNK", "XK"},
    {"XXA", ""},   {"XXB", ""},   {"XXC", ""},   {"XXX", ""},   {"XOM", ""},
    {"XPO", ""},   {"XCC", ""},   {"XBA", ""},   {"XIM", ""},   {"XCT", ""},
    {"XCE", ""},   {"XES", ""},   {"XMP", ""},   {"XDC", ""},   {"XEC", ""},
    {"XCO", ""},   {"UTO", "UT"}, {"ANT", "AN"}, {"NTZ", "NT"}, {"IAO", "IA"},
    {"", NULL},    {"D<<", NULL}, {"QQQ", NULL}, {"AL", NULL},  {"ALBA", NULL},
    {"alb", NULL}, {"AAA", NULL}, {"ZZZ", NULL},
};

/* DOC 3.3 */
static void
test_codes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        const struct state *found = state_find(bytes_of(CASES[i].alpha3));

        assert_int_equal(found == NULL, CASES[i].alpha2 == NULL);
        if (found == NULL)
            continue;
        assert_string_equal(found->alpha3, CASES[i].alpha3);
        assert_string_equal(found->alpha2, CASES[i].alpha2);
        assert_true(bytes_utf8(bytes_of(found->name)));
    }
}

/* 249 countries of ISO 3166-1, and the codes of three letters that 9303-3
 * section 5 adds, with XCT. */
static void
test_count(void **state)
{
    size_t count = 0;
    char code[3];

    (void)state;
    for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
        for (code[1] = 'A'; code[1] <= 'Z'; code[1]++)
            for (code[2] = 'A'; code[2] <= 'Z'; code[2]++)
                count += state_find((struct bytes){(uint8_t *)code, 3}) != NULL;
    assert_int_equal(count, 249 + 30);
    assert_null(state_find((struct bytes){(const uint8_t *)"D\0", 2}));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_codes),
        cmocka_unit_test(test_count),
    };

    return TEST_RUN(tests);
}
