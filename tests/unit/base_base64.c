/* Base64: RFC 4648 section 10, every length there and back, and that each value
 * has one text: of all changed texts those taken write the same text again. */
#include "test.h"

#include "base/base64.h"

#include <string.h>

static const struct {
    const char *plain;
    const char *text;
} VECTORS[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
};

static void
has_the_standards_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
        struct bytes text = bytes_of(VECTORS[i].text);
        uint8_t block[16];
        uint8_t plain[16];
        struct writer w;
        size_t size;

        writer_init(&w, block, sizeof(block));
        base64_write(&w, bytes_of(VECTORS[i].plain));
        assert_bytes(writer_done(&w), text);
        assert_err(base64_parse(text, plain, sizeof(plain), &size), OK);
        assert_bytes(((struct bytes){plain, size}), bytes_of(VECTORS[i].plain));
        assert_err(base64_parse_exact(text, plain, size), OK);
        assert_err(base64_parse_exact(text, plain, size + 1), ERR_FORMAT);
    }
}

static void
refuses_other_texts(void **state)
{
    static const char *const BAD[] = {
        "Z",      "Zg",    "Zg=",       "Zg===",    "Zh==",       "Zm9=",
        "Zm9v\n", " Zm9v", "Zm9v Zm9v", "Zg==Zg==", "====",       "Z===",
        "=g==",   "Zm-v",  "Zm_v",      "Zm9v====", "Zm\xc3\xab", "Z\0==",
    };
    uint8_t out[16];
    size_t size;

    (void)state;
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        assert_err(base64_parse(bytes_of(BAD[i]), out, sizeof(out), &size),
                   ERR_FORMAT);
        assert_err(base64_check(bytes_of(BAD[i]), &size), ERR_FORMAT);
    }
    assert_err(base64_parse(BYTES("Zm9vYmFy"), out, 5, &size), ERR_LIMIT);
    assert_err(base64_parse_exact(BYTES("Zm9vYmFy"), out, 5), ERR_FORMAT);
}

static void
one_text_for_each_value(void **state)
{
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (size_t size = 0; size < 70; size++) {
        uint8_t in[70];
        uint8_t out[72];
        uint8_t text[BASE64_SIZE(70)];
        uint8_t again[BASE64_SIZE(70)];
        size_t got;
        struct writer w;

        for (size_t i = 0; i < size; i++)
            in[i] = (uint8_t)test_random_next(&random);
        writer_init(&w, text, sizeof(text));
        base64_write(&w, (struct bytes){in, size});
        assert_int_equal(w.at, BASE64_SIZE(size));
        assert_err(base64_parse(writer_done(&w), out, sizeof(out), &got), OK);
        assert_bytes(((struct bytes){out, got}), ((struct bytes){in, size}));
        assert_err(base64_check(writer_done(&w), &got), OK);
        assert_int_equal(got, size);
        for (size_t bit = 0; bit < w.at * 8; bit++) {
            struct bytes changed = writer_done(&w);
            struct writer back;
            enum err e;

            text[bit / 8] ^= (uint8_t)(1 << bit % 8);
            e = base64_parse(changed, out, sizeof(out), &got);
            assert_err(base64_check(changed, &(size_t){0}), e);
            if (e == OK) {
                writer_init(&back, again, sizeof(again));
                base64_write(&back, (struct bytes){out, got});
                assert_bytes(writer_done(&back), changed);
            }
            text[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_the_standards_vectors),
        cmocka_unit_test(refuses_other_texts),
        cmocka_unit_test(one_text_for_each_value),
    };

    return TEST_RUN(tests);
}
