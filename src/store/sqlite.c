#include "store/sqlite.h"

#include <assert.h>
#include <sqlite3.h>
#include <string.h>

/* "KUFI": so that `file` and others know what it is. */
#define APPLICATION_ID 0x4b554649

#define SQL_SIZE_MAX 1024

/* 16 MiB: written pages are copied back so seldom that most were written
 * several times. */
#define WAL_PAGES 16384

/* A reader waits so long while the folding process recovers the WAL. */
#define BUSY_MS 2000

enum row_statement {
    ROW_GET,
    ROW_PUT,
    ROW_DELETE,
    ROW_WALK,
    ROW_BACK,
    ROW_STATEMENTS
};

_Static_assert(TABLE_COUNT == STORE_TABLE_COUNT, "one number of tables");
_Static_assert(TABLE_COUNT *ROW_STATEMENTS + SQLITE_STEP_COUNT <=
                   STORE_STATEMENTS_MAX,
               "room for all statements");

static enum err
err_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_SCHEMA:
        return ERR_BUSY;
    case SQLITE_FULL:
        return ERR_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_CANTOPEN:
        return ERR_NOT_FOUND;
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
        return ERR_LIMIT;
    default:
        return ERR_IO;
    }
}

static struct sqlite3_stmt *
statement_of(const struct store *store, enum table table,
             enum row_statement statement)
{
    return store->statements[table * ROW_STATEMENTS + statement];
}

static struct sqlite3_stmt **
step_slot(struct store *store, enum sqlite_step step)
{
    return &store->statements[TABLE_COUNT * ROW_STATEMENTS + step];
}

static enum err
execute(struct store *store, const char *sql)
{
    return err_of(sqlite3_exec(store->db, sql, NULL, NULL, NULL));
}

/* Of a file that is still empty. */
static enum err
page_size_set(struct store *store)
{
    char sql[64];
    struct writer w;

    writer_init(&w, sql, sizeof(sql));
    writer_text(&w, "PRAGMA page_size = ");
    writer_decimal(&w, STORE_PAGE_SIZE);
    writer_u8(&w, 0);
    return execute(store, sql);
}

/*
 * A file system of tests has no memory to share, so that nobody else may open
 * the file meanwhile. `synchronous` NORMAL never syncs a commit: what a power
 * cut takes is folded again, in whole batches.
 */
static enum err
configure(struct store *store, const struct store_config *config)
{
    enum err e = page_size_set(store);

    if (e == OK)
        e = execute(store, "PRAGMA trusted_schema = OFF;"
                           "PRAGMA cell_size_check = ON;"
                           "PRAGMA temp_store = MEMORY;");

    if (e == OK && config->vfs != NULL)
        e = execute(store, "PRAGMA locking_mode = EXCLUSIVE;");
    if (e == OK && store->mode == STORE_READ)
        return execute(store, "PRAGMA query_only = ON;"
                              "PRAGMA cache_size = -16384;");
    if (e == OK)
        e = execute(store, "PRAGMA journal_mode = WAL;"
                           "PRAGMA synchronous = NORMAL;"
                           "PRAGMA cache_size = -131072;");
    if (e == OK)
        e = err_of(sqlite3_wal_autocheckpoint(
            store->db,
            config->wal_pages > 0 ? (int)config->wal_pages : WAL_PAGES));
    return e;
}

enum err
sqlite_open(struct store *store, const struct store_config *config)
{
    int flags = SQLITE_OPEN_NOMUTEX;
    int keep = 1;
    enum err e;

    if (config->mode == STORE_READ)
        flags |= SQLITE_OPEN_READONLY;
    else
        flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    e = err_of(sqlite3_open_v2(config->path, &store->db, flags, config->vfs));
    if (e != OK)
        return config->mode == STORE_FOLD && e == ERR_NOT_FOUND ? ERR_IO : e;
    /* A reader in a sandbox can open what is there, but make nothing: so what
     * SQLite keeps beside the file stays when the last process closes it. */
    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_PERSIST_WAL,
                               &keep);
    (void)sqlite3_busy_timeout(store->db, BUSY_MS);
    return configure(store, config);
}

enum err
sqlite_open_plain(struct store *store, const struct store_config *config)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
    enum err e =
        err_of(sqlite3_open_v2(config->path, &store->db, flags, config->vfs));

    if (e == OK)
        e = page_size_set(store);
    return e == OK ? execute(store, "PRAGMA locking_mode = EXCLUSIVE;"
                                    "PRAGMA journal_mode = OFF;"
                                    "PRAGMA synchronous = OFF;")
                   : e;
}

void
sqlite_shut(struct store *store)
{
    for (size_t i = 0; i < STORE_STATEMENTS_MAX; i++)
        (void)sqlite3_finalize(store->statements[i]);
    (void)sqlite3_close(store->db);
}

enum err
sqlite_version(struct store *store, int *version)
{
    struct sqlite3_stmt *statement;
    int code;

    code = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement,
                              NULL);
    if (code != SQLITE_OK)
        return err_of(code);
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *version = sqlite3_column_int(statement, 0);
    (void)sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ERR_CORRUPT : err_of(code);
}

