#include "api/api.h"

#include "api/call_int.h"
#include "api/problem.h"
#include "crypto/crypto.h"

static const struct route *const routes[] = {
    &route_inspections, &route_crossings,   &route_late_records,
    &route_corrections, &route_record,      &route_searches,
    &route_statistics,  &route_health,      &route_metrics,
    &route_openapi,     &route_checkpoint,  &route_tile,
    &route_hits,        &route_alerts,      &route_withdrawals,
    &route_orders,      &route_links,       &route_manifests,
    &route_alerts_show, &route_orders_show, &route_lists,
    &route_lists_show,  &route_overstayers, &route_peers,
    &route_mode,        &route_roster,      &route_custodian_orders};

#define ROUTES_SIZE (sizeof(routes) / sizeof(routes[0]))

static bool
method_served(const struct route *route, enum method method)
{
    return method == route->method ||
           (method == METHOD_HEAD && route->method == METHOD_GET);
}

static bool
path_served(const struct route *route, struct bytes path)
{
    struct bytes whole = bytes_of(route->path);
    bool folder = whole.p[whole.size - 1] == '/';

    return folder ? path.size > whole.size && bytes_begin(path, whole)
                  : bytes_equal(path, whole);
}

/* The route of the path with the method, or the only one with the path; and
 * what to say in Allow. */
static const struct route *
route_find(const struct request *request, const char **allow)
{
    static const char *const allowed[] = {"", "GET, HEAD", "POST",
                                          "GET, HEAD, POST"};
    const struct route *found = NULL;
    unsigned methods = 0;

    for (size_t i = 0; i < ROUTES_SIZE; i++) {
        if (!path_served(routes[i], request->path))
            continue;
        if (found == NULL || method_served(routes[i], request->method))
            found = routes[i];
        methods |= routes[i]->method == METHOD_GET ? 1 : 2;
    }
    *allow = allowed[methods];
    return found;
}

/* "Bearer TOKEN", compared by hash in a time that tells nothing. */
static bool
token_right(const struct api *api, const struct request *request)
{
    struct bytes rest = request->authorization;
    struct bytes scheme = bytes_split(&rest, ' ');
    struct hash hash;

    if (scheme.size != 6)
        return false;
    for (size_t i = 0; i < scheme.size; i++)
        if ((scheme.p[i] | 0x20) != "bearer"[i])
            return false;
    hash = hash_of(bytes_trim(rest));
    return crypto_same(hash.b, api->token.b, HASH_SIZE) != 0;
}

static void
dispatch(const struct api *api, struct api_call *call)
{
    const struct request *request = call->request;
    const char *allow;
    const struct route *route = route_find(request, &allow);

    if ((route == NULL || !route->open) && !token_right(api, request)) {
        problem_status(api, call, 401, "API 2.1",
                       "send the token as Authorization: Bearer");
        response_field(&call->response, "WWW-Authenticate",
                       "Bearer realm=\"kufi\"");
        return;
    }
    call->route = route;
    if (route == NULL) {
        problem_status(api, call, 404, "API 4.12", "see /v1/openapi.json");
        return;
    }
    if (!method_served(route, request->method)) {
        problem_status(api, call, 405, "API 1.2",
                       "the field Allow names the methods");
        response_field(&call->response, "Allow", allow);
        return;
    }
    route->begin(api, call);
}

/* What every answer says, and what is counted of it. */
static void
conclude(const struct api *api, struct api_call *call)
{
    struct counters_stand stand = counters_stand(api->counters);

    if (stand.apart)
        response_field(&call->response, API_MODE_FIELD, stand.mode);
    counters_add(api->counters,
                 call->route == NULL ? ROUTE_NONE : call->route->id,
                 call->response.status);
}

/* What the desk has worked on a scan since `start_ns`. */
static void
spend(const struct api *api, struct api_call *call, uint64_t start_ns)
{
    if (call->route == NULL || call->route->id != ROUTE_INSPECTIONS)
        return;
    call->spent_ns += api->os->monotonic_ns(api->os) - start_ns;
    if (!call->waits && call->response.status == 201)
        counters_scan(api->counters, call->spent_ns);
}

void
api_begin(const struct api *api, struct request *request, struct instant now,
          struct api_call *call)
{
    uint64_t start_ns = api->os->monotonic_ns(api->os);

    *call = (struct api_call){
        .request = request, .now = now, .deadline_ms = API_DEADLINE_MS};
    call->ask.actor = BYTES(API_ACTOR);
    dispatch(api, call);
    spend(api, call, start_ns);
    if (!call->waits)
        conclude(api, call);
}

void
api_finish(const struct api *api, struct api_call *call,
           const struct answer *answer)
{
    const struct route *route = call->route;
    uint64_t start_ns = api->os->monotonic_ns(api->os);

    call->waits = false;
    if (answer->has_record)
        counters_acknowledge(api->counters, answer->index);
    if (answer->problem == PROBLEM_NONE)
        route->finish(api, call, answer);
    else if (route->gone != NULL)
        route->gone(api, call, answer);
    else
        problem_keeper(api, call, answer);
    spend(api, call, start_ns);
    if (!call->waits)
        conclude(api, call);
}

void
api_refuse(const struct api *api, struct request *request,
           const struct refusal *refusal, struct response *response)
{
    struct api_call call = {.request = request};

    problem_status(api, &call, refusal->status, refusal->clause, refusal->what);
    conclude(api, &call);
    *response = call.response;
}
