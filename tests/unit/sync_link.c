/*
 * Shows that nodes that call each other end with each other's logs, cosigned,
 * whatever comes of their messages on the way: lost, doubled, late, cut at
 * every byte, each bit flipped; that what a mirror has kept is at any time a
 * prefix of the log under a checkpoint that its key signed; and that a node
 * which signs two histories, goes back or sends other entries than it signed is
 * found out by whoever it lies to. Over simulated disks, in one process. SYN 1,
 * 5, 6
 */
#include "test.h"

#include <stdio.h>
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

/* ----- What may come of messages. ----- */

struct trouble {
    struct test_random random;
    unsigned lost_in;    /* one in so many, 0: none */
    unsigned cut_in;     /* likewise */
    unsigned flipped_in; /* likewise */
    unsigned long harmed;
};

static bool
one_in(struct trouble *trouble, unsigned many)
{
    if (many == 0 || test_random_below(&trouble->random, many) != 0)
        return false;
    trouble->harmed++;
    return true;
}

static bool
harm(void *context, const struct message *message, uint8_t *body, size_t *size)
{
    struct trouble *trouble = context;

    (void)message;
    if (one_in(trouble, trouble->lost_in))
        return false;
    if (*size == 0)
        return true;
    if (one_in(trouble, trouble->cut_in))
        *size = (size_t)test_random_below(&trouble->random, *size);
    else if (one_in(trouble, trouble->flipped_in))
        body[test_random_below(&trouble->random, *size)] ^=
            (uint8_t)(1 << test_random_below(&trouble->random, 8));
    return true;
}

/* Nothing signed is contradicted by what is harmed. Entries are, and a proof
 * that a witness is shown: who harms them within TLS can only be the node
 * itself, and nobody else is on the wire. */
static void
only_of_harm(const struct sync_node *node)
{
    size_t count = node->evidence_count < SYNC_NODE_EVIDENCE_MAX
                       ? node->evidence_count
                       : SYNC_NODE_EVIDENCE_MAX;

    for (size_t i = 0; i < count; i++)
        assert_true(node->evidence[i].kind == EVIDENCE_BAD_ENTRY ||
                    (node->evidence[i].kind == EVIDENCE_BAD_PROOF &&
                     !node->evidence[i].proved));
}

/* SYN 1.4, 5.3, 6.7: whatever is harmed, the mirrors are prefixes, no history
 * is called a second one, and in the end everybody has everything. */
static void
test_trouble(void **state)
{
    struct trouble trouble = {.lost_in = 7, .cut_in = 6, .flipped_in = 5};
    uint64_t size = 0;

    (void)state;
    test_random_init(&trouble.random);
    star(2);
    world.requests = (struct sync_mangler){harm, &trouble};
    world.replies = (struct sync_mangler){harm, &trouble};
    world.random = &trouble.random;
    world.doubled_in = 4;
    world.late_in = 3;
    for (unsigned round = 0; round < 12; round++) {
        size += test_random_below(&trouble.random, 300);
        for (unsigned of = 0; of < WATCH; of++)
            sync_node_grow(&world.nodes[of], size + of);
        sync_world_run(&world, 3000);
        for (unsigned holder = 0; holder < WATCH; holder++)
            for (unsigned of = 0; of < WATCH; of++)
                if (holder != of)
                    (void)sync_world_check(&world, holder, of);
    }
    world.requests.mangle = NULL;
    world.replies.mangle = NULL;
    sync_world_run(&world, 75000);
    for (unsigned holder = 0; holder < WATCH; holder++)
        for (unsigned of = 0; of < WATCH; of++)
            if (holder != of)
                assert_int_equal(sync_world_check(&world, holder, of),
                                 size + of);
    for (unsigned of = 0; of < SYNC_NODES; of++)
        only_of_harm(&world.nodes[of]);
    print_message("# %llu exchanges: %lu messages harmed, %llu doubled, "
                  "%llu answers late\n",
                  (unsigned long long)world.exchanges, trouble.harmed,
                  (unsigned long long)world.doubled,
                  (unsigned long long)world.late);
    sync_world_deinit(&world);
}

