#include "sync/message.h"

#include <assert.h>
#include <string.h>

#include "base/writer.h"

/* How the path of a kind is made: letters stand for what follows the slash.
 *
 *     h  the hash; o  the other hash; n  the number; r  the range, four
 *     numbers; t  a tile's path, to the end
 */
struct route_shape {
    enum message_method method;
    const char *head;
    const char *first; /* "h", "n" or NULL */
    const char *tail;
    const char *rest; /* "o", "n", "r", "t" or NULL */
};

static const struct route_shape shapes[] = {
    [ROUTE_STATE] = {MESSAGE_GET, "/sync/v1/state", NULL, "", NULL},
    [ROUTE_ROSTER] = {MESSAGE_GET, "/sync/v1/rosters/", "n", "", NULL},
    [ROUTE_ROSTERS] = {MESSAGE_POST, "/sync/v1/rosters", NULL, "", NULL},
    [ROUTE_CHECKPOINT] = {MESSAGE_GET, "/sync/v1/logs/", "h", "/checkpoint",
                          NULL},
    [ROUTE_ENTRIES] = {MESSAGE_GET, "/sync/v1/logs/", "h", "/entries/", "r"},
    [ROUTE_ADD_ENTRIES] = {MESSAGE_POST, "/sync/v1/logs/", "h", "/entries",
                           NULL},
    [ROUTE_COSIGNATURES] = {MESSAGE_POST, "/sync/v1/logs/", "h",
                            "/cosignatures", NULL},
    [ROUTE_GRANT] = {MESSAGE_GET, "/sync/v1/grants/", "h", "/", "o"},
    [ROUTE_ADD_GRANT] = {MESSAGE_POST, "/sync/v1/grants/", "h", "/", "o"},
    [ROUTE_LIST] = {MESSAGE_GET, "/sync/v1/lists/", "h", "/", "n"},
    [ROUTE_ADD_CHECKPOINT] = {MESSAGE_POST, "/witness/add-checkpoint", NULL, "",
                              NULL},
    [ROUTE_WITNESSED] = {MESSAGE_GET, "/witness/", "h", "/checkpoint", NULL},
    [ROUTE_MIRROR] = {MESSAGE_GET, "/mirror/", "h", "/checkpoint", NULL},
    [ROUTE_TILE] = {MESSAGE_GET, "/mirror/", "h", "/", "t"},
};

#define SHAPE_COUNT (sizeof(shapes) / sizeof(shapes[0]))

static int
digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
message_hash_parse(struct bytes text, struct hash *out)
{
    struct hash hash;

    if (text.size != 2 * HASH_SIZE)
        return false;
    for (size_t i = 0; i < HASH_SIZE; i++) {
        int high = digit_value(text.p[2 * i]);
        int low = digit_value(text.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        hash.b[i] = (uint8_t)(high << 4 | low);
    }
    *out = hash;
    return true;
}

void
message_hash_write(struct writer *w, const struct hash *hash)
{
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(w, hash->b[i], 2);
}

static bool
literal_take(struct bytes *rest, const char *literal)
{
    struct bytes expected = bytes_of(literal);

    if (!bytes_begin(*rest, expected))
        return false;
    *rest = bytes_slice(*rest, expected.size, rest->size);
    return true;
}

/* Up to the next slash, which stays. */
static struct bytes
segment_take(struct bytes *rest)
{
    size_t size = bytes_find(*rest, '/');
    struct bytes segment = bytes_slice(*rest, 0, size);

    *rest = bytes_slice(*rest, size, rest->size);
    return segment;
}

static bool
range_take(struct bytes *rest, struct route_range *out)
{
    struct bytes start = bytes_split(rest, '/');
    struct bytes end = bytes_split(rest, '/');
    struct bytes size = bytes_split(rest, '/');
    uint64_t bytes;

    if (!bytes_decimal(start, TREE_SIZE_MAX, &out->start) ||
        !bytes_decimal(end, TREE_SIZE_MAX, &out->end) ||
        !bytes_decimal(size, TREE_SIZE_MAX, &out->size) ||
        !bytes_decimal(segment_take(rest), UINT32_MAX, &bytes))
        return false;
    out->bytes = (uint32_t)bytes;
    return out->start <= out->end && out->end <= out->size;
}

static bool
part_take(const char *part, struct bytes *rest, struct route *out)
{
    if (part == NULL)
        return true;
    switch (*part) {
    case 'h':
        return message_hash_parse(segment_take(rest), &out->hash);
    case 'o':
        return message_hash_parse(segment_take(rest), &out->other);
    case 'n':
        return bytes_decimal(segment_take(rest), INT64_MAX, &out->number);
    case 'r':
        return range_take(rest, &out->range);
    default:
        if (tile_path_parse(*rest, &out->tile, NULL) != OK)
            return false;
        *rest = (struct bytes){0};
        return true;
    }
}

static bool
shape_take(const struct route_shape *shape, struct bytes path,
           struct route *out)
{
    struct bytes rest = path;

    return literal_take(&rest, shape->head) &&
           part_take(shape->first, &rest, out) &&
           literal_take(&rest, shape->tail) &&
           part_take(shape->rest, &rest, out) && rest.size == 0;
}

enum err
route_parse(enum message_method method, struct bytes path, struct route *out)
{
    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        struct route route = {.kind = (enum route_kind)i};

        if (shapes[i].method == method &&
            shape_take(&shapes[i], path, &route)) {
            *out = route;
            return OK;
        }
    }
    return ERR_NOT_FOUND;
}

static void
range_write(struct writer *w, const struct route_range *range)
{
    writer_decimal(w, range->start);
    writer_u8(w, '/');
    writer_decimal(w, range->end);
    writer_u8(w, '/');
    writer_decimal(w, range->size);
    writer_u8(w, '/');
    writer_decimal(w, range->bytes);
}

static void
part_write(struct writer *w, const char *part, const struct route *route)
{
    if (part == NULL)
        return;
    switch (*part) {
    case 'h':
        message_hash_write(w, &route->hash);
        return;
    case 'o':
        message_hash_write(w, &route->other);
        return;
    case 'n':
        writer_decimal(w, route->number);
        return;
    case 'r':
        range_write(w, &route->range);
        return;
    default:
        tile_path_write(w, &route->tile);
        return;
    }
}

void
route_encode(const struct route *route, struct message *out)
{
    const struct route_shape *shape = &shapes[route->kind];
    struct writer w;

    writer_init(&w, out->path, sizeof(out->path) - 1);
    writer_text(&w, shape->head);
    part_write(&w, shape->first, route);
    writer_text(&w, shape->tail);
    part_write(&w, shape->rest, route);
    assert(!w.full);
    out->path[w.at] = '\0';
    out->method = shape->method;
}
