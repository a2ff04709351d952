/* POST /v1/manifests: one passenger who is announced. API 4.18 */
#include "api/form.h"
#include "api/recorded.h"
#include "api/scan.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"voyage", "day", "direction",
                                        "document", "time"};
    struct event event = {
        .type = EVENT_MANIFEST, .actor = BYTES(API_ACTOR), .place = api->place};
    struct manifest *manifest = &event.manifest;
    struct form form;
    struct date day;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    manifest->voyage = form_voyage(&form, false);
    manifest->day = form_text(&form, FORM_RULE("day", DATE_SIZE_MAX, false));
    if (manifest->day.size > 0 && date_parse(manifest->day, &day) != OK)
        form_refuse(&form, "/day", "a day like 2026-07-01 is wanted",
                    "API 4.18");
    manifest->direction = form_direction(&form);
    scan_document(&form, "document", "/document", NEED_EITHER,
                  &manifest->document);
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    manifest->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_manifests = {.id = ROUTE_MANIFESTS,
                                      .path = "/v1/manifests",
                                      .method = METHOD_POST,
                                      .begin = begin,
                                      .finish = recorded};
