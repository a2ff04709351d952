#include "base/date.h"

#define DAY_MS INT64_C(86400000)

_Static_assert(ZONE_CHANGES_MAX >= 2 * (2200 - 1970), "room for every change");

static bool
is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
    static const uint8_t DAYS[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : DAYS[month - 1];
}

bool
civil_valid(struct civil civil)
{
    if (civil.year < 1 || civil.year > 9999)
        return false;
    if (civil.month < 1 || civil.month > 12)
        return false;
    return civil.day >= 1 && civil.day <= month_days(civil.year, civil.month);
}

/* Years counted from March, so that a leap day is the last of its year. */
struct date
date_of(struct civil civil)
{
    int32_t year = civil.month > 2 ? civil.year : civil.year - 1;
    int32_t month = (civil.month + 9) % 12;
    int32_t era = (year >= 0 ? year : year - 399) / 400;
    int32_t of_era = year - era * 400;
    int32_t of_year = (153 * month + 2) / 5 + civil.day - 1;
    int32_t days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;

    return (struct date){era * 146097 + days - 719468};
}

struct civil
date_civil(struct date date)
{
    int32_t shifted = date.days + 719468;
    int32_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int32_t of_era = shifted - era * 146097;
    int32_t year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int32_t shifted_month = (5 * of_year + 2) / 153;
    int32_t day = of_year - (153 * shifted_month + 2) / 5 + 1;
    int32_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;

    year += era * 400 + (month <= 2 ? 1 : 0);
    return (struct civil){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

/* `count` digits at `at`, or -1. */
static int
digits_at(struct bytes text, size_t at, size_t count)
{
    int value = 0;

    if (at > text.size || count > text.size - at)
        return -1;
    for (size_t i = at; i < at + count; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return -1;
        value = value * 10 + (text.p[i] - '0');
    }
    return value;
}

enum err
date_parse(struct bytes text, struct date *out)
{
    int year = digits_at(text, 0, 4);
    int month = digits_at(text, 5, 2);
    int day = digits_at(text, 8, 2);
    struct civil civil;

    if (text.size != DATE_TEXT_SIZE || text.p[4] != '-' || text.p[7] != '-' ||
        year < 0 || month < 0 || day < 0)
        return ERR_FORMAT;
    civil = (struct civil){(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!civil_valid(civil))
        return ERR_FORMAT;
    *out = date_of(civil);
    return OK;
}

static void
digits_write(struct writer *w, int value, int count)
{
    int divisor = 1;

    for (int i = 1; i < count; i++)
        divisor *= 10;
    for (; divisor > 0; divisor /= 10)
        writer_u8(w, (uint8_t)('0' + value / divisor % 10));
}

void
date_write(struct writer *w, struct date date)
{
    struct civil civil = date_civil(date);

    digits_write(w, civil.year, 4);
    writer_u8(w, '-');
    digits_write(w, civil.month, 2);
    writer_u8(w, '-');
    digits_write(w, civil.day, 2);
}

/* Division that rounds down, for moments before 1970. */
static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

struct date
instant_utc_date(struct instant instant)
{
    return (struct date){(int32_t)floor_div(instant.ms, DAY_MS)};
}

/* Z or +hh:mm at `at`, to the end of the text. */
static bool
offset_parse(struct bytes text, size_t at, int *minutes)
{
    int hour = digits_at(text, at + 1, 2);
    int minute = digits_at(text, at + 4, 2);

    *minutes = 0;
    if (text.size == at + 1)
        return text.p[at] == 'Z' || text.p[at] == 'z';
    if (text.size != at + 6 || text.p[at + 3] != ':')
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *minutes = hour * 60 + minute;
    if (text.p[at] == '-')
        *minutes = -*minutes;
    return text.p[at] == '+' || text.p[at] == '-';
}

/* The digits of a second at `*at`, in milliseconds; moves `*at` past them. */
static bool
fraction_parse(struct bytes text, size_t *at, int *ms)
{
    int scale = 100;
    size_t start = *at + 1;

    *ms = 0;
    if (*at >= text.size || text.p[*at] != '.')
        return true;
    for (*at = start; *at < text.size; (*at)++) {
        if (text.p[*at] < '0' || text.p[*at] > '9')
            break;
        *ms += (text.p[*at] - '0') * scale;
        scale /= 10;
    }
    return *at > start && *at - start <= 9;
}

enum err
instant_parse(struct bytes text, struct instant *out)
{
    struct date date;
    int hour = digits_at(text, 11, 2);
    int minute = digits_at(text, 14, 2);
    int second = digits_at(text, 17, 2);
    int ms;
    int offset;
    int64_t total;
    size_t at = 19;

    if (text.size < 20 || (text.p[10] != 'T' && text.p[10] != 't') ||
        text.p[13] != ':' || text.p[16] != ':')
        return ERR_FORMAT;
    if (date_parse(bytes_slice(text, 0, DATE_TEXT_SIZE), &date) != OK)
        return ERR_FORMAT;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59)
        return ERR_FORMAT;
    if (!fraction_parse(text, &at, &ms) || !offset_parse(text, at, &offset))
        return ERR_FORMAT;
    total = date.days * DAY_MS + hour * INT64_C(3600000) +
            (minute - offset) * INT64_C(60000) + second * INT64_C(1000) + ms;
    if (total < INSTANT_MS_MIN || total > INSTANT_MS_MAX)
        return ERR_FORMAT;
    out->ms = total;
    return OK;
}

void
instant_write(struct writer *w, struct instant instant)
{
    struct date date = instant_utc_date(instant);
    int ms = (int)(instant.ms - date.days * DAY_MS);

    date_write(w, date);
    writer_u8(w, 'T');
    digits_write(w, ms / 3600000, 2);
    writer_u8(w, ':');
    digits_write(w, ms / 60000 % 60, 2);
    writer_u8(w, ':');
    digits_write(w, ms / 1000 % 60, 2);
    writer_u8(w, '.');
    digits_write(w, ms % 1000, 3);
    writer_u8(w, 'Z');
}

int32_t
zone_offset_s(const struct zone *zone, struct instant instant)
{
    int64_t second = floor_div(instant.ms, 1000);
    size_t low = 0;
    size_t high = zone->count;

    if (zone->count == 0)
        return 0;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (zone->at_s[middle] <= second)
            low = middle;
        else
            high = middle;
    }
    return zone->offset_s[low];
}

struct date
zone_date(const struct zone *zone, struct instant instant)
{
    int64_t offset_ms = zone_offset_s(zone, instant) * INT64_C(1000);

    return instant_utc_date((struct instant){instant.ms + offset_ms});
}

/*
 * Midnight by the offset of the day before, corrected once by the offset that
 * holds there; where the clocks jump over midnight, the moment of the jump.
 */
struct instant
zone_day_start(const struct zone *zone, struct date date)
{
    int64_t local_ms = date.days * DAY_MS;
    struct instant guess = {local_ms - DAY_MS};
    struct instant start;

    start.ms = local_ms - zone_offset_s(zone, guess) * INT64_C(1000);
    start.ms = local_ms - zone_offset_s(zone, start) * INT64_C(1000);
    while (zone_date(zone, start).days < date.days)
        start.ms += 60000;
    while (zone_date(zone, (struct instant){start.ms - 1}).days >= date.days)
        start.ms -= 60000;
    return start;
}
