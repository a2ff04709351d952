/*
 * Shows that days of stay are counted as the law and the calculators of the
 * Commission and of the Swiss State Secretariat for Migration count them: their
 * published examples, cases at the ends of windows, years and the calendar, and
 * 100,000 random histories against a counter of another make (stay_naive.h).
 * STY 1.1, STY 1.2, STY 2.1, STY 3.1 to STY 3.7.
 */
#include "stay/stay.h"

#include "base/date.h"
#include "os/os.h"
#include "stay_naive.h"
#include "test.h"

#define HISTORIES 100000
#define TRIPS_MAX 24

static struct date
day(const char *text)
{
    struct date date = {0};

    assert_err(date_parse(bytes_of(text), &date), OK);
    return date;
}

/* "ENTRY/EXIT;ENTRY/" */
static size_t
trips_of(const char *text, struct stay_trip *trips)
{
    struct bytes rest = bytes_of(text);
    size_t count = 0;

    while (rest.size > 0) {
        struct bytes piece = bytes_split(&rest, ';');
        struct bytes entry = bytes_split(&piece, '/');
        struct stay_trip *trip = &trips[count++];

        assert_true(count <= TRIPS_MAX);
        assert_err(date_parse(entry, &trip->entry), OK);
        trip->has_exit = piece.size > 0;
        if (trip->has_exit)
            assert_err(date_parse(piece, &trip->exit), OK);
    }
    return count;
}

static struct stay_limit
limit_of(const char *text)
{
    struct stay_limit limit = {0};

    assert_err(stay_limit_parse(bytes_of(text), &limit), OK);
    return limit;
}

static enum err
count(const struct stay_trip *trips, size_t trip_count, struct stay_limit limit,
      struct date on, struct stay_answer *out)
{
    static uint8_t block[(STAY_TRIPS_MAX + 1) * 16];
    struct arena arena;

    arena_init(&arena, block, sizeof(block));
    return stay_count(trips, trip_count, &limit, on, &arena, out);
}

/* Commission, "User Manual for the Short-Stay Calculator", section 6. */
#define MANUAL_1 "2024-01-01/2024-01-01;2024-06-01/2024-09-20"
#define MANUAL_2                                                               \
    "2024-01-01/2024-01-10;2024-03-01/2024-03-30;2024-05-01/2024-06-09"
/* State Secretariat for Migration, "Short-stay calculator", examples 1, 2, 4, 5
 * and 6 (sem.admin.ch/sem/en/home/themen/einreise/aufenthaltsrechner: bsp-1 to
 * bsp-6). The dates printed in example 3 do not give its answer. */
#define SEM_4                                                                  \
    "2013-06-01/2013-07-13;2013-08-15/2013-09-30;2014-01-01/2014-01-30"
#define SEM_5                                                                  \
    "2013-09-01/2013-09-30;2014-02-21/2014-04-20;2014-05-01/2014-06-09"

