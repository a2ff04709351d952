/*
 * Least significant digit first: ids are spread evenly or ascend already, and
 * there are millions of them.
 */
#include "store/sort.h"

#include <stdlib.h>

#define DIGIT_BITS 11
#define DIGITS 6 /* ids have 62 bits at most, and are not negative */
#define DIGIT_COUNT (1 << DIGIT_BITS)

static bool
is_sorted(const struct sorted *sorted)
{
    for (size_t i = 1; i < sorted->count; i++)
        if (sorted->items[i - 1].id >= sorted->items[i].id)
            return false;
    return true;
}

static size_t
digit_of(int64_t id, unsigned digit)
{
    return (size_t)((uint64_t)id >> digit * DIGIT_BITS) & (DIGIT_COUNT - 1);
}

static void
digit_sort(struct sorted *sorted, unsigned digit)
{
    size_t starts[DIGIT_COUNT] = {0};
    struct sorted_row *from = sorted->items;
    size_t sum = 0;

    for (size_t i = 0; i < sorted->count; i++)
        starts[digit_of(from[i].id, digit)]++;
    for (size_t i = 0; i < DIGIT_COUNT; i++) {
        size_t count = starts[i];

        starts[i] = sum;
        sum += count;
    }
    for (size_t i = 0; i < sorted->count; i++)
        sorted->spare[starts[digit_of(from[i].id, digit)]++] = from[i];
    sorted->items = sorted->spare;
    sorted->spare = from;
}

enum err
sort_rows(const struct tables *tables, enum table table, struct sorted *out)
{
    size_t count = tables->memory[table].count;
    bool sorted;

    *out = (struct sorted){0};
    out->items = calloc(count + 1, sizeof(*out->items));
    out->spare = calloc(count + 1, sizeof(*out->spare));
    if (out->items == NULL || out->spare == NULL) {
        sort_free(out);
        return ERR_LIMIT;
    }
    for (size_t at = 0; at < count; at++)
        if (tables_row_id(tables, table, at, &out->items[out->count].id))
            out->items[out->count++].at = at;
    sorted = is_sorted(out);
    for (unsigned digit = 0; digit < DIGITS && !sorted; digit++)
        digit_sort(out, digit);
    return OK;
}

void
sort_free(struct sorted *sorted)
{
    free(sorted->items);
    free(sorted->spare);
    *sorted = (struct sorted){0};
}
