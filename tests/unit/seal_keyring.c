/*
 * The keyring: its file has the bytes of a program that shares no code with
 * Kufi, one encoding, and is refused when cut, flipped or out of order even
 * under a good sum; what is punctured is gone and nothing else is. REC 7.
 */
#include "test.h"

#include "crypto/hash.h"
#include "seal/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN BYTES("kufi.example/durres")
#define NODES_MAX 200
#define HEAD_SIZE (12 + 19)

static void
count_up(void *context, void *out, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (uint8_t)i;
}

static void
zeros(void *context, void *out, size_t size)
{
    (void)context;
    memset(out, 0, size);
}

static const struct random COUNTING = {count_up, NULL};
static const struct random ZEROS = {zeros, NULL};

struct fixture {
    struct keyring keyring;
    void *memory;
};

static void
fixture_init(struct fixture *f)
{
    size_t size = KEYRING_ARENA_SIZE(NODES_MAX);
    struct arena arena;

    f->memory = malloc(size);
    assert_non_null(f->memory);
    arena_init(&arena, f->memory, size);
    assert_err(keyring_init(&f->keyring, &arena, ORIGIN, NODES_MAX), OK);
}

static void
fixture_deinit(struct fixture *f)
{
    keyring_deinit(&f->keyring);
    free(f->memory);
}

static struct bytes
encode(const struct keyring *keyring, uint8_t *block, size_t size)
{
    struct writer w;

    writer_init(&w, block, size);
    assert_err(keyring_encode(keyring, &w), OK);
    return writer_done(&w);
}

static const char GOLDEN[] =
    "4b5546494b455953000100136b7566692e6578616d706c652f64757272657300"
    "000002000050ec00000000000050ed0000000100000000000001020304050607"
    "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f09cc45ca5c511857"
    "9539ca27f5b6210fc06b4673470666cd2f29ff21ad749377";

static void
has_golden_bytes(void **state)
{
    struct fixture f;
    uint8_t block[2048];
    uint8_t golden[128];
    struct bytes expected;
    struct hash hash;

    (void)state;
    fixture_init(&f);
    assert_err(keyring_open_epoch(&f.keyring, 20716, &ZEROS), OK);
    assert_err(keyring_open_epoch(&f.keyring, 20717, &COUNTING), OK);
    assert_err(keyring_puncture(&f.keyring, 20717, 0), OK);
    hash = hash_of(encode(&f.keyring, block, sizeof(block)));
    test_hex("fa7e82d618d402d5bf087253259a10378e5828311840eb3612718a598fb6029e",
             golden + 64);
    assert_memory_equal(hash.b, golden + 64, HASH_SIZE);
    expected = test_hex(GOLDEN, golden);
    assert_err(keyring_parse(&f.keyring, expected, NULL), OK);
    assert_bytes(encode(&f.keyring, block, sizeof(block)), expected);
    assert_int_equal(f.keyring.epoch_count, 2);
    assert_int_equal(f.keyring.node_count, 1);
    fixture_deinit(&f);
}

/* Puts the right sum behind the first bytes of a block. */
static struct bytes
sum_again(uint8_t *block, size_t size)
{
    struct hash sum = hash_of((struct bytes){block, size});

    memcpy(block + size, sum.b, HASH_SIZE);
    return (struct bytes){block, size + HASH_SIZE};
}

/* What is taken must encode to the same bytes; what is not leaves nothing. */
static enum err
parse(struct keyring *keyring, struct bytes in, struct fault *fault)
{
    static uint8_t again[16384];
    uint8_t *exact = malloc(in.size + 1);
    enum err e;

    assert_non_null(exact);
    memcpy(exact, in.p, in.size);
    e = keyring_parse(keyring, (struct bytes){exact, in.size}, fault);
    free(exact);
    if (e == OK) {
        assert_bytes(encode(keyring, again, sizeof(again)), in);
        return e;
    }
    assert_int_equal(fault->code, e);
    assert_non_null(fault->clause);
    assert_int_equal(keyring->epoch_count, 0);
    assert_int_equal(keyring->node_count, 0);
    for (size_t i = 0; i < NODES_MAX * sizeof(struct keytree_node); i++)
        assert_int_equal(((uint8_t *)keyring->nodes)[i], 0);
    return e;
}

