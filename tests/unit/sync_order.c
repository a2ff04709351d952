/*
 * Orders: a good one of each kind is read and written again; each rule broken,
 * with its clause; cut at every byte and with each bit flipped; who must have
 * signed it, and until when it holds.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "roster_made.h"

#define HEAD                                                                   \
    "kufi order v1\n"                                                          \
    "country UTO\n"                                                            \
    "id 00112233445566778899aabbccddeeff\n"                                    \
    "made 2026-11-23T10:00:00Z\n"                                              \
    "expires 2026-11-30T10:00:00Z\n"
#define HASH "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
#define EXPIRES_MS INT64_C(1796032800000)

static struct roster_made made;
static struct order order;
static uint8_t block[2 * ORDER_SIZE_MAX];
static uint8_t again[ORDER_SIZE_MAX];

static int
setup(void **state)
{
    (void)state;
    roster_made(&made);
    return crypto_init();
}

/* SYN 3.1, SYN 3.2, SYN 3.4, SYN 3.5, SYN 3.6, SYN 3.7 */
static const struct {
    const char *text;
    enum order_kind kind;
    size_t range_count;
} good[] = {
    {HEAD "kind withdraw\nrecords centre 12\n", ORDER_WITHDRAW, 1},
    {HEAD "kind withdraw\nrecords arden 0,3-9,11\nrecords centre 12,15-20\n",
     ORDER_WITHDRAW, 5},
    {HEAD "kind withdraw\nrecords a 9007199254740991\n", ORDER_WITHDRAW, 1},
    {HEAD "kind withdraw\nrecords a 1-1048576\n", ORDER_WITHDRAW, 1},
    {HEAD "kind list\nlist " HASH " watch list\n", ORDER_LIST, 0},
    {HEAD "kind erase\nslots utopia.example/arden 20000 5\n"
          "slots utopia.example/arden 20001 0-16777\n"
          "slots utopia.example/brink 20000 16777215\n",
     ORDER_ERASE, 3},
    {HEAD "kind rejoin\nnode utopia.example/arden\n", ORDER_REJOIN, 0},
    {HEAD "kind window\nwindow utopia.example/arden 3660\n", ORDER_WINDOW, 0},
};

static void
test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        struct writer w;

        assert_err(order_parse(bytes_of(good[i].text), &order, NULL), OK);
        assert_int_equal(order.kind, good[i].kind);
        assert_int_equal(order.range_count, good[i].range_count);
        assert_int_equal(order.expires.ms, EXPIRES_MS);
        assert_int_equal(order.id.b[15], 0xff);
        writer_init(&w, again, sizeof(again));
        order_encode(&w, &order);
        assert_bytes(writer_done(&w), bytes_of(good[i].text));
    }
}

static void
test_names_record(void **state)
{
    static const struct {
        const char *node;
        uint64_t index;
        bool named;
    } cases[] = {
        {"arden", 0, true},   {"arden", 1, false},   {"arden", 3, true},
        {"arden", 9, true},   {"arden", 10, false},  {"arden", 11, true},
        {"arden", 12, false}, {"centre", 12, true},  {"centre", 20, true},
        {"centre", 0, false}, {"centre", 21, false}, {"brink", 12, false},
    };

    (void)state;
    assert_err(order_parse(bytes_of(good[1].text), &order, NULL), OK);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_int_equal(
            order_names_record(&order, bytes_of(cases[i].node), cases[i].index),
            cases[i].named);
    assert_err(order_parse(bytes_of(good[5].text), &order, NULL), OK);
    assert_false(order_names_record(&order, BYTES("utopia.example/arden"), 5));
}

#define W HEAD "kind withdraw\n"
#define E HEAD "kind erase\n"

