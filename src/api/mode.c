/*
 * POST /v1/mode: the node is cut off from all others, or asks to be let back.
 * API 4.23
 */
#include "api/call_int.h"
#include "api/form.h"
#include "api/problem.h"

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"mode", "reason"};
    struct form form;
    struct bytes mode;

    if (!form_open(&form, api, call))
        return;
    mode = form_text(&form, FORM_RULE("mode", 16, false));
    call->ask.reason = arena_copy(
        &call->request->arena,
        form_text(&form, FORM_RULE("reason", REASON_SIZE_MAX, false)));
    call->ask.mode =
        bytes_equal(mode, BYTES("isolated")) ? MODE_ISOLATED : MODE_NORMAL;
    if (call->ask.mode == MODE_NORMAL && mode.size > 0 &&
        !bytes_equal(mode, BYTES("normal")))
        form_refuse(&form, "/mode", "neither \"isolated\" nor \"normal\"",
                    "API 4.23");
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    call->ask.kind = ASK_MODE;
    call->waits = true;
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct bytes text = arena_copy(&call->request->arena, answer->text);

    if (!answer->has_text || text.p == NULL) {
        problem_status(api, call, 500, "API 4.23", "the answer is too large");
        return;
    }
    call->response = (struct response){
        .status = 200, .content_type = "application/json", .body = text};
    response_field(&call->response, "Cache-Control", "no-store");
}

const struct route route_mode = {.id = ROUTE_MODES,
                                 .path = "/v1/mode",
                                 .method = METHOD_POST,
                                 .begin = begin,
                                 .finish = finish};