static size_t
sample(struct fixture *f, uint8_t *block, size_t size)
{
    fixture_init(f);
    assert_err(keyring_open_epoch(&f->keyring, 20716, &ZEROS), OK);
    assert_err(keyring_open_epoch(&f->keyring, 20717, &COUNTING), OK);
    assert_err(keyring_puncture(&f->keyring, 20717, 0xabcdef), OK);
    assert_err(keyring_open_epoch(&f->keyring, 20719, &COUNTING), OK);
    return encode(&f->keyring, block, size).size;
}

static void
refuses_cuts_and_flips(void **state)
{
    struct fixture f;
    uint8_t block[2048];
    uint8_t copy[2048 + HASH_SIZE];
    struct fault fault;
    size_t size = sample(&f, block, sizeof(block));
    size_t cases = 0;
    size_t taken = 0;

    (void)state;
    for (size_t at = 0; at < size; at++, cases += 2) {
        enum err e = parse(&f.keyring, (struct bytes){block, at}, &fault);

        assert_err(e, at < HASH_SIZE ? ERR_SHORT : ERR_SIGNATURE);
        memcpy(copy, block, at);
        if (at < size - HASH_SIZE)
            assert_err(parse(&f.keyring, sum_again(copy, at), &fault),
                       at < 8 ? ERR_FORMAT : ERR_SHORT);
    }
    for (size_t bit = 0; bit < size * 8; bit++, cases += 2) {
        memcpy(copy, block, size);
        copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_err(parse(&f.keyring, (struct bytes){copy, size}, &fault),
                   ERR_SIGNATURE);
        if (bit / 8 < size - HASH_SIZE)
            taken += parse(&f.keyring, sum_again(copy, size - HASH_SIZE),
                           &fault) == OK;
    }
    printf("# %zu cuts and flips; %zu flips of keys and epochs are lawful\n",
           cases, taken);
    fixture_deinit(&f);
}

static void
names_broken_clauses(void **state)
{
    /* In GOLDEN, whose second epoch is at 43 and its only node at 51. */
    static const struct {
        size_t at;
        uint8_t value;
        enum err e;
        const char *clause;
    } CASES[] = {
        {0, 'k', ERR_FORMAT, "REC 7.1"},
        {9, 2, ERR_FORMAT, "REC 7.1"},             /* version */
        {12, 'q', ERR_CONFLICT, "REC 7.1"},        /* another origin */
        {11, 18, ERR_CONFLICT, "REC 7.1"},         /* a shorter one */
        {HEAD_SIZE, 1, ERR_LIMIT, "REC 7.3"},      /* 2^24 epochs */
        {HEAD_SIZE + 3, 1, ERR_FORMAT, "REC 7.1"}, /* bytes left over */
        {HEAD_SIZE + 3, 3, ERR_SHORT, "REC 7.1"},
        {HEAD_SIZE + 15, 0xec, ERR_FORMAT, "REC 7.2"}, /* the same epoch */
        {HEAD_SIZE + 15, 0xeb, ERR_FORMAT, "REC 7.2"}, /* an older one */
        {HEAD_SIZE + 12, 1, ERR_FORMAT, "REC 7.2"},    /* past year 9999 */
        {HEAD_SIZE + 16, 1, ERR_LIMIT, "REC 7.3"},     /* 2^24 nodes */
        {HEAD_SIZE + 20, 25, ERR_FORMAT, "REC 7.1"},   /* level 25 */
        {HEAD_SIZE + 24, 1, ERR_FORMAT, "REC 7.1"},    /* a second root */
    };
    struct fixture f;

    (void)state;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t block[128];
        struct fault fault = {0};
        struct bytes in = test_hex(GOLDEN, block);

        block[CASES[i].at] = CASES[i].value;
        in = sum_again(block, in.size - HASH_SIZE);
        assert_err(parse(&f.keyring, in, &fault), CASES[i].e);
        assert_string_equal(fault.clause, CASES[i].clause);
    }
    fixture_deinit(&f);
}

