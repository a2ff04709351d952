#include "sim/log_model.h"

#include "test.h"

#include "tlog/proof.h"
#include "tlog/view.h"

#include <string.h>

#define ORIGIN BYTES("border.example/durres")
#define LARGE 5000

void
model_config(struct model *model, struct sim_disk *disk, uint64_t journal_size)
{
    static _Alignas(JOURNAL_BLOCK) uint8_t memory[LOG_MEMORY_SIZE];
    const uint8_t seed[SIGN_SEED_SIZE] = {42};

    memset(model, 0, sizeof(*model));
    model->disk = disk;
    sign_key_init(&model->key, seed);
    model->config = (struct log_config){
        .os = &disk->os,
        .dir = sim_disk_root(disk),
        .origin = ORIGIN,
        .key = &model->key,
        .journal_size = journal_size,
        .memory = memory,
    };
}

void
model_init(struct model *model, struct sim_disk *disk, uint64_t journal_size)
{
    model_config(model, disk, journal_size);
    assert_err(log_create(&model->config), OK);
    assert_err(log_open(&model->log, &model->config, NULL, NULL), OK);
    model->is_open = true;
    assert_err(model_append(model, 1), OK);
    assert_err(log_publish(&model->log), OK);
    model_observe(model);
}

void
model_deinit(struct model *model)
{
    if (model->is_open)
        log_abandon(&model->log);
    model->is_open = false;
}

enum err
model_append(struct model *model, size_t count)
{
    static uint8_t text[LOG_BATCH_MAX * 64 + LOG_BATCH_MAX / 64 * LARGE];
    static struct bytes entries[LOG_BATCH_MAX];
    static struct hash leaves[LOG_BATCH_MAX];
    size_t at = 0;
    size_t i;
    uint64_t first;
    enum err e;

    for (i = 0; i < count; i++) {
        uint64_t serial = ++model->serial;
        size_t size = serial % 64 == 63 ? LARGE : 8 + serial % 50;

        memset(text + at, (int)serial, size);
        memcpy(text + at, &serial, sizeof(serial));
        entries[i] = (struct bytes){text + at, size};
        at += size;
        assert_true(model->count + i < MODEL_ENTRIES_MAX);
        model->leaf[model->count + i] = tree_leaf(entries[i]);
    }
    e = log_append(&model->log, entries, count, leaves, &first);
    model->flight = e == OK || e == ERR_FULL ? 0 : count;
    if (e != OK)
        return e;
    assert_int_equal(first, model->count);
    assert_memory_equal(leaves, model->leaf + first, count * sizeof(*leaves));
    model->count += count;
    assert_int_equal(log_size(&model->log), model->count);
    return OK;
}

void
model_observe(struct model *model)
{
    struct note_key key = note_key_of(ORIGIN, NOTE_ED25519, &model->key.public);
    struct sim_bytes *file = sim_disk_bytes(model->disk, "log/checkpoint");
    struct checkpoint c;
    size_t i;

    /* Readers see the cache, which stands two before the stable bytes. */
    if (file == NULL)
        return;
    file -= 2;
    if (checkpoint_open((struct bytes){file->p, file->size}, &key, &c, NULL) !=
        OK)
        return;
    for (i = 0; i < model->seen_count; i++) {
        if (model->seen[i].size != c.size)
            continue;
        assert_true(hash_equal(&model->seen[i].root, &c.root));
        return;
    }
    assert_true(model->seen_count < MODEL_SEEN_MAX);
    model->seen[model->seen_count++] = (struct model_seen){c.size, c.root};
}

enum err
model_try_open(struct model *model)
{
    enum err e;

    model->config.dir = sim_disk_root(model->disk);
    e = log_open(&model->log, &model->config, NULL, NULL);
    model->is_open = e == OK;
    return e;
}

void
model_open(struct model *model)
{
    assert_err(model_try_open(model), OK);
    model_check(model);
}

/* The log's entries lead to `root`, and every checkpoint seen lies on the way.
 */
static void
history_check(const struct model *model, const struct hash *root)
{
    struct tree tree = {.size = 0};
    struct hash h;
    size_t met = 0;
    size_t size;
    size_t i;

    for (size = 0; size <= model->count; size++) {
        for (i = 0; i < model->seen_count; i++) {
            if (model->seen[i].size != size)
                continue;
            h = tree_root(&tree);
            assert_true(hash_equal(&h, &model->seen[i].root));
            met++;
        }
        if (size < model->count)
            tree_append(&tree, &model->leaf[size]);
    }
    h = tree_root(&tree);
    assert_true(hash_equal(&h, root));
    assert_int_equal(met, model->seen_count);
}

