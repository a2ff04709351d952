/*
 * Shows that an index finds every listed document and every number of a range,
 * and next to nothing else (SCR 6.4); that the same documents in any order give
 * the same bytes; and that an index cut anywhere or with any bit flipped is
 * refused or finds less, but is never left (SCR 6.5).
 */
#include "screen/document_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static struct person_document
document(const char *state, const char *type, const char *number)
{
    return (struct person_document){.state = bytes_of(state),
                                    .type = bytes_of(type),
                                    .number = bytes_of(number)};
}

struct listed {
    char state[4];
    char number[24];
    char to[24];
    uint64_t entry;
};

static const uint8_t SHA256[DOCUMENT_INDEX_SHA256_SIZE] = {1, 2, 3};

static struct person_document
document_of(const struct listed *listed)
{
    return document(listed->state, "P", listed->number);
}

/* On the heap: free(). */
static struct bytes
build(const struct listed *listed, size_t count, uint64_t list_size)
{
    struct document_index_builder builder;
    struct arena arena;
    size_t memory = DOCUMENT_INDEX_MEMORY(count);
    uint8_t *block = malloc(memory);
    uint8_t *file;
    size_t size;

    arena_init(&arena, block, memory);
    assert_err(document_index_begin(&builder, count, list_size, &arena), OK);
    for (size_t i = 0; i < count; i++) {
        struct person_document d = document_of(&listed[i]);

        assert_err(document_index_count(&builder, &d, bytes_of(listed[i].to)),
                   OK);
    }
    size = document_index_plan(&builder);
    file = calloc(1, size);
    document_index_lay(&builder, file);
    for (size_t i = 0; i < count; i++) {
        struct person_document d = document_of(&listed[i]);

        assert_err(document_index_put(&builder, &d, bytes_of(listed[i].to),
                                      listed[i].entry),
                   OK);
    }
    assert_err(document_index_end(&builder, SHA256), OK);
    free(block);
    return (struct bytes){file, size};
}

static enum err
find(const struct document_index *index, const char *state, const char *number,
     uint64_t *out, size_t *count)
{
    struct person_document d = document(state, "P", number);
    struct document_key key;

    assert_true(document_key_read(&d, &key));
    return document_index_find(index, &key, out, DOCUMENT_INDEX_FOUND_MAX,
                               count);
}

/* Whether exactly this entry is found; 0: none. */
static bool
finds(const struct document_index *index, const char *state, const char *number,
      uint64_t entry)
{
    uint64_t out[DOCUMENT_INDEX_FOUND_MAX];
    size_t count = 99;

    assert_err(find(index, state, number, out, &count), OK);
    if (entry == 0)
        return count == 0;
    return count == 1 && out[0] == entry;
}

/* A few of each kind: with and without a state, long, in ranges, twice. */
static const struct listed FEW[] = {
    {"UTO", "L898902C", "", 8},
    {"UTO", "D23145890", "", 40},
    {"D", "C01X00T47", "", 80},
    {"", "7777777", "", 120},
    {"UTO", "AB01200", "AB02349", 160},
    {"UTO", "12345678901234567890", "", 200},
    {"XXA", "0000", "9999", 240},
    {"UTO", "SAME1", "", 280},
    {"UTO", "SAME1", "", 300},
    {"UTO", "-", "", 320},
};
#define FEW_COUNT (sizeof(FEW) / sizeof(FEW[0]))
#define FEW_LIST_SIZE 400

