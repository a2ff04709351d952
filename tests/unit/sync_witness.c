/*
 * Witnessing: each answer of C2SP tlog-witness, in the order in which it has
 * them; requests cut at every byte and with each bit flipped. SYN 4
 */
#include "test.h"

#include <string.h>

#include "base/base64.h"
#include "crypto/crypto.h"
#include "sync_node.h"

static struct sync_world world;
static uint8_t block[WITNESS_REQUEST_SIZE_MAX];
static uint8_t again[WITNESS_REQUEST_SIZE_MAX];
static uint8_t note_block[4][CHECKPOINT_SIZE_MAX];
static struct bytes note_1, note_5, note_300, note_300_other;

static struct sync_node *const owner = &world.nodes[CENTRE];

static struct bytes
note_of(unsigned slot)
{
    struct log_view view = sync_own_view(&owner->host);
    struct bytes note;

    assert_err(
        view_checkpoint(&view, note_block[slot], CHECKPOINT_SIZE_MAX, &note),
        OK);
    return note;
}

static int
setup(void **state)
{
    (void)state;
    if (crypto_init() != OK)
        return -1;
    sync_world_init(&world, 21);
    sync_node_rewrite(owner, 3, 300);
    note_300_other = note_of(3);
    sync_node_rewrite(owner, 0, 1);
    note_1 = note_of(0);
    sync_node_grow(owner, 5);
    note_5 = note_of(1);
    sync_node_grow(owner, 300);
    note_300 = note_of(2);
    return 0;
}

static struct hash
root_at(uint64_t size)
{
    struct package_tiles tiles = {sync_own_view(&owner->host), 300};
    struct tile_source source = package_source(&tiles);
    struct hash root;

    assert_err(proof_root(&source, size, &root), OK);
    return root;
}

static struct proof
proof_from(uint64_t old_size, uint64_t size)
{
    struct package_tiles tiles = {sync_own_view(&owner->host), size};
    struct tile_source source = package_source(&tiles);
    struct proof proof;

    assert_err(proof_make_consistency(&source, old_size, size, &proof), OK);
    return proof;
}

static const struct note_key *
log_key(void)
{
    return &owner->roster->nodes[CENTRE].log;
}

static struct witness_verdict
judged(uint64_t last, const struct witness_request *request)
{
    struct witness_last before = {.any = last > 0, .size = last};
    struct witness_verdict verdict;

    if (last > 0)
        before.root = root_at(last);
    witness_judge(&before, request, log_key(), &verdict);
    return verdict;
}

/* SYN 4.2 */
static void
test_verdicts(void **state)
{
    struct witness_request request = {.note = note_5};
    struct witness_verdict verdict;

    (void)state;
    verdict = judged(0, &request);
    assert_int_equal(verdict.status, 200);
    assert_int_equal(verdict.checkpoint.size, 5);
    /* The same once more: to refresh the time. */
    request.old_size = 5;
    assert_int_equal(judged(5, &request).status, 200);
    /* Grown. */
    request = (struct witness_request){
        .old_size = 5, .proof = proof_from(5, 300), .note = note_300};
    assert_int_equal(judged(5, &request).status, 200);
    /* Not from where the witness is. */
    verdict = judged(1, &request);
    assert_int_equal(verdict.status, 409);
    assert_int_equal(verdict.size, 1);
    verdict = judged(0, &request);
    assert_int_equal(verdict.status, 409);
    assert_int_equal(verdict.size, 0);
    /* An old size past the checkpoint's comes before all that. */
    request.old_size = 301;
    assert_int_equal(judged(1, &request).status, 400);
    /* A proof that is wrong, missing or not due. */
    request.old_size = 5;
    request.proof.hashes[0].b[0] ^= 1;
    assert_int_equal(judged(5, &request).status, 422);
    request.proof.count = 0;
    assert_int_equal(judged(5, &request).status, 422);
    request = (struct witness_request){.proof = {.count = 1}, .note = note_5};
    assert_int_equal(judged(0, &request).status, 422);
    request.old_size = 5;
    assert_int_equal(judged(5, &request).status, 422);
    /* A smaller one than the last. */
    request = (struct witness_request){.old_size = 1, .note = note_1};
    assert_int_equal(judged(5, &request).status, 409);
}

/* SYN 4.5 */
static void
test_fork(void **state)
{
    struct witness_request request = {.old_size = 300, .note = note_300_other};
    struct witness_verdict verdict;

    (void)state;
    verdict = judged(300, &request);
    assert_int_equal(verdict.status, 422);
    assert_true(verdict.fork);
    request.old_size = 5;
    verdict = judged(300, &request);
    assert_int_equal(verdict.status, 409);
    assert_true(verdict.fork);
    request.note = note_300;
    verdict = judged(300, &request);
    assert_false(verdict.fork);
    request = (struct witness_request){
        .old_size = 5, .proof = proof_from(5, 300), .note = note_300_other};
    verdict = judged(5, &request);
    assert_int_equal(verdict.status, 422);
    assert_false(verdict.fork);
}

static struct bytes
signed_by(struct writer *w, const char *text, const struct sign_key *key)
{
    writer_init(w, block, sizeof(block));
    writer_text(w, text);
    writer_u8(w, '\n');
    note_sign(w, owner->origin, key, bytes_of(text));
    return writer_done(w);
}