/* NULL for none: the last day allowed, the first day of overstay. */
static const struct {
    const char *name;
    const char *rule;
    const char *trips;
    const char *on;
    const char *window_start;
    uint32_t used;
    uint32_t remaining;
    uint32_t max_stay;
    const char *last_allowed;
    const char *first_overstay;
    uint32_t overstay;
} CASES[] = {
    {"manual 1: in June", "90/180", MANUAL_1, "2024-06-14", "2023-12-18", 15,
     75, 77, "2024-08-29", "2024-08-30", 22},
    {"manual 1: the last day", "90/180", MANUAL_1, "2024-08-29", "2024-03-03",
     90, 0, 1, "2024-08-29", "2024-08-30", 22},
    {"manual 2: on 19 June", "90/180", MANUAL_2, "2024-06-19", "2023-12-23", 80,
     10, 20, "2024-07-08", NULL, 0},
    {"manual 2: on 7 August", "90/180", MANUAL_2, "2024-08-07", "2024-02-10",
     70, 20, 20, "2024-08-26", NULL, 0},
    {"manual 2: on 8 August", "90/180", MANUAL_2, "2024-08-08", "2024-02-11",
     70, 20, 50, "2024-09-26", NULL, 0},
    {"manual 2: after 90 days of absence", "90/180", MANUAL_2, "2024-09-08",
     "2024-03-13", 58, 32, 90, "2024-12-06", NULL, 0},
    {"SEM 1: back on 1 January", "90/180", "2014-08-15/2014-09-30",
     "2015-01-01", "2014-07-06", 47, 43, 90, "2015-03-31", NULL, 0},
    {"SEM 2: leaves in time", "90/180",
     "2014-08-15/2014-09-30;2014-11-01/2014-11-30", "2014-11-30", "2014-06-04",
     77, 13, 14, "2014-12-13", NULL, 0},
    {"SEM 4: three stays", "90/180", SEM_4, "2014-01-30", "2013-08-04", 77, 13,
     61, "2014-03-31", NULL, 0},
    {"SEM 5: nine days over", "90/180", SEM_5, "2014-06-09", "2013-12-12", 99,
     0, 0, NULL, "2014-06-01", 9},
    {"SEM 5: back on 30 August", "90/180", SEM_5, "2014-08-30", "2014-03-04",
     88, 2, 50, "2014-10-18", "2014-06-01", 9},
    {"SEM 6: the stay of the window alone", "90/180", "2013-09-19/2014-03-01",
     "2014-03-01", "2013-09-03", 164, 0, 0, NULL, "2013-12-18", 74},
    /* With the stay before it, days of November exceed already: STY 3.4. */
    {"SEM 6: both stays", "90/180",
     "2013-06-28/2013-08-09;2013-09-19/2014-03-01", "2014-03-01", "2013-09-03",
     164, 0, 0, NULL, "2013-11-05", 117},

    {"no trips", "90/180", "", "2026-07-01", "2026-01-03", 0, 90, 90,
     "2026-09-28", NULL, 0},
    {"one day", "90/180", "2026-07-01/2026-07-01", "2026-07-01", "2026-01-03",
     1, 89, 90, "2026-09-28", NULL, 0},
    {"a day is counted once", "90/180",
     "2026-07-03/2026-07-05;2026-07-01/2026-07-03;2026-07-01/2026-07-01;"
     "2026-07-02/2026-07-04",
     "2026-07-10", "2026-01-12", 5, 85, 85, "2026-10-02", NULL, 0},
    {"trips that touch are one", "90/180",
     "2026-01-01/2026-02-14;2026-02-15/2026-03-31", "2026-03-31", "2025-10-03",
     90, 0, 1, "2026-03-31", NULL, 0},
    {"the 91st day", "90/180", "2026-01-01/2026-04-01", "2026-04-01",
     "2025-10-04", 91, 0, 0, NULL, "2026-04-01", 1},
    {"29 February is a day", "90/180", "2024-01-01/2024-03-30", "2024-03-30",
     "2023-10-03", 90, 0, 1, "2024-03-30", NULL, 0},
    {"no 29 February", "90/180", "2026-01-01/2026-03-30", "2026-03-30",
     "2025-10-02", 89, 1, 2, "2026-03-31", NULL, 0},
    {"on 29 February", "1/2", "2024-02-28/2024-02-28", "2024-02-29",
     "2024-02-28", 1, 0, 0, NULL, NULL, 0},
    {"the day after it", "1/2", "2024-02-28/2024-02-28", "2024-03-01",
     "2024-02-29", 0, 1, 1, "2024-03-01", NULL, 0},
    {"open since January", "90/180", "2026-01-01/", "2026-04-10", "2025-10-13",
     100, 0, 0, NULL, "2026-04-01", 10},
    {"open, and begins after the date", "90/180", "2026-05-01/", "2026-04-10",
     "2025-10-13", 0, 90, 90, "2026-07-08", NULL, 0},
    /* A trip to come does not shorten the stay asked for: STY 3.3. */
    {"a trip to come", "90/180", "2026-08-01/2026-08-31", "2026-07-01",
     "2026-01-03", 0, 90, 90, "2026-09-28", NULL, 0},
    {"outside for the whole window", "90/180", "2025-01-01/2025-12-31",
     "2026-06-29", "2026-01-01", 0, 90, 90, "2026-09-26", "2025-04-01", 275},
    {"one day of it in the window", "90/180", "2025-01-01/2025-12-31",
     "2026-06-28", "2025-12-31", 1, 89, 90, "2026-09-25", "2025-04-01", 275},
    {"every second day", "1/2", "2026-01-01/2026-01-01;2026-01-03/2026-01-03",
     "2026-01-03", "2026-01-02", 1, 0, 1, "2026-01-03", NULL, 0},
    {"30 in 60", "30/60", "2026-01-01/2026-01-30", "2026-03-01", "2026-01-01",
     30, 0, 0, NULL, NULL, 0},
    {"30 in 60, a day later", "30/60", "2026-01-01/2026-01-30", "2026-03-02",
     "2026-01-02", 29, 1, 30, "2026-03-31", NULL, 0},
    /* STY 3.7: Albania's rule for nationals of the United States, Decision of
     * the Council of Ministers 124 of 2022: a year, and another after more than
     * 90 days outside. */
    {"a term's last day", "365+90", "2025-01-01/2025-12-31", "2025-12-31",
     "2025-01-01", 365, 0, 1, "2025-12-31", NULL, 0},
    {"out for 89 days", "365+90", "2025-01-01/2025-12-31", "2026-03-31",
     "2025-01-01", 365, 0, 0, NULL, NULL, 0},
    {"out for 90 days", "365+90", "2025-01-01/2025-12-31", "2026-04-01",
     "2026-04-01", 0, 365, 365, "2027-03-31", NULL, 0},
    {"back after 90 days", "365+90", "2025-01-01/2025-12-31;2026-04-01/",
     "2026-04-10", "2026-04-01", 10, 355, 356, "2027-03-31", NULL, 0},
    {"back too soon", "365+90", "2025-01-01/2025-12-31;2026-03-31/",
     "2026-04-10", "2025-01-01", 376, 0, 0, NULL, "2026-03-31", 11},
    {"no trips in a term", "365+90", "", "2026-04-10", "2026-04-10", 0, 365,
     365, "2027-04-09", NULL, 0},
    {"the calendar's first days", "90/180", "0001-01-01/0001-01-05",
     "0001-01-05", "0001-01-01", 5, 85, 86, "0001-03-31", NULL, 0},
    {"the calendar's last days", "90/180", "9999-12-30/", "9999-12-31",
     "9999-07-05", 2, 88, 1, "9999-12-31", NULL, 0},
    {"all of the calendar", "90/180", "0001-01-01/9999-12-31", "9999-12-31",
     "9999-07-05", 180, 0, 0, NULL, "0001-04-01", 3651969},
};

