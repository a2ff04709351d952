/*
 * The whole answer: nothing to say of a quiet traveller, everything of one who
 * has it all, in order and within bounds; arenas that are too small; texts that
 * are too long; and random questions, of which every answer keeps the rules of
 * INS 1.
 */
#include "inspect_help.h"

#include <string.h>

/* What a question of the greatest size takes; API 4 gives it as much. */
#define ARENA_SIZE ((size_t)1 << 18)

/* INS 1.5 */
static void
test_quiet(void **state)
{
    (void)state;
    for (unsigned d = 0; d < 2; d++) {
        struct inspect_input in = quiet((enum direction)d);
        const struct inspect_answer *answer = asked(&in);

        assert_int_equal(answer->finding_count, 0);
        assert_int_equal(answer->recommendation, RECOMMENDATION_CLEAR);
        assert_true(answer->has_stay);
        assert_int_equal(answer->stay.status, STAY_WITHIN);
        assert_int_equal(answer->stay.answer.max_stay, 90);
    }
}

/* All that one traveller can have at once. */
struct everything {
    struct inspect_input in;
    struct document_fault faults[3];
    struct inspect_hit hits[INSPECT_HITS_MAX];
    struct inspect_crossing crossings[INSPECT_CROSSINGS_MAX];
    struct inspect_order orders[INSPECT_ORDERS_MAX];
    struct inspect_similar similar[INSPECT_SIMILAR_MAX];
};

static void
everything_fill(struct everything *all)
{
    struct inspect_input *in = &all->in;

    *in = quiet(DIRECTION_ENTRY);
    in->document.date_of_birth = BYTES("2010-01-01");
    in->document.date_of_expiry = BYTES("2026-06-30");
    in->inside = true;
    in->manifest = MANIFEST_MISSING;
    in->has_list = false;
    in->screened = false;
    all->faults[0] = (struct document_fault){.code = BYTES("check_digit"),
                                             .field = BYTES("document_number")};
    all->faults[1] = (struct document_fault){
        .code = BYTES("composite_check_digit"), .field = BYTES("format")};
    all->faults[2] =
        (struct document_fault){.code = BYTES("sex"), .field = BYTES("sex")};
    in->faults = all->faults;
    in->fault_count = 3;
    for (size_t i = 0; i < INSPECT_HITS_MAX; i++)
        all->hits[i] = (struct inspect_hit){
            .hit = {.kind = i < 2 ? HIT_DOCUMENT : HIT_NAME,
                    .list = BYTES("utopia"),
                    .entry = BYTES("1"),
                    .points = 900,
                    .reason =
                        i == 0 ? LIST_REASON_STOLEN : LIST_REASON_WANTED}};
    in->hits = all->hits;
    in->hit_count = INSPECT_HITS_MAX;
    /* A commuter who was refused, corrected, elsewhere, and is inside. */
    for (size_t i = 0; i < INSPECT_CROSSINGS_MAX; i++) {
        all->crossings[i] =
            passage("2026-07-01T09:50:00Z",
                    i % 2 == 0 ? DIRECTION_ENTRY : DIRECTION_EXIT);
        all->crossings[i].time.ms -= (int64_t)i * 43200000;
    }
    all->crossings[1].corrected = true;
    all->crossings[2].decision = DECISION_REFUSE;
    all->crossings[2].reasons = 1;
    all->crossings[0].place = BYTES("Vienna");
    all->crossings[0].position = (struct position){true, 481103, 165697};
    in->crossings = all->crossings;
    in->crossing_count = INSPECT_CROSSINGS_MAX;
    in->has_scan = true;
    in->scan_time = in->now;
    in->scan_lane = BYTES("2");
    for (size_t i = 0; i < INSPECT_ORDERS_MAX; i++) {
        all->orders[i].deadline = in->now;
        all->orders[i].deadline.ms += i % 2 == 0 ? 86400000 : -86400000;
        all->similar[i].points = 900;
        all->similar[i].same_document = i % 2 == 0;
    }
    in->orders = all->orders;
    in->order_count = INSPECT_ORDERS_MAX;
    in->similar = all->similar;
    in->similar_count = INSPECT_SIMILAR_MAX;
}

