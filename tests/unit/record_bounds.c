/*
 * Bounds of events: the largest lawful one fits, and nothing past a bound, or
 * against a clause, is encoded.
 */
#include "test.h"

#include "record/event.h"
#include "sample_events.h"

#include <stdio.h>
#include <string.h>

static uint8_t LONG[70000];

static struct bytes
text_of(size_t size)
{
    memset(LONG, 'A', sizeof(LONG));
    return (struct bytes){LONG, size};
}

/* Sets every text of a document to the longest there can be. */
static void
document_fill(struct document *d)
{
    d->format = BYTES("FRA-ID");
    d->code = text_of(DOCUMENT_CODE_SIZE_MAX);
    d->issuing_state = text_of(STATE_SIZE_MAX);
    d->number = text_of(DOCUMENT_NUMBER_SIZE_MAX);
    d->surname = text_of(NAME_SIZE_MAX);
    d->given_names = text_of(NAME_SIZE_MAX);
    d->nationality = text_of(STATE_SIZE_MAX);
    d->date_of_birth = BYTES("XXXX-XX-XX");
    d->sex = BYTES("X");
    d->date_of_expiry = BYTES("XXXX-XX-XX");
    d->optional_1 = text_of(OPTIONAL_DATA_SIZE_MAX);
    d->optional_2 = text_of(OPTIONAL_DATA_SIZE_MAX);
}

static const struct inspection_hit *
largest_hits(void)
{
    static struct inspection_hit hits[INSPECTION_HITS_MAX];

    for (size_t i = 0; i < INSPECTION_HITS_MAX; i++) {
        hits[i] = (struct inspection_hit){
            .kind = 1,
            .list = text_of(HIT_LIST_SIZE_MAX),
            .entry = text_of(HIT_ENTRY_SIZE_MAX),
            .points = HIT_POINTS_MAX,
            .reason = LIST_REASON_MAX,
            .reason_count = HIT_REASONS_MAX,
        };
        memset(hits[i].reasons, HIT_REASON_MAX, HIT_REASONS_MAX);
    }
    return hits;
}

static const struct inspection_finding *
largest_findings(void)
{
    static struct inspection_finding findings[INSPECTION_FINDINGS_MAX];

    for (size_t i = 0; i < INSPECTION_FINDINGS_MAX; i++)
        findings[i] = (struct inspection_finding){
            text_of(FINDING_CODE_SIZE_MAX), SEVERITY_MAX,
            text_of(EVIDENCE_SIZE_MAX)};
    return findings;
}

/* The largest of all is an inspection with all there can be: REC 2.6. */
static void
fits_the_largest(void **state)
{
    struct document_fault faults[DOCUMENT_FAULTS_MAX];
    struct event event = *sample_event("inspection");
    static max_align_t room[EVENT_ARENA_SIZE / sizeof(max_align_t)];
    static uint8_t block[EVENT_SIZE_MAX];
    static uint8_t again[EVENT_SIZE_MAX];
    struct arena arena;
    struct writer w;
    struct event out;
    struct fault fault;
    struct bytes bytes;

    (void)state;
    event.actor = text_of(ACTOR_SIZE_MAX);
    event.place = text_of(PLACE_SIZE_MAX);
    event.lane = text_of(LANE_SIZE_MAX);
    event.inspection.line_count = INSPECTION_LINES_MAX;
    for (size_t i = 0; i < INSPECTION_LINES_MAX; i++)
        event.inspection.lines[i] = text_of(INSPECTION_LINE_SIZE_MAX);
    document_fill(&event.inspection.document);
    for (size_t i = 0; i < DOCUMENT_FAULTS_MAX; i++)
        faults[i] = (struct document_fault){
            text_of(FAULT_CODE_SIZE_MAX), text_of(FIELD_SIZE_MAX),
            text_of(FAULT_CLAUSE_SIZE_MAX), INSPECTION_LINES_MAX,
            FAULT_COLUMN_MAX};
    event.inspection.fault_count = DOCUMENT_FAULTS_MAX;
    event.inspection.faults = faults;
    event.inspection.voyage = text_of(VOYAGE_SIZE_MAX);
    event.inspection.hit_count = INSPECTION_HITS_MAX;
    event.inspection.hits = largest_hits();
    event.inspection.finding_count = INSPECTION_FINDINGS_MAX;
    event.inspection.findings = largest_findings();
    writer_init(&w, block, sizeof(block));
    assert_err(event_encode(&w, &event, &fault), OK);
    bytes = writer_done(&w);
    printf("# %zu bytes of at most %d\n", bytes.size, EVENT_SIZE_MAX);
    arena_init(&arena, room, sizeof(room));
    assert_err(event_parse(bytes, &arena, &out, &fault), OK);
    writer_init(&w, again, sizeof(again));
    assert_err(event_encode(&w, &out, &fault), OK);
    assert_bytes(writer_done(&w), bytes);
}

