/*
 * Packages: what is written is read again and has no other spelling; cut at
 * every byte, each bit flipped; bounds; and that those made of a log prove what
 * they say, wherever they begin and end. SYN 5.1, 5.3
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "sync_node.h"

static struct sync_world world;
static uint8_t block[PACKAGE_SIZE_MAX + 4096];
static uint8_t again[PACKAGE_SIZE_MAX + 4096];
static uint8_t bundle_block[BUNDLE_SIZE_MAX];

static struct bytes
sample(void)
{
    static const uint8_t entries[] = {0, 2, 'h', 'i', 0, 0, 0, 1, 'x'};
    struct package package = {.start = 7,
                              .count = 3,
                              .root = {{1, 2, 3}},
                              .proof = {.count = 2},
                              .entries = {entries, sizeof(entries)}};
    struct writer w;

    package.proof.hashes[1].b[31] = 9;
    writer_init(&w, block, sizeof(block));
    package_encode(&w, &package);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

/* The layout of the clause, byte by byte. SYN 5.1 */
static void
test_layout(void **state)
{
    struct bytes in = sample();
    struct package package;

    (void)state;
    assert_int_equal(in.size, 16 + 8 + 4 + 32 + 1 + 2 * 32 + 9);
    assert_bytes(bytes_slice(in, 0, 16), BYTES("kufi package v1\n"));
    assert_int_equal(be64_read(in.p + 16), 7);
    assert_int_equal(be32_read(in.p + PACKAGE_COUNT_AT), 3);
    assert_int_equal(in.p[28], 1);
    assert_int_equal(in.p[60], 2);
    assert_int_equal(in.p[61 + 63], 9);
    assert_err(package_parse(in, &package, NULL), OK);
    assert_int_equal(package.start, 7);
    assert_int_equal(package.count, 3);
    assert_int_equal(package.entries.size, 9);
}

static void
test_cut(void **state)
{
    struct bytes in = sample();
    struct package package;

    (void)state;
    for (size_t size = 0; size < in.size; size++) {
        enum err e = package_parse((struct bytes){in.p, size}, &package, NULL);

        assert_true(e == ERR_SHORT || e == ERR_FORMAT);
    }
    assert_err(package_parse((struct bytes){in.p, in.size + 1}, &package, NULL),
               ERR_FORMAT);
}

/* What is taken is written the same. */
static void
test_flipped(void **state)
{
    struct bytes in = sample();
    struct package package;
    struct writer w;
    size_t taken = 0;

    (void)state;
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (package_parse(in, &package, NULL) == OK) {
            writer_init(&w, again, sizeof(again));
            package_encode(&w, &package);
            assert_bytes(writer_done(&w), in);
            taken++;
        }
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(taken > 0);
}

static void
test_bounds(void **state)
{
    struct package package = {.start = TREE_SIZE_MAX, .count = 1};
    struct fault fault;
    struct writer w;

    (void)state;
    writer_init(&w, block, sizeof(block));
    package.entries = BYTES("\0\0");
    package_encode(&w, &package);
    assert_err(package_parse(writer_done(&w), &package, &fault), ERR_FORMAT);
    assert_string_equal(fault.clause, "SYN 5.1");
    package.start = 0;
    package.count = PACKAGE_COUNT_MAX + 1;
    memset(again, 0, sizeof(again));
    package.entries = (struct bytes){again, 2 * package.count};
    writer_init(&w, block, sizeof(block));
    package_encode(&w, &package);
    assert_err(package_parse(writer_done(&w), &package, &fault), ERR_LIMIT);
    block[60] = PROOF_HASHES_MAX + 1;
    assert_err(package_parse(writer_done(&w), &package, &fault), ERR_LIMIT);
}

/* Packages of one log from every kind of start to every kind of end. */
static const struct {
    uint64_t start;
    uint64_t end;
    uint64_t size;
    uint32_t bytes;
    uint64_t to; /* where it ends */
} made[] = {
    {0, 0, 0, 100, 0},
    {0, 0, 1500, 0, 0},
    {0, 1, 1, 0, 1},
    {0, 1500, 1500, 1u << 20, 1500},
    {0, 1400, 1500, 1u << 20, 1400},
    {0, 1400, 1500, 10, 1},
    {3, 1500, 1500, 40000, 768},
    {255, 256, 1500, 1u << 20, 256},
    {255, 300, 1500, 1u << 20, 300},
    {300, 700, 700, 1u << 20, 700},
    {1499, 1500, 1500, 1, 1500},
    {1500, 1500, 1500, 1, 1500},
    {700, 1500, 1500, 1u << 20, 1500},
};

static void
test_made(void **state)
{
    struct sync_node *node = &world.nodes[CENTRE];
    struct log_view view = sync_own_view(&node->host);
    struct block scratch = {bundle_block, sizeof(bundle_block)};

    (void)state;
    sync_world_init(&world, 1);
    view = sync_own_view(&node->host);
    sync_node_grow(node, 0);
    sync_node_grow(node, 1);
    sync_node_grow(node, 700);
    sync_node_grow(node, 1500);
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        struct package_range range = {made[i].start, made[i].end, made[i].size,
                                      made[i].bytes};
        struct package_tiles tiles = {view, made[i].size};
        struct tile_source source = package_source(&tiles);
        struct checkpoint checkpoint = {.size = made[i].size};
        struct package package;
        struct writer w;

        writer_init(&w, block, sizeof(block));
        assert_err(package_make(&view, &range, scratch, &w), OK);
        assert_err(package_parse(writer_done(&w), &package, NULL), OK);
        assert_int_equal(package.start, made[i].start);
        assert_int_equal(package.start + package.count, made[i].to);
        assert_err(proof_root(&source, made[i].size, &checkpoint.root), OK);
        assert_err(package_verify(&package, &checkpoint), OK);
        checkpoint.root.b[0] ^= 1;
        /* Every tree begins with nothing. LOG 5.2 */
        assert_err(package_verify(&package, &checkpoint),
                   made[i].to == 0 && made[i].size > 0 ? OK : ERR_SIGNATURE);
    }
    sync_world_deinit(&world);
}

/* What cannot be made, and why. */
static void
test_not_made(void **state)
{
    static const struct {
        struct package_range range;
        size_t room;
        enum err e;
    } cases[] = {
        {{0, 301, 300, 100}, sizeof(block), ERR_NOT_FOUND},
        {{2, 1, 300, 100}, sizeof(block), ERR_NOT_FOUND},
        {{0, 300, 299, 100}, sizeof(block), ERR_NOT_FOUND},
        {{0, 301, 301, 100000}, sizeof(block), ERR_NOT_FOUND},
        {{0, 300, 300, 100000}, PACKAGE_HEAD_SIZE_MAX - 1, ERR_LIMIT},
        {{0, 300, 300, 100000}, PACKAGE_HEAD_SIZE_MAX + 9000, ERR_LIMIT},
    };
    struct sync_node *node = &world.nodes[CENTRE];
    struct block scratch = {bundle_block, sizeof(bundle_block)};

    (void)state;
    sync_world_init(&world, 1);
    sync_node_grow(node, 300);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct log_view view = sync_own_view(&node->host);
        struct writer w;

        writer_init(&w, block, cases[i].room);
        assert_err(package_make(&view, &cases[i].range, scratch, &w),
                   cases[i].e);
        assert_int_equal(w.at, 0);
    }
    sync_world_deinit(&world);
}

static int
setup(void **state)
{
    (void)state;
    return crypto_init();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_layout, setup),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_flipped),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_made),
        cmocka_unit_test(test_not_made),
    };

    return TEST_RUN(tests);
}
