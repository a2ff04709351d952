/*
 * A search finds every entry that scoring every name finds, with the same
 * points, and no other: over names of many cultures, changed as names are at a
 * border, with births and without, at several thresholds. The same entries give
 * the same bytes. A file that is cut is refused; one with any bit flipped is
 * refused or searched without leaving it, and verifying tells. SCR 5.1 to 5.11.
 */
#include "made_person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/name.h"
#include "screen/name_index.h"

#define ENTRIES_MAX 3000
#define HITS_MAX 4096
#define MEMORY_SIZE ((size_t)48 << 20)
#define FILE_SIZE_MAX ((size_t)16 << 20)

static struct made_person *entries;
static uint8_t *memory;
static uint8_t *file;
static uint8_t *scratch;
static size_t file_size;
static struct test_random numbers;

/* Somebody listed, changed. */
static void
query_make(struct made_person *out, size_t count)
{
    made_person_change(&numbers, &entries[test_random_below(&numbers, count)],
                       out);
}

static void
index_build(size_t count, uint8_t *out)
{
    static const uint8_t sha256[NAME_INDEX_SHA256_SIZE] = {1, 2, 3};
    struct name_index_builder builder;
    struct arena arena;

    arena_init(&arena, memory, MEMORY_SIZE);
    assert_err(name_index_begin(&builder, &arena), OK);
    for (size_t i = 0; i < count; i++)
        assert_err(name_index_add(&builder, i * 100, &entries[i].subject), OK);
    assert_err(name_index_plan(&builder, &file_size), OK);
    assert_in_range(file_size, 1, FILE_SIZE_MAX);
    memset(out, 0, file_size);
    name_index_write(&builder, sha256, out);
}

static void
entries_make(size_t count)
{
    for (size_t i = 0; i < count; i++)
        made_person(&numbers, &entries[i]);
}

static enum err
ask(const struct name_index *index, const struct made_person *query,
    uint16_t threshold, struct name_index_hit *hits, size_t *count)
{
    struct name_index_question question = {.query = &query->subject,
                                           .threshold = threshold};
    struct arena arena;

    arena_init(&arena, scratch, NAME_INDEX_ARENA_SIZE);
    return name_index_find(index, &question, &arena, hits, HITS_MAX, count);
}

static int
hit_of(const struct name_index_hit *hits, size_t count, uint64_t entry)
{
    for (size_t i = 0; i < count; i++) {
        if (hits[i].entry == entry)
            return (int)i;
    }
    return -1;
}

/* What a search may miss: SCR 5.2. */
static bool
may_be_missed(const struct made_person *query, const struct score *score)
{
    const struct name *name = &query->names[0];
    bool stumps = true;

    for (size_t i = 0; i < name->token_count; i++) {
        const struct token *token = &name->tokens[i];

        stumps = stumps && (token->kind != TOKEN_WORD ||
                            (token->cut && token->fold_size < 4));
    }
    for (size_t i = 0; i < score->reason_count; i++)
        stumps = stumps || score->reasons[i] == REASON_NAME_JOINED;
    return stumps;
}

struct tally {
    size_t hits;
    size_t missed;
    size_t lost; /* of them, what should have been found */
};

/* Every entry scored, beside what the search answered. */
static void
assert_as_scored(const struct made_person *query, uint16_t threshold,
                 const struct name_index_hit *hits, size_t count,
                 struct tally *tally)
{
    size_t found = 0;

    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        struct score score;
        int at = hit_of(hits, count, i * 100);

        score_persons(&query->subject, &entries[i].subject, &score);
        tally->hits += score.points >= threshold;
        if (at >= 0) {
            found++;
            assert_true(hits[at].score.points >= score.points ||
                        may_be_missed(query, &score));
            continue;
        }
        if (score.points < threshold)
            continue;
        tally->missed++;
        if (!may_be_missed(query, &score))
            print_message("# lost: %s, %s beside %s, %s: %u points\n",
                          query->texts[0][0], query->texts[0][1],
                          entries[i].texts[score.listed_name][0],
                          entries[i].texts[score.listed_name][1], score.points);
        tally->lost += !may_be_missed(query, &score);
    }
    assert_int_equal(found, count);
}

/* SCR 5.1, 5.2, 5.11: nothing is lost but what may be, whatever the threshold;
 * best first. */
