#include "store/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "seal/entry.h"
#include "store/nodes.h"
#include "tlog/checkpoint.h"

/* The courier may replace partial tiles while we read: then again. */
#define TRIES 4

#define NOBODY (-1)
#define STRANGER (-2) /* a node that has no number yet */

/* ----- Memory. ----- */

static enum err
bundles_init(struct foreign *foreign, size_t count)
{
    foreign->bundles = calloc(count, sizeof(*foreign->bundles));
    if (foreign->bundles == NULL)
        return ERR_LIMIT;
    for (; foreign->bundle_count < count; foreign->bundle_count++) {
        struct foreign_bundle *bundle =
            &foreign->bundles[foreign->bundle_count];

        bundle->node = NOBODY;
        bundle->p = malloc(BUNDLE_SIZE_MAX);
        if (bundle->p == NULL)
            return ERR_LIMIT;
    }
    return OK;
}

enum err
foreign_init(struct foreign *foreign, const struct foreign_logs *logs,
             size_t bundles)
{
    uint8_t *parts = malloc(EVENT_ARENA_SIZE);

    *foreign = (struct foreign){.logs = *logs};
    seal_cursor_init(&foreign->cursor, NULL);
    arena_init(&foreign->parts, parts, EVENT_ARENA_SIZE);
    foreign->trees = calloc(STORE_NODES_MAX, sizeof(*foreign->trees));
    foreign->tree = calloc(1, sizeof(*foreign->tree));
    foreign->edge = calloc(1, sizeof(*foreign->edge));
    foreign->leaves = calloc(FOREIGN_SPAN_MAX, sizeof(*foreign->leaves));
    foreign->note = malloc(NOTE_SIZE_MAX);
    foreign->plain = malloc(ENTRY_SIZE_MAX);
    if (parts != NULL && foreign->trees != NULL && foreign->tree != NULL &&
        foreign->edge != NULL && foreign->leaves != NULL &&
        foreign->note != NULL && foreign->plain != NULL &&
        bundles_init(foreign, bundles) == OK)
        return OK;
    foreign_deinit(foreign);
    return ERR_LIMIT;
}

void
foreign_deinit(struct foreign *foreign)
{
    if (foreign->plain != NULL)
        crypto_wipe(foreign->plain, ENTRY_SIZE_MAX);
    seal_cursor_deinit(&foreign->cursor);
    for (size_t i = 0; i < foreign->bundle_count; i++)
        free(foreign->bundles[i].p);
    free(foreign->bundles);
    free(foreign->trees);
    free(foreign->tree);
    free(foreign->edge);
    free(foreign->leaves);
    free(foreign->note);
    free(foreign->plain);
    free(foreign->parts.p);
    *foreign = (struct foreign){0};
}

/* ----- The mirror's files. ----- */

/* How far the mirror is whole: as its checkpoint says. */
static enum err
mirrored_read(struct foreign *foreign)
{
    struct checkpoint checkpoint;
    struct bytes text;
    struct note note;
    enum err e = view_checkpoint(&foreign->log.view, foreign->note,
                                 NOTE_SIZE_MAX, &text);

    if (e != OK)
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    if (note_parse(text, &note, NULL) != OK ||
        checkpoint_parse(note.text, &checkpoint, NULL) != OK)
        return ERR_CORRUPT;
    foreign->mirrored = checkpoint.size;
    return OK;
}

uint64_t
foreign_mirrored(struct foreign *foreign, struct bytes origin)
{
    enum err e =
        foreign->logs.find(foreign->logs.context, origin, &foreign->log);

    if (e == OK)
        e = mirrored_read(foreign);
    return e == OK ? foreign->mirrored : 0;
}

/* A tile of a smaller tree, cut from the one that is there. */
static enum err
tile_read(void *context, const struct tile_id *id, struct hash out[TILE_WIDTH])
{
    const struct foreign *foreign = context;
    struct tile_source source = view_tiles(&foreign->log.view);
    struct tile_id whole = *id;

    whole.width = tile_width(foreign->mirrored, id->level, id->index);
    return whole.width < id->width ? ERR_NOT_FOUND
                                   : source.read(source.context, &whole, out);
}

static enum err
bundle_load(struct foreign *foreign, struct foreign_bundle *bundle,
            uint64_t index)
{
    struct block block = {bundle->p, BUNDLE_SIZE_MAX};
    enum err e;

    bundle->node = NOBODY;
    e = view_bundle(&foreign->log.view, foreign->mirrored, index, block,
                    &bundle->bytes);
    if (e != OK)
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    bundle->node = foreign->node;
    bundle->loaded = foreign->clock;
    bundle->index = index;
    bundle->width = tile_width(foreign->mirrored, TILE_ENTRIES, index);
    bundle->at = bundle_of(bundle->bytes, bundle->width);
    bundle->next = 0;
    return OK;
}

/* The bundle with that entry: the one in memory, or in the place of the one
 * that was not used for the longest time. */
