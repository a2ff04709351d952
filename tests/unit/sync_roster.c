/*
 * Rosters: what is written is read again, and has no other spelling (cut at
 * every byte, each bit flipped, each rule broken, with its clause).
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "roster_made.h"

static struct roster_made made;
static struct roster parsed;
static struct roster other;
static uint8_t text_block[ROSTER_SIZE_MAX];
static uint8_t block[ROSTER_SIZE_MAX + 4096];
static uint8_t again[ROSTER_SIZE_MAX];

static struct bytes
encoded(const struct roster *roster, uint8_t *out, size_t out_size)
{
    struct writer w;

    writer_init(&w, out, out_size);
    roster_encode(&w, roster);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static int
setup(void **state)
{
    (void)state;
    roster_made(&made);
    return crypto_init();
}

/* SYN 2.1, SYN 2.7: the text as the clause has it, for one small country. */
static void
test_text(void **state)
{
    static const char head[] = "kufi roster v1\n"
                               "country UTO\n"
                               "version 1\n"
                               "made 2026-11-18T11:06:40Z\n"
                               "expires 2027-11-12T06:13:20Z\n"
                               "threshold 2\n"
                               "hot-days 180\n"
                               "right post mirror cosign keys-hot alerts\n"
                               "right centre mirror cosign keys-all alerts "
                               "lists\n"
                               "right witness cosign\n"
                               "right mirror -\n"
                               "custodian alice+";
    struct bytes text = encoded(&made.roster, text_block, sizeof(text_block));
    const struct roster_node *node;

    (void)state;
    assert_true(bytes_begin(text, BYTES(head)));
    assert_err(roster_parse(text, &parsed, NULL), OK);
    assert_bytes(encoded(&parsed, again, sizeof(again)), text);
    assert_int_equal(parsed.hot_days, 180);
    node = roster_find(&parsed, BYTES("utopia.example/arden"));
    assert_non_null(node);
    assert_int_equal(node->role, ROSTER_POST);
    assert_int_equal(node->position.latitude, 413231);
    assert_int_equal(node->position.longitude, -4543);
    assert_int_equal(node->address_count, 0);
    assert_bytes(node->place, BYTES("Arden Forest"));
    node = roster_find(&parsed, BYTES("utopia.example/centre"));
    assert_int_equal(node->address_count, 2);
    assert_bytes(node->addresses[1].host, BYTES("::1"));
    assert_int_equal(node->addresses[1].port, 8701);
    assert_ptr_equal(roster_find_pin(&parsed, &node->tls_pin), node);
    assert_null(roster_find(&parsed, BYTES("utopia.example/arde")));
    assert_true(roster_right(&parsed, ROSTER_CENTRE, ROSTER_RIGHT_KEYS_ALL));
    assert_false(roster_right(&parsed, ROSTER_POST, ROSTER_RIGHT_KEYS_ALL));
    assert_false(roster_right(&parsed, ROSTER_MIRROR, ROSTER_RIGHT_MIRROR));
}

