/* OFAC's four files of CSV, one after another with 0xFF between them, which is
 * in no UTF-8. */
#include "list_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[LIST_FUZZ_FILES_MAX] = {
        "sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"};
    struct bytes files[LIST_FUZZ_FILES_MAX];
    struct bytes rest = {data, size};
    size_t count = 0;

    do
        files[count++] = bytes_split(&rest, 0xFF);
    while (rest.size > 0 && count < LIST_FUZZ_FILES_MAX);
    list_fuzz(LIST_OFAC, files, names, count);
    return 0;
}
