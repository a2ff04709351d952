/*
 * Secrets behind passphrases: opened by the passphrase alone, and only whole;
 * what a cost may be; and one made by other programs, so that a custodian's
 * file can be opened without Kufi.
 */
#include "test.h"

#include <string.h>

#include "crypto/password.h"

#define SECRET "0123456789abcdef0123456789ABCDEF"

static const struct password_cost least = {1, PASSWORD_MEMORY_KIB_MIN};

static int
setup(void **state)
{
    (void)state;
    return crypto_init();
}

static void
test_cost(void **state)
{
    static const struct {
        struct password_cost cost;
        bool lawful;
    } cases[] = {
        {{1, PASSWORD_MEMORY_KIB_MIN}, true},
        {{PASSWORD_PASSES_MAX, PASSWORD_MEMORY_KIB_MAX}, true},
        {{0, PASSWORD_MEMORY_KIB_MIN}, false},
        {{PASSWORD_PASSES_MAX + 1, PASSWORD_MEMORY_KIB_MIN}, false},
        {{1, PASSWORD_MEMORY_KIB_MIN - 1}, false},
        {{1, PASSWORD_MEMORY_KIB_MAX + 1}, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(password_cost_lawful(cases[i].cost), cases[i].lawful);
    assert_true(password_cost_lawful(password_cost_usual));
}

static void
test_opened(void **state)
{
    struct password_sealed sealed;
    struct password_sealed again;
    uint8_t secret[PASSWORD_SECRET_SIZE];
    static const uint8_t zeros[PASSWORD_SECRET_SIZE];

    (void)state;
    assert_err(password_seal(BYTES("one"), least, &crypto_random,
                             (const uint8_t *)SECRET, &sealed),
               OK);
    assert_err(password_open(&sealed, BYTES("one"), secret), OK);
    assert_memory_equal(secret, SECRET, sizeof(secret));
    assert_err(password_open(&sealed, BYTES("two"), secret), ERR_SIGNATURE);
    assert_memory_equal(secret, zeros, sizeof(secret));
    /* Twice is never the same: salt and nonce are fresh. */
    assert_err(password_seal(BYTES("one"), least, &crypto_random,
                             (const uint8_t *)SECRET, &again),
               OK);
    assert_memory_not_equal(sealed.salt, again.salt, PASSWORD_SALT_SIZE);
    assert_memory_not_equal(sealed.box, again.box, PASSWORD_BOX_SIZE);
}

/* The key by the reference implementation of Argon2 (argon2(1), -id -t 2 -k
 * 8192 -p 1 -v 13), the box by crypto_secretbox. RFC 9106 */
static void
test_foreign(void **state)
{
    struct password_sealed sealed = {.cost = {2, 8192}};
    uint8_t secret[PASSWORD_SECRET_SIZE];
    struct bytes box;

    (void)state;
    memcpy(sealed.salt, "salt of sixteen.", PASSWORD_SALT_SIZE);
    memcpy(sealed.box, "nonce of 24 characters..", PASSWORD_NONCE_SIZE);
    box = test_hex("1d23106fbc1510e8d9ad3e0723a590930e12330fe54a22c6"
                   "f9b880b7aef150b219c5018bc90f898f18eeaacb9d4969fc",
                   sealed.box + PASSWORD_NONCE_SIZE);
    assert_int_equal(PASSWORD_NONCE_SIZE + box.size, PASSWORD_BOX_SIZE);
    assert_err(password_open(&sealed, BYTES("correct horse"), secret), OK);
    assert_memory_equal(secret, SECRET, sizeof(secret));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_cost, setup),
        cmocka_unit_test_setup(test_opened, setup),
        cmocka_unit_test_setup(test_foreign, setup),
    };

    return TEST_RUN(tests);
}
