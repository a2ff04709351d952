#include "sync/mirror_int.h"

#include <assert.h>
#include <string.h>

#include "tlog/tile_file.h"

_Static_assert(sizeof(struct hash) * PACKAGE_COUNT_MAX % 16 == 0,
               "the edge behind the leaves is aligned");

struct mirror_room
mirror_room(struct block scratch)
{
    uint8_t *edge = scratch.p + PACKAGE_COUNT_MAX * HASH_SIZE;
    uint8_t *bundle = edge + sizeof(struct edge);

    assert(scratch.size >= MIRROR_SCRATCH_SIZE);
    return (struct mirror_room){
        .leaves = (struct hash *)(void *)scratch.p,
        .edge = (struct edge *)(void *)edge,
        .bundle = {bundle, scratch.size - (size_t)(bundle - scratch.p)},
    };
}

struct bytes
mirror_origin(const struct mirror *mirror)
{
    return (struct bytes){mirror->origin, mirror->origin_size};
}

uint64_t
mirror_size(const struct mirror *mirror)
{
    return mirror->edge.tree.size;
}

struct bytes
mirror_note_bytes(const struct mirror_note *note)
{
    return (struct bytes){note->bytes, note->size};
}

struct bytes
mirror_checkpoint(const struct mirror *mirror)
{
    if (mirror->trust == MIRROR_DOUBTED)
        return (struct bytes){0};
    return mirror_note_bytes(&mirror->kept);
}

uint64_t
mirror_kept(const struct mirror *mirror)
{
    return mirror->trust == MIRROR_DOUBTED ? 0 : mirror->kept.covers;
}

struct log_view
mirror_view(const struct mirror *mirror)
{
    return (struct log_view){
        .os = mirror->os, .dir = mirror->dir, .prefix = mirror->prefix};
}

enum err
mirror_note_set(struct mirror_note *out, const struct note_key *key,
                struct bytes note, const struct checkpoint *checkpoint)
{
    struct writer w;
    enum err e;

    writer_init(&w, out->bytes, sizeof(out->bytes));
    out->size = 0;
    e = cosignatures_bare(&w, key, note);
    if (e != OK)
        return e;
    out->size = w.at;
    out->covers = checkpoint->size;
    out->root = checkpoint->root;
    return OK;
}

/* ----- Judging. ----- */

static bool
contradicts(const struct mirror_note *known,
            const struct checkpoint *checkpoint)
{
    return known->size > 0 && known->covers == checkpoint->size &&
           !hash_equal(&known->root, &checkpoint->root);
}

/*
 * A smaller size: our own tiles tell what its root was. What cannot be read
 * proves nothing against the log.
 */
static bool
past_contradicts(const struct mirror *mirror,
                 const struct checkpoint *checkpoint, struct evidence *found)
{
    struct package_tiles tiles = {.view = mirror_view(mirror),
                                  .size = mirror_kept(mirror)};
    struct tile_source source = package_source(&tiles);
    uint64_t size = checkpoint->size;

    if (size >= tiles.size || proof_root(&source, size, &found->root) != OK ||
        hash_equal(&found->root, &checkpoint->root))
        return false;
    if (proof_make_consistency(&source, size, tiles.size, &found->proof) !=
            OK ||
        proof_verify_consistency(&found->proof, size, &found->root, tiles.size,
                                 &mirror->kept.root) != OK)
        return false;
    found->has_root = true;
    return true;
}

enum err
mirror_judge(const struct mirror *mirror, const struct note_key *key,
             struct bytes note, struct checkpoint *out, struct evidence *found)
{
    const struct mirror_note *known[] = {&mirror->kept, &mirror->next,
                                         &mirror->goal};
    struct checkpoint checkpoint;
    enum err e = checkpoint_open(note, key, &checkpoint, NULL);

    if (e != OK)
        return e;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (!contradicts(known[i], &checkpoint))
            continue;
        *found = (struct evidence){.kind = EVIDENCE_FORK,
                                   .known = mirror_note_bytes(known[i]),
                                   .other = note};
        return ERR_CONFLICT;
    }
    *found = (struct evidence){.kind = EVIDENCE_BAD_PROOF,
                               .known = mirror_note_bytes(&mirror->kept),
                               .other = note};
    if (past_contradicts(mirror, &checkpoint, found))
        return ERR_CONFLICT;
    *out = checkpoint;
    return OK;
}

/* ----- Taking packages. ----- */

/* A signed size that a package goes past: there the entries must lead to its
 * root. */
static bool
passes(const struct mirror_note *known, const struct tree *tree)
{
    struct hash root;

    if (known->size == 0 || known->covers != tree->size)
        return true;
    root = tree_root(tree);
    return hash_equal(&root, &known->root);
}

/*
 * The leaves of the package's entries, and whether they lead from what is
 * stored to the root that it names.
 */
