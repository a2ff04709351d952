/*
 * Shows that a journal's headers and frames have one encoding, that no bit of
 * them can change unseen, and which clause each kind of damage breaks. The
 * frames' entries are tested with the log that replays them (tests/sim).
 */
#include "test.h"

#include "crypto/crypto.h"
#include "tlog/journal.h"

#include <string.h>

#define ORIGIN BYTES("border.example/durres")
#define SUM_AT (JOURNAL_BLOCK - HASH_SIZE)

static struct journal_header
header_sample(void)
{
    return (struct journal_header){
        .generation = 3,
        .file_size = JOURNAL_SIZE_DEFAULT,
        .base_size = 70000,
        .base_root = {{1, 2, 3}},
        .origin = ORIGIN,
        .note = BYTES("a note, signed elsewhere\n"),
    };
}

static struct journal_frame
frame_sample(void)
{
    return (struct journal_frame){
        .generation = 3,
        .block = 7,
        .first_index = 70001,
        .count = 2,
        .payload_size = 9,
        .root = {{4, 5}},
        .previous = {{6, 7}},
    };
}

static struct journal_frame
note_sample(void)
{
    struct journal_frame frame = frame_sample();

    frame.count = 0;
    frame.payload_size = 0;
    frame.note = BYTES("a note, signed elsewhere\n");
    return frame;
}

/* A block with the frame in it, its entries and its checkpoint. */
static void
frame_block(uint8_t block[JOURNAL_BLOCK], struct journal_frame *frame)
{
    memset(block, 0xee, JOURNAL_BLOCK);
    memcpy(block + JOURNAL_FRAME_HEAD_SIZE, "\0\3abc\0\2de", 9);
    if (frame->note.size > 0)
        memcpy(block + JOURNAL_FRAME_HEAD_SIZE, frame->note.p,
               frame->note.size);
    journal_frame_encode(block, frame);
}

static void
header_same_again(void **state)
{
    uint8_t block[JOURNAL_BLOCK];
    uint8_t again[JOURNAL_BLOCK];
    struct journal_header in = header_sample();
    struct journal_header out;

    (void)state;
    journal_header_encode(block, &in);
    assert_err(
        journal_header_parse((struct bytes){block, JOURNAL_BLOCK}, &out, NULL),
        OK);
    assert_int_equal(out.generation, in.generation);
    assert_int_equal(out.file_size, in.file_size);
    assert_int_equal(out.base_size, in.base_size);
    assert_true(hash_equal(&out.base_root, &in.base_root));
    assert_true(hash_equal(&out.sum, &in.sum));
    assert_bytes(out.origin, in.origin);
    assert_bytes(out.note, in.note);
    journal_header_encode(again, &out);
    assert_memory_equal(block, again, JOURNAL_BLOCK);
}

static void
header_every_bit_counts(void **state)
{
    uint8_t block[JOURNAL_BLOCK];
    struct bytes in = {block, JOURNAL_BLOCK};
    struct journal_header h = header_sample();
    size_t bit;

    (void)state;
    journal_header_encode(block, &h);
    for (bit = 0; bit < JOURNAL_BLOCK * 8; bit++) {
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_err(journal_header_parse(in, &h, NULL), ERR_SIGNATURE);
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (in.size = 0; in.size < JOURNAL_BLOCK; in.size++)
        assert_err(journal_header_parse(in, &h, NULL), ERR_SHORT);
}

/* One field overwritten, the sum made good again. */
struct damage {
    const char *name;
    size_t at;
    uint8_t bytes[8];
    size_t size;
    enum err e;
    const char *clause;
};

static const struct damage header_damages[] = {
    {"magic", 0, {'k'}, 1, ERR_FORMAT, "LOG 7.2"},
    {"version", 11, {2}, 1, ERR_FORMAT, "LOG 7.2"},
    {"size of a block", 15, {1}, 1, ERR_FORMAT, "LOG 7.2"},
    {"generation 0", 23, {0}, 1, ERR_FORMAT, "LOG 7.2"},
    {"size not of blocks", 31, {1}, 1, ERR_FORMAT, "LOG 7.1"},
    {"size too small",
     24,
     {0, 0, 0, 0, 0, 0, 0x30, 0},
     8,
     ERR_FORMAT,
     "LOG 7.1"},
    {"size too large", 24, {1}, 1, ERR_FORMAT, "LOG 7.1"},
    {"base too large", 32, {0x80}, 1, ERR_FORMAT, "LOG 7.2"},
    {"origin too long", 72, {1, 0}, 2, ERR_LIMIT, "LOG 7.2"},
    {"origin empty", 72, {0, 0, 0, 0}, 4, ERR_FORMAT, "LOG 7.2"},
    {"origin with a blank", 77, {' '}, 1, ERR_FORMAT, "LOG 7.2"},
    {"checkpoint too long", 74, {0x0f}, 1, ERR_LIMIT, "LOG 7.2"},
    {"not zero", SUM_AT - 1, {1}, 1, ERR_FORMAT, "LOG 7.2"},
};

static void
header_damaged(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(header_damages) / sizeof(header_damages[0]); i++) {
        const struct damage *d = &header_damages[i];
        uint8_t block[JOURNAL_BLOCK];
        struct journal_header h = header_sample();
        struct fault fault = {0};
        struct hash sum;

        journal_header_encode(block, &h);
        memcpy(block + d->at, d->bytes, d->size);
        sum = hash_of((struct bytes){block, SUM_AT});
        memcpy(block + SUM_AT, sum.b, HASH_SIZE);
        assert_err(journal_header_parse((struct bytes){block, JOURNAL_BLOCK},
                                        &h, &fault),
                   d->e);
        assert_string_equal(fault.clause, d->clause);
    }
}

