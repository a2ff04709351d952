#include "screen/name_index_births.h"

#include "screen/name_index_int.h"
#include "screen/score_int.h"

/* Years apart at which a score changes, and no more: SCR 4.5. */
#define YEARS_ALL 10

/* The first rank of a birth on `day` or later that has a slot. */
static uint32_t
rank_from(const struct name_index *index, int64_t day)
{
    size_t from = 0;
    size_t to = index->days.count - 1;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const uint8_t *p = index->days.p + middle * DAY_SIZE;

        if ((int32_t)u32_at(p) < day)
            from = middle + 1;
        else
            to = middle;
    }
    return u32_at(index->days.p + from * DAY_SIZE + 4);
}

/* Adds ranks behind those that are there. */
static void
range_add(struct rank_ranges *out, uint32_t from, uint32_t to)
{
    struct rank_range *last;

    if (from >= to)
        return;
    if (out->count > 0) {
        last = &out->ranges[out->count - 1];
        if (from <= last->to) {
            last->to = to > last->to ? to : last->to;
            return;
        }
    }
    if (out->count < BIRTH_RANGES_MAX)
        out->ranges[out->count++] = (struct rank_range){from, to};
}

static void
days_add(const struct name_index *index, struct rank_ranges *out,
         struct civil from, struct civil to)
{
    range_add(out, rank_from(index, date_of(from).days),
              rank_from(index, (int64_t)date_of(to).days + 1));
}

/* Of births this number of years apart, the best that a score can be. */
static bool
years_pass(const struct birth_question *question, int years)
{
    enum score_reason reason = REASON_BORN_SAME_DAY;

    if (years > 0)
        reason = years < 3
                     ? (question->person->births[0].about ? REASON_BORN_ABOUT
                                                          : REASON_BORN_NEAR)
                     : REASON_BORN_APART;
    return score_persons_ceiling(question->points, reason, (unsigned)years,
                                 question->person) >= question->threshold;
}

/* How many years apart births may be; YEARS_ALL: as many as they like. */
static int
years_most(const struct birth_question *question)
{
    static const int steps[] = {YEARS_ALL, 9, 4, 2};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (years_pass(question, steps[i]))
            return steps[i];
    }
    return 0;
}

static int
digits_apart(int a, int b)
{
    int apart = 0;

    for (; a > 0 || b > 0; a /= 10, b /= 10)
        apart += a % 10 != b % 10;
    return apart;
}

static bool
slotted(const struct birth *birth)
{
    return date_civil(birth->from).year == date_civil(birth->to).year &&
           birth->from.days >= BIRTH_SLOT_FIRST &&
           birth->to.days <= BIRTH_SLOT_LAST;
}

/* One year: all of it, or the day whose year has one digit wrong. */
static void
year_add(const struct birth_question *question, int16_t year, int most,
         bool digit, struct rank_ranges *out)
{
    struct civil born = date_civil(question->person->births[0].from);
    struct civil day = {year, born.month, born.day};
    int apart = year > born.year ? year - born.year : born.year - year;

    if (apart <= most)
        days_add(question->index, out, (struct civil){year, 1, 1},
                 (struct civil){year, 12, 31});
    else if (digit && digits_apart(year, born.year) == 1 && civil_valid(day))
        days_add(question->index, out, day, day);
}

void
rank_ranges_get(const struct birth_question *question, struct rank_ranges *out)
{
    const struct person *person = question->person;
    const struct name_index *index = question->index;
    uint32_t end = (uint32_t)index->name_count;
    bool digit;
    int most;

    if (person->birth_count != 1 || !slotted(&person->births[0])) {
        *out = (struct rank_ranges){.known = true};
        range_add(out, 0, end);
        return;
    }
    most = years_most(question);
    digit = score_persons_ceiling(question->points, REASON_BORN_DIGIT, 0,
                                  person) >= question->threshold;
    if (out->known && out->most == most && out->digit == digit)
        return;
    *out = (struct rank_ranges){.known = true, .most = most, .digit = digit};
    if (most == YEARS_ALL) {
        range_add(out, 0, end);
        return;
    }
    for (int16_t year = BIRTH_YEAR_FIRST; year <= BIRTH_YEAR_LAST; year++)
        year_add(question, year, most, digit, out);
    range_add(out, (uint32_t)index->wide_from, end);
}

bool
rank_day_get(const struct birth_question *question, struct rank_range *out)
{
    const struct person *person = question->person;
    const struct birth *birth = person->births;

    if (person->birth_count != 1 || !slotted(birth) || birth->about ||
        birth->from.days != birth->to.days ||
        score_persons_ceiling(question->points, REASON_BORN_SWAPPED, 0,
                              person) >= question->threshold)
        return false;
    out->from = rank_from(question->index, birth->from.days);
    out->to = rank_from(question->index, (int64_t)birth->to.days + 1);
    return true;
}
