#include "record/event.h"

#include "record/body_int.h"

#define EVENT_VERSION 1

static void
crossing_codec(struct codec *c, struct crossing *crossing)
{
    codec_array(c, 7, "REC 4.2");
    crossing->has_inspection = codec_present(c, crossing->has_inspection);
    if (crossing->has_inspection)
        codec_uint(c, &crossing->inspection, EVENT_INDEX_MAX, "REC 4.2");
    crossing->direction = part_direction(c, crossing->direction);
    part_decision(c, &crossing->decision, &crossing->reasons);
    part_document(c, &crossing->document);
    part_request_key(c, &crossing->key);
    codec_null(c, "REC 4.2"); /* room for the officer's signature */
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
    late->direction = part_direction(c, late->direction);
    part_decision(c, &late->decision, &late->reasons);
    part_document(c, &late->document);
    part_request_key(c, &late->key);
    if (c->r.fault.code == OK && late->occurred.ms > time.ms)
        codec_refuse(c, ERR_FORMAT, "REC 4.7",
                     "it occurred after it was recorded");
}

static void
correction_codec(struct codec *c, struct correction *correction)
{
    codec_array(c, 6, "REC 4.8");
    part_node_name(c, &correction->node, "REC 4.8");
    codec_uint(c, &correction->index, EVENT_INDEX_MAX, "REC 4.8");
    codec_text_due(c, &correction->field, FIELD_SIZE_MAX, "REC 4.8");
    codec_text(c, &correction->value, VALUE_SIZE_MAX, "REC 4.8");
    codec_text_due(c, &correction->reason, REASON_SIZE_MAX, "REC 4.8");
    part_request_key(c, &correction->key);
}

static void
access_codec(struct codec *c, struct access *access)
{
    static const uint8_t ITEMS[] = {[ACCESS_DOCUMENT] = 4,
                                    [ACCESS_PERSON] = 5,
                                    [ACCESS_RECORD] = 4,
                                    [ACCESS_LIST] = 3};
    size_t count = ITEMS[access->kind <= ACCESS_LIST ? access->kind : 0];

    codec_count(c, &count, 3, 5, "REC 4.9");
    codec_text_due(c, &access->purpose, PURPOSE_SIZE_MAX, "REC 4.9");
    access->kind =
        (enum access_kind)codec_choice(c, access->kind, ACCESS_LIST, "REC 4.9");
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
        part_date(c, &access->date_of_birth, "REC 4.9");
        return;
    case ACCESS_RECORD:
        part_node_name(c, &access->node, "REC 4.9");
        codec_uint(c, &access->index, EVENT_INDEX_MAX, "REC 4.9");
        return;
    case ACCESS_LIST:
        codec_text_due(c, &access->list, ACCESS_LIST_SIZE_MAX, "REC 4.9");
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
        body_inspection(c, &event->inspection);
        return;
    case EVENT_HIT_RESOLUTION:
        body_hit_resolution(c, &event->hit_resolution);
        return;
    case EVENT_CORRECTION:
        correction_codec(c, &event->correction);
        return;
    case EVENT_LATE_RECORD:
        late_record_codec(c, &event->late_record, event->time);
        return;
    case EVENT_ALERT_PUT:
        body_alert_put(c, &event->alert_put);
        return;
    case EVENT_WITHDRAWAL:
        body_withdrawal(c, &event->withdrawal);
        return;
    case EVENT_LIST_IMPORTED:
        body_list_imported(c, &event->list_imported);
        return;
    case EVENT_MANIFEST:
        body_manifest(c, &event->manifest);
        return;
    case EVENT_EXIT_ORDER:
        body_exit_order(c, &event->exit_order);
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
    case EVENT_PERSON_LINKED:
        body_person_linked(c, &event->person_linked);
        return;
    case EVENT_CHECKPOINT_SEEN:
        body_checkpoint_seen(c, &event->checkpoint_seen);
        return;
    case EVENT_ROSTER_CHANGE:
        body_roster_change(c, &event->roster_change);
        return;
    case EVENT_INCIDENT:
        body_incident(c, &event->incident);
        return;
    case EVENT_ORDER:
        body_order(c, &event->order_event);
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
    event->type = (enum event_type)codec_choice(
        c, event->type, EVENT_TYPE_COUNT - 1, "REC 2.2");
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
    case EVENT_LIST_IMPORTED:
    case EVENT_MODE_CHANGE:
    case EVENT_CHECKPOINT_SEEN:
    case EVENT_KEY_EPOCH_OPENED:
    case EVENT_ROSTER_CHANGE:
    case EVENT_INCIDENT:
    case EVENT_CLOCK_JUMP:
    case EVENT_NODE_START:
    case EVENT_NODE_STOP:
    case EVENT_ORDER:
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
