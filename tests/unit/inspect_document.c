/*
 * Findings about the document: for each the cases that make it, the nearest
 * that must not, and how grave. INS 2.1 to 2.5, 2.21
 */
#include "inspect_help.h"

/* INS 2.1 */
static void
test_unreadable(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    expect_none(&in, FINDING_UNREADABLE);
    in.has_document = false;
    in.document = (struct document){0};
    in.inside = true;
    in.crossing_count = 0;
    expect(&in, FINDING_UNREADABLE, SEVERITY_LOOK, 0,
           "What was scanned is no machine readable zone.");
    assert_int_equal(asked(&in)->finding_count, 1);
}

#define FAULTS_MAX 4
struct fault_case {
    struct {
        const char *code;
        const char *field;
    } faults[FAULTS_MAX];
    bool found;
    enum severity severity;
    int64_t number;
    const char *evidence;
};

static void
test_faults(const struct fault_case *cases, size_t count,
            enum finding_code code)
{
    for (size_t i = 0; i < count; i++) {
        struct inspect_input in = quiet(DIRECTION_ENTRY);
        struct document_fault faults[FAULTS_MAX] = {0};

        in.faults = faults;
        for (; in.fault_count < FAULTS_MAX; in.fault_count++) {
            size_t n = in.fault_count;

            if (cases[i].faults[n].code == NULL)
                break;
            faults[n].code = bytes_of(cases[i].faults[n].code);
            faults[n].field = bytes_of(cases[i].faults[n].field);
        }
        if (cases[i].found)
            expect(&in, code, cases[i].severity, cases[i].number,
                   cases[i].evidence);
        else
            expect_none(&in, code);
    }
}

/* INS 2.2 */
static void
test_check_digits(void **state)
{
    static const struct fault_case CASES[] = {
        {{{"check_digit", "document_number"}},
         true,
         SEVERITY_LOOK,
         1,
         "Wrong check digits: document number."},
        {{{"composite_check_digit", "format"}},
         true,
         SEVERITY_LOOK,
         1,
         "Wrong check digits: all fields together."},
        {{{"check_digit", "date_of_birth"},
          {"composite_check_digit", "format"}},
         true,
         SEVERITY_LOOK,
         2,
         "Wrong check digits: date of birth, all fields together."},
        {{{"check_digit", "document_number"},
          {"check_digit", "date_of_expiry"},
          {"composite_check_digit", "format"}},
         true,
         SEVERITY_REFER,
         3,
         "Wrong check digits: document number, date of expiry, all fields "
         "together."},
        {{{"other_check_digit_convention", "document_number"},
          {"possibly_truncated", "given_names"},
          {"sex", "sex"}},
         false,
         0,
         0,
         NULL},
    };

    (void)state;
    test_faults(CASES, sizeof(CASES) / sizeof(CASES[0]), FINDING_CHECK_DIGIT);
}

/* INS 2.3 */
static void
test_other_faults(void **state)
{
    static const struct fault_case CASES[] = {
        {{{"characters", "surname"}, {"sex", "sex"}},
         true,
         SEVERITY_LOOK,
         2,
         "Not by the standard: surname (characters), sex (sex)."},
        {{{"check_digit", "document_number"},
          {"unknown_state", "issuing_state"}},
         true,
         SEVERITY_LOOK,
         1,
         "Not by the standard: issuing state (unknown state)."},
        {{{"check_digit", "document_number"},
          {"composite_check_digit", "format"},
          {"other_check_digit_convention", "document_number"},
          {"possibly_truncated", "given_names"}},
         false,
         0,
         0,
         NULL},
        {{{NULL, NULL}}, false, 0, 0, NULL},
    };

    (void)state;
    test_faults(CASES, sizeof(CASES) / sizeof(CASES[0]),
                FINDING_DOCUMENT_FAULT);
}

/* INS 2.4: the day is the country's, where it is 2026-07-02 from 22:00 UTC. */
static void
test_expired(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    in.document.date_of_expiry = BYTES("2026-07-01");
    expect_none(&in, FINDING_EXPIRED);
    in.now = moment("2026-07-01T21:59:59Z");
    expect_none(&in, FINDING_EXPIRED);
    in.now = moment("2026-07-01T22:00:00Z");
    expect(&in, FINDING_EXPIRED, SEVERITY_LOOK, 1,
           "Expired on 2026-07-01, 1 day ago.");
    in.direction = DIRECTION_EXIT;
    in.inside = true;
    in.document.date_of_expiry = BYTES("2025-07-02");
    expect(&in, FINDING_EXPIRED, SEVERITY_NOTE, 365,
           "Expired on 2025-07-02, 365 days ago.");
    in.document.date_of_expiry = (struct bytes){0};
    expect_none(&in, FINDING_EXPIRED);
    in.document.date_of_expiry = BYTES("2025-XX-XX");
    expect_none(&in, FINDING_EXPIRED);
}

