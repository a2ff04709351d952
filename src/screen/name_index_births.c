#include "screen/name_index_births.h"

#include "screen/name_index_int.h"
#include "screen/score_int.h"

/* Years apart at which a score changes, and no more: SCR 4.5. */
#define YEARS_ALL 10
#define YEARS_ABOUT 2

/* Levels are how births agree at worst. */
enum level {
    LEVEL_ALL, /* ten years apart, or more */
    LEVEL_NINE,
    LEVEL_FOUR,
    LEVEL_TWO,
    LEVEL_YEAR, /* another day of the year */
    LEVEL_ABOUT,
    LEVEL_WITHIN,
    LEVEL_DIGIT,
    LEVEL_SWAPPED,
    LEVEL_DAY,
    LEVEL_NONE /* nobody with a birth */
};

_Static_assert(LEVEL_NONE + 1 == BIRTH_LEVELS, "each level has its ranges");

static const struct {
    enum score_reason reason;
    unsigned years;
} LEVELS[LEVEL_NONE] = {
    [LEVEL_ALL] = {REASON_BORN_APART, YEARS_ALL},
    [LEVEL_NINE] = {REASON_BORN_APART, 9},
    [LEVEL_FOUR] = {REASON_BORN_APART, 4},
    [LEVEL_TWO] = {REASON_BORN_NEAR, 2},
    [LEVEL_YEAR] = {REASON_BORN_OTHER_DAY, 0},
    [LEVEL_ABOUT] = {REASON_BORN_ABOUT, 0},
    [LEVEL_WITHIN] = {REASON_BORN_WITHIN, 0},
    [LEVEL_DIGIT] = {REASON_BORN_DIGIT, 0},
    [LEVEL_SWAPPED] = {REASON_BORN_SWAPPED, 0},
    [LEVEL_DAY] = {REASON_BORN_SAME_DAY, 0},
};

/* The first rank of a slot, or of the next one that somebody has. */
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
    if (from >= to)
        return;
    for (uint32_t block = from >> out->block_bits;
         block <= (to - 1) >> out->block_bits && block < BIRTH_BLOCKS_MAX;
         block++)
        out->blocks[block / 64] |= UINT64_C(1) << block % 64;
    if (out->count > 0) {
        struct rank_range *last = &out->ranges[out->count - 1];

        if (from <= last->to) {
            last->to = to > last->to ? to : last->to;
            return;
        }
    }
    if (out->count < BIRTH_RANGES_MAX)
        out->ranges[out->count++] = (struct rank_range){from, to};
}

static void
days_add(const struct name_index *index, struct rank_ranges *out, int64_t from,
         int64_t to)
{
    range_add(out, rank_from(index, from), rank_from(index, to + 1));
}

static int
digits_apart(int a, int b)
{
    int apart = 0;

    for (; a > 0 || b > 0; a /= 10, b /= 10)
        apart += a % 10 != b % 10;
    return apart;
}

/* Whether a person's births are one that is ranked by its days. */
static bool
slotted(const struct person *person)
{
    const struct birth *birth = person->births;

    return person->birth_count == 1 &&
           date_civil(birth->from).year == date_civil(birth->to).year &&
           birth->from.days >= BIRTH_SLOT_FIRST &&
           birth->to.days <= BIRTH_SLOT_LAST;
}

/* Whether who was born on that day passes. */
static bool
day_passes(const struct birth_ranges *births, enum level level, struct date day)
{
    struct birth birth = {.from = day, .to = day};
    struct person listed = {.birth_count = 1, .births = &birth};
    unsigned years;

    return score_births(births->person, &listed, &years) <=
           LEVELS[level].reason;
}

/* How many years apart births of a level may be. */
static int
years_most(const struct birth_ranges *births, enum level level)
{
    bool about = births->person->births[0].about;

    switch (level) {
    case LEVEL_NINE:
        return 9;
    case LEVEL_FOUR:
        return 4;
    case LEVEL_TWO:
        return 2;
    case LEVEL_YEAR:
        return about ? YEARS_ABOUT : 0;
    case LEVEL_ABOUT:
        return about ? YEARS_ABOUT : -1;
    default:
        return -1;
    }
}

/* Whether each day of the year may be within it: it is no day, or one that
 * stands for a year in many registers. */
static bool
may_be_year(const struct birth *birth, struct civil born)
{
    return birth->from.days != birth->to.days ||
           (born.day == 1 && (born.month == 1 || born.month == 7));
}

/* The days of the same year that agree: another month, or another day of the
 * month, or both changed for each other. Who was born on no one day of a year
 * is ranked with its first. */
static void
same_year_add(const struct birth_ranges *births, enum level level,
              struct civil born, struct rank_ranges *out)
{
    struct date first = date_of((struct civil){born.year, 1, 1});
    struct civil at = {.year = born.year};

    for (at.month = 1; at.month <= 12; at.month++) {
        for (at.day = 1; at.day <= 31; at.day++) {
            struct date day;

            if ((at.month != born.month && at.day != born.day && at.day != 1 &&
                 (at.month != born.day || at.day != born.month)) ||
                !civil_valid(at))
                continue;
            day = date_of(at);
            if ((day.days == first.days && level <= LEVEL_WITHIN) ||
                day_passes(births, level, day))
                days_add(births->index, out, day.days, day.days);
        }
    }
}

