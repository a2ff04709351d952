/*
 * The store on a disk that fails: while folding and while rebuilding, the n-th
 * call for every n gives an error, or the power is cut there. Afterwards the
 * tables are those of a batch that was committed, or the file is known to be
 * useless; and folding what is missing, or rebuilding, leads to the tables of
 * a run without trouble.
 */
#include "sim/disk.h"
#include "sim/vfs.h"
#include "store_log.h"

#include <stdlib.h>
#include <string.h>

#define EVENTS 80
#define BATCH 20
#define BATCHES (EVENTS / BATCH)
#define SEEDS 2 /* power cuts at the same call, each losing something else */
#define WAL_PAGES 24  /* so that the WAL is copied back every few batches */
#define STREAM_SEED 3 /* all that the tables know is among its first */

struct tables_sum {
    struct store_table tables[STORE_TABLE_COUNT];
};

/* What folding leads to, batch by batch; the same for all tests. */
static struct tables_sum expected[BATCHES + 1];

/* Whether each batch has entries of another node's log too. */
static bool with_others;

/* Batches are streams of their own length from one seed: begun anew each time
 * up to where they are needed. */
static struct store_stream *
stream_at(struct store_stream *stream, uint64_t seed, uint64_t index)
{
    if (stream->index > index || stream->travellers == 0)
        store_stream_init(stream, seed, 12);
    while (stream->index < index)
        (void)store_stream_next(stream);
    return stream;
}

static enum err
others_fold(struct store *store)
{
    static const struct seen_log LOG = {.origin = BYTES("kufi.example/rinas"),
                                        .role = SEEN_CENTRE,
                                        .size = EVENTS};
    static struct store_stream stream;
    struct store_source source;
    enum err e = store_seen(store, &LOG, (struct instant){0}, &source);

    if (e != OK)
        return e;
    (void)stream_at(&stream, STREAM_SEED + 1, source.position);
    for (size_t i = 0; e == OK && i < BATCH / 2; i++)
        e = store_fold_foreign(store, &source, store_stream_next(&stream));
    return e == OK ? store_skip_foreign(store, &source, source.position + 1)
                   : e;
}

static struct store_config
config_of(struct sim_disk *disk)
{
    struct store_config config = {.os = &disk->os,
                                  .folder = sim_disk_root(disk),
                                  .path = "store.db",
                                  .mode = STORE_FOLD,
                                  .vfs = SIM_VFS_NAME,
                                  .wal_pages = WAL_PAGES,
                                  .node = BYTES("durres")};

    sim_vfs(config.os, config.folder);
    return config;
}

static enum err
batch_fold(struct store *store)
{
    uint64_t index = store_position(store);
    uint64_t end = (index / BATCH + 1) * BATCH;
    static struct store_stream kept;
    struct store_stream *stream = stream_at(&kept, STREAM_SEED, index);
    enum err e = store_begin(store);

    if (e == OK && with_others)
        e = others_fold(store);

    for (; e == OK && index < end; index++)
        e = store_fold(store, index, store_stream_next(stream));
    if (e == OK)
        return store_commit(store);
    store_rollback(store);
    return e;
}

/* Folds to the end; a batch that fails is tried once more. */
static enum err
fold_all(const struct store_config *config)
{
    struct store store;
    enum err e = store_open(&store, config);

    if (e != OK)
        return e;
    while (e == OK && store_position(&store) < EVENTS) {
        e = batch_fold(&store);
        if (e != OK)
            e = batch_fold(&store);
    }
    store_close(&store);
    return e;
}

static bool
is_same(const struct tables_sum *a, const struct tables_sum *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        if (a->tables[i].rows != b->tables[i].rows ||
            !hash_equal(&a->tables[i].hash, &b->tables[i].hash))
            return false;
    return true;
}

static void
sum_get(struct store *store, struct tables_sum *out)
{
    assert_err(store_tables(store, out->tables), OK);
}

