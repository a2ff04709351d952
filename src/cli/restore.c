/*
 * `kufi restore`: a log from whatever is left of it, verified against every
 * checkpoint that anybody kept; as the log of the node that lost it, to go on
 * with, or as another node's. SYN 9
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/log_place.h"
#include "cli/options.h"
#include "cli/restore_show.h"
#include "node/book.h"
#include "node/config.h"
#include "node/keys.h"
#include "node/restore_fetch.h"
#include "node/restore_node.h"
#include "node/tls.h"
#include "os/process.h"

#define JOURNAL_FILE "journal"
#define ROSTER_FILE "roster"
#define SCHEME "https://"
#define BUSY_TRIES 8
#define FETCHED_FOLDER "fetched"
#define FETCHED_NAME_SIZE (sizeof(FETCHED_FOLDER) + 12)

enum { ORIGIN, FROM, KEY, VKEY, ROSTER, BEFORE, DRY_RUN, JSON, OPTION_COUNT };

struct restoring {
    struct cli *cli;
    const char **values; /* by option */
    const char **from;
    size_t from_count;
    const char *path; /* the node's folder */
    bool dry_run;
    bool as_json;
    struct folder dir;
    char store_path[BOOK_PATH_SIZE_MAX];
    struct config config;
    struct file lock;
    bool locked;
    bool own;
    struct bytes origin;
    struct sign_key key;
    struct note_key vkey;
    uint8_t *roster_file;
    bool has_roster;
    struct roster roster;
    struct arena arena;
    char (*fetched)[LOG_PATH_SIZE_MAX]; /* where what came over TLS is */
    struct restore restore;
};

static int
fail(struct restoring *r, enum err e, const char *what)
{
    int status = cli_fail(r->cli, e, what);

    return status == CLI_NO ? CLI_TROUBLE : status;
}

/* ----- Whose log it is, and by which key it is known. ----- */

static int
roster_read(struct restoring *r, const char *path)
{
    struct fault fault = {0};
    struct bytes in;
    enum err e;

    r->roster_file = log_file_read(r->cli, path, ROSTER_SIZE_MAX, &in);
    if (r->roster_file == NULL)
        return CLI_TROUBLE;
    e = roster_open(in, NULL, &r->roster, &fault);
    if (e != OK) {
        cli_complain(r->cli, "%s: %s (%s)", path,
                     fault.what == NULL ? err_text(e) : fault.what,
                     fault.clause == NULL ? "" : fault.clause);
        return CLI_NO;
    }
    r->has_roster = true;
    return CLI_DONE;
}

/* The one given, else that of the node's folder, else none. */
static int
roster_find_file(struct restoring *r, const char *dir)
{
    char path[LOG_PATH_SIZE_MAX];
    struct file file;

    if (r->values[ROSTER] != NULL)
        return roster_read(r, r->values[ROSTER]);
    if (r->cli->os->open(r->cli->os, r->dir, ROSTER_FILE, OPEN_READ, 0,
                         &file) != OK)
        return CLI_DONE;
    r->cli->os->close(r->cli->os, file);
    if (snprintf(path, sizeof(path), "%s/" ROSTER_FILE, dir) >=
        (int)sizeof(path))
        return fail(r, ERR_LIMIT, dir);
    return roster_read(r, path);
}

static int
key_read(struct restoring *r, const char *path)
{
    struct bytes text;
    uint8_t *file = log_file_read(r->cli, path, KEY_FILE_SIZE_MAX, &text);
    enum err e;

    if (file == NULL)
        return CLI_TROUBLE;
    e = key_parse(text, r->origin, &r->key);
    crypto_wipe(file, text.size);
    free(file);
    if (e != OK) {
        cli_complain(r->cli, "%s is no key of this log", path);
        return CLI_NO;
    }
    r->vkey = note_key_of(r->origin, NOTE_ED25519, &r->key.public);
    return CLI_DONE;
}

/* By the roster: a node, or one that was. */
static int
vkey_find(struct restoring *r)
{
    const struct roster_node *node =
        r->has_roster ? roster_find(&r->roster, r->origin) : NULL;
    const struct roster_revoked *revoked =
        r->has_roster ? roster_find_revoked(&r->roster, r->origin) : NULL;

    if (node == NULL && revoked == NULL) {
        cli_complain(r->cli,
                     "by which key is this log known? --roster, --vkey or"
                     " --key is needed");
        return CLI_USAGE;
    }
    r->vkey = node != NULL ? node->log : revoked->log;
    return CLI_DONE;
}

static int
keys_find(struct restoring *r)
{
    if (r->values[KEY] != NULL)
        return key_read(r, r->values[KEY]);
    if (r->values[VKEY] == NULL)
        return vkey_find(r);
    if (!log_key_parse(r->cli, r->values[VKEY], &r->vkey))
        return CLI_USAGE;
    if (bytes_equal(r->vkey.name, r->origin))
        return CLI_DONE;
    cli_complain(r->cli, "--vkey is of another log");
    return CLI_USAGE;
}

