#include "node/config.h"

#include <ini.h>
#include <stddef.h>
#include <string.h>

#include "base/degrees.h"
#include "document/state.h"
#include "node/address.h"
#include "record/word.h"

/* Copies a text that fits and holds nothing which the file could not. */
static bool
text_set(char *out, size_t out_size, struct bytes value)
{
    size_t i;

    if (value.size == 0 || value.size >= out_size || !bytes_utf8(value))
        return false;
    for (i = 0; i < value.size; i++) {
        if (value.p[i] < 0x20 || value.p[i] == 0x7f || value.p[i] == ';')
            return false;
    }
    if (!bytes_equal(bytes_trim(value), value))
        return false;
    memcpy(out, value.p, value.size);
    out[value.size] = '\0';
    return true;
}

static bool
origin_set(struct config *config, struct bytes value)
{
    struct origin origin;
    struct writer w;

    if (origin_parse_short(value, &origin) != OK)
        return false;
    writer_init(&w, config->origin, sizeof(config->origin) - 1);
    origin_write(&w, &origin);
    if (writer_end(&w) != OK)
        return false;
    config->origin[w.at] = '\0';
    return true;
}

static bool
kind_set(struct config *config, struct bytes value)
{
    return node_kind_parse(value, &config->kind);
}

static bool
country_set(struct config *config, struct bytes value)
{
    return value.size == 3 && state_find(value) != NULL &&
           text_set(config->country, sizeof(config->country), value);
}

static bool
place_set(struct config *config, struct bytes value)
{
    return text_set(config->place, sizeof(config->place), value);
}

static bool
zone_set(struct config *config, struct bytes value)
{
    return text_set(config->zone, sizeof(config->zone), value);
}

static bool
listen_set(struct config *config, struct bytes value)
{
    struct address address;
    const char *what;

    return text_set(config->listen, sizeof(config->listen), value) &&
           address_parse(config->listen, &address, &what) == OK;
}

static bool
desks_set(struct config *config, struct bytes value)
{
    uint64_t desks;

    if (!bytes_decimal(value, DESKS_MAX, &desks))
        return false;
    config->desks = (unsigned)desks;
    return true;
}

static bool
sample_set(struct config *config, struct bytes value)
{
    config->sample = bytes_equal(value, BYTES("yes"));
    return config->sample || bytes_equal(value, BYTES("no"));
}

static bool
latitude_set(struct config *config, struct bytes value)
{
    return degrees_parse(value, POSITION_LATITUDE_MAX,
                         &config->position.latitude);
}

static bool
longitude_set(struct config *config, struct bytes value)
{
    return degrees_parse(value, POSITION_LONGITUDE_MAX,
                         &config->position.longitude);
}

static bool
peers_set(struct config *config, struct bytes value)
{
    struct address address;
    const char *what;

    return text_set(config->peers, sizeof(config->peers), value) &&
           address_parse_peers(config->peers, &address, &what) == OK;
}

static bool
mirror_rate_set(struct config *config, struct bytes value)
{
    return bytes_decimal(value, MIRROR_RATE_MAX, &config->mirror_rate);
}

static const struct key {
    const char *name;
    bool (*set)(struct config *config, struct bytes value);
    const char *what; /* must be */
    bool may_miss;
} keys[] = {
    {"origin", origin_set,
     "must be NODE or DOMAIN/NODE of a-z, 0-9, hyphens and dots"},
    {"kind", kind_set, "must be land, sea or air"},
    {"country", country_set, "must be a country's three letters (ALB)"},
    {"place", place_set,
     "must be the name of a place: 1 to 128 bytes of UTF-8 without ;"},
    {"zone", zone_set, "must be a time zone (Europe/Tirane)"},
    {"listen", listen_set,
     "must be a loopback address and port (127.0.0.1:8600) or unix:/PATH"},
    {"desks", desks_set, "must be a number from 0 to 16"},
    {"sample", sample_set, "must be yes or no"},
    {"peers", peers_set, "must be an address and port (0.0.0.0:8601)", true},
    {"mirror-rate", mirror_rate_set, "must be a number of bytes a second",
     true},
    {"latitude", latitude_set, "must be degrees from -90 to 90 (41.3231)",
     true},
    {"longitude", longitude_set, "must be degrees from -180 to 180 (19.4414)",
     true},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))
