/*
 * GET /v1/health and /metrics: how the node is, for monitors; no token, nothing
 * of any traveller. API 4.8, 4.9
 */
#include "api/call_int.h"
#include "api/problem.h"
#include "api/render.h"
#include "base/version.h"
#include "record/word.h"

static void
begin(const struct api *api, struct api_call *call)
{
    (void)api;
    call->ask.kind = ASK_STATUS;
    call->deadline_ms = API_HEALTH_DEADLINE_MS;
    call->waits = true;
}

static void
health_answer(const struct api *api, struct api_call *call,
              const struct answer *answer)
{
    bool ok = answer->problem == PROBLEM_NONE;
    struct counters_stand stand = counters_stand(api->counters);
    struct writer w;
    struct json_writer j = {.w = &w};

    answer_begin(call, &w);
    json_begin_object(&j);
    json_pair_text(&j, "status", ok ? BYTES("ok") : BYTES("unavailable"));
    if (!ok)
        json_pair_text(&j, "reason", bytes_of(problem_name(answer->problem)));
    json_pair_text(&j, "node", api->node);
    json_pair_text(&j, "origin", api->origin);
    json_pair_text(&j, "version", BYTES(KUFI_VERSION));
    json_pair_text(&j, "mode", bytes_of(stand.mode));
    json_pair_integer(&j, "alarms", stand.alarms);
    if (answer->problem != PROBLEM_KEEPER_GONE) {
        json_pair_integer(&j, "size", (int64_t)answer->size);
        json_pair_integer(&j, "published", (int64_t)answer->published);
        json_pair_integer(&j, "folded", (int64_t)answer->folded);
    }
    render_sample(api, &j);
    json_end_object(&j);
    answer_json(call, &w, ok ? 200 : 503, "application/json");
    response_field(&call->response, "Cache-Control", "no-store");
}

static void
metric(struct writer *w, const char *name, const char *type, uint64_t value)
{
    writer_text(w, "# TYPE ");
    writer_text(w, name);
    writer_text(w, " ");
    writer_text(w, type);
    writer_text(w, "\n");
    writer_text(w, name);
    writer_text(w, " ");
    writer_decimal(w, value);
    writer_text(w, "\n");
}

static void
appended_write(struct writer *w, const struct keeper_status *status)
{
    writer_text(w, "# TYPE kufi_appended_total counter\n");
    for (size_t i = 0; i < status->type_count; i++) {
        const char *word = event_type_word((enum event_type)i);

        if (word == NULL || status->appended[i] == 0)
            continue;
        writer_text(w, "kufi_appended_total{type=\"");
        writer_text(w, word);
        writer_text(w, "\"} ");
        writer_decimal(w, status->appended[i]);
        writer_text(w, "\n");
    }
}

static void
status_write(struct writer *w, const struct api_call *call,
             const struct answer *answer)
{
    const struct keeper_status *status = &answer->status;
    int64_t up_ms = call->now.ms - status->started.ms;

    metric(w, "kufi_log_size_entries", "gauge", answer->size);
    metric(w, "kufi_log_published_entries", "gauge", answer->published);
    metric(w, "kufi_store_folded_entries", "gauge", answer->folded);
    if (!answer->has_status)
        return;
    metric(w, "kufi_travellers_inside", "gauge", status->inside);
    metric(w, "kufi_keeper_uptime_seconds", "gauge",
           up_ms < 0 ? 0 : (uint64_t)up_ms / 1000);
    appended_write(w, status);
}

static void
metrics_answer(const struct api *api, struct api_call *call,
               const struct answer *answer)
{
    struct writer w;

    answer_begin(call, &w);
    writer_text(&w,
                "# TYPE kufi_build_info gauge\nkufi_build_info{version=\"" //
                KUFI_VERSION "\",node=\"");
    writer_bytes(&w, api->node);
    writer_text(&w, "\"} 1\n");
    metric(&w, "kufi_sample_node", "gauge", api->sample);
    metric(&w, "kufi_up", "gauge", answer->problem == PROBLEM_NONE);
    if (answer->problem != PROBLEM_KEEPER_GONE)
        status_write(&w, call, answer);
    if (api->counters != NULL) {
        writer_text(&w, "# TYPE kufi_http_requests_total counter\n");
        counters_write(&w, api->counters);
    }
    answer_json(call, &w, 200, "text/plain; version=0.0.4; charset=utf-8");
}

const struct route route_health = {.id = ROUTE_HEALTH,
                                   .path = "/v1/health",
                                   .method = METHOD_GET,
                                   .open = true,
                                   .begin = begin,
                                   .finish = health_answer,
                                   .gone = health_answer};

const struct route route_metrics = {.id = ROUTE_METRICS,
                                    .path = "/metrics",
                                    .method = METHOD_GET,
                                    .open = true,
                                    .begin = begin,
                                    .finish = metrics_answer,
                                    .gone = metrics_answer};