/* Two nodes of one epoch in the wrong order, twice, and one below another. */
static void
refuses_nodes_out_of_order(void **state)
{
    static const struct {
        uint8_t level_1;
        uint8_t index_1;
        uint8_t level_2;
        uint8_t index_2;
        enum err e;
    } CASES[] = {
        {1, 0, 1, 1, OK},           {1, 1, 1, 0, ERR_FORMAT},
        {1, 0, 1, 0, ERR_FORMAT},   {1, 0, 2, 1, ERR_FORMAT},
        {1, 0, 2, 2, OK},           {24, 0, 24, 1, OK},
        {24, 0, 23, 0, ERR_FORMAT},
    };
    struct fixture f;

    (void)state;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t block[256] = {0};
        uint8_t *node = block + HEAD_SIZE + 4 + 8;
        struct fault fault = {0};

        test_hex(GOLDEN, block);
        block[HEAD_SIZE + 3] = 1;  /* one epoch */
        block[HEAD_SIZE + 11] = 2; /* of two nodes */
        memset(node, 0, (size_t)2 * 37);
        node[0] = CASES[i].level_1;
        node[4] = CASES[i].index_1;
        node[37] = CASES[i].level_2;
        node[41] = CASES[i].index_2;
        assert_err(
            parse(&f.keyring, sum_again(block, HEAD_SIZE + 12 + 74), &fault),
            CASES[i].e);
        if (CASES[i].e != OK)
            assert_string_equal(fault.clause, "REC 7.2");
    }
    fixture_deinit(&f);
}

/* REC 9.1: those punctured are not found, all others are, with the same leaf;
 * checked at the edges of every hole and at random. */
static void
punctures_these_alone(void **state)
{
    static const uint32_t HOLES[] = {0,        1,        2,        0xffffff,
                                     0x800000, 0x7fffff, 0xabcdef, 5};
    struct fixture f;
    struct keytree_node root = {0};
    struct test_random random;

    (void)state;
    test_random_init(&random);
    fixture_init(&f);
    count_up(NULL, root.key.b, sizeof(root.key.b));
    assert_err(keyring_open_epoch(&f.keyring, 1, &ZEROS), OK);
    assert_err(keyring_open_epoch(&f.keyring, 2, &COUNTING), OK);
    assert_err(keyring_open_epoch(&f.keyring, 3, &ZEROS), OK);
    for (size_t holes = 1; holes <= sizeof(HOLES) / sizeof(HOLES[0]); holes++) {
        /* Twice: the second time nothing is left to do. */
        assert_err(keyring_puncture(&f.keyring, 2, HOLES[holes - 1]), OK);
        assert_err(keyring_puncture(&f.keyring, 2, HOLES[holes - 1]), OK);
        for (int i = 0; i < 400; i++) {
            uint32_t slot = (uint32_t)test_random_below(&random, KEYTREE_SLOTS);
            const struct keytree_node *node;
            struct cipher_key a;
            struct cipher_key b;
            bool hole = false;
            enum err e;

            if (i < 200)
                slot = (HOLES[i % 8] + (uint32_t)(i / 8) - 12) % KEYTREE_SLOTS;
            for (size_t h = 0; h < holes; h++)
                hole |= HOLES[h] == slot;
            e = keyring_find(&f.keyring, 2, slot, &node);
            assert_err(e, hole ? ERR_NOT_FOUND : OK);
            if (hole)
                continue;
            keytree_leaf(node, slot, &a);
            keytree_leaf(&root, slot, &b);
            assert_memory_equal(a.b, b.b, 32);
        }
    }
    assert_err(
        keyring_find(&f.keyring, 1, 5, &(const struct keytree_node *){0}), OK);
    assert_err(
        keyring_find(&f.keyring, 3, 5, &(const struct keytree_node *){0}), OK);
    assert_err(
        keyring_find(&f.keyring, 4, 5, &(const struct keytree_node *){0}),
        ERR_NOT_FOUND);
    assert_err(keyring_puncture(&f.keyring, 4, 5), ERR_NOT_FOUND);
    assert_err(keyring_puncture(&f.keyring, 2, KEYTREE_SLOTS), ERR_NOT_FOUND);
    fixture_deinit(&f);
}

