/*
 * What a holder of another log's keys holds after a grant: of known epochs what
 * was held and nothing else, with the right keys; checked slot by slot against
 * two models of which slots are open, for random erasures on both sides.
 * SYN 8.4, REC 7.1.
 */
#include "test.h"

#include "crypto/hash.h"
#include "seal/keyring.h"

#include <stdlib.h>
#include <string.h>

#define ORIGIN BYTES("kufi.example/durres")
#define NODES_MAX 2000

struct ring {
    struct keyring keyring;
    void *memory;
};

static void
ring_init(struct ring *ring, size_t nodes_max)
{
    size_t size = KEYRING_ARENA_SIZE(nodes_max);
    struct arena arena;

    ring->memory = calloc(1, size);
    assert_non_null(ring->memory);
    arena_init(&arena, ring->memory, size);
    assert_err(keyring_init(&ring->keyring, &arena, ORIGIN, nodes_max), OK);
}

static void
ring_deinit(struct ring *ring)
{
    keyring_deinit(&ring->keyring);
    free(ring->memory);
}

/* The owner's root of an epoch is made of the epoch's number. */
static void
root_fill(void *context, void *out, size_t size)
{
    memset(out, (int)*(const uint32_t *)context, size);
}

static void
epoch_open(struct ring *ring, uint32_t epoch)
{
    const struct random random = {root_fill, &epoch};

    assert_err(keyring_open_epoch(&ring->keyring, epoch, &random), OK);
}

static bool
has(const struct ring *ring, uint32_t epoch, uint32_t slot)
{
    const struct keytree_node *node;

    return keyring_find(&ring->keyring, epoch, slot, &node) == OK;
}

static bool
knows(const struct ring *ring, uint32_t epoch)
{
    for (size_t i = 0; i < ring->keyring.epoch_count; i++)
        if (ring->keyring.epochs[i].epoch == epoch)
            return true;
    return false;
}

/* Slots near each other, so that erasures meet. */
static uint32_t
slot_draw(struct test_random *random)
{
    return (uint32_t)test_random_below(random, 64) << 18 |
           (uint32_t)test_random_below(random, 3);
}

static void
ring_draw(struct ring *ring, struct test_random *random)
{
    ring_init(ring, NODES_MAX);
    for (uint32_t epoch = 1; epoch <= 5; epoch++) {
        if (test_random_below(random, 4) == 0)
            continue;
        epoch_open(ring, epoch);
        for (uint64_t n = test_random_below(random, 12); n > 0; n--)
            assert_err(
                keyring_puncture(&ring->keyring, epoch, slot_draw(random)), OK);
        if (test_random_below(random, 10) == 0)
            assert_err(keyring_forget_epoch(&ring->keyring, epoch), OK);
    }
}

/* A slot is open after the grant if it was before, or was granted in an epoch
 * that was not known; and its key is the owner's. */
static void
slot_check(const struct ring *out, const struct ring *held,
           const struct ring *granted, uint32_t epoch, uint32_t slot)
{
    bool h = has(held, epoch, slot);
    bool g = has(granted, epoch, slot);
    bool expected = knows(held, epoch) ? h : g;
    const struct keytree_node *node;
    struct keytree_node root = {.level = 0};
    struct cipher_key a;
    struct cipher_key b;

    assert_int_equal(has(out, epoch, slot), expected);
    if (!expected)
        return;
    root_fill(&epoch, root.key.b, sizeof(root.key.b));
    assert_err(keyring_find(&out->keyring, epoch, slot, &node), OK);
    keytree_leaf(node, slot, &a);
    keytree_leaf(&root, slot, &b);
    assert_memory_equal(a.b, b.b, sizeof(a.b));
}

/* Its file is lawful: nodes in order, none twice. */
static void
encoding_check(const struct ring *ring)
{
    static uint8_t block[KEYRING_FILE_SIZE(NODES_MAX)];
    struct fault fault = {0};
    struct ring again;
    struct writer w;

    writer_init(&w, block, sizeof(block));
    assert_err(keyring_encode(&ring->keyring, &w), OK);
    ring_init(&again, NODES_MAX);
    assert_err(keyring_parse(&again.keyring, writer_done(&w), &fault), OK);
    assert_int_equal(again.keyring.as_of, ring->keyring.as_of);
    ring_deinit(&again);
}

