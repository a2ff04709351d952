/* GET /v1/orders: those that nobody has obeyed or withdrawn, by pages.
 * API 4.16 */
#include "api/page.h"
#include "api/render_act.h"

static void
begin(const struct api *api, struct api_call *call)
{
    (void)page_begin(api, call, "orders", true);
}

static void
order_show(struct json_writer *j, const struct store_order *order, bool overdue)
{
    const struct identity *identity = &order->identity;
    struct exit_order shown = {
        .document = {.issuing_state = order->issuing_state,
                     .number = order->number,
                     .surname = identity->surname,
                     .given_names = identity->given_names,
                     .nationality = identity->nationality,
                     .date_of_birth = identity->date_of_birth,
                     .sex = identity->sex},
        .deadline = order->deadline,
        .reason = order->reason,
        .owner = order->owner};

    json_begin_object(j);
    render_record(j, "record", &order->record);
    render_time(j, "time", order->time);
    render_order(j, &shown);
    json_pair_text(j, "state", overdue ? BYTES("overdue") : BYTES("running"));
    json_end_object(j);
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct arena *arena = &call->request->arena;
    const struct page *page = call->state;
    struct store_order *orders =
        arena_array(arena, PAGE_ITEMS, sizeof(*orders));
    size_t count = 0;
    uint64_t from;
    struct writer w;
    struct json_writer j = {.w = &w};
    enum err e = orders == NULL ? ERR_LIMIT : ERR_BUSY;

    if (orders != NULL && api->store != NULL)
        e = page_from(api, page, &from);
    if (e == OK)
        e = store_orders(api->store, from, arena, orders, PAGE_ITEMS, &count);
    if (e != OK) {
        page_failed(api, call, e, "API 4.16");
        return;
    }
    answer_begin(call, &w);
    page_open(api, &j, answer->index, "orders");
    for (size_t i = 0; i < count; i++) {
        bool overdue = orders[i].deadline.ms < call->now.ms;

        if (!orders[i].obeyed && (overdue || !page->overdue))
            order_show(&j, &orders[i], overdue);
    }
    page_close(api, call, &j,
               count == PAGE_ITEMS ? &orders[count - 1].record : NULL);
}

const struct route route_orders_show = {.id = ROUTE_ORDERS,
                                        .path = "/v1/orders",
                                        .method = METHOD_GET,
                                        .begin = begin,
                                        .finish = finish};
