/*
 * How many crossings does a node take down durably in a second? B2: above 1 M/s
 * in batches of 1,000, and above 8 times PostgreSQL on the same disk.
 *
 *     bench/postgres build/release/bench/append [SECONDS]
 *
 * Kufi: what the keeper does between asks and answers, on one core: events are
 * encoded, sealed under a key each, hashed into the tree, put in a journal's
 * frame, synced. "acknowledged" counts until then; "sustained" all that follows
 * as well: tiles and bundles, checkpoints, syncing them when the journal begins
 * anew; "and folded" the tables too.
 *
 * Beside it, for each size of batch: the same bytes written over a preallocated
 * file and synced, nothing else; SQLite (WAL, synchronous FULL) and PostgreSQL
 * (when PGHOST is set) taking the same crossings as a row each, to be found by
 * id, document, name and request; one INSERT a commit, or a batch in one
 * transaction, which is a COPY in PostgreSQL.
 */
#include <ftw.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/crypto.h"
#include "node/book.h"

#define BATCH_MAX 1000
#define RAW_SIZE (UINT64_C(64) << 20)

static const size_t BATCHES[] = {1, 64, BATCH_MAX};

struct texts {
    char number[16];
    char surname[24];
    char given_names[24];
    char date_of_birth[40];
    char request[20];
};

struct bench {
    struct os os;
    struct folder dir;
    char path[64];
    double seconds_max; /* for each line */
    uint64_t made;      /* crossings, ever */
    struct texts texts[BATCH_MAX];
    struct event events[BATCH_MAX];
    struct config config;
    struct book book;
    uint64_t entry_bytes; /* of the last batch, as in a bundle */
    double kufi;          /* the sustained rate at this size of batch */
};

static void
must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "append: %s: %s\n", what, err_text(e));
    exit(3);
}

static double
seconds(struct bench *b)
{
    return (double)b->os.monotonic_ns(&b->os) / 1e9;
}

/* ----- Invented crossings. ----- */

static uint64_t
mixed(uint64_t n)
{
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

static void
crossing_make(uint64_t n, struct texts *t, struct event *out)
{
    uint64_t m = mixed(n);

    snprintf(t->number, sizeof(t->number), "X%08u", (unsigned)(m % 100000000));
    snprintf(t->surname, sizeof(t->surname), "SAMPLE%u",
             (unsigned)(m >> 8) % 300000);
    snprintf(t->given_names, sizeof(t->given_names), "INVENTED %u",
             (unsigned)(m >> 40) % 1000);
    snprintf(t->date_of_birth, sizeof(t->date_of_birth), "19%02u-%02u-%02u",
             (unsigned)(40 + (m >> 20) % 60), (unsigned)(1 + (m >> 30) % 12),
             (unsigned)(1 + (m >> 44) % 28));
    snprintf(t->request, sizeof(t->request), "%016" PRIx64, mixed(n + 1));
    *out = (struct event){
        .type = EVENT_CROSSING,
        .time = {INT64_C(1790000000000) + (int64_t)n},
        .actor = BYTES("officer-17"),
        .lane = BYTES("3"),
        .crossing =
            {
                .has_inspection = true,
                .inspection = n,
                .direction = n & 1 ? DIRECTION_EXIT : DIRECTION_ENTRY,
                .document =
                    {
                        .format = BYTES("TD3"),
                        .code = BYTES("P"),
                        .issuing_state = BYTES("UTO"),
                        .number = bytes_of(t->number),
                        .surname = bytes_of(t->surname),
                        .given_names = bytes_of(t->given_names),
                        .nationality = BYTES("UTO"),
                        .date_of_birth = bytes_of(t->date_of_birth),
                        .sex = m & 1 ? BYTES("F") : BYTES("M"),
                        .date_of_expiry = BYTES("2031-04-15"),
                    },
                .key = {.present = true},
            },
    };
    /* A hash in life: the table of keys relies on its bits being even. */
    be64_write(out->crossing.key.key, mixed(n + 1));
    be64_write(out->crossing.key.key + 8, mixed(~n));
}

/* The next `count` crossings; making them is never counted. */
static void
batch_make(struct bench *b, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++)
        crossing_make(b->made++, &b->texts[i], &b->events[i]);
}

