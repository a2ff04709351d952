/*
 * The file, REC 7.1; numbers are big-endian:
 *
 *     0      8  "KUFIKEYS"
 *     8      2  version: 1, or 2 when it is another log's
 *     10     2  size of the origin
 *     12     n  origin
 *            8  version 2: entries of the log whose erasures it obeys, not 0
 *            4  number of epochs; for each, ascending:
 *                   4  epoch
 *                   4  number of nodes; for each, by slot:
 *                          1  level, 4 index, 32 key
 *            32 SHA-256 of all before
 */
#include "seal/keyring_int.h"

#include "base/reader.h"
#include "crypto/hash.h"

#include <string.h>

#define MAGIC BYTES("KUFIKEYS")
#define VERSION_OWN 1
#define VERSION_GRANTED 2
#define FILE_MODE 0600

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
    writer_be16(w, keyring->as_of == 0 ? VERSION_OWN : VERSION_GRANTED);
    writer_be16(w, (uint16_t)keyring->origin_size);
    writer_bytes(w, keyring_origin(keyring));
    if (keyring->as_of != 0)
        writer_be64(w, keyring->as_of);
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

/* Up to the epochs; `*as_of` stays 0 in a log's own. */
static void
head_read(struct reader *r, struct bytes *origin, uint64_t *as_of)
{
    uint16_t version;

    reader_expect(r, MAGIC, "REC 7.1");
    version = reader_be16(r, "REC 7.1");
    if (version != VERSION_OWN && version != VERSION_GRANTED)
        reader_refuse(r, ERR_FORMAT, "REC 7.1", "another version");
    *origin = reader_bytes(r, reader_be16(r, "REC 7.1"), "REC 7.1");
    if (version != VERSION_GRANTED)
        return;
    *as_of = reader_be64(r, "REC 7.1");
    if (*as_of == 0)
        reader_refuse(r, ERR_FORMAT, "REC 7.1", "as of no entry");
}

static void
epochs_read(struct reader *r, struct keyring *keyring)
{
    uint32_t epoch_count = reader_be32(r, "REC 7.1");

    if (epoch_count > KEYRING_EPOCHS_MAX)
        reader_refuse(r, ERR_LIMIT, "REC 7.3", "too many epochs");
    for (uint32_t i = 0; i < epoch_count && r->fault.code == OK; i++)
        epoch_read(r, keyring);
}

enum err
keyring_file_origin(struct bytes in, struct bytes *origin, struct fault *fault)
{
    struct reader r = {.in = in};
    uint64_t as_of = 0;
    struct bytes found;

    head_read(&r, &found, &as_of);
    if (r.fault.code == OK && found.size > KEYRING_ORIGIN_SIZE_MAX)
        reader_refuse(&r, ERR_LIMIT, "REC 7.1", "too long an origin");
    if (r.fault.code != OK) {
        *fault = r.fault;
        return r.fault.code;
    }
    *origin = found;
    return OK;
}

enum err
keyring_parse(struct keyring *keyring, struct bytes in, struct fault *fault)
{
    struct reader r = {.in = in};
    struct hash sum;
    uint64_t as_of = 0;
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
    head_read(&r, &origin, &as_of);
    if (!bytes_equal(origin, keyring_origin(keyring)))
        reader_refuse(&r, ERR_CONFLICT, "REC 7.1", "of another origin");
    epochs_read(&r, keyring);
    e = reader_end(&r, "REC 7.1", fault);
    if (e == OK)
        keyring->as_of = as_of;
    else
        keyring_empty(keyring);
    return e;
}

enum err
keyring_load(struct keyring *keyring, struct os *os, struct folder dir,
             struct fault *fault)
{
    return keyring_load_at(keyring, os, dir, KEYRING_PATH, fault);
}

enum err
keyring_load_at(struct keyring *keyring, struct os *os, struct folder dir,
                const char *path, struct fault *fault)
{
    size_t size;
    enum err e =
        os_read_file(os, dir, path, keyring->block, keyring->block_size, &size);

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
keyring_destroy_at(struct os *os, struct folder dir, const char *path,
                   const char *parent)
{
    struct file file;
    enum err e = os->open(os, dir, path, OPEN_WRITE, FILE_MODE, &file);

    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    e = file_overwrite(os, file);
    os->close(os, file);
    if (e == OK)
        e = os->remove(os, dir, path);
    return e == OK ? os->sync_folder(os, dir, parent) : e;
}

enum err
keyring_clean(struct os *os, struct folder dir)
{
    return keyring_destroy_at(os, dir, KEYRING_PATH ".new", "");
}

enum err
keyring_save(struct keyring *keyring, struct os *os, struct folder dir)
{
    return keyring_save_at(keyring, os, dir, KEYRING_PATH, "");
}

enum err
keyring_save_at(struct keyring *keyring, struct os *os, struct folder dir,
                const char *path, const char *parent)
{
    struct writer w;
    struct file old;
    bool has_old;
    enum err e;

    e = os->open(os, dir, path, OPEN_WRITE, FILE_MODE, &old);
    if (e != OK && e != ERR_NOT_FOUND)
        return e;
    has_old = e == OK;
    writer_init(&w, keyring->block, keyring->block_size);
    e = keyring_encode(keyring, &w);
    if (e == OK)
        e = os_replace_file(os, dir, path, parent, writer_done(&w), FILE_MODE);
    crypto_wipe(keyring->block, w.at);
    if (has_old && e == OK)
        e = file_overwrite(os, old);
    if (has_old)
        os->close(os, old);
    return e;
}
