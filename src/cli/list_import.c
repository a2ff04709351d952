/*
 * `kufi list import`: a source's files become a list below DIR/lists, in this
 * process, and the node puts it in force: through a running one, or into the
 * log of one that does not run.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/act.h"
#include "cli/list_file.h"
#include "cli/list_store.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "node/lists.h"

#define TERMINAL_NS UINT64_C(200000000)
#define LINES_NS UINT64_C(5000000000)
#define GUESS_SIZE 4096

enum { NAME, SOURCE, THRESHOLD, ACCEPT_SHRINK, ADDRESS, JSON, OPTION_COUNT };

struct run {
    struct cli *cli;
    const char *dir;
    const char *name;
    const char *address;
    bool accept_shrink;
    bool as_json;
    bool terminal;
    uint64_t start_ns;
    uint64_t told_ns;
    struct list_store lists; /* in force before */
    struct list_files files;
    struct lists_work work;
    struct lists_import import;
};

static void
progress(void *context, enum lists_stage stage, uint64_t done, uint64_t total)
{
    static const char *const STAGES[] = {[LISTS_READING] = "reading",
                                         [LISTS_CHECKING] = "checking",
                                         [LISTS_INDEXING] = "names",
                                         [LISTS_WRITING] = "writing names",
                                         [LISTS_DOCUMENTING] = "documents"};
    struct run *run = context;
    uint64_t now_ns = run->cli->os->monotonic_ns(run->cli->os);

    if (now_ns - run->told_ns < (run->terminal ? TERMINAL_NS : LINES_NS))
        return;
    run->told_ns = now_ns;
    fprintf(run->cli->err, "%s%s: %" PRIu64 " of %" PRIu64 "%s",
            run->terminal ? "\r\033[K" : "", STAGES[stage], done, total,
            run->terminal ? "" : "\n");
    (void)fflush(run->cli->err);
}

static void
progress_end(struct run *run)
{
    if (run->terminal && run->told_ns != run->start_ns)
        fputs("\r\033[K", run->cli->err);
}

/* ----- A list that was refused. ----- */

/* What the file looks like, when that is another source than was said. */
static void
guess_tell(struct run *run, size_t input)
{
    uint8_t start[GUESS_SIZE];
    struct bytes text = {start, 0};
    const struct list_input *in = &run->files.inputs[input];
    enum list_source source;

    if (in->read_at(in->context, 0, start, sizeof(start), &text.size) == OK &&
        list_source_guess(text, &source) && source != run->import.source)
        cli_complain(run->cli, "the file looks like one of --source %s",
                     list_source_word(source));
}

/* "sdn.csv, line 17, field ent_num: an entry has no number (SCR 3.4.1)" */
static int
refused(struct run *run, enum err e)
{
    const struct list_fault *fault = &run->import.fault;
    size_t input = fault->input < run->files.count ? fault->input : 0;
    char line[32] = "";
    char at[40] = "";
    char field[64] = "";

    if (fault->line > 0)
        (void)snprintf(line, sizeof(line), ", line %" PRIu64, fault->line);
    if (fault->fault.at > 0)
        (void)snprintf(at, sizeof(at), ", byte %zu", fault->fault.at);
    if (fault->field != NULL)
        (void)snprintf(field, sizeof(field), ", field %.*s",
                       (int)strcspn(fault->field, "|"), fault->field);
    cli_complain(run->cli, "%s%s%s%s: %s (%s)", run->files.paths[input], line,
                 at, field,
                 fault->fault.what != NULL ? fault->fault.what : err_text(e),
                 fault->fault.clause);
    if (e == ERR_FORMAT)
        guess_tell(run, input);
    cli_complain(run->cli, "refused: what was in force as \"%s\" still is",
                 run->name);
    return CLI_NO;
}

static int
failed(struct run *run, enum err e)
{
    if (run->import.fault.fault.code != OK)
        return refused(run, e);
    if (run->files.failed != NULL) {
        cli_complain(run->cli, "%s: cannot be read", run->files.failed->path);
        return CLI_TROUBLE;
    }
    if (e == ERR_BUSY)
        cli_complain(run->cli, "another import runs on %s", run->dir);
    else
        cli_complain(run->cli, "%s: %s",
                     run->work.step != NULL ? run->work.step : "importing",
                     err_text(e));
    return CLI_TROUBLE;
}

/* ----- A list that was taken. ----- */

static void
losses_tell(struct run *run)
{
    for (int i = 0; i < LOSS_COUNT; i++)
        if (run->import.losses[i] > 0)
            fprintf(run->cli->err, "kufi list import: note: %" PRIu64 " %s\n",
                    run->import.losses[i], list_loss_text((enum list_loss)i));
}

