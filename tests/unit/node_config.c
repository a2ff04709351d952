/*
 * config.ini: what is written is read again; each key missing, twice, unknown
 * or wrong is refused with its name and line; every cut and every flipped bit
 * gives a configuration that could be written, or a refusal.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/degrees.h"
#include "node/config.h"

static const char good[] = "; a comment\n"
                           "origin = border.example/durres\n"
                           "kind = sea\n"
                           "country = ALB\n"
                           "place = Durrës\n"
                           "zone = Europe/Tirane\n"
                           "listen = 127.0.0.1:8600\n"
                           "desks = 2\n"
                           "sample = yes\n";

static void
values_are_read(void **state)
{
    struct config config;
    struct config_fault fault;

    (void)state;
    assert_err(config_parse(good, &config, &fault), OK);
    assert_string_equal(config.origin, "border.example/durres");
    assert_int_equal(config.kind, NODE_SEA);
    assert_string_equal(config.country, "ALB");
    assert_string_equal(config.place, "Durrës");
    assert_string_equal(config.zone, "Europe/Tirane");
    assert_string_equal(config.listen, "127.0.0.1:8600");
    assert_int_equal(config.desks, 2);
    assert_true(config.sample);
    assert_bytes(config_node(&config), BYTES("durres"));
}

/* A line is replaced, or added when `old` is empty. */
static const struct {
    const char *old;
    const char *new;
    int line; /* of the fault; -1: lawful */
    const char *key;
} cases[] = {
    {"kind = sea\n", "kind = land\n", -1, NULL},
    {"kind = sea\n", "kind=air\n", -1, NULL},
    {"kind = sea\n", "kind = river\n", 3, "kind"},
    {"kind = sea\n", "kind =\n", 3, "kind"},
    {"kind = sea\n", "", 0, "kind"},
    {"kind = sea\n", "kind = sea\nkind = sea\n", 4, "kind"},
    {"kind = sea\n", "Kind = sea\n", 3, NULL},
    {"kind = sea\n", "kind = sea\ncolour = red\n", 4, NULL},
    {"kind = sea\n", "[node]\nkind = sea\n", 4, NULL},
    {"kind = sea\n", "kind\n", 3, NULL},
    {"kind = sea\n", "kind = sea\n  land\n", 4, "kind"},
    {"border.example/durres", "durres", -1, NULL},
    {"border.example/durres", "Durres", 2, "origin"},
    {"border.example/durres", "a/b/c", 2, "origin"},
    {"border.example/durres", "border.example/", 2, "origin"},
    {"= ALB", "= AL", 4, "country"},
    {"= ALB", "= alb", 4, "country"},
    {"= ALB", "= XYZ", 4, "country"},
    {"= ALB", "= D", 4, "country"},
    {"= ALB", "= GBR", -1, NULL},
    {"Durrës", "", 5, "place"},
    {"Durrës", "Durr\x8bs", 5, "place"},
    {"Durrës", "Durr\x01s", 5, "place"},
    {"Durrës", "a;b", 5, "place"},
    {"127.0.0.1:8600", "unix:/run/kufi", -1, NULL},
    {"127.0.0.1:8600", "0.0.0.0:8600", 7, "listen"},
    {"127.0.0.1:8600", "8600", 7, "listen"},
    {"desks = 2", "desks = 0", -1, NULL},
    {"desks = 2", "desks = 16", -1, NULL},
    {"desks = 2", "desks = 17", 8, "desks"},
    {"desks = 2", "desks = 02", 8, "desks"},
    {"desks = 2", "desks = -1", 8, "desks"},
    {"sample = yes", "sample = no", -1, NULL},
    {"sample = yes", "sample = true", 9, "sample"},
    {"desks = 2", "desks = 2\npeers = 0.0.0.0:8601", -1, NULL},
    {"desks = 2", "desks = 2\npeers = [::]:8601", -1, NULL},
    {"desks = 2", "desks = 2\npeers = unix:/run/kufi", 9, "peers"},
    {"desks = 2", "desks = 2\npeers = border.example:8601", 9, "peers"},
    {"desks = 2", "desks = 2\npeers =", 9, "peers"},
    {"desks = 2", "desks = 2\nmirror-rate = 32000", -1, NULL},
    {"desks = 2", "desks = 2\nmirror-rate = 32k", 9, "mirror-rate"},
    {"desks = 2", "desks = 2\nmirror-rate = 1000000000001", 9, "mirror-rate"},
};

