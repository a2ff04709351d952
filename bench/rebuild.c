/*
 * How fast are the tables rebuilt from the log? B4: above 1 M crossings/s, and
 * above 5 times PostgreSQL taking the same rows by COPY.
 *
 *     bench/postgres build/release/bench/rebuild [CROSSINGS [TRAVELLERS]]
 *
 * A log of inspections, each with its crossing, is sealed and written into a
 * temporary folder; then folded entry by entry in batches as the keeper does,
 * from events in memory; then rebuilt on one thread and on all: reading,
 * checking hashes, opening, parsing, folding, writing the tables, syncing. A
 * rebuild must give the tables of the live fold, or all this means nothing.
 *
 * Beside it: SQLite and PostgreSQL (when PGHOST is set) taking the finished
 * rows of the same tables with the same primary keys, the file synced or the
 * transaction committed. They neither read a log nor open, parse or fold.
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/crypto.h"
#include "os/pool.h"
#include "seal/seal.h"
#include "store/rebuild.h"
#include "store/shape.h"
#include "tlog/log.h"

#define ORIGIN "border.example/durres"
#define EPOCH 20600
#define BATCH 2000 /* crossings, with as many inspections */
#define KEYS_MAX 64

static struct os os;
static struct folder dir;
static char path[64] = "/var/tmp/kufi-bench.XXXXXX";
static uint64_t crossings = 1000000;
static uint64_t travellers = 400000;
static struct keyring keyring;

static void
must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "rebuild: %s: %s\n", what, err_text(e));
    exit(3);
}

static double
seconds(void)
{
    return (double)os.monotonic_ns(&os) / 1e9;
}

/* ----- Invented crossings. ----- */

