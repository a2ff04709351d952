/*
 * What links pass on whole: rosters both ways, grants of record keys from a
 * post through a centre to another post, lists in pieces; and how long a link
 * waits. SYN 6.4, 6.7, 8.1
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "sync_node.h"

static struct sync_world world;
static uint8_t list_block[(5u << 19) + 17]; /* two pieces and a half */

static int
setup(void **state)
{
    (void)state;
    if (crypto_init() != OK)
        return -1;
    sync_world_init(&world, 61);
    sync_world_link(&world, ARDEN, CENTRE);
    sync_world_link(&world, BRINK, CENTRE);
    sync_node_grow(&world.nodes[ARDEN], 3);
    sync_node_grow(&world.nodes[BRINK], 2);
    sync_node_grow(&world.nodes[CENTRE], 1);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    sync_world_deinit(&world);
    return 0;
}

/* ----- Rosters. ----- */

static struct roster newer;
static uint8_t newer_note[ROSTER_SIZE_MAX];

static void
roster_make(unsigned number)
{
    struct sync_node *node = &world.nodes[number];

    newer = world.made.roster;
    newer.version = 2;
    node->host.roster = &newer;
    node->host.roster_note =
        roster_made_note(&newer, "alice bob", newer_note, sizeof(newer_note));
}

static void
test_roster_fetched(void **state)
{
    struct sync_node *arden = &world.nodes[ARDEN];

    (void)state;
    roster_make(CENTRE);
    sync_world_run(&world, 200);
    assert_true(arden->took[ERRAND_ROSTER] > 0);
    assert_bytes(arden->taken, world.nodes[CENTRE].host.roster_note);
}

static void
test_roster_brought(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];

    (void)state;
    roster_make(ARDEN);
    sync_world_run(&world, 200);
    assert_true(centre->took[ERRAND_ROSTER] > 0);
    assert_bytes(centre->taken, world.nodes[ARDEN].host.roster_note);
}

/* One that is refused is not brought again at once. */
static void
test_roster_refused(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];

    (void)state;
    centre->verdict = ERRAND_REFUSED;
    roster_make(ARDEN);
    sync_world_run(&world, 5000);
    assert_int_equal(centre->took[ERRAND_ROSTER], 1);
}

/* The next one after the peer's comes first, from those that were in force. */
static void
test_roster_chain(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];
    struct os *os = &centre->disk.os;

    (void)state;
    roster_make(CENTRE);
    newer.version = 3;
    assert_err(os->make_folder(os, centre->dir, "rosters", 0700), OK);
    assert_err(os_replace_file(os, centre->dir, "rosters/2", "rosters",
                               BYTES("the second"), 0600),
               OK);
    sync_world_run(&world, 200);
    assert_bytes(world.nodes[ARDEN].taken, BYTES("the second"));
}

/* ----- Grants. ----- */

static uint8_t grant_block[65536];

