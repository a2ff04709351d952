#include "seal/keyring_int.h"

#include <assert.h>
#include <string.h>

enum err
keyring_init(struct keyring *keyring, struct arena *arena, struct bytes origin,
             size_t nodes_max)
{
    struct keyring k = {.nodes_max = nodes_max};

    if (nodes_max > KEYRING_NODES_MAX || origin.size > sizeof(k.origin))
        return ERR_LIMIT;
    k.origin_size = origin.size;
    if (origin.size > 0)
        memcpy(k.origin, origin.p, origin.size);
    k.epochs = arena_array(arena, KEYRING_EPOCHS_MAX, sizeof(*k.epochs));
    k.nodes = arena_array(arena, nodes_max, sizeof(*k.nodes));
    k.block_size = KEYRING_FILE_SIZE(nodes_max);
    k.block = arena_take(arena, k.block_size);
    if (k.epochs == NULL || k.nodes == NULL || k.block == NULL)
        return ERR_LIMIT;
    *keyring = k;
    return OK;
}

void
keyring_empty(struct keyring *keyring)
{
    if (keyring->nodes == NULL)
        return;
    crypto_wipe(keyring->nodes, keyring->node_count * sizeof(*keyring->nodes));
    keyring->node_count = 0;
    keyring->epoch_count = 0;
    keyring->as_of = 0;
    keyring->changes++;
}

void
keyring_deinit(struct keyring *keyring)
{
    keyring_empty(keyring);
    *keyring = (struct keyring){0};
}

struct bytes
keyring_origin(const struct keyring *keyring)
{
    return (struct bytes){keyring->origin, keyring->origin_size};
}

bool
keyring_newest(const struct keyring *keyring, uint32_t *epoch)
{
    if (keyring->epoch_count == 0)
        return false;
    *epoch = keyring->epochs[keyring->epoch_count - 1].epoch;
    return true;
}

/* Index of the epoch, or `epoch_count`. */
static size_t
epoch_index(const struct keyring *keyring, uint32_t epoch)
{
    size_t low = 0;
    size_t high = keyring->epoch_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (keyring->epochs[middle].epoch < epoch)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < keyring->epoch_count && keyring->epochs[low].epoch == epoch)
        return low;
    return keyring->epoch_count;
}

/* Index in `nodes` of the last node of the epoch that begins at `slot` or
 * before it; or `node_count` of the keyring. */
static size_t
node_index(const struct keyring *keyring, const struct key_epoch *epoch,
           uint32_t slot)
{
    size_t low = epoch->node_at;
    size_t high = low + epoch->node_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (keytree_first_slot(&keyring->nodes[middle]) <= slot)
            low = middle + 1;
        else
            high = middle;
    }
    return low > epoch->node_at ? low - 1 : keyring->node_count;
}

enum err
keyring_find(const struct keyring *keyring, uint32_t epoch, uint32_t slot,
             const struct keytree_node **out)
{
    size_t at = epoch_index(keyring, epoch);

    if (at == keyring->epoch_count)
        return ERR_NOT_FOUND;
    at = node_index(keyring, &keyring->epochs[at], slot);
    if (at == keyring->node_count || !keytree_covers(&keyring->nodes[at], slot))
        return ERR_NOT_FOUND;
    *out = &keyring->nodes[at];
    return OK;
}

enum err
keyring_open_epoch(struct keyring *keyring, uint32_t epoch,
                   const struct random *random)
{
    struct keytree_node *root;
    uint32_t newest;

    if (keyring_newest(keyring, &newest) && epoch <= newest)
        return ERR_CONFLICT;
    if (epoch > DATE_DAYS_MAX || keyring->epoch_count == KEYRING_EPOCHS_MAX ||
        keyring->node_count == keyring->nodes_max)
        return ERR_LIMIT;
    root = &keyring->nodes[keyring->node_count];
    *root = (struct keytree_node){0};
    random->fill(random->context, root->key.b, sizeof(root->key.b));
    keyring->epochs[keyring->epoch_count++] = (struct key_epoch){
        .epoch = epoch,
        .node_at = (uint32_t)keyring->node_count,
        .node_count = 1,
    };
    keyring->node_count++;
    keyring->changes++;
    return OK;
}

/* Puts `count` nodes in the place of `old_count` at `at`, of one epoch. */
static void
nodes_replace(struct keyring *keyring, struct key_epoch *epoch, size_t at,
              size_t old_count, const struct keytree_node *nodes, size_t count)
{
    struct keytree_node *place = keyring->nodes + at;
    size_t behind = keyring->node_count - at - old_count;
    size_t node_count = keyring->node_count - old_count + count;
    struct key_epoch *end = keyring->epochs + keyring->epoch_count;

    assert(node_count <= keyring->nodes_max);
    memmove(place + count, place + old_count, behind * sizeof(*place));
    if (count > 0)
        memcpy(place, nodes, count * sizeof(*place));
    if (node_count < keyring->node_count)
        crypto_wipe(keyring->nodes + node_count,
                    (keyring->node_count - node_count) * sizeof(*place));
    epoch->node_count = (uint32_t)(epoch->node_count - old_count + count);
    for (struct key_epoch *e = epoch + 1; e < end; e++)
        e->node_at = (uint32_t)(e->node_at - old_count + count);
    keyring->node_count = node_count;
    keyring->changes++;
}

enum err
keyring_puncture(struct keyring *keyring, uint32_t epoch, uint32_t slot)
{
    struct keytree_node siblings[KEYTREE_DEPTH];
    struct key_epoch *of;
    size_t at = epoch_index(keyring, epoch);
    size_t count;

    if (at == keyring->epoch_count || slot >= KEYTREE_SLOTS)
        return ERR_NOT_FOUND;
    of = &keyring->epochs[at];
    at = node_index(keyring, of, slot);
    if (at == keyring->node_count || !keytree_covers(&keyring->nodes[at], slot))
        return OK;
    count = (size_t)KEYTREE_DEPTH - keyring->nodes[at].level;
    if (count > keyring->nodes_max - keyring->node_count + 1)
        return ERR_LIMIT;
    keytree_siblings(&keyring->nodes[at], slot, siblings);
    nodes_replace(keyring, of, at, 1, siblings, count);
    crypto_wipe(siblings, sizeof(siblings));
    return OK;
}

enum err
keyring_forget_epoch(struct keyring *keyring, uint32_t epoch)
{
    size_t at = epoch_index(keyring, epoch);
    struct key_epoch *of = &keyring->epochs[at];

    if (at == keyring->epoch_count)
        return ERR_NOT_FOUND;
    nodes_replace(keyring, of, of->node_at, of->node_count, NULL, 0);
    return OK;
}

void
keyring_drop_before(struct keyring *keyring, uint32_t epoch)
{
    size_t dropped = 0;
    size_t nodes = 0;

    while (dropped < keyring->epoch_count &&
           keyring->epochs[dropped].epoch < epoch)
        nodes += keyring->epochs[dropped++].node_count;
    if (dropped == 0)
        return;
    nodes_replace(keyring, &keyring->epochs[dropped - 1], 0, nodes, NULL, 0);
    keyring->epoch_count -= dropped;
    memmove(keyring->epochs, keyring->epochs + dropped,
            keyring->epoch_count * sizeof(*keyring->epochs));
}

enum err
keyring_erase(struct keyring *keyring, struct os *os, struct folder dir,
              uint32_t epoch, const uint32_t *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum err e = keyring_puncture(keyring, epoch, slots[i]);

        if (e != OK)
            return e;
    }
    return keyring_save(keyring, os, dir);
}
