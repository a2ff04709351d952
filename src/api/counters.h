/*
 * How many requests were answered, by route and status: a page of memory that
 * the supervisor makes and all desks share, so that the figures grow steadily
 * whichever desk is asked, and outlive a desk. `= {0}` is none.
 */
#ifndef API_COUNTERS_H
#define API_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/writer.h"

enum route_id {
    ROUTE_NONE, /* no such path, or refused before its path was read */
    ROUTE_INSPECTIONS,
    ROUTE_CROSSINGS,
    ROUTE_LATE_RECORDS,
    ROUTE_CORRECTIONS,
    ROUTE_RECORD,
    ROUTE_SEARCHES,
    ROUTE_STATISTICS,
    ROUTE_HEALTH,
    ROUTE_METRICS,
    ROUTE_OPENAPI,
    ROUTE_CHECKPOINT,
    ROUTE_TILE
};
#define ROUTE_COUNT (ROUTE_TILE + 1)

/* Statuses that are told apart, and one for all others. */
#define COUNTED_STATUS_COUNT 20

struct api_counters {
    _Atomic uint64_t answered[ROUTE_COUNT][COUNTED_STATUS_COUNT];
};

/* Counts one answer; `counters` may be NULL. */
void counters_add(struct api_counters *counters, enum route_id route,
                  unsigned status);

/* The figures that are not 0, as Prometheus has them. */
void counters_write(struct writer *w, struct api_counters *counters);

#endif
