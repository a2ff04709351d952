/*
 * Entries and their sealing: the bytes of a program that shares no code with
 * Kufi, one encoding, nothing opened that was changed in any bit, and nothing
 * opened under a wrong origin or key. REC 5.1, REC 6.3, REC 6.4.
 */
#include "test.h"

#include "seal/seal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN BYTES("kufi.example/durres")
#define EPOCH 20717
#define NODES_MAX 100

static void
count_up(void *context, void *out, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++)
        ((uint8_t *)out)[i] = (uint8_t)i;
}

/* The root of the vectors: bytes 0 to 31. */
static const struct random COUNTING = {count_up, NULL};

struct fixture {
    struct keyring keyring;
    struct seal_cursor cursor;
    void *memory;
};

static void
fixture_init(struct fixture *f, struct bytes origin)
{
    size_t size = KEYRING_ARENA_SIZE(NODES_MAX);
    struct arena arena;

    f->memory = malloc(size);
    assert_non_null(f->memory);
    arena_init(&arena, f->memory, size);
    assert_err(keyring_init(&f->keyring, &arena, origin, NODES_MAX), OK);
    assert_err(keyring_open_epoch(&f->keyring, EPOCH, &COUNTING), OK);
    seal_cursor_init(&f->cursor, &f->keyring);
}

static void
fixture_deinit(struct fixture *f)
{
    seal_cursor_deinit(&f->cursor);
    keyring_deinit(&f->keyring);
    free(f->memory);
}

static const struct {
    uint32_t slot;
    const char *entry;
} VECTORS[] = {
    {0, "85011950ed00582084ceef2a545c94aaa2c196c6fbf086ec4c4ee8210ea0aacdf4091c"
        "5a0107a6335818d7c40644b5588c3ae7e59530a5743ee7e720c2bf81bb3a64"},
    {1, "85011950ed015820afa3d9339d7f5a9cf76b9ce7754a4eb0e54ba237beb95b1c4f325b"
        "463d0ce8c958187cc691125f41ade44c6423717e824eaee943ee8a3f6ff343"},
    {0xabcdef,
     "85011950ed1a00abcdef5820a0e7cb4a96d345cebd4cf214157120f87ac5faa52b1fc48b"
     "0462be1439c7dcb7581876c20bc4b533bc721282472d41444b7b3a1f1a75ec561dd9"},
    {0xffffff,
     "85011950ed1a00ffffff582087da8c005dae83743ef7b27675001d526bab604615cf5a01"
     "17c030c2ec73d49458184d6ff31db3e837a49a3e5e7ec5d30a65b4a3df087889439d"},
    {0x800000,
     "85011950ed1a00800000582098b4b227b4e1b3874fba5166fae96801699b634f4c578329"
     "8a006d4f3c19c5045818c5197947e19761cc42249feb8849f45aa91cff686bc383e6"},
};

static void
seals_to_the_vectors(void **state)
{
    struct fixture f;

    (void)state;
    fixture_init(&f, ORIGIN);
    for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
        uint8_t block[256];
        uint8_t golden[256];
        uint8_t plain_block[64];
        struct entry entry;
        struct bytes plain;
        struct bytes expected = test_hex(VECTORS[i].entry, golden);
        struct writer w;

        writer_init(&w, block, sizeof(block));
        assert_err(entry_seal(&f.cursor, EPOCH, VECTORS[i].slot,
                              BYTES("an event"), &w),
                   OK);
        assert_bytes(writer_done(&w), expected);
        assert_err(entry_parse(expected, &entry, NULL), OK);
        assert_err(entry_open(&f.cursor, &entry, plain_block,
                              sizeof(plain_block), &plain),
                   OK);
        assert_bytes(plain, BYTES("an event"));
    }
    fixture_deinit(&f);
}

/* What is taken encodes to the same bytes. */
static enum err
parse(struct bytes in, struct entry *out)
{
    static uint8_t again[ENTRY_SIZE_MAX];
    uint8_t *exact = malloc(in.size + 1);
    struct fault fault = {0};
    struct writer w;
    enum err e;

    assert_non_null(exact);
    memcpy(exact, in.p, in.size);
    e = entry_parse((struct bytes){exact, in.size}, out, &fault);
    if (e == OK) {
        writer_init(&w, again, sizeof(again));
        assert_err(entry_encode(&w, out), OK);
        assert_bytes(writer_done(&w), in);
        assert_err(entry_parse(in, out, NULL), OK); /* borrows from `in` */
    } else {
        assert_int_equal(fault.code, e);
        assert_non_null(fault.clause);
    }
    free(exact);
    return e;
}

