/*
 * Ed25519: the examples of RFC 8032 section 7.1, no signature accepted that was
 * changed in one bit, and none of those that a careless verifier takes: S not
 * below the order of the group, points of small order.
 */
#include "test.h"

#include "crypto/crypto.h"
#include "crypto/sign.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *seed;
    const char *public;
    const char *message;
    const char *signature;
} VECTORS[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb882159"
     "0"
     "a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43"
     "e"
     "15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538"
     "d"
     "16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void
has_the_standards_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
        uint8_t seed[SIGN_SEED_SIZE];
        uint8_t seed_again[SIGN_SEED_SIZE];
        uint8_t public[SIGN_PUBLIC_SIZE];
        uint8_t message_block[8];
        uint8_t expected[SIGNATURE_SIZE];
        struct bytes message = test_hex(VECTORS[i].message, message_block);
        struct signature signature;
        struct sign_key key;

        test_hex(VECTORS[i].seed, seed);
        test_hex(VECTORS[i].public, public);
        test_hex(VECTORS[i].signature, expected);
        sign_key_init(&key, seed);
        assert_memory_equal(key.public.b, public, sizeof(public));
        sign_key_seed(&key, seed_again);
        assert_memory_equal(seed, seed_again, sizeof(seed));
        signature = sign(&key, message);
        assert_memory_equal(signature.b, expected, sizeof(expected));
        assert_err(sign_verify(&key.public, message, &signature), OK);
        sign_key_deinit(&key);
        for (size_t k = 0; k < sizeof(key.secret); k++)
            assert_int_equal(key.secret[k], 0);
    }
}

static void
refuses_every_flip(void **state)
{
    struct sign_key key;
    struct signature signature;
    uint8_t message[40] = {1, 2, 3};
    struct bytes in = {message, sizeof(message)};

    (void)state;
    sign_key_init(&key, (uint8_t[SIGN_SEED_SIZE]){9});
    signature = sign(&key, in);
    for (size_t bit = 0; bit < sizeof(signature.b) * 8; bit++) {
        signature.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_err(sign_verify(&key.public, in, &signature), ERR_SIGNATURE);
        signature.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < sizeof(message) * 8; bit++) {
        message[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_err(sign_verify(&key.public, in, &signature), ERR_SIGNATURE);
        message[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < SIGN_PUBLIC_SIZE * 8; bit++) {
        struct sign_public other = key.public;

        other.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_err(sign_verify(&other, in, &signature), ERR_SIGNATURE);
    }
    in.size--;
    assert_err(sign_verify(&key.public, in, &signature), ERR_SIGNATURE);
}

/* S + L signs the same equation: RFC 8032 section 5.1.7 has it refused. */
static void
refuses_the_other_s(void **state)
{
    static const char ORDER[] =
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    struct sign_key key;
    struct signature signature;
    uint8_t order[32];
    unsigned carry = 0;

    (void)state;
    test_hex(ORDER, order);
    sign_key_init(&key, (uint8_t[SIGN_SEED_SIZE]){9});
    signature = sign(&key, BYTES("x"));
    for (size_t i = 0; i < 32; i++) {
        carry += signature.b[32 + i] + order[i];
        signature.b[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_err(sign_verify(&key.public, BYTES("x"), &signature), ERR_SIGNATURE);
}

/* The neutral element as key and as R, with S = 0, signs every message for a
 * verifier that lets it. */
static void
refuses_small_orders(void **state)
{
    static const char *const POINTS[] = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(POINTS) / sizeof(POINTS[0]); i++) {
        struct sign_public public;
        struct signature signature = {0};

        test_hex(POINTS[i], public.b);
        test_hex(POINTS[0], signature.b);
        assert_err(sign_verify(&public, BYTES("x"), &signature), ERR_SIGNATURE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_standards_vectors),
        cmocka_unit_test(refuses_every_flip),
        cmocka_unit_test(refuses_the_other_s),
        cmocka_unit_test(refuses_small_orders),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