/* Every slot of a subtree: its nodes vanish one by one, the rest stays. */
static void
punctures_a_whole_subtree(void **state)
{
    struct fixture f;

    (void)state;
    fixture_init(&f);
    assert_err(keyring_open_epoch(&f.keyring, 7, &COUNTING), OK);
    for (uint32_t slot = 64; slot < 128; slot++)
        assert_err(keyring_puncture(&f.keyring, 7, slot), OK);
    assert_int_equal(f.keyring.node_count, KEYTREE_DEPTH - 6);
    for (uint32_t slot = 0; slot < 200; slot++)
        assert_err(keyring_find(&f.keyring, 7, slot,
                                &(const struct keytree_node *){0}),
                   slot >= 64 && slot < 128 ? ERR_NOT_FOUND : OK);
    assert_err(keyring_forget_epoch(&f.keyring, 7), OK);
    assert_int_equal(f.keyring.node_count, 0);
    assert_err(keyring_forget_epoch(&f.keyring, 8), ERR_NOT_FOUND);
    for (size_t i = 0; i < NODES_MAX * sizeof(struct keytree_node); i++)
        assert_int_equal(((uint8_t *)f.keyring.nodes)[i], 0);
    fixture_deinit(&f);
}

static void
keeps_its_bounds(void **state)
{
    struct fixture f;
    struct arena arena;
    uint8_t small[1000];
    uint32_t newest;
    uint32_t slot = 0;
    enum err e = OK;

    (void)state;
    arena_init(&arena, small, sizeof(small));
    assert_err(keyring_init(&f.keyring, &arena, ORIGIN, 1), ERR_LIMIT);
    assert_err(keyring_init(&f.keyring, &arena, ORIGIN, KEYRING_NODES_MAX + 1),
               ERR_LIMIT);
    fixture_init(&f);
    assert_false(keyring_newest(&f.keyring, &newest));
    assert_err(keyring_open_epoch(&f.keyring, 100, &COUNTING), OK);
    assert_err(keyring_open_epoch(&f.keyring, 100, &COUNTING), ERR_CONFLICT);
    assert_err(keyring_open_epoch(&f.keyring, 99, &COUNTING), ERR_CONFLICT);
    assert_true(keyring_newest(&f.keyring, &newest));
    assert_int_equal(newest, 100);
    for (; e == OK; slot += 65536)
        e = keyring_puncture(&f.keyring, 100, slot);
    assert_err(e, ERR_LIMIT);
    assert_in_range(f.keyring.node_count, NODES_MAX - 22, NODES_MAX);
    /* The slot that was one too many is still there. */
    assert_err(keyring_find(&f.keyring, 100, slot - 65536,
                            &(const struct keytree_node *){0}),
               OK);
    fixture_deinit(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_golden_bytes),
        cmocka_unit_test(refuses_cuts_and_flips),
        cmocka_unit_test(names_broken_clauses),
        cmocka_unit_test(refuses_nodes_out_of_order),
        cmocka_unit_test(punctures_these_alone),
        cmocka_unit_test(punctures_a_whole_subtree),
        cmocka_unit_test(keeps_its_bounds),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
