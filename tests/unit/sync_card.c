/*
 * A node's card: what is written is read again; cut at every byte, with any bit
 * flipped, each field wrong, or signed by another key it is refused. SYN 2.13
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "roster_made.h"
#include "sync/card.h"

#define ORIGIN "utopia.example/arden"

static struct roster_made made;
static uint8_t block[CARD_SIZE_MAX];
static uint8_t changed[CARD_SIZE_MAX];

static int
setup(void **state)
{
    (void)state;
    roster_made(&made);
    return crypto_init();
}

static struct bytes
card(void)
{
    struct sign_key key;
    struct writer w;

    made_key(ORIGIN, &key);
    writer_init(&w, block, sizeof(block));
    card_sign(&w, &made.roster.nodes[0], &key);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static void
test_card(void **state)
{
    const struct roster_node *before = &made.roster.nodes[0];
    struct bytes in = card();
    struct roster_node node;

    (void)state;
    assert_true(
        bytes_begin(in, BYTES("kufi card v1\norigin " ORIGIN "\nlog ")));
    assert_err(card_open(in, &node, NULL), OK);
    assert_bytes(node.origin, before->origin);
    assert_bytes(node.place, BYTES("Arden Forest"));
    assert_int_equal(node.role, ROSTER_POST);
    assert_int_equal(node.address_count, 0);
    assert_int_equal(node.position.longitude, -4543);
    assert_int_equal(node.log.id, before->log.id);
    assert_int_equal(node.cosign.id, before->cosign.id);
    assert_true(hash_equal(&node.tls_pin, &before->tls_pin));
    assert_memory_equal(node.box.b, before->box.b, BOX_PUBLIC_SIZE);
}

static const struct {
    const char *from;
    const char *to;
} bad_texts[] = {
    {"kufi card v1", "kufi card v2"},
    {"origin " ORIGIN, "origin arden"},
    {"origin " ORIGIN, "origin utopia.example/brink"},
    {"log ", "logs "},
    {"/witness+", "/witnesz+"},
    {"tls ", "tls 0"},
    {"box ", "box A"},
    {"position 41.3231", "position 41.32310"},
    {"position 41.3231,-0.4543", "position"},
    {"place Arden Forest\n", "place \n"},
    {"place Arden Forest\n", ""},
    {"place Arden Forest\n", "place Arden Forest\nrole centre\n"},
};

static void
test_bad_texts(void **state)
{
    struct bytes in = card();
    struct roster_node node;

    (void)state;
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++) {
        struct fault fault = {.code = OK};

        assert_int_not_equal(
            card_open(made_changed(in, bad_texts[i].from, bad_texts[i].to,
                                   changed, sizeof(changed)),
                      &node, &fault),
            OK);
        assert_string_equal(fault.clause, "SYN 2.13");
    }
}

/* Lawful, and not what the log's key signed. */
static void
test_forged(void **state)
{
    struct bytes in = card();
    struct fault fault = {.code = OK};
    struct roster_node node;
    struct sign_key key;
    struct writer w;

    (void)state;
    assert_err(card_open(made_changed(in, "Arden Forest", "Arden Port", changed,
                                      sizeof(changed)),
                         &node, &fault),
               ERR_SIGNATURE);
    assert_string_equal(fault.clause, "SYN 2.13");
    made_key("mallory", &key);
    writer_init(&w, changed, sizeof(changed));
    card_sign(&w, &made.roster.nodes[0], &key);
    assert_err(card_open(writer_done(&w), &node, &fault), ERR_SIGNATURE);
}

static void
test_damaged(void **state)
{
    struct bytes in = card();
    struct roster_node node;

    (void)state;
    for (size_t size = 0; size < in.size; size++) {
        memcpy(changed, in.p, size);
        assert_int_not_equal(
            card_open((struct bytes){changed, size}, &node, NULL), OK);
    }
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        memcpy(changed, in.p, in.size);
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(
            card_open((struct bytes){changed, in.size}, &node, NULL), OK);
    }
    memset(changed, 'x', sizeof(changed));
    assert_int_not_equal(
        card_open((struct bytes){changed, sizeof(changed)}, &node, NULL), OK);
    for (size_t size = 0; size < in.size; size++) {
        struct sign_key key;
        struct writer w;

        made_key(ORIGIN, &key);
        writer_init(&w, changed, size);
        card_sign(&w, &made.roster.nodes[0], &key);
        assert_err(writer_end(&w), ERR_LIMIT);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_card, setup),
        cmocka_unit_test_setup(test_bad_texts, setup),
        cmocka_unit_test_setup(test_forged, setup),
        cmocka_unit_test_setup(test_damaged, setup),
    };

    return TEST_RUN(tests);
}
