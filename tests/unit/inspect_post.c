/*
 * Findings about what the post knows: manifest, age of lists, what could not be
 * asked. INS 2.20, 2.25, 2.26
 */
#include "inspect_help.h"

/* INS 2.20 */
static void
test_manifest(void **state)
{
    static const enum manifest_state QUIET[] = {
        MANIFEST_NOT_ASKED, MANIFEST_UNKNOWN, MANIFEST_FOUND};
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    for (size_t i = 0; i < sizeof(QUIET) / sizeof(QUIET[0]); i++) {
        in.manifest = QUIET[i];
        expect_none(&in, FINDING_NOT_ON_MANIFEST);
    }
    in.manifest = MANIFEST_MISSING;
    expect(&in, FINDING_NOT_ON_MANIFEST, SEVERITY_LOOK, 0,
           "The carrier's list of this voyage does not name the traveller.");
}

/* INS 2.25 */
static void
test_lists_old(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    in.oldest_list_age_s = INT64_C(48) * 3600;
    expect_none(&in, FINDING_LISTS_OLD);
    in.oldest_list_age_s++;
    expect(&in, FINDING_LISTS_OLD, SEVERITY_NOTE, 2,
           "The list ofac is 2 days old.");
    assert_int_equal(asked(&in)->recommendation, RECOMMENDATION_CLEAR);
    in.oldest_list_age_s = -5;
    expect_none(&in, FINDING_LISTS_OLD);
    in.has_list = false;
    expect(&in, FINDING_LISTS_OLD, SEVERITY_NOTE, 0,
           "No list is in force at this post.");
}

/* INS 2.26, 1.1: what is not known is no finding about the traveller. */
static void
test_not_checked(void **state)
{
    struct inspect_input in = quiet(DIRECTION_EXIT);

    (void)state;
    expect_none(&in, FINDING_NOT_CHECKED);
    in.screened = false;
    expect(&in, FINDING_NOT_CHECKED, SEVERITY_LOOK, 0,
           "Could not be asked: lists and alerts, all or some.");
    in.history_known = false;
    in.inside = false;
    expect(&in, FINDING_NOT_CHECKED, SEVERITY_LOOK, 0,
           "Could not be asked: lists and alerts, all or some; earlier "
           "crossings and orders.");
    assert_int_equal(asked(&in)->finding_count, 1);
    assert_false(asked(&in)->has_stay);
    in.screened = true;
    expect(&in, FINDING_NOT_CHECKED, SEVERITY_LOOK, 0,
           "Could not be asked: earlier crossings and orders.");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manifest),
        cmocka_unit_test(test_lists_old),
        cmocka_unit_test(test_not_checked),
    };

    return TEST_RUN(tests);
}
