#include "list_read.h"

#include <stdlib.h>
#include <string.h>

static enum err
read_at(void *context, uint64_t at, uint8_t *out, size_t size, size_t *got)
{
    const struct bytes *file = context;
    struct bytes part = bytes_slice(*file, (size_t)at, size);

    *got = part.size;
    if (part.size > 0)
        memcpy(out, part.p, part.size);
    return OK;
}

int
list_read_setup(void **state)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    arena_init(arena, malloc(LIST_SOURCE_ARENA_SIZE), LIST_SOURCE_ARENA_SIZE);
    *state = arena;
    return 0;
}

int
list_read_teardown(void **state)
{
    struct arena *arena = *state;

    free(arena->p);
    free(arena);
    return 0;
}

struct arena *
list_read_arena(void **state)
{
    return *state;
}

enum err
list_read(void **state, enum list_source source, const struct list_read *files,
          struct list_reading *reading)
{
    struct bytes kept[LIST_READ_FILES_MAX];
    struct list_input inputs[LIST_READ_FILES_MAX];

    for (size_t i = 0; i < files->count; i++) {
        kept[i] = files->bytes[i];
        inputs[i] =
            (struct list_input){bytes_of(files->names[i]), read_at, &kept[i]};
    }
    reading->input_count = files->count;
    reading->inputs = inputs;
    reading->arena = *state;
    arena_reset(reading->arena);
    return list_source_read(reading, source);
}