/* One message of each kind, harmed at each place in turn. */
struct place {
    const char *path; /* what the message's path holds */
    bool flip;        /* or it is cut there */
    size_t at;        /* the bit, or the size */
    bool done;
    size_t size;
};

static bool
harm_place(void *context, const struct message *message, uint8_t *body,
           size_t *size)
{
    struct place *place = context;

    if (place->done || strstr(message->path, place->path) == NULL || *size == 0)
        return true;
    place->done = true;
    place->size = *size;
    if (!place->flip)
        *size = place->at < *size ? place->at : *size;
    else if (place->at / 8 < *size)
        body[place->at / 8] ^= (uint8_t)(1 << place->at % 8);
    return true;
}

/* The whole of a small exchange with one message harmed at one place. */
static size_t
small_exchange(struct place *place, bool request)
{
    sync_world_init(&world, 3);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_node_grow(&world.nodes[ARDEN], 5);
    sync_node_grow(&world.nodes[CENTRE], 4);
    if (request)
        world.requests = (struct sync_mangler){harm_place, place};
    else
        world.replies = (struct sync_mangler){harm_place, place};
    sync_world_run(&world, 700);
    (void)sync_world_check(&world, ARDEN, CENTRE);
    (void)sync_world_check(&world, CENTRE, ARDEN);
    assert_int_equal(world.nodes[ARDEN].evidence_count, 0);
    assert_int_equal(world.nodes[CENTRE].evidence_count, 0);
    assert_true(place->done);
    sync_world_deinit(&world);
    return place->size;
}

static const struct {
    const char *path;
    bool request;
} harmed[] = {
    {"/state", false},  {"/checkpoint", false}, {"/entries/", false},
    {"/entries", true}, {"/checkpoint", false},
};

/* Cut at every byte, each bit flipped (of longer ones some): what
 * is kept is a prefix still. SYN 5.1 to 5.5 */
static void
test_each_place(void **state)
{
    unsigned long cases = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(harmed) / sizeof(harmed[0]); i++)
        for (unsigned flip = 0; flip < 2; flip++) {
            struct place place = {.path = harmed[i].path, .flip = flip == 1};
            size_t size = small_exchange(&place, harmed[i].request);
            size_t end = flip == 1 ? size * 8 : size;
            size_t step = end / 150 + 1;

            for (size_t at = 1; at < end; at += step, cases++) {
                place = (struct place){
                    .path = harmed[i].path, .flip = flip == 1, .at = at};
                (void)small_exchange(&place, harmed[i].request);
            }
        }
    print_message("# %lu places\n", cases);
}

/* ----- Liars. ----- */

static bool
told_of(const struct sync_node *node, enum evidence_kind kind,
        const struct sync_node *liar)
{
    for (size_t i = 0; i < node->evidence_count; i++)
        if (node->evidence[i].kind == kind &&
            bytes_equal(bytes_of(node->evidence[i].origin), liar->origin))
            return true;
    return false;
}

/* The node's own log is written anew: its disk is another's, its key the same.
 */
static void
lie(unsigned liar, uint64_t size)
{
    struct sync_node *node = &world.nodes[liar];

    sync_node_rewrite(node, 0x55, size);
}

/* SYN 5.2, 5.8: two roots of one size. */
static void
test_fork_of_one_size(void **state)
{
    (void)state;
    star(4);
    sync_world_link(&world, CENTRE, ARDEN);
    sync_node_grow(&world.nodes[ARDEN], 300);
    sync_world_run(&world, 4000);
    assert_int_equal(sync_world_check(&world, BRINK, ARDEN), 300);
    lie(ARDEN, 300);
    sync_world_run(&world, 5000);
    assert_true(
        told_of(&world.nodes[CENTRE], EVIDENCE_FORK, &world.nodes[ARDEN]) ||
        told_of(&world.nodes[CENTRE], EVIDENCE_BAD_PROOF, &world.nodes[ARDEN]));
    sync_world_deinit(&world);
}

