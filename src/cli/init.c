#include "cli/cli.h"

#include <string.h>

#include "base/degrees.h"
#include "base/json.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "node/init.h"
#include "node/keys.h"
#include "os/process.h"

#define ANSWER_SIZE_MAX 8192

enum {
    ORIGIN,
    KIND,
    COUNTRY,
    PLACE,
    ZONE,
    LISTEN,
    AT,
    SAMPLE,
    JSON,
    POST,
    PEERS,
    OPTION_COUNT
};

/* The line of log.vkey, without its end. */
static enum err
vkey_read(struct cli *cli, const char *path, uint8_t *out, struct bytes *vkey)
{
    struct folder dir;
    size_t size = 0;
    enum err e = cli->os->folder_open(cli->os, path, &dir);

    if (e != OK)
        return e;
    e = os_read_file(cli->os, dir, VKEY_FILE, out, NOTE_KEY_TEXT_SIZE_MAX + 1,
                     &size);
    cli->os->folder_close(cli->os, dir);
    *vkey = bytes_trim((struct bytes){out, size});
    if (vkey->size > 0 && vkey->p[vkey->size - 1] == '\n')
        vkey->size--;
    return e;
}

static int
answer(struct cli *cli, const char *path, const struct config *config,
       bool as_json)
{
    uint8_t text[NOTE_KEY_TEXT_SIZE_MAX + 1];
    uint8_t block[ANSWER_SIZE_MAX];
    struct writer w;
    struct json_writer j = {.w = &w};
    struct bytes vkey;
    enum err e = vkey_read(cli, path, text, &vkey);

    if (e != OK)
        return cli_fail(cli, e, VKEY_FILE);
    if (!as_json) {
        cli_write(cli, vkey);
        cli_write(cli, BYTES("\n"));
        return CLI_DONE;
    }
    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_text(&j, "origin", bytes_of(config->origin));
    json_pair_text(&j, "node", config_node(config));
    json_pair_text(&j, "place", bytes_of(config->place));
    json_pair_text(&j, "zone", bytes_of(config->zone));
    if (config->sample)
        json_pair_boolean(&j, "sample", true);
    json_pair_integer(&j, "size", 1);
    json_pair_text(&j, "vkey", vkey);
    json_end_object(&j);
    writer_text(&w, "\n");
    cli_write(cli, writer_done(&w));
    return CLI_DONE;
}

/* "41.3231,19.4414", and "Vlorë=40.4515,19.4818" as often as there are posts.
 */
static bool
configure_places(struct cli *cli, const struct option *table,
                 struct config *config)
{
    const char *at = table[AT].values[0];

    if (at != NULL && !degrees_parse_pair(bytes_of(at), &config->position)) {
        cli_complain(cli, "--at must be LATITUDE,LONGITUDE in degrees");
        return false;
    }
    for (size_t i = 0; i < table[POST].count; i++) {
        struct bytes rest = bytes_of(table[POST].values[i]);
        struct bytes place = bytes_trim(bytes_split(&rest, '='));
        const char *what;

        if (!config_set_post(config, place, rest, &what)) {
            cli_complain(cli, "--post %s %s", table[POST].values[i], what);
            return false;
        }
    }
    return true;
}

/* What was typed into `config`; complains and returns false when it is wrong.
 */
static bool
configure(struct cli *cli, const struct option *table, const char **values,
          struct config *config)
{
    static const char *const keys[] = {"origin", "kind", "country",
                                       "place",  "zone", "listen"};
    const char *what;
    size_t i;

    *config = (struct config){.sample = table[SAMPLE].count > 0};
    for (i = ORIGIN; i <= PLACE; i++) {
        if (values[i] == NULL) {
            cli_complain(cli, "%s is missing", table[i].name);
            return false;
        }
    }
    if (values[LISTEN] == NULL)
        values[LISTEN] = LISTEN_DEFAULT;
    for (i = ORIGIN; i <= LISTEN; i++) {
        if (i == ZONE && values[ZONE] == NULL)
            continue;
        if (!config_set(config, keys[i], values[i], &what)) {
            cli_complain(cli, "%s %s", table[i].name, what);
            return false;
        }
    }
    if (values[PEERS] != NULL &&
        !config_set(config, "peers", values[PEERS], &what)) {
        cli_complain(cli, "--peers %s", what);
        return false;
    }
    if (values[ZONE] == NULL)
        init_zone(cli->os, config->country, config->zone);
    return configure_places(cli, table, config);
}

/* A zone that the system does not know would make every day UTC's. */
static bool
zone_known(struct cli *cli, const struct config *config)
{
    struct zone zone;

    if (strcmp(config->zone, "UTC") == 0 || os_zone(config->zone, &zone) == OK)
        return true;
    cli_complain(cli, "the system knows no time zone %s", config->zone);
    return false;
}

static int
run(struct cli *cli, const char *path, const struct config *config,
    bool as_json)
{
    struct book_config book_config = {.os = cli->os,
                                      .path = path,
                                      .config = config,
                                      .random = &crypto_random};
    const char *step = "";
    enum err e = crypto_init();

    process_guard();
    if (e == OK)
        e = init_node(&book_config, &step);
    if (e == OK)
        return answer(cli, path, config, as_json);
    if (e == ERR_CONFLICT) {
        cli_complain(cli,
                     "%s: there is something already; a node is made in "
                     "a new or an empty folder",
                     path);
        return CLI_NO;
    }
    cli_complain(cli, "%s: %s: %s%s%s", path, step, err_text(e),
                 e == ERR_IO ? ": " : "",
                 e == ERR_IO ? strerror(cli->os->error) : "");
    return cli_exit_of(e);
}

int
command_init(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    const char *posts[CONFIG_POSTS_MAX] = {NULL};
    struct option table[OPTION_COUNT] = {
        {.name = "--origin",
         .value_name = "NAME",
         .help = "the node: NODE, or DOMAIN/NODE",
         .values = &values[ORIGIN]},
        {.name = "--kind",
         .value_name = "KIND",
         .help = "land, sea or air",
         .values = &values[KIND]},
        {.name = "--country",
         .value_name = "CODE",
         .help = "three letters, ALB",
         .values = &values[COUNTRY]},
        {.name = "--place",
         .value_name = "TEXT",
         .help = "the crossing point, as every record names it",
         .values = &values[PLACE]},
        {.name = "--zone",
         .value_name = "ZONE",
         .help = "time zone; without it, the country's first",
         .values = &values[ZONE]},
        {.name = "--listen",
         .value_name = "ADDRESS",
         .help = "127.0.0.1:8600, or unix:/PATH",
         .values = &values[LISTEN]},
        {.name = "--at",
         .value_name = "LAT,LONG",
         .help = "where it is, in degrees: 41.3231,19.4414",
         .values = &values[AT]},
        {.name = "--sample", .help = "all its travellers are invented"},
        {.name = "--json", .help = "answer in JSON"},
        {.name = "--post",
         .value_name = "PLACE=LAT,LONG",
         .help = "another post of the country; may be repeated",
         .values = posts,
         .values_max = CONFIG_POSTS_MAX},
        {.name = "--peers",
         .value_name = "ADDRESS",
         .help = "where other nodes reach this one: 0.0.0.0:8601; a post needs "
                 "none",
         .values = &values[PEERS]},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Makes a node in DIR, which must be empty or not there yet, "
                 "and prints the key by\nwhich others verify its log.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct config config;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (!configure(cli, table, values, &config) || !zone_known(cli, &config))
        return CLI_USAGE;
    return run(cli, options.argv[0], &config, table[JSON].count > 0);
}
