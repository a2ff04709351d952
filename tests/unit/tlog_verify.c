/*
 * The verifier accepts whole logs of many sizes, on one thread and on several,
 * and whatever is done to one, it says so and names the place: a table of
 * damages to a log of three levels of tiles, then every 211th byte of every
 * file of the reference log flipped and cut off there, then the n-th call to
 * the kernel failing, for every n.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_made.h"
#include "tlog/verify.h"

#define SIZE 66000
#define OLD_SIZE 300
#define THREADS 3

static struct verify verify;
static struct verify_worker *workers;
static unsigned worker_count = THREADS;

/* What the verifier told: the first finding, and how many. */
static struct {
    struct verify_finding first;
    char path[OS_PATH_SIZE_MAX];
    size_t notes;
    size_t count; /* without notes */
} told;

static void
found(void *context, const struct verify_finding *finding)
{
    (void)context;
    if (finding->kind == VERIFY_NOTE) {
        told.notes++;
        return;
    }
    if (told.count++ > 0)
        return;
    told.first = *finding;
    snprintf(told.path, sizeof(told.path), "%s", finding->path);
}

static enum verify_verdict
run(const struct os *os, struct log_made *log, const struct verify_old *olds,
    size_t old_count)
{
    memset(&verify, 0, sizeof(verify));
    memset(&told, 0, sizeof(told));
    verify.config = (struct verify_config){
        .os = os,
        .folder = log->folder,
        .key = &log->key,
        .olds = olds,
        .old_count = old_count,
        .workers = workers,
        .worker_count = worker_count,
        .found = found,
    };
    verify_log(&verify);
    return verify.verdict;
}

static void
expect_good(struct log_made *log, const struct verify_old *olds,
            size_t old_count)
{
    enum verify_verdict verdict = run(&log->os, log, olds, old_count);

    if (verdict != VERIFY_GOOD)
        print_error("%s: %s: %s\n", told.path, told.first.clause,
                    told.first.what);
    assert_int_equal(verdict, VERIFY_GOOD);
    assert_int_equal(verify.entries, verify.checkpoint.size);
}

/* LOG 6.1, LOG 6.2, LOG 6.3, LOG 6.4, LOG 6.6 */
static void
test_good(void **state)
{
    static const uint64_t sizes[] = {0,     1,     2,     255,  256,   257,
                                     511,   512,   513,   5000, 65279, 65280,
                                     65535, 65536, 65537, SIZE};
    uint8_t blocks[16][CHECKPOINT_SIZE_MAX];
    struct verify_old olds[16];
    struct log_made *log = malloc(sizeof(*log));

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        log_made_grow(log, sizes[i]);
        olds[i].name = "older";
        olds[i].note = log_made_checkpoint(log, blocks[i]);
        expect_good(log, olds, i + 1);
        assert_true(verify.checkpoint.size == sizes[i]);
        assert_int_equal(told.notes, 0);
    }
    log_made_deinit(log);
    free(log);
}

/* LOG 6.9, LOG 4.8: tiles of a larger size are there, partial ones are gone. */
static void
test_growing(void **state)
{
    struct log_made *log = malloc(sizeof(*log));
    uint8_t block[CHECKPOINT_SIZE_MAX];
    struct bytes old;

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    log_made_grow(log, OLD_SIZE);
    old = log_made_checkpoint(log, block);
    log_made_grow(log, 1000);
    log_made_write(log, "checkpoint", old);
    expect_good(log, NULL, 0);
    assert_true(told.notes > 0);
    log_made_remove(log, "tile/0/001.p/44");
    log_made_remove(log, "tile/entries/001.p/44");
    expect_good(log, NULL, 0);
    log_made_write(log, "tile/0/readme", BYTES("no tile"));
    log_made_write(log, "stray/a/b/c", BYTES("no tile"));
    expect_good(log, NULL, 0);
    log_made_deinit(log);
    free(log);
}

enum damage { FLIP, CUT, LENGTHEN, REMOVE };

