#include "tlog/bundle.h"

#include <assert.h>

struct bundle
bundle_of(struct bytes in, uint64_t count)
{
    return (struct bundle){.reader = {.in = in}, .left = count};
}

bool
bundle_next(struct bundle *bundle, struct bytes *entry)
{
    struct bytes next;

    if (bundle->left == 0)
        return false;
    next = reader_bytes(&bundle->reader,
                        reader_be16(&bundle->reader, "LOG 4.6"), "LOG 4.6");
    if (bundle->reader.fault.code != OK)
        return false;
    bundle->left--;
    *entry = next;
    return true;
}

enum err
bundle_end(struct bundle *bundle, struct fault *fault)
{
    return reader_end(&bundle->reader, "LOG 4.6", fault);
}

enum err
bundle_find(struct bytes in, uint64_t at, struct bytes *entry)
{
    struct bundle bundle = bundle_of(in, at + 1);
    struct bytes last = {0};
    size_t end = 0;

    while (bundle_next(&bundle, &last))
        end = bundle.reader.at;
    if (bundle.left > 0)
        return end == in.size ? ERR_NOT_FOUND : ERR_SHORT;
    *entry = last;
    return OK;
}

void
bundle_write(struct writer *w, struct bytes entry)
{
    assert(entry.size <= ENTRY_SIZE_MAX);
    writer_be16(w, (uint16_t)entry.size);
    writer_bytes(w, entry);
}
