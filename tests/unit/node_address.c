/*
 * Addresses: only those of this machine are taken, and what is taken is
 * written as it is parsed again.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/address.h"
#include "node/config.h"

static const struct {
    const char *text;
    enum err want;
    const char *again; /* NULL: as it was */
} cases[] = {
    {"127.0.0.1:8600", OK, NULL},
    {"127.0.0.1:0", OK, NULL},
    {"127.255.255.254:65535", OK, NULL},
    {"localhost:8600", OK, "127.0.0.1:8600"},
    {"[::1]:8600", OK, NULL},
    {"[0:0:0:0:0:0:0:1]:80", OK, "[::1]:80"},
    {"unix:/run/kufi/socket", OK, NULL},
    {"0.0.0.0:8600", ERR_DENIED, NULL},
    {"192.0.2.1:8600", ERR_DENIED, NULL},
    {"128.0.0.1:8600", ERR_DENIED, NULL},
    {"[::]:8600", ERR_DENIED, NULL},
    {"[2001:db8::1]:8600", ERR_DENIED, NULL},
    {"[::ffff:127.0.0.1]:8600", ERR_DENIED, NULL},
    {"127.0.0.1", ERR_FORMAT, NULL},
    {"127.0.0.1:", ERR_FORMAT, NULL},
    {"127.0.0.1:65536", ERR_FORMAT, NULL},
    {"127.0.0.1:08600", ERR_FORMAT, NULL},
    {"127.0.0.1:-1", ERR_FORMAT, NULL},
    {"127.0.0.1:8600 ", ERR_FORMAT, NULL},
    {" 127.0.0.1:8600", ERR_FORMAT, NULL},
    {"127.1:8600", ERR_FORMAT, NULL},
    {"2130706433:8600", ERR_FORMAT, NULL},
    {"border.example:8600", ERR_FORMAT, NULL},
    {":8600", ERR_FORMAT, NULL},
    {"[::1:8600", ERR_FORMAT, NULL},
    {"[]:8600", ERR_FORMAT, NULL},
    {"8600", ERR_FORMAT, NULL},
    {"", ERR_FORMAT, NULL},
    {"unix:", ERR_FORMAT, NULL},
    {"unix:relative", ERR_FORMAT, NULL},
};

static void
addresses(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *again =
            cases[i].again != NULL ? cases[i].again : cases[i].text;
        char text[LISTEN_SIZE_MAX + 1];
        struct address address;
        const char *what = NULL;
        enum err e = address_parse(cases[i].text, &address, &what);

        if (e != cases[i].want)
            fail_msg("%s: %s", cases[i].text, err_name(e));
        if (e != OK) {
            assert_non_null(what);
            continue;
        }
        address_write(&address, text, sizeof(text));
        assert_string_equal(text, again);
    }
}

/* Where other nodes come to, any address will do, but no name and no path. */
static void
addresses_for_peers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool path = strncmp(cases[i].text, "unix:", 5) == 0;
        enum err want = path ? ERR_FORMAT : cases[i].want;
        struct address address;
        const char *what = NULL;
        enum err e = address_parse_peers(cases[i].text, &address, &what);

        if (want == ERR_DENIED)
            want = OK;
        if (e != want)
            fail_msg("%s: %s", cases[i].text, err_name(e));
        assert_true(e == OK || what != NULL);
    }
}

static void
longest_path(void **state)
{
    char text[ADDRESS_PATH_SIZE_MAX + 8];
    char again[LISTEN_SIZE_MAX + 1];
    struct address address;
    const char *what;

    (void)state;
    memset(text, 'x', sizeof(text));
    memcpy(text, "unix:/", 6);
    text[5 + ADDRESS_PATH_SIZE_MAX - 1] = '\0';
    assert_err(address_parse(text, &address, &what), OK);
    address_write(&address, again, sizeof(again));
    assert_string_equal(again, text);
    text[5 + ADDRESS_PATH_SIZE_MAX - 1] = 'x';
    text[5 + ADDRESS_PATH_SIZE_MAX] = '\0';
    assert_err(address_parse(text, &address, &what), ERR_FORMAT);
}

/* A running node's own word goes before config.ini. */
static void
where_a_node_is(void **state)
{
    char path[] = "/tmp/kufi-address-XXXXXX";
    char found[LISTEN_SIZE_MAX + 1];
    struct folder dir;
    struct os os;

    (void)state;
    os_posix_init(&os);
    assert_non_null(mkdtemp(path));
    assert_err(os.folder_open(&os, path, &dir), OK);
    assert_err(address_find(&os, dir, LISTEN_DEFAULT, found), OK);
    assert_string_equal(found, LISTEN_DEFAULT);
    assert_err(os_replace_file(&os, dir, ADDRESS_FILE, "",
                               BYTES("127.0.0.1:4711\n"), 0600),
               OK);
    assert_err(address_find(&os, dir, LISTEN_DEFAULT, found), OK);
    assert_string_equal(found, "127.0.0.1:4711");
    assert_err(os.remove(&os, dir, ADDRESS_FILE), OK);
    os.folder_close(&os, dir);
    assert_int_equal(rmdir(path), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses),
        cmocka_unit_test(addresses_for_peers),
        cmocka_unit_test(longest_path),
        cmocka_unit_test(where_a_node_is),
    };

    return TEST_RUN(tests);
}
