/*
 * Findings about the document in hand: whether it could be read and holds
 * together, how long it is valid, and whose it is. INS 2.1 to 2.5, 2.21
 */
#include "document/mrz.h"
#include "inspect/found_int.h"

#define VALID_AFTER_MONTHS 3

static bool
is_code(const struct document_fault *fault, enum mrz_code code)
{
    return bytes_equal(fault->code, bytes_of(mrz_code_name(code)));
}

static bool
is_field(const struct document_fault *fault, enum mrz_field field)
{
    return bytes_equal(fault->field, bytes_of(mrz_field_name(field)));
}

/* Two wrong sums that share their characters: what a changed number leaves. */
static void
find_check_digits(struct found *found)
{
    struct finding finding = {
        .code = FINDING_CHECK_DIGIT, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};
    bool composite = false;
    bool number = false;

    evidence_text(&evidence, "Wrong check digits: ");
    for (size_t i = 0; i < found->in->fault_count; i++) {
        const struct document_fault *fault = &found->in->faults[i];

        if (is_code(fault, MRZ_BAD_COMPOSITE_CHECK_DIGIT)) {
            composite = true;
            continue;
        }
        if (!is_code(fault, MRZ_BAD_CHECK_DIGIT))
            continue;
        number = number || is_field(fault, MRZ_OF_DOCUMENT_NUMBER);
        if (finding.number++ > 0)
            evidence_text(&evidence, ", ");
        evidence_word(&evidence, fault->field);
    }
    if (composite && finding.number++ > 0)
        evidence_text(&evidence, ", ");
    if (composite)
        evidence_text(&evidence, "all fields together");
    evidence_text(&evidence, ".");
    if (composite && number)
        finding.severity = SEVERITY_REFER;
    if (finding.number > 0)
        found_add(found, &finding, &evidence);
}

/* Neither a check digit nor a note that says nothing against a document. */
static bool
is_other_fault(const struct document_fault *fault)
{
    return !is_code(fault, MRZ_BAD_CHECK_DIGIT) &&
           !is_code(fault, MRZ_BAD_COMPOSITE_CHECK_DIGIT) &&
           !is_code(fault, MRZ_NOTE_POSSIBLY_TRUNCATED) &&
           !is_code(fault, MRZ_NOTE_OTHER_CHECK_DIGIT_CONVENTION);
}

static void
find_faults(struct found *found)
{
    struct finding finding = {
        .code = FINDING_DOCUMENT_FAULT, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};

    evidence_text(&evidence, "Not by the standard: ");
    for (size_t i = 0; i < found->in->fault_count; i++) {
        const struct document_fault *fault = &found->in->faults[i];

        if (!is_other_fault(fault))
            continue;
        if (finding.number++ > 0)
            evidence_text(&evidence, ", ");
        evidence_word(&evidence, fault->field);
        evidence_text(&evidence, " (");
        evidence_word(&evidence, fault->code);
        evidence_text(&evidence, ")");
    }
    evidence_text(&evidence, ".");
    if (finding.number > 0)
        found_add(found, &finding, &evidence);
}

/* The same day of a later month, or its last day. */
static struct date
months_later(struct date date, int months)
{
    struct civil civil = date_civil(date);
    int month = civil.month - 1 + months;

    civil.year = (int16_t)(civil.year + month / 12);
    civil.month = (uint8_t)(month % 12 + 1);
    while (!civil_valid(civil) && civil.day > 28)
        civil.day--;
    return date_of(civil);
}

static void
find_expired(struct found *found, struct date expiry)
{
    struct evidence evidence = {0};
    struct finding finding = {.code = FINDING_EXPIRED,
                              .severity = found->in->direction == DIRECTION_EXIT
                                              ? SEVERITY_NOTE
                                              : SEVERITY_LOOK,
                              .number = found->today.days - expiry.days,
                              .hit = -1};

    evidence_text(&evidence, "Expired on ");
    evidence_date(&evidence, expiry);
    evidence_text(&evidence, ", ");
    evidence_count(&evidence, (uint64_t)finding.number, "day");
    evidence_text(&evidence, " ago.");
    found_add(found, &finding, &evidence);
}

/* Regulation (EU) 2016/399, Article 6(1)(a)(i). */
static void
find_expires_soon(struct found *found, struct date expiry)
{
    const struct inspect_answer *out = found->out;
    struct evidence evidence = {0};
    struct finding finding = {.code = FINDING_EXPIRES_SOON,
                              .severity = SEVERITY_LOOK,
                              .number = expiry.days - found->today.days,
                              .hit = -1};

    if (found->own || found->in->direction == DIRECTION_EXIT ||
        expiry.days >= months_later(found->today, VALID_AFTER_MONTHS).days)
        return;
    /* Who may stay without counting days need not leave again. */
    if (!out->has_stay || out->stay.status == STAY_FREE)
        finding.severity = SEVERITY_NOTE;
    evidence_text(&evidence, "Valid until ");
    evidence_date(&evidence, expiry);
    evidence_text(&evidence, ", ");
    evidence_count(&evidence, (uint64_t)finding.number, "day");
    evidence_text(&evidence, " from today.");
    found_add(found, &finding, &evidence);
}

static int
years_between(struct date from, struct date to)
{
    struct civil a = date_civil(from);
    struct civil b = date_civil(to);
    bool before = b.month < a.month || (b.month == a.month && b.day < a.day);

    return b.year - a.year - (before ? 1 : 0);
}

/* Where month or day are unknown, the youngest that the holder can be. */
static void
find_minor(struct found *found)
{
    const struct inspect_input *in = found->in;
    struct finding finding = {
        .code = FINDING_MINOR_ALONE, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};
    struct birth birth;
    bool known;
    int age;

    if (in->accompanied ||
        birth_parse(in->document.date_of_birth, &birth, &known) != OK ||
        !known || birth.from.days > found->today.days)
        return;
    if (birth.to.days > found->today.days)
        birth.to = found->today;
    age = years_between(birth.to, found->today);
    if (age >= INSPECT_ADULT_YEARS)
        return;
    finding.number = age;
    evidence_text(&evidence, "Born ");
    evidence_part(&evidence, in->document.date_of_birth);
    evidence_text(&evidence, ", ");
    if (birth.from.days < birth.to.days)
        evidence_text(&evidence, "possibly ");
    evidence_count(&evidence, (uint64_t)age, "year");
    evidence_text(&evidence, " old; no adult was named.");
    found_add(found, &finding, &evidence);
}

void
find_document(struct found *found)
{
    const struct inspect_input *in = found->in;
    struct date expiry;

    if (!in->has_document) {
        struct finding finding = {
            .code = FINDING_UNREADABLE, .severity = SEVERITY_LOOK, .hit = -1};
        struct evidence evidence = {0};

        evidence_text(&evidence,
                      "What was scanned is no machine readable zone.");
        found_add(found, &finding, &evidence);
        return;
    }
    find_check_digits(found);
    find_faults(found);
    if (date_parse(in->document.date_of_expiry, &expiry) == OK) {
        if (expiry.days < found->today.days)
            find_expired(found, expiry);
        else
            find_expires_soon(found, expiry);
    }
    find_minor(found);
}