static void
replace(char *out, size_t out_size, const char *old, const char *new)
{
    const char *at = strstr(good, old);

    assert_non_null(at);
    (void)snprintf(out, out_size, "%.*s%s%s", (int)(at - good), good, new,
                   at + strlen(old));
}

/* What parsing gave is written and parsed to the same. */
static void
written_again(const struct config *config)
{
    char text[CONFIG_SIZE_MAX + 1];
    struct config again;
    struct config_fault fault;
    struct writer w;

    writer_init(&w, text, CONFIG_SIZE_MAX);
    config_write(&w, config);
    assert_err(writer_end(&w), OK);
    text[w.at] = '\0';
    assert_err(config_parse(text, &again, &fault), OK);
    assert_string_equal(again.origin, config->origin);
    assert_string_equal(again.place, config->place);
    assert_string_equal(again.zone, config->zone);
    assert_string_equal(again.listen, config->listen);
    assert_string_equal(again.country, config->country);
    assert_int_equal(again.kind, config->kind);
    assert_int_equal(again.desks, config->desks);
    assert_int_equal(again.sample, config->sample);
    assert_string_equal(again.peers, config->peers);
    assert_int_equal(again.mirror_rate, config->mirror_rate);
    assert_memory_equal(&again.position, &config->position,
                        sizeof(again.position));
    assert_int_equal(again.post_count, config->post_count);
    for (size_t i = 0; i < config->post_count; i++) {
        struct position a = config->posts[i].position;
        struct position b =
            config_position(&again, bytes_of(config->posts[i].place));

        assert_int_equal(a.latitude, b.latitude);
        assert_int_equal(a.longitude, b.longitude);
        assert_true(b.known);
    }
}

static void
faults_are_named(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1024];
        struct config config;
        struct config_fault fault = {0};

        replace(text, sizeof(text), cases[i].old, cases[i].new);
        if (cases[i].line < 0) {
            assert_err(config_parse(text, &config, &fault), OK);
            written_again(&config);
            continue;
        }
        assert_err(config_parse(text, &config, &fault), ERR_FORMAT);
        assert_non_null(fault.what);
        assert_int_equal(fault.line, cases[i].line);
        if (cases[i].key == NULL)
            assert_null(fault.key);
        else
            assert_string_equal(fault.key, cases[i].key);
    }
}

static void
cut_and_flipped(void **state)
{
    char text[sizeof(good)];
    struct config config;
    struct config_fault fault;
    size_t lawful = 0;
    size_t i;

    (void)state;
    /* The last line may lose its end. */
    for (i = 0; i + 2 < sizeof(good); i++) {
        memcpy(text, good, i);
        text[i] = '\0';
        assert_err(config_parse(text, &config, &fault), ERR_FORMAT);
    }
    for (i = 0; i < (sizeof(good) - 1) * 8; i++) {
        memcpy(text, good, sizeof(good));
        text[i / 8] = (char)(text[i / 8] ^ 1 << i % 8);
        if (config_parse(text, &config, &fault) != OK)
            continue;
        written_again(&config);
        lawful++;
    }
    print_message("# %zu of %zu flips were lawful\n", lawful,
                  (sizeof(good) - 1) * 8);
}

/* The longest values fit the lines that are written and read. */
static void
longest_values(void **state)
{
    static const struct {
        const char *key;
        size_t size;
    } longest[] = {{"place", PLACE_SIZE_MAX}, {"zone", ZONE_NAME_SIZE_MAX}};
    char value[256];
    struct config config;
    struct config_fault fault;
    const char *what;
    size_t i;

    (void)state;
    assert_err(config_parse(good, &config, &fault), OK);
    for (i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
        memset(value, 'x', sizeof(value));
        value[longest[i].size] = '\0';
        assert_true(config_set(&config, longest[i].key, value, &what));
        value[longest[i].size] = 'x';
        value[longest[i].size + 1] = '\0';
        assert_false(config_set(&config, longest[i].key, value, &what));
    }
    written_again(&config);
    assert_false(config_set(&config, "colour", "red", &what));
}

static const struct {
    const char *text;
    bool lawful;
    int32_t degrees;
} degrees[] = {
    {"0", true, 0},
    {"41.3231", true, 413231},
    {"-0.4543", true, -4543},
    {"41.32319", true, 413231},
    {"41.5", true, 415000},
    {"90", true, 900000},
    {"-90.0000", true, -900000},
    {"90.0001", false, 0},
    {"91", false, 0},
    {"", false, 0},
    {"-", false, 0},
    {"41.", false, 0},
    {".5", false, 0},
    {"41,5", false, 0},
    {"+41", false, 0},
    {"041", false, 0},
    {"41.1234567890", false, 0},
    {"41.12x", false, 0},
    {"--41", false, 0},
};

