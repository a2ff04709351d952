/*
 * Sealed boxes: bytes that only the holder of an X25519 key reads again, from a
 * sender who leaves no name. Those of libsodium (crypto_box_seal), byte for
 * byte, but for where their randomness comes from.
 */
#ifndef CRYPTO_BOX_H
#define CRYPTO_BOX_H

#include "base/bytes.h"
#include "base/err.h"
#include "crypto/crypto.h"

#define BOX_SECRET_SIZE 32
#define BOX_PUBLIC_SIZE 32

/* What a box is larger than its content: a key made for it alone, and a tag. */
#define BOX_OVERHEAD 48

struct box_public {
    uint8_t b[BOX_PUBLIC_SIZE];
};

/* A secret: wiped by box_key_deinit(). */
struct box_key {
    uint8_t secret[BOX_SECRET_SIZE];
    struct box_public public;
};

/* The key of 32 random bytes. */
void box_key_init(struct box_key *key, const uint8_t secret[BOX_SECRET_SIZE]);
void box_key_deinit(struct box_key *key);

/*
 * Seals `plain` for `to`; `out` has room for plain.size + BOX_OVERHEAD bytes
 * and does not overlap it. ERR_FORMAT when `to` is no key that anything can be
 * sealed for.
 */
MUST_CHECK enum err box_seal(const struct box_public *to, struct bytes plain,
                             const struct random *random, uint8_t *out);

/*
 * Opens a box; `out` has room for sealed.size - BOX_OVERHEAD bytes and does not
 * overlap it. ERR_SIGNATURE when it is not for this key, was changed, or is too
 * small for one; `out` is then wiped.
 */
MUST_CHECK enum err box_open(const struct box_key *key, struct bytes sealed,
                             uint8_t *out);

#endif
