/*
 * Shows that the simulated disk forgets what it may and keeps what it must:
 * each case is tried with many seeds, and both outcomes must come up where both
 * are lawful.
 */
#include "test.h"

#include "sim/disk.h"

#include <string.h>

#define SEEDS 64

static struct file
file_with(struct sim_disk *disk, struct folder root, const char *path,
          const char *text)
{
    struct file file;

    assert_err(disk->os.open(&disk->os, root, path, OPEN_REPLACE, 0600, &file),
               OK);
    assert_err(disk->os.write_at(&disk->os, file, 0, bytes_of(text)), OK);
    return file;
}

/* The first byte of a file, or 0 when there is none. */
static char
first_byte(struct sim_disk *disk, struct folder root, const char *path,
           enum open_mode how)
{
    static _Alignas(SIM_BLOCK) uint8_t block[SIM_BLOCK];
    struct file file;
    size_t got;

    if (disk->os.open(&disk->os, root, path, how, 0, &file) != OK)
        return 0;
    assert_err(disk->os.read_at(&disk->os, file, 0, block, SIM_BLOCK, &got),
               OK);
    disk->os.close(&disk->os, file);
    return got == 0 ? 0 : (char)block[0];
}

static void
synced_stays(void **state)
{
    uint64_t seed;

    (void)state;
    for (seed = 0; seed < SEEDS; seed++) {
        struct sim_disk disk;
        struct folder root;
        struct file file;

        sim_disk_init(&disk, seed);
        root = sim_disk_root(&disk);
        file = file_with(&disk, root, "a", "x");
        assert_err(disk.os.sync(&disk.os, file), OK);
        assert_err(disk.os.sync_folder(&disk.os, root, ""), OK);
        sim_disk_power_cut(&disk);
        root = sim_disk_root(&disk);
        assert_int_equal(first_byte(&disk, root, "a", OPEN_READ), 'x');
        sim_disk_deinit(&disk);
    }
}

static void
unsynced_is_a_matter_of_luck(void **state)
{
    bool seen[128] = {false};
    uint64_t seed;

    (void)state;
    for (seed = 0; seed < SEEDS; seed++) {
        struct sim_disk disk;
        struct folder root;
        struct file file;

        sim_disk_init(&disk, seed);
        root = sim_disk_root(&disk);
        file = file_with(&disk, root, "a", "x");
        assert_err(disk.os.sync_all(&disk.os, root), OK);
        assert_err(disk.os.write_at(&disk.os, file, 0, BYTES("y")), OK);
        assert_int_equal(first_byte(&disk, root, "a", OPEN_READ), 'y');
        sim_disk_power_cut(&disk);
        root = sim_disk_root(&disk);
        seen[(int)first_byte(&disk, root, "a", OPEN_READ)] = true;
        sim_disk_deinit(&disk);
    }
    assert_true(seen['x'] && seen['y']);
    assert_false(seen[0]);
}

static void
a_rename_is_whole(void **state)
{
    bool seen[128] = {false};
    uint64_t seed;

    (void)state;
    for (seed = 0; seed < SEEDS; seed++) {
        struct sim_disk disk;
        struct folder root;
        bool moved;

        sim_disk_init(&disk, seed);
        root = sim_disk_root(&disk);
        (void)file_with(&disk, root, "a", "x");
        (void)file_with(&disk, root, "b", "y");
        assert_err(disk.os.sync_all(&disk.os, root), OK);
        assert_err(disk.os.rename(&disk.os, root, "b", "a"), OK);
        sim_disk_power_cut(&disk);
        root = sim_disk_root(&disk);
        moved = first_byte(&disk, root, "a", OPEN_READ) == 'y';
        seen[moved] = true;
        assert_int_equal(first_byte(&disk, root, "b", OPEN_READ),
                         moved ? 0 : 'y');
        sim_disk_deinit(&disk);
    }
    assert_true(seen[0] && seen[1]);
}

/* Why recovery reads past the cache: after a failed sync the cache lies. */
static void
a_failed_sync_lies(void **state)
{
    bool seen[128] = {false};
    uint64_t seed;

    (void)state;
    for (seed = 0; seed < SEEDS; seed++) {
        struct sim_disk disk;
        struct folder root;
        struct file file;

        sim_disk_init(&disk, seed);
        root = sim_disk_root(&disk);
        file = file_with(&disk, root, "a", "x");
        assert_err(disk.os.sync_all(&disk.os, root), OK);
        assert_err(disk.os.write_at(&disk.os, file, 0, BYTES("y")), OK);
        sim_disk_fail(&disk, 0, ERR_IO);
        assert_err(disk.os.sync(&disk.os, file), ERR_IO);
        assert_err(disk.os.sync(&disk.os, file), OK);
        assert_int_equal(first_byte(&disk, root, "a", OPEN_READ), 'y');
        seen[(int)first_byte(&disk, root, "a", OPEN_READ_DIRECT)] = true;
        sim_disk_deinit(&disk);
    }
    assert_true(seen['x'] && seen['y']);
}

static void
space_and_locks(void **state)
{
    struct sim_disk disk;
    struct folder root;
    struct file file;
    struct file other;
    uint8_t block[SIM_BLOCK] = {0};

    (void)state;
    sim_disk_init(&disk, 1);
    root = sim_disk_root(&disk);
    file = file_with(&disk, root, "a", "x");
    disk.capacity = SIM_BLOCK;
    assert_err(disk.os.write_at(&disk.os, file, SIM_BLOCK,
                                (struct bytes){block, SIM_BLOCK}),
               ERR_FULL);
    disk.capacity = UINT64_MAX;
    assert_err(disk.os.lock(&disk.os, file), OK);
    assert_err(disk.os.open(&disk.os, root, "a", OPEN_WRITE, 0, &other), OK);
    assert_err(disk.os.lock(&disk.os, other), ERR_BUSY);
    disk.os.close(&disk.os, file);
    assert_err(disk.os.lock(&disk.os, other), OK);
    disk.read_only = true;
    assert_err(disk.os.write_at(&disk.os, other, 0, BYTES("y")), ERR_IO);
    sim_disk_deinit(&disk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(synced_stays),
        cmocka_unit_test(unsynced_is_a_matter_of_luck),
        cmocka_unit_test(a_rename_is_whole),
        cmocka_unit_test(a_failed_sync_lies),
        cmocka_unit_test(space_and_locks),
    };

    return TEST_RUN(tests);
}
