/*
 * `kufi rebuild`: drops the tables and folds the whole log anew; or, with
 * --dry-run, does so into a file of its own, shows both hashes of each table,
 * and changes nothing. The node must not run meanwhile.
 */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "node/book_foreign.h"
#include "node/config.h"
#include "node/keys.h"
#include "os/pool.h"
#include "os/process.h"
#include "store/rebuild.h"
#include "tlog/log.h"

#define ANSWER_SIZE_MAX 8192
#define PROGRESS_NS UINT64_C(200000000)

enum { DRY_RUN, THREADS, JSON, OPTION_COUNT };

/* A node's log, keyring and tables while no keeper has them. */
struct place {
    struct cli *cli;
    struct folder dir;
    struct config config;
    struct sign_key key;
    struct keyring keyring;
    struct keyrings keyrings; /* of other logs */
    struct book_mirrors mirrors;
    struct arena arena;
    struct log log;
    bool log_is_open;
    char path[STORE_PATH_SIZE_MAX - sizeof(REBUILD_SUFFIX)];
    struct store_config store;
    uint64_t start_ns;
    uint64_t shown_ns;
    bool show; /* the progress, to a terminal */
};

static int
fail(struct place *place, enum err e, const char *what,
     const struct fault *fault)
{
    if (fault != NULL && fault->clause != NULL)
        cli_complain(place->cli, "%s: %s (%s, entry %zu)", what,
                     fault->what != NULL ? fault->what : err_text(e),
                     fault->clause, fault->at);
    else
        cli_complain(place->cli, "%s: %s", what, err_text(e));
    return cli_exit_of(e) == CLI_NO ? CLI_TROUBLE : cli_exit_of(e);
}

static enum err
keyring_open(struct place *place)
{
    struct fault fault;
    size_t size = KEYRING_ARENA_SIZE(KEYRING_NODES_MAX);
    uint8_t *block = malloc(size);
    enum err e;

    arena_init(&place->arena, block, block != NULL ? size : 0);
    e = keyring_init(&place->keyring, &place->arena,
                     bytes_of(place->config.origin), KEYRING_NODES_MAX);
    return e == OK ? keyring_load(&place->keyring, place->cli->os, place->dir,
                                  &fault)
                   : e;
}

static int
log_take(struct place *place)
{
    struct fault fault = {0};
    struct log_config config = {.os = place->cli->os,
                                .dir = place->dir,
                                .origin = bytes_of(place->config.origin),
                                .key = &place->key};
    enum err e = log_open(&place->log, &config, NULL, &fault);

    place->log_is_open = e == OK;
    if (e == ERR_BUSY) {
        cli_complain(place->cli, "the node is running: stop it first");
        return CLI_TROUBLE;
    }
    return e == OK ? CLI_DONE : fail(place, e, "the log", &fault);
}

static int
place_open(struct place *place, const char *path)
{
    struct os *os = place->cli->os;
    struct config_fault fault;
    int size =
        snprintf(place->path, sizeof(place->path), "%s/%s", path, STORE_FILE);
    enum err e = crypto_init();

    if (size < 0 || (size_t)size >= sizeof(place->path))
        return fail(place, ERR_LIMIT, path, NULL);
    if (e == OK)
        e = os->folder_open(os, path, &place->dir);
    if (e != OK)
        return fail(place, e, path, NULL);
    e = config_read(os, place->dir, &place->config, &fault);
    if (e != OK)
        return fail(place, e, CONFIG_FILE, NULL);
    e = key_load(os, place->dir, bytes_of(place->config.origin), &place->key);
    if (e != OK)
        return fail(place, e, KEY_FILE, NULL);
    e = keyring_open(place);
    if (e != OK)
        return fail(place, e, KEYRING_PATH, NULL);
    e = keyrings_open(&place->keyrings, os, place->dir, NULL);
    if (e != OK)
        return fail(place, e, KEYRINGS_FOLDER, NULL);
    place->mirrors = (struct book_mirrors){
        .os = os, .dir = place->dir, .keyrings = &place->keyrings};
    place->store = (struct store_config){.os = os,
                                         .folder = place->dir,
                                         .path = place->path,
                                         .mode = STORE_FOLD,
                                         .node = config_node(&place->config)};
    return log_take(place);
}

