/*
 * Sealed boxes: the standard's key, the library's own sealed boxes both ways,
 * and no opening of what was cut, changed in one bit, or is for somebody else.
 * SYN 8.1.
 */
#include "test.h"

#include "crypto/box.h"

#include <sodium.h>
#include <string.h>

#define SIZE_TRIED 100

static void
fill(void *context, void *out, size_t size)
{
    const uint8_t *first = context;

    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (uint8_t)(i * 7 + *first);
}

static void
key_of(uint8_t first, struct box_key *key)
{
    uint8_t secret[BOX_SECRET_SIZE];

    fill(&first, secret, sizeof(secret));
    box_key_init(key, secret);
}

/* RFC 7748 section 6.1, Alice's. */
static void
has_the_standards_key(void **state)
{
    uint8_t secret[BOX_SECRET_SIZE];
    uint8_t public[BOX_PUBLIC_SIZE];
    struct box_key key;

    (void)state;
    test_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
             secret);
    test_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
             public);
    box_key_init(&key, secret);
    assert_memory_equal(key.public.b, public, sizeof(public));
    box_key_deinit(&key);
    assert_memory_equal(&key, &(struct box_key){0}, sizeof(key));
}

/* Every size, sealed by us and opened by the library, and the reverse. */
static void
is_the_librarys_box(void **state)
{
    uint8_t plain[SIZE_TRIED];
    uint8_t sealed[SIZE_TRIED + BOX_OVERHEAD];
    uint8_t opened[SIZE_TRIED];
    struct box_key key;
    uint8_t first = 0;
    struct random random = {fill, &first};

    (void)state;
    key_of(9, &key);
    for (size_t size = 0; size < SIZE_TRIED; size++) {
        struct bytes in = {plain, size};

        first = (uint8_t)size;
        fill(&first, plain, size);
        assert_err(box_seal(&key.public, in, &random, sealed), OK);
        assert_int_equal(crypto_box_seal_open(opened, sealed,
                                              size + BOX_OVERHEAD, key.public.b,
                                              key.secret),
                         0);
        assert_memory_equal(opened, plain, size);
        assert_int_equal(crypto_box_seal(sealed, plain, size, key.public.b), 0);
        memset(opened, 0, sizeof(opened));
        assert_err(
            box_open(&key, (struct bytes){sealed, size + BOX_OVERHEAD}, opened),
            OK);
        assert_memory_equal(opened, plain, size);
    }
}

static void
opens_nothing_else(void **state)
{
    const size_t size = 40;
    uint8_t plain[40] = {1, 2, 3};
    uint8_t sealed[40 + BOX_OVERHEAD];
    uint8_t opened[40];
    struct bytes box = {sealed, sizeof(sealed)};
    struct box_key key;
    struct box_key other;
    size_t cases = 0;

    (void)state;
    key_of(1, &key);
    key_of(2, &other);
    assert_err(box_seal(&key.public, (struct bytes){plain, size},
                        &crypto_random, sealed),
               OK);
    assert_err(box_open(&other, box, opened), ERR_SIGNATURE);
    for (size_t cut = 0; cut < sizeof(sealed); cut++, cases++) {
        struct bytes part = {sealed, cut};

        assert_err(box_open(&key, part, opened), ERR_SIGNATURE);
    }
    for (size_t bit = 0; bit < sizeof(sealed) * 8; bit++, cases++) {
        memset(opened, 0xff, sizeof(opened));
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        /* The highest bit of a public key counts for nothing in the key that
         * both make, but does in the nonce. */
        assert_err(box_open(&key, box, opened), ERR_SIGNATURE);
        assert_memory_equal(opened, &(uint8_t[40]){0}, sizeof(opened));
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_err(box_open(&key, box, opened), OK);
    print_message("# %zu cuts and flips\n", cases);
}

/* A point of small order would make a key that everybody knows. */
static void
seals_for_no_weak_key(void **state)
{
    struct box_public zero = {{0}};
    struct box_public one = {{1}};
    uint8_t sealed[1 + BOX_OVERHEAD];

    (void)state;
    assert_err(box_seal(&zero, BYTES("x"), &crypto_random, sealed), ERR_FORMAT);
    assert_err(box_seal(&one, BYTES("x"), &crypto_random, sealed), ERR_FORMAT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_standards_key),
        cmocka_unit_test(is_the_librarys_box),
        cmocka_unit_test(opens_nothing_else),
        cmocka_unit_test(seals_for_no_weak_key),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
