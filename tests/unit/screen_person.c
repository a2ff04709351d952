/*
 * Shows dates of birth as queries and records have them: a day, a month, a
 * year, what is not known, and all else refused. SCR 4.5
 */
#include "screen/person.h"

#include "test.h"

static const struct {
    const char *text;
    enum err e;
    bool known;
    const char *from;
    const char *to;
} CASES[] = {
    {"1974-08-12", OK, true, "1974-08-12", "1974-08-12"},
    {"1974-08", OK, true, "1974-08-01", "1974-08-31"},
    {"1974-08-XX", OK, true, "1974-08-01", "1974-08-31"},
    {"1974", OK, true, "1974-01-01", "1974-12-31"},
    {"1974-XX-XX", OK, true, "1974-01-01", "1974-12-31"},
    {"1972-02", OK, true, "1972-02-01", "1972-02-29"},
    {"1973-02", OK, true, "1973-02-01", "1973-02-28"},
    {"1900-02-XX", OK, true, "1900-02-01", "1900-02-28"},
    {"", OK, false, NULL, NULL},
    {"XXXX-XX-XX", OK, false, NULL, NULL},
    {"XXXX", OK, false, NULL, NULL},
    {"1974-13", ERR_FORMAT, false, NULL, NULL},
    {"1974-00", ERR_FORMAT, false, NULL, NULL},
    {"1973-02-29", ERR_FORMAT, false, NULL, NULL},
    {"1974-08-00", ERR_FORMAT, false, NULL, NULL},
    {"0000", ERR_FORMAT, false, NULL, NULL},
    {"1974-XX-12", ERR_FORMAT, false, NULL, NULL},
    {"XXXX-08-12", ERR_FORMAT, false, NULL, NULL},
    {"19X4", ERR_FORMAT, false, NULL, NULL},
    {"74", ERR_FORMAT, false, NULL, NULL},
    {"1974-8-12", ERR_FORMAT, false, NULL, NULL},
    {"1974/08/12", ERR_FORMAT, false, NULL, NULL},
    {"12-08-1974", ERR_FORMAT, false, NULL, NULL},
    {"1974-08-12 ", ERR_FORMAT, false, NULL, NULL},
    {"-974", ERR_FORMAT, false, NULL, NULL},
    {"1974-", ERR_FORMAT, false, NULL, NULL},
};

static void
births_are_parsed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct birth birth;
        struct date from;
        struct date to;
        bool known = false;

        assert_err(birth_parse(bytes_of(CASES[i].text), &birth, &known),
                   CASES[i].e);
        if (known != CASES[i].known)
            fail_msg("%s", CASES[i].text);
        if (!known)
            continue;
        assert_err(date_parse(bytes_of(CASES[i].from), &from), OK);
        assert_err(date_parse(bytes_of(CASES[i].to), &to), OK);
        assert_int_equal(birth.from.days, from.days);
        assert_int_equal(birth.to.days, to.days);
        assert_false(birth.about);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(births_are_parsed)};

    return TEST_RUN(tests);
}
