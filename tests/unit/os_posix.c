/*
 * Shows that the real kernel's functions do what os.h says of them, on the disk
 * below the working directory's TMPDIR and, for the lack of O_DIRECT, on the
 * memory file system. Every code that a caller decides by comes up once.
 */
#include "test.h"

#include "os/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 4096

struct place {
    struct os os;
    struct folder dir;
    char path[64];
};

static void
place_init(struct place *place, const char *above)
{
    (void)snprintf(place->path, sizeof(place->path), "%s/kufi-XXXXXX", above);
    assert_non_null(mkdtemp(place->path));
    os_posix_init(&place->os);
    assert_err(place->os.folder_open(&place->os, place->path, &place->dir), OK);
}

static void
place_deinit(struct place *place)
{
    place->os.folder_close(&place->os, place->dir);
    assert_int_equal(rmdir(place->path), 0);
}

static unsigned
mode_of(const struct place *place, const char *name)
{
    char path[128];
    struct stat status;

    (void)snprintf(path, sizeof(path), "%s/%s", place->path, name);
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void
opening(void **state)
{
    struct place p = {0};
    struct os *os = &p.os;
    struct file file;
    uint64_t size;
    mode_t mask = umask(0077);

    (void)state;
    place_init(&p, "/tmp");
    assert_err(os->open(os, p.dir, "a", OPEN_READ, 0, &file), ERR_NOT_FOUND);
    assert_err(os->open(os, p.dir, "a", OPEN_WRITE, 0, &file), ERR_NOT_FOUND);
    assert_err(os->open(os, p.dir, "a", OPEN_CREATE, 0644, &file), OK);
    assert_int_equal(mode_of(&p, "a"), 0644); /* whatever the umask */
    assert_err(os->write_at(os, file, 3, BYTES("xyz")), OK);
    os->close(os, file);
    assert_err(os->open(os, p.dir, "a", OPEN_CREATE, 0600, &file),
               ERR_CONFLICT);
    assert_err(os->open(os, p.dir, "a", OPEN_WRITE, 0, &file), OK);
    assert_err(os->size(os, file, &size), OK);
    assert_int_equal(size, 6);
    assert_err(os->truncate(os, file, 1), OK);
    assert_err(os->sync(os, file), OK);
    os->close(os, file);
    (void)umask(0);
    assert_err(os->open(os, p.dir, "a", OPEN_REPLACE, 0600, &file), OK);
    assert_int_equal(mode_of(&p, "a"), 0600);
    assert_err(os->size(os, file, &size), OK);
    assert_int_equal(size, 0);
    os->close(os, file);
    (void)umask(mask);
    assert_err(os->remove(os, p.dir, "a"), OK);
    assert_err(os->remove(os, p.dir, "a"), ERR_NOT_FOUND);
    place_deinit(&p);
}

static void
direct_read(const char *above)
{
    static _Alignas(BLOCK) uint8_t block[2 * BLOCK];
    struct place p = {0};
    struct os *os = &p.os;
    struct file file;
    struct file direct;
    size_t got;

    place_init(&p, above);
    assert_err(os->open(os, p.dir, "a", OPEN_CREATE, 0600, &file), OK);
    memset(block, 7, sizeof(block));
    assert_err(os->write_at(os, file, 0, (struct bytes){block, BLOCK}), OK);
    memset(block, 0, sizeof(block));
    assert_err(os->open(os, p.dir, "a", OPEN_READ_DIRECT, 0, &direct), OK);
    assert_err(os->read_at(os, direct, 0, block, sizeof(block), &got), OK);
    assert_int_equal(got, BLOCK);
    assert_int_equal(block[BLOCK - 1], 7);
    assert_int_equal(block[BLOCK], 0);
    os->close(os, direct);
    os->close(os, file);
    assert_err(os->remove(os, p.dir, "a"), OK);
    place_deinit(&p);
}

static void
reading_past_the_cache(void **state)
{
    (void)state;
    direct_read("/tmp");
    if (access("/dev/shm", W_OK) == 0)
        direct_read("/dev/shm"); /* has no O_DIRECT on older kernels */
}

static enum err
count_name(void *context, const char *name, bool is_folder)
{
    size_t *counts = context;

    if (strcmp(name, "stop") == 0)
        return ERR_LIMIT;
    counts[is_folder]++;
    return OK;
}

static void
folders(void **state)
{
    struct place p = {0};
    struct os *os = &p.os;
    struct file file;
    size_t counts[2] = {0};

    (void)state;
    place_init(&p, "/tmp");
    assert_err(os->make_folder(os, p.dir, "b", 0700), OK);
    assert_err(os->make_folder(os, p.dir, "b", 0700), OK);
    assert_err(os->make_folder(os, p.dir, "c/d", 0700), ERR_NOT_FOUND);
    assert_err(os->open(os, p.dir, "b/f", OPEN_CREATE, 0600, &file), OK);
    os->close(os, file);
    assert_err(os->make_folder(os, p.dir, "b/f", 0700), ERR_CONFLICT);
    assert_err(os->make_folder(os, p.dir, "b/g", 0755), OK);
    assert_int_equal(mode_of(&p, "b/g"), 0755);
    assert_err(os->list(os, p.dir, "b", count_name, counts), OK);
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 1);
    assert_err(os->list(os, p.dir, "c", count_name, counts), ERR_NOT_FOUND);
    assert_err(os->sync_folder(os, p.dir, "b"), OK);
    assert_err(os->sync_folder(os, p.dir, ""), OK);
    assert_err(os->sync_all(os, p.dir), OK);
    assert_err(os->remove_folder(os, p.dir, "b"), ERR_CONFLICT);
    assert_err(os->rename(os, p.dir, "b/f", "stop"), OK);
    assert_err(os->rename(os, p.dir, "b/f", "stop"), ERR_NOT_FOUND);
    assert_err(os->remove_folder(os, p.dir, "b/g"), OK);
    assert_err(os->remove_folder(os, p.dir, "b"), OK);
    assert_err(os->list(os, p.dir, "", count_name, counts), ERR_LIMIT);
    assert_err(os->remove(os, p.dir, "stop"), OK);
    place_deinit(&p);
}

