#include "screen/person.h"

/* Digits, or all X: a part that is not known. */
static bool
part_parse(struct bytes text, unsigned *out, bool *known)
{
    unsigned value = 0;
    size_t unknown = 0;

    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.p[i];

        if (c == 'X')
            unknown++;
        else if (c >= '0' && c <= '9')
            value = value * 10 + (c - '0');
        else
            return false;
    }
    if (unknown != 0 && unknown != text.size)
        return false;
    *known = unknown == 0;
    *out = value;
    return true;
}

/* The last day of a month. */
static uint8_t
month_end(struct civil civil)
{
    civil.day = 31;
    while (!civil_valid(civil))
        civil.day--;
    return civil.day;
}

static enum err
birth_of(struct civil civil, struct birth *out)
{
    struct civil from = civil;
    struct civil to = civil;

    if (civil.month == 0) {
        from.month = 1;
        to.month = 12;
    }
    if (civil.day == 0) {
        from.day = 1;
        to.day = 1;
        if (civil_valid(to))
            to.day = month_end(to);
    }
    if (!civil_valid(from) || !civil_valid(to))
        return ERR_FORMAT;
    *out = (struct birth){.from = date_of(from), .to = date_of(to)};
    return OK;
}

enum err
birth_parse(struct bytes text, struct birth *out, bool *known)
{
    unsigned parts[3] = {0};
    bool have[3] = {false, false, false};
    static const uint8_t SIZES[] = {4, 2, 2};
    struct bytes rest = text;
    size_t count = 0;

    *known = false;
    if (text.size == 0)
        return OK;
    if (text.size != 4 && text.size != 7 && text.size != 10)
        return ERR_FORMAT;
    for (; rest.size > 0 || rest.p == text.p; count++) {
        struct bytes part = bytes_split(&rest, '-');

        if (count == 3 || part.size != SIZES[count] ||
            !part_parse(part, &parts[count], &have[count]))
            return ERR_FORMAT;
    }
    /* What is given in parts is given from the year on. */
    if ((have[1] && !have[0]) || (have[2] && !have[1]))
        return ERR_FORMAT;
    if (!have[0])
        return OK;
    if ((have[1] && parts[1] == 0) || (have[2] && parts[2] == 0) ||
        parts[0] == 0 || parts[1] > 12 || parts[2] > 31)
        return ERR_FORMAT;
    if (birth_of((struct civil){(int16_t)parts[0], (uint8_t)parts[1],
                                (uint8_t)parts[2]},
                 out) != OK)
        return ERR_FORMAT;
    *known = true;
    return OK;
}