static enum err
bundle_get(struct foreign *foreign, uint64_t entry, struct foreign_bundle **out)
{
    struct foreign_bundle *oldest = &foreign->bundles[0];
    uint64_t index = entry / TILE_WIDTH;
    struct foreign_bundle *bundle = NULL;

    for (size_t i = 0; i < foreign->bundle_count; i++) {
        struct foreign_bundle *one = &foreign->bundles[i];

        if (one->node == foreign->node && one->index == index &&
            one->width > entry % TILE_WIDTH)
            bundle = one;
        if (one->used < oldest->used)
            oldest = one;
    }
    *out = bundle == NULL ? oldest : bundle;
    (*out)->used = ++foreign->clock;
    return bundle == NULL ? bundle_load(foreign, oldest, index) : OK;
}

/* `*loaded` is when its bundle was. */
static enum err
entry_get(struct foreign *foreign, uint64_t index, struct bytes *out,
          uint64_t *loaded)
{
    struct foreign_bundle *bundle;
    enum err e = bundle_get(foreign, index, &bundle);

    if (e != OK)
        return e;
    *loaded = bundle->loaded;
    if (bundle->next > index % TILE_WIDTH) {
        bundle->at = bundle_of(bundle->bytes, bundle->width);
        bundle->next = 0;
    }
    do {
        if (!bundle_next(&bundle->at, out))
            return ERR_CORRUPT;
    } while (bundle->next++ < index % TILE_WIDTH);
    return OK;
}

/* The tree of what was folded before: remembered, or from the tiles. */
static enum err
tree_find(struct foreign *foreign)
{
    const struct tile_source source = {.read = tile_read, .context = foreign};
    enum err e;

    *foreign->tree = (struct tree){.size = 0};
    if (foreign->node >= 0)
        *foreign->tree = foreign->trees[foreign->node];
    if (foreign->tree->size == foreign->first)
        return OK;
    e = edge_restore(foreign->edge, foreign->first, &source);
    *foreign->tree = foreign->edge->tree;
    return e;
}

/* What is remembered of the node's log may be what is wrong. */
static void
forget(struct foreign *foreign)
{
    if (foreign->node >= 0)
        foreign->trees[foreign->node].size = UINT64_MAX;
    for (size_t i = 0; i < foreign->bundle_count; i++)
        if (foreign->bundles[i].node == foreign->node)
            foreign->bundles[i].node = NOBODY;
}

/* ----- A span. ----- */

static void
keyring_set(struct foreign *foreign)
{
    if (foreign->cursor.keyring == foreign->log.keyring)
        return;
    seal_cursor_deinit(&foreign->cursor);
    seal_cursor_init(&foreign->cursor, foreign->log.keyring);
}

/* Entries up to `end` are in the mirror, and their tree is at hand. */
static enum err
span_open(struct foreign *foreign, struct bytes origin, uint64_t end)
{
    enum err e =
        foreign->logs.find(foreign->logs.context, origin, &foreign->log);

    if (e == OK)
        e = mirrored_read(foreign);
    if (e == OK && foreign->mirrored < end)
        e = ERR_NOT_FOUND;
    if (e != OK)
        return e;
    keyring_set(foreign);
    return tree_find(foreign);
}

static enum err
leaf_add(struct foreign *foreign, uint64_t index, struct bytes *entry)
{
    uint64_t loaded;
    enum err e = entry_get(foreign, index, entry, &loaded);

    if (e != OK)
        return e;
    foreign->leaves[index - foreign->first] = tree_leaf(*entry);
    tree_append(foreign->tree, &foreign->leaves[index - foreign->first]);
    return OK;
}

static enum err
span_try(struct foreign *foreign, const struct seen_log *log)
{
    struct bytes entry;
    struct hash root;
    enum err e = span_open(foreign, log->origin, foreign->end);

    for (uint64_t i = foreign->first; e == OK && i < foreign->end; i++)
        e = leaf_add(foreign, i, &entry);
    if (e != OK)
        return e;
    foreign->proved = foreign->clock;
    root = tree_root(foreign->tree);
    return memcmp(root.b, log->root, HASH_SIZE) == 0 ? OK : ERR_CORRUPT;
}

enum err
foreign_begin(struct foreign *foreign, const struct seen_log *log, int64_t node,
              uint64_t position)
{
    enum err e = ERR_NOT_FOUND;

    foreign->node = node;
    foreign->first = position;
    foreign->next = position;
    foreign->end = log->size;
    if (log->size < position || log->size - position > FOREIGN_SPAN_MAX)
        return ERR_LIMIT;
    if (log->size > TREE_SIZE_MAX)
        return ERR_LIMIT;
    for (int i = 0; i < TRIES && (e == ERR_NOT_FOUND || e == ERR_CORRUPT);
         i++) {
        if (i > 0)
            forget(foreign);
        e = span_try(foreign, log);
    }
    return e;
}

