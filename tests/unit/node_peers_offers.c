/*
 * Lists that others offer: whose offers count, and how much a list may lose
 * without an order, at once and bit by bit. One post of three nodes is hostile,
 * then the centre. SYN 3.5, 6.4, SCR 3.8
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_list.h"
#include "peers_made.h"

#define DAY_MS INT64_C(86400000)

static int
set_up(void **state)
{
    struct peers_made *made = calloc(1, sizeof(*made));

    assert_non_null(made);
    peers_made_open(made, 3);
    *state = made;
    return 0;
}

static int
tear_down(void **state)
{
    peers_made_close(*state);
    free(*state);
    return 0;
}

static void
see(struct peers_made *made, struct peers_node *from, struct peers_node *to)
{
    peers_made_grant(made, from, to);
    peers_made_mirror(made, from, to);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(to);
}

/* A node says in its log that this is the list of that name. */
static void
offer(struct peers_node *node, const char *name, const uint8_t sha256[32])
{
    struct event event = {.type = EVENT_LIST_IMPORTED};

    event.list_imported = (struct list_imported){
        .name = bytes_of(name), .source = BYTES("csv"), .entries = 1};
    memcpy(event.list_imported.sha256, sha256, SHA256_SIZE);
    (void)peers_made_record(node, &event);
}

/* Whether the courier of the node is told to fetch the list. */
static bool
wanted(struct peers_made *made, struct peers_node *node,
       const uint8_t sha256[32])
{
    struct errand errand = {.kind = ERRAND_STATE};

    (void)peers_made_errand(made, node, &errand);
    for (size_t i = 0; i < made->answer.state.list_count; i++)
        if (memcmp(made->answer.state.lists[i].sha256.b, sha256, SHA256_SIZE) ==
            0)
            return true;
    return false;
}

/* A post has no lists to offer, and cannot stand in the way of the centre's:
 * neither by one of the same name that is newer, nor by many. */
static void
posts_offer_nothing(void **state)
{
    static const uint8_t good[SHA256_SIZE] = {1};
    static const uint8_t bad[SHA256_SIZE] = {2};
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct peers_node *brink = &made->nodes[2];

    peers_made_join(made);
    for (int i = 0; i < 70; i++) {
        char name[24];

        (void)snprintf(name, sizeof(name), "list %d", i);
        offer(brink, name, bad);
    }
    see(made, brink, arden);
    assert_false(wanted(made, arden, bad));
    offer(centre, "sanctions", good);
    offer(centre, "list 3", good);
    see(made, centre, arden);
    assert_true(wanted(made, arden, good));
    peers_made_pass(made, DAY_MS);
    offer(brink, "list 3", bad);
    offer(centre, "sanctions", bad);
    see(made, brink, arden);
    assert_true(wanted(made, arden, good)); /* list 3 */
    see(made, centre, arden);
    assert_true(wanted(made, arden, bad)); /* the centre's own word */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(posts_offer_nothing),
    };

    return TEST_RUN(tests);
}
