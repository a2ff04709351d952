/*
 * What a node tries that has its keys and every right of its role, and no
 * custodian: to destroy what others can read, to give a post keys to seal with,
 * and to keep what it may hold no more. The test is in place of couriers.
 * SYN 3.6, 3.9, 8.3, 8.4, 8.6
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/grants.h"
#include "peers_made.h"
#include "seal/entry.h"
#include "store/nodes.h"

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

static struct entry
entry_of(struct peers_node *node, uint64_t index)
{
    struct book_entry read;
    struct entry entry;
    struct fault fault;
    enum err e = book_read(node->book, index, &read);

    assert_true(e == OK || e == ERR_DENIED);
    assert_err(entry_parse(read.entry, &entry, &fault), OK);
    return entry;
}

/* ----- Keyrings that a hostile node makes. ----- */

struct ring {
    struct keyring keyring;
    void *memory;
};

static void
ring_init(struct ring *ring, struct bytes origin)
{
    size_t size = KEYRING_ARENA_SIZE(256);
    struct arena arena;

    ring->memory = calloc(1, size);
    assert_non_null(ring->memory);
    arena_init(&arena, ring->memory, size);
    assert_err(keyring_init(&ring->keyring, &arena, origin, 256), OK);
}

static void
ring_deinit(struct ring *ring)
{
    keyring_deinit(&ring->keyring);
    free(ring->memory);
}

/* What `node` holds of that log. */
static void
ring_copy(struct ring *ring, struct peers_node *node, struct bytes origin)
{
    const struct keyring nothing = {.as_of = 0};
    const struct keyring *held = keyrings_find(&node->book->keyrings, origin);
    bool news;

    ring_init(ring, origin);
    if (bytes_equal(origin, node->book->origin))
        held = &node->book->keyring;
    assert_non_null(held);
    assert_err(keyring_merge(&ring->keyring, &nothing, held, 0, &news), OK);
}

static enum errand_verdict
give(struct peers_made *made, struct peers_node *from, struct peers_node *to,
     const struct ring *ring)
{
    const struct roster_node *receiver =
        roster_find(&made->roster, to->book->origin);
    struct errand errand = {.kind = ERRAND_GRANT, .origin = from->book->origin};
    struct grant_terms terms = {.from = from->book->origin,
                                .key = &from->book->key,
                                .to = to->book->origin,
                                .keyring = &ring->keyring,
                                .size = log_size(&to->book->log) + 1000};
    uint8_t *memory = malloc(GRANT_ARENA_SIZE);
    uint8_t *note = malloc(GRANT_SIZE_MAX);
    struct arena arena;
    struct writer w;
    enum errand_verdict verdict;

    assert_non_null(memory);
    assert_non_null(note);
    assert_non_null(receiver);
    terms.box = &receiver->box;
    arena_init(&arena, memory, GRANT_ARENA_SIZE);
    writer_init(&w, note, GRANT_SIZE_MAX);
    assert_err(grant_make(&terms, &crypto_random, &arena, &w), OK);
    errand.note = writer_done(&w);
    verdict = peers_made_errand(made, to, &errand);
    free(memory);
    free(note);
    return verdict;
}

/* ----- Keys returned. ----- */

/* A centre that gives a post its own keys back, but holes: the post would
 * destroy its own log's keys, and could record nothing more. */
static void
returns_less(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct ring ring;
    uint32_t epoch;

    peers_made_join(made);
    (void)peers_made_crossing(arden, "X1");
    peers_made_exchange(made, arden, centre);
    ring_copy(&ring, centre, arden->book->origin);
    assert_true(keyring_newest(&ring.keyring, &epoch));
    assert_err(keyring_forget_epoch(&ring.keyring, epoch), OK);
    assert_int_equal(give(made, centre, arden, &ring), ERRAND_KNOWN);
    peers_node_again(arden);
    (void)peers_made_crossing(arden, "X2");
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    assert_int_equal(peers_made_seen(arden, "X2"), 1);
    ring_deinit(&ring);
}

static void
root_fill(void *context, void *out, size_t size)
{
    (void)context;
    memset(out, 0x66, size);
}

/* And one that gives it keys for days to come, of its own making, by which it
 * would seal for ever what no window ever closes. */
static void
returns_more(void **state)
{
    static const struct random random = {root_fill, NULL};
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct ring ring;
    uint32_t epoch;
    uint64_t index;

    peers_made_join(made);
    index = peers_made_crossing(arden, "X1");
    epoch = entry_of(arden, index).epoch;
    peers_made_exchange(made, arden, centre);
    ring_copy(&ring, centre, arden->book->origin);
    assert_err(keyring_open_epoch(&ring.keyring, epoch + 1, &random), OK);
    assert_err(keyring_open_epoch(&ring.keyring, epoch + 9999, &random), OK);
    assert_int_equal(give(made, centre, arden, &ring), ERRAND_KNOWN);
    peers_made_pass(made, DAY_MS);
    for (int i = 0; i < 2; i++) {
        const struct keytree_node *node;

        index = peers_made_crossing(arden, "X2");
        assert_int_equal(entry_of(arden, index).epoch, epoch + 1);
        assert_err(keyring_find(&arden->book->keyring, epoch + 1, 0, &node),
                   OK);
        assert_int_not_equal(node->key.b[0] + node->key.b[1], 2 * 0x66);
        peers_node_again(arden);
    }
    ring_deinit(&ring);
}

