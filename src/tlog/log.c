#include "tlog/log.h"

#include "tlog/log_int.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ZEROS_SIZE (64 * JOURNAL_BLOCK)

_Static_assert(LOG_MEMORY_SIZE % JOURNAL_BLOCK == 0, "as aligned_alloc() asks");

enum err
log_judge(struct log *log, enum err e)
{
    if (e == OK || e == ERR_FULL)
        return e;
    log->broken = ERR_IO;
    return ERR_IO;
}

struct log_view
log_view_of(const struct log *log)
{
    return (struct log_view){
        .os = log->config.os,
        .dir = log->config.dir,
        .prefix = VIEW_LOG_PREFIX,
    };
}

uint64_t
log_size(const struct log *log)
{
    return log->edge.tree.size;
}

uint64_t
log_published(const struct log *log)
{
    return log->published;
}

struct bytes
log_checkpoint(const struct log *log)
{
    return (struct bytes){log->note, log->note_size};
}

unsigned
log_journal_used(const struct log *log)
{
    uint64_t blocks = log->header.file_size / JOURNAL_BLOCK;

    return (unsigned)(log->block * 100 / blocks);
}

/* ----- Making one. ----- */

/* Zeros all over, so that no later write has to find room on the disk. */
static enum err
journal_fill(const struct log_config *config, const struct log_base *base,
             struct file file, uint8_t *block)
{
    struct journal_header header = {
        .generation = 1,
        .file_size = config->journal_size,
        .base_size = base->size,
        .base_root = base->root,
        .origin = config->origin,
        .note = base->note,
    };
    struct os *os = config->os;
    uint64_t at;
    enum err e;

    memset(block, 0, ZEROS_SIZE);
    for (at = 0; at < config->journal_size; at += ZEROS_SIZE) {
        uint64_t left = config->journal_size - at;
        size_t size = left < ZEROS_SIZE ? (size_t)left : ZEROS_SIZE;

        e = os->write_at(os, file, at, (struct bytes){block, size});
        if (e != OK)
            return e;
    }
    journal_header_encode(block, &header);
    e = os->write_at(os, file, JOURNAL_BLOCK,
                     (struct bytes){block, JOURNAL_BLOCK});
    return e == OK ? os->sync(os, file) : e;
}

/* It gets its name when it is whole: a crash leaves none or a good one. */
static enum err
journal_make(const struct log_config *config, const struct log_base *base)
{
    struct os *os = config->os;
    uint8_t *block;
    struct file file;
    enum err e = os->open(os, config->dir, JOURNAL_PATH ".new", OPEN_REPLACE,
                          0600, &file);

    if (e != OK)
        return e;
    block = malloc(ZEROS_SIZE);
    e = block == NULL ? ERR_IO : journal_fill(config, base, file, block);
    free(block);
    os->close(os, file);
    if (e == OK)
        e = os->rename(os, config->dir, JOURNAL_PATH ".new", JOURNAL_PATH);
    if (e == OK)
        e = os->sync_folder(os, config->dir, "");
    return e;
}

enum err
log_create(const struct log_config *config)
{
    const struct log_base nothing = {.root =
                                         tree_root(&(struct tree){.size = 0})};

    return log_adopt(config, &nothing);
}

enum err
log_adopt(const struct log_config *config, const struct log_base *base)
{
    struct os *os = config->os;
    struct file file;
    enum err e;

    if (!journal_size_lawful(config->journal_size))
        return ERR_LIMIT;
    e = os->open(os, config->dir, JOURNAL_PATH, OPEN_READ, 0, &file);
    if (e == OK) {
        os->close(os, file);
        return ERR_CONFLICT;
    }
    if (e != ERR_NOT_FOUND)
        return e;
    e = os->make_folder(os, config->dir, "log", 0755);
    return e == OK ? journal_make(config, base) : e;
}

/* ----- Opening and letting go. ----- */

static enum err
memory_take(struct log *log)
{
    log->frame = log->config.memory;
    if (log->frame == NULL) {
        log->memory = aligned_alloc(JOURNAL_BLOCK, LOG_MEMORY_SIZE);
        log->frame = log->memory;
    }
    if (log->frame == NULL)
        return ERR_IO;
    log->tail = log->frame + JOURNAL_FRAME_SIZE_MAX;
    log->bundle = log->tail + LOG_TAIL_SIZE_MAX;
    return OK;
}

void
log_abandon(struct log *log)
{
    if (log->frame == NULL)
        return;
    free(log->memory);
    log->memory = NULL;
    log->frame = NULL;
    log->config.os->close(log->config.os, log->journal);
}