static void
check_day(bool has, struct date got, const char *expected)
{
    assert_int_equal(has, expected != NULL);
    if (has)
        assert_int_equal(got.days, day(expected).days);
}

/* STY 1.1, STY 3.1, STY 3.2, STY 3.3, STY 3.4, STY 3.6, STY 3.7; and STY 2.1,
 * trips in any order. */
static void
test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct stay_trip trips[TRIPS_MAX] = {0};
        size_t trip_count = trips_of(CASES[i].trips, trips);
        struct stay_answer a;

        print_message("# %s\n", CASES[i].name);
        assert_err(count(trips, trip_count, limit_of(CASES[i].rule),
                         day(CASES[i].on), &a),
                   OK);
        assert_int_equal(a.window_start.days, day(CASES[i].window_start).days);
        assert_int_equal(a.days_used, CASES[i].used);
        assert_int_equal(a.days_remaining, CASES[i].remaining);
        assert_int_equal(a.max_stay, CASES[i].max_stay);
        assert_false(a.endless);
        check_day(a.has_last_allowed, a.last_allowed, CASES[i].last_allowed);
        check_day(a.has_first_overstay, a.first_overstay,
                  CASES[i].first_overstay);
        assert_int_equal(a.overstay_days, CASES[i].overstay);
        /* In these cases without a break, where the date is one of them. */
        assert_int_equal(
            a.is_over && a.over_since.days != a.first_overstay.days, 0);
    }
}

