/*
 * Days and moments: every day of the years 1 to 9999 there and back, counted
 * on one by one; texts that are a moment and texts that are none; zones as
 * tables, with days that have no midnight, two midnights, or are missing.
 */
#include "test.h"

#include "base/date.h"

#include <string.h>

static struct bytes
date_text(struct date date, uint8_t block[DATE_TEXT_SIZE])
{
    struct writer w;

    writer_init(&w, block, DATE_TEXT_SIZE);
    date_write(&w, date);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static bool
leap(int year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
}

static void
every_day_there_and_back(void **state)
{
    static const uint8_t DAYS[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    int32_t days = DATE_DAYS_MIN;

    (void)state;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                struct civil civil = {(int16_t)year, (uint8_t)month,
                                      (uint8_t)day};
                int last = DAYS[month - 1] + (month == 2 && leap(year));
                struct date date = {days};
                struct civil back;

                assert_int_equal(civil_valid(civil), day <= last);
                if (day > last)
                    continue;
                assert_int_equal(date_of(civil).days, days);
                back = date_civil(date);
                assert_true(back.year == year && back.month == month &&
                            back.day == day);
                days++;
            }
    assert_int_equal(days, DATE_DAYS_MAX + 1);
    assert_false(civil_valid((struct civil){0, 1, 1}));
    assert_false(civil_valid((struct civil){10000, 1, 1}));
    assert_false(civil_valid((struct civil){2000, 0, 1}));
    assert_false(civil_valid((struct civil){2000, 13, 1}));
    assert_false(civil_valid((struct civil){2000, 1, 0}));
}

static void
dates_as_text(void **state)
{
    static const char *const BAD[] = {
        "",           "2026-7-01",   "2026-07-1",  "2026-13-01",
        "2026-02-29", "1900-02-29",  "0000-01-01", "2026-00-01",
        "2026-01-00", "2026/01/01",  "20260101",   "2026-01-01 ",
        "+026-01-01", "2026-01-01T", "2026-0a-01", "10000-01-01",
        "2026-04-31",
    };
    uint8_t block[DATE_TEXT_SIZE];
    struct date date;

    (void)state;
    for (int32_t days = DATE_DAYS_MIN; days <= DATE_DAYS_MAX; days += 37) {
        struct bytes text = date_text((struct date){days}, block);

        assert_err(date_parse(text, &date), OK);
        assert_int_equal(date.days, days);
    }
    assert_bytes(date_text((struct date){DATE_DAYS_MIN}, block),
                 BYTES("0001-01-01"));
    assert_bytes(date_text((struct date){DATE_DAYS_MAX}, block),
                 BYTES("9999-12-31"));
    assert_bytes(date_text((struct date){0}, block), BYTES("1970-01-01"));
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_err(date_parse(bytes_of(BAD[i]), &date), ERR_FORMAT);
}

static const struct {
    const char *text;
    enum err e;
    int64_t ms;
    const char *written; /* NULL: as `text` */
} MOMENTS[] = {
    {"1970-01-01T00:00:00.000Z", OK, 0, NULL},
    {"1969-12-31T23:59:59.999Z", OK, -1, NULL},
    {"0001-01-01T00:00:00.000Z", OK, INSTANT_MS_MIN, NULL},
    {"9999-12-31T23:59:59.999Z", OK, INSTANT_MS_MAX, NULL},
    /* RFC 3339 section 5.8. */
    {"1985-04-12T23:20:50.52Z", OK, 482196050520, "1985-04-12T23:20:50.520Z"},
    {"1996-12-19T16:39:57-08:00", OK, 851042397000, "1996-12-20T00:39:57.000Z"},
    {"1937-01-01T12:00:27.87+00:20", OK, -1041337172130,
     "1937-01-01T11:40:27.870Z"},
    {"2026-07-01t14:03:27.250999999z", OK, 1782914607250,
     "2026-07-01T14:03:27.250Z"},
    /* Leap seconds have no number of their own. */
    {"1990-12-31T23:59:60Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01T24:00:00Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:60:00Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27.Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27.1234567890Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27,25Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01 14:03:27Z", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27+24:00", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27+02:60", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27+0200", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27+02:00 ", ERR_FORMAT, 0, NULL},
    {"2026-07-01T14:03:27ZZ", ERR_FORMAT, 0, NULL},
    {"2026-02-30T14:03:27Z", ERR_FORMAT, 0, NULL},
    {"0001-01-01T00:00:00+00:01", ERR_FORMAT, 0, NULL},
    {"9999-12-31T23:59:59-00:01", ERR_FORMAT, 0, NULL},
    {"", ERR_FORMAT, 0, NULL},
};

static void
moments_as_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(MOMENTS) / sizeof(MOMENTS[0]); i++) {
        struct bytes text = bytes_of(MOMENTS[i].text);
        uint8_t block[INSTANT_TEXT_SIZE];
        struct instant instant = {5};
        struct writer w;

        assert_err(instant_parse(text, &instant), MOMENTS[i].e);
        if (MOMENTS[i].e != OK)
            continue;
        assert_true(instant.ms == MOMENTS[i].ms);
        writer_init(&w, block, sizeof(block));
        instant_write(&w, instant);
        assert_err(writer_end(&w), OK);
        if (MOMENTS[i].written != NULL)
            text = bytes_of(MOMENTS[i].written);
        assert_bytes(writer_done(&w), text);
        for (size_t cut = 0; cut + 1 < text.size; cut++)
            assert_err(instant_parse((struct bytes){text.p, cut}, &instant),
                       ERR_FORMAT);
    }
}

