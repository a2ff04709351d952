#include "os/pool.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct pool {
    void (*map)(void *context, unsigned worker, size_t slice);
    void *context;
    size_t count;
    atomic_size_t next;
};

struct worker {
    struct pool *pool;
    unsigned number;
    pthread_t thread;
};

unsigned
pool_threads(void)
{
    cpu_set_t set;
    int count = 1;

    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        count = CPU_COUNT(&set);
    if (count < 1)
        return 1;
    return count > POOL_THREADS_MAX ? POOL_THREADS_MAX : (unsigned)count;
}

static void *
work(void *context)
{
    struct worker *worker = context;
    struct pool *pool = worker->pool;
    size_t slice;

    while ((slice = atomic_fetch_add(&pool->next, 1)) < pool->count)
        pool->map(pool->context, worker->number, slice);
    return NULL;
}

void
pool_map(unsigned threads,
         void (*map)(void *context, unsigned worker, size_t slice),
         void *context, size_t count)
{
    struct pool pool = {.map = map, .context = context, .count = count};
    struct worker workers[POOL_THREADS_MAX];
    unsigned started = 1;

    assert(threads >= 1);
    assert(threads <= POOL_THREADS_MAX);
    atomic_init(&pool.next, 0);
    workers[0] = (struct worker){.pool = &pool};
    for (; started < threads && started < count; started++) {
        struct worker *worker = &workers[started];

        *worker = (struct worker){.pool = &pool, .number = started};
        if (pthread_create(&worker->thread, NULL, work, worker) != 0)
            break;
    }
    work(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);
}
