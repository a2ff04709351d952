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
#include "node/lists.h"
#include "peers_made.h"
#include "store/known.h"

#define DAY_MS INT64_C(86400000)

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
    peers_made_exchange(made, brink, arden);
    assert_false(wanted(made, arden, bad));
    offer(centre, "sanctions", good);
    offer(centre, "list 3", good);
    peers_made_exchange(made, centre, arden);
    assert_true(wanted(made, arden, good));
    peers_made_pass(made, DAY_MS);
    offer(brink, "list 3", bad);
    offer(centre, "sanctions", bad);
    peers_made_exchange(made, brink, arden);
    assert_true(wanted(made, arden, good)); /* list 3 */
    peers_made_exchange(made, centre, arden);
    assert_true(wanted(made, arden, bad)); /* the centre's own word */
}

/* ----- How much may be lost. ----- */

#define ENTRIES 1000

/* A list of so many invented documents. */
struct draft {
    struct made_entry entries[ENTRIES];
    char numbers[ENTRIES][12];
};

static void
draft_init(struct draft *draft)
{
    memset(draft, 0, sizeof(*draft));
    for (int i = 0; i < ENTRIES; i++) {
        (void)snprintf(draft->numbers[i], sizeof(draft->numbers[i]), "X%06d",
                       i % 1000000);
        draft->entries[i] = (struct made_entry){.reference = draft->numbers[i],
                                                .kind = LIST_DOCUMENT,
                                                .reason = LIST_REASON_STOLEN,
                                                .state = "UTO",
                                                .number = draft->numbers[i],
                                                .action = "Keep it",
                                                .expiry = "2099-01-01"};
    }
}

/* From there on other documents, as many. */
static void
draft_change(struct draft *draft, size_t from, size_t count)
{
    for (size_t i = from; i < from + count; i++)
        draft->numbers[i][0]++;
}

static void
made_sha256(const struct draft *draft, size_t count,
            uint8_t sha256[SHA256_SIZE])
{
    struct made_list list;

    made_list_init(&list, LIST_DOCUMENTS, draft->entries, count);
    memcpy(sha256, list.sha256, SHA256_SIZE);
    made_list_free(&list);
}

/* The centre offers a list, and the courier of the post brings it. */
static void
bring(struct peers_made *made, const struct draft *draft, size_t count,
      uint8_t sha256[SHA256_SIZE])
{
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct lists_work work = {.os = &arden->failing.os,
                              .dir = arden->book_config.dir};
    struct errand errand = {.kind = ERRAND_FETCHED,
                            .origin = centre->book->origin};
    struct made_list list;

    made_list_init(&list, LIST_DOCUMENTS, draft->entries, count);
    memcpy(sha256, list.sha256, SHA256_SIZE);
    memcpy(errand.sha256.b, list.sha256, SHA256_SIZE);
    made_list_write(&list, work.os, work.dir);
    assert_err(lists_losses_make(&work, &errand.sha256), OK);
    made_list_free(&list);
    peers_made_pass(made, PEERS_SEEN_MS);
    offer(centre, "stolen", sha256);
    peers_made_exchange(made, centre, arden);
    assert_int_equal(wanted(made, arden, sha256), true);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_TAKEN);
    peers_made_rounds(arden);
}

static bool
in_force(struct peers_made *made, const uint8_t sha256[SHA256_SIZE])
{
    struct store_list lists[4];
    uint8_t block[4096];
    struct arena arena;
    size_t count = 0;

    arena_init(&arena, block, sizeof(block));
    assert_err(
        store_lists(&made->nodes[1].book->store, &arena, lists, 4, &count), OK);
    assert_true(count <= 1);
    return count == 1 && memcmp(lists[0].sha256, sha256, SHA256_SIZE) == 0;
}

static size_t
refusals(struct peers_made *made)
{
    return peers_made_count(&made->nodes[1], EVENT_INCIDENT, "list_refused");
}

/* Of as many entries, and yet nothing of the list is left. */
static void
others_in_their_place(void **state)
{
    static struct draft draft;
    struct peers_made *made = *state;
    uint8_t first[SHA256_SIZE];
    uint8_t second[SHA256_SIZE];

    peers_made_join(made);
    draft_init(&draft);
    bring(made, &draft, ENTRIES, first);
    assert_true(in_force(made, first));
    draft_change(&draft, 0, ENTRIES);
    bring(made, &draft, ENTRIES, second);
    assert_true(in_force(made, first));
    assert_int_equal(refusals(made), 1);
}

