#include "api/counters.h"

#include <stddef.h>

static const unsigned statuses[COUNTED_STATUS_COUNT - 1] = {
    200, 201, 400, 401, 404, 405, 409, 410, 413, 414,
    415, 422, 431, 500, 501, 503, 505, 206, 304};

static const char *const routes[ROUTE_COUNT] = {
    [ROUTE_NONE] = "none",
    [ROUTE_INSPECTIONS] = "inspections",
    [ROUTE_CROSSINGS] = "crossings",
    [ROUTE_LATE_RECORDS] = "late-records",
    [ROUTE_CORRECTIONS] = "corrections",
    [ROUTE_RECORD] = "records",
    [ROUTE_SEARCHES] = "searches",
    [ROUTE_STATISTICS] = "statistics",
    [ROUTE_OVERSTAYERS] = "overstayers",
    [ROUTE_HEALTH] = "health",
    [ROUTE_METRICS] = "metrics",
    [ROUTE_OPENAPI] = "openapi.json",
    [ROUTE_CHECKPOINT] = "checkpoint",
    [ROUTE_TILE] = "tile",
    [ROUTE_HITS] = "hits",
    [ROUTE_ALERTS] = "alerts",
    [ROUTE_WITHDRAWALS] = "withdrawals",
    [ROUTE_ORDERS] = "orders",
    [ROUTE_LINKS] = "links",
    [ROUTE_MANIFESTS] = "manifests",
    [ROUTE_LISTS] = "lists",
    [ROUTE_PEERS] = "peers",
    [ROUTE_MODES] = "mode",
    [ROUTE_JOIN] = "roster",
    [ROUTE_CUSTODIANS] = "custodian-orders"};

void
counters_add(struct api_counters *counters, enum route_id route,
             unsigned status)
{
    size_t i = 0;

    if (counters == NULL)
        return;
    while (i < COUNTED_STATUS_COUNT - 1 && statuses[i] != status)
        i++;
    atomic_fetch_add_explicit(&counters->answered[route][i], 1,
                              memory_order_relaxed);
}

/* Below 2^o times the first there are four bounds to the next octave. */
static uint64_t
scan_bound_ns(size_t i)
{
    return (SCAN_BOUND_FIRST_NS / 4 << i / 4) * (5 + i % 4);
}

void
counters_scan(struct api_counters *counters, uint64_t ns)
{
    size_t i = 0;

    if (counters == NULL)
        return;
    while (i < SCAN_BOUND_COUNT && ns > scan_bound_ns(i))
        i++;
    atomic_fetch_add_explicit(&counters->scans[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&counters->scans_ns, ns, memory_order_relaxed);
}

void
counters_acknowledge(struct api_counters *counters, uint64_t index)
{
    uint64_t before;

    if (counters == NULL)
        return;
    before = atomic_load(&counters->acknowledged);
    while (before <= index && !atomic_compare_exchange_weak(
                                  &counters->acknowledged, &before, index + 1))
        ;
}

uint64_t
counters_acknowledged(struct api_counters *counters)
{
    return counters == NULL ? 0 : atomic_load(&counters->acknowledged);
}

static void
line_write(struct writer *w, const char *route, size_t status, uint64_t count)
{
    writer_text(w, "kufi_http_requests_total{route=\"");
    writer_text(w, route);
    writer_text(w, "\",status=\"");
    if (status < COUNTED_STATUS_COUNT - 1)
        writer_decimal(w, statuses[status]);
    else
        writer_text(w, "other");
    writer_text(w, "\"} ");
    writer_decimal(w, count);
    writer_text(w, "\n");
}

static void
seconds_write(struct writer *w, uint64_t ns)
{
    uint64_t rest = ns % 1000000000;

    writer_decimal(w, ns / 1000000000);
    writer_text(w, ".");
    for (uint64_t digit = 100000000; digit > 0; digit /= 10)
        writer_u8(w, (uint8_t)('0' + rest / digit % 10));
}

static void
scans_write(struct writer *w, struct api_counters *counters)
{
    uint64_t count = 0;

    writer_text(w, "# TYPE kufi_scan_seconds histogram\n");
    for (size_t i = 0; i <= SCAN_BOUND_COUNT; i++) {
        count +=
            atomic_load_explicit(&counters->scans[i], memory_order_relaxed);
        writer_text(w, "kufi_scan_seconds_bucket{le=\"");
        if (i < SCAN_BOUND_COUNT)
            seconds_write(w, scan_bound_ns(i));
        else
            writer_text(w, "+Inf");
        writer_text(w, "\"} ");
        writer_decimal(w, count);
        writer_text(w, "\n");
    }
    writer_text(w, "kufi_scan_seconds_sum ");
    seconds_write(
        w, atomic_load_explicit(&counters->scans_ns, memory_order_relaxed));
    writer_text(w, "\nkufi_scan_seconds_count ");
    writer_decimal(w, count);
    writer_text(w, "\n");
}

void
counters_write(struct writer *w, struct api_counters *counters)
{
    for (size_t r = 0; r < ROUTE_COUNT; r++) {
        for (size_t s = 0; s < COUNTED_STATUS_COUNT; s++) {
            uint64_t count = atomic_load_explicit(&counters->answered[r][s],
                                                  memory_order_relaxed);

            if (count > 0)
                line_write(w, routes[r], s, count);
        }
    }
    scans_write(w, counters);
}

struct counters_stand
counters_stand(struct api_counters *counters)
{
    static const char *const words[] = {"normal", "isolated", "rejoining"};
    struct counters_stand stand = {.mode = words[0]};
    uint32_t mode;

    if (counters == NULL)
        return stand;
    mode = atomic_load_explicit(&counters->mode, memory_order_relaxed);
    stand.mode = words[mode < 3 ? mode : 0];
    stand.apart = mode != 0;
    stand.alarms =
        atomic_load_explicit(&counters->alarms, memory_order_relaxed);
    return stand;
}

void
counters_tell(struct api_counters *counters, uint32_t mode, uint32_t alarms)
{
    if (counters == NULL)
        return;
    atomic_store_explicit(&counters->mode, mode, memory_order_relaxed);
    atomic_store_explicit(&counters->alarms, alarms, memory_order_relaxed);
}
