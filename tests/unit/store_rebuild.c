/*
 * A rebuild gives the tables that folding entry by entry gives, whatever the
 * log and however it was cut into batches: the hashes of all tables are
 * compared over random streams of events, and SQLite finds nothing wrong with
 * the file that was written for it. A log that was changed gives none.
 */
#include "store/rebuild.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/pages.h"
#include "store_log.h"

static void
tables_get(struct store_config config,
           struct store_table out[STORE_TABLE_COUNT])
{
    struct store store;

    config.mode = STORE_FOLD;
    assert_err(store_open(&store, &config), OK);
    assert_err(store_tables(&store, out), OK);
    store_close(&store);
}

static void
assert_same(const struct store_table *a, const struct store_table *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++) {
        if (a[i].rows != b[i].rows || !hash_equal(&a[i].hash, &b[i].hash))
            print_error("table %s: %llu and %llu rows\n", a[i].name,
                        (unsigned long long)a[i].rows,
                        (unsigned long long)b[i].rows);
        assert_int_equal(a[i].rows, b[i].rows);
        assert_true(hash_equal(&a[i].hash, &b[i].hash));
    }
}

static int
first_column(void *context, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    (void)snprintf(context, 64, "%s", values[0]);
    return 0;
}

static void
assert_sound(const char *path)
{
    char found[64] = "";
    sqlite3 *db;

    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA integrity_check", first_column, found, NULL),
        SQLITE_OK);
    assert_string_equal(found, "ok");
    sqlite3_close(db);
}

/* Live, in batches of any size, some of them taken back, and the store closed
 * now and then. */
static void
fold_live(struct store *store, const struct store_config *config,
          struct store_stream *stream, struct store_log *log, uint64_t count)
{
    struct test_random dice = stream->random;

    while (stream->index < count) {
        struct store_stream before = *stream;
        bool again = test_random_below(&dice, 5) == 0;
        uint64_t size = 1 + test_random_below(&dice, 300);

        assert_err(store_begin(store), OK);
        for (uint64_t i = 0; i < size && stream->index < count; i++) {
            uint64_t index = stream->index;
            const struct event *event = store_stream_next(stream);

            assert_err(store_fold(store, index, event), OK);
            if (!again)
                store_log_add(log, event);
        }
        if (again) {
            *stream = before;
            store_rollback(store);
        } else {
            assert_err(store_commit(store), OK);
        }
        if (test_random_below(&dice, 10) == 0) {
            store_close(store);
            assert_err(store_open(store, config), OK);
        }
    }
    store_log_write(log);
}

static void
compare(uint64_t seed, uint64_t count, uint64_t travellers)
{
    struct store_place place;
    struct store store;
    struct store_stream stream;
    struct store_table live[STORE_TABLE_COUNT];
    struct store_table rebuilt[STORE_TABLE_COUNT];
    struct rebuild_config config;
    struct rebuild_report report;
    struct store_config made;
    char path[STORE_PATH_SIZE_MAX];
    struct store_log *log = calloc(1, sizeof(*log));

    assert_non_null(log);
    store_place_init(&place);
    store_stream_init(&stream, seed, travellers);
    store_log_init(log, &place.os, place.folder);
    assert_err(store_open(&store, &place.config), OK);
    fold_live(&store, &place.config, &stream, log, count);
    store_close(&store);
    tables_get(place.config, live);
    config = store_log_rebuild(log, &place.config);
    assert_err(store_rebuild_beside(&config, path, &made, &report, NULL), OK);
    assert_int_equal(report.entries, count);
    assert_sound(path);
    tables_get(made, rebuilt);
    assert_same(live, rebuilt);
    assert_sound(path);
    assert_err(store_drop(&made), OK);
    config.threads = 1;
    assert_err(store_rebuild(&config, NULL, NULL), OK);
    tables_get(place.config, rebuilt);
    assert_same(live, rebuilt);
    store_log_deinit(log);
    free(log);
    store_place_deinit(&place);
}