static void
keeps_what_was_held(void **state)
{
    struct test_random random;
    size_t slots = 0;

    (void)state;
    test_random_init(&random);
    for (int round = 0; round < 300; round++) {
        uint32_t first = (uint32_t)test_random_below(&random, 3);
        struct ring held;
        struct ring granted;
        struct ring out;
        bool news;

        ring_draw(&held, &random);
        ring_draw(&granted, &random);
        ring_init(&out, NODES_MAX);
        held.keyring.as_of = 5;
        granted.keyring.as_of = 5 + test_random_below(&random, 2);
        assert_err(keyring_merge(&out.keyring, &held.keyring, &granted.keyring,
                                 first, &news),
                   OK);
        assert_int_equal(out.keyring.as_of, granted.keyring.as_of);
        encoding_check(&out);
        for (uint32_t epoch = 1; epoch <= 5; epoch++) {
            if (epoch < first) {
                assert_false(knows(&out, epoch));
                continue;
            }
            for (int i = 0; i < 60; i++, slots++)
                slot_check(&out, &held, &granted, epoch, slot_draw(&random));
        }
        ring_deinit(&held);
        ring_deinit(&granted);
        ring_deinit(&out);
    }
    print_message("# %zu slots\n", slots);
}

/* The replay that the rule is for: the same grant before and after an erasure,
 * and after an epoch was forgotten altogether. */
static void
brings_nothing_back(void **state)
{
    const struct keyring nothing = {.as_of = 0};
    struct ring granted;
    struct ring held;
    struct ring out;
    bool news = false;

    (void)state;
    ring_init(&granted, NODES_MAX);
    epoch_open(&granted, 7);
    epoch_open(&granted, 8);
    granted.keyring.as_of = 100;
    ring_init(&held, NODES_MAX);
    assert_err(
        keyring_merge(&held.keyring, &nothing, &granted.keyring, 0, &news), OK);
    assert_true(news);
    assert_err(keyring_puncture(&held.keyring, 7, 12345), OK);
    assert_err(keyring_forget_epoch(&held.keyring, 8), OK);
    ring_init(&out, NODES_MAX);
    assert_err(
        keyring_merge(&out.keyring, &held.keyring, &granted.keyring, 0, &news),
        OK);
    assert_false(news);
    assert_false(has(&out, 7, 12345));
    assert_true(has(&out, 7, 12346));
    assert_false(has(&out, 8, 0));
    assert_true(knows(&out, 8));
    ring_deinit(&granted);
    ring_deinit(&held);
    ring_deinit(&out);
}

static void
refuses_older_and_other_keys(void **state)
{
    struct ring granted;
    struct ring held;
    struct ring out;
    uint32_t other = 99;
    const struct random random = {root_fill, &other};
    bool news = true;

    (void)state;
    ring_init(&granted, NODES_MAX);
    ring_init(&held, NODES_MAX);
    ring_init(&out, NODES_MAX);
    epoch_open(&held, 7);
    assert_err(keyring_puncture(&held.keyring, 7, 3), OK);
    epoch_open(&granted, 6);
    granted.keyring.as_of = 9;
    held.keyring.as_of = 10;
    assert_err(
        keyring_merge(&out.keyring, &held.keyring, &granted.keyring, 0, &news),
        ERR_CONFLICT);
    granted.keyring.as_of = 10;
    assert_err(keyring_open_epoch(&granted.keyring, 7, &random), OK);
    assert_err(
        keyring_merge(&out.keyring, &held.keyring, &granted.keyring, 0, &news),
        ERR_CONFLICT);
    assert_int_equal(out.keyring.epoch_count, 0);
    assert_int_equal(out.keyring.node_count, 0);
    assert_true(news);
    ring_deinit(&granted);
    ring_deinit(&held);
    ring_deinit(&out);
}

