/* What is merged with a checkpoint leaves a note whose every line verifies, and
 * merging it once more changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "sync/cosignatures.h"
#include "sync_country.h"
#include "tlog/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct roster roster;
static struct sign_key keys[2];

static struct bytes
own_note(uint8_t *block, size_t block_size)
{
    struct checkpoint checkpoint = {
        .origin = BYTES("a/peer"), .size = 7, .root = {{1, 2, 3}}};
    struct writer w;

    writer_init(&w, block, block_size);
    checkpoint_sign(&w, &checkpoint, &keys[1]);
    return writer_done(&w);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t mine_block[CHECKPOINT_SIZE_MAX];
    static uint8_t merged[NOTE_SIZE_MAX];
    static uint8_t again[NOTE_SIZE_MAX];
    struct bytes in = {data, size};
    struct bytes mine;
    struct writer w;
    struct writer w2;
    bool more;

    if (crypto_init() != OK)
        abort();
    sync_country(&roster, keys);
    mine = own_note(mine_block, sizeof(mine_block));
    writer_init(&w, merged, sizeof(merged));
    if (cosignatures_merge(&w, &roster, &roster.nodes[1].log, mine, in,
                           &more) != OK)
        return 0;
    if (more != (w.at > mine.size))
        abort();
    writer_init(&w2, again, sizeof(again));
    if (cosignatures_merge(&w2, &roster, &roster.nodes[1].log, writer_done(&w),
                           in, &more) != OK ||
        more || !bytes_equal(writer_done(&w), writer_done(&w2)))
        abort();
    return 0;
}
