/*
 * The entries of a batch. Each entry has a place and a slot of its own before
 * any is made, so that a large batch is sealed by several threads: each has a
 * cursor of its own, and what comes out does not depend on how many there are.
 */
#include "node/book_int.h"

#include <stdatomic.h>

#include "os/pool.h"

/* Starting a thread costs what sealing some fifty entries does. */
#define SLICE 64
#define SLICES_WORTH_THREADS 4

struct job {
    struct book *book;
    atomic_int failed; /* an enum err; the last one where there are several */
};

static enum err
item_seal(struct book *book, unsigned worker, size_t i)
{
    const struct book_item *item = &book->items[i];
    uint8_t *place = book->entry_block + item->entry_at;
    struct writer w;
    enum err e;

    writer_init(&w, place, item->entry_size);
    if (item->sealed)
        e = entry_seal(&book->sealing[worker], book->slots.epoch, item->slot,
                       item->plain, &w);
    else
        e = entry_encode_open(&w, item->plain);
    book->entries[i] = writer_done(&w);
    return e;
}

static void
slice_seal(void *context, unsigned worker, size_t slice)
{
    struct job *job = context;
    size_t end = (slice + 1) * SLICE;
    size_t i;

    if (end > job->book->item_count)
        end = job->book->item_count;
    for (i = slice * SLICE; i < end; i++) {
        enum err e = item_seal(job->book, worker, i);

        if (e != OK)
            atomic_store(&job->failed, (int)e);
    }
}

static void
places_give(struct book *book, uint32_t slot)
{
    size_t at = 0;
    size_t i;

    for (i = 0; i < book->item_count; i++) {
        struct book_item *item = &book->items[i];

        item->entry_at = at;
        item->entry_size = item->plain.size + ENTRY_OVERHEAD_MAX;
        at += item->entry_size;
        if (item->sealed)
            item->slot = slot++;
    }
}

unsigned
book_threads(void)
{
    unsigned threads = pool_threads();

    return threads > BOOK_SEALERS_MAX ? BOOK_SEALERS_MAX : threads;
}

enum err
book_seal(struct book *book, uint32_t slot)
{
    struct job job = {.book = book};
    size_t slices = (book->item_count + SLICE - 1) / SLICE;
    unsigned threads = 1;

    atomic_init(&job.failed, (int)OK);
    places_give(book, slot);
    if (slices >= SLICES_WORTH_THREADS)
        threads = book_threads();
    pool_map(threads, slice_seal, &job, slices);
    return (enum err)atomic_load(&job.failed);
}
