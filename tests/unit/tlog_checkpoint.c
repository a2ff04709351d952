/*
 * Checkpoints: another program's are opened, ours are the same bytes; a bad
 * text is refused by its clause; whatever bit is flipped, the checkpoint is
 * refused.
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "tlog/checkpoint.h"
#include "tlog/tree.h"

#define ORIGIN "example.com/reference-log"
#define KEY ORIGIN "+f8499e9f+ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4jiT+bs0BE"
#define ROOT "5SLPVFG/5oduXv4oAu0q1JU5iBFvdw8lMoE9yAlQc+s="
#define EMPTY "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static struct note_key
log_key(void)
{
    struct note_key key = {.id = 0};

    assert_err(note_key_parse(BYTES(KEY), &key, NULL), OK);
    return key;
}

static void
secret_key(struct sign_key *key)
{
    struct hash seed = hash_of(BYTES("tlogcheck log 1"));

    sign_key_init(key, seed.b);
}

static const struct {
    const char *text;
    enum err code;
    const char *clause;
    uint64_t size;
} texts[] = {
    {"o\n600\n" ROOT "\n", OK, NULL, 600},
    {"o\n0\n" EMPTY "\n", OK, NULL, 0},
    {"o with blanks\n1\n" ROOT "\n", OK, NULL, 1},
    {"o\n9223372036854775807\n" ROOT "\n", OK, NULL, TREE_SIZE_MAX},
    {"o\n1\n" ROOT "\nextension\nanother \n", OK, NULL, 1},
    {"", ERR_SHORT, "LOG 3.1", 0},
    {"o", ERR_SHORT, "LOG 3.1", 0},
    {"o\n", ERR_SHORT, "LOG 3.1", 0},
    {"o\n1\n", ERR_SHORT, "LOG 3.1", 0},
    {"o\n1\n" ROOT, ERR_SHORT, "LOG 3.1", 0},
    {"\n1\n" ROOT "\n", ERR_FORMAT, "LOG 3.2", 0},
    {"o\n\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n01\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n+1\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n-1\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n1 \n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n0x1\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n9223372036854775808\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n18446744073709551617\n" ROOT "\n", ERR_FORMAT, "LOG 3.3", 0},
    {"o\n0\n" ROOT "\n", ERR_FORMAT, "LOG 3.4", 0},
    {"o\n1\nAAAA\n", ERR_FORMAT, "LOG 3.4", 0},
    {"o\n1\n" ROOT " \n", ERR_FORMAT, "LOG 3.4", 0},
    {"o\n1\n5SLPVFG/5oduXv4oAu0q1JU5iBFvdw8lMoE9yAlQc+t=\n", ERR_FORMAT,
     "LOG 3.4", 0},
    {"o\n1\n5SLPVFG/5oduXv4oAu0q1JU5iBFvdw8lMoE9yAlQc+s\n", ERR_FORMAT,
     "LOG 3.4", 0},
    {"o\n1\n" ROOT "\n\n", ERR_FORMAT, "LOG 3.5", 0},
    {"o\n1\n" ROOT "\na\n\nb\n", ERR_FORMAT, "LOG 3.5", 0},
    {"o\n1\n" ROOT "\na", ERR_SHORT, "LOG 3.5", 0},
};

/* LOG 3.1 to 3.5; what is accepted is written as it was read. */
static void
test_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct bytes text = bytes_of(texts[i].text);
        struct checkpoint checkpoint = {.size = 0};
        struct fault fault = {0};
        uint8_t block[256];
        struct writer w;

        assert_err(checkpoint_parse(text, &checkpoint, &fault), texts[i].code);
        if (texts[i].code != OK) {
            assert_string_equal(fault.clause, texts[i].clause);
            continue;
        }
        assert_true(checkpoint.size == texts[i].size);
        writer_init(&w, block, sizeof(block));
        checkpoint_encode(&w, &checkpoint);
        assert_bytes(writer_done(&w), text);
    }
}

/* LOG 3.6 */
static void
test_reference(void **state)
{
    static const char *const files[] = {
        "tests/data/tlog/log/checkpoint",
        "tests/data/tlog/old/checkpoint.0",
        "tests/data/tlog/old/checkpoint.1",
        "tests/data/tlog/old/checkpoint.3",
        "tests/data/tlog/old/checkpoint.100",
        "tests/data/tlog/old/checkpoint.256",
        "tests/data/tlog/old/checkpoint.300",
    };
    struct note_key key = log_key();
    struct sign_key secret;

    (void)state;
    secret_key(&secret);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct bytes in = test_file(files[i]);
        struct checkpoint checkpoint = {.size = 1};
        uint8_t block[CHECKPOINT_SIZE_MAX];
        struct writer w;

        assert_err(checkpoint_open(in, &key, &checkpoint, NULL), OK);
        assert_bytes(checkpoint.origin, BYTES(ORIGIN));
        writer_init(&w, block, sizeof(block));
        checkpoint_sign(&w, &checkpoint, &secret);
        assert_bytes(writer_done(&w), in);
        for (size_t size = 0; size < in.size; size++) {
            writer_init(&w, block, size);
            checkpoint_sign(&w, &checkpoint, &secret);
            assert_err(writer_end(&w), ERR_LIMIT);
        }
        test_file_free(in);
    }
    sign_key_deinit(&secret);
}

/* A checkpoint that the right key signed under another origin. */
static void
test_other_origin(void **state)
{
    struct checkpoint checkpoint = {.origin = BYTES("example.com/other"),
                                    .size = 1};
    struct note_key key = log_key();
    struct fault fault = {0};
    struct sign_key secret;
    uint8_t block[512];
    struct writer w;

    (void)state;
    secret_key(&secret);
    writer_init(&w, block, sizeof(block));
    checkpoint_encode(&w, &checkpoint);
    writer_u8(&w, '\n');
    note_sign(&w, key.name, &secret, bytes_slice(writer_done(&w), 0, w.at - 1));
    assert_err(checkpoint_open(writer_done(&w), &key, &checkpoint, &fault),
               ERR_SIGNATURE);
    assert_string_equal(fault.clause, "LOG 3.6");
    assert_string_equal(fault.what, "another log's checkpoint");
    sign_key_deinit(&secret);
}

static void
test_damaged(void **state)
{
    struct bytes in = test_file("tests/data/tlog/log/checkpoint");
    struct note_key key = log_key();
    struct checkpoint checkpoint;
    uint8_t block[512];

    (void)state;
    for (size_t size = 0; size < in.size; size++)
        assert_true(checkpoint_open(bytes_slice(in, 0, size), &key, &checkpoint,
                                    NULL) != OK);
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        memcpy(block, in.p, in.size);
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(checkpoint_open((struct bytes){block, in.size}, &key,
                                    &checkpoint, NULL) != OK);
    }
    test_file_free(in);
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
        cmocka_unit_test_setup(test_texts, setup),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_other_origin),
        cmocka_unit_test(test_damaged),
    };

    return TEST_RUN(tests);
}
