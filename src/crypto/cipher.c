#include "crypto/cipher.h"

#include <sodium.h>

_Static_assert(sizeof(struct cipher_pair) == 64, "a block of the stream");

static const uint8_t NONCE_ZERO[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

_Static_assert(CIPHER_TAG_SIZE == crypto_aead_chacha20poly1305_ietf_ABYTES,
               "RFC 8439 2.8");

void
cipher_expand(const struct cipher_key *key, struct cipher_pair *out)
{
    crypto_stream_chacha20_ietf((uint8_t *)out, sizeof(*out), NONCE_ZERO,
                                key->b);
}

void
cipher_seal(const struct cipher_key *key, struct bytes plain,
            struct bytes associated, uint8_t *out)
{
    crypto_aead_chacha20poly1305_ietf_encrypt(
        out, NULL, plain.p, plain.size, associated.p, associated.size, NULL,
        NONCE_ZERO, key->b);
}

enum err
cipher_open(const struct cipher_key *key, struct bytes sealed,
            struct bytes associated, uint8_t *out)
{
    int bad = crypto_aead_chacha20poly1305_ietf_decrypt(
        out, NULL, NULL, sealed.p, sealed.size, associated.p, associated.size,
        NONCE_ZERO, key->b);

    return bad ? ERR_SIGNATURE : OK;
}
