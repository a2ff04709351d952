#include "sync/package.h"

#include <assert.h>
#include <string.h>

#define PACKAGE_FIRST_LINE "kufi package v1\n"

_Static_assert(sizeof(PACKAGE_FIRST_LINE) - 1 == 16, "as SYN 5.1 has it");
_Static_assert(PACKAGE_BYTES_MAX >= 2 + ENTRY_SIZE_MAX, "one entry fits");
_Static_assert(PACKAGE_COUNT_MAX % TILE_WIDTH == 0, "whole tiles");

/* ----- Parsing. ----- */

static void
hashes_read(struct reader *r, struct proof *proof)
{
    size_t count = reader_u8(r, "SYN 5.1");

    if (count > PROOF_HASHES_MAX)
        reader_refuse(r, ERR_LIMIT, "SYN 5.1", "too many hashes");
    for (size_t i = 0; i < count && r->fault.code == OK; i++) {
        struct bytes in = reader_bytes(r, HASH_SIZE, "SYN 5.1");

        if (in.size == HASH_SIZE)
            memcpy(proof->hashes[proof->count++].b, in.p, HASH_SIZE);
    }
}

enum err
package_parse(struct bytes in, struct package *out, struct fault *fault)
{
    struct reader r = {.in = in};
    struct package package = {.start = 0};
    struct bundle bundle;
    struct bytes root;
    struct bytes entry;
    enum err e;

    reader_expect(&r, BYTES(PACKAGE_FIRST_LINE), "SYN 5.1");
    package.start = reader_be64(&r, "SYN 5.1");
    package.count = reader_be32(&r, "SYN 5.1");
    root = reader_bytes(&r, HASH_SIZE, "SYN 5.1");
    if (root.size == HASH_SIZE)
        memcpy(package.root.b, root.p, HASH_SIZE);
    hashes_read(&r, &package.proof);
    if (package.count > PACKAGE_COUNT_MAX)
        reader_refuse(&r, ERR_LIMIT, "SYN 5.1", "too many entries");
    if (package.start > (uint64_t)TREE_SIZE_MAX - package.count)
        reader_refuse(&r, ERR_FORMAT, "SYN 5.1", "past the largest tree");
    package.entries = reader_bytes(&r, reader_left(&r), "SYN 5.1");
    if (package.entries.size > PACKAGE_BYTES_MAX && package.count > 1)
        reader_refuse(&r, ERR_LIMIT, "SYN 5.1", "too many bytes of entries");
    e = reader_end(&r, "SYN 5.1", fault);
    if (e != OK)
        return e;
    bundle = bundle_of(package.entries, package.count);
    while (bundle_next(&bundle, &entry))
        ;
    e = bundle_end(&bundle, fault);
    if (e == OK)
        *out = package;
    return e;
}

/* All but the entries. */
static void
head_encode(struct writer *w, const struct package *package)
{
    assert(package->proof.count <= PROOF_HASHES_MAX);
    writer_text(w, PACKAGE_FIRST_LINE);
    writer_be64(w, package->start);
    writer_be32(w, package->count);
    writer_bytes(w, hash_bytes(&package->root));
    writer_u8(w, (uint8_t)package->proof.count);
    for (size_t i = 0; i < package->proof.count; i++)
        writer_bytes(w, hash_bytes(&package->proof.hashes[i]));
}

void
package_encode(struct writer *w, const struct package *package)
{
    head_encode(w, package);
    writer_bytes(w, package->entries);
}

enum err
package_verify(const struct package *package,
               const struct checkpoint *checkpoint)
{
    return proof_verify_consistency(
        &package->proof, package->start + package->count, &package->root,
        checkpoint->size, &checkpoint->root);
}

/* ----- Making. ----- */

static enum err
tiles_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    const struct package_tiles *tiles = context;
    struct tile_source source = view_tiles(&tiles->view);
    struct tile_id there = *id;

    there.width = tile_width(tiles->size, id->level, id->index);
    if (there.width < id->width)
        return ERR_NOT_FOUND;
    return source.read(source.context, &there, out);
}

struct tile_source
package_source(const struct package_tiles *tiles)
{
    return (struct tile_source){.read = tiles_read, .context = (void *)tiles};
}