static void
one_lock(void **state)
{
    struct place p = {0};
    struct os *os = &p.os;
    struct file a;
    struct file b;

    (void)state;
    place_init(&p, "/tmp");
    assert_err(os->open(os, p.dir, "a", OPEN_CREATE, 0600, &a), OK);
    assert_err(os->open(os, p.dir, "a", OPEN_WRITE, 0, &b), OK);
    assert_err(os->lock(os, a), OK);
    assert_err(os->lock(os, b), ERR_BUSY);
    os->close(os, a);
    assert_err(os->lock(os, b), OK);
    os->close(os, b);
    assert_err(os->remove(os, p.dir, "a"), OK);
    place_deinit(&p);
}

static void
whole_files(void **state)
{
    struct place p = {0};
    struct os *os = &p.os;
    char long_path[OS_PATH_SIZE_MAX];
    uint8_t out[8];
    size_t size;

    (void)state;
    place_init(&p, "/tmp");
    assert_err(os_read_file(os, p.dir, "a", out, 8, &size), ERR_NOT_FOUND);
    assert_err(os_replace_file(os, p.dir, "a", "", BYTES("12345678"), 0600),
               OK);
    assert_int_equal(mode_of(&p, "a"), 0600);
    assert_err(os_read_file(os, p.dir, "a", out, 8, &size), OK);
    assert_bytes(((struct bytes){out, size}), BYTES("12345678"));
    assert_err(os_read_file(os, p.dir, "a", out, 7, &size), ERR_LIMIT);
    assert_err(os_replace_file(os, p.dir, "a", "", BYTES("9"), 0600), OK);
    assert_err(os_read_file(os, p.dir, "a", out, 8, &size), OK);
    assert_int_equal(size, 1);
    assert_err(os_read_file(os, p.dir, "a.new", out, 8, &size), ERR_NOT_FOUND);
    memset(long_path, 'a', sizeof(long_path) - 1);
    long_path[sizeof(long_path) - 1] = '\0';
    assert_err(os_replace_file(os, p.dir, long_path, "", BYTES("9"), 0600),
               ERR_LIMIT);
    assert_err(os->remove(os, p.dir, "a"), OK);
    place_deinit(&p);
}

