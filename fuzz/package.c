/* A package that is read is written the same. */
#include <stdlib.h>

#include "crypto/crypto.h"
#include "sync/package.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct checkpoint checkpoint = {.size = 1000, .root = {{1}}};
    struct bytes in = {data, size};
    static struct package package;
    struct writer w;
    uint8_t *block;

    if (crypto_init() != OK)
        abort();
    if (package_parse(in, &package, NULL) != OK)
        return 0;
    block = malloc(size);
    if (block == NULL)
        abort();
    writer_init(&w, block, size);
    package_encode(&w, &package);
    if (!bytes_equal(writer_done(&w), in))
        abort();
    free(block);
    /* Every tree begins with the empty one and with itself; nothing else is
     * proved. */
    if (package_verify(&package, &checkpoint) == OK &&
        package.start + package.count > 0 &&
        package.start + package.count != checkpoint.size)
        abort();
    return 0;
}