static void
frame_same_again(void **state)
{
    struct journal_frame samples[] = {frame_sample(), note_sample()};
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        uint8_t block[JOURNAL_BLOCK];
        uint8_t again[JOURNAL_BLOCK];
        struct journal_frame out;

        frame_block(block, &samples[i]);
        assert_err(journal_frame_parse((struct bytes){block, JOURNAL_BLOCK},
                                       &out, NULL),
                   OK);
        assert_int_equal(journal_frame_blocks(&out), 1);
        assert_int_equal(out.block, samples[i].block);
        assert_int_equal(out.first_index, samples[i].first_index);
        assert_int_equal(out.count, samples[i].count);
        assert_bytes(out.note, samples[i].note);
        frame_block(again, &out);
        assert_memory_equal(block, again, JOURNAL_BLOCK);
    }
}

/* All but the entries, which the root covers, and the zeros after. */
static void
frame_every_bit_counts(void **state)
{
    struct journal_frame samples[] = {frame_sample(), note_sample()};
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        size_t used = JOURNAL_FRAME_HEAD_SIZE + samples[i].note.size;
        uint8_t block[JOURNAL_BLOCK];
        struct bytes in = {block, JOURNAL_BLOCK};
        struct journal_frame f;
        size_t bit;

        frame_block(block, &samples[i]);
        for (bit = 0; bit < used * 8; bit++) {
            block[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_not_equal(journal_frame_parse(in, &f, NULL), OK);
            block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        for (in.size = 0; in.size < used; in.size++)
            assert_int_not_equal(journal_frame_parse(in, &f, NULL), OK);
    }
}

static const struct damage frame_damages[] = {
    {"magic", 0, {'k'}, 1, ERR_FORMAT, "LOG 7.4"},
    {"index too large", 24, {0x80}, 1, ERR_LIMIT, "LOG 7.4"},
    {"too many entries", 32, {0, 0, 0x10, 1}, 4, ERR_LIMIT, "LOG 7.4"},
    {"entries too large", 36, {1}, 1, ERR_LIMIT, "LOG 7.4"},
    {"entries too small", 36, {0, 0, 0, 3}, 4, ERR_FORMAT, "LOG 7.4"},
    {"neither", 32, {0, 0, 0, 0, 0, 0, 0, 0}, 8, ERR_FORMAT, "LOG 7.4"},
    {"both", 40, {0, 0, 0, 1}, 4, ERR_FORMAT, "LOG 7.4"},
    {"checkpoint too large",
     32,
     {0, 0, 0, 0, 0, 0, 0, 0},
     4,
     ERR_FORMAT,
     "LOG 7.4"},
    {"another root", 44, {9}, 1, ERR_SIGNATURE, "LOG 7.5"},
};

static void
frame_damaged(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(frame_damages) / sizeof(frame_damages[0]); i++) {
        const struct damage *d = &frame_damages[i];
        uint8_t block[JOURNAL_BLOCK];
        struct journal_frame f = frame_sample();
        struct fault fault = {0};

        frame_block(block, &f);
        memcpy(block + d->at, d->bytes, d->size);
        assert_err(journal_frame_parse((struct bytes){block, JOURNAL_BLOCK}, &f,
                                       &fault),
                   d->e);
        assert_string_equal(fault.clause, d->clause);
    }
}

static void
sizes(void **state)
{
    struct journal_frame f = {.count = 1};

    (void)state;
    assert_false(journal_size_lawful(0));
    assert_false(journal_size_lawful(JOURNAL_SIZE_MIN - JOURNAL_BLOCK));
    assert_true(journal_size_lawful(JOURNAL_SIZE_MIN));
    assert_false(journal_size_lawful(JOURNAL_SIZE_MIN + 1));
    assert_true(journal_size_lawful(JOURNAL_SIZE_MAX));
    assert_false(journal_size_lawful(JOURNAL_SIZE_MAX + JOURNAL_BLOCK));
    f.payload_size = JOURNAL_BLOCK - JOURNAL_FRAME_HEAD_SIZE;
    assert_int_equal(journal_frame_blocks(&f), 1);
    f.payload_size++;
    assert_int_equal(journal_frame_blocks(&f), 2);
    f.payload_size = JOURNAL_PAYLOAD_MAX;
    assert_int_equal(journal_frame_blocks(&f) * JOURNAL_BLOCK,
                     JOURNAL_FRAME_SIZE_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_same_again),
        cmocka_unit_test(header_every_bit_counts),
        cmocka_unit_test(header_damaged),
        cmocka_unit_test(frame_same_again),
        cmocka_unit_test(frame_every_bit_counts),
        cmocka_unit_test(frame_damaged),
        cmocka_unit_test(sizes),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
