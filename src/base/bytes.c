#include "base/bytes.h"

#include <string.h>

struct bytes
bytes_of(const char *text)
{
    if (text == NULL)
        return (struct bytes){0};
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

bool
bytes_equal(struct bytes a, struct bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.p, b.p, a.size) == 0);
}

int
bytes_compare(struct bytes a, struct bytes b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.p, b.p, size);

    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

bool
bytes_begin(struct bytes whole, struct bytes start)
{
    return whole.size >= start.size &&
           (start.size == 0 || memcmp(whole.p, start.p, start.size) == 0);
}

struct bytes
bytes_slice(struct bytes whole, size_t at, size_t size)
{
    if (at >= whole.size)
        return (struct bytes){0};
    if (size > whole.size - at)
        size = whole.size - at;
    return (struct bytes){whole.p + at, size};
}

size_t
bytes_find(struct bytes in, uint8_t c)
{
    const uint8_t *found;

    if (in.size == 0)
        return 0;
    found = memchr(in.p, c, in.size);
    return found == NULL ? in.size : (size_t)(found - in.p);
}

struct bytes
bytes_split(struct bytes *rest, uint8_t separator)
{
    size_t at = bytes_find(*rest, separator);
    struct bytes part = {rest->p, at};

    if (at == rest->size) {
        *rest = (struct bytes){0};
    } else {
        rest->p += at + 1;
        rest->size -= at + 1;
    }
    return part;
}

static bool
is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

struct bytes
bytes_trim(struct bytes text)
{
    while (text.size > 0 && is_blank(text.p[0])) {
        text.p++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.p[text.size - 1]))
        text.size--;
    return text;
}

bool
bytes_decimal(struct bytes text, uint64_t max, uint64_t *out)
{
    uint64_t value = 0;

    if (text.size == 0 || (text.p[0] == '0' && text.size > 1))
        return false;
    for (size_t i = 0; i < text.size; i++) {
        uint64_t digit = (uint64_t)text.p[i] - '0';

        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        if (digit > max || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

/* How many bytes the sequence that starts with `c` has, 0 if none starts so. */
static size_t
utf8_size(uint8_t c)
{
    if (c < 0x80)
        return 1;
    if (c >= 0xc2 && c <= 0xdf)
        return 2;
    if (c >= 0xe0 && c <= 0xef)
        return 3;
    if (c >= 0xf0 && c <= 0xf4)
        return 4;
    return 0;
}

static bool
utf8_second_allowed(uint8_t first, uint8_t second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second <= 0x9f;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second <= 0x8f;
    default:
        return true;
    }
}

bool
bytes_utf8(struct bytes text)
{
    size_t at = 0;

    while (at < text.size) {
        size_t size = utf8_size(text.p[at]);

        if (size == 0 || size > text.size - at)
            return false;
        for (size_t i = 1; i < size; i++)
            if ((text.p[at + i] & 0xc0) != 0x80)
                return false;
        if (size > 1 && !utf8_second_allowed(text.p[at], text.p[at + 1]))
            return false;
        at += size;
    }
    return true;
}

/* Whether all eight bytes at `p` are U+0020 to U+007E: subtracting takes a
 * smaller byte below zero, adding takes a larger one past 127, and either
 * shows in its highest bit. */
static bool
eight_printable(const uint8_t *p)
{
    uint64_t word;
    uint64_t odd;

    memcpy(&word, p, sizeof(word));
    odd = word | (word - UINT64_C(0x2020202020202020)) |
          (word + UINT64_C(0x0101010101010101));
    return (odd & UINT64_C(0x8080808080808080)) == 0;
}

/* Whether all of it is U+0020 to U+007E, as most text is. */
static bool
is_printable_ascii(struct bytes text)
{
    bool printable = true;

    if (text.size >= 8) {
        for (size_t at = 0; at < text.size - 8; at += 8)
            if (!eight_printable(text.p + at))
                return false;
        return eight_printable(text.p + text.size - 8);
    }
    for (size_t i = 0; i < text.size; i++)
        printable &= text.p[i] >= 0x20 && text.p[i] <= 0x7e;
    return printable;
}

bool
bytes_plain(struct bytes text)
{
    if (is_printable_ascii(text))
        return true;
    for (size_t i = 0; i < text.size; i++) {
        if (text.p[i] < 0x20 || text.p[i] == 0x7f)
            return false;
        if (text.p[i] == 0xc2 && text.size - i > 1 && text.p[i + 1] < 0xa0)
            return false;
    }
    return bytes_utf8(text);
}

uint16_t
be16_read(const uint8_t *p)
{
    return (uint16_t)((uint16_t)p[0] << 8 | p[1]);
}

uint32_t
be32_read(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

uint64_t
be64_read(const uint8_t *p)
{
    return (uint64_t)be32_read(p) << 32 | be32_read(p + 4);
}

void
be16_write(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
}

void
be32_write(uint8_t *p, uint32_t value)
{
    be16_write(p, (uint16_t)(value >> 16));
    be16_write(p + 2, (uint16_t)value);
}

void
be64_write(uint8_t *p, uint64_t value)
{
    be32_write(p, (uint32_t)(value >> 32));
    be32_write(p + 4, (uint32_t)value);
}
