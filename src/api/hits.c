/*
 * POST /v1/hits/{id}: what an officer found out about a hit. The keeper fills
 * in what the hit was, from the inspection. API 4.13
 */
#include "api/form.h"
#include "api/hit_id.h"
#include "api/problem.h"
#include "api/recorded.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"verdict", "reason", "time"};
    struct bytes path = bytes_of(call->route->path);
    struct event event = {.type = EVENT_HIT_RESOLUTION,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place};
    struct hit_resolution *resolution = &event.hit_resolution;
    struct hit_id id;
    struct form form;

    path = bytes_slice(call->request->path, path.size, SIZE_MAX);
    if (!hit_id_parse(path, api->node, &id)) {
        problem_status(api, call, 404, "API 4.13",
                       "no hit of this node has that id");
        return;
    }
    if (!form_open(&form, api, call))
        return;
    event.time = form_time(&form);
    resolution->inspection = id.inspection;
    resolution->hit = id.number;
    resolution->list = BYTES("?"); /* the keeper's to say */
    resolution->entry = BYTES("?");
    resolution->identity.surname = BYTES("?");
    resolution->verdict = form_verdict(&form);
    resolution->reason =
        form_text(&form, FORM_RULE("reason", REASON_SIZE_MAX, false));
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    if (!ask_key(api, call))
        return;
    resolution->key = call->ask.key;
    (void)ask_append(api, call, &event);
}

const struct route route_hits = {.id = ROUTE_HITS,
                                 .path = "/v1/hits/",
                                 .method = METHOD_POST,
                                 .begin = begin,
                                 .finish = recorded};
