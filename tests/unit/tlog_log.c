/*
 * Shows the log's writer on real disks: in a folder of its own, with a journal
 * so small that it begins anew many times; opened again; on a disk that can
 * only be read; and on one that is really full. What can go wrong between two
 * calls of the kernel is shown in tests/sim.
 */
#include "test.h"

#include "crypto/crypto.h"
#include "tlog/log.h"
#include "tlog/view.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define JOURNAL_SIZE 65536
#define ORIGIN BYTES("border.example/durres")

static struct log log_;

struct place {
    struct os os;
    struct sign_key key;
    struct log_config config;
    char path[64];
};

static void
place_open(struct place *p)
{
    const uint8_t seed[SIGN_SEED_SIZE] = {42};

    os_posix_init(&p->os);
    sign_key_init(&p->key, seed);
    p->config = (struct log_config){
        .os = &p->os,
        .origin = ORIGIN,
        .key = &p->key,
        .journal_size = JOURNAL_SIZE,
    };
    assert_err(p->os.folder_open(&p->os, p->path, &p->config.dir), OK);
}

static void
place_make(struct place *p)
{
    (void)snprintf(p->path, sizeof(p->path), "/tmp/kufi-XXXXXX");
    assert_non_null(mkdtemp(p->path));
}

static int
remove_one(const char *path, const struct stat *status, int kind,
           struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void
place_remove(struct place *p)
{
    p->os.folder_close(&p->os, p->config.dir);
    assert_int_equal(nftw(p->path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* Entry number i is i in text, repeated to some size. */
static struct bytes
entry_of(uint64_t i, uint8_t block[600])
{
    size_t size = i * 37 % 600;
    size_t at;

    for (at = 0; at < size; at++)
        block[at] = (uint8_t)(i >> at % 8 * 8);
    return (struct bytes){block, size};
}

static enum err
append(struct log *log, size_t count)
{
    static uint8_t blocks[64][600];
    struct bytes entries[64];
    struct hash leaves[64];
    uint64_t first;
    size_t i;

    for (i = 0; i < count; i++)
        entries[i] = entry_of(log_size(log) + i, blocks[i]);
    return log_append(log, entries, count, leaves, &first);
}

static void
everything_is_there(struct log *log)
{
    uint64_t i;

    for (i = 0; i < log_size(log); i++) {
        uint8_t block[600];
        uint8_t out[600];
        struct bytes entry = entry_of(i, block);
        size_t size;

        assert_err(log_read(log, i, out, sizeof(out), &size), OK);
        assert_bytes(((struct bytes){out, size}), entry);
    }
}

static void
turns_of_the_journal(void **state)
{
    struct place p = {0};
    struct log_recovery found;
    uint8_t out[1];
    size_t size;
    int i;

    (void)state;
    place_make(&p);
    place_open(&p);
    assert_err(log_create(&p.config), OK);
    assert_err(log_create(&p.config), ERR_CONFLICT);
    assert_err(log_open(&log_, &p.config, &found, NULL), OK);
    assert_int_equal(found.size, 0);
    for (i = 0; i < 60; i++) {
        assert_err(append(&log_, 64), OK);
        if (i % 9 == 0)
            assert_err(log_publish(&log_), OK);
    }
    assert_true(log_.header.generation > 10);
    assert_err(log_read(&log_, log_size(&log_), out, 1, &size), ERR_NOT_FOUND);
    assert_err(log_read(&log_, 1, out, 1, &size), ERR_LIMIT);
    everything_is_there(&log_);
    log_abandon(&log_);
    assert_err(log_open(&log_, &p.config, &found, NULL), OK);
    assert_int_equal(found.size, 60 * 64);
    assert_false(found.torn);
    everything_is_there(&log_);
    assert_err(append(&log_, 3), OK);
    assert_err(log_close(&log_), OK);
    assert_err(log_open(&log_, &p.config, &found, NULL), OK);
    assert_int_equal(found.size, 60 * 64 + 3);
    assert_int_equal(found.replayed, 0);
    assert_int_equal(log_published(&log_), found.size);
    everything_is_there(&log_);
    log_abandon(&log_);
    place_remove(&p);
}

static void
limits(void **state)
{
    static uint8_t block[ENTRY_SIZE_MAX + 1];
    static struct bytes many[LOG_BATCH_MAX + 1];
    static struct hash leaves[LOG_BATCH_MAX + 1];
    struct bytes large = {block, sizeof(block)};
    struct place p = {0};
    uint64_t first;

    (void)state;
    place_make(&p);
    place_open(&p);
    p.config.journal_size = JOURNAL_SIZE + 1;
    assert_err(log_create(&p.config), ERR_LIMIT);
    p.config.journal_size = JOURNAL_SIZE;
    assert_err(log_open(&log_, &p.config, NULL, NULL), ERR_NOT_FOUND);
    assert_err(log_create(&p.config), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_err(log_append(&log_, &large, 1, leaves, &first), ERR_LIMIT);
    large.size = JOURNAL_SIZE - 2 * JOURNAL_BLOCK;
    assert_err(log_append(&log_, &large, 1, leaves, &first), ERR_LIMIT);
    assert_err(log_append(&log_, many, LOG_BATCH_MAX + 1, leaves, &first),
               ERR_LIMIT);
    assert_int_equal(log_size(&log_), 0);
    assert_err(log_append(&log_, many, LOG_BATCH_MAX, leaves, &first), OK);
    large.size -= JOURNAL_FRAME_HEAD_SIZE + 2;
    assert_err(log_append(&log_, &large, 1, leaves, &first), OK);
    assert_int_equal(first, LOG_BATCH_MAX);
    assert_err(log_close(&log_), OK);
    place_remove(&p);
}

/* LOG 7.10 */
static void
when_to_publish(void **state)
{
    struct place p = {0};
    uint64_t now_ns;

    (void)state;
    place_make(&p);
    place_open(&p);
    assert_err(log_create(&p.config), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    now_ns = p.os.monotonic_ns(&p.os);
    assert_false(log_publish_due(&log_, now_ns)); /* nothing to say */
    assert_err(append(&log_, 1), OK);
    assert_true(log_publish_due(&log_, now_ns));
    assert_err(log_publish(&log_), OK);
    assert_int_equal(log_published(&log_), 1);
    now_ns = p.os.monotonic_ns(&p.os) + LOG_PUBLISH_INTERVAL_NS;
    assert_false(log_publish_due(&log_, now_ns)); /* nothing new */
    assert_err(append(&log_, 1), OK);
    assert_false(log_publish_due(&log_, log_.published_ns +
                                            LOG_PUBLISH_INTERVAL_NS - 1));
    assert_true(log_publish_due(&log_, now_ns));
    assert_err(log_close(&log_), OK);
    place_remove(&p);
}

static unsigned
mode_of(const struct place *p, const char *name)
{
    char path[128];
    struct stat status;

    (void)snprintf(path, sizeof(path), "%s/%s", p->path, name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void
rights(void **state)
{
    struct place p = {0};
    mode_t mask = umask(0);

    (void)state;
    place_make(&p);
    place_open(&p);
    assert_err(log_create(&p.config), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_err(append(&log_, 3), OK);
    assert_err(log_close(&log_), OK);
    (void)umask(mask);
    assert_int_equal(mode_of(&p, "journal"), 0600);
    assert_int_equal(mode_of(&p, "log/checkpoint"), 0644);
    assert_int_equal(mode_of(&p, "log/tile/0/000.p/3"), 0644);
    assert_int_equal(mode_of(&p, "log/tile"), 0755);
    place_remove(&p);
}

/* A small file system of its own, or false where we may not mount one. */
static bool
mount_small(const struct place *p)
{
    if (mount("kufi-test", p->path, "tmpfs", 0, "size=1m") == 0)
        return true;
    print_message("# skipped: no file system can be mounted here\n");
    return false;
}

/* LOG 7.12 */
static void
really_full(void **state)
{
    struct place p = {0};
    struct file ballast;
    uint8_t block[4096] = {1};
    uint64_t at = 0;
    uint64_t size;

    (void)state;
    place_make(&p);
    if (!mount_small(&p)) {
        assert_int_equal(rmdir(p.path), 0);
        return;
    }
    place_open(&p);
    assert_err(log_create(&p.config), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_err(append(&log_, 64), OK);
    assert_err(
        p.os.open(&p.os, p.config.dir, "ballast", OPEN_CREATE, 0600, &ballast),
        OK);
    while (p.os.write_at(&p.os, ballast, at, (struct bytes){block, 4096}) == OK)
        at += 4096;
    while (append(&log_, 64) == OK) /* while the journal has room */
        ;
    size = log_size(&log_);
    assert_err(append(&log_, 64), ERR_FULL);
    assert_int_equal(log_size(&log_), size);
    everything_is_there(&log_);
    /* Killed and started again on the full disk, then some room is made. */
    log_abandon(&log_);
    p.os.close(&p.os, ballast);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_int_equal(log_size(&log_), size);
    assert_err(append(&log_, 64), ERR_FULL);
    log_abandon(&log_);
    assert_err(p.os.remove(&p.os, p.config.dir, "ballast"), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_int_equal(log_size(&log_), size);
    assert_err(append(&log_, 64), OK);
    everything_is_there(&log_);
    assert_err(log_close(&log_), OK);
    p.os.folder_close(&p.os, p.config.dir);
    assert_int_equal(umount(p.path), 0);
    assert_int_equal(rmdir(p.path), 0);
}

/* EROFS as after an error of the disk: the log stops, and opens afterwards. */
static void
turned_read_only(void **state)
{
    struct place p = {0};
    enum err e = OK;
    int i;

    (void)state;
    place_make(&p);
    if (!mount_small(&p)) {
        assert_int_equal(rmdir(p.path), 0);
        return;
    }
    place_open(&p);
    assert_err(log_create(&p.config), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_err(append(&log_, 64), OK);
    log_abandon(&log_);
    assert_int_equal(
        mount("kufi-test", p.path, "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m"),
        0);
    for (i = 0; i < 3; i++) {
        e = log_open(&log_, &p.config, NULL, NULL);
        assert_err(e, ERR_IO);
    }
    assert_int_equal(mount("kufi-test", p.path, "tmpfs", MS_REMOUNT, "size=1m"),
                     0);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_int_equal(log_size(&log_), 64);
    assert_err(log_close(&log_), OK);
    p.os.folder_close(&p.os, p.config.dir);
    assert_int_equal(umount(p.path), 0);
    assert_int_equal(rmdir(p.path), 0);
}

/* Another process beside the writer sees entries, tiles and checkpoint. */
static void
seen_from_beside(void **state)
{
    static uint8_t out[BUNDLE_SIZE_MAX];
    struct place p = {0};
    struct log_view view;
    struct note_key key;
    struct checkpoint c;
    struct bytes bytes;
    uint64_t i;

    (void)state;
    place_make(&p);
    place_open(&p);
    view = (struct log_view){&p.os, p.config.dir, VIEW_LOG_PREFIX};
    key = note_key_of(ORIGIN, NOTE_ED25519, &p.key.public);
    assert_err(log_create(&p.config), OK);
    assert_err(log_open(&log_, &p.config, NULL, NULL), OK);
    assert_err(view_checkpoint(&view, out, sizeof(out), &bytes), ERR_NOT_FOUND);
    for (i = 0; i < 5; i++)
        assert_err(append(&log_, 60), OK);
    assert_err(log_publish(&log_), OK);
    assert_err(view_checkpoint(&view, out, sizeof(out), &bytes), OK);
    assert_err(checkpoint_open(bytes, &key, &c, NULL), OK);
    assert_int_equal(c.size, 300);
    for (i = 0; i < 300; i++) {
        uint8_t block[600];

        assert_err(
            view_entry(&view, 300, i, (struct block){out, sizeof(out)}, &bytes),
            OK);
        assert_bytes(bytes, entry_of(i, block));
    }
    assert_err(
        view_entry(&view, 300, 300, (struct block){out, sizeof(out)}, &bytes),
        ERR_NOT_FOUND);
    assert_err(view_entry(&view, 300, 7, (struct block){out, 10}, &bytes),
               ERR_LIMIT);
    assert_err(log_close(&log_), OK);
    place_remove(&p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_of_the_journal),
        cmocka_unit_test(limits),
        cmocka_unit_test(when_to_publish),
        cmocka_unit_test(rights),
        cmocka_unit_test(really_full),
        cmocka_unit_test(turned_read_only),
        cmocka_unit_test(seen_from_beside),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
