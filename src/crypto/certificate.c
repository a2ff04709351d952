#include "crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>

#include "crypto/crypto.h"

#define CURVE "P-256"
#define DAY_S 86400
#define SERIAL_BITS 127 /* positive, and of 16 bytes: RFC 5280 4.1.2.2 */

/* A name that says who it is to a person who looks at it, and to no program. */
static bool
name_set(X509 *x509, struct bytes name)
{
    X509_NAME *subject = X509_get_subject_name(x509);

    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_ASC,
                                      name.p, (int)name.size, -1, 0) == 1 &&
           X509_set_issuer_name(x509, subject) == 1;
}

static bool
serial_set(X509 *x509)
{
    BIGNUM *number = BN_new();
    bool ok = number != NULL &&
              BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE,
                      BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509)) != NULL;

    BN_free(number);
    return ok;
}

static bool
times_set(X509 *x509, struct instant now)
{
    time_t seconds = (time_t)(now.ms / 1000);
    const int days = CERTIFICATE_YEARS * 365;

    return X509_time_adj_ex(X509_getm_notBefore(x509), -1, 0, &seconds) !=
               NULL &&
           X509_time_adj_ex(X509_getm_notAfter(x509), days, 0, &seconds) !=
               NULL;
}

static X509 *
x509_make(EVP_PKEY *key, struct bytes name, struct instant now)
{
    X509 *x509 = X509_new();
    bool ok = x509 != NULL && X509_set_version(x509, X509_VERSION_3) == 1 &&
              serial_set(x509) && name_set(x509, name) &&
              times_set(x509, now) && X509_set_pubkey(x509, key) == 1 &&
              X509_sign(x509, key, EVP_sha256()) > 0;

    if (ok)
        return x509;
    X509_free(x509);
    return NULL;
}

/* What was written into memory, as a text that ends in a NUL. */
static bool
text_take(BIO *bio, char *out, size_t out_size)
{
    char *p = NULL;
    long size = BIO_get_mem_data(bio, &p);

    if (size <= 0 || (size_t)size >= out_size)
        return false;
    memcpy(out, p, (size_t)size);
    out[size] = '\0';
    return true;
}

static bool
key_write(EVP_PKEY *key, char *out, size_t out_size)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    bool ok =
        bio != NULL &&
        PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
        text_take(bio, out, out_size);

    BIO_free(bio);
    return ok;
}

static bool
x509_write(X509 *x509, char *out, size_t out_size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio != NULL && PEM_write_bio_X509(bio, x509) == 1 &&
              text_take(bio, out, out_size);

    BIO_free(bio);
    return ok;
}

static bool
name_valid(struct bytes name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.p[i] < 0x20 || name.p[i] > 0x7e)
            return false;
    return name.size > 0;
}

enum err
certificate_make(struct bytes name, struct instant now, struct certificate *out)
{
    EVP_PKEY *key;
    X509 *x509;
    bool ok;

    if (name.size > CERTIFICATE_NAME_SIZE_MAX)
        return ERR_LIMIT;
    if (!name_valid(name))
        return ERR_FORMAT;
    if (RAND_status() != 1)
        return ERR_IO;
    key = EVP_EC_gen(CURVE);
    x509 = key == NULL ? NULL : x509_make(key, name, now);
    *out = (struct certificate){0};
    ok = x509 != NULL && key_write(key, out->key, sizeof(out->key)) &&
         x509_write(x509, out->text, sizeof(out->text));
    X509_free(x509);
    EVP_PKEY_free(key);
    if (ok)
        return OK;
    certificate_deinit(out);
    return ERR_LIMIT;
}

void
certificate_deinit(struct certificate *certificate)
{
    crypto_wipe(certificate, sizeof(*certificate));
}

/* One certificate and nothing after it; NULL for all else. */
static X509 *
x509_parse(struct bytes text)
{
    BIO *bio = text.size > CERTIFICATE_SIZE_MAX
                   ? NULL
                   : BIO_new_mem_buf(text.p, (int)text.size);
    X509 *x509 = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);

    if (x509 != NULL && BIO_pending(bio) > 0) {
        X509_free(x509);
        x509 = NULL;
    }
    BIO_free(bio);
    return x509;
}

static bool
is_p256(EVP_PKEY *key)
{
    char group[32] = "";
    size_t size = 0;

    return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
           EVP_PKEY_get_group_name(key, group, sizeof(group), &size) == 1 &&
           strcmp(group, SN_X9_62_prime256v1) == 0;
}

enum err
certificate_pin(struct bytes text, struct hash *out)
{
    X509 *x509 = x509_parse(text);
    X509_PUBKEY *public = x509 == NULL ? NULL : X509_get_X509_PUBKEY(x509);
    EVP_PKEY *key = x509 == NULL ? NULL : X509_get0_pubkey(x509);
    uint8_t *der = NULL;
    int size = -1;

    if (key != NULL && is_p256(key))
        size = i2d_X509_PUBKEY(public, &der);
    if (size > 0)
        *out = hash_of((struct bytes){der, (size_t)size});
    OPENSSL_free(der);
    X509_free(x509);
    return size > 0 ? OK : ERR_FORMAT;
}

enum err
certificate_check(const struct certificate *certificate)
{
    X509 *x509 = x509_parse(bytes_of(certificate->text));
    BIO *bio = BIO_new_mem_buf(certificate->key, -1);
    EVP_PKEY *key =
        bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    bool ok = x509 != NULL && key != NULL && is_p256(key) &&
              X509_check_private_key(x509, key) == 1;

    EVP_PKEY_free(key);
    BIO_free(bio);
    X509_free(x509);
    return ok ? OK : ERR_FORMAT;
}
