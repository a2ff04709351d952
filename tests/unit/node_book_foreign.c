/*
 * Books that take in each other's logs, on a real folder: what is seen is
 * proved first and then folded; tables rebuilt from the own log and the mirrors
 * are those folded live; a mirror that is damaged, missing or another's leaves
 * holes, which a rebuild fills when it is whole again; entries wait for their
 * keys. STO 6.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "failing.h"
#include "node/book_foreign.h"
#include "os/pool.h"
#include "store/nodes.h"
#include "store/rebuild.h"
#include "store_help.h"
#include "tlog/checkpoint.h"

#define BOOKS 3
#define OWN 0

static const char *const NAMES[BOOKS] = {"durres", "rinas", "centre"};
static const enum seen_role ROLES[BOOKS] = {SEEN_POST, SEEN_POST, SEEN_CENTRE};

struct node_made {
    struct config config;
    struct book_config book_config;
    char path[96];
    struct book *book;
    struct store_stream stream;
};

struct world {
    struct failing failing;
    struct test_random random;
    char path[64];
    struct node_made nodes[BOOKS];
    struct book *own;
};

static struct bytes
origin_of(const struct world *world, size_t node)
{
    return bytes_of(world->nodes[node].config.origin);
}

static void
book_up(struct node_made *node)
{
    struct book_report report;

    assert_err(book_open(node->book, &node->book_config, &report), OK);
    assert_err(book_start(node->book), OK);
    assert_err(book_fold(node->book), OK);
}

static void
node_make(struct world *world, size_t i)
{
    struct node_made *node = &world->nodes[i];
    struct os *os = &world->failing.os;

    (void)snprintf(node->path, sizeof(node->path), "%s/%s", world->path,
                   NAMES[i]);
    node->config = (struct config){.kind = NODE_SEA,
                                   .country = "UTO",
                                   .zone = "",
                                   .listen = LISTEN_DEFAULT};
    (void)snprintf(node->config.origin, sizeof(node->config.origin),
                   "kufi.example/%s", NAMES[i]);
    (void)snprintf(node->config.place, sizeof(node->config.place), "at %s",
                   NAMES[i]);
    node->book_config = (struct book_config){.os = os,
                                             .path = node->path,
                                             .config = &node->config,
                                             .random = &crypto_random};
    assert_int_equal(mkdir(node->path, 0700), 0);
    assert_err(os->folder_open(os, node->path, &node->book_config.dir), OK);
    node->book = calloc(1, sizeof(*node->book));
    assert_non_null(node->book);
    assert_err(book_create(node->book, &node->book_config), OK);
    book_up(node);
    store_stream_init(&node->stream, test_random_next(&world->random), 40);
}

static int
set_up(void **state)
{
    struct world *world = calloc(1, sizeof(*world));

    assert_non_null(world);
    failing_init(&world->failing);
    test_random_init(&world->random);
    strcpy(world->path, "/dev/shm/kufi-seen-XXXXXX");
    if (mkdtemp(world->path) == NULL) {
        strcpy(world->path, "/tmp/kufi-seen-XXXXXX");
        assert_non_null(mkdtemp(world->path));
    }
    for (size_t i = 0; i < BOOKS; i++)
        node_make(world, i);
    world->own = world->nodes[OWN].book;
    *state = world;
    return 0;
}

static void
run(const char *command)
{
    assert_int_equal(system(command), 0);
}

static int
tear_down(void **state)
{
    struct world *world = *state;
    struct os *os = &world->failing.os;
    char command[128];

    for (size_t i = 0; i < BOOKS; i++) {
        assert_err(book_stop(world->nodes[i].book, STOP_ASKED), OK);
        os->folder_close(os, world->nodes[i].book_config.dir);
        free(world->nodes[i].book);
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", world->path);
    run(command);
    free(world);
    return 0;
}

/* ----- What nodes do. ----- */

