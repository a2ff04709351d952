/*
 * A table is a tree of pages:
 *
 *     leaf       0d | 0:2 | cells:2 | content:2 | 0 | cell offsets:2 each
 *                cell = size of record | id | record            (varints)
 *     interior   05 | 0:2 | cells:2 | content:2 | 0 | last page:4 | offsets
 *                cell = page:4 | largest id in it               (varint)
 *     record     size of head | types | values                  (varints)
 *                the id's own column is a NULL: it stands in the cell
 */
#include "store/pages.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LEAF_HEAD 8
#define INTERIOR_HEAD 12
#define OFFSET_SIZE 2

/* Pages gathered before they are written. */
#define BUFFER_PAGES 1024

#define VARINT_SIZE_MAX 9
#define INTERIOR_CELL_MAX (4 + VARINT_SIZE_MAX)
#define CHILDREN_MAX                                                           \
    ((PAGE_SIZE - INTERIOR_HEAD) / (INTERIOR_CELL_MAX + OFFSET_SIZE))

/* A larger one would need pages of its own. The largest is that of a traveller:
 * the names and dates that REC 4.1 allows have less than 400 bytes. */
#define RECORD_SIZE_MAX (PAGE_SIZE - 35)
#define KEYS_FIRST 1024

/* The file's head. */
#define HEAD_SIZE 100
#define AT_PAGE_SIZE 16
#define AT_RESERVED 20
#define AT_CHANGES 24
#define AT_PAGES 28
#define AT_VALID_FOR 92

static void
fail(struct pages *pages, enum err e)
{
    if (pages->e == OK)
        pages->e = e;
}

/* The file's first bytes, which say how many pages there are. */
static enum err
head_read(struct pages *pages, uint8_t head[HEAD_SIZE])
{
    size_t got;
    enum err e =
        pages->os->read_at(pages->os, pages->file, 0, head, HEAD_SIZE, &got);

    if (e != OK)
        return e;
    if (got != HEAD_SIZE || memcmp(head, "SQLite format 3", 16) != 0 ||
        be16_read(head + AT_PAGE_SIZE) != PAGE_SIZE || head[AT_RESERVED] != 0)
        return ERR_CORRUPT;
    return OK;
}

enum err
pages_init(struct pages *pages, struct os *os, struct file file,
           const uint32_t roots[TABLE_COUNT])
{
    uint8_t head[HEAD_SIZE];
    enum err e;

    *pages = (struct pages){.os = os, .file = file};
    memcpy(pages->roots, roots, sizeof(pages->roots));
    e = head_read(pages, head);
    if (e != OK)
        return e;
    pages->next = be32_read(head + AT_PAGES) + 1;
    pages->buffer = malloc((size_t)BUFFER_PAGES * PAGE_SIZE);
    pages->keys = malloc(KEYS_FIRST * sizeof(*pages->keys));
    pages->key_capacity = KEYS_FIRST;
    if (pages->buffer != NULL && pages->keys != NULL)
        return OK;
    pages_deinit(pages);
    return ERR_LIMIT;
}

void
pages_deinit(struct pages *pages)
{
    free(pages->buffer);
    free(pages->keys);
    *pages = (struct pages){0};
}

static void
page_write(struct pages *pages, uint32_t page, const uint8_t *p, size_t count)
{
    uint64_t at = (uint64_t)(page - 1) * PAGE_SIZE;

    if (pages->e == OK)
        fail(pages, pages->os->write_at(pages->os, pages->file, at,
                                        (struct bytes){p, count * PAGE_SIZE}));
}

static void
buffer_write(struct pages *pages)
{
    if (pages->buffered > 0)
        page_write(pages, pages->next - pages->buffered, pages->buffer,
                   pages->buffered);
    pages->buffered = 0;
}

/* Big-endian groups of 7 bits; a ninth byte would hold 8. */
static size_t
varint_write(uint8_t *p, uint64_t value)
{
    uint8_t reversed[VARINT_SIZE_MAX];
    size_t size = 0;

    if (value < 0x80) {
        p[0] = (uint8_t)value;
        return 1;
    }
    if (value >> 56 != 0) {
        p[8] = (uint8_t)value;
        value >>= 8;
        for (size_t i = 8; i-- > 0; value >>= 7)
            p[i] = (uint8_t)((value & 0x7f) | 0x80);
        return 9;
    }
    for (; value > 0; value >>= 7)
        reversed[size++] = (uint8_t)((value & 0x7f) | 0x80);
    reversed[0] &= 0x7f;
    for (size_t i = 0; i < size; i++)
        p[i] = reversed[size - 1 - i];
    return size;
}

