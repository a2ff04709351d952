/*
 * Findings about what the post itself knows: of the voyage, how old its lists
 * are, and what it could not ask. INS 2.20, 2.25, 2.26
 */
#include "inspect/found_int.h"

#define DAY_S 86400

static void
find_manifest(struct found *found)
{
    struct finding finding = {
        .code = FINDING_NOT_ON_MANIFEST, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};

    if (found->in->manifest != MANIFEST_MISSING)
        return;
    evidence_text(&evidence,
                  "The carrier's list of this voyage does not name the "
                  "traveller.");
    found_add(found, &finding, &evidence);
}

static void
find_lists_old(struct found *found)
{
    const struct inspect_input *in = found->in;
    struct finding finding = {
        .code = FINDING_LISTS_OLD, .severity = SEVERITY_NOTE, .hit = -1};
    struct evidence evidence = {0};

    if (in->has_list && in->oldest_list_age_s <= INSPECT_LISTS_OLD_S)
        return;
    if (in->has_list) {
        finding.number = in->oldest_list_age_s / DAY_S;
        evidence_text(&evidence, "The list ");
        evidence_part(&evidence, in->oldest_list);
        evidence_text(&evidence, " is ");
        evidence_count(&evidence, (uint64_t)finding.number, "day");
        evidence_text(&evidence, " old.");
    } else {
        evidence_text(&evidence, "No list is in force at this post.");
    }
    found_add(found, &finding, &evidence);
}

static void
find_not_checked(struct found *found)
{
    const struct inspect_input *in = found->in;
    struct finding finding = {
        .code = FINDING_NOT_CHECKED, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};

    if (in->screened && in->history_known)
        return;
    evidence_text(&evidence, "Could not be asked: ");
    if (!in->screened)
        evidence_text(&evidence, "lists and alerts, all or some");
    if (!in->screened && !in->history_known)
        evidence_text(&evidence, "; ");
    if (!in->history_known)
        evidence_text(&evidence, "earlier crossings and orders");
    evidence_text(&evidence, ".");
    found_add(found, &finding, &evidence);
}

void
find_post(struct found *found)
{
    find_manifest(found);
    find_lists_old(found);
    find_not_checked(found);
}
