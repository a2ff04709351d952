/* Ed25519 signatures (RFC 8032), by libsodium. */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include "base/bytes.h"
#include "base/err.h"

#define SIGN_SEED_SIZE 32
#define SIGN_PUBLIC_SIZE 32
#define SIGNATURE_SIZE 64

struct sign_public {
    uint8_t b[SIGN_PUBLIC_SIZE];
};

/* A secret: wiped by sign_key_deinit(). */
struct sign_key {
    uint8_t secret[64];
    struct sign_public public;
};

struct signature {
    uint8_t b[SIGNATURE_SIZE];
};

/* The key of a 32-byte seed; the seed is the private key of RFC 8032. */
void sign_key_init(struct sign_key *key, const uint8_t seed[SIGN_SEED_SIZE]);
void sign_key_deinit(struct sign_key *key);

/* Copies the seed out, for the key file alone. */
void sign_key_seed(const struct sign_key *key, uint8_t seed[SIGN_SEED_SIZE]);

struct signature sign(const struct sign_key *key, struct bytes message);

/* OK or ERR_SIGNATURE. */
MUST_CHECK enum err sign_verify(const struct sign_public *public,
                                struct bytes message,
                                const struct signature *signature);

#endif
