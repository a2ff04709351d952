/*
 * How fast is a name found among ten million? B5: p99 below 2 ms on one core,
 * above 100 times pg_trgm, and nothing lost that scoring every name finds.
 *
 *     screen [--names N] [--queries N] [--brute N] [--postgres N]
 *            [--recall N] [--index FILE] [--list FILE]...
 *
 * N invented people are indexed (people_shared.h), with the persons of lists
 * as `kufi list import` keeps them. Those asked for are travellers, of whom
 * most are listed nowhere; one in ten is a listed person with his name changed
 * as happens at a border. First with their dates of birth, as a document has
 * it; then by name alone.
 *
 * --brute      so many of the names are also scored one by one, for the time
 *              that takes a name, which is counted up to all of them
 * --postgres   so many of the names are put into a table of PostgreSQL with a
 *              GIN index of pg_trgm (bench/postgres gives a server), and asked
 *              for with the same queries
 * --recall     instead: so many changed names are looked for by the index and
 *              by scoring every name; what the index has lost is counted
 * --index      the index is kept in this file, and built only when it is not
 *              there: for one version of Kufi, and the same names and lists
 */
#include "screen_shared.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "os/os.h"

static struct screen_bench bench;

/* Of this thread's processor: a search neither waits nor sleeps, and whoever
 * else is on the machine is no part of the answer. */
static double
seconds(void)
{
    struct timespec t;

    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) != 0)
        screen_must(ERR_IO, "the clock");
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
by_number(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;

    return (*x > *y) - (*x < *y);
}

/* ----- Asking ----- */

struct asked {
    double *ms;
    size_t hits;
    size_t firing; /* queries with a hit */
    size_t found;  /* changed names whose entry is among the hits */
    size_t changed;
    struct name_index_work work;
};

static void
query_ask(size_t i, bool with_birth, struct asked *asked)
{
    static struct name_index_hit hits[64];
    static uint8_t block[NAME_INDEX_ARENA_SIZE];
    struct screen_query_made query;
    struct name_index_question question = {.threshold = SCORE_THRESHOLD_DEFAULT,
                                           .work = &asked->work};
    struct arena arena;
    size_t count = 0;
    double start;

    screen_query_make(&bench, i, &query);
    if (!with_birth)
        query.made.person.birth_count = 0;
    question.query = &query.subject;
    start = seconds();
    arena_init(&arena, block, sizeof(block));
    screen_must(name_index_find(&bench.index, &question, &arena, hits,
                                sizeof(hits) / sizeof(hits[0]), &count),
                "searching");
    asked->ms[i] = (seconds() - start) * 1e3;
    asked->hits += count;
    asked->firing += count > 0;
    if (!query.changed)
        return;
    asked->changed++;
    for (size_t k = 0; k < count && k < sizeof(hits) / sizeof(hits[0]); k++)
        asked->found += hits[k].entry == query.entry;
}

static double
all_ask(const char *what, bool with_birth)
{
    size_t n = bench.queries;
    struct asked asked = {.ms = calloc(n + 1, sizeof(double))};
    double sum = 0;
    double p99;

    if (asked.ms == NULL)
        screen_must(ERR_LIMIT, "memory");
    for (size_t i = 0; i < n; i++)
        query_ask(i, with_birth, &asked);
    for (size_t i = 0; i < n; i++)
        sum += asked.ms[i];
    qsort(asked.ms, n, sizeof(double), by_number);
    p99 = asked.ms[n * 99 / 100];
    printf("%s p50 %.3f ms, p99 %.3f ms%s, most %.3f ms, mean %.3f ms\n", what,
           asked.ms[n / 2], p99, with_birth ? " (aim 2)" : "", asked.ms[n - 1],
           sum / (double)n);
    printf("%s a query: %.0f terms compared, %.0f postings, %.0f candidates,"
           " %.1f scored, %.2f hits; %zu of %zu changed names found\n",
           what, (double)asked.work.tokens / (double)n,
           (double)asked.work.postings / (double)n,
           (double)asked.work.candidates / (double)n,
           (double)asked.work.scored / (double)n,
           (double)asked.hits / (double)n, asked.found, asked.changed);
    free(asked.ms);
    return sum / (double)n;
}