static void
put(struct world *world, size_t node, const struct event *event)
{
    struct book *book = world->nodes[node].book;
    struct event copy = *event;
    size_t item;

    failing_pass(&world->failing, 1000);
    assert_err(book_begin(book), OK);
    assert_err(book_put(book, &copy, false, &item), OK);
    assert_err(book_commit(book), OK);
    assert_err(book_fold(book), OK);
}

/* As a careless border records it, in batches. */
static void
record(struct world *world, size_t node, size_t count)
{
    struct store_stream *stream = &world->nodes[node].stream;
    struct book *book = world->nodes[node].book;
    size_t item;

    failing_pass(&world->failing, 1000);
    assert_err(book_begin(book), OK);
    for (size_t i = 0; i < count; i++) {
        const struct event *event = store_stream_next(stream);
        struct event copy;

        if (event == NULL)
            continue;
        copy = *event;
        if (copy.type == EVENT_CORRECTION)
            copy.correction.node = bytes_of(NAMES[node]);
        if (copy.type == EVENT_LATE_RECORD)
            copy.place = (struct bytes){0};
        assert_err(book_put(book, &copy, false, &item), OK);
    }
    assert_err(book_commit(book), OK);
    assert_err(book_fold(book), OK);
}

static void
mirror_path(const struct world *world, size_t node, char out[256])
{
    struct hash id = hash_of(origin_of(world, node));
    int at = snprintf(out, 256, "%s/peers/", world->nodes[OWN].path);

    for (size_t i = 0; i < HASH_SIZE; i++)
        at += snprintf(out + at, 256 - (size_t)at, "%02x", id.b[i]);
}

/* As the courier fetches it: all that is published. */
static void
mirror(struct world *world, size_t node)
{
    struct node_made *made = &world->nodes[node];
    char path[256];
    char command[1024];

    assert_err(book_flush(made->book), OK);
    assert_err(book_publish(made->book), OK);
    mirror_path(world, node, path);
    (void)snprintf(command, sizeof(command),
                   "mkdir -p %s && rm -rf %s/* && cp -r %s/log/tile "
                   "%s/log/checkpoint %s/",
                   path, path, made->path, made->path, path);
    run(command);
}

static void
grant(struct world *world, size_t node)
{
    bool news;

    assert_err(keyrings_take(&world->own->keyrings,
                             &world->nodes[node].book->keyring, 0, &news),
               OK);
}

/* What the node published last. */
static struct book_mirror
published(struct world *world, size_t node)
{
    struct node_made *made = &world->nodes[node];
    const struct log_view view = {&world->failing.os, made->book_config.dir,
                                  VIEW_LOG_PREFIX};
    uint8_t block[CHECKPOINT_SIZE_MAX + NOTE_LINE_SIZE_MAX];
    struct checkpoint checkpoint;
    struct bytes text;
    struct note parsed;

    assert_err(view_checkpoint(&view, block, sizeof(block), &text), OK);
    assert_err(note_parse(text, &parsed, NULL), OK);
    assert_err(checkpoint_parse(parsed.text, &checkpoint, NULL), OK);
    return (struct book_mirror){.origin = origin_of(world, node),
                                .role = ROLES[node],
                                .size = checkpoint.size,
                                .root = checkpoint.root,
                                .max = BOOK_SEEN_ENTRIES_MAX};
}

static void
see(struct world *world, const struct seen_log *logs, size_t count)
{
    struct event event = {.type = EVENT_CHECKPOINT_SEEN,
                          .actor = BYTES("kufi")};

    event.checkpoint_seen =
        (struct checkpoint_seen){.log_count = count, .logs = logs};
    put(world, OWN, &event);
}

/* Looks once at all other logs, by at most `max` entries, and believes it. */
static size_t
look(struct world *world, size_t max)
{
    struct seen_log seen[BOOKS];
    size_t count = 0;

    for (size_t i = OWN + 1; i < BOOKS; i++) {
        struct book_mirror mirror = published(world, i);
        uint64_t news;
        enum err e;

        mirror.max = max;
        e = book_seen_find(world->own, &mirror, &seen[count], &news);
        assert_true(e == OK || e == ERR_NOT_FOUND);
        count += e == OK;
    }
    if (count > 0)
        see(world, seen, count);
    return count;
}

