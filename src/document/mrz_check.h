/*
 * The sum behind every check digit (ICAO Doc 9303-3 section 4.9): weights 7, 3,
 * 1 over and over. Private to document/. DOC 4.1.
 */
#ifndef DOCUMENT_MRZ_CHECK_H
#define DOCUMENT_MRZ_CHECK_H

#include "document/mrz_layout.h"

/*
 * The weighted sum of `size` characters, the first of which has place `index`
 * in the series of weights. At most 35 * 7 a character: it cannot overflow.
 */
static inline uint32_t
mrz_sum(const uint8_t *p, size_t size, size_t index)
{
    static const uint8_t WEIGHTS[] = {7, 3, 1, 7, 3};
    const uint8_t *w = &WEIGHTS[index % 3];
    uint32_t sum = 0;
    size_t i = 0;

    for (; i + 3 <= size; i += 3) {
        sum += (uint32_t)MRZ_VALUE[p[i]] * w[0];
        sum += (uint32_t)MRZ_VALUE[p[i + 1]] * w[1];
        sum += (uint32_t)MRZ_VALUE[p[i + 2]] * w[2];
    }
    for (size_t left = 0; i < size; i++, left++)
        sum += (uint32_t)MRZ_VALUE[p[i]] * w[left];
    return sum;
}

/* Whether the character is the check digit of a sum. */
static inline bool
mrz_sum_is(uint32_t sum, uint8_t digit)
{
    return digit == '0' + sum % 10;
}

/* The sum of all that the composite check digit covers. */
static inline uint32_t
mrz_composite_sum(const struct mrz_layout *layout, const struct bytes *lines)
{
    uint32_t sum = 0;
    size_t index = 0;

    for (size_t i = 0; i < COMPOSED_SPANS_MAX; i++) {
        struct span span = layout->composed[i];

        if (span.size == 0)
            break;
        sum += mrz_sum(lines[span.line].p + span.at, span.size, index);
        index += span.size;
    }
    return sum;
}

#endif