/* SYN 5.4, 5.8: a larger size that begins otherwise; pushed by the liar, and
 * fetched from him. */
static void
test_fork_of_another_size(void **state)
{
    (void)state;
    star(5);
    sync_world_link(&world, CENTRE, ARDEN);
    sync_node_grow(&world.nodes[ARDEN], 300);
    sync_world_run(&world, 4000);
    assert_int_equal(world.nodes[CENTRE].mirrored[ARDEN], 300);
    lie(ARDEN, 700);
    sync_world_run(&world, 5000);
    assert_true(
        told_of(&world.nodes[CENTRE], EVIDENCE_BAD_PROOF, &world.nodes[ARDEN]));
    assert_int_equal(world.nodes[CENTRE].mirrored[ARDEN], 300);
    assert_int_equal(world.nodes[CENTRE].last[ARDEN].size, 300);
    sync_world_deinit(&world);
}

/* SYN 5.4: a post that only pushes shows its other history all the same. */
static void
test_fork_pushed(void **state)
{
    (void)state;
    star(6);
    sync_node_grow(&world.nodes[ARDEN], 300);
    sync_world_run(&world, 4000);
    lie(ARDEN, 700);
    sync_world_run(&world, 5000);
    assert_true(
        told_of(&world.nodes[CENTRE], EVIDENCE_BAD_PROOF, &world.nodes[ARDEN]));
    assert_int_equal(world.nodes[CENTRE].mirrored[ARDEN], 300);
    sync_world_deinit(&world);
}

/* SYN 6.6: a node that has less of its own log than it had. */
static void
test_rollback(void **state)
{
    (void)state;
    star(7);
    sync_world_link(&world, CENTRE, ARDEN);
    sync_node_grow(&world.nodes[ARDEN], 300);
    sync_world_run(&world, 4000);
    world.nodes[ARDEN].salt = 0;
    world.nodes[ARDEN].edge = (struct edge){.tree = {.size = 0}};
    world.nodes[ARDEN].tail_size = 0;
    sync_node_grow(&world.nodes[ARDEN], 250);
    sync_world_run(&world, 5000);
    assert_true(
        told_of(&world.nodes[CENTRE], EVIDENCE_ROLLBACK, &world.nodes[ARDEN]));
    sync_world_deinit(&world);
}

/* SYN 6.6: a witness holds no logs, but it knows what it cosigned. Of what it
 * does not know any more it accuses nobody. */
static void
test_rollback_witnessed(void **state)
{
    static const char *const texts[] = {NULL, "overwritten\n"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct sync_node *watch = &world.nodes[WATCH];
        struct os *os = &watch->disk.os;
        char path[OS_PATH_SIZE_MAX];
        struct hash name;

        sync_world_init(&world, 9);
        sync_world_link(&world, CENTRE, WATCH);
        sync_world_link(&world, WATCH, CENTRE);
        sync_node_grow(&world.nodes[CENTRE], 300);
        sync_world_run(&world, 4000);
        assert_int_equal(watch->last[CENTRE].size, 300);
        assert_int_equal(watch->evidence_count, 0);
        name = hash_of(world.nodes[CENTRE].origin);
        sync_witness_path(&name, path);
        if (texts[i] != NULL)
            assert_err(os_replace_file(os, watch->dir, path, "witness",
                                       bytes_of(texts[i]), 0600),
                       OK);
        sync_node_rewrite(&world.nodes[CENTRE], 0, 250);
        sync_world_run(&world, 5000);
        assert_int_equal(
            told_of(watch, EVIDENCE_ROLLBACK, &world.nodes[CENTRE]),
            texts[i] == NULL);
        sync_world_deinit(&world);
    }
}