/* One change of the good text, and the clause that it breaks. */
static const struct {
    const char *from;
    const char *to;
    enum err code;
    const char *clause;
} bad_texts[] = {
    {"kufi roster v1", "kufi roster v2", ERR_FORMAT, "SYN 2.1"},
    {"kufi roster", "\xff", ERR_FORMAT, "SYN 2.1"},
    {"country UTO", "country UT", ERR_FORMAT, "SYN 2.2"},
    {"country UTO", "country UTo", ERR_FORMAT, "SYN 2.2"},
    {"country UTO\n", "", ERR_FORMAT, "SYN 2.2"},
    {"version 1", "version 0", ERR_FORMAT, "SYN 2.3"},
    {"version 1", "version 01", ERR_FORMAT, "SYN 2.3"},
    {"version 1", "version 9007199254740992", ERR_FORMAT, "SYN 2.3"},
    {"version 1", "version -1", ERR_FORMAT, "SYN 2.3"},
    {"11:06:40Z", "11:06:40.000Z", ERR_FORMAT, "SYN 2.4"},
    {"11:06:40Z", "11:06:40.5Z", ERR_FORMAT, "SYN 2.4"},
    {"11:06:40Z", "11:06:40+00:00", ERR_FORMAT, "SYN 2.4"},
    {"2026-11-18", "2026-11-31", ERR_FORMAT, "SYN 2.4"},
    {"expires 2027", "expires 2025", ERR_FORMAT, "SYN 2.4"},
    {"expires 2027-11-12T06:13:20Z", "expires 2026-11-18T11:06:40Z", ERR_FORMAT,
     "SYN 2.4"},
    {"threshold 2", "threshold 0", ERR_FORMAT, "SYN 2.5"},
    {"threshold 2", "threshold 17", ERR_FORMAT, "SYN 2.5"},
    {"threshold 2", "threshold 4", ERR_FORMAT, "SYN 2.5"},
    {"custodian alice+", "custodian alicf+", ERR_FORMAT, "SYN 2.5"},
    {"hot-days 180", "hot-days 0", ERR_FORMAT, "SYN 2.7"},
    {"hot-days 180", "hot-days 3661", ERR_FORMAT, "SYN 2.7"},
    {"right post", "right centre", ERR_FORMAT, "SYN 2.6"},
    {"right post mirror", "right post  mirror", ERR_FORMAT, "SYN 2.6"},
    {"right post mirror cosign", "right post cosign mirror", ERR_FORMAT,
     "SYN 2.6"},
    {"right post mirror cosign", "right post mirror mirror", ERR_FORMAT,
     "SYN 2.6"},
    {"right witness cosign", "right witness", ERR_FORMAT, "SYN 2.6"},
    {"right witness cosign", "right witness cosign ", ERR_FORMAT, "SYN 2.6"},
    {"right witness cosign", "right witness cosign -", ERR_FORMAT, "SYN 2.6"},
    {"right witness cosign", "right witness erase", ERR_FORMAT, "SYN 2.6"},
    {"keys-all", "keys-hot keys-all", ERR_FORMAT, "SYN 2.6"},
    {"right mirror -\n", "", ERR_FORMAT, "SYN 2.6"},
    {"node utopia.example/arden", "node arden", ERR_FORMAT, "SYN 2.8"},
    {"node utopia.example/arden", "node utopia.example/zrden", ERR_FORMAT,
     "SYN 2.8"},
    {"arden post", "arden posts", ERR_FORMAT, "SYN 2.8"},
    {"arden post", "arden  post", ERR_FORMAT, "SYN 2.8"},
    {"arden post ", "arden ", ERR_FORMAT, "SYN 2.8"},
    {"41.3231,-0.4543", "41.323,-0.4543", ERR_FORMAT, "SYN 2.8"},
    {"41.3231,-0.4543", "91.3231,-0.4543", ERR_FORMAT, "SYN 2.8"},
    {"41.3231,-0.4543", "41.3231,-00.4543", ERR_FORMAT, "SYN 2.8"},
    {"41.3231,-0.4543", "41.3231", ERR_FORMAT, "SYN 2.8"},
    {"41.3231,-0.4543", "-0.0000,0.0000", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "centre.utopia.example", ERR_FORMAT,
     "SYN 2.8"},
    {"centre.utopia.example:8700", ":8700", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "-e:8700", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "Centre:8700", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "a:0", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "a:65536", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "a:08700", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "a:1,", ERR_FORMAT, "SYN 2.8"},
    {"centre.utopia.example:8700", "a:1,b:1,c:1,d:1", ERR_LIMIT, "SYN 2.8"},
    {"[::1]:8701", "[::1]8701", ERR_FORMAT, "SYN 2.8"},
    {"[::1]:8701", "[::1:8701", ERR_FORMAT, "SYN 2.8"},
    {"[::1]:8701", "[1]:8701", ERR_FORMAT, "SYN 2.8"},
    {"[::1]:8701", "[::1]x:8701", ERR_FORMAT, "SYN 2.8"},
    {"[::1]:8701 ", "[::1]:8701, ", ERR_FORMAT, "SYN 2.8"},
    {" Arden Forest\n", "\n", ERR_FORMAT, "SYN 2.8"},
    {" Arden Forest\n", " \n", ERR_FORMAT, "SYN 2.8"},
    {" Arden Forest\n", "  Arden Forest\n", ERR_FORMAT, "SYN 2.8"},
    {" Arden Forest\n", " Arden Forest \n", ERR_FORMAT, "SYN 2.8"},
    {" Arden Forest\n", " Arden\x7f\n", ERR_FORMAT, "SYN 2.8"},
};