static const struct {
    const char *text;
    enum err e;
    uint16_t days;
    uint16_t window;
} LIMITS[] = {
    {"90/180", OK, 90, 180},
    {"1/1", OK, 1, 1},
    {"999/3650", OK, 999, 3650},
    {"180/180", OK, 180, 180},
    {"0/180", ERR_FORMAT, 0, 0},
    {"181/180", ERR_FORMAT, 0, 0},
    {"1000/3650", ERR_FORMAT, 0, 0},
    {"90/3651", ERR_FORMAT, 0, 0},
    {"090/180", ERR_FORMAT, 0, 0},
    {"90/0180", ERR_FORMAT, 0, 0},
    {"365+90", OK, 365, 0},
    {"999+3650", OK, 999, 0},
    {"1+1", OK, 1, 0},
    {"365+0", ERR_FORMAT, 0, 0},
    {"365+", ERR_FORMAT, 0, 0},
    {"0+90", ERR_FORMAT, 0, 0},
    {"90+90/180", ERR_FORMAT, 0, 0},
    {"90/180/", ERR_FORMAT, 0, 0},
    {"90/180 ", ERR_FORMAT, 0, 0},
    {" 90/180", ERR_FORMAT, 0, 0},
    {"90", ERR_FORMAT, 0, 0},
    {"90/", ERR_FORMAT, 0, 0},
    {"/180", ERR_FORMAT, 0, 0},
    {"/", ERR_FORMAT, 0, 0},
    {"", ERR_FORMAT, 0, 0},
    {"-90/180", ERR_FORMAT, 0, 0},
    {"99999999999999999999/180", ERR_FORMAT, 0, 0},
};

static void
test_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(LIMITS) / sizeof(LIMITS[0]); i++) {
        struct stay_limit limit = {7, 7, 7};
        uint8_t text[16];
        struct writer w;

        assert_err(stay_limit_parse(bytes_of(LIMITS[i].text), &limit),
                   LIMITS[i].e);
        assert_int_equal(limit.days, LIMITS[i].e == OK ? LIMITS[i].days : 7);
        assert_int_equal(limit.window,
                         LIMITS[i].e == OK ? LIMITS[i].window : 7);
        if (LIMITS[i].e != OK)
            continue;
        writer_init(&w, text, sizeof(text));
        stay_limit_write(&w, &limit);
        assert_bytes(writer_done(&w), bytes_of(LIMITS[i].text));
    }
}

/* STY 3.5: nothing bounds a stay; the answer is bounded nevertheless. */
static void
test_endless(void **state)
{
    struct stay_trip trip = {.entry = day("2020-01-01")};
    struct stay_answer answer;

    (void)state;
    assert_err(count(&trip, 1, limit_of("180/180"), day("2026-07-01"), &answer),
               OK);
    assert_true(answer.endless);
    assert_false(answer.has_last_allowed);
    assert_false(answer.has_first_overstay);
    assert_int_equal(answer.days_used, 180);
    assert_int_equal(answer.days_remaining, 0);
    assert_int_equal(answer.max_stay,
                     day("9999-12-31").days - day("2026-07-01").days + 1);
}

