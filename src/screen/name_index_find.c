/*
 * A search: likely terms, then candidates, then scores. What is needed
 * meanwhile lies in the arena, and the number of names looked at is bounded by
 * nothing but how many there are.
 */
#include "screen/name_index.h"

#include <stdlib.h>

#include "screen/name_index_bound.h"
#include "screen/name_index_int.h"
#include "screen/name_index_pack.h"
#include "screen/name_index_walk.h"
#include "screen/score_int.h"

/* Candidates are fetched from memory together. */
#define BATCH 64

/* Candidates seen of late, so that few are looked at twice. */
#define SEEN_COUNT ((size_t)1 << 14)

/* Kept at once; nobody looks at more, and the best of them stay. */
#define HITS_MAX ((size_t)1 << 12)

struct search {
    const struct name_index *index;
    const struct name_index_question *question;
    const struct name *name; /* the query's that is being looked for */
    struct likely likely;
    uint32_t seen[SEEN_COUNT]; /* rank plus 1 */
    uint32_t batch[BATCH];
    size_t batch_count;
    struct name_index_hit hits[HITS_MAX];
    size_t hit_count;
    size_t dropped; /* entries that were hits and found no room */
    struct pack_person listed;
};

_Static_assert(sizeof(struct search) < NAME_INDEX_ARENA_SIZE,
               "a search fits the arena that is asked for");

/* ----- Hits ----- */

static int
by_entry(const void *a, const void *b)
{
    const struct name_index_hit *x = a;
    const struct name_index_hit *y = b;

    if (x->entry != y->entry)
        return x->entry < y->entry ? -1 : 1;
    if (x->score.points != y->score.points)
        return x->score.points > y->score.points ? -1 : 1;
    return (x->score.listed_name > y->score.listed_name) -
           (x->score.listed_name < y->score.listed_name);
}

static int
by_points(const void *a, const void *b)
{
    const struct name_index_hit *x = a;
    const struct name_index_hit *y = b;

    if (x->score.points != y->score.points)
        return x->score.points > y->score.points ? -1 : 1;
    return by_entry(a, b);
}

/* Each entry once, with the best of its names; then the best first. */
static void
hits_settle(struct search *search)
{
    size_t count = 0;

    qsort(search->hits, search->hit_count, sizeof(search->hits[0]), by_entry);
    for (size_t i = 0; i < search->hit_count; i++) {
        if (count == 0 ||
            search->hits[count - 1].entry != search->hits[i].entry)
            search->hits[count++] = search->hits[i];
    }
    search->hit_count = count;
    qsort(search->hits, count, sizeof(search->hits[0]), by_points);
}

static void
hit_add(struct search *search, const struct name_index_hit *hit)
{
    if (search->hit_count == HITS_MAX) {
        hits_settle(search);
        if (search->hit_count > HITS_MAX / 2) {
            search->dropped += search->hit_count - HITS_MAX / 2;
            search->hit_count = HITS_MAX / 2;
        }
    }
    search->hits[search->hit_count++] = *hit;
}

/* ----- Candidates ----- */

static enum err
record_find(const struct name_index *index, uint32_t rank, struct bytes *out)
{
    size_t from = (size_t)section_u32(&index->places, rank) * 4;
    size_t to = (size_t)section_u32(&index->places, (size_t)rank + 1) * 4;

    if (from > to || to > index->records.count)
        return ERR_CORRUPT;
    *out = (struct bytes){index->records.p + from, to - from};
    return OK;
}

/* Who is asked for without a birth has no more from that of anybody. */
static unsigned
ceiling(const struct person *query, unsigned points)
{
    enum score_reason best =
        query->birth_count > 0 ? REASON_BORN_SAME_DAY : REASON_NONE;

    return score_persons_ceiling(points, best, 0, query);
}

/*
 * Looks at what is cheap first: how the words agree, then the births and the
 * rest of the person, and only then the name letter by letter.
 */
