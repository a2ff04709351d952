/* How two persons' dates of birth agree. SCR 4.5 */
#include "screen/score_int.h"

#define ABOUT_YEARS 2
#define FAR_YEARS 3

static bool
is_day(const struct birth *birth)
{
    return birth->from.days == birth->to.days;
}

/* The first of January and of July stand for "a year" in many registers. */
static bool
stands_for_year(struct civil civil)
{
    return civil.day == 1 && (civil.month == 1 || civil.month == 7);
}

static unsigned
digits_apart(unsigned a, unsigned b)
{
    unsigned apart = 0;

    for (; a > 0 || b > 0; a /= 10, b /= 10)
        apart += a % 10 != b % 10 ? 1 : 0;
    return apart;
}

static enum score_reason
days_compare(struct civil a, struct civil b)
{
    unsigned apart = digits_apart((unsigned)a.year, (unsigned)b.year) +
                     digits_apart(a.month, b.month) +
                     digits_apart(a.day, b.day);

    if (a.year == b.year && a.month == b.day && a.day == b.month)
        return REASON_BORN_SWAPPED;
    if (a.year == b.year && (stands_for_year(a) || stands_for_year(b)))
        return REASON_BORN_WITHIN;
    if (apart == 1)
        return REASON_BORN_DIGIT;
    return a.year == b.year ? REASON_BORN_OTHER_DAY : REASON_NONE;
}

/* Whole years between two stretches of time, 0 when they touch. */
static unsigned
years_between(const struct birth *a, const struct birth *b)
{
    const struct birth *early = a->from.days < b->from.days ? a : b;
    const struct birth *late = early == a ? b : a;
    int years = date_civil(late->from).year - date_civil(early->to).year;

    return years > 0 ? (unsigned)years : 0;
}

static enum score_reason
birth_compare(const struct birth *a, const struct birth *b, unsigned *years)
{
    enum score_reason reason = REASON_NONE;

    *years = years_between(a, b);
    if (is_day(a) && is_day(b)) {
        if (a->from.days == b->from.days)
            return REASON_BORN_SAME_DAY;
        reason = days_compare(date_civil(a->from), date_civil(b->from));
    } else if (a->from.days <= b->to.days && b->from.days <= a->to.days) {
        return REASON_BORN_WITHIN;
    }
    if (reason != REASON_NONE)
        return reason;
    if ((a->about || b->about) && *years <= ABOUT_YEARS)
        return REASON_BORN_ABOUT;
    return *years >= FAR_YEARS ? REASON_BORN_APART : REASON_BORN_NEAR;
}

enum score_reason
score_births(const struct person *a, const struct person *b,
             unsigned *years_apart)
{
    enum score_reason best = REASON_NONE;

    *years_apart = 0;
    for (size_t i = 0; i < a->birth_count; i++)
        for (size_t k = 0; k < b->birth_count; k++) {
            unsigned years;
            enum score_reason reason =
                birth_compare(&a->births[i], &b->births[k], &years);

            /* The reasons of BORN stand in the order of agreement. */
            if (best == REASON_NONE || reason < best ||
                (reason == best && years < *years_apart)) {
                best = reason;
                *years_apart = years;
            }
        }
    return best;
}
