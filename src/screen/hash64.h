/*
 * A hash of 64 bits for tables and for telling whether something changed; it
 * withstands no one who looks for collisions. SCR 6.4.
 *
 * MurmurHash64A by Austin Appleby (public domain), over big-endian words, the
 * last one filled up with zeros.
 */
#ifndef SCREEN_HASH64_H
#define SCREEN_HASH64_H

#include "base/bytes.h"

uint64_t hash64(struct bytes in);

#endif
