/* POST /v1/lists: a list comes into force; GET /v1/lists: those that are. They
 * name nobody: looks are not recorded. API 4.19 */
#include "api/form.h"
#include "api/problem.h"
#include "api/recorded.h"
#include "api/render_act.h"

/* ----- Coming into force. ----- */

static bool
digit_take(uint8_t c, uint8_t *out)
{
    if (c >= '0' && c <= '9')
        *out = (uint8_t)(c - '0');
    else if (c >= 'a' && c <= 'f')
        *out = (uint8_t)(c - 'a' + 10);
    else
        return false;
    return true;
}

static void
sha256_take(struct form *form, uint8_t out[SHA256_SIZE])
{
    struct bytes text =
        form_text(form, FORM_RULE("sha256", 2 * SHA256_SIZE, false));
    bool good = text.size == (size_t)2 * SHA256_SIZE;

    for (size_t i = 0; good && i < SHA256_SIZE; i++) {
        uint8_t high = 0;
        uint8_t low = 0;

        good = digit_take(text.p[2 * i], &high) &&
               digit_take(text.p[2 * i + 1], &low);
        out[i] = (uint8_t)(high << 4 | low);
    }
    if (text.size > 0 && !good)
        form_refuse(form, "/sha256", "64 digits are wanted, 0 to 9, a to f",
                    "API 4.19");
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"name", "sha256", "accept_shrink",
                                        "time"};
    struct event event = {.type = EVENT_LIST_IMPORTED,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct list_imported *list = &event.list_imported;
    struct bytes *kept = arena_take(&call->request->arena, sizeof(*kept));
    struct form form;

    if (kept == NULL) {
        problem_status(api, call, 500, "API 4.19", "no room for the request");
        return;
    }
    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    list->name = form_text(&form, FORM_RULE("name", HIT_LIST_SIZE_MAX, false));
    list->source = BYTES("?"); /* the keeper's to say, as all figures are */
    sha256_take(&form, list->sha256);
    list->shrink_accepted =
        form_boolean(&form, "accept_shrink", "/accept_shrink");
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    *kept = list->name;
    call->state = kept;
    if (!ask_key(api, call))
        return;
    /* The list's own hash is key enough, and the record has room for none. */
    call->ask.key = (struct request_key){0};
    (void)ask_append(api, call, &event);
}

/* ----- Those in force. ----- */

static void
list_show(struct json_writer *j, const struct store_list *list,
          struct instant now)
{
    struct list_imported shown = {.name = list->name,
                                  .source = list->source,
                                  .list_date = list->list_date,
                                  .entries = list->entries,
                                  .persons = list->persons,
                                  .names = list->names,
                                  .documents = list->documents,
                                  .size = list->size};
    int64_t age_s = (now.ms - list->imported.ms) / 1000;

    for (size_t i = 0; i < SHA256_SIZE; i++)
        shown.sha256[i] = list->sha256[i];
    json_begin_object(j);
    render_list(j, &shown);
    render_time(j, "imported_at", list->imported);
    json_pair_integer(j, "age_s", age_s < 0 ? 0 : age_s);
    render_record(j, "record", &list->record);
}

static void
unreadable(const struct api *api, struct api_call *call)
{
    call->store_failed = true;
    problem_status(api, call, 503, "API 4.19", "the store cannot be read now");
}

static enum err
lists_read(const struct api *api, struct api_call *call,
           struct store_list **out, size_t *count)
{
    struct arena *arena = &call->request->arena;

    *out = arena_array(arena, STORE_LISTS_MAX, sizeof(**out));
    if (*out == NULL)
        return ERR_LIMIT;
    return api->store == NULL
               ? ERR_BUSY
               : store_lists(api->store, arena, *out, STORE_LISTS_MAX, count);
}

static void
show_begin(const struct api *api, struct api_call *call)
{
    struct store_list *lists;
    size_t count = 0;
    struct writer w;
    struct json_writer j = {.w = &w};

    if (lists_read(api, call, &lists, &count) != OK) {
        unreadable(api, call);
        return;
    }
    answer_begin(call, &w);
    json_begin_object(&j);
    json_key(&j, "lists");
    json_begin_array(&j);
    for (size_t i = 0; i < count; i++) {
        list_show(&j, &lists[i], call->now);
        json_end_object(&j);
    }
    json_end_array(&j);
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, 200, "application/json");
}

/* The keeper refused: for a list in force already that is an answer. */
static void
gone(const struct api *api, struct api_call *call, const struct answer *answer)
{
    const struct bytes *name = call->state;
    struct store_list *lists;
    size_t count = 0;
    struct writer w;
    struct json_writer j = {.w = &w};

    if (answer->problem != PROBLEM_LIST_IN_FORCE) {
        problem_keeper(api, call, answer);
        return;
    }
    if (lists_read(api, call, &lists, &count) != OK) {
        unreadable(api, call);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!bytes_equal(lists[i].name, *name))
            continue;
        answer_begin(call, &w);
        list_show(&j, &lists[i], call->now);
        render_sample(api, &j);
        json_end_object(&j);
        answer_json(call, &w, 200, "application/json");
        return;
    }
    problem_keeper(api, call, answer);
}

const struct route route_lists = {.id = ROUTE_LISTS,
                                  .path = "/v1/lists",
                                  .method = METHOD_POST,
                                  .begin = begin,
                                  .finish = recorded,
                                  .gone = gone};

const struct route route_lists_show = {.id = ROUTE_LISTS,
                                       .path = "/v1/lists",
                                       .method = METHOD_GET,
                                       .begin = show_begin};
