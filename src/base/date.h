/*
 * Calendar days and moments. They are different types: only a time zone turns
 * one into the other.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"

/* A day of the proleptic Gregorian calendar: days since 1970-01-01. */
struct date {
    int32_t days;
};

/* The same day in three numbers: year 1..9999, month 1..12, day 1..31. */
struct civil {
    int16_t year;
    uint8_t month;
    uint8_t day;
};

/* A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
struct instant {
    int64_t ms;
};

/* Years 1 to 9999, so that every lawful value has four digits of year. */
#define DATE_DAYS_MIN (-719162)
#define DATE_DAYS_MAX 2932896
#define INSTANT_MS_MIN (DATE_DAYS_MIN * INT64_C(86400000))
#define INSTANT_MS_MAX ((DATE_DAYS_MAX + 1) * INT64_C(86400000) - 1)
#define DATE_TEXT_SIZE 10    /* 2026-07-01 */
#define INSTANT_TEXT_SIZE 24 /* 2026-07-01T14:03:27.250Z */

bool civil_valid(struct civil civil);
struct date date_of(struct civil civil); /* `civil` must be valid */
struct civil date_civil(struct date date);

/* "2026-07-01" and nothing else: ERR_FORMAT. */
MUST_CHECK enum err date_parse(struct bytes text, struct date *out);
void date_write(struct writer *w, struct date date);

/* The day of a moment in UTC. */
struct date instant_utc_date(struct instant instant);

/*
 * RFC 3339 with up to nine digits of a second and Z or an offset; digits past
 * the millisecond are cut. ERR_FORMAT for all else.
 */
MUST_CHECK enum err instant_parse(struct bytes text, struct instant *out);

/* Always INSTANT_TEXT_SIZE characters, in UTC. */
void instant_write(struct writer *w, struct instant instant);

/*
 * A time zone as a table: from `at_s[i]` (POSIX seconds) on, local time is
 * UTC plus `offset_s[i]`; before the first, UTC plus `offset_s[0]`. `os/`
 * fills it from the system's database. `= {0}` is UTC.
 */
#define ZONE_CHANGES_MAX 512 /* two a year for the years 1970 to 2199 */
struct zone {
    size_t count;
    int64_t at_s[ZONE_CHANGES_MAX];
    int32_t offset_s[ZONE_CHANGES_MAX];
};

int32_t zone_offset_s(const struct zone *zone, struct instant instant);
struct date zone_date(const struct zone *zone, struct instant instant);

/* The first moment of a calendar day in the zone. */
struct instant zone_day_start(const struct zone *zone, struct date date);

#endif
