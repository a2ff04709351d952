/*
 * POST /v1/inspections: a document is scanned. It is looked at beside all that
 * is known, recorded with what was found, and answered. API 4.1
 */
#include <string.h>

#include "api/call_int.h"
#include "api/permit.h"
#include "api/problem.h"
#include "api/question.h"
#include "api/render.h"
#include "api/render_inspect.h"
#include "document/mrz_json.h"
#include "record/word.h"

/* Whether anybody was told of a record that the tables do not hold yet: then
 * the scan waits for it. API 5.5 */
static bool
is_behind(const struct api *api)
{
    uint64_t told = counters_acknowledged(api->counters);
    uint64_t folded = 0;

    return told > 0 && api->store != NULL &&
           store_folded(api->store, &folded) == OK && folded < told;
}

/* ----- What was found, as it is recorded. ----- */

static enum err
findings_record(const struct question *question, struct arena *arena,
                struct inspection *inspection)
{
    const struct inspect_answer *answer = &question->answer;
    size_t count = answer->finding_count;
    struct inspection_finding *findings =
        arena_array(arena, count + 1, sizeof(*findings));

    if (findings == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < count; i++)
        findings[i] = (struct inspection_finding){
            .code = bytes_of(finding_word(answer->findings[i].code)),
            .severity = (uint8_t)answer->findings[i].severity,
            .evidence = answer->findings[i].evidence};
    inspection->findings = findings;
    inspection->finding_count = count;
    inspection->recommendation = (uint8_t)answer->recommendation;
    return OK;
}

static struct inspection_hit
hit_record(const struct screen_hit *hit)
{
    struct inspection_hit out = {.kind = (uint8_t)hit->kind,
                                 .list = hit->list,
                                 .entry = hit->entry,
                                 .points = hit->points,
                                 .reason = (uint8_t)hit->reason,
                                 .reason_count = hit->reason_count};

    memcpy(out.reasons, hit->reasons, sizeof(out.reasons));
    memcpy(out.entry_hash, hit->entry_hash, sizeof(out.entry_hash));
    return out;
}

static enum err
hits_record(const struct question *question, struct arena *arena,
            struct inspection *inspection)
{
    size_t count = question->input.hit_count;
    struct inspection_hit *hits = arena_array(arena, count + 1, sizeof(*hits));

    if (hits == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < count; i++)
        hits[i] = hit_record(&question->hits[i].hit);
    inspection->hits = hits;
    inspection->hit_count = count;
    return OK;
}

static void
scan_record(const struct scan *scan, struct inspection *inspection)
{
    inspection->line_count = scan->line_count;
    for (size_t i = 0; i < scan->line_count; i++)
        inspection->lines[i] = scan->lines[i];
    inspection->has_document = scan->has_document;
    inspection->document = scan->document;
    inspection->fault_count = scan->fault_count;
    inspection->faults = scan->faults;
}

/* Asks the question, and the keeper to record the answer. */
static void
ask(const struct api *api, struct api_call *call, struct question *question)
{
    struct arena *arena = &call->request->arena;
    struct event event = {.type = EVENT_INSPECTION,
                          .time = question->now,
                          .actor = BYTES(API_ACTOR),
                          .place = api->place,
                          .lane = question->lane};
    struct inspection *inspection = &event.inspection;
    enum err e = question_ask(api, call, question);

    inspection->direction = question->direction;
    inspection->accompanied = question->accompanied;
    inspection->voyage = question->voyage;
    scan_record(question->scan, inspection);
    if (e == OK)
        e = hits_record(question, arena, inspection);
    if (e == OK)
        e = findings_record(question, arena, inspection);
    if (e != OK) {
        problem_status(api, call, 500, "API 4.1",
                       "too much is known to be looked at");
        return;
    }
    question->begun = true;
    (void)ask_append(api, call, &event);
}

/* All of a question is asked of one state of the tables: beginning to read
 * costs as much as reading. */
static void
ask_or_wait(const struct api *api, struct api_call *call,
            struct question *question)
{
    bool at_once = api->store != NULL && store_read_begin(api->store) == OK;

    if (is_behind(api)) {
        call->ask.kind = ASK_FOLDED;
        call->waits = true;
    } else
        ask(api, call, question);
    if (at_once)
        store_read_end(api->store);
}

static void
begin(const struct api *api, struct api_call *call)
{
    static const char *const names[] = {"mrz",  "direction",   "time",
                                        "lane", "accompanied", "voyage",
                                        "visa", "permit"};
    struct question *question =
        arena_take(&call->request->arena, sizeof(*question));
    struct form form;

    if (question == NULL) {
        problem_status(api, call, 500, "API 4.1", "no room for the question");
        return;
    }
    if (!form_open(&form, api, call))
        return;
    question->direction = form_direction(&form);
    question->now = form_time(&form);
    question->lane = form_lane(&form);
    question->accompanied = form_boolean(&form, "accompanied", "/accompanied");
    question->voyage = form_voyage(&form, true);
    form_permit(&form, &question->permit);
    question->scan = scan_read(&form, zone_date(api->zone, question->now));
    if (!form_close(&form, names, sizeof(names) / sizeof(names[0])))
        return;
    call->state = question;
    ask_or_wait(api, call, question);
}

/* ----- The answer. ----- */

static void
scan_render(struct json_writer *j, const struct scan *scan)
{
    json_key(j, "document");
    if (scan->has_document)
        render_document(j, &scan->document);
    else
        json_put_null(j);
    json_pair_boolean(j, "valid", scan->mrz.valid);
    json_key(j, "faults");
    render_faults(j, scan->faults, scan->fault_count);
    mrz_json_write_repair(j, &scan->repair);
}

static void
answer_scan(const struct api *api, struct api_call *call,
            const struct answer *answer, struct question *question)
{
    struct history_summary *history = &question->history;
    const char *location =
        render_location(api, &call->request->arena, answer->index);
    struct event event;
    struct writer w;
    struct json_writer j = {.w = &w};

    if (!answer_event(api, call, answer, &event))
        return;
    history->has_leaf =
        history->has_last && leaf_find(api, &history->last.record,
                                       answer->published, &history->leaf);
    answer_begin(call, &w);
    json_begin_object(&j);
    render_name(api, &j, "id", answer->index);
    render_time(&j, "time", event.time);
    json_pair_text(&j, "direction",
                   bytes_of(direction_word(event.inspection.direction)));
    render_question(api, &j, answer->index, question);
    scan_render(&j, question->scan);
    history_summary_render(api, &j, history);
    render_receipt(api, &j, answer->index, &answer->leaf);
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, 201, "application/json");
    if (location != NULL)
        response_field(&call->response, "Location", location);
}

static void
finish(const struct api *api, struct api_call *call,
       const struct answer *answer)
{
    struct question *question = call->state;

    if (question->begun)
        answer_scan(api, call, answer, question);
    else
        ask(api, call, question);
}

const struct route route_inspections = {.id = ROUTE_INSPECTIONS,
                                        .path = "/v1/inspections",
                                        .method = METHOD_POST,
                                        .begin = begin,
                                        .finish = finish};
