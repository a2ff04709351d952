/*
 * Escrow: for every threshold and number of shares, enough of them open the
 * bundle and one fewer do not; every cut and every flipped bit of a share and
 * of a bundle is refused; and what is wrong with which share is said. SYN 8.7
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "node/escrow.h"

#define ORIGIN BYTES("border.example/centre")
#define PLAIN BYTES("\0\0\0\4ring\0\0\0\0\0\0\0\7another")
#define BUNDLE_SIZE_MAX 512

struct kept {
    struct escrow_set set;
    struct escrow_share shares[ESCROW_SHARES_MAX];
    uint8_t block[BUNDLE_SIZE_MAX];
    struct bytes bundle;
};

static void
kept_make(struct kept *kept, unsigned threshold, unsigned count)
{
    struct writer w;

    kept->set = (struct escrow_set){
        .threshold = threshold, .count = count, .origin = ORIGIN};
    writer_init(&w, kept->block, sizeof(kept->block));
    assert_err(escrow_seal(&kept->set, PLAIN, &crypto_random, &w, kept->shares),
               OK);
    kept->bundle = writer_done(&w);
}

static enum err
try(struct bytes in, const struct escrow_share *shares, size_t count,
    size_t *bad)
{
    struct escrow_bundle bundle;
    struct fault fault = {0};
    uint8_t out[BUNDLE_SIZE_MAX];
    enum err e = escrow_bundle_parse(in, &bundle, &fault);

    if (e == OK) {
        assert_true(escrow_bundle_size(&bundle) <= sizeof(out));
        e = escrow_open(&bundle, shares, count, out, bad, &fault);
    }
    if (e == OK)
        assert_bytes(((struct bytes){out, escrow_bundle_size(&bundle)}), PLAIN);
    else
        assert_string_equal(fault.clause, "SYN 8.7");
    return e;
}

/* Some of the shares, in an order of their own. */
static void
draw(const struct kept *kept, struct test_random *random,
     struct escrow_share *out)
{
    memcpy(out, kept->shares, kept->set.count * sizeof(*out));
    for (size_t i = kept->set.count; i > 1; i--) {
        size_t k = test_random_below(random, i);
        struct escrow_share share = out[k];

        out[k] = out[i - 1];
        out[i - 1] = share;
    }
}

static void
enough_of_them_open_it(void **state)
{
    struct escrow_share shares[ESCROW_SHARES_MAX];
    struct test_random random;
    struct kept kept;
    size_t cases = 0;
    size_t bad = 0;

    (void)state;
    test_random_init(&random);
    for (unsigned count = 2; count <= ESCROW_SHARES_MAX; count += 3) {
        for (unsigned threshold = 2; threshold <= count; threshold++) {
            kept_make(&kept, threshold, count);
            draw(&kept, &random, shares);
            assert_err(try(kept.bundle, shares, threshold - 1, &bad),
                       ERR_SHORT);
            assert_err(try(kept.bundle, shares, threshold, &bad), OK);
            assert_err(try(kept.bundle, shares, count, &bad), OK);
            cases++;
        }
    }
    print_message("# %zu ways to share\n", cases);
}

/* Fewer shares than the threshold give another key altogether. */
static void
fewer_say_nothing(void **state)
{
    struct share shares[5];
    struct cipher_key key;
    struct cipher_key other;

    (void)state;
    crypto_random.fill(NULL, key.b, sizeof(key.b));
    assert_err(share_split(&key, 3, shares, 5), OK);
    assert_err(share_join(shares + 2, 3, &other), OK);
    assert_memory_equal(key.b, other.b, sizeof(key.b));
    assert_err(share_join(shares, 2, &other), OK);
    assert_memory_not_equal(key.b, other.b, sizeof(key.b));
    assert_err(share_join(shares, 0, &other), ERR_LIMIT);
    shares[1].number = 1;
    assert_err(share_join(shares, 3, &other), ERR_CONFLICT);
    shares[1].number = 0;
    assert_err(share_join(shares, 3, &other), ERR_CONFLICT);
    assert_err(share_split(&key, 1, shares, 5), ERR_LIMIT);
    assert_err(share_split(&key, 6, shares, 5), ERR_LIMIT);
    assert_err(share_split(&key, 2, shares, 256), ERR_LIMIT);
}

static void
says_which_is_wrong(void **state)
{
    struct kept kept;
    struct kept other;
    struct escrow_share shares[4];
    size_t bad = 0;

    (void)state;
    kept_make(&kept, 3, 5);
    kept_make(&other, 3, 5);
    memcpy(shares, kept.shares, sizeof(shares));
    shares[2] = other.shares[2];
    assert_err(try(kept.bundle, shares, 4, &bad), ERR_CONFLICT);
    assert_int_equal(bad, 2);
    shares[2] = shares[1];
    assert_err(try(kept.bundle, shares, 4, &bad), ERR_CONFLICT);
    assert_int_equal(bad, 2);
    /* A forged one says the right set. */
    shares[2] = kept.shares[2];
    shares[2].share.part.b[7] ^= 1;
    assert_err(try(kept.bundle, shares, 4, &bad), ERR_SIGNATURE);
    /* Sets that may not be. */
    other.set.threshold = 1;
    assert_err(escrow_seal(&other.set, PLAIN, &crypto_random,
                           &(struct writer){.p = other.block,
                                            .size = sizeof(other.block)},
                           other.shares),
               ERR_LIMIT);
    other.set = (struct escrow_set){.threshold = 2, .count = 33};
    assert_err(escrow_seal(&other.set, PLAIN, &crypto_random,
                           &(struct writer){.p = other.block,
                                            .size = sizeof(other.block)},
                           other.shares),
               ERR_LIMIT);
}

