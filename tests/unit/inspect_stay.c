/*
 * Findings about days of stay: the last day that says nothing and the first
 * that does, on entry and on exit, by 90/180 and by rules of a file. How days
 * are counted is shown with stay/. INS 2.9 to 2.12
 */
#include "inspect_help.h"

/* A stay that ended, or goes on; with the newest first as the store has it. */
#define STAYS_MAX 3
struct stay_case {
    const char *stays[STAYS_MAX][2]; /* oldest first; an exit may be NULL */
    int64_t number;                  /* -1: no finding */
    enum severity severity;
    const char *evidence;
};

static size_t
crossings_of(const struct stay_case *c, struct inspect_crossing *out)
{
    size_t count = 0;

    for (size_t i = STAYS_MAX; i > 0; i--) {
        const char *const *stay = c->stays[i - 1];

        if (stay[1] != NULL)
            out[count++] = passage(stay[1], DIRECTION_EXIT);
        if (stay[0] != NULL)
            out[count++] = passage(stay[0], DIRECTION_ENTRY);
    }
    return count;
}

static void
test_stays(const struct stay_case *cases, size_t count,
           enum direction direction, enum finding_code code)
{
    for (size_t i = 0; i < count; i++) {
        struct inspect_crossing crossings[2 * STAYS_MAX];
        struct inspect_input in = quiet(direction);

        in.crossings = crossings;
        in.crossing_count = crossings_of(&cases[i], crossings);
        if (cases[i].number < 0)
            expect_none(&in, code);
        else
            expect(&in, code, cases[i].severity, cases[i].number,
                   cases[i].evidence);
        assert_true(asked(&in)->has_stay);
        in.history_known = false;
        expect_none(&in, code);
        assert_false(asked(&in)->has_stay);
        in.history_known = true;
        in.document.nationality = BYTES("ALB");
        expect_none(&in, code);
        assert_int_equal(asked(&in)->stay.status, STAY_FREE);
    }
}

/* INS 2.9 */
static void
test_days_left(void **state)
{
    static const struct stay_case CASES[] = {
        {{{NULL, NULL}}, -1, 0, NULL},
        {{{"2026-04-05T10:00:00Z", "2026-06-22T10:00:00Z"}}, -1, 0, NULL},
        {{{"2026-04-04T10:00:00Z", "2026-06-22T10:00:00Z"}},
         10,
         SEVERITY_NOTE,
         "10 days left by the rule 90/180, 80 days used since 2026-01-03. The "
         "last one is 2026-07-10."},
        /* Past midnight in the country. INS 1.9 */
        {{{"2026-04-03T22:00:00Z", "2026-06-22T10:00:00Z"}},
         10,
         SEVERITY_NOTE,
         "10 days left by the rule 90/180, 80 days used since 2026-01-03. The "
         "last one is 2026-07-10."},
        {{{"2026-03-26T10:00:00Z", "2026-06-22T10:00:00Z"}},
         1,
         SEVERITY_NOTE,
         "1 day left by the rule 90/180, 89 days used since 2026-01-03. The "
         "last one is 2026-07-01."},
        {{{"2026-03-25T10:00:00Z", "2026-06-22T10:00:00Z"}},
         0,
         SEVERITY_REFER,
         "0 days left by the rule 90/180, 90 days used since 2026-01-03."},
    };
    struct inspect_input in = quiet(DIRECTION_EXIT);
    struct inspect_crossing entry =
        passage("2026-04-03T10:00:00Z", DIRECTION_ENTRY);

    (void)state;
    test_stays(CASES, sizeof(CASES) / sizeof(CASES[0]), DIRECTION_ENTRY,
               FINDING_STAY_DAYS_LEFT);
    /* Who leaves on the last day needs no word about it. */
    in.crossings = &entry;
    in.crossing_count = 1;
    assert_int_equal(asked(&in)->finding_count, 0);
    assert_int_equal(asked(&in)->stay.answer.days_remaining, 0);
}

