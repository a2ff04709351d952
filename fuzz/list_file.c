/* A list's own file, damaged: what is read of it is written as the very bytes
 * that it was read from. */
#include <stdlib.h>
#include <string.h>

#include "screen/list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err
put(void *context, struct bytes in)
{
    *(struct bytes *)context = in;
    return OK;
}

static void
entry_check(const struct list_entry *entry, struct bytes from)
{
    static uint8_t room[LIST_ROOM_SIZE];
    struct bytes out = {0};
    struct list_writer w = {.room = room, .put = put, .context = &out};

    if (list_writer_begin(&w, LIST_CSV) != OK ||
        list_writer_add(&w, entry) != OK)
        abort();
    out = (struct bytes){room + LIST_MAGIC_SIZE, w.held - LIST_MAGIC_SIZE};
    if (!bytes_equal(out, from))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t block[LIST_ENTRY_ARENA_SIZE];
    struct bytes in = {data, size};
    uint64_t at = LIST_MAGIC_SIZE;
    struct list_file file;

    if (list_open(in, &file) != OK)
        return 0;
    for (;;) {
        uint64_t start = at;
        struct list_entry entry;
        struct arena arena;

        arena_init(&arena, block, sizeof(block));
        if (list_next(&file, &at, &arena, &entry) != OK)
            return 0;
        entry_check(&entry,
                    bytes_slice(in, (size_t)start, (size_t)(at - start)));
        if (list_reference(&entry, &arena).p == NULL)
            abort();
    }
}