static void
reading_check(struct model *model, uint64_t index)
{
    uint8_t out[LARGE];
    size_t size;
    struct hash leaf;

    assert_err(log_read(&model->log, index, out, sizeof(out), &size), OK);
    leaf = tree_leaf((struct bytes){out, size});
    assert_true(hash_equal(&leaf, &model->leaf[index]));
}

void
model_check(struct model *model)
{
    struct note_key key = note_key_of(ORIGIN, NOTE_ED25519, &model->key.public);
    struct checkpoint c;
    size_t i;

    if (log_size(&model->log) == model->count + model->flight)
        model->count += model->flight;
    model->flight = 0;
    assert_int_equal(log_size(&model->log), model->count);
    assert_int_equal(log_published(&model->log), model->count);
    assert_err(checkpoint_open(log_checkpoint(&model->log), &key, &c, NULL),
               OK);
    assert_int_equal(c.size, model->count);
    model_observe(model);
    history_check(model, &c.root);
    for (i = 0; i < model->count; i += 1 + model->count / 8)
        reading_check(model, i);
    reading_check(model, model->count - 1);
}

/* ----- The files, against hashes made from the leaves alone. ----- */

/* Replaces the row of one level by that of the next: roots of full tiles. */
static size_t
row_lift(struct hash *row, size_t count)
{
    size_t i;

    for (i = 0; i < count / TILE_WIDTH; i++)
        row[i] = tree_root_of(row + i * TILE_WIDTH, TILE_WIDTH);
    return count / TILE_WIDTH;
}

static void
hashes_check(const struct log_view *view, const struct tile_id *id,
             const struct hash *expected)
{
    static uint8_t bytes[TILE_SIZE_MAX];
    char path[OS_PATH_SIZE_MAX];
    size_t size;

    view_path(view, id, path);
    assert_err(
        os_read_file(view->os, view->dir, path, bytes, sizeof(bytes), &size),
        OK);
    assert_bytes(((struct bytes){bytes, size}),
                 ((struct bytes){expected[0].b, id->width * HASH_SIZE}));
}

static void
bundle_check(const struct log_view *view, const struct tile_id *id,
             const struct hash *leaves)
{
    static uint8_t bytes[TILE_WIDTH * 64 + TILE_WIDTH / 64 * LARGE * 2];
    char path[OS_PATH_SIZE_MAX];
    struct bundle bundle;
    struct bytes entry;
    size_t size;
    size_t i;

    view_path(view, id, path);
    assert_err(
        os_read_file(view->os, view->dir, path, bytes, sizeof(bytes), &size),
        OK);
    bundle = bundle_of((struct bytes){bytes, size}, id->width);
    for (i = 0; bundle_next(&bundle, &entry); i++) {
        struct hash leaf = tree_leaf(entry);

        assert_true(hash_equal(&leaf, &leaves[i]));
    }
    assert_err(bundle_end(&bundle, NULL), OK);
    assert_int_equal(i, id->width);
}

/* Whoever holds an older checkpoint still finds all its tiles. */
static void
seen_check(const struct log_view *view, const struct model_seen *seen)
{
    static uint8_t bytes[TILE_WIDTH * 64 + TILE_WIDTH / 64 * LARGE * 2];
    struct tile_source tiles = view_tiles(view);
    struct bytes bundle;
    struct hash root;

    assert_err(proof_root(&tiles, seen->size, &root), OK);
    assert_true(hash_equal(&root, &seen->root));
    assert_err(view_bundle(view, seen->size, (seen->size - 1) / TILE_WIDTH,
                           (struct block){bytes, sizeof(bytes)}, &bundle),
               OK);
}

void
model_check_files(struct model *model)
{
    static struct hash row[MODEL_ENTRIES_MAX];
    struct log_view view = {&model->disk->os, model->config.dir,
                            VIEW_LOG_PREFIX};
    size_t count = model->count;
    size_t i;
    uint8_t level;

    assert_err(log_close(&model->log), OK);
    model->is_open = false;
    model_observe(model);
    memcpy(row, model->leaf, count * sizeof(*row));
    for (level = 0; count > 0; level++) {
        for (i = 0; i * TILE_WIDTH < count; i++) {
            struct tile_id id = {i, tile_width(model->count, level, i), level};

            hashes_check(&view, &id, row + i * TILE_WIDTH);
            id.level = TILE_ENTRIES;
            if (level == 0)
                bundle_check(&view, &id, row + i * TILE_WIDTH);
        }
        count = row_lift(row, count);
    }
    for (i = 0; i < model->seen_count; i++)
        seen_check(&view, &model->seen[i]);
}
