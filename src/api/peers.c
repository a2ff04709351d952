/*
 * GET /v1/peers: how the node stands with others; POST /v1/roster and
 * /v1/custodian-orders: what the custodians signed, handed over by an operator.
 * API 4.21, 4.22
 */
#include "api/call_int.h"
#include "api/form.h"
#include "api/problem.h"

static void
peers_begin(const struct api *api, struct api_call *call)
{
    (void)api;
    call->ask.kind = ASK_PEERS;
    call->waits = true;
}

/* The keeper's own JSON; it is copied, since the answer goes with the call. */
static void
text_finish(const struct api *api, struct api_call *call,
            const struct answer *answer)
{
    struct bytes text = arena_copy(&call->request->arena, answer->text);

    if (!answer->has_text || text.p == NULL) {
        problem_status(api, call, 500, "API 4.21", "the answer is too large");
        return;
    }
    call->response = (struct response){
        .status = 200, .content_type = "application/json", .body = text};
    response_field(&call->response, "Cache-Control", "no-store");
}

static bool
sha256_parse(struct bytes text, struct hash *out)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.p[i];
        unsigned digit = c <= '9' ? c - '0' : c - 'a' + 10;

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        out->b[i / 2] = (uint8_t)(out->b[i / 2] << 4 | digit);
    }
    return text.size == (size_t)2 * HASH_SIZE;
}

static void
roster_begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"sha256"};
    struct form form;
    struct bytes text;

    if (!form_open(&form, api, call))
        return;
    text = form_text(&form, FORM_RULE("sha256", 2 * HASH_SIZE, false));
    if (text.size > 0 && !sha256_parse(text, &call->ask.sha256))
        form_refuse(&form, "/sha256", "not a SHA-256 in hexadecimal",
                    "API 4.22");
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    call->ask.kind = ASK_ROSTER;
    call->waits = true;
}

/* A note has several lines. */
static void
order_begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"note"};
    static const struct form_rule rule = {.name = "note",
                                          .pointer = "/note",
                                          .size_max = ORDER_NOTE_SIZE_MAX,
                                          .raw = true};
    struct form form;

    if (!form_open(&form, api, call))
        return;
    call->ask.note = arena_copy(&call->request->arena, form_text(&form, &rule));
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    call->ask.kind = ASK_ORDER;
    call->waits = true;
}

const struct route route_peers = {.id = ROUTE_PEERS,
                                  .path = "/v1/peers",
                                  .method = METHOD_GET,
                                  .begin = peers_begin,
                                  .finish = text_finish};

const struct route route_roster = {.id = ROUTE_JOIN,
                                   .path = "/v1/roster",
                                   .method = METHOD_POST,
                                   .begin = roster_begin,
                                   .finish = text_finish};

const struct route route_custodian_orders = {.id = ROUTE_CUSTODIANS,
                                             .path = "/v1/custodian-orders",
                                             .method = METHOD_POST,
                                             .begin = order_begin,
                                             .finish = text_finish};
