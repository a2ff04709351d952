#include "screen/name_index_walk.h"

#include "screen/name_index_bound.h"

/* Fewer postings for each range are looked at one by one: that is quicker than
 * looking for where the next range begins. */
#define RANGE_WORTH 32

#define PARTNERED_SIZE (PARTNERED_UNITS * 4)

/* Points of a word that is looked for before others. */
#define LIKE_FIRST 960

/* Postings, which ascend, of `size` bytes each. */
struct ranks {
    const uint8_t *p;
    size_t size;
    size_t count;
};

static bool
class_among(const uint64_t *classes, uint32_t class)
{
    if (class >= CLASS_COUNT)
        return class == CLASS_ANY;
    return (classes[class / 64] >> class % 64 & 1) != 0;
}

/*
 * The postings of one term.
 *
 * ranges   that the births let pass
 * classes  of what else the names have to have
 * most     that a score of them can come to
 */
struct strand {
    const struct walk *walk;
    const struct rank_ranges *ranges;
    const uint64_t *classes;
    unsigned most;
};

static bool
enough(const struct strand *strand)
{
    return strand->most <= *strand->walk->enough;
}

static uint32_t
rank_at(struct ranks list, size_t at)
{
    return u32_at(list.p + at * list.size);
}

/* A rank that the births let pass; with the classes of the other words of the
 * name, where they are there. */
static enum err
rank_found(const struct strand *strand, struct ranks list, size_t at)
{
    const struct walk *walk = strand->walk;

    if (list.size == PARTNERED_SIZE) {
        uint32_t partners = u32_at(list.p + at * list.size + 4);

        if (!class_among(strand->classes, partners >> 16) &&
            !class_among(strand->classes, partners & UINT16_MAX))
            return OK;
    }
    return walk->found(walk->context, rank_at(list, at));
}

