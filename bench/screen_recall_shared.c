/*
 * Is anything lost by searching? Every query against every name, on all
 * processors, beside what the index answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/pool.h"
#include "screen_shared.h"

#define SLICE 2000
#define HITS_SHOWN 4096
#define LOST_SHOWN 20

struct found {
    uint32_t query;
    uint16_t points;
    uint64_t entry;
};

struct worker {
    struct found *found;
    size_t count;
    size_t room;
};

struct recall {
    struct screen_bench *bench;
    struct screen_query_made *queries;
    size_t query_count;
    struct worker workers[POOL_THREADS_MAX];
};

static void
found_add(struct worker *worker, struct found found)
{
    if (worker->count == worker->room) {
        worker->room = worker->room == 0 ? 1024 : worker->room * 2;
        worker->found =
            realloc(worker->found, worker->room * sizeof(*worker->found));
        if (worker->found == NULL)
            screen_must(ERR_LIMIT, "memory");
    }
    worker->found[worker->count++] = found;
}

static void
subject_score(struct recall *recall, struct worker *worker, uint64_t entry,
              const struct subject *listed)
{
    for (size_t q = 0; q < recall->query_count; q++) {
        struct score score;

        score_persons(&recall->queries[q].subject, listed, &score);
        if (score.points >= SCORE_THRESHOLD_DEFAULT)
            found_add(worker, (struct found){.query = (uint32_t)q,
                                             .points = score.points,
                                             .entry = entry});
    }
}

static void
slice_score(void *context, unsigned number, size_t slice)
{
    struct recall *recall = context;
    struct screen_bench *bench = recall->bench;
    struct worker *worker = &recall->workers[number];

    for (size_t i = slice * SLICE; i < (slice + 1) * SLICE; i++) {
        struct people_person person;
        struct name name;
        struct subject subject = {&person.person, &name};

        if (i < bench->names) {
            people_make(SCREEN_SEED, i, PEOPLE_LISTED, &person);
            screen_must(name_read(NULL, &person.name, &name), "a name");
            subject_score(recall, worker, i, &subject);
        } else if (i - bench->names < bench->listed_count) {
            struct screen_listed *listed = &bench->listed[i - bench->names];

            subject = (struct subject){&listed->person, listed->names};
            subject_score(recall, worker, listed->entry, &subject);
        }
    }
}

static int
by_query(const void *a, const void *b)
{
    const struct found *x = a;
    const struct found *y = b;

    if (x->query != y->query)
        return x->query < y->query ? -1 : 1;
    return (x->entry > y->entry) - (x->entry < y->entry);
}

/* Those of one query that the index does not answer. */
static void
query_compare(struct recall *recall, size_t q, const struct found *found,
              size_t count)
{
    static struct name_index_hit hits[HITS_SHOWN];
    static uint8_t block[NAME_INDEX_ARENA_SIZE];
    struct screen_query_made *query = &recall->queries[q];
    struct name_index_question question = {
        .query = &query->subject, .threshold = SCORE_THRESHOLD_DEFAULT};
    struct arena arena;
    size_t answered = 0;

    arena_init(&arena, block, sizeof(block));
    screen_must(name_index_find(&recall->bench->index, &question, &arena, hits,
                                HITS_SHOWN, &answered),
                "searching");
    if (answered > HITS_SHOWN)
        answered = HITS_SHOWN;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (k < answered && hits[k].entry != found[i].entry)
            k++;
        if (k < answered && hits[k].score.points == found[i].points)
            continue;
        if (recall->bench->lost++ < LOST_SHOWN)
            printf("lost: %s, %s: entry %llx with %u points\n",
                   query->made.surname, query->made.given,
                   (unsigned long long)found[i].entry, found[i].points);
    }
}

/* All that was found, in the order of queries. */
static struct found *
gathered(const struct recall *recall, size_t *total)
{
    struct found *all;

    *total = 0;
    for (size_t i = 0; i < POOL_THREADS_MAX; i++)
        *total += recall->workers[i].count;
    all = calloc(*total + 1, sizeof(*all));
    if (all == NULL)
        screen_must(ERR_LIMIT, "memory");
    *total = 0;
    for (size_t i = 0; i < POOL_THREADS_MAX; i++) {
        const struct worker *worker = &recall->workers[i];

        if (worker->count > 0)
            memcpy(all + *total, worker->found, worker->count * sizeof(*all));
        *total += worker->count;
    }
    qsort(all, *total, sizeof(*all), by_query);
    return all;
}

void
screen_recall(struct screen_bench *bench, size_t queries)
{
    struct recall *recall = calloc(1, sizeof(*recall));
    size_t firing = 0;
    size_t own = 0;
    size_t at = 0;
    size_t total;
    struct found *all;

    if (recall == NULL)
        screen_must(ERR_LIMIT, "memory");
    recall->bench = bench;
    recall->query_count = queries;
    recall->queries = calloc(queries, sizeof(*recall->queries));
    if (recall->queries == NULL)
        screen_must(ERR_LIMIT, "memory");
    bench->all_changed = true;
    for (size_t i = 0; i < queries; i++) {
        struct screen_query_made *query = &recall->queries[i];

        screen_query_make(bench, i, query);
        /* Pointers of the struct itself, which was filled where it is. */
        query->subject = (struct subject){&query->made.person, &query->name};
    }
    pool_map(pool_threads(), slice_score, recall,
             (bench->names + bench->listed_count) / SLICE + 1);
    all = gathered(recall, &total);
    for (size_t q = 0; q < queries; q++) {
        size_t from = at;
        bool itself = false;

        for (; at < total && all[at].query == q; at++)
            itself = itself || all[at].entry == recall->queries[q].entry;
        query_compare(recall, q, all + from, at - from);
        firing += at > from;
        own += itself;
    }
    printf("recall: %zu changed names against %zu names: %zu hits by scoring"
           " every name, %zu of them lost by the index; %zu names fire, %zu"
           " find whom they were made from\n",
           queries, bench->names + bench->listed_count, total, bench->lost,
           firing, own);
}
