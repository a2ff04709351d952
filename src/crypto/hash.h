/*
 * SHA-256 (FIPS 180-4), by OpenSSL, which uses the processor's instructions.
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include "base/bytes.h"

#define HASH_SIZE 32

struct hash {
    uint8_t b[HASH_SIZE];
};

struct hash hash_of(struct bytes in);

/* The hash of `prefix` (one byte), `a` and `b`, one after another. */
struct hash hash_of_parts(uint8_t prefix, struct bytes a, struct bytes b);

/* For what comes in pieces; lives in the caller's memory. */
struct hash_stream {
    uint64_t opaque[16];
};

void hash_begin(struct hash_stream *stream);
void hash_add(struct hash_stream *stream, struct bytes in);
struct hash hash_end(struct hash_stream *stream);

bool hash_equal(const struct hash *a, const struct hash *b);

struct bytes hash_bytes(const struct hash *hash);

#endif
