#include "record/event.h"

#include "record/codec_int.h"
#include "record/name.h"

#define EVENT_VERSION 1

/* All digits, or all X where it is unknown. */
static bool
date_part_valid(struct bytes part)
{
    size_t digits = 0;
    size_t unknown = 0;

    for (size_t i = 0; i < part.size; i++) {
        digits += part.p[i] >= '0' && part.p[i] <= '9';
        unknown += part.p[i] == 'X';
    }
    return digits == part.size || unknown == part.size;
}

static bool
date_valid(struct bytes date)
{
    return date.size == DATE_SIZE_MAX && date.p[4] == '-' && date.p[7] == '-' &&
           date_part_valid(bytes_slice(date, 0, 4)) &&
           date_part_valid(bytes_slice(date, 5, 2)) &&
           date_part_valid(bytes_slice(date, 8, 2));
}

static void
date_codec(struct codec *c, struct bytes *date, const char *clause)
{
    codec_text(c, date, DATE_SIZE_MAX, clause);
    if (c->r.fault.code == OK && date->size > 0 && !date_valid(*date))
        codec_refuse(c, ERR_FORMAT, clause, "not a date");
}

static bool
format_valid(struct bytes format)
{
    static const char *const FORMATS[] = {"",      "TD1",   "TD2",   "TD3",
                                          "MRV-A", "MRV-B", "FRA-ID"};

    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++)
        if (bytes_equal(format, bytes_of(FORMATS[i])))
            return true;
    return false;
}

static bool
sex_valid(struct bytes sex)
{
    return sex.size == 0 || sex.p[0] == 'F' || sex.p[0] == 'M' ||
           sex.p[0] == 'X';
}

static void
document_codec(struct codec *c, struct document *d)
{
    codec_array(c, 13, "REC 4.1");
    codec_text(c, &d->format, DOCUMENT_FORMAT_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->code, DOCUMENT_CODE_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->issuing_state, STATE_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->number, DOCUMENT_NUMBER_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->surname, NAME_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->given_names, NAME_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->nationality, STATE_SIZE_MAX, "REC 4.1");
    date_codec(c, &d->date_of_birth, "REC 4.1");
    codec_text(c, &d->sex, SEX_SIZE_MAX, "REC 4.1");
    date_codec(c, &d->date_of_expiry, "REC 4.1");
    codec_text(c, &d->optional_1, OPTIONAL_DATA_SIZE_MAX, "REC 4.1");
    codec_text(c, &d->optional_2, OPTIONAL_DATA_SIZE_MAX, "REC 4.1");
    codec_bool(c, &d->name_truncated, "REC 4.1");
    if (c->r.fault.code != OK)
        return;
    if (!format_valid(d->format))
        codec_refuse(c, ERR_FORMAT, "REC 4.1", "not a format of documents");
    if (!sex_valid(d->sex))
        codec_refuse(c, ERR_FORMAT, "REC 4.1", "sex is F, M, X or empty");
}

static enum direction
direction_codec(struct codec *c, enum direction direction)
{
    return (enum direction)codec_choice(c, direction, DIRECTION_EXIT,
                                        "REC 4.3");
}

/* The letters are grounds on which one is refused: so exactly then. */
static void
decision_codec(struct codec *c, enum decision *decision, uint16_t *reasons)
{
    *decision = (enum decision)codec_choice(c, *decision, DECISION_HAND_OVER,
                                            "REC 4.3");
    *reasons = (uint16_t)codec_choice(c, *reasons, REASONS_ALL, "REC 4.4");
    if (c->r.fault.code == OK &&
        (*decision == DECISION_REFUSE) != (*reasons != 0))
        codec_refuse(c, ERR_FORMAT, "REC 4.4",
                     "reasons belong to a refusal, and a refusal has one");
}

static void
request_key_codec(struct codec *c, struct request_key *key)
{
    key->present = codec_present(c, key->present);
    if (!key->present)
        return;
    codec_array(c, 2, "REC 4.5");
    codec_fixed(c, key->key, sizeof(key->key), "REC 4.5");
    codec_fixed(c, key->request, sizeof(key->request), "REC 4.5");
}