static void
refuses_what_has_no_room(void **state)
{
    struct ring granted;
    struct ring held;
    bool news;

    (void)state;
    ring_init(&granted, NODES_MAX);
    ring_init(&held, NODES_MAX);
    epoch_open(&granted, 1);
    epoch_open(&granted, 2);
    assert_err(keyring_puncture(&granted.keyring, 2, 0), OK);
    for (size_t nodes_max = 0; nodes_max <= 25; nodes_max++) {
        struct ring out;

        ring_init(&out, nodes_max);
        assert_err(keyring_merge(&out.keyring, &held.keyring, &granted.keyring,
                                 0, &news),
                   nodes_max < 25 ? ERR_LIMIT : OK);
        assert_int_equal(out.keyring.node_count, nodes_max < 25 ? 0 : 25);
        ring_deinit(&out);
    }
    ring_deinit(&granted);
    ring_deinit(&held);
}

static void
drops_what_is_old(void **state)
{
    struct ring ring;
    const struct keytree_node *node;

    (void)state;
    ring_init(&ring, NODES_MAX);
    for (uint32_t epoch = 10; epoch < 20; epoch++) {
        epoch_open(&ring, epoch);
        assert_err(keyring_puncture(&ring.keyring, epoch, epoch), OK);
    }
    keyring_drop_before(&ring.keyring, 10);
    assert_int_equal(ring.keyring.epoch_count, 10);
    keyring_drop_before(&ring.keyring, 13);
    assert_int_equal(ring.keyring.epoch_count, 7);
    assert_int_equal(ring.keyring.node_count, 7 * KEYTREE_DEPTH);
    for (uint32_t epoch = 10; epoch < 20; epoch++)
        for (uint32_t slot = 0; slot < 30; slot++)
            assert_err(keyring_find(&ring.keyring, epoch, slot, &node),
                       epoch < 13 || slot == epoch ? ERR_NOT_FOUND : OK);
    encoding_check(&ring);
    keyring_drop_before(&ring.keyring, 21);
    assert_int_equal(ring.keyring.epoch_count, 0);
    for (size_t i = 0; i < NODES_MAX * sizeof(struct keytree_node); i++)
        assert_int_equal(((uint8_t *)ring.keyring.nodes)[i], 0);
    ring_deinit(&ring);
}

/* Version 2 of the file says as of which entry, and never 0. */
static void
has_its_own_version(void **state)
{
    uint8_t block[512];
    struct fault fault = {0};
    struct bytes origin;
    struct ring ring;
    struct writer w;
    struct hash sum;

    (void)state;
    ring_init(&ring, NODES_MAX);
    ring.keyring.as_of = 0x123456789;
    writer_init(&w, block, sizeof(block));
    assert_err(keyring_encode(&ring.keyring, &w), OK);
    assert_int_equal(block[9], 2);
    assert_err(keyring_file_origin(writer_done(&w), &origin, &fault), OK);
    assert_bytes(origin, ORIGIN);
    assert_err(keyring_parse(&ring.keyring, writer_done(&w), &fault), OK);
    assert_true(ring.keyring.as_of == 0x123456789);
    memset(block + 12 + origin.size, 0, 8);
    sum = hash_of((struct bytes){block, w.at - HASH_SIZE});
    memcpy(block + w.at - HASH_SIZE, sum.b, HASH_SIZE);
    assert_err(keyring_parse(&ring.keyring, writer_done(&w), &fault),
               ERR_FORMAT);
    assert_string_equal(fault.clause, "REC 7.1");
    assert_int_equal(ring.keyring.as_of, 0);
    ring_deinit(&ring);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_held),
        cmocka_unit_test(brings_nothing_back),
        cmocka_unit_test(refuses_older_and_other_keys),
        cmocka_unit_test(refuses_what_has_no_room),
        cmocka_unit_test(drops_what_is_old),
        cmocka_unit_test(has_its_own_version),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