/* INS 2.5: three months from 30 November end on the last of February. */
static void
test_expires_soon(void **state)
{
    struct inspect_input in = quiet(DIRECTION_ENTRY);

    (void)state;
    in.document.date_of_expiry = BYTES("2026-10-01");
    expect_none(&in, FINDING_EXPIRES_SOON);
    in.document.date_of_expiry = BYTES("2026-09-30");
    expect(&in, FINDING_EXPIRES_SOON, SEVERITY_LOOK, 91,
           "Valid until 2026-09-30, 91 days from today.");
    in.document.date_of_expiry = BYTES("2026-07-01");
    expect(&in, FINDING_EXPIRES_SOON, SEVERITY_LOOK, 0,
           "Valid until 2026-07-01, 0 days from today.");
    in.now = moment("2026-11-30T10:00:00Z");
    in.document.date_of_expiry = BYTES("2027-02-28");
    expect_none(&in, FINDING_EXPIRES_SOON);
    in.document.date_of_expiry = BYTES("2027-02-27");
    expect(&in, FINDING_EXPIRES_SOON, SEVERITY_LOOK, 89,
           "Valid until 2027-02-27, 89 days from today.");
    in.history_known = false;
    expect(&in, FINDING_EXPIRES_SOON, SEVERITY_NOTE, 89,
           "Valid until 2027-02-27, 89 days from today.");
    in.document.date_of_expiry = BYTES("2026-11-29");
    expect_none(&in, FINDING_EXPIRES_SOON);
    in.document.date_of_expiry = BYTES("2027-02-27");
    in.direction = DIRECTION_EXIT;
    expect_none(&in, FINDING_EXPIRES_SOON);
}

/* INS 1.10, 2.5 */
static void
test_own_nationals(void **state)
{
    static const struct {
        const char *nationality;
        const char *country;
        bool own;
    } CASES[] = {{"ALB", "ALB", true},  {"UTO", "ALB", false},
                 {"D", "DEU", true},    {"D", "D", true},
                 {"GBD", "GBR", false}, {"XXA", "XXA", false},
                 {"", "ALB", false},    {"QQQ", "QQQ", false}};

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct inspect_input in = quiet(DIRECTION_ENTRY);

        in.document.nationality = bytes_of(CASES[i].nationality);
        in.country = bytes_of(CASES[i].country);
        in.document.date_of_expiry = BYTES("2026-07-31");
        assert_int_equal(found_of(asked(&in), FINDING_EXPIRES_SOON) == NULL,
                         CASES[i].own);
    }
}

/* INS 2.21 */
static void
test_minor(void **state)
{
    static const struct {
        const char *born;
        int64_t age; /* -1: no finding */
        const char *evidence;
    } CASES[] = {
        {"2008-07-02", 17,
         "Born 2008-07-02, 17 years old; no adult was named."},
        {"2008-07-01", -1, NULL},
        {"2025-07-01", 1, "Born 2025-07-01, 1 year old; no adult was named."},
        {"2026-07-01", 0, "Born 2026-07-01, 0 years old; no adult was named."},
        {"2026-07-02", -1, NULL},
        {"2008-XX-XX", 17,
         "Born 2008-XX-XX, possibly 17 years old; no adult was named."},
        {"2008-07-XX", 17,
         "Born 2008-07-XX, possibly 17 years old; no adult was named."},
        {"2008-06-XX", -1, NULL},
        {"2007-XX-XX", -1, NULL},
        /* Of this year, but not of a day to come. */
        {"2026-XX-XX", 0,
         "Born 2026-XX-XX, possibly 0 years old; no adult was named."},
        {"XXXX-XX-XX", -1, NULL},
        {"", -1, NULL},
        {"1974-08-12", -1, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct inspect_input in = quiet(DIRECTION_ENTRY);

        in.document.date_of_birth = bytes_of(CASES[i].born);
        if (CASES[i].age < 0) {
            expect_none(&in, FINDING_MINOR_ALONE);
            continue;
        }
        expect(&in, FINDING_MINOR_ALONE, SEVERITY_LOOK, CASES[i].age,
               CASES[i].evidence);
        in.accompanied = true;
        expect_none(&in, FINDING_MINOR_ALONE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_check_digits),
        cmocka_unit_test(test_other_faults),
        cmocka_unit_test(test_expired),
        cmocka_unit_test(test_expires_soon),
        cmocka_unit_test(test_own_nationals),
        cmocka_unit_test(test_minor),
    };

    return TEST_RUN(tests);
}
