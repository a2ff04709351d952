/*
 * Shamir's sharing of a key over GF(256), by libgfshare: any `threshold` of the
 * parts give the key again, fewer say nothing of it.
 */
#ifndef CRYPTO_SHARE_H
#define CRYPTO_SHARE_H

#include "crypto/cipher.h"

#define SHARES_MAX 255

/* A secret, as the key is. `number` is from 1 on. */
struct share {
    uint8_t number;
    struct cipher_key part;
};

/*
 * Splits a key into `count` parts, numbered from 1. 2 <= threshold <= count <=
 * SHARES_MAX, else ERR_LIMIT; also when there is no memory. Takes randomness
 * from the kernel.
 */
MUST_CHECK enum err share_split(const struct cipher_key *key,
                                unsigned threshold, struct share *out,
                                unsigned count);

/*
 * Puts the key together again from `count` parts with numbers of their own.
 * Says nothing of whether they belong together: what the key opens will.
 * ERR_LIMIT as above; ERR_CONFLICT when two have one number.
 */
MUST_CHECK enum err share_join(const struct share *shares, unsigned count,
                               struct cipher_key *out);

#endif
