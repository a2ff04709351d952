/* SHA-256: the examples of FIPS 180-4 (NIST's example values), and the same
 * hash however the bytes are cut into pieces. */
#include "test.h"

#include "crypto/hash.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    const char *hash;
} VECTORS[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnop"
     "jklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

static void
has_the_standards_vectors(void **state)
{
    uint8_t *million = malloc(1000000);
    struct hash hash;
    uint8_t expected[HASH_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
        test_hex(VECTORS[i].hash, expected);
        hash = hash_of(bytes_of(VECTORS[i].text));
        assert_memory_equal(hash.b, expected, HASH_SIZE);
    }
    assert_non_null(million);
    memset(million, 'a', 1000000);
    hash = hash_of((struct bytes){million, 1000000});
    free(million);
    test_hex("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
             expected);
    assert_memory_equal(hash.b, expected, HASH_SIZE);
}

static void
pieces_make_the_same(void **state)
{
    uint8_t in[300];
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (size_t i = 0; i < sizeof(in); i++)
        in[i] = (uint8_t)test_random_next(&random);
    for (size_t size = 1; size < sizeof(in); size++) {
        struct hash whole = hash_of((struct bytes){in, size});
        size_t cut = 1 + (size_t)test_random_below(&random, size);
        struct bytes a = {in + 1, cut - 1};
        struct bytes b = {in + cut, size - cut};
        struct hash parts = hash_of_parts(in[0], a, b);
        struct hash_stream stream;
        struct hash streamed;

        assert_true(hash_equal(&whole, &parts));
        hash_begin(&stream);
        for (size_t at = 0; at < size; at++)
            hash_add(&stream, (struct bytes){in + at, 1});
        hash_add(&stream, (struct bytes){NULL, 0});
        streamed = hash_end(&stream);
        assert_true(hash_equal(&whole, &streamed));
        assert_bytes(hash_bytes(&whole), hash_bytes(&streamed));
        streamed.b[size % HASH_SIZE] ^= 1;
        assert_false(hash_equal(&whole, &streamed));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_standards_vectors),
        cmocka_unit_test(pieces_make_the_same),
    };

    return TEST_RUN(tests);
}
