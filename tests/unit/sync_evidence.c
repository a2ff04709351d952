/*
 * Evidence of each kind: written and read again, cut at every byte, each bit
 * flipped; and what does not contradict is none. SYN 5.8
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "sync_node.h"

static struct sync_world world;
static struct sync_node *const liar = &world.nodes[CENTRE];
static uint8_t notes[4][CHECKPOINT_SIZE_MAX];
static uint8_t block[EVIDENCE_FILE_SIZE_MAX];
static uint8_t again[EVIDENCE_FILE_SIZE_MAX];

/* Of one history 200 and 300 entries, of another 300 and 350; and the root and
 * proof of 200 entries in the latter. */
static struct bytes small, known, fork_same, fork_larger;
static struct hash root;
static struct proof proof;

static struct bytes
note_of(unsigned slot)
{
    struct log_view view = sync_own_view(&liar->host);
    struct bytes note;

    assert_err(view_checkpoint(&view, notes[slot], CHECKPOINT_SIZE_MAX, &note),
               OK);
    return note;
}

static int
setup(void **state)
{
    struct package_tiles tiles = {.size = 0};
    struct tile_source source = package_source(&tiles);

    (void)state;
    if (crypto_init() != OK)
        return -1;
    sync_world_init(&world, 31);
    sync_node_grow(liar, 200);
    small = note_of(0);
    sync_node_grow(liar, 300);
    known = note_of(1);
    sync_node_rewrite(liar, 9, 300);
    fork_same = note_of(2);
    sync_node_grow(liar, 350);
    fork_larger = note_of(3);
    tiles = (struct package_tiles){sync_own_view(&liar->host), 350};
    assert_err(proof_root(&source, 200, &root), OK);
    assert_err(proof_make_consistency(&source, 200, 350, &proof), OK);
    return 0;
}

static const struct note_key *
log_key(void)
{
    return &liar->roster->nodes[CENTRE].log;
}

static struct bytes
encoded(const struct evidence *evidence, uint8_t *out)
{
    struct writer w;

    writer_init(&w, out, EVIDENCE_FILE_SIZE_MAX);
    evidence_encode(&w, evidence);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static void
test_verified(void **state)
{
    const struct {
        struct evidence evidence;
        enum err e;
    } cases[] = {
        {{EVIDENCE_FORK, known, fork_same, false, {{0}}, {0}}, OK},
        {{EVIDENCE_FORK, known, known, false, {{0}}, {0}}, ERR_SIGNATURE},
        {{EVIDENCE_FORK, known, fork_larger, false, {{0}}, {0}}, ERR_SIGNATURE},
        {{EVIDENCE_ROLLBACK, known, small, false, {{0}}, {0}}, OK},
        {{EVIDENCE_ROLLBACK, small, known, false, {{0}}, {0}}, ERR_SIGNATURE},
        {{EVIDENCE_ROLLBACK, known, known, false, {{0}}, {0}}, ERR_SIGNATURE},
        {{EVIDENCE_BAD_PROOF, small, fork_larger, false, {{0}}, {0}}, OK},
        {{EVIDENCE_BAD_PROOF, small, fork_larger, true, root, proof}, OK},
        {{EVIDENCE_BAD_PROOF, fork_larger, small, true, root, proof}, OK},
        {{EVIDENCE_BAD_PROOF, small, known, true, root, proof}, ERR_SIGNATURE},
        {{EVIDENCE_BAD_PROOF, small, fork_larger, true, {{1}}, proof},
         ERR_SIGNATURE},
        {{EVIDENCE_BAD_PROOF, known, fork_same, false, {{0}}, {0}},
         ERR_SIGNATURE},
        {{EVIDENCE_BAD_ENTRY, known, fork_larger, false, {{0}}, {0}}, OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct evidence parsed;
        struct bytes in = encoded(&cases[i].evidence, block);

        assert_err(evidence_parse(in, &parsed, NULL), OK);
        assert_bytes(encoded(&parsed, again), in);
        assert_err(evidence_verify(&parsed, log_key(), NULL), cases[i].e);
        assert_err(
            evidence_verify(&parsed, &liar->roster->nodes[ARDEN].log, NULL),
            ERR_SIGNATURE);
    }
}

/* A history beside itself is no evidence, whatever is said. */
static void
test_honest(void **state)
{
    struct package_tiles tiles = {sync_own_view(&liar->host), 350};
    struct tile_source source = package_source(&tiles);
    struct evidence evidence = {.kind = EVIDENCE_BAD_PROOF,
                                .known = fork_same,
                                .other = fork_larger,
                                .has_root = true};

    (void)state;
    assert_err(proof_root(&source, 300, &evidence.root), OK);
    assert_err(proof_make_consistency(&source, 300, 350, &evidence.proof), OK);
    assert_err(evidence_verify(&evidence, log_key(), NULL), ERR_SIGNATURE);
}

static void
test_harmed(void **state)
{
    struct evidence evidence = {
        EVIDENCE_BAD_PROOF, small, fork_larger, true, root, proof};
    struct bytes in = encoded(&evidence, block);
    struct evidence parsed;
    size_t verified = 0;

    (void)state;
    for (size_t size = 0; size < in.size; size++)
        assert_true(evidence_parse((struct bytes){in.p, size}, &parsed, NULL) !=
                    OK);
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (evidence_parse(in, &parsed, NULL) == OK) {
            assert_bytes(encoded(&parsed, again), in);
            verified += evidence_verify(&parsed, log_key(), NULL) == OK;
        }
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    /* A bit of a name that makes a key unknown is no evidence either. */
    assert_int_equal(verified, 0);
}

static void
test_bad(void **state)
{
    static const char *const texts[] = {
        "",
        "kufi evidence v2\nkind fork\nsizes 0 0\n\n",
        "kufi evidence v1\nkind spoon\nsizes 0 0\n\n",
        "kufi evidence v1\nkind fork\nsizes 0\n\n",
        "kufi evidence v1\nkind fork\nsizes 00 0\n\n",
        "kufi evidence v1\nkind fork\nsizes 65537 0\n\n",
        "kufi evidence v1\nkind fork\nsizes 1 0\n\n",
        "kufi evidence v1\nkind fork\nsizes 0 0\n\nx",
        ("kufi evidence v1\nkind fork\nsizes 0 0\n"
         "root AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"),
        "kufi evidence v1\nkind proof\nsizes 0 0\nroot AAAA\n\n",
        ("kufi evidence v1\nkind proof\nsizes 0 0\n"
         "hash AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"),
    };
    struct evidence parsed;
    struct fault fault;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_true(evidence_parse(bytes_of(texts[i]), &parsed, &fault) != OK);
        assert_string_equal(fault.clause, "SYN 5.8");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verified),
        cmocka_unit_test(test_honest),
        cmocka_unit_test(test_harmed),
        cmocka_unit_test(test_bad),
    };

    if (setup(NULL) != 0)
        return 1;
    return TEST_RUN(tests);
}
