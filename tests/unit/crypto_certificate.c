/*
 * Certificates: a fixed one has the pin that other tools find, what is made can
 * be read by the library and says how long it holds, no two are alike, and what
 * is cut off or damaged is refused or has another key. SYN 7.2
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/certificate.h"

/* By openssl req -x509 of version 3.0; the pin by openssl pkey and sha256sum.
 */
static const char MADE_ELSEWHERE[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBejCCAR+gAwIBAgIUcLdfNV9xZ31tkgi1vxsSLM6LLrUwCgYIKoZIzj0EAwIw\n"
    "ETEPMA0GA1UEAwwGZHVycmVzMCAXDTI2MTEyMzIyNTkyMVoYDzIwNTYxMTE1MjI1\n"
    "OTIxWjARMQ8wDQYDVQQDDAZkdXJyZXMwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC\n"
    "AAQvRZQzfL7OlvshzF1I37KKMWQ76CMgxSmQLo75m02ypX1h/zQNVFURcaadqe9E\n"
    "LbwYT0eGYoZik2QOVIVBeLNjo1MwUTAdBgNVHQ4EFgQUeABamGh7GTf49vCnG9UJ\n"
    "MllaJE4wHwYDVR0jBBgwFoAUeABamGh7GTf49vCnG9UJMllaJE4wDwYDVR0TAQH/\n"
    "BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAu6TqF78QyxJmc6GatUfU76QlfLh2\n"
    "GkwRMn80Q7QFyV4CIQDOnYVjgwP30IAOPLbmrykPFRHW6i7FG3pRxNnmsMHuXQ==\n"
    "-----END CERTIFICATE-----\n";
static const char PIN[] =
    "ae46fdfa06dcd9ab60cbf3ff3ff718b065e4dcfeb03903564a3d8daac1da4f7a";

/* The same of P-384, and of RSA. */
static const char P384[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBsTCCATigAwIBAgIUdc6fh9tuqR0+zg/SHbySSSrUNvYwCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEcDM4NDAgFw0yNjExMjMyMjU5MjFaGA8yMDU2MTExNTIyNTky\n"
    "MVowDzENMAsGA1UEAwwEcDM4NDB2MBAGByqGSM49AgEGBSuBBAAiA2IABIqPDKN2\n"
    "wA7CVpoPdkibDk26U1zfU57O7sulCZtCg1lz1wn2Zk+wt45U5pWwCNSAnkkMtGkM\n"
    "ASYuOXDdw9Z1LqyAd2LoUyiX6zVUoYRHBKDbA6dsC01CdeHG3Ua3PoIVjKNTMFEw\n"
    "HQYDVR0OBBYEFDIxCD3i/nEbsqG57eew7x/cgUOUMB8GA1UdIwQYMBaAFDIxCD3i\n"
    "/nEbsqG57eew7x/cgUOUMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDZwAw\n"
    "ZAIwJphBp6SEflg97sb1/cltpQFxxa4NTmpMb7+WTpXsMv0/8HwFIY5aEwDp9MeL\n"
    "OKvBAjAu+XNH+x3rfNvDEcNh+p3p+oYcYudzLgQtKnw1esGXLweuCQLhOCwMFLW3\n"
    "Kkk1WmE=\n"
    "-----END CERTIFICATE-----\n";
static const char RSA[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIC/zCCAeegAwIBAgIUFN0aTNWo4fq+YfDwIPs6P4AufeQwDQYJKoZIhvcNAQEL\n"
    "BQAwDjEMMAoGA1UEAwwDcnNhMCAXDTI2MTEyMzIyNTkyMVoYDzIwNTYxMTE1MjI1\n"
    "OTIxWjAOMQwwCgYDVQQDDANyc2EwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEK\n"
    "AoIBAQCoP0W3PaKPRtPd/6Hghpfkcrkxv1CjsiB59ohXTWMKI0mQBk4hOITFP/pP\n"
    "2w9LH7BIiY8tQJ3VRY4sxUlBdrG3EDAUClsaNIQTQ4w9MW1gh2Xq6FcJFWmJ+VSl\n"
    "GZQUzZ/0hS1gYD/ClC5qkxQj6mDqIjVKLzcmXeLiSr3sRT7EY1oQNaRd9kRNnO/r\n"
    "lbyRXaxQNjNNe+QRNozSkb26fGJjIlD4KkVo5dyqfjpfYHTBE5v/4DxKcyIMxEQl\n"
    "Do4DBo/Fd1qotIJWXW/ewn/wFoVUMhw3CXaxstXiF00Rh864662sKPtBgJwyKLgT\n"
    "zIRaRzjoy6Vo93akrjj0re4frlnjAgMBAAGjUzBRMB0GA1UdDgQWBBQ5U/nNHPCy\n"
    "DJAsFDrGzcJwcfCmGTAfBgNVHSMEGDAWgBQ5U/nNHPCyDJAsFDrGzcJwcfCmGTAP\n"
    "BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQCFzmlRtgs4XwssLeY7\n"
    "ctWaS0d6aaguNsSkwtnWj35GvDEqYYb9AkJJQtwxPQ4aDWu3ECR4A2f30a+f2GAH\n"
    "ZNCRSLxN0efw5+MsCPeq5JzPVBuS8nwX2zxPdtr+so2Re4goJZ5ES5Zus/dtOYhr\n"
    "78Zp1HGTiDQqMyxXrvvC92sNlY10U04l/UGm7lF2Jm8rEzOPrSl4BvoA9OIVksUf\n"
    "2HSj9UPJ97tYjARDm8itCp+wcl0XKp7+WTL13Q0mTnlD4MC4sIRJ4d4W8LWC8Flg\n"
    "YoAbPkSGXVdakSqwaaLKYtAszNRx2g4aNlEgsScUJusOO6LhuW4zcGD7GVpBshQ/\n"
    "eY2H\n"
    "-----END CERTIFICATE-----\n";

static const struct instant NOW = {INT64_C(1795474800000)};

static void
the_pin_is_what_others_find(void **state)
{
    uint8_t expected[HASH_SIZE];
    struct hash pin;

    (void)state;
    (void)test_hex(PIN, expected);
    assert_err(certificate_pin(bytes_of(MADE_ELSEWHERE), &pin), OK);
    assert_memory_equal(pin.b, expected, HASH_SIZE);
}

static void
only_p256_is_taken(void **state)
{
    static const char *const others[] = {
        P384,
        RSA,
        "",
        "\n",
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"};
    struct hash pin;

    (void)state;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_err(certificate_pin(bytes_of(others[i]), &pin), ERR_FORMAT);
}

static void
what_is_made_belongs_together(void **state)
{
    struct certificate one;
    struct certificate other;
    struct hash pin;
    struct hash other_pin;

    (void)state;
    assert_err(certificate_make(BYTES("durres"), NOW, &one), OK);
    assert_err(certificate_make(BYTES("durres"), NOW, &other), OK);
    assert_err(certificate_pin(bytes_of(one.text), &pin), OK);
    assert_err(certificate_pin(bytes_of(other.text), &other_pin), OK);
    assert_false(hash_equal(&pin, &other_pin));
    assert_err(certificate_check(&one), OK);
    memcpy(one.key, other.key, sizeof(one.key));
    assert_err(certificate_check(&one), ERR_FORMAT);
    certificate_deinit(&one);
    assert_int_equal(one.key[0], 0);
    assert_err(certificate_check(&one), ERR_FORMAT);
}

static void
names_have_bounds(void **state)
{
    static const struct {
        const char *name;
        enum err error;
    } cases[] = {
        {"a", OK},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         OK},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         ERR_LIMIT},
        {"", ERR_FORMAT},
        {"a\nb", ERR_FORMAT},
        {"durr\xc3\xabs", ERR_FORMAT},
    };
    struct certificate made;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_err(certificate_make(bytes_of(cases[i].name), NOW, &made),
                   cases[i].error);
}

/* Two of them one behind the other are not one. */
static void
cut_or_doubled_is_refused(void **state)
{
    struct bytes whole = bytes_of(MADE_ELSEWHERE);
    char twice[2 * sizeof(MADE_ELSEWHERE)];
    struct hash pin;

    (void)state;
    for (size_t size = 0; size + 1 < whole.size; size++)
        assert_err(certificate_pin(bytes_slice(whole, 0, size), &pin),
                   ERR_FORMAT);
    memcpy(twice, whole.p, whole.size);
    memcpy(twice + whole.size, whole.p, whole.size + 1);
    assert_err(certificate_pin(bytes_of(twice), &pin), ERR_FORMAT);
}

/* The signature is nobody's business: what matters is that no damage makes a
 * known pin of another key. */
static void
every_flipped_bit_is_another_or_none(void **state)
{
    char text[sizeof(MADE_ELSEWHERE)];
    struct hash right;
    struct hash pin;
    unsigned same = 0;

    (void)state;
    assert_err(certificate_pin(bytes_of(MADE_ELSEWHERE), &right), OK);
    memcpy(text, MADE_ELSEWHERE, sizeof(text));
    for (size_t bit = 0; bit < 8 * (sizeof(text) - 1); bit++) {
        struct bytes in = {(const uint8_t *)text, sizeof(text) - 1};

        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
        if (certificate_pin(in, &pin) == OK && hash_equal(&pin, &right))
            same++;
        text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
    }
    print_message("# %zu bits, %u of them beside the key\n",
                  8 * (sizeof(text) - 1), same);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pin_is_what_others_find),
        cmocka_unit_test(only_p256_is_taken),
        cmocka_unit_test(what_is_made_belongs_together),
        cmocka_unit_test(names_have_bounds),
        cmocka_unit_test(cut_or_doubled_is_refused),
        cmocka_unit_test(every_flipped_bit_is_another_or_none),
    };

    return TEST_RUN(tests);
}