static int
place_close(struct place *place, int status)
{
    enum err e = OK;

    if (place->log_is_open)
        e = log_close(&place->log);
    keyrings_close(&place->keyrings);
    keyring_deinit(&place->keyring);
    sign_key_deinit(&place->key);
    free(place->arena.p);
    if (e != OK && status == CLI_DONE)
        return fail(place, e, "closing the log", NULL);
    return status;
}

static void
progress(void *context, uint64_t folded, uint64_t size)
{
    struct place *place = context;
    struct os *os = place->cli->os;
    uint64_t now_ns = os->monotonic_ns(os);
    uint64_t took_ms = (now_ns - place->start_ns) / 1000000;

    if (!place->show || now_ns - place->shown_ns < PROGRESS_NS)
        return;
    place->shown_ns = now_ns;
    fprintf(place->cli->err,
            "\r%" PRIu64 " of %" PRIu64 " entries, %" PRIu64 "/s ", folded,
            size, folded * 1000 / (took_ms > 0 ? took_ms : 1));
    (void)fflush(place->cli->err);
}

static uint64_t
rate_of(const struct rebuild_report *report)
{
    uint64_t ms = (report->fold_ns + report->write_ns) / 1000000;

    return report->crossings * 1000 / (ms > 0 ? ms : 1);
}

static void
tables_json(struct json_writer *j, const char *name,
            const struct store_table *tables)
{
    json_key(j, name);
    json_begin_array(j);
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++) {
        json_begin_object(j);
        json_pair_text(j, "name", bytes_of(tables[i].name));
        json_pair_integer(j, "rows", (int64_t)tables[i].rows);
        json_key(j, "sha256");
        json_put_base64(j, hash_bytes(&tables[i].hash));
        json_end_object(j);
    }
    json_end_array(j);
}

static bool
is_same(const struct store_table *a, const struct store_table *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        if (!hash_equal(&a[i].hash, &b[i].hash))
            return false;
    return true;
}

/* `live` is NULL when it was not asked for. */
static void
answer_json(struct place *place, const struct rebuild_report *report,
            const struct store_table *made, const struct store_table *live)
{
    uint8_t block[ANSWER_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_text(&j, "node", config_node(&place->config));
    if (place->config.sample)
        json_pair_boolean(&j, "sample", true);
    json_pair_integer(&j, "entries", (int64_t)report->entries);
    json_pair_integer(&j, "entries_of_others", (int64_t)report->foreign);
    json_pair_integer(&j, "missing_of_others", (int64_t)report->holes);
    json_pair_integer(&j, "crossings", (int64_t)report->crossings);
    json_pair_integer(&j, "erased", (int64_t)report->erased);
    json_pair_integer(
        &j, "milliseconds",
        (int64_t)((report->fold_ns + report->write_ns) / 1000000));
    json_pair_integer(&j, "crossings_per_second", (int64_t)rate_of(report));
    tables_json(&j, "tables", made);
    if (live != NULL) {
        tables_json(&j, "live", live);
        json_pair_boolean(&j, "same", is_same(made, live));
    }
    json_end_object(&j);
    writer_text(&w, "\n");
    cli_write(place->cli, writer_done(&w));
}

static void
tables_text(struct place *place, const char *which,
            const struct store_table *tables)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++) {
        fprintf(place->cli->out, "%-8s %-9s %10" PRIu64 " rows ", which,
                tables[i].name, tables[i].rows);
        for (size_t at = 0; at < HASH_SIZE; at++)
            fprintf(place->cli->out, "%02x", tables[i].hash.b[at]);
        fputc('\n', place->cli->out);
    }
}

static void
answer_text(struct place *place, const struct rebuild_report *report,
            const struct store_table *made, const struct store_table *live)
{
    uint64_t ms = (report->fold_ns + report->write_ns) / 1000000;

    if (live != NULL)
        tables_text(place, "live", live);
    tables_text(place, "rebuilt", made);
    if (live != NULL)
        fprintf(place->cli->out, "%s\n",
                is_same(made, live) ? "the same" : "NOT the same");
    fprintf(place->cli->out,
            "%" PRIu64 " entries (%" PRIu64 " of other nodes), %" PRIu64
            " crossings, %" PRIu64 " erased, %" PRIu64 " missing, in %" PRIu64
            ".%03" PRIu64 " s: %" PRIu64 " crossings/s\n",
            report->entries, report->foreign, report->crossings, report->erased,
            report->holes, ms / 1000, ms % 1000, rate_of(report));
}

