/*
 * SipHash-2-4, by libsodium: a quick number for a place in a table, with which
 * nobody can make many texts meet in one place. No proof of anything.
 */
#ifndef CRYPTO_SIPHASH_H
#define CRYPTO_SIPHASH_H

#include "base/bytes.h"

/* `use` tells apart what is hashed for different tables; it is no secret. */
uint64_t siphash(uint64_t use, struct bytes in);

#endif