static const struct {
    const char *text;
    enum err code;
    const char *clause;
} bad[] = {
    {"", ERR_FORMAT, "SYN 3.1"},
    {"kufi order v2\n", ERR_FORMAT, "SYN 3.1"},
    {HEAD "kind rejoin\nnode a.example/b\nnode a.example/c\n", ERR_FORMAT,
     "SYN 3.1"},
    {HEAD "kind rejoin\nnode a.example/b\n\n", ERR_FORMAT, "SYN 3.1"},
    {W "records a \xff\n", ERR_FORMAT, "SYN 3.1"},
    {HEAD "kind exit\nrecords a 1\n", ERR_FORMAT, "SYN 3.2"},
    {W, ERR_FORMAT, "SYN 3.4"},
    {W "records a 1", ERR_SHORT, "SYN 3.4"},
    {W "records  1\n", ERR_FORMAT, "SYN 3.4"},
    {W "records A 1\n", ERR_FORMAT, "SYN 3.4"},
    {W "records b 1\nrecords a 1\n", ERR_FORMAT, "SYN 3.4"},
    {W "records a 1\nrecords a 3\n", ERR_FORMAT, "SYN 3.4"},
    {W "slots a.example/b 1 1\n", ERR_FORMAT, "SYN 3.4"},
    {W "records a \n", ERR_FORMAT, "SYN 3.3"},
    {W "records a\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 01\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1,\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a ,1\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1,1\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1,2\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 3,1\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1-3,4\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1-3,2-5\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1-1\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 3-1\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1-\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a -1\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1-2-3\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 1 3\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 9007199254740992\n", ERR_FORMAT, "SYN 3.3"},
    {W "records a 0-1048576\n", ERR_LIMIT, "SYN 3.3"},
    {W "records a 1-600000\nrecords b 1-600000\n", ERR_LIMIT, "SYN 3.3"},
    {E "slots arden 1 1\n", ERR_FORMAT, "SYN 3.6"},
    {E "slots a.example/b 2932897 1\n", ERR_FORMAT, "SYN 3.6"},
    {E "slots a.example/b 1 16777216\n", ERR_FORMAT, "SYN 3.3"},
    {E "slots a.example/b 2 1\nslots a.example/b 1 1\n", ERR_FORMAT, "SYN 3.6"},
    {E "slots a.example/b 2 1\nslots a.example/b 2 3\n", ERR_FORMAT, "SYN 3.6"},
    {HEAD "kind list\nlist " HASH "\n", ERR_FORMAT, "SYN 3.5"},
    {HEAD "kind list\nlist " HASH " \n", ERR_FORMAT, "SYN 3.5"},
    {HEAD "kind list\nlist " HASH "  x\n", ERR_FORMAT, "SYN 3.5"},
    {HEAD "kind list\nlist 00 watch\n", ERR_FORMAT, "SYN 3.5"},
    {HEAD "kind rejoin\nnode arden\n", ERR_FORMAT, "SYN 3.7"},
    {HEAD "kind rejoin\nwindow a.example/b 3\n", ERR_FORMAT, "SYN 3.7"},
    {HEAD "kind window\nwindow a.example/b 0\n", ERR_FORMAT, "SYN 3.7"},
    {HEAD "kind window\nwindow a.example/b 3661\n", ERR_FORMAT, "SYN 3.7"},
    {HEAD "kind window\nwindow a.example/b\n", ERR_FORMAT, "SYN 3.7"},
};

/* SYN 3.3 */
static void
test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct fault fault = {.code = OK};

        assert_err(order_parse(bytes_of(bad[i].text), &order, &fault),
                   bad[i].code);
        assert_string_equal(fault.clause, bad[i].clause);
        assert_int_equal(order.range_count, 0);
    }
}

/* One change of a good head. */
static const struct {
    const char *from;
    const char *to;
} bad_heads[] = {
    {"country UTO", "country UT"},
    {"id 00", "id 0"},
    {"ddeeff", "ddeefF"},
    {"made 2026-11-23T10:00:00Z", "made 2026-11-23T10:00:00.000Z"},
    {"expires 2026-11-30", "expires 2026-11-22"},
    {"expires 2026-11-30", "expires 2027-11-30"},
    {"kind rejoin", "kind"},
};

/* SYN 3.2 */
static void
test_bad_heads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_heads) / sizeof(bad_heads[0]); i++) {
        struct fault fault = {.code = OK};
        struct bytes text =
            made_changed(bytes_of(good[6].text), bad_heads[i].from,
                         bad_heads[i].to, block, sizeof(block));

        assert_err(order_parse(text, &order, &fault), ERR_FORMAT);
        assert_string_equal(fault.clause, "SYN 3.2");
    }
}

