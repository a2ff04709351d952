/*
 * `kufi escrow restore`: a bundle of record keys and enough shares give a node
 * the keys: the successor of a centre that burnt, or the node itself with a new
 * disk. The node must not run meanwhile. SYN 8.7
 */
#include <stdlib.h>
#include <string.h>

#include "cli/log_place.h"
#include "cli/options.h"
#include "node/book.h"
#include "node/config.h"
#include "node/escrow.h"
#include "node/keyrings.h"
#include "os/process.h"

#define JOURNAL_FILE "journal"

struct restoring {
    struct cli *cli;
    struct folder dir;
    char store_path[BOOK_PATH_SIZE_MAX];
    struct config config;
    struct file lock;
    struct keyring own;
    struct arena own_arena;
    struct keyrings keyrings;
    struct arena arena;
    uint8_t *bundle_file;
    struct escrow_bundle bundle;
    uint8_t *share_files[ESCROW_SHARES_MAX];
    struct escrow_share shares[ESCROW_SHARES_MAX];
    size_t share_count;
    uint8_t *content;
    size_t content_size;
    size_t taken;
    size_t refused;
};

static int
fail(struct restoring *r, enum err e, const char *what,
     const struct fault *fault)
{
    if (fault != NULL && fault->what != NULL)
        cli_complain(r->cli, "%s: %s (%s)", what, fault->what, fault->clause);
    else
        cli_complain(r->cli, "%s: %s", what, err_text(e));
    return cli_exit_of(e);
}

/* ----- What was kept. ----- */

static int
shares_read(struct restoring *r, char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fault fault = {0};
        struct bytes text;
        enum err e;

        r->share_files[i] =
            log_file_read(r->cli, paths[i], ESCROW_SHARE_SIZE_MAX, &text);
        if (r->share_files[i] == NULL)
            return CLI_TROUBLE;
        e = escrow_share_parse(text, &r->shares[i], &fault);
        if (e != OK)
            return fail(r, ERR_FORMAT, paths[i], &fault);
    }
    r->share_count = count;
    return CLI_DONE;
}

static int
bundle_open(struct restoring *r, const char *path, char **share_paths)
{
    struct fault fault = {0};
    struct bytes in;
    size_t bad;
    enum err e;

    r->bundle_file = log_file_read(r->cli, path, ESCROW_SIZE_MAX, &in);
    if (r->bundle_file == NULL)
        return CLI_TROUBLE;
    e = escrow_bundle_parse(in, &r->bundle, &fault);
    if (e != OK)
        return fail(r, ERR_FORMAT, path, &fault);
    r->content_size = escrow_bundle_size(&r->bundle);
    r->content = malloc(r->content_size + 1);
    if (r->content == NULL)
        return fail(r, ERR_LIMIT, "memory", NULL);
    e = escrow_open(&r->bundle, r->shares, r->share_count, r->content, &bad,
                    &fault);
    if (e == OK)
        return CLI_DONE;
    if (e == ERR_SHORT)
        cli_complain(r->cli, "%zu shares are given, %u are needed",
                     r->share_count, r->bundle.set.threshold);
    else
        (void)fail(r, e, bad < r->share_count ? share_paths[bad] : path,
                   &fault);
    return CLI_NO;
}

/* ----- Where it goes. ----- */

static void
show(struct restoring *r, const struct keyring *keyring, const char *what)
{
    struct bytes origin = keyring_origin(keyring);

    fprintf(r->cli->out, "%.*s  %zu days  %s\n", (int)origin.size, origin.p,
            keyring->epoch_count, what);
}

/* A keyring out of the bundle, in the arena. */
static enum err
keyring_read(struct restoring *r, struct bytes file, struct keyring *out,
             struct fault *fault)
{
    struct bytes origin;
    enum err e = keyring_file_origin(file, &origin, fault);

    arena_reset(&r->arena);
    if (e == OK)
        e = keyring_init(out, &r->arena, origin, KEYRING_NODES_MAX);
    return e == OK ? keyring_parse(out, file, fault) : e;
}

/*
 * A bundle may be older than a grant that came since, and still has what that
 * one lacks: those who hold the shares answer for what was erased between.
 */
static void
keyring_renew(const struct restoring *r, struct keyring *keyring)
{
    const struct keyring *held =
        keyrings_find(&r->keyrings, keyring_origin(keyring));

    if (held != NULL && held->as_of > keyring->as_of)
        keyring->as_of = held->as_of;
}

/* ERR_CONFLICT is shown, counted, and no reason to stop. */
static enum err
keyring_take(struct restoring *r, struct keyring *keyring)
{
    bool own = bytes_equal(keyring_origin(keyring), bytes_of(r->config.origin));
    bool news = true;
    enum err e;

    keyring_renew(r, keyring);
    e = own ? keyrings_return(&r->own, r->cli->os, r->dir, keyring, &news)
            : keyrings_take(&r->keyrings, keyring, 0, &news);
    if (e == ERR_CONFLICT) {
        show(r, keyring, "refused: other keys are held");
        r->refused++;
        return OK;
    }
    if (e != OK)
        return e;
    show(r, keyring, news ? "taken" : "known");
    r->taken++;
    return OK;
}

