#include "screen/name_index_walk.h"

#include "screen/name_index_bound.h"

/* Below this, looking at each is quicker than looking for where to go on. */
#define LIST_SHORT 96

/* Postings, which ascend. */
struct ranks {
    const uint8_t *p;
    size_t count;
};

static bool
class_among(const uint64_t *classes, uint32_t class)
{
    if (class >= CLASS_COUNT)
        return class == CLASS_ANY;
    return (classes[class / 64] >> class % 64 & 1) != 0;
}

static enum err
short_walk(const struct walk *walk, struct ranks list)
{
    enum err e = OK;

    for (size_t i = 0; i < list.count && e == OK; i++) {
        uint32_t rank = u32_at(list.p + i * 4);

        if (rank_ranges_have(&walk->ranges, rank))
            e = walk->found(walk->context, rank);
    }
    return e;
}

/* Postings with the classes of the other words, which say more than births: all
 * are looked at. */
static enum err
partnered_walk(const struct walk *walk, uint32_t from, uint32_t to,
               const uint64_t *classes)
{
    const struct name_index_section *postings = &walk->index->postings;
    const uint8_t *p;
    enum err e = OK;

    if (from > to || to > postings->count || (to - from) % PARTNERED_UNITS != 0)
        return ERR_CORRUPT;
    p = postings->p + (size_t)from * 4;
    if (walk->work != NULL)
        walk->work->postings += (to - from) / PARTNERED_UNITS;
    for (; from < to && e == OK; from += PARTNERED_UNITS, p += 8) {
        uint32_t partners = u32_at(p + 4);
        uint32_t rank = u32_at(p);

        if ((class_among(classes, partners >> 16) ||
             class_among(classes, partners & UINT16_MAX)) &&
            rank_ranges_have(&walk->ranges, rank))
            e = walk->found(walk->context, rank);
    }
    return e;
}

/* The first from `at` on that is not below `rank`: by steps that double, then
 * by halves. */
