#include "log_made.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "test.h"
#include "tlog/bundle.h"

void
log_made_init(struct log_made *log)
{
    struct hash seed = hash_of(BYTES("a key for tests"));

    memset(log, 0, sizeof(*log));
    assert_err(crypto_init(), OK);
    os_posix_init(&log->os);
    snprintf(log->path, sizeof(log->path), "/tmp/kufi-log.XXXXXX");
    assert_non_null(mkdtemp(log->path));
    assert_err(log->os.folder_open(&log->os, log->path, &log->folder), OK);
    sign_key_init(&log->secret, seed.b);
    log->key =
        note_key_of(BYTES(LOG_MADE_ORIGIN), NOTE_ED25519, &log->secret.public);
}

static int
each_remove(const char *path, const struct stat *status, int kind,
            struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void
log_made_deinit(struct log_made *log)
{
    log->os.folder_close(&log->os, log->folder);
    assert_int_equal(nftw(log->path, each_remove, 16, FTW_DEPTH | FTW_PHYS), 0);
}

struct bytes
log_made_entry(const struct log_made *log, uint64_t index, uint8_t block[64])
{
    memset(block, 'e', 64);
    be64_write(block, index);
    block[8] = log->salt;
    return (struct bytes){block, 9 + index % 50};
}

void
log_made_write(struct log_made *log, const char *path, struct bytes in)
{
    char part[OS_PATH_SIZE_MAX];
    struct file file;

    for (size_t i = 0; path[i] != '\0'; i++) {
        if (path[i] == '/') {
            part[i] = '\0';
            assert_err(log->os.make_folder(&log->os, log->folder, part, 0755),
                       OK);
        }
        part[i] = path[i];
    }
    assert_err(
        log->os.open(&log->os, log->folder, path, OPEN_REPLACE, 0644, &file),
        OK);
    assert_err(log->os.write_at(&log->os, file, 0, in), OK);
    log->os.close(&log->os, file);
}

struct bytes
log_made_read(struct log_made *log, const char *path)
{
    char whole[64 + OS_PATH_SIZE_MAX];

    snprintf(whole, sizeof(whole), "%s/%s", log->path, path);
    return test_file(whole);
}

void
log_made_remove(struct log_made *log, const char *path)
{
    assert_err(log->os.remove(&log->os, log->folder, path), OK);
}

void
log_made_flip(struct log_made *log, const char *path, long at)
{
    struct bytes in = log_made_read(log, path);
    uint8_t *copy = malloc(in.size);

    assert_non_null(copy);
    memcpy(copy, in.p, in.size);
    copy[at < 0 ? (long)in.size + at : at] ^= 1;
    log_made_write(log, path, (struct bytes){copy, in.size});
    free(copy);
    test_file_free(in);
}

struct bytes
log_made_checkpoint(struct log_made *log, uint8_t block[CHECKPOINT_SIZE_MAX])
{
    struct bytes in = log_made_read(log, "checkpoint");
    size_t size = in.size;

    memcpy(block, in.p, size);
    test_file_free(in);
    return (struct bytes){block, size};
}

static void
tile_put(struct log_made *log, const struct tile_id *id, struct bytes in)
{
    char path[OS_PATH_SIZE_MAX];
    struct writer w;

    writer_init(&w, path, sizeof(path) - 1);
    tile_path_write(&w, id);
    path[w.at] = '\0';
    log_made_write(log, path, in);
}

static void
bundle_put(struct log_made *log)
{
    struct tile_id id;

    if (!tile_last(log->edge.tree.size, TILE_ENTRIES, &id))
        return;
    tile_put(log, &id, (struct bytes){log->bundle, log->bundle_size});
    if (id.width == TILE_WIDTH)
        log->bundle_size = 0;
}

static void
entry_add(struct log_made *log)
{
    uint8_t block[64];
    struct bytes entry = log_made_entry(log, log->edge.tree.size, block);
    struct hash leaf = tree_leaf(entry);
    struct tile_id id;
    struct writer w;

    writer_init(&w, log->bundle + log->bundle_size,
                sizeof(log->bundle) - log->bundle_size);
    bundle_write(&w, entry);
    assert_err(writer_end(&w), OK);
    log->bundle_size += w.at;
    edge_append(&log->edge, &leaf);
    if (edge_filled(&log->edge) == 0)
        return;
    bundle_put(log);
    for (uint8_t level = 0; level < edge_filled(&log->edge); level++) {
        struct bytes tile = edge_tile(&log->edge, level, &id);

        tile_put(log, &id, tile);
    }
}

void
log_made_grow(struct log_made *log, uint64_t size)
{
    struct checkpoint checkpoint = {.origin = BYTES(LOG_MADE_ORIGIN),
                                    .size = size};
    uint8_t block[CHECKPOINT_SIZE_MAX];
    struct tile_id id;
    struct writer w;

    while (log->edge.tree.size < size)
        entry_add(log);
    if (size % TILE_WIDTH != 0)
        bundle_put(log);
    for (uint8_t level = 0; level < TILE_LEVEL_COUNT; level++) {
        struct bytes tile = edge_tile(&log->edge, level, &id);

        if (tile.size > 0)
            tile_put(log, &id, tile);
    }
    checkpoint.root = edge_root(&log->edge);
    writer_init(&w, block, sizeof(block));
    checkpoint_sign(&w, &checkpoint, &log->secret);
    assert_err(writer_end(&w), OK);
    log_made_write(log, "checkpoint", writer_done(&w));
}