static void
look_all(struct world *world)
{
    while (look(world, 1 + test_random_next(&world->random) %
                               BOOK_SEEN_ENTRIES_MAX) > 0)
        continue;
}

static struct store_node
node_known(struct world *world, size_t node)
{
    uint8_t block[1024];
    struct store_node found;
    struct arena arena;

    arena_init(&arena, block, sizeof(block));
    assert_err(store_node_find(&world->own->store, origin_of(world, node),
                               &arena, &found),
               OK);
    return found;
}

/* ----- Tables compared. ----- */

struct sums {
    struct store_table tables[STORE_TABLE_COUNT];
};

static struct sums
live(struct world *world)
{
    struct sums sums;

    assert_err(store_tables(&world->own->store, sums.tables), OK);
    return sums;
}

static struct sums
rebuilt(struct world *world, struct rebuild_report *report)
{
    struct book *book = world->own;
    struct rebuild_config config = {
        .store = book->store_config,
        .view = {book->config.os, book->config.dir, VIEW_LOG_PREFIX},
        .keyring = &book->keyring,
        .threads = 2,
        .foreign = {book_mirror_find, &book->mirrors},
    };
    char path[STORE_PATH_SIZE_MAX];
    struct fault fault = {0};
    struct store_config made;
    struct store store;
    struct sums sums;

    assert_err(book_flush(book), OK);
    assert_err(book_publish(book), OK);
    config.size = log_published(&book->log);
    assert_err(store_rebuild_beside(&config, path, &made, report, &fault), OK);
    assert_err(store_open(&store, &made), OK);
    assert_err(store_tables(&store, sums.tables), OK);
    store_close(&store);
    assert_err(store_drop(&made), OK);
    return sums;
}

static void
assert_same(const struct sums *a, const struct sums *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++) {
        if (!hash_equal(&a->tables[i].hash, &b->tables[i].hash))
            fail_msg("%s: %d rows, %d rows", a->tables[i].name,
                     (int)a->tables[i].rows, (int)b->tables[i].rows);
    }
}

static bool
differ(const struct sums *a, const struct sums *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        if (!hash_equal(&a->tables[i].hash, &b->tables[i].hash))
            return true;
    return false;
}

/* What was in memory is gone. */
static void
live_again(struct world *world)
{
    book_abandon(world->own);
    book_up(&world->nodes[OWN]);
}

/* Life after life: the store is dropped, and folded entry by entry. The node
 * has not started yet. */
static struct sums
refolded(struct world *world)
{
    struct node_made *made = &world->nodes[OWN];
    struct store_config config = world->own->store_config;
    char path[96 + 16];
    struct book_report report;

    (void)snprintf(path, sizeof(path), "%s/store.db", made->path);
    config.path = path;
    config.node = bytes_of(NAMES[OWN]);
    book_abandon(world->own);
    assert_err(store_drop(&config), OK);
    assert_err(book_open(made->book, &made->book_config, &report), OK);
    assert_true(report.folded > 0);
    return live(world);
}

/* ----- Tests. ----- */

