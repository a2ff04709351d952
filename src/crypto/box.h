/* Sealed boxes (X25519, XSalsa20-Poly1305), by libsodium: whoever knows the
 * public key can seal, and only the holder of the secret one opens. */
#ifndef CRYPTO_BOX_H
#define CRYPTO_BOX_H

#include <stdint.h>

#define BOX_PUBLIC_SIZE 32

struct box_public {
    uint8_t b[BOX_PUBLIC_SIZE];
};

#endif
