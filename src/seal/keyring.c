/*
 * The file, REC 7.1; numbers are big-endian:
 *
 *     0      8  "KUFIKEYS"
 *     8      2  version, 1
 *     10     2  size of the origin
 *     12     n  origin
 *            4  number of epochs; for each, ascending:
 *                   4  epoch
 *                   4  number of nodes; for each, by slot:
 *                          1  level, 4 index, 32 key
 *            32 SHA-256 of all before
 */
#include "seal/keyring.h"

#include "base/reader.h"
#include "crypto/hash.h"

#include <assert.h>
#include <string.h>

#define MAGIC BYTES("KUFIKEYS")
#define VERSION 1
#define FILE_MODE 0600

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

/* Forgets all keys; cursors notice. */
static void
keyring_empty(struct keyring *keyring)
{
    if (keyring->nodes == NULL)
        return;
    crypto_wipe(keyring->nodes, keyring->node_count * sizeof(*keyring->nodes));
    keyring->node_count = 0;
    keyring->epoch_count = 0;
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

static void
node_write(struct writer *w, const struct keytree_node *node)
{
    writer_u8(w, node->level);
    writer_be32(w, node->index);
    writer_bytes(w, (struct bytes){node->key.b, sizeof(node->key.b)});
}

enum err
keyring_encode(const struct keyring *keyring, struct writer *w)
{
    size_t start = w->at;
    struct hash sum;

    writer_bytes(w, MAGIC);
    writer_be16(w, VERSION);
    writer_be16(w, (uint16_t)keyring->origin_size);
    writer_bytes(w, keyring_origin(keyring));
    writer_be32(w, (uint32_t)keyring->epoch_count);
    for (size_t i = 0; i < keyring->epoch_count; i++) {
        const struct key_epoch *epoch = &keyring->epochs[i];

        writer_be32(w, epoch->epoch);
        writer_be32(w, epoch->node_count);
        for (size_t n = 0; n < epoch->node_count; n++)
            node_write(w, &keyring->nodes[epoch->node_at + n]);
    }
    sum = hash_of((struct bytes){w->p + start, w->at - start});
    writer_bytes(w, hash_bytes(&sum));
    return writer_end(w);
}

/* A node that begins at `*from` or after it; `*from` is then behind it. */
static void
node_read(struct reader *r, struct keytree_node *out, uint32_t *from)
{
    struct keytree_node node = {0};
    struct bytes key;

    node.level = reader_u8(r, "REC 7.1");
    node.index = reader_be32(r, "REC 7.1");
    key = reader_bytes(r, sizeof(node.key.b), "REC 7.1");
    if (r->fault.code != OK)
        return;
    if (node.level > KEYTREE_DEPTH || node.index >> node.level != 0) {
        reader_refuse(r, ERR_FORMAT, "REC 7.1", "no such node");
        return;
    }
    if (keytree_first_slot(&node) < *from) {
        reader_refuse(r, ERR_FORMAT, "REC 7.2", "nodes are out of order");
        return;
    }
    memcpy(node.key.b, key.p, key.size);
    *from = keytree_first_slot(&node) + keytree_slot_count(&node);
    *out = node;
    crypto_wipe(&node, sizeof(node));
}

static void
epoch_read(struct reader *r, struct keyring *keyring)
{
    struct key_epoch epoch = {.node_at = (uint32_t)keyring->node_count};
    uint32_t newest = 0;
    bool has_newest = keyring_newest(keyring, &newest);
    uint32_t from = 0;

    epoch.epoch = reader_be32(r, "REC 7.1");
    epoch.node_count = reader_be32(r, "REC 7.1");
    if (epoch.epoch > DATE_DAYS_MAX || (has_newest && epoch.epoch <= newest))
        reader_refuse(r, ERR_FORMAT, "REC 7.2", "epochs are out of order");
    if (epoch.node_count > keyring->nodes_max - keyring->node_count)
        reader_refuse(r, ERR_LIMIT, "REC 7.3", "too many nodes");
    for (uint32_t n = 0; n < epoch.node_count && r->fault.code == OK; n++)
        node_read(r, &keyring->nodes[keyring->node_count++], &from);
    keyring->epochs[keyring->epoch_count++] = epoch;
}

enum err
keyring_parse(struct keyring *keyring, struct bytes in, struct fault *fault)
{
    struct reader r = {.in = in};
    struct hash sum;
    uint32_t epoch_count;
    struct bytes origin;
    enum err e;

    keyring_empty(keyring);
    if (in.size < HASH_SIZE)
        return fault_set(fault, ERR_SHORT, in.size, "REC 7.1",
                         "the input ends too early");
    r.in.size -= HASH_SIZE;
    sum = hash_of(r.in);
    if (memcmp(sum.b, in.p + r.in.size, HASH_SIZE) != 0)
        return fault_set(fault, ERR_SIGNATURE, r.in.size, "REC 7.1",
                         "the sum does not hold");
    reader_expect(&r, MAGIC, "REC 7.1");
    if (reader_be16(&r, "REC 7.1") != VERSION)
        reader_refuse(&r, ERR_FORMAT, "REC 7.1", "another version");
    origin = reader_bytes(&r, reader_be16(&r, "REC 7.1"), "REC 7.1");
    if (!bytes_equal(origin, keyring_origin(keyring)))
        reader_refuse(&r, ERR_CONFLICT, "REC 7.1", "of another origin");
    epoch_count = reader_be32(&r, "REC 7.1");
    if (epoch_count > KEYRING_EPOCHS_MAX)
        reader_refuse(&r, ERR_LIMIT, "REC 7.3", "too many epochs");
    for (uint32_t i = 0; i < epoch_count && r.fault.code == OK; i++)
        epoch_read(&r, keyring);
    e = reader_end(&r, "REC 7.1", fault);
    if (e != OK)
        keyring_empty(keyring);
    return e;
}

enum err
keyring_load(struct keyring *keyring, struct os *os, struct folder dir,
             struct fault *fault)
{
    size_t size;
    enum err e;

    e = os_read_file(os, dir, KEYRING_PATH, keyring->block, keyring->block_size,
                     &size);
    if (e == OK)
        e = keyring_parse(keyring, (struct bytes){keyring->block, size}, fault);
    crypto_wipe(keyring->block, keyring->block_size);
    switch (e) {
    case ERR_SHORT:
    case ERR_FORMAT:
    case ERR_SIGNATURE:
        return ERR_CORRUPT;
    default:
        return e;
    }
}

/* Zeros over all of an open file, durably. */
static enum err
file_overwrite(struct os *os, struct file file)
{
    static const uint8_t ZEROS[4096];
    uint64_t size;
    enum err e = os->size(os, file, &size);

    for (uint64_t at = 0; e == OK && at < size; at += sizeof(ZEROS)) {
        uint64_t left = size - at;
        struct bytes part = {ZEROS, sizeof(ZEROS)};

        if (left < part.size)
            part.size = (size_t)left;
        e = os->write_at(os, file, at, part);
    }
    return e == OK ? os->sync(os, file) : e;
}

enum err
keyring_clean(struct os *os, struct folder dir)
{
    static const char LEFT_BEHIND[] = KEYRING_PATH ".new";
    struct file file;
    enum err e = os->open(os, dir, LEFT_BEHIND, OPEN_WRITE, FILE_MODE, &file);

    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    e = file_overwrite(os, file);
    os->close(os, file);
    if (e == OK)
        e = os->remove(os, dir, LEFT_BEHIND);
    return e == OK ? os->sync_folder(os, dir, "") : e;
}

enum err
keyring_save(struct keyring *keyring, struct os *os, struct folder dir)
{
    struct writer w;
    struct file old;
    bool has_old;
    enum err e;

    e = os->open(os, dir, KEYRING_PATH, OPEN_WRITE, FILE_MODE, &old);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    has_old = e == OK;
    writer_init(&w, keyring->block, keyring->block_size);
    e = keyring_encode(keyring, &w);
    if (e == OK)
        e = os_replace_file(os, dir, KEYRING_PATH, "", writer_done(&w),
                            FILE_MODE);
    crypto_wipe(keyring->block, w.at);
    if (has_old && e == OK)
        e = file_overwrite(os, old);
    if (has_old)
        os->close(os, old);
    return e;
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
