#include "node/restore_int.h"

#include <assert.h>
#include <string.h>

#include "sync/cosignatures.h"
#include "tlog/tile_file.h"

void
restore_init(struct restore *restore, const struct restore_config *config)
{
    memset(restore, 0, offsetof(struct restore, leaves));
    restore->config = *config;
    restore->os = *config->os;
    restore->name = hash_of(config->origin);
}

void
restore_deinit(struct restore *restore)
{
    int last = -1;

    /* Forms of one place share its folder, and follow one another. */
    for (size_t i = 0; i < restore->source_count; i++) {
        struct folder folder = restore->sources[i].folder;

        if (folder.fd != last)
            restore->os.folder_close(&restore->os, folder);
        last = folder.fd;
    }
    restore->source_count = 0;
}

/* ----- Choosing, and what is left. ----- */

static bool
is_signed(const struct restore_mark *mark)
{
    return mark->kind != RESTORE_SEEN;
}

/* Two marks of one size must have one root. */
static void
forks_look(struct restore *restore)
{
    for (size_t i = 1; i < restore->mark_count; i++) {
        const struct restore_mark *a = &restore->marks[i - 1];
        const struct restore_mark *b = &restore->marks[i];

        if (a->size == b->size && !hash_equal(&a->root, &b->root))
            restore->fork = true;
    }
}

/* The largest signed one whose tree somebody has. */
static enum err
goal_find(struct restore *restore)
{
    for (size_t i = restore->mark_count; i > 0; i--) {
        struct restore_mark *mark = &restore->marks[i - 1];

        if (!is_signed(mark))
            continue;
        if (mark->size > restore->latest)
            restore->latest = mark->size;
        restore->goal = mark;
        if (restore_tree_begin(restore) == OK)
            return OK;
    }
    restore->goal = NULL;
    return ERR_NOT_FOUND;
}

static void
lost_add(struct restore *restore, uint64_t first, uint64_t end)
{
    struct restore_range *last = &restore->lost[restore->lost_count];

    if (restore->lost_count > 0 &&
        (last[-1].end == first || restore->lost_count == RESTORE_LOST_MAX)) {
        last[-1].end = end;
        return;
    }
    *last = (struct restore_range){first, end};
    restore->lost_count++;
}

/* Compares what was read so far with all that vouch for this size. */
static void
marks_compare(struct restore *restore, size_t *at)
{
    uint64_t size = restore->edge.tree.size;
    struct hash root;

    while (*at < restore->mark_count && restore->marks[*at].size < size)
        (*at)++;
    if (*at == restore->mark_count || restore->marks[*at].size != size)
        return;
    root = edge_root(&restore->edge);
    for (size_t i = *at;
         i < restore->mark_count && restore->marks[i].size == size; i++) {
        struct restore_mark *mark = &restore->marks[i];

        mark->verdict =
            hash_equal(&mark->root, &root) ? RESTORE_AGREES : RESTORE_DIFFERS;
        if (mark->verdict == RESTORE_DIFFERS) {
            restore->fork = true;
        } else if (is_signed(mark) &&
                   (restore->best == NULL || restore->best->size < size)) {
            restore->best = mark;
            restore->best_edge = restore->edge;
        }
    }
}

/* What vouches for the most, of what is older than the time asked for. */
static void
proof_find(struct restore *restore)
{
    int64_t before_s = restore->config.trusted_before.ms / 1000;

    for (size_t i = 0; i < restore->mark_count; i++) {
        const struct restore_mark *mark = &restore->marks[i];

        if (mark->kind != RESTORE_SIGNED && mark->time_s < before_s &&
            mark->verdict == RESTORE_AGREES)
            restore->proved = mark;
    }
}

static void
bundle_append(struct restore *restore, uint16_t width, size_t *mark_at)
{
    for (size_t i = 0; i < width; i++) {
        edge_append(&restore->edge, &restore->leaves[i]);
        marks_compare(restore, mark_at);
    }
}

enum err
restore_find(struct restore *restore)
{
    size_t mark_at = 0;
    enum err e;

    restore_probe(restore);
    forks_look(restore);
    e = goal_find(restore);
    if (e != OK)
        return e;
    marks_compare(restore, &mark_at);
    for (uint64_t first = 0; first < restore->goal->size; first += TILE_WIDTH) {
        uint64_t index = first / TILE_WIDTH;
        uint16_t width = tile_width(restore->goal->size, TILE_ENTRIES, index);

        if (!restore_tree_bundle(restore, index))
            lost_add(restore, first, first + width);
        else if (restore->lost_count == 0)
            bundle_append(restore, width, &mark_at);
    }
    if (restore->config.trusted_only_before)
        proof_find(restore);
    return restore->best == NULL ? ERR_NOT_FOUND : OK;
}