static const struct {
    enum damage damage;
    const char *path;
    long at; /* from the end when below 0 */
    uint64_t index;
    uint64_t end;
    const char *clause;
} damages[] = {
    {FLIP, "tile/entries/007", 40, 1792, 1793, "LOG 6.2"},
    {FLIP, "tile/entries/000", 2, 0, 1, "LOG 6.2"},
    {FLIP, "tile/entries/255", -1, 65535, 65536, "LOG 6.2"},
    {FLIP, "tile/entries/257.p/208", -1, 65999, 66000, "LOG 6.2"},
    {FLIP, "tile/entries/256", -1, 65791, 65792, "LOG 6.2"},
    {FLIP, "tile/entries/007", 0, 1793, 2048, "LOG 6.2"},
    {FLIP, "tile/0/200", 8000, 51450, 51451, "LOG 6.3"},
    {FLIP, "tile/0/000", 0, 0, 1, "LOG 6.3"},
    {FLIP, "tile/0/257.p/208", 32, 65793, 65794, "LOG 6.3"},
    {FLIP, "tile/1/000", 33, 256, 512, "LOG 6.3"},
    {FLIP, "tile/1/001.p/1", 0, 65536, 65792, "LOG 6.3"},
    {FLIP, "tile/2/000.p/1", 31, 0, 65536, "LOG 6.3"},
    {FLIP, "tile/0/001.p/44", 0, 0, 0, "LOG 6.5"},
    {FLIP, "tile/entries/001.p/44", -1, 0, 0, "LOG 6.5"},
    {FLIP, "checkpoint", -20, 0, 0, "LOG 3.6"},
    {FLIP, "checkpoint", 40, 0, 0, "LOG 3.6"},
    {FLIP, "checkpoint", 0, 0, 0, "LOG 3.6"},
    {CUT, "checkpoint", 40, 0, 0, "LOG 2.2"},
    {CUT, "checkpoint", 0, 0, 0, "LOG 2.2"},
    {CUT, "tile/0/123", 8191, 31488, 31744, "LOG 6.3"},
    {CUT, "tile/entries/123", 100, 31490, 31744, "LOG 6.2"},
    {CUT, "tile/1/000", 32, 0, 65536, "LOG 6.3"},
    {CUT, "tile/2/000.p/1", 0, 0, 65536, "LOG 6.3"},
    {CUT, "tile/0/001.p/44", 1376, 0, 0, "LOG 6.5"},
    {LENGTHEN, "tile/0/123", 0, 31488, 31744, "LOG 6.3"},
    {LENGTHEN, "tile/0/257.p/208", 0, 65792, 66000, "LOG 6.3"},
    {LENGTHEN, "tile/entries/123", 0, 31744, 31744, "LOG 6.2"},
    {LENGTHEN, "checkpoint", 0, 0, 0, "LOG 2.3"},
    {REMOVE, "tile/0/123", 0, 31488, 31744, "LOG 6.3"},
    {REMOVE, "tile/entries/123", 0, 31488, 31744, "LOG 6.2"},
    {REMOVE, "tile/1/000", 0, 0, 65536, "LOG 6.3"},
    {REMOVE, "tile/1/001.p/1", 0, 65536, 65792, "LOG 6.3"},
    {REMOVE, "tile/2/000.p/1", 0, 0, 65536, "LOG 6.3"},
    {REMOVE, "tile/entries/257.p/208", 0, 65792, 66000, "LOG 6.2"},
    {REMOVE, "checkpoint", 0, 0, 0, "LOG 6.1"},
};

static void
damage_do(struct log_made *log, enum damage damage, const char *path, long at)
{
    struct bytes in = log_made_read(log, path);
    uint8_t *copy = malloc(in.size + 1);

    assert_non_null(copy);
    memcpy(copy, in.p, in.size);
    copy[in.size] = '\n';
    if (damage == FLIP)
        log_made_flip(log, path, at);
    else if (damage == REMOVE)
        log_made_remove(log, path);
    else
        log_made_write(
            log, path,
            (struct bytes){copy, damage == CUT ? (size_t)at : in.size + 1});
    free(copy);
    test_file_free(in);
}