/* A checkpoint that cannot be placed for want of space is placed later. */
static enum err
publish_again(struct log *log)
{
    enum err e = OK;

    if (log_size(log) > 0 || log->note_size > 0)
        e = log_publish(log);
    return e == ERR_FULL ? OK : e;
}

enum err
log_open(struct log *log, const struct log_config *config,
         struct log_recovery *recovery, struct fault *fault)
{
    struct os *os = config->os;
    struct log_recovery found = {0};
    enum err e;

    memset(log, 0, sizeof(*log));
    log->config = *config;
    e = os->open(os, config->dir, JOURNAL_PATH, OPEN_WRITE, 0, &log->journal);
    if (e != OK)
        return fault_set(fault, e, 0, "LOG 7.1", "the journal cannot be read");
    e = os->lock(os, log->journal);
    if (e == OK)
        e = memory_take(log);
    if (e != OK) {
        os->close(os, log->journal);
        return fault_set(fault, e, 0, "LOG 7.1", "the journal is in use");
    }
    e = log_recover(log, &found, fault);
    if (e == OK) {
        e = publish_again(log);
        if (e != OK)
            (void)fault_set(fault, e, 0, "LOG 7.10", "nothing can be written");
    }
    if (e != OK)
        log_abandon(log);
    else if (recovery != NULL)
        *recovery = found;
    return e;
}

enum err
log_close(struct log *log)
{
    enum err e;

    if (log->frame == NULL)
        return OK;
    e = log_size(log) > 0 ? log_publish(log) : OK;
    if (e == OK && log->block > JOURNAL_FIRST_BLOCK)
        e = log_settle(log);
    log_abandon(log);
    return e;
}

/* ----- Appending. ----- */

static void
tile_keep(struct log *log, uint8_t level)
{
    struct log_tile *tile = &log->tiles[log->tile_count];
    struct bytes hashes = edge_tile(&log->edge, level, &tile->id);

    assert(log->tile_count < LOG_TILES_MAX);
    assert(hashes.size == sizeof(tile->hashes));
    memcpy(tile->hashes, hashes.p, hashes.size);
    log->tile_count++;
}

static void
leaf_take(struct log *log, const struct hash *leaf, size_t entry_end)
{
    unsigned filled;
    unsigned level;

    edge_append(&log->edge, leaf);
    filled = edge_filled(&log->edge);
    if (filled > 0)
        log->bundle_end[log->bundle_count++] = entry_end;
    for (level = 0; level < filled; level++)
        tile_keep(log, (uint8_t)level);
}

enum err
log_absorb(struct log *log, struct bytes payload, size_t count,
           struct hash *leaves)
{
    struct bundle bundle = bundle_of(payload, count);
    struct bytes entry;
    size_t i = 0;

    assert(log->tile_count == 0 && log->bundle_count == 0);
    log->before = log->edge;
    log->tail_before = log->tail_size;
    while (bundle_next(&bundle, &entry)) {
        struct hash leaf = tree_leaf(entry);

        leaf_take(log, &leaf, log->tail_size + bundle.reader.at);
        if (leaves != NULL)
            leaves[i++] = leaf;
    }
    memcpy(log->tail + log->tail_size, payload.p, payload.size);
    log->tail_size += payload.size;
    return bundle_end(&bundle, NULL);
}

void
log_revert(struct log *log)
{
    log->edge = log->before;
    log->tail_size = log->tail_before;
    log->tile_count = 0;
    log->bundle_count = 0;
}

/*
 * A frame that was refused may lie on the disk in part, or even whole: it is
 * overwritten for good, so that no crash brings it back.
 */
static enum err
frame_void(struct log *log)
{
    struct os *os = log->config.os;
    enum err e;

    memset(log->frame, 0, JOURNAL_BLOCK);
    e = os->write_at(os, log->journal, log->block * JOURNAL_BLOCK,
                     (struct bytes){log->frame, JOURNAL_BLOCK});
    if (e == OK)
        e = os->sync(os, log->journal);
    if (e != OK)
        return log_judge(log, ERR_IO);
    return ERR_FULL;
}

