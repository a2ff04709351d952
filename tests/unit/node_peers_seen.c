/*
 * From where on another's log is believed, and what a hostile centre tries:
 * alerts withdrawn in bulk, orders that nobody signed, keys that are not for
 * whom they are brought. The test is in place of couriers. SYN 1.3, 3.8, 3.9,
 * 8.3
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers_made.h"
#include "seal/entry.h"
#include "store/nodes.h"

/* ----- What is seen. ----- */

static void
others_are_believed_by_an_event(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    size_t events;
    bool more;

    peers_made_join(made);
    (void)peers_made_crossing(centre, "X1");
    peers_made_grant(made, centre, arden);
    peers_made_mirror(made, centre, arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 0);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    events = peers_made_count(arden, EVENT_CHECKPOINT_SEEN, NULL);
    assert_int_equal(events, 1);
    /* Nothing new, nothing said; and nothing but others' looks at us neither,
     * within the hour. */
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(arden);
    peers_made_mirror(made, arden, centre);
    peers_made_grant(made, arden, centre);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(centre);
    for (int i = 0; i < 5; i++) {
        peers_made_mirror(made, centre, arden);
        peers_made_pass(made, PEERS_SEEN_MS);
        peers_made_rounds(arden);
    }
    assert_true(peers_made_count(arden, EVENT_CHECKPOINT_SEEN, NULL) <=
                events + 1);
    /* Another life goes on where the first stopped. */
    peers_node_down(arden);
    peers_node_up(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    (void)peers_made_crossing(centre, "X2");
    peers_made_mirror(made, centre, arden);
    peers_made_pass(made, PEERS_SEEN_MS);
    assert_err(peers_round(arden->peers, &more), OK);
    assert_int_equal(peers_made_seen(arden, "X2"), 1);
}

/* What a courier does when all is well. */
static void
exchange(struct peers_made *made, struct peers_node *from,
         struct peers_node *to)
{
    peers_made_exchange(made, from, to);
}

/* What brought no news is not looked at again until something came: a country
 * has many logs, and rounds are made each second. */
static void
no_news_cost_nothing(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];

    peers_made_join(made);
    (void)peers_made_crossing(centre, "X1");
    exchange(made, centre, arden);
    exchange(made, arden, centre);
    exchange(made, centre, arden); /* that it has seen ours, and no more */
    peers_made_rounds(arden);
    for (int i = 0; i < 3; i++) {
        peers_made_pass(made, PEERS_SEEN_MS);
        arden->failing.calls = 0;
        peers_made_rounds(arden);
        assert_int_equal(arden->failing.calls, 0);
    }
    (void)peers_made_crossing(centre, "X2");
    exchange(made, centre, arden);
    assert_int_equal(peers_made_seen(arden, "X2"), 1);
}

/* SYN 1.6: a node with nothing to say is heard of, and one that is not is
 * missed. */
static void
silence_shows(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    uint64_t size;

    peers_made_join(made);
    for (int i = 0; i < 3; i++) {
        exchange(made, centre, arden);
        exchange(made, arden, centre);
    }
    size = log_size(&arden->book->log);
    for (int hour = 0; hour < 4; hour++) {
        peers_made_pass(made, PEERS_SEEN_IDLE_MS);
        exchange(made, centre, arden);
        exchange(made, arden, centre);
        assert_int_equal(peers_alarms(arden->peers), 0);
    }
    assert_true(log_size(&arden->book->log) >= size + 3);
    assert_true(log_size(&arden->book->log) <= size + 5);
    peers_made_pass(made, 3 * PEERS_SEEN_IDLE_MS);
    peers_made_rounds(arden);
    assert_int_equal(peers_alarms(arden->peers), 1);
    /* It goes on saying what it holds. */
    assert_true(log_size(&arden->book->log) > size + 3);
}

/* ----- A hostile centre. ----- */

static uint64_t
alert_put(struct peers_node *node, const char *number)
{
    struct event event = {.type = EVENT_ALERT_PUT};

    event.alert_put = (struct alert_put){.kind = ALERT_DOCUMENT,
                                         .issuing_state = BYTES("UTO"),
                                         .number = bytes_of(number),
                                         .reason = 1,
                                         .action = BYTES("hold"),
                                         .owner = BYTES("police")};
    return peers_made_record(node, &event);
}

static void
alert_withdraw(struct peers_node *node, uint64_t index)
{
    struct event event = {.type = EVENT_WITHDRAWAL};

    event.withdrawal = (struct withdrawal){
        .node = node->book->node, .index = index, .reason = BYTES("because")};
    (void)peers_made_record(node, &event);
}