/* ----- Writing. ----- */

static enum err
tiles_write(struct restore *restore, const struct log_view *out)
{
    unsigned filled = edge_filled(&restore->edge);
    enum err e = OK;

    for (unsigned level = 0; e == OK && level < filled; level++) {
        struct tile_id id;
        struct bytes in = edge_tile(&restore->edge, (uint8_t)level, &id);

        e = tile_file_write(out, &id, in);
    }
    return e;
}

/* The entries of a bundle up to the end of the log; the tiles that they make
 * full. */
static enum err
bundle_write_out(struct restore *restore, const struct log_view *out,
                 uint64_t index)
{
    uint64_t size = restore->best->size;
    struct tile_id id = {.level = TILE_ENTRIES,
                         .index = index,
                         .width = tile_width(size, TILE_ENTRIES, index)};
    struct bytes in = {restore->bundle, restore->bundle_size};
    size_t cut;
    enum err e = restore_leaves(in, id.width, restore->leaves, &cut);

    if (e == OK)
        e = tile_file_write(out, &id, bytes_slice(in, 0, cut));
    for (size_t i = 0; e == OK && i < id.width; i++)
        edge_append(&restore->edge, &restore->leaves[i]);
    return e == OK && id.width == TILE_WIDTH ? tiles_write(restore, out) : e;
}

static enum err
partials_write(struct restore *restore, const struct log_view *out)
{
    enum err e = OK;

    for (uint8_t level = 0; e == OK && level < TILE_LEVEL_COUNT; level++) {
        struct tile_id id;
        struct bytes in = edge_tile(&restore->edge, level, &id);

        if (in.size > 0 && id.width < TILE_WIDTH)
            e = tile_file_write(out, &id, in);
    }
    return e;
}

/*
 * The checkpoint with what all notes of it have by way of cosignatures; as it
 * was found when there is no roster to know cosigners by.
 */
static enum err
note_merge(struct restore *restore, uint8_t block[MIRROR_NOTE_SIZE_MAX],
           struct bytes *out)
{
    const struct restore_mark *best = restore->best;
    struct bytes note = best->note;

    for (size_t i = 0;
         restore->config.roster != NULL && i < restore->mark_count; i++) {
        const struct restore_mark *mark = &restore->marks[i];
        struct writer w;
        bool more;

        if (mark->kind != RESTORE_SIGNED || mark->size != best->size)
            continue;
        writer_init(&w, block, MIRROR_NOTE_SIZE_MAX);
        /* One with a bad line gives nothing. */
        if (cosignatures_merge(&w, restore->config.roster, restore->config.key,
                               note, mark->note, &more) != OK)
            continue;
        note = arena_copy(restore->config.arena, writer_done(&w));
        if (note.p == NULL)
            return ERR_LIMIT;
    }
    *out = note;
    return OK;
}

static enum err
checkpoint_write(struct restore *restore, const struct log_view *out)
{
    uint8_t block[MIRROR_NOTE_SIZE_MAX];
    char path[OS_PATH_SIZE_MAX];
    char parent[OS_PATH_SIZE_MAX];
    struct bytes note;
    size_t size = strlen(out->prefix);
    enum err e = note_merge(restore, block, &note);

    assert(size + sizeof("checkpoint") <= sizeof(path));
    memcpy(path, out->prefix, size);
    memcpy(path + size, "checkpoint", sizeof("checkpoint"));
    memcpy(parent, out->prefix, size + 1);
    if (size > 0)
        parent[size - 1] = '\0';
    if (e == OK)
        e = out->os->sync_all(out->os, out->dir);
    return e == OK
               ? os_replace_file(out->os, out->dir, path, parent, note, 0644)
               : e;
}

enum err
restore_write(struct restore *restore, const struct log_view *out)
{
    uint64_t size = restore->best->size;
    enum err e = OK;

    restore->edge = (struct edge){.tree = {.size = 0}};
    for (uint64_t first = 0; e == OK && first < size; first += TILE_WIDTH) {
        /* It was there a moment ago. */
        if (!restore_tree_bundle(restore, first / TILE_WIDTH))
            return ERR_IO;
        e = bundle_write_out(restore, out, first / TILE_WIDTH);
    }
    if (e == OK)
        e = partials_write(restore, out);
    return e == OK ? checkpoint_write(restore, out) : e;
}
