/*
 * A search: likely terms, then candidates, then scores. What is needed
 * meanwhile lies in the arena, and the number of names looked at is bounded by
 * nothing but how many there are.
 */
#include "screen/name_index.h"

#include <stdlib.h>
#include <string.h>

#include "screen/name_index_alike.h"
#include "screen/name_index_int.h"
#include "screen/name_index_walk.h"
#include "screen/score_int.h"

/* Candidates are fetched from memory together. */
#define BATCH 64

/* Candidates seen of late, so that few are looked at twice. */
#define SEEN_COUNT ((size_t)1 << 14)

/* Of so many who were born on one day each is scored who has one word alike.
 * Many more are ranked with some firsts of January. */
#define DAY_MAX 4096

/* Kept at once, and the most that are given. */
#define HITS_MAX ((size_t)1 << 12)
#define HITS_KEPT_MAX (HITS_MAX / 2)

/*
 * Large, and so not zeroed as a whole: search_begin().
 *
 * keep    of the hits, that are wanted
 * limit   so many hits are counted; of more, only those are looked for that are
 *         better than those that are kept
 * enough  points that make no hit, or none that is wanted
 * day     the candidates were born on the day that is asked for: one word alike
 *         is enough for each to be scored
 */
struct search {
    const struct name_index *index;
    const struct name_index_question *question;
    size_t number; /* of the query's name that is being looked for */
    struct likely likely;
    uint32_t seen[SEEN_COUNT]; /* rank plus 1 */
    uint32_t batch[BATCH];
    size_t batch_count;
    size_t keep;
    size_t limit;
    bool past_limit;
    bool day;
    uint16_t enough;
    struct name_index_hit hits[HITS_MAX];
    size_t hit_count;
    size_t settle_at;
    struct pack_person listed;
    struct birth_ranges births;
    struct alikes alikes;
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
hits_trim(struct search *search)
{
    hits_settle(search);
    search->past_limit =
        search->past_limit || search->hit_count > search->limit;
    if (search->past_limit && search->hit_count > search->keep) {
        search->hit_count = search->keep;
        search->enough = search->hits[search->keep - 1].score.points;
    }
    search->settle_at = search->hit_count + search->limit / 4;
}

static void
hit_add(struct search *search, const struct name_index_hit *hit)
{
    if (search->hit_count == search->settle_at)
        hits_trim(search);
    if (hit->score.points > search->enough)
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

/* How the names agree, letter by letter. */
static enum err
match_find(struct search *search, struct bytes record, bool lenient,
           struct alike *alike)
{
    const struct name_index_question *question = search->question;
    struct pack_person *listed = &search->listed;
    struct subject subject = {&listed->person, &listed->name};
    enum err e = pack_read_name(search->index, record, listed);

    if (e != OK)
        return e;
    score_names_best(question->query, &subject, lenient,
                     &alike->match[lenient]);
    alike->matched[lenient] = true;
    if (question->work != NULL)
        question->work->scored++;
    return OK;
}

/* The most that the names can come to, from their words alone. */
static const struct name_score *
bound_get(struct search *search, struct bytes record, struct alike *alike)
{
    const struct name *name = &search->question->query->names[search->number];

    if (alike->asked != search->number + 1) {
        alike->bound = bound_record(&search->likely, name, record);
        alike->asked = (uint16_t)(search->number + 1);
    }
    return &alike->bound;
}

/* Whether the names may make a hit of somebody; who was born on the same day
 * may have written two of his words as one, in a spelling that no list has. */
static bool
names_pass(struct search *search, struct bytes record,
           const struct name_score *bound)
{
    const struct person *person = search->question->query->person;
    size_t count = pack_token_count(record.p);

    if (ceiling(person, bound->points) > search->enough)
        return true;
    for (size_t i = 0; i < count && search->day; i++) {
        if (likely_first(&search->likely, pack_token_term(record.p, i)) != 0)
            return true;
    }
    return false;
}

/*
 * Looks at what is cheap first: how the words agree, then the births and the
 * rest of the person, and only then the name letter by letter.
 */
static enum err
candidate_score(struct search *search, struct bytes record)
{
    const struct person *person = search->question->query->person;
    struct pack_person *listed = &search->listed;
    const struct name_score *bound;
    struct birth_match birth;
    struct alike *alike;
    struct name_index_hit hit;
    bool lenient;
    enum err e;

    if (!pack_tokens_whole(record))
        return ERR_CORRUPT;
    alike = alike_find(&search->alikes, record.p);
    bound = bound_get(search, record, alike);
    if (!names_pass(search, record, bound))
        return OK;
    e = pack_read_person(record, listed);
    if (e != OK)
        return e;
    birth.reason = score_births(person, &listed->person, &birth.years);
    lenient = birth.reason == REASON_BORN_SAME_DAY;
    if (!search->day && score_persons_most(bound, &birth, person,
                                           &listed->person) <= search->enough)
        return OK;
    if (!alike->matched[lenient])
        e = match_find(search, record, lenient, alike);
    if (e != OK)
        return e;
    score_matched(&alike->match[lenient], &birth, person, &listed->person,
                  &hit.score);
    if (hit.score.points <= search->enough)
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
        if (e == OK) {
            __builtin_prefetch(records[i].p);
            __builtin_prefetch(records[i].p + records[i].size - 1);
        }
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

/* All who were born on the day, seen before or not. */
static enum err
day_walk(struct search *search, struct rank_range day)
{
    enum err e = batch_look(search);

    search->day = day.to - day.from <= DAY_MAX;
    for (uint32_t rank = day.from; rank < day.to && e == OK; rank++) {
        if (rank >= search->index->name_count)
            return ERR_CORRUPT;
        search->batch[search->batch_count++] = rank;
        if (search->batch_count == BATCH)
            e = batch_look(search);
    }
    if (e == OK)
        e = batch_look(search);
    search->day = false;
    return e;
}

/* Names with a single word alike, where that may be enough: mostly it is but
 * for who was born on the same day. */
static enum err
singles_walk(struct search *search, const struct walk *walk)
{
    const struct person *person = search->question->query->person;
    struct rank_range day;
    enum err e = OK;

    if (birth_day_get(&search->births, &day))
        e = day_walk(search, day);
    for (size_t i = 0; i < search->likely.unit_count && e == OK; i++) {
        unsigned points = bound_single(&search->likely.units[i]);

        if (ceiling(person, points) > search->enough &&
            !birth_day_only(&search->births, points))
            e = walk_unit(walk, i, points);
    }
    return e;
}

/*
 * A hit has two words alike, or all the words of one of the names, or a single
 * word that says so much that the rest may differ: the last is looked for only
 * where a threshold is that low.
 */
static enum err
name_search(struct search *search, size_t number)
{
    const struct name_index_question *question = search->question;
    const struct name *name = &question->query->names[number];
    struct likely_question asked = {
        .index = search->index,
        .name = name,
        .lenient = question->query->person->birth_count > 0,
        .work = question->work};
    struct walk walk = {.index = search->index,
                        .likely = &search->likely,
                        .name = name,
                        .births = &search->births,
                        .enough = &search->enough,
                        .work = question->work,
                        .found = candidate,
                        .context = search};
    enum err e = likely_find(&asked, &search->likely);

    if (e != OK)
        return e;
    search->number = number;
    e = walk_all(&walk);
    if (e == OK)
        e = singles_walk(search, &walk);
    return e == OK ? batch_look(search) : e;
}

static void
search_begin(struct search *search, const struct name_index *index,
             const struct name_index_question *question, size_t max)
{
    search->index = index;
    search->question = question;
    memset(search->seen, 0, sizeof(search->seen));
    search->batch_count = 0;
    search->keep = max == 0 ? 1 : max < HITS_KEPT_MAX ? max : HITS_KEPT_MAX;
    search->limit = search->keep > NAME_INDEX_COUNT_MAX ? search->keep
                                                        : NAME_INDEX_COUNT_MAX;
    search->past_limit = false;
    search->day = false;
    search->enough = (uint16_t)(question->threshold - 1);
    search->hit_count = 0;
    search->settle_at = search->limit + search->limit / 4;
    birth_ranges_init(&search->births, index, question->query->person,
                      question->threshold);
    alikes_init(&search->alikes);
}

enum err
name_index_find(const struct name_index *index,
                const struct name_index_question *question, struct arena *arena,
                struct name_index_hit *out, size_t max, size_t *count)
{
    const struct person *person = question->query->person;
    size_t used = arena->used;
    struct search *search = arena_room(arena, sizeof(*search));
    enum err e = OK;

    if (search == NULL)
        return ERR_LIMIT;
    search_begin(search, index, question, max);
    for (size_t i = 0; i < person->name_count && e == OK; i++)
        e = name_search(search, i);
    if (e == OK) {
        hits_settle(search);
        *count = search->past_limit || search->hit_count > search->limit
                     ? search->limit
                     : search->hit_count;
        for (size_t i = 0; i < search->hit_count && i < max; i++)
            out[i] = search->hits[i];
    }
    arena->used = used;
    return e;
}
