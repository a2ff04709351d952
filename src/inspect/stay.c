/*
 * Findings about the days of stay: what is left, what was exceeded, and whether
 * there is a right to stay at all. INS 2.9 to 2.12
 */
#include "inspect/found_int.h"

/* How far back an excess still counts against an entry. */
#define OVERSTAY_DAYS_BACK 365

/* The admitted crossings on their days, oldest first; a day is the country's.
 */
static struct stay_crossing *
crossings_counted(struct found *found, size_t *count)
{
    const struct inspect_input *in = found->in;
    struct stay_crossing *out =
        arena_array(found->arena, in->crossing_count, sizeof(*out));

    *count = 0;
    for (size_t i = in->crossing_count; out != NULL && i > 0; i--) {
        const struct inspect_crossing *crossing = &in->crossings[i - 1];

        if (crossing->decision != DECISION_ADMIT)
            continue;
        out[(*count)++] = (struct stay_crossing){
            .day = zone_date(in->zone, crossing->time),
            .exit = crossing->direction == DIRECTION_EXIT};
    }
    return out;
}

/* By its name in the rules, or as its limit: "90/180". */
static void
evidence_rule(struct evidence *evidence, const struct stay_verdict *stay)
{
    if (stay->rule.size > 0) {
        evidence_part(evidence, stay->rule);
        return;
    }
    evidence_number(evidence, stay->limit.days);
    evidence_text(evidence, "/");
    evidence_number(evidence, stay->limit.window);
}

static struct stay_question
question_of(const struct found *found)
{
    const struct inspect_input *in = found->in;

    return (struct stay_question){
        .rules = in->rules,
        .traveller = {.nationality = in->document.nationality,
                      .country = in->country,
                      .document_code = in->document.code,
                      .permit = in->permit},
        .on = found->today};
}

/* What is known of days in excess, or what they may be at most while an exit
 * is missing. */
static uint32_t
excess(const struct stay_verdict *stay, bool at_most)
{
    return at_most ? stay->at_most.overstay_days : stay->answer.overstay_days;
}

/*
 * Days in excess of the stays that began with crossing `first` or later: all
 * the excess without that of the crossings before it.
 */
static uint32_t
excess_since(struct found *found, const struct stay_question *all, size_t first,
             bool at_most)
{
    struct stay_question before = *all;
    struct stay_verdict verdict = {0};
    uint32_t total = excess(&found->out->stay, at_most);

    if (first == 0 || total == 0)
        return total;
    before.crossing_count = first;
    before.on = all->crossings[first].day;
    found->e = stay_judge(&before, found->arena, &verdict);
    if (found->e != OK || excess(&verdict, at_most) > total)
        return 0;
    return total - excess(&verdict, at_most);
}

/* The entry with which what is judged began: on exit the newest stay's; on
 * entry the first of the last year's. `crossing_count` when there is none. */
static size_t
first_judged(const struct found *found, const struct stay_question *all)
{
    size_t first = all->crossing_count;

    for (size_t i = all->crossing_count; i > 0; i--) {
        const struct stay_crossing *crossing = &all->crossings[i - 1];

        if (crossing->exit)
            continue;
        if (found->in->direction == DIRECTION_EXIT)
            return i - 1;
        if (crossing->day.days < found->today.days - OVERSTAY_DAYS_BACK)
            return first;
        first = i - 1;
    }
    return first;
}

/*
 * Days that are only presumed, since an exit is missing, the traveller may
 * rebut: Regulation (EU) 2016/399, Article 12.
 */
static void
find_overstay(struct found *found, const struct stay_question *all)
{
    const struct inspect_input *in = found->in;
    struct finding finding = {
        .code = FINDING_OVERSTAY, .severity = SEVERITY_LOOK, .hit = -1};
    struct evidence evidence = {0};
    size_t first = first_judged(found, all);
    bool leaves = in->direction == DIRECTION_EXIT;
    bool presumed = false;

    if (first == all->crossing_count || (leaves && !in->inside))
        return;
    finding.number = excess_since(found, all, first, false);
    if (finding.number == 0) {
        presumed = true;
        finding.number = excess_since(found, all, first, true);
    }
    if (finding.number == 0)
        return;
    if (leaves && !presumed)
        finding.severity = SEVERITY_REFER;
    evidence_count(&evidence, (uint64_t)finding.number, "day");
    evidence_text(&evidence, " more than the rule ");
    evidence_rule(&evidence, &found->out->stay);
    evidence_text(&evidence,
                  leaves ? " allows, entered on " : " allows in stays since ");
    evidence_date(&evidence, all->crossings[first].day);
    evidence_text(&evidence,
                  presumed ? "; presumed, an exit is missing." : ".");
    found_add(found, &finding, &evidence);
}

