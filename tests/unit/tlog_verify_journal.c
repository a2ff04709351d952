/*
 * The verifier reads a node's journal beside its writer: a log being written is
 * good after every step (appended, published, settled, closed, opened again);
 * every block of the journal damaged, entries exchanged, the checkpoint or the
 * whole journal put back, each is told of. LOG 6.10
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "log_made.h"
#include "tlog/log.h"
#include "tlog/verify.h"

#define JOURNAL_SIZE (64 * JOURNAL_BLOCK)
#define ENTRY_SIZE                                                             \
    700 /* a few dozen fill a block, a few hundred the journal                 \
         */

struct node {
    struct log_made made; /* its folder is DIR here */
    struct folder log_folder;
    struct log_config config;
    struct log log;
    uint64_t salt;
};

static struct verify verify;
static struct verify_worker *worker;
static uint8_t *buffer;
static struct verify_finding first;
static size_t notes;

static void
found(void *context, const struct verify_finding *finding)
{
    (void)context;
    if (finding->kind == VERIFY_NOTE)
        notes++;
    else if (verify_clean(&verify) || first.what == NULL)
        first = *finding;
}

static struct node *
node_make(uint64_t salt)
{
    struct node *node = calloc(1, sizeof(*node));
    char path[128];

    assert_non_null(node);
    log_made_init(&node->made);
    node->salt = salt;
    node->config = (struct log_config){
        .os = &node->made.os,
        .dir = node->made.folder,
        .origin = BYTES(LOG_MADE_ORIGIN),
        .journal_size = JOURNAL_SIZE,
    };
    assert_err(node->made.os.make_folder(&node->made.os, node->made.folder,
                                         "log", 0755),
               OK);
    assert_err(log_create(&node->config), OK);
    node->config.key = &node->made.secret;
    assert_err(log_open(&node->log, &node->config, NULL, NULL), OK);
    snprintf(path, sizeof(path), "%s/log", node->made.path);
    assert_err(
        node->made.os.folder_open(&node->made.os, path, &node->log_folder), OK);
    return node;
}

static void
node_drop(struct node *node)
{
    node->made.os.folder_close(&node->made.os, node->log_folder);
    log_made_deinit(&node->made);
    free(node);
}

static void
append(struct node *node, size_t count)
{
    static uint8_t block[ENTRY_SIZE];
    struct bytes entries[64];
    struct hash leaves[64];
    uint64_t at;

    assert_true(count <= 64);
    memset(block, 'e', sizeof(block));
    be64_write(block, log_size(&node->log));
    be64_write(block + 8, node->salt);
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct bytes){block, sizeof(block) - i};
    assert_err(log_append(&node->log, entries, count, leaves, &at), OK);
}

static enum verify_verdict
run_with(struct node *node, const struct os *os)
{
    memset(&verify, 0, sizeof(verify));
    first = (struct verify_finding){.kind = VERIFY_NOTE};
    notes = 0;
    verify.config = (struct verify_config){
        .os = os,
        .folder = node->log_folder,
        .key = &node->made.key,
        .workers = worker,
        .worker_count = 1,
        .found = found,
    };
    verify_log(&verify);
    verify_journal(&verify, node->made.folder, buffer);
    return verify.verdict;
}

static enum verify_verdict
run(struct node *node)
{
    return run_with(node, &node->made.os);
}

static void
expect_good(struct node *node)
{
    enum verify_verdict verdict = run(node);

    if (verdict != VERIFY_GOOD)
        print_error("%s: %s\n", first.clause, first.what);
    assert_int_equal(verdict, VERIFY_GOOD);
    assert_int_equal(verify.checkpoint.size, log_published(&node->log));
    assert_int_equal(verify.waiting,
                     log_size(&node->log) - log_published(&node->log));
}

static void
expect_bad(struct node *node, enum verify_kind kind)
{
    assert_int_equal(run(node), VERIFY_BAD);
    if (first.kind != kind)
        print_error("%s: %s\n", first.clause, first.what);
    assert_int_equal(first.kind, kind);
}

