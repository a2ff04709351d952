/*
 * Shows what rules say of travellers: crossings become trips, those that are
 * missing among them; the first rule that fits is taken; visas and permits are
 * held against the days. The sample rules of packaging/ are judged by, so that
 * they are shown to mean what they say. STY 2, 5.
 */
#include "stay/rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "test.h"

#define SAMPLE "packaging/stay-rules.sample"
#define CROSSINGS_MAX 16

static uint8_t rules_block[300000];
static uint8_t block[300000];

static struct date
day(const char *text)
{
    struct date date = {0};

    assert_err(date_parse(bytes_of(text), &date), OK);
    return date;
}

/* "+2026-01-01 -2026-01-10": in and out. */
static size_t
crossings_of(const char *text, struct stay_crossing *crossings)
{
    struct bytes rest = bytes_of(text);
    size_t count = 0;

    while (rest.size > 0) {
        struct bytes word = bytes_split(&rest, ' ');

        assert_true(count < CROSSINGS_MAX);
        crossings[count].exit = word.p[0] == '-';
        assert_err(date_parse(bytes_slice(word, 1, 10), &crossings[count].day),
                   OK);
        count++;
    }
    return count;
}

static struct stay_verdict
judge(const struct stay_rules *rules, const struct stay_traveller *traveller,
      const char *crossings, const char *on)
{
    struct stay_crossing items[CROSSINGS_MAX];
    struct stay_question question = {.rules = rules, .traveller = *traveller};
    struct stay_verdict verdict;
    struct arena arena;

    question.crossing_count = crossings_of(crossings, items);
    question.crossings = items;
    question.on = day(on);
    question.traveller.country = BYTES("ALB");
    arena_init(&arena, block, sizeof(block));
    assert_err(stay_judge(&question, &arena, &verdict), OK);
    assert_int_equal(arena.used, 0);
    return verdict;
}

/* The trips of the crossings, by what is counted of them. */
static const struct {
    const char *name;
    const char *crossings;
    const char *on;
    uint32_t used;
    uint32_t max_stay;
    uint32_t exits_missing;
    uint32_t entries_missing;
    uint32_t used_at_most;
    uint32_t overstay_at_most;
} TRIPS[] = {
    {"none", "", "2026-07-01", 0, 90, 0, 0, 0, 0},
    {"a trip", "+2026-06-01 -2026-06-10", "2026-07-01", 10, 80, 0, 0, 10, 0},
    {"inside", "+2026-06-01", "2026-06-10", 10, 81, 0, 0, 10, 0},
    {"same day", "+2026-06-01 -2026-06-01", "2026-07-01", 1, 89, 0, 0, 1, 0},
    {"out and in again on a day",
     "+2026-06-01 -2026-06-05 +2026-06-05 -2026-06-10", "2026-07-01", 10, 80, 0,
     0, 10, 0},
    {"four times a day",
     "+2026-06-01 -2026-06-01 +2026-06-01 -2026-06-01 +2026-06-01 -2026-06-01",
     "2026-06-01", 1, 90, 0, 0, 1, 0},
    {"in twice on a day", "+2026-06-01 +2026-06-01 -2026-06-10", "2026-07-01",
     10, 80, 0, 0, 10, 0},
    {"out twice on a day", "+2026-06-01 -2026-06-10 -2026-06-10", "2026-07-01",
     10, 80, 0, 0, 10, 0},
    {"an exit is missing", "+2026-03-01 +2026-06-01 -2026-06-10", "2026-07-01",
     11, 80, 1, 0, 102, 12},
    {"two exits are missing", "+2026-05-01 +2026-05-11 +2026-05-21",
     "2026-05-25", 7, 84, 2, 0, 25, 0},
    {"an entry is missing", "+2026-06-01 -2026-06-10 -2026-06-20", "2026-07-01",
     11, 79, 0, 1, 11, 0},
    {"the first entry is missing", "-2026-06-10 +2026-06-20 -2026-06-29",
     "2026-07-01", 11, 79, 0, 1, 11, 0},
    {"both", "-2026-06-10 +2026-06-12 +2026-06-20 -2026-06-29", "2026-07-01",
     12, 78, 1, 1, 19, 0},
    {"later than the date", "+2026-06-01 -2026-06-10 +2026-07-02 -2026-07-10",
     "2026-07-01", 10, 80, 0, 0, 10, 0},
    {"inside on a date long ago", "+2026-06-01 -2026-06-10", "2026-06-05", 5,
     86, 0, 0, 5, 0},
};