/* To a post that lost its keys, others than it sealed with: its tables could
 * never be made again. */
static void
returns_others(void **state)
{
    static const struct random random = {root_fill, NULL};
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct ring good;
    struct ring bad;
    uint32_t epoch;

    peers_made_join(made);
    epoch = entry_of(arden, peers_made_crossing(arden, "X1")).epoch;
    peers_made_exchange(made, arden, centre);
    ring_copy(&good, centre, arden->book->origin);
    peers_made_pass(made, DAY_MS);
    (void)peers_made_crossing(arden, "X2");
    keyring_drop_before(&arden->book->keyring, epoch + 1);
    assert_err(keyring_save(&arden->book->keyring, &arden->failing.os,
                            arden->book_config.dir),
               OK);
    assert_err(book_stale(arden->book), OK);
    peers_node_again(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 0);
    ring_init(&bad, arden->book->origin);
    assert_err(keyring_open_epoch(&bad.keyring, epoch, &random), OK);
    assert_int_equal(give(made, centre, arden, &bad), ERRAND_REFUSED);
    peers_node_again(arden);
    assert_int_equal(give(made, centre, arden, &good), ERRAND_TAKEN);
    peers_node_again(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    assert_int_equal(peers_made_seen(arden, "X2"), 1);
    ring_deinit(&good);
    ring_deinit(&bad);
}

/* ----- Keys destroyed without an order. ----- */

/* Somebody at a post destroys the keys of what he wrote: others keep them, and
 * say so unless an order comes. */
static void
grants_less(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct entry entry;
    uint64_t index;

    peers_made_join(made);
    index = peers_made_crossing(arden, "X1");
    peers_made_exchange(made, arden, centre);
    assert_int_equal(peers_made_seen(centre, "X1"), 1);
    entry = entry_of(arden, index);
    assert_err(keyring_erase(&arden->book->keyring, &arden->failing.os,
                             arden->book_config.dir, entry.epoch, &entry.slot,
                             1),
               OK);
    peers_made_exchange(made, arden, centre);
    peers_node_again(centre);
    assert_int_equal(peers_made_seen(centre, "X1"), 1);
    /* The keys come again with the next link. */
    peers_made_exchange(made, arden, centre);
    peers_made_pass(made, 9 * MINUTE_MS);
    peers_made_rounds(centre);
    assert_int_equal(peers_made_count(centre, EVENT_INCIDENT, "keys_missing"),
                     0);
    peers_made_pass(made, 2 * MINUTE_MS);
    peers_made_rounds(centre);
    assert_int_equal(peers_made_count(centre, EVENT_INCIDENT, "keys_missing"),
                     1);
}

/* ----- Orders to erase. ----- */

static struct order *
order_erase_begun(struct peers_made *made, struct order_range range)
{
    struct order *order = calloc(1, sizeof(*order));

    assert_non_null(order);
    order->country = BYTES("UTO");
    order->made = made->roster.made;
    order->expires = (struct instant){made->roster.made.ms + DAY_MS};
    order->kind = ORDER_ERASE;
    order->range_count = 1;
    order->ranges[0] = range;
    return order;
}

static struct bytes
order_signed(struct order *order, uint8_t *out, size_t out_size)
{
    uint8_t text[1024];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    order_encode(&w, order);
    free(order);
    return made_note(writer_done(&w), "alice bob", out, out_size);
}

static void
order_erase(struct peers_made *made, struct peers_node *node,
            struct order_range range)
{
    uint8_t note[2048];
    const char *why = "";

    assert_err(peers_order(node->peers,
                           order_signed(order_erase_begun(made, range), note,
                                        sizeof(note)),
                           &why),
               OK);
}

/* The order comes before the keys, from one who has not heard of it; and the
 * tables of the next life have nothing neither. */
static void
erases_what_comes_later(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct order_range range = {.name = BYTES("utopia.example/arden")};
    struct entry entry;

    peers_made_join(made);
    entry = entry_of(arden, peers_made_crossing(arden, "X1"));
    (void)peers_made_crossing(arden, "X2");
    range.epoch = entry.epoch;
    range.first = entry.slot;
    range.last = entry.slot;
    order_erase(made, centre, range);
    peers_made_exchange(made, arden, centre);
    assert_int_equal(peers_made_seen(centre, "X1"), 0);
    assert_int_equal(peers_made_seen(centre, "X2"), 1);
    peers_node_again(centre);
    assert_int_equal(peers_made_seen(centre, "X1"), 0);
    assert_int_equal(peers_made_seen(centre, "X2"), 1);
}

/* What custodians signed without care, slots that no entry has yet, does not
 * silence a post; and what it records later is not gone by the next start. */
static void
erases_what_was_written(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct order_range range = {.name = BYTES("utopia.example/arden"),
                                .last = 100000};

    peers_made_join(made);
    range.epoch = entry_of(arden, peers_made_crossing(arden, "X1")).epoch;
    order_erase(made, arden, range);
    for (int i = 0; i < 3; i++) {
        (void)peers_made_crossing(arden, "X2");
        peers_node_again(arden);
        assert_int_equal(peers_made_seen(arden, "X1"), 0);
        assert_int_equal(peers_made_seen(arden, "X2"), (uint64_t)i + 1);
    }
}

/* Only the log counts: a node that was put together from others' mirrors has
 * nothing else. */
static void
obeys_the_log(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct order_range range = {.name = BYTES("utopia.example/arden")};
    struct ring before;
    struct entry entry;
    char command[128];

    peers_made_join(made);
    entry = entry_of(arden, peers_made_crossing(arden, "X1"));
    ring_copy(&before, arden, arden->book->origin);
    range.epoch = entry.epoch;
    range.first = entry.slot;
    range.last = entry.slot;
    order_erase(made, arden, range);
    /* An older copy of the keys is put back: from escrow, or by somebody. */
    assert_err(keyring_assign(&arden->book->keyring, &before.keyring), OK);
    assert_err(keyring_save(&arden->book->keyring, &arden->failing.os,
                            arden->book_config.dir),
               OK);
    (void)snprintf(command, sizeof(command), "rm -rf %s/orders", arden->path);
    assert_int_equal(system(command), 0);
    peers_node_again(arden);
    peers_node_again(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 0);
    ring_deinit(&before);
}

/* ----- Keys of one who was revoked. ----- */

/* SYN 8.6: once it knows that it is no node any more. */
static void
revoked_holds_nothing(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    const struct roster_node gone = made->roster.nodes[0];
    const char *why = "";
    bool more;

    peers_made_join(made);
    (void)peers_made_crossing(centre, "X1");
    peers_made_exchange(made, centre, arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    made->roster.version = 2;
    made->roster.nodes[0] = made->roster.nodes[1];
    made->roster.node_count = 1;
    made->roster.revoked[0] = (struct roster_revoked){.origin = gone.origin,
                                                      .version = 2,
                                                      .role = gone.role,
                                                      .log = gone.log};
    made->roster.revoked_count = 1;
    assert_err(
        peers_join(arden->peers, peers_made_roster(made, "alice bob"), &why),
        OK);
    assert_err(peers_round(arden->peers, &more), OK);
    assert_true(peers_stale(arden->peers));
    peers_node_again(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 0);
    assert_int_equal(keyrings_find(&arden->book->keyrings, centre->book->origin)
                         ->epoch_count,
                     0);
}

/* What only the lost node could grant the centre grants in its place, as far
 * back as the receiver may read; of a node that is there it may not. SYN 8.3 */
static void
successors_read(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct peers_node *brink = &made->nodes[2];
    const struct roster_node gone = made->roster.nodes[0];
    struct ring ring;
    const char *why = "";

    peers_made_join(made);
    (void)peers_made_crossing(arden, "X1");
    (void)peers_made_crossing(brink, "X2");
    peers_made_exchange(made, arden, centre);
    peers_made_grant(made, centre, brink);
    ring_copy(&ring, centre, arden->book->origin);
    assert_int_equal(give(made, centre, brink, &ring), ERRAND_REFUSED);
    made->roster.version = 2;
    assert_bytes(gone.origin, arden->book->origin);
    made->roster.nodes[0] = made->roster.nodes[1];
    made->roster.nodes[1] = made->roster.nodes[2];
    made->roster.node_count = 2;
    made->roster.revoked[0] = (struct roster_revoked){.origin = gone.origin,
                                                      .version = 2,
                                                      .role = gone.role,
                                                      .log = gone.log};
    made->roster.revoked_count = 1;
    for (int i = 0; i < 3; i += 2)
        assert_err(peers_join(made->nodes[i].peers,
                              peers_made_roster(made, "alice bob"), &why),
                   OK);
    peers_made_grant(made, centre, brink); /* the centre's own */
    peers_made_grant(made, centre, brink); /* and what arden left */
    peers_made_mirror(made, arden, brink);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(brink);
    assert_int_equal(peers_made_seen(brink, "X1"), 1);
    assert_int_equal(peers_made_count(brink, EVENT_INCIDENT, "keys_missing"),
                     0);
    ring_deinit(&ring);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, peers_made_two, peers_made_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(returns_less),
        TEST(returns_more),
        TEST(returns_others),
        TEST(grants_less),
        TEST(erases_what_comes_later),
        TEST(erases_what_was_written),
        TEST(obeys_the_log),
        TEST(revoked_holds_nothing),
        cmocka_unit_test_setup_teardown(successors_read, peers_made_three,
                                        peers_made_end),
    };

    return TEST_RUN(tests);
}
