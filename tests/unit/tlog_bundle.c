/*
 * Bundles hold what was written, entry by entry, and nothing else: cut at every
 * byte, with bytes left over, with too few entries. LOG 4.6
 */
#include "test.h"

#include "tlog/bundle.h"

#define COUNT 5

static const struct bytes entries[COUNT] = {
    {(const uint8_t *)"one", 3},  {(const uint8_t *)"", 0},
    {(const uint8_t *)"\0\0", 2}, {(const uint8_t *)"three and more", 14},
    {(const uint8_t *)"\xff", 1},
};

static struct bytes
sample(uint8_t *block, size_t size)
{
    struct writer w;

    writer_init(&w, block, size);
    for (size_t i = 0; i < COUNT; i++)
        bundle_write(&w, entries[i]);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static enum err
read_all(struct bytes in, uint64_t count, uint64_t *got)
{
    struct bundle bundle = bundle_of(in, count);
    struct bytes entry;

    for (*got = 0; bundle_next(&bundle, &entry); (*got)++)
        assert_bytes(entry, entries[*got]);
    return bundle_end(&bundle, NULL);
}

static void
test_whole(void **state)
{
    uint8_t block[64];
    struct bytes in = sample(block, sizeof(block));
    uint64_t got;

    (void)state;
    assert_err(read_all(in, COUNT, &got), OK);
    assert_int_equal(got, COUNT);
    assert_err(read_all(in, COUNT + 1, &got), ERR_SHORT);
    assert_err(read_all(in, COUNT - 1, &got), ERR_FORMAT);
    assert_err(read_all((struct bytes){0}, 0, &got), OK);
    assert_err(read_all((struct bytes){0}, 1, &got), ERR_SHORT);
}

static void
test_cut(void **state)
{
    uint8_t block[64];
    struct bytes in = sample(block, sizeof(block));
    uint64_t got;

    (void)state;
    for (size_t size = 0; size < in.size; size++)
        assert_err(read_all(bytes_slice(in, 0, size), COUNT, &got), ERR_SHORT);
}

static void
test_find(void **state)
{
    uint8_t block[64];
    struct bytes in = sample(block, sizeof(block));
    struct bytes entry = {0};

    (void)state;
    for (size_t i = 0; i < COUNT; i++) {
        assert_err(bundle_find(in, i, &entry), OK);
        assert_bytes(entry, entries[i]);
    }
    assert_err(bundle_find(in, COUNT, &entry), ERR_NOT_FOUND);
    assert_err(bundle_find(in, COUNT + 7, &entry), ERR_NOT_FOUND);
    assert_err(bundle_find((struct bytes){0}, 0, &entry), ERR_NOT_FOUND);
    assert_err(bundle_find(bytes_slice(in, 0, in.size - 1), 4, &entry),
               ERR_SHORT);
    assert_err(bundle_find(bytes_slice(in, 0, 6), 1, &entry), ERR_SHORT);
}

static void
test_largest(void **state)
{
    static const uint8_t zeros[ENTRY_SIZE_MAX];
    static uint8_t block[2 + ENTRY_SIZE_MAX];
    struct bytes largest = {zeros, sizeof(zeros)};
    struct bytes entry = {0};
    struct writer w;

    (void)state;
    writer_init(&w, block, sizeof(block));
    bundle_write(&w, largest);
    assert_err(writer_end(&w), OK);
    assert_err(bundle_find(writer_done(&w), 0, &entry), OK);
    assert_bytes(entry, largest);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_largest),
    };

    return TEST_RUN(tests);
}