static void
bad_text_check(struct bytes text, enum err code, const char *clause)
{
    struct fault fault = {.code = OK};

    assert_err(roster_parse(text, &parsed, &fault), code);
    assert_string_equal(fault.clause, clause);
    assert_int_equal(parsed.node_count, 0);
}

/* SYN 2.2, SYN 2.3, SYN 2.4, SYN 2.6 */
static void
test_bad_texts(void **state)
{
    struct bytes text = encoded(&made.roster, text_block, sizeof(text_block));

    (void)state;
    for (size_t i = 0; i < sizeof(bad_texts) / sizeof(bad_texts[0]); i++)
        bad_text_check(made_changed(text, bad_texts[i].from, bad_texts[i].to,
                                    block, sizeof(block)),
                       bad_texts[i].code, bad_texts[i].clause);
    memcpy(block, text.p, text.size);
    memcpy(block + text.size, "\n", 1);
    bad_text_check((struct bytes){block, text.size + 1}, ERR_FORMAT, "SYN 2.1");
}

/* Every good line of it, and together no roster. SYN 2.5, SYN 2.8, SYN 2.9 */
static void
contradict(struct roster *roster, int how)
{
    struct roster_node *nodes = roster->nodes;
    struct roster_revoked gone = {.origin = BYTES("utopia.example/gone"),
                                  .version = 2};
    static char gone_name[KEY_NAME_SIZE_MAX + 1];
    static char name[KEY_NAME_SIZE_MAX + 1];

    gone.log = made_node("utopia.example/gone", ROSTER_POST, gone_name).log;
    roster->version = 2;
    roster->revoked[0] = gone;
    roster->revoked_count = 1;
    if (how == 0) /* the key of alice, called otherwise */
        roster->custodians[1] = note_key_of(BYTES("bob"), NOTE_ED25519,
                                            &roster->custodians[0].public);
    if (how == 1)
        nodes[1].log =
            note_key_of(nodes[1].origin, NOTE_ED25519, &nodes[0].log.public);
    if (how == 2)
        nodes[1].cosign = note_key_of(nodes[1].cosign.name, NOTE_COSIGNATURE,
                                      &nodes[0].cosign.public);
    if (how == 3)
        nodes[1].tls_pin = nodes[0].tls_pin;
    if (how == 4)
        nodes[1].box = nodes[0].box;
    if (how == 5)
        nodes[1].cosign = note_key_of(nodes[1].cosign.name, NOTE_COSIGNATURE,
                                      &nodes[0].log.public);
    if (how == 6) /* another domain, one node's name */
        nodes[3] = made_node("zz.example/arden", ROSTER_POST, name);
    if (how == 7)
        roster->revoked[0].origin = nodes[0].origin,
        roster->revoked[0].log = nodes[0].log;
    if (how == 8)
        roster->revoked[0].log =
            note_key_of(gone.origin, NOTE_ED25519, &nodes[0].log.public);
    if (how == 9) {
        roster->revoked[1] = gone;
        roster->revoked[1].origin = BYTES("zz.example/gone");
        roster->revoked[1].log = note_key_of(BYTES("zz.example/gone"),
                                             NOTE_ED25519, &gone.log.public);
        roster->revoked_count = 2;
    }
    if (how == 10) /* who has the centre's disk has a custodian's key */
        roster->custodians[1] =
            note_key_of(BYTES("bob"), NOTE_ED25519, &nodes[1].log.public);
    if (how == 11)
        roster->custodians[1] =
            note_key_of(BYTES("bob"), NOTE_ED25519, &nodes[1].cosign.public);
    if (how == 12)
        roster->custodians[1] =
            note_key_of(BYTES("bob"), NOTE_ED25519, &gone.log.public);
}