/* INS 1.2, 1.4, 1.5, 1.6 */
static void
answer_lawful(const struct inspect_answer *answer)
{
    enum recommendation recommendation = RECOMMENDATION_CLEAR;
    bool seen[FINDING_COUNT] = {0};

    assert_true(answer->finding_count <= INSPECT_FINDINGS_MAX);
    for (size_t i = 0; i < answer->finding_count; i++) {
        const struct finding *finding = &answer->findings[i];
        const struct finding *next = finding + 1;

        assert_true(finding->evidence.size > 0);
        assert_true(finding->evidence.size <= FINDING_EVIDENCE_SIZE_MAX);
        assert_true(bytes_plain(finding->evidence));
        assert_true(finding->hit >= 0 || !seen[finding->code]);
        assert_true(finding->number >= 0);
        seen[finding->code] = true;
        if ((int)finding->severity > (int)recommendation)
            recommendation = (enum recommendation)finding->severity;
        if (i + 1 == answer->finding_count)
            continue;
        assert_true(finding->severity >= next->severity);
        assert_true(finding->severity > next->severity ||
                    finding->code <= next->code);
    }
    assert_int_equal(answer->recommendation, recommendation);
}

static void
test_everything(void **state)
{
    /* Those that exclude one another, or want an exit or another rule. */
    static const bool LACKING[FINDING_COUNT] = {
        [FINDING_UNREADABLE] = true,        [FINDING_EXPIRES_SOON] = true,
        [FINDING_STAY_DAYS_LEFT] = true,    [FINDING_OVERSTAY] = true,
        [FINDING_NO_RIGHT_TO_STAY] = true,  [FINDING_VISA_LIMIT] = true,
        [FINDING_EXIT_WITHOUT_ENTRY] = true};
    static struct everything all;
    const struct inspect_answer *answer;
    bool seen[FINDING_COUNT] = {0};

    (void)state;
    everything_fill(&all);
    answer = asked(&all.in);
    answer_lawful(answer);
    assert_int_equal(answer->recommendation, RECOMMENDATION_REFER);
    for (size_t i = 0; i < answer->finding_count; i++)
        seen[answer->findings[i].code] = true;
    for (unsigned code = 0; code < FINDING_COUNT; code++)
        if (seen[code] == LACKING[code] && code != FINDING_STAY_DAYS_LEFT &&
            code != FINDING_OVERSTAY)
            fail_msg("%s", finding_word((enum finding_code)code));
}

/* The arena grows from nothing until the answer fits. */
static void
test_arena(void **state)
{
    static uint8_t block[ARENA_SIZE];
    static struct everything all;
    struct inspect_answer answer;
    struct arena arena;
    enum err e = ERR_LIMIT;
    size_t size = 0;

    (void)state;
    everything_fill(&all);
    all.in.crossing_count = 100;
    for (; e != OK && size <= sizeof(block); size += 16) {
        arena_init(&arena, block, size);
        e = inspect(&all.in, &arena, &answer);
        if (e != OK)
            assert_err(e, ERR_LIMIT);
    }
    assert_err(e, OK);
    answer_lawful(&answer);
    assert_true(size > 1000);
}

/* INS 1.8 */
static void
test_bounds(void **state)
{
    static uint8_t block[ARENA_SIZE];
    static struct everything all;
    struct inspect_answer answer;
    struct arena arena;

    (void)state;
    for (int i = 0; i < 6; i++) {
        everything_fill(&all);
        all.in.hit_count += i == 1;
        all.in.crossing_count += i == 2;
        all.in.order_count += i == 3;
        all.in.similar_count += i == 4;
        if (i == 5)
            all.in.fault_count = DOCUMENT_FAULTS_MAX + 1;
        arena_init(&arena, block, sizeof(block));
        assert_err(inspect(&all.in, &arena, &answer), i == 0 ? OK : ERR_LIMIT);
    }
}

/* INS 1.7 */
static void
test_evidence(void **state)
{
    static const struct {
        const char *reason;
        const char *evidence;
    } CASES[] = {
        {"", "To leave until 2026-07-02 12:00, 24 hours left: ."},
        {"1234567890123456789012345678901234567890",
         "To leave until 2026-07-02 12:00, 24 hours left: "
         "1234567890123456789012345678901234567890."},
        {"12345678901234567890123456789012345678901",
         "To leave until 2026-07-02 12:00, 24 hours left: "
         "1234567890123456789012345678901234567890...."},
        /* Cut before a character of two bytes, and of three. */
        {"123456789012345678901234567890123456789ëa",
         "To leave until 2026-07-02 12:00, 24 hours left: "
         "123456789012345678901234567890123456789...."},
        {"12345678901234567890123456789012345678\xe2\x82\xac"
         "a",
         "To leave until 2026-07-02 12:00, 24 hours left: "
         "12345678901234567890123456789012345678...."},
        /* What may not be recorded is left out. */
        {"a\nb", "To leave until 2026-07-02 12:00, 24 hours left: ."},
        {"a\xff", "To leave until 2026-07-02 12:00, 24 hours left: ."},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct inspect_order order = {.deadline =
                                          moment("2026-07-02T10:00:00Z"),
                                      .reason = bytes_of(CASES[i].reason)};
        struct inspect_input in = quiet(DIRECTION_ENTRY);

        in.orders = &order;
        in.order_count = 1;
        expect(&in, FINDING_EXIT_ORDER, SEVERITY_LOOK, 1440, CASES[i].evidence);
    }
}