/* What a keeper makes, its box no box. */
static struct bytes
grant_make_of(unsigned from, unsigned to, unsigned of, const char *box)
{
    struct hash sum = hash_of(bytes_of(box));
    uint8_t text_block[2048];
    struct writer text;
    struct writer w;

    writer_init(&text, text_block, sizeof(text_block));
    writer_text(&text, "kufi grant v1\nfrom ");
    writer_bytes(&text, world.nodes[from].origin);
    writer_text(&text, "\nto ");
    writer_bytes(&text, world.nodes[to].origin);
    writer_text(&text, "\nof ");
    writer_bytes(&text, world.nodes[of].origin);
    writer_text(&text, "\nbox ");
    message_hash_write(&text, &sum);
    writer_text(&text, "\n");
    writer_init(&w, grant_block, sizeof(grant_block));
    writer_be16(&w, 0);
    writer_bytes(&w, writer_done(&text));
    writer_text(&w, "\n");
    note_sign(&w, world.nodes[from].origin, &world.nodes[from].key,
              writer_done(&text));
    be16_write(grant_block, (uint16_t)(w.at - 2));
    writer_text(&w, box);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static struct bytes
grant_make(unsigned from, unsigned to, const char *box)
{
    return grant_make_of(from, to, from, box);
}

/* Arden's keeper seals for Brink; neither is ever called. */
static void
test_grant_passed_on(void **state)
{
    struct sync_node *arden = &world.nodes[ARDEN];
    struct sync_node *brink = &world.nodes[BRINK];

    (void)state;
    arden->seal = grant_make(ARDEN, BRINK, "sealed keys");
    arden->state.log_count = 1;
    arden->state.logs[0] =
        (struct errand_log){.origin = brink->origin, .seal_due = true};
    sync_world_run(&world, 3000);
    /* Asked for as long as it is due, and no more often than it may be. */
    assert_in_range(arden->took[ERRAND_SEAL], 1,
                    3000 / (GRANTBOX_SEAL_NS / 1000000));
    assert_int_equal(brink->took[ERRAND_GRANT], 1);
    assert_bytes(brink->taken, arden->seal);
    assert_int_equal(world.nodes[CENTRE].took[ERRAND_GRANT], 0);
    /* A newer one goes the same way; the same is not brought twice. */
    arden->seal = grant_make(ARDEN, BRINK, "newer keys");
    sync_world_run(&world, 12000);
    assert_int_equal(brink->took[ERRAND_GRANT], 2);
    assert_bytes(brink->taken, arden->seal);
    arden->state.logs[0].seal_due = false;
    sync_world_run(&world, 12000);
    assert_int_equal(brink->took[ERRAND_GRANT], 2);
    /* What waits is found again after a start. */
    sim_disk_power_cut(&world.nodes[CENTRE].disk);
    sync_node_restart(&world, CENTRE);
    assert_int_equal(world.nodes[CENTRE].grants->count, 1);
}

/* For the peer itself. */
static void
test_grant_direct(void **state)
{
    struct sync_node *arden = &world.nodes[ARDEN];
    struct sync_node *centre = &world.nodes[CENTRE];

    (void)state;
    arden->seal = grant_make(ARDEN, CENTRE, "keys for the centre");
    arden->state.log_count = 1;
    arden->state.logs[0] =
        (struct errand_log){.origin = centre->origin, .seal_due = true};
    sync_world_run(&world, 2000);
    assert_int_equal(centre->took[ERRAND_GRANT], 1);
    assert_bytes(centre->taken, arden->seal);
    assert_int_equal(centre->grants->count, 0);
}

/* What is not signed by whom it says it is from never lies in the box. */
static void
test_grant_refused(void **state)
{
    struct bytes grant = grant_make(ARDEN, BRINK, "sealed keys");
    struct sync_node *centre = &world.nodes[CENTRE];
    struct grantbox_label label;

    (void)state;
    assert_err(grantbox_label(centre->roster, grant, &label), OK);
    assert_bytes(label.from, world.nodes[ARDEN].origin);
    assert_bytes(label.to, world.nodes[BRINK].origin);
    for (size_t size = 0; size < grant.size; size++)
        assert_true(grantbox_put(centre->grants, centre->roster,
                                 (struct bytes){grant.p, size}) != OK);
    for (size_t bit = 0; bit < grant.size * 8; bit++) {
        grant_block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_true(grantbox_put(centre->grants, centre->roster, grant) != OK);
        grant_block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(centre->grants->count, 0);
    assert_err(grantbox_put(centre->grants, centre->roster, grant), OK);
    assert_int_equal(centre->grants->count, 1);
}

/* Nobody puts another's grant out of the box by one of his own making; who
 * holds all keys gives a node its own back. SYN 8.3 */
static void
test_grant_of_another(void **state)
{
    struct sync_node *centre = &world.nodes[CENTRE];

    (void)state;
    assert_err(grantbox_put(centre->grants, centre->roster,
                            grant_make(ARDEN, BRINK, "sealed keys")),
               OK);
    assert_err(grantbox_put(centre->grants, centre->roster,
                            grant_make_of(BRINK, BRINK, ARDEN, "none")),
               ERR_DENIED);
    assert_err(grantbox_put(centre->grants, centre->roster,
                            grant_make_of(CENTRE, BRINK, ARDEN, "none")),
               ERR_DENIED);
    assert_err(grantbox_put(centre->grants, centre->roster,
                            grant_make_of(CENTRE, BRINK, BRINK, "its own")),
               OK);
    assert_int_equal(centre->grants->count, 2);
}

/* ----- Lists. ----- */

static struct hash
list_put(unsigned number, size_t size)
{
    struct sync_node *node = &world.nodes[number];
    struct os *os = &node->disk.os;
    struct bytes list = {list_block, size};
    struct hash hash;
    char path[OS_PATH_SIZE_MAX];

    for (size_t i = 0; i < size; i++)
        list_block[i] = (uint8_t)(i * 7 ^ i >> 11);
    hash = hash_of(list);
    sync_list_path(&hash, SYNC_LIST_ENDING, path);
    assert_err(os->make_folder(os, node->dir, SYNC_LISTS_FOLDER, 0700), OK);
    assert_err(
        os_replace_file(os, node->dir, path, SYNC_LISTS_FOLDER, list, 0600),
        OK);
    return hash;
}

static void
want_list(unsigned number, const struct hash *hash)
{
    struct sync_node *node = &world.nodes[number];

    node->state.list_count = 1;
    node->state.lists[0] = (struct errand_list){
        .from = world.nodes[CENTRE].origin, .sha256 = *hash};
}

static void
list_check(unsigned number, const struct hash *hash, size_t size)
{
    static uint8_t got[sizeof(list_block) + 1];
    struct sync_node *node = &world.nodes[number];
    char path[OS_PATH_SIZE_MAX];
    size_t got_size;

    sync_list_path(hash, SYNC_LIST_ENDING, path);
    assert_err(os_read_file(&node->disk.os, node->dir, path, got, sizeof(got),
                            &got_size),
               OK);
    assert_int_equal(got_size, size);
    assert_memory_equal(got, list_block, size);
}

static const size_t list_sizes[] = {0, 1, 1u << 20, sizeof(list_block)};

static void
test_lists(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(list_sizes) / sizeof(list_sizes[0]); i++) {
        struct hash hash = list_put(CENTRE, list_sizes[i]);

        want_list(ARDEN, &hash);
        sync_world_run(&world, 2500);
        assert_true(world.nodes[ARDEN].took[ERRAND_FETCHED] > i);
        assert_true(hash_equal(&world.nodes[ARDEN].fetched, &hash));
        list_check(ARDEN, &hash, list_sizes[i]);
    }
}

/* One piece is harmed: the list is another, and fetched anew later. */
static bool
harm_list(void *context, const struct message *message, uint8_t *body,
          size_t *size)
{
    unsigned *harmed = context;

    if (strstr(message->path, "/lists/") != NULL && *size > 0 && *harmed == 0) {
        body[0] ^= 1;
        (*harmed)++;
    }
    return true;
}

static void
test_list_harmed(void **state)
{
    unsigned harmed = 0;
    struct hash hash = list_put(CENTRE, 1000);

    (void)state;
    world.replies = (struct sync_mangler){harm_list, &harmed};
    want_list(ARDEN, &hash);
    sync_world_run(&world, 3000);
    assert_int_equal(harmed, 1);
    assert_int_equal(world.nodes[ARDEN].took[ERRAND_FETCHED], 0);
    sync_world_run(&world, 40000);
    assert_true(world.nodes[ARDEN].took[ERRAND_FETCHED] > 0);
    list_check(ARDEN, &hash, 1000);
}

/* ----- Waiting. ----- */

/* SYN 6.7: nobody answers; how often he is asked within ten minutes. */
static bool
lose(void *context, const struct message *message, uint8_t *body, size_t *size)
{
    (void)context;
    (void)message;
    (void)body;
    (void)size;
    return false;
}

static void
test_backoff(void **state)
{
    uint64_t asked;

    (void)state;
    world.nodes[BRINK].links[CENTRE] = NULL;
    world.requests.mangle = lose;
    sync_world_run(&world, 600000);
    asked = world.exchanges;
    /* 1, 2, 4, then every 5 s, give or take a quarter. */
    assert_in_range(asked, 3 + 590 * 4 / 25, 4 + 600 * 4 / 15);
    world.requests.mangle = NULL;
    sync_world_run(&world, 38000);
    assert_int_equal(sync_world_check(&world, CENTRE, ARDEN), 3);
}

/* A bound of bytes a second holds over a minute. SYN 6.7 */
static void
test_rate(void **state)
{
    struct rate rate = {.bytes_s = 4000};
    const struct link *link = world.nodes[ARDEN].links[CENTRE];

    (void)state;
    sync_node_grow(&world.nodes[ARDEN], 9000);
    world.nodes[BRINK].links[CENTRE] = NULL;
    world.nodes[ARDEN].host.rate = &rate;
    sync_world_run(&world, 60000);
    /* The last exchange began within the minute, whatever its size. */
    assert_in_range(link->figures.bytes_in + link->figures.bytes_out, 60000,
                    60 * 4000 + LINK_BYTES_FIRST * 2);
    assert_true(link->figures.entries_out > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_roster_fetched, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roster_brought, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roster_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_roster_chain, setup, teardown),
        cmocka_unit_test_setup_teardown(test_grant_passed_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_grant_direct, setup, teardown),
        cmocka_unit_test_setup_teardown(test_grant_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_grant_of_another, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
        cmocka_unit_test_setup_teardown(test_list_harmed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_backoff, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rate, setup, teardown),
    };

    return TEST_RUN(tests);
}