/* False where it says nothing. */
static bool
entry_event(struct foreign *foreign, struct bytes in)
{
    struct entry entry;
    struct bytes plain;
    enum err e = entry_parse(in, &entry, NULL);

    if (e != OK || (entry.sealed && foreign->log.keyring == NULL))
        return false;
    plain = entry.event;
    if (entry.sealed)
        e = entry_open(&foreign->cursor, &entry, foreign->plain, ENTRY_SIZE_MAX,
                       &plain);
    arena_reset(&foreign->parts);
    if (e == OK)
        e = event_parse(plain, &foreign->parts, &foreign->event, NULL);
    return e == OK;
}

/* It may have been changed meanwhile. */
static bool
is_proved(const struct foreign *foreign, struct bytes entry)
{
    struct hash leaf = tree_leaf(entry);

    return hash_equal(&leaf, &foreign->leaves[foreign->next - foreign->first]);
}

bool
foreign_next(struct foreign *foreign, const struct event **event, enum err *e)
{
    struct bytes entry;
    uint64_t loaded;

    *e = OK;
    *event = NULL;
    if (foreign->next == foreign->end) {
        foreign->trees[foreign->node] = *foreign->tree;
        return false;
    }
    *e = entry_get(foreign, foreign->next, &entry, &loaded);
    if (*e == OK && loaded > foreign->proved && !is_proved(foreign, entry))
        *e = ERR_CORRUPT;
    if (*e != OK)
        return false;
    if (entry_event(foreign, entry))
        *event = &foreign->event;
    foreign->next++;
    return true;
}

/* ----- Looking ahead. ----- */

/* A key for it is to come: its epoch is newer than all that are known. */
static bool
waits_for_key(const struct foreign *foreign, const struct entry *entry)
{
    uint32_t newest;

    if (!entry->sealed)
        return false;
    return foreign->log.keyring == NULL ||
           !keyring_newest(foreign->log.keyring, &newest) ||
           entry->epoch > newest;
}

static bool
is_news(struct foreign *foreign, const struct entry *entry)
{
    arena_reset(&foreign->parts);
    return entry->sealed ||
           event_parse(entry->event, &foreign->parts, &foreign->event, NULL) !=
               OK ||
           foreign->event.type != EVENT_CHECKPOINT_SEEN;
}

/* Takes entries until the goal's end, or one that has to wait. */
static enum err
look_through(struct foreign *foreign, const struct foreign_goal *goal,
             uint64_t *news)
{
    uint64_t most = goal->max < FOREIGN_SPAN_MAX ? goal->max : FOREIGN_SPAN_MAX;
    uint64_t left = goal->size - foreign->first;
    enum err e = OK;

    foreign->end = foreign->first + (left < most ? left : most);
    *news = 0;
    for (uint64_t i = foreign->first; i < foreign->end; i++) {
        struct bytes in;
        struct entry entry = {0};
        uint64_t loaded;
        bool parsed;

        e = entry_get(foreign, i, &in, &loaded);
        if (e != OK)
            return e;
        parsed = entry_parse(in, &entry, NULL) == OK;
        if (parsed && goal->keys_due && waits_for_key(foreign, &entry)) {
            foreign->end = i;
            break;
        }
        *news += !parsed || is_news(foreign, &entry);
        e = leaf_add(foreign, i, &in);
        if (e != OK)
            return e;
    }
    return foreign->end == foreign->first ? ERR_NOT_FOUND : OK;
}

/* That the tree so far is the beginning of the goal's. */
static enum err
look_prove(struct foreign *foreign, const struct foreign_goal *goal,
           struct seen_log *log)
{
    const struct tile_source source = {.read = tile_read, .context = foreign};
    struct hash root = tree_root(foreign->tree);
    struct proof proof = {.count = 0};
    enum err e = OK;

    memcpy(log->root, root.b, HASH_SIZE);
    log->size = foreign->end;
    if (foreign->end < goal->size)
        e = proof_make_consistency(&source, foreign->end, goal->size, &proof);
    if (e == OK)
        e = proof_verify_consistency(&proof, foreign->end, &root, goal->size,
                                     &goal->root);
    return e == ERR_SIGNATURE ? ERR_CORRUPT : e;
}

static enum err
look_try(struct foreign *foreign, const struct foreign_goal *goal,
         struct seen_log *log, uint64_t *news)
{
    enum err e = span_open(foreign, log->origin, goal->size);

    if (e == OK)
        e = look_through(foreign, goal, news);
    return e == OK ? look_prove(foreign, goal, log) : e;
}

enum err
foreign_look(struct foreign *foreign, const struct foreign_goal *goal,
             int64_t node, uint64_t position, struct seen_log *log,
             uint64_t *news)
{
    enum err e = ERR_CORRUPT;

    foreign->node = node == NOBODY ? STRANGER : node;
    foreign->first = position;
    if (goal->size <= position)
        return ERR_NOT_FOUND;
    if (goal->size > TREE_SIZE_MAX)
        return ERR_LIMIT;
    for (int i = 0; i < TRIES && e == ERR_CORRUPT; i++) {
        if (i > 0 || foreign->node == STRANGER)
            forget(foreign);
        e = look_try(foreign, goal, log, news);
    }
    return e;
}
