/*
 * Bytes through escrow_share_parse() and escrow_bundle_parse(): a share that is
 * taken is written as the same bytes again, as it is and with the right sum
 * behind it; what a bundle holds is taken apart within its bounds. SYN 8.7
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "node/escrow.h"

#define SUM_LINE_SIZE 13 /* "sum ", 8 digits, LF */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
try_share(struct bytes in)
{
    uint8_t again[ESCROW_SHARE_SIZE_MAX];
    struct escrow_share share;
    struct fault fault = {0};
    struct writer w;

    if (escrow_share_parse(in, &share, &fault) != OK) {
        must(fault.code != OK && fault.clause != NULL);
        return;
    }
    writer_init(&w, again, sizeof(again));
    escrow_share_write(&w, &share);
    must(bytes_equal(writer_done(&w), in));
    must(share.share.number >= 1 && share.share.number <= share.set.count);
    must(share.set.threshold >= 2 && share.set.threshold <= share.set.count);
}

/* The same with the sum that its other lines have. */
static void
try_summed(struct bytes in)
{
    uint8_t block[ESCROW_SHARE_SIZE_MAX];
    struct hash sum;
    struct writer w;

    if (in.size < SUM_LINE_SIZE)
        return;
    in.size -= SUM_LINE_SIZE;
    sum = hash_of(in);
    writer_init(&w, block, sizeof(block));
    writer_bytes(&w, in);
    writer_text(&w, "sum ");
    writer_hex(&w, be32_read(sum.b), 8);
    writer_text(&w, "\n");
    if (writer_end(&w) == OK)
        try_share(writer_done(&w));
}

static void
try_bundle(struct bytes in)
{
    struct escrow_bundle bundle;
    struct fault fault = {0};
    struct bytes content = in;
    struct bytes file;

    if (escrow_bundle_parse(in, &bundle, &fault) == OK) {
        must(bundle.head.size + bundle.sealed.size == in.size);
        must(escrow_bundle_size(&bundle) < in.size);
    } else {
        must(fault.code != OK && fault.clause != NULL);
    }
    while (escrow_next(&content, &file, &fault))
        must(file.p >= in.p && file.p + file.size <= in.p + in.size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes in = {data, size};

    try_share(in);
    try_summed(in);
    try_bundle(in);
    return 0;
}
