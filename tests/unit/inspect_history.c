/*
 * Findings about recorded crossings: for each the cases that make it, and the
 * nearest that must not. INS 2.13, 2.14, 2.17, 2.22
 */
#include "inspect_help.h"

/* INS 2.13, 1.9 */
static void
test_already_inside(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_crossing crossings[] = {
        passage("2026-06-30T21:30:00Z", DIRECTION_ENTRY),
        passage("2026-06-01T08:00:00Z", DIRECTION_EXIT)};

    (void)state;
    in.crossings = crossings;
    in.crossing_count = 2;
    expect_none(&in, FINDING_ALREADY_INSIDE);
    in.inside = true;
    expect(&in, FINDING_ALREADY_INSIDE, SEVERITY_LOOK, 1,
           "Entered on 2026-06-30 23:30 at this post; no exit is recorded "
           "since.");
    assert_true(found_of(asked(&in), FINDING_ALREADY_INSIDE)->has_record);
    assert_int_equal(found_of(asked(&in), FINDING_ALREADY_INSIDE)->record.index,
                     17);
    crossings[0].place = BYTES("Rinas");
    crossings[0].other_document = true;
    expect(&in, FINDING_ALREADY_INSIDE, SEVERITY_LOOK, 1,
           "Entered on 2026-06-30 23:30 at Rinas with another document; no "
           "exit is recorded since.");
    /* A refusal after it changes nothing. */
    crossings[1] = crossings[0];
    crossings[0].decision = DECISION_REFUSE;
    crossings[0].reasons = 1;
    crossings[1].place = (struct bytes){0};
    crossings[1].other_document = false;
    expect(&in, FINDING_ALREADY_INSIDE, SEVERITY_LOOK, 1,
           "Entered on 2026-06-30 23:30 at this post; no exit is recorded "
           "since.");
    in.crossing_count = 0;
    expect(&in, FINDING_ALREADY_INSIDE, SEVERITY_LOOK, 0,
           "An entry is recorded, and no exit since.");
    in.direction = DIRECTION_EXIT;
    expect_none(&in, FINDING_ALREADY_INSIDE);
    in.direction = DIRECTION_ENTRY;
    in.history_known = false;
    expect_none(&in, FINDING_ALREADY_INSIDE);
}

/* INS 2.14 */
static void
test_exit_without_entry(void **state)
{
    struct inspect_input in = quiet(DIRECTION_EXIT);
    struct inspect_crossing left =
        passage("2026-06-21T08:00:00Z", DIRECTION_EXIT);

    (void)state;
    expect_none(&in, FINDING_EXIT_WITHOUT_ENTRY);
    in.inside = false;
    expect(&in, FINDING_EXIT_WITHOUT_ENTRY, SEVERITY_LOOK, 0,
           "No crossing of this traveller is recorded.");
    in.document.nationality = BYTES("ALB");
    expect_none(&in, FINDING_EXIT_WITHOUT_ENTRY);
    in.crossings = &left;
    in.crossing_count = 1;
    expect(&in, FINDING_EXIT_WITHOUT_ENTRY, SEVERITY_NOTE, 10,
           "Left on 2026-06-21 10:00 at this post; no entry is recorded "
           "since.");
    in.document.nationality = BYTES("UTO");
    expect(&in, FINDING_EXIT_WITHOUT_ENTRY, SEVERITY_LOOK, 10,
           "Left on 2026-06-21 10:00 at this post; no entry is recorded "
           "since.");
    in.direction = DIRECTION_ENTRY;
    expect_none(&in, FINDING_EXIT_WITHOUT_ENTRY);
}

/* INS 2.17 */
static void
test_refused_before(void **state)
{
    static const struct {
        const char *time;
        uint16_t reasons;
        enum severity severity;
        int64_t days; /* -1: no finding */
        const char *evidence;
    } CASES[] = {
        {"2026-06-01T08:00:00Z", 0x001, SEVERITY_LOOK, 30,
         "Entry refused on 2026-06-01 10:00 at this post for reason A."},
        {"2026-05-31T08:00:00Z", 0x001, SEVERITY_NOTE, 31,
         "Entry refused on 2026-05-31 10:00 at this post for reason A."},
        {"2026-05-31T08:00:00Z", 0x025, SEVERITY_NOTE, 31,
         "Entry refused on 2026-05-31 10:00 at this post for reasons A, C, F."},
        {"2026-05-31T08:00:00Z", 0x002, SEVERITY_LOOK, 31,
         "Entry refused on 2026-05-31 10:00 at this post for reason B."},
        {"2026-05-31T08:00:00Z", 0x008, SEVERITY_LOOK, 31,
         "Entry refused on 2026-05-31 10:00 at this post for reason D."},
        {"2025-07-01T08:00:00Z", 0x180, SEVERITY_LOOK, 365,
         "Entry refused on 2025-07-01 10:00 at this post for reasons H, I."},
        {"2025-06-30T08:00:00Z", 0x180, SEVERITY_LOOK, -1, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct inspect_input in = quiet(DIRECTION_ENTRY);
        struct inspect_crossing refused =
            passage(CASES[i].time, DIRECTION_ENTRY);

        refused.decision = DECISION_REFUSE;
        refused.reasons = CASES[i].reasons;
        in.crossings = &refused;
        in.crossing_count = 1;
        if (CASES[i].days < 0)
            expect_none(&in, FINDING_REFUSED_BEFORE);
        else
            expect(&in, FINDING_REFUSED_BEFORE, CASES[i].severity,
                   CASES[i].days, CASES[i].evidence);
        in.direction = DIRECTION_EXIT;
        expect_none(&in, FINDING_REFUSED_BEFORE);
        in.direction = DIRECTION_ENTRY;
        refused.decision = DECISION_HAND_OVER;
        expect_none(&in, FINDING_REFUSED_BEFORE);
    }
}

/* INS 2.22 */
static void
test_corrected(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_crossing crossings[] = {
        passage("2026-06-21T08:00:00Z", DIRECTION_EXIT),
        passage("2026-06-11T08:00:00Z", DIRECTION_ENTRY),
        passage("2025-06-30T08:00:00Z", DIRECTION_EXIT),
        passage("2025-06-20T08:00:00Z", DIRECTION_ENTRY)};

    (void)state;
    in.crossings = crossings;
    in.crossing_count = 4;
    expect_none(&in, FINDING_CORRECTION_PENDING);
    crossings[2].corrected = true;
    expect_none(&in, FINDING_CORRECTION_PENDING);
    crossings[1].corrected = true;
    crossings[1].record.index = 12;
    expect(&in, FINDING_CORRECTION_PENDING, SEVERITY_NOTE, 1,
           "1 crossing of the last year corrected.");
    assert_int_equal(
        found_of(asked(&in), FINDING_CORRECTION_PENDING)->record.index, 12);
    /* Three entries in a row. */
    crossings[2].direction = DIRECTION_ENTRY;
    expect(&in, FINDING_CORRECTION_PENDING, SEVERITY_NOTE, 3,
           "1 crossing of the last year corrected. 2 crossings missing; only "
           "days that are known count.");
    crossings[1].corrected = false;
    expect(&in, FINDING_CORRECTION_PENDING, SEVERITY_NOTE, 2,
           "2 crossings missing; only days that are known count.");
    assert_false(found_of(asked(&in), FINDING_CORRECTION_PENDING)->has_record);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_already_inside),
        cmocka_unit_test(test_exit_without_entry),
        cmocka_unit_test(test_refused_before),
        cmocka_unit_test(test_corrected),
    };

    return TEST_RUN(tests);
}
