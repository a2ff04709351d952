/*
 * `kufi custodian keygen`, `kufi custodian sign`: the key of one of those whose
 * signatures together change who is a node, and its signature on a roster or an
 * order. Neither needs a node or a network.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/carried.h"
#include "cli/log_place.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "os/process.h"
#include "sync/custodian.h"
#include "sync/order.h"
#include "sync/roster.h"

#define PATH_SIZE_MAX 4096

/* The file's own name up to its first dot. */
static struct bytes
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;

    return (struct bytes){(const uint8_t *)name, strcspn(name, ".")};
}

/* The public half beside the secret one, for the roster. */
static int
vkey_make(struct cli *cli, const char *path, struct bytes text)
{
    uint8_t block[NOTE_KEY_TEXT_SIZE_MAX + 1];
    char name[PATH_SIZE_MAX];
    struct custodian_file file;
    struct writer w;
    int status;
    enum err e = custodian_parse(text, &file, NULL);

    if (e != OK)
        return cli_fail(cli, e, path);
    if (snprintf(name, sizeof(name), "%s.vkey", path) >= (int)sizeof(name))
        return cli_fail(cli, ERR_LIMIT, path);
    writer_init(&w, block, sizeof(block));
    note_key_write(&w, &file.key);
    writer_text(&w, "\n");
    status = carried_make(cli, name, writer_done(&w), 0644);
    if (status == CLI_DONE)
        cli_write(cli, writer_done(&w));
    return status;
}

static int
keygen(struct cli *cli, const char *path, struct bytes name,
       const char *passphrase_file)
{
    uint8_t block[CUSTODIAN_FILE_SIZE_MAX];
    struct passphrase passphrase;
    struct writer w;
    enum err e;
    int status = passphrase_get(cli, passphrase_file, true, &passphrase);

    if (status == CLI_DONE) {
        writer_init(&w, block, sizeof(block));
        e = custodian_make(&w, name,
                           (struct bytes){passphrase.b, passphrase.size},
                           password_cost_usual, &crypto_random);
        status = e == OK ? carried_make(cli, path, writer_done(&w), 0600)
                         : cli_fail(cli, e, path);
    }
    crypto_wipe(&passphrase, sizeof(passphrase));
    return status == CLI_DONE ? vkey_make(cli, path, writer_done(&w)) : status;
}

int
command_custodian_keygen(struct cli *cli, int argc, char **argv)
{
    const char *name = NULL;
    const char *passphrase_file = NULL;
    struct option table[] = {
        {.name = "--name",
         .value_name = "NAME",
         .help = "the custodian's; without it, the file's",
         .values = &name},
        {.name = "--passphrase-file",
         .value_name = "FILE",
         .help = "its first line; without it, the terminal is asked",
         .values = &passphrase_file},
    };
    struct options options = {
        .arguments = "FILE",
        .about = "Makes a custodian's key: the secret half in FILE, behind a "
                 "passphrase, and the\npublic one, which the roster names, in "
                 "FILE.vkey. Keep FILE off-line.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct bytes called;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    called = name != NULL ? bytes_of(name) : name_of(options.argv[0]);
    if (!note_name_valid(called) || called.size > CUSTODIAN_NAME_SIZE_MAX) {
        cli_complain(cli, "--name needs 1 to %d characters, no blank, no +",
                     CUSTODIAN_NAME_SIZE_MAX);
        return CLI_USAGE;
    }
    process_guard();
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "randomness");
    return keygen(cli, options.argv[0], called, passphrase_file);
}

/* What is signed, and room for it and what becomes of it. */
struct signing {
    struct cli *cli;
    const char *path;
    uint8_t *content_block;
    struct bytes content;
    size_t size_max;
    struct note note;
    struct roster roster;
    struct order order;
    uint8_t out[ROSTER_SIZE_MAX];
};

static void
moment_tell(struct cli *cli, const char *what, struct instant moment)
{
    uint8_t text[INSTANT_TEXT_SIZE];
    struct writer w;

    writer_init(&w, text, sizeof(text));
    instant_write(&w, moment);
    fprintf(cli->out, "%s%.16s UTC", what, (const char *)text);
}

static void
roster_tell(struct cli *cli, const struct roster *roster)
{
    fprintf(cli->out,
            "roster of %.3s, version %" PRIu64
            ": %zu nodes, %zu revoked, %u of %zu custodians sign",
            (const char *)roster->country.p, roster->version,
            roster->node_count, roster->revoked_count, roster->threshold,
            roster->custodian_count);
    moment_tell(cli, "; until ", roster->expires);
    fputs("\n", cli->out);
}

/* What is withdrawn or erased, by number: a custodian signs for all of it. */
static void
range_tell(struct cli *cli, const struct order_range *range)
{
    fprintf(cli->out, "  %.*s", (int)range->name.size,
            (const char *)range->name.p);
    if (range->epoch > 0)
        fprintf(cli->out, " day %" PRIu32, range->epoch);
    fprintf(cli->out, " %" PRIu64, range->first);
    if (range->last > range->first)
        fprintf(cli->out, " to %" PRIu64, range->last);
    fputc('\n', cli->out);
}

