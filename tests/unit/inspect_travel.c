/*
 * Findings about where a traveller was a moment ago, each with the nearest
 * minute, lane and kilometre that says nothing. INS 2.15, 2.16
 */
#include "inspect_help.h"

/* INS 2.15: Durrës and Vienna lie 789 km apart, which takes 107 minutes; Rinas
 * is 25 km away, 10 minutes. */
static void
test_impossible(void **state)
{
    static const struct position VIENNA = {true, 481103, 165697};
    static const struct position RINAS = {true, 414147, 197206};
    static const struct position NEXT_DOOR = {true, 413500, 195400};
    static const struct position UNKNOWN = {false, 481103, 165697};
    static const struct {
        const struct position *place;
        const char *time;
        int64_t km; /* 0: no finding */
        const char *evidence;
    } CASES[] = {
        {&VIENNA, "2026-07-01T08:13:01Z", 789,
         "At Elsewhere, 789 km away, 106 minutes from now; nobody makes it in "
         "less than 107."},
        {&VIENNA, "2026-07-01T08:13:00Z", 0, NULL},
        {&RINAS, "2026-07-01T09:55:00Z", 25,
         "At Elsewhere, 25 km away, 5 minutes from now; nobody makes it in "
         "less than 10."},
        {&RINAS, "2026-07-01T09:50:00Z", 0, NULL},
        {&NEXT_DOOR, "2026-07-01T10:00:00Z", 0, NULL},
        {&UNKNOWN, "2026-07-01T10:00:00Z", 0, NULL},
        /* The other clock is ahead. */
        {&VIENNA, "2026-07-01T10:01:00Z", 789,
         "At Elsewhere, 789 km away, 1 minute from now; nobody makes it in "
         "less than 107."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct inspect_input in = quiet(DIRECTION_ENTRY);
        struct inspect_crossing other = passage(CASES[i].time, DIRECTION_EXIT);

        other.place = BYTES("Elsewhere");
        other.position = *CASES[i].place;
        in.crossings = &other;
        in.crossing_count = 1;
        if (CASES[i].km == 0) {
            expect_none(&in, FINDING_IMPOSSIBLE_TRAVEL);
            continue;
        }
        expect(&in, FINDING_IMPOSSIBLE_TRAVEL, SEVERITY_REFER, CASES[i].km,
               CASES[i].evidence);
        other.late = true;
        expect(&in, FINDING_IMPOSSIBLE_TRAVEL, SEVERITY_LOOK, CASES[i].km,
               CASES[i].evidence);
        in.position.known = false;
        expect_none(&in, FINDING_IMPOSSIBLE_TRAVEL);
    }
}

/* The newest crossing elsewhere counts, whatever was here since. */
static void
test_impossible_behind(void **state)
{
    struct inspect_input in = quiet(DIRECTION_EXIT);
    struct inspect_crossing crossings[] = {
        passage("2026-07-01T09:30:00Z", DIRECTION_ENTRY),
        passage("2026-07-01T09:00:00Z", DIRECTION_EXIT)};

    (void)state;
    in.crossings = crossings;
    in.crossing_count = 2;
    expect_none(&in, FINDING_IMPOSSIBLE_TRAVEL);
    crossings[1].place = BYTES("Vienna");
    crossings[1].position = (struct position){true, 481103, 165697};
    assert_non_null(found_of(asked(&in), FINDING_IMPOSSIBLE_TRAVEL));
}

/* INS 2.16 */
static void
test_repeated(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    in.has_scan = true;
    in.scan_lane = BYTES("2");
    in.scan.index = 99;
    in.scan_time = moment("2026-07-01T09:30:00Z");
    expect(&in, FINDING_REPEATED_SCAN, SEVERITY_LOOK, 30,
           "Scanned at lane 2 without a decision, 30 minutes ago.");
    assert_int_equal(found_of(asked(&in), FINDING_REPEATED_SCAN)->record.index,
                     99);
    in.scan_time = moment("2026-07-01T09:29:59.999Z");
    expect_none(&in, FINDING_REPEATED_SCAN);
    in.scan_time = moment("2026-07-01T10:00:01Z");
    expect_none(&in, FINDING_REPEATED_SCAN);
    in.scan_time = in.now;
    in.scan_lane = BYTES("1");
    expect_none(&in, FINDING_REPEATED_SCAN);
    in.scan_lane = (struct bytes){0};
    expect_none(&in, FINDING_REPEATED_SCAN);
    in.scan_lane = BYTES("2");
    in.lane = (struct bytes){0};
    expect_none(&in, FINDING_REPEATED_SCAN);
}

static void
test_repeated_decision(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_crossing newest =
        passage("2026-07-01T09:59:00Z", DIRECTION_ENTRY);

    (void)state;
    in.crossings = &newest;
    in.crossing_count = 1;
    newest.decision = DECISION_REFUSE;
    newest.reasons = 1;
    expect_none(&in, FINDING_REPEATED_SCAN);
    newest.lane = BYTES("7");
    expect(&in, FINDING_REPEATED_SCAN, SEVERITY_LOOK, 1,
           "Scanned at lane 7 and refused, 1 minute ago.");
    newest.decision = DECISION_HAND_OVER;
    newest.reasons = 0;
    expect(&in, FINDING_REPEATED_SCAN, SEVERITY_LOOK, 1,
           "Scanned at lane 7 and handed over to the second line, 1 minute "
           "ago.");
    newest.decision = DECISION_ADMIT;
    expect(&in, FINDING_REPEATED_SCAN, SEVERITY_LOOK, 1,
           "Scanned at lane 7 and let through, 1 minute ago.");
    newest.late = true;
    expect_none(&in, FINDING_REPEATED_SCAN);
    newest.late = false;
    newest.place = BYTES("Rinas");
    expect_none(&in, FINDING_REPEATED_SCAN);
    newest.place = (struct bytes){0};
    newest.direction = DIRECTION_EXIT;
    expect_none(&in, FINDING_REPEATED_SCAN);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_impossible_behind),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_repeated_decision),
    };

    return TEST_RUN(tests);
}
