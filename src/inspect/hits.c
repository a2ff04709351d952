/*
 * Findings about hits of lists and alerts: on the document's number and on the
 * traveller's name. INS 2.6 to 2.8
 */
#include "inspect/found_int.h"

/* Why a document itself is void, whoever holds it. */
static bool
is_of_document(const struct screen_hit *hit)
{
    return hit->kind == HIT_DOCUMENT && hit->reason <= LIST_REASON_INVALID;
}

static enum finding_code
code_of(const struct screen_hit *hit)
{
    if (hit->kind == HIT_NAME)
        return FINDING_ALERT_NAME;
    return is_of_document(hit) ? FINDING_LISTED_DOCUMENT
                               : FINDING_ALERT_DOCUMENT;
}

/*
 * A discreet check must not show at the booth, whatever it rests on. What keeps
 * somebody out is no reason to stop them on their way out.
 */
static enum severity
severity_of(const struct inspect_hit *hit, enum direction direction)
{
    enum list_reason reason = hit->hit.reason;
    bool sure = hit->hit.kind == HIT_DOCUMENT || hit->settled == SETTLED_SAME ||
                hit->hit.points >= INSPECT_NAME_STRONG;

    if (reason == LIST_REASON_DISCREET_CHECK)
        return SEVERITY_NOTE;
    if (direction == DIRECTION_EXIT && (reason == LIST_REASON_REFUSED_ENTRY ||
                                        reason == LIST_REASON_PERMIT_REVOKED))
        return SEVERITY_LOOK;
    /* Whoever holds another node must not be able to silence an alert here. */
    if (hit->settled == SETTLED_OTHER_ELSEWHERE)
        return SEVERITY_LOOK;
    return sure ? SEVERITY_REFER : SEVERITY_LOOK;
}

static void
write_settled(struct evidence *evidence, enum settled settled)
{
    if (settled == SETTLED_SAME)
        evidence_text(evidence, " An officer found it to be the same person.");
    else if (settled == SETTLED_UNSURE)
        evidence_text(evidence, " An officer was not sure before.");
    else if (settled == SETTLED_OTHER_ELSEWHERE)
        evidence_text(evidence, " At another post it was found to be another.");
}

/* "ofac 2674, sanction, 912 of 1000: surname same in another spelling." */
static void
write_hit(struct evidence *evidence, const struct inspect_hit *settled)
{
    const struct screen_hit *hit = &settled->hit;

    evidence_part(evidence, hit->list);
    evidence_text(evidence, " ");
    evidence_part(evidence, hit->entry);
    if (hit->reason == LIST_REASON_DISCREET_CHECK) {
        evidence_text(evidence, ": see there. Go on as usual.");
        return;
    }
    if (hit->reason != LIST_REASON_NONE) {
        evidence_text(evidence, ", ");
        evidence_word(evidence, bytes_of(list_reason_word(hit->reason)));
    }
    if (hit->kind == HIT_DOCUMENT) {
        evidence_text(evidence, ": this document.");
        write_settled(evidence, settled->settled);
        return;
    }
    evidence_text(evidence, ", ");
    evidence_number(evidence, hit->points);
    evidence_text(evidence, " of 1000");
    for (size_t i = 0; i < hit->reason_count; i++) {
        const char *text = score_reason_text(hit->reasons[i]);

        if (text == NULL)
            continue;
        evidence_text(evidence, i == 0 ? ": " : ", ");
        evidence_text(evidence, text);
    }
    evidence_text(evidence, ".");
    write_settled(evidence, settled->settled);
}

void
find_hits(struct found *found)
{
    const struct inspect_input *in = found->in;

    for (size_t i = 0; i < in->hit_count; i++) {
        const struct inspect_hit *hit = &in->hits[i];
        struct finding finding = {.code = code_of(&hit->hit),
                                  .severity = severity_of(hit, in->direction),
                                  .number = hit->hit.points,
                                  .hit = (int)i};
        struct evidence evidence = {0};

        /* Settled: it stays quiet until the person or the entry changes. */
        if (hit->settled == SETTLED_OTHER)
            continue;
        write_hit(&evidence, hit);
        found_add(found, &finding, &evidence);
    }
}
