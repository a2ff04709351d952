/*
 * Showing that two stores are the same: a hash over each table. STO 1.6
 */
#include "store/read_int.h"

/* A number as 8 bytes, big-endian; a text after its size in 4. */
static void
number_add(struct hash_stream *stream, int64_t value)
{
    uint8_t b[8];

    be64_write(b, (uint64_t)value);
    hash_add(stream, (struct bytes){b, sizeof(b)});
}

static void
text_add(struct hash_stream *stream, struct bytes text)
{
    uint8_t b[4];

    be32_write(b, (uint32_t)text.size);
    hash_add(stream, (struct bytes){b, sizeof(b)});
    hash_add(stream, text);
}

static enum err
table_sum(struct store *store, enum table table, struct store_table *out)
{
    const struct shape *shape = &SHAPES[table];
    struct hash_stream stream;
    struct row row;
    enum err e = sqlite_walk(store, table, INT64_MIN);

    *out = (struct store_table){.name = shape->name};
    hash_begin(&stream);
    while (e == OK) {
        e = sqlite_next(store, table, &row);
        if (e != OK)
            break;
        number_add(&stream, row.id);
        for (size_t i = 0; i < shape->number_count; i++)
            number_add(&stream, row.numbers[i]);
        for (size_t i = 0; i < shape->text_count; i++)
            text_add(&stream, row.texts[i]);
        out->rows++;
    }
    out->hash = hash_end(&stream);
    return e == ERR_NOT_FOUND ? OK : e;
}

enum err
store_tables(struct store *store, struct store_table out[STORE_TABLE_COUNT])
{
    enum err e = store_read_begin(store);

    if (e != OK)
        return e;
    for (size_t i = 0; e == OK && i < TABLE_COUNT; i++)
        e = table_sum(store, (enum table)i, &out[i]);
    store_read_end(store);
    return e;
}
