/*
 * Every slice is worked on once, by a worker of those there are, whatever the
 * number of threads and slices; one thread is the caller's own.
 */
#include "test.h"

#include <pthread.h>
#include <string.h>

#include "os/pool.h"

#define SLICES_MAX 1000

struct work {
    unsigned threads;
    pthread_t caller;
    unsigned char done[SLICES_MAX];
    unsigned wrong[POOL_THREADS_MAX]; /* each worker its own */
};

static void
map(void *context, unsigned worker, size_t slice)
{
    struct work *work = context;

    if (worker >= work->threads ||
        (worker == 0 && !pthread_equal(pthread_self(), work->caller)))
        work->wrong[worker % POOL_THREADS_MAX]++;
    work->done[slice]++;
}

static void
test_each_once(void **state)
{
    static const unsigned threads[] = {1, 2, 3, 8, POOL_THREADS_MAX};
    static const size_t counts[] = {0, 1, 2, 7, SLICES_MAX};
    static struct work work;

    (void)state;
    for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
        for (size_t j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
            memset(&work, 0, sizeof(work));
            work.threads = threads[i];
            work.caller = pthread_self();
            pool_map(threads[i], map, &work, counts[j]);
            for (size_t k = 0; k < SLICES_MAX; k++)
                assert_int_equal(work.done[k], k < counts[j]);
            for (size_t k = 0; k < POOL_THREADS_MAX; k++)
                assert_int_equal(work.wrong[k], 0);
        }
    }
}

static void
test_threads(void **state)
{
    (void)state;
    assert_in_range(pool_threads(), 1, POOL_THREADS_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_once),
        cmocka_unit_test(test_threads),
    };

    return TEST_RUN(tests);
}
