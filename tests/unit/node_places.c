/*
 * Where posts are: those of the configuration, and those of the roster, when
 * there is one that can be read.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "node/places.h"
#include "roster_made.h"
#include "store_help.h"

static struct places_known places;

static struct position
position_of(const char *place)
{
    for (size_t i = 0; i < places.count; i++)
        if (bytes_equal(places.items[i].place, bytes_of(place)))
            return places.items[i].position;
    return (struct position){0};
}

static void
roster_write(struct store_place *place, struct bytes note)
{
    assert_err(
        os_replace_file(&place->os, place->folder, "roster", "", note, 0600),
        OK);
}

static void
posts_of_both(void **state)
{
    static struct roster_made made;
    static uint8_t block[ROSTER_SIZE_MAX];
    static struct config config = {
        .post_count = 2,
        .posts = {{"Vlore", {true, 404700, 194900}}, {"Somewhere", {0}}}};
    struct store_place *place = *state;
    struct position arden;

    places_load(&places, &place->os, place->folder, &config);
    assert_int_equal(places.count, 1);
    assert_int_equal(position_of("Vlore").latitude, 404700);
    roster_made(&made);
    arden = made.roster.nodes[0].position;
    assert_true(arden.known);
    roster_write(place, roster_made_note(&made.roster, "alice bob", block,
                                         sizeof(block)));
    places_load(&places, &place->os, place->folder, &config);
    assert_int_equal(places.count, 2);
    assert_int_equal(position_of("Arden Forest").latitude, arden.latitude);
    assert_int_equal(position_of("Arden Forest").longitude, arden.longitude);
    roster_write(place, BYTES("no roster\n"));
    places_load(&places, &place->os, place->folder, &config);
    assert_int_equal(places.count, 1);
}

static int
setup(void **state)
{
    static struct store_place place;

    store_place_init(&place);
    *state = &place;
    return crypto_init();
}

static int
teardown(void **state)
{
    store_place_deinit(*state);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(posts_of_both, setup, teardown),
    };

    return TEST_RUN(tests);
}