/* A sentence longer than its bound ends at a whole character. */
static void
test_evidence_cut(void **state)
{
    struct document_fault faults[DOCUMENT_FAULTS_MAX];
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    for (size_t i = 0; i < DOCUMENT_FAULTS_MAX; i++)
        faults[i] =
            (struct document_fault){.code = BYTES("ëëë"), .field = BYTES("ë")};
    in.faults = faults;
    for (in.fault_count = 1; in.fault_count <= DOCUMENT_FAULTS_MAX;
         in.fault_count++) {
        const struct inspect_answer *answer = asked(&in);

        answer_lawful(answer);
        assert_true(in.fault_count < 20 || answer->findings[0].evidence.size >
                                               FINDING_EVIDENCE_SIZE_MAX - 4);
    }
}

static void
random_vary(struct test_random *random, struct everything *all)
{
    struct inspect_input *in = &all->in;

    in->has_document = test_random_below(random, 8) != 0;
    in->direction = (enum direction)test_random_below(random, 2);
    in->inside = test_random_below(random, 2) == 0;
    in->screened = test_random_below(random, 4) != 0;
    in->history_known = test_random_below(random, 8) != 0;
    in->accompanied = test_random_below(random, 2) == 0;
    in->has_scan = test_random_below(random, 2) == 0;
    in->has_list = test_random_below(random, 2) == 0;
    in->manifest = (enum manifest_state)test_random_below(random, 4);
    in->fault_count = test_random_below(random, 4);
    in->hit_count = test_random_below(random, INSPECT_HITS_MAX + 1);
    in->order_count = test_random_below(random, INSPECT_ORDERS_MAX + 1);
    in->similar_count = test_random_below(random, INSPECT_SIMILAR_MAX + 1);
    in->crossing_count = test_random_below(random, 40);
    for (size_t i = 0; i < in->hit_count; i++) {
        all->hits[i].hit.kind = (enum hit_kind)test_random_below(random, 2);
        all->hits[i].hit.reason =
            (enum list_reason)test_random_below(random, LIST_REASON_COUNT);
        all->hits[i].hit.points = (uint16_t)test_random_below(random, 1001);
        all->hits[i].settled = (enum settled)test_random_below(random, 4);
    }
    for (size_t i = 0; i < in->crossing_count; i++) {
        struct inspect_crossing *crossing = &all->crossings[i];

        *crossing = all->crossings[test_random_below(random, 40)];
        crossing->time.ms = in->now.ms - (int64_t)i * 86400000 * 9 -
                            (int64_t)test_random_below(random, 700000000);
        crossing->direction = (enum direction)test_random_below(random, 2);
        crossing->decision = (enum decision)test_random_below(random, 3);
        crossing->corrected = test_random_below(random, 9) == 0;
        crossing->late = test_random_below(random, 9) == 0;
    }
}

/* INS 1.1 */
static void
test_random_questions(void **state)
{
    static uint8_t block[ARENA_SIZE];
    static struct everything all;
    static struct inspect_answer answers[2];
    struct test_random random;
    struct arena arena;

    (void)state;
    test_random_init(&random);
    everything_fill(&all);
    for (int i = 0; i < 20000; i++) {
        random_vary(&random, &all);
        for (int k = 0; k < 2; k++) {
            arena_init(&arena, block + (size_t)k * sizeof(block) / 2,
                       sizeof(block) / 2);
            assert_err(inspect(&all.in, &arena, &answers[k]), OK);
        }
        answer_lawful(&answers[0]);
        assert_int_equal(answers[0].finding_count, answers[1].finding_count);
        for (size_t n = 0; n < answers[0].finding_count; n++)
            assert_bytes(answers[0].findings[n].evidence,
                         answers[1].findings[n].evidence);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_everything),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_evidence),
        cmocka_unit_test(test_evidence_cut),
        cmocka_unit_test(test_random_questions),
    };

    return TEST_RUN(tests);
}
