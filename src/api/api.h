/*
 * The HTTP API: a request in, a response out, with one question to the keeper
 * in between, sometimes two. Pure of sockets: the desk carries requests and
 * asks.
 *
 *     api_begin(&api, request, now, &call);
 *     while (call.waits)
 *         ... send call.ask, and when its answer has come (or none has within
 *         call.deadline_ms, or the keeper has gone: then an answer of
 *         PROBLEM_KEEPER_GONE)
 *         api_finish(&api, &call, &answer);
 *     request_answer(request, &call.response);
 *     if (call.store_failed)
 *         ... close the store and open it again
 */
#ifndef API_API_H
#define API_API_H

#include "api/ask.h"
#include "api/counters.h"
#include "http/server.h"
#include "inspect/position.h"

struct route;
struct screen_set;
struct stay_rules;
struct store;

/* How long the desk waits for the keeper. A full disk or a slow one answers
 * sooner; health is asked by monitors that give up after a second or two. */
#define API_DEADLINE_MS 10000
#define API_HEALTH_DEADLINE_MS 1000

/* Until officers sign in, all speak with the one token. API 2.2 */
#define API_ACTOR "api"

/* A field on every answer of a sample node. */
#define API_SAMPLE_FIELD "Kufi-Sample"

/* On every answer while the node is isolated or rejoins. */
#define API_MODE_FIELD "Kufi-Mode"

/* Another post of the country, by the place that its records name. */
struct api_place {
    struct bytes place;
    struct position position;
};

/* What scans are looked at beside, as of now: what is in force.
 *
 * set    NULL: lists and alerts cannot be asked at all
 * rules  of stay; NULL: the one that is built in
 * scratch  for screen_ask(), forgotten when the question has been asked
 */
struct api_screening {
    const struct screen_set *set;
    const struct stay_rules *rules;
    bool rules_missing; /* some were imported, and cannot be had */
    struct arena *scratch;
};

/* Everything a request may be asked about; borrowed, and the same for all. */
struct api {
    struct os *os;
    struct folder log;   /* DIR/log: checkpoint and tiles */
    struct store *store; /* open for reading; NULL while there is none */
    struct bytes origin; /* "border.example/durres" */
    struct bytes node;   /* "durres" */
    struct bytes place;
    const struct zone *zone;
    bool sample;
    struct hash token; /* SHA-256 of the bearer token's characters */
    struct api_counters *counters; /* shared by all desks, or NULL */

    struct bytes country; /* ISO 3166-1 alpha-3 */
    struct position position;
    size_t place_count;
    const struct api_place *places;

    /* What it gives holds until it is called again; NULL: nothing is in
     * force, and nothing is known of it. */
    void (*screening)(void *context, struct api_screening *out);
    void *screening_context;
};

/*
 * A request under way, in the caller's memory. `ask` and `response` borrow from
 * the request and its arena.
 */
struct api_call {
    struct request *request;
    struct instant now;
    bool waits;
    unsigned deadline_ms;
    struct ask ask;
    struct response response;
    bool store_failed; /* the store is to be opened again */
    uint64_t spent_ns; /* of the desk's time, on a scan so far */

    const struct route *route; /* private from here on */
    void *state;               /* of the route, in the request's arena */
};

/* `now` is the desk's clock. */
void api_begin(const struct api *api, struct request *request,
               struct instant now, struct api_call *call);

void api_finish(const struct api *api, struct api_call *call,
                const struct answer *answer);

/* For server_config.refuse: the problem that a refusal is. */
void api_refuse(const struct api *api, struct request *request,
                const struct refusal *refusal, struct response *response);

#endif
