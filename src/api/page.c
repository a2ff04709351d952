#include "api/page.h"

#include "api/problem.h"
#include "api/render.h"
#include "store/known.h"

static bool
from_parse(struct request *request, struct page *page)
{
    struct bytes from = {0};
    enum err e = query_find(request->query, "from", &request->arena, &from);

    if (e == ERR_NOT_FOUND)
        return true;
    page->has_from = true;
    return e == OK && record_name_parse(from, &page->from) == OK;
}

static bool
overdue_parse(struct request *request, bool *out)
{
    struct bytes text = {0};
    enum err e = query_find(request->query, "overdue", &request->arena, &text);

    *out = e == OK;
    return e == ERR_NOT_FOUND || (e == OK && bytes_equal(text, BYTES("1")));
}

bool
page_begin(const struct api *api, struct api_call *call, const char *list,
           bool has_overdue)
{
    static const char *const names[] = {"from", "overdue"};
    struct request *request = call->request;
    struct page *page = arena_take(&request->arena, sizeof(*page));
    struct event event = {.type = EVENT_ACCESS,
                          .time = call->now,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};

    if (page == NULL ||
        !query_only(request->query, names, has_overdue ? 2 : 1) ||
        !from_parse(request, page) ||
        (has_overdue && !overdue_parse(request, &page->overdue))) {
        problem_status(api, call, 422, "API 4.14",
                       "only a page may be asked: from, by a record's name");
        return false;
    }
    call->state = page;
    event.access = (struct access){
        .purpose = bytes_of(list), .kind = ACCESS_LIST, .list = bytes_of(list)};
    return ask_append(api, call, &event);
}

enum err
page_from(const struct api *api, const struct page *page, uint64_t *from)
{
    enum err e = OK;

    *from = 0;
    if (page->has_from)
        e = store_at(api->store, &page->from, from);
    if (e == ERR_NOT_FOUND)
        *from = INT64_MAX;
    return e == ERR_NOT_FOUND ? OK : e;
}

void
page_open(const struct api *api, struct json_writer *j, uint64_t access,
          const char *name)
{
    json_begin_object(j);
    render_name(api, j, "access", access);
    json_key(j, name);
    json_begin_array(j);
}

void
page_close(const struct api *api, struct api_call *call, struct json_writer *j,
           const struct record_name *last)
{
    json_end_array(j);
    if (last != NULL) {
        const struct record_name next = {last->node, last->index + 1};

        render_record(j, "next", &next);
    } else {
        json_key(j, "next");
        json_put_null(j);
    }
    render_sample(api, j);
    json_end_object(j);
    answer_json(call, j->w, 200, "application/json");
}

void
page_failed(const struct api *api, struct api_call *call, enum err e,
            const char *clause)
{
    if (e == ERR_LIMIT) {
        problem_status(api, call, 422, clause,
                       "the look was recorded, but the page is too large");
        return;
    }
    call->store_failed = true;
    problem_status(api, call, 503, clause,
                   "the look was recorded, but the store cannot be read now");
}