static enum err
entries_verify(const struct mirror *mirror, const struct mirror_offer *offer,
               struct hash *leaves, struct evidence *found)
{
    const struct package *package = &offer->package;
    const struct mirror_note *passed = NULL;
    struct bundle bundle = bundle_of(package->entries, package->count);
    struct tree tree = mirror->edge.tree;
    struct bytes entry;
    struct hash root;

    for (size_t i = 0; bundle_next(&bundle, &entry); i++) {
        leaves[i] = tree_leaf(entry);
        tree_append(&tree, &leaves[i]);
        if (!passes(&mirror->kept, &tree))
            passed = &mirror->kept;
        else if (!passes(&mirror->goal, &tree))
            passed = &mirror->goal;
    }
    root = tree_root(&tree);
    if (!hash_equal(&root, &package->root))
        return ERR_SIGNATURE;
    if (passed == NULL)
        return OK;
    *found = (struct evidence){.kind = EVIDENCE_BAD_PROOF,
                               .known = mirror_note_bytes(passed),
                               .other = offer->note,
                               .has_root = passed->covers == tree.size,
                               .root = package->root,
                               .proof = package->proof};
    return ERR_CONFLICT;
}

enum err
mirror_leaf(const struct mirror *mirror, struct edge *edge,
            const struct hash *leaf)
{
    struct log_view view = mirror_view(mirror);
    struct tile_id id;
    uint8_t level;

    edge_append(edge, leaf);
    for (level = 0; level < edge_filled(edge); level++) {
        struct bytes hashes = edge_tile(edge, level, &id);
        enum err e = tile_file_write(&view, &id, hashes);

        if (e != OK)
            return e;
    }
    return OK;
}

enum err
mirror_partials(const struct mirror *mirror, const struct edge *edge)
{
    struct log_view view = mirror_view(mirror);
    struct tile_id id;
    uint8_t level;

    for (level = 0; level < TILE_LEVEL_COUNT; level++) {
        struct bytes hashes = edge_tile(edge, level, &id);
        enum err e = OK;

        if (hashes.size > 0 && id.width < TILE_WIDTH)
            e = tile_file_write(&view, &id, hashes);
        if (e != OK)
            return e;
    }
    return OK;
}

/*
 * The entries of the unfinished bundle as far as they are stored, at the start
 * of `room`. ERR_CORRUPT when they are not what was proved.
 */
static enum err
bundle_begin(const struct mirror *mirror, struct block room, size_t *size)
{
    struct log_view view = mirror_view(mirror);
    uint64_t stored = mirror_size(mirror);
    struct bundle bundle;
    struct bytes entry;
    struct bytes in;
    enum err e;

    *size = 0;
    if (stored % TILE_WIDTH == 0)
        return OK;
    e = view_bundle(&view, stored, stored / TILE_WIDTH, room, &in);
    if (e != OK)
        return e == ERR_NOT_FOUND || e == ERR_LIMIT ? ERR_CORRUPT : e;
    bundle = bundle_of(in, stored % TILE_WIDTH);
    for (size_t i = 0; bundle_next(&bundle, &entry); i++) {
        struct hash leaf = tree_leaf(entry);

        if (!hash_equal(&leaf, &mirror->edge.row[0][i]))
            return ERR_CORRUPT;
    }
    *size = in.size;
    return OK;
}

/* The bundles that the package fills or begins. */
static enum err
bundles_write(const struct mirror *mirror, const struct package *package,
              struct block room)
{
    struct log_view view = mirror_view(mirror);
    struct bundle bundle = bundle_of(package->entries, package->count);
    uint64_t at = package->start;
    struct bytes entry;
    struct writer w;
    enum err e;

    writer_init(&w, room.p, room.size);
    e = bundle_begin(mirror, room, &w.at);
    while (e == OK && bundle_next(&bundle, &entry)) {
        struct tile_id id = {.level = TILE_ENTRIES, .index = at / TILE_WIDTH};

        bundle_write(&w, entry);
        at++;
        id.width = at % TILE_WIDTH == 0 ? TILE_WIDTH : at % TILE_WIDTH;
        if (id.width < TILE_WIDTH && bundle.left > 0)
            continue;
        assert(!w.full);
        e = tile_file_write(&view, &id, writer_done(&w));
        if (id.width == TILE_WIDTH)
            w.at = 0;
    }
    return e;
}

/* All of it is proved: on the disk, in `room->edge`. */
static enum err
entries_store(const struct mirror *mirror, const struct mirror_offer *offer,
              const struct mirror_room *room)
{
    enum err e = bundles_write(mirror, &offer->package, room->bundle);

    *room->edge = mirror->edge;
    for (size_t i = 0; e == OK && i < offer->package.count; i++)
        e = mirror_leaf(mirror, room->edge, &room->leaves[i]);
    return e;
}

