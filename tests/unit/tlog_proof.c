/*
 * Proofs of every leaf and of every older size, for all trees of up to 600
 * leaves: those written down from RFC 6962 hold, those made of tiles are the
 * same, and of small trees everything else does not hold. Proof files are
 * shown as the other parsers are.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "tlog/proof.h"
#include "tree_naive.h"

#define SIZE_MAX_EXHAUSTIVE 600
#define SIZE_MAX_DAMAGED 33

/* Making a proof costs 200 hashes: each tree makes every 7th, and the first
 * differs, so that 7 trees in a row make all. */
#define MADE_EVERY 7

static void
proofs_equal(const struct proof *a, const struct proof *b)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        assert_true(hash_equal(&a->hashes[i], &b->hashes[i]));
}

/* LOG 5.1, LOG 5.3 */
static void
test_inclusion(void **state)
{
    (void)state;
    for (size_t size = 1; size <= SIZE_MAX_EXHAUSTIVE; size++) {
        struct tile_source source;
        struct naive naive;
        struct hash root;

        naive_init(&naive, size);
        source = naive_source(&naive);
        root = naive_root(&naive);
        for (size_t i = 0; i < size; i++) {
            struct proof want;
            struct proof made;

            naive_inclusion(&naive, i, &want);
            assert_err(proof_verify_inclusion(&want, i, &naive.level[0][i],
                                              size, &root),
                       OK);
            if ((i + size) % MADE_EVERY != 0)
                continue;
            assert_err(proof_make_inclusion(&source, i, size, &made), OK);
            proofs_equal(&made, &want);
        }
        naive_deinit(&naive);
    }
}

/* LOG 5.2, LOG 5.3 */
static void
test_consistency(void **state)
{
    struct hash roots[SIZE_MAX_EXHAUSTIVE + 1];

    (void)state;
    for (size_t size = 0; size <= SIZE_MAX_EXHAUSTIVE; size++) {
        struct tile_source source;
        struct naive naive;

        naive_init(&naive, size);
        source = naive_source(&naive);
        roots[size] = naive_root(&naive);
        for (size_t old = 0; old <= size; old++) {
            struct proof want;
            struct proof made;

            naive_consistency(&naive, old, &want);
            assert_err(proof_verify_consistency(&want, old, &roots[old], size,
                                                &roots[size]),
                       OK);
            if ((old + size) % MADE_EVERY != 0)
                continue;
            assert_err(proof_make_consistency(&source, old, size, &made), OK);
            proofs_equal(&made, &want);
        }
        naive_deinit(&naive);
    }
}

/* A tree of three levels of tiles, some places of it. */
static void
test_large(void **state)
{
    static const size_t places[] = {0,     1,     255,   256,   257,   4095,
                                    32767, 32768, 65535, 65536, 65537, 69999};
    struct tile_source source;
    struct naive naive;
    struct naive old;
    struct hash root;
    struct hash got;

    (void)state;
    naive_init(&naive, 70000);
    source = naive_source(&naive);
    root = naive_root(&naive);
    assert_err(proof_root(&source, 70000, &got), OK);
    assert_true(hash_equal(&got, &root));
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        size_t at = places[i];
        struct proof made;
        struct hash old_root;

        assert_err(proof_make_inclusion(&source, at, 70000, &made), OK);
        assert_err(proof_verify_inclusion(&made, at, &naive.level[0][at], 70000,
                                          &root),
                   OK);
        naive_init(&old, at);
        old_root = naive_root(&old);
        naive_deinit(&old);
        assert_err(proof_make_consistency(&source, at, 70000, &made), OK);
        assert_err(proof_verify_consistency(&made, at, &old_root, 70000, &root),
                   OK);
        assert_err(proof_root(&source, at, &got), OK);
        assert_true(hash_equal(&got, &old_root));
    }
    naive_deinit(&naive);
}

static struct hash
flipped(const struct hash *hash, size_t bit)
{
    struct hash out = *hash;

    out.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    return out;
}

