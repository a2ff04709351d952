/*
 * The key and the certificate by which nodes know each other over TLS: ECDSA on
 * P-256, self-signed X.509, both as PEM; by OpenSSL. Nobody believes anything
 * that the certificate says: what counts is its pin, the SHA-256 of its public
 * key, which the roster names. SYN 7.2
 */
#ifndef CRYPTO_CERTIFICATE_H
#define CRYPTO_CERTIFICATE_H

#include "base/date.h"
#include "base/err.h"
#include "crypto/hash.h"

#define CERTIFICATE_NAME_SIZE_MAX 64 /* of a common name, RFC 5280 */
#define CERTIFICATE_YEARS 30

/* Ours have 227 and some 600 bytes. */
#define CERTIFICATE_KEY_SIZE_MAX 512
#define CERTIFICATE_SIZE_MAX 2048

/* Text in PEM, each ending in a NUL. The key is a secret: whoever holds one
 * wipes it. */
struct certificate {
    char key[CERTIFICATE_KEY_SIZE_MAX];
    char text[CERTIFICATE_SIZE_MAX];
};

/*
 * A fresh key and its certificate, good from the day before `now` for
 * CERTIFICATE_YEARS. The randomness is the library's.
 *
 * name  of the node: printable ASCII
 *
 * ERR_FORMAT for another name, ERR_LIMIT past CERTIFICATE_NAME_SIZE_MAX or for
 * want of memory, ERR_IO when the library has no randomness.
 */
MUST_CHECK enum err certificate_make(struct bytes name, struct instant now,
                                     struct certificate *out);

void certificate_deinit(struct certificate *certificate);

/*
 * The pin of a certificate in PEM: the SHA-256 of its SubjectPublicKeyInfo in
 * DER, as curl's pinning and RFC 7469 have it. ERR_FORMAT when it is no
 * certificate, or not of a P-256 key.
 */
MUST_CHECK enum err certificate_pin(struct bytes text, struct hash *out);

/* Whether the key in PEM is the certificate's: OK or ERR_FORMAT. */
MUST_CHECK enum err certificate_check(const struct certificate *certificate);

#endif