/* No flip opens: each bit is a number of the format, a name of the slot that
 * is authenticated, the commitment, or sealed. */
static void
opens_nothing_changed(void **state)
{
    struct fixture f;
    uint8_t block[256];
    struct bytes in = test_hex(VECTORS[2].entry, block);
    size_t refused = 0;
    size_t unopened = 0;

    (void)state;
    fixture_init(&f, ORIGIN);
    for (size_t bit = 0; bit < in.size * 8; bit++) {
        struct entry entry;
        uint8_t out[64];
        struct bytes plain;

        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (parse(in, &entry) != OK || !entry.sealed) {
            refused++;
        } else {
            enum err e =
                entry_open(&f.cursor, &entry, out, sizeof(out), &plain);

            if (entry.epoch != EPOCH)
                assert_err(e, ERR_NOT_FOUND);
            else
                assert_err(e, ERR_SIGNATURE);
            unopened++;
        }
        block[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    printf("# %zu flips refused, %zu not opened\n", refused, unopened);
    fixture_deinit(&f);
}

static void
refuses_every_cut(void **state)
{
    uint8_t block[256];
    struct bytes in = test_hex(VECTORS[2].entry, block);
    struct entry entry;

    (void)state;
    for (size_t size = 0; size < in.size; size++)
        assert_err(parse((struct bytes){block, size}, &entry), ERR_SHORT);
    block[in.size] = 0;
    assert_err(parse((struct bytes){block, in.size + 1}, &entry), ERR_FORMAT);
}

static const struct {
    const char *hex;
    enum err e;
    const char *clause;
} REFUSED[] = {
    {"8200", ERR_SHORT, "REC 5.1"},                  /* no event */
    {"8201f6", ERR_FORMAT, "REC 5.1"},               /* sealed, two items */
    {"850000", ERR_FORMAT, "REC 5.1"},               /* open, five items */
    {"8202f6", ERR_FORMAT, "REC 5.1"},               /* neither */
    {"86010000", ERR_LIMIT, "REC 5.1"},              /* six items */
    {"85011a002cc0a1005820", ERR_FORMAT, "REC 6.1"}, /* past year 9999 */
    {"8501001a01000000", ERR_FORMAT, "REC 6.1"},     /* slot 2^24 */
    {"85010000581f", ERR_SHORT, "REC 5.1"},
    {"8501000040"
     "5000000000000000000000000000000000",
     ERR_FORMAT, "REC 5.1"}, /* no commitment */
    {"85010000"
     "58200000000000000000000000000000000000000000000000000000000000000000"
     "4f000000000000000000000000000000",
     ERR_FORMAT, "REC 5.1"}, /* less than a tag */
};

static void
names_broken_clauses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
        uint8_t block[256];
        struct bytes in = test_hex(REFUSED[i].hex, block);
        struct fault fault = {0};
        struct entry entry;

        assert_err(parse(in, &entry), REFUSED[i].e);
        assert_err(entry_parse(in, &entry, &fault), REFUSED[i].e);
        assert_string_equal(fault.clause, REFUSED[i].clause);
    }
}

static void
open_entries_hold_an_event(void **state)
{
    uint8_t block[64];
    struct writer w;
    struct entry entry;

    (void)state;
    writer_init(&w, block, sizeof(block));
    assert_err(entry_encode_open(&w, BYTES("\x81\x05")), OK);
    assert_bytes(writer_done(&w), BYTES("\x82\x00\x81\x05"));
    assert_err(parse(writer_done(&w), &entry), OK);
    assert_false(entry.sealed);
    assert_bytes(entry.event, BYTES("\x81\x05"));
}

/* Sizes around the blocks of the cipher and up to the bound of an entry. */
static void
seals_every_size(void **state)
{
    static uint8_t plain[ENTRY_SIZE_MAX];
    static uint8_t block[ENTRY_SIZE_MAX];
    static uint8_t out[ENTRY_SIZE_MAX];
    static const size_t LARGE[] = {4096, ENTRY_EVENT_SIZE_MAX - 1,
                                   ENTRY_EVENT_SIZE_MAX};
    struct fixture f;

    (void)state;
    fixture_init(&f, ORIGIN);
    for (size_t i = 0; i < sizeof(plain); i++)
        plain[i] = (uint8_t)(i * 7);
    for (uint32_t slot = 0; slot < 1103; slot++) {
        size_t size = slot < 1100 ? slot : LARGE[slot - 1100];
        struct bytes in = {plain, size};
        struct bytes opened;
        struct entry entry;
        struct writer w;

        writer_init(&w, block, sizeof(block));
        assert_err(entry_seal(&f.cursor, EPOCH, slot, in, &w), OK);
        assert_err(parse(writer_done(&w), &entry), OK);
        if (size > 0)
            assert_err(entry_open(&f.cursor, &entry, out, size - 1, &opened),
                       ERR_LIMIT);
        assert_err(entry_open(&f.cursor, &entry, out, size, &opened), OK);
        assert_bytes(opened, in);
    }
    fixture_deinit(&f);
}