/* INS 2.10 */
static void
test_overstay_on_exit(void **state)
{
    static const struct stay_case CASES[] = {
        {{{"2026-04-03T10:00:00Z", NULL}}, -1, 0, NULL},
        {{{"2026-04-02T10:00:00Z", NULL}},
         1,
         SEVERITY_REFER,
         "1 day more than the rule 90/180 allows, since 2026-07-01."},
        {{{"2025-06-01T10:00:00Z", NULL}},
         306,
         SEVERITY_REFER,
         "306 days more than the rule 90/180 allows, since 2025-08-30."},
        /* What was exceeded before is no matter of this exit. */
        {{{"2025-01-01T10:00:00Z", "2025-06-01T10:00:00Z"},
          {"2026-06-01T10:00:00Z", NULL}},
         -1,
         0,
         NULL},
        {{{"2025-01-01T10:00:00Z", "2025-06-01T10:00:00Z"},
          {"2026-04-02T10:00:00Z", NULL}},
         1,
         SEVERITY_REFER,
         "1 day more than the rule 90/180 allows, since 2026-07-01."},
        /* An exit is missing: it may have been long ago. */
        {{{"2026-01-01T10:00:00Z", NULL}, {"2026-06-30T10:00:00Z", NULL}},
         92,
         SEVERITY_LOOK,
         "92 days more than the rule 90/180 allows, since 2026-04-01; "
         "presumed, an exit is missing."},
    };
    struct inspect_input in = quiet(DIRECTION_EXIT);
    struct inspect_crossing crossings[] = {
        passage("2026-06-30T10:00:00Z", DIRECTION_EXIT),
        passage("2026-01-30T10:00:00Z", DIRECTION_ENTRY)};

    (void)state;
    test_stays(CASES, sizeof(CASES) / sizeof(CASES[0]), DIRECTION_EXIT,
               FINDING_OVERSTAY);
    /* Who is outside already was judged when leaving. */
    in.inside = false;
    in.crossings = crossings;
    in.crossing_count = 2;
    expect_none(&in, FINDING_OVERSTAY);
}

static void
test_overstay_on_entry(void **state)
{
    static const struct stay_case CASES[] = {
        {{{"2026-01-01T10:00:00Z", "2026-03-31T10:00:00Z"}}, -1, 0, NULL},
        {{{"2026-01-01T10:00:00Z", "2026-04-05T10:00:00Z"}},
         5,
         SEVERITY_LOOK,
         "5 days more than the rule 90/180 allows in stays since 2026-01-01."},
        {{{"2025-07-01T10:00:00Z", "2025-10-05T10:00:00Z"}},
         7,
         SEVERITY_LOOK,
         "7 days more than the rule 90/180 allows in stays since 2025-07-01."},
        {{{"2025-06-30T10:00:00Z", "2025-10-05T10:00:00Z"}}, -1, 0, NULL},
        {{{"2024-01-01T10:00:00Z", "2024-12-01T10:00:00Z"},
          {"2026-06-01T10:00:00Z", "2026-06-05T10:00:00Z"}},
         -1,
         0,
         NULL},
        {{{"2024-01-01T10:00:00Z", "2024-12-01T10:00:00Z"},
          {"2026-01-01T10:00:00Z", "2026-04-05T10:00:00Z"},
          {"2026-06-01T10:00:00Z", "2026-06-02T10:00:00Z"}},
         7,
         SEVERITY_LOOK,
         "7 days more than the rule 90/180 allows in stays since 2026-01-01."},
    };

    (void)state;
    test_stays(CASES, sizeof(CASES) / sizeof(CASES[0]), DIRECTION_ENTRY,
               FINDING_OVERSTAY);
}

/* Utopians need a visa; with one of type C they have 90 days. */
static const char RULES[] =
    "kufi stay rules 1\n"
    "date 2026-01-01\n"
    "rule visa-c nationality=UTO title=visa type=C stay=90/180\n"
    "rule permit nationality=UTO title=permit stay=free\n"
    "end\n";

