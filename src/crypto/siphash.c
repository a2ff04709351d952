#include "crypto/siphash.h"

#include <sodium.h>

uint64_t
siphash(uint64_t use, struct bytes in)
{
    uint8_t key[crypto_shorthash_KEYBYTES] = {0};
    uint8_t out[crypto_shorthash_BYTES];

    _Static_assert(crypto_shorthash_BYTES == 8, "be64_read takes all of it");
    be64_write(key, use);
    crypto_shorthash(out, in.p, in.size, key);
    return be64_read(out);
}