/* What is being gathered from one bundle after another. */
struct gathering {
    const struct package_tiles *tiles;
    const struct package_range *range;
    uint64_t end;       /* no further */
    uint64_t at;        /* the next entry */
    struct writer w;    /* of the entries */
    uint64_t whole;     /* the last multiple of 256 that was reached */
    size_t whole_bytes; /* and how much had been written then */
    bool spent;         /* an entry did not fit any more */
};

static bool
entry_fits(const struct gathering *g, struct bytes entry)
{
    return g->at == g->range->start ||
           (g->w.at <= g->range->bytes &&
            2 + entry.size <= g->range->bytes - g->w.at);
}

/* The entries of one bundle from `g->at` on, each as its tile has it. */
static enum err
bundle_gather(struct gathering *g, struct bytes in,
              const struct hash leaves[TILE_WIDTH])
{
    struct bundle bundle = bundle_of(in, TILE_WIDTH);
    uint64_t first = g->at - g->at % TILE_WIDTH;
    struct bytes entry;

    for (uint64_t i = first; bundle_next(&bundle, &entry); i++) {
        struct hash leaf;

        if (i < g->at)
            continue;
        if (i == g->end)
            return OK;
        if (!entry_fits(g, entry)) {
            g->spent = true;
            return OK;
        }
        leaf = tree_leaf(entry);
        if (!hash_equal(&leaf, &leaves[i - first]))
            return ERR_CORRUPT;
        bundle_write(&g->w, entry);
        g->at++;
    }
    return g->at == g->end || g->at == first + TILE_WIDTH ? OK : ERR_CORRUPT;
}

static enum err
gather(struct gathering *g, struct block scratch)
{
    struct tile_source source = package_source(g->tiles);
    struct hash leaves[TILE_WIDTH];

    while (g->at < g->end && !g->spent) {
        uint64_t index = g->at / TILE_WIDTH;
        struct tile_id id = {.index = index,
                             .width = tile_width(g->range->size, 0, index)};
        struct bytes in;
        enum err e = source.read(source.context, &id, leaves);

        if (e == OK)
            e = view_bundle(&g->tiles->view, g->range->size, index, scratch,
                            &in);
        if (e == OK)
            e = bundle_gather(g, in, leaves);
        if (e != OK)
            return e;
        if (g->at % TILE_WIDTH == 0) {
            g->whole = g->at;
            g->whole_bytes = g->w.at;
        }
    }
    /* The receiver then writes whole tiles alone. */
    if (g->at < g->range->end && g->at != g->range->size &&
        g->whole > g->range->start) {
        g->at = g->whole;
        g->w.at = g->whole_bytes;
    }
    return writer_end(&g->w);
}

enum err
package_make(const struct log_view *view, const struct package_range *range,
             struct block scratch, struct writer *w)
{
    struct package_tiles tiles = {.view = *view, .size = range->size};
    struct tile_source source = package_source(&tiles);
    struct package package = {.start = range->start};
    struct gathering g = {
        .tiles = &tiles, .range = range, .end = range->end, .at = range->start};
    uint8_t *room;
    enum err e;

    if (range->start > range->end || range->end > range->size)
        return ERR_NOT_FOUND;
    if (range->end - range->start > PACKAGE_COUNT_MAX)
        g.end = range->start + PACKAGE_COUNT_MAX;
    if (w->full || w->size - w->at < PACKAGE_HEAD_SIZE_MAX)
        return ERR_LIMIT;
    room = w->p + w->at + PACKAGE_HEAD_SIZE_MAX;
    writer_init(&g.w, room, w->size - w->at - PACKAGE_HEAD_SIZE_MAX);
    e = gather(&g, scratch);
    package.count = (uint32_t)(g.at - range->start);
    if (e == OK)
        e = proof_root(&source, g.at, &package.root);
    if (e == OK)
        e = proof_make_consistency(&source, g.at, range->size, &package.proof);
    if (e != OK)
        return e;
    head_encode(w, &package);
    memmove(w->p + w->at, room, g.w.at);
    w->at += g.w.at;
    return OK;
}