/* STY 2.1 */
static void
test_refused(void **state)
{
    static struct stay_trip trips[STAY_TRIPS_MAX + 1];
    static uint8_t block[(STAY_TRIPS_MAX + 1) * 16];
    struct stay_limit limit = limit_of("90/180");
    struct date on = day("2026-07-01");
    struct stay_answer answer = {.days_used = 77};
    struct stay_trip backwards = {.entry = day("2026-06-02"),
                                  .has_exit = true,
                                  .exit = day("2026-06-01")};
    struct arena arena;

    (void)state;
    assert_err(count(&backwards, 1, limit, on, &answer), ERR_FORMAT);
    for (size_t i = 0; i <= STAY_TRIPS_MAX; i++)
        trips[i].entry.days = on.days - 2 * (int32_t)(i * 577 % 4099);
    assert_err(count(trips, STAY_TRIPS_MAX + 1, limit, on, &answer), ERR_LIMIT);
    for (size_t size = 0; size < 3 * 12 + 16; size++) {
        enum err e;

        arena_init(&arena, block, size);
        e = stay_count(trips, 3, &limit, on, &arena, &answer);
        if (e == OK)
            break;
        assert_err(e, ERR_LIMIT);
        assert_int_equal(answer.days_used, 77);
    }
    assert_int_equal(answer.days_used, 180);
    assert_err(count(trips, STAY_TRIPS_MAX, limit, on, &answer), OK);
}

/*
 * STY 1.2: which day a moment belongs to, in Tirana, around midnight, at both
 * clock changes of 2026 (29 March 02:00, 25 October 03:00) and on 29 February.
 */
static const struct {
    const char *moment;
    const char *date;
} MOMENTS[] = {
    {"2026-07-01T21:59:59.999Z", "2026-07-01"},
    {"2026-07-01T22:00:00Z", "2026-07-02"},
    {"2026-01-01T22:59:59.999Z", "2026-01-01"},
    {"2026-01-01T23:00:00Z", "2026-01-02"},
    {"2026-03-28T22:59:59Z", "2026-03-28"},
    {"2026-03-28T23:00:00Z", "2026-03-29"},
    {"2026-03-29T00:59:59Z", "2026-03-29"},
    {"2026-03-29T01:00:00Z", "2026-03-29"},
    {"2026-03-29T21:59:59Z", "2026-03-29"},
    {"2026-03-29T22:00:00Z", "2026-03-30"},
    {"2026-10-24T21:59:59Z", "2026-10-24"},
    {"2026-10-24T22:00:00Z", "2026-10-25"},
    {"2026-10-25T00:59:59Z", "2026-10-25"},
    {"2026-10-25T01:00:00Z", "2026-10-25"},
    {"2026-10-25T22:59:59Z", "2026-10-25"},
    {"2026-10-25T23:00:00Z", "2026-10-26"},
    {"2024-02-28T22:59:59Z", "2024-02-28"},
    {"2024-02-28T23:00:00Z", "2024-02-29"},
    {"2024-02-29T22:59:59Z", "2024-02-29"},
    {"2024-02-29T23:00:00Z", "2024-03-01"},
    {"2026-12-31T22:59:59Z", "2026-12-31"},
    {"2026-12-31T23:00:00Z", "2027-01-01"},
};

static struct date
zone_day(const struct zone *zone, const char *moment)
{
    struct instant instant = {0};

    assert_err(instant_parse(bytes_of(moment), &instant), OK);
    return zone_date(zone, instant);
}

static void
test_midnight(void **state)
{
    static struct zone zone;
    struct stay_trip trip = {.has_exit = true};
    struct stay_answer answer;

    (void)state;
    assert_err(os_zone("Europe/Tirane", &zone), OK);
    for (size_t i = 0; i < sizeof(MOMENTS) / sizeof(MOMENTS[0]); i++)
        assert_int_equal(zone_day(&zone, MOMENTS[i].moment).days,
                         day(MOMENTS[i].date).days);
    /* Two seconds over midnight are two days; 25 hours on the day of the
     * change in October are one. */
    trip.entry = zone_day(&zone, "2026-07-01T21:59:59Z");
    trip.exit = zone_day(&zone, "2026-07-01T22:00:01Z");
    assert_err(count(&trip, 1, limit_of("90/180"), trip.exit, &answer), OK);
    assert_int_equal(answer.days_used, 2);
    trip.entry = zone_day(&zone, "2026-10-24T22:00:00Z");
    trip.exit = zone_day(&zone, "2026-10-25T22:59:59Z");
    assert_err(count(&trip, 1, limit_of("90/180"), trip.exit, &answer), OK);
    assert_int_equal(answer.days_used, 1);
    /* Entered on the evening before the change in March, 90 days later out. */
    trip.entry = zone_day(&zone, "2026-03-28T22:30:00Z");
    trip.exit = zone_day(&zone, "2026-06-25T21:30:00Z");
    assert_err(count(&trip, 1, limit_of("90/180"), trip.exit, &answer), OK);
    assert_int_equal(answer.days_used, 90);
    assert_int_equal(answer.overstay_days, 0);
    trip.exit = zone_day(&zone, "2026-06-25T22:00:00Z");
    assert_err(count(&trip, 1, limit_of("90/180"), trip.exit, &answer), OK);
    assert_int_equal(answer.overstay_days, 1);
}

