/*
 * What a node is told about itself: DIR/config.ini, written by `kufi init`.
 *
 *     origin = border.example/durres
 *     kind = land                       land, sea or air
 *     country = ALB                     ISO 3166-1 alpha-3
 *     place = Durrës
 *     zone = Europe/Tirane              of the time zone database, or UTC
 *     listen = 127.0.0.1:8600           or unix:/path
 *     desks = 0                         0: as many as cores, 4 at most
 *     sample = no
 *     latitude = 41.3231                decimal degrees, north positive; both
 *     longitude = 19.4414               or none, and then no distance is known
 *     peers = 0.0.0.0:8601              where other nodes reach this one;
 * without it none does, and it still reaches them mirror-rate = 0 bytes a
 * second to and from other nodes; 0: as the line has it post Vlorë
 * = 40.4515,19.4818      another post's place and where it is
 *
 * Every key stands there once, the last five kinds if at all; nothing else
 * does but comments.
 */
#ifndef NODE_CONFIG_H
#define NODE_CONFIG_H

#include "base/err.h"
#include "base/writer.h"
#include "inspect/position.h"
#include "os/os.h"
#include "record/event.h"
#include "record/name.h"

#define CONFIG_SIZE_MAX 32768 /* our own text and all posts have half of it */
#define CONFIG_FILE "config.ini"

/* An address: the longest is a path, of which sun_path holds 107 bytes. */
#define LISTEN_SIZE_MAX 112
#define LISTEN_DEFAULT "127.0.0.1:8600"
#define DESKS_MAX 16

/* Bytes a second: no line is faster. */
#define MIRROR_RATE_MAX UINT64_C(1000000000000)

/* Other posts of the country, from which a traveller may have come. */
#define CONFIG_POSTS_MAX 64

struct config_post {
    char place[PLACE_SIZE_MAX + 1]; /* as that post's records name it */
    struct position position;
};

struct config {
    char origin[ORIGIN_SIZE_MAX + 1];
    enum node_kind kind;
    char country[4];
    char place[PLACE_SIZE_MAX + 1];
    char zone[ZONE_NAME_SIZE_MAX + 1];
    char listen[LISTEN_SIZE_MAX + 1];
    unsigned desks;
    bool sample;
    struct position position;
    char peers[LISTEN_SIZE_MAX + 1]; /* "" when it is not there */
    uint64_t mirror_rate;
    size_t post_count;
    struct config_post posts[CONFIG_POSTS_MAX];
};

/* Where a refused text is wrong and why, in a sentence for the operator. */
struct config_fault {
    int line;        /* from 1; 0 when something is missing */
    const char *key; /* a constant, or NULL */
    const char *what;
};

/* ERR_FORMAT, ERR_LIMIT with the reason in `fault`. `text` ends in a NUL. */
MUST_CHECK enum err config_parse(const char *text, struct config *out,
                                 struct config_fault *fault);

/*
 * Writes the file with a comment on each key. What this writes config_parse()
 * reads again, or refuses: `config` may hold what an operator typed.
 */
void config_write(struct writer *w, const struct config *config);

/* Reads DIR/config.ini: the errors of os_read_file() and of config_parse(). */
MUST_CHECK enum err config_read(struct os *os, struct folder dir,
                                struct config *out, struct config_fault *fault);

/* The node's own name, behind the last slash of the origin; borrowed. */
struct bytes config_node(const struct config *config);

/*
 * Sets one key to what an operator typed; false, with the reason in `what`,
 * when it may not be so. `key` is one of those above.
 */
bool config_set(struct config *config, const char *key, const char *value,
                const char **what);

/* The same for another post, "Vlorë" at "40.4515,19.4818". */
bool config_set_post(struct config *config, struct bytes place,
                     struct bytes position, const char **what);

/* Where a place is: this post or another that the configuration names; not
 * `known` when it names none. */
struct position config_position(const struct config *config,
                                struct bytes place);

#endif