static uint64_t
mixed(uint64_t n)
{
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

struct texts {
    char number[32];
    char surname[40];
    char given_names[40];
    char date_of_birth[40];
};

static void
document_make(uint64_t who, struct texts *texts, struct document *out)
{
    static const char *const STATES[] = {"UTO", "XXA", "XOM", "UNO", "XPO"};
    uint64_t m = mixed(who);

    snprintf(texts->number, 32, "X%08" PRIu64, who);
    snprintf(texts->surname, 40, "SAMPLE%" PRIu64, m % (travellers / 4 + 1));
    snprintf(texts->given_names, 40, "INVENTED %" PRIu64, m >> 8 & 1023);
    snprintf(texts->date_of_birth, 40, "19%02u-%02u-%02u",
             (unsigned)(40 + (m >> 20) % 60), (unsigned)(1 + (m >> 30) % 12),
             (unsigned)(1 + (m >> 40) % 28));
    *out = (struct document){
        .format = BYTES("TD3"),
        .code = BYTES("P"),
        .issuing_state = bytes_of(STATES[m % 5]),
        .number = bytes_of(texts->number),
        .surname = bytes_of(texts->surname),
        .given_names = bytes_of(texts->given_names),
        .nationality = bytes_of(STATES[m % 5]),
        .date_of_birth = bytes_of(texts->date_of_birth),
        .sex = m & 1 ? BYTES("F") : BYTES("M"),
        .date_of_expiry = BYTES("2031-04-15"),
    };
}

static struct event
event_make(enum event_type type, uint64_t n)
{
    return (struct event){.type = type,
                          .time = {INT64_C(1780000000000) + (int64_t)n * 700},
                          .actor = BYTES("officer-17"),
                          .place = BYTES("Durres"),
                          .lane = BYTES("3")};
}

/* Crossing number `n` and the inspection before it; index 0 is the start. */
static void
pair_make(uint64_t n, struct texts *texts, struct event out[2])
{
    struct crossing *crossing = &out[1].crossing;
    struct inspection *inspection = &out[0].inspection;
    enum direction direction = n & 1 ? DIRECTION_EXIT : DIRECTION_ENTRY;

    out[0] = event_make(EVENT_INSPECTION, n);
    out[1] = event_make(EVENT_CROSSING, n);
    document_make(mixed(n * 7 + 1) % travellers, texts, &crossing->document);
    crossing->has_inspection = true;
    crossing->inspection = 1 + 2 * n;
    crossing->direction = direction;
    crossing->key.present = true;
    be64_write(crossing->key.key, mixed(n + 1));
    be64_write(crossing->key.request, mixed(n + 2));
    inspection->direction = direction;
    inspection->line_count = 2;
    inspection->lines[0] =
        BYTES("P<UTOSAMPLE<<INVENTED<<<<<<<<<<<<<<<<<<<<<<<");
    inspection->lines[1] =
        BYTES("X000000000UTO7408122F3104159<<<<<<<<<<<<<<06");
    inspection->has_document = true;
    inspection->document = crossing->document;
}

static struct event
start_make(void)
{
    struct event event = event_make(EVENT_NODE_START, 0);

    event.node_start.country = BYTES("UTO");
    event.node_start.version = BYTES("0");
    event.node_start.sample = true;
    return event;
}

/* ----- The log. ----- */

struct maker {
    struct log log;
    struct seal_cursor cursor;
    struct writer w;
    uint8_t block[BATCH * 2 * 700];
    struct bytes entries[BATCH * 2];
    size_t count;
    uint32_t slot;
};

static void
entry_add(struct maker *maker, const struct event *event)
{
    uint8_t plain[EVENT_SIZE_MAX];
    struct writer w;
    size_t at = maker->w.at;

    writer_init(&w, plain, sizeof(plain));
    must(event_encode(&w, event, NULL), "encoding");
    if (event_holds_person(event))
        must(entry_seal(&maker->cursor, EPOCH, maker->slot++, writer_done(&w),
                        &maker->w),
             "sealing");
    else
        must(entry_encode_open(&maker->w, writer_done(&w)), "encoding");
    maker->entries[maker->count++] =
        (struct bytes){maker->block + at, maker->w.at - at};
}

static void
entries_append(struct maker *maker)
{
    static struct hash leaves[BATCH * 2];
    uint64_t first;

    must(log_append(&maker->log, maker->entries, maker->count, leaves, &first),
         "appending");
    must(log_flush(&maker->log), "writing tiles");
    writer_init(&maker->w, maker->block, sizeof(maker->block));
    maker->count = 0;
}

static void
log_make(void)
{
    static struct maker maker;
    static const uint8_t SEED[SIGN_SEED_SIZE] = {1};
    struct log_config config = {.os = &os,
                                .dir = dir,
                                .origin = BYTES(ORIGIN),
                                .journal_size = JOURNAL_SIZE_DEFAULT};
    struct event event = start_make();
    struct sign_key key;

    sign_key_init(&key, SEED);
    must(log_create(&config), "making the log");
    config.key = &key;
    must(log_open(&maker.log, &config, NULL, NULL), "opening the log");
    seal_cursor_init(&maker.cursor, &keyring);
    writer_init(&maker.w, maker.block, sizeof(maker.block));
    entry_add(&maker, &event);
    entries_append(&maker);
    for (uint64_t n = 0; n < crossings; n++) {
        struct texts texts;
        struct event pair[2];

        pair_make(n, &texts, pair);
        entry_add(&maker, &pair[0]);
        entry_add(&maker, &pair[1]);
        if (maker.count == BATCH * 2 || n + 1 == crossings)
            entries_append(&maker);
    }
    must(log_close(&maker.log), "closing the log");
    seal_cursor_deinit(&maker.cursor);
}

/* ----- What is measured. ----- */

static struct store_config
store_of(const char *name, char *block, size_t size)
{
    snprintf(block, size, "%s/%s", path, name);
    return (struct store_config){.os = &os,
                                 .folder = dir,
                                 .path = block,
                                 .mode = STORE_FOLD,
                                 .node = BYTES("durres")};
}

/* Seconds; making the events is not counted. */
static double
fold_live(struct store *store)
{
    struct event event = start_make();
    uint64_t n = 0;
    double spent = 0;

    must(store_begin(store), "folding");
    must(store_fold(store, 0, &event), "folding");
    must(store_commit(store), "folding");
    while (n < crossings) {
        static struct event pairs[BATCH][2];
        static struct texts texts[BATCH];
        size_t count = 0;
        double start;

        for (; count < BATCH && n + count < crossings; count++)
            pair_make(n + count, &texts[count], pairs[count]);
        start = seconds();
        must(store_begin(store), "folding");
        for (size_t i = 0; i < count * 2; i++)
            must(store_fold(store, 1 + n * 2 + i, &pairs[i / 2][i & 1]),
                 "folding");
        must(store_commit(store), "folding");
        spent += seconds() - start;
        n += count;
    }
    return spent;
}

static double
rebuilt(const struct store_config *store, unsigned threads,
        struct rebuild_report *report)
{
    struct rebuild_config config = {
        .store = *store,
        .view = {&os, dir, VIEW_LOG_PREFIX},
        .size = 1 + 2 * crossings,
        .keyring = &keyring,
        .threads = threads,
    };
    struct fault fault = {0};
    double start = seconds();
    enum err e = store_rebuild(&config, report, &fault);

    if (e != OK)
        fprintf(stderr, "rebuild: %s, entry %zu\n", fault.clause, fault.at);
    must(e, "rebuilding");
    return seconds() - start;
}

static void
compare(const struct store_config *live, const struct store_config *other)
{
    struct store_table a[STORE_TABLE_COUNT];
    struct store_table b[STORE_TABLE_COUNT];
    struct store store;

    must(store_open(&store, live), "opening");
    must(store_tables(&store, a), "reading");
    store_close(&store);
    must(store_open(&store, other), "opening");
    must(store_tables(&store, b), "reading");
    store_close(&store);
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        if (!hash_equal(&a[i].hash, &b[i].hash))
            must(ERR_CORRUPT, a[i].name);
    printf("# tables are those of the live fold:");
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        printf(" %s %" PRIu64, a[i].name, a[i].rows);
    printf("\n");
}

static void
sql(sqlite3 *db, const char *text)
{
    if (sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "rebuild: sqlite: %s\n", sqlite3_errmsg(db));
    exit(3);
}

/* The rows that are in one table, put into the same table of an empty file. */
static void
sqlite_table(sqlite3 *from, sqlite3 *to, const struct shape *shape)
{
    int columns = 1 + shape->number_count + shape->text_count;
    sqlite3_stmt *read;
    sqlite3_stmt *write;
    char text[256];

    snprintf(text, sizeof(text), "SELECT * FROM %s ORDER BY id", shape->name);
    sqlite3_prepare_v2(from, text, -1, &read, NULL);
    snprintf(text, sizeof(text), "INSERT INTO %s VALUES (?%.*s)", shape->name,
             (columns - 1) * 2, ",?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?");
    sqlite3_prepare_v2(to, text, -1, &write, NULL);
    while (sqlite3_step(read) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++)
            sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
        if (sqlite3_step(write) != SQLITE_DONE)
            sql(to, "");
        sqlite3_reset(write);
    }
    sqlite3_finalize(read);
    sqlite3_finalize(write);
}