/* STO 6.6: live, rebuilt in memory, and folded anew. */
static void
rebuilt_is_live(void **state)
{
    struct world *world = *state;
    struct rebuild_report report;
    struct sums one;
    struct sums other;
    uint64_t inside;

    for (size_t round = 0; round < 30; round++) {
        for (size_t i = 0; i < BOOKS; i++)
            record(world, i, 1 + test_random_next(&world->random) % 60);
        for (size_t i = OWN + 1; i < BOOKS; i++) {
            if (test_random_next(&world->random) % 3 == 0)
                continue;
            mirror(world, i);
            grant(world, i);
        }
        (void)look(world, 1 + test_random_next(&world->random) % 100);
    }
    for (size_t i = OWN + 1; i < BOOKS; i++) {
        mirror(world, i);
        grant(world, i);
    }
    look_all(world);
    for (size_t i = OWN + 1; i < BOOKS; i++) {
        struct store_node node = node_known(world, i);

        assert_int_equal(node.folded, published(world, i).size);
        assert_int_equal(node.holes, 0);
        assert_int_equal(node.closed, 0);
    }
    one = live(world);
    other = rebuilt(world, &report);
    assert_same(&one, &other);
    assert_true(report.foreign > 500);
    assert_int_equal(report.holes, 0);
    other = refolded(world);
    assert_same(&one, &other);
    assert_err(store_inside(&world->own->store, &inside), OK);
    assert_true(inside > 0);
    printf("# %d entries, %d of others, %d crossings\n", (int)report.entries,
           (int)report.foreign, (int)report.crossings);
    assert_err(book_start(world->own), OK);
}

/* STO 6.3: what is missing or damaged is a hole until a rebuild finds it. */
static void
holes_are_filled(void **state)
{
    static const char *const DAMAGES[] = {
        "rm -rf %s",
        "find %s -path '*entries*' -type f -exec "
        "truncate -s -1 {} +",
        "find %s -path '*entries*' -type f -exec sh -c 'dd if=/dev/zero "
        "of={} bs=1 seek=$(($(stat -c %%s {})-30)) count=20 conv=notrunc "
        "status=none' \\;",
        "find %s -name checkpoint -exec sh -c 'echo > {}' \\;"};
    struct world *world = *state;

    for (size_t i = 0; i < sizeof(DAMAGES) / sizeof(DAMAGES[0]); i++) {
        struct rebuild_report report;
        struct book_mirror at;
        struct seen_log seen;
        struct sums whole;
        struct sums torn;
        uint64_t before;
        uint64_t news;
        char command[1024];
        char path[256];

        record(world, 1, 50);
        mirror(world, 1);
        grant(world, 1);
        at = published(world, 1);
        assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
        mirror_path(world, 1, path);
        (void)snprintf(command, sizeof(command), DAMAGES[i], path);
        run(command);
        live_again(world);
        before = i == 0 ? 0 : node_known(world, 1).folded;
        see(world, &seen, 1);
        assert_int_equal(node_known(world, 1).folded, seen.size);
        assert_int_equal(node_known(world, 1).holes, seen.size - before);
        torn = live(world);
        mirror(world, 1);
        whole = rebuilt(world, &report);
        assert_int_equal(report.holes, 0);
        assert_true(differ(&torn, &whole));
        torn = refolded(world);
        assert_same(&torn, &whole);
        assert_int_equal(node_known(world, 1).holes, 0);
        live_again(world);
    }
}

/* STO 6.3: nothing but what leads to the checkpoint is offered, and nothing but
 * what was seen is folded. */
static void
others_are_refused(void **state)
{
    struct world *world = *state;
    struct book_mirror at;
    struct seen_log seen;
    uint64_t news;

    record(world, 1, 20);
    record(world, 2, 20);
    mirror(world, 1);
    mirror(world, 2);
    at = published(world, 1);
    at.root.b[0] ^= 1;
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_CORRUPT);
    at.max = 3; /* by a proof of consistency */
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_CORRUPT);
    at.root.b[0] ^= 1;
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(seen.size, 3);
    at.size++; /* more than the mirror has */
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_NOT_FOUND);
    at.size--;
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    seen.root[31] ^= 1;
    see(world, &seen, 1);
    assert_int_equal(node_known(world, 1).holes, 3);
    at = published(world, 2);
    at.origin = origin_of(world, 1); /* the size of one, the log of another */
    at.size =
        at.size < published(world, 1).size ? at.size : published(world, 1).size;
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_CORRUPT);
    at = published(world, 2);
    at.origin = BYTES("kufi.example/nowhere");
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_NOT_FOUND);
}

