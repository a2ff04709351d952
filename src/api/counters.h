/*
 * What all desks share: a page of memory that the supervisor makes. How many
 * requests were answered, by route and status, so that the figures grow
 * steadily whichever desk is asked, and outlive a desk; and how far clients
 * were told of records. `= {0}` is none.
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
    ROUTE_OVERSTAYERS,
    ROUTE_HEALTH,
    ROUTE_METRICS,
    ROUTE_OPENAPI,
    ROUTE_CHECKPOINT,
    ROUTE_TILE,
    ROUTE_HITS,
    ROUTE_ALERTS,
    ROUTE_WITHDRAWALS,
    ROUTE_ORDERS,
    ROUTE_LINKS,
    ROUTE_MANIFESTS,
    ROUTE_LISTS,
    ROUTE_PEERS,
    ROUTE_MODES,
    ROUTE_JOIN,
    ROUTE_CUSTODIANS
};
#define ROUTE_COUNT (ROUTE_CUSTODIANS + 1)

/* Statuses that are told apart, and one for all others. */
#define COUNTED_STATUS_COUNT 20

/*
 * How long the desk itself worked on scans, the wait for the keeper left out:
 * a count for each upper bound, four of them to an octave, from 20 us to 66 ms,
 * and one for all that took longer.
 */
#define SCAN_BOUND_COUNT 48
#define SCAN_BOUND_FIRST_NS UINT64_C(16000)

/*
 * mode    as counters_tell() has it
 * alarms  how many things an officer must be told of
 */
struct api_counters {
    _Atomic uint32_t mode;
    _Atomic uint32_t alarms;
    _Atomic uint64_t acknowledged; /* one past the last record answered */
    _Atomic uint64_t answered[ROUTE_COUNT][COUNTED_STATUS_COUNT];
    _Atomic uint64_t scans[SCAN_BOUND_COUNT + 1];
    _Atomic uint64_t scans_ns; /* of all together */
};

/* Counts one answer; `counters` may be NULL. */
void counters_add(struct api_counters *counters, enum route_id route,
                  unsigned status);

/* Counts one scan by what the desk took for it; `counters` may be NULL. */
void counters_scan(struct api_counters *counters, uint64_t ns);

/* How the node stands, for every answer; `counters` may be NULL. */
struct counters_stand {
    const char *mode; /* "normal", "isolated", "rejoining" */
    bool apart;       /* any but the first */
    uint32_t alarms;
};
struct counters_stand counters_stand(struct api_counters *counters);

/* Told by the keeper alone: 0 normal, 1 isolated, 2 rejoining. */
void counters_tell(struct api_counters *counters, uint32_t mode,
                   uint32_t alarms);

/* A record is about to be answered to a client, who may from then on count on
 * it at any desk; `counters` may be NULL. */
void counters_acknowledge(struct api_counters *counters, uint64_t index);

/* One past the last record that any client was answered. */
uint64_t counters_acknowledged(struct api_counters *counters);

/* The figures that are not 0, as Prometheus has them. */
void counters_write(struct writer *w, struct api_counters *counters);

#endif