enum err
log_commit(struct log *log, struct journal_frame *frame)
{
    struct os *os = log->config.os;
    uint64_t blocks = journal_frame_blocks(frame);
    size_t size = (size_t)blocks * JOURNAL_BLOCK;
    enum err e;

    frame->generation = log->header.generation;
    frame->block = log->block;
    frame->root = edge_root(&log->edge);
    frame->previous = log->previous;
    if (frame->note.size > 0)
        memcpy(log->frame + JOURNAL_FRAME_HEAD_SIZE, frame->note.p,
               frame->note.size);
    journal_frame_encode(log->frame, frame);
    e = os->write_at(os, log->journal, log->block * JOURNAL_BLOCK,
                     (struct bytes){log->frame, size});
    if (e == ERR_FULL)
        return frame_void(log);
    if (e == OK && os->sync(os, log->journal) != OK)
        e = ERR_IO;
    if (e != OK)
        return log_judge(log, e);
    log->block += blocks;
    log->previous = frame->sum;
    return OK;
}

enum err
log_make_room(struct log *log, uint64_t blocks)
{
    uint64_t all = log->header.file_size / JOURNAL_BLOCK;

    if (!log->unsettled && blocks <= all - log->block)
        return OK;
    return log_settle(log);
}

/* ERR_LIMIT as log_append() says. */
static enum err
batch_size(const struct log *log, const struct bytes *entries, size_t count,
           uint32_t *size)
{
    uint64_t room = log->header.file_size -
                    JOURNAL_FIRST_BLOCK * JOURNAL_BLOCK -
                    JOURNAL_FRAME_HEAD_SIZE;
    uint64_t sum = 0;
    size_t i;

    if (count > LOG_BATCH_MAX || log_size(log) > TREE_SIZE_MAX - count)
        return ERR_LIMIT;
    for (i = 0; i < count; i++) {
        if (entries[i].size > ENTRY_SIZE_MAX)
            return ERR_LIMIT;
        sum += entries[i].size + 2;
    }
    if (sum > LOG_BATCH_BYTES_MAX || sum > room)
        return ERR_LIMIT;
    *size = (uint32_t)sum;
    return OK;
}

enum err
log_append(struct log *log, const struct bytes *entries, size_t count,
           struct hash *leaves, uint64_t *first)
{
    struct journal_frame frame = {.first_index = log_size(log)};
    struct writer w;
    size_t i;
    enum err e;

    assert(count > 0);
    if (log->broken != OK)
        return log->broken;
    e = batch_size(log, entries, count, &frame.payload_size);
    if (e != OK)
        return e;
    frame.count = (uint32_t)count;
    e = log_flush(log);
    if (e == OK)
        e = log_make_room(log, journal_frame_blocks(&frame));
    if (e != OK)
        return e;
    writer_init(&w, log->frame + JOURNAL_FRAME_HEAD_SIZE, frame.payload_size);
    for (i = 0; i < count; i++)
        bundle_write(&w, entries[i]);
    e = log_absorb(log, writer_done(&w), count, leaves);
    assert(e == OK);
    e = log_commit(log, &frame);
    if (e != OK)
        log_revert(log);
    else
        *first = frame.first_index;
    return e;
}

/* ----- Reading. ----- */

/* Whether an entry read from a file has the leaf hash in the tile beside it. */
static enum err
entry_check(const struct log *log, uint64_t index, struct bytes entry)
{
    struct log_view view = log_view_of(log);
    struct tile_source tiles = view_tiles(&view);
    struct tile_id id = {.index = index / TILE_WIDTH, .width = TILE_WIDTH};
    struct hash hashes[TILE_WIDTH];
    struct hash leaf = tree_leaf(entry);
    enum err e = tiles.read(tiles.context, &id, hashes);

    if (e == OK && !hash_equal(&leaf, &hashes[index % TILE_WIDTH]))
        e = ERR_CORRUPT;
    return e;
}

static enum err
entry_find(struct log *log, uint64_t index, struct bytes *entry)
{
    struct bytes tail = {log->tail, log->tail_size};
    struct block block = {log->bundle, BUNDLE_SIZE_MAX};
    struct log_view view = log_view_of(log);
    enum err e;

    if (index >= log_size(log))
        return ERR_NOT_FOUND;
    if (index >= log->tail_first)
        return bundle_find(tail, index - log->tail_first, entry);
    e = view_entry(&view, log_size(log), index, block, entry);
    if (e == OK)
        e = entry_check(log, index, *entry);
    return e == ERR_NOT_FOUND || e == ERR_LIMIT ? ERR_CORRUPT : e;
}

enum err
log_read(struct log *log, uint64_t index, uint8_t *out, size_t out_size,
         size_t *size)
{
    struct bytes entry;
    enum err e;

    if (log->broken != OK)
        return log->broken;
    e = entry_find(log, index, &entry);
    if (e != OK)
        return e;
    if (entry.size > out_size)
        return ERR_LIMIT;
    memcpy(out, entry.p, entry.size);
    *size = entry.size;
    return OK;
}
