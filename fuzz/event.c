/*
 * Bytes through event_parse(): what is taken must encode to the same bytes,
 * and every number of it must have a word.
 */
#include <stdlib.h>
#include <string.h>

#include "record/event.h"
#include "record/word.h"

#define ARENA_SIZE EVENT_ARENA_SIZE

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static max_align_t block[ARENA_SIZE / sizeof(max_align_t)];
    static uint8_t again[EVENT_SIZE_MAX];
    struct bytes in = {data, size};
    struct fault fault = {0};
    struct event event;
    struct arena arena;
    struct writer w;

    arena_init(&arena, block, sizeof(block));
    if (event_parse(in, &arena, &event, &fault) != OK) {
        must(fault.code != OK && fault.clause != NULL && fault.at <= size);
        return 0;
    }
    writer_init(&w, again, sizeof(again));
    must(event_encode(&w, &event, &fault) == OK);
    must(bytes_equal(writer_done(&w), in));
    must(event_type_word(event.type) != NULL);
    must(event_holds_person(&event) || !event_look_is_recorded(&event));
    return 0;
}
