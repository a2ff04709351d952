#include "crypto/sign.h"

#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(((struct sign_key *)0)->secret) ==
                   crypto_sign_SECRETKEYBYTES,
               "libsodium's secret key");

void
sign_key_init(struct sign_key *key, const uint8_t seed[SIGN_SEED_SIZE])
{
    crypto_sign_seed_keypair(key->public.b, key->secret, seed);
}

void
sign_key_deinit(struct sign_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

void
sign_key_seed(const struct sign_key *key, uint8_t seed[SIGN_SEED_SIZE])
{
    crypto_sign_ed25519_sk_to_seed(seed, key->secret);
}

struct signature
sign(const struct sign_key *key, struct bytes message)
{
    struct signature signature;

    crypto_sign_detached(signature.b, NULL, message.p, message.size,
                         key->secret);
    return signature;
}

enum err
sign_verify(const struct sign_public *public, struct bytes message,
            const struct signature *signature)
{
    int bad = crypto_sign_verify_detached(signature->b, message.p, message.size,
                                          public->b);

    return bad ? ERR_SIGNATURE : OK;
}
