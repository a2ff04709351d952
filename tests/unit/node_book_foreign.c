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

#include "books_made.h"

/* STO 6.6: live, rebuilt in memory, and folded anew. */
static void
rebuilt_is_live(void **state)
{
    struct books *world = *state;
    struct rebuild_report report;
    struct books_sums one;
    struct books_sums other;
    uint64_t inside;

    for (size_t round = 0; round < 30; round++) {
        for (size_t i = 0; i < BOOKS; i++)
            books_record(world, i, 1 + test_random_next(&world->random) % 60);
        for (size_t i = BOOKS_OWN + 1; i < BOOKS; i++) {
            if (test_random_next(&world->random) % 3 == 0)
                continue;
            books_mirror(world, i);
            books_grant(world, i);
        }
        (void)books_look(world, 1 + test_random_next(&world->random) % 100);
    }
    for (size_t i = BOOKS_OWN + 1; i < BOOKS; i++) {
        books_mirror(world, i);
        books_grant(world, i);
    }
    books_look_all(world);
    for (size_t i = BOOKS_OWN + 1; i < BOOKS; i++) {
        struct store_node node = books_known(world, i);

        assert_int_equal(node.folded, books_published(world, i).size);
        assert_int_equal(node.holes, 0);
        assert_int_equal(node.closed, 0);
    }
    one = books_live(world);
    other = books_rebuilt(world, &report);
    books_assert_same(&one, &other);
    assert_true(report.foreign > 500);
    assert_int_equal(report.holes, 0);
    other = books_refolded(world);
    books_assert_same(&one, &other);
    assert_err(store_inside(&world->own->store, &inside), OK);
    assert_true(inside > 0);
    printf("# %d entries, %d of others, %d crossings\n", (int)report.entries,
           (int)report.foreign, (int)report.crossings);
    assert_err(book_start(world->own), OK);
}

/* STO 6.6: more than a rebuild has room for ahead, seen in large and in small
 * pieces, on however many threads. */
static void
rebuilt_on_threads_is_live(void **state)
{
    static const unsigned THREADS[] = {1, 2, 5};
    struct books *world = *state;
    struct books_sums live;

    for (size_t i = 0; i < 40; i++)
        books_record(world, 1, 300);
    for (size_t i = 0; i < 24; i++)
        books_record(world, 2, 300);
    for (size_t i = BOOKS_OWN + 1; i < BOOKS; i++) {
        books_mirror(world, i);
        books_grant(world, i);
    }
    for (size_t i = 0; i < 20; i++)
        (void)books_look(world, 1 + test_random_next(&world->random) % 40);
    (void)books_look(world, BOOK_SEEN_SPAN_MAX);
    books_look_all(world);
    live = books_live(world);
    for (size_t i = 0; i < sizeof(THREADS) / sizeof(THREADS[0]); i++) {
        struct rebuild_report report;
        struct books_sums made = books_rebuilt_on(world, THREADS[i], &report);

        books_assert_same(&live, &made);
        assert_int_equal(report.holes, 0);
        if (i == 0)
            printf("# %d entries of others\n", (int)report.foreign);
    }
}

/* A store that is not there is folded in memory where that is worth it, up to
 * what is published, and the rest entry by entry. */
static void
a_fresh_store_is_rebuilt(void **state)
{
    struct books *world = *state;
    struct books_sums one;
    struct books_sums other;

    for (size_t i = 0; i < 25; i++)
        books_record(world, BOOKS_OWN, 60);
    books_record(world, 2, 60);
    books_mirror(world, 2);
    books_grant(world, 2);
    books_look_all(world);
    assert_err(book_flush(world->own), OK);
    assert_err(book_publish(world->own), OK);
    assert_true(log_published(&world->own->log) > 1000);
    books_record(world, 2, 60);
    books_mirror(world, 2);
    books_look_all(world);
    books_record(world, BOOKS_OWN, 60);
    one = books_live(world);
    other = books_refolded(world);
    books_assert_same(&one, &other);
    assert_err(book_start(world->own), OK);
}

/* The next life looks again at what was missing; it has not started yet. */
static struct books_sums
reopened(struct books *world)
{
    struct books_node *made = &world->nodes[BOOKS_OWN];
    struct book_report report;

    book_abandon(world->own);
    assert_err(book_open(made->book, &made->book_config, &report), OK);
    assert_non_null(report.rebuilt);
    return books_live(world);
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
    struct books *world = *state;

    for (size_t i = 0; i < sizeof(DAMAGES) / sizeof(DAMAGES[0]); i++) {
        struct rebuild_report report;
        struct book_mirror at;
        struct seen_log seen;
        struct books_sums whole;
        struct books_sums torn;
        uint64_t before;
        uint64_t news;
        char command[1024];
        char path[256];

        books_record(world, 1, 50);
        books_mirror(world, 1);
        books_grant(world, 1);
        at = books_published(world, 1);
        assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
        books_mirror_path(world, 1, path);
        (void)snprintf(command, sizeof(command), DAMAGES[i], path);
        books_run(command);
        books_again(world);
        before = i == 0 ? 0 : books_known(world, 1).folded;
        books_see(world, &seen, 1);
        assert_int_equal(books_known(world, 1).folded, seen.size);
        assert_int_equal(books_known(world, 1).holes, seen.size - before);
        torn = books_live(world);
        if (i == 0) { /* there is no mirror: nothing is tried again */
            books_again(world);
            assert_true(books_known(world, 1).holes > 0);
            torn = books_live(world);
        }
        books_mirror(world, 1);
        whole = books_rebuilt(world, &report);
        assert_int_equal(report.holes, 0);
        assert_true(books_differ(&torn, &whole));
        torn = i % 2 == 0 ? books_refolded(world) : reopened(world);
        books_assert_same(&torn, &whole);
        assert_int_equal(books_known(world, 1).holes, 0);
        books_again(world);
    }
}

