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

static void
add_overstay(struct found *found, enum severity severity, uint32_t days,
             struct date since, bool presumed)
{
    struct finding finding = {.code = FINDING_OVERSTAY,
                              .severity = severity,
                              .number = days,
                              .hit = -1};
    struct evidence evidence = {0};

    evidence_count(&evidence, days, "day");
    evidence_text(&evidence, " more than the rule ");
    evidence_part(&evidence, found->out->stay.rule);
    evidence_text(&evidence, found->in->direction == DIRECTION_EXIT
                                 ? " allows, since "
                                 : " allows in stays since ");
    evidence_date(&evidence, since);
    evidence_text(&evidence,
                  presumed ? "; presumed, an exit is missing." : ".");
    found_add(found, &finding, &evidence);
}

/*
 * The days over of which the last is today. Those that are only presumed, since
 * an exit is missing, the traveller may rebut: Regulation (EU) 2016/399,
 * Article 12.
 */
static void
find_overstay_now(struct found *found)
{
    const struct stay_verdict *stay = &found->out->stay;
    bool presumed = !stay->answer.is_over;
    const struct stay_answer *answer =
        presumed ? &stay->at_most : &stay->answer;

    if (!found->in->inside || !answer->is_over)
        return;
    add_overstay(found, presumed ? SEVERITY_LOOK : SEVERITY_REFER,
                 (uint32_t)(found->today.days - answer->over_since.days + 1),
                 answer->over_since, presumed);
}

/* The first entry of the last year; `crossing_count` when there is none. */
static size_t
first_recent(const struct found *found, const struct stay_question *all)
{
    int32_t from = found->today.days - OVERSTAY_DAYS_BACK;

    for (size_t i = 0; i < all->crossing_count; i++)
        if (!all->crossings[i].exit && all->crossings[i].day.days >= from)
            return i;
    return all->crossing_count;
}

/*
 * Days over in the stays that began in the last year: all of them without those
 * of the stays before.
 */
static void
find_overstay_before(struct found *found, const struct stay_question *all)
{
    struct stay_question before = *all;
    struct stay_verdict verdict = {0};
    uint32_t days = found->out->stay.answer.overstay_days;
    size_t first = first_recent(found, all);

    if (days == 0 || first == all->crossing_count)
        return;
    before.crossing_count = first;
    before.on = all->crossings[first].day;
    found->e = stay_judge(&before, found->arena, &verdict);
    if (found->e != OK || verdict.answer.overstay_days >= days)
        return;
    add_overstay(found, SEVERITY_LOOK, days - verdict.answer.overstay_days,
                 all->crossings[first].day, false);
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
    evidence_part(&evidence, stay->rule);
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
    if (question.crossings == NULL) {
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
    if (out->stay.has_answer && in->direction == DIRECTION_EXIT)
        find_overstay_now(found);
    else if (out->stay.has_answer)
        find_overstay_before(found, &question);
}
