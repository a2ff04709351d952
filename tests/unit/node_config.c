/*
 * config.ini: what is written is read again; each key missing, twice, unknown
 * or wrong is refused with its name and line; every cut and every flipped bit
 * gives a configuration that could be written, or a refusal.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

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
};

static void
replace(char *out, size_t out_size, const char *old, const char *new)
{
    const char *at = strstr(good, old);

    assert_non_null(at);
    (void)snprintf(out, out_size, "%.*s%s%s", (int)(at - good), good, new,
                   at + strlen(old));
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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(cut_and_flipped),
        cmocka_unit_test(longest_values),
    };

    return TEST_RUN(tests);
}
