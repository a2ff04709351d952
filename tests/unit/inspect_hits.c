/*
 * Findings about hits: every reason of a list, both kinds, both directions,
 * what was settled before, and a discreet check that must not show. INS 2.6
 * to 2.8, 3.1 to 3.3
 */
#include "inspect_help.h"

#include <stdio.h>
#include <string.h>

static struct inspect_hit
document_hit(enum list_reason reason)
{
    return (struct inspect_hit){.hit = {.kind = HIT_DOCUMENT,
                                        .list = BYTES("sltd"),
                                        .entry = BYTES("UTO-77"),
                                        .points = 1000,
                                        .reason = reason,
                                        .number = BYTES("L898902C3")}};
}

static struct inspect_hit
name_hit(enum list_reason reason, uint16_t points)
{
    return (struct inspect_hit){.hit = {.kind = HIT_NAME,
                                        .list = BYTES("utopia"),
                                        .entry = BYTES("2674"),
                                        .points = points,
                                        .reason = reason,
                                        .name = BYTES("ERIKSON ANA")}};
}

/* By enum list_reason: the severity of a hit by document on entry, on exit. */
static const struct {
    bool of_document; /* it voids the document itself */
    enum severity entry;
    enum severity exit;
} REASONS[LIST_REASON_COUNT] = {
    [LIST_REASON_NONE] = {true, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_LOST] = {true, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_STOLEN] = {true, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_REVOKED] = {true, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_BLANK] = {true, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_INVALID] = {true, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_SANCTION] = {false, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_WANTED] = {false, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_REFUSED_ENTRY] = {false, SEVERITY_REFER, SEVERITY_LOOK},
    [LIST_REASON_MISSING_MINOR] = {false, SEVERITY_REFER, SEVERITY_REFER},
    [LIST_REASON_DISCREET_CHECK] = {false, SEVERITY_NOTE, SEVERITY_NOTE},
    [LIST_REASON_PERMIT_REVOKED] = {false, SEVERITY_REFER, SEVERITY_LOOK},
    [LIST_REASON_OTHER] = {false, SEVERITY_REFER, SEVERITY_REFER},
};

/* INS 2.6, 2.7 */
static void
test_documents(void **state)
{
    (void)state;
    for (unsigned n = 0; n < LIST_REASON_COUNT; n++) {
        enum list_reason reason = (enum list_reason)n;
        enum finding_code code = REASONS[n].of_document
                                     ? FINDING_LISTED_DOCUMENT
                                     : FINDING_ALERT_DOCUMENT;
        struct inspect_hit hit = document_hit(reason);

        for (unsigned d = 0; d < 2; d++) {
            struct inspect_input in = quiet((enum direction)d);
            const struct inspect_answer *answer;

            in.hits = &hit;
            in.hit_count = 1;
            answer = asked(&in);
            assert_int_equal(answer->finding_count, 1);
            assert_int_equal(answer->findings[0].code, code);
            assert_int_equal(answer->findings[0].severity,
                             d == DIRECTION_ENTRY ? REASONS[n].entry
                                                  : REASONS[n].exit);
            assert_int_equal(answer->findings[0].hit, 0);
            assert_int_equal(answer->findings[0].number, 1000);
        }
    }
}

static void
test_document_evidence(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_hit hit = document_hit(LIST_REASON_STOLEN);

    (void)state;
    in.hits = &hit;
    in.hit_count = 1;
    expect(&in, FINDING_LISTED_DOCUMENT, SEVERITY_REFER, 1000,
           "sltd UTO-77, stolen: this document.");
    hit.hit.reason = LIST_REASON_NONE;
    expect(&in, FINDING_LISTED_DOCUMENT, SEVERITY_REFER, 1000,
           "sltd UTO-77: this document.");
    hit.hit.reason = LIST_REASON_REFUSED_ENTRY;
    expect(&in, FINDING_ALERT_DOCUMENT, SEVERITY_REFER, 1000,
           "sltd UTO-77, refused entry: this document.");
    hit.settled = SETTLED_OTHER_ELSEWHERE;
    expect(&in, FINDING_ALERT_DOCUMENT, SEVERITY_LOOK, 1000,
           "sltd UTO-77, refused entry: this document. At another post it was "
           "found to be another.");
    hit.settled = SETTLED_OTHER;
    expect_none(&in, FINDING_ALERT_DOCUMENT);
    assert_int_equal(asked(&in)->recommendation, RECOMMENDATION_CLEAR);
}

