/* A list of the source `un`, as anybody may hand it in. */
#include "list_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"un.xml"};
    struct bytes file = {data, size};

    list_fuzz(LIST_UN, &file, names, 1);
    return 0;
}