static void
columns_write(struct writer *w, const struct shape *shape)
{
    writer_text(w, "CREATE TABLE ");
    writer_text(w, shape->name);
    writer_text(w, "(id INTEGER PRIMARY KEY");
    for (size_t i = 0; i < shape->number_count + shape->text_count; i++) {
        writer_text(w, ", ");
        writer_text(w, shape->columns[i]);
        writer_text(w, i < shape->number_count ? " INTEGER" : " TEXT");
        writer_text(w, " NOT NULL");
    }
    writer_text(w, ")");
}

static void
sql_write(struct writer *w, const struct shape *shape,
          enum row_statement statement)
{
    switch (statement) {
    case ROW_GET:
        writer_text(w, "SELECT * FROM ");
        writer_text(w, shape->name);
        writer_text(w, " WHERE id = ?1");
        return;
    case ROW_PUT:
        writer_text(w, "REPLACE INTO ");
        writer_text(w, shape->name);
        writer_text(w, " VALUES (?");
        for (size_t i = 0; i < shape->number_count + shape->text_count; i++)
            writer_text(w, ", ?");
        writer_text(w, ")");
        return;
    case ROW_DELETE:
        writer_text(w, "DELETE FROM ");
        writer_text(w, shape->name);
        writer_text(w, " WHERE id = ?1");
        return;
    case ROW_BACK:
        writer_text(w, "SELECT * FROM ");
        writer_text(w, shape->name);
        writer_text(w, " WHERE id <= ?1 ORDER BY id DESC");
        return;
    default:
        writer_text(w, "SELECT * FROM ");
        writer_text(w, shape->name);
        writer_text(w, " WHERE id >= ?1 ORDER BY id");
        return;
    }
}

static const char *
sql_end(struct writer *w, char *sql)
{
    writer_u8(w, 0);
    assert(writer_end(w) == OK);
    return sql;
}

enum err
sqlite_roots(struct store *store, uint32_t roots[STORE_TABLE_COUNT])
{
    struct sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(
        store->db, "SELECT rootpage FROM sqlite_schema WHERE name = ?1", -1,
        &statement, NULL);

    if (code != SQLITE_OK)
        return err_of(code);
    code = SQLITE_ROW;
    for (size_t i = 0; code == SQLITE_ROW && i < TABLE_COUNT; i++) {
        (void)sqlite3_bind_text(statement, 1, SHAPES[i].name, -1,
                                SQLITE_STATIC);
        code = sqlite3_step(statement);
        roots[i] = (uint32_t)sqlite3_column_int64(statement, 0);
        (void)sqlite3_reset(statement);
    }
    (void)sqlite3_finalize(statement);
    return code == SQLITE_DONE ? ERR_CORRUPT : err_of(code);
}

enum err
sqlite_stale(struct store *store)
{
    enum err e = execute(store, "PRAGMA synchronous = FULL;"
                                "PRAGMA user_version = -1;");
    enum err back = execute(store, "PRAGMA synchronous = NORMAL;");

    return e != OK ? e : back;
}

static enum err
prepare(struct store *store, const char *sql, struct sqlite3_stmt **out)
{
    return err_of(sqlite3_prepare_v3(store->db, sql, -1,
                                     SQLITE_PREPARE_PERSISTENT, out, NULL));
}

enum err
sqlite_prepare(struct store *store)
{
    static const char *const STEPS[SQLITE_STEP_COUNT] = {
        [SQLITE_BEGIN_READ] = "BEGIN",
        [SQLITE_BEGIN_WRITE] = "BEGIN IMMEDIATE",
        [SQLITE_COMMIT] = "COMMIT",
        [SQLITE_UNDO] = "ROLLBACK"};
    enum err e = OK;

    for (size_t i = 0; e == OK && i < SQLITE_STEP_COUNT; i++)
        e = prepare(store, STEPS[i], step_slot(store, (enum sqlite_step)i));
    for (size_t i = 0; e == OK && i < TABLE_COUNT * ROW_STATEMENTS; i++) {
        char sql[SQL_SIZE_MAX];
        struct writer w;

        writer_init(&w, sql, sizeof(sql));
        sql_write(&w, &SHAPES[i / ROW_STATEMENTS],
                  (enum row_statement)(i % ROW_STATEMENTS));
        e = prepare(store, sql_end(&w, sql), &store->statements[i]);
    }
    return e;
}

/* Open SELECTs would keep the transaction's view of the file. */
enum err
sqlite_step(struct store *store, enum sqlite_step step)
{
    struct sqlite3_stmt *statement = *step_slot(store, step);
    int code;

    for (size_t i = 0; i < TABLE_COUNT * ROW_STATEMENTS; i++) {
        if (store->rows[i])
            (void)sqlite3_reset(store->statements[i]);
        store->rows[i] = false;
    }
    if (step == SQLITE_UNDO && sqlite3_get_autocommit(store->db) != 0)
        return OK;
    code = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return err_of(code);
}

