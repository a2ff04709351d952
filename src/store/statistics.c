/*
 * Crossings counted: sums over the tally's quarters of an hour. STO 4
 */
#include "store/chain.h"
#include "store/read_int.h"

#include <assert.h>
#include <string.h>

#define GROUPS_FIRST 64
#define HOUR_MS (60 * 60 * 1000)

struct groups {
    struct arena *arena;
    struct store_count *items;
    size_t count;
    size_t capacity;
};

/* Room for one more; what is outgrown stays behind in the arena. */
static enum err
groups_grow(struct groups *groups)
{
    size_t capacity = groups->capacity * 2 + GROUPS_FIRST;
    struct store_count *items;

    if (groups->count < groups->capacity)
        return OK;
    if (groups->count == STORE_STATISTICS_MAX)
        return ERR_LIMIT;
    items = arena_array(groups->arena, capacity, sizeof(*items));
    if (items == NULL)
        return ERR_LIMIT;
    if (groups->count > 0)
        memcpy(items, groups->items, groups->count * sizeof(*items));
    groups->items = items;
    groups->capacity = capacity;
    return OK;
}

/* A row of the tally as a group of its own, by what is asked. */
static struct store_count
group_of(const struct store_question *question, const struct row *row)
{
    int64_t quarter = row->id >> TALLY_QUARTER_SHIFT;
    struct instant start = {quarter * STORE_QUARTER_MS};
    struct store_count group = {0};

    switch (question->by) {
    case STORE_BY_HOUR:
        group.hour.ms = (quarter >> 2) * HOUR_MS;
        break;
    case STORE_BY_DAY:
        group.day = zone_date(question->zone, start);
        break;
    case STORE_BY_NATIONALITY:
        group.nationality = row->texts[TALLY_NATIONALITY];
        break;
    case STORE_BY_KIND:
        group.kind = (enum store_kind)(row->id & 3);
        break;
    }
    group.by_kind[row->id & 3] = (uint64_t)row->numbers[TALLY_CROSSINGS];
    return group;
}

static int
order(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int
group_compare(enum store_by by, const struct store_count *a,
              const struct store_count *b)
{
    switch (by) {
    case STORE_BY_HOUR:
        return order(a->hour.ms, b->hour.ms);
    case STORE_BY_DAY:
        return order(a->day.days, b->day.days);
    case STORE_BY_NATIONALITY:
        return bytes_compare(a->nationality, b->nationality);
    case STORE_BY_KIND:
        break;
    }
    return order(a->kind, b->kind);
}

/* Where the group is, or where it would have to stand. */
static size_t
group_place(const struct groups *groups, enum store_by by,
            const struct store_count *group)
{
    size_t low = 0;
    size_t high = groups->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (group_compare(by, &groups->items[middle], group) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum err
group_add(struct groups *groups, enum store_by by, struct store_count group)
{
    size_t at = group_place(groups, by, &group);
    struct store_count *item;
    enum err e;

    if (at < groups->count &&
        group_compare(by, &groups->items[at], &group) == 0) {
        for (size_t i = 0; i < STORE_KIND_COUNT; i++)
            groups->items[at].by_kind[i] += group.by_kind[i];
        return OK;
    }
    e = groups_grow(groups);
    if (e != OK)
        return e;
    if (group.nationality.size > 0) {
        group.nationality = arena_copy(groups->arena, group.nationality);
        if (group.nationality.p == NULL)
            return ERR_LIMIT;
    }
    item = &groups->items[at];
    memmove(item + 1, item, (groups->count - at) * sizeof(*item));
    *item = group;
    groups->count++;
    return OK;
}

static bool
is_quarter(struct instant instant)
{
    return instant.ms % STORE_QUARTER_MS == 0 && instant.ms >= INSTANT_MS_MIN &&
           instant.ms <= INSTANT_MS_MAX + 1;
}

static int64_t
tally_from(struct instant instant)
{
    return (int64_t)((uint64_t)tally_quarter(instant) << TALLY_QUARTER_SHIFT);
}

static enum err
gather(struct store *store, const struct store_question *question,
       struct groups *groups)
{
    int64_t end = tally_from(question->to);
    enum err e = sqlite_walk(store, TABLE_TALLY, tally_from(question->from));

    while (e == OK) {
        struct row row;

        e = sqlite_next(store, TABLE_TALLY, &row);
        if (e == OK && row.id >= end)
            return OK;
        if (e == OK && row.numbers[TALLY_CROSSINGS] > 0)
            e = group_add(groups, question->by, group_of(question, &row));
    }
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_statistics(struct store *store, const struct store_question *question,
                 struct arena *arena, struct store_count **out, size_t *count)
{
    struct groups groups = {.arena = arena};
    enum err e;

    assert(question->by != STORE_BY_DAY || question->zone != NULL);
    if (!is_quarter(question->from) || !is_quarter(question->to))
        return ERR_FORMAT;
    e = store_read_begin(store);
    if (e != OK)
        return e;
    e = gather(store, question, &groups);
    store_read_end(store);
    *out = groups.items;
    *count = groups.count;
    return e;
}
