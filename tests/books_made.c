#include "books_made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tlog/checkpoint.h"

static const char *const NAMES[BOOKS] = {"durres", "rinas", "centre"};
static const enum seen_role ROLES[BOOKS] = {SEEN_POST, SEEN_POST, SEEN_CENTRE};

struct bytes
books_origin(const struct books *world, size_t node)
{
    return bytes_of(world->nodes[node].config.origin);
}

static void
book_up(struct books_node *node)
{
    struct book_report report;

    assert_err(book_open(node->book, &node->book_config, &report), OK);
    assert_err(book_start(node->book), OK);
    assert_err(book_fold(node->book), OK);
}

static void
node_make(struct books *world, size_t i)
{
    struct books_node *node = &world->nodes[i];
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

int
books_set_up(void **state)
{
    struct books *world = calloc(1, sizeof(*world));

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
    world->own = world->nodes[BOOKS_OWN].book;
    *state = world;
    return 0;
}

void
books_run(const char *command)
{
    assert_int_equal(system(command), 0);
}

int
books_tear_down(void **state)
{
    struct books *world = *state;
    struct os *os = &world->failing.os;
    char command[128];

    for (size_t i = 0; i < BOOKS; i++) {
        assert_err(book_stop(world->nodes[i].book, STOP_ASKED), OK);
        os->folder_close(os, world->nodes[i].book_config.dir);
        free(world->nodes[i].book);
    }
    (void)snprintf(command, sizeof(command), "rm -rf %s", world->path);
    books_run(command);
    free(world);
    return 0;
}

/* ----- What nodes do. ----- */

void
books_put(struct books *world, size_t node, const struct event *event)
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
void
books_record(struct books *world, size_t node, size_t count)
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

void
books_mirror_path(const struct books *world, size_t node, char out[256])
{
    struct hash id = hash_of(books_origin(world, node));
    int at = snprintf(out, 256, "%s/peers/", world->nodes[BOOKS_OWN].path);

    for (size_t i = 0; i < HASH_SIZE; i++)
        at += snprintf(out + at, 256 - (size_t)at, "%02x", id.b[i]);
}

/* As the courier fetches it: all that is published. */
void
books_mirror(struct books *world, size_t node)
{
    struct books_node *made = &world->nodes[node];
    char path[256];
    char command[1024];

    assert_err(book_flush(made->book), OK);
    assert_err(book_publish(made->book), OK);
    books_mirror_path(world, node, path);
    (void)snprintf(command, sizeof(command),
                   "mkdir -p %s && rm -rf %s/* && cp -r %s/log/tile "
                   "%s/log/checkpoint %s/",
                   path, path, made->path, made->path, path);
    books_run(command);
}

void
books_grant(struct books *world, size_t node)
{
    bool news;

    assert_err(keyrings_take(&world->own->keyrings,
                             &world->nodes[node].book->keyring, 0, &news),
               OK);
}

/* What the node published last. */
struct book_mirror
books_published(struct books *world, size_t node)
{
    struct books_node *made = &world->nodes[node];
    const struct log_view view = {&world->failing.os, made->book_config.dir,
                                  VIEW_LOG_PREFIX};
    uint8_t block[CHECKPOINT_SIZE_MAX + NOTE_LINE_SIZE_MAX];
    struct checkpoint checkpoint;
    struct bytes text;
    struct note parsed;

    assert_err(view_checkpoint(&view, block, sizeof(block), &text), OK);
    assert_err(note_parse(text, &parsed, NULL), OK);
    assert_err(checkpoint_parse(parsed.text, &checkpoint, NULL), OK);
    return (struct book_mirror){.origin = books_origin(world, node),
                                .role = ROLES[node],
                                .size = checkpoint.size,
                                .root = checkpoint.root,
                                .max = BOOK_SEEN_ENTRIES_MAX};
}

void
books_see(struct books *world, const struct seen_log *logs, size_t count)
{
    struct event event = {.type = EVENT_CHECKPOINT_SEEN,
                          .actor = BYTES("kufi")};

    event.checkpoint_seen =
        (struct checkpoint_seen){.log_count = count, .logs = logs};
    books_put(world, BOOKS_OWN, &event);
}

/* Looks once at all other logs, by at most `max` entries, and believes it. */
size_t
books_look(struct books *world, size_t max)
{
    struct seen_log seen[BOOKS];
    size_t count = 0;

    for (size_t i = BOOKS_OWN + 1; i < BOOKS; i++) {
        struct book_mirror mirror = books_published(world, i);
        uint64_t news;
        enum err e;

        mirror.max = max;
        e = book_seen_find(world->own, &mirror, &seen[count], &news);
        assert_true(e == OK || e == ERR_NOT_FOUND);
        count += e == OK;
    }
    if (count > 0)
        books_see(world, seen, count);
    return count;
}

void
books_look_all(struct books *world)
{
    while (books_look(world, 1 + test_random_next(&world->random) %
                                     BOOK_SEEN_ENTRIES_MAX) > 0)
        continue;
}

struct store_node
books_known(struct books *world, size_t node)
{
    uint8_t block[1024];
    struct store_node found;
    struct arena arena;

    arena_init(&arena, block, sizeof(block));
    assert_err(store_node_find(&world->own->store, books_origin(world, node),
                               &arena, &found),
               OK);
    return found;
}

/* ----- Tables compared. ----- */

struct books_sums
books_live(struct books *world)
{
    struct books_sums sums = {0};

    assert_err(store_tables(&world->own->store, sums.tables), OK);
    return sums;
}

struct books_sums
books_rebuilt(struct books *world, struct rebuild_report *report)
{
    return books_rebuilt_on(world, 2, report);
}

struct books_sums
books_rebuilt_on(struct books *world, unsigned threads,
                 struct rebuild_report *report)
{
    struct book *book = world->own;
    struct rebuild_config config = {
        .store = book->store_config,
        .view = {book->config.os, book->config.dir, VIEW_LOG_PREFIX},
        .keyring = &book->keyring,
        .threads = threads,
        .foreign = {book_mirror_find, &book->mirrors},
    };
    char path[STORE_PATH_SIZE_MAX];
    struct fault fault = {0};
    struct store_config made;
    struct store store;
    struct books_sums sums = {0};

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

void
books_assert_same(const struct books_sums *a, const struct books_sums *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++) {
        if (!hash_equal(&a->tables[i].hash, &b->tables[i].hash))
            fail_msg("%s: %d rows, %d rows", a->tables[i].name,
                     (int)a->tables[i].rows, (int)b->tables[i].rows);
    }
}

bool
books_differ(const struct books_sums *a, const struct books_sums *b)
{
    for (size_t i = 0; i < STORE_TABLE_COUNT; i++)
        if (!hash_equal(&a->tables[i].hash, &b->tables[i].hash))
            return true;
    return false;
}

/* What was in memory is gone. */
void
books_again(struct books *world)
{
    book_abandon(world->own);
    book_up(&world->nodes[BOOKS_OWN]);
}

/* Life after life: the store is dropped, and folded entry by entry. The node
 * has not started yet. */
struct books_sums
books_refolded(struct books *world)
{
    struct books_node *made = &world->nodes[BOOKS_OWN];
    struct store_config config = world->own->store_config;
    char path[96 + 16];
    struct book_report report;

    (void)snprintf(path, sizeof(path), "%s/store.db", made->path);
    config.path = path;
    config.node = bytes_of(NAMES[BOOKS_OWN]);
    book_abandon(world->own);
    assert_err(store_drop(&config), OK);
    assert_err(book_open(made->book, &made->book_config, &report), OK);
    assert_true(report.folded > 0);
    return books_live(world);
}
