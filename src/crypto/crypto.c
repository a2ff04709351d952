#include "crypto/crypto.h"

#include <sodium.h>

enum err
crypto_init(void)
{
    return sodium_init() < 0 ? ERR_IO : OK;
}

void
crypto_wipe(void *p, size_t size)
{
    sodium_memzero(p, size);
}

int
crypto_same(const void *a, const void *b, size_t size)
{
    return sodium_memcmp(a, b, size) == 0;
}

static void
kernel_fill(void *context, void *out, size_t size)
{
    (void)context;
    randombytes_buf(out, size);
}

const struct random crypto_random = {kernel_fill, NULL};
