/*
 * The tree's roots are those that Certificate Transparency publishes for its
 * eight test leaves (RFC 6962 2.1), and for every size up to 600 those of a
 * tree drawn whole; a tree grown by subtrees is the one grown leaf by leaf.
 */
#include "test.h"

#include <string.h>

#include "tree_naive.h"

static const struct {
    const char *entry; /* hexadecimal */
    const char *root;  /* of the tree that ends with this entry */
} known[] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021",
     "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031",
     "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243",
     "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657",
     "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f",
     "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static uint8_t
digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static struct bytes
hex(const char *text, uint8_t *out)
{
    size_t size = strlen(text) / 2;

    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    return (struct bytes){out, size};
}

/* LOG 1.1, LOG 1.2, LOG 1.3 */
static void
test_known_roots(void **state)
{
    struct tree tree = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        uint8_t entry[16];
        uint8_t root[32];
        struct hash leaf = tree_leaf(hex(known[i].entry, entry));
        struct hash got;

        tree_append(&tree, &leaf);
        got = tree_root(&tree);
        assert_bytes(hash_bytes(&got), hex(known[i].root, root));
    }
}

/* LOG 1.4 */
static void
test_empty(void **state)
{
    struct tree tree = {0};
    struct hash root = tree_root(&tree);
    uint8_t want[32];

    (void)state;
    assert_bytes(hash_bytes(&root), hex("e3b0c44298fc1c149afbf4c8996fb924"
                                        "27ae41e4649b934ca495991b7852b855",
                                        want));
    root = tree_root_of(NULL, 0);
    assert_bytes(hash_bytes(&root), ((struct bytes){want, 32}));
}

static void
test_all_sizes(void **state)
{
    struct tree tree = {0};
    struct naive all;

    (void)state;
    naive_init(&all, 600);
    for (size_t size = 0; size <= 600; size++) {
        struct naive naive;
        struct hash want;
        struct hash got = tree_root(&tree);

        naive_init(&naive, size);
        want = naive_root(&naive);
        assert_true(hash_equal(&got, &want));
        if (size <= TREE_ROOT_OF_MAX) {
            got = tree_root_of(all.level[0], size);
            assert_true(hash_equal(&got, &want));
        }
        naive_deinit(&naive);
        if (size < 600)
            tree_append(&tree, &all.level[0][size]);
    }
    naive_deinit(&all);
}

static void
test_subtrees(void **state)
{
    struct tree one = {0};
    struct tree other = {0};
    struct naive naive;
    struct hash a;
    struct hash b;

    (void)state;
    naive_init(&naive, 512 + 256 + 3);
    for (size_t i = 0; i < naive.count[0]; i++)
        tree_append(&one, &naive.level[0][i]);
    tree_append_subtree(&other, 9, &naive.level[9][0]);
    tree_append_subtree(&other, 8, &naive.level[8][2]);
    tree_append_subtree(&other, 1, &naive.level[1][384]);
    tree_append_subtree(&other, 0, &naive.level[0][770]);
    a = tree_root(&one);
    b = tree_root(&other);
    assert_true(one.size == other.size);
    assert_true(hash_equal(&a, &b));
    naive_deinit(&naive);
}

/* LOG 1.5: the largest tree has a root; it takes no more. */
static void
test_largest(void **state)
{
    static struct tree tree;
    struct hash root = {{1}};

    (void)state;
    for (unsigned level = 63; level-- > 0;)
        tree_append_subtree(&tree, level, &root);
    assert_true(tree.size == TREE_SIZE_MAX);
    root = tree_root(&tree);
    assert_false(hash_equal(&root, &tree.stack[0]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_roots), cmocka_unit_test(test_empty),
        cmocka_unit_test(test_all_sizes),   cmocka_unit_test(test_subtrees),
        cmocka_unit_test(test_largest),
    };

    return TEST_RUN(tests);
}