/* The journal begins anew some times meanwhile. */
static void
test_beside_the_writer(void **state)
{
    struct node *node = node_make(0);

    (void)state;
    append(node, 1);
    assert_err(log_publish(&node->log), OK);
    expect_good(node);
    for (size_t i = 0; i < 60; i++) {
        append(node, 1 + i);
        if (i % 7 == 0)
            assert_err(log_flush(&node->log), OK);
        if (i % 2 == 0)
            expect_good(node);
        assert_err(log_publish(&node->log), OK);
        if (i % 3 == 0)
            expect_good(node);
        if (i % 20 == 0)
            assert_err(log_settle(&node->log), OK);
        if (i % 5 == 0)
            expect_good(node);
    }
    assert_true(node->log.header.generation > 5);
    assert_err(log_close(&node->log), OK);
    assert_int_equal(run(node), VERIFY_GOOD);
    assert_int_equal(verify.waiting, 0);
    assert_err(log_open(&node->log, &node->config, NULL, NULL), OK);
    expect_good(node);
    log_abandon(&node->log);
    assert_int_equal(run(node), VERIFY_GOOD);
    node_drop(node);
}

/* A node with some frames after a beginning that is in tiles alone. */
static struct node *
node_with_frames(uint64_t salt)
{
    struct node *node = node_make(salt);

    for (size_t i = 0; i < 10; i++)
        append(node, 60);
    assert_err(log_settle(&node->log), OK);
    for (size_t i = 0; i < 3; i++) {
        append(node, 5);
        assert_err(log_publish(&node->log), OK);
    }
    return node;
}

/* Each block that holds an acknowledged frame damaged, at its begin; and the
 * header. The last frames may be called torn, but not before the checkpoint. */
static void
test_damaged(void **state)
{
    struct node *node = node_with_frames(0);
    struct bytes kept;
    uint64_t end = node->log.block;
    size_t bad = 0;

    (void)state;
    log_abandon(&node->log);
    expect_good(node);
    kept = log_made_read(&node->made, "journal");
    for (uint64_t block = 0; block < end; block++) {
        log_made_flip(&node->made, "journal",
                      (long)(block * JOURNAL_BLOCK + 20));
        if (run(node) == VERIFY_BAD)
            bad++;
        else
            /* the other header, or the last checkpoint's frame */
            assert_true(block < JOURNAL_FIRST_BLOCK || block + 1 == end);
        log_made_write(&node->made, "journal", kept);
    }
    assert_true(bad >= end - 3);
    log_made_write(&node->made, "journal",
                   bytes_slice(kept, 0, kept.size - JOURNAL_BLOCK));
    expect_bad(node, VERIFY_TAMPERED);
    log_made_write(&node->made, "journal", (struct bytes){0});
    expect_bad(node, VERIFY_TAMPERED);
    log_made_remove(&node->made, "journal");
    expect_bad(node, VERIFY_TAMPERED);
    test_file_free(kept);
    node_drop(node);
}

/* The journal of another log with the same key, and one from before. */
static void
test_exchanged(void **state)
{
    struct node *node = node_with_frames(0);
    struct node *other = node_with_frames(1);
    struct bytes own;
    struct bytes theirs;

    (void)state;
    own = log_made_read(&node->made, "journal");
    theirs = log_made_read(&other->made, "journal");
    log_made_write(&node->made, "journal", theirs);
    expect_bad(node, VERIFY_TAMPERED); /* does not begin with these tiles */
    log_made_write(&node->made, "journal", own);

    append(node, 60);
    assert_err(log_publish(&node->log), OK);
    expect_good(node);
    log_made_write(&node->made, "journal", own);
    expect_bad(node, VERIFY_TAMPERED); /* ends before the checkpoint */
    log_abandon(&node->log);
    log_abandon(&other->log);
    test_file_free(own);
    test_file_free(theirs);
    node_drop(node);
    node_drop(other);
}