static void
crossing_codec(struct codec *c, struct crossing *crossing)
{
    codec_array(c, 7, "REC 4.2");
    crossing->has_inspection = codec_present(c, crossing->has_inspection);
    if (crossing->has_inspection)
        codec_uint(c, &crossing->inspection, EVENT_INDEX_MAX, "REC 4.2");
    crossing->direction = direction_codec(c, crossing->direction);
    decision_codec(c, &crossing->decision, &crossing->reasons);
    document_codec(c, &crossing->document);
    request_key_codec(c, &crossing->key);
    codec_null(c, "REC 4.2"); /* room for the officer's signature */
}

static void
document_fault_codec(struct codec *c, struct document_fault *fault)
{
    codec_array(c, 5, "REC 4.6");
    codec_text_due(c, &fault->code, FAULT_CODE_SIZE_MAX, "REC 4.6");
    codec_text(c, &fault->field, FIELD_SIZE_MAX, "REC 4.6");
    codec_text(c, &fault->clause, FAULT_CLAUSE_SIZE_MAX, "REC 4.6");
    fault->line =
        (uint8_t)codec_choice(c, fault->line, INSPECTION_LINES_MAX, "REC 4.6");
    fault->column =
        (uint16_t)codec_choice(c, fault->column, FAULT_COLUMN_MAX, "REC 4.6");
}

static void
document_faults_codec(struct codec *c, struct inspection *inspection)
{
    struct document_fault *faults = NULL;

    codec_count(c, &inspection->fault_count, 0, DOCUMENT_FAULTS_MAX, "REC 4.6");
    if (c->w == NULL && inspection->fault_count > 0) {
        faults =
            arena_array(c->arena, inspection->fault_count, sizeof(*faults));
        inspection->faults = faults;
        if (faults == NULL) {
            codec_refuse(c, ERR_LIMIT, "REC 4.6", "no room for the faults");
            return;
        }
    }
    for (size_t i = 0; i < inspection->fault_count; i++) {
        struct document_fault fault = {0};

        if (c->w != NULL)
            fault = inspection->faults[i];
        document_fault_codec(c, &fault);
        if (faults != NULL)
            faults[i] = fault;
    }
}

static void
inspection_codec(struct codec *c, struct inspection *inspection)
{
    codec_array(c, 4, "REC 4.6");
    inspection->direction = direction_codec(c, inspection->direction);
    codec_count(c, &inspection->line_count, 1, INSPECTION_LINES_MAX, "REC 4.6");
    for (size_t i = 0; i < inspection->line_count; i++)
        codec_raw_text(c, &inspection->lines[i], INSPECTION_LINE_SIZE_MAX,
                       "REC 4.6");
    inspection->has_document = codec_present(c, inspection->has_document);
    if (inspection->has_document)
        document_codec(c, &inspection->document);
    document_faults_codec(c, inspection);
}

static void
late_record_codec(struct codec *c, struct late_record *late,
                  struct instant time)
{
    codec_array(c, 9, "REC 4.7");
    codec_instant(c, &late->occurred, "REC 4.7");
    codec_text_due(c, &late->reason, REASON_SIZE_MAX, "REC 4.7");
    codec_text_due(c, &late->recorder, ACTOR_SIZE_MAX, "REC 4.7");
    codec_text(c, &late->reference, REFERENCE_SIZE_MAX, "REC 4.7");
    late->direction = direction_codec(c, late->direction);
    decision_codec(c, &late->decision, &late->reasons);
    document_codec(c, &late->document);
    request_key_codec(c, &late->key);
    if (c->r.fault.code == OK && late->occurred.ms > time.ms)
        codec_refuse(c, ERR_FORMAT, "REC 4.7",
                     "it occurred after it was recorded");
}

static void
node_name_codec(struct codec *c, struct bytes *node, const char *clause)
{
    codec_text(c, node, NODE_NAME_SIZE_MAX, clause);
    if (c->r.fault.code == OK && !node_name_valid(*node))
        codec_refuse(c, ERR_FORMAT, "REC 3.1", "not the name of a node");
}