/* Another index, size, leaf, root, a hash less, one more, a bit flipped. */
static void
inclusion_refused(const struct naive *naive, size_t index)
{
    size_t size = naive->count[0];
    const struct hash *leaf = &naive->level[0][index];
    struct hash root = naive_root(naive);
    struct hash bad = flipped(&root, index % 256);
    struct proof proof;

    naive_inclusion(naive, index, &proof);
    assert_err(proof_verify_inclusion(&proof, index, leaf, size, &bad),
               ERR_SIGNATURE);
    bad = flipped(leaf, index % 256);
    assert_err(proof_verify_inclusion(&proof, index, &bad, size, &root),
               ERR_SIGNATURE);
    for (size_t other = 0; other <= size + 1; other++)
        if (other != index)
            assert_err(proof_verify_inclusion(&proof, other, leaf, size, &root),
                       ERR_SIGNATURE);
    for (size_t i = 0; i < proof.count; i++) {
        struct hash kept = proof.hashes[i];

        proof.hashes[i] = flipped(&kept, (i + index) % 256);
        assert_err(proof_verify_inclusion(&proof, index, leaf, size, &root),
                   ERR_SIGNATURE);
        proof.hashes[i] = kept;
    }
    proof.hashes[proof.count++] = root;
    assert_err(proof_verify_inclusion(&proof, index, leaf, size, &root),
               ERR_SIGNATURE);
    if (proof.count < 2)
        return;
    proof.count -= 2;
    assert_err(proof_verify_inclusion(&proof, index, leaf, size, &root),
               ERR_SIGNATURE);
}

static void
consistency_refused(const struct naive *naive, size_t old_size,
                    const struct hash *old_root)
{
    size_t size = naive->count[0];
    struct hash root = naive_root(naive);
    struct hash bad = flipped(&root, old_size % 256);
    struct proof proof;

    naive_consistency(naive, old_size, &proof);
    if (old_size > 0) /* the empty tree begins every tree */
        assert_err(
            proof_verify_consistency(&proof, old_size, old_root, size, &bad),
            ERR_SIGNATURE);
    bad = flipped(old_root, old_size % 256);
    assert_err(proof_verify_consistency(&proof, old_size, &bad, size, &root),
               ERR_SIGNATURE);
    for (size_t i = 0; i < proof.count; i++) {
        struct hash kept = proof.hashes[i];

        proof.hashes[i] = flipped(&kept, (i + old_size) % 256);
        assert_err(
            proof_verify_consistency(&proof, old_size, old_root, size, &root),
            ERR_SIGNATURE);
        proof.hashes[i] = kept;
    }
    proof.hashes[proof.count++] = root;
    assert_err(
        proof_verify_consistency(&proof, old_size, old_root, size, &root),
        ERR_SIGNATURE);
    if (proof.count < 2)
        return;
    proof.count -= 2;
    assert_err(
        proof_verify_consistency(&proof, old_size, old_root, size, &root),
        ERR_SIGNATURE);
}

static void
test_refused(void **state)
{
    struct hash roots[SIZE_MAX_DAMAGED + 1];

    (void)state;
    for (size_t size = 0; size <= SIZE_MAX_DAMAGED; size++) {
        struct naive naive;

        naive_init(&naive, size);
        roots[size] = naive_root(&naive);
        for (size_t i = 0; i < size; i++)
            inclusion_refused(&naive, i);
        for (size_t old = 0; old <= size; old++)
            consistency_refused(&naive, old, &roots[old]);
        naive_deinit(&naive);
    }
}