/* The cosignatures that come with a checkpoint are welcome, not needed. */
static void
next_cosign(struct mirror *mirror, const struct mirror_offer *offer)
{
    uint8_t merged[MIRROR_NOTE_SIZE_MAX];
    struct writer w;
    bool more;

    writer_init(&w, merged, sizeof(merged));
    if (cosignatures_merge(&w, offer->roster, offer->key,
                           mirror_note_bytes(&mirror->next), offer->note,
                           &more) != OK)
        return;
    memcpy(mirror->next.bytes, merged, w.at);
    mirror->next.size = w.at;
}

/* What is stored is `checkpoint` to its last entry. */
static enum err
next_set(struct mirror *mirror, const struct mirror_offer *offer,
         const struct checkpoint *checkpoint, const struct edge *edge)
{
    enum err e = mirror_partials(mirror, edge);

    if (e == OK && checkpoint->size <= mirror->kept.covers)
        return OK;
    if (e == OK)
        e = mirror_note_set(&mirror->next, offer->key, offer->note, checkpoint);
    if (e == OK)
        next_cosign(mirror, offer);
    return e;
}

/* One that has not been reached yet stays, also when another history is being
 * fetched that will have to pass it. */
static enum err
goal_set(struct mirror *mirror, const struct mirror_offer *offer,
         const struct checkpoint *checkpoint, uint64_t stored)
{
    if (mirror->goal.size > 0 && mirror->goal.covers > stored)
        return OK;
    return mirror_note_set(&mirror->goal, offer->key, offer->note, checkpoint);
}

enum err
mirror_add(struct mirror *mirror, const struct mirror_offer *offer,
           struct block scratch, struct evidence *found)
{
    const struct package *package = &offer->package;
    struct mirror_room room = mirror_room(scratch);
    struct checkpoint checkpoint;
    enum err e =
        mirror_judge(mirror, offer->key, offer->note, &checkpoint, found);

    if (e != OK)
        return e;
    if (package->start != mirror_size(mirror))
        return ERR_BUSY;
    if (package_verify(package, &checkpoint) != OK)
        return ERR_FORMAT;
    e = entries_verify(mirror, offer, room.leaves, found);
    if (e == OK)
        e = entries_store(mirror, offer, &room);
    if (e == ERR_CORRUPT) {
        mirror_doubt(mirror, scratch);
        return ERR_BUSY;
    }
    if (e == OK)
        e = goal_set(mirror, offer, &checkpoint, room.edge->tree.size);
    if (e == OK && room.edge->tree.size == checkpoint.size)
        e = next_set(mirror, offer, &checkpoint, room.edge);
    if (e != OK)
        return e;
    mirror->edge = *room.edge;
    if (mirror->trust == MIRROR_FOUND ||
        mirror->edge.tree.size >= mirror->kept.covers)
        mirror->trust = MIRROR_PROVED;
    return OK;
}

enum err
mirror_past(struct mirror *mirror, const struct mirror_offer *offer,
            struct evidence *found)
{
    const struct package *package = &offer->package;
    struct checkpoint checkpoint;
    enum err e =
        mirror_judge(mirror, offer->key, offer->note, &checkpoint, found);

    if (e != OK)
        return e;
    if (package->count > 0 || package->start != mirror_kept(mirror))
        return ERR_BUSY;
    if (package_verify(package, &checkpoint) != OK)
        return ERR_FORMAT;
    if (package->start > 0 && !hash_equal(&package->root, &mirror->kept.root)) {
        *found = (struct evidence){.kind = EVIDENCE_BAD_PROOF,
                                   .known = mirror_note_bytes(&mirror->kept),
                                   .other = offer->note,
                                   .has_root = true,
                                   .root = package->root,
                                   .proof = package->proof};
        return ERR_CONFLICT;
    }
    if (mirror_size(mirror) == mirror_kept(mirror))
        return OK;
    mirror_rewind(mirror);
    return ERR_BUSY;
}

enum err
mirror_merge(struct mirror *mirror, const struct roster *roster,
             const struct note_key *key, struct bytes note, bool *more)
{
    uint8_t merged[MIRROR_NOTE_SIZE_MAX];
    struct writer w;
    enum err e;

    *more = false;
    if (mirror->kept.size == 0)
        return ERR_NOT_FOUND;
    writer_init(&w, merged, sizeof(merged));
    e = cosignatures_merge(&w, roster, key, mirror_note_bytes(&mirror->kept),
                           note, more);
    if (e != OK)
        return e == ERR_CONFLICT ? ERR_NOT_FOUND : e;
    if (!*more)
        return OK;
    memcpy(mirror->kept.bytes, merged, w.at);
    mirror->kept.size = w.at;
    mirror->cosigned_more = true;
    return OK;
}