/* STO 1.1, 1.6, 5.1 */
static void
test_same_tables(void **state)
{
    static const struct {
        uint64_t count;
        uint64_t travellers;
    } CASES[] = {{0, 1},     {1, 1},      {255, 3},    {256, 100},   {257, 9},
                 {3000, 10}, {3000, 300}, {20000, 20}, {12000, 8000}};
    struct test_random random;
    size_t count = 0;

    (void)state;
    test_random_init(&random);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++, count++)
        compare(test_random_next(&random), CASES[i].count, CASES[i].travellers);
    for (int i = 0; i < 10; i++, count++)
        compare(test_random_next(&random), test_random_below(&random, 2000),
                1 + test_random_below(&random, 200));
    print_message("# %zu streams folded live and rebuilt\n", count);
}

/* Trees of pages of every height and width around where they change. STO 5.4
 */
static void
test_pages(void **state)
{
    static const uint64_t CASES[] = {0,   1,   2,   20,  60,   61,    62,   63,
                                     64,  65,  66,  120, 121,  122,   130,  131,
                                     132, 500, 900, 950, 1000, 16000, 40000};
    struct store_place place;

    (void)state;
    store_place_init(&place);
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct store_table tables[STORE_TABLE_COUNT];
        struct row row = {.texts = {BYTES("durres")}};
        uint32_t roots[STORE_TABLE_COUNT];
        struct pages pages;
        struct file file;

        assert_err(store_make(&place.config, roots), OK);
        assert_err(place.os.open(&place.os, place.folder, "store.db",
                                 OPEN_WRITE, 0600, &file),
                   OK);
        assert_err(pages_init(&pages, &place.os, file, roots), OK);
        for (size_t table = 0; table < TABLE_COUNT; table++) {
            uint64_t rows = CASES[i];

            if (rows > 1000 && table > TABLE_CROSSING)
                rows = 1000;
            pages_begin(&pages, (enum table)table);
            for (uint64_t n = 0; n < rows; n++) {
                row.id = table == TABLE_NODE
                             ? (int64_t)n
                             : (int64_t)(n * n * n * (table + 1));
                row.numbers[0] = (n & 1) != 0 ? -(int64_t)(n * n * n) : 0;
                row.numbers[1] = (int64_t)1 << n % 63;
                pages_row(&pages, &row);
            }
            pages_end(&pages);
        }
        assert_err(pages_finish(&pages), OK);
        pages_deinit(&pages);
        place.os.close(&place.os, file);
        assert_sound(place.path);
        if (CASES[i] > 0)
            tables_get(place.config, tables);
        assert_err(store_drop(&place.config), OK);
    }
    store_place_deinit(&place);
}

/* Changes one byte of the first bundle, `at` bytes from its beginning. */
static void
bundle_damage(struct store_place *place, uint64_t at, uint8_t bits)
{
    static const char NAME[] = "log/tile/entries/000";
    struct os *os = &place->os;
    struct file file;
    uint8_t byte;
    size_t got;

    assert_err(os->open(os, place->folder, NAME, OPEN_WRITE, 0600, &file), OK);
    assert_err(os->read_at(os, file, at, &byte, 1, &got), OK);
    byte ^= bits;
    assert_err(os->write_at(os, file, at, (struct bytes){&byte, 1}), OK);
    os->close(os, file);
}

/* STO 5.2 */
static void
test_changed_log(void **state)
{
    struct store_place place;
    struct store_stream stream;
    struct store_table before[STORE_TABLE_COUNT];
    struct store_table after[STORE_TABLE_COUNT];
    struct rebuild_config config;
    struct fault fault = {0};
    struct store_log *log = calloc(1, sizeof(*log));

    (void)state;
    assert_non_null(log);
    store_place_init(&place);
    store_stream_init(&stream, 3, 20);
    store_log_init(log, &place.os, place.folder);
    while (stream.index < 300)
        store_log_add(log, store_stream_next(&stream));
    store_log_write(log);
    config = store_log_rebuild(log, &place.config);
    assert_err(store_rebuild(&config, NULL, &fault), OK);
    tables_get(place.config, before);
    for (uint64_t at = 0; at < 20000; at += 997) {
        bundle_damage(&place, at, 0x10);
        assert_err(store_rebuild(&config, NULL, &fault), ERR_CORRUPT);
        assert_non_null(fault.clause);
        bundle_damage(&place, at, 0x10);
    }
    tables_get(place.config, after);
    assert_same(before, after);
    store_log_deinit(log);
    free(log);
    store_place_deinit(&place);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_same_tables),
        cmocka_unit_test(test_changed_log),
    };

    return TEST_RUN(tests);
}
