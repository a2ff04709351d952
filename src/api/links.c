/* POST /v1/links: two travellers are one person, or are not. API 4.17 */
#include "api/form.h"
#include "api/recorded.h"
#include "api/scan.h"
#include "store/known.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"a", "b", "verdict", "reason", "time"};
    struct event event = {.type = EVENT_PERSON_LINKED,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct person_linked *linked = &event.person_linked;
    struct document a;
    struct document b;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    scan_document(&form, "a", "/a", NEED_PERSON, &a);
    scan_document(&form, "b", "/b", NEED_PERSON, &b);
    linked->a = store_identity(&a);
    linked->b = store_identity(&b);
    linked->verdict = form_verdict(&form);
    if (linked->verdict == VERDICT_UNSURE)
        form_refuse(&form, "/verdict", "same or other is wanted", "API 4.17");
    linked->reason =
        form_text(&form, FORM_RULE("reason", REASON_SIZE_MAX, false));
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    linked->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_links = {.id = ROUTE_LINKS,
                                  .path = "/v1/links",
                                  .method = METHOD_POST,
                                  .begin = begin,
                                  .finish = recorded};
