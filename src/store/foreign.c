#include "store/foreign.h"

#include <stdlib.h>
#include <string.h>

#include "seal/entry.h"
#include "store/foreign_bundle.h"
#include "store/nodes.h"
#include "tlog/checkpoint.h"

/* The courier may replace partial tiles while we read: then again. */
#define TRIES 4

#define STRANGER (-2) /* a node that has no number yet */

/* ----- Memory. ----- */

enum err
foreign_init(struct foreign *foreign, const struct foreign_logs *logs,
             size_t bundles, unsigned threads)
{
    *foreign = (struct foreign){.logs = *logs};
    foreign->trees = calloc(STORE_NODES_MAX, sizeof(*foreign->trees));
    foreign->tree = calloc(1, sizeof(*foreign->tree));
    foreign->edge = calloc(1, sizeof(*foreign->edge));
    foreign->leaves = calloc(FOREIGN_SPAN_MAX, sizeof(*foreign->leaves));
    foreign->note = malloc(NOTE_SIZE_MAX);
    foreign->parts = malloc(EVENT_ARENA_SIZE);
    foreign->bundles = calloc(1, sizeof(*foreign->bundles));
    if (foreign->trees != NULL && foreign->tree != NULL &&
        foreign->edge != NULL && foreign->leaves != NULL &&
        foreign->note != NULL && foreign->parts != NULL &&
        foreign->bundles != NULL &&
        foreign_bundles_init(foreign->bundles, bundles, threads) == OK)
        return OK;
    foreign_deinit(foreign);
    return ERR_LIMIT;
}

void
foreign_deinit(struct foreign *foreign)
{
    if (foreign->bundles != NULL)
        foreign_bundles_deinit(foreign->bundles);
    free(foreign->bundles);
    free(foreign->trees);
    free(foreign->tree);
    free(foreign->edge);
    free(foreign->leaves);
    free(foreign->note);
    free(foreign->parts);
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

/* Where the bundle of entry `at` ends, or at `end`. */
static uint64_t
bundle_end_of(uint64_t at, uint64_t end)
{
    uint64_t whole = (at / TILE_WIDTH + 1) * TILE_WIDTH;

    return whole < end ? whole : end;
}

/* The bundle with entries `first` and those after it up to `end`, as far as
 * they are of one; from memory or the mirror, its leaves hashed. */
static enum err
bundle_get(struct foreign *foreign, uint64_t first, uint64_t end,
           struct foreign_bundle **out)
{
    const struct foreign_place place = {.view = &foreign->log.view,
                                        .mirrored = foreign->mirrored,
                                        .node = foreign->node,
                                        .first = first};
    struct foreign_bundles *bundles = foreign->bundles;
    enum err e = OK;

    *out = foreign_bundle_find(bundles, place.node, first,
                               bundle_end_of(first, end));
    if (*out == NULL)
        e = foreign_bundle_read(bundles, &place, false, out);
    if (e != OK)
        return e;
    (*out)->used = ++bundles->clock;
    foreign_bundle_hash(*out);
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
    foreign_bundles_drop(foreign->bundles, foreign->node, UINT64_MAX);
}

/* ----- A span. ----- */

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
    return e == OK ? tree_find(foreign) : e;
}

static void
leaf_add(struct foreign *foreign, const struct foreign_bundle *bundle,
         uint64_t index)
{
    struct hash *leaf = &foreign->leaves[index - foreign->first];

    *leaf = bundle->leaves[index % TILE_WIDTH];
    tree_append(foreign->tree, leaf);
}

