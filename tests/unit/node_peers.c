/*
 * The keeper's half of many nodes, with the test in place of couriers: which
 * rosters are taken and which refused, also with the n-th call to `os` failing;
 * what is cosigned, once and never against itself, also by the next life; what
 * is kept as evidence; and from where on another's log is believed. And what a
 * hostile centre tries: alerts withdrawn in bulk, orders that nobody signed,
 * rosters old and forged, keys of logs that are not its own. SYN 1.3, 2.10,
 * 2.11, 2.13, 3.8, 4.3, 4.5, 5.8, 6.8
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peers_made.h"
#include "store/nodes.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static int
set_up(void **state)
{
    struct peers_made *made = calloc(1, sizeof(*made));

    assert_non_null(made);
    peers_made_open(made, 2);
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

/* ----- Rosters. ----- */

static enum err
join(struct peers_made *made, const char *signers)
{
    const char *why = "";

    return peers_join(made->nodes[1].peers, peers_made_roster(made, signers),
                      &why);
}

static uint64_t
version(struct peers_made *made, struct peers_node *node)
{
    struct errand errand = {.kind = ERRAND_STATE};

    assert_int_equal(peers_made_errand(made, node, &errand), ERRAND_TAKEN);
    return made->answer.state.has_roster ? made->answer.state.roster_version
                                         : 0;
}

static void
first_rosters(void **state)
{
    struct peers_made *made = *state;
    struct roster good = made->roster;

    assert_err(join(made, "alice"), ERR_DENIED);
    assert_err(join(made, "alice mallory"), ERR_DENIED);
    made->roster.node_count = 1; /* arden alone is left out below */
    made->roster.nodes[0] = good.nodes[1];
    assert_err(join(made, "alice bob"), ERR_DENIED);
    made->roster = good;
    made->roster.nodes[0].log.public = good.nodes[1].log.public;
    made->roster.nodes[0].log = note_key_of(good.nodes[0].origin, NOTE_ED25519,
                                            &good.nodes[1].log.public);
    assert_err(join(made, "alice bob"), ERR_DENIED);
    made->roster = good;
    made->roster.nodes[0].box = good.nodes[1].box;
    assert_err(join(made, "alice bob"), ERR_DENIED);
    assert_int_equal(version(made, &made->nodes[1]), 0);
    made->roster = good;
    assert_err(join(made, "bob carol"), OK);
    assert_err(join(made, "bob carol"), OK); /* the same again */
    assert_int_equal(version(made, &made->nodes[1]), 1);
    assert_int_equal(
        peers_made_count(&made->nodes[1], EVENT_ROSTER_CHANGE, NULL), 1);
}

/* SYN 2.10, SYN 2.11: from a peer. */
static void
later_rosters(void **state)
{
    static const struct {
        uint64_t version;
        const char *signers;
        enum errand_verdict verdict;
        uint64_t in_force;
        size_t incidents; /* all told */
    } cases[] = {
        {1, "alice bob", ERRAND_KNOWN, 1, 0},
        {2, "alice", ERRAND_REFUSED, 1, 1},   /* forged */
        {2, "mallory", ERRAND_REFUSED, 1, 1}, /* told once an hour */
        {2, "alice carol", ERRAND_TAKEN, 2, 1},
        {1, "alice bob", ERRAND_REFUSED, 2, 1}, /* old: late news */
        {2, "bob carol", ERRAND_REFUSED, 2, 1},
        {7, "bob carol", ERRAND_TAKEN, 7, 1},
    };
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];

    peers_made_join(made);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct errand errand = {.kind = ERRAND_ROSTER,
                                .origin = BYTES("utopia.example/centre")};

        made->roster.version = cases[i].version;
        errand.note = peers_made_roster(made, cases[i].signers);
        assert_int_equal(peers_made_errand(made, arden, &errand),
                         cases[i].verdict);
        assert_int_equal(version(made, arden), cases[i].in_force);
        assert_int_equal(
            peers_made_count(arden, EVENT_INCIDENT, "roster_refused"),
            cases[i].incidents);
    }
    peers_node_down(arden);
    peers_node_up(arden);
    assert_int_equal(version(made, arden), 7);
}

/* Whichever call fails, the next life has the old one or the new one, and the
 * new one only with its event. */
static void
roster_change_is_one_step(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    uint64_t before = 1;
    size_t refused = 0;
    bool done = false;

    peers_made_join(made);
    for (uint64_t n = 1; !done; n++) {
        const char *why = "";
        uint64_t after;

        made->roster.version = before + 1;
        arden->failing.calls = 0;
        arden->failing.fail_at = n;
        arden->failing.stay = true;
        arden->failing.error = ERR_IO;
        done = peers_join(arden->peers, peers_made_roster(made, "alice bob"),
                          &why) == OK;
        refused += done ? 0 : 1;
        peers_node_down(arden);
        arden->failing.stay = false;
        peers_node_up(arden);
        after = version(made, arden);
        assert_true(after == before || after == before + 1);
        assert_true(peers_made_count(arden, EVENT_ROSTER_CHANGE, NULL) >=
                    after);
        before = after;
    }
    assert_true(refused > 5);
    print_message("# %zu calls failed\n", refused);
}

