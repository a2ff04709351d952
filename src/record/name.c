#include "record/name.h"

#include "record/event.h"

static bool
is_name_character(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* 1 to `max` name characters that neither begin nor end with '-'. */
static bool
label_valid(struct bytes text, size_t max)
{
    if (text.size == 0 || text.size > max)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (!is_name_character(text.p[i]))
            return false;
    return text.p[0] != '-' && text.p[text.size - 1] != '-';
}

bool
node_name_valid(struct bytes text)
{
    return label_valid(text, NODE_NAME_SIZE_MAX);
}

enum err
record_name_parse(struct bytes text, struct record_name *out)
{
    struct bytes rest = text;
    struct record_name name = {.node = bytes_split(&rest, '/')};

    if (!node_name_valid(name.node))
        return ERR_FORMAT;
    if (!bytes_decimal(rest, EVENT_INDEX_MAX, &name.index))
        return ERR_FORMAT;
    *out = name;
    return OK;
}

void
record_name_write(struct writer *w, const struct record_name *name)
{
    writer_bytes(w, name->node);
    writer_u8(w, '/');
    writer_decimal(w, name->index);
}

/* Labels of at most 63 characters with dots between them, as in DNS. */
static bool
domain_valid(struct bytes text)
{
    size_t start = 0;

    if (text.size > DOMAIN_SIZE_MAX)
        return false;
    for (size_t i = 0; i <= text.size; i++) {
        if (i < text.size && text.p[i] != '.')
            continue;
        if (!label_valid(bytes_slice(text, start, i - start), 63))
            return false;
        start = i + 1;
    }
    return true;
}

enum err
origin_parse(struct bytes text, struct origin *out)
{
    size_t slash = bytes_find(text, '/');
    struct origin origin = {bytes_slice(text, 0, slash),
                            bytes_slice(text, slash + 1, text.size)};

    if (!domain_valid(origin.domain) || !node_name_valid(origin.node))
        return ERR_FORMAT;
    *out = origin;
    return OK;
}

enum err
origin_parse_short(struct bytes text, struct origin *out)
{
    if (!node_name_valid(text))
        return origin_parse(text, out);
    *out = (struct origin){BYTES(ORIGIN_DOMAIN_ASSUMED), text};
    return OK;
}

void
origin_write(struct writer *w, const struct origin *origin)
{
    writer_bytes(w, origin->domain);
    writer_u8(w, '/');
    writer_bytes(w, origin->node);
}
