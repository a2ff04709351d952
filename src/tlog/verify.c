#include "tlog/verify.h"

#include <string.h>

#include "tlog/verify_int.h"

static const char *const KIND_NAMES[VERIFY_KIND_COUNT] = {
    [VERIFY_NOTE] = "note",
    [VERIFY_TAMPERED] = "tampered",
    [VERIFY_ROLLBACK] = "rollback",
    [VERIFY_FORK] = "fork",
    [VERIFY_UNREADABLE] = "unreadable",
};

const char *
verify_kind_name(enum verify_kind kind)
{
    return KIND_NAMES[kind];
}

void
verify_found(struct verify *v, const struct verify_finding *finding)
{
    v->found[finding->kind]++;
    v->config.found(v->config.context, finding);
}

static uint64_t
against(const struct verify *v)
{
    return v->found[VERIFY_TAMPERED] + v->found[VERIFY_ROLLBACK] +
           v->found[VERIFY_FORK];
}

bool
verify_clean(const struct verify *v)
{
    return against(v) + v->found[VERIFY_UNREADABLE] == 0;
}

bool
verify_over(const struct verify *v)
{
    return against(v) + v->found[VERIFY_UNREADABLE] >= VERIFY_FOUND_MAX;
}

static void
checkpoint_found(struct verify *v, enum verify_kind kind, const char *clause,
                 const char *what)
{
    struct verify_finding finding = {
        .kind = kind, .path = "checkpoint", .clause = clause, .what = what};

    verify_found(v, &finding);
}

static enum err
name_found(void *context, const char *name, bool is_folder)
{
    (void)context;
    (void)name;
    (void)is_folder;
    return OK;
}

/* A folder without a checkpoint has lost it if there are tiles; else it is no
 * log at all. */
static void
checkpoint_missing(struct verify *v, struct os *os)
{
    if (os->list(os, v->config.folder, "tile", name_found, NULL) == OK)
        checkpoint_found(v, VERIFY_TAMPERED, "LOG 6.1",
                         "the checkpoint is missing");
    else
        checkpoint_found(v, VERIFY_UNREADABLE, "LOG 6.8",
                         "neither a checkpoint nor tiles are here");
}

static bool
checkpoint_read(struct verify *v)
{
    struct os *os = &v->config.workers[0].os;
    struct fault fault = {0};
    enum err e = os_read_file(os, v->config.folder, "checkpoint", v->note,
                              sizeof(v->note), &v->note_size);

    if (e == ERR_NOT_FOUND) {
        checkpoint_missing(v, os);
        return false;
    }
    if (e != OK && e != ERR_LIMIT) {
        checkpoint_found(v, VERIFY_UNREADABLE, "LOG 6.8", err_text(e));
        return false;
    }
    e = checkpoint_open((struct bytes){v->note, v->note_size}, v->config.key,
                        &v->checkpoint, &fault);
    if (e != OK) {
        checkpoint_found(v, VERIFY_TAMPERED, fault.clause, fault.what);
        return false;
    }
    v->opened = true;
    return true;
}

static void
slice_map(void *context, unsigned worker, size_t slice)
{
    struct verify *v = context;

    verify_slice(v, worker, v->window_index + slice, &v->slices[slice]);
}

/* Tells what is wrong with a full bundle or its tile, and gives the root to go
 * on with: the one that the level above has, so that one changed byte is one
 * finding and not one on every level. */
static struct hash
slice_settle(struct verify *v, uint64_t index, const struct verify_slice *slice)
{
    struct tile_id bundle = {
        .level = TILE_ENTRIES, .index = index, .width = TILE_WIDTH};
    struct tile_id tile = {.index = index, .width = TILE_WIDTH};
    uint64_t first = index * TILE_WIDTH;
    enum verify_side side;

    if (slice->bundle != OK)
        verify_file_found(v, &bundle, slice->bundle, first + slice->bad_at,
                          first + TILE_WIDTH);
    if (slice->tile != OK)
        verify_file_found(v, &tile, slice->tile, first, first + TILE_WIDTH);
    if (slice->bundle != OK && slice->tile != OK) {
        struct hash root = {{0}};

        if (!verify_above(v, &tile, &root))
            v->lost = true;
        return root;
    }
    if (slice->bundle != OK)
        return slice->tile_root;
    if (slice->tile != OK || slice->differs == TILE_WIDTH)
        return slice->bundle_root;
    side = verify_settle(v, &tile, &slice->bundle_root, &slice->tile_root);
    verify_difference(v, &tile, slice->differs, side);
    return side == SIDE_TILE ? slice->tile_root : slice->bundle_root;
}

