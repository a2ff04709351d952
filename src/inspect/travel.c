/*
 * Findings about where the traveller was a moment ago: at a post too far away,
 * or at another lane of this one. INS 2.15, 2.16
 */
#include "inspect/found_int.h"

/* The newest crossing of another post whose place is known, or NULL. */
static const struct inspect_crossing *
newest_elsewhere(const struct inspect_input *in)
{
    for (size_t i = 0; i < in->crossing_count; i++)
        if (in->crossings[i].place.size > 0 && in->crossings[i].position.known)
            return &in->crossings[i];
    return NULL;
}

/*
 * The clocks of two posts, and the order in which their records arrived, prove
 * nothing: it is the time between them that counts, whichever was first.
 */
static void
find_impossible(struct found *found)
{
    const struct inspect_input *in = found->in;
    const struct inspect_crossing *other = newest_elsewhere(in);
    struct finding finding = {.code = FINDING_IMPOSSIBLE_TRAVEL,
                              .severity = SEVERITY_REFER,
                              .hit = -1};
    struct evidence evidence = {0};
    uint32_t distance_km;
    int64_t passed;

    if (other == NULL || !in->position.known)
        return;
    distance_km = position_distance_km(in->position, other->position);
    passed = (in->now.ms - other->time.ms) / MINUTE_MS;
    passed = passed < 0 ? -passed : passed;
    if (distance_km < INSPECT_TRAVEL_KM_MIN ||
        passed >= travel_minutes(distance_km))
        return;
    /* Paper and corrections err in time. */
    if (other->late || other->corrected)
        finding.severity = SEVERITY_LOOK;
    finding.number = distance_km;
    finding.has_record = true;
    finding.record = other->record;
    evidence_text(&evidence, "At ");
    evidence_place(&evidence, other->place);
    evidence_text(&evidence, ", ");
    evidence_number(&evidence, distance_km);
    evidence_text(&evidence, " km away, ");
    evidence_count(&evidence, (uint64_t)passed, "minute");
    evidence_text(&evidence, " from now; nobody makes it in less than ");
    evidence_number(&evidence, travel_minutes(distance_km));
    evidence_text(&evidence, ".");
    found_add(found, &finding, &evidence);
}

static bool
is_other_lane(const struct inspect_input *in, struct bytes lane,
              struct instant time)
{
    int64_t passed = in->now.ms - time.ms;

    return in->lane.size > 0 && lane.size > 0 && !bytes_equal(in->lane, lane) &&
           passed >= 0 && passed <= INSPECT_SCAN_MINUTES * MINUTE_MS;
}

static const char *
decided_text(enum decision decision)
{
    static const char *const TEXTS[] = {
        [DECISION_ADMIT] = " and let through",
        [DECISION_REFUSE] = " and refused",
        [DECISION_HAND_OVER] = " and handed over to the second line"};

    return TEXTS[decision];
}

/* A scan that nobody decided, or a decision just made, at another lane of this
 * post: who is turned away at one may try the next. */
static void
find_repeated(struct found *found)
{
    const struct inspect_input *in = found->in;
    const struct inspect_crossing *newest =
        in->crossing_count > 0 ? &in->crossings[0] : NULL;
    struct finding finding = {.code = FINDING_REPEATED_SCAN,
                              .severity = SEVERITY_LOOK,
                              .hit = -1,
                              .has_record = true};
    struct evidence evidence = {0};
    struct bytes lane;
    struct instant time;
    const char *decided = " without a decision";

    if (in->has_scan && is_other_lane(in, in->scan_lane, in->scan_time)) {
        lane = in->scan_lane;
        time = in->scan_time;
        finding.record = in->scan;
    } else if (newest != NULL && newest->place.size == 0 && !newest->late &&
               newest->direction == in->direction &&
               is_other_lane(in, newest->lane, newest->time)) {
        lane = newest->lane;
        time = newest->time;
        finding.record = newest->record;
        decided = decided_text(newest->decision);
    } else {
        return;
    }
    finding.number = (in->now.ms - time.ms) / MINUTE_MS;
    evidence_text(&evidence, "Scanned at lane ");
    evidence_part(&evidence, lane);
    evidence_text(&evidence, decided);
    evidence_text(&evidence, ", ");
    evidence_count(&evidence, (uint64_t)finding.number, "minute");
    evidence_text(&evidence, " ago.");
    found_add(found, &finding, &evidence);
}

void
find_travel(struct found *found)
{
    if (!found->in->history_known || !found->in->has_document)
        return;
    find_impossible(found);
    find_repeated(found);
}