/* STY 2.2, STY 2.3 */
static void
test_trips(void **state)
{
    const struct stay_traveller traveller = {.nationality = BYTES("UTO")};

    (void)state;
    for (size_t i = 0; i < sizeof(TRIPS) / sizeof(TRIPS[0]); i++) {
        struct stay_verdict v;

        print_message("# %s\n", TRIPS[i].name);
        v = judge(NULL, &traveller, TRIPS[i].crossings, TRIPS[i].on);
        assert_true(v.has_answer);
        assert_bytes(v.rule, BYTES("90/180"));
        assert_int_equal(v.limit.days, 90);
        assert_int_equal(v.status, STAY_WITHIN);
        assert_int_equal(v.answer.days_used, TRIPS[i].used);
        assert_int_equal(v.answer.max_stay, TRIPS[i].max_stay);
        assert_int_equal(v.answer.overstay_days, 0);
        assert_int_equal(v.exits_missing, TRIPS[i].exits_missing);
        assert_int_equal(v.entries_missing, TRIPS[i].entries_missing);
        assert_int_equal(v.at_most.days_used, TRIPS[i].used_at_most);
        assert_int_equal(v.at_most.overstay_days, TRIPS[i].overstay_at_most);
    }
}

/* Of the title: its type, first and last day ("" unknown), entries, days. */
struct title {
    enum stay_title title;
    const char *type;
    const char *from;
    const char *to;
    uint16_t entries;
    uint16_t days;
};

#define NO_TITLE                                                               \
    {                                                                          \
        STAY_TITLE_NONE, "", "", "", 0, 0                                      \
    }