static void
few_are_found(void **state)
{
    struct bytes file = build(FEW, FEW_COUNT, FEW_LIST_SIZE);
    struct document_index index;
    uint64_t out[DOCUMENT_INDEX_FOUND_MAX];
    size_t count;
    char number[24];

    (void)state;
    assert_err(document_index_open(&index, file), OK);
    assert_err(document_index_verify(&index), OK);
    assert_memory_equal(index.list_sha256, SHA256, sizeof(SHA256));
    assert_int_equal(index.document_count, FEW_COUNT - 1);
    assert_true(finds(&index, "UTO", "L8989O2C<", 8));
    assert_true(finds(&index, "", "L898902C", 8));
    assert_true(finds(&index, "D", "L898902C", 0));
    assert_true(finds(&index, "DEU", "c01xoot47", 80));
    assert_true(finds(&index, "UTO", "7777777", 120));
    assert_true(finds(&index, "D", "7777777", 120));
    assert_true(finds(&index, "", "7777777", 120));
    assert_true(finds(&index, "UTO", "12345678901234567890", 200));
    assert_err(find(&index, "UTO", "SAME1", out, &count), OK);
    assert_int_equal(count, 2);
    assert_int_equal(out[0], 280);
    assert_int_equal(out[1], 300);
    for (unsigned i = 0; i <= 99999; i++) {
        snprintf(number, sizeof(number), "AB%05u", i);
        assert_true(
            finds(&index, "UTO", number, i >= 1200 && i <= 2349 ? 160 : 0));
    }
    for (unsigned i = 0; i <= 9999; i++) {
        snprintf(number, sizeof(number), "%04u", i);
        assert_true(finds(&index, "XXA", number, 240));
    }
    assert_true(finds(&index, "XXA", "000", 0));
    free((void *)file.p);
}

static void
at_most_as_many_as_asked(void **state)
{
    struct bytes file = build(FEW, FEW_COUNT, FEW_LIST_SIZE);
    struct person_document d = document("UTO", "P", "SAME1");
    struct document_index index;
    struct document_key key;
    uint64_t out[1];
    size_t count;

    (void)state;
    assert_err(document_index_open(&index, file), OK);
    assert_true(document_key_read(&d, &key));
    assert_err(document_index_find(&index, &key, out, 1, &count), OK);
    assert_int_equal(count, 1);
    free((void *)file.p);
}

/* An index of nothing finds nothing. */
static void
none_are_found(void **state)
{
    struct bytes file = build(NULL, 0, 8);
    struct document_index index;

    (void)state;
    assert_err(document_index_open(&index, file), OK);
    assert_err(document_index_verify(&index), OK);
    assert_true(finds(&index, "UTO", "L898902C", 0));
    assert_true(finds(&index, "", "L898902C", 0));
    free((void *)file.p);
}

#define MANY 50000
static const char *const STATES[] = {"ALB", "UTO", "D", "", "RKS", "XXA"};
static const char LETTERS[] = "ABCDEFGHIJKLMNPQRSTUVWXYZ";

static void
number_draw(struct test_random *random, char *out, size_t size)
{
    size_t letters = test_random_below(random, 3);
    size_t digits = 5 + test_random_below(random, 5);
    size_t at = 0;

    while (at < letters && at + 1 < size)
        out[at++] = LETTERS[test_random_below(random, sizeof(LETTERS) - 1)];
    for (size_t i = 0; i < digits && at + 1 < size; i++)
        out[at++] = (char)('0' + test_random_below(random, 10));
    out[at] = '\0';
}

static void
listed_draw(struct test_random *random, struct listed *listed, uint64_t entry)
{
    strcpy(listed->state, STATES[test_random_below(random, 6)]);
    number_draw(random, listed->number, sizeof(listed->number));
    listed->to[0] = '\0';
    listed->entry = entry;
    if (test_random_below(random, 50) == 0) {
        size_t size = strlen(listed->number);

        strcpy(listed->to, listed->number);
        memcpy(listed->number + size - 4, "0123", 4);
        for (size_t i = size - 3; i < size; i++)
            listed->to[i] = (char)('5' + test_random_below(random, 5));
        listed->to[size - 4] = (char)('0' + test_random_below(random, 10));
    }
}

