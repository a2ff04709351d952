/*
 * What all machines of a simulated country share: the seed, from which every
 * decision comes; the time, which no clock of theirs needs to agree with; and
 * the tasks that are due. One seed is one history.
 *
 *     world_init(&world, seed);
 *     world_after(&world, delay_ms, (struct world_task){.run = f, ...});
 *     while (world_step(&world, until_ms)) {
 *     }
 *
 * Where a promise is broken the process ends, and says which and how to see it
 * again: whoever tries many seeds gives each a process of its own.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdio.h>

#include "base/date.h"
#include "base/err.h"
#include "test.h"

#define WORLD_TASKS_MAX 65536

/* How the process of a broken promise ends. */
#define WORLD_BROKEN_STATUS 3

struct world;

struct world_task {
    void (*run)(void *context, uint64_t argument);
    void *context;
    uint64_t argument;
    /* Its own. */
    int64_t at_ms;
    uint64_t serial; /* of two at one time, the first made is the first done */
};

struct world {
    uint64_t seed;
    struct test_random random;
    int64_t now_ms;       /* since the world began */
    struct instant began; /* what a true clock said then */
    bool tracing;
    uint64_t serial;
    size_t task_count;
    struct world_task tasks[WORLD_TASKS_MAX]; /* a heap */
};

void world_init(struct world *world, uint64_t seed);

uint64_t world_below(struct world *world, uint64_t bound);
/* From `low` to `high`, both included. */
int64_t world_between(struct world *world, int64_t low, int64_t high);
/* Once in `times`. */
bool world_once_in(struct world *world, uint64_t times);

struct instant world_time(const struct world *world);

void world_after(struct world *world, int64_t delay_ms, struct world_task task);

/* Does the next task; false when none is due until then, and then it is. */
bool world_step(struct world *world, int64_t until_ms);

/* One line of what happens, when somebody looks. */
void world_trace(const struct world *world, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Ends the process; `promise` as the design has them, "P3". */
_Noreturn void world_broken(const struct world *world, const char *promise,
                            const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
