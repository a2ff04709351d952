/*
 * Opening: the header says which entries are in tiles, the frames after it hold
 * the rest. LOG 7.9
 */
#include "tlog/log_int.h"

#include <string.h>

static enum err
corrupt(struct fault *fault, uint64_t at, const char *clause, const char *what)
{
    return fault_set(fault, ERR_CORRUPT, (size_t)at, clause, what);
}

/*
 * Takes over a checkpoint signed before, which must be of this log and key and
 * must not go past what the journal has at this place.
 */
static enum err
note_adopt(struct log *log, struct bytes note, struct fault *fault)
{
    struct note_key key =
        note_key_of(log->config.origin, NOTE_ED25519, &log->config.key->public);
    struct checkpoint checkpoint;
    struct hash root = edge_root(&log->edge);
    enum err e = checkpoint_open(note, &key, &checkpoint, fault);

    if (e != OK)
        return fault_set(fault, ERR_SIGNATURE, 0, "LOG 7.7",
                         "a checkpoint is not signed by this node's key");
    if (checkpoint.size > log_size(log))
        return corrupt(fault, 0, "LOG 7.9", "entries that were signed lack");
    if (checkpoint.size == log_size(log) &&
        !hash_equal(&checkpoint.root, &root))
        return corrupt(fault, 0, "LOG 7.9", "another history was signed");
    memcpy(log->note, note.p, note.size);
    log->note_size = note.size;
    log->note_covers = checkpoint.size;
    return OK;
}

/* The entries of the unfinished bundle at the base, which stay in memory. */
static enum err
tail_restore(struct log *log)
{
    struct log_view view = log_view_of(log);
    struct block block = {log->tail, BUNDLE_SIZE_MAX};
    uint64_t size = log_size(log);
    struct bytes bytes;
    struct bytes entry;
    struct bundle bundle;
    size_t i;
    enum err e;

    log->tail_first = size - size % TILE_WIDTH;
    if (size == log->tail_first)
        return OK;
    e = view_bundle(&view, size, size / TILE_WIDTH, block, &bytes);
    if (e != OK)
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    bundle = bundle_of(bytes, size % TILE_WIDTH);
    for (i = 0; bundle_next(&bundle, &entry); i++) {
        struct hash leaf = tree_leaf(entry);

        if (!hash_equal(&leaf, &log->edge.row[0][i]))
            return ERR_CORRUPT;
    }
    log->tail_size = bytes.size;
    return OK;
}

/* The tree of the base from its tiles, which were synced before. LOG 7.8 */
static enum err
base_restore(struct log *log, struct fault *fault)
{
    struct log_view view = log_view_of(log);
    struct tile_source tiles = view_tiles(&view);
    struct hash root;
    enum err e = edge_restore(&log->edge, log->header.base_size, &tiles);

    if (e == OK) {
        root = edge_root(&log->edge);
        if (!hash_equal(&root, &log->header.base_root))
            e = ERR_CORRUPT;
    }
    if (e == OK)
        e = tail_restore(log);
    if (e == ERR_NOT_FOUND || e == ERR_FORMAT || e == ERR_CORRUPT)
        return corrupt(fault, 0, "LOG 7.8", "the tiles below the journal");
    return e;
}

static enum err
header_adopt(struct log *log, const struct journal_walk *walk,
             struct fault *fault)
{
    struct bytes block = {log->header_block, JOURNAL_BLOCK};
    enum err e;

    memcpy(log->header_block, walk->header_block, JOURNAL_BLOCK);
    e = journal_header_parse(block, &log->header, fault);
    if (e != OK)
        return e;
    if (!bytes_equal(log->header.origin, log->config.origin))
        return fault_set(fault, ERR_CONFLICT, 0, "LOG 7.2",
                         "the journal is of another log");
    e = base_restore(log, fault);
    if (e == OK && log->header.note.size > 0)
        e = note_adopt(log, log->header.note, fault);
    return e;
}

/* Whether the frame's entries lead to the frame's root; taken in when so. */
static enum err
frame_take(struct log *log, const struct journal_frame *frame,
           struct bytes payload, bool *holds)
{
    struct hash root;
    enum err e = log_flush(log);

