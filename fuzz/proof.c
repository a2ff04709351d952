/* A proof file that is read is written the same, and proves nothing of an entry
 * that is not in the log. */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "tlog/proof.h"

#define KEY                                                                    \
    "example.com/reference-log+f8499e9f+"                                      \
    "ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4jiT+bs0BE"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};
    struct hash leaf = {{0}};
    static struct proof_file file;
    struct note_key key;
    struct writer w;
    uint8_t *block;

    if (crypto_init() != OK || note_key_parse(BYTES(KEY), &key, NULL) != OK)
        abort();
    if (proof_file_parse(in, &file, NULL) != OK)
        return 0;
    block = malloc(size);
    if (block == NULL)
        abort();
    writer_init(&w, block, size);
    proof_file_encode(&w, &file);
    if (!bytes_equal(writer_done(&w), in))
        abort();
    free(block);
    if (proof_file_verify(&file, &leaf, &key, NULL, NULL) == OK)
        abort();
    /* Verifying alone, by whatever hashes the file has. */
    if (proof_verify_consistency(&file.proof, file.index, &leaf,
                                 file.index + size, &leaf) == OK &&
        size != 0)
        abort();
    return 0;
}