static void
sha256_write(struct writer *w, const struct hash *hash)
{
    for (size_t i = 0; i < HASH_SIZE; i++)
        writer_hex(w, hash->b[i], 2);
}

static void
answer_json(struct run *run, bool changed, uint64_t took_ms)
{
    const struct list_head *head = &run->import.head;
    uint8_t block[2048];
    uint8_t digits[2 * HASH_SIZE];
    uint8_t date[DATE_TEXT_SIZE];
    struct writer w;
    struct writer text;
    struct json_writer j = {.w = &w};

    writer_init(&w, block, sizeof(block));
    json_begin_object(&j);
    json_pair_text(&j, "name", bytes_of(run->name));
    json_pair_text(&j, "source",
                   bytes_of(list_source_word(run->import.source)));
    writer_init(&text, digits, sizeof(digits));
    sha256_write(&text, &run->import.sha256);
    json_pair_text(&j, "sha256", writer_done(&text));
    json_key(&j, "list_date");
    writer_init(&text, date, sizeof(date));
    if (head->has_date) {
        date_write(&text, head->date);
        json_put_text(&j, writer_done(&text));
    } else {
        json_put_null(&j);
    }
    json_pair_integer(&j, "entries", (int64_t)head->entries);
    json_pair_integer(&j, "persons", (int64_t)head->persons);
    json_pair_integer(&j, "names", (int64_t)head->names);
    json_pair_integer(&j, "documents", (int64_t)head->documents);
    json_pair_integer(&j, "size", (int64_t)run->import.list_size);
    json_pair_boolean(&j, "changed", changed);
    json_pair_integer(&j, "milliseconds", (int64_t)took_ms);
    json_end_object(&j);
    writer_u8(&w, '\n');
    cli_write(run->cli, writer_done(&w));
}

static void
answer(struct run *run, bool changed)
{
    const struct list_head *head = &run->import.head;
    struct os *os = run->cli->os;
    uint64_t took_ms = (os->monotonic_ns(os) - run->start_ns) / 1000000;

    losses_tell(run);
    if (run->as_json) {
        answer_json(run, changed, took_ms);
        return;
    }
    fprintf(run->cli->out,
            "%s: %" PRIu64 " entries, %" PRIu64 " of them persons; %" PRIu64
            " names, %" PRIu64 " documents; %s; %" PRIu64 ".%" PRIu64 " s\n",
            run->name, head->entries, head->persons, head->names,
            head->documents, changed ? "in force" : "already in force",
            took_ms / 1000, took_ms / 100 % 10);
}

/* Removes what neither was in force when this began nor is now: whoever reads
 * the list that was replaced a moment ago still has it. */
static void
sweep(struct run *run)
{
    struct hash keep[2 * STORE_LISTS_MAX + 1];
    struct list_store *now = malloc(sizeof(*now));
    size_t count = 0;

    keep[count++] = run->import.sha256;
    for (size_t i = 0; i < run->lists.count; i++)
        memcpy(keep[count++].b, run->lists.lists[i].sha256, HASH_SIZE);
    if (now != NULL) {
        now->dir = run->lists.dir;
        if (list_store_read(run->cli, now, run->dir)) {
            for (size_t i = 0; i < now->count; i++)
                memcpy(keep[count++].b, now->lists[i].sha256, HASH_SIZE);
            if (lists_sweep(&run->work, keep, count) != OK)
                cli_complain(run->cli, "%s failed", run->work.step);
        }
    }
    free(now);
}

static int
put_in_force(struct run *run)
{
    uint8_t body[1024];
    uint8_t digits[2 * HASH_SIZE];
    struct writer w;
    struct writer text;
    struct json_writer j = {.w = &w};
    struct act act = {.dir = run->dir,
                      .address = run->address,
                      .method = "POST",
                      .path = "/v1/lists"};
    struct arena arena;
    struct bytes told = {0};
    int status;

    writer_init(&w, body, sizeof(body));
    writer_init(&text, digits, sizeof(digits));
    sha256_write(&text, &run->import.sha256);
    json_begin_object(&j);
    json_pair_text(&j, "name", bytes_of(run->name));
    json_pair_text(&j, "sha256", writer_done(&text));
    json_pair_boolean(&j, "accept_shrink", run->accept_shrink);
    json_end_object(&j);
    if (writer_end(&w) != OK) {
        cli_complain(run->cli, "the name is too long");
        return CLI_USAGE;
    }
    act.body = writer_done(&w);
    status = act_do(run->cli, &act, &arena, &told);
    act_done(&arena);
    return status;
}