/* Sizes and indexes out of any tree are refused, not computed with. */
static void
test_out_of_range(void **state)
{
    struct proof proof = {.count = 0};
    struct hash hash = {{0}};
    struct naive naive;
    struct tile_source source;

    (void)state;
    naive_init(&naive, 5);
    source = naive_source(&naive);
    assert_err(proof_verify_inclusion(&proof, 0, &hash, 0, &hash),
               ERR_SIGNATURE);
    assert_err(proof_verify_inclusion(&proof, UINT64_MAX - 1, &hash, UINT64_MAX,
                                      &hash),
               ERR_SIGNATURE);
    assert_err(proof_verify_consistency(&proof, 5, &hash, 4, &hash),
               ERR_SIGNATURE);
    assert_err(proof_verify_consistency(&proof, 1, &hash, UINT64_MAX, &hash),
               ERR_SIGNATURE);
    proof.count = PROOF_HASHES_MAX;
    assert_err(proof_verify_inclusion(&proof, TREE_SIZE_MAX - 1, &hash,
                                      TREE_SIZE_MAX, &hash),
               ERR_SIGNATURE);
    assert_err(proof_verify_consistency(&proof, TREE_SIZE_MAX - 1, &hash,
                                        TREE_SIZE_MAX, &hash),
               ERR_SIGNATURE);
    assert_err(proof_make_inclusion(&source, 5, 5, &proof), ERR_NOT_FOUND);
    assert_err(proof_make_inclusion(&source, 0, UINT64_MAX, &proof), ERR_LIMIT);
    assert_err(proof_make_consistency(&source, 6, 5, &proof), ERR_NOT_FOUND);
    assert_err(proof_make_consistency(&source, 0, UINT64_MAX, &proof),
               ERR_LIMIT);
    assert_err(proof_root(&source, UINT64_MAX, &hash), ERR_LIMIT);
    naive_deinit(&naive);
}

static enum err
read_fails(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    size_t *left = context;

    memset(out, 0, (size_t)id->width * HASH_SIZE);
    return (*left)-- == 0 ? ERR_NOT_FOUND : OK;
}

/* The n-th tile cannot be read, for every n. */
static void
test_source_fails(void **state)
{
    struct proof proof;
    struct hash root;
    size_t failed = 0;

    (void)state;
    for (size_t n = 0; n < 8; n++) {
        size_t left[3] = {n, n, n};
        struct tile_source source = {read_fails, &left[0]};
        enum err e = proof_make_inclusion(&source, 69000, 70000, &proof);

        failed += e == ERR_NOT_FOUND;
        source.context = &left[1];
        e = proof_make_consistency(&source, 65537, 70000, &proof);
        failed += e == ERR_NOT_FOUND;
        source.context = &left[2];
        e = proof_root(&source, 70000, &root);
        failed += e == ERR_NOT_FOUND;
    }
    assert_true(failed >= 9);
}

#define KEY                                                                    \
    "example.com/reference-log+f8499e9f+"                                      \
    "ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4jiT+bs0BE"
#define PROOF "tests/data/tlog/entry-300.tlog-proof"
#define ENTRY "tests/data/tlog/entry-300"

static enum err
file_check(struct bytes in, const struct hash *leaf)
{
    struct note_key key;
    struct proof_file file;
    uint8_t *block = malloc(in.size + 1);
    enum err e = proof_file_parse(in, &file, NULL);
    struct writer w;

    assert_non_null(block);
    assert_err(note_key_parse(BYTES(KEY), &key, NULL), OK);
    if (e == OK) {
        writer_init(&w, block, in.size);
        proof_file_encode(&w, &file);
        assert_bytes(writer_done(&w), in);
        e = proof_file_verify(&file, leaf, &key, NULL, NULL);
    }
    free(block);
    return e;
}

/* LOG 5.4, LOG 5.5: another program's file and entry. */
static void
test_reference_file(void **state)
{
    struct bytes in = test_file(PROOF);
    struct bytes entry = test_file(ENTRY);
    struct hash leaf = tree_leaf(entry);
    struct proof_file file;

    (void)state;
    assert_err(proof_file_parse(in, &file, NULL), OK);
    assert_int_equal(file.index, 300);
    assert_int_equal(file.extra.size, 0);
    assert_err(file_check(in, &leaf), OK);
    leaf = flipped(&leaf, 7);
    assert_err(file_check(in, &leaf), ERR_SIGNATURE);
    test_file_free(in);
    test_file_free(entry);
}

