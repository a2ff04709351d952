/*
 * Events: that every type keeps its bytes through both directions, that the
 * bytes are those of an encoder written apart from ours, and that nothing else
 * is taken: cut anywhere, any bit flipped, any clause broken.
 */
#include "test.h"

#include "crypto/hash.h"
#include "record/event.h"
#include "sample_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_SIZE EVENT_ARENA_SIZE

static struct bytes
encode(const struct event *event, uint8_t block[EVENT_SIZE_MAX])
{
    struct writer w;
    struct fault fault = {0};

    writer_init(&w, block, EVENT_SIZE_MAX);
    assert_err(event_encode(&w, event, &fault), OK);
    return writer_done(&w);
}

/* Parses, and what is taken must encode to the same bytes. The texts of `*out`
 * are gone then. REC 2.1. */
static enum err
parse(struct bytes in, struct event *out, struct fault *fault)
{
    static max_align_t block[ARENA_SIZE / sizeof(max_align_t)];
    static uint8_t again[EVENT_SIZE_MAX];
    struct arena arena;
    uint8_t *exact = malloc(in.size + 1);
    enum err e;

    /* At the end of its memory, so that reading past it is seen. */
    assert_non_null(exact);
    memcpy(exact, in.p, in.size);
    arena_init(&arena, block, sizeof(block));
    *fault = (struct fault){0};
    e = event_parse((struct bytes){exact, in.size}, &arena, out, fault);
    if (e == OK)
        assert_bytes(encode(out, again), in);
    else
        assert_int_equal(fault->code, e);
    free(exact);
    return e;
}

static void
keeps_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_EVENTS_COUNT; i++) {
        uint8_t block[EVENT_SIZE_MAX];
        struct event out;
        struct fault fault;
        struct bytes bytes = encode(&SAMPLE_EVENTS[i].event, block);

        assert_err(parse(bytes, &out, &fault), OK);
        assert_int_equal(out.type, SAMPLE_EVENTS[i].event.type);
    }
}

/* From tests/data/seal/vectors.py, which shares no code with Kufi. */
static const uint8_t CROSSING[] = {
    0x87, 0x01, 0x01, 0x1b, 0x00, 0x00, 0x01, 0xa0, 0xc4, 0x50, 0x6c, 0xfa,
    0x6a, 0x6f, 0x66, 0x66, 0x69, 0x63, 0x65, 0x72, 0x2d, 0x31, 0x37, 0x67,
    0x44, 0x75, 0x72, 0x72, 0xc3, 0xab, 0x73, 0x61, 0x33, 0x87, 0x18, 0xb6,
    0x00, 0x00, 0x00, 0x8d, 0x63, 0x54, 0x44, 0x33, 0x61, 0x50, 0x63, 0x55,
    0x54, 0x4f, 0x69, 0x4c, 0x38, 0x39, 0x38, 0x39, 0x30, 0x32, 0x43, 0x33,
    0x68, 0x45, 0x52, 0x49, 0x4b, 0x53, 0x53, 0x4f, 0x4e, 0x6a, 0x41, 0x4e,
    0x4e, 0x41, 0x20, 0x4d, 0x41, 0x52, 0x49, 0x41, 0x63, 0x55, 0x54, 0x4f,
    0x6a, 0x31, 0x39, 0x37, 0x34, 0x2d, 0x30, 0x38, 0x2d, 0x31, 0x32, 0x61,
    0x46, 0x6a, 0x32, 0x30, 0x31, 0x32, 0x2d, 0x30, 0x34, 0x2d, 0x31, 0x35,
    0x69, 0x5a, 0x45, 0x31, 0x38, 0x34, 0x32, 0x32, 0x36, 0x42, 0x60, 0xf4,
    0x82, 0x50, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
    0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x50, 0x10, 0x11, 0x12, 0x13, 0x14,
    0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0xf6,
};

static void
has_golden_bytes(void **state)
{
    uint8_t block[EVENT_SIZE_MAX];
    struct bytes golden = {CROSSING, sizeof(CROSSING)};

    (void)state;
    assert_bytes(encode(sample_event("crossing"), block), golden);
}

/* The SHA-256 of others, from the same. */
static void
has_golden_hashes(void **state)
{
    static const struct {
        const char *sample;
        struct hash hash;
    } CASES[] = {
        {"inspection_hits",
         {{0x8f, 0x23, 0x23, 0xeb, 0x8a, 0x9c, 0xc1, 0xd9, 0xfd, 0xe9, 0xf3,
           0x5f, 0x6a, 0x0c, 0x07, 0x47, 0x76, 0x7e, 0x2a, 0x9b, 0xa7, 0xe7,
           0xfe, 0xe2, 0x6c, 0x40, 0x4c, 0xdb, 0x24, 0x6b, 0x36, 0xd8}}},
        {"hit_resolution",
         {{0x40, 0x56, 0x40, 0xcc, 0x29, 0xc7, 0x6d, 0x7f, 0xb0, 0xc0, 0x17,
           0x9c, 0x9c, 0xb8, 0x2f, 0x94, 0x58, 0xc5, 0x6a, 0xa2, 0x73, 0x64,
           0xcb, 0xf8, 0xe3, 0x31, 0xd6, 0xd9, 0x19, 0x9b, 0x02, 0x77}}},
        {"alert_person",
         {{0xc4, 0xdf, 0x86, 0xf4, 0x6a, 0xb1, 0x45, 0xca, 0xb3, 0xc3, 0x07,
           0x09, 0x2b, 0xb8, 0x84, 0x24, 0x87, 0xbb, 0xd3, 0xb7, 0x43, 0x30,
           0x8f, 0x98, 0xf8, 0x9e, 0x75, 0xa2, 0x7f, 0x28, 0x28, 0x1f}}},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t block[EVENT_SIZE_MAX];
        struct hash hash =
            hash_of(encode(sample_event(CASES[i].sample), block));

        assert_true(hash_equal(&hash, &CASES[i].hash));
    }
}

