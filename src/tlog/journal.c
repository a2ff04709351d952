#include "tlog/journal.h"

#include "base/reader.h"
#include "tlog/tree.h"

#include <assert.h>
#include <string.h>

#define HEADER_VERSION 1
#define HEADER_SUM_AT (JOURNAL_BLOCK - HASH_SIZE)
#define FRAME_SUM_AT 108

_Static_assert(76 + KEY_NAME_SIZE_MAX + CHECKPOINT_SIZE_MAX <= HEADER_SUM_AT,
               "a header fits a block");
_Static_assert(JOURNAL_FRAME_HEAD_SIZE + CHECKPOINT_SIZE_MAX <= JOURNAL_BLOCK,
               "so does a frame with a checkpoint");
_Static_assert(FRAME_SUM_AT + HASH_SIZE == JOURNAL_FRAME_HEAD_SIZE, "layout");

bool
journal_size_lawful(uint64_t size)
{
    return size >= JOURNAL_SIZE_MIN && size <= JOURNAL_SIZE_MAX &&
           size % JOURNAL_BLOCK == 0;
}

static struct hash
take_hash(struct reader *r, const char *clause)
{
    struct bytes b = reader_bytes(r, HASH_SIZE, clause);
    struct hash hash = {0};

    if (b.size == HASH_SIZE)
        memcpy(hash.b, b.p, HASH_SIZE);
    return hash;
}

static bool
all_zero(struct bytes in)
{
    size_t i;

    for (i = 0; i < in.size; i++)
        if (in.p[i] != 0)
            return false;
    return true;
}

static void
header_fields(struct reader *r, struct journal_header *h)
{
    uint32_t version;
    uint32_t block_size;
    size_t origin_size;
    size_t note_size;

    reader_expect(r, BYTES("KUFIJRNL"), "LOG 7.2");
    version = reader_be32(r, "LOG 7.2");
    block_size = reader_be32(r, "LOG 7.2");
    h->generation = reader_be64(r, "LOG 7.2");
    h->file_size = reader_be64(r, "LOG 7.2");
    h->base_size = reader_be64(r, "LOG 7.2");
    h->base_root = take_hash(r, "LOG 7.2");
    origin_size = reader_be16(r, "LOG 7.2");
    note_size = reader_be16(r, "LOG 7.2");
    if (version != HEADER_VERSION || block_size != JOURNAL_BLOCK)
        reader_refuse(r, ERR_FORMAT, "LOG 7.2", "another version");
    if (h->generation == 0 || h->base_size > TREE_SIZE_MAX)
        reader_refuse(r, ERR_FORMAT, "LOG 7.2", NULL);
    if (!journal_size_lawful(h->file_size))
        reader_refuse(r, ERR_FORMAT, "LOG 7.1", NULL);
    if (origin_size > KEY_NAME_SIZE_MAX || note_size > CHECKPOINT_SIZE_MAX)
        reader_refuse(r, ERR_LIMIT, "LOG 7.2", NULL);
    h->origin = reader_bytes(r, origin_size, "LOG 7.2");
    h->note = reader_bytes(r, note_size, "LOG 7.2");
    if (!note_name_valid(h->origin))
        reader_refuse(r, ERR_FORMAT, "LOG 7.2", "no name of a log");
}

enum err
journal_header_parse(struct bytes block, struct journal_header *out,
                     struct fault *fault)
{
    struct reader r = {.in = bytes_slice(block, 0, HEADER_SUM_AT)};
    struct journal_header h = {0};
    enum err e;

    if (block.size != JOURNAL_BLOCK)
        return fault_set(fault, ERR_SHORT, block.size, "LOG 7.2", NULL);
    h.sum = hash_of(r.in);
    if (memcmp(h.sum.b, block.p + HEADER_SUM_AT, HASH_SIZE) != 0)
        return fault_set(fault, ERR_SIGNATURE, HEADER_SUM_AT, "LOG 7.2",
                         "the sum does not hold");
    header_fields(&r, &h);
    if (!all_zero(reader_bytes(&r, reader_left(&r), "LOG 7.2")))
        reader_refuse(&r, ERR_FORMAT, "LOG 7.2", NULL);
    e = reader_end(&r, "LOG 7.2", fault);
    if (e == OK)
        *out = h;
    return e;
}

void
journal_header_encode(uint8_t block[JOURNAL_BLOCK],
                      struct journal_header *header)
{
    struct writer w;

