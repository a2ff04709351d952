/*
 * A custodian's key file: opened by its passphrase and by no other; cut, or
 * with any field wrong, it is refused with the clause, and with any bit flipped
 * no other key comes out. Signatures are added behind one another. SYN 2.14
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "roster_made.h"
#include "sync/custodian.h"

/* The least that the bounds allow: tests open many. */
static const struct password_cost cost = {1, PASSWORD_MEMORY_KIB_MIN};
#define PASSPHRASE BYTES("correct horse")

static uint8_t block[CUSTODIAN_FILE_SIZE_MAX];
static uint8_t changed[CUSTODIAN_FILE_SIZE_MAX];
static struct roster_made made;

static struct bytes
file_made(void)
{
    struct writer w;

    writer_init(&w, block, sizeof(block));
    assert_err(
        custodian_make(&w, BYTES("alice"), PASSPHRASE, cost, &crypto_random),
        OK);
    return writer_done(&w);
}

static int
setup(void **state)
{
    (void)state;
    roster_made(&made);
    return crypto_init();
}

static void
test_opened(void **state)
{
    struct bytes in = file_made();
    struct custodian_file file;
    struct sign_key key;

    (void)state;
    assert_true(bytes_begin(in, BYTES("kufi custodian key v1\nvkey alice+")));
    assert_err(custodian_parse(in, &file, NULL), OK);
    assert_bytes(file.key.name, BYTES("alice"));
    assert_err(custodian_open(&file, PASSPHRASE, &key), OK);
    assert_memory_equal(key.public.b, file.key.public.b, SIGN_PUBLIC_SIZE);
    sign_key_deinit(&key);
    assert_err(custodian_open(&file, BYTES("correct horse "), &key),
               ERR_SIGNATURE);
    assert_err(custodian_open(&file, BYTES(""), &key), ERR_SIGNATURE);
    /* The vkey of another in the place of this one. */
    file.key = made_custodian("mallory");
    assert_err(custodian_open(&file, PASSPHRASE, &key), ERR_SIGNATURE);
}

static const struct {
    const char *from;
    const char *to;
    enum err code;
} bad[] = {
    {"key v1", "key v2", ERR_FORMAT},
    {"vkey alice", "vkey alicf", ERR_FORMAT},
    {"argon2id 1 ", "argon2id 0 ", ERR_FORMAT},
    {"argon2id 1 ", "argon2id 17 ", ERR_FORMAT},
    {"argon2id 1 ", "argon2i 1 ", ERR_FORMAT},
    {" 8192 ", " 8191 ", ERR_FORMAT},
    {" 8192 ", " 1048577 ", ERR_FORMAT},
    {" 8192 ", " 8192  ", ERR_FORMAT},
    {"box ", "box A", ERR_FORMAT},
    {"\nbox ", "\nbox", ERR_FORMAT},
};

static void
test_bad(void **state)
{
    struct bytes in = file_made();

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fault fault = {.code = OK};
        struct custodian_file file;

        assert_err(custodian_parse(made_changed(in, bad[i].from, bad[i].to,
                                                changed, sizeof(changed)),
                                   &file, &fault),
                   bad[i].code);
        assert_string_equal(fault.clause, "SYN 2.14");
    }
}

static void
test_long_name(void **state)
{
    char name[CUSTODIAN_NAME_SIZE_MAX + 2] = {0};
    struct custodian_file file;
    struct writer w;

    (void)state;
    for (size_t size = CUSTODIAN_NAME_SIZE_MAX;
         size <= CUSTODIAN_NAME_SIZE_MAX + 1; size++) {
        memset(name, 'n', size);
        writer_init(&w, block, sizeof(block));
        assert_err(custodian_make(&w, bytes_of(name), PASSPHRASE, cost,
                                  &crypto_random),
                   OK);
        assert_err(custodian_parse(writer_done(&w), &file, NULL),
                   size == CUSTODIAN_NAME_SIZE_MAX ? OK : ERR_LIMIT);
    }
}

/* Each bit of the box is tried, and a sample of the rest: opening takes a
 * while, for good reasons. */
static void
test_damaged(void **state)
{
    struct bytes in = file_made();
    struct custodian_file whole;
    struct custodian_file file;
    struct sign_key key;

    (void)state;
    assert_err(custodian_parse(in, &whole, NULL), OK);
    for (size_t size = 0; size < in.size; size++) {
        memcpy(changed, in.p, size);
        assert_int_not_equal(
            custodian_parse((struct bytes){changed, size}, &file, NULL), OK);
    }
    for (size_t bit = 0; bit < PASSWORD_BOX_SIZE * 8; bit += 13) {
        file = whole;
        file.sealed.box[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_err(custodian_open(&file, PASSPHRASE, &key), ERR_SIGNATURE);
    }
    for (size_t i = 0; i < PASSWORD_SALT_SIZE; i += 5) {
        file = whole;
        file.sealed.salt[i] ^= 1;
        assert_err(custodian_open(&file, PASSPHRASE, &key), ERR_SIGNATURE);
    }
    file = whole;
    file.sealed.cost.passes++;
    assert_err(custodian_open(&file, PASSPHRASE, &key), ERR_SIGNATURE);
}

static enum err
sign_as(const char *name, struct bytes in, uint8_t *out, size_t out_size,
        struct bytes *signed_text)
{
    struct sign_key key;
    struct writer w;
    enum err e;

    made_key(name, &key);
    writer_init(&w, out, out_size);
    e = custodian_sign(&w, in, out_size, bytes_of(name), &key);
    *signed_text = writer_done(&w);
    return e;
}

/* SYN 2.15: one after the other, as if all had signed at once. */
static void
test_signed(void **state)
{
    static uint8_t text_block[8192];
    static uint8_t once[8192];
    static uint8_t twice[8192];
    static uint8_t thrice[8192];
    static uint8_t both[8192];
    struct bytes text;
    struct bytes got;
    struct writer w;

    (void)state;
    made.roster.node_count = 1;
    writer_init(&w, text_block, sizeof(text_block));
    roster_encode(&w, &made.roster);
    text = writer_done(&w);
    assert_err(sign_as("alice", text, once, sizeof(once), &got), OK);
    assert_err(sign_as("bob", got, twice, sizeof(twice), &got), OK);
    assert_bytes(got, made_note(text, "alice bob", both, sizeof(both)));
    /* Again makes no difference. */
    assert_err(sign_as("alice", got, thrice, sizeof(thrice), &got), OK);
    assert_bytes(got, made_note(text, "alice bob", both, sizeof(both)));
    /* A bad line of one's own is not covered up. */
    twice[got.size - 12] ^= 1;
    assert_err(sign_as("bob", (struct bytes){twice, got.size}, thrice,
                       sizeof(thrice), &got),
               ERR_SIGNATURE);
    assert_err(sign_as("alice", bytes_slice(text, 0, text.size - 1), once,
                       sizeof(once), &got),
               ERR_SHORT);
    for (size_t size = 0; size < text.size + 100; size++)
        assert_err(sign_as("alice", text, once, size, &got), ERR_LIMIT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_opened, setup),
        cmocka_unit_test_setup(test_bad, setup),
        cmocka_unit_test_setup(test_long_name, setup),
        cmocka_unit_test_setup(test_damaged, setup),
        cmocka_unit_test_setup(test_signed, setup),
    };

    return TEST_RUN(tests);
}
