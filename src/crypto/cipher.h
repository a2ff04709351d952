/*
 * ChaCha20 as the expander of the key tree, and ChaCha20-Poly1305 (RFC 8439) as
 * the seal of an entry; both by libsodium.
 */
#ifndef CRYPTO_CIPHER_H
#define CRYPTO_CIPHER_H

#include "base/bytes.h"
#include "base/err.h"

#define CIPHER_KEY_SIZE 32
#define CIPHER_TAG_SIZE 16

/* A secret: whoever holds one wipes it. */
struct cipher_key {
    uint8_t b[CIPHER_KEY_SIZE];
};

/* Two keys from one: a secret as they are. */
struct cipher_pair {
    struct cipher_key half[2];
};

/* The first 64 bytes of the ChaCha20 stream: zero nonce, counter from 0.
 * `out` does not overlap `key`. */
void cipher_expand(const struct cipher_key *key, struct cipher_pair *out);

/*
 * Seals `plain` with a zero nonce: each key seals once, ever. `out` has room
 * for plain.size + CIPHER_TAG_SIZE bytes.
 */
void cipher_seal(const struct cipher_key *key, struct bytes plain,
                 struct bytes associated, uint8_t *out);

/*
 * Opens what cipher_seal() made; `out` has room for sealed.size -
 * CIPHER_TAG_SIZE bytes and is wiped when refused. ERR_SIGNATURE.
 */
MUST_CHECK enum err cipher_open(const struct cipher_key *key,
                                struct bytes sealed, struct bytes associated,
                                uint8_t *out);

#endif
