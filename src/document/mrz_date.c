#include "document/mrz_date.h"

#define PART_UNKNOWN 100 /* past any two digits */
#define PART_BAD 101

/* How far in the past an expiry may lie to be read as past: DOC 5.3. */
#define EXPIRY_PAST_YEARS 50

static int
part_read(const uint8_t *p)
{
    unsigned int tens = p[0] - (unsigned int)'0';
    unsigned int units = p[1] - (unsigned int)'0';

    if (tens <= 9 && units <= 9)
        return (int)(tens * 10 + units);
    return p[0] == '<' && p[1] == '<' ? PART_UNKNOWN : PART_BAD;
}

/* One number that grows with the day, without asking whether it exists. */
static int
order_of(int year, int month, int day)
{
    return (year * 100 + month) * 100 + day;
}

/* Unknown parts are taken for those that make the most days lawful. */
static bool
lawful(int year, int month, int day)
{
    return civil_valid((struct civil){
        .year = (int16_t)(year == 0 ? 2000 : year),
        .month = (uint8_t)(month == 0 ? 1 : month),
        .day = (uint8_t)(day == 0 ? 1 : day),
    });
}

static bool
date_store(int year, int month, int day, struct mrz_date *out)
{
    if (!lawful(year, month, day))
        return false;
    *out = (struct mrz_date){.present = true,
                             .year = (int16_t)year,
                             .month = (uint8_t)month,
                             .day = (uint8_t)day};
    return true;
}

bool
mrz_birth_parse(const uint8_t *p, struct civil today, struct mrz_date *out)
{
    int now = order_of(today.year, today.month, today.day);
    int year = part_read(p);
    int month = part_read(p + 2);
    int day = part_read(p + 4);

    if (year == PART_BAD || month == PART_BAD || day == PART_BAD)
        return false;
    /* A printed 00 is a month or day that does not exist. */
    if (month == 0 || day == 0)
        return false;
    month = month == PART_UNKNOWN ? 0 : month;
    day = day == PART_UNKNOWN ? 0 : day;
    if (year == PART_UNKNOWN)
        return date_store(0, month, day, out);
    year += today.year / 100 * 100;
    /* The earliest day that the known parts allow decides: DOC 5.2. */
    if (order_of(year, month == 0 ? 1 : month, day == 0 ? 1 : day) > now)
        year -= 100;
    return year > 0 && date_store(year, month, day, out);
}

bool
mrz_expiry_parse(const uint8_t *p, struct civil today, struct mrz_date *out)
{
    int past = order_of(today.year - EXPIRY_PAST_YEARS, today.month, today.day);
    int year = part_read(p);
    int month = part_read(p + 2);
    int day = part_read(p + 4);

    if (year >= PART_UNKNOWN || month >= PART_UNKNOWN || day >= PART_UNKNOWN)
        return false;
    if (month == 0 || day == 0)
        return false;
    year += today.year / 100 * 100 - 100;
    while (order_of(year, month, day) <= past)
        year += 100;
    return year > 0 && year <= 9999 && date_store(year, month, day, out);
}