#define KEY_LATITUDE (KEY_COUNT - 2)
#define KEY_LONGITUDE (KEY_COUNT - 1)

/* What stands before a post's name. */
#define POST_PREFIX "post "

static const struct key *
key_find(const char *name)
{
    size_t i;

    for (i = 0; i < KEY_COUNT; i++) {
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    }
    return NULL;
}

bool
config_set(struct config *config, const char *key, const char *value,
           const char **what)
{
    const struct key *found = key_find(key);

    if (found == NULL) {
        *what = "is no key of config.ini";
        return false;
    }
    *what = found->what;
    return found->set(config, bytes_of(value));
}

static const struct config_post *
post_find(const struct config *config, struct bytes place)
{
    for (size_t i = 0; i < config->post_count; i++) {
        if (bytes_equal(bytes_of(config->posts[i].place), place))
            return &config->posts[i];
    }
    return NULL;
}

/* The name ends where a colon or an equals sign does: it can hold none. */
bool
config_set_post(struct config *config, struct bytes place,
                struct bytes position, const char **what)
{
    struct config_post *post = &config->posts[config->post_count];

    *what = "is one post too many";
    if (config->post_count == CONFIG_POSTS_MAX)
        return false;
    *what = "is named twice";
    if (post_find(config, place) != NULL)
        return false;
    *what = "must be the name of a place without = : ;, and LATITUDE,LONGITUDE";
    if (bytes_find(place, '=') < place.size ||
        bytes_find(place, ':') < place.size ||
        !text_set(post->place, sizeof(post->place), place) ||
        !degrees_parse_pair(position, &post->position))
        return false;
    config->post_count++;
    return true;
}

struct position
config_position(const struct config *config, struct bytes place)
{
    const struct config_post *post = post_find(config, place);

    struct position unknown = {0};

    if (bytes_equal(bytes_of(config->place), place))
        return config->position;
    return post == NULL ? unknown : post->position;
}

/* What inih's calls share. The first fault is kept. */
struct parsing {
    struct config config;
    unsigned seen; /* bit i: keys[i] */
    struct config_fault fault;
};

static int
refuse(struct parsing *parsing, const char *key, const char *what)
{
    if (parsing->fault.what == NULL)
        parsing->fault = (struct config_fault){0, key, what};
    return 0;
}

static int
take(void *context, const char *section, const char *name, const char *value)
{
    struct parsing *parsing = context;
    const struct key *key = key_find(name);
    const char *what;
    unsigned bit;

    if (section[0] != '\0')
        return refuse(parsing, NULL, "has a section, and none belongs there");
    if (strncmp(name, POST_PREFIX, strlen(POST_PREFIX)) == 0) {
        if (!config_set_post(&parsing->config,
                             bytes_of(name + strlen(POST_PREFIX)),
                             bytes_of(value), &what))
            return refuse(parsing, "post", what);
        return 1;
    }
    if (key == NULL)
        return refuse(parsing, NULL, "has a key that is not known");
    bit = 1u << (key - keys);
    if ((parsing->seen & bit) != 0)
        return refuse(parsing, key->name, "stands there twice");
    parsing->seen |= bit;
    if (!key->set(&parsing->config, bytes_of(value)))
        return refuse(parsing, key->name, key->what);
    return 1;
}