/* ----- Beside it ----- */

/* Milliseconds of scoring every name, from so many of them. */
static double
brute_ask(size_t sample)
{
    struct screen_query_made query;
    struct people_person person;
    struct subject listed;
    struct score score;
    struct name *names = calloc(sample, sizeof(*names));
    struct people_person *people = calloc(sample, sizeof(*people));
    size_t rounds = 20;
    double start;
    double ms;

    if (names == NULL || people == NULL)
        screen_must(ERR_LIMIT, "memory");
    for (size_t i = 0; i < sample; i++) {
        people_make(SCREEN_SEED, i, PEOPLE_LISTED, &person);
        screen_must(name_read(NULL, &person.name, &names[i]), "a name");
        people_make(SCREEN_SEED, i, PEOPLE_LISTED, &people[i]);
    }
    start = seconds();
    for (size_t k = 0; k < rounds; k++) {
        screen_query_make(&bench, k, &query);
        for (size_t i = 0; i < sample; i++) {
            listed = (struct subject){&people[i].person, &names[i]};
            score_persons(&query.subject, &listed, &score);
        }
    }
    ms = (seconds() - start) * 1e3 / (double)rounds * (double)bench.names /
         (double)sample;
    free(names);
    free(people);
    return ms;
}

static void
usage(void)
{
    fprintf(stderr, "screen [--names N] [--queries N] [--brute N]"
                    " [--postgres N] [--recall N] [--index FILE]"
                    " [--list FILE]...\n");
    exit(2);
}

struct wanted {
    uint64_t names;
    uint64_t queries;
    uint64_t brute;
    uint64_t postgres;
    uint64_t recall;
    const char *index;
    const char *lists[8];
    size_t list_count;
};

static void
arguments(int argc, char **argv, struct wanted *out)
{
    struct {
        const char *name;
        uint64_t *value;
    } table[] = {{"--names", &out->names},
                 {"--queries", &out->queries},
                 {"--brute", &out->brute},
                 {"--postgres", &out->postgres},
                 {"--recall", &out->recall}};

    for (int i = 1; i < argc; i += 2) {
        size_t k = 0;

        if (i + 1 == argc)
            usage();
        if (strcmp(argv[i], "--list") == 0 && out->list_count < 8) {
            out->lists[out->list_count++] = argv[i + 1];
            continue;
        }
        if (strcmp(argv[i], "--index") == 0) {
            out->index = argv[i + 1];
            continue;
        }
        while (k < 5 && strcmp(argv[i], table[k].name) != 0)
            k++;
        if (k == 5 || !bytes_decimal(bytes_of(argv[i + 1]),
                                     NAME_INDEX_NAMES_MAX, table[k].value))
            usage();
    }
}

static void
speed(const struct wanted *wanted)
{
    double with_birth = all_ask("with birth:", true);
    double bare = all_ask("name alone:", false);
    double brute = wanted->brute > 0 ? brute_ask(wanted->brute) : 0;

    if (wanted->brute > 0)
        printf("every name scored: %.0f ms a query (from %" PRIu64
               " names), %.0f times the index\n",
               brute, wanted->brute, brute / with_birth);
    if (wanted->postgres > 0) {
        double trgm = screen_trgm(&bench, (size_t)wanted->postgres);

        printf("pg_trgm: mean %.1f ms a query at %" PRIu64
               " names, %.0f times the index by name alone, %.0f with birth"
               " (aim 100)\n",
               trgm, wanted->postgres, trgm / bare, trgm / with_birth);
    }
}

int
main(int argc, char **argv)
{
    struct wanted wanted = {.names = 1000000, .queries = 2000, .brute = 100000};

    arguments(argc, argv, &wanted);
    os_posix_init(&bench.os);
    bench.names = (size_t)wanted.names;
    bench.queries = (size_t)wanted.queries;
    bench.kept = wanted.index;
    screen_build(&bench, wanted.lists, wanted.list_count);
    if (wanted.recall > 0)
        screen_recall(&bench, (size_t)wanted.recall);
    else
        speed(&wanted);
    screen_close(&bench);
    return bench.lost > 0;
}
