/*
 * Shows what words sound like: spellings of one sound give one fold, by
 * culture; and that the two measures between folds are what they say, against a
 * count written otherwise, for random words. SCR 2.7, 2.8
 */
#include "screen/fold.h"

#include <string.h>

#include "test.h"

static const struct {
    const char *text;
    const char *fold;
} FOLDS[] = {
    {"", ""},
    {"A", "A"},
    {"SHARIF", "sARIF"},
    {"CHERIF", "cERIF"},
    {"KHALID", "kALID"},
    {"FATIMAH", "FATIMA"},
    {"FATIMA", "FATIMA"},
    {"YOUSSEF", "YUSEF"},
    {"HSIAO", "sIo"},
    {"XIAO", "sIo"},
    {"ALEXANDER", "ALEKSANDER"},
    {"ALEKSANDER", "ALEKSANDER"},
    {"MUELLER", "MULER"},
    {"MULLER", "MULER"},
    {"HOXHA", "HOjA"},
    {"HODJA", "HOjA"},
    {"ABDURRAHMAN", "ABDRAHMAN"},
    {"ABDELRAHMAN", "ABDRAHMAN"},
    {"ABDULAZIZ", "ABDAZIZ"},
    {"ABDI", "ABDI"},
    {"SALAHUDDIN", "SALAUDIN"},
    {"SALAHEDDINE", "SALAUDIN"},
    {"IVANOVA", "IVANOV"},
    {"EVA", "EVA"},
    {"DOSTOEVSKAYA", "DOSTOVSK"},
    {"DOSTOEVSKY", "DOSTOVSK"},
    {"DOSTOEVSKII", "DOSTOVSK"},
    {"00711", "00711"},
};

static void
words_are_folded(void **state)
{
    uint8_t fold[64];

    (void)state;
    for (size_t i = 0; i < sizeof(FOLDS) / sizeof(FOLDS[0]); i++) {
        size_t size = fold_write(bytes_of(FOLDS[i].text), false, fold, 64);

        assert_bytes(((struct bytes){fold, size}), bytes_of(FOLDS[i].fold));
    }
}

static void
room_is_kept_to(void **state)
{
    uint8_t fold[8];

    (void)state;
    for (size_t max = 0; max < sizeof(fold); max++) {
        memset(fold, '#', sizeof(fold));
        assert_true(fold_write(BYTES("ALEXANDER"), false, fold, max) <= max);
        for (size_t i = max; i < sizeof(fold); i++)
            assert_int_equal(fold[i], '#');
    }
}

/* SCR 2.8: spellings with other vowels have one skeleton, other names not. */
static void
skeletons_are_of_consonants(void **state)
{
    static const char *const SAME[][2] = {{"MUAMAR", "MOAMER"},
                                          {"QADAFI", "GADAFI"},
                                          {"HUSEN", "HOSIN"},
                                          {"MHMD", "MUHAMAD"}};
    static const char *const OTHER[][2] = {
        {"AHMED", "HAMID"}, {"ALI", "LI"}, {"OMAR", "MAR"}};

    (void)state;
    for (size_t i = 0; i < sizeof(SAME) / sizeof(SAME[0]); i++)
        assert_true(fold_skeleton(bytes_of(SAME[i][0])) ==
                    fold_skeleton(bytes_of(SAME[i][1])));
    for (size_t i = 0; i < sizeof(OTHER) / sizeof(OTHER[0]); i++)
        assert_true(fold_skeleton(bytes_of(OTHER[i][0])) !=
                    fold_skeleton(bytes_of(OTHER[i][1])));
    assert_true(fold_skeleton(BYTES("")) == 0);
    assert_true(fold_skeleton(BYTES("PKPKPKPKPKPKPKPK")) ==
                fold_skeleton(BYTES("PKPKPKPKPKPK")));
}

/* Whether one edit makes `a` into `b`, tried one by one. */
static bool
one_edit(struct bytes a, struct bytes b)
{
    uint8_t made[32];

    if (bytes_equal(a, b))
        return true;
    for (size_t i = 0; i <= a.size; i++) {
        for (uint8_t c = 'A'; c <= 'D'; c++) {
            memcpy(made, a.p, i);
            made[i] = c;
            memcpy(made + i + 1, a.p + i, a.size - i);
            if (bytes_equal((struct bytes){made, a.size + 1}, b))
                return true;
            if (i < a.size &&
                bytes_equal(((struct bytes){made, i + 1}),
                            bytes_slice(b, 0, i + 1)) &&
                bytes_equal(bytes_slice(a, i + 1, a.size - i - 1),
                            bytes_slice(b, i + 1, b.size)) &&
                a.size == b.size)
                return true;
        }
        if (i < a.size) {
            memcpy(made + i, a.p + i + 1, a.size - i - 1);
            if (bytes_equal((struct bytes){made, a.size - 1}, b))
                return true;
        }
        if (i + 1 < a.size) {
            memcpy(made, a.p, a.size);
            made[i] = a.p[i + 1];
            made[i + 1] = a.p[i];
            if (bytes_equal((struct bytes){made, a.size}, b))
                return true;
        }
    }
    return false;
}

static void
near_is_counted(void **state)
{
    struct test_random random;
    size_t found = 0;

    (void)state;
    test_random_init(&random);
    for (size_t n = 0; n < 20000; n++) {
        uint8_t a[8];
        uint8_t b[8];
        struct bytes x = {a, test_random_below(&random, 7)};
        struct bytes y = {b, test_random_below(&random, 7)};

        for (size_t i = 0; i < 8; i++) {
            a[i] = (uint8_t)('A' + test_random_below(&random, 4));
            b[i] = test_random_below(&random, 3) != 0
                       ? a[i]
                       : (uint8_t)('A' + test_random_below(&random, 4));
        }
        assert_int_equal(fold_near(x, y, 1), one_edit(x, y));
        assert_int_equal(fold_near(x, y, 2), fold_near(y, x, 2));
        assert_true(!fold_near(x, y, 1) || fold_near(x, y, 2));
        found += fold_near(x, y, 1) ? 1 : 0;
    }
    assert_true(found > 100);
}

/* SCR 4.2 */
static void
costs_are_symmetric(void **state)
{
    static const uint8_t SIGNS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZsckgdtzjxeo09";
    struct bytes none = {NULL, 0};

    (void)state;
    assert_int_equal(fold_cost(none, none, false), 0);
    for (size_t i = 0; i < sizeof(SIGNS) - 1; i++)
        for (size_t k = 0; k < sizeof(SIGNS) - 1; k++) {
            struct bytes a = {&SIGNS[i], 1};
            struct bytes b = {&SIGNS[k], 1};
            unsigned cost = fold_cost(a, b, false);

            assert_int_equal(cost, fold_cost(b, a, false));
            assert_true((cost == 0) == (i == k) && cost <= 100);
        }
    assert_int_equal(fold_cost(BYTES("LK"), BYTES("KL"), false), 70);
    assert_int_equal(fold_cost(BYTES("L"), none, false), 100);
    assert_int_equal(fold_cost(BYTES("HA"), none, true), 26);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_folded),
        cmocka_unit_test(room_is_kept_to),
        cmocka_unit_test(skeletons_are_of_consonants),
        cmocka_unit_test(near_is_counted),
        cmocka_unit_test(costs_are_symmetric),
    };

    return TEST_RUN(tests);
}
