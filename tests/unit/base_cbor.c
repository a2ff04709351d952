/*
 * CBOR: the examples of RFC 8949 appendix A that our subset has, and all those
 * it has not; every integer in more bytes than it needs; every cut; and random
 * bytes, of which whatever is taken is written again as it was.
 */
#include "test.h"

#include "base/cbor.h"

#include <stdlib.h>
#include <string.h>

enum kind { UINT, INT, BYTES_, TEXT, ARRAY, BOOL, NULL_ };

static enum err
take(enum kind kind, struct bytes in, uint8_t *again_block, size_t again_size)
{
    struct reader r = {.in = in};
    struct writer w;
    struct bytes string;
    uint64_t number;
    int64_t integer;
    bool boolean;
    enum err e;

    writer_init(&w, again_block, again_size);
    switch (kind) {
    case UINT:
        number = cbor_take_uint(&r, UINT64_MAX, "C");
        cbor_put_uint(&w, number);
        break;
    case INT:
        integer = cbor_take_int(&r, "C");
        cbor_put_int(&w, integer);
        break;
    case BYTES_:
        string = cbor_take_bytes(&r, 70000, "C");
        cbor_put_bytes(&w, string);
        break;
    case TEXT:
        string = cbor_take_text(&r, 70000, "C");
        cbor_put_text(&w, string);
        break;
    case ARRAY:
        number = cbor_take_array(&r, SIZE_MAX, "C");
        cbor_put_array(&w, (size_t)number);
        break;
    case BOOL:
        boolean = cbor_take_bool(&r, "C");
        cbor_put_bool(&w, boolean);
        break;
    case NULL_:
        if (!cbor_take_null(&r))
            reader_refuse(&r, ERR_FORMAT, "C", NULL);
        cbor_put_null(&w);
        break;
    }
    e = reader_end(&r, "E", NULL);
    if (e == OK)
        assert_bytes(writer_done(&w), in);
    return e;
}

static const struct {
    enum kind kind;
    const char *hex;
    enum err e;
} CASES[] = {
    {UINT, "00", OK},
    {UINT, "01", OK},
    {UINT, "0a", OK},
    {UINT, "17", OK},
    {UINT, "1818", OK},
    {UINT, "1819", OK},
    {UINT, "1864", OK},
    {UINT, "1903e8", OK},
    {UINT, "1a000f4240", OK},
    {UINT, "1b000000e8d4a51000", OK},
    {UINT, "1bffffffffffffffff", OK},
    {INT, "20", OK},
    {INT, "29", OK},
    {INT, "3863", OK},
    {INT, "3903e7", OK},
    {INT, "1b7fffffffffffffff", OK},
    {INT, "3b7fffffffffffffff", OK},
    {BYTES_, "40", OK},
    {BYTES_, "4401020304", OK},
    {TEXT, "60", OK},
    {TEXT, "6161", OK},
    {TEXT, "6449455446", OK},
    {TEXT, "62225c", OK},
    {TEXT, "62c3bc", OK},
    {TEXT, "63e6b0b4", OK},
    {TEXT, "64f0908591", OK},
    {ARRAY, "80", OK},
    {ARRAY, "83", OK},
    {ARRAY, "9819", OK},
    {BOOL, "f4", OK},
    {BOOL, "f5", OK},
    {NULL_, "f6", OK},
    /* More bytes than needed: RFC 8949 section 4.2.1. */
    {UINT, "1817", ERR_FORMAT},
    {UINT, "1900ff", ERR_FORMAT},
    {UINT, "1a0000ffff", ERR_FORMAT},
    {UINT, "1b00000000ffffffff", ERR_FORMAT},
    {INT, "3817", ERR_FORMAT},
    {INT, "3900ff", ERR_FORMAT},
    {BYTES_, "580100", ERR_FORMAT},
    {BYTES_, "59000100", ERR_FORMAT},
    {TEXT, "780161", ERR_FORMAT},
    {TEXT, "7a0000000161", ERR_FORMAT},
    {ARRAY, "9801", ERR_FORMAT},
    {ARRAY, "990017", ERR_FORMAT},
    {BOOL, "f814", ERR_FORMAT},
    /* Out of range. */
    {INT, "1b8000000000000000", ERR_FORMAT},
    {INT, "3b8000000000000000", ERR_FORMAT},
    {INT, "3bffffffffffffffff", ERR_FORMAT},
    /* Another kind. */
    {UINT, "20", ERR_FORMAT},
    {UINT, "f4", ERR_FORMAT},
    {BYTES_, "60", ERR_FORMAT},
    {TEXT, "40", ERR_FORMAT},
    {ARRAY, "a0", ERR_FORMAT},
    {BOOL, "f6", ERR_FORMAT},
    {BOOL, "f7", ERR_FORMAT},
    {BOOL, "00", ERR_FORMAT},
    {NULL_, "f7", ERR_FORMAT},
    /* What our records do not use. */
    {UINT, "c074323031332d30332d32315432303a30343a30305a", ERR_FORMAT},
    {UINT, "c249010000000000000000", ERR_FORMAT},
    {UINT, "f90000", ERR_FORMAT},
    {UINT, "fa47c35000", ERR_FORMAT},
    {UINT, "fb3ff199999999999a", ERR_FORMAT},
    {ARRAY, "9fff", ERR_FORMAT},
    {ARRAY, "bfff", ERR_FORMAT},
    {BYTES_, "5f42010243030405ff", ERR_FORMAT},
    {TEXT, "7f657374726561646d696e67ff", ERR_FORMAT},
    /* Not well-formed: RFC 8949 appendix F. */
    {UINT, "1c", ERR_FORMAT},
    {UINT, "1d", ERR_FORMAT},
    {UINT, "1e", ERR_FORMAT},
    {UINT, "1f", ERR_FORMAT},
    {UINT, "3c", ERR_FORMAT},
    {BYTES_, "5c", ERR_FORMAT},
    {TEXT, "7e", ERR_FORMAT},
    {BOOL, "f800", ERR_FORMAT},
    {BOOL, "ff", ERR_FORMAT},
    {TEXT, "62c328", ERR_FORMAT},
    {TEXT, "61ff", ERR_FORMAT},
    {BYTES_, "5bffffffffffffffff010203", ERR_SHORT},
    {TEXT, "7b7fffffffffffffff010203", ERR_SHORT},
    {UINT, "18", ERR_SHORT},
    {UINT, "19ff", ERR_SHORT},
    {BYTES_, "41", ERR_SHORT},
    {TEXT, "6261", ERR_SHORT},
    {UINT, "", ERR_SHORT},
    {UINT, "0000", ERR_FORMAT},
};