static void
refuses_every_cut(void **state)
{
    size_t cases = 0;

    (void)state;
    for (size_t i = 0; i < SAMPLE_EVENTS_COUNT; i++) {
        uint8_t block[EVENT_SIZE_MAX];
        struct event out;
        struct fault fault;
        struct bytes bytes = encode(&SAMPLE_EVENTS[i].event, block);

        for (size_t size = 0; size < bytes.size; size++, cases++)
            assert_err(parse((struct bytes){bytes.p, size}, &out, &fault),
                       ERR_SHORT);
    }
    printf("# %zu cuts\n", cases);
}

/* A flipped bit gives another lawful event or none; parse() asserts that. */
static void
survives_every_flip(void **state)
{
    size_t cases = 0;
    size_t refused = 0;

    (void)state;
    for (size_t i = 0; i < SAMPLE_EVENTS_COUNT; i++) {
        uint8_t block[EVENT_SIZE_MAX];
        struct event out;
        struct fault fault;
        struct bytes bytes = encode(&SAMPLE_EVENTS[i].event, block);

        for (size_t bit = 0; bit < bytes.size * 8; bit++, cases++) {
            block[bit / 8] ^= (uint8_t)(1 << bit % 8);
            refused += parse(bytes, &out, &fault) != OK;
            block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
    }
    printf("# %zu flips, %zu refused\n", cases, refused);
}

/* One byte of a sample changed. */
struct byte_case {
    const char *sample;
    size_t at;
    uint8_t value;
    enum err e;
    const char *clause;
};

static const struct byte_case BYTE_CASES[] = {
    {"crossing", 0, 0x86, ERR_FORMAT, "REC 2.3"},  /* six items */
    {"crossing", 0, 0x9f, ERR_FORMAT, "REC 2.3"},  /* indefinite */
    {"crossing", 0, 0xa7, ERR_FORMAT, "REC 2.3"},  /* a map */
    {"crossing", 1, 0x02, ERR_FORMAT, "REC 2.3"},  /* version 2 */
    {"crossing", 1, 0x00, ERR_FORMAT, "REC 2.3"},  /* version 0 */
    {"crossing", 2, 0x00, ERR_FORMAT, "REC 2.2"},  /* no such type */
    {"crossing", 2, 0x0c, ERR_FORMAT, "REC 2.2"},  /* not implemented */
    {"crossing", 2, 0x17, ERR_FORMAT, "REC 4.12"}, /* body of another */
    {"crossing", 4, 0x01, ERR_FORMAT, "REC 2.3"},  /* after 9999 */
    {"crossing", 13, 0x0a, ERR_FORMAT,
     "REC 2.3"}, /* LF in the actor: REC 2.4 */
    {"crossing", 13, 0x7f, ERR_FORMAT, "REC 2.3"},
    {"crossing", 28, 0x41, ERR_FORMAT, "REC 2.3"},  /* broken UTF-8 */
    {"crossing", 33, 0x88, ERR_LIMIT, "REC 4.2"},   /* eight items */
    {"crossing", 35, 0x17, ERR_FORMAT, "REC 4.2"},  /* 23 in two bytes */
    {"crossing", 36, 0x02, ERR_FORMAT, "REC 4.3"},  /* no direction */
    {"crossing", 37, 0x03, ERR_FORMAT, "REC 4.3"},  /* no decision */
    {"crossing", 37, 0x01, ERR_FORMAT, "REC 4.4"},  /* refused, no reason */
    {"crossing", 38, 0x01, ERR_FORMAT, "REC 4.4"},  /* admitted, a reason */
    {"crossing", 42, 0x58, ERR_FORMAT, "REC 4.1"},  /* format TX3 */
    {"crossing", 85, 0x58, ERR_FORMAT, "REC 4.1"},  /* year X974 */
    {"crossing", 89, 0x2f, ERR_FORMAT, "REC 4.1"},  /* slash in a date */
    {"crossing", 96, 0x3c, ERR_FORMAT, "REC 4.1"},  /* sex < */
    {"crossing", 119, 0xf6, ERR_FORMAT, "REC 4.1"}, /* null for a boolean */
    {"crossing", 120, 0x83, ERR_LIMIT, "REC 4.5"},
    {"crossing", 121, 0x4f, ERR_FORMAT, "REC 4.5"}, /* 15 bytes of key */
    {"crossing", 155, 0xf5, ERR_FORMAT, "REC 4.2"}, /* a signature */
    {"node_stop", 4, 0x3b, ERR_FORMAT, "REC 2.3"},  /* negative time */
};

static void
names_broken_clauses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(BYTE_CASES) / sizeof(BYTE_CASES[0]); i++) {
        const struct byte_case *c = &BYTE_CASES[i];
        uint8_t block[EVENT_SIZE_MAX];
        struct event out;
        struct fault fault;
        struct bytes bytes = encode(sample_event(c->sample), block);

        assert_true(c->at < bytes.size);
        block[c->at] = c->value;
        assert_err(parse(bytes, &out, &fault), c->e);
        assert_string_equal(fault.clause, c->clause);
        assert_non_null(fault.what);
    }
}

