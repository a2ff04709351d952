/*
 * ChaCha20 and ChaCha20-Poly1305: the standard's examples, agreement with the
 * library's own combined call for every size and at the edges of the stream's
 * pieces, and no opening of anything that was changed in one bit.
 */
#include "test.h"

#include "crypto/cipher.h"
#include "crypto/crypto.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_TRIED 3000

/* RFC 8439 appendix A.1, test vector 1: zero key, zero nonce, counter 0. */
static void
expands_as_the_standard_says(void **state)
{
    struct cipher_key key = {0};
    struct cipher_pair pair;
    uint8_t expected[64];

    (void)state;
    test_hex("76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
             "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
             expected);
    cipher_expand(&key, &pair);
    assert_memory_equal(&pair, expected, 64);
    /* Another key gives another stream: as the library has it. */
    key.b[31] = 1;
    crypto_stream_chacha20_ietf(expected, 64, (uint8_t[12]){0}, key.b);
    cipher_expand(&key, &pair);
    assert_memory_equal(&pair, expected, 64);
}

/* The nonce of our seals is zero, so RFC 8439's own example, which has another,
 * goes through the library's call; ours must agree with that call below. */
static void
the_library_is_the_standard(void **state)
{
    static const char TEXT[] =
        "Ladies and Gentlemen of the class of '99: If I could offer you only "
        "one tip for the future, sunscreen would be it.";
    uint8_t key[32];
    uint8_t nonce[12];
    uint8_t associated[12];
    uint8_t tag[16];
    uint8_t out[sizeof(TEXT) - 1 + 16];

    (void)state;
    for (size_t i = 0; i < 32; i++)
        key[i] = (uint8_t)(0x80 + i);
    test_hex("070000004041424344454647", nonce);
    test_hex("50515253c0c1c2c3c4c5c6c7", associated);
    test_hex("1ae10b594f09e26a7e902ecbd0600691", tag);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        out, NULL, (const uint8_t *)TEXT, sizeof(TEXT) - 1, associated,
        sizeof(associated), NULL, nonce, key);
    assert_memory_equal(out + sizeof(TEXT) - 1, tag, 16);
}

static void
agrees_with_the_library(void **state)
{
    static uint8_t plain[SIZE_MAX_TRIED];
    static uint8_t ours[SIZE_MAX_TRIED + CIPHER_TAG_SIZE];
    static uint8_t theirs[SIZE_MAX_TRIED + CIPHER_TAG_SIZE];
    static uint8_t opened[SIZE_MAX_TRIED];
    static const uint8_t NONCE[12];
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (size_t i = 0; i < sizeof(plain); i++)
        plain[i] = (uint8_t)test_random_next(&random);
    for (size_t size = 0; size <= SIZE_MAX_TRIED;
         size += size < 1100 ? 1 : 97) {
        size_t associated_size = (size_t)test_random_below(&random, 90);
        struct bytes associated = {plain, associated_size};
        struct bytes sealed = {ours, size + CIPHER_TAG_SIZE};
        struct cipher_key key;

        for (size_t i = 0; i < sizeof(key.b); i++)
            key.b[i] = (uint8_t)test_random_next(&random);
        crypto_aead_chacha20poly1305_ietf_encrypt(theirs, NULL, plain, size,
                                                  plain, associated_size, NULL,
                                                  NONCE, key.b);
        cipher_seal(&key, (struct bytes){plain, size}, associated, ours);
        assert_memory_equal(ours, theirs, size + CIPHER_TAG_SIZE);
        memset(opened, 0xee, sizeof(opened));
        assert_err(cipher_open(&key, sealed, associated, opened), OK);
        assert_memory_equal(opened, plain, size);
        /* In its own place too. */
        assert_err(cipher_open(&key, sealed, associated, ours), OK);
        assert_memory_equal(ours, plain, size);
    }
}

static void
opens_nothing_changed(void **state)
{
    static const size_t SIZES[] = {0, 1, 16, 100, 448, 449};
    static const uint8_t ZEROS[512];
    struct cipher_key key = {{7}};
    struct bytes associated = BYTES("associated");

    (void)state;
    for (size_t i = 0; i < sizeof(SIZES) / sizeof(SIZES[0]); i++) {
        size_t size = SIZES[i] + CIPHER_TAG_SIZE;
        uint8_t sealed[512];
        uint8_t out[512];

        cipher_seal(&key, (struct bytes){ZEROS, SIZES[i]}, associated, sealed);
        for (size_t bit = 0; bit < size * 8; bit++) {
            sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(out, 0xee, sizeof(out));
            assert_err(cipher_open(&key, (struct bytes){sealed, size},
                                   associated, out),
                       ERR_SIGNATURE);
            assert_memory_equal(out, ZEROS, SIZES[i]); /* wiped */
            sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        assert_err(cipher_open(&key, (struct bytes){sealed, size},
                               BYTES("associatee"), out),
                   ERR_SIGNATURE);
        for (size_t bit = 0; bit < sizeof(key.b) * 8; bit++) {
            key.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_err(cipher_open(&key, (struct bytes){sealed, size},
                                   associated, out),
                       ERR_SIGNATURE);
            key.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

static void
small_things(void **state)
{
    uint8_t a[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t b[32] = {0};
    uint8_t c[32] = {0};

    (void)state;
    assert_true(crypto_same(a, a, 8));
    memcpy(b, a, 8);
    assert_true(crypto_same(a, b, 8));
    b[7] ^= 1;
    assert_false(crypto_same(a, b, 8));
    crypto_wipe(a, 8);
    assert_memory_equal(a, c, 8);
    crypto_random.fill(crypto_random.context, b, sizeof(b));
    crypto_random.fill(crypto_random.context, c, sizeof(c));
    assert_memory_not_equal(b, c, sizeof(b));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expands_as_the_standard_says),
        cmocka_unit_test(the_library_is_the_standard),
        cmocka_unit_test(agrees_with_the_library),
        cmocka_unit_test(opens_nothing_changed),
        cmocka_unit_test(small_things),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
