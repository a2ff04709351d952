/*
 * Times that cannot be: records of before or of a time to come in another's
 * log, and a clock of our own that somebody sets back. REC 2.5, STO 6.7,
 * SYN 3.8, 4.3
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "peers_made.h"

#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

/* ----- Records of another time. ----- */

/* With the node's key and none of its clock. */
static void
crossing_at(struct peers_node *node, int64_t time_ms)
{
    struct event event = {.type = EVENT_ALERT_PUT, .time = {time_ms}};
    size_t item;

    event.actor = BYTES("tests");
    event.alert_put = (struct alert_put){.kind = ALERT_DOCUMENT,
                                         .issuing_state = BYTES("UTO"),
                                         .number = BYTES("X1"),
                                         .reason = 1,
                                         .action = BYTES("hold"),
                                         .owner = BYTES("police")};
    assert_err(book_begin(node->book), OK);
    assert_err(book_put(node->book, &event, true, &item), OK);
    assert_err(book_commit(node->book), OK);
    assert_err(book_fold(node->book), OK);
}

/* P3, STO 6.7: appended to the log, signed, cosigned, and of last week. */
static void
back_dates(void **state)
{
    static const struct {
        int64_t by_ms;
        size_t incidents; /* all told; told of once an hour */
    } cases[] = {
        {0, 0},
        {5 * MINUTE_MS, 0},
        {-7 * DAY_MS, 1},
        {30 * MINUTE_MS, 2},
    };
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];

    peers_made_join(made);
    peers_made_exchange(made, arden, centre);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        crossing_at(arden, arden->failing.now_ms + cases[i].by_ms);
        peers_made_exchange(made, arden, centre);
        assert_int_equal(peers_made_count(centre, EVENT_INCIDENT, "untimely"),
                         cases[i].incidents);
        peers_made_pass(made, 61 * MINUTE_MS);
        peers_node_again(centre); /* what was told stays told */
    }
}

/* Somebody who sets a clock back gets neither a cosignature of before nor an
 * order that is past its day. SYN 3.8, 4.3 */
static void
clocks_set_back(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *centre = &made->nodes[0];
    struct peers_node *arden = &made->nodes[1];
    struct errand errand = {.kind = ERRAND_COSIGN,
                            .origin = centre->book->origin};
    struct order *order = calloc(1, sizeof(*order));
    struct note_key key = made->roster.nodes[0].cosign;
    struct note_signers signers;
    uint8_t signature[2048];
    uint8_t block[4096];
    const char *why = "";
    struct bytes order_note;
    struct note note;
    struct writer w;
    int64_t now_ms;

    assert_non_null(order);
    order->country = BYTES("UTO");
    order->made = made->roster.made;
    order->expires = (struct instant){made->roster.made.ms + DAY_MS};
    order->kind = ORDER_REJOIN;
    order->name = arden->book->origin;
    writer_init(&w, block, sizeof(block));
    order_encode(&w, order);
    free(order);
    order_note =
        made_note(writer_done(&w), "alice bob", signature, sizeof(signature));
    peers_made_join(made);
    peers_made_pass(made, 3 * DAY_MS);
    (void)peers_made_crossing(arden, "X1");
    now_ms = arden->failing.now_ms;
    failing_pass(&arden->failing, -3 * DAY_MS);
    errand.note = peers_made_checkpoint(made, centre);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_TAKEN);
    writer_init(&w, block, sizeof(block));
    writer_bytes(&w, errand.note);
    writer_bytes(&w, made->answer.note);
    assert_err(note_parse(writer_done(&w), &note, NULL), OK);
    assert_err(note_verify(&note, &key, 1, &signers), OK);
    assert_true((int64_t)signers.time_s[0] >= now_ms / 1000);
    assert_err(peers_order(arden->peers, order_note, &why), ERR_DENIED);
    failing_pass(&arden->failing, 3 * DAY_MS);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, peers_made_two, peers_made_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(back_dates),
        TEST(clocks_set_back),
    };

    return TEST_RUN(tests);
}
