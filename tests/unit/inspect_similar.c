/*
 * Findings about travellers who may be the one in hand. INS 2.23, 2.24
 */
#include "inspect_help.h"

static struct inspect_similar
similar(uint16_t points, bool same_document)
{
    return (struct inspect_similar){.person = 3,
                                    .name = BYTES("ERIKSSON ANNA"),
                                    .points = points,
                                    .same_document = same_document};
}

/* INS 2.23 */
static void
test_probably_same(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_similar others[] = {similar(700, false),
                                       similar(930, false)};

    (void)state;
    in.similar = others;
    in.similar_count = 1;
    expect(&in, FINDING_PROBABLY_SAME, SEVERITY_NOTE, 700,
           "ERIKSSON ANNA, 700 of 1000.");
    assert_int_equal(asked(&in)->finding_count, 1);
    others[0].points = 699;
    expect_none(&in, FINDING_PROBABLY_SAME);
    others[0].points = 800;
    in.similar_count = 2;
    expect(&in, FINDING_PROBABLY_SAME, SEVERITY_NOTE, 930,
           "ERIKSSON ANNA, 930 of 1000. And 1 more.");
    others[1].inside = true;
    expect(&in, FINDING_PROBABLY_SAME, SEVERITY_LOOK, 930,
           "ERIKSSON ANNA, 930 of 1000, inside now. And 1 more.");
    in.direction = DIRECTION_EXIT;
    in.inside = true;
    expect(&in, FINDING_PROBABLY_SAME, SEVERITY_NOTE, 930,
           "ERIKSSON ANNA, 930 of 1000, inside now. And 1 more.");
}

/* INS 2.24 */
static void
test_other_person(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_similar other = similar(699, true);

    (void)state;
    in.similar = &other;
    in.similar_count = 1;
    expect(&in, FINDING_OTHER_PERSON_BEFORE, SEVERITY_REFER, 699,
           "ERIKSSON ANNA, 699 of 1000.");
    expect_none(&in, FINDING_PROBABLY_SAME);
    other.points = 700;
    other.name = (struct bytes){0};
    expect(&in, FINDING_OTHER_PERSON_BEFORE, SEVERITY_LOOK, 700,
           "700 of 1000.");
    expect_none(&in, FINDING_PROBABLY_SAME);
    other.same_document = false;
    expect_none(&in, FINDING_OTHER_PERSON_BEFORE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_probably_same),
        cmocka_unit_test(test_other_person),
    };

    return TEST_RUN(tests);
}