static void
a_disk_that_is_full(void **state)
{
    struct os os;
    struct folder dev;
    struct file full;

    (void)state;
    os_posix_init(&os);
    assert_err(os.folder_open(&os, "/dev", &dev), OK);
    assert_err(os.open(&os, dev, "full", OPEN_WRITE, 0, &full), OK);
    assert_err(os.write_at(&os, full, 0, BYTES("x")), ERR_FULL);
    os.close(&os, full);
    os.folder_close(&os, dev);
    assert_err(os.folder_open(&os, "/none", &dev), ERR_NOT_FOUND);
}

static void
clocks(void **state)
{
    struct os os;
    uint64_t before_ns;

    (void)state;
    os_posix_init(&os);
    assert_true(os.now(&os).ms > INT64_C(1700000000000));
    before_ns = os.monotonic_ns(&os);
    assert_true(os.monotonic_ns(&os) >= before_ns);
}

/* Albania: UTC+1, UTC+2 from the last Sunday of March to that of October. */
static void
zones(void **state)
{
    static struct zone zone;
    static const struct {
        const char *text;
        int32_t offset_s;
    } cases[] = {
        {"2026-03-29T00:59:59Z", 3600}, {"2026-03-29T01:00:00Z", 7200},
        {"2026-10-25T00:59:59Z", 7200}, {"2026-10-25T01:00:00Z", 3600},
        {"1960-01-01T00:00:00Z", 3600}, {"2199-12-31T00:00:00Z", 3600},
    };
    static const char *const none[] = {
        "",
        "Europe",
        "Europe/Tirana",
        "/etc/localtime",
        "../../etc/passwd",
        "leapseconds",
        "Europe/Tirane/",
    };
    struct instant instant;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        assert_err(os_zone(none[i], &zone), ERR_NOT_FOUND);
    assert_err(os_zone("Europe/Tirane", &zone), OK);
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_err(instant_parse(bytes_of(cases[i].text), &instant), OK);
        assert_int_equal(zone_offset_s(&zone, instant), cases[i].offset_s);
    }
    assert_err(os_zone("UTC", &zone), OK);
    assert_int_equal(zone_offset_s(&zone, instant), 0);
}

/* Folders in folders, some with many files: all of it goes, and what stands
 * beside it stays. */
static void
whole_trees(void **state)
{
    struct place place = {0};
    char path[OS_PATH_SIZE_MAX];
    struct file file;

    (void)state;
    place_init(&place, "/tmp");
    for (unsigned i = 0; i < 40; i++) {
        static const char *const FOLDERS[] = {"tree", "tree/a", "tree/a/b",
                                              "tree/empty", "beside"};
        const char *folder = FOLDERS[i % 5];

        assert_err(place.os.make_folder(&place.os, place.dir, folder, 0700),
                   OK);
        if (i % 5 == 3)
            continue;
        (void)snprintf(path, sizeof(path), "%s/file-%u", folder, i);
        assert_err(
            place.os.open(&place.os, place.dir, path, OPEN_CREATE, 0600, &file),
            OK);
        place.os.close(&place.os, file);
    }
    assert_err(os_remove_tree(&place.os, place.dir, "tree"), OK);
    assert_err(os_remove_tree(&place.os, place.dir, "tree"), OK);
    assert_err(place.os.open(&place.os, place.dir, "tree", OPEN_READ, 0, &file),
               ERR_NOT_FOUND);
    assert_err(place.os.open(&place.os, place.dir, "beside/file-4", OPEN_READ,
                             0, &file),
               OK);
    place.os.close(&place.os, file);
    assert_err(os_remove_tree(&place.os, place.dir, "beside"), OK);
    place_deinit(&place);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening),     cmocka_unit_test(reading_past_the_cache),
        cmocka_unit_test(folders),     cmocka_unit_test(one_lock),
        cmocka_unit_test(whole_files), cmocka_unit_test(a_disk_that_is_full),
        cmocka_unit_test(whole_trees), cmocka_unit_test(clocks),
        cmocka_unit_test(zones),
    };

    return TEST_RUN(tests);
}