static void
degrees_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); i++) {
        int32_t out = 7;
        char again[16];
        struct writer w;
        int32_t twice;

        assert_int_equal(degrees_parse(bytes_of(degrees[i].text),
                                       POSITION_LATITUDE_MAX, &out),
                         degrees[i].lawful);
        assert_int_equal(out, degrees[i].lawful ? degrees[i].degrees : 7);
        if (!degrees[i].lawful)
            continue;
        writer_init(&w, again, sizeof(again));
        degrees_write(&w, out);
        assert_true(
            degrees_parse(writer_done(&w), POSITION_LATITUDE_MAX, &twice));
        assert_int_equal(out, twice);
    }
}

/* Lines put behind the lawful ones. */
static const struct {
    const char *lines;
    int line; /* of the fault; -1: lawful */
    const char *key;
} places[] = {
    {"latitude = 41.3231\nlongitude = 19.4414\n", -1, NULL},
    {"latitude = 41.3231\n", 0, "longitude"},
    {"longitude = 19.4414\n", 0, "latitude"},
    {"latitude = north\nlongitude = 19.4414\n", 10, "latitude"},
    {"latitude = 1\nlongitude = 180.0001\n", 11, "longitude"},
    {"post Vlorë = 40.4515,19.4818\n", -1, NULL},
    {"post Qafë Thanë=41.0686, 20.6247\npost Vlorë = 40.4515,19.4818\n", -1,
     NULL},
    {"post Vlorë = 40.4515\n", 10, "post"},
    {"post = 40.4515,19.4818\n", 10, NULL},
    {"post  = 40.4515,19.4818\n", 10, NULL},
    {"post Vlorë = 40.4515,19.4818\npost Vlorë = 1,1\n", 11, "post"},
    {"post Vlorë : 40.4515,19.4818\n", -1, NULL},
};

static void
places_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        char text[1024];
        struct config config;
        struct config_fault fault = {0};

        (void)snprintf(text, sizeof(text), "%s%s", good, places[i].lines);
        if (places[i].line < 0) {
            assert_err(config_parse(text, &config, &fault), OK);
            written_again(&config);
            continue;
        }
        assert_err(config_parse(text, &config, &fault), ERR_FORMAT);
        assert_int_equal(fault.line, places[i].line);
        if (places[i].key == NULL)
            assert_null(fault.key);
        else
            assert_string_equal(fault.key, places[i].key);
    }
}

/* All posts there may be, with the longest names, fit the file; this post is
 * found by its own name; a place that nobody named is nowhere. */
static void
posts_are_found(void **state)
{
    char place[PLACE_SIZE_MAX + 1];
    struct config config;
    struct config_fault fault;
    const char *what;

    (void)state;
    assert_err(config_parse(good, &config, &fault), OK);
    config.position = (struct position){true, -POSITION_LATITUDE_MAX,
                                        -POSITION_LONGITUDE_MAX};
    memset(place, 'x', sizeof(place) - 1);
    place[PLACE_SIZE_MAX] = '\0';
    for (int i = 0; i < CONFIG_POSTS_MAX; i++) {
        place[0] = (char)('0' + i);
        if (place[0] >= ':')
            place[0] = (char)('A' + i - 10);
        assert_true(config_set_post(&config, bytes_of(place),
                                    BYTES("-89.9999,-179.9999"), &what));
    }
    assert_false(
        config_set_post(&config, BYTES("one more"), BYTES("1,1"), &what));
    written_again(&config);
    assert_int_equal(config_position(&config, BYTES("Durrës")).latitude,
                     -POSITION_LATITUDE_MAX);
    assert_int_equal(config_position(&config, bytes_of(place)).longitude,
                     -1799999);
    assert_false(config_position(&config, BYTES("Vlorë")).known);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),  cmocka_unit_test(faults_are_named),
        cmocka_unit_test(cut_and_flipped),  cmocka_unit_test(longest_values),
        cmocka_unit_test(degrees_are_read), cmocka_unit_test(places_are_read),
        cmocka_unit_test(posts_are_found),
    };

    return TEST_RUN(tests);
}