static void
refuses_what_follows(void **state)
{
    (void)state;
    for (size_t i = 0; i < SAMPLE_EVENTS_COUNT; i++) {
        uint8_t block[EVENT_SIZE_MAX] = {0};
        struct event out;
        struct fault fault;
        struct bytes bytes = encode(&SAMPLE_EVENTS[i].event, block);

        bytes.size++;
        assert_err(parse(bytes, &out, &fault), ERR_FORMAT);
        assert_string_equal(fault.clause, "REC 2.1");
    }
}

static void
encodes_into_exact_room(void **state)
{
    uint8_t block[EVENT_SIZE_MAX];
    size_t size = encode(sample_event("inspection"), block).size;
    struct writer w;
    struct fault fault;

    (void)state;
    for (size_t room = 0; room < size; room++) {
        writer_init(&w, block, room);
        assert_err(event_encode(&w, sample_event("inspection"), &fault),
                   ERR_LIMIT);
        assert_null(fault.clause);
    }
    writer_init(&w, block, size);
    assert_err(event_encode(&w, sample_event("inspection"), &fault), OK);
}

/* Only the arrays of an inspection take room; until there is enough it is
 * refused, and nothing is written. */
static void
parses_in_a_growing_arena(void **state)
{
    static max_align_t memory[ARENA_SIZE / sizeof(max_align_t)];
    uint8_t block[EVENT_SIZE_MAX];
    struct bytes bytes = encode(sample_event("inspection_hits"), block);
    enum err e = ERR_LIMIT;
    size_t size = 0;

    (void)state;
    for (; e != OK && size < ARENA_SIZE; size++) {
        const char *clause;
        struct event out = {.type = EVENT_NODE_STOP};
        struct fault fault;
        struct arena arena;

        arena_init(&arena, memory, size);
        e = event_parse(bytes, &arena, &out, &fault);
        if (e == OK)
            break;
        assert_err(e, ERR_LIMIT);
        clause =
            size < 2 * sizeof(struct inspection_hit) ? "REC 4.15" : "REC 4.16";
        assert_string_equal(fault.clause, clause);
        assert_int_equal(out.type, EVENT_NODE_STOP);
    }
    assert_err(e, OK);
    printf("# %zu bytes of arena for two hits and findings\n", size);
}

/* REC 5.2, 4.9. */
static void
tells_what_is_personal(void **state)
{
    static const struct {
        enum event_type type;
        bool holds;
        bool look;
    } CASES[] = {
        {EVENT_CROSSING, true, true},
        {EVENT_INSPECTION, true, true},
        {EVENT_HIT_RESOLUTION, true, true},
        {EVENT_CORRECTION, true, true},
        {EVENT_ALERT_PUT, true, true},
        {EVENT_WITHDRAWAL, true, true},
        {EVENT_LIST_IMPORTED, false, false},
        {EVENT_MANIFEST, true, true},
        {EVENT_EXIT_ORDER, true, true},
        {EVENT_PERSON_LINKED, true, true},
        {EVENT_LATE_RECORD, true, true},
        {EVENT_ACCESS, true, false},
        {EVENT_MODE_CHANGE, false, false},
        {EVENT_CLOCK_JUMP, false, false},
        {EVENT_NODE_START, false, false},
        {EVENT_NODE_STOP, false, false},
        {EVENT_KEY_EPOCH_OPENED, false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct event event = {.type = CASES[i].type};

        assert_int_equal(event_holds_person(&event), CASES[i].holds);
        assert_int_equal(event_look_is_recorded(&event), CASES[i].look);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_bytes),
        cmocka_unit_test(has_golden_bytes),
        cmocka_unit_test(has_golden_hashes),
        cmocka_unit_test(refuses_every_cut),
        cmocka_unit_test(survives_every_flip),
        cmocka_unit_test(names_broken_clauses),
        cmocka_unit_test(refuses_what_follows),
        cmocka_unit_test(encodes_into_exact_room),
        cmocka_unit_test(parses_in_a_growing_arena),
        cmocka_unit_test(tells_what_is_personal),
    };

    return TEST_RUN(tests);
}