static void
correction_codec(struct codec *c, struct correction *correction)
{
    codec_array(c, 6, "REC 4.8");
    node_name_codec(c, &correction->node, "REC 4.8");
    codec_uint(c, &correction->index, EVENT_INDEX_MAX, "REC 4.8");
    codec_text_due(c, &correction->field, FIELD_SIZE_MAX, "REC 4.8");
    codec_text(c, &correction->value, VALUE_SIZE_MAX, "REC 4.8");
    codec_text_due(c, &correction->reason, REASON_SIZE_MAX, "REC 4.8");
    request_key_codec(c, &correction->key);
}

static void
access_codec(struct codec *c, struct access *access)
{
    static const uint8_t ITEMS[] = {
        [ACCESS_DOCUMENT] = 4, [ACCESS_PERSON] = 5, [ACCESS_RECORD] = 4};
    size_t count = ITEMS[access->kind <= ACCESS_RECORD ? access->kind : 0];

    codec_count(c, &count, 4, 5, "REC 4.9");
    codec_text_due(c, &access->purpose, PURPOSE_SIZE_MAX, "REC 4.9");
    access->kind = (enum access_kind)codec_choice(c, access->kind,
                                                  ACCESS_RECORD, "REC 4.9");
    if (c->r.fault.code == OK && count != ITEMS[access->kind])
        codec_refuse(c, ERR_FORMAT, "REC 4.9",
                     "an array has another number of items");
    switch (access->kind) {
    case ACCESS_DOCUMENT:
        codec_text(c, &access->issuing_state, STATE_SIZE_MAX, "REC 4.9");
        codec_text_due(c, &access->number, DOCUMENT_NUMBER_SIZE_MAX, "REC 4.9");
        return;
    case ACCESS_PERSON:
        codec_text(c, &access->surname, NAME_SIZE_MAX, "REC 4.9");
        codec_text(c, &access->given_names, NAME_SIZE_MAX, "REC 4.9");
        date_codec(c, &access->date_of_birth, "REC 4.9");
        return;
    case ACCESS_RECORD:
        node_name_codec(c, &access->node, "REC 4.9");
        codec_uint(c, &access->index, EVENT_INDEX_MAX, "REC 4.9");
        return;
    }
}

static void
mode_change_codec(struct codec *c, struct mode_change *change)
{
    codec_array(c, 2, "REC 4.10");
    change->mode =
        (enum mode)codec_choice(c, change->mode, MODE_MAINTENANCE, "REC 4.10");
    codec_text(c, &change->reason, REASON_SIZE_MAX, "REC 4.10");
}

static void
clock_jump_codec(struct codec *c, struct clock_jump *jump)
{
    codec_array(c, 2, "REC 4.11");
    codec_instant(c, &jump->from, "REC 4.11");
    codec_instant(c, &jump->to, "REC 4.11");
}

static void
node_start_codec(struct codec *c, struct node_start *start)
{
    codec_array(c, 8, "REC 4.12");
    start->reason = (enum start_reason)codec_choice(c, start->reason,
                                                    START_AGAIN, "REC 4.12");
    codec_bool(c, &start->sample, "REC 4.12");
    start->kind =
        (enum node_kind)codec_choice(c, start->kind, NODE_AIR, "REC 4.12");
    codec_text(c, &start->country, STATE_SIZE_MAX, "REC 4.12");
    codec_text(c, &start->zone, ZONE_NAME_SIZE_MAX, "REC 4.12");
    codec_text(c, &start->version, VERSION_SIZE_MAX, "REC 4.12");
    start->epoch = codec_choice(c, start->epoch, EVENT_EPOCH_MAX, "REC 4.12");
    start->slot_floor =
        codec_choice(c, start->slot_floor, EVENT_SLOTS, "REC 4.12");
}

static void
node_stop_codec(struct codec *c, struct node_stop *stop)
{
    codec_array(c, 1, "REC 4.13");
    stop->reason = (enum stop_reason)codec_choice(c, stop->reason, STOP_TROUBLE,
                                                  "REC 4.13");
}