/* One encoding, of an exact copy, so that a byte too many read is noticed. */
static enum err
share_parse(struct bytes in)
{
    uint8_t *exact = malloc(in.size + 1);
    uint8_t again[ESCROW_SHARE_SIZE_MAX];
    struct escrow_share share;
    struct fault fault = {0};
    struct writer w;
    enum err e;

    assert_non_null(exact);
    memcpy(exact, in.p, in.size);
    e = escrow_share_parse((struct bytes){exact, in.size}, &share, &fault);
    if (e == OK) {
        writer_init(&w, again, sizeof(again));
        escrow_share_write(&w, &share);
        assert_bytes(writer_done(&w), in);
    } else {
        assert_int_equal(fault.code, e);
        assert_string_equal(fault.clause, "SYN 8.7");
    }
    free(exact);
    return e;
}

static void
a_share_has_one_encoding(void **state)
{
    static const char TEXT[] = "kufi escrow share v1\n"
                               "of border.example/centre\n"
                               "set 000102030405060708090a0b0c0d0e0f\n"
                               "share 2 of 5\n"
                               "threshold 3\n"
                               "key 202122232425262728292a2b2c2d2e2f"
                               "303132333435363738393a3b3c3d3e3f\n";
    uint8_t block[ESCROW_SHARE_SIZE_MAX];
    struct bytes text = bytes_of(TEXT);
    struct hash sum = hash_of(text);
    struct writer w;
    size_t cases = 0;

    (void)state;
    writer_init(&w, block, sizeof(block));
    writer_bytes(&w, text);
    writer_text(&w, "sum ");
    writer_hex(&w, be32_read(sum.b), 8);
    writer_text(&w, "\n");
    text = writer_done(&w);
    assert_err(share_parse(text), OK);
    for (size_t cut = 0; cut < text.size; cut++, cases++)
        assert_int_not_equal(share_parse(bytes_slice(text, 0, cut)), OK);
    for (size_t bit = 0; bit < text.size * 8; bit++, cases++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(share_parse(text), OK);
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    writer_text(&w, "\n");
    assert_int_not_equal(share_parse(writer_done(&w)), OK);
    print_message("# %zu cuts and flips\n", cases);
}

/* Lawful sums behind what may not be said. */
static void
other_shares_are_refused(void **state)
{
    static const char *const CASES[] = {
        "share 0 of 5\nthreshold 3\n",  "share 6 of 5\nthreshold 3\n",
        "share 2 of 33\nthreshold 3\n", "share 2 of 5\nthreshold 6\n",
        "share 2 of 5\nthreshold 1\n",  "share 02 of 5\nthreshold 3\n",
        "share 2 in 5\nthreshold 3\n",  "share 2 of 5 \nthreshold 3\n",
        "share 2 of 5\nthreshold\n",    "threshold 3\nshare 2 of 5\n",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t block[ESCROW_SHARE_SIZE_MAX];
        struct writer w;
        struct hash sum;

        writer_init(&w, block, sizeof(block));
        writer_text(&w, "kufi escrow share v1\nof border.example/centre\n"
                        "set 000102030405060708090a0b0c0d0e0f\n");
        writer_text(&w, CASES[i]);
        writer_text(&w, "key 202122232425262728292a2b2c2d2e2f"
                        "303132333435363738393a3b3c3d3e3f\n");
        sum = hash_of(writer_done(&w));
        writer_text(&w, "sum ");
        writer_hex(&w, be32_read(sum.b), 8);
        writer_text(&w, "\n");
        assert_err(share_parse(writer_done(&w)), ERR_FORMAT);
    }
}

static void
a_damaged_bundle_does_not_open(void **state)
{
    struct kept kept;
    size_t cases = 0;
    size_t bad = 0;

    (void)state;
    kept_make(&kept, 2, 3);
    for (size_t cut = 0; cut < kept.bundle.size; cut++, cases++)
        assert_int_not_equal(
            try(bytes_slice(kept.bundle, 0, cut), kept.shares, 3, &bad), OK);
    for (size_t bit = 0; bit < kept.bundle.size * 8; bit++, cases++) {
        kept.block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(try(kept.bundle, kept.shares, 3, &bad), OK);
        kept.block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    print_message("# %zu cuts and flips\n", cases);
}

static void
the_content_is_taken_apart(void **state)
{
    struct bytes content = PLAIN;
    struct bytes file;
    struct fault fault;

    (void)state;
    assert_true(escrow_next(&content, &file, &fault));
    assert_bytes(file, BYTES("ring"));
    assert_true(escrow_next(&content, &file, &fault));
    assert_int_equal(file.size, 0);
    assert_true(escrow_next(&content, &file, &fault));
    assert_bytes(file, BYTES("another"));
    assert_false(escrow_next(&content, &file, &fault));
    assert_err(fault.code, OK);
    for (size_t cut = 1; cut < 8; cut++) {
        content = bytes_slice(PLAIN, 0, cut);
        assert_false(escrow_next(&content, &file, &fault));
        assert_err(fault.code, ERR_SHORT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(enough_of_them_open_it),
        cmocka_unit_test(fewer_say_nothing),
        cmocka_unit_test(says_which_is_wrong),
        cmocka_unit_test(a_share_has_one_encoding),
        cmocka_unit_test(other_shares_are_refused),
        cmocka_unit_test(a_damaged_bundle_does_not_open),
        cmocka_unit_test(the_content_is_taken_apart),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
