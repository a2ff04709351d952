#include "api/problem.h"

#include "api/call_int.h"

#include "record/name.h"

#define TYPE_PREFIX "urn:kufi:problem:"

/* One problem object; members that are NULL or 0 are left out. */
struct problem_text {
    unsigned status;
    const char *name;
    const char *title;
    const char *detail;
    struct bytes said; /* in place of the detail, by the keeper */
    const char *clause;
    bool has_at;
    size_t at;
    bool has_record;
    uint64_t record;
    const struct member_errors *errors;
};

/* API 3.2 */
static const struct {
    unsigned status;
    const char *name;
    const char *title;
} by_status[] = {
    {400, "bad_request", "The request is malformed"},
    {401, "unauthorized", "The token is missing or wrong"},
    {404, "not_found", "There is no such resource"},
    {405, "method_not_allowed", "The resource has no such method"},
    {413, "too_large", "The body is too large"},
    {414, "target_too_long", "The target is too long"},
    {415, "unsupported_type", "The body is not application/json"},
    {422, "invalid", "The request cannot be carried out as it stands"},
    {431, "head_too_large", "The header is too large"},
    {500, "internal", "The node could not make the answer"},
    {501, "unknown_method", "The method is not known"},
    {503, "unavailable", "The node cannot answer now"},
    {505, "unknown_version", "The version of HTTP is not spoken"},
};

/* API 3.3 */
static const struct {
    unsigned status;
    const char *name;
    const char *title;
    const char *detail;
    const char *clause;
} by_problem[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = {500, "internal", "The node could not make the answer",
                      NULL, "API 3.3"},
    [PROBLEM_MALFORMED] = {422, "invalid",
                           "The request cannot be carried out as it stands",
                           "the record would not be a lawful one", "API 3.3"},
    [PROBLEM_NO_SUCH_RECORD] = {404, "no_such_record",
                                "There is no such record",
                                "the log has no entry of this name", "API 4.5"},
    [PROBLEM_NO_SUCH_INSPECTION] = {404, "no_such_inspection",
                                    "There is no such inspection",
                                    "the log has no inspection of this name",
                                    "API 4.2"},
    [PROBLEM_NO_DOCUMENT] = {422, "no_document", "The document was not read",
                             "scan it again, or write it by hand into a late "
                             "record",
                             "API 4.2"},
    [PROBLEM_DECIDED] = {409, "already_decided",
                         "The inspection has been decided on",
                         "each inspection is decided on once", "API 4.2"},
    [PROBLEM_KEY_REUSED] = {422, "key_reused",
                            "The Idempotency-Key belongs to another request",
                            "a key is used again only to repeat its request",
                            "API 2.5"},
    [PROBLEM_ERASED] = {410, "erased", "The record has been erased",
                        "its key was destroyed; the log still proves that it "
                        "was there",
                        "API 4.5"},
    [PROBLEM_NOT_CORRECTABLE] = {422, "not_correctable",
                                 "The record has no such field",
                                 "the record named is none that has the field",
                                 "API 4.4"},
    [PROBLEM_TIME] = {422, "time_not_taken", "The node takes no time",
                      "only sample nodes take a time from a request",
                      "API 2.6"},
    [PROBLEM_STARTING] = {503, "starting", "The node is starting",
                          "the log is being read; try again", "API 3.3"},
    [PROBLEM_STOPPING] = {503, "stopping", "The node is stopping",
                          "nothing was recorded", "API 3.3"},
    [PROBLEM_DISK_FULL] = {503, "disk_full", "The disk is full",
                           "nothing was recorded; the node goes on when there "
                           "is space",
                           "API 3.3"},
    [PROBLEM_READ_ONLY] = {503, "read_only", "The disk takes no writes",
                           "nothing was recorded", "API 3.3"},
    [PROBLEM_TROUBLE] = {503, "trouble", "The keeper is in trouble",
                         "see the node's log", "API 3.3"},
    [PROBLEM_NO_SUCH_HIT] = {404, "no_such_hit", "There is no such hit",
                             "the inspection has no hit of this number",
                             "API 4.13"},
    [PROBLEM_WITHDRAWN] = {409, "withdrawn", "It was withdrawn before",
                           "a record is withdrawn once", "API 4.15"},
    [PROBLEM_NOT_WITHDRAWABLE] = {422, "not_withdrawable",
                                  "The record cannot be withdrawn",
                                  "only alerts and exit orders can be",
                                  "API 4.15"},
    [PROBLEM_NO_SUCH_LIST] = {422, "no_such_list", "There is no such list",
                              "its file is not in the node's folder, or not "
                              "whole, or has no index",
                              "API 4.19"},
    [PROBLEM_LIST_SHRUNK] = {409, "list_shrunk", "The list has shrunk",
                             "it has fewer than 99 of 100 entries of the one "
                             "in force, which stays; accept_shrink overrides",
                             "API 4.19"},
    [PROBLEM_LIST_IN_FORCE] = {409, "list_in_force",
                               "The list is in force already",
                               "nothing was recorded", "API 4.19"},
    [PROBLEM_NO_SUCH_PLACE] = {422, "no_such_place", "There is no such post",
                               "the node's configuration names no post of "
                               "this place",
                               "API 4.3"},
    [PROBLEM_REFUSED] = {422, "refused", "It is refused", NULL, "API 4.22"},
    [PROBLEM_KEEPER_GONE] =
        {503, "keeper_gone", "The keeper did not answer",
         "it is not known whether anything was recorded: repeat the request "
         "with the same Idempotency-Key",
         "API 3.3"},
};

