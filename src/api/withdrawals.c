/* POST /v1/withdrawals: an alert or an exit order is taken back. API 4.15 */
#include "api/form.h"
#include "api/recorded.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"record", "reason", "time"};
    struct event event = {.type = EVENT_WITHDRAWAL,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct withdrawal *withdrawal = &event.withdrawal;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    withdrawal->node = api->node;
    withdrawal->index = form_record(&form, "record", "/record");
    withdrawal->reason =
        form_text(&form, FORM_RULE("reason", REASON_SIZE_MAX, false));
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    withdrawal->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_withdrawals = {.id = ROUTE_WITHDRAWALS,
                                        .path = "/v1/withdrawals",
                                        .method = METHOD_POST,
                                        .begin = begin,
                                        .finish = recorded};
