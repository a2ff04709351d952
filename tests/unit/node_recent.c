/*
 * What the keeper remembers is right or forgotten, never another's; and what a
 * batch holds is found in that batch only. Shown against plain arrays, over
 * random decisions and keys.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "node/recent.h"

static void
inspections(void **state)
{
    struct recent *recent = calloc(1, sizeof(*recent));
    uint8_t plain[RECENT_SIZE_MAX + 1];
    const struct recent_inspection *found;

    (void)state;
    assert_non_null(recent);
    memset(plain, 1, sizeof(plain));
    assert_null(recent_find(recent, 0));
    recent_put(recent, 7, (struct bytes){plain, RECENT_SIZE_MAX});
    found = recent_find(recent, 7);
    assert_non_null(found);
    assert_false(found->decided);
    assert_int_equal(found->size, RECENT_SIZE_MAX);
    assert_memory_equal(found->plain, plain, RECENT_SIZE_MAX);
    recent_decide(recent, 8, 9);
    recent_decide(recent, 7 + RECENT_MAX, 9);
    assert_false(found->decided);
    recent_decide(recent, 7, 9);
    assert_true(found->decided);
    assert_int_equal(found->decision, 9);
    /* Another takes the place. */
    assert_null(recent_find(recent, 7 + RECENT_MAX));
    recent_put(recent, 7 + RECENT_MAX, (struct bytes){plain, 3});
    assert_null(recent_find(recent, 7));
    assert_false(recent_find(recent, 7 + RECENT_MAX)->decided);
    /* Too large a one is not kept, nor what stood there. */
    recent_put(recent, 7, (struct bytes){plain, sizeof(plain)});
    assert_null(recent_find(recent, 7));
    assert_null(recent_find(recent, 7 + RECENT_MAX));
    free(recent);
}

#define ITEMS 4096

static struct request_key
key_of(uint64_t n, uint8_t request)
{
    struct request_key key = {.present = true};

    /* Many keys fall on few places. */
    be64_write(key.key, n % 7);
    be64_write(key.key + 8, n);
    memset(key.request, request, sizeof(key.request));
    return key;
}

static void
batches(void **state)
{
    struct recent_batch *batch = calloc(1, sizeof(*batch));
    struct test_random random;
    size_t item;
    bool same;
    uint64_t i;
    int round;

    (void)state;
    assert_non_null(batch);
    test_random_init(&random);
    batch->batch = UINT32_MAX - 2; /* the number turns over on the way */
    for (round = 0; round < 6; round++) {
        uint64_t base = test_random_next(&random) >> 8;

        recent_batch_begin(batch);
        for (i = 0; i < ITEMS; i++) {
            struct request_key key = key_of(base + i, 1);

            assert_false(recent_batch_decided(batch, base + i, &item));
            assert_false(recent_batch_request(batch, &key, &item, &same));
            recent_batch_decide(batch, base + i, (size_t)i);
            recent_batch_put_request(batch, &key, (size_t)i);
        }
        for (i = 0; i < ITEMS; i++) {
            struct request_key key = key_of(base + i, 1);
            struct request_key other = key_of(base + i, 2);

            assert_true(recent_batch_decided(batch, base + i, &item));
            assert_int_equal(item, i);
            assert_true(recent_batch_request(batch, &key, &item, &same));
            assert_int_equal(item, i);
            assert_true(same);
            assert_true(recent_batch_request(batch, &other, &item, &same));
            assert_false(same);
        }
        assert_false(recent_batch_decided(batch, base + ITEMS, &item));
    }
    free(batch);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inspections),
        cmocka_unit_test(batches),
    };

    return TEST_RUN(tests);
}