/* Who signed, and what is no checkpoint at all. */
static void
test_signed(void **state)
{
    struct witness_request request = {.note = note_5};
    struct witness_last none = {.any = false};
    struct witness_verdict verdict;
    struct writer w;

    (void)state;
    witness_judge(&none, &request, NULL, &verdict);
    assert_int_equal(verdict.status, 404);
    witness_judge(&none, &request, &owner->roster->nodes[ARDEN].log, &verdict);
    assert_int_equal(verdict.status, 403);
    memcpy(again, note_5.p, note_5.size);
    again[note_5.size - 20] ^= 1;
    request.note = (struct bytes){again, note_5.size};
    assert_int_equal(judged(0, &request).status, 403);
    request.note = BYTES("no note\n");
    assert_int_equal(judged(0, &request).status, 400);
    request.note = signed_by(&w, "utopia.example/centre\nfive\n", &owner->key);
    assert_int_equal(judged(0, &request).status, 400);
    request.note = signed_by(&w,
                             "utopia.example/arden\n5\n"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                             &owner->key);
    assert_int_equal(judged(0, &request).status, 400);
    /* Size 0 and not the empty tree's root. */
    request.note = signed_by(&w,
                             "utopia.example/centre\n0\n"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                             &owner->key);
    assert_int_equal(judged(0, &request).status, 422);
}

/* SYN 4.1 */
static struct bytes
encoded(const struct witness_request *request, uint8_t *out)
{
    struct writer w;

    writer_init(&w, out, WITNESS_REQUEST_SIZE_MAX);
    witness_request_encode(&w, request);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static void
test_request(void **state)
{
    struct witness_request request = {
        .old_size = 5, .proof = proof_from(5, 300), .note = note_300};
    struct bytes in = encoded(&request, block);
    struct witness_request parsed;
    struct bytes origin;

    (void)state;
    assert_true(bytes_begin(in, BYTES("old 5\n")));
    assert_err(witness_request_parse(in, &parsed, NULL), OK);
    assert_bytes(encoded(&parsed, again), in);
    assert_int_equal(judged(5, &parsed).status, 200);
    assert_err(witness_origin(&parsed, &origin), OK);
    assert_bytes(origin, owner->origin);
    for (size_t size = 0; size < in.size; size++) {
        struct bytes cut = {in.p, size};

        if (witness_request_parse(cut, &parsed, NULL) == OK)
            assert_int_not_equal(judged(5, &parsed).status, 200);
    }
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (witness_request_parse(in, &parsed, NULL) == OK) {
            assert_bytes(encoded(&parsed, again), in);
            assert_int_not_equal(judged(5, &parsed).status, 200);
        }
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static const struct {
    const char *text;
    enum err e;
} bad_requests[] = {
    {"", ERR_FORMAT},
    {"old 05\n\nx\n", ERR_FORMAT},
    {"old -1\n\nx\n", ERR_FORMAT},
    {"old 9223372036854775808\n\nx\n", ERR_FORMAT},
    {"Old 5\n\nx\n", ERR_FORMAT},
    {"old 5\r\n\nx\n", ERR_FORMAT},
    {"old 5\nAAAA\n\nx\n", ERR_FORMAT},
    {"old 5\n\n", ERR_SHORT},
    {"old 5\n", ERR_SHORT},
    {"old 5", ERR_SHORT},
};

static void
test_bad_requests(void **state)
{
    struct witness_request parsed;
    struct fault fault;
    struct writer w;

    (void)state;
    for (size_t i = 0; i < sizeof(bad_requests) / sizeof(bad_requests[0]);
         i++) {
        assert_err(witness_request_parse(bytes_of(bad_requests[i].text),
                                         &parsed, &fault),
                   bad_requests[i].e);
        assert_string_equal(fault.clause, "SYN 4.1");
    }
    for (unsigned hashes = 62; hashes < 66; hashes++) {
        const struct hash zero = {{0}};

        writer_init(&w, block, sizeof(block));
        writer_text(&w, "old 5\n");
        for (unsigned i = 0; i < hashes; i++) {
            base64_write(&w, hash_bytes(&zero));
            writer_u8(&w, '\n');
        }
        writer_text(&w, "\nnote\n");
        assert_err(witness_request_parse(writer_done(&w), &parsed, NULL),
                   hashes > WITNESS_HASHES_MAX ? ERR_LIMIT : OK);
    }
}

/* SYN 4.4 */
static void
test_size(void **state)
{
    static const struct {
        const char *text;
        enum err e;
        uint64_t size;
    } cases[] = {
        {"0\n", OK, 0},           {"9223372036854775807\n", OK, TREE_SIZE_MAX},
        {"12", ERR_FORMAT, 0},    {"12\n\n", ERR_FORMAT, 0},
        {"012\n", ERR_FORMAT, 0}, {"\n", ERR_FORMAT, 0},
        {"", ERR_FORMAT, 0},      {"12 \n", ERR_FORMAT, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint64_t size = 0;

        assert_err(witness_size_parse(bytes_of(cases[i].text), &size),
                   cases[i].e);
        assert_int_equal(size, cases[i].size);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),     cmocka_unit_test(test_fork),
        cmocka_unit_test(test_signed),       cmocka_unit_test(test_request),
        cmocka_unit_test(test_bad_requests), cmocka_unit_test(test_size),
    };

    if (setup(NULL) != 0)
        return 1;
    return TEST_RUN(tests);
}