static int
keys_take(struct restoring *r)
{
    struct bytes content = {r->content, r->content_size};
    struct fault fault = {0};
    struct bytes file;

    while (escrow_next(&content, &file, &fault)) {
        struct keyring keyring = {.as_of = 0};
        enum err e = keyring_read(r, file, &keyring, &fault);

        if (e == OK)
            e = keyring_take(r, &keyring);
        keyring_deinit(&keyring);
        if (e != OK)
            return fail(r, e, "taking the keys", &fault);
    }
    if (fault.code != OK)
        return fail(r, fault.code, "the bundle", &fault);
    return CLI_DONE;
}

/* What could not be opened before is folded at the next start. */
static int
store_refold(struct restoring *r)
{
    const struct store_config config = {.os = r->cli->os,
                                        .folder = r->dir,
                                        .path = r->store_path,
                                        .mode = STORE_FOLD,
                                        .node = config_node(&r->config)};
    enum err e = store_drop(&config);

    return e == OK ? CLI_DONE : fail(r, e, STORE_FILE, NULL);
}

static enum err
keyrings_load(struct restoring *r, struct fault *fault)
{
    struct os *os = r->cli->os;
    enum err e = keyring_init(&r->own, &r->own_arena,
                              bytes_of(r->config.origin), KEYRING_NODES_USUAL);

    if (e == OK)
        e = keyring_load(&r->own, os, r->dir, fault);
    return e == OK ? keyrings_open(&r->keyrings, os, r->dir, fault) : e;
}

/* Takes the log's lock, so that no keeper runs meanwhile. */
static int
node_open(struct restoring *r, const char *path)
{
    struct os *os = r->cli->os;
    struct config_fault fault;
    struct fault keyrings_fault = {0};
    int size = snprintf(r->store_path, sizeof(r->store_path), "%s/%s", path,
                        STORE_FILE);
    enum err e = size < 0 || (size_t)size >= sizeof(r->store_path)
                     ? ERR_LIMIT
                     : config_read(os, r->dir, &r->config, &fault);

    if (e != OK)
        return fail(r, e, CONFIG_FILE, NULL);
    e = os->open(os, r->dir, JOURNAL_FILE, OPEN_WRITE, 0600, &r->lock);
    if (e != OK)
        return fail(r, e, JOURNAL_FILE, NULL);
    e = os->lock(os, r->lock);
    if (e == ERR_BUSY)
        cli_complain(r->cli, "the node is running: stop it first");
    if (e == OK)
        e = keyrings_load(r, &keyrings_fault);
    if (e == OK)
        return CLI_DONE;
    os->close(os, r->lock);
    return e == ERR_BUSY ? CLI_TROUBLE
                         : fail(r, e, "the keys held", &keyrings_fault);
}

static int
restore_into(struct restoring *r, const char *path)
{
    struct os *os = r->cli->os;
    enum err e = os->folder_open(os, path, &r->dir);
    int status;

    if (e != OK)
        return fail(r, e, path, NULL);
    status = node_open(r, path);
    if (status == CLI_DONE) {
        status = store_refold(r);
        if (status == CLI_DONE)
            status = keys_take(r);
        keyrings_close(&r->keyrings);
        keyring_deinit(&r->own);
        os->close(os, r->lock);
    }
    os->folder_close(os, r->dir);
    if (status != CLI_DONE)
        return status;
    fprintf(r->cli->out, "keys of %zu logs taken, %zu refused\n", r->taken,
            r->refused);
    return r->refused > 0 ? CLI_NO : CLI_DONE;
}

static int
run(struct restoring *r, int argc, char **argv)
{
    size_t size = KEYRING_ARENA_SIZE(KEYRING_NODES_MAX);
    size_t own_size = KEYRING_ARENA_SIZE(KEYRING_NODES_USUAL);
    uint8_t *block = malloc(size);
    uint8_t *own = malloc(own_size);
    int status;

    arena_init(&r->arena, block, block == NULL ? 0 : size);
    arena_init(&r->own_arena, own, own == NULL ? 0 : own_size);
    if (block == NULL || own == NULL || crypto_init() != OK)
        return fail(r, ERR_LIMIT, "memory", NULL);
    status = shares_read(r, argv + 2, (size_t)argc - 2);
    if (status == CLI_DONE)
        status = bundle_open(r, argv[1], argv + 2);
    return status == CLI_DONE ? restore_into(r, argv[0]) : status;
}

int
command_escrow_restore(struct cli *cli, int argc, char **argv)
{
    struct options options = {
        .arguments = "DIR BUNDLE SHARE...",
        .about = "Gives a node the record keys of a bundle that `kufi escrow"
                 " split` made.\nThe node must not run; it folds its tables"
                 " anew at the next start.",
        .arguments_min = 3,
        .arguments_max = 2 + ESCROW_SHARES_MAX,
    };
    struct restoring *r;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    r = calloc(1, sizeof(*r));
    if (r == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    process_guard();
    r->cli = cli;
    status = run(r, options.argc, options.argv);
    if (r->content != NULL)
        crypto_wipe(r->content, r->content_size);
    for (size_t i = 0; i < ESCROW_SHARES_MAX; i++)
        free(r->share_files[i]);
    free(r->content);
    free(r->bundle_file);
    free(r->arena.p);
    free(r->own_arena.p);
    crypto_wipe(r, sizeof(*r));
    free(r);
    return status;
}
