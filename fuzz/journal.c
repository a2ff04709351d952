/*
 * A block taken for a header or a frame is written the same again; all but a
 * frame's entries and the zeros after them, which other sums and none cover.
 */
#include <stdlib.h>
#include <string.h>

#include "tlog/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
header_check(struct bytes in)
{
    uint8_t block[JOURNAL_BLOCK];
    struct journal_header header;

    if (journal_header_parse(in, &header, NULL) != OK)
        return;
    journal_header_encode(block, &header);
    if (!bytes_equal((struct bytes){block, JOURNAL_BLOCK}, in))
        abort();
}

static void
frame_check(struct bytes in)
{
    static uint8_t frame[JOURNAL_FRAME_SIZE_MAX];
    struct journal_frame f;
    size_t used;

    if (journal_frame_parse(in, &f, NULL) != OK)
        return;
    if (journal_frame_blocks(&f) * JOURNAL_BLOCK > sizeof(frame))
        abort();
    used = JOURNAL_FRAME_HEAD_SIZE + f.note.size;
    memcpy(frame + JOURNAL_FRAME_HEAD_SIZE, in.p + JOURNAL_FRAME_HEAD_SIZE,
           f.note.size);
    journal_frame_encode(frame, &f);
    if (memcmp(frame, in.p, used) != 0)
        abort();
}

/* The sum that would let the bytes pass, so that fuzzing gets behind it. */
static void
sums_mend(uint8_t block[JOURNAL_BLOCK])
{
    uint32_t note_size = be32_read(block + 40);
    struct hash_stream stream;
    struct hash sum;

    sum = hash_of((struct bytes){block, JOURNAL_BLOCK - HASH_SIZE});
    memcpy(block + JOURNAL_BLOCK - HASH_SIZE, sum.b, HASH_SIZE);
    if (note_size > CHECKPOINT_SIZE_MAX)
        return;
    hash_begin(&stream);
    hash_add(&stream, (struct bytes){block, 108});
    hash_add(&stream,
             (struct bytes){block + JOURNAL_FRAME_HEAD_SIZE, note_size});
    sum = hash_end(&stream);
    memcpy(block + 108, sum.b, HASH_SIZE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t block[JOURNAL_BLOCK] = {0};
    struct bytes in = {block, JOURNAL_BLOCK};

    header_check((struct bytes){data, size});
    frame_check((struct bytes){data, size});
    if (size > JOURNAL_BLOCK)
        size = JOURNAL_BLOCK;
    if (size > 0)
        memcpy(block, data, size);
    sums_mend(block);
    header_check(in);
    frame_check(in);
    return 0;
}
