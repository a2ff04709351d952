#include "tlog/verify_int.h"

#include <string.h>

_Static_assert(TILE_PATH_SIZE_MAX < OS_PATH_SIZE_MAX, "a tile's path fits");

void
verify_path(const struct tile_id *id, char out[OS_PATH_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, out, OS_PATH_SIZE_MAX - 1);
    tile_path_write(&w, id);
    out[w.at] = '\0';
}

enum err
verify_read(struct os *os, struct folder folder, const struct tile_id *id,
            struct writer *out, bool *full)
{
    char path[OS_PATH_SIZE_MAX];
    struct tile_id wanted = *id;
    size_t size;
    enum err e;

    *full = id->width == TILE_WIDTH;
    verify_path(&wanted, path);
    e = os_read_file(os, folder, path, out->p, out->size, &size);
    if (e == ERR_NOT_FOUND && !*full) {
        *full = true;
        wanted.width = TILE_WIDTH;
        verify_path(&wanted, path);
        e = os_read_file(os, folder, path, out->p, out->size, &size);
    }
    if (e == OK)
        out->at = size;
    return e;
}

enum err
verify_tile(struct os *os, struct folder folder, const struct tile_id *id,
            struct hash out[TILE_WIDTH])
{
    struct writer w;
    bool full;
    enum err e;

    writer_init(&w, out, TILE_SIZE_MAX);
    e = verify_read(os, folder, id, &w, &full);
    if (e != OK)
        return e;
    if (w.at != (full ? TILE_SIZE_MAX : (size_t)id->width * HASH_SIZE))
        return ERR_FORMAT;
    return OK;
}

/* The leaf hashes of the entries; ERR_FORMAT at entry `*bad_at`. */
static enum err
leaves_of(struct bytes in, const struct tile_id *id, bool full,
          struct hash leaves[TILE_WIDTH], uint16_t *bad_at)
{
    struct bundle bundle = bundle_of(in, id->width);
    struct bytes entry;
    uint16_t count = 0;

    while (bundle_next(&bundle, &entry))
        leaves[count++] = tree_leaf(entry);
    *bad_at = count;
    if (count < id->width)
        return ERR_FORMAT;
    /* In place of a partial bundle the full one has more. */
    if (full && id->width < TILE_WIDTH)
        return OK;
    return bundle_end(&bundle, NULL) == OK ? OK : ERR_FORMAT;
}

void
verify_slice(const struct verify *v, unsigned worker, uint64_t index,
             struct verify_slice *out)
{
    struct verify_worker *w = &v->config.workers[worker];
    struct folder folder = v->config.folder;
    struct tile_id id = {.level = TILE_ENTRIES, .index = index};
    struct writer file;
    bool full;

    *out = (struct verify_slice){.bytes = 0};
    id.width = tile_width(v->checkpoint.size, TILE_ENTRIES, index);
    out->differs = id.width;
    writer_init(&file, w->bundle, sizeof(w->bundle));
    out->bundle = verify_read(&w->os, folder, &id, &file, &full);
    out->bytes = file.at;
    if (out->bundle == OK)
        out->bundle =
            leaves_of(writer_done(&file), &id, full, w->leaves, &out->bad_at);
    id.level = 0;
    out->tile = verify_tile(&w->os, folder, &id, w->tile);
    if (out->bundle == OK)
        out->bundle_root = tree_root_of(w->leaves, id.width);
    out->tile_root = out->bundle_root;
    if (out->tile != OK)
        return;
    if (out->bundle == OK &&
        memcmp(w->leaves, w->tile, (size_t)id.width * HASH_SIZE) == 0)
        return;
    out->tile_root = tree_root_of(w->tile, id.width);
    for (out->differs = 0; out->bundle == OK && out->differs < id.width;
         out->differs++)
        if (!hash_equal(&w->leaves[out->differs], &w->tile[out->differs]))
            break;
}

void
verify_file_found(struct verify *v, const struct tile_id *id, enum err e,
                  uint64_t index, uint64_t end)
{
    bool bundle = id->level == TILE_ENTRIES;
    char path[OS_PATH_SIZE_MAX];
    struct verify_finding finding = {
        .kind = VERIFY_TAMPERED,
        .path = path,
        .index = index,
        .end = end,
        .clause = bundle ? "LOG 6.2" : "LOG 6.3",
    };

    verify_path(id, path);
    if (e == ERR_NOT_FOUND) {
        finding.what = bundle ? "the bundle is missing" : "the tile is missing";
    } else if (e == ERR_FORMAT || e == ERR_LIMIT) {
        finding.what = bundle ? "the bundle does not hold its entries"
                              : "the tile has the wrong size";
    } else {
        finding.kind = VERIFY_UNREADABLE;
        finding.clause = "LOG 6.8";
        finding.what = err_text(e);
    }
    verify_found(v, &finding);
}

/* The bundle in which an entry lies. */
static void
bundle_path(const struct verify *v, uint64_t entry, char out[OS_PATH_SIZE_MAX])
{
    struct tile_id id = {.level = TILE_ENTRIES, .index = entry / TILE_WIDTH};

    id.width = tile_width(v->checkpoint.size, id.level, id.index);
    verify_path(&id, out);
}

void
verify_difference(struct verify *v, const struct tile_id *id, size_t slot,
                  enum verify_side side)
{
    unsigned shift = TILE_BITS * id->level;
    uint64_t index = (id->index * TILE_WIDTH + slot) << shift;
    char path[OS_PATH_SIZE_MAX];
    struct verify_finding finding = {
        .kind = VERIFY_TAMPERED,
        .path = path,
        .index = index,
        .end = index + (UINT64_C(1) << shift),
    };

    if (side != SIDE_TILE) {
        verify_path(id, path);
        finding.clause = "LOG 6.3";
        finding.what = side == SIDE_ENTRIES
                           ? "the tile was changed, the entries hold"
                           : "the tile is not of the entries, and neither "
                             "leads to the root";
        verify_found(v, &finding);
    }
    if (side != SIDE_ENTRIES) {
        bundle_path(v, index, path);
        finding.clause = "LOG 6.2";
        if (side == SIDE_NEITHER)
            finding.what = "the entries are not those of the tile, and "
                           "neither lead to the root";
        else
            finding.what = id->level == 0
                               ? "the entry was changed"
                               : "entries were changed with their tiles";
        verify_found(v, &finding);
    }
}

bool
verify_above(struct verify *v, const struct tile_id *id, struct hash *root)
{
    struct verify_worker *w = &v->config.workers[0];
    struct tile_id above = {.level = (uint8_t)(id->level + 1),
                            .index = id->index / TILE_WIDTH};
    size_t slot = id->index % TILE_WIDTH;

    above.width = tile_width(v->checkpoint.size, above.level, above.index);
    if (above.width <= slot ||
        verify_tile(&w->os, v->config.folder, &above, w->tile) != OK)
        return false;
    *root = w->tile[slot];
    return true;
}

enum verify_side
verify_settle(struct verify *v, const struct tile_id *id,
              const struct hash *entries, const struct hash *tile)
{
    struct hash root;

    if (!verify_above(v, id, &root))
        return SIDE_NEITHER;
    if (hash_equal(&root, entries))
        return SIDE_ENTRIES;
    return hash_equal(&root, tile) ? SIDE_TILE : SIDE_NEITHER;
}