/* That many contradictions; none is the last. */
#define CONTRADICTIONS 13

static void
test_contradictions(void **state)
{
    static const char *const clauses[] = {
        "SYN 2.5", "SYN 2.8", "SYN 2.8", "SYN 2.8", "SYN 2.8",
        "SYN 2.8", "SYN 2.8", "SYN 2.9", "SYN 2.9", "SYN 2.9",
        "SYN 2.5", "SYN 2.5", "SYN 2.5"};

    (void)state;
    for (int how = 0; how < CONTRADICTIONS; how++) {
        other = made.roster;
        contradict(&other, how);
        bad_text_check(encoded(&other, text_block, sizeof(text_block)),
                       ERR_CONFLICT, clauses[how]);
    }
    other = made.roster;
    contradict(&other, CONTRADICTIONS);
    assert_err(roster_parse(encoded(&other, text_block, sizeof(text_block)),
                            &parsed, NULL),
               OK);
}

/* SYN 2.9 */
static void
test_bad_revoked(void **state)
{
    static const struct {
        const char *from;
        const char *to;
    } cases[] = {
        {"/gone 2 post", "/gone 1 post"},
        {"/gone 2 post", "/gone 3 post"},
        {"/gone 2 post", "/gone 2 boat"},
        {"/gone 2 post ", "/gone 2 post  "},
        {"revoked utopia.example/gone", "revoked utopia.example/gona"},
        {"revoked utopia.example/gone", "revoked gone"},
    };
    struct bytes text;

    (void)state;
    other = made.roster;
    contradict(&other, CONTRADICTIONS);
    text = encoded(&other, text_block, sizeof(text_block));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        bad_text_check(made_changed(text, cases[i].from, cases[i].to, block,
                                    sizeof(block)),
                       ERR_FORMAT, "SYN 2.9");
    other.revoked[1] = other.revoked[0];
    other.revoked_count = 2;
    bad_text_check(encoded(&other, text_block, sizeof(text_block)), ERR_FORMAT,
                   "SYN 2.9");
}

/* As many as there may be, and one more. SYN 2.1, SYN 2.5, SYN 2.8 */
static void
test_bounds(void **state)
{
    static char origins[ROSTER_NODES_MAX + 1][48];
    static char cosigners[ROSTER_NODES_MAX + 1][KEY_NAME_SIZE_MAX + 1];
    static char custodians[ROSTER_CUSTODIANS_MAX + 1][8];
    static uint8_t long_line[512];
    struct writer w;
    struct bytes text;
    const char *end;

    (void)state;
    other = made.roster;
    for (size_t i = 0; i < ROSTER_NODES_MAX; i++) {
        snprintf(origins[i], sizeof(origins[i]), "utopia.example/n%03zu", i);
        other.nodes[i] = made_node(origins[i], ROSTER_POST, cosigners[i]);
    }
    other.node_count = ROSTER_NODES_MAX;
    for (size_t i = 0; i < ROSTER_CUSTODIANS_MAX; i++) {
        snprintf(custodians[i], sizeof(custodians[i]), "c%02zu", i);
        other.custodians[i] = made_custodian(custodians[i]);
    }
    other.custodian_count = ROSTER_CUSTODIANS_MAX;
    text = encoded(&other, text_block, sizeof(text_block));
    assert_err(roster_parse(text, &parsed, NULL), OK);
    assert_int_equal(parsed.node_count, ROSTER_NODES_MAX);
    assert_int_equal(parsed.custodian_count, ROSTER_CUSTODIANS_MAX);

    /* The last line again comes as one too many. */
    end = memrchr(text_block, '\n', text.size - 1);
    assert_non_null(end);
    memcpy(long_line, end + 1, text.size - (size_t)(end + 1 - (char *)text.p));
    memcpy(block, text.p, text.size);
    writer_init(&w, block, sizeof(block));
    w.at = text.size;
    writer_bytes(
        &w, bytes_slice(text, (size_t)(end + 1 - (char *)text.p), text.size));
    bad_text_check(writer_done(&w), ERR_LIMIT, "SYN 2.8");

    text = made_changed(text, "node ", "custodian c+\nnode ", block,
                        sizeof(block));
    bad_text_check(text, ERR_FORMAT, "SYN 2.5");
    other.node_count = 0;
    other.custodians[0] = made_custodian("a");
    text = encoded(&other, text_block, sizeof(text_block));
    writer_init(&w, long_line, sizeof(long_line));
    writer_text(&w, "custodian ");
    note_key_write(&w, &made.roster.custodians[2]);
    writer_text(&w, "\n");
    memcpy(block, text.p, text.size);
    memcpy(block + text.size, long_line, w.at);
    bad_text_check((struct bytes){block, text.size + w.at}, ERR_LIMIT,
                   "SYN 2.5");

    memset(block, 'x', sizeof(block));
    bad_text_check((struct bytes){block, ROSTER_SIZE_MAX + 1}, ERR_LIMIT,
                   "SYN 2.1");
}

