/*
 * A node's identity is made once and then stays; what a crash left out is made
 * up; the card names the keys that lie beside it, signed by the log's key, and
 * follows the configuration. SYN 2.13
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failing.h"
#include "node/identity.h"
#include "node/keys.h"
#include "node/tls.h"
#include "sync/card.h"

struct world {
    struct failing failing;
    struct folder dir;
    char path[64];
    struct config config;
};

static int
set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    struct sign_key key;

    assert_non_null(world);
    failing_init(&world->failing);
    strcpy(world->path, "/tmp/kufi-identity-XXXXXX");
    assert_non_null(mkdtemp(world->path));
    world->config = (struct config){
        .origin = "utopia.example/arden",
        .place = "Arden Forest",
        .position = {.known = true, .latitude = 413231, .longitude = -4543}};
    assert_err(world->failing.os.folder_open(&world->failing.os, world->path,
                                             &world->dir),
               OK);
    assert_err(key_make(&world->failing.os, world->dir,
                        bytes_of(world->config.origin), &crypto_random, &key),
               OK);
    *state = world;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    char command[96];

    world->failing.os.folder_close(&world->failing.os, world->dir);
    (void)snprintf(command, sizeof(command), "rm -rf %s", world->path);
    assert_int_equal(system(command), 0);
    free(world);
    return 0;
}

static enum err
make(struct world *world)
{
    const char *step;

    return identity_make(&world->failing.os, world->dir, &world->config,
                         &crypto_random, &step);
}

/* The card as it lies there; the node borrows from `text`. */
static struct roster_node
card(struct world *world, uint8_t text[CARD_SIZE_MAX])
{
    struct roster_node node;
    struct fault fault = {0};
    size_t size;

    assert_err(os_read_file(&world->failing.os, world->dir, CARD_FILE, text,
                            CARD_SIZE_MAX, &size),
               OK);
    assert_err(card_open((struct bytes){text, size}, &node, &fault), OK);
    return node;
}

static void
made_once(void **state)
{
    struct world *world = *state;
    struct os *os = &world->failing.os;
    uint8_t first[CARD_SIZE_MAX] = {0};
    uint8_t second[CARD_SIZE_MAX] = {0};
    struct roster_node node;
    struct sign_key cosign;
    struct box_key box;
    struct hash pin;

    assert_err(make(world), OK);
    node = card(world, first);
    assert_bytes(node.origin, BYTES("utopia.example/arden"));
    assert_bytes(node.place, BYTES("Arden Forest"));
    assert_int_equal(node.position.longitude, -4543);
    assert_err(cosign_key_load(os, world->dir, node.origin, &cosign), OK);
    assert_memory_equal(&node.cosign.public, &cosign.public,
                        sizeof(cosign.public));
    assert_err(box_key_load(os, world->dir, &box), OK);
    assert_memory_equal(&node.box, &box.public, sizeof(box.public));
    assert_err(tls_pin(os, world->dir, &pin), OK);
    assert_true(hash_equal(&pin, &node.tls_pin));
    assert_err(make(world), OK);
    (void)card(world, second);
    assert_memory_equal(first, second, sizeof(first));
    /* The card says where the node is now. */
    strcpy(world->config.place, "Brink");
    assert_err(make(world), OK);
    assert_bytes(card(world, second).place, BYTES("Brink"));
}

/* Whatever call fails, the next try makes all of it up. */
static void
made_up(void **state)
{
    struct world *world = *state;
    enum err e = ERR_IO;
    uint64_t tries = 0;

    while (e != OK) {
        uint8_t text[CARD_SIZE_MAX];

        world->failing.calls = 0;
        world->failing.fail_at = ++tries;
        world->failing.stay = true;
        world->failing.error = ERR_IO;
        e = make(world);
        world->failing.fail_at = 0;
        world->failing.stay = false;
        if (e == OK)
            break;
        assert_err(make(world), OK);
        (void)card(world, text);
        assert_err(world->failing.os.remove(&world->failing.os, world->dir,
                                            COSIGN_FILE),
                   OK);
        assert_err(
            world->failing.os.remove(&world->failing.os, world->dir, CARD_FILE),
            OK);
    }
    assert_true(tries > 3);
    print_message("# %u calls failed\n", (unsigned)tries - 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(made_once),
        TEST(made_up),
    };

    return TEST_RUN(tests);
}
