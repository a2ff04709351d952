/*
 * A bound of bytes a second: what was used up comes back with time. `= {0}` is
 * no bound.
 */
#ifndef SYNC_RATE_H
#define SYNC_RATE_H

#include "base/bytes.h"

struct rate {
    uint64_t bytes_s; /* 0: unbounded */
    uint64_t free_ns; /* when the debt is paid */
};

/* Bytes that went over the wire, or are about to. */
void rate_use(struct rate *rate, uint64_t now_ns, uint64_t bytes);

/* Until when to wait with the next ones: `now_ns` or earlier when not at all.
 */
uint64_t rate_due_ns(const struct rate *rate, uint64_t now_ns);

#endif
