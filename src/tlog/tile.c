#include "tlog/tile.h"

#include "base/reader.h"

/* Six groups of three digits hold TILE_INDEX_MAX, which has seventeen. */
#define GROUP_COUNT_MAX 6

_Static_assert(TILE_INDEX_MAX < UINT64_C(1000000000000000000),
               "an index fits its groups");
_Static_assert(TILE_BITS *TILE_LEVEL_COUNT > TREE_HEIGHT_MAX,
               "every level of the tree is in a tile");

static void
group_write(struct writer *w, uint64_t group)
{
    writer_u8(w, (uint8_t)('0' + group / 100));
    writer_u8(w, (uint8_t)('0' + group / 10 % 10));
    writer_u8(w, (uint8_t)('0' + group % 10));
}

void
tile_path_write(struct writer *w, const struct tile_id *id)
{
    uint64_t groups[GROUP_COUNT_MAX];
    uint64_t index = id->index;
    size_t count = 0;

    do {
        groups[count++] = index % 1000;
        index /= 1000;
    } while (index > 0 && count < GROUP_COUNT_MAX);
    writer_text(w, "tile/");
    if (id->level == TILE_ENTRIES)
        writer_text(w, "entries");
    else
        writer_decimal(w, id->level);
    while (count > 1) {
        writer_text(w, "/x");
        group_write(w, groups[--count]);
    }
    writer_u8(w, '/');
    group_write(w, groups[0]);
    if (id->width < TILE_WIDTH) {
        writer_text(w, ".p/");
        writer_decimal(w, id->width);
    }
}

static uint8_t
level_read(struct reader *r, struct bytes text)
{
    uint64_t level = 0;

    if (bytes_equal(text, BYTES("entries")))
        return TILE_ENTRIES;
    if (!bytes_decimal(text, TILE_LEVEL_MAX, &level))
        reader_refuse(r, ERR_FORMAT, "LOG 4.2", "the level is none");
    return (uint8_t)level;
}

/* Three digits; 1000 when they are not. */
static uint64_t
group_read(struct bytes text)
{
    uint64_t value = 0;

    if (text.size != 3)
        return 1000;
    for (size_t i = 0; i < 3; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return 1000;
        value = value * 10 + (uint64_t)(text.p[i] - '0');
    }
    return value;
}

/* The groups of an index, "x001/x234/067", from the front of `rest`; what
 * follows the last one stays there. */
static uint64_t
index_read(struct reader *r, struct bytes *rest)
{
    uint64_t index = 0;

    for (size_t i = 0; i < GROUP_COUNT_MAX; i++) {
        bool more = rest->size > 0 && rest->p[0] == 'x';
        struct bytes text = bytes_slice(*rest, more ? 1 : 0, 3);
        uint64_t group = group_read(text);
        size_t used = more ? 5 : 3;

        if (group > 999 || rest->size < used ||
            (more && (rest->p[4] != '/' || (i == 0 && group == 0)))) {
            reader_refuse(r, ERR_FORMAT, "LOG 4.3", "the index is none");
            return 0;
        }
        index = index * 1000 + group;
        *rest = bytes_slice(*rest, used, rest->size);
        if (more)
            continue;
        if (index > TILE_INDEX_MAX)
            reader_refuse(r, ERR_FORMAT, "LOG 4.3", "no tree is so large");
        return index;
    }
    reader_refuse(r, ERR_FORMAT, "LOG 4.3", "no tree is so large");
    return 0;
}

static uint16_t
width_read(struct reader *r, struct bytes rest)
{
    uint64_t width = 0;

    if (rest.size == 0)
        return TILE_WIDTH;
    if (!bytes_begin(rest, BYTES(".p/")) ||
        !bytes_decimal(bytes_slice(rest, 3, rest.size), TILE_WIDTH - 1,
                       &width) ||
        width == 0)
        reader_refuse(r, ERR_FORMAT, "LOG 4.4", "the width is none");
    return (uint16_t)width;
}

enum err
tile_path_parse(struct bytes path, struct tile_id *out, struct fault *fault)
{
    struct reader r = {.in = path};
    struct tile_id id = {0};
    struct bytes rest;
    enum err e;

    reader_expect(&r, BYTES("tile/"), "LOG 4.1");
    rest = reader_bytes(&r, reader_left(&r), "LOG 4.1");
    id.level = level_read(&r, bytes_split(&rest, '/'));
    id.index = index_read(&r, &rest);
    id.width = width_read(&r, rest);
    e = reader_end(&r, "LOG 4.1", fault);
    if (e == OK)
        *out = id;
    return e;
}

/* How many hashes a level has in a tree of `size` leaves. */
static uint64_t
level_count(uint64_t size, uint8_t level)
{
    if (level == TILE_ENTRIES)
        return size;
    return level < TILE_LEVEL_COUNT ? size >> (TILE_BITS * level) : 0;
}

uint16_t
tile_width(uint64_t size, uint8_t level, uint64_t index)
{
    uint64_t count = level_count(size, level);

    if (index < count / TILE_WIDTH)
        return TILE_WIDTH;
    if (index > count / TILE_WIDTH)
        return 0;
    return (uint16_t)(count % TILE_WIDTH);
}

bool
tile_last(uint64_t size, uint8_t level, struct tile_id *out)
{
    uint64_t count = level_count(size, level);

    if (count == 0)
        return false;
    *out = (struct tile_id){
        .level = level,
        .index = (count - 1) / TILE_WIDTH,
        .width = (uint16_t)((count - 1) % TILE_WIDTH + 1),
    };
    return true;
}
