/*
 * Writes to the WAL that are gathered lose nothing: after each transaction,
 * small ones, ones that do not fit what gathers, and ones that SQLite writes in
 * part before they end and then writes again, another connection sees what was
 * committed and nothing else; and so does whoever finds the files as a process
 * leaves them that is killed right then.
 */
#include "store/wal.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define ROUNDS 120
#define ROWS_MAX 400
#define PATH_MAX_SIZE 128

static void
run(sqlite3 *db, const char *sql)
{
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static int64_t
number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int64_t value;

    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void
copy(const char *from, const char *to)
{
    struct bytes file = test_file(from);
    FILE *out = fopen(to, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(file.p, 1, file.size, out), file.size);
    assert_int_equal(fclose(out), 0);
    test_file_free(file);
}

static void
path_set(char out[PATH_MAX_SIZE], const char *folder, const char *name)
{
    (void)snprintf(out, PATH_MAX_SIZE, "%s/%s", folder, name);
}

/* What is found in the files as they are now, without what is in memory. */
static void
assert_left(const char *folder, int64_t sum)
{
    static const char *const names[][2] = {{"db", "left"},
                                           {"db-wal", "left-wal"}};
    char from[PATH_MAX_SIZE];
    char to[PATH_MAX_SIZE];
    sqlite3 *left = NULL;

    for (size_t i = 0; i < 2; i++) {
        path_set(from, folder, names[i][0]);
        path_set(to, folder, names[i][1]);
        copy(from, to);
    }
    path_set(to, folder, "left");
    assert_int_equal(sqlite3_open(to, &left), SQLITE_OK);
    assert_int_equal(number(left, "SELECT total(size) FROM t"), sum);
    assert_int_equal(number(left, "SELECT integrity_check = 'ok' FROM "
                                  "pragma_integrity_check"),
                     1);
    sqlite3_close(left);
}

/* Rows put, changed and read again between the changes. */
static void
change(sqlite3 *db, struct test_random *random)
{
    size_t count = test_random_below(random, ROWS_MAX);
    char sql[256];

    run(db, "BEGIN IMMEDIATE");
    for (size_t i = 0; i < count; i++) {
        unsigned size = (unsigned)test_random_below(random, 900);

        (void)snprintf(sql, sizeof(sql),
                       "REPLACE INTO t VALUES(%u, %u, zeroblob(%u))",
                       (unsigned)test_random_below(random, 2000), size, size);
        run(db, sql);
    }
    (void)number(db, "SELECT total(length(body)) FROM t");
    run(db, "UPDATE t SET size = size WHERE id % 7 = 0");
}

static void
rounds(sqlite3 *writer, sqlite3 *reader, const char *folder)
{
    static const char sum_of[] = "SELECT total(size) FROM t";
    struct test_random random;
    int64_t committed = 0;

    test_random_init(&random);
    for (size_t i = 0; i < ROUNDS; i++) {
        bool keep = test_random_below(&random, 4) != 0;

        change(writer, &random);
        assert_int_equal(number(reader, sum_of), committed);
        if (keep)
            committed = number(writer, sum_of);
        run(writer, keep ? "COMMIT" : "ROLLBACK");
        assert_int_equal(number(reader, sum_of), committed);
        if (i % 8 == 0)
            assert_left(folder, committed);
    }
}

static void
gathered(const char *pragmas)
{
    char folder[] = "/tmp/kufi-wal.XXXXXX";
    static const char *const names[] = {"db",   "db-wal",   "db-shm",
                                        "left", "left-wal", "left-shm"};
    char path[PATH_MAX_SIZE];
    sqlite3 *writer = NULL;
    sqlite3 *reader = NULL;
    struct wal *wal = NULL;

    assert_non_null(mkdtemp(folder));
    path_set(path, folder, "db");
    assert_int_equal(sqlite3_open(path, &writer), SQLITE_OK);
    assert_err(wal_gather(writer, &wal), ERR_IO); /* there is none yet */
    run(writer, "PRAGMA page_size = 1024; PRAGMA journal_mode = WAL;"
                "PRAGMA synchronous = NORMAL;"
                "CREATE TABLE t (id INTEGER PRIMARY KEY, size INT, body BLOB)");
    run(writer, pragmas);
    assert_err(wal_gather(writer, &wal), OK);
    assert_int_equal(sqlite3_open(path, &reader), SQLITE_OK);
    rounds(writer, reader, folder);
    sqlite3_close(reader);
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
    free(wal);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        path_set(path, folder, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

static void
test_transactions(void **state)
{
    (void)state;
    gathered("PRAGMA wal_autocheckpoint = 300");
}

/* So little memory that pages are written and read again before the end. */
static void
test_transactions_in_parts(void **state)
{
    (void)state;
    gathered("PRAGMA cache_size = 10; PRAGMA wal_autocheckpoint = 1000");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transactions),
        cmocka_unit_test(test_transactions_in_parts),
    };

    return TEST_RUN(tests);
}