static size_t
seek(struct ranks list, size_t at, uint32_t rank)
{
    size_t step = 1;
    size_t end;

    while (step < list.count - at && u32_at(list.p + (at + step) * 4) < rank) {
        at += step;
        step *= 2;
    }
    end = step < list.count - at ? at + step : list.count;
    while (at < end) {
        size_t middle = at + (end - at) / 2;

        if (u32_at(list.p + middle * 4) < rank)
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

static enum err
list_walk(const struct walk *walk, uint32_t from, uint32_t to)
{
    const struct name_index_section *postings = &walk->index->postings;
    struct ranks list = {.count = to - from};
    size_t at = 0;
    enum err e = OK;

    if (from > to || to > postings->count)
        return ERR_CORRUPT;
    list.p = postings->p + (size_t)from * 4;
    if (walk->work != NULL)
        walk->work->postings += list.count;
    if (list.count <= LIST_SHORT)
        return short_walk(walk, list);
    for (size_t i = 0; i < walk->ranges.count && at < list.count; i++) {
        const struct rank_range *range = &walk->ranges.ranges[i];

        at = seek(list, at, range->from);
        while (at < list.count && e == OK) {
            uint32_t rank = u32_at(list.p + at * 4);

            if (rank >= range->to)
                break;
            e = walk->found(walk->context, rank);
            at++;
        }
    }
    return e;
}

/* The classes that are in `classes`, and names of one token. */
static enum err
dense_walk(const struct walk *walk, uint32_t dense, const uint64_t *classes)
{
    const struct name_index_section *starts = &walk->index->dense;
    const uint8_t *p;
    enum err e;

    if (dense >= starts->count / CLASS_STARTS)
        return ERR_CORRUPT;
    p = starts->p + (size_t)dense * CLASS_STARTS * 4;
    e = list_walk(walk, u32_at(p + CLASS_ALONE * 4),
                  u32_at(p + CLASS_ALONE * 4 + 4));
    for (size_t i = 0; i < CLASS_COUNT / 64 && e == OK; i++) {
        uint64_t left = classes[i];

        for (; left != 0 && e == OK; left &= left - 1) {
            size_t class = i * 64 + (size_t)__builtin_ctzll(left);

            e = list_walk(walk, u32_at(p + class * 4),
                          u32_at(p + class * 4 + 4));
        }
    }
    return e;
}

/* A term that few have: names of one token, then, unless they are all that is
 * wanted, the others. */
static enum err
sparse_walk(const struct walk *walk, const uint8_t *term,
            const uint64_t *classes, bool alone)
{
    uint32_t others = u32_at(term + 8);
    enum err e = list_walk(walk, u32_at(term + 4), others);

    if (e == OK && !alone)
        e = partnered_walk(walk, others, u32_at(term + TERM_SIZE + 4), classes);
    return e;
}

static enum err
unit_walk(const struct walk *walk, const struct unit *unit,
          const uint64_t *classes, bool alone)
{
    const struct name_index *index = walk->index;
    enum err e = OK;

    for (size_t i = unit->from; i < unit->to && e == OK; i++) {
        const uint8_t *p =
            index->terms.p + (size_t)walk->likely->terms[i].term * TERM_SIZE;
        uint32_t dense = u32_at(p + 12);

        e = dense == TERM_SPARSE ? sparse_walk(walk, p, classes, alone)
                                 : dense_walk(walk, dense, classes);
    }
    return e;
}

/* Wild ones come last: what they are like is found by the others' terms. */
static uint64_t
unit_cost(const struct unit *unit)
{
    return unit->wild ? UINT64_MAX : unit->postings;
}

/* The units by number of postings, fewest first. */
static void
order_get(const struct likely *likely, uint16_t out[UNITS_MAX])
{
    for (size_t i = 0; i < likely->unit_count; i++) {
        uint64_t cost = unit_cost(&likely->units[i]);
        size_t k = i;

        for (; k > 0 && unit_cost(&likely->units[out[k - 1]]) > cost; k--)
            out[k] = out[k - 1];
        out[k] = (uint16_t)i;
    }
}

/* The classes of what a unit may be found with: of those that come later, or of
 * the other half. False: of none but itself. */
static bool
partners_get(const struct likely *likely, const uint16_t *order, size_t at,
             uint64_t classes[CLASS_COUNT / 64])
{
    const struct unit *unit = &likely->units[order[at]];
    bool any = false;

    for (size_t k = at; k < likely->unit_count; k++) {
        const struct unit *other = &likely->units[order[k]];
        bool itself = k == at && unit->halves;

        if (!itself && (other->tokens & unit->tokens) != 0)
            continue;
        any = true;
        for (size_t c = 0; c < CLASS_COUNT / 64; c++)
            classes[c] |= other->classes[c];
    }
    return any;
}

/* Whether a name of this unit alone is all of the query. */
static bool
whole(const struct likely *likely, const struct unit *unit)
{
    return (likely->words & ~unit->tokens) == 0;
}

static void
ranges_set(struct walk *walk, unsigned points)
{
    walk->births.points = (uint16_t)points;
    rank_ranges_get(&walk->births, &walk->ranges);
}

/*
 * A hit has two units, or one of the two names has no other word. Whatever two
 * it has, the one that comes first in the order is walked for the classes of
 * those that come later; so the last needs no walk but for names of one word.
 * What a walk finds anew has no unit that came earlier: two common words at the
 * end let fewer births pass.
 */
enum err
walk_all(struct walk *walk)
{
    const struct likely *likely = walk->likely;
    uint16_t order[UNITS_MAX];
    enum err e = OK;

    order_get(likely, order);
    for (size_t i = 0; i < likely->unit_count && e == OK; i++) {
        const struct unit *unit = &likely->units[order[i]];
        uint64_t classes[CLASS_COUNT / 64] = {0};
        bool alone = !partners_get(likely, order, i, classes);
        unsigned points =
            bound_units(likely, walk->name, order + i, likely->unit_count - i);

        if (whole(likely, unit)) {
            e = walk_unit(walk, order[i], points);
            continue;
        }
        ranges_set(walk, points);
        e = unit_walk(walk, unit, classes, alone);
    }
    return e;
}

enum err
walk_unit(struct walk *walk, size_t unit, unsigned points)
{
    uint64_t classes[CLASS_COUNT / 64];

    memset(classes, 0xff, sizeof(classes));
    ranges_set(walk, points);
    return unit_walk(walk, &walk->likely->units[unit], classes, false);
}
