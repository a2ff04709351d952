#include "api/render.h"

#include "api/render_act.h"
#include "api/render_sync.h"
#include "record/name.h"
#include "record/word.h"

void
render_pair_or_null(struct json_writer *j, const char *key, struct bytes text)
{
    json_key(j, key);
    if (text.size == 0)
        json_put_null(j);
    else
        json_put_text(j, text);
}

void
render_document(struct json_writer *j, const struct document *document)
{
    json_begin_object(j);
    render_pair_or_null(j, "format", document->format);
    json_pair_text(j, "document_code", document->code);
    json_pair_text(j, "issuing_state", document->issuing_state);
    json_pair_text(j, "document_number", document->number);
    json_pair_text(j, "surname", document->surname);
    json_pair_text(j, "given_names", document->given_names);
    json_pair_text(j, "name_truncated",
                   document->name_truncated ? BYTES("possible") : BYTES("no"));
    json_pair_text(j, "nationality", document->nationality);
    render_pair_or_null(j, "date_of_birth", document->date_of_birth);
    render_pair_or_null(j, "sex", document->sex);
    render_pair_or_null(j, "date_of_expiry", document->date_of_expiry);
    json_pair_text(j, "optional_data_1", document->optional_1);
    json_pair_text(j, "optional_data_2", document->optional_2);
    json_end_object(j);
}

void
render_faults(struct json_writer *j, const struct document_fault *faults,
              size_t count)
{
    json_begin_array(j);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(j);
        json_pair_text(j, "code", faults[i].code);
        json_pair_text(j, "field", faults[i].field);
        json_pair_integer(j, "line", faults[i].line);
        json_pair_integer(j, "column", faults[i].column);
        json_pair_text(j, "clause", faults[i].clause);
        json_end_object(j);
    }
    json_end_array(j);
}

static void
pair_record(struct json_writer *j, const char *key, struct bytes node,
            uint64_t index)
{
    uint8_t text[RECORD_NAME_SIZE_MAX + 16];
    struct record_name name = {node, index};
    struct writer w;

    writer_init(&w, text, sizeof(text));
    record_name_write(&w, &name);
    json_pair_text(j, key, writer_done(&w));
}

void
render_name(const struct api *api, struct json_writer *j, const char *key,
            uint64_t index)
{
    pair_record(j, key, api->node, index);
}

void
render_record(struct json_writer *j, const char *key,
              const struct record_name *record)
{
    pair_record(j, key, record->node, record->index);
}

