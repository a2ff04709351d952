#include "crypto/box.h"

#include <sodium.h>

_Static_assert(BOX_OVERHEAD == crypto_box_SEALBYTES, "libsodium's box");
_Static_assert(BOX_SECRET_SIZE == crypto_box_SECRETKEYBYTES, "X25519");
_Static_assert(BOX_PUBLIC_SIZE == crypto_box_PUBLICKEYBYTES, "X25519");

void
box_key_init(struct box_key *key, const uint8_t secret[BOX_SECRET_SIZE])
{
    for (size_t i = 0; i < BOX_SECRET_SIZE; i++)
        key->secret[i] = secret[i];
    /* Of a base point it cannot fail. */
    (void)crypto_scalarmult_base(key->public.b, key->secret);
}

void
box_key_deinit(struct box_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

/* The nonce of a sealed box: BLAKE2b of the key made for it and the
 * receiver's. No two boxes share the first. */
static void
nonce_make(const struct box_public *once, const struct box_public *to,
           uint8_t nonce[crypto_box_NONCEBYTES])
{
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, crypto_box_NONCEBYTES);
    crypto_generichash_update(&state, once->b, sizeof(once->b));
    crypto_generichash_update(&state, to->b, sizeof(to->b));
    crypto_generichash_final(&state, nonce, crypto_box_NONCEBYTES);
}

enum err
box_seal(const struct box_public *to, struct bytes plain,
         const struct random *random, uint8_t *out)
{
    uint8_t secret[BOX_SECRET_SIZE];
    uint8_t nonce[crypto_box_NONCEBYTES];
    struct box_key once;
    int bad;

    random->fill(random->context, secret, sizeof(secret));
    box_key_init(&once, secret);
    sodium_memzero(secret, sizeof(secret));
    nonce_make(&once.public, to, nonce);
    for (size_t i = 0; i < BOX_PUBLIC_SIZE; i++)
        out[i] = once.public.b[i];
    bad = crypto_box_easy(out + BOX_PUBLIC_SIZE, plain.p, plain.size, nonce,
                          to->b, once.secret);
    box_key_deinit(&once);
    return bad ? ERR_FORMAT : OK;
}

enum err
box_open(const struct box_key *key, struct bytes sealed, uint8_t *out)
{
    if (sealed.size < BOX_OVERHEAD)
        return ERR_SIGNATURE;
    if (crypto_box_seal_open(out, sealed.p, sealed.size, key->public.b,
                             key->secret) == 0)
        return OK;
    sodium_memzero(out, sealed.size - BOX_OVERHEAD);
    return ERR_SIGNATURE;
}
