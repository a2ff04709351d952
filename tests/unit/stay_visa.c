/*
 * Shows what a visa and the rule beside it forbid together: 5,000 random
 * histories and visas, judged, against marks of days that are gone through one
 * by one. STY 5.4.
 */
#include "base/date.h"
#include "stay/rules.h"
#include "test.h"

#define CROSSINGS_MAX 16

static uint8_t rules_block[STAY_RULES_ARENA_SIZE];
static uint8_t block[8192];

static const struct stay_rules *
rules_of(struct bytes text)
{
    const struct stay_rules *rules = NULL;
    struct arena arena;

    arena_init(&arena, rules_block, sizeof(rules_block));
    assert_err(stay_rules_parse(text, &arena, &rules, NULL), OK);
    return rules;
}

/* A history of trips that do not overlap, up to 700 days back; whoever is
 * inside at last has no exit. */
static size_t
random_crossings(struct test_random *random, struct stay_crossing *crossings,
                 int32_t on)
{
    size_t count = 0;
    int32_t at = on - 700 + (int32_t)test_random_below(random, 700);

    while (count < CROSSINGS_MAX && at <= on) {
        crossings[count].day.days = at;
        crossings[count].exit = count % 2 == 1;
        count++;
        at += (int32_t)test_random_below(random, 60);
    }
    return count;
}

/* Whether a day is too many by the rule 90/180 or by the visa, from marks of
 * the days present alone. */
static bool
too_many(const bool *present, int32_t index, const struct stay_permit *permit,
         int32_t first)
{
    int32_t day = first + index;
    int window = 0;
    int visa = 0;

    for (int32_t i = index - 179; i <= index; i++)
        window += present[i];
    for (int32_t i = permit->valid_from.days - first; i <= index; i++)
        visa += present[i];
    return window > 90 || day > permit->valid_to.days ||
           (permit->days_max > 0 && visa > permit->days_max);
}

#define MARKS 1400 /* 1000 days before the date, 400 from it on */

struct expected {
    uint32_t max_stay;
    uint32_t overstay;
    int32_t first;
    bool is_over;
    int32_t over_since;
};

static struct expected
expect(bool *present, const struct stay_permit *permit, int32_t on)
{
    struct expected out = {0};
    int32_t first = on - 1000;
    bool before = false;

    for (int32_t i = 200; i <= 1000; i++) {
        bool over = present[i] && too_many(present, i, permit, first);

        if (over && out.overstay++ == 0)
            out.first = first + i;
        if (over && !before)
            out.over_since = first + i;
        before = over;
        out.is_over = over;
    }
    for (int32_t i = 1000; i < MARKS && on >= permit->valid_from.days; i++) {
        present[i] = true;
        if (too_many(present, i, permit, first))
            break;
        out.max_stay++;
    }
    return out;
}

/* STY 5.4: what rule and visa forbid together, against marks of days. */
static void
test_visas(void **state)
{
    const struct stay_rules *rules =
        rules_of(BYTES("kufi stay rules 1\ndate 2026-11-01\n"
                       "rule visa title=visa stay=90/180\nend\n"));
    struct stay_crossing crossings[CROSSINGS_MAX];
    struct stay_question question = {.rules = rules, .crossings = crossings};
    struct stay_permit *permit = &question.traveller.permit;
    struct test_random random;

    (void)state;
    test_random_init(&random);
    question.on.days = 20635; /* 2026-07-01 */
    permit->title = STAY_TITLE_VISA;
    permit->has_valid = true;
    for (int n = 0; n < 5000; n++) {
        bool present[MARKS] = {0};
        int32_t first = question.on.days - 1000;
        struct stay_verdict v;
        struct expected want;
        struct arena arena;

        question.crossing_count =
            random_crossings(&random, crossings, question.on.days);
        permit->valid_from.days =
            question.on.days + 10 - (int32_t)test_random_below(&random, 300);
        permit->valid_to.days =
            permit->valid_from.days + (int32_t)test_random_below(&random, 365);
        permit->days_max = (uint16_t)test_random_below(&random, 100);
        for (size_t i = 0; i < question.crossing_count; i += 2) {
            bool open = i + 1 == question.crossing_count;
            int32_t to = open ? question.on.days : crossings[i + 1].day.days;

            for (int32_t d = crossings[i].day.days; d <= to; d++)
                present[d - first] = true;
        }
        want = expect(present, permit, question.on.days);
        arena_init(&arena, block, sizeof(block));
        assert_err(stay_judge(&question, &arena, &v), OK);
        assert_int_equal(v.answer.overstay_days, want.overstay);
        assert_int_equal(v.answer.has_first_overstay, want.overstay > 0);
        if (want.overstay > 0)
            assert_int_equal(v.answer.first_overstay.days, want.first);
        assert_int_equal(v.answer.is_over, want.is_over);
        if (want.is_over)
            assert_int_equal(v.answer.over_since.days, want.over_since);
        assert_int_equal(v.answer.max_stay, want.max_stay);
        assert_int_equal(v.answer.has_last_allowed, want.max_stay > 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_visas),
    };

    return TEST_RUN(tests);
}