/* ----- What is common to all lines. ----- */

struct line {
    const char *name;
    size_t batch;
    /* Takes b->events, `count` of them, down durably. */
    void (*commit)(struct bench *b, size_t count);
    void (*after)(struct bench *b); /* what may follow the answer, or NULL */
};

/* Two rates: until acknowledged, and of all that is done. */
static double
line_run(struct bench *b, const struct line *line)
{
    double acknowledged = 0;
    double all = 0;
    clock_t processor = 0;
    uint64_t count = 0;

    while (all < b->seconds_max) {
        double start;
        double middle;

        batch_make(b, line->batch);
        processor -= clock();
        start = seconds(b);
        line->commit(b, line->batch);
        middle = seconds(b);
        if (line->after != NULL)
            line->after(b);
        all += seconds(b) - start;
        processor += clock();
        acknowledged += middle - start;
        count += line->batch;
    }
    printf("%-26s batch %4zu %9.0f/s", line->name, line->batch,
           (double)count / all);
    if (line->after != NULL)
        printf("  acknowledged at %.0f/s, %.2f us of processor each",
               (double)count / acknowledged,
               (double)processor / (double)count * 1e6 / CLOCKS_PER_SEC);
    return (double)count / all;
}

static void
line_end(double rate, double kufi)
{
    if (rate > 0)
        printf("  Kufi is %.1f times as fast", kufi / rate);
    printf("\n");
    fflush(stdout);
}

/* ----- Kufi. ----- */

static void
book_make(struct bench *b)
{
    struct book_config config = {
        .os = &b->os,
        .dir = b->dir,
        .path = b->path,
        .config = &b->config,
        .random = &crypto_random,
    };
    struct book_report report;

    snprintf(b->config.origin, sizeof(b->config.origin),
             "border.example/durres");
    snprintf(b->config.country, sizeof(b->config.country), "UTO");
    snprintf(b->config.place, sizeof(b->config.place), "Durres");
    snprintf(b->config.zone, sizeof(b->config.zone), "UTC");
    b->config.sample = true;
    must(book_create(&b->book, &config), "making a node");
    must(book_open(&b->book, &config, &report), "opening the node");
    must(book_start(&b->book), "starting the node");
    must(book_fold(&b->book), "folding");
}

static void
kufi_commit(struct bench *b, size_t count)
{
    size_t item;
    size_t i;

    must(book_begin(&b->book), "beginning a batch");
    for (i = 0; i < count; i++)
        must(book_put(&b->book, &b->events[i], false, &item), "putting");
    must(book_commit(&b->book), "committing");
}

static void
kufi_after(struct bench *b)
{
    struct log *log = &b->book.log;

    must(book_flush(&b->book), "writing tiles");
    if (log_publish_due(log, b->os.monotonic_ns(&b->os)))
        must(book_publish(&b->book), "publishing");
}

static void
kufi_fold(struct bench *b)
{
    must(book_fold(&b->book), "folding");
    kufi_after(b);
}

static void
kufi_run(struct bench *b, size_t batch)
{
    struct line line = {"Kufi", batch, kufi_commit, kufi_after};
    size_t i;

    b->kufi = line_run(b, &line);
    printf("\n");
    b->entry_bytes = 0;
    for (i = 0; i < b->book.item_count; i++)
        b->entry_bytes += 2 + b->book.entries[i].size;
}

/* ----- The same bytes, and nothing else. ----- */

struct raw {
    struct file file;
    uint64_t at;
    uint8_t block[JOURNAL_FRAME_SIZE_MAX];
    uint64_t size;
};

static struct raw raw;

static void
raw_make(struct bench *b)
{
    must(b->os.open(&b->os, b->dir, "raw", OPEN_REPLACE, 0600, &raw.file),
         "raw");
    memset(raw.block, 0x5a, sizeof(raw.block));
    for (raw.at = 0; raw.at < RAW_SIZE; raw.at += 1 << 20)
        must(b->os.write_at(&b->os, raw.file, raw.at,
                            (struct bytes){raw.block, 1 << 20}),
             "raw");
    must(b->os.sync(&b->os, raw.file), "raw");
    raw.at = 0;
}