static void
test_as_scored(void **state)
{
    static const uint16_t thresholds[] = {600, 700, 700, 700, 700, 850};
    static struct name_index_hit hits[HITS_MAX];
    static struct made_person query;
    struct name_index index;
    struct tally tally = {0};

    (void)state;
    entries_make(ENTRIES_MAX);
    index_build(ENTRIES_MAX, file);
    assert_err(name_index_open(&index, (struct bytes){file, file_size}), OK);
    assert_err(name_index_verify(&index), OK);
    assert_int_equal(index.entry_count, ENTRIES_MAX);
    for (size_t i = 0; i < 120; i++) {
        uint16_t threshold = thresholds[i % 6];
        size_t count = 0;

        query_make(&query, ENTRIES_MAX);
        assert_err(ask(&index, &query, threshold, hits, &count), OK);
        assert_as_scored(&query, threshold, hits, count, &tally);
        for (size_t k = 1; k < count; k++) {
            assert_true(hits[k - 1].score.points > hits[k].score.points ||
                        (hits[k - 1].score.points == hits[k].score.points &&
                         hits[k - 1].entry < hits[k].entry));
        }
    }
    print_message("# %zu hits by scoring every name, %zu of them missed\n",
                  tally.hits, tally.missed);
    assert_true(tally.missed * 20 <= tally.hits);
    assert_true(tally.lost * 500 <= tally.hits);
}

/* Fewer than there are: the best, and how many there are. SCR 5.11 */
static void
test_few(void **state)
{
    static struct name_index_hit all[HITS_MAX];
    static struct made_person query;
    struct name_index_hit few[2];
    struct name_index index;
    size_t count = 0;
    size_t again = 0;
    struct name_index_question question = {.threshold = 500,
                                           .query = &query.subject};
    struct arena arena;

    (void)state;
    assert_err(name_index_open(&index, (struct bytes){file, file_size}), OK);
    while (count < 3) {
        query_make(&query, ENTRIES_MAX);
        assert_err(ask(&index, &query, 500, all, &count), OK);
    }
    arena_init(&arena, scratch, NAME_INDEX_ARENA_SIZE);
    assert_err(name_index_find(&index, &question, &arena, few, 2, &again), OK);
    if (count > NAME_INDEX_COUNT_MAX)
        count = NAME_INDEX_COUNT_MAX;
    assert_int_equal(again, count);
    assert_int_equal(few[0].entry, all[0].entry);
    assert_int_equal(few[1].entry, all[1].entry);
    assert_int_equal(arena.used, 0);
    arena_init(&arena, scratch, 1000);
    assert_err(name_index_find(&index, &question, &arena, few, 2, &again),
               ERR_LIMIT);
}

/* SCR 5.11: of very many namesakes a thousand are counted; the best one, which
 * comes last, is still the first. */
static void
test_namesakes(void **state)
{
    static struct made_person query;
    struct name_index_hit few[2];
    struct name_index index;
    struct name_index_question question = {.threshold = 600,
                                           .query = &query.subject};
    struct arena arena;
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        made_person(&numbers, &entries[i]);
        strcpy(entries[i].texts[0][0], "HASSAN");
        strcpy(entries[i].texts[0][1], "ALI");
        entries[i].person.name_count = 1;
        entries[i].person.birth_count = 0;
        entries[i].person_names[0] = (struct person_name){
            .surname = bytes_of(entries[i].texts[0][0]),
            .given_names = bytes_of(entries[i].texts[0][1])};
        entries[i].person.sex = 'F';
        entries[i].person.nationality_count = 0;
        made_person_read(&entries[i]);
    }
    query = entries[0];
    query.subject = (struct subject){&query.person, query.names};
    entries[ENTRIES_MAX - 1].nationality = BYTES("UTO");
    entries[ENTRIES_MAX - 1].person.nationality_count = 1;
    query.nationality = BYTES("UTO");
    query.person.nationalities = &query.nationality;
    query.person.nationality_count = 1;
    index_build(ENTRIES_MAX, file);
    assert_err(name_index_open(&index, (struct bytes){file, file_size}), OK);
    arena_init(&arena, scratch, NAME_INDEX_ARENA_SIZE);
    assert_err(name_index_find(&index, &question, &arena, few, 2, &count), OK);
    assert_int_equal(count, NAME_INDEX_COUNT_MAX);
    assert_int_equal(few[0].entry, (ENTRIES_MAX - 1) * 100);
    assert_true(few[0].score.points > few[1].score.points);
}

/* SCR 5.2: two words written as one, in a spelling that nobody has; the day of
 * birth finds them, and another day does not. */
static void
test_joined(void **state)
{
    static struct made_person query;
    static struct name_index_hit hits[HITS_MAX];
    struct birth born = {.from = {4000}, .to = {4000}};
    struct name_index index;
    struct score score;
    size_t count = 0;

    (void)state;
    entries_make(2);
    entries[0].person.name_count = 1;
    entries[0].person.birth_count = 1;
    entries[0].births[0] = born;
    entries[0].person_names[0] = (struct person_name){
        .surname = BYTES("WANG"), .given_names = BYTES("NING ANNA")};
    made_person_read(&entries[0]);
    index_build(2, file);
    assert_err(name_index_open(&index, (struct bytes){file, file_size}), OK);
    query = entries[0];
    query.person_names[0] = (struct person_name){.surname = BYTES("NINGGUANG"),
                                                 .given_names = BYTES("ANNA")};
    query.person.names = query.person_names;
    query.person.births = query.births;
    query.subject = (struct subject){&query.person, query.names};
    made_person_read(&query);
    score_persons(&query.subject, &entries[0].subject, &score);
    assert_in_range(score.points, 900, 1000);
    assert_err(ask(&index, &query, 700, hits, &count), OK);
    assert_int_equal(hit_of(hits, count, 0), 0);
    assert_int_equal(hits[0].score.points, score.points);
    query.births[0].from.days += 40;
    query.births[0].to.days += 40;
    assert_err(ask(&index, &query, 700, hits, &count), OK);
    assert_int_equal(hit_of(hits, count, 0), -1);
}