static const struct {
    struct stay_permit permit;
    enum finding_code code;
    const char *evidence; /* NULL: no finding */
} TITLES[] = {
    {{.title = STAY_TITLE_NONE},
     FINDING_NO_RIGHT_TO_STAY,
     "Nationals of UTO need a visa or permit; none that lets them stay "
     "was shown."},
    {{.title = STAY_TITLE_VISA, .type = {(const uint8_t *)"A", 1}},
     FINDING_NO_RIGHT_TO_STAY,
     "Nationals of UTO need a visa or permit; none that lets them stay "
     "was shown."},
    {{.title = STAY_TITLE_VISA, .type = {(const uint8_t *)"C", 1}},
     FINDING_NO_RIGHT_TO_STAY,
     NULL},
    {{.title = STAY_TITLE_PERMIT}, FINDING_NO_RIGHT_TO_STAY, NULL},
    /* 2026-07-01 is day 20635. */
    {{.title = STAY_TITLE_VISA,
      .type = {(const uint8_t *)"C", 1},
      .has_valid = true,
      .valid_from = {20600},
      .valid_to = {20634}},
     FINDING_VISA_LIMIT,
     "The visa or permit is not valid any more."},
    {{.title = STAY_TITLE_VISA,
      .type = {(const uint8_t *)"C", 1},
      .has_valid = true,
      .valid_from = {20636},
      .valid_to = {20700}},
     FINDING_VISA_LIMIT,
     "The visa or permit is not valid yet."},
    {{.title = STAY_TITLE_VISA,
      .type = {(const uint8_t *)"C", 1},
      .has_valid = true,
      .valid_from = {20635},
      .valid_to = {20635}},
     FINDING_VISA_LIMIT,
     NULL},
    {{.title = STAY_TITLE_VISA,
      .type = {(const uint8_t *)"C", 1},
      .has_valid = true,
      .valid_from = {20600},
      .valid_to = {20700},
      .entries_max = 1},
     FINDING_VISA_LIMIT,
     "The visa or permit has no entries left."},
};

/* INS 2.11, 2.12 */
static void
test_titles(void **state)
{
    static uint8_t block[65536];
    const struct stay_rules *rules;
    struct arena arena;
    struct inspect_crossing crossings[] = {
        passage("2026-06-11T10:00:00Z", DIRECTION_EXIT),
        passage("2026-06-10T10:00:00Z", DIRECTION_ENTRY)};

    (void)state;
    arena_init(&arena, block, sizeof(block));
    assert_err(stay_rules_parse(bytes_of(RULES), &arena, &rules, NULL), OK);
    for (size_t i = 0; i < sizeof(TITLES) / sizeof(TITLES[0]); i++) {
        struct inspect_input in = quiet(DIRECTION_ENTRY);

        in.rules = rules;
        in.permit = TITLES[i].permit;
        in.crossings = crossings;
        in.crossing_count = 2;
        if (TITLES[i].evidence == NULL) {
            expect_none(&in, TITLES[i].code);
            continue;
        }
        expect(&in, TITLES[i].code, SEVERITY_REFER, 0, TITLES[i].evidence);
        /* Who leaves cannot be refused; the last entry took none of those
         * left. */
        in.direction = DIRECTION_EXIT;
        in.inside = true;
        in.crossings = &crossings[1];
        in.crossing_count = 1;
        if (in.permit.entries_max > 0)
            expect_none(&in, TITLES[i].code);
        else
            expect(&in, TITLES[i].code, SEVERITY_LOOK, 0, TITLES[i].evidence);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_left),
        cmocka_unit_test(test_overstay_on_exit),
        cmocka_unit_test(test_overstay_on_entry),
        cmocka_unit_test(test_titles),
    };

    return TEST_RUN(tests);
}
