/*
 * `kufi log verify`: all of a log, a node's or a copy of one, against the key
 * it is known by and the checkpoints that somebody kept. Needs no secret, takes
 * no lock, and may run beside the node.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "cli/log_place.h"
#include "cli/options.h"
#include "tlog/verify.h"
#include "tlog/walk.h"

/* What is shown of notes, which an unfinished copy may have in thousands. */
#define NOTES_MAX 10

/* A finding in JSON: of each path at most 255 bytes, of an older checkpoint's
 * name 4,095, each two characters when it is a quote. */
#define JSON_SIZE_MAX                                                          \
    ((VERIFY_FOUND_MAX + NOTES_MAX) * 1024 +                                   \
     VERIFY_OLD_MAX * 2 * (2 * LOG_PATH_SIZE_MAX))

enum { VKEY, OLD, JSON, THREADS, OPTION_COUNT };

struct verifying {
    struct cli *cli;
    struct log_place place;
    struct verify *verify;
    struct verify_worker *workers;
    struct verify_old olds[VERIFY_OLD_MAX];
    uint8_t *old_files[VERIFY_OLD_MAX];
    uint8_t *journal;
    uint8_t *json; /* the findings, as the items of an array */
    struct writer json_writer;
    struct json_writer items;
    size_t notes;
    uint64_t log_ns;  /* what the log took, which the rate is of */
    uint64_t took_ns; /* the journal too */
};

/* A name in the folder is whatever somebody put there: fit for a terminal. */
static void
path_clean(const char *path, char out[LOG_PATH_SIZE_MAX])
{
    bool text = bytes_utf8(bytes_of(path));
    size_t at = 0;

    for (; at < LOG_PATH_SIZE_MAX - 1 && path[at] != '\0'; at++) {
        uint8_t c = (uint8_t)path[at];

        out[at] = c < ' ' || c == 0x7f || (c > 0x7f && !text) ? '?' : path[at];
    }
    out[at] = '\0';
}

static void
item_write(struct json_writer *j, const struct verify_finding *finding)
{
    json_begin_object(j);
    json_pair_text(j, "kind", bytes_of(verify_kind_name(finding->kind)));
    json_pair_text(j, "path", bytes_of(finding->path));
    if (finding->index != finding->end) {
        json_pair_integer(j, "index", (int64_t)finding->index);
        json_pair_integer(j, "end", (int64_t)finding->end);
    }
    json_pair_text(j, "clause", bytes_of(finding->clause));
    json_pair_text(j, "what", bytes_of(finding->what));
    json_end_object(j);
}

/* Where entries are concerned, which: "entry 7: ", "entries 0 to 255: ". */
static void
entries_name(const struct verify_finding *finding, char *out, size_t size)
{
    out[0] = '\0';
    if (finding->index == finding->end)
        return;
    if (finding->end - finding->index == 1)
        snprintf(out, size, "entry %" PRIu64 ": ", finding->index);
    else
        snprintf(out, size, "entries %" PRIu64 " to %" PRIu64 ": ",
                 finding->index, finding->end - 1);
}

static void
found(void *context, const struct verify_finding *finding)
{
    struct verifying *v = context;
    struct verify_finding shown = *finding;
    char path[LOG_PATH_SIZE_MAX];
    char entries[64];

    if (finding->kind == VERIFY_NOTE && ++v->notes > NOTES_MAX)
        return;
    path_clean(finding->path, path);
    shown.path = path;
    entries_name(finding, entries, sizeof(entries));
    cli_complain(v->cli, "%s: %s: %s%s (%s)", verify_kind_name(shown.kind),
                 path, entries, shown.what, shown.clause);
    item_write(&v->items, &shown);
}

static bool
memory_take(struct verifying *v, unsigned threads)
{
    v->verify = calloc(1, sizeof(*v->verify));
    v->workers = calloc(threads, sizeof(*v->workers));
    v->journal = aligned_alloc(JOURNAL_BLOCK, JOURNAL_FRAME_SIZE_MAX);
    v->json = malloc(JSON_SIZE_MAX);
    if (v->verify == NULL || v->workers == NULL || v->journal == NULL ||
        v->json == NULL) {
        cli_complain(v->cli, "no memory");
        return false;
    }
    writer_init(&v->json_writer, v->json, JSON_SIZE_MAX);
    v->items = (struct json_writer){.w = &v->json_writer};
    return true;
}

static void
memory_give(struct verifying *v)
{
    for (size_t i = 0; i < VERIFY_OLD_MAX; i++)
        free(v->old_files[i]);
    free(v->verify);
    free(v->workers);
    free(v->journal);
    free(v->json);
}

static bool
olds_read(struct verifying *v, const struct option *option)
{
    for (size_t i = 0; i < option->count; i++) {
        v->olds[i].name = option->values[i];
        v->old_files[i] = log_file_read(v->cli, option->values[i],
                                        NOTE_SIZE_MAX, &v->olds[i].note);
        if (v->old_files[i] == NULL)
            return false;
    }
    return true;
}