/* Each text one byte past its bound, each number past its own. */
static void
break_actor(struct event *e)
{
    e->actor = text_of(ACTOR_SIZE_MAX + 1);
}

static void
break_actor_empty(struct event *e)
{
    e->actor = (struct bytes){0};
}

static void
break_place_utf8(struct event *e)
{
    e->place = BYTES("\xc0\x80");
}

static void
break_place_control(struct event *e)
{
    e->place = BYTES("a\xc2\x85");
}

static void
break_lane(struct event *e)
{
    e->lane = text_of(LANE_SIZE_MAX + 1);
}

static void
break_time(struct event *e)
{
    e->time.ms = -1;
}

static void
break_type(struct event *e)
{
    e->type = EVENT_SESSION;
}

static void
break_type_number(struct event *e)
{
    e->type = EVENT_TYPE_COUNT;
}

static void
break_surname(struct event *e)
{
    e->crossing.document.surname = text_of(NAME_SIZE_MAX + 1);
}

static void
break_inspection_index(struct event *e)
{
    e->crossing.inspection = EVENT_INDEX_MAX + 1;
}

static void
break_direction(struct event *e)
{
    e->crossing.direction = (enum direction)2;
}

static void
break_reasons_number(struct event *e)
{
    e->crossing.decision = DECISION_REFUSE;
    e->crossing.reasons = REASONS_ALL + 1;
}

static void
break_handed_over(struct event *e)
{
    e->crossing.decision = DECISION_HAND_OVER;
    e->crossing.reasons = 1;
}

static void
break_birth(struct event *e)
{
    e->crossing.document.date_of_birth = BYTES("1974-0X-12");
}

static void
break_no_line(struct event *e)
{
    e->inspection.line_count = 0;
}

static void
break_lines(struct event *e)
{
    e->inspection.line_count = INSPECTION_LINES_MAX + 1;
}

static void
break_line(struct event *e)
{
    e->inspection.lines[0] = text_of(INSPECTION_LINE_SIZE_MAX + 1);
}

static void
break_faults(struct event *e)
{
    e->inspection.fault_count = DOCUMENT_FAULTS_MAX + 1;
}

static void
break_occurred(struct event *e)
{
    e->late_record.occurred.ms = e->time.ms + 1;
}

static void
break_recorder(struct event *e)
{
    e->late_record.recorder = (struct bytes){0};
}

static void
break_node(struct event *e)
{
    e->correction.node = BYTES("Durres");
}

static void
break_field(struct event *e)
{
    e->correction.field = (struct bytes){0};
}

static void
break_purpose(struct event *e)
{
    e->access.purpose = (struct bytes){0};
}

static void
break_access_kind(struct event *e)
{
    e->access.kind = (enum access_kind)4;
}

static void
break_mode(struct event *e)
{
    e->mode_change.mode = (enum mode)3;
}

static void
break_jump(struct event *e)
{
    e->clock_jump.to.ms = INSTANT_MS_MAX + 1;
}

static void
break_epoch(struct event *e)
{
    e->node_start.epoch = EVENT_EPOCH_MAX + 1;
}

static void
break_floor(struct event *e)
{
    e->key_epoch_opened.slot_floor = EVENT_SLOTS + 1;
}

static void
break_stop(struct event *e)
{
    e->node_stop.reason = (enum stop_reason)2;
}

static void
break_seen(struct event *e, void (*break_it)(struct seen_log *))
{
    static struct seen_log logs[2];

    memcpy(logs, e->checkpoint_seen.logs, sizeof(logs));
    break_it(&logs[1]);
    e->checkpoint_seen.logs = logs;
}

static void
origin_spoil(struct seen_log *log)
{
    log->origin = BYTES("rinas");
}

static void
size_spoil(struct seen_log *log)
{
    log->size = 0;
}

static void
role_spoil(struct seen_log *log)
{
    log->role = (enum seen_role)(SEEN_ROLE_MAX + 1);
}

static void
break_seen_origin(struct event *e)
{
    break_seen(e, origin_spoil);
}

static void
break_seen_size(struct event *e)
{
    break_seen(e, size_spoil);
}

static void
break_seen_role(struct event *e)
{
    break_seen(e, role_spoil);
}

static void
break_seen_none(struct event *e)
{
    e->checkpoint_seen.log_count = 0;
}

static void
break_seen_many(struct event *e)
{
    e->checkpoint_seen.log_count = SEEN_LOGS_MAX + 1;
}

static void
break_roster_version(struct event *e)
{
    e->roster_change.version = EVENT_INDEX_MAX + 1;
}

static void
break_incident_code(struct event *e)
{
    e->incident.code = (struct bytes){0};
}

static void
break_incident_origin(struct event *e)
{
    e->incident.origin = BYTES("/");
}

