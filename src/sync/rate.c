#include "sync/rate.h"

#define SECOND_NS UINT64_C(1000000000)

void
rate_use(struct rate *rate, uint64_t now_ns, uint64_t bytes)
{
    if (rate->bytes_s == 0)
        return;
    if (rate->free_ns < now_ns)
        rate->free_ns = now_ns;
    /* No body has 2^33 bytes: the product fits. */
    rate->free_ns += bytes * SECOND_NS / rate->bytes_s;
}

uint64_t
rate_due_ns(const struct rate *rate, uint64_t now_ns)
{
    return rate->bytes_s == 0 ? now_ns : rate->free_ns;
}
