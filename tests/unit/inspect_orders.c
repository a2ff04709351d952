/*
 * Findings about orders to leave: running, overdue, several of them, to the
 * millisecond. INS 2.18, 2.19
 */
#include "inspect_help.h"

static struct inspect_order
order(uint64_t index, const char *deadline)
{
    return (struct inspect_order){.record = {.index = index},
                                  .deadline = moment(deadline),
                                  .reason = BYTES("return decision 7/2026")};
}

/* INS 2.18, 2.19 */
static void
test_clock(void **state)
{
    static const struct {
        const char *deadline;
        enum finding_code code;
        enum severity entry;
        enum severity exit;
        int64_t minutes;
        const char *evidence;
    } CASES[] = {
        {"2026-07-02T10:00:00Z", FINDING_EXIT_ORDER, SEVERITY_LOOK,
         SEVERITY_NOTE, 1440,
         "To leave until 2026-07-02 12:00, 24 hours left: return decision "
         "7/2026."},
        {"2026-07-01T11:59:00Z", FINDING_EXIT_ORDER, SEVERITY_LOOK,
         SEVERITY_NOTE, 119,
         "To leave until 2026-07-01 13:59, 119 minutes left: return decision "
         "7/2026."},
        {"2026-07-01T10:00:00Z", FINDING_EXIT_ORDER, SEVERITY_LOOK,
         SEVERITY_NOTE, 0,
         "To leave until 2026-07-01 12:00, 0 minutes left: return decision "
         "7/2026."},
        {"2026-07-01T09:59:59.999Z", FINDING_EXIT_ORDER_OVERDUE, SEVERITY_REFER,
         SEVERITY_REFER, 0,
         "To leave until 2026-07-01 11:59, 0 minutes ago: return decision "
         "7/2026."},
        {"2026-06-01T10:00:00Z", FINDING_EXIT_ORDER_OVERDUE, SEVERITY_REFER,
         SEVERITY_REFER, 43200,
         "To leave until 2026-06-01 12:00, 720 hours ago: return decision "
         "7/2026."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct inspect_order one = order(7, CASES[i].deadline);
        struct inspect_input in = quiet(DIRECTION_ENTRY);

        in.orders = &one;
        in.order_count = 1;
        expect(&in, CASES[i].code, CASES[i].entry, CASES[i].minutes,
               CASES[i].evidence);
        assert_int_equal(asked(&in)->finding_count, 1);
        assert_int_equal(asked(&in)->findings[0].record.index, 7);
        in = quiet(DIRECTION_EXIT);
        in.orders = &one;
        in.order_count = 1;
        expect(&in, CASES[i].code, CASES[i].exit, CASES[i].minutes,
               CASES[i].evidence);
    }
}

/* Of several, the earliest deadline of each kind. */
static void
test_several(void **state)
{
    struct inspect_order orders[] = {order(1, "2026-07-02T10:00:00Z"),
                                     order(2, "2026-07-01T13:00:00Z"),
                                     order(3, "2026-06-30T10:00:00Z")};
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    in.orders = orders;
    in.order_count = 3;
    expect(&in, FINDING_EXIT_ORDER, SEVERITY_LOOK, 180,
           "To leave until 2026-07-01 15:00, 3 hours left: return decision "
           "7/2026. And 1 more.");
    expect(&in, FINDING_EXIT_ORDER_OVERDUE, SEVERITY_REFER, 1440,
           "To leave until 2026-06-30 12:00, 24 hours ago: return decision "
           "7/2026.");
    assert_int_equal(asked(&in)->finding_count, 2);
    assert_int_equal(asked(&in)->findings[0].record.index, 3);
    assert_int_equal(asked(&in)->findings[1].record.index, 2);
    in.order_count = 0;
    assert_int_equal(asked(&in)->finding_count, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_several),
    };

    return TEST_RUN(tests);
}
