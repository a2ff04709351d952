/*
 * Is anything lost by searching? Every query beside every name that could be a
 * hit at all (screen_sieve_shared.h), on all processors, beside what the index
 * answers. Of the names that could not be, some are scored all the same: none
 * may be a hit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "os/pool.h"
#include "screen_sieve_shared.h"

#define BLOCK 250 /* queries between two lines of figures */
#define HITS_SHOWN 2048
#define LOST_SHOWN 40
#define CHECKED_EVERY 1009 /* of the names that are passed over */

/* Why an index may miss a hit: SCR 5.2. */
enum kind { KIND_JOINED, KIND_STUMPS, KIND_BIRTHS, KIND_OTHER, KIND_COUNT };

struct worker {
    struct sieve_bits bits;
    uint8_t *block;
    struct name_index_hit *hits;
    size_t scored;
    size_t checked;
    size_t wrong; /* hits among those that were passed over */
    size_t found;
    size_t firing;
    size_t own;
    size_t lost[KIND_COUNT];
};

struct recall {
    const struct screen_bench *bench;
    struct sieve sieve;
    size_t from; /* query of the first slice */
    struct worker workers[POOL_THREADS_MAX];
};

/* One query and what the index says of it. */
struct trial {
    struct screen_query_made query;
    size_t hit_count;
    bool itself;
    size_t found;
};

static uint16_t
entry_score(const struct screen_bench *bench,
            const struct screen_query_made *query, size_t entry,
            uint64_t *number, struct score *score)
{
    struct people_person person;
    struct name name;
    struct subject subject = {&person.person, &name};

    *number = entry;
    if (entry < bench->names) {
        people_make(SCREEN_SEED, entry, PEOPLE_LISTED, &person);
        screen_must(name_read(NULL, &person.name, &name), "a name");
    } else {
        const struct screen_listed *listed =
            &bench->listed[entry - bench->names];

        subject = (struct subject){&listed->person, listed->names};
        *number = listed->entry;
    }
    score_persons(&query->subject, &subject, score);
    return score->points;
}

static enum kind
kind_of(const struct screen_query_made *query, const struct score *score)
{
    bool stumps = true;

    for (size_t i = 0; i < query->name.token_count; i++) {
        const struct token *token = &query->name.tokens[i];

        stumps = stumps && (token->kind != TOKEN_WORD ||
                            (token->cut && token->fold_size < 4));
    }
    for (size_t i = 0; i < score->reason_count; i++)
        if (score->reasons[i] == REASON_NAME_JOINED)
            return KIND_JOINED;
    if (stumps)
        return KIND_STUMPS;
    return query->made.person.birth_count > 0 ? KIND_BIRTHS : KIND_OTHER;
}

/* A hit by scoring: is it among the answers? Of more than are shown, those with
 * fewer points than the last may be missing. */
static void
hit_compare(struct worker *worker, struct trial *trial, uint64_t number,
            const struct score *score)
{
    const struct name_index_hit *hits = worker->hits;
    bool all = trial->hit_count < HITS_SHOWN;
    enum kind kind;

    trial->found++;
    trial->itself = trial->itself || number == trial->query.entry;
    for (size_t k = 0; k < trial->hit_count; k++) {
        if (hits[k].entry == number && hits[k].score.points == score->points)
            return;
    }
    if (!all && hits[HITS_SHOWN - 1].score.points >= score->points)
        return;
    kind = kind_of(&trial->query, score);
    if (worker->lost[KIND_JOINED] + worker->lost[KIND_BIRTHS] +
            worker->lost[KIND_OTHER] <
        LOST_SHOWN) {
        printf("lost: kind %d, entry %llx with %u points, reasons", (int)kind,
               (unsigned long long)number, score->points);
        for (size_t i = 0; i < score->reason_count; i++)
            printf(" %s", score_reason_word(score->reasons[i]));
        printf("\n");
    }
    worker->lost[kind]++;
}

static void
trial_begin(struct recall *recall, struct worker *worker, size_t number,
            struct trial *out)
{
    struct name_index_question question = {
        .query = &out->query.subject, .threshold = SCORE_THRESHOLD_DEFAULT};
    struct arena arena;

    screen_query_make(recall->bench, number, &out->query);
    out->found = 0;
    out->itself = false;
    arena_init(&arena, worker->block, NAME_INDEX_ARENA_SIZE);
    screen_must(name_index_find(&recall->bench->index, &question, &arena,
                                worker->hits, HITS_SHOWN, &out->hit_count),
                "searching");
    sieve_bits_find(&recall->sieve, &out->query, &worker->bits);
}