static void
find_days_left(struct found *found)
{
    const struct stay_verdict *stay = &found->out->stay;
    struct finding finding = {.code = FINDING_STAY_DAYS_LEFT,
                              .severity = SEVERITY_NOTE,
                              .number = stay->answer.max_stay,
                              .hit = -1};
    struct evidence evidence = {0};

    if (found->in->direction == DIRECTION_EXIT ||
        stay->answer.max_stay > INSPECT_DAYS_LEFT_FEW)
        return;
    if (stay->answer.max_stay == 0)
        finding.severity = SEVERITY_REFER;
    evidence_count(&evidence, stay->answer.max_stay, "day");
    evidence_text(&evidence, " left by the rule ");
    evidence_rule(&evidence, stay);
    evidence_text(&evidence, ", ");
    evidence_count(&evidence, stay->answer.days_used, "day");
    evidence_text(&evidence, " used since ");
    evidence_date(&evidence, stay->answer.window_start);
    evidence_text(&evidence, ".");
    if (stay->answer.has_last_allowed) {
        evidence_text(&evidence, " The last one is ");
        evidence_date(&evidence, stay->answer.last_allowed);
        evidence_text(&evidence, ".");
    }
    found_add(found, &finding, &evidence);
}

static const char *
title_text(enum stay_title_fault fault)
{
    static const char *const TEXTS[] = {
        [STAY_TITLE_GOOD] = "does not allow this stay",
        [STAY_TITLE_NOT_YET] = "is not valid yet",
        [STAY_TITLE_EXPIRED] = "is not valid any more",
        [STAY_TITLE_ENTRIES_USED] = "has no entries left"};

    return TEXTS[fault];
}

/* Whoever leaves cannot be refused: the second line need not see it. */
static void
find_title(struct found *found)
{
    const struct stay_verdict *stay = &found->out->stay;
    bool missing = stay->status == STAY_NO_TITLE;
    struct finding finding = {
        .code = missing ? FINDING_NO_RIGHT_TO_STAY : FINDING_VISA_LIMIT,
        .severity = found->in->direction == DIRECTION_EXIT ? SEVERITY_LOOK
                                                           : SEVERITY_REFER,
        .hit = -1};
    struct evidence evidence = {0};

    if (missing) {
        evidence_text(&evidence, "Nationals of ");
        evidence_part(&evidence, found->in->document.nationality);
        evidence_text(&evidence,
                      " need a visa or permit; none that lets them stay was "
                      "shown.");
    } else {
        evidence_text(&evidence, "The visa or permit ");
        evidence_text(&evidence, title_text(stay->title_fault));
        evidence_text(&evidence, ".");
    }
    found_add(found, &finding, &evidence);
}

void
find_stay(struct found *found)
{
    const struct inspect_input *in = found->in;
    struct inspect_answer *out = found->out;
    struct stay_question question = question_of(found);

    if (found->e != OK || !in->has_document || !in->history_known ||
        in->document.nationality.size == 0)
        return;
    question.crossings = crossings_counted(found, &question.crossing_count);
    if (question.crossings == NULL && in->crossing_count > 0) {
        found->e = ERR_LIMIT;
        return;
    }
    found->e = stay_judge(&question, found->arena, &out->stay);
    if (found->e != OK)
        return;
    out->has_stay = true;
    if (out->stay.status == STAY_FREE)
        return;
    if (out->stay.status == STAY_NO_TITLE || out->stay.status == STAY_NOT_VALID)
        find_title(found);
    else if (out->stay.has_answer)
        find_days_left(found);
    if (out->stay.has_answer)
        find_overstay(found, &question);
}