static void
takes_one_encoding_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t block[64];
        uint8_t again[64];
        struct bytes in = test_hex(CASES[i].hex, block);
        enum err e = take(CASES[i].kind, in, again, sizeof(again));

        if (e != CASES[i].e)
            print_message("# %s\n", CASES[i].hex);
        assert_err(e, CASES[i].e);
        for (size_t cut = 0; e == OK && cut < in.size; cut++)
            assert_err(take(CASES[i].kind, (struct bytes){block, cut}, again,
                            sizeof(again)),
                       CASES[i].kind == NULL_ ? ERR_FORMAT : ERR_SHORT);
    }
}

/* Around every change of a head's size. */
static void
heads_of_every_size(void **state)
{
    static const uint64_t EDGES[] = {0,          23,        255,       65535,
                                     4294967295, INT64_MAX, UINT64_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(EDGES) / sizeof(EDGES[0]); i++)
        for (int64_t off = -2; off <= 2; off++) {
            uint64_t value = EDGES[i] + (uint64_t)off;
            uint8_t block[16];
            struct writer w;
            struct reader r;

            writer_init(&w, block, sizeof(block));
            cbor_put_uint(&w, value);
            r = (struct reader){.in = writer_done(&w)};
            assert_true(cbor_take_uint(&r, UINT64_MAX, "C") == value);
            assert_err(reader_end(&r, "E", NULL), OK);
            r = (struct reader){.in = writer_done(&w)};
            (void)cbor_take_uint(&r, value - 1, "C");
            assert_err(reader_end(&r, "E", NULL), value == 0 ? OK : ERR_FORMAT);
            writer_init(&w, block, sizeof(block));
            cbor_put_int(&w, (int64_t)~value);
            r = (struct reader){.in = writer_done(&w)};
            assert_true(cbor_take_int(&r, "C") == (int64_t)~value);
            assert_err(reader_end(&r, "E", NULL), OK);
        }
}

static void
keeps_the_callers_bounds(void **state)
{
    static uint8_t block[70000];
    struct writer w;
    struct reader r;
    uint8_t *room;

    (void)state;
    for (size_t size = 0; size < 66000; size += size < 300 ? 1 : 16000) {
        writer_init(&w, block, sizeof(block));
        room = cbor_put_bytes_room(&w, size);
        assert_non_null(room);
        memset(room, 'a', size);
        r = (struct reader){.in = writer_done(&w)};
        assert_int_equal(cbor_take_bytes(&r, size, "C").size, size);
        assert_err(reader_end(&r, "E", NULL), OK);
        if (size == 0)
            continue;
        r = (struct reader){.in = writer_done(&w)};
        assert_int_equal(cbor_take_bytes(&r, size - 1, "C").size, 0);
        assert_err(reader_end(&r, "E", NULL), ERR_LIMIT);
    }
    r = (struct reader){.in = BYTES("\x85")};
    assert_int_equal(cbor_take_array(&r, 4, "C"), 0);
    assert_err(reader_end(&r, "E", NULL), ERR_LIMIT);
    r = (struct reader){.in = BYTES("\x61\x0a")};
    assert_bytes(cbor_take_plain_text(&r, 4, "C"), BYTES(""));
    assert_err(reader_end(&r, "E", NULL), ERR_FORMAT);
    writer_init(&w, block, 3);
    assert_null(cbor_put_bytes_room(&w, 3));
    assert_err(writer_end(&w), ERR_LIMIT);
}

static void
survives_random_bytes(void **state)
{
    struct test_random random;
    size_t taken = 0;

    (void)state;
    test_random_init(&random);
    for (int i = 0; i < 200000; i++) {
        uint8_t again[16];
        size_t size = (size_t)test_random_below(&random, 12);
        uint8_t *in = malloc(size + 1);

        assert_non_null(in);
        for (size_t k = 0; k < size; k++)
            in[k] = (uint8_t)test_random_next(&random);
        taken += take((enum kind)(i % 7), (struct bytes){in, size}, again,
                      sizeof(again)) == OK;
        free(in);
    }
    assert_true(taken > 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_one_encoding_alone),
        cmocka_unit_test(heads_of_every_size),
        cmocka_unit_test(keeps_the_callers_bounds),
        cmocka_unit_test(survives_random_bytes),
    };

    return TEST_RUN(tests);
}