static double
inserted(const struct store_config *rows, const struct store_config *empty)
{
    sqlite3 *from;
    sqlite3 *to;
    uint32_t roots[STORE_TABLE_COUNT];
    struct file file;
    double start;

    must(store_make(empty, roots), "making a store");
    sqlite3_open(rows->path, &from);
    sqlite3_open(empty->path, &to);
    start = seconds();
    sql(to, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    for (size_t i = 0; i < TABLE_COUNT; i++)
        sqlite_table(from, to, &SHAPES[i]);
    sql(to, "COMMIT");
    sqlite3_close(to);
    sqlite3_close(from);
    must(os.open(&os, dir, store_file_name(empty), OPEN_WRITE, 0600, &file),
         "opening");
    must(os.sync(&os, file), "syncing");
    os.close(&os, file);
    return seconds() - start;
}

/* ----- PostgreSQL. ----- */

static void
pg(PGconn *connection, const char *text)
{
    PGresult *result = PQexec(connection, text);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN) {
        fprintf(stderr, "rebuild: %s", PQerrorMessage(connection));
        exit(3);
    }
    PQclear(result);
}

/* A table as COPY takes it: text, in the heap. */
static char *
copy_text(sqlite3 *from, const struct shape *shape, size_t *size)
{
    int columns = 1 + shape->number_count + shape->text_count;
    sqlite3_stmt *read;
    char *text = NULL;
    char query[64];
    FILE *out = open_memstream(&text, size);

    snprintf(query, sizeof(query), "SELECT * FROM %s ORDER BY id", shape->name);
    sqlite3_prepare_v2(from, query, -1, &read, NULL);
    while (sqlite3_step(read) == SQLITE_ROW)
        for (int i = 0; i < columns; i++)
            fprintf(out, "%s%c", (const char *)sqlite3_column_text(read, i),
                    i + 1 < columns ? '\t' : '\n');
    sqlite3_finalize(read);
    fclose(out);
    return text;
}

static void
pg_create(PGconn *connection, const struct shape *shape)
{
    char text[1024];
    int at =
        snprintf(text, sizeof(text), "CREATE TABLE %s (id bigint", shape->name);

    for (int i = 0; i < shape->number_count + shape->text_count; i++)
        at += snprintf(text + at, sizeof(text) - (size_t)at, ", %s %s NOT NULL",
                       shape->columns[i],
                       i < shape->number_count ? "bigint" : "text");
    snprintf(text + at, sizeof(text) - (size_t)at, ")");
    pg(connection, text);
}

