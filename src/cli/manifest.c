/*
 * `kufi manifest put`: who is announced aboard a ship or an aeroplane, one
 * passenger a line of JSON. The same file again records nothing twice.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/act.h"
#include "cli/options.h"
#include "cli/post.h"
#include "crypto/crypto.h"
#include "crypto/hash.h"

#define LINE_SIZE_MAX 4096

enum { VOYAGE, DATE, DIRECTION, ADDRESS, JSON, OPTION_COUNT };

struct manifest_run {
    struct cli *cli;
    struct post post;
    const char **values;
    FILE *in;
    const char *name; /* of the file */
    size_t line;
    size_t recorded;
    size_t refused;
    void *block; /* ACT_ARENA_SIZE: answers */
};

/* The same passenger of the same voyage has the same key. */
static void
key_make(struct bytes body, char out[2 * HASH_SIZE + 32])
{
    struct hash hash = hash_of(body);
    struct writer w;

    writer_init(&w, out, 2 * HASH_SIZE + 31);
    writer_text(&w, "Idempotency-Key: ");
    for (size_t i = 0; i < HASH_SIZE / 2; i++)
        writer_hex(&w, hash.b[i], 2);
    out[w.at] = '\0';
}

/*
 * A passenger is an object: of a document's members, or with a document as the
 * API takes it, whose other members then go with it as they are.
 */
static enum err
body_write(struct writer *w, const char **values, struct bytes passenger,
           bool has_document)
{
    struct json_writer j = {.w = w};

    json_begin_object(&j);
    act_pair(&j, "voyage", values[VOYAGE]);
    act_pair(&j, "day", values[DATE]);
    act_pair(&j, "direction", values[DIRECTION]);
    if (has_document) {
        writer_text(w, ",");
        writer_bytes(w, bytes_slice(passenger, 1, passenger.size));
        return writer_end(w);
    }
    json_key(&j, "document");
    json_put_raw(&j, passenger);
    json_end_object(&j);
    return writer_end(w);
}

/* A line that is no object by itself would be part of ours. */
static bool
is_object(struct bytes line, bool *has_document)
{
    struct json *json = NULL;
    bool good = json_parse(line, &json, NULL) == OK &&
                json_kind(json) == JSON_OF_OBJECT;

    *has_document = json_member(json, "document") != NULL;
    json_close(json);
    return good;
}

static int
refused(struct manifest_run *run, const char *why)
{
    cli_complain(run->cli, "%s, line %zu: %s", run->name, run->line, why);
    run->refused++;
    return CLI_NO;
}

static int
passenger_post(struct manifest_run *run, struct bytes line)
{
    uint8_t body[ACT_REQUEST_SIZE_MAX];
    char key[2 * HASH_SIZE + 32];
    struct exchange exchange = {
        .method = "POST", .path = "/v1/manifests", .field_count = 1};
    struct arena arena;
    struct writer w;
    bool has_document;
    enum err e;
    int status;

    writer_init(&w, body, sizeof body);
    if (!is_object(line, &has_document) ||
        body_write(&w, run->values, line, has_document) != OK)
        return refused(run, "no passenger as a JSON object");
    exchange.body = writer_done(&w);
    key_make(exchange.body, key);
    exchange.fields[0] = key;
    arena_init(&arena, run->block, ACT_ARENA_SIZE);
    e = client_exchange(&run->post.client, &exchange, &arena);
    if (e != OK)
        return post_unreached(run->cli, &run->post, e);
    status = post_exit_of(exchange.status);
    if (status == CLI_DONE) {
        run->recorded++;
        return status;
    }
    post_complain(run->cli, exchange.status, exchange.answer);
    return status == CLI_NO ? refused(run, "refused") : status;
}

/* The worst of the lines' statuses; trouble with the node ends it. */
static int
lines_post(struct manifest_run *run)
{
    char line[LINE_SIZE_MAX];
    int worst = CLI_DONE;

    while (worst != CLI_TROUBLE && fgets(line, sizeof line, run->in) != NULL) {
        size_t size = strlen(line);
        struct bytes text = {(const uint8_t *)line, size};
        int status;

        run->line++;
        if (size + 1 == sizeof line && line[size - 1] != '\n') {
            (void)refused(run, "the line is too long");
            return CLI_NO;
        }
        if (size > 0 && line[size - 1] == '\n')
            text.size--;
        text = bytes_trim(text);
        if (text.size == 0)
            continue;
        status = passenger_post(run, text);
        if (status > worst)
            worst = status;
    }
    if (ferror(run->in) != 0)
        return cli_fail(run->cli, ERR_IO, run->name);
    return worst;
}

static void
tell(const struct manifest_run *run, bool as_json)
{
    fprintf(run->cli->out,
            as_json ? "{\"recorded\":%zu,\"refused\":%zu}\n"
                    : "%zu recorded, %zu refused\n",
            run->recorded, run->refused);
}

static int
run_all(struct manifest_run *run, const char *dir, bool as_json)
{
    int status;

    if (crypto_init() != OK)
        return cli_fail(run->cli, ERR_IO, "the kernel's random source");
    run->block = malloc(ACT_ARENA_SIZE);
    if (run->block == NULL)
        return cli_fail(run->cli, ERR_LIMIT, "memory");
    if (!post_open(run->cli, &run->post, dir, run->values[ADDRESS], 1)) {
        free(run->block);
        return CLI_TROUBLE;
    }
    status = lines_post(run);
    post_close(&run->post);
    free(run->block);
    tell(run, as_json);
    return status;
}

int
command_manifest_put(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [VOYAGE] = {.name = "--voyage",
                    .value_name = "NAME",
                    .help = "of the flight or crossing: UT101"},
        [DATE] = {.name = "--date",
                  .value_name = "YYYY-MM-DD",
                  .help = "on which it comes or goes"},
        [DIRECTION] = {.name = "--direction",
                       .value_name = "entry|exit",
                       .help = "which way"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the figures in JSON"},
    };
    struct options options = {
        .arguments = "DIR [FILE]",
        .about = "Announces who is aboard, from FILE or stdin: one passenger a "
                 "line, as a JSON object\nwith the members of a document that "
                 "are known. The same again records nothing twice.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 2,
    };
    struct manifest_run run = {
        .cli = cli, .values = values, .in = cli->in, .name = "stdin"};
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (values[VOYAGE] == NULL || values[DATE] == NULL ||
        values[DIRECTION] == NULL) {
        cli_complain(cli, "--voyage, --date and --direction are needed");
        return CLI_USAGE;
    }
    if (options.argc == 2) {
        run.name = options.argv[1];
        run.in = fopen(run.name, "re");
    }
    if (run.in == NULL)
        return cli_fail(cli, ERR_IO, run.name);
    status = run_all(&run, options.argv[0], table[JSON].count > 0);
    if (run.in != cli->in)
        (void)fclose(run.in);
    return status;
}