static const struct {
    const char *name;
    const char *nationality;
    const char *document;
    struct title title;
    const char *crossings;
    const char *on;
    enum stay_status status;
    const char *rule;
    enum stay_title_fault fault;
    uint32_t remaining;
    uint32_t max_stay;
    const char *last_allowed;
    const char *first_overstay;
    uint32_t overstay;
    bool is_over; /* on the date, present, and since that first day */
} VERDICTS[] = {
    /* 5.1, 5.2 */
    {"own", "ALB", "P", NO_TITLE, "+2020-01-01", "2026-07-01", STAY_FREE,
     "own-nationals", STAY_TITLE_GOOD, 0, 0, NULL, NULL, 0},
    {"European", "D", "P", NO_TITLE, "", "2026-07-01", STAY_WITHIN, "eea",
     STAY_TITLE_GOOD, 90, 90, "2026-09-28", NULL, 0},
    {"the group's second line", "SWE", "P", NO_TITLE, "", "2026-07-01",
     STAY_WITHIN, "eea", STAY_TITLE_GOOD, 90, 90, "2026-09-28", NULL, 0},
    {"inside too long", "D", "P", NO_TITLE, "+2026-01-01", "2026-04-10",
     STAY_OVER, "eea", STAY_TITLE_GOOD, 0, 0, NULL, "2026-04-01", 10, true},
    {"over, and long outside", "D", "P", NO_TITLE, "+2025-01-01 -2025-04-10",
     "2026-04-10", STAY_WITHIN, "eea", STAY_TITLE_GOOD, 90, 90, "2026-07-08",
     "2025-04-01", 10},
    {"a year", "USA", "P", NO_TITLE, "+2026-01-01", "2026-12-31", STAY_WITHIN,
     "us-nationals", STAY_TITLE_GOOD, 0, 1, "2026-12-31", NULL, 0},
    {"longer than a year", "USA", "P", NO_TITLE, "+2026-01-01", "2027-01-01",
     STAY_OVER, "us-nationals", STAY_TITLE_GOOD, 0, 0, NULL, "2027-01-01", 1,
     true},
    {"before that rule", "USA", "P", NO_TITLE, "", "2022-03-07", STAY_NO_TITLE,
     "visa-required", STAY_TITLE_GOOD, 0, 0, NULL, NULL, 0},
    {"its first day", "USA", "P", NO_TITLE, "", "2022-03-08", STAY_WITHIN,
     "us-nationals", STAY_TITLE_GOOD, 365, 365, "2023-03-07", NULL, 0},
    {"a diplomat", "EGY", "PD", NO_TITLE, "", "2026-07-01", STAY_WITHIN,
     "diplomatic-passports", STAY_TITLE_GOOD, 90, 90, "2026-09-28", NULL, 0},
    {"no diplomat", "EGY", "P", NO_TITLE, "", "2026-07-01", STAY_NO_TITLE,
     "visa-required", STAY_TITLE_GOOD, 0, 0, NULL, NULL, 0},
    {"in the season", "KWT", "P", NO_TITLE, "", "2026-12-31", STAY_WITHIN,
     "summer-2026", STAY_TITLE_GOOD, 90, 90, "2027-03-30", NULL, 0},
    {"past the season", "KWT", "P", NO_TITLE, "", "2027-01-01", STAY_NO_TITLE,
     "visa-required", STAY_TITLE_GOOD, 0, 0, NULL, NULL, 0},
    {"stateless", "XXA", "P", NO_TITLE, "", "2026-07-01", STAY_NO_TITLE,
     "visa-required", STAY_TITLE_GOOD, 0, 0, NULL, NULL, 0},
    /* 5.3 */
    {"resident",
     "EGY",
     "P",
     {STAY_TITLE_PERMIT, "", "2026-01-01", "2026-12-31", 0, 0},
     "+2026-01-01",
     "2026-12-31",
     STAY_FREE,
     "residence-permit",
     STAY_TITLE_GOOD,
     0,
     0,
     NULL,
     NULL,
     0},
    {"was resident",
     "EGY",
     "P",
     {STAY_TITLE_PERMIT, "", "2026-01-01", "2026-12-31", 0, 0},
     "+2026-01-01",
     "2027-01-01",
     STAY_NOT_VALID,
     "residence-permit",
     STAY_TITLE_EXPIRED,
     0,
     0,
     NULL,
     NULL,
     0},
    {"not resident yet",
     "EGY",
     "P",
     {STAY_TITLE_PERMIT, "", "2026-01-01", "2026-12-31", 0, 0},
     "",
     "2025-12-31",
     STAY_NOT_VALID,
     "residence-permit",
     STAY_TITLE_NOT_YET,
     0,
     0,
     NULL,
     NULL,
     0},
    {"long-stay visa",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "D", "2026-01-01", "2026-12-31", 0, 0},
     "+2026-01-01",
     "2026-07-01",
     STAY_FREE,
     "long-stay-visa",
     STAY_TITLE_GOOD,
     0,
     0,
     NULL,
     NULL,
     0},
    {"a visa of no type that is known",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "X", "2026-01-01", "2026-12-31", 0, 0},
     "",
     "2026-07-01",
     STAY_NO_TITLE,
     "visa-required",
     STAY_TITLE_GOOD,
     0,
     0,
     NULL,
     NULL,
     0},
    {"one entry, still outside",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 1, 30},
     "",
     "2026-06-01",
     STAY_WITHIN,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     30,
     30,
     "2026-06-30",
     NULL,
     0},
    {"one entry, inside",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 1, 30},
     "+2026-06-01",
     "2026-06-10",
     STAY_WITHIN,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     20,
     21,
     "2026-06-30",
     NULL,
     0},
    {"one entry, outside again",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 1, 30},
     "+2026-06-01 -2026-06-05",
     "2026-06-10",
     STAY_NOT_VALID,
     "short-stay-visa",
     STAY_TITLE_ENTRIES_USED,
     25,
     25,
     "2026-07-04",
     NULL,
     0},
    {"one entry, in twice",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 1, 30},
     "+2026-06-01 -2026-06-05 +2026-06-07",
     "2026-06-10",
     STAY_NOT_VALID,
     "short-stay-visa",
     STAY_TITLE_ENTRIES_USED,
     21,
     22,
     "2026-07-01",
     NULL,
     0},
    {"entries before it are others'",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 1, 30},
     "+2026-05-01 -2026-05-05",
     "2026-06-10",
     STAY_WITHIN,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     30,
     30,
     "2026-07-09",
     NULL,
     0},
    /* 5.4 */
    {"its days used up",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 0, 30},
     "+2026-06-01",
     "2026-07-03",
     STAY_OVER,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     0,
     0,
     NULL,
     "2026-07-01",
     3,
     true},
    {"its end comes first",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 0, 30},
     "",
     "2026-07-10",
     STAY_WITHIN,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     30,
     6,
     "2026-07-15",
     NULL,
     0},
    {"past its end, inside",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2026-07-15", 0, 30},
     "+2026-07-10",
     "2026-07-17",
     STAY_NOT_VALID,
     "short-stay-visa",
     STAY_TITLE_EXPIRED,
     22,
     0,
     NULL,
     "2026-07-16",
     2,
     true},
    {"the rule leaves less than the visa",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-06-01", "2027-05-31", 0, 90},
     "+2026-03-01 -2026-05-29",
     "2026-06-10",
     STAY_OVER,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     0,
     0,
     NULL,
     NULL,
     0},
    {"both are broken, days are counted once",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "C", "2026-01-01", "2026-12-31", 0, 95},
     "+2026-01-01",
     "2026-04-10",
     STAY_OVER,
     "short-stay-visa",
     STAY_TITLE_GOOD,
     0,
     0,
     NULL,
     "2026-04-01",
     10,
     true},
    {"days, and no validity",
     "EGY",
     "P",
     {STAY_TITLE_VISA, "A", "", "", 1, 5},
     "+2026-05-01 -2026-05-10",
     "2026-06-10",
     STAY_WITHIN,
     "transit-visa",
     STAY_TITLE_GOOD,
     5,
     5,
     "2026-06-14",
     NULL,
     0},
};