/* STO 6.3: entries wait for keys that are to come. */
static void
entries_wait_for_keys(void **state)
{
    struct world *world = *state;
    struct book_mirror at;
    struct seen_log seen;
    uint64_t news;

    record(world, 1, 10);
    mirror(world, 1);
    at = published(world, 1);
    at.keys_due = true;
    /* The start, and the epoch that was opened, hold no person. */
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(news, seen.size);
    assert_true(seen.size < 5);
    see(world, &seen, 1);
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_NOT_FOUND);
    grant(world, 1);
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(seen.size, at.size);
    see(world, &seen, 1);
    assert_int_equal(node_known(world, 1).closed, 0);
    /* The next day has another key. */
    failing_pass(&world->failing, 86400000);
    record(world, 1, 10);
    mirror(world, 1);
    at = published(world, 1);
    at.keys_due = true;
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_true(seen.size < at.size);
    at.keys_due = false;
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(seen.size, at.size);
    see(world, &seen, 1);
    assert_true(node_known(world, 1).closed > 0);
    assert_int_equal(node_known(world, 1).holes, 0);
}

/* Two nodes that only tell that they saw each other have nothing to tell. */
static void
seeing_is_no_news(void **state)
{
    struct world *world = *state;
    struct book_mirror at;
    struct seen_log seen;
    uint64_t news;

    mirror(world, 1);
    look_all(world);
    seen = (struct seen_log){.origin = origin_of(world, 2), .size = 1};
    put(world, 1,
        &(struct event){.type = EVENT_CHECKPOINT_SEEN,
                        .actor = BYTES("kufi"),
                        .checkpoint_seen = {1, &seen}});
    mirror(world, 1);
    at = published(world, 1);
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(news, 0);
}

/* What is published of another log is believed; false when something failed,
 * after which the book is good for nothing, or for a retry. */
static bool
believe(struct world *world, const struct book_mirror *at)
{
    struct book *book = world->own;
    struct seen_log seen;
    struct event event = {.type = EVENT_CHECKPOINT_SEEN,
                          .actor = BYTES("kufi"),
                          .checkpoint_seen = {1, &seen}};
    uint64_t news;
    size_t item;

    return book_seen_find(book, at, &seen, &news) == OK &&
           book_begin(book) == OK &&
           book_put(book, &event, false, &item) == OK &&
           book_commit(book) == OK && book_fold(book) == OK;
}

/* STO 6.3, 6.6: with the n-th call failing, for every n, nothing is folded
 * twice or passed over without being counted. */
static void
every_call_may_fail(void **state)
{
    struct world *world = *state;
    struct rebuild_report report;
    struct sums one;
    struct sums other;
    size_t holes = 0;
    size_t cases = 0;
    size_t quiet = 0;

    record(world, 1, 400);
    mirror(world, 1);
    grant(world, 1);
    (void)look(world, 1);
    /* Now with more in memory, now with less: twice to the end. */
    for (unsigned n = 1; quiet < 2; n++, cases++) {
        struct book_mirror at = published(world, 1);

        at.max = 3;
        world->failing.fail_at = world->failing.calls + n;
        if (believe(world, &at) &&
            world->failing.calls < world->failing.fail_at)
            quiet++;
        world->failing.fail_at = 0;
        live_again(world);
        if (node_known(world, 1).holes == 0)
            continue;
        holes++;
        other = rebuilt(world, &report);
        assert_int_equal(report.holes, 0);
        one = refolded(world);
        assert_same(&one, &other);
        live_again(world);
    }
    one = live(world);
    other = rebuilt(world, &report);
    assert_same(&one, &other);
    printf("# %zu cases, %zu left holes\n", cases, holes);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CASE(rebuilt_is_live),    CASE(holes_are_filled),
        CASE(others_are_refused), CASE(entries_wait_for_keys),
        CASE(seeing_is_no_news),  CASE(every_call_may_fail),
    };

    return TEST_RUN(tests);
}