/* Two posts were shown two histories: whoever compares them through the centre
 * finds out. SYN 1.5, 5.4 */
static void
test_split_view(void **state)
{
    (void)state;
    sync_world_init(&world, 8);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_node_grow(&world.nodes[CENTRE], 100);
    sync_world_run(&world, 3000);
    assert_int_equal(sync_world_check(&world, ARDEN, CENTRE), 100);
    lie(CENTRE, 120);
    sync_world_link(&world, BRINK, CENTRE);
    sync_world_run(&world, 3000);
    assert_int_equal(sync_world_check(&world, BRINK, CENTRE), 120);
    assert_true(
        told_of(&world.nodes[ARDEN], EVIDENCE_BAD_PROOF, &world.nodes[CENTRE]));
    assert_int_equal(world.nodes[ARDEN].mirrored[CENTRE], 100);
    sync_world_deinit(&world);
}

/* Entries that are not those signed, by the log's own node. SYN 5.8 */
static bool
other_entries(void *context, const struct message *message, uint8_t *body,
              size_t *size)
{
    (void)context;
    if (strstr(message->path, "/entries/") != NULL && *size > 700)
        body[*size - 1] ^= 1;
    return true;
}

static void
test_wrong_entries(void **state)
{
    (void)state;
    sync_world_init(&world, 9);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_node_grow(&world.nodes[CENTRE], 40);
    sync_world_run(&world, 2000);
    world.replies.mangle = other_entries;
    sync_node_grow(&world.nodes[CENTRE], 90);
    sync_world_run(&world, 3000);
    assert_int_equal(sync_world_check(&world, ARDEN, CENTRE), 40);
    assert_true(
        told_of(&world.nodes[ARDEN], EVIDENCE_BAD_ENTRY, &world.nodes[CENTRE]));
    world.replies.mangle = NULL;
    sync_world_run(&world, 40000);
    assert_int_equal(sync_world_check(&world, ARDEN, CENTRE), 90);
    sync_world_deinit(&world);
}

/* SYN 4.5: only a witness has seen the past that is no more; the node proves
 * nothing from there. */
static void
test_fork_before_a_witness(void **state)
{
    struct sync_node *watch = &world.nodes[WATCH];
    struct os *os = &watch->disk.os;
    uint8_t note_block[CHECKPOINT_SIZE_MAX];
    char hex[ORIGIN_HEX_SIZE];
    char path[OS_PATH_SIZE_MAX];
    struct log_view view;
    struct bytes note;

    (void)state;
    sync_world_init(&world, 13);
    sync_world_link(&world, ARDEN, WATCH);
    sync_node_grow(&world.nodes[ARDEN], 300);
    sync_world_run(&world, 2000);
    assert_int_equal(watch->last[ARDEN].size, 300);
    /* As the keeper keeps it. */
    view = sync_own_view(&world.nodes[ARDEN].host);
    assert_err(view_checkpoint(&view, note_block, sizeof(note_block), &note),
               OK);
    origin_hex(world.nodes[ARDEN].origin, hex);
    snprintf(path, sizeof(path), "witness/%s", hex);
    assert_err(os->make_folder(os, watch->dir, "witness", 0700), OK);
    assert_err(os_replace_file(os, watch->dir, path, "witness", note, 0600),
               OK);
    lie(ARDEN, 400);
    sync_world_run(&world, 3000);
    assert_int_equal(watch->last[ARDEN].size, 300);
    assert_true(told_of(watch, EVIDENCE_BAD_PROOF, &world.nodes[ARDEN]));
    sync_world_deinit(&world);
}

/* ----- Nodes that are none any more, and nodes that come back. ----- */

static struct roster without;