/* STO 6.3: nothing but what leads to the checkpoint is offered, and nothing but
 * what was seen is folded. */
static void
others_are_refused(void **state)
{
    struct books *world = *state;
    struct book_mirror at;
    struct seen_log seen;
    uint64_t news;

    books_record(world, 1, 20);
    books_record(world, 2, 20);
    books_mirror(world, 1);
    books_mirror(world, 2);
    at = books_published(world, 1);
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
    books_see(world, &seen, 1);
    assert_int_equal(books_known(world, 1).holes, 3);
    at = books_published(world, 2);
    at.origin =
        books_origin(world, 1); /* the size of one, the log of another */
    at.size = at.size < books_published(world, 1).size
                  ? at.size
                  : books_published(world, 1).size;
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_CORRUPT);
    at = books_published(world, 2);
    at.origin = BYTES("kufi.example/nowhere");
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_NOT_FOUND);
}

/* STO 6.3: entries wait for keys that are to come. */
static void
entries_wait_for_keys(void **state)
{
    struct books *world = *state;
    struct book_mirror at;
    struct seen_log seen;
    uint64_t news;

    books_record(world, 1, 10);
    books_mirror(world, 1);
    at = books_published(world, 1);
    at.keys_due = true;
    /* The start, and the epoch that was opened, hold no person. */
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(news, seen.size);
    assert_true(seen.size < 5);
    books_see(world, &seen, 1);
    assert_err(book_seen_find(world->own, &at, &seen, &news), ERR_NOT_FOUND);
    books_grant(world, 1);
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(seen.size, at.size);
    books_see(world, &seen, 1);
    assert_int_equal(books_known(world, 1).closed, 0);
    /* The next day has another key. */
    failing_pass(&world->failing, 86400000);
    books_record(world, 1, 10);
    books_mirror(world, 1);
    at = books_published(world, 1);
    at.keys_due = true;
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_true(seen.size < at.size);
    at.keys_due = false;
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(seen.size, at.size);
    books_see(world, &seen, 1);
    assert_true(books_known(world, 1).closed > 0);
    assert_int_equal(books_known(world, 1).holes, 0);
}

/* Two nodes that only tell that they saw each other have nothing to tell. */
static void
seeing_is_no_news(void **state)
{
    struct books *world = *state;
    struct book_mirror at;
    struct seen_log seen;
    uint64_t news;

    books_mirror(world, 1);
    books_look_all(world);
    seen = (struct seen_log){.origin = books_origin(world, 2), .size = 1};
    books_put(world, 1,
              &(struct event){.type = EVENT_CHECKPOINT_SEEN,
                              .actor = BYTES("kufi"),
                              .checkpoint_seen = {1, &seen}});
    books_mirror(world, 1);
    at = books_published(world, 1);
    assert_err(book_seen_find(world->own, &at, &seen, &news), OK);
    assert_int_equal(news, 0);
}

/* What is published of another log is believed; false when something failed,
 * after which the book is good for nothing, or for a retry. */
static bool
believe(struct books *world, const struct book_mirror *at)
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
    struct books *world = *state;
    struct rebuild_report report;
    struct books_sums one;
    struct books_sums other;
    size_t holes = 0;
    size_t cases = 0;
    size_t quiet = 0;

    books_record(world, 1, 400);
    books_mirror(world, 1);
    books_grant(world, 1);
    (void)books_look(world, 1);
    /* Now with more in memory, now with less: twice to the end. */
    for (unsigned n = 1; quiet < 2; n++, cases++) {
        struct book_mirror at = books_published(world, 1);

        at.max = 3;
        world->failing.fail_at = world->failing.calls + n;
        if (believe(world, &at) &&
            world->failing.calls < world->failing.fail_at)
            quiet++;
        world->failing.fail_at = 0;
        holes += books_known(world, 1).holes > 0;
        books_again(world);
        assert_int_equal(books_known(world, 1).holes, 0);
    }
    one = books_live(world);
    other = books_rebuilt(world, &report);
    books_assert_same(&one, &other);
    printf("# %zu cases, %zu left holes\n", cases, holes);
}

int
main(void)
{
#define CASE(name)                                                             \
    cmocka_unit_test_setup_teardown(name, books_set_up, books_tear_down)
    const struct CMUnitTest tests[] = {
        CASE(rebuilt_is_live),          CASE(rebuilt_on_threads_is_live),
        CASE(a_fresh_store_is_rebuilt), CASE(holes_are_filled),
        CASE(others_are_refused),       CASE(entries_wait_for_keys),
        CASE(seeing_is_no_news),        CASE(every_call_may_fail),
    };

    return TEST_RUN(tests);
}