/* The same entries, which nobody is stopped by any more. */
static void
blunted(void **state)
{
    static struct draft draft;
    struct peers_made *made = *state;
    uint8_t first[SHA256_SIZE];
    uint8_t sha256[SHA256_SIZE];

    peers_made_join(made);
    draft_init(&draft);
    bring(made, &draft, ENTRIES, first);
    for (int how = 0; how < 3; how++) {
        draft_init(&draft);
        for (size_t i = 0; i < ENTRIES; i++) {
            struct made_entry *entry = &draft.entries[i];

            if (how == 0)
                entry->expiry = "2001-01-01";
            if (how == 1)
                entry->reason = LIST_REASON_DISCREET_CHECK;
            if (how == 2)
                entry->action = "Let pass";
        }
        bring(made, &draft, ENTRIES, sha256);
        assert_true(in_force(made, first));
    }
    assert_int_equal(refusals(made), 1); /* told of once an hour */
}

/* Nine of 900, and nine more: the second waits for the next day, in the
 * next life too. */
static void
bit_by_bit(void **state)
{
    static struct draft draft;
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct errand errand = {.kind = ERRAND_FETCHED};
    uint8_t sha256[SHA256_SIZE];
    uint8_t more[SHA256_SIZE];

    peers_made_join(made);
    draft_init(&draft);
    bring(made, &draft, 900, sha256);
    draft_change(&draft, 0, 9);
    bring(made, &draft, 900, sha256);
    assert_true(in_force(made, sha256));
    draft_change(&draft, 9, 9);
    bring(made, &draft, 900, more);
    assert_true(in_force(made, sha256));
    assert_int_equal(refusals(made), 1);
    peers_node_down(arden);
    peers_node_up(arden);
    memcpy(errand.sha256.b, more, SHA256_SIZE);
    assert_true(wanted(made, arden, more));
    (void)peers_made_errand(made, arden, &errand);
    peers_made_rounds(arden);
    assert_true(in_force(made, sha256));
    assert_false(wanted(made, arden, more));
    peers_made_pass(made, DAY_MS);
    assert_true(wanted(made, arden, more));
    (void)peers_made_errand(made, arden, &errand);
    peers_made_rounds(arden);
    assert_true(in_force(made, more));
    /* What grows is taken on any day. */
    bring(made, &draft, ENTRIES, sha256);
    assert_true(in_force(made, sha256));
}

/* The custodians' word that this is to be the list of that name, for a day. */
static void
order_list(struct peers_made *made, const char *name, uint8_t id,
           const uint8_t sha256[SHA256_SIZE])
{
    struct order *order = calloc(1, sizeof(*order));
    uint8_t text[1024];
    uint8_t note[2048];
    const char *why = "";
    struct writer w;

    assert_non_null(order);
    order->country = BYTES("UTO");
    order->made = made->roster.made;
    order->expires = (struct instant){made->roster.made.ms + DAY_MS};
    order->kind = ORDER_LIST;
    order->id.b[0] = id;
    order->name = bytes_of(name);
    memcpy(order->list.b, sha256, SHA256_SIZE);
    writer_init(&w, text, sizeof(text));
    order_encode(&w, order);
    free(order);
    assert_err(
        peers_order(made->nodes[1].peers,
                    made_note(writer_done(&w), "alice bob", note, sizeof(note)),
                    &why),
        OK);
}

/* An order is for one name, and for its days: neither lets the centre bring the
 * same list for another, or once more when it is long past. */
static void
orders_are_for_one_name(void **state)
{
    static struct draft draft;
    static struct draft few;
    struct peers_made *made = *state;
    uint8_t first[SHA256_SIZE];
    uint8_t small[SHA256_SIZE];

    peers_made_join(made);
    draft_init(&draft);
    draft_init(&few);
    draft_change(&few, 0, ENTRIES);
    bring(made, &draft, ENTRIES, first);
    made_sha256(&few, 10, small);
    order_list(made, "another", 1, small);
    bring(made, &few, 10, small);
    assert_true(in_force(made, first));
    order_list(made, "stolen", 2, small);
    bring(made, &few, 10, small);
    assert_true(in_force(made, small));
    order_list(made, "stolen", 3, first);
    bring(made, &draft, ENTRIES, first);
    assert_true(in_force(made, first));
    for (int life = 0; life < 2; life++) {
        peers_made_pass(made, DAY_MS);
        peers_node_again(&made->nodes[1]);
        bring(made, &few, 10, small);
        assert_true(in_force(made, first));
    }
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, peers_made_three, peers_made_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(posts_offer_nothing), TEST(others_in_their_place),   TEST(blunted),
        TEST(bit_by_bit),          TEST(orders_are_for_one_name),
    };

    return TEST_RUN(tests);
}