static bool
same(const struct stay_answer *a, const struct stay_answer *b)
{
    return a->window_start.days == b->window_start.days &&
           a->days_used == b->days_used &&
           a->days_remaining == b->days_remaining &&
           a->max_stay == b->max_stay && a->endless == b->endless &&
           a->has_last_allowed == b->has_last_allowed &&
           (!a->has_last_allowed ||
            a->last_allowed.days == b->last_allowed.days) &&
           a->has_first_overstay == b->has_first_overstay &&
           (!a->has_first_overstay ||
            a->first_overstay.days == b->first_overstay.days) &&
           a->overstay_days == b->overstay_days && a->is_over == b->is_over &&
           (!a->is_over || a->over_since.days == b->over_since.days);
}

/* Trips of the calendar's middle, short and long, some of them open, some that
 * begin after the date asked for. */
static size_t
random_trips(struct test_random *random, struct stay_trip *trips, int32_t on)
{
    static const uint32_t STAYS[] = {1, 3, 20, 100, 400};
    size_t trip_count = test_random_below(random, TRIPS_MAX + 1);
    uint32_t stay = STAYS[test_random_below(random, 5)];
    uint32_t years = stay < 100 ? 1 : 3;

    for (size_t i = 0; i < trip_count; i++) {
        int32_t entry =
            on + 100 - (int32_t)test_random_below(random, 360 * years);

        trips[i].entry.days = entry;
        trips[i].has_exit = test_random_below(random, 20) != 0;
        trips[i].exit.days = entry + (int32_t)test_random_below(random, stay);
    }
    return trip_count;
}

/* STY 3: all members, for rules short and long. */
static void
test_against_naive(void **state)
{
    static const char *const RULES[] = {
        "90/180",   "90/180", "30/60",  "60/180", "180/365", "1/1000",
        "999/1000", "1/2",    "365+90", "40+10",  "5+1",     "90+90"};
    static struct naive_stay naive;
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (size_t i = 0; i < HISTORIES; i++) {
        struct stay_trip trips[TRIPS_MAX];
        struct stay_limit limit =
            limit_of(RULES[test_random_below(&random, 12)]);
        int32_t first = (int32_t)test_random_below(&random, 20000);
        struct date on = {first + NAIVE_DAYS - NAIVE_MARGIN - 600};
        size_t trip_count = random_trips(&random, trips, on.days);
        struct stay_answer expected;
        struct stay_answer answer;

        naive_stay_init(&naive, first);
        for (size_t t = 0; t < trip_count; t++)
            naive_trip(&naive, &trips[t], on);
        expected = naive_answer(&naive, &limit, on);
        assert_err(count(trips, trip_count, limit, on, &answer), OK);
        if (!same(&answer, &expected))
            fail_msg("history %zu differs", i);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),    cmocka_unit_test(test_limits),
        cmocka_unit_test(test_endless),  cmocka_unit_test(test_refused),
        cmocka_unit_test(test_midnight), cmocka_unit_test(test_against_naive),
    };

    return TEST_RUN(tests);
}
