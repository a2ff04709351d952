#include "crypto/share.h"

#include <libgfshare.h>
#include <sodium.h>
#include <string.h>

static void
kernel_fill(unsigned char *out, unsigned size)
{
    randombytes_buf(out, size);
}

static void
numbers_of(const struct share *shares, unsigned count,
           unsigned char out[SHARES_MAX])
{
    for (unsigned i = 0; i < count; i++)
        out[i] = shares[i].number;
}

enum err
share_split(const struct cipher_key *key, unsigned threshold, struct share *out,
            unsigned count)
{
    unsigned char numbers[SHARES_MAX];
    struct cipher_key copy = *key;
    gfshare_ctx *context;

    if (threshold < 2 || count < threshold || count > SHARES_MAX)
        return ERR_LIMIT;
    for (unsigned i = 0; i < count; i++)
        out[i].number = (uint8_t)(i + 1);
    numbers_of(out, count, numbers);
    /* The library's own way of being told; it also wipes with it. */
    gfshare_fill_rand = kernel_fill;
    context = gfshare_ctx_init_enc(numbers, count, (unsigned char)threshold,
                                   sizeof(copy.b));
    if (context == NULL)
        return ERR_LIMIT;
    gfshare_ctx_enc_setsecret(context, copy.b);
    sodium_memzero(&copy, sizeof(copy));
    for (unsigned i = 0; i < count; i++)
        gfshare_ctx_enc_getshare(context, (unsigned char)i, out[i].part.b);
    gfshare_ctx_free(context);
    return OK;
}

enum err
share_join(const struct share *shares, unsigned count, struct cipher_key *out)
{
    unsigned char numbers[SHARES_MAX];
    bool seen[SHARES_MAX + 1] = {false};
    gfshare_ctx *context;

    if (count < 1 || count > SHARES_MAX)
        return ERR_LIMIT;
    for (unsigned i = 0; i < count; i++) {
        if (shares[i].number == 0 || seen[shares[i].number])
            return ERR_CONFLICT;
        seen[shares[i].number] = true;
    }
    numbers_of(shares, count, numbers);
    gfshare_fill_rand = kernel_fill;
    context = gfshare_ctx_init_dec(numbers, count, sizeof(out->b));
    if (context == NULL)
        return ERR_LIMIT;
    for (unsigned i = 0; i < count; i++) {
        struct cipher_key part = shares[i].part;

        gfshare_ctx_dec_giveshare(context, (unsigned char)i, part.b);
        sodium_memzero(&part, sizeof(part));
    }
    gfshare_ctx_dec_extract(context, out->b);
    gfshare_ctx_free(context);
    return OK;
}