/* What is not of the column's type is damage. */
static enum err
row_read(struct sqlite3_stmt *statement, const struct shape *shape,
         struct row *out)
{
    int column = 0;

    out->id = sqlite3_column_int64(statement, column++);
    for (size_t i = 0; i < shape->number_count; i++, column++) {
        if (sqlite3_column_type(statement, column) != SQLITE_INTEGER)
            return ERR_CORRUPT;
        out->numbers[i] = sqlite3_column_int64(statement, column);
    }
    for (size_t i = 0; i < shape->text_count; i++, column++) {
        if (sqlite3_column_type(statement, column) != SQLITE_TEXT)
            return ERR_CORRUPT;
        out->texts[i].p = sqlite3_column_text(statement, column);
        out->texts[i].size = (size_t)sqlite3_column_bytes(statement, column);
    }
    return OK;
}

static enum err
row_step(struct store *store, enum table table, enum row_statement which,
         struct row *out)
{
    struct sqlite3_stmt *statement = statement_of(store, table, which);
    int code = sqlite3_step(statement);
    enum err e = err_of(code);

    if (code == SQLITE_DONE)
        e = ERR_NOT_FOUND;
    else if (code == SQLITE_ROW)
        e = row_read(statement, &SHAPES[table], out);
    if (e != OK)
        (void)sqlite3_reset(statement);
    store->rows[table * ROW_STATEMENTS + which] = e == OK;
    return e;
}

static enum err
walk(struct sqlite3_stmt *statement, int64_t from)
{
    (void)sqlite3_reset(statement);
    return err_of(sqlite3_bind_int64(statement, 1, from));
}

enum err
sqlite_walk(struct store *store, enum table table, int64_t from)
{
    return walk(statement_of(store, table, ROW_WALK), from);
}

enum err
sqlite_back(struct store *store, enum table table, int64_t from)
{
    return walk(statement_of(store, table, ROW_BACK), from);
}

enum err
sqlite_back_next(struct store *store, enum table table, struct row *out)
{
    return row_step(store, table, ROW_BACK, out);
}

enum err
sqlite_next(struct store *store, enum table table, struct row *out)
{
    return row_step(store, table, ROW_WALK, out);
}

enum err
sqlite_get(struct store *store, enum table table, int64_t id, struct row *out)
{
    struct sqlite3_stmt *statement = statement_of(store, table, ROW_GET);
    enum err e;

    (void)sqlite3_reset(statement);
    e = err_of(sqlite3_bind_int64(statement, 1, id));
    return e == OK ? row_step(store, table, ROW_GET, out) : e;
}

static enum err
run(struct sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);

    (void)sqlite3_reset(statement);
    return err_of(code);
}

enum err
sqlite_put(struct store *store, enum table table, const struct row *row)
{
    struct sqlite3_stmt *statement = statement_of(store, table, ROW_PUT);
    const struct shape *shape = &SHAPES[table];
    int column = 1;
    int code = sqlite3_bind_int64(statement, column++, row->id);

    for (size_t i = 0; code == SQLITE_OK && i < shape->number_count; i++)
        code = sqlite3_bind_int64(statement, column++, row->numbers[i]);
    for (size_t i = 0; code == SQLITE_OK && i < shape->text_count; i++) {
        const struct bytes *text = &row->texts[i];

        code = sqlite3_bind_text(statement, column++,
                                 text->p == NULL ? "" : (const char *)text->p,
                                 (int)text->size, SQLITE_STATIC);
    }
    return code == SQLITE_OK ? run(statement) : err_of(code);
}

enum err
sqlite_remove(struct store *store, enum table table, int64_t id)
{
    struct sqlite3_stmt *statement = statement_of(store, table, ROW_DELETE);
    enum err e = err_of(sqlite3_bind_int64(statement, 1, id));

    return e == OK ? run(statement) : e;
}

/* Inside a transaction, as everything of sqlite_create(). */
static enum err
version_write(struct store *store)
{
    char sql[SQL_SIZE_MAX];
    struct writer w;

    writer_init(&w, sql, sizeof(sql));
    writer_text(&w, "PRAGMA application_id = ");
    writer_decimal(&w, APPLICATION_ID);
    writer_text(&w, "; PRAGMA user_version = ");
    writer_decimal(&w, STORE_VERSION);
    return execute(store, sql_end(&w, sql));
}

enum err
sqlite_create(struct store *store, const struct row *node)
{
    enum err e = execute(store, "BEGIN IMMEDIATE");

    for (size_t i = 0; e == OK && i < TABLE_COUNT; i++) {
        char sql[SQL_SIZE_MAX];
        struct writer w;

        writer_init(&w, sql, sizeof(sql));
        columns_write(&w, &SHAPES[i]);
        e = execute(store, sql_end(&w, sql));
    }
    if (e == OK)
        e = sqlite_prepare(store);
    if (e == OK && node != NULL)
        e = sqlite_put(store, TABLE_NODE, node);
    if (e == OK)
        e = version_write(store);
    if (e == OK)
        e = sqlite_step(store, SQLITE_COMMIT);
    return e;
}
