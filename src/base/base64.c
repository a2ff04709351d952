#include "base/base64.h"

static const char ALPHABET[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
base64_write(struct writer *w, struct bytes in)
{
    for (size_t i = 0; i < in.size; i += 3) {
        size_t left = in.size - i;
        uint32_t v = (uint32_t)in.p[i] << 16;

        if (left > 1)
            v |= (uint32_t)in.p[i + 1] << 8;
        if (left > 2)
            v |= in.p[i + 2];
        writer_u8(w, (uint8_t)ALPHABET[v >> 18]);
        writer_u8(w, (uint8_t)ALPHABET[v >> 12 & 63]);
        writer_u8(w, left > 1 ? (uint8_t)ALPHABET[v >> 6 & 63] : '=');
        writer_u8(w, left > 2 ? (uint8_t)ALPHABET[v & 63] : '=');
    }
}

/* One more than the digit's value; 0: no digit. */
static const uint8_t DIGITS[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
    ['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static int
digit_of(uint8_t c)
{
    return DIGITS[c] - 1;
}

enum err
base64_parse(struct bytes text, uint8_t *out, size_t out_size, size_t *size)
{
    size_t padding = 0;
    size_t total;

    if (text.size % 4 != 0)
        return ERR_FORMAT;
    while (padding < 2 && padding < text.size &&
           text.p[text.size - 1 - padding] == '=')
        padding++;
    total = text.size / 4 * 3 - padding;
    if (total > out_size)
        return ERR_LIMIT;
    for (size_t i = 0, at = 0; i < text.size; i += 4) {
        uint32_t v = 0;
        size_t count = total - at < 3 ? total - at : 3;

        for (size_t j = 0; j < 4; j++) {
            int digit = j <= count ? digit_of(text.p[i + j]) : 0;

            if (digit < 0)
                return ERR_FORMAT;
            v = v << 6 | (uint32_t)digit;
        }
        if (count < 3 && (v & (count == 2 ? 0xffu : 0xffffu)) != 0)
            return ERR_FORMAT;
        for (size_t j = 0; j < count; j++)
            out[at++] = (uint8_t)(v >> (16 - 8 * j));
    }
    *size = total;
    return OK;
}

enum err
base64_check(struct bytes text, size_t *size)
{
    uint8_t part[3];
    size_t total = 0;

    for (size_t at = 0; at < text.size; at += 4) {
        size_t got;

        if (base64_parse(bytes_slice(text, at, 4), part, 3, &got) != OK)
            return ERR_FORMAT;
        if (got < 3 && at + 4 != text.size)
            return ERR_FORMAT; /* padding before the end */
        total += got;
    }
    *size = total;
    return OK;
}

enum err
base64_parse_exact(struct bytes text, uint8_t *out, size_t size)
{
    size_t got;

    if (text.size != BASE64_SIZE(size))
        return ERR_FORMAT;
    if (base64_parse(text, out, size, &got) != OK || got != size)
        return ERR_FORMAT;
    return OK;
}
