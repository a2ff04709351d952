#include "store/load.h"

#include <stdlib.h>

#include "store/fold.h"
#include "tlog/tree.h"

/* What a bundle's events take, and what one of them is parsed into beside. */
#define PLAIN_SIZE ((size_t)TILE_WIDTH * EVENT_SIZE_MAX + EVENT_ARENA_SIZE)

static enum err
worker_init(struct load_worker *worker, const struct log_view *view,
            const struct keyring *keyring)
{
    worker->os = *view->os;
    seal_cursor_init(&worker->cursor, keyring);
    worker->bundle = malloc(BUNDLE_SIZE_MAX);
    return worker->bundle != NULL ? OK : ERR_LIMIT;
}

static enum err
chunk_init(struct load_chunk *chunk)
{
    for (size_t i = 0; i < LOAD_CHUNK_BUNDLES; i++) {
        struct load_slice *slice = &chunk->slices[i];

        slice->entries = malloc(TILE_WIDTH * sizeof(*slice->entries));
        slice->plain = malloc(PLAIN_SIZE);
        if (slice->entries == NULL || slice->plain == NULL)
            return ERR_LIMIT;
    }
    return OK;
}

enum err
load_init(struct load *load, const struct log_view *view,
          const struct keyring *keyring, uint64_t size, unsigned workers)
{
    enum err e = OK;

    *load = (struct load){.view = *view, .size = size};
    load->workers = calloc(workers, sizeof(*load->workers));
    if (load->workers == NULL)
        return ERR_LIMIT;
    for (; e == OK && load->worker_count < workers; load->worker_count++)
        e = worker_init(&load->workers[load->worker_count], view, keyring);
    for (size_t i = 0; e == OK && i < 2; i++)
        e = chunk_init(&load->chunks[i]);
    if (e != OK)
        load_deinit(load);
    return e;
}

void
load_deinit(struct load *load)
{
    for (unsigned i = 0; i < load->worker_count; i++) {
        seal_cursor_deinit(&load->workers[i].cursor);
        free(load->workers[i].bundle);
    }
    free(load->workers);
    for (size_t i = 0; i < 2 * LOAD_CHUNK_BUNDLES; i++) {
        struct load_slice *slice = &load->chunks[i / LOAD_CHUNK_BUNDLES]
                                        .slices[i % LOAD_CHUNK_BUNDLES];

        free(slice->entries);
        free(slice->plain);
    }
    *load = (struct load){0};
}

void
load_chunk_begin(const struct load *load, struct load_chunk *chunk,
                 uint64_t bundle)
{
    uint64_t first = bundle * TILE_WIDTH;

    chunk->count = 0;
    while (chunk->count < LOAD_CHUNK_BUNDLES && first < load->size) {
        struct load_slice *slice = &chunk->slices[chunk->count++];

        slice->first = first;
        slice->count =
            load->size - first < TILE_WIDTH ? load->size - first : TILE_WIDTH;
        slice->e = OK;
        first += slice->count;
    }
}

/* Parses; of all that is parsed beside an event, the logs that were seen are
 * kept, behind it. */
static enum err
event_load(struct bytes in, struct writer *plain, struct loaded *out,
           struct fault *fault)
{
    struct arena arena;
    enum err e;

    arena_init(&arena, plain->p + plain->at, EVENT_ARENA_SIZE);
    e = event_parse(in, &arena, &out->event, fault);
    if (e == OK && out->event.type == EVENT_CHECKPOINT_SEEN)
        plain->at += arena.used;
    return e;
}

enum err
load_entry(struct seal_cursor *cursor, struct bytes in, struct writer *plain,
           struct loaded *out, struct fault *fault)
{
    struct entry entry;
    struct bytes event;
    enum err e = entry_parse(in, &entry, fault);

    if (e != OK)
        return ERR_CORRUPT;
    event = entry.event;
    if (entry.sealed) {
        e = ERR_NOT_FOUND;
        if (cursor->keyring != NULL)
            e = entry_open(cursor, &entry, plain->p + plain->at,
                           plain->size - plain->at, &event);
        /* Its bytes are those of the log: another's key is none for it. */
        out->erased = e == ERR_NOT_FOUND || e == ERR_SIGNATURE;
        out->crossed = false;
        if (out->erased)
            return OK;
    } else {
        event.p = plain->p + plain->at;
        writer_bytes(plain, entry.event);
        plain->at = (size_t)(event.p - plain->p);
    }
    if (e != OK || plain->full)
        return fault_set(fault, ERR_CORRUPT, 0, "REC 6.4",
                         "an entry does not open");
    plain->at += event.size;
    out->erased = false;
    e = event_load(event, plain, out, fault);
    if (e != OK)
        return ERR_CORRUPT;
    out->crossed = fold_document(&out->event) != NULL;
    out->places = fold_places(&out->event);
    return OK;
}

static enum err
slice_load(struct load_worker *worker, const struct log_view *view,
           uint64_t size, struct load_slice *slice)
{
    struct tile_id id = {.index = slice->first / TILE_WIDTH,
                         .width = (uint16_t)slice->count};
    struct block block = {worker->bundle, BUNDLE_SIZE_MAX};
    struct tile_source source = view_tiles(view);
    struct hash leaves[TILE_WIDTH];
    struct bytes in;
    struct bundle bundle;
    struct writer plain;
    struct bytes entry;
    size_t at = 0;
    enum err e = view_bundle(view, size, id.index, block, &in);

    if (e == OK)
        e = source.read(source.context, &id, leaves);
    if (e != OK)
        return fault_set(&slice->fault, e, slice->first, "LOG 4.7",
                         "a bundle or its tile is missing or damaged");
    writer_init(&plain, slice->plain, (size_t)TILE_WIDTH * EVENT_SIZE_MAX);
    bundle = bundle_of(in, slice->count);
    while (e == OK && bundle_next(&bundle, &entry)) {
        struct hash leaf = tree_leaf(entry);

        if (!hash_equal(&leaf, &leaves[at]))
            e = fault_set(&slice->fault, ERR_CORRUPT, slice->first + at,
                          "LOG 1.1", "an entry does not have its leaf hash");
        else
            e = load_entry(&worker->cursor, entry, &plain, &slice->entries[at],
                           &slice->fault);
        at++;
    }
    if (e == OK && bundle_end(&bundle, &slice->fault) != OK)
        e = ERR_CORRUPT;
    if (e != OK) /* the entry, and not where in its bytes */
        slice->fault.at = slice->first + (at > 0 ? at - 1 : 0);
    return e;
}

void
load_slice(struct load *load, unsigned worker, struct load_slice *slice)
{
    struct load_worker *mine = &load->workers[worker];
    struct log_view view = load->view;

    view.os = &mine->os;
    slice->fault = (struct fault){0};
    slice->e = slice_load(mine, &view, load->size, slice);
}
