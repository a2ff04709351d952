#include "crypto/cipher.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

_Static_assert(sizeof(struct cipher_pair) == 64, "a block of the stream");

static const uint8_t NONCE_ZERO[crypto_stream_chacha20_ietf_NONCEBYTES];

_Static_assert(CIPHER_TAG_SIZE == crypto_onetimeauth_poly1305_BYTES,
               "RFC 8439 2.8");

void
cipher_expand(const struct cipher_key *key, struct cipher_pair *out)
{
    crypto_stream_chacha20_ietf((uint8_t *)out, sizeof(*out), NONCE_ZERO,
                                key->b);
}

/*
 * RFC 8439 section 2.8 put together from the library's stream and its
 * authenticator. The library's own call for all of it takes almost twice as
 * long for an entry's few hundred bytes: it makes the stream in three pieces,
 * and starts its wide code anew for each.
 */
#define BLOCK_SIZE 64
#define HEAD_SIZE ((size_t)8 * BLOCK_SIZE) /* what that code makes at once */
#define HEAD_PLAIN_SIZE (HEAD_SIZE - BLOCK_SIZE)

static void
xor_stream(uint8_t *out, const uint8_t *in, const uint8_t *stream, size_t size)
{
    size_t at = 0;

    for (; size - at >= 8; at += 8) {
        uint64_t a;
        uint64_t b;

        memcpy(&a, in + at, sizeof(a));
        memcpy(&b, stream + at, sizeof(b));
        a ^= b;
        memcpy(out + at, &a, sizeof(a));
    }
    for (; at < size; at++)
        out[at] = in[at] ^ stream[at];
}

/* Encrypts or decrypts, which is the same, by the stream from its second block
 * on; `head` are its first bytes. `out` may be `in`. */
static void
stream_apply(const struct cipher_key *key, const uint8_t head[HEAD_SIZE],
             struct bytes in, uint8_t *out)
{
    size_t first = in.size < HEAD_PLAIN_SIZE ? in.size : HEAD_PLAIN_SIZE;

    xor_stream(out, in.p, head + BLOCK_SIZE, first);
    if (in.size > first)
        crypto_stream_chacha20_ietf_xor_ic(out + first, in.p + first,
                                           in.size - first, NONCE_ZERO,
                                           HEAD_SIZE / BLOCK_SIZE, key->b);
}

static void
authenticate_padded(crypto_onetimeauth_poly1305_state *state, struct bytes in)
{
    static const uint8_t PADDING[16];

    crypto_onetimeauth_poly1305_update(state, in.p, in.size);
    crypto_onetimeauth_poly1305_update(state, PADDING,
                                       (16 - in.size % 16) % 16);
}

static void
le64_write(uint8_t *p, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        p[i] = (uint8_t)(value >> (8 * i));
}

static void
tag_make(const uint8_t head[HEAD_SIZE], struct bytes associated,
         struct bytes sealed, uint8_t tag[CIPHER_TAG_SIZE])
{
    crypto_onetimeauth_poly1305_state state;
    uint8_t sizes[16];

    le64_write(sizes, associated.size);
    le64_write(sizes + 8, sealed.size);
    crypto_onetimeauth_poly1305_init(&state, head);
    authenticate_padded(&state, associated);
    authenticate_padded(&state, sealed);
    crypto_onetimeauth_poly1305_update(&state, sizes, sizeof(sizes));
    crypto_onetimeauth_poly1305_final(&state, tag);
}

/* As much of the stream as a text of `size` needs, up to HEAD_SIZE. */
static void
head_make(const struct cipher_key *key, size_t size, uint8_t head[HEAD_SIZE])
{
    size_t half = HEAD_SIZE / 2;

    crypto_stream_chacha20_ietf(
        head, size <= half - BLOCK_SIZE ? half : HEAD_SIZE, NONCE_ZERO, key->b);
}

void
cipher_seal(const struct cipher_key *key, struct bytes plain,
            struct bytes associated, uint8_t *out)
{
    uint8_t head[HEAD_SIZE];

    head_make(key, plain.size, head);
    stream_apply(key, head, plain, out);
    tag_make(head, associated, (struct bytes){out, plain.size},
             out + plain.size);
    sodium_memzero(head, sizeof(head));
}

enum err
cipher_open(const struct cipher_key *key, struct bytes sealed,
            struct bytes associated, uint8_t *out)
{
    struct bytes text = {sealed.p, sealed.size - CIPHER_TAG_SIZE};
    uint8_t head[HEAD_SIZE];
    uint8_t tag[CIPHER_TAG_SIZE];
    bool good;

    assert(sealed.size >= CIPHER_TAG_SIZE);
    head_make(key, text.size, head);
    tag_make(head, associated, text, tag);
    good = crypto_verify_16(tag, sealed.p + text.size) == 0;
    if (good)
        stream_apply(key, head, text, out);
    else
        sodium_memzero(out, text.size);
    sodium_memzero(head, sizeof(head));
    return good ? OK : ERR_SIGNATURE;
}