static void
check_day(bool has, struct date got, const char *expected)
{
    assert_int_equal(has, expected != NULL);
    if (has)
        assert_int_equal(got.days, day(expected).days);
}

static struct stay_permit
permit_of(const struct title *title)
{
    struct stay_permit permit = {.title = title->title,
                                 .type = bytes_of(title->type),
                                 .entries_max = title->entries,
                                 .days_max = title->days};

    permit.has_valid = title->from[0] != '\0';
    if (permit.has_valid) {
        permit.valid_from = day(title->from);
        permit.valid_to = day(title->to);
    }
    return permit;
}

static const struct stay_rules *
sample_rules(struct bytes file)
{
    const struct stay_rules *rules = NULL;
    struct arena arena;

    arena_init(&arena, rules_block, sizeof(rules_block));
    assert_err(stay_rules_parse(file, &arena, &rules, NULL), OK);
    return rules;
}

/* STY 5.1, STY 5.2, STY 5.3, STY 5.4, STY 5.5 */
static void
test_verdicts(void **state)
{
    struct bytes file = test_file(SAMPLE);
    const struct stay_rules *rules = sample_rules(file);

    (void)state;
    for (size_t i = 0; i < sizeof(VERDICTS) / sizeof(VERDICTS[0]); i++) {
        struct stay_traveller traveller = {
            .nationality = bytes_of(VERDICTS[i].nationality),
            .document_code = bytes_of(VERDICTS[i].document),
            .permit = permit_of(&VERDICTS[i].title)};
        struct stay_verdict v;

        print_message("# %s\n", VERDICTS[i].name);
        v = judge(rules, &traveller, VERDICTS[i].crossings, VERDICTS[i].on);
        assert_string_equal(stay_status_word(v.status),
                            stay_status_word(VERDICTS[i].status));
        assert_bytes(v.rule, bytes_of(VERDICTS[i].rule));
        assert_int_equal(v.title_fault, VERDICTS[i].fault);
        assert_int_equal(v.answer.days_remaining, VERDICTS[i].remaining);
        assert_int_equal(v.answer.max_stay, VERDICTS[i].max_stay);
        check_day(v.answer.has_last_allowed, v.answer.last_allowed,
                  VERDICTS[i].last_allowed);
        check_day(v.answer.has_first_overstay, v.answer.first_overstay,
                  VERDICTS[i].first_overstay);
        assert_int_equal(v.answer.overstay_days, VERDICTS[i].overstay);
        if (v.answer.is_over)
            assert_int_equal(v.answer.over_since.days,
                             v.answer.first_overstay.days);
        assert_int_equal(v.answer.is_over, VERDICTS[i].is_over);
    }
    test_file_free(file);
}

