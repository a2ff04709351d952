#include "base/degrees.h"

#define FRACTION_DIGITS 4
#define FRACTION_DIGITS_MAX 9

/* The digits behind the point as 1/10,000. */
static bool
fraction_parse(struct bytes digits, int32_t *out)
{
    int32_t fraction = 0;

    if (digits.size == 0 || digits.size > FRACTION_DIGITS_MAX)
        return false;
    for (size_t i = 0; i < digits.size; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        if (i < FRACTION_DIGITS)
            fraction = fraction * 10 + (digits.p[i] - '0');
    }
    for (size_t i = digits.size; i < FRACTION_DIGITS; i++)
        fraction *= 10;
    *out = fraction;
    return true;
}

bool
degrees_parse(struct bytes text, int32_t max, int32_t *out)
{
    bool negative = text.size > 0 && text.p[0] == '-';
    struct bytes rest = bytes_slice(text, negative ? 1 : 0, text.size);
    size_t point = bytes_find(rest, '.');
    struct bytes whole = bytes_slice(rest, 0, point);
    uint64_t degrees;
    int32_t fraction = 0;
    int32_t sum;

    if (!bytes_decimal(whole, (uint64_t)(max / DEGREES_SCALE), &degrees))
        return false;
    if (point < rest.size &&
        !fraction_parse(bytes_slice(rest, point + 1, rest.size), &fraction))
        return false;
    sum = (int32_t)degrees * DEGREES_SCALE + fraction;
    if (sum > max)
        return false;
    *out = negative ? -sum : sum;
    return true;
}

void
degrees_write(struct writer *w, int32_t degrees)
{
    uint32_t size = (uint32_t)(degrees < 0 ? -degrees : degrees);
    uint32_t fraction = size % DEGREES_SCALE;

    if (degrees < 0)
        writer_text(w, "-");
    writer_decimal(w, size / DEGREES_SCALE);
    writer_text(w, ".");
    for (uint32_t unit = DEGREES_SCALE / 10; unit > 0; unit /= 10)
        writer_decimal(w, fraction / unit % 10);
}

bool
degrees_parse_pair(struct bytes text, struct position *out)
{
    struct bytes rest = text;
    struct bytes latitude = bytes_trim(bytes_split(&rest, ','));
    struct bytes longitude = bytes_trim(rest);
    struct position position = {.known = true};

    if (!degrees_parse(latitude, POSITION_LATITUDE_MAX, &position.latitude) ||
        !degrees_parse(longitude, POSITION_LONGITUDE_MAX, &position.longitude))
        return false;
    *out = position;
    return true;
}
