/*
 * `kufi escrow split`: all record keys that a node holds, its own and others',
 * sealed into one file, and the key of that file in shares for as many people.
 * Reads only, and may run beside the node. SYN 8.7
 */
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "node/config.h"
#include "node/escrow.h"
#include "node/keyrings.h"
#include "os/os.h"
#include "os/process.h"
#include "tlog/checkpoint.h"
#include "tlog/view.h"

#define BUNDLE_FILE "bundle"
#define SHARE_NAME_SIZE 20 /* "share-" and a number */

enum { SHARES, THRESHOLD, OPTION_COUNT };

struct splitting {
    struct cli *cli;
    struct folder dir;
    struct folder out;
    struct config config;
    uint64_t as_of; /* entries that the checkpoint covers */
    struct arena arena;
    struct keyring keyring; /* each of them in turn */
    struct writer plain;
    struct escrow_share shares[ESCROW_SHARES_MAX];
    size_t keyring_count;
    size_t epoch_count;
};

static int
fail(struct splitting *s, enum err e, const char *what)
{
    int status = cli_fail(s->cli, e, what);

    return status == CLI_NO ? CLI_TROUBLE : status;
}

/* The size of the log, before the keys are read: what is erased after it may
 * be erased in them already, and nothing before it is not. */
static enum err
log_size_read(struct splitting *s)
{
    struct log_view view = {s->cli->os, s->dir, VIEW_LOG_PREFIX};
    uint8_t block[NOTE_SIZE_MAX];
    struct bytes text;
    struct note note;
    struct checkpoint checkpoint;
    struct fault fault;
    enum err e = view_checkpoint(&view, block, sizeof(block), &text);

    if (e == OK)
        e = note_parse(text, &note, &fault);
    if (e == OK)
        e = checkpoint_parse(note.text, &checkpoint, &fault);
    if (e == OK)
        s->as_of = checkpoint.size;
    return e;
}

static void
keyring_put(struct splitting *s)
{
    uint8_t *size = writer_take(&s->plain, 4);
    size_t at = s->plain.at;

    /* A writer that is full stays so, and is asked at the end. */
    if (size == NULL || keyring_encode(&s->keyring, &s->plain) != OK)
        return;
    be32_write(size, (uint32_t)(s->plain.at - at));
    s->keyring_count++;
    s->epoch_count += s->keyring.epoch_count;
}

static enum err
keyring_begin(struct splitting *s, struct bytes origin)
{
    keyring_deinit(&s->keyring);
    arena_reset(&s->arena);
    return keyring_init(&s->keyring, &s->arena, origin, KEYRING_NODES_MAX);
}

static enum err
own_put(struct splitting *s)
{
    struct fault fault;
    enum err e = keyring_begin(s, bytes_of(s->config.origin));

    if (e == OK)
        e = keyring_load(&s->keyring, s->cli->os, s->dir, &fault);
    if (e != OK)
        return e;
    s->keyring.as_of = s->as_of;
    keyring_put(s);
    return OK;
}

/* A file of DIR/keyrings; what is being written there is passed over. */
static enum err
other_put(void *context, const char *name, bool is_folder)
{
    struct splitting *s = context;
    char path[KEYRINGS_PATH_SIZE] = KEYRINGS_FOLDER "/";
    uint8_t head[12 + KEYRING_ORIGIN_SIZE_MAX + 8];
    struct file file;
    struct bytes origin;
    struct fault fault;
    size_t got;
    enum err e;

    if (is_folder || strlen(name) != (size_t)2 * HASH_SIZE)
        return OK;
    memcpy(path + sizeof(KEYRINGS_FOLDER), name, (size_t)2 * HASH_SIZE + 1);
    e = s->cli->os->open(s->cli->os, s->dir, path, OPEN_READ, 0, &file);
    if (e != OK)
        return e;
    e = s->cli->os->read_at(s->cli->os, file, 0, head, sizeof(head), &got);
    s->cli->os->close(s->cli->os, file);
    if (e == OK)
        e = keyring_file_origin((struct bytes){head, got}, &origin, &fault);
    if (e == OK)
        e = keyring_begin(s, origin);
    if (e == OK)
        e = keyring_load_at(&s->keyring, s->cli->os, s->dir, path, &fault);
    if (e == OK)
        keyring_put(s);
    return e;
}

static enum err
keys_gather(struct splitting *s)
{
    struct os *os = s->cli->os;
    enum err e = log_size_read(s);

    if (e == OK)
        e = own_put(s);
    if (e == OK)
        e = os->list(os, s->dir, KEYRINGS_FOLDER, other_put, s);
    if (e == ERR_NOT_FOUND)
        e = OK; /* a node alone has none */
    keyring_deinit(&s->keyring);
    return e == OK ? writer_end(&s->plain) : e;
}

static enum err
file_make(struct splitting *s, const char *name, struct bytes content)
{
    struct os *os = s->cli->os;
    struct file file;
    enum err e = os->open(os, s->out, name, OPEN_CREATE, 0600, &file);

    if (e != OK)
        return e;
    e = os->write_at(os, file, 0, content);
    if (e == OK)
        e = os->sync(os, file);
    os->close(os, file);
    return e;
}

