#include "api/normal.h"

#include <string.h>

#include "base/date.h"
#include "document/transliterate.h"

/* A letter becomes four at most: the longest of the tables. */
#define GROWTH_MAX 4

/* Fillers to blanks in place; `single` takes away what follows a blank. */
static struct bytes
blanks_settle(uint8_t *p, size_t size, bool single)
{
    size_t out = 0;

    for (size_t i = 0; i < size; i++) {
        uint8_t c = p[i] == '<' || p[i] == '-' ? ' ' : p[i];

        if (c == ' ' && (out == 0 || (single && p[out - 1] == ' ')))
            continue;
        p[out++] = c;
    }
    while (out > 0 && p[out - 1] == ' ')
        out--;
    return (struct bytes){p, out};
}

enum err
normal_name(struct bytes in, struct arena *arena, struct bytes *out)
{
    size_t size = in.size * GROWTH_MAX + 1;
    uint8_t *p = arena_take(arena, size);
    struct writer w;
    enum err e;

    if (p == NULL)
        return ERR_LIMIT;
    writer_init(&w, p, size);
    e = transliterate(in, &w, NULL);
    if (e != OK)
        return e;
    *out = blanks_settle(p, w.at, true);
    return OK;
}

enum err
normal_code(struct bytes in, struct arena *arena, struct bytes *out)
{
    uint8_t *p = arena_take(arena, in.size + 1);

    if (p == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < in.size; i++) {
        uint8_t c = in.p[i];

        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != ' ' &&
            c != '-' && c != '<')
            return ERR_FORMAT;
        p[i] = c;
    }
    *out = blanks_settle(p, in.size, false);
    return OK;
}

bool
normal_date(struct bytes in)
{
    uint8_t known[DATE_TEXT_SIZE];
    struct date date;

    if (in.size != DATE_TEXT_SIZE)
        return false;
    for (size_t i = 0; i < DATE_TEXT_SIZE; i++)
        known[i] = in.p[i];
    /* Any lawful number stands for what is not known; a leap year for the
     * 29th of February. */
    if (bytes_equal(bytes_slice(in, 0, 4), BYTES("XXXX")))
        memcpy(known, "2000", 4);
    if (bytes_equal(bytes_slice(in, 5, 2), BYTES("XX")))
        memcpy(known + 5, "01", 2);
    if (bytes_equal(bytes_slice(in, 8, 2), BYTES("XX")))
        memcpy(known + 8, "01", 2);
    return date_parse((struct bytes){known, DATE_TEXT_SIZE}, &date) == OK;
}