/* The bytes and the type of a number in a record. */
static size_t
number_size(int64_t value, uint8_t *type)
{
    uint64_t magnitude = (uint64_t)(value < 0 ? ~value : value);

    if (value == 0 || value == 1) {
        *type = (uint8_t)(8 + value);
        return 0;
    }
    if (magnitude < UINT64_C(1) << 7)
        return *type = 1;
    if (magnitude < UINT64_C(1) << 15)
        return *type = 2;
    if (magnitude < UINT64_C(1) << 23)
        return *type = 3;
    if (magnitude < UINT64_C(1) << 31)
        return *type = 4;
    if (magnitude < UINT64_C(1) << 47) {
        *type = 5;
        return 6;
    }
    *type = 6;
    return 8;
}

static size_t
number_write(uint8_t *p, int64_t value, size_t size)
{
    uint8_t whole[8];

    be64_write(whole, (uint64_t)value);
    memcpy(p, whole + sizeof(whole) - size, size);
    return size;
}

/* The record of a row into `out`, or 0 when it is too large. */
static size_t
record_write(enum table table, const struct row *row,
             uint8_t out[RECORD_SIZE_MAX])
{
    const struct shape *shape = &SHAPES[table];
    uint8_t head[2 + ROW_NUMBERS_MAX + ROW_TEXTS_MAX * 3];
    uint8_t sizes[ROW_NUMBERS_MAX] = {0};
    size_t head_size = 2; /* its own size, and NULL for the id */
    size_t size = 0;

    head[1] = 0;
    for (size_t i = 0; i < shape->number_count; i++)
        sizes[i] = (uint8_t)number_size(row->numbers[i], &head[head_size++]);
    for (size_t i = 0; i < shape->text_count; i++) {
        size += row->texts[i].size;
        if (size > RECORD_SIZE_MAX - sizeof(head) - sizeof(row->numbers))
            return 0;
        head_size += varint_write(head + head_size,
                                  13 + 2 * (uint64_t)row->texts[i].size);
    }
    head[0] = (uint8_t)head_size;
    memcpy(out, head, head_size);
    size = head_size;
    for (size_t i = 0; i < shape->number_count; i++)
        size += number_write(out + size, row->numbers[i], sizes[i]);
    for (size_t i = 0; i < shape->text_count; i++) {
        if (row->texts[i].size > 0)
            memcpy(out + size, row->texts[i].p, row->texts[i].size);
        size += row->texts[i].size;
    }
    return size;
}

static void
head_write(uint8_t *page, uint8_t type, size_t cells, size_t content)
{
    page[0] = type;
    be16_write(page + 1, 0);
    be16_write(page + 3, (uint16_t)cells);
    be16_write(page + 5, (uint16_t)content);
    page[7] = 0;
}

static void
leaf_begin(struct pages *pages)
{
    if (pages->buffered == BUFFER_PAGES)
        buffer_write(pages);
    pages->leaf = pages->buffer + (size_t)pages->buffered * PAGE_SIZE;
    memset(pages->leaf, 0, PAGE_SIZE);
    pages->cells = 0;
    pages->content = PAGE_SIZE;
}

static void
key_add(struct pages *pages, struct page_key key)
{
    struct page_key *grown;

    if (pages->key_count == pages->key_capacity) {
        grown = realloc(pages->keys,
                        pages->key_capacity * 2 * sizeof(*pages->keys));
        if (grown == NULL) {
            fail(pages, ERR_LIMIT);
            return;
        }
        pages->keys = grown;
        pages->key_capacity *= 2;
    }
    pages->keys[pages->key_count++] = key;
}

static void
leaf_end(struct pages *pages)
{
    head_write(pages->leaf, 0x0d, pages->cells, pages->content);
    key_add(pages, (struct page_key){pages->next, pages->last});
    pages->buffered++;
    pages->next++;
}

