/*
 * The files of a node's TLS key: made once, found again, refused when they do
 * not belong together; and whichever call to the disk fails, the next try has a
 * key and a certificate that do. SYN 7.2
 */
#include "failing.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/tls.h"

struct place {
    struct failing failing;
    char path[32];
    struct folder dir;
};

static int
set_up(void **state)
{
    struct place *place = calloc(1, sizeof(*place));

    assert_non_null(place);
    strcpy(place->path, "/tmp/kufi-tls-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    failing_init(&place->failing);
    assert_err(place->failing.os.folder_open(&place->failing.os, place->path,
                                             &place->dir),
               OK);
    *state = place;
    return 0;
}

static int
tear_down(void **state)
{
    struct place *place = *state;
    char command[64];

    place->failing.os.folder_close(&place->failing.os, place->dir);
    (void)snprintf(command, sizeof(command), "rm -rf %s", place->path);
    assert_int_equal(system(command), 0);
    free(place);
    return 0;
}

static void
made_once_and_found_again(void **state)
{
    struct place *place = *state;
    struct os *os = &place->failing.os;
    struct certificate made;
    struct certificate found;
    struct hash pin;
    struct hash of_made;

    assert_err(tls_load(os, place->dir, &found), ERR_NOT_FOUND);
    assert_err(tls_pin(os, place->dir, &pin), ERR_NOT_FOUND);
    assert_err(tls_make(os, place->dir, BYTES("durres"), &made), OK);
    assert_err(tls_load(os, place->dir, &found), OK);
    assert_string_equal(found.key, made.key);
    assert_string_equal(found.text, made.text);
    assert_err(tls_pin(os, place->dir, &pin), OK);
    assert_err(certificate_pin(bytes_of(made.text), &of_made), OK);
    assert_true(hash_equal(&pin, &of_made));
    assert_err(tls_make(os, place->dir, BYTES("durres"), &made), ERR_CONFLICT);
    assert_err(tls_pin(os, place->dir, &of_made), OK);
    assert_true(hash_equal(&pin, &of_made));
}

static void
put(struct place *place, const char *path, struct bytes content)
{
    assert_err(os_replace_file(&place->failing.os, place->dir, path, "",
                               content, 0600),
               OK);
}

static void
what_does_not_belong_together_is_refused(void **state)
{
    struct place *place = *state;
    struct os *os = &place->failing.os;
    struct certificate made;
    struct certificate other;
    struct certificate found;
    char large[CERTIFICATE_SIZE_MAX + 1];

    assert_err(tls_make(os, place->dir, BYTES("durres"), &made), OK);
    assert_err(certificate_make(BYTES("vlora"), os->now(os), &other), OK);
    put(place, TLS_KEY_FILE, bytes_of(other.key));
    assert_err(tls_load(os, place->dir, &found), ERR_FORMAT);
    assert_int_equal(found.key[0], 0);
    put(place, TLS_CERTIFICATE_FILE, bytes_of(other.text));
    assert_err(tls_load(os, place->dir, &found), OK);
    for (size_t size = 0; size + 1 < strlen(other.key); size++) {
        put(place, TLS_KEY_FILE, bytes_slice(bytes_of(other.key), 0, size));
        assert_err(tls_load(os, place->dir, &found), ERR_FORMAT);
    }
    memset(large, 'x', sizeof(large));
    put(place, TLS_CERTIFICATE_FILE, (struct bytes){(uint8_t *)large, 2048});
    assert_err(tls_load(os, place->dir, &found), ERR_FORMAT);
    memcpy(large, other.text, strlen(other.text) + 1);
    put(place, TLS_CERTIFICATE_FILE,
        (struct bytes){(uint8_t *)large, strlen(other.text) + 2});
    assert_err(tls_load(os, place->dir, &found), ERR_FORMAT);
}

/* The n-th call, for every n: then all is well, or the next try makes it so. */
static void
no_failure_leaves_half(void **state)
{
    struct certificate made;
    uint64_t n = 0;
    enum err e;

    (void)state;
    do {
        struct place *place;
        struct os *os;

        assert_int_equal(set_up((void **)&place), 0);
        os = &place->failing.os;
        place->failing.error = n % 2 == 0 ? ERR_IO : ERR_FULL;
        place->failing.calls = 0;
        place->failing.fail_at = ++n;
        e = tls_make(os, place->dir, BYTES("durres"), &made);
        place->failing.fail_at = 0;
        if (e != OK) {
            assert_err(e, place->failing.error);
            assert_int_equal(made.key[0], 0);
            e = tls_make(os, place->dir, BYTES("durres"), &made);
            assert_true(e == OK || e == ERR_CONFLICT);
            e = ERR_IO;
        }
        assert_err(tls_load(os, place->dir, &made), OK);
        assert_int_equal(tear_down((void **)&place), 0);
    } while (e != OK);
    print_message("# %u calls\n", (unsigned)n - 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(made_once_and_found_again, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            what_does_not_belong_together_is_refused, set_up, tear_down),
        cmocka_unit_test(no_failure_leaves_half),
    };

    return TEST_RUN(tests);
}
