/*
 * Lists that others offer, with the test in place of couriers: which of them a
 * node wants, by who offers and who merely took. SYN 6.4
 */
#include "test.h"

#include <string.h>

#include "peers_made.h"

/* As if an import had brought a list of that hash into force there. */
static void
import_by(struct peers_node *node, uint8_t hash, const char *actor)
{
    struct event event = {.type = EVENT_LIST_IMPORTED,
                          .actor = bytes_of(actor),
                          .list_imported = {.name = BYTES("watchlist"),
                                            .source = BYTES("csv"),
                                            .entries = 3,
                                            .size = 100}};

    memset(event.list_imported.sha256, hash, HASH_SIZE);
    (void)peers_made_record(node, &event);
}

static void
import(struct peers_node *node, uint8_t hash)
{
    import_by(node, hash, "tests");
}

/* Of the only list that the node wants; 0: none. */
static uint8_t
wanted(struct peers_made *made, struct peers_node *node)
{
    struct errand errand = {.kind = ERRAND_STATE};

    assert_int_equal(peers_made_errand(made, node, &errand), ERRAND_TAKEN);
    assert_true(made->answer.state.list_count <= 1);
    return made->answer.state.list_count == 0
               ? 0
               : made->answer.state.lists[0].sha256.b[0];
}

/* To who hears last of an offer, those who took it before are no newer ones. */
static void
others_took_it_before(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct peers_node *late = &made->nodes[2];

    peers_made_join(made);
    import(centre, 7);
    peers_made_pass(made, 5000);
    import(arden, 7);
    peers_made_pass(made, 5000);
    peers_made_mirror(made, arden, late);
    peers_made_rounds(late);
    assert_int_equal(wanted(made, late), 0);
    peers_made_pass(made, 5000);
    peers_made_mirror(made, centre, late);
    peers_made_rounds(late);
    assert_int_equal(wanted(made, late), 7);
    import(centre, 9);
    peers_made_pass(made, 5000);
    peers_made_mirror(made, centre, late);
    peers_made_rounds(late);
    assert_int_equal(wanted(made, late), 9);
}

/* A node that was put together from its log has a list in force without its
 * file, and gets it from others again. */
static void
files_that_are_lost(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct os *os = &arden->failing.os;
    char path[80] = "lists/";

    for (int i = 0; i < HASH_SIZE; i++)
        strcat(path, "07");
    strcat(path, ".list");
    peers_made_join(made);
    import(centre, 7);
    import(arden, 7);
    peers_made_pass(made, 5000);
    peers_made_mirror(made, centre, arden);
    peers_made_rounds(arden);
    assert_int_equal(wanted(made, arden), 7);
    assert_err(os->make_folder(os, arden->book_config.dir, "lists", 0700), OK);
    assert_err(os_replace_file(os, arden->book_config.dir, path, "lists",
                               BYTES("x"), 0600),
               OK);
    assert_int_equal(wanted(made, arden), 0);
}

/* By its own clock, which is ahead, a node took the last list after the next
 * one was offered. What was imported there by hand is another matter. */
static void
clocks_differ(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct peers_node *other = &made->nodes[2];

    peers_made_join(made);
    import(centre, 9);
    peers_made_pass(made, 5000);
    import_by(arden, 7, "roster:centre");
    import(other, 7);
    peers_made_mirror(made, centre, arden);
    peers_made_mirror(made, centre, other);
    peers_made_rounds(arden);
    peers_made_rounds(other);
    assert_int_equal(wanted(made, arden), 9);
    assert_int_equal(wanted(made, other), 0);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, peers_made_three, peers_made_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(others_took_it_before),
        TEST(files_that_are_lost),
        TEST(clocks_differ),
    };

    return TEST_RUN(tests);
}
