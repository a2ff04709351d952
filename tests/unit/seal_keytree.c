/*
 * The key tree: its leaves against those of a program that shares no code with
 * Kufi (tests/data/seal/vectors.py), and that every way to a leaf gives the
 * same one: straight down, along a path in any order, and from siblings.
 * REC 6.2, REC 6.3.
 */
#include "test.h"

#include "crypto/crypto.h"
#include "seal/keytree.h"

#include <stdio.h>
#include <string.h>

static struct keytree_node
root(void)
{
    struct keytree_node node = {0};

    for (size_t i = 0; i < sizeof(node.key.b); i++)
        node.key.b[i] = (uint8_t)i;
    return node;
}

static const struct {
    uint32_t slot;
    const char *leaf;
    const char *commitment;
} VECTORS[] = {
    {0, "1ff916e8b0908af3d1cb8745c2e2fd0aa0663180267a088315191f94c152476c",
     "84ceef2a545c94aaa2c196c6fbf086ec4c4ee8210ea0aacdf4091c5a0107a633"},
    {1, "e803bf98a08d32d3e504e6c1becc04106364e78a57a914eb61ebaff2c8d11c23",
     "afa3d9339d7f5a9cf76b9ce7754a4eb0e54ba237beb95b1c4f325b463d0ce8c9"},
    {2, "e8736ce0f7c49180ead21d8b0b359777cbcd9fd54265b70df76992ee49725528",
     "f36dc6064793649ddf6260902dce7890f9c72ccaab3173da44163f50e070db07"},
    {0x800000,
     "8c08d631d60819a75d4882c5546aaa757b64adb9e121cd74fff5abd2e7152c62",
     "98b4b227b4e1b3874fba5166fae96801699b634f4c5783298a006d4f3c19c504"},
    {0xabcdef,
     "ab2231d386730a0ece751cc8b4e6e01bf0be8abe3f8642f03e0cb34af6e23a69",
     "a0e7cb4a96d345cebd4cf214157120f87ac5faa52b1fc48b0462be1439c7dcb7"},
    {0xffffff,
     "36b948c53da7f0515ae7c49220c525f8fe81359c6864312e9734ab218e8c4b4f",
     "87da8c005dae83743ef7b27675001d526bab604615cf5a0117c030c2ec73d494"},
};

static void
leaves_of_the_vectors(void **state)
{
    struct keytree_node top = root();
    struct keytree_path path = {0};

    (void)state;
    keytree_path_init(&path, &top);
    for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
        struct cipher_key leaf;
        struct seal_key key;
        uint8_t leaf_expected[32];
        uint8_t commitment[32];

        test_hex(VECTORS[i].leaf, leaf_expected);
        test_hex(VECTORS[i].commitment, commitment);
        keytree_leaf(&top, VECTORS[i].slot, &leaf);
        assert_memory_equal(leaf.b, leaf_expected, 32);
        assert_memory_equal(keytree_path_leaf(&path, VECTORS[i].slot)->b,
                            leaf.b, 32);
        keytree_stretch(&leaf, &key);
        assert_memory_equal(key.commitment.b, commitment, 32);
    }
    keytree_path_deinit(&path);
    assert_false(keytree_path_covers(&path, 0));
}

/* In order, back and forth, and anywhere. */
static void
a_path_goes_anywhere(void **state)
{
    struct keytree_node top = root();
    struct keytree_path path = {0};
    struct test_random random;
    uint32_t slot = 0;

    (void)state;
    test_random_init(&random);
    keytree_path_init(&path, &top);
    for (int i = 0; i < 3000; i++) {
        struct cipher_key leaf;

        if (i < 1000)
            slot = (uint32_t)i;
        else if (i < 2000)
            slot = (slot + (uint32_t)test_random_below(&random, 64) - 31) %
                   KEYTREE_SLOTS;
        else
            slot = (uint32_t)test_random_below(&random, KEYTREE_SLOTS);
        keytree_leaf(&top, slot, &leaf);
        assert_memory_equal(keytree_path_leaf(&path, slot)->b, leaf.b, 32);
    }
}

/* They tile what the node covered, but for the slot, and lead to the same
 * leaves. */
static void
siblings_are_the_rest(void **state)
{
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (unsigned level = 0; level <= KEYTREE_DEPTH; level++) {
        uint32_t index = (uint32_t)test_random_below(&random, 1u << level);
        struct keytree_node node = {.index = index, .level = (uint8_t)level};
        struct keytree_node siblings[KEYTREE_DEPTH];
        uint32_t first = keytree_first_slot(&node);
        uint32_t slot = first + (uint32_t)test_random_below(
                                    &random, keytree_slot_count(&node));
        uint32_t next = first;
        size_t count = keytree_siblings(&node, slot, siblings);

        assert_int_equal(count, KEYTREE_DEPTH - level);
        for (size_t i = 0; i < count; i++) {
            uint32_t begin = keytree_first_slot(&siblings[i]);
            struct cipher_key a;
            struct cipher_key b;

            next += next == slot;
            assert_int_equal(begin, next);
            assert_false(keytree_covers(&siblings[i], slot));
            next += keytree_slot_count(&siblings[i]);
            keytree_leaf(&node, begin, &a);
            keytree_leaf(&siblings[i], begin, &b);
            assert_memory_equal(a.b, b.b, 32);
            keytree_leaf(&node, next - 1, &a);
            keytree_leaf(&siblings[i], next - 1, &b);
            assert_memory_equal(a.b, b.b, 32);
        }
        next += next == slot;
        assert_int_equal(next, first + keytree_slot_count(&node));
    }
}

static void
covers_its_slots_alone(void **state)
{
    struct keytree_node node = {.index = 5, .level = 20};

    (void)state;
    assert_int_equal(keytree_first_slot(&node), 80);
    assert_int_equal(keytree_slot_count(&node), 16);
    assert_false(keytree_covers(&node, 79));
    assert_true(keytree_covers(&node, 80));
    assert_true(keytree_covers(&node, 95));
    assert_false(keytree_covers(&node, 96));
    assert_false(keytree_covers(&node, KEYTREE_SLOTS + 80));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_of_the_vectors),
        cmocka_unit_test(a_path_goes_anywhere),
        cmocka_unit_test(siblings_are_the_rest),
        cmocka_unit_test(covers_its_slots_alone),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
