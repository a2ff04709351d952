/* What must happen once before anything else of crypto/ is called. */
#ifndef CRYPTO_CRYPTO_H
#define CRYPTO_CRYPTO_H

#include "base/err.h"

/* ERR_IO when the library cannot reach the kernel's random source. */
MUST_CHECK enum err crypto_init(void);

/* Overwrites a secret so that no compiler leaves it out. */
void crypto_wipe(void *p, size_t size);

/* Equal, in a time that does not depend on where they differ. */
int crypto_same(const void *a, const void *b, size_t size);

/*
 * Randomness for keys and tokens. Tests hand down a struct with a call of their
 * own; the node uses `crypto_random`.
 */
struct random {
    void (*fill)(void *context, void *out, size_t size);
    void *context;
};

extern const struct random crypto_random;

#endif