/* ----- Witnessing. ----- */

/* A checkpoint of the centre as its key would sign it. */
static struct bytes
signed_by_centre(struct peers_made *made, uint64_t size, uint8_t root,
                 uint8_t block[CHECKPOINT_SIZE_MAX])
{
    struct checkpoint checkpoint = {.origin = BYTES("utopia.example/centre"),
                                    .size = size};
    struct writer w;

    memset(checkpoint.root.b, root, HASH_SIZE);
    writer_init(&w, block, CHECKPOINT_SIZE_MAX);
    checkpoint_sign(&w, &checkpoint, &made->nodes[0].book->key);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static unsigned
cosign(struct peers_made *made, struct bytes note, uint64_t old_size)
{
    struct errand errand = {.kind = ERRAND_COSIGN,
                            .origin = BYTES("utopia.example/centre"),
                            .size = old_size,
                            .note = note};

    (void)peers_made_errand(made, &made->nodes[1], &errand);
    return made->answer.status;
}

static void
cosigns_one_history(void **state)
{
    static const struct {
        uint64_t old_size;
        uint64_t size;
        uint8_t root;
        unsigned status;
        size_t incidents;
    } cases[] = {
        {0, 9, 1, 200, 0},   {0, 9, 1, 409, 0},
        {9, 9, 1, 200, 0},   {9, 9, 2, 422, 1}, /* a fork */
        {9, 9, 2, 422, 1},                      /* known */
        {9, 9, 3, 422, 2},   {9, 8, 1, 400, 2},
        {8, 8, 1, 409, 2},   {9, 12, 4, 422, 2}, /* no proof */
        {12, 12, 4, 409, 2}, {9, 9, 1, 200, 2},
    };
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    uint8_t block[CHECKPOINT_SIZE_MAX];

    peers_made_join(made);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct bytes note =
            signed_by_centre(made, cases[i].size, cases[i].root, block);

        /* Now and then another life. */
        if (i % 3 == 2) {
            peers_node_down(arden);
            peers_node_up(arden);
        }
        assert_int_equal(cosign(made, note, cases[i].old_size),
                         cases[i].status);
        assert_int_equal(made->answer.note.size > 0, cases[i].status == 200);
        assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "fork"),
                         cases[i].incidents);
    }
}

/* What cannot be signed for is not: SYN 4.2. */
static void
cosigns_nobody_else(void **state)
{
    struct peers_made *made = *state;
    uint8_t block[CHECKPOINT_SIZE_MAX];
    struct bytes note = signed_by_centre(made, 3, 1, block);
    struct errand errand = {.kind = ERRAND_COSIGN, .note = note};

    assert_int_equal(cosign(made, note, 0), 404); /* no roster */
    peers_made_join(made);
    errand.origin = BYTES("utopia.example/nowhere");
    (void)peers_made_errand(made, &made->nodes[1], &errand);
    assert_int_equal(made->answer.status, 404);
    block[note.size - 10] ^= 1;
    assert_true(cosign(made, note, 0) == 403 || made->answer.status == 400);
    assert_int_equal(made->answer.note.size, 0);
}

/* The same as the process dies at every call: never two histories. */
static void
cosigning_is_one_step(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    uint8_t first[CHECKPOINT_SIZE_MAX];
    uint8_t second[CHECKPOINT_SIZE_MAX];
    struct bytes one = signed_by_centre(made, 9, 1, first);
    struct bytes other = signed_by_centre(made, 9, 2, second);
    bool done = false;
    size_t signed_one = 0;

    peers_made_join(made);
    for (uint64_t n = 1; !done; n++) {
        struct errand errand = {.kind = ERRAND_COSIGN,
                                .origin = BYTES("utopia.example/centre"),
                                .note = one};
        struct writer in;
        struct writer out;
        enum err e;

        writer_init(&in, made->in, sizeof(made->in));
        errand_encode(&in, &errand);
        writer_init(&out, made->out, sizeof(made->out));
        arden->failing.calls = 0;
        arden->failing.fail_at = n;
        arden->failing.stay = true;
        arden->failing.error = ERR_IO;
        e = peers_errand(arden->peers, writer_done(&in), &out);
        signed_one += e == OK ? 1 : 0;
        peers_node_down(arden);
        arden->failing.stay = false;
        peers_node_up(arden);
        done = e == OK;
        if (!done)
            continue;
        assert_int_equal(cosign(made, other, 9), 422);
        assert_int_equal(cosign(made, one, 9), 200);
    }
    assert_int_equal(signed_one, 1);
}

