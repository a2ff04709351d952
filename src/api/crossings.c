/* POST /v1/crossings: the officer's decision on an inspection. API 4.2 */
#include "api/form.h"
#include "api/recorded.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"inspection", "decision", "reasons",
                                        "lane", "time"};
    struct ask *ask = &call->ask;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    ask->kind = ASK_CROSSING;
    ask->index = form_record(&form, "inspection", "/inspection");
    ask->decision = form_decision(&form);
    ask->reasons = form_reasons(&form, ask->decision);
    ask->lane = form_lane(&form);
    (void)form_time(&form);
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    call->waits = ask_key(api, call);
}

const struct route route_crossings = {.id = ROUTE_CROSSINGS,
                                      .path = "/v1/crossings",
                                      .method = METHOD_POST,
                                      .begin = begin,
                                      .finish = recorded};