/* LOG 6.7, LOG 6.8: one finding, and it names the place. */
static void
test_damages(void **state)
{
    struct log_made *log = malloc(sizeof(*log));
    uint8_t block[CHECKPOINT_SIZE_MAX];
    struct verify_old old = {.name = "older"};

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    log_made_grow(log, OLD_SIZE);
    old.note = log_made_checkpoint(log, block);
    log_made_grow(log, SIZE);
    for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        struct bytes kept = log_made_read(log, damages[i].path);

        damage_do(log, damages[i].damage, damages[i].path, damages[i].at);
        assert_int_equal(run(&log->os, log, &old, 1), VERIFY_BAD);
        if (told.count != 1 || strcmp(told.path, damages[i].path) != 0 ||
            told.first.index != damages[i].index ||
            told.first.end != damages[i].end)
            print_error("case %zu: %zu found: %s %s %s %u..%u\n", i, told.count,
                        told.path, told.first.clause, told.first.what,
                        (unsigned)told.first.index, (unsigned)told.first.end);
        assert_int_equal(told.count, 1);
        assert_string_equal(told.path, damages[i].path);
        assert_string_equal(told.first.clause, damages[i].clause);
        assert_int_equal(told.first.kind, VERIFY_TAMPERED);
        assert_int_equal(told.first.index, damages[i].index);
        assert_int_equal(told.first.end, damages[i].end);
        log_made_write(log, damages[i].path, kept);
        test_file_free(kept);
    }
    expect_good(log, &old, 1);
    log_made_deinit(log);
    free(log);
}

/* An entry and its tile rewritten together, the tiles above left: the level
 * above shows it. */
static void
test_rewritten(void **state)
{
    struct log_made *log = malloc(sizeof(*log));
    struct log_made *other = malloc(sizeof(*other));

    (void)state;
    assert_non_null(log);
    assert_non_null(other);
    log_made_init(log);
    log_made_init(other);
    other->salt = 1;
    log_made_grow(log, SIZE);
    log_made_grow(other, SIZE);
    for (size_t i = 0; i < 2; i++) {
        const char *path = i == 0 ? "tile/0/009" : "tile/entries/009";
        struct bytes in = log_made_read(other, path);

        log_made_write(log, path, in);
        test_file_free(in);
    }
    assert_int_equal(run(&log->os, log, NULL, 0), VERIFY_BAD);
    assert_int_equal(told.count, 1);
    assert_string_equal(told.path, "tile/entries/009");
    assert_int_equal(told.first.index, 9 * 256);
    assert_int_equal(told.first.end, 10 * 256);
    log_made_deinit(log);
    log_made_deinit(other);
    free(log);
    free(other);
}

/* LOG 6.6, LOG 3.7: whole and signed, but not what it was. */
static void
test_fork_and_rollback(void **state)
{
    static const uint64_t sizes[] = {100, 256, OLD_SIZE, 700};
    struct log_made *log = malloc(sizeof(*log));
    uint8_t blocks[4][CHECKPOINT_SIZE_MAX];
    struct verify_old olds[4];

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    for (size_t i = 0; i < 4; i++) {
        log_made_grow(log, sizes[i]);
        olds[i] =
            (struct verify_old){"older", log_made_checkpoint(log, blocks[i])};
    }
    expect_good(log, olds, 4);

    log_made_write(log, "checkpoint", olds[2].note);
    assert_int_equal(run(&log->os, log, olds, 4), VERIFY_BAD);
    assert_int_equal(told.count, 1);
    assert_int_equal(told.first.kind, VERIFY_ROLLBACK);
    assert_int_equal(told.first.index, OLD_SIZE);
    assert_int_equal(told.first.end, 700);
    log_made_deinit(log);

    /* The same up to 256, others from there on. */
    log_made_init(log);
    log_made_grow(log, 256);
    log->salt = 1;
    log_made_grow(log, 2000);
    expect_good(log, olds, 2);
    assert_int_equal(run(&log->os, log, olds, 4), VERIFY_BAD);
    assert_int_equal(told.count, 2);
    assert_int_equal(told.first.kind, VERIFY_FORK);
    assert_string_equal(told.first.clause, "LOG 6.6");
    assert_int_equal(told.first.index, 256);
    assert_int_equal(told.first.end, OLD_SIZE);

    /* No checkpoint of this log. */
    olds[0].note = BYTES("hello\n");
    assert_int_equal(run(&log->os, log, olds, 1), VERIFY_BAD);
    assert_int_equal(told.first.kind, VERIFY_TAMPERED);
    log_made_deinit(log);
    free(log);
}

