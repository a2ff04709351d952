/* A request to a witness that is read is written the same, and what nobody
 * signed is never cosigned. */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "sync/witness.h"

#define KEY                                                                    \
    "example.com/reference-log+f8499e9f+"                                      \
    "ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4jiT+bs0BE"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    static struct witness_request request;
    struct witness_last last = {.any = true, .size = 3, .root = {{1}}};
    struct witness_verdict verdict;
    struct note_key key;
    struct writer w;
    uint8_t *block;
    uint64_t hint;

    if (crypto_init() != OK || note_key_parse(BYTES(KEY), &key, NULL) != OK)
        abort();
    if (witness_size_parse(in, &hint) == OK && hint > TREE_SIZE_MAX)
        abort();
    if (witness_request_parse(in, &request, NULL) != OK)
        return 0;
    block = malloc(size);
    if (block == NULL)
        abort();
    writer_init(&w, block, size);
    witness_request_encode(&w, &request);
    if (!bytes_equal(writer_done(&w), in))
        abort();
    free(block);
    /* Of 3 entries this root is no log's. */
    witness_judge(&last, &request, &key, &verdict);
    if (verdict.status == 200)
        abort();
    witness_judge(&last, &request, NULL, &verdict);
    if (verdict.status != 404 && verdict.status != 400)
        abort();
    return 0;
}