static void
verify_all(struct verifying *v, size_t old_count, unsigned threads)
{
    struct os *os = v->cli->os;
    uint64_t start_ns = os->monotonic_ns(os);

    v->verify->config = (struct verify_config){
        .os = os,
        .folder = v->place.log,
        .key = &v->place.key,
        .olds = v->olds,
        .old_count = old_count,
        .workers = v->workers,
        .worker_count = threads,
        .found = found,
        .context = v,
    };
    verify_log(v->verify);
    v->log_ns = os->monotonic_ns(os) - start_ns;
    if (v->place.is_node)
        verify_journal(v->verify, v->place.dir, v->journal);
    v->took_ns = os->monotonic_ns(os) - start_ns;
}

static const char *
verdict_name(enum verify_verdict verdict)
{
    if (verdict == VERIFY_GOOD)
        return "good";
    return verdict == VERIFY_BAD ? "bad" : "unreadable";
}

static uint64_t
rate(const struct verifying *v)
{
    double seconds = (double)v->log_ns / 1e9;

    return seconds > 0 ? (uint64_t)((double)v->verify->entries / seconds) : 0;
}

static void
show_json(struct verifying *v)
{
    const struct verify *verify = v->verify;
    uint8_t block[1024];
    struct writer w;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_boolean(&j, "verified", verify->verdict == VERIFY_GOOD);
    json_pair_text(&j, "verdict", bytes_of(verdict_name(verify->verdict)));
    json_pair_text(&j, "origin", v->place.key.name);
    if (verify->opened) {
        json_pair_integer(&j, "size", (int64_t)verify->checkpoint.size);
        json_key(&j, "root");
        json_put_base64(&j, hash_bytes(&verify->checkpoint.root));
    }
    json_pair_integer(&j, "entries", (int64_t)verify->entries);
    json_pair_integer(&j, "waiting", (int64_t)verify->waiting);
    json_pair_integer(&j, "bytes", (int64_t)verify->bytes);
    json_pair_integer(&j, "milliseconds", (int64_t)(v->took_ns / 1000000));
    json_pair_integer(&j, "entries_per_second", (int64_t)rate(v));
    json_key(&j, "found");
    json_begin_array(&j);
    cli_write(v->cli, writer_done(&w));
    cli_write(v->cli, writer_done(&v->json_writer));
    fputs("]}\n", v->cli->out);
}

static void
show_text(struct verifying *v)
{
    const struct verify *verify = v->verify;
    FILE *out = v->cli->out;

    fprintf(out, "log      %.*s\n", (int)v->place.key.name.size,
            v->place.key.name.p);
    if (verify->opened) {
        uint8_t block[64];
        struct writer w;

        writer_init(&w, block, sizeof(block));
        base64_write(&w, hash_bytes(&verify->checkpoint.root));
        fprintf(out, "size     %" PRIu64 "\nroot     %.*s\n",
                verify->checkpoint.size, (int)w.at, block);
    }
    fprintf(out,
            "entries  %" PRIu64 ", %" PRIu64 " a second; %" PRIu64
            " ms in all\n",
            verify->entries, rate(v), v->took_ns / 1000000);
    if (verify->waiting > 0)
        fprintf(out, "waiting  %" PRIu64 " in the journal, for a checkpoint\n",
                verify->waiting);
    if (v->notes > NOTES_MAX)
        fprintf(out, "notes    %zu, the first %d shown\n", v->notes, NOTES_MAX);
    fprintf(out, "%s\n", verdict_name(verify->verdict));
}

static int
verify_place(struct verifying *v, struct option *table, unsigned threads)
{
    static const int exits[] = {[VERIFY_GOOD] = CLI_DONE,
                                [VERIFY_BAD] = CLI_NO,
                                [VERIFY_UNREAD] = CLI_TROUBLE};

    if (!memory_take(v, threads) || !olds_read(v, &table[OLD]))
        return CLI_TROUBLE;
    verify_all(v, table[OLD].count, threads);
    if (table[JSON].count > 0)
        show_json(v);
    else
        show_text(v);
    return exits[v->verify->verdict];
}

int
command_log_verify(struct cli *cli, int argc, char **argv)
{
    const char *vkey = NULL;
    const char *threads_text = NULL;
    const char *olds[VERIFY_OLD_MAX];
    struct option table[OPTION_COUNT] = {
        [VKEY] = {.name = "--vkey",
                  .value_name = "KEY",
                  .help = "the log's public key, if not DIR/log.vkey",
                  .values = &vkey},
        [OLD] = {.name = "--old",
                 .value_name = "FILE",
                 .help = "a checkpoint of this log that was kept; repeatable",
                 .values = olds,
                 .values_max = VERIFY_OLD_MAX},
        [JSON] = {.name = "--json", .help = "answer in JSON"},
        [THREADS] = {.name = "--threads",
                     .value_name = "N",
                     .help = "how many to use, if not all of the machine's",
                     .values = &threads_text},
    };
    struct options options = {
        .arguments = "DIR|LOGDIR",
        .about = "Checks every entry, tile, signature and, of a node's DIR, "
                 "the journal.\nNames the place where something is wrong.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct verifying v = {.cli = cli};
    uint64_t threads = pool_threads();
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (table[THREADS].count > 0 &&
        !options_number(cli, &table[THREADS], 1, POOL_THREADS_MAX, &threads))
        return CLI_USAGE;
    if (!log_place_open(cli, &v.place, options.argv[0], vkey, &status))
        return status;
    status = verify_place(&v, table, (unsigned)threads);
    memory_give(&v);
    log_place_close(cli, &v.place);
    return status;
}
