#include "asked.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "http/target.h"

int
asked_set_up(void **state)
{
    struct desk_made *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    os_posix_init(&f->os);
    f->api = (struct api){.os = &f->os,
                          .origin = BYTES("kufi.example/durres"),
                          .node = BYTES("durres"),
                          .place = BYTES("Durr\xc3\xabs"),
                          .zone = &f->zone,
                          .token = hash_of(BYTES(TOKEN)),
                          .counters = &f->counters};
    *state = f;
    return 0;
}

int
asked_tear_down(void **state)
{
    free(*state);
    return 0;
}

void
asked_begin(struct desk_made *f, const struct asked *asked)
{
    struct request *request = &f->request;

    *request = (struct request){.method = asked->method};
    arena_init(&request->arena, f->block,
               f->room > 0 ? f->room : sizeof(f->block));
    assert_err(target_parse(bytes_of(asked->target), &request->arena,
                            &request->path, &request->query, NULL),
               OK);
    if (!asked->no_token)
        request->authorization = BYTES("Bearer " TOKEN);
    if (!asked->no_type)
        request->content_type = BYTES("application/json; charset=utf-8");
    if (asked->key != NULL)
        request->idempotency_key = bytes_of(asked->key);
    request->body = bytes_of(asked->body);
    api_begin(&f->api, request, (struct instant){NOW}, &f->call);
}

const char *
asked_body(struct desk_made *f)
{
    struct bytes body = f->call.response.body;

    assert_true(body.size < sizeof(f->body));
    if (body.size > 0)
        memcpy(f->body, body.p, body.size);
    f->body[body.size] = '\0';
    return f->body;
}

void
asked_expect(struct desk_made *f, unsigned status, const char *words)
{
    const char *body = asked_body(f);
    struct json *json = NULL;

    if (f->call.waits || f->call.response.status != status ||
        strstr(body, words) == NULL)
        print_error("%u, not %u with %s: %s\n", f->call.response.status, status,
                    words, body);
    assert_false(f->call.waits);
    assert_int_equal(f->call.response.status, status);
    assert_non_null(strstr(body, words));
    if (strstr(f->call.response.content_type, "json") == NULL)
        return;
    assert_err(json_parse(f->call.response.body, &json, NULL), OK);
    json_close(json);
}

void
asked_record(struct desk_made *f)
{
    struct answer answer = {.problem = PROBLEM_NONE,
                            .size = 184,
                            .published = 100,
                            .folded = 184,
                            .has_record = true,
                            .index = 183,
                            .leaf = {{1, 2, 3}},
                            .event = f->call.ask.event};

    assert_true(f->call.waits);
    api_finish(&f->api, &f->call, &answer);
}

struct document
asked_document(void)
{
    return (struct document){.format = BYTES("TD3"),
                             .code = BYTES("P"),
                             .issuing_state = BYTES("UTO"),
                             .number = BYTES("L898902C3"),
                             .surname = BYTES("ERIKSSON"),
                             .given_names = BYTES("ANNA MARIA"),
                             .nationality = BYTES("UTO"),
                             .date_of_birth = BYTES("1974-08-12"),
                             .sex = BYTES("F"),
                             .date_of_expiry = BYTES("2012-04-15"),
                             .optional_1 = BYTES("ZE184226B")};
}
