/*
 * Foreign bytes read one after another. The first fault sticks, later reads
 * yield zeros, so that one test at the end is enough.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/bytes.h"
#include "base/err.h"

struct reader {
    struct bytes in;
    size_t at;
    struct fault fault; /* code OK until something was refused */
};

uint8_t reader_u8(struct reader *r, const char *clause);
uint16_t reader_be16(struct reader *r, const char *clause);
uint32_t reader_be32(struct reader *r, const char *clause);
uint64_t reader_be64(struct reader *r, const char *clause);

/* The next `size` bytes, borrowed from the input; none after a fault. */
struct bytes reader_bytes(struct reader *r, size_t size, const char *clause);

/* The next line without its LF; a missing LF is ERR_SHORT. */
struct bytes reader_line(struct reader *r, const char *clause);

/* Takes `literal` off the front or refuses with ERR_FORMAT. */
void reader_expect(struct reader *r, struct bytes literal, const char *clause);

size_t reader_left(const struct reader *r);

/* Refuses; only the first refusal is kept. `what` may be NULL. */
void reader_refuse(struct reader *r, enum err code, const char *clause,
                   const char *what);

/*
 * The verdict: the first fault, or ERR_FORMAT for bytes left over, or OK.
 * Fills `fault` unless it is NULL or all is well.
 */
MUST_CHECK enum err reader_end(struct reader *r, const char *clause,
                               struct fault *fault);

#endif
