/*
 * Books of three nodes on a real folder, two of whose logs the first one takes
 * in, as keeper and courier would; and their tables compared.
 */
#ifndef TESTS_BOOKS_MADE_H
#define TESTS_BOOKS_MADE_H

#include "failing.h"
#include "node/book_foreign.h"
#include "os/pool.h"
#include "store/nodes.h"
#include "store/rebuild.h"
#include "store_help.h"

/* durres, the own one and a post; rinas, a post; centre. */
#define BOOKS 3
#define BOOKS_OWN 0

struct books_node {
    struct config config;
    struct book_config book_config;
    char path[96];
    struct book *book;
    struct store_stream stream;
};

struct books {
    struct failing failing;
    struct test_random random;
    char path[64];
    struct books_node nodes[BOOKS];
    struct book *own;
};

/* For cmocka: `*state` is a struct books; all are open and started. */
int books_set_up(void **state);
int books_tear_down(void **state);

struct bytes books_origin(const struct books *world, size_t node);

/* One event, a second later, folded. */
void books_put(struct books *world, size_t node, const struct event *event);

/* A batch of what a careless border records. */
void books_record(struct books *world, size_t node, size_t count);

/* Copies all that the node has published by now, as the courier fetches it; to
 * that path. */
void books_mirror(struct books *world, size_t node);
void books_mirror_path(const struct books *world, size_t node, char out[256]);

/* Gives the own node all keys of another. */
void books_grant(struct books *world, size_t node);

/* What the node published last. */
struct book_mirror books_published(struct books *world, size_t node);

/* Records that logs were seen. */
void books_see(struct books *world, const struct seen_log *logs, size_t count);

/* Looks once at all other logs, by at most `max` entries, and believes it; how
 * many logs had something. Or until there is nothing more. */
size_t books_look(struct books *world, size_t max);
void books_look_all(struct books *world);

/* What the own tables know of a node, which must be known. */
struct store_node books_known(struct books *world, size_t node);

struct books_sums {
    struct store_table tables[STORE_TABLE_COUNT];
};

/* The tables as they are; as a rebuild makes them, on two threads or so many;
 * as they are folded entry by entry after the store was dropped: then the own
 * node has not started yet. */
struct books_sums books_live(struct books *world);
struct books_sums books_rebuilt(struct books *world,
                                struct rebuild_report *report);
struct books_sums books_rebuilt_on(struct books *world, unsigned threads,
                                   struct rebuild_report *report);
struct books_sums books_refolded(struct books *world);
void books_assert_same(const struct books_sums *a, const struct books_sums *b);
bool books_differ(const struct books_sums *a, const struct books_sums *b);

/* The own node dies and starts again: what was in memory is gone. */
void books_again(struct books *world);

/* A command of the shell, which must succeed. */
void books_run(const char *command);

#endif