/* INS 2.8: the points that make a hit strong, by every reason. */
static void
test_names(void **state)
{
    (void)state;
    for (unsigned n = 0; n < LIST_REASON_COUNT; n++) {
        struct inspect_hit hit = name_hit((enum list_reason)n, 849);

        for (unsigned d = 0; d < 2; d++) {
            struct inspect_input in = quiet((enum direction)d);
            enum severity strong =
                d == DIRECTION_ENTRY ? REASONS[n].entry : REASONS[n].exit;
            enum severity weak =
                strong < SEVERITY_LOOK ? strong : SEVERITY_LOOK;

            in.hits = &hit;
            in.hit_count = 1;
            hit.hit.points = 849;
            hit.settled = SETTLED_NOT;
            assert_int_equal(asked(&in)->findings[0].code, FINDING_ALERT_NAME);
            assert_int_equal(asked(&in)->findings[0].severity, weak);
            hit.settled = SETTLED_UNSURE;
            assert_int_equal(asked(&in)->findings[0].severity, weak);
            /* INS 3.1 */
            hit.settled = SETTLED_SAME;
            assert_int_equal(asked(&in)->findings[0].severity, strong);
            hit.settled = SETTLED_NOT;
            hit.hit.points = 850;
            assert_int_equal(asked(&in)->findings[0].severity, strong);
            /* INS 3.2 */
            hit.settled = SETTLED_OTHER;
            hit.hit.points = 1000;
            assert_int_equal(asked(&in)->finding_count, 0);
            hit.settled = SETTLED_OTHER_ELSEWHERE;
            assert_int_equal(asked(&in)->findings[0].severity, weak);
        }
    }
}

/* INS 3.3 */
static void
test_name_evidence(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_hit hit = name_hit(LIST_REASON_SANCTION, 777);
    char wanted[FINDING_EVIDENCE_SIZE_MAX + 256];
    const char *reason = NULL;
    uint8_t number = 0;

    (void)state;
    in.hits = &hit;
    in.hit_count = 1;
    expect(&in, FINDING_ALERT_NAME, SEVERITY_LOOK, 777,
           "utopia 2674, sanction, 777 of 1000.");
    hit.settled = SETTLED_UNSURE;
    expect(&in, FINDING_ALERT_NAME, SEVERITY_LOOK, 777,
           "utopia 2674, sanction, 777 of 1000. An officer was not sure "
           "before.");
    hit.settled = SETTLED_SAME;
    expect(&in, FINDING_ALERT_NAME, SEVERITY_REFER, 777,
           "utopia 2674, sanction, 777 of 1000. An officer found it to be the "
           "same person.");
    hit.settled = SETTLED_NOT;
    while (reason == NULL && number < UINT8_MAX)
        reason = score_reason_text(++number);
    assert_non_null(reason);
    /* One that no table knows is left out. */
    hit.hit.reason_count = 2;
    hit.hit.reasons[0] = number;
    hit.hit.reasons[1] = UINT8_MAX;
    (void)snprintf(wanted, sizeof(wanted),
                   "utopia 2674, sanction, 777 of 1000: %s.", reason);
    expect(&in, FINDING_ALERT_NAME, SEVERITY_LOOK, 777, wanted);
}

/* What the traveller may read over the officer's shoulder. */
static void
test_discreet(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_hit hits[] = {document_hit(LIST_REASON_DISCREET_CHECK),
                                 name_hit(LIST_REASON_DISCREET_CHECK, 1000)};

    (void)state;
    in.hits = hits;
    in.hit_count = 2;
    hits[1].settled = SETTLED_SAME;
    expect(&in, FINDING_ALERT_DOCUMENT, SEVERITY_NOTE, 1000,
           "sltd UTO-77: see there. Go on as usual.");
    expect(&in, FINDING_ALERT_NAME, SEVERITY_NOTE, 1000,
           "utopia 2674: see there. Go on as usual.");
    assert_int_equal(asked(&in)->recommendation, RECOMMENDATION_CLEAR);
}

/* INS 1.6 */
static void
test_many(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);
    struct inspect_hit hits[INSPECT_HITS_MAX];
    const struct inspect_answer *answer;

    (void)state;
    for (uint16_t i = 0; i < INSPECT_HITS_MAX; i++)
        hits[i] = name_hit(LIST_REASON_WANTED, (uint16_t)(900 - i));
    hits[3].settled = SETTLED_OTHER;
    in.hits = hits;
    in.hit_count = INSPECT_HITS_MAX;
    answer = asked(&in);
    assert_int_equal(answer->finding_count, INSPECT_HITS_MAX - 1);
    for (int i = 0; i < INSPECT_HITS_MAX - 1; i++)
        assert_int_equal(answer->findings[i].hit, i < 3 ? i : i + 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_document_evidence),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_name_evidence),
        cmocka_unit_test(test_discreet),
        cmocka_unit_test(test_many),
    };

    return TEST_RUN(tests);
}