static void
seals_into_exact_room(void **state)
{
    uint8_t block[66];
    struct fixture f;
    struct writer w;
    struct bytes large = {block, ENTRY_EVENT_SIZE_MAX + 1};

    (void)state;
    fixture_init(&f, ORIGIN);
    for (size_t room = 0; room <= sizeof(block); room++) {
        writer_init(&w, block, room);
        assert_err(entry_seal(&f.cursor, EPOCH, 0, BYTES("an event"), &w),
                   room < sizeof(block) ? ERR_LIMIT : OK);
    }
    assert_err(entry_seal(&f.cursor, EPOCH, 0, large, &w), ERR_LIMIT);
    assert_err(entry_seal(&f.cursor, EPOCH + 1, 0, BYTES("x"), &w),
               ERR_NOT_FOUND);
    assert_err(entry_seal(&f.cursor, EPOCH, KEYTREE_SLOTS, BYTES("x"), &w),
               ERR_NOT_FOUND);
    fixture_deinit(&f);
}

/* The leaf and the origin alone open an entry, and only that one. REC 6.5. */
static void
a_leaf_opens_its_entry_alone(void **state)
{
    uint8_t block[256];
    uint8_t other_block[256];
    uint8_t out[64];
    struct bytes plain;
    struct entry entry;
    struct entry other;
    struct cipher_key leaf;

    (void)state;
    assert_err(entry_parse(test_hex(VECTORS[0].entry, block), &entry, NULL),
               OK);
    assert_err(
        entry_parse(test_hex(VECTORS[1].entry, other_block), &other, NULL), OK);
    test_hex("1ff916e8b0908af3d1cb8745c2e2fd0aa0663180267a088315191f94c152476c",
             leaf.b);
    assert_err(entry_open_leaf(ORIGIN, &leaf, &entry, out, sizeof(out), &plain),
               OK);
    assert_bytes(plain, BYTES("an event"));
    assert_err(entry_open_leaf(ORIGIN, &leaf, &other, out, sizeof(out), &plain),
               ERR_SIGNATURE);
    assert_err(entry_open_leaf(BYTES("kufi.example/rinas"), &leaf, &entry, out,
                               sizeof(out), &plain),
               ERR_SIGNATURE);
    entry.slot = 1; /* authenticated, though the leaf is the right one */
    assert_err(entry_open_leaf(ORIGIN, &leaf, &entry, out, sizeof(out), &plain),
               ERR_SIGNATURE);
}

/* A cursor that went by when a key was forgotten does not know it either. */
static void
a_cursor_forgets_with_the_keyring(void **state)
{
    struct fixture f;
    uint8_t block[256];
    const struct cipher_key *leaf;
    struct writer w;

    (void)state;
    fixture_init(&f, ORIGIN);
    writer_init(&w, block, sizeof(block));
    assert_err(entry_seal(&f.cursor, EPOCH, 5, BYTES("x"), &w), OK);
    assert_err(keyring_puncture(&f.keyring, EPOCH, 5), OK);
    assert_err(seal_leaf(&f.cursor, EPOCH, 5, &leaf), ERR_NOT_FOUND);
    assert_err(seal_leaf(&f.cursor, EPOCH, 4, &leaf), OK);
    assert_err(seal_leaf(&f.cursor, EPOCH, 6, &leaf), OK);
    assert_err(keyring_forget_epoch(&f.keyring, EPOCH), OK);
    assert_err(seal_leaf(&f.cursor, EPOCH, 6, &leaf), ERR_NOT_FOUND);
    fixture_deinit(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seals_to_the_vectors),
        cmocka_unit_test(opens_nothing_changed),
        cmocka_unit_test(refuses_every_cut),
        cmocka_unit_test(names_broken_clauses),
        cmocka_unit_test(open_entries_hold_an_event),
        cmocka_unit_test(seals_every_size),
        cmocka_unit_test(seals_into_exact_room),
        cmocka_unit_test(a_leaf_opens_its_entry_alone),
        cmocka_unit_test(a_cursor_forgets_with_the_keyring),
    };

    if (crypto_init() != OK)
        return 1;
    return TEST_RUN(tests);
}