/* ----- The folder that gets it. ----- */

static int
lock_take(struct restoring *r)
{
    struct os *os = r->cli->os;
    enum err e = os->open(os, r->dir, JOURNAL_FILE, OPEN_WRITE, 0600, &r->lock);

    /* None: a restore that broke off. */
    if (e == ERR_NOT_FOUND)
        return CLI_DONE;
    if (e != OK)
        return fail(r, e, JOURNAL_FILE);
    r->locked = true;
    e = os->lock(os, r->lock);
    if (e == OK)
        return CLI_DONE;
    if (e != ERR_BUSY)
        return fail(r, e, JOURNAL_FILE);
    cli_complain(r->cli, "the node is running: stop it first");
    return CLI_TROUBLE;
}

/* Entries of the log in a view, as its checkpoint has it; 0 when none. */
static uint64_t
log_size_at(struct restoring *r, const char *prefix)
{
    const struct log_view view = {r->cli->os, r->dir, prefix};
    uint8_t block[MIRROR_NOTE_SIZE_MAX];
    struct checkpoint checkpoint;
    struct note note;
    struct bytes text;

    if (view_checkpoint(&view, block, sizeof(block), &text) != OK ||
        note_parse(text, &note, NULL) != OK ||
        checkpoint_parse(note.text, &checkpoint, NULL) != OK)
        return 0;
    return checkpoint.size;
}

/* Nothing that is there may be lost by restoring. */
static int
place_judge(struct restoring *r)
{
    char hex[ORIGIN_HEX_SIZE];
    char prefix[MIRROR_PREFIX_SIZE];

    if (r->own) {
        if (r->values[KEY] == NULL && !r->dry_run) {
            cli_complain(r->cli,
                         "without its old key (--key) this log cannot"
                         " go on: make a node of a new\norigin, name it"
                         " in the roster, and restore this log into it");
            return CLI_USAGE;
        }
        if (r->locked && log_size_at(r, VIEW_LOG_PREFIX) > RESTORE_FRESH_MAX) {
            cli_complain(r->cli, "the folder holds a log that is in use:"
                                 " restore into a node that was just made");
            return CLI_NO;
        }
        return CLI_DONE;
    }
    origin_hex(r->origin, hex);
    snprintf(prefix, sizeof(prefix), MIRROR_FOLDER "/%s/", hex);
    if (log_size_at(r, prefix) == 0)
        return CLI_DONE;
    cli_complain(r->cli, "the folder holds a mirror of this log");
    return CLI_NO;
}

static int
node_open(struct restoring *r, const char *path)
{
    struct config_fault fault;
    int size =
        snprintf(r->store_path, sizeof(r->store_path), "%s/" STORE_FILE, path);
    enum err e = size < 0 || (size_t)size >= sizeof(r->store_path)
                     ? ERR_LIMIT
                     : config_read(r->cli->os, r->dir, &r->config, &fault);
    int status;

    if (e == ERR_NOT_FOUND)
        cli_complain(r->cli, "%s is no node: kufi init makes one", path);
    if (e != OK)
        return fail(r, e, CONFIG_FILE);
    r->origin = bytes_of(r->values[ORIGIN]);
    if (!note_name_valid(r->origin)) {
        cli_complain(r->cli, "--origin is no name of a log");
        return CLI_USAGE;
    }
    r->own = bytes_equal(r->origin, bytes_of(r->config.origin));
    status = lock_take(r);
    if (status == CLI_DONE)
        status = roster_find_file(r, path);
    if (status == CLI_DONE)
        status = keys_find(r);
    return status == CLI_DONE ? place_judge(r) : status;
}

/* ----- Restoring. ----- */

/* Into a folder below the node's, which stays: it is a mirror like any other.
 */
static enum err
peer_ask(struct restoring *r, const char *url, const char *name)
{
    struct os *os = r->cli->os;
    struct certificate certificate;
    struct restore_fetch fetch = {.os = os,
                                  .origin = r->origin,
                                  .key = &r->vkey,
                                  .certificate = &certificate};
    char path[LOG_PATH_SIZE_MAX];
    enum err e;

    if (!r->has_roster || restore_fetch_find(&r->roster, bytes_of(url),
                                             &fetch.node, &fetch.address) != OK)
        return ERR_DENIED;
    e = tls_load(os, r->dir, &certificate);
    if (e != OK)
        return e;
    e = os->make_folder(os, r->dir, FETCHED_FOLDER, 0700);
    if (e == OK)
        e = os->make_folder(os, r->dir, name, 0700);
    snprintf(path, sizeof(path), "%s/%s", r->path, name);
    if (e == OK)
        e = os->folder_open(os, path, &fetch.out);
    if (e == OK) {
        e = restore_fetch(&fetch);
        os->folder_close(os, fetch.out);
    }
    certificate_deinit(&certificate);
    return e;
}

