/* POST /v1/late-records: a crossing that was written on paper first. API 4.3 */
#include "api/recorded.h"
#include "api/scan.h"

/* Either the lines, which must be an MRZ here since nobody can scan again, or
 * what was written by hand. */
static void
document_take(const struct api *api, struct form *form,
              struct late_record *late)
{
    struct scan *scan;

    if (form_has(form, "document") == form_has(form, "mrz")) {
        form_refuse(form, "", "there must be either mrz or document",
                    "API 4.3");
        return;
    }
    if (form_has(form, "document")) {
        scan_document(form, "document", "/document", NEED_DOCUMENT,
                      &late->document);
        return;
    }
    scan = scan_read(form, zone_date(api->zone, late->occurred));
    if (scan == NULL)
        return;
    if (!scan->has_document)
        form_refuse(form, "/mrz", "the lines are no MRZ", "API 4.3");
    late->document = scan->document;
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {
        "occurred", "reason", "recorder", "reference", "direction", "decision",
        "reasons",  "lane",   "mrz",      "document",  "time",      "place"};
    struct event event = {.type = EVENT_LATE_RECORD,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct late_record *late = &event.late_record;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    late->occurred = form_instant(&form, "occurred", "/occurred");
    if (late->occurred.ms > event.time.ms)
        form_refuse(&form, "/occurred", "it has not happened yet", "API 4.3");
    late->reason =
        form_text(&form, FORM_RULE("reason", REASON_SIZE_MAX, false));
    late->recorder =
        form_text(&form, FORM_RULE("recorder", ACTOR_SIZE_MAX, false));
    late->reference =
        form_text(&form, FORM_RULE("reference", REFERENCE_SIZE_MAX, true));
    late->direction = form_direction(&form);
    late->decision = form_decision(&form);
    late->reasons = form_reasons(&form, late->decision);
    event.lane = form_lane(&form);
    if (form_has(&form, "place"))
        event.place =
            form_text(&form, FORM_RULE("place", PLACE_SIZE_MAX, false));
    document_take(api, &form, late);
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    late->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_late_records = {.id = ROUTE_LATE_RECORDS,
                                         .path = "/v1/late-records",
                                         .method = METHOD_POST,
                                         .begin = begin,
                                         .finish = recorded};