static void
order_tell(struct cli *cli, const struct order *order)
{
    uint64_t items = 0;

    for (size_t i = 0; i < order->range_count; i++)
        items += order->ranges[i].last - order->ranges[i].first + 1;
    fprintf(cli->out, "order of %.3s: %s", (const char *)order->country.p,
            order_kind_name(order->kind));
    if (order->name.size > 0)
        fprintf(cli->out, " %.*s", (int)order->name.size,
                (const char *)order->name.p);
    if (items > 0)
        fprintf(cli->out, ", %" PRIu64 " of them", items);
    if (order->days > 0)
        fprintf(cli->out, ", %" PRIu32 " days", order->days);
    moment_tell(cli, "; until ", order->expires);
    fputs("\n", cli->out);
    if (order->kind == ORDER_LIST) {
        fputs("  ", cli->out);
        for (size_t i = 0; i < HASH_SIZE; i++)
            fprintf(cli->out, "%02x", order->list.b[i]);
        fputs("\n", cli->out);
    }
    for (size_t i = 0; i < order->range_count; i++)
        range_tell(cli, &order->ranges[i]);
}

/* Nothing is signed but rosters and orders. SYN 2.15 */
static int
recognize(struct signing *s)
{
    struct bytes text = s->content;
    struct fault fault = {0};
    enum err e = OK;

    s->size_max = ROSTER_SIZE_MAX;
    if (custodian_is_signed(text)) {
        e = note_parse_within(text, s->size_max, &s->note, &fault);
        text = s->note.text;
    }
    if (e == OK && bytes_begin(text, BYTES("kufi order v1\n"))) {
        s->size_max = ORDER_SIZE_MAX;
        e = order_parse(text, &s->order, &fault);
        if (e == OK)
            order_tell(s->cli, &s->order);
    } else if (e == OK) {
        e = roster_parse(text, &s->roster, &fault);
        if (e == OK)
            roster_tell(s->cli, &s->roster);
    }
    if (e == OK)
        return CLI_DONE;
    cli_complain(s->cli, "%s: neither a roster nor an order: %s (%s)", s->path,
                 fault.what != NULL ? fault.what : err_text(e), fault.clause);
    return CLI_NO;
}

/* The secret key of a file, once the passphrase is there. */
static int
key_open(struct cli *cli, const char *path, const char *passphrase_file,
         const struct custodian_file *file, struct sign_key *out)
{
    struct passphrase passphrase;
    enum err e;
    int status = passphrase_get(cli, passphrase_file, false, &passphrase);

    if (status == CLI_DONE) {
        e = custodian_open(file, (struct bytes){passphrase.b, passphrase.size},
                           out);
        if (e == ERR_SIGNATURE)
            cli_complain(cli, "%s: another passphrase opens it", path);
        else if (e != OK)
            cli_complain(cli, "%s: %s", path, err_text(e));
        status = cli_exit_of(e);
    }
    crypto_wipe(&passphrase, sizeof(passphrase));
    return status;
}

static int
sign_file(struct signing *s, const char *key_path, const char *passphrase_file)
{
    struct bytes key_text;
    uint8_t *key_block =
        log_file_read(s->cli, key_path, CUSTODIAN_FILE_SIZE_MAX, &key_text);
    struct custodian_file file;
    struct fault fault = {0};
    struct sign_key key;
    struct writer w;
    int status = CLI_TROUBLE;
    enum err e;

    if (key_block == NULL)
        return CLI_TROUBLE;
    writer_init(&w, s->out, sizeof(s->out));
    e = custodian_parse(key_text, &file, &fault);
    if (e != OK) {
        cli_complain(s->cli, "%s: no custodian's key: %s (%s)", key_path,
                     fault.what != NULL ? fault.what : err_text(e),
                     fault.clause);
        status = CLI_NO;
    } else
        status = key_open(s->cli, key_path, passphrase_file, &file, &key);
    if (status == CLI_DONE) {
        e = custodian_sign(&w, s->content, s->size_max, file.key.name, &key);
        sign_key_deinit(&key);
        status = e == OK ? carried_put(s->cli, s->path, writer_done(&w), 0644)
                         : cli_fail(s->cli, e, s->path);
    }
    if (status == CLI_DONE)
        fprintf(s->cli->out, "signed by %.*s\n", (int)file.key.name.size,
                (const char *)file.key.name.p);
    free(key_block);
    return status;
}

static int
sign_run(struct cli *cli, const char *path, const char *key_path,
         const char *passphrase_file)
{
    struct signing *s = calloc(1, sizeof(*s));
    int status = CLI_TROUBLE;

    if (s == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    s->cli = cli;
    s->path = path;
    s->content_block = log_file_read(cli, path, ROSTER_SIZE_MAX, &s->content);
    if (s->content_block != NULL)
        status = recognize(s);
    /* Whoever is asked for a passphrase has seen for what. */
    fflush(cli->out);
    if (status == CLI_DONE)
        status = sign_file(s, key_path, passphrase_file);
    free(s->content_block);
    free(s);
    return status;
}

int
command_custodian_sign(struct cli *cli, int argc, char **argv)
{
    const char *key = NULL;
    const char *passphrase_file = NULL;
    struct option table[] = {
        {.name = "--key",
         .value_name = "FILE",
         .help = "what `kufi custodian keygen` made",
         .values = &key},
        {.name = "--passphrase-file",
         .value_name = "FILE",
         .help = "its first line; without it, the terminal is asked",
         .values = &passphrase_file},
    };
    struct options options = {
        .arguments = "FILE",
        .about = "Says what the roster or the order in FILE is about, and adds "
                 "the signature of a\ncustodian behind those that are there.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1,
    };
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (key == NULL) {
        cli_complain(cli, "--key is missing");
        return CLI_USAGE;
    }
    process_guard();
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "randomness");
    return sign_run(cli, options.argv[0], key, passphrase_file);
}
