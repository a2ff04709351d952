/*
 * Distances by integers: against pairs of airports whose distance is published,
 * against the sphere's own formula in floating point over random places, and
 * over every airport of the world where their table is given. INS 4.1 to 4.3
 */
#include "test.h"

#include "inspect/position.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EARTH_KM 6371.009

static double
sphere_km(struct position a, struct position b)
{
    double unit = acos(-1) / 1800000;
    double north = sin((b.latitude - a.latitude) * unit / 2);
    double east = sin((b.longitude - a.longitude) * unit / 2);
    double h = north * north +
               cos(a.latitude * unit) * cos(b.latitude * unit) * east * east;

    return 2 * EARTH_KM * asin(sqrt(h > 1 ? 1 : h));
}

static void
near_the_sphere(struct position a, struct position b)
{
    double exact = sphere_km(a, b);
    uint32_t km = position_distance_km(a, b);

    assert_int_equal(km, position_distance_km(b, a));
    assert_true(km <= exact + 0.1);
    assert_true(km + 1 >= exact - 0.1);
}

/*
 * Positions from the airports' own publications; the kilometres are those of
 * the WGS 84 ellipsoid between these points (Vincenty 1975).
 */
static void
test_published(void **state)
{
    static const struct {
        const char *what;
        struct position a;
        struct position b;
        uint32_t km;
    } CASES[] = {
        {"LHR JFK", {true, 514706, -4619}, {true, 406398, -737789}, 5555},
        {"SYD SCL", {true, -339461, 1511772}, {true, -333930, -707858}, 11363},
        {"NRT LAX", {true, 357647, 1403864}, {true, 339425, -1184081}, 8773},
        {"TIA FCO", {true, 414147, 197206}, {true, 418003, 122389}, 625},
        {"TIA VIE", {true, 414147, 197206}, {true, 481103, 165697}, 785},
        {"SIN EWR", {true, 13502, 1039940}, {true, 406925, -741687}, 15345},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        int64_t km = position_distance_km(CASES[i].a, CASES[i].b);
        int64_t off = km - CASES[i].km;

        if (llabs(off) * 1000 > 6 * (int64_t)CASES[i].km) {
            print_message("%s: %ld km\n", CASES[i].what, (long)km);
            fail();
        }
    }
}

static void
test_edges(void **state)
{
    static const struct {
        struct position a;
        struct position b;
        uint32_t km;
    } CASES[] = {
        {{true, 0, 0}, {true, 0, 0}, 0},
        {{true, 413100, 194500}, {true, 413100, 194500}, 0},
        /* Poles, where every longitude is one place. */
        {{true, 900000, 0}, {true, 900000, 1234567}, 0},
        {{true, 900000, 0}, {true, -900000, 0}, 20015},
        /* Antipodes, and half a turn either way. */
        {{true, 0, 0}, {true, 0, 1800000}, 20015},
        {{true, 0, 1800000}, {true, 0, -1800000}, 0},
        {{true, 0, -900000}, {true, 0, 900000}, 20015},
        {{true, 300000, 450000}, {true, -300000, -1350000}, 20015},
        /* A quarter; a degree; across the date line. */
        {{true, 0, 0}, {true, 0, 900000}, 10007},
        {{true, 0, 0}, {true, 0, 10000}, 111},
        {{true, 0, 1795000}, {true, 0, -1795000}, 111},
        /* Less than a kilometre. */
        {{true, 413100, 194500}, {true, 413150, 194500}, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint32_t km = position_distance_km(CASES[i].a, CASES[i].b);

        assert_in_range(km, CASES[i].km > 0 ? CASES[i].km - 1 : 0, CASES[i].km);
    }
}

static void
test_random_places(void **state)
{
    struct test_random random;

    (void)state;
    test_random_init(&random);
    for (int i = 0; i < 200000; i++) {
        struct position p[2];

        for (int k = 0; k < 2; k++)
            p[k] = (struct position){
                true, (int32_t)test_random_below(&random, 1800001) - 900000,
                (int32_t)test_random_below(&random, 3600001) - 1800000};
        /* Every third pair lies close together. */
        if (i % 3 == 0) {
            p[1] = p[0];
            p[1].latitude /= 2;
            p[0].latitude = p[1].latitude + (int32_t)(i % 9000);
        }
        near_the_sphere(p[0], p[1]);
    }
}

/* A line's fifth and sixth field as 1/10,000 of a degree. */
static bool
airport_parse(const char *line, struct position *out)
{
    double degrees[2];

    for (int field = 0; field < 4 && line != NULL; field++) {
        line = strchr(line, '\t');
        line = line == NULL ? NULL : line + 1;
    }
    if (line == NULL || sscanf(line, "%lf\t%lf", &degrees[0], &degrees[1]) != 2)
        return false;
    *out = (struct position){true, (int32_t)lrint(degrees[0] * 10000),
                             (int32_t)lrint(degrees[1] * 10000)};
    return true;
}

static void
test_airports(void **state)
{
    const char *folder = getenv("KUFI_DATA");
    struct position tirana = {true, 414147, 197206};
    char path[4096];
    char line[1024];
    int count = 0;
    FILE *file;

    (void)state;
    (void)snprintf(path, sizeof(path), "%s/airports.tsv",
                   folder == NULL ? "../shared/data" : folder);
    file = fopen(path, "r");
    if (file == NULL) {
        test_absent();
        return;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        struct position airport;

        if (!airport_parse(line, &airport))
            continue;
        near_the_sphere(tirana, airport);
        count++;
    }
    (void)fclose(file);
    assert_true(count > 1000);
    print_message("# %d airports\n", count);
}

/* INS 4.3 */
static void
test_minutes(void **state)
{
    static const struct {
        uint32_t km;
        uint32_t minutes;
    } CASES[] = {{0, 0},    {10, 4},     {100, 40},   {176, 70},    {177, 70},
                 {624, 97}, {1000, 120}, {5555, 393}, {20015, 1260}};

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
        assert_int_equal(travel_minutes(CASES[i].km), CASES[i].minutes);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),     cmocka_unit_test(test_edges),
        cmocka_unit_test(test_random_places), cmocka_unit_test(test_airports),
        cmocka_unit_test(test_minutes),
    };

    return TEST_RUN(tests);
}