static void
errors_write(struct json_writer *j, const struct member_errors *errors)
{
    json_key(j, "errors");
    json_begin_array(j);
    for (size_t i = 0; i < errors->count; i++) {
        json_begin_object(j);
        json_pair_text(j, "pointer", bytes_of(errors->items[i].pointer));
        json_pair_text(j, "detail", bytes_of(errors->items[i].detail));
        json_pair_text(j, "clause", bytes_of(errors->items[i].clause));
        json_end_object(j);
    }
    json_end_array(j);
}

static void
record_write(const struct api *api, struct json_writer *j, uint64_t index)
{
    uint8_t text[RECORD_NAME_SIZE_MAX];
    struct record_name name = {api->node, index};
    struct writer w;

    writer_init(&w, text, sizeof(text));
    record_name_write(&w, &name);
    json_pair_text(j, "record", writer_done(&w));
}

static void
text_write(const struct api *api, struct json_writer *j,
           const struct problem_text *text)
{
    uint8_t type[sizeof(TYPE_PREFIX) + 32];
    struct writer w;

    writer_init(&w, type, sizeof(type));
    writer_text(&w, TYPE_PREFIX);
    writer_text(&w, text->name);
    json_begin_object(j);
    json_pair_text(j, "type", writer_done(&w));
    json_pair_text(j, "title", bytes_of(text->title));
    json_pair_integer(j, "status", text->status);
    if (text->said.size > 0)
        json_pair_text(j, "detail", text->said);
    else if (text->detail != NULL)
        json_pair_text(j, "detail", bytes_of(text->detail));
    if (text->clause != NULL)
        json_pair_text(j, "clause", bytes_of(text->clause));
    if (text->has_at)
        json_pair_integer(j, "at", (int64_t)text->at);
    if (text->has_record)
        record_write(api, j, text->record);
    if (text->errors != NULL)
        errors_write(j, text->errors);
    if (api->sample)
        json_pair_boolean(j, "sample", true);
    json_end_object(j);
}

static void
text_answer(const struct api *api, struct api_call *call,
            const struct problem_text *text)
{
    struct writer w;
    struct json_writer j = {.w = &w};

    answer_begin(call, &w);
    text_write(api, &j, text);
    answer_json(call, &w, text->status, "application/problem+json");
    if (text->status == 503)
        response_field(&call->response, "Retry-After", "1");
}

void
problem_status(const struct api *api, struct api_call *call, unsigned status,
               const char *clause, const char *detail)
{
    struct problem_text text = {.status = status,
                                .name = "http",
                                .title = "The request was refused",
                                .detail = detail,
                                .clause = clause};

    for (size_t i = 0; i < sizeof(by_status) / sizeof(by_status[0]); i++) {
        if (by_status[i].status != status)
            continue;
        text.name = by_status[i].name;
        text.title = by_status[i].title;
    }
    text_answer(api, call, &text);
}

void
problem_members(const struct api *api, struct api_call *call,
                const struct member_errors *errors)
{
    struct problem_text text = {
        .status = 422,
        .name = "invalid",
        .title = "The request cannot be carried out as it stands",
        .detail = errors->items[0].detail,
        .clause = errors->items[0].clause,
        .errors = errors};

    text_answer(api, call, &text);
}

void
problem_fault(const struct api *api, struct api_call *call,
              const struct fault *fault)
{
    struct problem_text text = {.status = 400,
                                .name = "bad_request",
                                .title = "The request is malformed",
                                .detail = fault->what,
                                .clause = fault->clause,
                                .has_at = true,
                                .at = fault->at};

    text_answer(api, call, &text);
}

void
problem_keeper(const struct api *api, struct api_call *call,
               const struct answer *answer)
{
    enum problem problem = answer->problem;
    struct problem_text text = {.status = by_problem[problem].status,
                                .name = by_problem[problem].name,
                                .title = by_problem[problem].title,
                                .detail = by_problem[problem].detail,
                                .said = answer->text,
                                .clause = by_problem[problem].clause,
                                .has_record = problem == PROBLEM_DECIDED &&
                                              answer->index != 0,
                                .record = answer->index};

    text_answer(api, call, &text);
}

const char *
problem_name(enum problem problem)
{
    return by_problem[problem].name;
}
