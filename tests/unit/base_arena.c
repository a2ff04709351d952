/* Arenas: what is handed out is aligned, zeroed, apart and within the block,
 * wherever the block begins; past its end there is nothing. */
#include "test.h"

#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#define BLOCK 256

static void
stays_in_its_block(void **state)
{
    static max_align_t memory[BLOCK / sizeof(max_align_t) + 4];
    uint8_t *bytes = (uint8_t *)memory;

    (void)state;
    for (size_t start = 0; start < 20; start++)
        for (size_t size = 0; size <= BLOCK; size += 5) {
            struct arena arena;
            uint8_t *end = bytes + start;
            uint8_t *p;

            memset(memory, 0xff, sizeof(memory));
            arena_init(&arena, bytes + start, size);
            for (size_t want = 0; (p = arena_take(&arena, want)) != NULL;
                 want = (want * 3 + 1) % 50) {
                assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
                assert_true(p >= end);
                assert_true(p + want <= bytes + start + size);
                for (size_t i = 0; i < want; i++)
                    assert_int_equal(p[i], 0);
                memset(p, 0xaa, want);
                end = p + want;
            }
            assert_int_equal(bytes[start + size], 0xff);
        }
}

static void
refuses_what_does_not_fit(void **state)
{
    static max_align_t memory[8];
    struct arena arena;
    struct bytes copy;

    (void)state;
    arena_init(&arena, memory, sizeof(memory));
    assert_null(arena_take(&arena, sizeof(memory) + 1));
    assert_null(arena_take(&arena, SIZE_MAX));
    assert_null(arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(arena_array(&arena, 3, SIZE_MAX / 2));
    assert_non_null(arena_take(&arena, sizeof(memory)));
    assert_null(arena_take(&arena, 1));
    copy = arena_copy(&arena, BYTES("a"));
    assert_null(copy.p);
    assert_int_equal(copy.size, 0);
    arena_reset(&arena);
    copy = arena_copy(&arena, BYTES("abc"));
    assert_bytes(copy, BYTES("abc"));
    assert_non_null(arena_array(&arena, 2, 8));
    arena_init(&arena, NULL, 0);
    assert_null(arena_take(&arena, 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stays_in_its_block),
        cmocka_unit_test(refuses_what_does_not_fit),
    };

    return TEST_RUN(tests);
}
