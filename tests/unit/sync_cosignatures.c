/*
 * Cosignatures gathered from several copies of a checkpoint: whoever merges
 * with whom in whatever order ends with the same bytes; what is no cosigner's
 * is dropped, what is bad refused. SYN 5.9
 */
#include "test.h"

#include <string.h>

#include "crypto/crypto.h"
#include "sync/cosignatures.h"
#include "sync_node.h"

static struct sync_world world;
static struct sync_node *const owner = &world.nodes[CENTRE];
static uint8_t bare_block[CHECKPOINT_SIZE_MAX];
static struct bytes bare;
static uint8_t blocks[4][MIRROR_NOTE_SIZE_MAX];

static int
setup(void **state)
{
    struct log_view view = sync_own_view(&owner->host);

    (void)state;
    if (crypto_init() != OK)
        return -1;
    sync_world_init(&world, 41);
    view = sync_own_view(&owner->host);
    sync_node_grow(owner, 12);
    assert_err(view_checkpoint(&view, bare_block, sizeof(bare_block), &bare),
               OK);
    return 0;
}

static const struct note_key *
log_key(void)
{
    return &owner->roster->nodes[CENTRE].log;
}

/* Adds a line of a node's cosigner. */
static struct bytes
cosigned(unsigned slot, struct bytes note, unsigned by, int64_t time_s)
{
    struct note parsed;
    struct writer w;

    writer_init(&w, blocks[slot], MIRROR_NOTE_SIZE_MAX);
    if (note.p != blocks[slot])
        writer_bytes(&w, note);
    else
        w.at = note.size;
    assert_err(note_parse(writer_done(&w), &parsed, NULL), OK);
    note_cosign(&w, owner->roster->nodes[by].cosign.name,
                &world.nodes[by].cosign, time_s, parsed.text);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static struct bytes
merged(unsigned slot, struct bytes mine, struct bytes theirs, bool *more)
{
    struct writer w;

    writer_init(&w, blocks[slot], MIRROR_NOTE_SIZE_MAX);
    assert_err(
        cosignatures_merge(&w, owner->roster, log_key(), mine, theirs, more),
        OK);
    return writer_done(&w);
}

static void
test_merged(void **state)
{
    struct bytes a = cosigned(0, bare, WATCH, 100);
    struct bytes b = cosigned(1, bare, BRINK, 200);
    struct bytes ab, ba;
    bool more;

    (void)state;
    a = cosigned(0, a, ARDEN, 300);
    ab = merged(2, a, b, &more);
    assert_true(more);
    ba = merged(3, b, a, &more);
    assert_true(more);
    assert_bytes(ab, ba);
    (void)merged(3, ab, a, &more);
    assert_false(more);
    /* In the order of the roster. */
    ba = merged(3, ab, (struct bytes){0}, &more);
    assert_bytes(ba, ab);
}

/* Of each the latest, whichever copy has it. */
static void
test_latest(void **state)
{
    struct bytes old = cosigned(0, bare, WATCH, 100);
    struct bytes new = cosigned(1, bare, WATCH, 101);
    bool more;

    (void)state;
    assert_bytes(merged(2, old, new, &more), new);
    assert_true(more);
    assert_bytes(merged(2, new, old, &more), new);
    assert_false(more);
}

static void
test_refused(void **state)
{
    struct bytes note = cosigned(0, bare, WATCH, 100);
    struct note parsed;
    struct writer w;
    bool more;

    (void)state;
    /* A bad line of a cosigner, and a line of nobody's. */
    blocks[0][note.size - 10] ^= 1;
    writer_init(&w, blocks[2], MIRROR_NOTE_SIZE_MAX);
    assert_true(cosignatures_merge(&w, owner->roster, log_key(), bare, note,
                                   &more) != OK);
    blocks[0][note.size - 10] ^= 1;
    assert_err(note_parse(bare, &parsed, NULL), OK);
    writer_init(&w, blocks[1], MIRROR_NOTE_SIZE_MAX);
    writer_bytes(&w, note);
    note_cosign(&w, BYTES("nobody.example/witness"), &world.nodes[ARDEN].cosign,
                1, parsed.text);
    assert_bytes(merged(2, bare, writer_done(&w), &more), note);
    /* One that the log did not sign. */
    writer_init(&w, blocks[2], MIRROR_NOTE_SIZE_MAX);
    assert_err(cosignatures_merge(&w, owner->roster,
                                  &owner->roster->nodes[ARDEN].log, bare, bare,
                                  &more),
               ERR_SIGNATURE);
    writer_init(&w, blocks[2], bare.size - 1);
    assert_err(
        cosignatures_merge(&w, owner->roster, log_key(), bare, bare, &more),
        ERR_LIMIT);
    writer_init(&w, blocks[2], MIRROR_NOTE_SIZE_MAX);
    assert_err(cosignatures_bare(&w, log_key(), note), OK);
    assert_bytes(writer_done(&w), bare);
}

static void
test_other_checkpoint(void **state)
{
    struct log_view view = sync_own_view(&owner->host);
    struct bytes other;
    struct writer w;
    bool more;

    (void)state;
    sync_node_grow(owner, 14);
    assert_err(view_checkpoint(&view, blocks[0], CHECKPOINT_SIZE_MAX, &other),
               OK);
    writer_init(&w, blocks[2], MIRROR_NOTE_SIZE_MAX);
    assert_err(
        cosignatures_merge(&w, owner->roster, log_key(), bare, other, &more),
        ERR_CONFLICT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_merged),
        cmocka_unit_test(test_latest),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_other_checkpoint),
    };

    if (setup(NULL) != 0)
        return 1;
    return TEST_RUN(tests);
}
