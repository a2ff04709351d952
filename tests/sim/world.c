#include "sim/world.h"

#include <inttypes.h>
#include <unistd.h>

/* Each world begins at another hour, so that days end at all times in it. */
#define BEGAN_MS INT64_C(1790000000000)
#define DAY_MS 86400000

void
world_init(struct world *world, uint64_t seed)
{
    /* Neighbouring seeds must not draw from one sequence, a step apart. */
    struct test_random first = {seed};

    *world = (struct world){.seed = seed};
    world->random.state = test_random_next(&first);
    world->began.ms = BEGAN_MS + world_between(world, 0, DAY_MS);
}

uint64_t
world_below(struct world *world, uint64_t bound)
{
    return test_random_below(&world->random, bound);
}

int64_t
world_between(struct world *world, int64_t low, int64_t high)
{
    return low + (int64_t)world_below(world, (uint64_t)(high - low) + 1);
}

bool
world_once_in(struct world *world, uint64_t times)
{
    return world_below(world, times) == 0;
}

struct instant
world_time(const struct world *world)
{
    return (struct instant){world->began.ms + world->now_ms};
}

/* ----- Tasks. ----- */

static bool
is_before(const struct world_task *a, const struct world_task *b)
{
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->serial < b->serial;
}

static void
swap(struct world_task *a, struct world_task *b)
{
    struct world_task c = *a;

    *a = *b;
    *b = c;
}

void
world_after(struct world *world, int64_t delay_ms, struct world_task task)
{
    size_t at = world->task_count;

    if (at == WORLD_TASKS_MAX)
        world_broken(world, "sim", "too many tasks");
    task.at_ms = world->now_ms + (delay_ms < 0 ? 0 : delay_ms);
    task.serial = world->serial++;
    world->tasks[world->task_count++] = task;
    while (at > 0 &&
           is_before(&world->tasks[at], &world->tasks[(at - 1) / 2])) {
        swap(&world->tasks[at], &world->tasks[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static struct world_task
task_take(struct world *world)
{
    struct world_task first = world->tasks[0];
    size_t at = 0;

    world->tasks[0] = world->tasks[--world->task_count];
    for (;;) {
        size_t child = 2 * at + 1;

        if (child >= world->task_count)
            return first;
        if (child + 1 < world->task_count &&
            is_before(&world->tasks[child + 1], &world->tasks[child]))
            child++;
        if (!is_before(&world->tasks[child], &world->tasks[at]))
            return first;
        swap(&world->tasks[child], &world->tasks[at]);
        at = child;
    }
}

bool
world_step(struct world *world, int64_t until_ms)
{
    struct world_task task;

    if (world->task_count == 0 || world->tasks[0].at_ms > until_ms) {
        world->now_ms = until_ms;
        return false;
    }
    task = task_take(world);
    world->now_ms = task.at_ms;
    task.run(task.context, task.argument);
    return true;
}

/* ----- Saying. ----- */

static void
time_print(FILE *out, const struct world *world)
{
    int64_t ms = world->now_ms;

    (void)fprintf(out, "%" PRId64 ":%02d:%02d.%03d", ms / 3600000,
                  (int)(ms / 60000 % 60), (int)(ms / 1000 % 60),
                  (int)(ms % 1000));
}

void
world_trace(const struct world *world, const char *format, ...)
{
    va_list arguments;

    if (!world->tracing)
        return;
    printf("# ");
    time_print(stdout, world);
    printf(" ");
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

void
world_broken(const struct world *world, const char *promise, const char *format,
             ...)
{
    va_list arguments;

    printf("# seed %" PRIu64 ", at ", world->seed);
    time_print(stdout, world);
    printf(": %s broken: ", promise);
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
    (void)fflush(stdout);
    _exit(WORLD_BROKEN_STATUS);
}
