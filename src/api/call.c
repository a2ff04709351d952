#include "api/call_int.h"

#include "api/problem.h"

void
answer_begin(struct api_call *call, struct writer *w)
{
    struct arena *arena = &call->request->arena;

    writer_init(w, arena->p + arena->used, arena->size - arena->used);
}

void
answer_json(struct api_call *call, struct writer *w, unsigned status,
            const char *type)
{
    static const char sorry[] = "{\"type\":\"urn:kufi:problem:internal\","
                                "\"title\":\"The node could not "
                                "make the answer\",\"status\":500}";

    if (writer_end(w) != OK) {
        call->response =
            (struct response){.status = 500,
                              .content_type = "application/problem+json",
                              .body = BYTES(sorry)};
        return;
    }
    call->request->arena.used += w->at;
    call->response = (struct response){
        .status = status, .content_type = type, .body = writer_done(w)};
}

bool
ask_append(const struct api *api, struct api_call *call,
           const struct event *event)
{
    struct arena *arena = &call->request->arena;
    struct fault fault = {0};
    struct writer w;

    answer_begin(call, &w);
    if (event_encode(&w, event, &fault) != OK) {
        problem_status(api, call, 422, fault.clause, fault.what);
        return false;
    }
    arena->used += w.at;
    call->ask.kind = ASK_APPEND;
    call->ask.event = writer_done(&w);
    call->waits = true;
    return true;
}

/* Visible ASCII, as any client makes it: a UUID, or a quoted one. */
static bool
key_valid(struct bytes key)
{
    for (size_t i = 0; i < key.size; i++)
        if (key.p[i] <= 0x20 || key.p[i] >= 0x7f)
            return false;
    return key.size > 0 && key.size <= 255;
}

static void
half_take(uint8_t out[REQUEST_KEY_SIZE], struct hash hash)
{
    for (size_t i = 0; i < REQUEST_KEY_SIZE; i++)
        out[i] = hash.b[i];
}

bool
ask_key(const struct api *api, struct api_call *call)
{
    const struct request *request = call->request;
    struct request_key *key = &call->ask.key;

    if (request->idempotency_key.p == NULL)
        return true;
    if (!key_valid(request->idempotency_key)) {
        problem_status(api, call, 400, "API 2.5",
                       "Idempotency-Key is not 1 to 255 visible characters");
        return false;
    }
    key->present = true;
    half_take(key->key, hash_of(request->idempotency_key));
    half_take(key->request, hash_of_parts('\n', request->path, request->body));
    return true;
}

bool
answer_event(const struct api *api, struct api_call *call,
             const struct answer *answer, struct event *event)
{
    struct fault fault = {0};

    if (answer->has_record &&
        event_parse(answer->event, &call->request->arena, event, &fault) == OK)
        return true;
    problem_status(api, call, 500, "API 5.4", "the keeper gave no record");
    return false;
}