/* ----- Evidence. ----- */

static void
evidence_is_kept(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    uint8_t one[CHECKPOINT_SIZE_MAX];
    uint8_t other[CHECKPOINT_SIZE_MAX];
    struct errand errand = {.kind = ERRAND_EVIDENCE,
                            .evidence = EVIDENCE_ROLLBACK,
                            .origin = BYTES("utopia.example/centre")};

    peers_made_join(made);
    errand.note = signed_by_centre(made, 9, 1, one);
    errand.other = signed_by_centre(made, 9, 1, other);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_REFUSED);
    errand.other = signed_by_centre(made, 4, 2, other);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_TAKEN);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_KNOWN);
    peers_node_down(arden);
    peers_node_up(arden);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_KNOWN);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "rollback"), 1);
    /* Told no more often than there is room for: it has said enough. */
    for (unsigned i = 0; i < 3 * PEERS_EVIDENCE_MAX; i++) {
        errand.other = signed_by_centre(made, 5, (uint8_t)i, other);
        assert_true(peers_made_errand(made, arden, &errand) <= ERRAND_KNOWN);
    }
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "rollback"),
                     PEERS_EVIDENCE_MAX);
    other[errand.other.size - 10] ^= 1;
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_REFUSED);
}

/* ----- Our own log elsewhere. ----- */

static void
others_cosign_ours(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct errand errand = {.kind = ERRAND_COSIGN,
                            .origin = BYTES("utopia.example/centre")};
    struct errand back = {.kind = ERRAND_COSIGNED};
    uint8_t note[4096];
    struct writer w;
    struct bytes kept;

    peers_made_join(made);
    errand.note = peers_made_checkpoint(made, centre);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_TAKEN);
    writer_init(&w, note, sizeof(note));
    writer_bytes(&w, errand.note);
    writer_bytes(&w, made->answer.note);
    back.note = writer_done(&w);
    assert_int_equal(peers_made_errand(made, centre, &back), ERRAND_TAKEN);
    assert_int_equal(peers_made_errand(made, centre, &back), ERRAND_KNOWN);
    kept = peers_made_checkpoint(made, centre);
    assert_bytes(kept, back.note);
    back.note = bytes_slice(back.note, 0, errand.note.size);
    assert_int_equal(peers_made_errand(made, centre, &back), ERRAND_REFUSED);
}

/* Our own key over what we do not have: somebody else has it, or we are an
 * older copy of ourselves. */
static void
our_key_elsewhere(void **state)
{
    static const struct {
        uint64_t size;
        const char *code;
        const char *verdict;
    } cases[] = {{1, "fork", "\"verdict\":\"fork\""},
                 {99, "rollback", "\"verdict\":\"ahead\""}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct peers_made *made = *state;
        struct peers_node *centre = &made->nodes[0];
        uint8_t block[CHECKPOINT_SIZE_MAX];
        struct errand errand = {.kind = ERRAND_CHECKED,
                                .origin = BYTES("utopia.example/arden")};
        struct errand end = {.kind = ERRAND_CHECKED};
        uint8_t *text = malloc(PEERS_MADE_NOTE);
        struct writer w;

        assert_non_null(text);
        if (i == 0)
            peers_made_join(made);
        assert_err(
            peers_isolate(centre->peers, BYTES("tests"), BYTES("a drill")), OK);
        assert_int_equal(peers_mode(centre->peers), ERRAND_ISOLATED);
        (void)peers_made_checkpoint(made, centre);
        errand.note = signed_by_centre(made, cases[i].size, 7, block);
        /* Nothing is heard of anybody before it wants to come back. */
        assert_int_equal(peers_made_errand(made, centre, &errand),
                         ERRAND_REFUSED);
        assert_err(peers_rejoin(centre->peers, BYTES("tests"), BYTES("over")),
                   OK);
        assert_int_equal(peers_made_errand(made, centre, &errand),
                         ERRAND_TAKEN);
        assert_int_equal(peers_made_errand(made, centre, &end), ERRAND_TAKEN);
        assert_int_equal(peers_mode(centre->peers), ERRAND_ISOLATED);
        assert_int_equal(
            peers_made_count(centre, EVENT_INCIDENT, cases[i].code), 1);
        writer_init(&w, text, PEERS_MADE_NOTE - 1);
        assert_err(peers_show(centre->peers, &w), OK);
        text[w.at] = '\0';
        assert_non_null(strstr((char *)text, cases[i].verdict));
        free(text);
    }
}