/* One year: all of it, or the days of it that agree with the one asked for. */
static void
year_add(const struct birth_ranges *births, enum level level, int16_t year,
         struct rank_ranges *out)
{
    const struct birth *birth = &births->person->births[0];
    struct civil born = date_civil(birth->from);
    struct civil same = {year, born.month, born.day};
    int apart = year > born.year ? year - born.year : born.year - year;

    if (apart <= years_most(births, level) ||
        (apart == 0 && level <= LEVEL_WITHIN && may_be_year(birth, born))) {
        days_add(births->index, out, date_of((struct civil){year, 1, 1}).days,
                 date_of((struct civil){year, 12, 31}).days);
    } else if (apart == 0) {
        same_year_add(births, level, born, out);
    } else if (digits_apart(year, born.year) == 1 && civil_valid(same) &&
               day_passes(births, level, date_of(same))) {
        days_add(births->index, out, date_of(same).days, date_of(same).days);
    }
}

/* Of births that are known about: nearly the same year, or one that has it. */
static void
abouts_add(const struct birth_ranges *births, enum level level,
           struct rank_ranges *out)
{
    int year = date_civil(births->person->births[0].from).year;
    int most = years_most(births, level);
    int from;
    int to;

    if (level > LEVEL_WITHIN)
        return;
    if (level <= LEVEL_ABOUT)
        most = most > YEARS_ABOUT ? most : YEARS_ABOUT;
    else
        most = 0;
    from = year - most < BIRTH_YEAR_FIRST ? BIRTH_YEAR_FIRST : year - most;
    to = year + most > BIRTH_YEAR_LAST ? BIRTH_YEAR_LAST : year + most;
    days_add(births->index, out, BIRTH_ABOUT_FIRST + from - BIRTH_YEAR_FIRST,
             BIRTH_ABOUT_FIRST + to - BIRTH_YEAR_FIRST);
}

static void
ranges_make(const struct birth_ranges *births, enum level level, bool unborn,
            struct rank_ranges *out)
{
    const struct name_index *index = births->index;
    uint32_t end = (uint32_t)index->name_count;
    uint32_t wide = rank_from(index, BIRTH_WIDE_DAY);
    uint32_t none = (uint32_t)index->unborn_from;

    *out = (struct rank_ranges){.known = true};
    while ((size_t)(end >> out->block_bits) >= BIRTH_BLOCKS_MAX)
        out->block_bits++;
    if (level == LEVEL_ALL ||
        (level < LEVEL_NONE && !slotted(births->person))) {
        range_add(out, 0, none);
    } else if (level < LEVEL_NONE) {
        for (int16_t year = BIRTH_YEAR_FIRST; year <= BIRTH_YEAR_LAST; year++)
            year_add(births, level, year, out);
        abouts_add(births, level, out);
        range_add(out, wide, none);
    }
    if (unborn)
        range_add(out, none, end);
}

void
birth_ranges_init(struct birth_ranges *out, const struct name_index *index,
                  const struct person *person, uint16_t threshold)
{
    out->index = index;
    out->person = person;
    out->threshold = threshold;
    for (size_t level = 0; level < BIRTH_LEVELS; level++) {
        out->ranges[level][0].known = false;
        out->ranges[level][1].known = false;
    }
    for (size_t level = 0; level < LEVEL_NONE; level++) {
        uint16_t points = level == 0 ? SCORE_MAX + 1 : out->least[level - 1];

        while (points > 0 &&
               score_persons_ceiling(points - 1U, LEVELS[level].reason,
                                     LEVELS[level].years, person) >= threshold)
            points--;
        out->least[level] = points;
    }
}

static enum level
level_of(const struct birth_ranges *births, unsigned points)
{
    size_t level = 0;

    while (level < LEVEL_NONE && points < births->least[level])
        level++;
    return (enum level)level;
}

const struct rank_ranges *
birth_ranges_get(struct birth_ranges *births, unsigned points, unsigned unborn)
{
    bool passes = unborn >= births->threshold;
    enum level level = level_of(births, points);
    struct rank_ranges *ranges;

    if (births->person->birth_count == 0)
        level = passes ? LEVEL_ALL : LEVEL_NONE;
    if (level == LEVEL_NONE && !passes)
        return NULL;
    ranges = &births->ranges[level][passes];
    if (!ranges->known)
        ranges_make(births, level, passes, ranges);
    return ranges;
}

bool
birth_day_get(const struct birth_ranges *births, struct rank_range *out)
{
    const struct birth *birth = births->person->births;

    if (!slotted(births->person) || birth->about ||
        birth->from.days != birth->to.days)
        return false;
    out->from = rank_from(births->index, birth->from.days);
    out->to = rank_from(births->index, (int64_t)birth->to.days + 1);
    return out->from <= out->to;
}

bool
birth_day_only(const struct birth_ranges *births, unsigned points)
{
    struct rank_range day;

    return level_of(births, points) > LEVEL_SWAPPED &&
           birth_day_get(births, &day);
}
