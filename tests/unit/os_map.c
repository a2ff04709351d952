/*
 * A mapped file reads as it was written, an empty one too; what map_create()
 * wrote is in the file; each call to os that fails is told, and nothing stays
 * open or mapped.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/map.h"

static char place[] = "/tmp/kufi-map.XXXXXX";
static struct os os;
static struct folder folder;

static int
setup(void **state)
{
    (void)state;
    os_posix_init(&os);
    if (mkdtemp(place) == NULL)
        return 1;
    return os.folder_open(&os, place, &folder) == OK ? 0 : 1;
}

static int
teardown(void **state)
{
    (void)state;
    (void)os.remove(&os, folder, "a");
    os.folder_close(&os, folder);
    return rmdir(place);
}

static void
test_round_trip(void **state)
{
    static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 100000};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct map made = {0};
        struct map read = {0};

        assert_err(map_create(&os, folder, "a", sizes[i], 0600, &made), OK);
        assert_int_equal(made.size, sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++) {
            assert_int_equal(made.p[k], 0);
            made.p[k] = (uint8_t)(k * 7);
        }
        assert_err(map_sync(&os, &made), OK);
        assert_err(map_open(&os, folder, "a", &read), OK);
        assert_bytes(map_bytes(&read), map_bytes(&made));
        map_close(&made);
        map_close(&read);
        assert_null(read.p);
        map_close(&read); /* once more does no harm */
    }
}

static void
test_no_file(void **state)
{
    struct map map = {0};

    (void)state;
    assert_err(map_open(&os, folder, "none", &map), ERR_NOT_FOUND);
    assert_err(map_create(&os, folder, "none/b", 1, 0600, &map), ERR_NOT_FOUND);
    assert_null(map.p);
}

/* No disk has so much room; the file system says so one way or the other. */
static void
test_no_room(void **state)
{
    struct map map = {0};
    enum err e = map_create(&os, folder, "a", (size_t)1 << 55, 0600, &map);

    (void)state;
    assert_true(e == ERR_FULL || e == ERR_IO);
    assert_int_not_equal(os.error, 0);
    assert_null(map.p);
}

static void
test_scratch(void **state)
{
    struct map map = {0};

    (void)state;
    assert_err(map_scratch((size_t)1 << 36, &map), OK);
    map.p[0] = 1;
    map.p[map.size - 1] = 2;
    assert_int_equal(map.p[map.size / 2], 0);
    map_close(&map);
    assert_err(map_scratch((size_t)1 << 60, &map), ERR_LIMIT);
    assert_err(map_scratch(0, &map), OK);
    map_close(&map);
}

/* ----- The n-th call fails ----- */

static int calls_left;

static enum err
fails(struct os *failing)
{
    if (calls_left-- > 0)
        return OK;
    failing->error = 5;
    return ERR_IO;
}

static enum err
failing_open(struct os *failing, struct folder where, const char *path,
             enum open_mode how, unsigned mode, struct file *out)
{
    if (fails(failing) != OK)
        return ERR_IO;
    return os.open(&os, where, path, how, mode, out);
}

static enum err
failing_size(struct os *failing, struct file file, uint64_t *out)
{
    if (fails(failing) != OK)
        return ERR_IO;
    return os.size(&os, file, out);
}

static void
test_failing(void **state)
{
    struct os failing = os;
    struct map map = {0};
    enum err e = ERR_IO;
    int n;

    (void)state;
    failing.open = failing_open;
    failing.size = failing_size;
    assert_err(map_create(&os, folder, "a", 10, 0600, &map), OK);
    map_close(&map);
    for (n = 0; e != OK && n < 10; n++) {
        calls_left = n;
        e = map_open(&failing, folder, "a", &map);
        if (e != OK)
            assert_null(map.p);
    }
    assert_int_equal(n, 3);
    map_close(&map);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_no_room),    cmocka_unit_test(test_scratch),
        cmocka_unit_test(test_failing),
    };

    if (setup(NULL) != 0)
        return 1;
    calls_left = TEST_RUN(tests);
    return teardown(NULL) != 0 ? 1 : calls_left;
}