/* A smaller country, so that each bit of it can be tried. */
static struct bytes
small_note(uint8_t *out, size_t out_size)
{
    other = made.roster;
    contradict(&other, 10);
    other.node_count = 1;
    return roster_made_note(&other, "alice carol", out, out_size);
}

/* Cut anywhere or with any bit changed it is refused: one encoding of the text,
 * and just as many signatures as must be. */
static void
test_damaged(void **state)
{
    static uint8_t cut[8192];
    struct bytes in = small_note(block, sizeof(block));
    struct note note;
    struct writer w;

    (void)state;
    assert_err(roster_open(in, NULL, &parsed, NULL), OK);
    assert_err(note_parse(in, &note, NULL), OK);
    for (size_t size = 0; size < in.size; size++) {
        memcpy(cut, in.p, size);
        assert_int_not_equal(
            roster_open((struct bytes){cut, size}, NULL, &parsed, NULL), OK);
        assert_true(size >= note.text.size ||
                    roster_parse((struct bytes){cut, size}, &parsed, NULL) !=
                        OK ||
                    (size > 0 && cut[size - 1] == '\n'));
    }
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        memcpy(cut, in.p, in.size);
        cut[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(
            roster_open((struct bytes){cut, in.size}, NULL, &parsed, NULL), OK);
        if (roster_parse((struct bytes){cut, note.text.size}, &parsed, NULL) !=
            OK)
            continue;
        writer_init(&w, again, sizeof(again));
        roster_encode(&w, &parsed);
        assert_true(
            bytes_begin((struct bytes){cut, note.text.size}, writer_done(&w)));
        assert_int_equal(w.at, note.text.size);
    }
}

/* SYN 2.12 */
static void
test_expiry(void **state)
{
    struct instant end = made.roster.expires;

    (void)state;
    assert_false(roster_expired(&made.roster, (struct instant){end.ms - 1}));
    assert_true(roster_expired(&made.roster, end));
}

/* `printf utopia.example/arden | sha256sum` */
static void
test_folder(void **state)
{
    char hex[ORIGIN_HEX_SIZE];

    (void)state;
    origin_hex(BYTES("utopia.example/arden"), hex);
    assert_string_equal(
        hex,
        "2a6211c40a9d049416dea226fcd947dc2694f4a18e7bc44d7872add4c83b55ab");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_text, setup),
        cmocka_unit_test_setup(test_bad_texts, setup),
        cmocka_unit_test_setup(test_contradictions, setup),
        cmocka_unit_test_setup(test_bad_revoked, setup),
        cmocka_unit_test_setup(test_bounds, setup),
        cmocka_unit_test_setup(test_damaged, setup),
        cmocka_unit_test_setup(test_expiry, setup),
        cmocka_unit_test_setup(test_folder, setup),
    };

    return TEST_RUN(tests);
}
