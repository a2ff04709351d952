/*
 * Findings about the crossings that are recorded: which is missing, which was
 * refused, which was corrected. INS 2.13, 2.14, 2.17, 2.22
 */
#include "inspect/found_int.h"

#define REFUSED_DAYS_BACK 365
#define REFUSED_DAYS_RECENT 30
/* Forged document or visa, an alert, a threat: Annex V, Part B. */
#define REASONS_GRAVE ((1u << 1) | (1u << 3) | (1u << 7) | (1u << 8))
#define CORRECTED_DAYS_BACK 365

/* The newest crossing that was let through, or NULL. */
static const struct inspect_crossing *
newest_admitted(const struct inspect_input *in)
{
    for (size_t i = 0; i < in->crossing_count; i++)
        if (in->crossings[i].decision == DECISION_ADMIT)
            return &in->crossings[i];
    return NULL;
}

static int64_t
days_since(const struct found *found, struct instant time)
{
    return (int64_t)found->today.days - zone_date(found->in->zone, time).days;
}

static void
point_at(struct finding *finding, const struct inspect_crossing *crossing)
{
    finding->has_record = true;
    finding->record = crossing->record;
}

static void
find_inside(struct found *found)
{
    const struct inspect_crossing *entry = newest_admitted(found->in);
    struct finding finding = {
        .code = FINDING_ALREADY_INSIDE, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};

    if (entry == NULL) {
        evidence_text(&evidence, "An entry is recorded, and no exit since.");
        found_add(found, &finding, &evidence);
        return;
    }
    point_at(&finding, entry);
    finding.number = days_since(found, entry->time);
    evidence_text(&evidence, "Entered on ");
    evidence_time(&evidence, found->in->zone, entry->time);
    evidence_text(&evidence, " at ");
    evidence_place(&evidence, entry->place);
    if (entry->other_document)
        evidence_text(&evidence, " with another document");
    evidence_text(&evidence, "; no exit is recorded since.");
    found_add(found, &finding, &evidence);
}

/*
 * A national's first exit needs no entry. Regulation (EU) 2016/399, Article 12:
 * who has no entry recorded may be presumed to have stayed too long.
 */
static void
find_not_inside(struct found *found)
{
    const struct inspect_crossing *exit = newest_admitted(found->in);
    struct finding finding = {.code = FINDING_EXIT_WITHOUT_ENTRY,
                              .severity =
                                  found->own ? SEVERITY_NOTE : SEVERITY_LOOK,
                              .hit = -1};
    struct evidence evidence = {0};

    if (exit == NULL && found->own)
        return;
    if (exit == NULL) {
        evidence_text(&evidence, "No crossing of this traveller is recorded.");
        found_add(found, &finding, &evidence);
        return;
    }
    point_at(&finding, exit);
    finding.number = days_since(found, exit->time);
    evidence_text(&evidence, "Left on ");
    evidence_time(&evidence, found->in->zone, exit->time);
    evidence_text(&evidence, " at ");
    evidence_place(&evidence, exit->place);
    evidence_text(&evidence, "; no entry is recorded since.");
    found_add(found, &finding, &evidence);
}

static void
evidence_reasons(struct evidence *evidence, uint16_t reasons)
{
    const char *before =
        reasons & (reasons - 1u) ? " for reasons " : " for reason ";

    for (unsigned i = 0; i < 9; i++) {
        const char letter[] = {(char)('A' + i), 0};

        if ((reasons & (1u << i)) == 0)
            continue;
        evidence_text(evidence, before);
        evidence_text(evidence, letter);
        before = ", ";
    }
}

static void
find_refused(struct found *found)
{
    const struct inspect_input *in = found->in;
    const struct inspect_crossing *refused = NULL;
    struct finding finding = {
        .code = FINDING_REFUSED_BEFORE, .severity = SEVERITY_NOTE, .hit = -1};
    struct evidence evidence = {0};

    for (size_t i = 0; i < in->crossing_count && refused == NULL; i++)
        if (in->crossings[i].decision == DECISION_REFUSE &&
            in->crossings[i].direction == DIRECTION_ENTRY)
            refused = &in->crossings[i];
    if (refused == NULL)
        return;
    finding.number = days_since(found, refused->time);
    if (finding.number > REFUSED_DAYS_BACK)
        return;
    if (finding.number <= REFUSED_DAYS_RECENT ||
        (refused->reasons & REASONS_GRAVE) != 0)
        finding.severity = SEVERITY_LOOK;
    point_at(&finding, refused);
    evidence_text(&evidence, "Entry refused on ");
    evidence_time(&evidence, in->zone, refused->time);
    evidence_text(&evidence, " at ");
    evidence_place(&evidence, refused->place);
    evidence_reasons(&evidence, refused->reasons);
    evidence_text(&evidence, ".");
    found_add(found, &finding, &evidence);
}

static void
find_corrected(struct found *found)
{
    const struct inspect_input *in = found->in;
    const struct inspect_answer *out = found->out;
    struct finding finding = {.code = FINDING_CORRECTION_PENDING,
                              .severity = SEVERITY_NOTE,
                              .hit = -1};
    struct evidence evidence = {0};
    uint32_t missing = 0;

    if (out->has_stay)
        missing = out->stay.exits_missing + out->stay.entries_missing;
    for (size_t i = 0; i < in->crossing_count; i++) {
        const struct inspect_crossing *crossing = &in->crossings[i];

        if (!crossing->corrected ||
            days_since(found, crossing->time) > CORRECTED_DAYS_BACK)
            continue;
        if (finding.number++ == 0)
            point_at(&finding, crossing);
    }
    if (finding.number > 0) {
        evidence_count(&evidence, (uint64_t)finding.number, "crossing");
        evidence_text(&evidence, " of the last year corrected.");
    }
    if (missing > 0) {
        evidence_text(&evidence, evidence.size > 0 ? " " : "");
        evidence_count(&evidence, missing, "crossing");
        evidence_text(&evidence, " missing; only days that are known count.");
    }
    finding.number += missing;
    if (finding.number > 0)
        found_add(found, &finding, &evidence);
}

void
find_history(struct found *found)
{
    const struct inspect_input *in = found->in;

    if (!in->history_known || !in->has_document)
        return;
    if (in->direction == DIRECTION_ENTRY && in->inside)
        find_inside(found);
    if (in->direction == DIRECTION_EXIT && !in->inside)
        find_not_inside(found);
    if (in->direction == DIRECTION_ENTRY)
        find_refused(found);
    find_corrected(found);
}