/* LOG 6.4: signed, but with the root of other entries. */
static void
test_wrong_root(void **state)
{
    struct log_made *log = malloc(sizeof(*log));
    struct checkpoint checkpoint = {
        .origin = BYTES(LOG_MADE_ORIGIN), .size = 600, .root = {{1}}};
    uint8_t block[CHECKPOINT_SIZE_MAX];
    struct writer w;

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    log_made_grow(log, 600);
    writer_init(&w, block, sizeof(block));
    checkpoint_sign(&w, &checkpoint, &log->secret);
    log_made_write(log, "checkpoint", writer_done(&w));
    assert_int_equal(run(&log->os, log, NULL, 0), VERIFY_BAD);
    assert_int_equal(told.count, 1);
    assert_string_equal(told.first.clause, "LOG 6.4");

    /* A size that nobody has the entries of ends all the same. */
    checkpoint.size = TREE_SIZE_MAX;
    writer_init(&w, block, sizeof(block));
    checkpoint_sign(&w, &checkpoint, &log->secret);
    log_made_write(log, "checkpoint", writer_done(&w));
    assert_int_equal(run(&log->os, log, NULL, 0), VERIFY_BAD);
    assert_true(told.count >= VERIFY_FOUND_MAX);
    assert_true(told.count < VERIFY_FOUND_MAX + 10);
    log_made_deinit(log);
    free(log);
}

/* An empty folder is no log; the machine, not a person, is to blame. */
static void
test_no_log(void **state)
{
    struct log_made *log = malloc(sizeof(*log));

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    assert_int_equal(run(&log->os, log, NULL, 0), VERIFY_UNREAD);
    assert_string_equal(told.first.clause, "LOG 6.8");
    log_made_deinit(log);
    free(log);
}

#define EVERY 211

struct reference {
    struct log_made *log;
    size_t tried;
};

static void
each_file(void *context, const char *path)
{
    struct reference *reference = context;
    struct log_made *log = reference->log;
    const char *below = path + strlen("tests/data/tlog/log/");
    struct bytes in = test_file(path);

    for (size_t at = reference->tried % EVERY; at < in.size; at += EVERY) {
        log_made_flip(log, below, (long)at);
        assert_int_equal(run(&log->os, log, NULL, 0), VERIFY_BAD);
        log_made_write(log, below, bytes_slice(in, 0, at));
        assert_int_equal(run(&log->os, log, NULL, 0), VERIFY_BAD);
        log_made_write(log, below, in);
        reference->tried += 2;
    }
    test_file_free(in);
}

static void
each_copy(void *context, const char *path)
{
    struct reference *reference = context;
    struct bytes in = test_file(path);

    log_made_write(reference->log, path + strlen("tests/data/tlog/log/"), in);
    test_file_free(in);
}

static const char *const folders[] = {
    "tests/data/tlog/log",
    "tests/data/tlog/log/tile/0",
    "tests/data/tlog/log/tile/0/001.p",
    "tests/data/tlog/log/tile/0/002.p",
    "tests/data/tlog/log/tile/1/000.p",
    "tests/data/tlog/log/tile/entries",
    "tests/data/tlog/log/tile/entries/001.p",
    "tests/data/tlog/log/tile/entries/002.p",
};

/* Another program's log: good, and bad wherever a byte is other. */
static void
test_reference(void **state)
{
    struct log_made *log = malloc(sizeof(*log));
    struct reference reference = {.log = log};
    struct verify_old olds[2] = {{.name = "1"}, {.name = "300"}};

    (void)state;
    assert_non_null(log);
    worker_count = 1; /* threads cost more than so small a log */
    log_made_init(log);
    assert_err(note_key_parse(BYTES("example.com/reference-log+f8499e9f+"
                                    "ARXHufJBm13GdCAndWJzE9vePD3bMVPpPq4ji"
                                    "T+bs0BE"),
                              &log->key, NULL),
               OK);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        assert_true(test_each_file(folders[i], each_copy, &reference) > 0);
    olds[0].note = test_file("tests/data/tlog/old/checkpoint.1");
    olds[1].note = test_file("tests/data/tlog/old/checkpoint.300");
    expect_good(log, olds, 2);
    test_file_free(olds[0].note);
    test_file_free(olds[1].note);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        test_each_file(folders[i], each_file, &reference);
    print_message("# %zu damaged logs refused\n", reference.tried);
    log_made_deinit(log);
    free(log);
}

