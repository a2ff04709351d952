/* A list of the source `ofac` in XML, as anybody may hand it in. */
#include "list_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"sdn.xml"};
    struct bytes file = {data, size};

    list_fuzz(LIST_OFAC, &file, names, 1);
    return 0;
}