static size_t
alerts(struct peers_node *node)
{
    struct store_alert found[64];
    static uint8_t block[65536];
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, block, sizeof(block));
    assert_err(store_alerts(&node->book->store, 0, &arena, found, 64, &count),
               OK);
    return count;
}

#define ALERTS 30

static void
withdraws_in_bulk(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    uint64_t indices[ALERTS];
    struct store_node node;
    uint8_t block[1024];
    struct arena arena;

    peers_made_join(made);
    for (size_t i = 0; i < ALERTS; i++) {
        char number[8];

        (void)snprintf(number, sizeof(number), "A%zu", i);
        indices[i] = alert_put(centre, number);
    }
    exchange(made, centre, arden);
    assert_int_equal(alerts(arden), ALERTS);
    for (size_t i = 0; i < ALERTS; i++)
        alert_withdraw(centre, indices[i]);
    assert_int_equal(alerts(centre), 0);
    exchange(made, centre, arden);
    assert_int_equal(alerts(arden), ALERTS - STORE_WITHDRAWALS_A_DAY_MAX);
    arena_init(&arena, block, sizeof(block));
    assert_err(store_node_find(&arden->book->store,
                               BYTES("utopia.example/centre"), &arena, &node),
               OK);
    assert_int_equal(node.refused, ALERTS - STORE_WITHDRAWALS_A_DAY_MAX);
    /* SYN 3.10: told once. */
    assert_int_equal(
        peers_made_count(arden, EVENT_INCIDENT, "withdrawals_refused"), 1);
    exchange(made, centre, arden);
    assert_int_equal(
        peers_made_count(arden, EVENT_INCIDENT, "withdrawals_refused"), 1);
    assert_int_equal(
        peers_made_count(centre, EVENT_INCIDENT, "withdrawals_refused"), 0);
}

/* An order of the kind, to be filled in, that holds for a day. */
static struct order *
order_begun(struct peers_made *made, enum order_kind kind, uint8_t id)
{
    struct order *order = calloc(1, sizeof(*order));

    assert_non_null(order);
    order->country = BYTES("UTO");
    memset(order->id.b, id, ORDER_ID_SIZE);
    order->made = made->roster.made;
    order->expires = (struct instant){made->roster.made.ms + 86400000};
    order->kind = kind;
    return order;
}

static struct bytes
order_signed(struct order *order, const char *signers, uint8_t *out,
             size_t out_size)
{
    uint8_t text[1024];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    order_encode(&w, order);
    assert_err(writer_end(&w), OK);
    free(order);
    return made_note(writer_done(&w), signers, out, out_size);
}

/* For the alert of that index, by the custodians named. */
static struct bytes
order_made(struct peers_made *made, uint64_t index, uint8_t id,
           const char *signers, uint8_t *out, size_t out_size)
{
    struct order *order = order_begun(made, ORDER_WITHDRAW, id);

    order->range_count = 1;
    order->ranges[0] = (struct order_range){
        .name = BYTES("centre"), .first = index, .last = index};
    return order_signed(order, signers, out, out_size);
}

static void
orders_need_custodians(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct event event = {.type = EVENT_ORDER};
    uint8_t note[2048];
    uint64_t index;

    peers_made_join(made);
    index = alert_put(centre, "A1");
    exchange(made, centre, arden);
    assert_int_equal(alerts(arden), 1);
    event.order_event.note =
        order_made(made, index, 1, "alice", note, sizeof(note));
    (void)peers_made_record(centre, &event);
    exchange(made, centre, arden);
    assert_int_equal(alerts(arden), 1);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "order_refused"),
                     1);
    assert_int_equal(peers_made_count(arden, EVENT_ORDER, NULL), 1);
    /* What the centre itself refused is none to others. */
    event.order_event.refused = true;
    event.order_event.note =
        order_made(made, index, 3, "bob", note, sizeof(note));
    (void)peers_made_record(centre, &event);
    exchange(made, centre, arden);
    assert_int_equal(peers_made_count(arden, EVENT_ORDER, NULL), 1);
    event.order_event.refused = false;
    event.order_event.note =
        order_made(made, index, 2, "alice bob", note, sizeof(note));
    (void)peers_made_record(centre, &event);
    exchange(made, centre, arden);
    assert_int_equal(alerts(arden), 0);
    assert_int_equal(peers_made_count(arden, EVENT_ORDER, NULL), 2);
    /* The same once more is nothing new. */
    (void)peers_made_record(centre, &event);
    exchange(made, centre, arden);
    assert_int_equal(peers_made_count(arden, EVENT_ORDER, NULL), 2);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "order_refused"),
                     1);
}