    if (e != OK)
        return e;
    e = log_absorb(log, payload, frame->count, NULL);
    root = edge_root(&log->edge);
    *holds = e == OK && hash_equal(&root, &frame->root);
    if (!*holds)
        log_revert(log);
    return OK;
}

/*
 * The partial tiles of a checkpoint that was published are written again: the
 * disk may have lost them, and readers still may ask for them.
 */
static enum err
frame_note(struct log *log, const struct journal_frame *frame,
           struct fault *fault)
{
    enum err e;

    if (frame->note.size == 0)
        return OK;
    e = note_adopt(log, frame->note, fault);
    if (e == OK && log->note_covers != log_size(log))
        return corrupt(fault, frame->block * JOURNAL_BLOCK, "LOG 7.7",
                       "a checkpoint of another size");
    if (e == OK)
        e = log_flush(log);
    return e == OK ? log_write_partials(log) : e;
}

static enum err
frames_replay(struct log *log, struct journal_walk *walk,
              struct log_recovery *found, struct fault *fault)
{
    struct journal_frame frame;
    struct bytes payload;
    bool holds = true;
    enum err e;

    for (;;) {
        e = journal_walk_next(walk, &frame, &payload);
        if (e == OK)
            e = frame_take(log, &frame, payload, &holds);
        if (e != OK || !holds)
            break;
        e = frame_note(log, &frame, fault);
        if (e != OK)
            return e;
        journal_walk_accept(walk, &frame);
        found->frames++;
        found->replayed += frame.count;
    }
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    return journal_walk_end(walk, &found->torn, fault);
}

/*
 * A checkpoint that lies where it was published tells what once was there: a
 * log that ends before it has lost entries, and must not go on from there.
 */
static enum err
checkpoint_compare(struct log *log, struct fault *fault)
{
    struct log_view view = log_view_of(log);
    struct note_key key =
        note_key_of(log->config.origin, NOTE_ED25519, &log->config.key->public);
    struct hash root = edge_root(&log->edge);
    struct checkpoint checkpoint;
    struct bytes note;
    enum err e = view_checkpoint(&view, log->bundle, BUNDLE_SIZE_MAX, &note);

    if (e == ERR_IO)
        return e;
    if (e != OK || checkpoint_open(note, &key, &checkpoint, NULL) != OK)
        return OK; /* lost or torn with the power; it is written again */
    if (checkpoint.size > log_size(log))
        return corrupt(fault, 0, "LOG 7.9", "entries that were signed lack");
    if (checkpoint.size == log_size(log) &&
        !hash_equal(&checkpoint.root, &root))
        return corrupt(fault, 0, "LOG 7.9", "another history was signed");
    return OK;
}

static enum err
journal_read(struct log *log, struct file direct, struct log_recovery *found,
             struct fault *fault)
{
    struct journal_walk walk;
    enum err e =
        journal_walk_begin(&walk, log->config.os, direct, log->frame, fault);

    if (e == OK)
        e = header_adopt(log, &walk, fault);
    if (e == OK)
        e = frames_replay(log, &walk, found, fault);
    if (e == OK)
        e = checkpoint_compare(log, fault);
    if (e != OK)
        return e;
    log->block = walk.block;
    log->previous = walk.previous;
    found->size = log_size(log);
    found->generation = log->header.generation;
    found->published = log->note_covers;
    return OK;
}

enum err
log_recover(struct log *log, struct log_recovery *found, struct fault *fault)
{
    struct os *os = log->config.os;
    struct file direct;
    enum err e = os->open(os, log->config.dir, JOURNAL_PATH, OPEN_READ_DIRECT,
                          0, &direct);

    if (e == OK) {
        e = journal_read(log, direct, found, fault);
        os->close(os, direct);
    }
    /* What was read may still be on its way to the disk. */
    if (e == OK && os->sync(os, log->journal) != OK)
        e = ERR_IO;
    if (e == ERR_IO || e == ERR_FULL || e == ERR_DENIED)
        return fault_set(fault, e, 0, "LOG 7.9", "the disk does not answer");
    return e;
}