static int
import_all(struct run *run)
{
    const struct store_list *before;
    bool same;
    int status = CLI_DONE;
    enum err e = lists_import(&run->work, &run->import);

    progress_end(run);
    if (e != OK)
        return failed(run, e);
    before = list_store_find(&run->lists, bytes_of(run->name));
    same = before != NULL &&
           memcmp(before->sha256, run->import.sha256.b, HASH_SIZE) == 0;
    if (!same)
        status = put_in_force(run);
    if (status == CLI_NO)
        cli_complain(run->cli, "refused: what was in force as \"%s\" still is",
                     run->name);
    if (status != CLI_DONE)
        return status;
    sweep(run);
    answer(run, !same);
    return CLI_DONE;
}

/* ----- The command. ----- */

static bool
name_good(struct cli *cli, const char *name)
{
    struct bytes text = bytes_of(name);

    if (text.size == 0) {
        cli_complain(cli, "--name is needed: as what the list is known");
        return false;
    }
    if (text.size > HIT_LIST_SIZE_MAX || !bytes_plain(text) ||
        bytes_equal(text, BYTES("alert"))) {
        cli_complain(cli,
                     "a list's name has up to %d bytes, and is not "
                     "\"alert\"",
                     HIT_LIST_SIZE_MAX);
        return false;
    }
    return true;
}

static bool
options_take(struct run *run, const struct option *table, const char **values)
{
    uint64_t threshold = 0;

    run->name = values[NAME];
    run->address = values[ADDRESS];
    run->accept_shrink = table[ACCEPT_SHRINK].count > 0;
    run->as_json = table[JSON].count > 0;
    if (!name_good(run->cli, run->name))
        return false;
    if (values[SOURCE] == NULL ||
        list_source_parse(bytes_of(values[SOURCE]), &run->import.source) !=
            OK) {
        cli_complain(run->cli, "--source is needed: ofac, un, eu, "
                               "opensanctions, documents, csv or rules");
        return false;
    }
    if (values[THRESHOLD] != NULL &&
        !options_number(run->cli, &table[THRESHOLD], LIST_THRESHOLD_MIN,
                        SCORE_MAX, &threshold))
        return false;
    run->import.threshold = (uint16_t)threshold;
    return true;
}

static int
run_all(struct run *run, char **paths, size_t count)
{
    struct cli *cli = run->cli;
    int status;

    run->start_ns = cli->os->monotonic_ns(cli->os);
    run->told_ns = run->start_ns;
    run->terminal = isatty(fileno(cli->err)) != 0;
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "libsodium");
    if (!list_store_open(cli, &run->lists, run->dir))
        return CLI_TROUBLE;
    run->work = (struct lists_work){.os = cli->os,
                                    .dir = run->lists.dir,
                                    .progress = progress,
                                    .context = run};
    status = CLI_TROUBLE;
    if (list_files_open(cli, &run->files, paths, count)) {
        if (run->import.source != LIST_OFAC)
            list_files_order(&run->files);
        run->files.progress = progress;
        run->files.progress_context = run;
        run->import.inputs = run->files.inputs;
        run->import.input_count = run->files.count;
        status = import_all(run);
        lists_import_end(&run->work, &run->import);
        list_files_close(&run->files);
    }
    list_store_close(cli, &run->lists);
    return status;
}

int
command_list_import(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[OPTION_COUNT] = {
        [NAME] = {.name = "--name",
                  .value_name = "NAME",
                  .help = "as what it is known; replaces the one in force"},
        [SOURCE] = {.name = "--source",
                    .value_name = "SOURCE",
                    .help = "ofac, un, eu, opensanctions, documents, csv, "
                            "rules"},
        [THRESHOLD] = {.name = "--threshold",
                       .value_name = "POINTS",
                       .help = "from which score on a name hits; without it, "
                               "700"},
        [ACCEPT_SHRINK] = {.name = "--accept-shrink",
                           .help = "even if it is more than 1 % smaller"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the answer as JSON"},
    };
    struct options options = {
        .arguments = "DIR FILE...",
        .about = "Puts a list in force at the node of DIR, running or not. "
                 "Exit status: 0 in force,\n1 refused: the former stays, 3 a "
                 "file could not be read.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 2,
        .arguments_max = 1 + LIST_INPUTS_MAX,
    };
    struct run *run;
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    run = calloc(1, sizeof(*run));
    if (run == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    run->cli = cli;
    run->dir = options.argv[0];
    status = CLI_USAGE;
    if (options_take(run, table, values))
        status = run_all(run, options.argv + 1, (size_t)options.argc - 1);
    free(run);
    return status;
}
