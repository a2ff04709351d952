/*
 * Deterministic CBOR (RFC 8949 section 4.2.1): a door to libcbor's streaming
 * encoder and decoder. Only what our records use: unsigned and negative
 * integers, byte and text strings, arrays, booleans and null. Maps, tags,
 * floats and indefinite lengths are refused.
 *
 * Reading sticks at the first fault, as `struct reader` does, and refuses every
 * integer or length that is not in its shortest form. Heads of one byte, nearly
 * all of a record's, are read and written here; the library does the rest.
 */
#ifndef BASE_CBOR_H
#define BASE_CBOR_H

#include "base/reader.h"
#include "base/writer.h"

void cbor_put_uint(struct writer *w, uint64_t value);
void cbor_put_int(struct writer *w, int64_t value);
void cbor_put_bytes(struct writer *w, struct bytes value);
/* A byte string of `size` that the caller fills, or NULL. */
uint8_t *cbor_put_bytes_room(struct writer *w, size_t size);
void cbor_put_text(struct writer *w, struct bytes value); /* UTF-8 */
void cbor_put_array(struct writer *w, size_t count);
void cbor_put_bool(struct writer *w, bool value);
void cbor_put_null(struct writer *w);

uint64_t cbor_take_uint(struct reader *r, uint64_t max, const char *clause);
int64_t cbor_take_int(struct reader *r, const char *clause);
struct bytes cbor_take_bytes(struct reader *r, size_t size_max,
                             const char *clause);
/* Also refuses what is not UTF-8. */
struct bytes cbor_take_text(struct reader *r, size_t size_max,
                            const char *clause);
/* Also refuses control characters: see bytes_plain(). */
struct bytes cbor_take_plain_text(struct reader *r, size_t size_max,
                                  const char *clause);
/* The number of items that follow, at most `count_max`. */
size_t cbor_take_array(struct reader *r, size_t count_max, const char *clause);
bool cbor_take_bool(struct reader *r, const char *clause);
/* True, and the null taken, when a null is next; else nothing is taken. */
bool cbor_take_null(struct reader *r);

#endif
