/* A list of the source `documents`, as anybody may hand it in. */
#include "list_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"documents.csv"};
    struct bytes file = {data, size};

    list_fuzz(LIST_DOCUMENTS, &file, names, 1);
    return 0;
}
