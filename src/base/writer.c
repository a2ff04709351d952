#include "base/writer.h"

#include <string.h>

void
writer_init(struct writer *w, void *block, size_t size)
{
    *w = (struct writer){.p = block, .size = size};
}

uint8_t *
writer_take(struct writer *w, size_t size)
{
    uint8_t *taken;

    if (w->full || size > w->size - w->at) {
        w->full = true;
        return NULL;
    }
    taken = w->p + w->at;
    w->at += size;
    return taken;
}

void
writer_u8(struct writer *w, uint8_t value)
{
    uint8_t *p = writer_take(w, 1);

    if (p != NULL)
        *p = value;
}

void
writer_be16(struct writer *w, uint16_t value)
{
    uint8_t *p = writer_take(w, 2);

    if (p != NULL)
        be16_write(p, value);
}

void
writer_be32(struct writer *w, uint32_t value)
{
    uint8_t *p = writer_take(w, 4);

    if (p != NULL)
        be32_write(p, value);
}

void
writer_be64(struct writer *w, uint64_t value)
{
    uint8_t *p = writer_take(w, 8);

    if (p != NULL)
        be64_write(p, value);
}

void
writer_bytes(struct writer *w, struct bytes in)
{
    uint8_t *p = writer_take(w, in.size);

    if (p != NULL && in.size > 0)
        memcpy(p, in.p, in.size);
}

void
writer_text(struct writer *w, const char *text)
{
    writer_bytes(w, bytes_of(text));
}

void
writer_decimal(struct writer *w, uint64_t value)
{
    uint8_t digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (uint8_t)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    writer_bytes(w, (struct bytes){digits + at, sizeof(digits) - at});
}

void
writer_signed(struct writer *w, int64_t value)
{
    if (value < 0)
        writer_u8(w, '-');
    writer_decimal(w, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void
writer_hex(struct writer *w, uint64_t value, int digits)
{
    for (int i = digits - 1; i >= 0; i--)
        writer_u8(w, (uint8_t) "0123456789abcdef"[value >> (4 * i) & 15]);
}

struct bytes
writer_done(const struct writer *w)
{
    return (struct bytes){w->p, w->at};
}

enum err
writer_end(const struct writer *w)
{
    return w->full ? ERR_LIMIT : OK;
}