/* The roster without the witness, in force everywhere. */
static void
revoke_watch(void)
{
    static struct roster_revoked *gone = &without.revoked[0];

    without = world.made.roster;
    without.version = 2;
    without.node_count = WATCH;
    without.revoked_count = 1;
    *gone = (struct roster_revoked){.origin = world.nodes[WATCH].origin,
                                    .version = 2,
                                    .role = ROSTER_WITNESS,
                                    .log = without.nodes[WATCH].log};
    for (unsigned i = 0; i < SYNC_NODES; i++)
        world.nodes[i].host.roster = &without;
}

/* SYN 5.10: what a cosigner vouched for is passed on; what its key signs after
 * that is nobody's. */
static void
test_revoked(void **state)
{
    (void)state;
    sync_world_init(&world, 10);
    sync_world_link(&world, CENTRE, WATCH);
    sync_node_grow(&world.nodes[WATCH], 50);
    sync_node_grow(&world.nodes[CENTRE], 1);
    sync_world_run(&world, 3000);
    assert_int_equal(sync_world_check(&world, CENTRE, WATCH), 50);
    revoke_watch();
    sync_world_link(&world, BRINK, CENTRE);
    sync_world_run(&world, 3000);
    assert_int_equal(sync_world_check(&world, BRINK, WATCH), 50);
    /* It goes on writing: nobody asks it, and it is answered by nobody. */
    sync_node_grow(&world.nodes[WATCH], 60);
    sync_world_link(&world, WATCH, CENTRE);
    sync_world_run(&world, 5000);
    assert_int_equal(sync_world_check(&world, CENTRE, WATCH), 50);
    assert_int_equal(sync_world_check(&world, BRINK, WATCH), 50);
    assert_int_equal(world.nodes[WATCH].links[CENTRE]->figures.entries_out, 0);
    sync_world_deinit(&world);
}

/* SYN 6.8: an isolated node neither asks nor answers; one that rejoins asks
 * each peer for one thing, and is brought it by those that it cannot call. */
static void
test_isolated(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];
    struct sync_node *arden = &world.nodes[ARDEN];
    uint64_t rounds;

    (void)state;
    sync_world_init(&world, 12);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_world_link(&world, CENTRE, WATCH);
    sync_node_grow(arden, 30);
    sync_node_grow(centre, 40);
    sync_world_run(&world, 3000);
    assert_int_equal(sync_world_check(&world, ARDEN, CENTRE), 40);
    centre->state.mode = ERRAND_ISOLATED;
    sync_node_grow(arden, 35);
    rounds = centre->links[WATCH]->figures.rounds;
    sync_world_run(&world, 60000);
    assert_int_equal(centre->links[WATCH]->figures.rounds, rounds);
    assert_int_equal(sync_world_check(&world, CENTRE, ARDEN), 30);
    centre->state.mode = ERRAND_REJOINING;
    sync_world_run(&world, 40000);
    assert_int_equal(centre->links[WATCH]->check, LINK_CHECKED);
    assert_true(centre->took[ERRAND_CHECKED] >= 2);
    assert_int_equal(sync_world_check(&world, CENTRE, ARDEN), 30);
    centre->state.mode = ERRAND_NORMAL;
    sync_world_run(&world, 5000);
    assert_int_equal(centre->links[WATCH]->check, LINK_UNCHECKED);
    assert_int_equal(sync_world_check(&world, CENTRE, ARDEN), 35);
    sync_world_deinit(&world);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_star, setup),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_each_place),
        cmocka_unit_test(test_fork_of_one_size),
        cmocka_unit_test(test_fork_of_another_size),
        cmocka_unit_test(test_fork_pushed),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test(test_rollback_witnessed),
        cmocka_unit_test(test_split_view),
        cmocka_unit_test(test_wrong_entries),
        cmocka_unit_test(test_fork_before_a_witness),
        cmocka_unit_test(test_revoked),
        cmocka_unit_test(test_isolated),
    };

    return TEST_RUN(tests);
}