static void
raw_commit(struct bench *b, size_t count)
{
    (void)count;
    if (raw.at + raw.size > RAW_SIZE)
        raw.at = 0;
    must(b->os.write_at(&b->os, raw.file, raw.at,
                        (struct bytes){raw.block, raw.size}),
         "raw");
    must(b->os.sync(&b->os, raw.file), "raw");
    raw.at += raw.size;
}

static void
raw_run(struct bench *b, size_t batch)
{
    struct line line = {"write and fdatasync alone", batch, raw_commit, NULL};
    double rate;

    raw.size = (b->entry_bytes + JOURNAL_FRAME_HEAD_SIZE + JOURNAL_BLOCK - 1) /
               JOURNAL_BLOCK * JOURNAL_BLOCK;
    rate = line_run(b, &line);
    line_end(rate, b->kufi);
}

/* ----- SQLite. ----- */

#define COLUMNS 15

static const char SQL_TABLE[] =
    "CREATE TABLE crossing (id bigint PRIMARY KEY, time bigint,"
    " inspection bigint, direction int, decision int, reasons int, lane text,"
    " state text, number text, surname text, given_names text,"
    " nationality text, date_of_birth text, date_of_expiry text,"
    " request text);"
    "CREATE INDEX crossing_document ON crossing (state, number);"
    "CREATE INDEX crossing_name ON crossing (surname, date_of_birth);"
    "CREATE UNIQUE INDEX crossing_request ON crossing (request)";

static const char SQL_VALUES[] = "INSERT INTO crossing VALUES"
                                 " ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,"
                                 "$13,$14,$15)";

/* A crossing's columns as texts, which both databases take. */
static void
row_make(const struct bench *b, size_t i, char block[6][24],
         const char *columns[COLUMNS])
{
    const struct event *event = &b->events[i];
    const struct crossing *crossing = &event->crossing;
    const struct texts *t = &b->texts[i];
    size_t k;

    snprintf(block[0], 24, "%" PRIu64, crossing->inspection);
    snprintf(block[1], 24, "%" PRId64, event->time.ms);
    snprintf(block[2], 24, "%d", (int)crossing->direction);
    for (k = 0; k < COLUMNS; k++)
        columns[k] = "0";
    columns[0] = block[0];
    columns[1] = block[1];
    columns[2] = block[0];
    columns[3] = block[2];
    columns[6] = "3";
    columns[7] = "UTO";
    columns[8] = t->number;
    columns[9] = t->surname;
    columns[10] = t->given_names;
    columns[11] = "UTO";
    columns[12] = t->date_of_birth;
    columns[13] = "2031-04-15";
    columns[14] = t->request;
}

static sqlite3 *lite;
static sqlite3_stmt *lite_insert;

static void
lite_do(const char *text)
{
    if (sqlite3_exec(lite, text, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "append: sqlite: %s\n", sqlite3_errmsg(lite));
    exit(3);
}

static void
lite_make(const struct bench *b)
{
    char path[96];

    snprintf(path, sizeof(path), "%s/beside.db", b->path);
    sqlite3_open(path, &lite);
    lite_do("PRAGMA journal_mode = WAL");
    lite_do("PRAGMA synchronous = FULL");
    lite_do("PRAGMA cache_size = -262144");
    lite_do(SQL_TABLE);
    sqlite3_prepare_v2(lite, SQL_VALUES, -1, &lite_insert, NULL);
}

static void
lite_commit(struct bench *b, size_t count)
{
    size_t i;
    int k;

    lite_do("BEGIN");
    for (i = 0; i < count; i++) {
        char block[6][24];
        const char *columns[COLUMNS];

        row_make(b, i, block, columns);
        for (k = 0; k < COLUMNS; k++)
            sqlite3_bind_text(lite_insert, k + 1, columns[k], -1,
                              SQLITE_STATIC);
        if (sqlite3_step(lite_insert) != SQLITE_DONE)
            lite_do("COMMIT"); /* says why */
        sqlite3_reset(lite_insert);
    }
    lite_do("COMMIT");
}

static void
lite_run(struct bench *b, size_t batch)
{
    struct line line = {"SQLite, WAL, FULL", batch, lite_commit, NULL};
    double rate = line_run(b, &line);

    line_end(rate, b->kufi);
}

/* ----- PostgreSQL. ----- */

static PGconn *pg;

static void
pg_check(PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_COMMAND_OK && status != PGRES_COPY_IN) {
        fprintf(stderr, "append: %s", PQerrorMessage(pg));
        exit(3);
    }
    PQclear(result);
}