static enum err
shares_make(struct splitting *s, unsigned count)
{
    uint8_t text[ESCROW_SHARE_SIZE_MAX];
    enum err e = OK;

    for (unsigned i = 0; e == OK && i < count; i++) {
        char name[SHARE_NAME_SIZE];
        struct writer w;

        snprintf(name, sizeof(name), "share-%u", i + 1);
        writer_init(&w, text, sizeof(text));
        escrow_share_write(&w, &s->shares[i]);
        e = file_make(s, name, writer_done(&w));
    }
    crypto_wipe(text, sizeof(text));
    return e;
}

static int
files_make(struct splitting *s, struct escrow_set *set)
{
    size_t size = ESCROW_HEAD_SIZE_MAX + s->plain.at + CIPHER_TAG_SIZE;
    uint8_t *block = malloc(size);
    struct writer w;
    enum err e = ERR_LIMIT;

    writer_init(&w, block, block == NULL ? 0 : size);
    if (block != NULL)
        e = escrow_seal(set, writer_done(&s->plain), &crypto_random, &w,
                        s->shares);
    if (e == OK)
        e = file_make(s, BUNDLE_FILE, writer_done(&w));
    if (e == OK)
        e = shares_make(s, set->count);
    free(block);
    if (e == OK)
        e = s->cli->os->sync_folder(s->cli->os, s->out, "");
    if (e == ERR_CONFLICT) {
        cli_complain(s->cli, "the folder has a bundle or shares already");
        return CLI_TROUBLE;
    }
    return e == OK ? CLI_DONE : fail(s, e, "writing the bundle and the shares");
}

static int
split(struct splitting *s, const char *path, struct escrow_set *set)
{
    struct os *os = s->cli->os;
    struct config_fault fault;
    enum err e = os->folder_open(os, path, &s->dir);
    int status;

    if (e != OK)
        return fail(s, e, path);
    e = config_read(os, s->dir, &s->config, &fault);
    if (e != OK)
        status = fail(s, e, CONFIG_FILE);
    else if ((e = keys_gather(s)) != OK)
        status = fail(s, e, "reading the keys");
    else {
        set->origin = bytes_of(s->config.origin);
        status = files_make(s, set);
    }
    os->folder_close(os, s->dir);
    return status;
}

/* Room for the largest keyring, and for all of them together. */
static bool
memory_take(struct splitting *s)
{
    size_t size = KEYRING_ARENA_SIZE(KEYRING_NODES_MAX);
    uint8_t *block = malloc(size);
    uint8_t *plain = malloc(ESCROW_SIZE_MAX);

    arena_init(&s->arena, block, block == NULL ? 0 : size);
    writer_init(&s->plain, plain, plain == NULL ? 0 : ESCROW_SIZE_MAX);
    return block != NULL && plain != NULL;
}

static int
run(struct splitting *s, char **argv, struct escrow_set *set)
{
    struct os *os = s->cli->os;
    enum err e = os->folder_open(os, argv[1], &s->out);
    int status;

    if (e != OK)
        return fail(s, e, argv[1]);
    status = split(s, argv[0], set);
    os->folder_close(os, s->out);
    if (status != CLI_DONE)
        return status;
    fprintf(s->cli->out,
            "%s/bundle: the keys of %zu logs, %zu days\n"
            "%s/share-1 to share-%u: any %u of them open it. Give each to"
            " somebody else,\nand remove them here.\n",
            argv[1], s->keyring_count, s->epoch_count, argv[1], set->count,
            set->threshold);
    return CLI_DONE;
}

int
command_escrow_split(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[OPTION_COUNT] = {
        [SHARES] = {.name = "--shares",
                    .value_name = "N",
                    .help = "how many shares to make; 5, if not given",
                    .values = &values[SHARES]},
        [THRESHOLD] = {.name = "--threshold",
                       .value_name = "K",
                       .help = "how many of them open it; 3, if not given",
                       .values = &values[THRESHOLD]},
    };
    struct options options = {
        .arguments = "DIR FOLDER",
        .about = "Seals all record keys that a node holds into FOLDER/bundle,"
                 " and makes\nshares of the key that opens it.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 2,
        .arguments_max = 2,
    };
    uint64_t count = 5;
    uint64_t threshold = 3;
    struct escrow_set set = {.count = 0};
    struct splitting *s;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if ((table[SHARES].count > 0 &&
         !options_number(cli, &table[SHARES], 2, ESCROW_SHARES_MAX, &count)) ||
        (table[THRESHOLD].count > 0 &&
         !options_number(cli, &table[THRESHOLD], 2, count, &threshold)))
        return CLI_USAGE;
    if (threshold > count) {
        cli_complain(cli, "--threshold is more than --shares");
        return CLI_USAGE;
    }
    s = calloc(1, sizeof(*s));
    if (s == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    process_guard();
    s->cli = cli;
    set.count = (unsigned)count;
    set.threshold = (unsigned)threshold;
    status = CLI_TROUBLE;
    if (crypto_init() == OK && memory_take(s))
        status = run(s, options.argv, &set);
    else
        cli_complain(cli, "no memory");
    if (s->plain.p != NULL)
        crypto_wipe(s->plain.p, s->plain.at);
    free(s->plain.p);
    free(s->arena.p);
    crypto_wipe(s, sizeof(*s));
    free(s);
    return status;
}