static size_t
first_difference(const struct hash *a, const struct hash *b, size_t count)
{
    size_t at = 0;

    while (at < count && hash_equal(&a[at], &b[at]))
        at++;
    return at;
}

/* The same for a full tile above the leaves. */
static struct hash
row_settle(struct verify *v, uint8_t level)
{
    struct verify_row *row = &v->rows[level];
    struct verify_worker *w = &v->config.workers[0];
    struct tile_id id = {
        .level = level, .index = row->index, .width = TILE_WIDTH};
    uint64_t first = row->index * TILE_WIDTH << (TILE_BITS * level);
    struct hash root = tree_root_of(row->hashes, TILE_WIDTH);
    enum err e = verify_tile(&w->os, v->config.folder, &id, w->tile);
    enum verify_side side;
    struct hash stored;
    size_t slot;

    if (e != OK) {
        verify_file_found(v, &id, e, first,
                          first + (UINT64_C(256) << (TILE_BITS * level)));
        return root;
    }
    slot = first_difference(row->hashes, w->tile, TILE_WIDTH);
    if (slot == TILE_WIDTH || v->lost)
        return root;
    stored = tree_root_of(w->tile, TILE_WIDTH);
    side = verify_settle(v, &id, &root, &stored);
    verify_difference(v, &id, slot, side);
    return side == SIDE_TILE ? stored : root;
}

static void
row_push(struct verify *v, struct hash hash)
{
    for (uint8_t level = 1; level < TILE_LEVEL_COUNT; level++) {
        struct verify_row *row = &v->rows[level];

        row->hashes[row->count++] = hash;
        if (row->count < TILE_WIDTH)
            return;
        hash = row_settle(v, level);
        row->count = 0;
        row->index++;
    }
}

/* Up to 256 full bundles, all that are left of them. */
static void
window_check(struct verify *v, uint64_t bundle_count)
{
    uint64_t left = bundle_count - v->window_index;
    size_t count = left < TILE_WIDTH ? (size_t)left : TILE_WIDTH;

    pool_map(v->config.worker_count, slice_map, v, count);
    for (size_t i = 0; i < count && !verify_over(v); i++) {
        struct hash root = slice_settle(v, v->window_index + i, &v->slices[i]);

        verify_olds_pass(v);
        tree_append_subtree(&v->tree, TILE_BITS, &root);
        row_push(v, root);
        v->entries += TILE_WIDTH;
        v->bytes += v->slices[i].bytes;
    }
    v->window_index += count;
    if (v->config.progress != NULL)
        v->config.progress(v->config.context, v->entries);
}

/* The unfinished bundle at the end: its entries join the tree; the slot at
 * which its tile differs, or its width. */
static size_t
rest_check(struct verify *v, struct tile_id *id)
{
    struct verify_worker *w = &v->config.workers[0];
    struct verify_slice *slice = &v->slices[0];
    struct tile_id tile = {.index = v->window_index};
    uint64_t first = tile.index * TILE_WIDTH;
    const struct hash *leaves = w->leaves;

    tile.width = tile_width(v->checkpoint.size, 0, tile.index);
    *id = tile;
    verify_olds_pass(v);
    if (tile.width == 0)
        return 0;
    verify_slice(v, 0, tile.index, slice);
    if (slice->tile != OK)
        verify_file_found(v, &tile, slice->tile, first, first + tile.width);
    if (slice->bundle != OK) {
        tile.level = TILE_ENTRIES;
        verify_file_found(v, &tile, slice->bundle, first + slice->bad_at,
                          first + tile.width);
        leaves = w->tile;
    }
    if (slice->bundle != OK && slice->tile != OK) {
        v->lost = true;
        return tile.width;
    }
    for (size_t i = 0; i < tile.width; i++)
        tree_append(&v->tree, &leaves[i]);
    v->entries += tile.width;
    v->bytes += slice->bytes;
    return slice->bundle == OK && slice->tile == OK ? slice->differs
                                                    : tile.width;
}

