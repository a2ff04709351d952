#include "api/recorded.h"

#include "api/render.h"

void
recorded(const struct api *api, struct api_call *call,
         const struct answer *answer)
{
    const char *location =
        render_location(api, &call->request->arena, answer->index);
    struct event event;
    struct writer w;
    struct json_writer j = {.w = &w};

    if (!answer_event(api, call, answer, &event))
        return;
    answer_begin(call, &w);
    json_begin_object(&j);
    render_event(api, &j, answer->index, &event, &answer->leaf);
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, 201, "application/json");
    if (location != NULL)
        response_field(&call->response, "Location", location);
}