void
render_time(struct json_writer *j, const char *key, struct instant time)
{
    uint8_t text[INSTANT_TEXT_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    instant_write(&w, time);
    json_pair_text(j, key, writer_done(&w));
}

void
render_receipt(const struct api *api, struct json_writer *j, uint64_t index,
               const struct hash *leaf)
{
    json_key(j, "receipt");
    json_begin_object(j);
    json_pair_text(j, "origin", api->origin);
    json_pair_integer(j, "index", (int64_t)index);
    json_key(j, "leaf_hash");
    if (leaf == NULL)
        json_put_null(j);
    else
        json_put_base64(j, hash_bytes(leaf));
    json_end_object(j);
}

static void
pair_word(struct json_writer *j, const char *key, const char *word)
{
    json_pair_text(j, key, bytes_of(word));
}

static void
pair_decision(struct json_writer *j, enum decision decision, uint16_t reasons)
{
    pair_word(j, "decision", decision_word(decision));
    json_key(j, "reasons");
    json_begin_array(j);
    for (unsigned i = 0; i < 9; i++) {
        uint8_t letter = (uint8_t)('A' + i);

        if ((reasons >> i & 1) != 0)
            json_put_text(j, (struct bytes){&letter, 1});
    }
    json_end_array(j);
}

static void
crossing_render(const struct api *api, struct json_writer *j,
                const struct crossing *crossing)
{
    pair_word(j, "direction", direction_word(crossing->direction));
    json_key(j, "document");
    render_document(j, &crossing->document);
    pair_decision(j, crossing->decision, crossing->reasons);
    if (crossing->has_inspection) {
        render_name(api, j, "inspection", crossing->inspection);
    } else {
        json_key(j, "inspection");
        json_put_null(j);
    }
}

static void
inspection_render(const struct api *api, struct json_writer *j, uint64_t index,
                  const struct inspection *inspection)
{
    pair_word(j, "direction", direction_word(inspection->direction));
    json_key(j, "mrz");
    json_begin_array(j);
    for (size_t i = 0; i < inspection->line_count; i++)
        json_put_text(j, inspection->lines[i]);
    json_end_array(j);
    json_key(j, "document");
    if (inspection->has_document)
        render_document(j, &inspection->document);
    else
        json_put_null(j);
    json_key(j, "faults");
    render_faults(j, inspection->faults, inspection->fault_count);
    render_found(api, j, index, inspection);
}

static void
late_record_render(struct json_writer *j, const struct late_record *late)
{
    render_time(j, "occurred", late->occurred);
    pair_word(j, "direction", direction_word(late->direction));
    json_key(j, "document");
    render_document(j, &late->document);
    pair_decision(j, late->decision, late->reasons);
    json_pair_text(j, "reason", late->reason);
    json_pair_text(j, "recorder", late->recorder);
    render_pair_or_null(j, "reference", late->reference);
}

static void
correction_render(struct json_writer *j, const struct correction *correction)
{
    pair_record(j, "corrects", correction->node, correction->index);
    json_pair_text(j, "field", correction->field);
    json_pair_text(j, "value", correction->value);
    json_pair_text(j, "reason", correction->reason);
}

static void
access_render(struct json_writer *j, const struct access *access)
{
    json_pair_text(j, "purpose", access->purpose);
    pair_word(j, "of", access_kind_word(access->kind));
    if (access->kind == ACCESS_DOCUMENT) {
        json_pair_text(j, "issuing_state", access->issuing_state);
        json_pair_text(j, "document_number", access->number);
    }
    if (access->kind == ACCESS_PERSON) {
        json_pair_text(j, "surname", access->surname);
        render_pair_or_null(j, "given_names", access->given_names);
        json_pair_text(j, "date_of_birth", access->date_of_birth);
    }
    if (access->kind == ACCESS_RECORD)
        pair_record(j, "looked_at", access->node, access->index);
    if (access->kind == ACCESS_LIST)
        json_pair_text(j, "list", access->list);
}

static void
node_start_render(struct json_writer *j, const struct node_start *start)
{
    pair_word(j, "reason", start_reason_word(start->reason));
    json_pair_boolean(j, "sample_node", start->sample);
    pair_word(j, "kind", node_kind_word(start->kind));
    json_pair_text(j, "country", start->country);
    render_pair_or_null(j, "zone", start->zone);
    json_pair_text(j, "version", start->version);
    json_pair_integer(j, "epoch", start->epoch);
    json_pair_integer(j, "slot_floor", start->slot_floor);
}

static void
body_render(const struct api *api, struct json_writer *j, uint64_t index,
            const struct event *event)
{
    switch ((int)event->type) {
    case EVENT_CROSSING:
        crossing_render(api, j, &event->crossing);
        break;
    case EVENT_INSPECTION:
        inspection_render(api, j, index, &event->inspection);
        break;
    case EVENT_LATE_RECORD:
        late_record_render(j, &event->late_record);
        break;
    case EVENT_CORRECTION:
        correction_render(j, &event->correction);
        break;
    case EVENT_ACCESS:
        access_render(j, &event->access);
        break;
    case EVENT_NODE_START:
        node_start_render(j, &event->node_start);
        break;
    case EVENT_NODE_STOP:
        pair_word(j, "reason", stop_reason_word(event->node_stop.reason));
        break;
    case EVENT_MODE_CHANGE:
        pair_word(j, "mode", mode_word(event->mode_change.mode));
        json_pair_text(j, "reason", event->mode_change.reason);
        break;
    case EVENT_CLOCK_JUMP:
        render_time(j, "from", event->clock_jump.from);
        render_time(j, "to", event->clock_jump.to);
        break;
    case EVENT_KEY_EPOCH_OPENED:
        json_pair_integer(j, "epoch", event->key_epoch_opened.epoch);
        break;
    default:
        render_act(api, j, event);
        render_sync(j, event);
        break;
    }
}

void
render_event(const struct api *api, struct json_writer *j, uint64_t index,
             const struct event *event, const struct hash *leaf)
{
    render_name(api, j, "record", index);
    pair_word(j, "type", event_type_word(event->type));
    render_time(j, "time", event->time);
    body_render(api, j, index, event);
    render_pair_or_null(j, "lane", event->lane);
    json_pair_text(j, "place", event->place);
    json_pair_text(j, "actor", event->actor);
    render_receipt(api, j, index, leaf);
}

void
render_crossing(const struct api *api, struct json_writer *j,
                const struct store_crossing *crossing, const struct hash *leaf)
{
    const struct bytes node = crossing->record.node;

    json_begin_object(j);
    render_record(j, "record", &crossing->record);
    json_pair_text(j, "type",
                   crossing->late ? BYTES("late_record") : BYTES("crossing"));
    render_time(j, "time", crossing->time);
    pair_word(j, "direction", direction_word(crossing->direction));
    json_key(j, "document");
    render_document(j, &crossing->document);
    pair_decision(j, crossing->decision, crossing->reasons);
    if (crossing->has_inspection) {
        pair_record(j, "inspection", node, crossing->inspection);
    } else {
        json_key(j, "inspection");
        json_put_null(j);
    }
    render_pair_or_null(j, "lane", crossing->lane);
    json_pair_text(j, "place",
                   crossing->place.size > 0 ? crossing->place : api->place);
    if (crossing->corrected)
        pair_record(j, "corrected_by", node, crossing->correction);
    if (bytes_equal(node, api->node)) {
        render_receipt(api, j, crossing->record.index, leaf);
    } else {
        json_key(j, "receipt");
        json_put_null(j);
    }
    json_end_object(j);
}

void
render_sample(const struct api *api, struct json_writer *j)
{
    if (api->sample)
        json_pair_boolean(j, "sample", true);
}

const char *
render_location(const struct api *api, struct arena *arena, uint64_t index)
{
    static const char prefix[] = "/v1/records/";
    size_t size = sizeof(prefix) + RECORD_NAME_SIZE_MAX;
    char *text = arena_take(arena, size);
    struct record_name name = {api->node, index};
    struct writer w;

    if (text == NULL)
        return NULL;
    writer_init(&w, text, size - 1); /* arena_take() left a NUL at the end */
    writer_text(&w, prefix);
    record_name_write(&w, &name);
    return text;
}
