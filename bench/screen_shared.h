/*
 * What bench/screen is made of: the index over invented and listed people, the
 * queries, and what stands beside it.
 */
#ifndef BENCH_SCREEN_SHARED_H
#define BENCH_SCREEN_SHARED_H

#include "os/map.h"
#include "people_shared.h"
#include "screen/name.h"
#include "screen/name_index.h"
#include "screen/script.h"

#define SCREEN_SEED 20260827
#define SCREEN_LISTS_MAX 8
#define SCREEN_LISTED_MAX 1000000

/* A person of a list. */
struct screen_listed {
    uint64_t entry;
    struct person person;
    struct name *names;
};

struct screen_bench {
    struct os os;
    struct script script;
    size_t names;     /* invented */
    size_t queries;   /* different ones */
    bool all_changed; /* every query is a listed person's, changed */
    size_t lost;      /* hits that the index did not find */
    const char *kept; /* file of an index that is built once, or NULL */
    struct folder folder;
    char path[256];
    const char *file_name;
    struct map file;
    struct name_index index;
    struct arena arena; /* of what is listed */
    struct map lists[SCREEN_LISTS_MAX];
    size_t list_count;
    struct screen_listed *listed;
    size_t listed_count;
};

/* A traveller; if `changed` he is the listed person `entry`. */
struct screen_query_made {
    struct people_person made;
    struct name name;
    struct subject subject;
    bool changed;
    uint64_t entry;
};

void screen_must(enum err e, const char *what);

/* Builds the index into a file, and says what that took; or opens the one that
 * is kept. */
void screen_build(struct screen_bench *bench, const char *const *lists,
                  size_t list_count);
void screen_close(struct screen_bench *bench);

/* Query `i`, always the same. */
void screen_query_make(const struct screen_bench *bench, size_t i,
                       struct screen_query_made *out);

/* Mean milliseconds of a query; 0 when there is no server. */
double screen_trgm(const struct screen_bench *bench, size_t names);

/* Counts in `bench->lost`. */
void screen_recall(struct screen_bench *bench, size_t queries);

#endif