static enum err
span_try(struct foreign *foreign, const struct seen_log *log)
{
    struct foreign_bundle *bundle = NULL;
    struct hash root;
    enum err e = span_open(foreign, log->origin, foreign->end);

    for (uint64_t i = foreign->first; e == OK && i < foreign->end; i++) {
        if (bundle == NULL || i % TILE_WIDTH == 0)
            e = bundle_get(foreign, i, foreign->end, &bundle);
        if (e == OK)
            leaf_add(foreign, bundle, i);
    }
    if (e != OK)
        return e;
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

/* What is in memory of the rest of the span is opened at once. */
static void
span_unseal(struct foreign *foreign)
{
    struct foreign_bundles *bundles = foreign->bundles;
    struct foreign_bundle *list[FOREIGN_SPAN_MAX / TILE_WIDTH + 1];
    size_t count = 0;

    for (uint64_t i = foreign->next; i < foreign->end;) {
        uint64_t end = bundle_end_of(i, foreign->end);
        struct foreign_bundle *bundle =
            foreign_bundle_find(bundles, foreign->node, i, end);

        if (bundle == NULL)
            break;
        list[count++] = bundle;
        i = end;
    }
    foreign_bundles_open(bundles, list, count, foreign->log.keyring,
                         foreign->ahead_count > 0);
}

/* A bundle that was read again may have been changed meanwhile. */
static bool
is_proved(const struct foreign *foreign, const struct foreign_bundle *bundle,
          size_t count)
{
    return memcmp(&bundle->leaves[foreign->next % TILE_WIDTH],
                  &foreign->leaves[foreign->next - foreign->first],
                  count * sizeof(struct hash)) == 0;
}

bool
foreign_next(struct foreign *foreign, struct foreign_run *run, enum err *e)
{
    struct foreign_bundle *bundle;

    *e = OK;
    if (foreign->next == foreign->end) {
        foreign->trees[foreign->node] = *foreign->tree;
        foreign_bundles_drop(foreign->bundles, foreign->node, foreign->end);
        return false;
    }
    run->count =
        (size_t)(bundle_end_of(foreign->next, foreign->end) - foreign->next);
    *e = bundle_get(foreign, foreign->next, foreign->end, &bundle);
    if (*e == OK && !is_proved(foreign, bundle, run->count))
        *e = ERR_CORRUPT;
    if (*e != OK)
        return false;
    if (!foreign_bundle_is_open(bundle, foreign->log.keyring))
        span_unseal(foreign);
    run->entries = &bundle->loaded[foreign->next % TILE_WIDTH];
    foreign->next += run->count;
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
    struct event event;
    struct arena arena;

    arena_init(&arena, foreign->parts, EVENT_ARENA_SIZE);
    return entry->sealed ||
           event_parse(entry->event, &arena, &event, NULL) != OK ||
           event.type != EVENT_CHECKPOINT_SEEN;
}

/* Takes entries until the goal's end, or one that has to wait. */
static enum err
look_through(struct foreign *foreign, const struct foreign_goal *goal,
             uint64_t *news)
{
    uint64_t most = goal->max < FOREIGN_SPAN_MAX ? goal->max : FOREIGN_SPAN_MAX;
    uint64_t left = goal->size - foreign->first;
    struct foreign_bundle *bundle = NULL;
    enum err e = OK;

    foreign->end = foreign->first + (left < most ? left : most);
    *news = 0;
    for (uint64_t i = foreign->first; i < foreign->end; i++) {
        struct entry entry = {0};
        bool parsed;

        if (bundle == NULL || i % TILE_WIDTH == 0)
            e = bundle_get(foreign, i, foreign->end, &bundle);
        if (e != OK)
            return e;
        parsed =
            entry_parse(bundle->entries[i % TILE_WIDTH], &entry, NULL) == OK;
        if (parsed && goal->keys_due && waits_for_key(foreign, &entry)) {
            foreign->end = i;
            break;
        }
        *news += !parsed || is_news(foreign, &entry);
        leaf_add(foreign, bundle, i);
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

    foreign->node = node == FOREIGN_NOBODY ? STRANGER : node;
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

/* ----- For who folds a whole log. ----- */

/* Of the entries from `first` to `end`, which are of one bundle. False: there
 * is no room. */
static bool
ahead_read(struct foreign *foreign, const struct foreign_place *place,
           uint64_t end)
{
    struct foreign_ahead *ahead = &foreign->ahead[foreign->ahead_count];
    struct foreign_bundle *bundle =
        foreign_bundle_find(foreign->bundles, place->node, place->first, end);
    enum err e;

    if (bundle != NULL || end > place->mirrored)
        return true;
    if (foreign->ahead_count == FOREIGN_AHEAD_MAX)
        return false;
    e = foreign_bundle_read(foreign->bundles, place, true, &bundle);
    if (e != OK)
        return e != ERR_BUSY;
    bundle->ahead = true;
    *ahead = (struct foreign_ahead){bundle, foreign->log.keyring};
    foreign->ahead_count++;
    return true;
}

bool
foreign_plan(struct foreign *foreign, const struct seen_log *log, int64_t node,
             uint64_t *position)
{
    struct foreign_place place = {.view = &foreign->log.view, .node = node};
    enum err e =
        foreign->logs.find(foreign->logs.context, log->origin, &foreign->log);

    if (e == OK)
        e = mirrored_read(foreign);
    place.mirrored = e == OK ? foreign->mirrored : 0;
    while (*position < log->size) {
        uint64_t end = bundle_end_of(*position, log->size);

        place.first = *position;
        if (!ahead_read(foreign, &place, end))
            return false;
        *position = end;
    }
    return true;
}

void
foreign_ahead_open(struct foreign *foreign, size_t ahead, unsigned worker)
{
    struct foreign_bundle *bundle = foreign->ahead[ahead].bundle;

    foreign_bundle_hash(bundle);
    foreign_bundle_open(foreign->bundles, bundle, worker,
                        foreign->ahead[ahead].keyring);
}

void
foreign_ahead_done(struct foreign *foreign)
{
    for (size_t i = 0; i < foreign->ahead_count; i++)
        foreign->ahead[i].bundle->ahead = false;
    foreign->ahead_count = 0;
}

bool
foreign_is_ready(const struct foreign *foreign, const struct seen_log *log,
                 int64_t node, uint64_t position)
{
    for (size_t i = 0; i < foreign->ahead_count; i++) {
        const struct foreign_bundle *bundle = foreign->ahead[i].bundle;
        uint64_t first = bundle->index * TILE_WIDTH;

        if (bundle->node == node && first < log->size &&
            position < first + bundle->width)
            return false;
    }
    return true;
}
