/*
 * The keeper's half of many nodes, with the test in place of couriers: which
 * rosters are taken and which refused, also with the n-th call to `os` failing;
 * what is cosigned, once and never against itself, also by the next life; what
 * is kept as evidence; what others hold of our own log; and the way into
 * isolation and back. SYN 2.10, 2.11, 2.13, 4.3, 4.5, 5.8, 6.8
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/keys.h"
#include "peers_made.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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
    made->roster = good;
    made->roster.country = BYTES("ALB");
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

static void
overwrite(struct peers_node *node, const char *path)
{
    assert_err(os_replace_file(&node->failing.os, node->book_config.dir, path,
                               "", BYTES("overwritten\n"), 0600),
               OK);
}

/* A folder that somebody overwrote: booths go on, by the newest roster that is
 * left; and nothing is cosigned of which it is not known any more what was. */
static void
damaged_files(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct errand errand = {.kind = ERRAND_COSIGN,
                            .origin = BYTES("utopia.example/centre")};
    char hex[ORIGIN_HEX_SIZE];
    char path[128];

    peers_made_join(made);
    errand.note = peers_made_checkpoint(made, &made->nodes[0]);
    (void)peers_made_errand(made, arden, &errand);
    assert_int_equal(made->answer.status, 200);
    origin_hex(errand.origin, hex);
    (void)snprintf(path, sizeof(path), "witness/%s", hex);
    peers_node_down(arden);
    overwrite(arden, "roster");
    overwrite(arden, path);
    peers_node_up(arden);
    assert_int_equal(version(made, arden), 1);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "roster_damaged"),
                     1);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "witness_damaged"),
                     1);
    (void)peers_made_errand(made, arden, &errand);
    assert_int_equal(made->answer.status, 409);
    peers_node_down(arden);
    overwrite(arden, "roster");
    overwrite(arden, "rosters/1");
    peers_node_up(arden);
    assert_int_equal(version(made, arden), 0);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "roster_refused"),
                     1);
    assert_err(peers_order(arden->peers, BYTES("x"), &(const char *){""}),
               ERR_DENIED);
    peers_made_join(made);
}

static bool
alarms_of(struct peers_node *node, const char *code)
{
    static uint8_t text[PEERS_MADE_NOTE];
    struct writer w;

    writer_init(&w, text, sizeof(text) - 1);
    assert_err(peers_show(node->peers, &w), OK);
    text[w.at] = '\0';
    return strstr((char *)text, code) != NULL;
}

/* A key that was lost is made anew, and is not the one that others know. */
static void
lost_keys(void **state)
{
    struct peers_made *made = *state;
    struct peers_node *arden = &made->nodes[1];
    struct os *os = &arden->failing.os;
    struct box_key key;

    peers_made_join(made);
    assert_false(alarms_of(arden, "keys_differ"));
    peers_node_down(arden);
    assert_err(os->remove(os, arden->book_config.dir, "box.key"), OK);
    assert_err(box_key_make(os, arden->book_config.dir,
                            arden->book_config.random, &key),
               OK);
    peers_node_up(arden);
    assert_true(alarms_of(arden, "keys_differ"));
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
    /* One piece of a kind an hour; and no more than there is room for: it has
     * said enough. */
    for (unsigned i = 0; i < 3 * PEERS_EVIDENCE_MAX; i++) {
        errand.other = signed_by_centre(made, 5, (uint8_t)i, other);
        assert_true(peers_made_errand(made, arden, &errand) <= ERRAND_KNOWN);
    }
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "rollback"), 2);
    errand.evidence = EVIDENCE_FORK;
    errand.other = signed_by_centre(made, 9, 2, other);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_TAKEN);
    errand.other = signed_by_centre(made, 9, 3, other);
    assert_int_equal(peers_made_errand(made, arden, &errand), ERRAND_KNOWN);
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "fork"), 1);
    errand.evidence = EVIDENCE_ROLLBACK;
    for (unsigned i = 0; i < 3 * PEERS_EVIDENCE_MAX; i++) {
        peers_made_pass(made, INT64_C(3600000));
        errand.other = signed_by_centre(made, 4, (uint8_t)(i + 3), other);
        assert_true(peers_made_errand(made, arden, &errand) <= ERRAND_KNOWN);
    }
    assert_int_equal(peers_made_count(arden, EVENT_INCIDENT, "rollback"),
                     PEERS_EVIDENCE_MAX - 1);
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
            continue; /* told of, whoever brought it */
        assert_int_equal(peers_made_errand(made, arden, &errand),
                         ERRAND_REFUSED);
    }
    assert_int_equal(log_size(&arden->book->log), size);
}

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, peers_made_two, peers_made_end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_rosters),
        TEST(later_rosters),
        TEST(damaged_files),
        TEST(lost_keys),
        TEST(roster_change_is_one_step),
        TEST(cosigns_one_history),
        TEST(cosigns_nobody_else),
        TEST(cosigning_is_one_step),
        TEST(evidence_is_kept),
        TEST(others_cosign_ours),
        TEST(our_key_elsewhere),
        TEST(comes_back),
        TEST(senseless_errands),
    };

    return TEST_RUN(tests);
}
