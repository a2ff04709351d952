/*
 * A secret behind a passphrase: Argon2id (RFC 9106) makes a key of it, which
 * seals by XSalsa20-Poly1305 (crypto_secretbox); both by libsodium.
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/crypto.h"

#define PASSWORD_SALT_SIZE 16
#define PASSWORD_NONCE_SIZE 24
#define PASSWORD_SECRET_SIZE 32 /* what is sealed: a seed or a key */
#define PASSWORD_BOX_SIZE (PASSWORD_NONCE_SIZE + 16 + PASSWORD_SECRET_SIZE)

/* A file that asks for more would only stop whoever opens it. */
#define PASSWORD_PASSES_MAX 16
#define PASSWORD_MEMORY_KIB_MIN 8192
#define PASSWORD_MEMORY_KIB_MAX 1048576

struct password_cost {
    uint32_t passes;
    uint32_t memory_kib;
};

/* libsodium's MODERATE: 256 MiB, under a second. For what lies in a drawer. */
extern const struct password_cost password_cost_usual;

struct password_sealed {
    struct password_cost cost;
    uint8_t salt[PASSWORD_SALT_SIZE];
    uint8_t box[PASSWORD_BOX_SIZE]; /* nonce || tag and secret */
};

/* Within the bounds above. */
bool password_cost_lawful(struct password_cost cost);

/* ERR_LIMIT when the memory is not to be had. `cost` must be lawful. */
MUST_CHECK enum err password_seal(struct bytes passphrase,
                                  struct password_cost cost,
                                  const struct random *random,
                                  const uint8_t secret[PASSWORD_SECRET_SIZE],
                                  struct password_sealed *out);

/* ERR_SIGNATURE for another passphrase; `out`, a secret, is then wiped.
 * ERR_LIMIT as above. */
MUST_CHECK enum err password_open(const struct password_sealed *sealed,
                                  struct bytes passphrase,
                                  uint8_t out[PASSWORD_SECRET_SIZE]);

#endif