    memset(block, 0, JOURNAL_BLOCK);
    writer_init(&w, block, HEADER_SUM_AT);
    writer_text(&w, "KUFIJRNL");
    writer_be32(&w, HEADER_VERSION);
    writer_be32(&w, JOURNAL_BLOCK);
    writer_be64(&w, header->generation);
    writer_be64(&w, header->file_size);
    writer_be64(&w, header->base_size);
    writer_bytes(&w, hash_bytes(&header->base_root));
    writer_be16(&w, (uint16_t)header->origin.size);
    writer_be16(&w, (uint16_t)header->note.size);
    writer_bytes(&w, header->origin);
    writer_bytes(&w, header->note);
    assert(!w.full);
    header->sum = hash_of((struct bytes){block, HEADER_SUM_AT});
    memcpy(block + HEADER_SUM_AT, header->sum.b, HASH_SIZE);
}

/* A frame holds entries or a checkpoint, never both and never nothing. */
static void
frame_check(struct reader *r, const struct journal_frame *f, uint32_t note_size)
{
    if ((f->count == 0) != (note_size > 0))
        reader_refuse(r, ERR_FORMAT, "LOG 7.4", NULL);
    if (f->count > JOURNAL_COUNT_MAX || f->payload_size > JOURNAL_PAYLOAD_MAX ||
        note_size > CHECKPOINT_SIZE_MAX)
        reader_refuse(r, ERR_LIMIT, "LOG 7.4", NULL);
    if (f->payload_size < f->count * 2 ||
        (f->count == 0 && f->payload_size != 0))
        reader_refuse(r, ERR_FORMAT, "LOG 7.4", NULL);
    if (f->first_index > (uint64_t)TREE_SIZE_MAX - f->count)
        reader_refuse(r, ERR_LIMIT, "LOG 7.4", NULL);
}

static struct hash
frame_sum(const uint8_t *head, struct bytes note)
{
    struct hash_stream stream;

    hash_begin(&stream);
    hash_add(&stream, (struct bytes){head, FRAME_SUM_AT});
    hash_add(&stream, note);
    return hash_end(&stream);
}

enum err
journal_frame_parse(struct bytes in, struct journal_frame *out,
                    struct fault *fault)
{
    struct reader r = {.in = bytes_slice(in, 0, JOURNAL_BLOCK)};
    struct journal_frame f = {0};
    uint32_t note_size;
    struct hash sum;

    reader_expect(&r, BYTES("KUFIFRAM"), "LOG 7.4");
    f.generation = reader_be64(&r, "LOG 7.4");
    f.block = reader_be64(&r, "LOG 7.4");
    f.first_index = reader_be64(&r, "LOG 7.4");
    f.count = reader_be32(&r, "LOG 7.4");
    f.payload_size = reader_be32(&r, "LOG 7.4");
    note_size = reader_be32(&r, "LOG 7.4");
    f.root = take_hash(&r, "LOG 7.4");
    f.previous = take_hash(&r, "LOG 7.5");
    f.sum = take_hash(&r, "LOG 7.5");
    frame_check(&r, &f, note_size);
    f.note = reader_bytes(&r, note_size, "LOG 7.7");
    if (r.fault.code == OK) {
        sum = frame_sum(in.p, f.note);
        if (!hash_equal(&sum, &f.sum))
            reader_refuse(&r, ERR_SIGNATURE, "LOG 7.5",
                          "the sum does not hold");
    }
    (void)reader_bytes(&r, reader_left(&r), "LOG 7.4"); /* entries, zeros */
    if (reader_end(&r, "LOG 7.4", fault) != OK)
        return r.fault.code;
    *out = f;
    return OK;
}

static size_t
frame_used(const struct journal_frame *frame)
{
    return JOURNAL_FRAME_HEAD_SIZE + frame->payload_size + frame->note.size;
}

uint64_t
journal_frame_blocks(const struct journal_frame *frame)
{
    return (frame_used(frame) + JOURNAL_BLOCK - 1) / JOURNAL_BLOCK;
}

void
journal_frame_encode(uint8_t *out, struct journal_frame *frame)
{
    size_t used = frame_used(frame);
    size_t size = (size_t)journal_frame_blocks(frame) * JOURNAL_BLOCK;
    struct writer w;

    writer_init(&w, out, JOURNAL_FRAME_HEAD_SIZE);
    writer_text(&w, "KUFIFRAM");
    writer_be64(&w, frame->generation);
    writer_be64(&w, frame->block);
    writer_be64(&w, frame->first_index);
    writer_be32(&w, frame->count);
    writer_be32(&w, frame->payload_size);
    writer_be32(&w, (uint32_t)frame->note.size);
    writer_bytes(&w, hash_bytes(&frame->root));
    writer_bytes(&w, hash_bytes(&frame->previous));
    assert(w.at == FRAME_SUM_AT);
    frame->sum = frame_sum(out, frame->note);
    writer_bytes(&w, hash_bytes(&frame->sum));
    if (frame->note.size > 0)
        memcpy(out + JOURNAL_FRAME_HEAD_SIZE, frame->note.p, frame->note.size);
    memset(out + used, 0, size - used);
}
