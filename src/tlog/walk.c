/* Walking through a journal on disk, for recovery and for verifying. */
#include "tlog/walk.h"

#include <string.h>

static enum err
corrupt(struct fault *fault, uint64_t at, const char *clause, const char *what)
{
    return fault_set(fault, ERR_CORRUPT, (size_t)at, clause, what);
}

/*
 * Fills the buffer from `block` on. A file that ends before is a short window:
 * whoever needs more says what that means.
 */
static enum err
window_read(struct journal_walk *walk, uint64_t block, size_t size)
{
    size_t got;
    enum err e = walk->os->read_at(walk->os, walk->file, block * JOURNAL_BLOCK,
                                   walk->buffer, size, &got);

    if (e != OK)
        return e;
    walk->window_block = block;
    walk->window_size = got / JOURNAL_BLOCK * JOURNAL_BLOCK;
    return OK;
}

static uint64_t
block_count(const struct journal_walk *walk)
{
    return walk->header.file_size / JOURNAL_BLOCK;
}

/* `size` bytes from `block` on, read when the window does not hold them. */
static enum err
window_get(struct journal_walk *walk, uint64_t block, size_t size,
           struct bytes *out)
{
    uint64_t skipped = (block - walk->window_block) * JOURNAL_BLOCK;
    enum err e;

    if (block < walk->window_block || skipped > walk->window_size ||
        walk->window_size - skipped < size) {
        e = window_read(walk, block, JOURNAL_FRAME_SIZE_MAX);
        if (e != OK)
            return e;
        skipped = 0;
    }
    *out = (struct bytes){walk->buffer + skipped, walk->window_size - skipped};
    return out->size < size ? ERR_CORRUPT : OK;
}

/* The valid header with the greater generation, from blocks 0 and 1. */
static enum err
header_choose(struct bytes blocks, struct journal_header *out, size_t *at)
{
    enum err found = ERR_NOT_FOUND;
    struct journal_header h;
    size_t i;

    for (i = 0; i < JOURNAL_FIRST_BLOCK; i++) {
        struct bytes block =
            bytes_slice(blocks, i * JOURNAL_BLOCK, JOURNAL_BLOCK);

        if (journal_header_parse(block, &h, NULL) != OK ||
            h.generation % JOURNAL_FIRST_BLOCK != i)
            continue;
        if (found == OK && h.generation < out->generation)
            continue;
        *out = h;
        *at = i;
        found = OK;
    }
    return found;
}

enum err
journal_walk_begin(struct journal_walk *walk, struct os *os, struct file file,
                   uint8_t *buffer, struct fault *fault)
{
    uint64_t size;
    size_t at = 0;
    struct bytes block;
    enum err e;

    *walk = (struct journal_walk){.os = os, .file = file, .buffer = buffer};
    e = os->size(os, file, &size);
    if (e != OK)
        return e;
    if (!journal_size_lawful(size))
        return corrupt(fault, size, "LOG 7.1", "the journal's size");
    e = window_read(walk, 0, JOURNAL_FIRST_BLOCK * JOURNAL_BLOCK);
    if (e != OK)
        return e;
    block = (struct bytes){buffer, walk->window_size};
    if (header_choose(block, &walk->header, &at) != OK)
        return corrupt(fault, 0, "LOG 7.3", "no header is valid");
    memcpy(walk->header_block, buffer + at * JOURNAL_BLOCK, JOURNAL_BLOCK);
    block = (struct bytes){walk->header_block, JOURNAL_BLOCK};
    e = journal_header_parse(block, &walk->header, fault);
    if (e != OK)
        return e;
    if (walk->header.file_size != size)
        return corrupt(fault, size, "LOG 7.3", "the journal's size");
    walk->block = JOURNAL_FIRST_BLOCK;
    walk->previous = walk->header.sum;
    walk->next_index = walk->header.base_size;
    walk->window_size = 0;
    return OK;
}

/* Whether the frame is the one that must stand here. LOG 7.5 */
static bool
frame_follows(const struct journal_walk *walk,
              const struct journal_frame *frame)
{
    return frame->generation == walk->header.generation &&
           frame->block == walk->block &&
           frame->first_index == walk->next_index &&
           hash_equal(&frame->previous, &walk->previous) &&
           journal_frame_blocks(frame) <= block_count(walk) - walk->block;
}

enum err
journal_walk_next(struct journal_walk *walk, struct journal_frame *frame,
                  struct bytes *payload)
{
    struct journal_frame f;
    struct bytes in;
    size_t size;
    enum err e;

    if (walk->block == block_count(walk))
        return ERR_NOT_FOUND;
    e = window_get(walk, walk->block, JOURNAL_BLOCK, &in);
    if (e != OK)
        return e;
    if (journal_frame_parse(in, &f, NULL) != OK || !frame_follows(walk, &f))
        return ERR_NOT_FOUND;
    size = (size_t)journal_frame_blocks(&f) * JOURNAL_BLOCK;
    e = window_get(walk, walk->block, size, &in);
    if (e != OK)
        return e;
    /* The window may have moved, and with it what the frame borrows. */
    if (journal_frame_parse(in, &f, NULL) != OK || !frame_follows(walk, &f))
        return ERR_NOT_FOUND;
    *frame = f;
    *payload = bytes_slice(in, JOURNAL_FRAME_HEAD_SIZE, f.payload_size);
    return OK;
}

void
journal_walk_accept(struct journal_walk *walk,
                    const struct journal_frame *frame)
{
    walk->block += journal_frame_blocks(frame);
    walk->previous = frame->sum;
    walk->next_index += frame->count;
}

/*
 * What a frame at `block`, at or after the end of the walk, says about it. Only
 * the first may be of this generation: it was in flight when the node died. A
 * later one was written after that had been acknowledged; one of a later
 * generation after the header of that had been synced.
 */
static bool
frame_contradicts(const struct journal_walk *walk, uint64_t block,
                  const struct journal_frame *frame)
{
    if (frame->block != block || frame->generation < walk->header.generation)
        return false;
    return block > walk->block || !frame_follows(walk, frame);
}

enum err
journal_walk_end(struct journal_walk *walk, bool *torn, struct fault *fault)
{
    uint64_t block;
    bool begun = false;

    for (block = walk->block; block < block_count(walk); block++) {
        struct journal_frame f;
        struct bytes in;
        enum err e = window_get(walk, block, JOURNAL_BLOCK, &in);

        if (e != OK)
            return e;
        if (journal_frame_parse(in, &f, NULL) != OK)
            continue;
        if (frame_contradicts(walk, block, &f))
            return corrupt(fault, walk->block * JOURNAL_BLOCK, "LOG 7.9",
                           "an acknowledged frame is damaged");
        if (block == walk->block && f.generation == walk->header.generation)
            begun = true;
    }
    *torn = begun;
    return OK;
}

enum err
journal_walk_same(struct journal_walk *walk)
{
    struct journal_header h;
    size_t at;
    enum err e = window_read(walk, 0, JOURNAL_FIRST_BLOCK * JOURNAL_BLOCK);

    if (e != OK)
        return e;
    e = header_choose((struct bytes){walk->buffer, walk->window_size}, &h, &at);
    return e == OK && hash_equal(&h.sum, &walk->header.sum) ? OK : ERR_BUSY;
}
