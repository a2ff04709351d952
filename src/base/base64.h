/*
 * Standard padded base64 (RFC 4648 section 4). Only the one canonical encoding
 * is accepted: no blanks, no line ends, unused bits zero.
 */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/bytes.h"
#include "base/err.h"
#include "base/writer.h"

/* How many characters `size` bytes become. */
#define BASE64_SIZE(size) (((size) + 2) / 3 * 4)

void base64_write(struct writer *w, struct bytes in);

/*
 * Decodes into `out`, which holds `out_size` bytes, and says how many there
 * are. ERR_FORMAT when not canonical, ERR_LIMIT when they do not fit.
 */
MUST_CHECK enum err base64_parse(struct bytes text, uint8_t *out,
                                 size_t out_size, size_t *size);

/*
 * Whether the text is canonical, and how many bytes it stands for, without
 * room to put them. ERR_FORMAT.
 */
MUST_CHECK enum err base64_check(struct bytes text, size_t *size);

/* As base64_parse() when exactly `size` bytes are expected; else ERR_FORMAT. */
MUST_CHECK enum err base64_parse_exact(struct bytes text, uint8_t *out,
                                       size_t size);

#endif
