/*
 * What whoever takes a post's disk finds of other posts' travellers: once the
 * keys of old epochs have aged out and the tables were folded anew, nothing of
 * what was recorded before the window, neither by asking nor in any byte of any
 * file. What the window holds is there, and so is what the post itself
 * recorded. STO 1.5, SYN 8.6
 */
#include "test.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "books_made.h"

#define DAY_MS INT64_C(86400000)

static const struct store_traveller OLD = {"VANISHED", "OLDA", "UTO",
                                           "1961-02-03", "OLD4711007"};
static const struct store_traveller NEW = {"PRESENT", "NEWA", "UTO",
                                           "1962-03-04", "NEW4711007"};
static const struct store_traveller HERE = {"RESIDENT", "HERA", "UTO",
                                            "1963-04-05", "OWN4711007"};

static void
cross(struct books *world, size_t node, const struct store_traveller *who)
{
    struct event event = store_event(EVENT_CROSSING, 0);

    event.crossing.document = store_document(who);
    books_put(world, node, &event);
}

static void
learn(struct books *world)
{
    books_mirror(world, 1);
    books_grant(world, 1);
    books_look_all(world);
}

static bool
is_known(struct books *world, const struct store_traveller *who)
{
    const struct document document = store_document(who);
    uint8_t block[4096];
    struct store_person person;
    struct arena arena;
    enum err e;

    arena_init(&arena, block, sizeof(block));
    e = store_person_of(&world->own->store, &document, &arena, &person);
    assert_true(e == OK || e == ERR_NOT_FOUND);
    return e == OK;
}

/* nftw() has no context of its own. */
static struct {
    struct bytes needle;
    size_t files;
    size_t found;
} search;

static int
search_file(const char *path, const struct stat *at, int type, struct FTW *walk)
{
    struct bytes in;

    (void)at;
    (void)walk;
    if (type != FTW_F)
        return 0;
    in = test_file(path);
    search.files++;
    search.found +=
        memmem(in.p, in.size, search.needle.p, search.needle.size) != NULL;
    test_file_free(in);
    return 0;
}

/* In how many files of the own node the text stands. */
static size_t
found(const struct books *world, const char *text)
{
    search.needle = bytes_of(text);
    search.files = 0;
    search.found = 0;
    assert_int_equal(
        nftw(world->nodes[BOOKS_OWN].path, search_file, 16, FTW_PHYS), 0);
    assert_true(search.files > 10);
    return search.found;
}

/* The tables are marked and the keys gone: the node's next life. */
static void
age(struct books *world, uint32_t first_epoch)
{
    assert_true(keyrings_aged(&world->own->keyrings, first_epoch));
    assert_err(keyrings_age(&world->own->keyrings, first_epoch), OK);
    assert_err(book_stale(world->own), OK);
    books_again(world);
}

static void
the_window_is_all_there_is(void **state)
{
    struct books *world = *state;
    struct store_node node;
    uint32_t today;

    cross(world, 1, &OLD);
    cross(world, BOOKS_OWN, &HERE);
    learn(world);
    assert_true(is_known(world, &OLD));
    assert_true(found(world, OLD.surname) > 0);
    assert_true(found(world, OLD.number) > 0);
    failing_pass(&world->failing, 200 * DAY_MS);
    cross(world, 1, &NEW);
    learn(world);
    assert_true(is_known(world, &OLD));
    today = (uint32_t)(world->failing.now_ms / DAY_MS);
    age(world, today - 180);
    assert_false(is_known(world, &OLD));
    assert_true(is_known(world, &NEW));
    assert_true(is_known(world, &HERE));
    node = books_known(world, 1);
    assert_int_equal(node.closed, 1);
    assert_int_equal(node.holes, 0);
    assert_int_equal(found(world, OLD.surname), 0);
    assert_int_equal(found(world, OLD.given_names), 0);
    assert_int_equal(found(world, OLD.number), 0);
    assert_true(found(world, NEW.surname) > 0);
    assert_true(found(world, HERE.surname) > 0);
    /* A grant that brings them back is the roster's to give: until then the
     * entry is closed to whoever has the disk. */
    books_again(world);
    assert_false(is_known(world, &OLD));
    assert_false(keyrings_aged(&world->own->keyrings, today - 180));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_window_is_all_there_is,
                                        books_set_up, books_tear_down),
    };

    return TEST_RUN(tests);
}
