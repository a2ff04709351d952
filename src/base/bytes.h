/*
 * Borrowed bytes: text and binary alike. Nothing here owns memory, and nothing
 * is NUL-terminated.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    const uint8_t *p;
    size_t size;
};

/* A string constant as bytes, without its NUL. */
#define BYTES(literal)                                                         \
    ((struct bytes){(const uint8_t *)(literal), sizeof(literal) - 1})

/* A NUL-terminated string as bytes; NULL gives none. */
struct bytes bytes_of(const char *text);

bool bytes_equal(struct bytes a, struct bytes b);

/* Byte order, shorter first where one begins the other: <0, 0, >0. */
int bytes_compare(struct bytes a, struct bytes b);

bool bytes_begin(struct bytes whole, struct bytes start);

/* `size` bytes from `at`, both cut to what is there. */
struct bytes bytes_slice(struct bytes whole, size_t at, size_t size);

/* Offset of the first `c`, or `in.size`. */
size_t bytes_find(struct bytes in, uint8_t c);

/*
 * Takes the text up to the next `separator` off the front of `*rest`, the
 * separator too. At the end everything that is left, then empty bytes for ever.
 */
struct bytes bytes_split(struct bytes *rest, uint8_t separator);

/* Blanks, tabs and CR at both ends taken off. */
struct bytes bytes_trim(struct bytes text);

/*
 * Plain decimal, no sign, no leading zero, at most `max`: false for all else.
 */
bool bytes_decimal(struct bytes text, uint64_t max, uint64_t *out);

/* Well-formed UTF-8 without surrogates or overlong forms (RFC 3629). */
bool bytes_utf8(struct bytes text);

/* The same without control characters: U+0000 to U+001F, U+007F to U+009F. */
bool bytes_plain(struct bytes text);

/* Big-endian integers in foreign bytes. */
uint16_t be16_read(const uint8_t *p);
uint32_t be32_read(const uint8_t *p);
uint64_t be64_read(const uint8_t *p);
void be16_write(uint8_t *p, uint16_t value);
void be32_write(uint8_t *p, uint32_t value);
void be64_write(uint8_t *p, uint64_t value);

#endif
