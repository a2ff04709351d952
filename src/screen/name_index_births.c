#include "screen/name_index_births.h"

#include "screen/name_index_int.h"

/* The first rank of a birth on `day` or later that has a slot. */
static uint32_t
rank_from(const struct name_index *index, int64_t day)
{
    size_t from = 0;
    size_t to = index->days.count - 1;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        const uint8_t *p = index->days.p + middle * DAY_SIZE;

        if ((int32_t)u32_at(p) < day)
            from = middle + 1;
        else
            to = middle;
    }
    return u32_at(index->days.p + from * DAY_SIZE + 4);
}

/* Adds ranks; what overlaps or touches the last becomes one with it. */
static void
range_add(struct rank_ranges *out, uint32_t from, uint32_t to)
{
    struct rank_range *last = &out->ranges[out->count - 1];

    if (from >= to)
        return;
    if (out->count > 0 && from <= last->to) {
        if (to > last->to)
            last->to = to;
        if (from < last->from)
            last->from = from;
        return;
    }
    out->ranges[out->count++] = (struct rank_range){from, to};
}

static void
all_add(const struct name_index *index, struct rank_ranges *out)
{
    out->count = 0;
    range_add(out, 0, (uint32_t)index->name_count);
}

void
rank_ranges_get(const struct name_index *index, const struct person *query,
                uint16_t threshold, struct rank_ranges *out)
{
    (void)query;
    (void)threshold;
    (void)rank_from;
    all_add(index, out);
}
