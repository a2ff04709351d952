/*
 * The edge hands out every tile of a growing log when it becomes full, and the
 * unfinished ones at every size; restored at any size from tiles, it goes on
 * with the same tiles and roots. Compared with a tree drawn whole.
 */
#include "test.h"

#include <string.h>

#include "tlog/edge.h"
#include "tree_naive.h"

#define SIZE (65536 + 256 + 3) /* three levels of tiles */

static struct edge edge;
static struct edge other;

static void
compare_tile(struct naive *naive, uint8_t level)
{
    struct tile_id id = {.width = 0};
    struct bytes got = edge_tile(&edge, level, &id);
    struct hash want[TILE_WIDTH];
    struct tile_source source = naive_source(naive);

    if (got.size == 0) {
        assert_true(edge.tree.size >> (8 * level) == 0);
        return;
    }
    assert_int_equal(id.level, level);
    assert_int_equal(id.width, tile_width(edge.tree.size, level, id.index));
    assert_int_equal(tile_width(edge.tree.size, level, id.index + 1), 0);
    assert_err(source.read(source.context, &id, want), OK);
    assert_bytes(got,
                 ((struct bytes){want[0].b, (size_t)id.width * HASH_SIZE}));
}

/* LOG 4.5, LOG 4.7 */
static void
test_grow(void **state)
{
    struct naive naive;
    size_t full[3] = {0};

    (void)state;
    naive_init(&naive, SIZE);
    memset(&edge, 0, sizeof(edge));
    assert_int_equal(edge_filled(&edge), 0);
    for (size_t i = 0; i < SIZE; i++) {
        edge_append(&edge, &naive.level[0][i]);
        for (uint8_t level = 0; level < edge_filled(&edge); level++) {
            compare_tile(&naive, level);
            full[level]++;
        }
        if (i % 97 == 0 || i + 1 == SIZE)
            for (uint8_t level = 0; level < 3; level++)
                compare_tile(&naive, level);
    }
    assert_int_equal(full[0], 257);
    assert_int_equal(full[1], 1);
    assert_int_equal(full[2], 0);
    naive_deinit(&naive);
}

/* LOG 4.7 */
static void
test_restore(void **state)
{
    static const size_t sizes[] = {0,   1,    2,     255,   256,   257,  511,
                                   512, 1000, 65279, 65280, 65535, 65536};
    struct naive naive;

    (void)state;
    naive_init(&naive, SIZE);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct tile_source source = naive_source(&naive);
        struct hash a;
        struct hash b;

        memset(&edge, 0, sizeof(edge));
        for (size_t j = 0; j < sizes[i]; j++)
            edge_append(&edge, &naive.level[0][j]);
        memset(&other, 0xee, sizeof(other));
        assert_err(edge_restore(&other, sizes[i], &source), OK);
        for (size_t j = sizes[i]; j < sizes[i] + 258; j++) {
            a = edge_root(&edge);
            b = edge_root(&other);
            assert_true(hash_equal(&a, &b));
            edge_append(&edge, &naive.level[0][j]);
            edge_append(&other, &naive.level[0][j]);
            edge = other;
            for (uint8_t level = 0; level < 3; level++)
                compare_tile(&naive, level);
        }
    }
    naive_deinit(&naive);
}

static enum err
read_fails(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    size_t *left = context;

    (void)id;
    (void)out;
    return (*left)-- == 0 ? ERR_IO : OK;
}

static void
test_restore_fails(void **state)
{
    struct naive naive;
    struct tile_source source = naive_source(&naive);

    (void)state;
    naive_init(&naive, 1);
    assert_err(edge_restore(&edge, (uint64_t)TREE_SIZE_MAX + 1, &source),
               ERR_LIMIT);
    for (size_t i = 0; i < 3; i++) {
        size_t left = i;
        struct tile_source failing = {read_fails, &left};

        assert_err(edge_restore(&edge, 70000, &failing), ERR_IO);
    }
    naive_deinit(&naive);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_restore),
        cmocka_unit_test(test_restore_fails),
    };

    return TEST_RUN(tests);
}