/* SYN 3.1, SYN 3.3 */
static void
test_bounds(void **state)
{
    struct fault fault;
    struct writer w;

    (void)state;
    for (size_t count = ORDER_RANGES_MAX; count <= ORDER_RANGES_MAX + 1;
         count++) {
        writer_init(&w, block, sizeof(block));
        writer_text(&w, HEAD "kind withdraw\nrecords a 0");
        for (size_t i = 1; i < count; i++) {
            writer_text(&w, ",");
            writer_decimal(&w, 2 * i);
        }
        writer_text(&w, "\n");
        assert_err(order_parse(writer_done(&w), &order, &fault),
                   count == ORDER_RANGES_MAX ? OK : ERR_LIMIT);
    }
    assert_string_equal(fault.clause, "SYN 3.3");
    memset(block, 'x', sizeof(block));
    assert_err(
        order_parse((struct bytes){block, ORDER_SIZE_MAX + 1}, &order, &fault),
        ERR_LIMIT);
    assert_string_equal(fault.clause, "SYN 3.1");
}

static const struct instant before = {EXPIRES_MS - 1};

static void
test_damaged(void **state)
{
    struct bytes text = bytes_of(good[1].text);
    struct bytes in = made_note(text, "alice bob", block, sizeof(block));
    struct writer w;

    (void)state;
    assert_err(order_open(in, &made.roster, before, &order, NULL), OK);
    for (size_t size = 0; size < in.size; size++) {
        memcpy(again, in.p, size);
        assert_int_not_equal(order_open((struct bytes){again, size},
                                        &made.roster, before, &order, NULL),
                             OK);
    }
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        static uint8_t flipped[ORDER_SIZE_MAX];

        memcpy(flipped, in.p, in.size);
        flipped[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(order_open((struct bytes){flipped, in.size},
                                        &made.roster, before, &order, NULL),
                             OK);
        if (order_parse((struct bytes){flipped, text.size}, &order, NULL) != OK)
            continue;
        writer_init(&w, again, sizeof(again));
        order_encode(&w, &order);
        assert_true(bytes_equal(
            writer_done(&w),
            bytes_slice((struct bytes){flipped, in.size}, 0, text.size)));
    }
}

static const struct {
    const char *signers;
    const char *country;
    int64_t late_ms;
    enum err code;
} verdicts[] = {
    {"alice bob", "UTO", -1, OK},
    {"carol alice", "UTO", -1, OK},
    {"alice bob carol", "UTO", -1, OK},
    {"alice", "UTO", -1, ERR_SIGNATURE},
    {"mallory", "UTO", -1, ERR_SIGNATURE},
    {"alice alice", "UTO", -1, ERR_SIGNATURE},
    {"utopia.example/centre", "UTO", -1, ERR_SIGNATURE},
    {"alice bob", "RUR", -1, ERR_DENIED},
    {"alice bob", "UTO", 0, ERR_DENIED},
    {"alice", "UTO", 0, ERR_SIGNATURE},
};

/* SYN 3.8 */
static void
test_verdict(void **state)
{
    static uint8_t text[ORDER_SIZE_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
        struct instant now = {EXPIRES_MS + verdicts[i].late_ms};
        struct fault fault = {.code = OK};
        char country[16];
        struct bytes in;

        snprintf(country, sizeof(country), "country %s", verdicts[i].country);
        in = made_changed(bytes_of(good[0].text), "country UTO", country, text,
                          sizeof(text));
        in = made_note(in, verdicts[i].signers, block, sizeof(block));
        assert_err(order_open(in, &made.roster, now, &order, &fault),
                   verdicts[i].code);
        assert_int_equal(order.range_count, verdicts[i].code == OK ? 1 : 0);
        if (verdicts[i].code != OK)
            assert_string_equal(fault.clause, "SYN 3.8");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_good, setup),
        cmocka_unit_test_setup(test_names_record, setup),
        cmocka_unit_test_setup(test_bad, setup),
        cmocka_unit_test_setup(test_bad_heads, setup),
        cmocka_unit_test_setup(test_bounds, setup),
        cmocka_unit_test_setup(test_damaged, setup),
        cmocka_unit_test_setup(test_verdict, setup),
    };

    return TEST_RUN(tests);
}