/* The slot at which an unfinished tile above the leaves differs, or its width,
 * which is 0 where there is none. */
static size_t
row_end(struct verify *v, uint8_t level, struct tile_id *id)
{
    struct verify_row *row = &v->rows[level];
    struct verify_worker *w = &v->config.workers[0];
    unsigned shift = TILE_BITS * level;
    uint64_t first = row->index * TILE_WIDTH << shift;
    enum err e;

    *id = (struct tile_id){
        .level = level, .index = row->index, .width = (uint16_t)row->count};
    if (row->count == 0)
        return 0;
    e = verify_tile(&w->os, v->config.folder, id, w->tile);
    if (e == OK)
        return first_difference(row->hashes, w->tile, row->count);
    verify_file_found(v, id, e, first, first + ((uint64_t)row->count << shift));
    return row->count;
}

static enum err
edge_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    struct verify *v = context;

    return verify_tile(&v->config.workers[0].os, v->config.folder, id, out);
}

/*
 * The tiles that nothing lies above: what differs there is settled by the root
 * that was signed. Every tile is looked at, then the root.
 */
static void
end_check(struct verify *v)
{
    struct tile_source source = {edge_read, v};
    struct tile_id ids[TILE_LEVEL_COUNT];
    size_t slots[TILE_LEVEL_COUNT];
    enum verify_side side = SIDE_NEITHER;
    struct hash root;

    slots[0] = rest_check(v, &ids[0]);
    for (uint8_t level = 1; level < TILE_LEVEL_COUNT; level++)
        slots[level] = row_end(v, level, &ids[level]);
    root = tree_root(&v->tree);
    if (hash_equal(&root, &v->checkpoint.root)) {
        side = SIDE_ENTRIES;
    } else if (edge_restore(&v->edge, v->checkpoint.size, &source) == OK) {
        root = edge_root(&v->edge);
        if (hash_equal(&root, &v->checkpoint.root))
            side = SIDE_TILE;
    }
    for (uint8_t level = 0; level < TILE_LEVEL_COUNT; level++)
        if (slots[level] < ids[level].width && !v->lost)
            verify_difference(v, &ids[level], slots[level], side);
    if (side != SIDE_ENTRIES && verify_clean(v))
        checkpoint_found(v, VERIFY_TAMPERED, "LOG 6.4",
                         "the root is not that of the entries");
}

void
verify_verdict_set(struct verify *v)
{
    if (against(v) > 0)
        v->verdict = VERIFY_BAD;
    else if (v->found[VERIFY_UNREADABLE] > 0)
        v->verdict = VERIFY_UNREAD;
    else
        v->verdict = VERIFY_GOOD;
}

void
verify_log(struct verify *v)
{
    uint64_t bundle_count;

    for (unsigned i = 0; i < v->config.worker_count; i++)
        v->config.workers[i].os = *v->config.os;
    if (!checkpoint_read(v)) {
        verify_verdict_set(v);
        return;
    }
    verify_olds_open(v);
    bundle_count = v->checkpoint.size / TILE_WIDTH;
    while (v->window_index < bundle_count && !verify_over(v))
        window_check(v, bundle_count);
    if (verify_over(v)) {
        checkpoint_found(v, VERIFY_NOTE, "LOG 6.8",
                         "too much is wrong: the rest was not looked at");
    } else {
        end_check(v);
        verify_olds_end(v);
        verify_files(v);
    }
    verify_verdict_set(v);
}