static void
test_file_damaged(void **state)
{
    struct bytes in = test_file(PROOF);
    struct bytes entry = test_file(ENTRY);
    struct hash leaf = tree_leaf(entry);
    uint8_t block[2048];

    (void)state;
    assert_true(in.size <= sizeof(block));
    for (size_t size = 0; size < in.size; size++) {
        memcpy(block, in.p, size);
        assert_true(file_check((struct bytes){block, size}, &leaf) != OK);
    }
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        memcpy(block, in.p, in.size);
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(file_check((struct bytes){block, in.size}, &leaf) != OK);
    }
    test_file_free(in);
    test_file_free(entry);
}

#define FIRST "c2sp.org/tlog-proof@v1\n"
#define HASH "5SLPVFG/5oduXv4oAu0q1JU5iBFvdw8lMoE9yAlQc+s=\n"
#define NOTE "o\n1\n" HASH "\n\xe2\x80\x94 a AAAAAAA=\n"

static const struct {
    const char *text;
    enum err code;
    const char *clause;
} files[] = {
    {FIRST "index 0\n\n" NOTE, OK, NULL},
    {FIRST "extra AA==\nindex 9\n" HASH "\n" NOTE, OK, NULL},
    {"", ERR_FORMAT, "LOG 5.4"},
    {FIRST, ERR_FORMAT, "LOG 5.4"},
    {"c2sp.org/tlog-proof@v2\nindex 0\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "index\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "index 01\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "index 9223372036854775807\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "extra \nindex 0\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "extra A\nindex 0\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "index 0\nextra AA==\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "index 0\nAA==\n\n" NOTE, ERR_FORMAT, "LOG 5.4"},
    {FIRST "index 0\n" HASH, ERR_SHORT, "LOG 5.4"},
    {FIRST "index 0\n\n", ERR_SHORT, "LOG 2.2"},
    {FIRST "index 0\n" NOTE, ERR_FORMAT, "LOG 5.4"},
};

static void
test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct bytes in = bytes_of(files[i].text);
        struct fault fault = {0};
        struct proof_file file;
        uint8_t block[512];
        struct writer w;

        assert_err(proof_file_parse(in, &file, &fault), files[i].code);
        if (files[i].code != OK) {
            assert_string_equal(fault.clause, files[i].clause);
            continue;
        }
        writer_init(&w, block, sizeof(block));
        proof_file_encode(&w, &file);
        assert_bytes(writer_done(&w), in);
    }
}

static void
test_file_bounds(void **state)
{
    static uint8_t block[PROOF_FILE_SIZE_MAX + 1];
    struct proof_file file;
    struct writer w;

    (void)state;
    for (size_t count = PROOF_HASHES_MAX; count <= PROOF_HASHES_MAX + 1;
         count++) {
        writer_init(&w, block, sizeof(block));
        writer_text(&w, FIRST "index 0\n");
        for (size_t i = 0; i < count; i++)
            writer_text(&w, HASH);
        writer_text(&w, "\n" NOTE);
        assert_err(proof_file_parse(writer_done(&w), &file, NULL),
                   count == PROOF_HASHES_MAX ? OK : ERR_LIMIT);
    }
    memset(block, 'A', sizeof(block));
    assert_err(
        proof_file_parse((struct bytes){block, sizeof(block)}, &file, NULL),
        ERR_LIMIT);
    writer_init(&w, block, sizeof(block));
    writer_text(&w, FIRST "extra ");
    w.at += PROOF_FILE_EXTRA_SIZE_MAX + 4;
    writer_text(&w, "\nindex 0\n\n" NOTE);
    assert_err(proof_file_parse(writer_done(&w), &file, NULL), ERR_LIMIT);
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
        cmocka_unit_test_setup(test_inclusion, setup),
        cmocka_unit_test(test_consistency),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_source_fails),
        cmocka_unit_test(test_reference_file),
        cmocka_unit_test(test_file_damaged),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_file_bounds),
    };

    return TEST_RUN(tests);
}