/* By reading all of them. */
static size_t
listed_count(const struct document_range *ranges, size_t count,
             const struct document_key *key, uint64_t *first)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        if (!document_range_holds(&ranges[i], key))
            continue;
        if (found == 0)
            *first = i;
        found++;
    }
    return found;
}

/* Every listed document is found; of 2,000 others what reading all of them
 * finds, and nothing besides. */
static void
many_are_found(void **state)
{
    struct listed *listed = calloc(MANY, sizeof(*listed));
    struct document_range *ranges = calloc(MANY, sizeof(*ranges));
    uint64_t out[DOCUMENT_INDEX_FOUND_MAX];
    struct document_index index;
    struct test_random random;
    struct bytes file;

    (void)state;
    test_random_init(&random);
    for (size_t i = 0; i < MANY; i++) {
        struct person_document d;

        listed_draw(&random, &listed[i], i * UINT64_C(0x20000));
        d = document_of(&listed[i]);
        assert_err(document_range_read(&d, bytes_of(listed[i].to), &ranges[i]),
                   OK);
    }
    file = build(listed, MANY, MANY * UINT64_C(0x20000));
    assert_err(document_index_open(&index, file), OK);
    assert_int_equal(index.offset_size, 5);
    assert_err(document_index_verify(&index), OK);
    for (size_t i = 0; i < MANY; i++) {
        bool there = false;
        size_t count;

        assert_err(find(&index, listed[i].state, listed[i].number, out, &count),
                   OK);
        for (size_t j = 0; j < count; j++)
            there = there || out[j] == listed[i].entry;
        assert_true(there);
    }
    for (size_t i = 0; i < 2000; i++) {
        struct listed asked;
        struct person_document d;
        struct document_key key;
        uint64_t first = 0;
        size_t count;

        listed_draw(&random, &asked, 0);
        d = document_of(&asked);
        assert_true(document_key_read(&d, &key));
        assert_err(find(&index, asked.state, asked.number, out, &count), OK);
        assert_int_equal(count, listed_count(ranges, MANY, &key, &first));
        assert_true(count == 0 || out[0] == listed[first].entry);
    }
    free((void *)file.p);
    free(ranges);
    free(listed);
}

/* The order in which documents come does not show. */
static void
order_does_not_matter(void **state)
{
    struct listed *listed = calloc(MANY, sizeof(*listed));
    struct test_random random;
    struct bytes one;
    struct bytes two;

    (void)state;
    test_random_init(&random);
    for (size_t i = 0; i < MANY; i++)
        listed_draw(&random, &listed[i], i * 20);
    one = build(listed, MANY, MANY * 20);
    for (size_t i = MANY - 1; i > 0; i--) {
        size_t j = test_random_below(&random, i + 1);
        struct listed swap = listed[i];

        listed[i] = listed[j];
        listed[j] = swap;
    }
    two = build(listed, MANY, MANY * 20);
    assert_bytes(one, two);
    free((void *)one.p);
    free((void *)two.p);
    free(listed);
}

/* ----- What is refused. ----- */

static void
builder_refuses(void **state)
{
    struct document_index_builder builder;
    struct person_document one = document("UTO", "P", "1");
    struct arena arena;
    uint8_t memory[DOCUMENT_INDEX_MEMORY(1)];
    char name[4] = "AAA";

    (void)state;
    for (size_t size = 0; size < 64; size += 16) {
        arena_init(&arena, memory, size);
        assert_err(document_index_begin(&builder, 1, 100, &arena), ERR_LIMIT);
    }
    arena_init(&arena, memory, sizeof(memory));
    assert_err(document_index_begin(&builder, 1,
                                    DOCUMENT_INDEX_LIST_SIZE_MAX + 1, &arena),
               ERR_LIMIT);
    assert_err(document_index_begin(&builder, 1, 100, &arena), OK);
    assert_err(document_index_count(&builder, &one, BYTES("12")), ERR_FORMAT);
    /* One state more than there can be. */
    for (size_t i = 0; i <= DOCUMENT_INDEX_STATES_MAX; i++) {
        struct person_document d = document(name, "P", "1");

        name[0] = (char)('A' + i / 676);
        name[1] = (char)('A' + i / 26 % 26);
        name[2] = (char)('A' + i % 26);
        assert_err(document_index_count(&builder, &d, BYTES("")),
                   i < DOCUMENT_INDEX_STATES_MAX ? OK : ERR_LIMIT);
    }
}

