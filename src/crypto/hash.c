/* The low-level calls are a fifth faster on 65 bytes than a reused EVP context
 * and take no heap; OpenSSL 3 marks them as deprecated and keeps them. */
#define OPENSSL_SUPPRESS_DEPRECATED 1

#include "crypto/hash.h"

#include <openssl/sha.h>
#include <string.h>

_Static_assert(sizeof(SHA256_CTX) <= sizeof(struct hash_stream), "room");
_Static_assert(HASH_SIZE == SHA256_DIGEST_LENGTH, "one size");

static SHA256_CTX *
context_of(struct hash_stream *stream)
{
    return (SHA256_CTX *)(void *)stream->opaque;
}

void
hash_begin(struct hash_stream *stream)
{
    SHA256_Init(context_of(stream));
}

void
hash_add(struct hash_stream *stream, struct bytes in)
{
    if (in.size > 0)
        SHA256_Update(context_of(stream), in.p, in.size);
}

struct hash
hash_end(struct hash_stream *stream)
{
    struct hash hash;

    SHA256_Final(hash.b, context_of(stream));
    return hash;
}

struct hash
hash_of(struct bytes in)
{
    struct hash_stream stream;

    hash_begin(&stream);
    hash_add(&stream, in);
    return hash_end(&stream);
}

struct hash
hash_of_parts(uint8_t prefix, struct bytes a, struct bytes b)
{
    struct hash_stream stream;

    hash_begin(&stream);
    hash_add(&stream, (struct bytes){&prefix, 1});
    hash_add(&stream, a);
    hash_add(&stream, b);
    return hash_end(&stream);
}

bool
hash_equal(const struct hash *a, const struct hash *b)
{
    return memcmp(a->b, b->b, HASH_SIZE) == 0;
}

struct bytes
hash_bytes(const struct hash *hash)
{
    return (struct bytes){hash->b, HASH_SIZE};
}