/* The same number of entries appended to the same beginning, but others. */
static void
test_fork(void **state)
{
    struct node *node = node_make(0);
    struct node *other = node_make(0);
    struct bytes theirs;

    (void)state;
    append(node, 60);
    append(other, 60);
    assert_err(log_settle(&node->log), OK);
    assert_err(log_settle(&other->log), OK);
    other->salt = 1;
    append(node, 9);
    append(other, 9);
    assert_err(log_publish(&node->log), OK);
    assert_err(log_publish(&other->log), OK);
    theirs = log_made_read(&other->made, "journal");
    log_made_write(&node->made, "journal", theirs);
    expect_bad(node, VERIFY_FORK);
    log_abandon(&node->log);
    log_abandon(&other->log);
    test_file_free(theirs);
    node_drop(node);
    node_drop(other);
}

/* The checkpoint put back to an older one. */
static void
test_rollback(void **state)
{
    struct node *node = node_make(0);
    struct bytes kept[3];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        append(node, 10);
        assert_err(log_publish(&node->log), OK);
        kept[i] = log_made_read(&node->made, "log/checkpoint");
    }
    log_made_write(&node->made, "log/checkpoint", kept[0]);
    expect_bad(node, VERIFY_ROLLBACK);
    /* By one: the node may have died before it put the last one in place. */
    log_made_write(&node->made, "log/checkpoint", kept[1]);
    assert_int_equal(run(node), VERIFY_GOOD);
    assert_true(notes > 0);
    log_made_write(&node->made, "log/checkpoint", kept[2]);
    assert_err(log_close(&node->log), OK);
    log_made_write(&node->made, "log/checkpoint", kept[1]);
    expect_bad(node, VERIFY_ROLLBACK);
    for (size_t i = 0; i < 3; i++)
        test_file_free(kept[i]);
    node_drop(node);
}

/* A kernel whose n-th call fails. */
static struct os real;
static long calls_left;

static enum err
failing_open(struct os *os, struct folder folder, const char *path,
             enum open_mode how, unsigned mode, struct file *out)
{
    return calls_left-- == 0 ? ERR_IO
                             : real.open(os, folder, path, how, mode, out);
}

static enum err
failing_read(struct os *os, struct file file, uint64_t at, uint8_t *out,
             size_t size, size_t *got)
{
    return calls_left-- == 0 ? ERR_IO
                             : real.read_at(os, file, at, out, size, got);
}

static enum err
failing_size(struct os *os, struct file file, uint64_t *out)
{
    return calls_left-- == 0 ? ERR_IO : real.size(os, file, out);
}

/*
 * LOG 6.8: nothing is called tampered with because it could not be read. What
 * fails in one walk through the journal may be read in the next.
 */
static void
test_unreadable(void **state)
{
    struct node *node = node_with_frames(0);
    size_t unread = 0;
    struct os os;
    long n = 0;

    (void)state;
    log_abandon(&node->log);
    real = os = node->made.os;
    os.open = failing_open;
    os.read_at = failing_read;
    os.size = failing_size;
    do {
        enum verify_verdict verdict;

        calls_left = n++;
        verdict = run_with(node, &os);
        assert_int_not_equal(verdict, VERIFY_BAD);
        unread += verdict == VERIFY_UNREAD;
    } while (calls_left < 0);
    print_message("# %ld calls failed, %zu times for good\n", n - 1, unread);
    node_drop(node);
}

static int
setup(void **state)
{
    (void)state;
    worker = calloc(1, sizeof(*worker));
    buffer = aligned_alloc(JOURNAL_BLOCK, JOURNAL_FRAME_SIZE_MAX);
    return worker == NULL || buffer == NULL;
}

static int
teardown(void **state)
{
    (void)state;
    free(worker);
    free(buffer);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_beside_the_writer, setup),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_exchanged),
        cmocka_unit_test(test_fork),
        cmocka_unit_test(test_rollback),
        cmocka_unit_test_teardown(test_unreadable, teardown),
    };

    return TEST_RUN(tests);
}