static enum err
short_walk(const struct strand *strand, struct ranks list)
{
    enum err e = OK;

    for (size_t i = 0; i < list.count && e == OK; i++) {
        if (rank_ranges_have(strand->ranges, rank_at(list, i)))
            e = rank_found(strand, list, i);
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

    while (step < list.count - at && rank_at(list, at + step) < rank) {
        at += step;
        step *= 2;
    }
    end = step < list.count - at ? at + step : list.count;
    while (at < end) {
        size_t middle = at + (end - at) / 2;

        if (rank_at(list, middle) < rank)
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

static enum err
long_walk(const struct strand *strand, struct ranks list)
{
    size_t at = 0;
    enum err e = OK;

    for (size_t i = 0; i < strand->ranges->count && at < list.count; i++) {
        const struct rank_range *range = &strand->ranges->ranges[i];

        at = seek(list, at, range->from);
        while (at < list.count && e == OK && !enough(strand) &&
               rank_at(list, at) < range->to)
            e = rank_found(strand, list, at++);
    }
    return e;
}

/* Postings from one place to another, of so many units each. */
static enum err
list_walk(const struct strand *strand, uint32_t from, uint32_t to,
          unsigned units)
{
    const struct walk *walk = strand->walk;
    const struct name_index_section *postings = &walk->index->postings;
    struct ranks list = {.size = (size_t)units * 4,
                         .count = (to - from) / units};

    if (from > to || to > postings->count || (to - from) % units != 0)
        return ERR_CORRUPT;
    list.p = postings->p + (size_t)from * 4;
    if (walk->work != NULL)
        walk->work->postings += list.count;
    return list.count < strand->ranges->count * RANGE_WORTH
               ? short_walk(strand, list)
               : long_walk(strand, list);
}

/* The classes that are wanted, and names of one token. */
static enum err
dense_walk(const struct strand *strand, uint32_t dense)
{
    const struct name_index_section *starts = &strand->walk->index->dense;
    const uint8_t *p;
    enum err e;

    if (dense >= starts->count / CLASS_STARTS)
        return ERR_CORRUPT;
    p = starts->p + (size_t)dense * CLASS_STARTS * 4;
    e = list_walk(strand, u32_at(p + CLASS_ALONE * 4),
                  u32_at(p + CLASS_ALONE * 4 + 4), 1);
    for (size_t i = 0; i < CLASS_COUNT / 64 && e == OK; i++) {
        uint64_t left = strand->classes[i];

        for (; left != 0 && e == OK; left &= left - 1) {
            size_t class = i * 64 + (size_t)__builtin_ctzll(left);

            e = list_walk(strand, u32_at(p + class * 4),
                          u32_at(p + class * 4 + 4), 1);
        }
    }
    return e;
}

/* A term that few have: names of one token, then, unless they are all that is
 * wanted, the others. */
static enum err
term_walk(const struct strand *strand, const uint8_t *term, bool alone)
{
    uint32_t dense = u32_at(term + 12);
    uint32_t others = u32_at(term + 8);
    enum err e;

    if (dense != TERM_SPARSE)
        return dense_walk(strand, dense);
    e = list_walk(strand, u32_at(term + 4), others, 1);
    if (e == OK && !alone)
        e = list_walk(strand, others, u32_at(term + TERM_SIZE + 4),
                      PARTNERED_UNITS);
    return e;
}

/* What is known of the names of a unit's terms before they are walked. */
struct stretch {
    const struct unit *unit;
    const uint64_t *classes;
    bool alone;
    struct bound_rest rest;
};

/* The most that scores of such names come to, and whose births allow it. */
static bool
strand_get(const struct walk *walk, const struct name_score *names,
           struct strand *out)
{
    const struct person *person = walk->births->person;
    unsigned unborn = score_unborn_ceiling(names, person);
    enum score_reason best =
        person->birth_count > 0 ? REASON_BORN_SAME_DAY : REASON_NONE;

    out->most = score_persons_ceiling(names->points, best, 0, person);
    if (enough(out))
        return false;
    out->ranges = birth_ranges_get(walk->births, names->points, unborn);
    return out->ranges != NULL;
}

/* The words that are most like it first: what they find may be enough. */
static enum err
unit_walk(const struct walk *walk, const struct stretch *stretch)
{
    struct strand strand = {.walk = walk, .classes = stretch->classes};
    const struct unit *unit = stretch->unit;
    enum err e = OK;

    for (int like = 1; like >= 0 && e == OK; like--) {
        for (size_t i = unit->from; i < unit->to && e == OK; i++) {
            const struct likely_term *term = &walk->likely->terms[i];
            struct name_score names;

            if ((term->points >= LIKE_FIRST) != (like == 1))
                continue;
            names = bound_term(walk->likely, &stretch->rest, term);
            if (!strand_get(walk, &names, &strand))
                continue;
            e = term_walk(&strand,
                          walk->index->terms.p + (size_t)term->term * TERM_SIZE,
                          stretch->alone);
        }
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

/*
 * A hit has two units, or one of the two names has no other word. Whatever two
 * it has, the one that comes first in the order is walked for the classes of
 * those that come later; so the last needs no walk but for names of one word.
 * What a walk finds anew has no unit that came earlier: two common words at the
 * end let fewer births pass.
 */
enum err
walk_all(const struct walk *walk)
{
    const struct likely *likely = walk->likely;
    uint16_t order[UNITS_MAX];
    enum err e = OK;

    order_get(likely, order);
    for (size_t i = 0; i < likely->unit_count && e == OK; i++) {
        const struct unit *unit = &likely->units[order[i]];
        uint64_t classes[CLASS_COUNT / 64] = {0};
        struct stretch stretch = {.unit = unit, .classes = classes};

        stretch.alone = !partners_get(likely, order, i, classes);
        if (whole(likely, unit)) {
            memset(classes, 0xff, sizeof(classes));
            stretch.alone = false;
        }
        bound_rest_get(likely, walk->name, order + i, likely->unit_count - i,
                       &stretch.rest);
        e = unit_walk(walk, &stretch);
    }
    return e;
}

enum err
walk_unit(const struct walk *walk, size_t unit, unsigned points)
{
    const struct unit *of = &walk->likely->units[unit];
    struct name_score names = {.points = (uint16_t)points,
                               .weight = SCORE_COMMON_WEIGHT,
                               .exact = true,
                               .whole = true};
    uint64_t classes[CLASS_COUNT / 64];
    struct strand strand = {.walk = walk, .classes = classes};
    enum err e = OK;

    memset(classes, 0xff, sizeof(classes));
    if (!strand_get(walk, &names, &strand))
        return OK;
    for (size_t i = of->from; i < of->to && e == OK; i++)
        e = term_walk(&strand,
                      walk->index->terms.p +
                          (size_t)walk->likely->terms[i].term * TERM_SIZE,
                      false);
    return e;
}
