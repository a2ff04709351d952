/* A path that is taken for a tile's is the one that is written for it. */
#include <stdlib.h>

#include "tlog/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    uint8_t block[TILE_PATH_SIZE_MAX];
    struct tile_id id;
    struct writer w;

    if (tile_path_parse(in, &id, NULL) != OK)
        return 0;
    writer_init(&w, block, sizeof(block));
    tile_path_write(&w, &id);
    if (writer_end(&w) != OK || !bytes_equal(writer_done(&w), in))
        abort();
    return 0;
}