static void
query_try(void *context, unsigned thread, size_t slice)
{
    struct recall *recall = context;
    struct worker *worker = &recall->workers[thread];
    const struct sieve *sieve = &recall->sieve;
    size_t last = SIZE_MAX; /* entry that was scored */
    struct trial trial;

    trial_begin(recall, worker, recall->from + slice, &trial);
    for (size_t i = 0; i < sieve->name_count; i++) {
        const struct sieve_name *name = &sieve->names[i];
        bool passes = sieve_passes(sieve, &worker->bits, &trial.query, name);
        bool check = (i + slice * 31) % CHECKED_EVERY == 0;
        struct score score;
        uint64_t number;
        uint16_t points;

        if ((!passes && !check) || name->entry == last)
            continue;
        points = entry_score(recall->bench, &trial.query, name->entry, &number,
                             &score);
        worker->scored += passes;
        worker->checked += !passes;
        if (!passes) {
            /* Another of the entry's names may pass. */
            worker->wrong += points >= SCORE_THRESHOLD_DEFAULT &&
                             name->entry < recall->bench->names;
            continue;
        }
        last = name->entry;
        if (points >= SCORE_THRESHOLD_DEFAULT)
            hit_compare(worker, &trial, number, &score);
    }
    worker->found += trial.found;
    worker->firing += trial.found > 0;
    worker->own += trial.itself;
}

static void
figures(struct recall *recall, size_t queries)
{
    struct worker sum = {0};
    size_t lost = 0;

    for (size_t t = 0; t < POOL_THREADS_MAX; t++) {
        const struct worker *one = &recall->workers[t];

        sum.scored += one->scored;
        sum.checked += one->checked;
        sum.wrong += one->wrong;
        sum.found += one->found;
        sum.firing += one->firing;
        sum.own += one->own;
        for (size_t k = 0; k < KIND_COUNT; k++) {
            sum.lost[k] += one->lost[k];
            lost += one->lost[k];
        }
    }
    printf("recall: %zu changed names against %zu persons, %zu names: %zu hits"
           " by scoring, %zu lost by the index (%zu joined words, %zu stumps,"
           " %zu with a birth, %zu other); %zu names fire, %zu find whom they"
           " were made from; %zu pairs scored, of those passed over %zu, %zu"
           " of them hits\n",
           queries, recall->bench->names + recall->bench->listed_count,
           recall->sieve.name_count, sum.found, lost, sum.lost[KIND_JOINED],
           sum.lost[KIND_STUMPS], sum.lost[KIND_BIRTHS], sum.lost[KIND_OTHER],
           sum.firing, sum.own, sum.scored, sum.checked, sum.wrong);
    (void)fflush(stdout);
}

static size_t
lost_count(const struct recall *recall)
{
    size_t lost = 0;

    for (size_t t = 0; t < POOL_THREADS_MAX; t++) {
        lost += recall->workers[t].wrong;
        for (size_t k = 0; k < KIND_COUNT; k++)
            lost += recall->workers[t].lost[k];
    }
    return lost;
}

void
screen_recall(struct screen_bench *bench, size_t queries)
{
    struct recall *recall = calloc(1, sizeof(*recall));
    unsigned threads = pool_threads();

    if (recall == NULL)
        screen_must(ERR_LIMIT, "memory");
    bench->all_changed = true;
    recall->bench = bench;
    sieve_init(&recall->sieve, bench);
    printf("recall: %zu different words\n", recall->sieve.word_count);
    for (unsigned t = 0; t < threads; t++) {
        struct worker *worker = &recall->workers[t];

        sieve_bits_init(&recall->sieve, &worker->bits);
        worker->block = malloc(NAME_INDEX_ARENA_SIZE);
        worker->hits = calloc(HITS_SHOWN, sizeof(*worker->hits));
        if (worker->block == NULL || worker->hits == NULL)
            screen_must(ERR_LIMIT, "memory");
    }
    for (; recall->from < queries; recall->from += BLOCK) {
        size_t count =
            queries - recall->from < BLOCK ? queries - recall->from : BLOCK;

        pool_map(threads, query_try, recall, count);
        figures(recall, recall->from + count);
    }
    bench->lost = lost_count(recall);
}
