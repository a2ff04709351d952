/* POST /v1/orders: somebody is to leave the country by a deadline. API 4.16 */
#include "api/form.h"
#include "api/recorded.h"
#include "api/scan.h"

/* A year: an order with a longer deadline is none. */
#define HOURS_MAX 8784
#define HOUR_MS INT64_C(3600000)

/* Either a moment, or so many hours from now. */
static struct instant
deadline_take(struct form *form, struct instant now)
{
    struct instant deadline = {0};
    uint64_t hours;

    if (form_has(form, "deadline") == form_has(form, "hours")) {
        form_refuse(form, "", "there must be either deadline or hours",
                    "API 4.16");
        return deadline;
    }
    if (form_has(form, "deadline"))
        return form_instant(form, "deadline", "/deadline");
    hours = form_number(form, "hours", "/hours", HOURS_MAX, 1);
    if (hours == 0)
        form_refuse(form, "/hours", "an order gives an hour at least",
                    "API 4.16");
    deadline.ms = now.ms + (int64_t)hours * HOUR_MS;
    return deadline;
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"document", "deadline", "hours",
                                        "reason",   "owner",    "time"};
    struct event event = {.type = EVENT_EXIT_ORDER,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct exit_order *order = &event.exit_order;
    struct form form;

    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    scan_document(&form, "document", "/document", NEED_EITHER,
                  &order->document);
    order->deadline = deadline_take(&form, event.time);
    order->reason =
        form_text(&form, FORM_RULE("reason", ORDER_REASON_SIZE_MAX, false));
    order->owner = form_text(&form, FORM_RULE("owner", OWNER_SIZE_MAX, false));
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    order->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_orders = {.id = ROUTE_ORDERS,
                                   .path = "/v1/orders",
                                   .method = METHOD_POST,
                                   .begin = begin,
                                   .finish = recorded};
