/*
 * What is derived from the journal: tiles, bundles and the checkpoint's file;
 * and beginning the journal anew once they are on the disk.
 */
#include "tlog/log_int.h"

#include <assert.h>
#include <string.h>

#include "tlog/tile_file.h"

#define CHECKPOINT_NEW_PATH "checkpoint.new"

static enum err
tile_write(struct log *log, const struct tile_id *id, struct bytes in)
{
    struct log_view view = log_view_of(log);

    return log_judge(log, tile_file_write(&view, id, in));
}

/* The bundle number `i` of those that became full. */
static enum err
bundle_flush(struct log *log, size_t i)
{
    struct tile_id id = {
        .level = TILE_ENTRIES,
        .index = log->tail_first / TILE_WIDTH + i,
        .width = TILE_WIDTH,
    };
    size_t at = i == 0 ? 0 : log->bundle_end[i - 1];
    struct bytes in = {log->tail + at, log->bundle_end[i] - at};

    return tile_write(log, &id, in);
}

/* All are written: what is left in the tail is the unfinished bundle. */
static void
tail_shift(struct log *log)
{
    size_t gone;

    if (log->bundle_count == 0)
        return;
    gone = log->bundle_end[log->bundle_count - 1];
    log->tail_size -= gone;
    memmove(log->tail, log->tail + gone, log->tail_size);
    log->tail_first += log->bundle_count * TILE_WIDTH;
    log->bundle_count = 0;
    log->bundle_written = 0;
    log->tile_count = 0;
    log->tile_written = 0;
}

enum err
log_flush(struct log *log)
{
    enum err e = log->broken;

    while (e == OK && log->bundle_written < log->bundle_count) {
        e = bundle_flush(log, log->bundle_written);
        if (e == OK)
            log->bundle_written++;
    }
    while (e == OK && log->tile_written < log->tile_count) {
        const struct log_tile *tile = &log->tiles[log->tile_written];

        e = tile_write(log, &tile->id,
                       (struct bytes){tile->hashes[0].b, TILE_SIZE_MAX});
        if (e == OK)
            log->tile_written++;
    }
    if (e == OK)
        tail_shift(log);
    return e;
}

/* ----- Publishing. ----- */

static enum err
partial_write(struct log *log, size_t slot, const struct tile_id *id,
              struct bytes in)
{
    struct tile_id *last = &log->partial[slot];
    enum err e;

    if (id->width == TILE_WIDTH ||
        (last->index == id->index && last->width == id->width))
        return OK;
    e = tile_write(log, id, in);
    if (e == OK)
        *last = *id;
    return e;
}

enum err
log_write_partials(struct log *log)
{
    struct bytes tail = {log->tail, log->tail_size};
    struct tile_id id;
    uint8_t level;
    enum err e = OK;

    assert(log->bundle_count == 0);
    if (!tile_last(log_size(log), TILE_ENTRIES, &id))
        return OK;
    e = partial_write(log, TILE_LEVEL_COUNT, &id, tail);
    for (level = 0; e == OK && level < TILE_LEVEL_COUNT; level++) {
        struct bytes row = edge_tile(&log->edge, level, &id);

        if (row.size > 0)
            e = partial_write(log, level, &id, row);
    }
    return e;
}

enum err
log_place_checkpoint(struct log *log)
{
    struct os *os = log->config.os;
    struct folder dir = log->config.dir;
    struct file file;
    enum err e = log_write_partials(log);

    if (e != OK)
        return e;
    e = os->open(os, dir, CHECKPOINT_NEW_PATH, OPEN_REPLACE, 0644, &file);
    if (e != OK)
        return log_judge(log, e);
    e = os->write_at(os, file, 0, log_checkpoint(log));
    os->close(os, file);
    if (e == OK)
        e = os->rename(os, dir, CHECKPOINT_NEW_PATH, CHECKPOINT_PATH);
    if (e == OK) {
        log->note_placed = true;
        log->published = log->note_covers;
    }
    return log_judge(log, e);
}

