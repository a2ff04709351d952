#include "store/foreign_bundle.h"

#include <assert.h>
#include <stdlib.h>

#include "crypto/crypto.h"
#include "os/pool.h"
#include "tlog/tree.h"

/* No event is larger than EVENT_SIZE_MAX, so that those of a part find room. A
 * larger entry is none, and needs none. */
#define PART_EVENTS_SIZE                                                       \
    ((size_t)FOREIGN_PART_WIDTH * EVENT_SIZE_MAX + ENTRY_SIZE_MAX)
#define PART_SIZE (PART_EVENTS_SIZE + EVENT_ARENA_SIZE)

/* Fewer entries are opened sooner than a thread is made. */
#define SHARED_MIN (2 * FOREIGN_PART_WIDTH)

_Static_assert(TILE_WIDTH % FOREIGN_PARTS == 0, "parts are of one width");

static struct foreign_bundle *
bundle_make(void)
{
    struct foreign_bundle *bundle = calloc(1, sizeof(*bundle));

    if (bundle == NULL)
        return NULL;
    bundle->node = FOREIGN_NOBODY;
    bundle->block = malloc(BUNDLE_SIZE_MAX);
    bundle->plain = malloc(FOREIGN_PARTS * PART_SIZE);
    return bundle;
}

/* Nothing is left of what it held. */
static void
bundle_free(struct foreign_bundle *bundle)
{
    for (size_t i = 0; bundle->plain != NULL && i < FOREIGN_PARTS; i++)
        crypto_wipe(bundle->plain + i * PART_SIZE, bundle->plain_used[i]);
    free(bundle->block);
    free(bundle->plain);
    free(bundle);
}

enum err
foreign_bundles_init(struct foreign_bundles *bundles, size_t count,
                     unsigned threads)
{
    *bundles = (struct foreign_bundles){.threads = threads};
    bundles->list = calloc(count, sizeof(struct foreign_bundle *));
    bundles->cursors = calloc(threads + 1, sizeof(*bundles->cursors));
    if (bundles->list == NULL || bundles->cursors == NULL)
        return ERR_LIMIT;
    for (unsigned i = 0; i <= threads; i++)
        seal_cursor_init(&bundles->cursors[i], NULL);
    for (; bundles->count < count; bundles->count++) {
        struct foreign_bundle *bundle = bundle_make();

        bundles->list[bundles->count] = bundle;
        if (bundle == NULL)
            return ERR_LIMIT;
        if (bundle->block == NULL || bundle->plain == NULL) {
            bundles->count++;
            return ERR_LIMIT;
        }
    }
    return OK;
}

void
foreign_bundles_deinit(struct foreign_bundles *bundles)
{
    for (unsigned i = 0; bundles->cursors != NULL && i <= bundles->threads; i++)
        seal_cursor_deinit(&bundles->cursors[i]);
    for (size_t i = 0; i < bundles->count; i++)
        bundle_free(bundles->list[i]);
    free(bundles->list);
    free(bundles->cursors);
    *bundles = (struct foreign_bundles){0};
}

struct foreign_bundle *
foreign_bundle_find(const struct foreign_bundles *bundles, int64_t node,
                    uint64_t first, uint64_t end)
{
    uint64_t index = first / TILE_WIDTH;

    for (size_t i = 0; i < bundles->count; i++) {
        struct foreign_bundle *bundle = bundles->list[i];

        if (bundle->node == node && bundle->index == index &&
            bundle->from <= first % TILE_WIDTH &&
            bundle->width >= end - index * TILE_WIDTH)
            return bundle;
    }
    return NULL;
}

/* The one to be given up, or NULL. */
static struct foreign_bundle *
place_find(const struct foreign_bundles *bundles, bool spent_only)
{
    struct foreign_bundle *oldest = NULL;

    for (size_t i = 0; i < bundles->count; i++) {
        struct foreign_bundle *one = bundles->list[i];

        if (one->node == FOREIGN_NOBODY)
            return one;
        if (!spent_only && !one->ahead &&
            (oldest == NULL || one->used < oldest->used))
            oldest = one;
    }
    return oldest;
}

enum err
foreign_bundle_read(struct foreign_bundles *bundles,
                    const struct foreign_place *place, bool spent_only,
                    struct foreign_bundle **out)
{
    struct foreign_bundle *bundle = place_find(bundles, spent_only);
    uint64_t index = place->first / TILE_WIDTH;
    uint16_t width = tile_width(place->mirrored, TILE_ENTRIES, index);
    struct bundle at;
    struct bytes in;
    enum err e;