/* Wherever in a log an order stands: at a bundle's edges, and where a span
 * begins in the middle of one. */
static void
orders_stand_anywhere(void **state)
{
    static const uint64_t PLACES[] = {255, 256, 300, 511, 513, 768};
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    uint8_t note[2048];

    peers_made_join(made);
    for (size_t i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++) {
        struct event event = {.type = EVENT_ORDER};
        struct bytes in = order_made(made, 1 + i, (uint8_t)(1 + i), "alice bob",
                                     note, sizeof(note));

        while (log_size(&centre->book->log) < PLACES[i]) {
            struct event other = {
                .type = EVENT_INCIDENT,
                .incident = {.code = BYTES("a_test"),
                             .summary = BYTES("nothing at all")}};

            (void)peers_made_record(centre, &other);
        }
        event.order_event.note = in;
        assert_int_equal(peers_made_record(centre, &event), PLACES[i]);
        if (i % 2 == 0)
            continue;
        exchange(made, centre, arden);
        assert_int_equal(peers_made_count(arden, EVENT_ORDER, NULL), i + 1);
    }
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, NULL), 0);
}

static void
orders_by_hand(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    uint8_t note[2048];
    const char *why = "";

    assert_err(
        peers_order(arden->peers,
                    order_made(made, 1, 1, "alice bob", note, sizeof(note)),
                    &why),
        ERR_DENIED); /* no roster */
    peers_made_join(made);
    assert_err(peers_order(arden->peers,
                           order_made(made, 1, 1, "alice", note, sizeof(note)),
                           &why),
               ERR_DENIED);
    assert_string_equal(why, "not signed by enough custodians (SYN 3.8)");
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "order_refused"),
                     1);
    assert_err(
        peers_order(arden->peers,
                    order_made(made, 1, 1, "alice bob", note, sizeof(note)),
                    &why),
        OK);
    peers_made_pass(made, 2 * 86400000);
    assert_err(
        peers_order(arden->peers,
                    order_made(made, 1, 2, "alice bob", note, sizeof(note)),
                    &why),
        ERR_DENIED); /* past its day */
}

/* An entry whose key is destroyed by an order is gone, here and elsewhere, and
 * stays so in the next life. */
