/* Hashes as the tables have them: texts of hexadecimal digits. */
#ifndef STORE_HEX_INT_H
#define STORE_HEX_INT_H

#include "base/bytes.h"
#include "base/err.h"

/* ERR_CORRUPT for all but 2 * `size` lower-case digits. */
MUST_CHECK enum err hex_read(struct bytes text, uint8_t *out, size_t size);

#endif