bool
log_publish_due(const struct log *log, uint64_t monotonic_ns)
{
    if (log->broken != OK || log_size(log) == 0)
        return false;
    if (log->note_placed && log->note_covers == log_size(log))
        return false;
    return monotonic_ns - log->published_ns >= LOG_PUBLISH_INTERVAL_NS;
}

/* From here on no other checkpoint of this size can be signed. LOG 7.10 */
static enum err
checkpoint_commit(struct log *log)
{
    struct checkpoint checkpoint = {
        .origin = log->config.origin,
        .size = log_size(log),
        .root = edge_root(&log->edge),
    };
    struct journal_frame frame = {.first_index = log_size(log)};
    uint8_t note[CHECKPOINT_SIZE_MAX];
    struct writer w;
    enum err e = log_make_room(log, 1);

    if (e != OK)
        return e;
    writer_init(&w, note, sizeof(note));
    checkpoint_sign(&w, &checkpoint, log->config.key);
    assert(!w.full);
    frame.note = writer_done(&w);
    e = log_commit(log, &frame);
    if (e != OK)
        return e;
    memcpy(log->note, note, w.at);
    log->note_size = w.at;
    log->note_covers = checkpoint.size;
    log->note_placed = false;
    return OK;
}

enum err
log_publish(struct log *log)
{
    struct os *os = log->config.os;
    enum err e = log_flush(log);

    if (e != OK)
        return e;
    log->published_ns = os->monotonic_ns(os);
    if (log->note_size == 0 || log->note_covers != log_size(log))
        e = checkpoint_commit(log);
    if (e == OK && !log->note_placed)
        e = log_place_checkpoint(log);
    return e;
}

/* ----- Beginning the journal anew. ----- */

enum err
log_remove_partials(struct log *log)
{
    struct log_view view = log_view_of(log);
    uint8_t level;

    for (level = 0; level <= TILE_LEVEL_COUNT; level++) {
        bool entries = level == TILE_LEVEL_COUNT;
        unsigned bits = TILE_BITS * (entries ? 1u : level + 1u);
        uint64_t first = bits < 64 ? log->header.base_size >> bits : 0;
        uint64_t end = bits < 64 ? log_size(log) >> bits : 0;
        uint64_t index;

        for (index = first; index < end; index++) {
            enum err e = tile_file_remove_partials(
                &view, entries ? TILE_ENTRIES : level, index);

            if (e != OK)
                return log_judge(log, e);
        }
    }
    return OK;
}

/*
 * Until the new header is known to be on the disk nothing may be appended: a
 * crash leaves the old one or the new one, and both must mean the same.
 */
static enum err
header_switch(struct log *log)
{
    struct os *os = log->config.os;
    uint64_t generation = log->header.generation + 1;
    struct journal_header header = {
        .generation = generation,
        .file_size = log->header.file_size,
        .base_size = log_size(log),
        .base_root = edge_root(&log->edge),
        .origin = log->config.origin,
        .note = log_checkpoint(log),
    };
    uint64_t at = generation % JOURNAL_FIRST_BLOCK * JOURNAL_BLOCK;
    enum err e;

    journal_header_encode(log->frame, &header);
    log->unsettled = true;
    e = os->write_at(os, log->journal, at,
                     (struct bytes){log->frame, JOURNAL_BLOCK});
    if (e == OK && os->sync(os, log->journal) != OK)
        e = ERR_IO;
    if (e != OK)
        return log_judge(log, e);
    log->unsettled = false;
    log->header = header;
    log->block = JOURNAL_FIRST_BLOCK;
    log->previous = header.sum;
    return OK;
}

enum err
log_settle(struct log *log)
{
    struct os *os = log->config.os;
    enum err e = log_flush(log);

    if (e == OK)
        e = log_write_partials(log);
    if (e == OK && os->sync_all(os, log->config.dir) != OK)
        e = log_judge(log, ERR_IO);
    if (e == OK)
        e = log_remove_partials(log);
    return e == OK ? header_switch(log) : e;
}
