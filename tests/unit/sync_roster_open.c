/*
 * Whose signatures make a roster good, for every set of signers, and which
 * roster may follow which.
 */
#include "test.h"

#include "crypto/crypto.h"
#include "roster_made.h"

static struct roster_made made;
static struct roster parsed;
static struct roster other;
static uint8_t block[ROSTER_SIZE_MAX];

static int
setup(void **state)
{
    (void)state;
    roster_made(&made);
    return crypto_init();
}

static const struct {
    const char *signers;
    enum err code;
} signings[] = {
    {"mallory", ERR_SIGNATURE},
    {"alice", ERR_SIGNATURE},
    {"bob", ERR_SIGNATURE},
    {"carol", ERR_SIGNATURE},
    {"alice bob", OK},
    {"bob alice", OK},
    {"alice carol", OK},
    {"bob carol", OK},
    {"alice bob carol", OK},
    {"alice alice", ERR_SIGNATURE},
    {"alice mallory", ERR_SIGNATURE},
    {"mallory alice trudy carol", OK},
};

/* SYN 2.10: who signs the first, and who one that follows. */
static void
test_signatures(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(signings) / sizeof(signings[0]); i++) {
        struct fault fault = {.code = OK};
        struct bytes in = roster_made_note(&made.roster, signings[i].signers,
                                           block, sizeof(block));

        assert_err(roster_open(in, NULL, &parsed, &fault), signings[i].code);
        if (signings[i].code != OK)
            assert_string_equal(fault.clause, "SYN 2.10");
    }
}

/* A bad line of a custodian spoils what two others signed. LOG 2.10 */
static void
test_bad_signature(void **state)
{
    struct bytes in =
        roster_made_note(&made.roster, "alice bob carol", block, sizeof(block));
    uint64_t mask = 0;
    struct note note;

    (void)state;
    assert_err(note_parse(in, &note, NULL), OK);
    assert_err(roster_signers(&made.roster, &note, &mask), OK);
    assert_int_equal(mask, 7);
    block[in.size - 10] ^= 1;
    assert_err(note_parse(in, &note, NULL), OK);
    assert_err(roster_signers(&made.roster, &note, &mask), ERR_SIGNATURE);
    assert_err(roster_open(in, NULL, &parsed, NULL), ERR_SIGNATURE);
}

/* Carol goes, dave and erin come. */
static const struct {
    const char *signers;
    enum err code;
} handings[] = {
    {"alice bob", ERR_SIGNATURE},  /* the new ones: only alice */
    {"dave erin", ERR_SIGNATURE},  /* only the new ones */
    {"bob carol", ERR_SIGNATURE},  /* only the old ones */
    {"alice dave", ERR_SIGNATURE}, /* of the old ones only alice */
    {"alice bob dave", OK},        {"bob carol dave erin", OK},
};

static void
test_handing_over(void **state)
{
    (void)state;
    other = made.roster;
    other.version = 2;
    other.custodians[1] = made_custodian("dave");
    other.custodians[2] = made_custodian("erin");
    for (size_t i = 0; i < sizeof(handings) / sizeof(handings[0]); i++) {
        struct fault fault = {.code = OK};
        struct bytes in =
            roster_made_note(&other, handings[i].signers, block, sizeof(block));

        assert_err(roster_open(in, &made.roster, &parsed, &fault),
                   handings[i].code);
        if (handings[i].code != OK)
            assert_string_equal(fault.clause, "SYN 2.10");
        assert_int_equal(parsed.version, handings[i].code == OK ? 2 : 0);
    }
}

/* What becomes of the roster, version 3, of which `before` was version 2. */
static void
succeed(struct roster *now, int how)
{
    static char name[KEY_NAME_SIZE_MAX + 1];
    struct sign_key key;

    now->version = 3;
    made_key("another", &key);
    if (how == 1)
        now->version = 2;
    if (how == 2) {
        now->version = 1;
        now->revoked_count = 0;
    }
    if (how == 3)
        now->country = BYTES("RUR");
    if (how == 4) /* gone without a word */
        now->node_count--;
    if (how == 5)
        now->nodes[0].log =
            note_key_of(now->nodes[0].origin, NOTE_ED25519, &key.public);
    if (how == 6)
        now->revoked_count = 0;
    if (how == 7)
        now->revoked[0].version = 3;
    if (how == 8)
        now->revoked[0].role = ROSTER_CENTRE;
    if (how == 9)
        now->revoked[0].log =
            note_key_of(now->revoked[0].origin, NOTE_ED25519, &key.public);
    if (how == 10) { /* revoked comes back */
        now->revoked_count = 0;
        now->nodes[4] = now->nodes[3];
        now->nodes[3] = made_node("utopia.example/gone", ROSTER_POST, name);
        now->node_count = 5;
    }
    if (how < 11)
        return;
    /* The last node is revoked: "watch" comes behind "gone". */
    now->node_count--;
    now->revoked_count = 2;
    now->revoked[1] = (struct roster_revoked){
        .origin = now->nodes[3].origin,
        .version = how == 11 ? 2 : 3,
        .role = how == 12 ? ROSTER_POST : ROSTER_WITNESS,
        .log = now->nodes[3].log};
    if (how == 13)
        now->version = 7;
}

/* SYN 2.11 */
static void
test_succession(void **state)
{
    static struct roster before;
    static char name[KEY_NAME_SIZE_MAX + 1];
    static const enum err codes[] = {
        OK,           ERR_CONFLICT, ERR_CONFLICT, ERR_CONFLICT, ERR_CONFLICT,
        ERR_CONFLICT, ERR_CONFLICT, ERR_CONFLICT, ERR_CONFLICT, ERR_CONFLICT,
        ERR_CONFLICT, ERR_CONFLICT, ERR_CONFLICT, OK,           OK};

    (void)state;
    before = made.roster;
    before.version = 2;
    before.revoked[0] = (struct roster_revoked){
        .origin = BYTES("utopia.example/gone"),
        .version = 2,
        .log = made_node("utopia.example/gone", ROSTER_POST, name).log};
    before.revoked_count = 1;
    for (int how = 0; how < 15; how++) {
        struct fault fault = {.code = OK};

        other = before;
        succeed(&other, how);
        assert_err(roster_open(roster_made_note(&other, "alice bob", block,
                                                sizeof(block)),
                               &before, &parsed, &fault),
                   codes[how]);
        if (codes[how] != OK)
            assert_string_equal(fault.clause, "SYN 2.11");
    }
    assert_non_null(
        roster_find_revoked(&parsed, BYTES("utopia.example/watch")));
    assert_null(roster_find(&parsed, BYTES("utopia.example/watch")));
    assert_null(roster_find_revoked(&parsed, BYTES("utopia.example/arden")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_signatures, setup),
        cmocka_unit_test_setup(test_bad_signature, setup),
        cmocka_unit_test_setup(test_handing_over, setup),
        cmocka_unit_test_setup(test_succession, setup),
    };

    return TEST_RUN(tests);
}