static void
break_incident_summary(struct event *e)
{
    e->incident.summary = text_of(REASON_SIZE_MAX + 1);
}

static void
break_order_empty(struct event *e)
{
    e->order_event.note = (struct bytes){0};
}

static void
break_order_long(struct event *e)
{
    static uint8_t note[ORDER_NOTE_SIZE_MAX + 1];

    e->order_event.note = (struct bytes){note, sizeof(note)};
}

static const struct {
    const char *sample;
    void (*break_it)(struct event *event);
    enum err e;
    const char *clause;
} STRUCT_CASES[] = {
    {"crossing", break_actor, ERR_LIMIT, "REC 2.3"},
    {"crossing", break_actor_empty, ERR_FORMAT, "REC 2.3"},
    {"crossing", break_place_utf8, ERR_FORMAT, "REC 2.3"},
    {"crossing", break_place_control, ERR_FORMAT, "REC 2.3"},
    {"crossing", break_lane, ERR_LIMIT, "REC 2.3"},
    {"crossing", break_time, ERR_FORMAT, "REC 2.3"},
    {"crossing", break_type, ERR_FORMAT, "REC 2.2"},
    {"crossing", break_type_number, ERR_FORMAT, "REC 2.2"},
    {"crossing", break_surname, ERR_LIMIT, "REC 4.1"},
    {"crossing", break_birth, ERR_FORMAT, "REC 4.1"},
    {"crossing", break_inspection_index, ERR_FORMAT, "REC 4.2"},
    {"crossing", break_direction, ERR_FORMAT, "REC 4.3"},
    {"crossing", break_reasons_number, ERR_FORMAT, "REC 4.4"},
    {"crossing", break_handed_over, ERR_FORMAT, "REC 4.4"},
    {"inspection", break_no_line, ERR_FORMAT, "REC 4.6"},
    {"inspection", break_lines, ERR_LIMIT, "REC 4.6"},
    {"inspection", break_line, ERR_LIMIT, "REC 4.6"},
    {"inspection", break_faults, ERR_LIMIT, "REC 4.6"},
    {"late_record", break_occurred, ERR_FORMAT, "REC 4.7"},
    {"late_record", break_recorder, ERR_FORMAT, "REC 4.7"},
    {"checkpoint_seen", break_seen_origin, ERR_FORMAT, "REC 3.3"},
    {"checkpoint_seen", break_seen_size, ERR_FORMAT, "REC 4.25"},
    {"checkpoint_seen", break_seen_role, ERR_FORMAT, "REC 4.25"},
    {"checkpoint_seen", break_seen_none, ERR_FORMAT, "REC 4.25"},
    {"checkpoint_seen", break_seen_many, ERR_LIMIT, "REC 4.25"},
    {"roster_change", break_roster_version, ERR_FORMAT, "REC 4.26"},
    {"incident", break_incident_code, ERR_FORMAT, "REC 4.27"},
    {"incident", break_incident_origin, ERR_FORMAT, "REC 3.3"},
    {"incident", break_incident_summary, ERR_LIMIT, "REC 4.27"},
    {"order", break_order_empty, ERR_FORMAT, "REC 4.28"},
    {"order", break_order_long, ERR_LIMIT, "REC 4.28"},
    {"correction", break_node, ERR_FORMAT, "REC 3.1"},
    {"correction", break_field, ERR_FORMAT, "REC 4.8"},
    {"access_person", break_purpose, ERR_FORMAT, "REC 4.9"},
    {"access_person", break_access_kind, ERR_FORMAT, "REC 4.9"},
    {"mode_change", break_mode, ERR_FORMAT, "REC 4.10"},
    {"clock_jump", break_jump, ERR_FORMAT, "REC 4.11"},
    {"node_start", break_epoch, ERR_FORMAT, "REC 4.12"},
    {"node_stop", break_stop, ERR_FORMAT, "REC 4.13"},
    {"key_epoch_opened", break_floor, ERR_FORMAT, "REC 4.14"},
};

static void
encodes_nothing_unlawful(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(STRUCT_CASES) / sizeof(STRUCT_CASES[0]);
         i++) {
        struct event event = *sample_event(STRUCT_CASES[i].sample);
        uint8_t block[EVENT_SIZE_MAX];
        struct fault fault = {0};
        struct writer w;

        writer_init(&w, block, sizeof(block));
        STRUCT_CASES[i].break_it(&event);
        assert_err(event_encode(&w, &event, &fault), STRUCT_CASES[i].e);
        assert_int_equal(fault.code, STRUCT_CASES[i].e);
        assert_string_equal(fault.clause, STRUCT_CASES[i].clause);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fits_the_largest),
        cmocka_unit_test(encodes_nothing_unlawful),
    };

    return TEST_RUN(tests);
}