static void
comes_back(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct errand errand = {.kind = ERRAND_CHECKED,
                            .origin = BYTES("utopia.example/arden")};
    bool more;

    peers_made_join(made);
    errand.note = peers_made_checkpoint(made, centre);
    assert_err(peers_isolate(centre->peers, BYTES("tests"), BYTES("a drill")),
               OK);
    peers_node_down(centre);
    peers_node_up(centre);
    assert_int_equal(peers_mode(centre->peers), ERRAND_ISOLATED);
    assert_err(peers_rejoin(centre->peers, BYTES("tests"), BYTES("over")), OK);
    assert_err(peers_round(centre->peers, &more), OK);
    assert_int_equal(peers_mode(centre->peers), ERRAND_REJOINING);
    assert_int_equal(peers_made_errand(made, centre, &errand), ERRAND_TAKEN);
    assert_err(peers_round(centre->peers, &more), OK);
    assert_int_equal(peers_mode(centre->peers), ERRAND_NORMAL);
    assert_int_equal(peers_made_count(centre, EVENT_MODE_CHANGE, NULL), 2);
}

/* ----- What is seen. ----- */

static uint64_t
seen(struct peers_made *made, struct peers_node *node, const char *number)
{
    struct store_number asked = {BYTES("UTO"), bytes_of(number)};
    struct store_person persons[4];
    uint8_t block[8192];
    struct arena arena;
    size_t count = 0;

    (void)made;
    arena_init(&arena, block, sizeof(block));
    assert_err(store_persons_by_document(&node->book->store, &asked, &arena,
                                         persons, 4, &count),
               OK);
    return count == 0 ? 0 : persons[0].crossings;
}

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
    assert_int_equal(seen(made, arden, "X1"), 0);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(arden);
    assert_int_equal(seen(made, arden, "X1"), 1);
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
    assert_int_equal(seen(made, arden, "X1"), 1);
    (void)peers_made_crossing(centre, "X2");
    peers_made_mirror(made, centre, arden);
    peers_made_pass(made, PEERS_SEEN_MS);
    assert_err(peers_round(arden->peers, &more), OK);
    assert_int_equal(seen(made, arden, "X2"), 1);
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

/* What a courier does when all is well. */
static void
exchange(struct peers_made *made, struct peers_node *from,
         struct peers_node *to)
{
    peers_made_grant(made, from, to);
    peers_made_mirror(made, from, to);
    peers_made_pass(made, PEERS_SEEN_MS);
    peers_made_rounds(to);
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
}

/* An order for the alert of that index, by the custodians named. */
static struct bytes
order_made(struct peers_made *made, uint64_t index, uint8_t id,
           const char *signers, uint8_t *out, size_t out_size)
{
    struct order *order = calloc(1, sizeof(*order));
    uint8_t text[1024];
    struct writer w;

    assert_non_null(order);
    order->country = BYTES("UTO");
    memset(order->id.b, id, ORDER_ID_SIZE);
    order->made = made->roster.made;
    order->expires = (struct instant){made->roster.made.ms + 86400000};
    order->kind = ORDER_WITHDRAW;
    order->range_count = 1;
    order->ranges[0] = (struct order_range){
        .name = BYTES("centre"), .first = index, .last = index};
    writer_init(&w, text, sizeof(text));
    order_encode(&w, order);
    assert_err(writer_end(&w), OK);
    free(order);
    return made_note(writer_done(&w), signers, out, out_size);
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

/* What is no errand, and errands of an unknown origin, change nothing. */
static void
senseless_errands(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct writer out;
    uint64_t size;

    peers_made_join(made);
    size = log_size(&arden->book->log);
    writer_init(&out, made->out, sizeof(made->out));
    assert_err(peers_errand(arden->peers, BYTES("none"), &out), ERR_FORMAT);
    for (int kind = ERRAND_MIRRORED; kind <= ERRAND_KIND_MAX; kind++) {
        struct errand errand = {.kind = (enum errand_kind)kind,
                                .evidence = EVIDENCE_FORK,
                                .origin = BYTES("utopia.example/nowhere"),
                                .note = BYTES("a note that is none\n")};

        if (kind == ERRAND_ROSTER)
            continue; /* refused, and told of */
        assert_int_equal(peers_made_errand(made, arden, &errand),
                         ERRAND_REFUSED);
    }
    assert_int_equal(log_size(&arden->book->log), size);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_rosters),
        TEST(later_rosters),
        TEST(roster_change_is_one_step),
        TEST(cosigns_one_history),
        TEST(cosigns_nobody_else),
        TEST(cosigning_is_one_step),
        TEST(evidence_is_kept),
        TEST(others_cosign_ours),
        TEST(our_key_elsewhere),
        TEST(comes_back),
        TEST(others_are_believed_by_an_event),
        TEST(withdraws_in_bulk),
        TEST(orders_need_custodians),
        TEST(orders_by_hand),
        TEST(foreign_grants),
        TEST(senseless_errands),
    };

    return TEST_RUN(tests);
}
