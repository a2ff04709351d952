/*
 * Paths of tiles are written and parsed as C2SP's examples have them, in one
 * spelling only; widths are those that the specification gives.
 */
#include "test.h"

#include <string.h>

#include "tlog/tile.h"

#define FULL TILE_WIDTH

static const struct {
    struct tile_id id;
    const char *path;
} good[] = {
    {{.level = 0, .index = 0, .width = FULL}, "tile/0/000"},
    {{.level = 0, .index = 5, .width = FULL}, "tile/0/005"},
    {{.level = 0, .index = 273, .width = 112}, "tile/0/273.p/112"},
    {{.level = 2, .index = 0, .width = 1}, "tile/2/000.p/1"},
    {{.level = 1, .index = 999, .width = 10}, "tile/1/999.p/10"},
    {{.level = 1, .index = 1000, .width = FULL}, "tile/1/x001/000"},
    {{.level = TILE_ENTRIES, .index = 1234067, .width = FULL},
     "tile/entries/x001/x234/067"},
    {{.level = TILE_ENTRIES, .index = 0, .width = 255},
     "tile/entries/000.p/255"},
    {{.level = 63, .index = 1000, .width = 255}, "tile/63/x001/000.p/255"},
    {{.level = 0, .index = TILE_INDEX_MAX, .width = FULL},
     "tile/0/x036/x028/x797/x018/x963/967"},
    {{.level = TILE_ENTRIES, .index = TILE_INDEX_MAX, .width = 255},
     "tile/entries/x036/x028/x797/x018/x963/967.p/255"},
};

static const struct {
    const char *path;
    const char *clause;
} bad[] = {
    {"", "LOG 4.1"},
    {"checkpoint", "LOG 4.1"},
    {"til/0/000", "LOG 4.1"},
    {"/tile/0/000", "LOG 4.1"},
    {"tile", "LOG 4.1"},
    {"tile/", "LOG 4.2"},
    {"tile/00/000", "LOG 4.2"},
    {"tile/64/000", "LOG 4.2"},
    {"tile/-1/000", "LOG 4.2"},
    {"tile/data/000", "LOG 4.2"},
    {"tile/Entries/000", "LOG 4.2"},
    {"tile/0", "LOG 4.3"},
    {"tile/0/", "LOG 4.3"},
    {"tile/0/0", "LOG 4.3"},
    {"tile/0/00", "LOG 4.3"},
    {"tile/0/00a", "LOG 4.3"},
    {"tile/0/x000/001", "LOG 4.3"},
    {"tile/0/x001", "LOG 4.3"},
    {"tile/0/x001/", "LOG 4.3"},
    {"tile/0/x001/00", "LOG 4.3"},
    {"tile/0/x01/000", "LOG 4.3"},
    {"tile/0/X001/000", "LOG 4.3"},
    {"tile/0/x036/x028/x797/x018/x963/968", "LOG 4.3"},
    {"tile/0/x999/x999/x999/x999/x999/999", "LOG 4.3"},
    {"tile/0/x001/x036/x028/x797/x018/x963/967", "LOG 4.3"},
    {"tile/0/001/000", "LOG 4.4"},
    {"tile/0/0000", "LOG 4.4"},
    {"tile/0/000/", "LOG 4.4"},
    {"tile/0/000.p", "LOG 4.4"},
    {"tile/0/000.p/", "LOG 4.4"},
    {"tile/0/000.p/0", "LOG 4.4"},
    {"tile/0/000.p/01", "LOG 4.4"},
    {"tile/0/000.p/256", "LOG 4.4"},
    {"tile/0/000.p/1 ", "LOG 4.4"},
    {"tile/0/000.q/1", "LOG 4.4"},
    {"tile/0/000\n", "LOG 4.4"},
    {"tile/8/0/000", "LOG 4.3"},
};

static struct bytes
path_of(const struct tile_id *id, uint8_t block[TILE_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, block, TILE_PATH_SIZE_MAX);
    tile_path_write(&w, id);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

/* Parses; what is accepted must be written as it was read. */
static enum err
parse(struct bytes path, struct fault *fault)
{
    uint8_t block[TILE_PATH_SIZE_MAX];
    struct tile_id id;
    enum err e = tile_path_parse(path, &id, fault);

    if (e == OK)
        assert_bytes(path_of(&id, block), path);
    return e;
}

/* LOG 4.1, LOG 4.2, LOG 4.3, LOG 4.4 */
static void
test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        uint8_t block[TILE_PATH_SIZE_MAX];
        struct bytes path = bytes_of(good[i].path);
        struct tile_id id = {0};

        assert_bytes(path_of(&good[i].id, block), path);
        assert_err(tile_path_parse(path, &id, NULL), OK);
        assert_true(id.level == good[i].id.level);
        assert_true(id.index == good[i].id.index);
        assert_true(id.width == good[i].id.width);
    }
}

static void
test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fault fault = {0};

        assert_err(parse(bytes_of(bad[i].path), &fault), ERR_FORMAT);
        assert_string_equal(fault.clause, bad[i].clause);
        assert_true(fault.at <= strlen(bad[i].path));
    }
}

/* Cut at every byte and every bit flipped: refused, or another path's one
 * spelling. */
static void
test_damaged(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct bytes path = bytes_of(good[i].path);
        uint8_t block[TILE_PATH_SIZE_MAX];

        for (size_t size = 0; size < path.size; size++)
            (void)!parse(bytes_slice(path, 0, size), NULL);
        for (size_t bit = 0; bit < path.size * 8; bit++) {
            memcpy(block, path.p, path.size);
            block[bit / 8] ^= (uint8_t)(1 << bit % 8);
            (void)!parse((struct bytes){block, path.size}, NULL);
        }
    }
}

static const struct {
    uint64_t size;
    uint8_t level;
    uint64_t index;
    uint16_t width;
} widths[] = {
    {0, 0, 0, 0},
    {1, 0, 0, 1},
    {255, 0, 0, 255},
    {256, 0, 0, 256},
    {256, 0, 1, 0},
    {256, 1, 0, 1},
    {256, 2, 0, 0},
    {70000, 0, 272, 256},
    {70000, 0, 273, 112},
    {70000, 0, 274, 0},
    {70000, TILE_ENTRIES, 273, 112},
    {70000, 1, 0, 256},
    {70000, 1, 1, 17},
    {70000, 1, 2, 0},
    {70000, 2, 0, 1},
    {70000, 2, 1, 0},
    {70000, 3, 0, 0},
    {70000, 63, 0, 0},
    {TREE_SIZE_MAX, 7, 0, 127},
    {TREE_SIZE_MAX, 8, 0, 0},
    {TREE_SIZE_MAX, 0, TILE_INDEX_MAX, 255},
};

/* LOG 4.4, LOG 4.7 */
static void
test_widths(void **state)
{
    struct tile_id id;

    (void)state;
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
        assert_int_equal(
            tile_width(widths[i].size, widths[i].level, widths[i].index),
            widths[i].width);
    assert_false(tile_last(0, 0, &id));
    assert_false(tile_last(255, 1, &id));
    assert_true(tile_last(256, 0, &id));
    assert_true(id.index == 0 && id.width == 256 && id.level == 0);
    assert_true(tile_last(257, 0, &id));
    assert_true(id.index == 1 && id.width == 1);
    assert_true(tile_last(70000, TILE_ENTRIES, &id));
    assert_true(id.index == 273 && id.width == 112 && id.level == TILE_ENTRIES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_widths),
    };

    return TEST_RUN(tests);
}
