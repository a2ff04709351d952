/*
 * What the targets of list sources share: one file in memory is read as a list;
 * every entry that comes out can be written, and what is refused has a clause.
 */
#ifndef FUZZ_LIST_FUZZ_H
#define FUZZ_LIST_FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "screen/list_source.h"

#define LIST_FUZZ_FILES_MAX 4

static enum err
list_fuzz_read_at(void *context, uint64_t at, uint8_t *out, size_t size,
                  size_t *got)
{
    const struct bytes *file = context;
    struct bytes part = bytes_slice(*file, (size_t)at, size);

    *got = part.size;
    if (part.size > 0)
        memcpy(out, part.p, part.size);
    return OK;
}

static enum err
list_fuzz_put(void *context, struct bytes in)
{
    (void)context;
    (void)in;
    return OK;
}

static enum err
list_fuzz_emit(void *context, const struct list_entry *entry)
{
    struct list_writer *w = context;
    struct list_entry named = *entry;
    enum err e;

    if (entry->kind != LIST_DOCUMENT && entry->reference.size == 0)
        named.reference = BYTES("made");
    e = list_writer_add(w, &named);
    if (e != OK && e != ERR_LIMIT)
        abort();
    return e;
}

static void
list_fuzz(enum list_source source, const struct bytes *files,
          const char *const *names, size_t count)
{
    static uint8_t block[LIST_SOURCE_ARENA_SIZE];
    static uint8_t room[LIST_ROOM_SIZE];
    struct bytes kept[LIST_FUZZ_FILES_MAX];
    struct list_input inputs[LIST_FUZZ_FILES_MAX];
    struct list_writer w = {.room = room, .put = list_fuzz_put};
    struct arena arena;
    struct list_reading reading = {.input_count = count,
                                   .inputs = inputs,
                                   .arena = &arena,
                                   .emit = list_fuzz_emit,
                                   .context = &w};

    for (size_t i = 0; i < count; i++) {
        kept[i] = files[i];
        inputs[i] = (struct list_input){bytes_of(names[i]), list_fuzz_read_at,
                                        &kept[i]};
    }
    arena_init(&arena, block, sizeof(block));
    if (list_writer_begin(&w, source) != OK)
        abort();
    if (list_source_read(&reading, source) != OK &&
        reading.fault.fault.clause == NULL)
        abort();
}

#endif