    if (bundle == NULL)
        return ERR_BUSY;
    bundle->node = FOREIGN_NOBODY;
    e = view_bundle(place->view, place->mirrored, index,
                    (struct block){bundle->block, BUNDLE_SIZE_MAX}, &in);
    if (e != OK)
        return e == ERR_LIMIT ? ERR_CORRUPT : e;
    at = bundle_of(in, width);
    for (size_t i = 0; i < width; i++)
        if (!bundle_next(&at, &bundle->entries[i]))
            return ERR_CORRUPT;
    bundle->node = place->node;
    bundle->index = index;
    bundle->from = place->first % TILE_WIDTH;
    bundle->width = width;
    bundle->hashed = false;
    bundle->opened = false;
    bundle->used = ++bundles->clock;
    *out = bundle;
    return OK;
}

void
foreign_bundle_hash(struct foreign_bundle *bundle)
{
    if (bundle->hashed)
        return;
    for (size_t i = bundle->from; i < bundle->width; i++)
        bundle->leaves[i] = tree_leaf(bundle->entries[i]);
    bundle->hashed = true;
}

/* ----- Opening. ----- */

static struct seal_cursor *
cursor_of(struct foreign_bundles *bundles, unsigned worker,
          const struct keyring *keyring)
{
    struct seal_cursor *cursor = &bundles->cursors[worker];

    if (cursor->keyring == keyring)
        return cursor;
    seal_cursor_deinit(cursor);
    seal_cursor_init(cursor, keyring);
    return cursor;
}

/* What does not open or parse says nothing, and leaves no trace. */
static void
part_open(struct foreign_bundle *bundle, size_t part,
          struct seal_cursor *cursor)
{
    size_t first = part * FOREIGN_PART_WIDTH;
    size_t end = first + FOREIGN_PART_WIDTH;
    struct writer plain;

    if (first < bundle->from)
        first = bundle->from;
    if (end > bundle->width)
        end = bundle->width;
    writer_init(&plain, bundle->plain + part * PART_SIZE, PART_EVENTS_SIZE);
    for (size_t i = first; i < end; i++) {
        struct loaded *out = &bundle->loaded[i];
        size_t at = plain.at;

        if (load_entry(cursor, bundle->entries[i], &plain, out, NULL) == OK)
            continue;
        out->erased = true;
        out->crossed = false;
        plain.at = at;
        plain.full = false;
    }
    if (plain.at > bundle->plain_used[part])
        bundle->plain_used[part] = plain.at;
}

bool
foreign_bundle_is_open(const struct foreign_bundle *bundle,
                       const struct keyring *keyring)
{
    return bundle->opened && bundle->keyring == keyring &&
           (keyring == NULL || bundle->changes == keyring->changes);
}

static void
opened_set(struct foreign_bundle *bundle, const struct keyring *keyring)
{
    bundle->keyring = keyring;
    bundle->changes = keyring == NULL ? 0 : keyring->changes;
    bundle->opened = true;
}

void
foreign_bundle_open(struct foreign_bundles *bundles,
                    struct foreign_bundle *bundle, unsigned worker,
                    const struct keyring *keyring)
{
    struct seal_cursor *cursor = cursor_of(bundles, worker, keyring);

    for (size_t i = 0; i < FOREIGN_PARTS; i++)
        part_open(bundle, i, cursor);
    opened_set(bundle, keyring);
}

struct job {
    struct foreign_bundles *bundles;
    struct foreign_bundle *const *list;
    const struct keyring *keyring;
};

static void
job_map(void *context, unsigned worker, size_t slice)
{
    struct job *job = context;

    part_open(job->list[slice / FOREIGN_PARTS], slice % FOREIGN_PARTS,
              cursor_of(job->bundles, worker, job->keyring));
}

void
foreign_bundles_open(struct foreign_bundles *bundles,
                     struct foreign_bundle *const *list, size_t count,
                     const struct keyring *keyring, bool beside)
{
    struct job job = {bundles, list, keyring};
    size_t entries = 0;

    for (size_t i = 0; i < count; i++)
        entries += list[i]->width - list[i]->from;
    if (beside || entries < SHARED_MIN) {
        for (size_t i = 0; i < count; i++)
            foreign_bundle_open(bundles, list[i], bundles->threads, keyring);
        return;
    }
    pool_map(bundles->threads, job_map, &job, count * FOREIGN_PARTS);
    for (size_t i = 0; i < count; i++)
        opened_set(list[i], keyring);
}

void
foreign_bundles_drop(struct foreign_bundles *bundles, int64_t node,
                     uint64_t end)
{
    for (size_t i = 0; i < bundles->count; i++) {
        struct foreign_bundle *bundle = bundles->list[i];

        if (bundle->node == node &&
            bundle->index * TILE_WIDTH + bundle->width <= end)
            bundle->node = FOREIGN_NOBODY;
    }
}