/* A place by its path: what is elsewhere is fetched first. NULL, and complained
 * of, when it cannot be. */
static const char *
place_of(struct restoring *r, size_t i)
{
    char name[FETCHED_NAME_SIZE];
    enum err e;

    if (strncmp(r->from[i], SCHEME, sizeof(SCHEME) - 1) != 0)
        return r->from[i];
    snprintf(name, sizeof(name), FETCHED_FOLDER "/%zu", i % 1000);
    snprintf(r->fetched[i], sizeof(r->fetched[i]), "%s/%s", r->path, name);
    e = peer_ask(r, r->from[i], name);
    /* A node that has just taken a roster is back in some seconds. */
    for (int again = 0; e == ERR_BUSY && again < BUSY_TRIES; again++) {
        (void)nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
        e = peer_ask(r, r->from[i], name);
    }
    if (e == ERR_DENIED)
        cli_complain(r->cli, "%s: no node of the roster listens there",
                     r->from[i]);
    else if (e != OK && e != ERR_NOT_FOUND)
        cli_complain(r->cli,
                     "%s: %s; it answers those whom its roster knows, as"
                     " DIR/card has them",
                     r->from[i],
                     e == ERR_BUSY ? "cannot be reached" : err_text(e));
    /* What came before it broke off may serve. */
    return e == OK || e == ERR_SHORT || e == ERR_NOT_FOUND ? r->fetched[i]
                                                           : NULL;
}

static int
sources_add(struct restoring *r)
{
    size_t found = 0;

    for (size_t i = 0; i < r->from_count; i++) {
        const char *place = place_of(r, i);
        enum err e;

        if (place == NULL)
            continue;
        e = restore_add(&r->restore, place);
        if (e == OK)
            found++;
        else if (e == ERR_NOT_FOUND)
            cli_complain(r->cli, "%s: nothing of this log is there",
                         r->from[i]);
        else
            return fail(r, e, r->from[i]);
    }
    return found > 0 ? CLI_DONE : CLI_NO;
}

static int
before_parse(struct restoring *r, struct restore_config *config)
{
    const char *text = r->values[BEFORE];

    if (text == NULL)
        return CLI_DONE;
    config->trusted_only_before = true;
    if (instant_parse(bytes_of(text), &config->trusted_before) == OK)
        return CLI_DONE;
    cli_complain(r->cli, "--trusted-before is no moment, as"
                         " 2026-07-01T00:00:00Z");
    return CLI_USAGE;
}

/* What was fetched is told of by the address that it came from. */
static const char *
place_name(const struct restoring *r, const char *path)
{
    for (size_t i = 0; i < r->from_count; i++)
        if (path == r->fetched[i])
            return r->from[i];
    return path;
}

static void
places_name(struct restoring *r)
{
    struct restore *restore = &r->restore;

    for (size_t i = 0; i < restore->source_count; i++)
        restore->sources[i].path = place_name(r, restore->sources[i].path);
    for (size_t i = 0; i < restore->mark_count; i++)
        restore->marks[i].path = place_name(r, restore->marks[i].path);
}

static int
find(struct restoring *r)
{
    struct restore_config config = {.os = r->cli->os,
                                    .origin = r->origin,
                                    .key = &r->vkey,
                                    .roster = r->has_roster ? &r->roster : NULL,
                                    .arena = &r->arena};
    int status = before_parse(r, &config);
    enum err e;

    if (status != CLI_DONE)
        return status;
    restore_init(&r->restore, &config);
    status = sources_add(r);
    if (status != CLI_DONE)
        return status;
    e = restore_find(&r->restore);
    places_name(r);
    if (r->as_json)
        restore_show_json(r->cli, &r->restore);
    else
        restore_show_text(r->cli, &r->restore);
    if (e == ERR_NOT_FOUND) {
        cli_complain(r->cli, "no checkpoint of this log can be proved");
        return CLI_NO;
    }
    return e == OK ? CLI_DONE : fail(r, e, "reading what is left");
}

static int
store_refold(struct restoring *r)
{
    const struct store_config config = {.os = r->cli->os,
                                        .folder = r->dir,
                                        .path = r->store_path,
                                        .mode = STORE_FOLD,
                                        .node = config_node(&r->config)};
    enum err e = store_drop(&config);

    return e == OK ? CLI_DONE : fail(r, e, STORE_FILE);
}