/* What became of a store, after the trouble. */
struct outcome {
    size_t cases;
    size_t found[BATCHES + 1]; /* by how many batches were there */
    size_t dropped;
};

/* Looks what is there, and goes on without trouble. */
static void
recover(struct sim_disk *disk, struct outcome *outcome)
{
    struct store_config config = config_of(disk);
    struct tables_sum sum;
    struct store store;
    enum err e = store_open(&store, &config);

    outcome->cases++;
    if (e == ERR_CORRUPT || e == ERR_CONFLICT) {
        outcome->dropped++;
        assert_err(store_drop(&config), OK);
        assert_err(store_open(&store, &config), OK);
    } else {
        assert_err(e, OK);
    }
    assert_int_equal(store_position(&store) % BATCH, 0);
    assert_true(store_position(&store) <= EVENTS);
    sum_get(&store, &sum);
    assert_true(is_same(&sum, &expected[store_position(&store) / BATCH]));
    outcome->found[store_position(&store) / BATCH]++;
    store_close(&store);
    assert_err(fold_all(&config), OK);
    assert_err(store_open(&store, &config), OK);
    sum_get(&store, &sum);
    assert_true(is_same(&sum, &expected[BATCHES]));
    store_close(&store);
}

static int
setup(bool others)
{
    struct sim_disk disk;
    struct store_config config;
    struct store store;

    with_others = others;
    sim_disk_init(&disk, 1);
    config = config_of(&disk);
    assert_err(store_open(&store, &config), OK);
    for (size_t i = 0; i <= BATCHES; i++) {
        sum_get(&store, &expected[i]);
        if (i < BATCHES)
            assert_err(batch_fold(&store), OK);
    }
    store_close(&store);
    sim_disk_deinit(&disk);
    return 0;
}

static int
setup_alone(void **state)
{
    (void)state;
    return setup(false);
}

static int
setup_others(void **state)
{
    (void)state;
    return setup(true);
}

enum trouble { FAIL_IO, FAIL_FULL, POWER_CUT, TROUBLE_COUNT };

static void
trouble_set(struct sim_disk *disk, enum trouble trouble, uint64_t at)
{
    if (trouble == POWER_CUT)
        sim_disk_crash(disk, at);
    else
        sim_disk_fail(disk, at, trouble == FAIL_IO ? ERR_IO : ERR_FULL);
}

/* The process is gone, or the power. */
static void
trouble_end(struct sim_disk *disk, enum trouble trouble)
{
    disk->fault = SIM_NO_FAULT;
    if (trouble == POWER_CUT)
        sim_disk_power_cut(disk);
    else
        sim_disk_kill(disk);
}

static void
outcome_print(const char *what, const struct outcome *outcome)
{
    print_message("# %s: %zu cases; found after", what, outcome->cases);
    for (size_t i = 0; i <= BATCHES; i++)
        print_message(" %zu:%zu", i, outcome->found[i]);
    print_message(" batches; dropped %zu\n", outcome->dropped);
}

static bool
fold_once(enum trouble trouble, uint64_t at, uint64_t seed,
          struct outcome *outcome)
{
    struct sim_disk disk;
    struct store_config config;
    bool struck;

    sim_disk_init(&disk, seed);
    config = config_of(&disk);
    trouble_set(&disk, trouble, at);
    if (fold_all(&config) == OK && trouble == POWER_CUT)
        sim_disk_crash(&disk, 0);
    struck = disk.struck;
    trouble_end(&disk, trouble);
    recover(&disk, outcome);
    sim_disk_deinit(&disk);
    return struck;
}

/* STO 1.2, 6.1 */
static void
test_folding(void **state)
{
    (void)state;
    for (int trouble = 0; trouble < TROUBLE_COUNT; trouble++) {
        struct outcome outcome = {0};
        uint64_t seeds = trouble == POWER_CUT ? SEEDS : 1;
        bool struck = true;

        for (uint64_t at = 0; struck; at++)
            for (uint64_t seed = 0; seed < seeds; seed++)
                struck = fold_once((enum trouble)trouble, at, at * 31 + seed,
                                   &outcome);
        outcome_print(trouble == FAIL_IO     ? "folding, an error"
                      : trouble == FAIL_FULL ? "folding, disk full"
                                             : "folding, power cut",
                      &outcome);
        assert_int_equal(outcome.dropped, 0);
    }
}