static void
orders_erase(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct order *order;
    struct book_entry read;
    struct entry entry;
    struct fault fault;
    uint8_t note[2048];
    uint64_t index;
    const char *why = "";

    peers_made_join(made);
    index = peers_made_crossing(centre, "X1");
    (void)peers_made_crossing(centre, "X2");
    exchange(made, centre, arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    assert_err(book_read(centre->book, index, &read), OK);
    assert_err(entry_parse(read.entry, &entry, &fault), OK);
    order = order_begun(made, ORDER_ERASE, 1);
    order->range_count = 1;
    order->ranges[0] =
        (struct order_range){.name = BYTES("utopia.example/centre"),
                             .epoch = entry.epoch,
                             .first = entry.slot,
                             .last = entry.slot};
    assert_err(peers_order(centre->peers,
                           order_signed(order, "alice bob", note, sizeof(note)),
                           &why),
               OK);
    assert_true(peers_stale(centre->peers));
    assert_err(book_read(centre->book, index, &read), ERR_DENIED);
    /* Not the centre's keys tell the post, but its log. */
    peers_made_grant(made, centre, arden);
    assert_false(peers_stale(arden->peers));
    exchange(made, centre, arden);
    assert_true(peers_stale(arden->peers));
    assert_int_equal(peers_made_count(arden, EVENT_ORDER, NULL), 1);
    for (int i = 0; i < 2; i++) {
        struct peers_node *node = &made->nodes[i];

        peers_node_down(node);
        peers_node_up(node);
        assert_false(peers_stale(node->peers));
        assert_int_equal(peers_made_seen(node, "X1"), 0);
        assert_int_equal(peers_made_seen(node, "X2"), 1);
    }
}

/* A window is wider for as long as the order holds. */
static void
orders_widen_windows(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct errand seal = {.kind = ERRAND_SEAL,
                          .origin = BYTES("utopia.example/arden")};
    struct order *order;
    uint8_t note[2048];
    const char *why = "";

    made->roster.hot_days = 1;
    peers_made_join(made);
    (void)peers_made_crossing(centre, "X1");
    peers_made_pass(made, 5 * INT64_C(86400000));
    assert_int_equal(peers_made_errand(made, centre, &seal), ERRAND_TAKEN);
    assert_int_equal(made->answer.note.size, 0); /* too old for a post */
    order = order_begun(made, ORDER_WINDOW, 1);
    order->name = BYTES("utopia.example/arden");
    order->days = 30;
    order->expires.ms += 9 * INT64_C(86400000);
    assert_err(peers_order(centre->peers,
                           order_signed(order, "alice bob", note, sizeof(note)),
                           &why),
               OK);
    peers_node_down(centre);
    peers_node_up(centre);
    assert_int_equal(peers_made_errand(made, centre, &seal), ERRAND_TAKEN);
    assert_true(made->answer.note.size > 0);
    peers_made_pass(made, 6 * INT64_C(86400000));
    assert_int_equal(peers_made_errand(made, centre, &seal), ERRAND_TAKEN);
    assert_int_equal(made->answer.note.size, 0);
}

static void
orders_let_back(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct order *order;
    uint8_t note[2048];
    const char *why = "";

    peers_made_join(made);
    assert_err(peers_isolate(arden->peers, BYTES("tests"), BYTES("a drill")),
               OK);
    order = order_begun(made, ORDER_REJOIN, 1);
    order->name = BYTES("utopia.example/arden");
    assert_err(peers_order(arden->peers,
                           order_signed(order, "alice bob", note, sizeof(note)),
                           &why),
               OK);
    assert_int_equal(peers_mode(arden->peers), ERRAND_REJOINING);
    /* Once: it does not lift the next isolation. */
    assert_err(peers_isolate(arden->peers, BYTES("tests"), BYTES("again")), OK);
    peers_node_down(arden);
    peers_node_up(arden);
    assert_int_equal(peers_mode(arden->peers), ERRAND_ISOLATED);
}

/* The keys that a node gives out are of its own log alone, for whom they are
 * sealed, and nobody else's word counts. */
static void
foreign_grants(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct errand seal = {.kind = ERRAND_SEAL,
                          .origin = BYTES("utopia.example/arden")};
    struct errand grant = {.kind = ERRAND_GRANT,
                           .origin = BYTES("utopia.example/centre")};
    uint8_t *copy;

    peers_made_join(made);
    (void)peers_made_crossing(centre, "X1");
    assert_int_equal(peers_made_errand(made, centre, &seal), ERRAND_TAKEN);
    copy = malloc(made->answer.note.size);
    assert_non_null(copy);
    memcpy(copy, made->answer.note.p, made->answer.note.size);
    grant.note = (struct bytes){copy, made->answer.note.size};
    /* To the one who made it: it is not for him. */
    assert_int_equal(peers_made_errand(made, centre, &grant), ERRAND_REFUSED);
    copy[grant.note.size / 2] ^= 1;
    assert_int_equal(peers_made_errand(made, arden, &grant), ERRAND_REFUSED);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "grant_refused"),
                     1);
    copy[grant.note.size / 2] ^= 1;
    assert_int_equal(peers_made_errand(made, arden, &grant), ERRAND_TAKEN);
    assert_int_equal(peers_made_errand(made, arden, &grant), ERRAND_KNOWN);
    free(copy);
    seal.origin = BYTES("utopia.example/nowhere");
    assert_int_equal(peers_made_errand(made, centre, &seal), ERRAND_REFUSED);
}

/* SYN 8.6: a grant that comes between the end of a day and the next round drops
 * what is too old, and what was opened with it must not stay in the tables. */
static void
old_keys_go_with_their_rows(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];

    made->roster.hot_days = 1;
    peers_made_join(made);
    (void)peers_made_crossing(centre, "X1");
    exchange(made, centre, arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 1);
    peers_made_pass(made, 5 * INT64_C(86400000));
    (void)peers_made_crossing(centre, "X2");
    peers_made_grant(made, centre, arden);
    assert_true(peers_stale(arden->peers));
    peers_node_down(arden);
    peers_node_up(arden);
    assert_int_equal(peers_made_seen(arden, "X1"), 0);
    exchange(made, centre, arden);
    assert_int_equal(peers_made_seen(arden, "X2"), 1);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, peers_made_two, peers_made_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(others_are_believed_by_an_event),
        TEST(no_news_cost_nothing),
        TEST(silence_shows),
        TEST(withdraws_in_bulk),
        TEST(orders_need_custodians),
        TEST(orders_stand_anywhere),
        TEST(orders_by_hand),
        TEST(orders_erase),
        TEST(orders_widen_windows),
        TEST(orders_let_back),
        TEST(foreign_grants),
        TEST(old_keys_go_with_their_rows),
    };

    return TEST_RUN(tests);
}
