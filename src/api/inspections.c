/*
 * POST /v1/inspections: a document is scanned. The scan is recorded, then
 * answered with what was read and what is known of the traveller. API 4.1
 */
#include "api/call_int.h"
#include "api/history.h"
#include "api/render.h"
#include "api/scan.h"
#include "document/mrz_json.h"
#include "record/word.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"mrz", "direction", "time"};
    struct event event = {.type = EVENT_INSPECTION,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct inspection *inspection = &event.inspection;
    struct form form;
    struct scan *scan;

    if (!form_open(&form, api, call))
        return;
    inspection->direction = form_direction(&form);
    event.time = form_time(&form);
    scan = scan_read(&form, zone_date(api->zone, event.time));
    if (!form_close(&form, names, 3))
        return;
    call->state = scan;
    inspection->line_count = scan->line_count;
    for (size_t i = 0; i < scan->line_count; i++)
        inspection->lines[i] = scan->lines[i];
    inspection->has_document = scan->has_document;
    inspection->document = scan->document;
    inspection->fault_count = scan->fault_count;
    inspection->faults = scan->faults;
    (void)ask_append(api, call, &event);
}

static void
scan_render(struct json_writer *j, const struct scan *scan)
{
    json_key(j, "document");
    if (scan->has_document)
        render_document(j, &scan->document);
    else
        json_put_null(j);
    json_pair_boolean(j, "valid", scan->mrz.valid);
    json_key(j, "faults");
    render_faults(j, scan->faults, scan->fault_count);
    mrz_json_write_repair(j, &scan->repair);
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct arena *arena = &call->request->arena;
    const struct scan *scan = call->state;
    const char *location = render_location(api, arena, answer->index);
    struct history_summary summary = {0};
    struct event event;
    struct writer w;
    struct json_writer j = {.w = &w};

    if (!answer_event(api, call, answer, &event))
        return;
    if (scan->has_document)
        history_summary(api, call, &scan->document, answer->published,
                        &summary);
    answer_begin(call, &w);
    json_begin_object(&j);
    render_name(api, &j, "id", answer->index);
    render_time(&j, "time", event.time);
    json_pair_text(&j, "direction",
                   bytes_of(direction_word(event.inspection.direction)));
    scan_render(&j, scan);
    history_summary_render(api, &j, &summary);
    render_receipt(api, &j, answer->index, &answer->leaf);
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, 201, "application/json");
    if (location != NULL)
        response_field(&call->response, "Location", location);
}

const struct route route_inspections = {.id = ROUTE_INSPECTIONS,
                                        .path = "/v1/inspections",
                                        .method = METHOD_POST,
                                        .begin = begin,
                                        .finish = finish};
