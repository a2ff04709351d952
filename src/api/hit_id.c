#include "api/hit_id.h"

#include "record/event.h"

/* The decimal number behind the last hyphen, which it takes off. */
static bool
number_take(struct bytes *text, uint64_t max, uint64_t *out)
{
    size_t at = text->size;

    while (at > 0 && text->p[at - 1] != '-')
        at--;
    if (at == 0 || !bytes_decimal(bytes_slice(*text, at, text->size), max, out))
        return false;
    text->size = at - 1;
    return true;
}

bool
hit_id_parse(struct bytes text, struct bytes node, struct hit_id *out)
{
    struct bytes rest = text;
    uint64_t number;
    uint64_t inspection;

    if (!number_take(&rest, UINT8_MAX, &number) ||
        !number_take(&rest, EVENT_INDEX_MAX, &inspection) ||
        !bytes_equal(rest, node))
        return false;
    *out = (struct hit_id){inspection, (uint8_t)number};
    return true;
}

void
hit_id_write(struct writer *w, struct bytes node, const struct hit_id *id)
{
    writer_bytes(w, node);
    writer_text(w, "-");
    writer_decimal(w, id->inspection);
    writer_text(w, "-");
    writer_decimal(w, id->number);
}
