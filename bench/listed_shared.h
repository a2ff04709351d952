/*
 * The persons of the public lists, for benchmarks: read from the files of
 * KUFI_DATA (default ../shared/data beside the checkout), copied to the heap,
 * their names read.
 */
#ifndef BENCH_LISTED_SHARED_H
#define BENCH_LISTED_SHARED_H

#include "screen/list_source.h"
#include "screen/name.h"
#include "screen/script.h"

/* `names` has as many as `person` has. */
struct listed {
    struct person person;
    struct name *names;
};

struct listed_all {
    struct listed *items;
    size_t count;
    size_t room;
    size_t name_count;
    struct script script;
};

/* Adds a list's persons: "un" or "ofac". False when its files are not there. */
bool listed_load(struct listed_all *all, const char *which);

#endif