static int
write_log(struct restoring *r)
{
    int status;
    enum err e;

    if (r->own && !restore_whole(&r->restore)) {
        cli_complain(r->cli, "more was signed than can be had, or something"
                             " else: going on from here would be a\nsecond"
                             " history. Make a node of a new origin, and"
                             " restore this log into it");
        return CLI_NO;
    }
    status = store_refold(r);
    if (status != CLI_DONE)
        return status;
    e = r->own ? restore_own(&r->restore, r->dir, &r->config, &r->key,
                             &crypto_random)
               : restore_mirror(&r->restore, r->dir);
    if (e != OK)
        return fail(r, e, "writing the log");
    return restore_whole(&r->restore) ? CLI_DONE : CLI_NO;
}

/* Nodes answer those whom their roster knows, and it is by its card that a node
 * that lost its keys gets there: so that comes first. */
static int
claim(struct restoring *r)
{
    bool peers = false;
    enum err e;

    for (size_t i = 0; i < r->from_count; i++)
        peers |= strncmp(r->from[i], SCHEME, sizeof(SCHEME) - 1) == 0;
    if (!r->own || !peers || r->dry_run)
        return CLI_DONE;
    e = restore_claim(r->cli->os, r->dir, &r->config, &r->key, &crypto_random);
    return e == OK ? CLI_DONE : fail(r, e, "making its card");
}

static int
run(struct restoring *r, const char *path)
{
    uint8_t *block = malloc(RESTORE_ARENA_SIZE);
    enum err e = crypto_init();
    int status;

    r->path = path;
    r->fetched = calloc(r->from_count, sizeof(*r->fetched));
    arena_init(&r->arena, block, block == NULL ? 0 : RESTORE_ARENA_SIZE);
    if (block == NULL || r->fetched == NULL || e != OK)
        return fail(r, e == OK ? ERR_LIMIT : e, "memory");
    e = r->cli->os->folder_open(r->cli->os, path, &r->dir);
    if (e != OK)
        return fail(r, e, path);
    status = node_open(r, path);
    if (status == CLI_DONE)
        status = claim(r);
    if (status == CLI_DONE) {
        status = find(r);
        if (status == CLI_DONE && !r->dry_run)
            status = write_log(r);
        else if (status == CLI_DONE && !restore_whole(&r->restore))
            status = CLI_NO;
        restore_deinit(&r->restore);
    }
    if (r->locked)
        r->cli->os->close(r->cli->os, r->lock);
    r->cli->os->folder_close(r->cli->os, r->dir);
    return status;
}

static int
answer(struct cli *cli, const char **values, const struct option *table,
       const char *path)
{
    struct restoring *r = calloc(1, sizeof(*r));
    int status;

    if (r == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    process_guard();
    r->cli = cli;
    r->values = values;
    r->from = table[FROM].values;
    r->from_count = table[FROM].count;
    r->dry_run = table[DRY_RUN].count > 0;
    r->as_json = table[JSON].count > 0;
    status = run(r, path);
    sign_key_deinit(&r->key);
    free(r->roster_file);
    free(r->arena.p);
    free(r->fetched);
    free(r);
    return status;
}

int
command_restore(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    static const char *from[RESTORE_SOURCES_MAX];
    struct option table[OPTION_COUNT] = {
        [ORIGIN] = {.name = "--origin",
                    .value_name = "ORIGIN",
                    .help = "which log: border.example/durres",
                    .values = &values[ORIGIN]},
        [FROM] = {.name = "--from",
                  .value_name = "PLACE",
                  .help = "where something of it is: a node's folder, a"
                          " mirror, a medium, or https://IP:PORT of a node"
                          " of the roster; repeatable",
                  .values = from,
                  .values_max = RESTORE_SOURCES_MAX},
        [KEY] = {.name = "--key",
                 .value_name = "FILE",
                 .help = "the node's old log.key, to go on with its log",
                 .values = &values[KEY]},
        [VKEY] = {.name = "--vkey",
                  .value_name = "KEY",
                  .help = "the log's public key, if no roster names it",
                  .values = &values[VKEY]},
        [ROSTER] = {.name = "--roster",
                    .value_name = "FILE",
                    .help = "the roster, from a safe hand; DIR/roster, if not"
                            " given",
                    .values = &values[ROSTER]},
        [BEFORE] = {.name = "--trusted-before",
                    .value_name = "TIME",
                    .help = "say what others vouched for before this moment",
                    .values = &values[BEFORE]},
        [DRY_RUN] = {.name = "--dry-run", .help = "write nothing"},
        [JSON] = {.name = "--json", .help = "one JSON object"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Puts a log together from whatever is left of it, into a node"
                 " that was\njust made: as its own, if the origin is its own,"
                 " or as another's mirror.\nThe node must not run.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (values[ORIGIN] == NULL || table[FROM].count == 0) {
        cli_complain(cli, "--origin and --from are needed");
        return CLI_USAGE;
    }
    return answer(cli, values, table, options.argv[0]);
}