enum err
config_parse(const char *text, struct config *out, struct config_fault *fault)
{
    struct parsing parsing = {0};
    int line = ini_parse_string(text, take, &parsing);
    bool latitude;
    bool longitude;
    size_t i;

    for (i = 0; i < KEY_COUNT && line == 0; i++) {
        if ((parsing.seen & (1u << i)) == 0 && !keys[i].may_miss)
            (void)refuse(&parsing, keys[i].name, "is missing");
    }
    latitude = (parsing.seen & (1u << KEY_LATITUDE)) != 0;
    longitude = (parsing.seen & (1u << KEY_LONGITUDE)) != 0;
    if (line == 0 && latitude != longitude)
        (void)refuse(&parsing, latitude ? "longitude" : "latitude",
                     "is missing");
    parsing.config.position.known = latitude;
    if (line == 0 && parsing.fault.what == NULL) {
        *out = parsing.config;
        return OK;
    }
    if (parsing.fault.what == NULL)
        parsing.fault.what = "is not KEY = VALUE";
    parsing.fault.line = line > 0 ? line : 0;
    *fault = parsing.fault;
    return ERR_FORMAT;
}

static void
posts_write(struct writer *w, const struct config *config)
{
    writer_text(w, "\n; where this post is, and others: latitude, longitude\n");
    if (config->position.known) {
        writer_text(w, "latitude = ");
        degrees_write(w, config->position.latitude);
        writer_text(w, "\nlongitude = ");
        degrees_write(w, config->position.longitude);
        writer_text(w, "\n");
    }
    for (size_t i = 0; i < config->post_count; i++) {
        const struct config_post *post = &config->posts[i];

        writer_text(w, POST_PREFIX);
        writer_text(w, post->place);
        writer_text(w, " = ");
        degrees_write(w, post->position.latitude);
        writer_text(w, ",");
        degrees_write(w, post->position.longitude);
        writer_text(w, "\n");
    }
}

static void
pair_write(struct writer *w, const char *about, const char *key,
           const char *value)
{
    writer_text(w, "\n; ");
    writer_text(w, about);
    writer_text(w, "\n");
    writer_text(w, key);
    writer_text(w, " = ");
    writer_text(w, value);
    writer_text(w, "\n");
}

static void
peers_write(struct writer *w, const struct config *config)
{
    if (config->peers[0] != '\0')
        pair_write(w, "where other nodes reach this one", "peers",
                   config->peers);
    if (config->mirror_rate == 0)
        return;
    writer_text(w, "\n; bytes a second to and from other nodes\n"
                   "mirror-rate = ");
    writer_decimal(w, config->mirror_rate);
    writer_text(w, "\n");
}

void
config_write(struct writer *w, const struct config *config)
{
    char desks[16];
    struct writer number;

    writer_init(&number, desks, sizeof(desks) - 1);
    writer_decimal(&number, config->desks);
    desks[number.at] = '\0';
    writer_text(w, "; A node of Kufi. The first four are in the log's first "
                   "entry\n; and must not be changed.\n");
    pair_write(w, "the name of the node's log: DOMAIN/NODE", "origin",
               config->origin);
    pair_write(w, "the crossing point: land, sea or air", "kind",
               node_kind_word(config->kind));
    pair_write(w, "ISO 3166-1", "country", config->country);
    pair_write(w, "as every record names it", "place", config->place);
    pair_write(w, "in which calendar days are counted", "zone", config->zone);
    pair_write(w, "a loopback address and port, or unix:/PATH", "listen",
               config->listen);
    pair_write(w, "processes that answer; 0: as many as cores, 4 at most",
               "desks", desks);
    pair_write(w, "yes: all its travellers are invented, for ever", "sample",
               config->sample ? "yes" : "no");
    peers_write(w, config);
    posts_write(w, config);
}

enum err
config_read(struct os *os, struct folder dir, struct config *out,
            struct config_fault *fault)
{
    char text[CONFIG_SIZE_MAX + 1];
    size_t size;
    enum err e = os_read_file(os, dir, CONFIG_FILE, (uint8_t *)text,
                              CONFIG_SIZE_MAX, &size);

    *fault = (struct config_fault){.what = "cannot be read"};
    if (e != OK)
        return e;
    text[size] = '\0';
    if (strlen(text) != size) {
        fault->what = "has a NUL in it";
        return ERR_FORMAT;
    }
    return config_parse(text, out, fault);
}

struct bytes
config_node(const struct config *config)
{
    struct bytes origin = bytes_of(config->origin);
    size_t slash = bytes_find(origin, '/');

    return bytes_slice(origin, slash + 1, origin.size);
}