/* What is put must have been counted, and all of it. */
static void
passes_agree(void **state)
{
    struct document_index_builder builder;
    struct person_document one = document("UTO", "P", "1");
    struct person_document two = document("UTO", "P", "2");
    struct arena arena;
    uint8_t memory[DOCUMENT_INDEX_MEMORY(1)];
    uint8_t *file;

    (void)state;
    arena_init(&arena, memory, sizeof(memory));
    assert_err(document_index_begin(&builder, 1, 100, &arena), OK);
    assert_err(document_index_count(&builder, &one, BYTES("")), OK);
    file = calloc(1, document_index_plan(&builder));
    document_index_lay(&builder, file);
    assert_err(document_index_end(&builder, SHA256), ERR_SHORT);
    assert_err(document_index_put(&builder, &one, BYTES(""), 100), ERR_LIMIT);
    assert_err(document_index_put(&builder, &two, BYTES(""), 8), ERR_LIMIT);
    assert_err(document_index_put(&builder, &one, BYTES(""), 8), OK);
    assert_err(document_index_put(&builder, &one, BYTES(""), 8), ERR_LIMIT);
    assert_err(document_index_end(&builder, SHA256), OK);
    free(file);
}

/* Whatever is found, it lies in the list. */
static void
ask_damaged(struct bytes file)
{
    static const char *const NUMBERS[] = {"L898902C", "AB01300", "0123", "1"};
    struct document_index index;
    uint64_t out[DOCUMENT_INDEX_FOUND_MAX];

    if (document_index_open(&index, file) != OK)
        return;
    for (size_t i = 0; i < sizeof(NUMBERS) / sizeof(NUMBERS[0]); i++) {
        size_t count = 0;

        if (find(&index, i % 2 == 0 ? "UTO" : "", NUMBERS[i], out, &count) !=
            OK)
            continue;
        for (size_t j = 0; j < count; j++)
            assert_true(out[j] < FEW_LIST_SIZE);
    }
    (void)!document_index_verify(&index);
}

static void
damage_is_survived(void **state)
{
    struct bytes file = build(FEW, FEW_COUNT, FEW_LIST_SIZE);
    uint8_t *bytes = (uint8_t *)file.p;
    struct document_index index;

    (void)state;
    for (size_t size = 0; size < file.size; size++) {
        uint8_t *cut = malloc(size + 1);
        enum err e;

        memcpy(cut, file.p, size);
        e = document_index_open(&index, (struct bytes){cut, size});
        assert_err(e, size < 12 ? ERR_FORMAT : ERR_CORRUPT);
        free(cut);
    }
    for (size_t i = 0; i < file.size * 8; i++) {
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        if (i < (size_t)12 * 8)
            assert_err(document_index_open(&index, file), ERR_FORMAT);
        else if (i < (size_t)80 * 8)
            assert_err(document_index_open(&index, file), ERR_CORRUPT);
        ask_damaged(file);
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
    assert_err(document_index_open(&index, file), OK);
    free(bytes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_are_found),
        cmocka_unit_test(at_most_as_many_as_asked),
        cmocka_unit_test(none_are_found),
        cmocka_unit_test(many_are_found),
        cmocka_unit_test(order_does_not_matter),
        cmocka_unit_test(builder_refuses),
        cmocka_unit_test(passes_agree),
        cmocka_unit_test(damage_is_survived),
    };

    return TEST_RUN(tests);
}
