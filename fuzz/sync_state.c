/* A peer's state that is read is written the same. */
#include <stdlib.h>

#include "sync/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    static struct state state;
    struct writer w;
    uint8_t *block;

    if (state_parse(in, &state, NULL) != OK)
        return 0;
    block = malloc(size);
    if (block == NULL)
        abort();
    writer_init(&w, block, size);
    state_encode(&w, &state);
    if (!bytes_equal(writer_done(&w), in))
        abort();
    free(block);
    for (size_t i = 0; i < state.log_count; i++)
        if (state_find_log(&state, state.logs[i].origin) != &state.logs[i])
            abort();
    return 0;
}