void
pages_begin(struct pages *pages, enum table table)
{
    pages->table = table;
    pages->key_count = 0;
    pages->any = false;
    leaf_begin(pages);
}

void
pages_row(struct pages *pages, const struct row *row)
{
    uint8_t record[RECORD_SIZE_MAX];
    uint8_t head[2 * VARINT_SIZE_MAX];
    size_t record_size = record_write(pages->table, row, record);
    size_t head_size = varint_write(head, record_size);
    size_t size;

    assert(!pages->any || row->id > pages->last);
    if (record_size == 0) {
        fail(pages, ERR_LIMIT);
        return;
    }
    head_size += varint_write(head + head_size, (uint64_t)row->id);
    size = head_size + record_size;
    if (LEAF_HEAD + (pages->cells + 1) * OFFSET_SIZE + size > pages->content) {
        leaf_end(pages);
        leaf_begin(pages);
    }
    pages->content -= size;
    memcpy(pages->leaf + pages->content, head, head_size);
    memcpy(pages->leaf + pages->content + head_size, record, record_size);
    be16_write(pages->leaf + LEAF_HEAD + pages->cells * OFFSET_SIZE,
               (uint16_t)pages->content);
    pages->cells++;
    pages->last = row->id;
    pages->any = true;
}

/* A page over `count` others, at least two. */
static void
interior_write(uint8_t page[PAGE_SIZE], const struct page_key *keys,
               size_t count)
{
    size_t content = PAGE_SIZE;

    memset(page, 0, PAGE_SIZE);
    for (size_t i = 0; i + 1 < count; i++) {
        uint8_t cell[INTERIOR_CELL_MAX];
        size_t size;

        be32_write(cell, keys[i].page);
        size = 4 + varint_write(cell + 4, (uint64_t)keys[i].id);
        content -= size;
        memcpy(page + content, cell, size);
        be16_write(page + INTERIOR_HEAD + i * OFFSET_SIZE, (uint16_t)content);
    }
    head_write(page, 0x05, count - 1, content);
    be32_write(page + 8, keys[count - 1].page);
}

/*
 * Puts pages over those of `keys`, which then are these. Children are spread
 * evenly, so that no page has one alone, which the format does not allow.
 */
static void
level_write(struct pages *pages)
{
    size_t count = pages->key_count;
    size_t parents = (count + CHILDREN_MAX - 1) / CHILDREN_MAX;
    size_t from = 0;

    for (size_t i = 0; i < parents; i++) {
        size_t to = count * (i + 1) / parents;

        if (pages->buffered == BUFFER_PAGES)
            buffer_write(pages);
        interior_write(pages->buffer + (size_t)pages->buffered * PAGE_SIZE,
                       pages->keys + from, to - from);
        pages->keys[i] = (struct page_key){pages->next, pages->keys[to - 1].id};
        pages->buffered++;
        pages->next++;
        from = to;
    }
    pages->key_count = parents;
}

/* The root is where SQLite made it: a single page of rows goes there. */
void
pages_end(struct pages *pages)
{
    uint32_t root = pages->roots[pages->table];
    uint8_t page[PAGE_SIZE];

    if (pages->key_count == 0) {
        head_write(pages->leaf, 0x0d, pages->cells, pages->content);
        page_write(pages, root, pages->leaf, 1);
        return;
    }
    leaf_end(pages);
    while (pages->key_count > CHILDREN_MAX)
        level_write(pages);
    interior_write(page, pages->keys, pages->key_count);
    page_write(pages, root, page, 1);
}

/* SQLite counted the pages when it made the file; there are more now. */
static enum err
count_write(struct pages *pages)
{
    uint8_t head[HEAD_SIZE];
    enum err e = head_read(pages, head);

    if (e != OK)
        return e;
    be32_write(head + AT_PAGES, pages->next - 1);
    memcpy(head + AT_VALID_FOR, head + AT_CHANGES, 4);
    return pages->os->write_at(pages->os, pages->file, 0,
                               (struct bytes){head, sizeof(head)});
}

enum err
pages_finish(struct pages *pages)
{
    buffer_write(pages);
    if (pages->e == OK)
        fail(pages, count_write(pages));
    return pages->e;
}