static enum err
tables_read(const struct store_config *config,
            struct store_table out[STORE_TABLE_COUNT])
{
    struct store store;
    enum err e = store_open(&store, config);

    if (e != OK)
        return e;
    e = store_tables(&store, out);
    store_close(&store);
    return e;
}

static struct rebuild_config
rebuild_of(struct place *place, unsigned threads)
{
    struct os *os = place->cli->os;

    place->show = isatty(fileno(place->cli->err)) != 0;
    place->start_ns = os->monotonic_ns(os);
    return (struct rebuild_config){
        .store = place->store,
        .view = {os, place->dir, VIEW_LOG_PREFIX},
        .size = log_size(&place->log),
        .keyring = &place->keyring,
        .threads = threads,
        .foreign = {book_mirror_find, &place->mirrors},
        .progress = progress,
        .context = place,
    };
}

static int
rebuild(struct place *place, unsigned threads, bool as_json)
{
    struct rebuild_config config = rebuild_of(place, threads);
    struct store_table made[STORE_TABLE_COUNT];
    struct rebuild_report report;
    struct fault fault = {0};
    enum err e = store_rebuild(&config, &report, &fault);

    if (place->show)
        fputs("\r\033[K", place->cli->err);
    if (e != OK)
        return fail(place, e, "rebuilding", &fault);
    e = tables_read(&place->store, made);
    if (e != OK)
        return fail(place, e, "reading the tables back", NULL);
    if (as_json)
        answer_json(place, &report, made, NULL);
    else
        answer_text(place, &report, made, NULL);
    return CLI_DONE;
}

/* The tables as they are and as they would be. */
static int
rehearse(struct place *place, unsigned threads, bool as_json)
{
    struct rebuild_config config = rebuild_of(place, threads);
    struct store_table live[STORE_TABLE_COUNT];
    struct store_table made[STORE_TABLE_COUNT];
    struct rebuild_report report;
    struct store_config beside;
    char path[STORE_PATH_SIZE_MAX];
    struct fault fault = {0};
    enum err dropped;
    enum err e = tables_read(&place->store, live);

    if (e != OK)
        return fail(place, e, "reading the tables", NULL);
    e = store_rebuild_beside(&config, path, &beside, &report, &fault);
    if (place->show)
        fputs("\r\033[K", place->cli->err);
    if (e == OK)
        e = tables_read(&beside, made);
    dropped = store_drop(&beside);
    if (e == OK)
        e = dropped;
    if (e != OK)
        return fail(place, e, "rebuilding", &fault);
    if (as_json)
        answer_json(place, &report, made, live);
    else
        answer_text(place, &report, made, live);
    return is_same(made, live) ? CLI_DONE : CLI_NO;
}

int
command_rebuild(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[OPTION_COUNT] = {
        {.name = "--dry-run",
         .help = "change nothing; compare the tables with rebuilt ones"},
        {.name = "--threads",
         .value_name = "N",
         .help = "as many as there are cores, if not given",
         .values = &values[THREADS]},
        {.name = "--json", .help = "one JSON object"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Drops the node's tables and folds its whole log anew, then"
                 " shows the\nhash of each table. The node must not run.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct place *place;
    uint64_t threads = pool_threads();
    bool as_json;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (table[THREADS].count > 0 &&
        !options_number(cli, &table[THREADS], 1, POOL_THREADS_MAX, &threads))
        return CLI_USAGE;
    place = calloc(1, sizeof(*place));
    if (place == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    process_guard();
    place->cli = cli;
    as_json = table[JSON].count > 0;
    status = place_open(place, options.argv[0]);
    if (status == CLI_DONE && table[DRY_RUN].count > 0)
        status = rehearse(place, (unsigned)threads, as_json);
    else if (status == CLI_DONE)
        status = rebuild(place, (unsigned)threads, as_json);
    status = place_close(place, status);
    free(place);
    return status;
}