static enum err
candidate_score(struct search *search, struct bytes record)
{
    const struct name_index_question *question = search->question;
    const struct person *person = question->query->person;
    struct pack_person *listed = &search->listed;
    struct subject subject = {&listed->person, &listed->name};
    struct name_bound bound;
    struct name_index_hit hit;
    enum err e = OK;

    if (!pack_tokens_whole(record))
        return ERR_CORRUPT;
    bound = bound_record(&search->likely, search->name, record);
    if (ceiling(person, bound.points) < question->threshold)
        return OK;
    e = pack_read_person(record, listed);
    if (e != OK || score_persons_most(bound.points, bound.said, person,
                                      &listed->person) < question->threshold)
        return e;
    e = pack_read_name(search->index, record, listed);
    if (e != OK)
        return e;
    score_persons(question->query, &subject, &hit.score);
    if (question->work != NULL)
        question->work->scored++;
    if (hit.score.points < question->threshold)
        return OK;
    hit.entry = listed->entry;
    hit.score.listed_name = listed->number;
    hit_add(search, &hit);
    return OK;
}

static enum err
batch_look(struct search *search)
{
    const struct name_index *index = search->index;
    struct bytes records[BATCH];
    enum err e = OK;

    for (size_t i = 0; i < search->batch_count && e == OK; i++) {
        e = record_find(index, search->batch[i], &records[i]);
        if (e == OK)
            __builtin_prefetch(records[i].p);
    }
    for (size_t i = 0; i < search->batch_count && e == OK; i++)
        e = candidate_score(search, records[i]);
    if (search->question->work != NULL)
        search->question->work->candidates += search->batch_count;
    search->batch_count = 0;
    return e;
}

static enum err
candidate(void *context, uint32_t rank)
{
    struct search *search = context;
    uint32_t *seen = &search->seen[rank % SEEN_COUNT];

    if (*seen == rank + 1)
        return OK;
    if (rank >= search->index->name_count)
        return ERR_CORRUPT;
    *seen = rank + 1;
    __builtin_prefetch(search->index->places.p + (size_t)rank * 4);
    search->batch[search->batch_count++] = rank;
    return search->batch_count == BATCH ? batch_look(search) : OK;
}

/* ----- The search ----- */

/* Names with a single word alike, where that may be enough: if so, then mostly
 * of who was born on the same day, and those are few. */
static enum err
singles_walk(struct search *search, struct walk *walk)
{
    const struct name_index_question *question = search->question;
    bool day_walked = false;
    enum err e = OK;

    for (size_t i = 0; i < search->likely.unit_count && e == OK; i++) {
        unsigned points = bound_single(&search->likely.units[i]);
        struct rank_range day;

        if (ceiling(question->query->person, points) < question->threshold)
            continue;
        walk->births.points = (uint16_t)points;
        if (!rank_day_get(&walk->births, &day)) {
            e = walk_unit(walk, i, points);
            continue;
        }
        for (uint32_t k = day.from; k < day.to && e == OK && !day_walked; k++)
            e = candidate(search, k);
        day_walked = true;
    }
    return e;
}

/*
 * A hit has two words alike, or all the words of one of the names, or a single
 * word that says so much that the rest may differ: the last is looked for only
 * where a threshold is that low.
 */
static enum err
name_search(struct search *search, const struct name *name)
{
    const struct name_index_question *question = search->question;
    const struct person *person = question->query->person;
    struct likely_question asked = {.index = search->index,
                                    .name = name,
                                    .lenient = person->birth_count > 0,
                                    .work = question->work};
    struct walk walk = {.index = search->index,
                        .likely = &search->likely,
                        .name = name,
                        .births = {.index = search->index,
                                   .person = person,
                                   .threshold = question->threshold},
                        .work = question->work,
                        .found = candidate,
                        .context = search};
    enum err e = likely_find(&asked, &search->likely);

    if (e != OK)
        return e;
    search->name = name;
    e = walk_all(&walk);
    if (e == OK)
        e = singles_walk(search, &walk);
    return e == OK ? batch_look(search) : e;
}

enum err
name_index_find(const struct name_index *index,
                const struct name_index_question *question, struct arena *arena,
                struct name_index_hit *out, size_t max, size_t *count)
{
    const struct person *person = question->query->person;
    size_t used = arena->used;
    struct search *search = arena_take(arena, sizeof(*search));
    enum err e = OK;

    if (search == NULL)
        return ERR_LIMIT;
    search->index = index;
    search->question = question;
    for (size_t i = 0; i < person->name_count && e == OK; i++)
        e = name_search(search, &question->query->names[i]);
    if (e == OK) {
        hits_settle(search);
        *count = search->hit_count + search->dropped;
        for (size_t i = 0; i < search->hit_count && i < max; i++)
            out[i] = search->hits[i];
    }
    arena->used = used;
    return e;
}