static void
pg_make(void)
{
    pg = PQconnectdb("");
    if (PQstatus(pg) != CONNECTION_OK) {
        fprintf(stderr, "append: %s", PQerrorMessage(pg));
        exit(3);
    }
    pg_check(PQexec(pg, SQL_TABLE));
    pg_check(PQprepare(pg, "put", SQL_VALUES, COLUMNS, NULL));
}

static void
pg_insert(struct bench *b, size_t count)
{
    char block[6][24];
    const char *columns[COLUMNS];

    (void)count;
    row_make(b, 0, block, columns);
    pg_check(PQexecPrepared(pg, "put", COLUMNS, columns, NULL, NULL, 0));
}

static void
pg_copy(struct bench *b, size_t count)
{
    static char text[BATCH_MAX * COLUMNS * 24];
    size_t at = 0;
    size_t i;
    int k;

    for (i = 0; i < count; i++) {
        char block[6][24];
        const char *columns[COLUMNS];

        row_make(b, i, block, columns);
        for (k = 0; k < COLUMNS; k++)
            at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%c",
                                   columns[k], k + 1 < COLUMNS ? '\t' : '\n');
    }
    pg_check(PQexec(pg, "COPY crossing FROM STDIN"));
    PQputCopyData(pg, text, (int)at);
    PQputCopyEnd(pg, NULL);
    pg_check(PQgetResult(pg));
    while (PQgetResult(pg) != NULL)
        ;
}

static void
pg_run(struct bench *b, size_t batch)
{
    struct line line = {"PostgreSQL", batch, batch == 1 ? pg_insert : pg_copy,
                        NULL};
    double rate = line_run(b, &line);

    line_end(rate, b->kufi);
}

/* ----- All of it. ----- */

static int
remove_one(const char *path, const struct stat *status, int kind,
           struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void
measure(struct bench *b)
{
    size_t i;

    for (i = 0; i < sizeof(BATCHES) / sizeof(BATCHES[0]); i++) {
        kufi_run(b, BATCHES[i]);
        raw_run(b, BATCHES[i]);
        lite_run(b, BATCHES[i]);
        if (pg != NULL)
            pg_run(b, BATCHES[i]);
    }
    must(book_fold(&b->book), "folding");
    for (i = 0; i < sizeof(BATCHES) / sizeof(BATCHES[0]); i++) {
        struct line line = {"Kufi, and folded", BATCHES[i], kufi_commit,
                            kufi_fold};

        (void)line_run(b, &line);
        printf("\n");
    }
}

int
main(int argc, char **argv)
{
    static struct bench b;
    uint64_t wanted = 3;

    if (argc > 1 && !bytes_decimal(bytes_of(argv[1]), 3600, &wanted))
        must(ERR_FORMAT, argv[1]);
    b.seconds_max = (double)wanted;
    must(crypto_init(), "crypto");
    os_posix_init(&b.os);
    snprintf(b.path, sizeof(b.path), "/var/tmp/kufi-bench.XXXXXX");
    if (mkdtemp(b.path) == NULL)
        must(ERR_IO, b.path);
    must(b.os.folder_open(&b.os, b.path, &b.dir), b.path);
    book_make(&b);
    raw_make(&b);
    lite_make(&b);
    if (getenv("PGHOST") != NULL)
        pg_make();
    measure(&b);
    printf("# aim: 1000000/s and 8 times PostgreSQL in batches of 1000; an"
           " entry has %" PRIu64 " bytes\n",
           b.entry_bytes / BATCH_MAX);
    sqlite3_finalize(lite_insert);
    sqlite3_close(lite);
    PQfinish(pg);
    must(book_stop(&b.book, STOP_ASKED), "stopping");
    return nftw(b.path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 3;
}