/* A log of all events. */
static void
prepare(struct sim_disk *disk, struct store_log *log)
{
    struct store_config config;
    struct store_stream stream;

    sim_disk_init(disk, 5);
    config = config_of(disk);
    store_log_init(log, &disk->os, config.folder);
    store_stream_init(&stream, STREAM_SEED, 12);
    while (stream.index < EVENTS)
        store_log_add(log, store_stream_next(&stream));
    store_log_write(log);
    sim_disk_settle(disk); /* its own recovery is not what is tested here */
}

/* `after` is the disk with a store of half of them, whose process died: its WAL
 * lies beside it. */
static void
half_fold(struct sim_disk *disk, struct sim_disk *after)
{
    struct store_config config = config_of(disk);
    struct store store;

    assert_err(store_open(&store, &config), OK);
    while (store_position(&store) < EVENTS / 2)
        assert_err(batch_fold(&store), OK);
    sim_disk_copy(after, disk);
    sim_disk_kill(after);
    store_close(&store);
}

static bool
rebuild_once(const struct sim_disk *before, struct store_log *log,
             enum trouble trouble, uint64_t at, struct outcome *outcome)
{
    struct sim_disk disk;
    struct store_config config;
    struct rebuild_config rebuild;
    struct tables_sum sum;
    struct store store;
    bool struck;
    enum err e;

    sim_disk_copy(&disk, before);
    disk.random ^= at;
    config = config_of(&disk);
    rebuild = store_log_rebuild(log, &config);
    rebuild.threads = 1;
    trouble_set(&disk, trouble, at);
    e = store_rebuild(&rebuild, NULL, NULL);
    struck = disk.struck;
    disk.fault = SIM_NO_FAULT;
    if (e == OK) {
        assert_err(store_open(&store, &config), OK);
        sum_get(&store, &sum);
        assert_true(is_same(&sum, &expected[BATCHES]));
        store_close(&store);
    }
    trouble_end(&disk, trouble);
    recover(&disk, outcome);
    config = config_of(&disk);
    rebuild = store_log_rebuild(log, &config);
    rebuild.threads = 1;
    assert_err(store_rebuild(&rebuild, NULL, NULL), OK);
    assert_err(store_open(&store, &config), OK);
    sum_get(&store, &sum);
    assert_true(is_same(&sum, &expected[BATCHES]));
    store_close(&store);
    sim_disk_deinit(&disk);
    return struck;
}

/* STO 5.3 */
static void
test_rebuilding(void **state)
{
    struct sim_disk disk;
    struct sim_disk half;
    struct store_log *log = calloc(1, sizeof(*log));

    (void)state;
    assert_non_null(log);
    prepare(&disk, log);
    half_fold(&disk, &half);
    for (int trouble = 0; trouble < TROUBLE_COUNT; trouble++) {
        struct outcome outcome = {0};
        bool struck = true;

        for (uint64_t at = 0; struck; at++)
            struck =
                rebuild_once(&half, log, (enum trouble)trouble, at, &outcome);
        outcome_print(trouble == FAIL_IO     ? "rebuilding, an error"
                      : trouble == FAIL_FULL ? "rebuilding, disk full"
                                             : "rebuilding, power cut",
                      &outcome);
        assert_int_equal(outcome.dropped, 0);
    }
    (void)config_of(&disk);
    store_log_deinit(log);
    free(log);
    sim_disk_deinit(&half);
    sim_disk_deinit(&disk);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_folding, setup_others),
        cmocka_unit_test_setup(test_rebuilding, setup_alone),
    };

    return TEST_RUN(tests);
}