static void
key_epoch_opened_codec(struct codec *c, struct key_epoch_opened *opened)
{
    codec_array(c, 2, "REC 4.14");
    opened->epoch = codec_choice(c, opened->epoch, EVENT_EPOCH_MAX, "REC 4.14");
    opened->slot_floor =
        codec_choice(c, opened->slot_floor, EVENT_SLOTS, "REC 4.14");
}

static void
body_codec(struct codec *c, struct event *event)
{
    switch (event->type) {
    case EVENT_CROSSING:
        crossing_codec(c, &event->crossing);
        return;
    case EVENT_INSPECTION:
        inspection_codec(c, &event->inspection);
        return;
    case EVENT_CORRECTION:
        correction_codec(c, &event->correction);
        return;
    case EVENT_LATE_RECORD:
        late_record_codec(c, &event->late_record, event->time);
        return;
    case EVENT_ACCESS:
        access_codec(c, &event->access);
        return;
    case EVENT_MODE_CHANGE:
        mode_change_codec(c, &event->mode_change);
        return;
    case EVENT_CLOCK_JUMP:
        clock_jump_codec(c, &event->clock_jump);
        return;
    case EVENT_NODE_START:
        node_start_codec(c, &event->node_start);
        return;
    case EVENT_NODE_STOP:
        node_stop_codec(c, &event->node_stop);
        return;
    case EVENT_KEY_EPOCH_OPENED:
        key_epoch_opened_codec(c, &event->key_epoch_opened);
        return;
    default:
        codec_refuse(c, ERR_FORMAT, "REC 2.2",
                     "events of this type are not implemented");
    }
}

static void
event_codec(struct codec *c, struct event *event)
{
    uint64_t version = EVENT_VERSION;

    codec_array(c, 7, "REC 2.3");
    codec_uint(c, &version, EVENT_VERSION, "REC 2.3");
    if (version != EVENT_VERSION)
        codec_refuse(c, ERR_FORMAT, "REC 2.3", "another version of events");
    event->type = (enum event_type)codec_choice(c, event->type, EVENT_NODE_STOP,
                                                "REC 2.2");
    codec_instant(c, &event->time, "REC 2.3");
    codec_text_due(c, &event->actor, ACTOR_SIZE_MAX, "REC 2.3");
    codec_text_due(c, &event->place, PLACE_SIZE_MAX, "REC 2.3");
    codec_text(c, &event->lane, LANE_SIZE_MAX, "REC 2.3");
    if (c->r.fault.code == OK)
        body_codec(c, event);
}

enum err
event_encode(struct writer *w, const struct event *event, struct fault *fault)
{
    struct codec c = {.w = w};
    struct event copy = *event;

    event_codec(&c, &copy);
    if (c.r.fault.code != OK && fault != NULL)
        *fault = c.r.fault;
    if (c.r.fault.code != OK)
        return c.r.fault.code;
    if (w->full)
        return fault_set(fault, ERR_LIMIT, w->at, NULL, "no room to write");
    return OK;
}

enum err
event_parse(struct bytes in, struct arena *arena, struct event *out,
            struct fault *fault)
{
    struct codec c = {.r = {.in = in}, .arena = arena};
    struct event event = {0};
    enum err e;

    event_codec(&c, &event);
    e = reader_end(&c.r, "REC 2.1", fault);
    if (e == OK)
        *out = event;
    return e;
}

bool
event_holds_person(const struct event *event)
{
    switch (event->type) {
    case EVENT_MODE_CHANGE:
    case EVENT_CHECKPOINT_SEEN:
    case EVENT_KEY_EPOCH_OPENED:
    case EVENT_CLOCK_JUMP:
    case EVENT_NODE_START:
    case EVENT_NODE_STOP:
        return false;
    default:
        return true;
    }
}

bool
event_look_is_recorded(const struct event *event)
{
    return event->type != EVENT_ACCESS && event_holds_person(event);
}
