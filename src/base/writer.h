/*
 * Bytes written one after another into a caller's block. What does not fit
 * sticks: later writes do nothing, and one test at the end is enough.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/bytes.h"
#include "base/err.h"

struct writer {
    uint8_t *p;
    size_t size;
    size_t at;
    bool full; /* something did not fit; `at` then stands where it began */
};

void writer_init(struct writer *w, void *block, size_t size);

void writer_u8(struct writer *w, uint8_t value);
void writer_be16(struct writer *w, uint16_t value);
void writer_be32(struct writer *w, uint32_t value);
void writer_be64(struct writer *w, uint64_t value);
void writer_bytes(struct writer *w, struct bytes in);
void writer_text(struct writer *w, const char *text);

/* A number in plain decimal. */
void writer_decimal(struct writer *w, uint64_t value);
void writer_signed(struct writer *w, int64_t value);

/* `digits` lower-case hexadecimal digits, leading zeros kept. */
void writer_hex(struct writer *w, uint64_t value, int digits);

/* Room for `size` bytes that the caller fills, or NULL. */
uint8_t *writer_take(struct writer *w, size_t size);

/* What has been written so far. */
struct bytes writer_done(const struct writer *w);

/* OK, or ERR_LIMIT when something did not fit. */
MUST_CHECK enum err writer_end(const struct writer *w);

#endif
