/*
 * What is found on the disk when a mirror is opened or doubted: the checkpoint,
 * its tiles, and entries past it that a fetch had written. SYN 5.6, 5.7
 */
#include "sync/mirror_int.h"

#include <string.h>

#include "tlog/tile_file.h"

/* What is known is forgotten, but for what was signed. */
static void
nothing_stored(struct mirror *mirror)
{
    mirror->edge = (struct edge){.tree = {.size = 0}};
    mirror->next.size = 0;
    mirror->trust = mirror->kept.size > 0 ? MIRROR_DOUBTED : MIRROR_PROVED;
}

/* Whether the tiles lead to the root of the checkpoint in place. */
static bool
kept_restore(struct mirror *mirror, struct edge *edge)
{
    struct package_tiles tiles = {.view = mirror_view(mirror),
                                  .size = mirror->kept.covers};
    struct tile_source source = package_source(&tiles);
    struct hash root;

    if (edge_restore(edge, mirror->kept.covers, &source) != OK)
        return false;
    root = edge_root(edge);
    return mirror->kept.size == 0 || hash_equal(&root, &mirror->kept.root);
}

void
mirror_rewind(struct mirror *mirror)
{
    bool doubted = mirror->trust == MIRROR_DOUBTED;

    nothing_stored(mirror);
    if (!doubted && kept_restore(mirror, &mirror->edge)) {
        mirror->trust = MIRROR_PROVED;
        return;
    }
    mirror->edge = (struct edge){.tree = {.size = 0}};
}

/* ----- Finding entries again. ----- */

/*
 * Takes the entries of one bundle file from the edge's size on. What precedes
 * in it must be what is stored. False when it is not such a bundle.
 */
static bool
bundle_take(const struct mirror *mirror, struct edge *edge, struct bytes in,
            uint16_t width)
{
    struct bundle bundle = bundle_of(in, width);
    size_t stored = edge->tree.size % TILE_WIDTH;
    struct bytes entry;

    while (bundle_next(&bundle, &entry))
        ;
    if (bundle_end(&bundle, NULL) != OK)
        return false;
    bundle = bundle_of(in, width);
    for (size_t i = 0; bundle_next(&bundle, &entry); i++) {
        struct hash leaf = tree_leaf(entry);

        if (i < stored) {
            if (!hash_equal(&leaf, &edge->row[0][i]))
                return false;
        } else if (mirror_leaf(mirror, edge, &leaf) != OK) {
            return false;
        }
    }
    return true;
}

/* Full bundles, one after another; in a log of `size` entries, when that is
 * known, also the last one. */
static void
bundles_take(const struct mirror *mirror, struct edge *edge, uint64_t size,
             struct block room)
{
    struct log_view view = mirror_view(mirror);

    for (size_t i = 0; i < MIRROR_RESUME_BUNDLES_MAX; i++) {
        uint64_t index = edge->tree.size / TILE_WIDTH;
        uint64_t end = (index + 1) * TILE_WIDTH;
        struct bytes in;

        if (size > 0 && edge->tree.size >= size)
            return;
        if (size > 0 && size < end)
            end = size;
        if (view_bundle(&view, end, index, room, &in) != OK ||
            !bundle_take(mirror, edge, in,
                         (uint16_t)(end - index * TILE_WIDTH)))
            return;
        if (end % TILE_WIDTH != 0)
            return;
    }
}

/* Past the checkpoint, whose tiles hold. */
static void
resume(struct mirror *mirror, const struct mirror_room *room)
{
    uint64_t size = mirror->edge.tree.size;

    *room->edge = mirror->edge;
    bundles_take(mirror, room->edge, 0, room->bundle);
    /* A last bundle taken in part is none. */
    if (room->edge->tree.size % TILE_WIDTH != 0)
        return;
    mirror->edge = *room->edge;
    mirror->trust =
        mirror->edge.tree.size > size ? MIRROR_FOUND : MIRROR_PROVED;
}

void
mirror_fit(struct mirror *mirror, uint64_t size)
{
    if (mirror->trust == MIRROR_FOUND && mirror_size(mirror) > size)
        mirror_rewind(mirror);
}

/* From the start, when the tiles of the checkpoint do not hold: perhaps the
 * entries do. */
void
mirror_doubt(struct mirror *mirror, struct block scratch)
{
    struct mirror_room room = mirror_room(scratch);
    struct edge *edge = room.edge;
    uint64_t size = mirror->kept.covers;
    struct hash root;

    nothing_stored(mirror);
    *edge = mirror->edge;
    bundles_take(mirror, edge, size, room.bundle);
    if (edge->tree.size < size) {
        /* As far as it goes, for the next package to prove. */
        if (edge->tree.size % TILE_WIDTH == 0)
            mirror->edge = *edge;
        return;
    }
    if (edge->tree.size != size)
        return;
    root = edge_root(edge);
    if (!hash_equal(&root, &mirror->kept.root) ||
        mirror_partials(mirror, edge) != OK)
        return;
    mirror->edge = *edge;
    mirror->trust = MIRROR_PROVED;
}

/* ----- Opening. ----- */

static void
prefix_set(struct mirror *mirror)
{
    char hex[ORIGIN_HEX_SIZE];
    struct writer w;

    origin_hex(mirror_origin(mirror), hex);
    writer_init(&w, mirror->prefix, sizeof(mirror->prefix) - 1);
    writer_text(&w, MIRROR_FOLDER "/");
    writer_text(&w, hex);
    writer_text(&w, "/");
    mirror->prefix[w.at] = '\0';
}

/* The checkpoint in place, when it is one of the log's. */
static enum err
kept_read(struct mirror *mirror, const struct note_key *key)
{
    struct log_view view = mirror_view(mirror);
    struct mirror_note *kept = &mirror->kept;
    struct checkpoint checkpoint;
    struct bytes note;
    enum err e =
        view_checkpoint(&view, kept->bytes, sizeof(kept->bytes), &note);

    if (e == ERR_IO || e == ERR_DENIED)
        return e;
    if (e != OK || checkpoint_open(note, key, &checkpoint, NULL) != OK)
        return OK;
    kept->size = note.size;
    kept->covers = checkpoint.size;
    kept->root = checkpoint.root;
    return OK;
}

enum err
mirror_open(struct mirror *mirror, struct os *os, struct folder dir,
            struct bytes origin, const struct note_key *key,
            struct block scratch)
{
    struct mirror_room room = mirror_room(scratch);
    enum err e;

    if (origin.size == 0 || origin.size > sizeof(mirror->origin))
        return ERR_LIMIT;
    memset(mirror, 0, sizeof(*mirror));
    mirror->os = os;
    mirror->dir = dir;
    memcpy(mirror->origin, origin.p, origin.size);
    mirror->origin_size = origin.size;
    mirror->name = hash_of(origin);
    prefix_set(mirror);
    e = kept_read(mirror, key);
    if (e != OK) {
        mirror->os = NULL;
        return e;
    }
    /* Older partial tiles than these were removed when they became full. */
    if (mirror->kept.covers > MIRROR_SWEEP_BACK)
        mirror->swept = mirror->kept.covers - MIRROR_SWEEP_BACK;
    if (kept_restore(mirror, &mirror->edge))
        resume(mirror, &room);
    else
        mirror_doubt(mirror, scratch);
    return OK;
}
