/*
 * Requests through the API, from the target on: the first byte is 'G' or 'P',
 * in small letters for a sample node; then the target, a line end, and the
 * body. What is asked of the keeper must be a lawful ask with a lawful event;
 * answered with that event, the answer must be JSON. What is refused must be a
 * 4xx problem, but for what needs a store. API 1.4, 2, 4.
 */
#include <stdlib.h>

#include "api/api.h"
#include "base/json.h"
#include "http/target.h"

#define TOKEN "fuzz"
#define NOW INT64_C(1782914607250)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
answer_check(const struct api_call *call)
{
    const struct response *response = &call->response;
    struct json *json = NULL;

    must(response->status >= 200 && response->status < 600);
    must(response->status != 500);
    if (!bytes_begin(bytes_of(response->content_type), BYTES("application/")))
        return;
    must(json_parse(response->body, &json, NULL) == OK);
    json_close(json);
}

/* As the keeper would, but that it records nothing. */
static void
keeper_play(const struct api *api, struct api_call *call)
{
    static max_align_t block[16384 / sizeof(max_align_t)];
    static uint8_t message[ASK_SIZE_MAX];
    struct answer answer = {.size = 9, .index = 8};
    struct arena arena;
    struct writer w;
    struct event event;
    struct ask ask;

    writer_init(&w, message, sizeof(message));
    ask_encode(&w, &call->ask);
    must(writer_end(&w) == OK);
    must(ask_parse(writer_done(&w), &ask, NULL) == OK);
    if (ask.kind == ASK_APPEND) {
        arena_init(&arena, block, sizeof(block));
        must(event_parse(ask.event, &arena, &event, NULL) == OK);
        answer.has_record = true;
        answer.event = ask.event;
    } else if (ask.kind != ASK_STATUS) {
        answer.problem = PROBLEM_NO_SUCH_RECORD;
    }
    api_finish(api, call, &answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static max_align_t block[REQUEST_ARENA_SIZE / sizeof(max_align_t)];
    static const struct zone zone;
    struct bytes rest = {data, size};
    struct bytes first = bytes_slice(rest, 0, 1);
    struct os os;
    struct api api = {.os = &os,
                      .origin = BYTES("kufi.example/durres"),
                      .node = BYTES("durres"),
                      .place = BYTES("somewhere"),
                      .zone = &zone,
                      .log = {.fd = -1},
                      .token = hash_of(BYTES(TOKEN))};
    struct request request = {.authorization = BYTES("Bearer " TOKEN),
                              .content_type = BYTES("application/json")};
    struct api_call call;
    struct bytes target;

    os_posix_init(&os);
    if (first.size == 0)
        return 0;
    api.sample = (first.p[0] & 0x20) != 0;
    request.method = (first.p[0] | 0x20) == 'p' ? METHOD_POST : METHOD_GET;
    rest = bytes_slice(rest, 1, rest.size);
    target = bytes_split(&rest, '\n');
    request.body = rest;
    if (request.body.size > REQUEST_BODY_SIZE_MAX)
        return 0;
    arena_init(&request.arena, block, sizeof(block));
    if (target_parse(target, &request.arena, &request.path, &request.query,
                     NULL) != OK)
        return 0;
    api_begin(&api, &request, (struct instant){NOW}, &call);
    if (call.waits)
        keeper_play(&api, &call);
    else
        must(!call.response.has_file);
    answer_check(&call);
    return 0;
}