/* SCR 5.3: the same bytes from the same entries. */
static void
test_same_bytes(void **state)
{
    size_t size;

    (void)state;
    index_build(500, file);
    size = file_size;
    index_build(500, file + FILE_SIZE_MAX / 2);
    assert_int_equal(size, file_size);
    assert_memory_equal(file, file + FILE_SIZE_MAX / 2, size);
}

static void
test_empty(void **state)
{
    static struct made_person query;
    struct name_index_hit hit;
    struct name_index index;
    struct name_index_question question = {.threshold = 700,
                                           .query = &query.subject};
    struct arena arena;
    size_t count = 9;

    (void)state;
    query_make(&query, ENTRIES_MAX);
    index_build(0, file);
    assert_err(name_index_open(&index, (struct bytes){file, file_size}), OK);
    arena_init(&arena, scratch, NAME_INDEX_ARENA_SIZE);
    assert_err(name_index_find(&index, &question, &arena, &hit, 1, &count), OK);
    assert_int_equal(count, 0);
}

/* SCR 5.4: the head says what size the file has. */
static void
test_cut(void **state)
{
    struct name_index index;

    (void)state;
    index_build(3, file);
    for (size_t size = 0; size < file_size; size++) {
        enum err e = name_index_open(&index, (struct bytes){file, size});

        assert_true(e == ERR_FORMAT || e == ERR_CORRUPT);
    }
    file[file_size] = 0;
    assert_err(name_index_open(&index, (struct bytes){file, file_size + 1}),
               ERR_CORRUPT);
    file[11] ^= 2; /* the version */
    assert_err(name_index_open(&index, (struct bytes){file, file_size}),
               ERR_FORMAT);
}

/*
 * SCR 5.4: any bit flipped in the head is refused; elsewhere, verifying tells
 * and searching goes on within the file, which the sanitizer watches.
 */
static void
test_flipped(void **state)
{
    static struct name_index_hit hits[HITS_MAX];
    static struct made_person query;
    struct name_index index;
    uint8_t *tight;
    size_t size;

    (void)state;
    index_build(40, file);
    size = file_size;
    tight = malloc(size); /* its own block: nothing is behind it */
    assert_non_null(tight);
    memcpy(tight, file, size);
    for (size_t i = 0; i < 6000; i++) {
        size_t at = i < 160 ? i : (size_t)test_random_below(&numbers, size);
        uint8_t bit = (uint8_t)(1 << test_random_below(&numbers, 8));
        struct bytes in = {tight, size};
        size_t count;
        enum err e;

        tight[at] ^= bit;
        e = name_index_open(&index, in);
        if (at < 160)
            assert_true(e == ERR_FORMAT || e == ERR_CORRUPT);
        else
            assert_err(name_index_verify(&index), ERR_CORRUPT);
        if (e == OK) {
            query_make(&query, 40);
            e = ask(&index, &query, 600, hits, &count);
            assert_true(e == OK || e == ERR_CORRUPT);
        }
        tight[at] ^= bit;
    }
    free(tight);
}

/* An arena too small for building is refused, wherever it ends. */
static void
test_arena(void **state)
{
    struct name_index_builder builder;
    struct arena arena;
    size_t size;
    enum err e = ERR_LIMIT;

    (void)state;
    for (size_t room = 0; e != OK && room < MEMORY_SIZE; room += 50000) {
        arena_init(&arena, memory, room);
        e = name_index_begin(&builder, &arena);
        for (size_t i = 0; i < 20 && e == OK; i++)
            e = name_index_add(&builder, i, &entries[i].subject);
        if (e == OK)
            e = name_index_plan(&builder, &size);
        assert_true(e == OK || e == ERR_LIMIT);
    }
    assert_err(e, OK);
}

static void *
room(size_t size)
{
    void *p = calloc(1, size);

    assert_non_null(p);
    return p;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_scored),  cmocka_unit_test(test_few),
        cmocka_unit_test(test_joined),     cmocka_unit_test(test_namesakes),
        cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_empty),
        cmocka_unit_test(test_cut),        cmocka_unit_test(test_flipped),
        cmocka_unit_test(test_arena),
    };
    int failed;

    test_random_init(&numbers);
    entries = room(ENTRIES_MAX * sizeof(*entries));
    memory = room(MEMORY_SIZE);
    file = room(FILE_SIZE_MAX);
    scratch = room(NAME_INDEX_ARENA_SIZE);
    failed = TEST_RUN(tests);
    free(scratch);
    free(file);
    free(memory);
    free(entries);
    return failed;
}
