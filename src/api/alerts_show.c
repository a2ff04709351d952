/* GET /v1/alerts: those in force, by pages. API 4.14 */
#include "api/page.h"
#include "api/render_act.h"

static void
begin(const struct api *api, struct api_call *call)
{
    (void)page_begin(api, call, "alerts", false);
}

static bool
has_expired(const struct alert_put *alert, struct date today)
{
    struct date expires;

    return alert->expires.size > 0 &&
           date_parse(alert->expires, &expires) == OK &&
           expires.days < today.days;
}

static void
alert_show(struct json_writer *j, const struct store_alert *alert)
{
    json_begin_object(j);
    render_record(j, "record", &alert->record);
    render_time(j, "time", alert->time);
    render_alert(j, &alert->put);
    json_end_object(j);
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct arena *arena = &call->request->arena;
    const struct page *page = call->state;
    struct date today = zone_date(api->zone, call->now);
    struct store_alert *alerts =
        arena_array(arena, PAGE_ITEMS, sizeof(*alerts));
    size_t count = 0;
    uint64_t from;
    struct writer w;
    struct json_writer j = {.w = &w};
    enum err e = alerts == NULL ? ERR_LIMIT : ERR_BUSY;

    if (alerts != NULL && api->store != NULL)
        e = page_from(api, page, &from);
    if (e == OK)
        e = store_alerts(api->store, from, arena, alerts, PAGE_ITEMS, &count);
    if (e != OK) {
        page_failed(api, call, e, "API 4.14");
        return;
    }
    answer_begin(call, &w);
    page_open(api, &j, answer->index, "alerts");
    for (size_t i = 0; i < count; i++)
        if (!has_expired(&alerts[i].put, today))
            alert_show(&j, &alerts[i]);
    page_close(api, call, &j,
               count == PAGE_ITEMS ? &alerts[count - 1].record : NULL);
}

const struct route route_alerts_show = {.id = ROUTE_ALERTS,
                                        .path = "/v1/alerts",
                                        .method = METHOD_GET,
                                        .begin = begin,
                                        .finish = finish};
