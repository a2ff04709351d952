/*
 * Blocks: as many as were taken at the start, each whole, the last one given
 * back first, and none handed out twice. SYN 7.5
 */
#include "test.h"

#include <string.h>

#include "http/blocks.h"

#define COUNT 5
#define SIZE 4096

static void
all_are_handed_out_and_taken_back(void **state)
{
    struct blocks blocks;
    struct arena arenas[COUNT + 1];
    uint8_t *last;

    (void)state;
    assert_err(blocks_init(&blocks, COUNT, SIZE), OK);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            assert_true(blocks_take(&blocks, &arenas[i]));
            assert_int_equal(arenas[i].size, SIZE);
            memset(arenas[i].p, (int)i, SIZE);
        }
        assert_false(blocks_take(&blocks, &arenas[COUNT]));
        for (size_t i = 0; i < COUNT; i++)
            for (size_t at = 0; at < SIZE; at++)
                assert_int_equal(arenas[i].p[at], i);
        last = arenas[2].p;
        blocks_give(&blocks, &arenas[2]);
        assert_null(arenas[2].p);
        blocks_give(&blocks, &arenas[2]); /* is none any more */
        assert_true(blocks_take(&blocks, &arenas[2]));
        assert_ptr_equal(arenas[2].p, last);
        for (size_t i = 0; i < COUNT; i++)
            blocks_give(&blocks, &arenas[i]);
    }
    blocks_deinit(&blocks);
    blocks_deinit(&blocks);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_handed_out_and_taken_back),
    };

    return TEST_RUN(tests);
}
