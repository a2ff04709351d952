/* Dates of birth as lists write them, and what is none: two tables. SCR 3.4 */
#include "test.h"

#include "base/writer.h"
#include "screen/list_birth.h"

#define COUNT(items) (sizeof(items) / sizeof((items)[0]))

/* OFAC, "SDN data formats"; UN, sc-sanctions.xsd; FollowTheMoney's partial
 * dates; and what people write. */
static const struct {
    const char *text;
    const char *from;
    const char *to;
    bool about;
} GOOD[] = {
    {"12 Aug 1974", "1974-08-12", "1974-08-12", false},
    {"1 January 1970", "1970-01-01", "1970-01-01", false},
    {"Aug 1974", "1974-08-01", "1974-08-31", false},
    {"Sept 1974", "1974-09-01", "1974-09-30", false},
    {"Sep. 1974", "1974-09-01", "1974-09-30", false},
    {"Feb 1976", "1976-02-01", "1976-02-29", false},
    {"1975", "1975-01-01", "1975-12-31", false},
    {" 1975 ", "1975-01-01", "1975-12-31", false},
    {"circa 1960", "1960-01-01", "1960-12-31", true},
    {"ca. 1960", "1960-01-01", "1960-12-31", true},
    {"approximately 12 Aug 1974", "1974-08-12", "1974-08-12", true},
    {"1958 to 1960", "1958-01-01", "1960-12-31", false},
    {"1958-1960", "1958-01-01", "1960-12-31", false},
    {"1958/1960", "1958-01-01", "1960-12-31", false},
    {"circa 1958-1960", "1958-01-01", "1960-12-31", true},
    {"1 Jan 1958 to 31 Dec 1959", "1958-01-01", "1959-12-31", false},
    {"Jan 1958 to Mar 1958", "1958-01-01", "1958-03-31", false},
    {"1958-01-02/1959-03-04", "1958-01-02", "1959-03-04", false},
    {"1974-08-12", "1974-08-12", "1974-08-12", false},
    {"1974-08", "1974-08-01", "1974-08-31", false},
    {"12/08/1974", "1974-08-12", "1974-08-12", false},
    {"12.8.1974", "1974-08-12", "1974-08-12", false},
    {"August 12, 1974", "1974-08-12", "1974-08-12", false},
    {"29 Feb 1976", "1976-02-29", "1976-02-29", false},
};

static const char *const BAD[] = {
    "",
    "soon",
    "30-35 years old",
    "29 Feb 1975",
    "31/04/1970",
    "1974-13",
    "12 Aug",
    "12 Foo 1974",
    "0974",
    "19744",
    "74",
    "1960 to",
    "to 1960",
    "1960 to 1958",
    "circa",
    "1974-00-01",
    "1 2 3 1974",
    "12 Aug 74",
    "-",

    "24/06/1402 (Hijri Calendar)",
};

static void
good_ones_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(GOOD); i++) {
        struct birth birth;
        struct date from;
        struct date to;

        if (list_birth_parse(bytes_of(GOOD[i].text), &birth) != OK)
            fail_msg("%s", GOOD[i].text);
        assert_err(date_parse(bytes_of(GOOD[i].from), &from), OK);
        assert_err(date_parse(bytes_of(GOOD[i].to), &to), OK);
        if (birth.from.days != from.days || birth.to.days != to.days ||
            birth.about != GOOD[i].about)
            fail_msg("%s", GOOD[i].text);
    }
}

static void
bad_ones_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct birth birth;

        if (list_birth_parse(bytes_of(BAD[i]), &birth) != ERR_FORMAT)
            fail_msg("%s", BAD[i]);
    }
}

static void
years_alone(void **state)
{
    struct birth birth;

    (void)state;
    assert_err(list_birth_years(1958, 1960, true, &birth), OK);
    assert_true(birth.about);
    assert_err(list_birth_years(1960, 1958, false, &birth), ERR_FORMAT);
    assert_err(list_birth_years(0, 1958, false, &birth), ERR_FORMAT);
    assert_err(list_birth_years(1958, 10000, false, &birth), ERR_FORMAT);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_ones_are_read),
        cmocka_unit_test(bad_ones_are_refused),
        cmocka_unit_test(years_alone),
    };

    return TEST_RUN(tests);
}