static int64_t
ms_of(const char *text)
{
    struct instant instant;

    assert_err(instant_parse(bytes_of(text), &instant), OK);
    return instant.ms;
}

static int32_t
days_of(const char *text)
{
    struct date date;

    assert_err(date_parse(bytes_of(text), &date), OK);
    return date.days;
}

static void
zone_change(struct zone *zone, const char *at, int32_t offset_s)
{
    zone->at_s[zone->count] = ms_of(at) / 1000;
    zone->offset_s[zone->count++] = offset_s;
}

static void
day_starts(const struct zone *zone, const char *day, const char *start)
{
    struct date date = {days_of(day)};
    struct instant got = zone_day_start(zone, date);

    assert_true(got.ms == ms_of(start));
    assert_true(zone_date(zone, got).days >= date.days);
    assert_true(zone_date(zone, (struct instant){got.ms - 1}).days < date.days);
}

/* Tirana 2026; Sao Paulo 2018, whose clocks went from 00:00 to 01:00; Samoa
 * 2011, which left 30 December out; Havana, whose clocks go from 01:00 back
 * to 00:00, so that one day begins twice. tzdata 2024. */
static void
days_begin_where_the_zone_says(void **state)
{
    struct zone utc = {0};
    struct zone tirana = {0};
    struct zone sao_paulo = {0};
    struct zone samoa = {0};
    struct zone havana = {0};

    (void)state;
    day_starts(&utc, "2026-07-01", "2026-07-01T00:00:00Z");
    zone_change(&tirana, "2025-10-26T01:00:00Z", 3600);
    zone_change(&tirana, "2026-03-29T01:00:00Z", 7200);
    zone_change(&tirana, "2026-10-25T01:00:00Z", 3600);
    day_starts(&tirana, "2020-01-01", "2019-12-31T23:00:00Z");
    day_starts(&tirana, "2026-03-29", "2026-03-28T23:00:00Z");
    day_starts(&tirana, "2026-03-30", "2026-03-29T22:00:00Z");
    day_starts(&tirana, "2026-10-25", "2026-10-24T22:00:00Z");
    day_starts(&tirana, "2026-10-26", "2026-10-25T23:00:00Z");
    day_starts(&tirana, "2030-07-01", "2030-06-30T23:00:00Z");
    assert_int_equal(
        zone_offset_s(&tirana, (struct instant){ms_of("2026-03-29T01:00:00Z")}),
        7200);
    assert_int_equal(zone_offset_s(&tirana, (struct instant){ms_of(
                                                "2026-03-29T00:59:59.999Z")}),
                     3600);
    zone_change(&sao_paulo, "2018-02-18T02:00:00Z", -10800);
    zone_change(&sao_paulo, "2018-11-04T03:00:00Z", -7200);
    day_starts(&sao_paulo, "2018-11-04", "2018-11-04T03:00:00Z");
    day_starts(&sao_paulo, "2018-11-05", "2018-11-05T02:00:00Z");
    zone_change(&samoa, "2011-09-24T14:00:00Z", -36000);
    zone_change(&samoa, "2011-12-30T10:00:00Z", 50400);
    day_starts(&samoa, "2011-12-29", "2011-12-29T10:00:00Z");
    day_starts(&samoa, "2011-12-30", "2011-12-30T10:00:00Z");
    day_starts(&samoa, "2011-12-31", "2011-12-30T10:00:00Z");
    day_starts(&samoa, "2012-01-01", "2011-12-31T10:00:00Z");
    zone_change(&havana, "2026-03-08T05:00:00Z", -14400);
    zone_change(&havana, "2026-11-01T05:00:00Z", -18000);
    day_starts(&havana, "2026-11-01", "2026-11-01T04:00:00Z");
    day_starts(&havana, "2026-11-02", "2026-11-02T05:00:00Z");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_there_and_back),
        cmocka_unit_test(dates_as_text),
        cmocka_unit_test(moments_as_text),
        cmocka_unit_test(days_begin_where_the_zone_says),
    };

    return TEST_RUN(tests);
}
