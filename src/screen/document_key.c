#include "screen/document_key.h"

#include <string.h>

static uint8_t
capital(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
}

static bool
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/*
 * One to three letters, O for a zero; all else is a state not known. Germany is
 * D in an MRZ and DEU in most lists.
 */
static void
state_read(struct bytes text, uint8_t out[DOCUMENT_KEY_STATE_SIZE])
{
    uint8_t state[DOCUMENT_KEY_STATE_SIZE] = {0};
    size_t size = 0;

    memset(out, 0, DOCUMENT_KEY_STATE_SIZE);
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = capital(text.p[i]);

        if (c == '<' || c == ' ')
            continue;
        if (c == '0')
            c = 'O';
        if (c < 'A' || c > 'Z' || size == sizeof(state))
            return;
        state[size++] = c;
    }
    if (memcmp(state, "DEU", sizeof(state)) == 0)
        memcpy(out, "D\0", 3);
    else
        memcpy(out, state, sizeof(state));
}

/* Of a document code, two characters at most: its first says the kind (ICAO Doc
 * 9303-5 section 4.2.2: A, C and I are identity cards). */
static uint8_t
kind_read(struct bytes type)
{
    struct bytes code = bytes_trim(type);

    if (code.size == 0 || code.size > 2)
        return 0;
    switch (capital(code.p[0])) {
    case 'P':
        return 'P';
    case 'A':
    case 'C':
    case 'I':
        return 'I';
    case 'V':
        return 'V';
    default:
        return 0;
    }
}

/* The digit that two bytes of UTF-8 are in Arabic or Persian writing; 0xff for
 * all others. U+0660 and U+06F0. */
static uint8_t
arabic_digit(uint8_t first, uint8_t second)
{
    if (first == 0xd9 && second >= 0xa0 && second <= 0xa9)
        return (uint8_t)('0' + second - 0xa0);
    if (first == 0xdb && second >= 0xb0 && second <= 0xb9)
        return (uint8_t)('0' + second - 0xb0);
    return 0xff;
}

static bool
number_put(struct document_key *key, uint8_t c)
{
    if (key->size == DOCUMENT_KEY_NUMBER_SIZE_MAX)
        return false;
    key->number[key->size++] = c;
    return true;
}

bool
document_key_read(const struct person_document *document,
                  struct document_key *out)
{
    struct bytes number = document->number;
    struct document_key key = {.kind = kind_read(document->type)};

    state_read(document->state, key.state);
    for (size_t i = 0; i < number.size; i++) {
        uint8_t c = capital(number.p[i]);
        uint8_t digit = i + 1 < number.size ? arabic_digit(c, number.p[i + 1])
                                            : (uint8_t)0xff;

        if (digit != 0xff) {
            c = digit;
            i++;
        }
        if (c == 'O')
            c = '0';
        if (c < 0x80 && !is_digit(c) && (c < 'A' || c > 'Z'))
            continue;
        if (!number_put(&key, c))
            return false;
    }
    if (key.size == 0)
        return false;
    *out = key;
    return true;
}

/* The last `open` characters as a number; false when one is no digit. */
static bool
tail_read(const struct document_key *key, uint8_t open, uint64_t *out)
{
    uint64_t value = 0;

    for (size_t i = (size_t)key->size - open; i < key->size; i++) {
        if (!is_digit(key->number[i]))
            return false;
        value = value * 10 + (uint64_t)(key->number[i] - '0');
    }
    *out = value;
    return true;
}

enum err
document_range_read(const struct person_document *first, struct bytes number_to,
                    struct document_range *out)
{
    struct person_document end = *first;
    struct document_range range = {0};
    struct document_key last;
    size_t same = 0;

    if (!document_key_read(first, &range.first))
        return ERR_FORMAT;
    if (number_to.size == 0) {
        *out = range;
        return OK;
    }
    end.number = number_to;
    if (!document_key_read(&end, &last) || last.size != range.first.size)
        return ERR_FORMAT;
    while (same < last.size && last.number[same] == range.first.number[same])
        same++;
    if (last.size - same > DOCUMENT_KEY_OPEN_MAX)
        return ERR_FORMAT;
    range.open = (uint8_t)(last.size - same);
    if (!tail_read(&range.first, range.open, &range.from) ||
        !tail_read(&last, range.open, &range.to) || range.from > range.to)
        return ERR_FORMAT;
    *out = range;
    return OK;
}

bool
document_range_holds(const struct document_range *listed,
                     const struct document_key *document)
{
    const struct document_key *first = &listed->first;
    uint64_t tail;

    if (first->size != document->size)
        return false;
    if (memcmp(first->number, document->number,
               (size_t)first->size - listed->open) != 0)
        return false;
    if (first->state[0] != 0 && document->state[0] != 0 &&
        memcmp(first->state, document->state, sizeof(first->state)) != 0)
        return false;
    if (first->kind != 0 && document->kind != 0 &&
        first->kind != document->kind)
        return false;
    return tail_read(document, listed->open, &tail) && tail >= listed->from &&
           tail <= listed->to;
}