static double
copied(const struct store_config *rows)
{
    PGconn *connection = PQconnectdb("");
    sqlite3 *from;
    double spent = 0;

    if (PQstatus(connection) != CONNECTION_OK) {
        fprintf(stderr, "rebuild: %s", PQerrorMessage(connection));
        exit(3);
    }
    sqlite3_open(rows->path, &from);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        size_t size;
        char *text = copy_text(from, &SHAPES[i], &size);
        char query[64];
        double start = seconds();

        pg(connection, "BEGIN");
        pg_create(connection, &SHAPES[i]);
        snprintf(query, sizeof(query), "COPY %s FROM STDIN", SHAPES[i].name);
        pg(connection, query);
        for (size_t at = 0; at < size; at += 65536)
            PQputCopyData(connection, text + at,
                          (int)(size - at < 65536 ? size - at : 65536));
        PQputCopyEnd(connection, NULL);
        PQclear(PQgetResult(connection));
        while (PQgetResult(connection) != NULL)
            ;
        snprintf(query, sizeof(query), "ALTER TABLE %s ADD PRIMARY KEY (id)",
                 SHAPES[i].name);
        pg(connection, query);
        pg(connection, "COMMIT");
        spent += seconds() - start;
        free(text);
    }
    sqlite3_close(from);
    PQfinish(connection);
    return spent;
}

/* Processor time is that of this process since the last line. */
static void
line(const char *what, double spent, const char *more)
{
    static clock_t before;
    double used = (double)(clock() - before) / CLOCKS_PER_SEC;

    printf("%-21s %9.0f crossings/s %7.2f s, %5.2f us of processor each%s\n",
           what, (double)crossings / spent, spent,
           used * 1e6 / (double)crossings, more);
    fflush(stdout);
    before = clock();
}

static void
measure(void)
{
    char paths[4][96];
    char more[96];
    struct store_config live = store_of("live.db", paths[0], 96);
    struct store_config fresh = store_of("store.db", paths[1], 96);
    struct store_config plain = store_of("plain.db", paths[2], 96);
    struct rebuild_report report;
    struct store store;
    double spent;
    double fast;
    double pg_spent;

    must(store_open(&store, &live), "opening");
    spent = fold_live(&store);
    store_close(&store);
    snprintf(more, sizeof(more), "  %.2f us a pair (aim 6)",
             spent * 1e6 / (double)crossings);
    line("live fold", spent, more);
    spent = rebuilt(&fresh, 1, &report);
    line("rebuild, one thread", spent, "");
    fast = rebuilt(&fresh, pool_threads(), &report);
    snprintf(more, sizeof(more), "  folding %.2f, writing %.2f (aim 1000000/s)",
             (double)report.fold_ns / 1e9, (double)report.write_ns / 1e9);
    line("rebuild, all threads", fast, more);
    compare(&live, &fresh);
    spent = inserted(&fresh, &plain);
    line("SQLite, INSERT", spent, "");
    if (getenv("PGHOST") == NULL)
        return;
    pg_spent = copied(&fresh);
    printf("%-21s %9.0f crossings/s %7.2f s, processor not known: the server's;"
           " rebuild is %.1f times as fast (aim 5)\n",
           "PostgreSQL, COPY", (double)crossings / pg_spent, pg_spent,
           pg_spent / fast);
}

static uint64_t
number(const char *text)
{
    uint64_t value;

    if (!bytes_decimal(bytes_of(text), UINT32_MAX, &value) || value == 0)
        must(ERR_FORMAT, text);
    return value;
}

int
main(int argc, char **argv)
{
    char command[96];
    struct arena arena;
    uint8_t *block = malloc(KEYRING_ARENA_SIZE(KEYS_MAX));
    double start;

    if (argc > 1)
        crossings = number(argv[1]);
    travellers = argc > 2 ? number(argv[2]) : crossings * 2 / 5 + 1;
    must(crypto_init(), "crypto");
    os_posix_init(&os);
    if (mkdtemp(path) == NULL || block == NULL)
        must(ERR_IO, path);
    must(os.folder_open(&os, path, &dir), path);
    arena_init(&arena, block, KEYRING_ARENA_SIZE(KEYS_MAX));
    must(keyring_init(&keyring, &arena, BYTES(ORIGIN), KEYS_MAX), "keys");
    must(keyring_open_epoch(&keyring, EPOCH, &crypto_random), "keys");
    start = seconds();
    log_make();
    printf("# %" PRIu64 " crossings of %" PRIu64 " travellers, each with its"
           " inspection\n",
           crossings, travellers);
    line("making the log", seconds() - start, "");
    measure();
    keyring_deinit(&keyring);
    free(block);
    snprintf(command, sizeof(command), "rm -rf %s", path);
    return system(command) == 0 ? 0 : 3;
}