/* A kernel whose n-th call fails. */
static struct os real;
static long calls_left;

static bool
fails(void)
{
    return __atomic_fetch_sub(&calls_left, 1, __ATOMIC_SEQ_CST) == 0;
}

static enum err
failing_open(struct os *os, struct folder folder, const char *path,
             enum open_mode how, unsigned mode, struct file *out)
{
    return fails() ? ERR_IO : real.open(os, folder, path, how, mode, out);
}

static enum err
failing_read(struct os *os, struct file file, uint64_t at, uint8_t *out,
             size_t size, size_t *got)
{
    return fails() ? ERR_IO : real.read_at(os, file, at, out, size, got);
}

static enum err
failing_size(struct os *os, struct file file, uint64_t *out)
{
    return fails() ? ERR_IO : real.size(os, file, out);
}

static enum err
failing_list(struct os *os, struct folder folder, const char *path,
             enum err (*each)(void *context, const char *name, bool is_folder),
             void *context)
{
    return fails() ? ERR_IO : real.list(os, folder, path, each, context);
}

/* LOG 6.8: what cannot be read is never good, and never called tampering. */
static void
test_unreadable(void **state)
{
    struct log_made *log = malloc(sizeof(*log));
    struct os os;
    long n = 0;

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    log_made_grow(log, OLD_SIZE);
    log_made_grow(log, 1000);
    real = os = log->os;
    os.open = failing_open;
    os.read_at = failing_read;
    os.size = failing_size;
    os.list = failing_list;
    for (;; n++) {
        calls_left = n;
        if (run(&os, log, NULL, 0) == VERIFY_GOOD)
            break;
        assert_int_equal(verify.verdict, VERIFY_UNREAD);
        assert_string_equal(told.first.clause,
                            told.first.kind == VERIFY_UNREADABLE &&
                                    strcmp(told.first.clause, "LOG 6.5") == 0
                                ? "LOG 6.5"
                                : "LOG 6.8");
    }
    assert_true(calls_left >= 0);
    print_message("# %ld calls failed\n", n);
    log_made_deinit(log);
    free(log);
}

/* Two files that hold the same hashes cannot be read, or none can. */
static const char *unreadable;

static enum err
refusing_open(struct os *os, struct folder folder, const char *path,
              enum open_mode how, unsigned mode, struct file *out)
{
    if (strstr(path, unreadable) != NULL)
        return ERR_IO;
    return real.open(os, folder, path, how, mode, out);
}

static void
test_lost(void **state)
{
    static const char *const paths[] = {"/001",    "/003.p",  "tile/",
                                        "tile/1/", "tile/0/", "tile/entries/"};
    struct log_made *log = malloc(sizeof(*log));
    uint8_t blocks[3][CHECKPOINT_SIZE_MAX];
    struct verify_old olds[3];
    struct os os;

    (void)state;
    assert_non_null(log);
    log_made_init(log);
    for (size_t i = 0; i < 3; i++) {
        log_made_grow(log, 300 * (i + 1));
        olds[i] =
            (struct verify_old){"older", log_made_checkpoint(log, blocks[i])};
    }
    log_made_grow(log, 1000);
    real = os = log->os;
    os.open = refusing_open;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        unreadable = paths[i];
        assert_int_equal(run(&os, log, olds, 3), VERIFY_UNREAD);
    }
    log_made_deinit(log);
    free(log);
}

static int
setup(void **state)
{
    (void)state;
    workers = calloc(THREADS, sizeof(*workers));
    return workers == NULL;
}

static int
teardown(void **state)
{
    (void)state;
    free(workers);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_good, setup),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_damages),
        cmocka_unit_test(test_rewritten),
        cmocka_unit_test(test_fork_and_rollback),
        cmocka_unit_test(test_wrong_root),
        cmocka_unit_test(test_no_log),
        cmocka_unit_test(test_reference),
        cmocka_unit_test(test_lost),
        cmocka_unit_test_teardown(test_unreadable, teardown),
    };

    return TEST_RUN(tests);
}