/* STY 5.1, STY 5.2: a file of no rules; Germany's code; nobody's nationality.
 */
static void
test_few_rules(void **state)
{
    const struct stay_rules *rules =
        sample_rules(BYTES("kufi stay rules 1\ndate 2026-11-01\nend\n"));
    struct stay_traveller traveller = {.nationality = BYTES("D")};
    struct stay_question question = {.traveller = traveller,
                                     .on = day("2026-07-01")};
    struct stay_verdict v = judge(rules, &traveller, "", "2026-07-01");
    struct arena arena;

    (void)state;
    assert_int_equal(v.status, STAY_NO_TITLE);
    assert_int_equal(v.rule.size, 0);
    assert_int_equal(stay_rules_days_min(NULL), 90);
    assert_int_equal(stay_rules_days_min(rules), 90);
    rules = sample_rules(BYTES("kufi stay rules 1\ndate 2026-11-01\n"
                               "rule a stay=free\nrule b stay=365+90\n"
                               "rule c stay=30/60\nend\n"));
    assert_int_equal(stay_rules_days_min(rules), 30);
    traveller.nationality = BYTES("ALB");
    v = judge(rules, &traveller, "", "2026-07-01");
    assert_int_equal(v.status, STAY_FREE);
    arena_init(&arena, block, sizeof(block));
    question.traveller.country = BYTES("DEU");
    assert_err(stay_judge(&question, &arena, &v), OK);
    assert_int_equal(v.status, STAY_FREE);
    question.traveller = (struct stay_traveller){0};
    assert_err(stay_judge(&question, &arena, &v), OK);
    assert_int_equal(v.status, STAY_WITHIN);
}

/* More crossings than there may be; an arena that grows until it is enough. */
static void
test_bounds(void **state)
{
    static struct stay_crossing crossings[STAY_TRIPS_MAX + 1];
    struct stay_question question = {
        .crossings = crossings, .crossing_count = 40, .on = day("2026-07-01")};
    struct stay_verdict verdict = {.entries_missing = 77};
    enum err e = ERR_LIMIT;
    struct arena arena;
    size_t size;

    (void)state;
    for (size_t i = 0; i <= STAY_TRIPS_MAX; i++) {
        crossings[i].day.days = question.on.days - STAY_TRIPS_MAX + (int32_t)i;
        crossings[i].exit = i % 3 != 0;
    }
    for (size = 0; e == ERR_LIMIT; size += 8) {
        assert_int_equal(verdict.entries_missing, 77);
        assert_true(size < question.crossing_count * 100 + 200);
        arena_init(&arena, block, size);
        e = stay_judge(&question, &arena, &verdict);
    }
    assert_err(e, OK);
    assert_int_equal(verdict.entries_missing, 13);
    arena_init(&arena, block, sizeof(block));
    question.crossing_count = STAY_TRIPS_MAX + 1;
    assert_err(stay_judge(&question, &arena, &verdict), ERR_LIMIT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trips),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_few_rules),
        cmocka_unit_test(test_bounds),
    };

    return TEST_RUN(tests);
}
