/* The text of a checkpoint that is read is written the same; a whole one never
 * verifies by chance. */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "tlog/checkpoint.h"

#define KEY                                                                    \
    "example.com/reference-log+f8499e9f+"                                      \
    "ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4jiT+bs0BE"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    struct checkpoint checkpoint;
    struct note_key key;
    struct writer w;

    if (crypto_init() != OK || note_key_parse(BYTES(KEY), &key, NULL) != OK)
        abort();
    (void)!checkpoint_open(in, &key, &checkpoint, NULL);
    if (checkpoint_parse(in, &checkpoint, NULL) == OK) {
        uint8_t *block = malloc(size);

        if (block == NULL)
            abort();
        writer_init(&w, block, size);
        checkpoint_encode(&w, &checkpoint);
        if (!bytes_equal(writer_done(&w), in))
            abort();
        free(block);
    }
    return 0;
}
