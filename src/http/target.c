#include "http/target.h"

#include "http/request.h"

static int
digit_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

enum err
percent_decode(struct bytes in, bool plus_is_blank, struct arena *arena,
               struct bytes *out)
{
    uint8_t *p = arena_take(arena, in.size);
    size_t size = 0;

    if (p == NULL)
        return ERR_LIMIT;
    for (size_t i = 0; i < in.size; i++) {
        int high;
        int low;

        if (in.p[i] == '+' && plus_is_blank) {
            p[size++] = ' ';
            continue;
        }
        if (in.p[i] != '%') {
            p[size++] = in.p[i];
            continue;
        }
        high = in.size - i > 2 ? digit_value(in.p[i + 1]) : -1;
        low = in.size - i > 2 ? digit_value(in.p[i + 2]) : -1;
        if (high < 0 || low < 0)
            return ERR_FORMAT;
        p[size++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    *out = (struct bytes){p, size};
    return OK;
}

/* "http://host:port" taken off; the host is of no meaning to us. */
static struct bytes
authority_skip(struct bytes target)
{
    struct bytes scheme = bytes_slice(target, 0, 7);
    size_t at = 7;

    for (size_t i = 0; i < scheme.size; i++)
        if ((scheme.p[i] | 0x20) != ("http://"[i] | 0x20))
            return target;
    if (scheme.size < 7)
        return target;
    while (at < target.size && target.p[at] != '/' && target.p[at] != '?')
        at++;
    return bytes_slice(target, at, target.size - at);
}

static const char *
path_wrong(struct bytes path)
{
    struct bytes rest = bytes_slice(path, 1, path.size);

    for (size_t i = 0; i < path.size; i++)
        if (path.p[i] < 0x20 || path.p[i] == 0x7f || path.p[i] == '\\')
            return "the path holds a control character or a backslash";
    while (rest.size > 0) {
        bool last = bytes_find(rest, '/') == rest.size;
        struct bytes segment = bytes_split(&rest, '/');

        if (bytes_equal(segment, BYTES(".")) ||
            bytes_equal(segment, BYTES("..")))
            return "the path holds a segment of dots";
        if (segment.size == 0 && !last)
            return "the path holds an empty segment";
    }
    return NULL;
}

/* An escaped slash would be one character here and a border to others. */
static bool
slash_escaped(struct bytes raw)
{
    for (size_t i = 0; i + 2 < raw.size; i++)
        if (raw.p[i] == '%' && raw.p[i + 1] == '2' &&
            (raw.p[i + 2] | 0x20) == 'f')
            return true;
    return false;
}

enum err
target_parse(struct bytes target, struct arena *arena, struct bytes *path,
             struct bytes *query, struct fault *fault)
{
    struct bytes rest = authority_skip(target);
    struct bytes raw;
    struct bytes decoded;
    const char *wrong;
    size_t size = bytes_find(rest, '?');

    for (size_t i = 0; i < target.size; i++)
        if (target.p[i] <= 0x20 || target.p[i] >= 0x7f)
            return fault_set(fault, ERR_FORMAT, i, "API 1.4",
                             "the target is not visible ASCII");
    raw = bytes_slice(rest, 0, size);
    rest = bytes_slice(rest, size + 1, rest.size);
    if (raw.size > REQUEST_PATH_SIZE_MAX || rest.size > REQUEST_QUERY_SIZE_MAX)
        return fault_set(fault, ERR_LIMIT, 0, "API 1.4",
                         "the target is too long");
    if (raw.size == 0 || raw.p[0] != '/')
        return fault_set(fault, ERR_FORMAT, 0, "API 1.4",
                         "the target has no path");
    if (slash_escaped(raw))
        return fault_set(fault, ERR_FORMAT, 0, "API 1.4",
                         "the path holds an escaped slash");
    if (percent_decode(raw, false, arena, &decoded) != OK)
        return fault_set(fault, ERR_FORMAT, 0, "API 1.4",
                         "the path holds a wrong escape");
    wrong = path_wrong(decoded);
    if (wrong != NULL)
        return fault_set(fault, ERR_FORMAT, 0, "API 1.4", wrong);
    *path = decoded;
    *query = rest;
    return OK;
}
