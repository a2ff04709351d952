/*
 * `kufi screen`: persons in, one JSON object a line; what is on the lists in
 * force about each out, one a line. The code and the files are the booth's; no
 * node need run, and nothing is recorded. SCR 1.7, 1.9.
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "cli/screen_query.h"
#include "node/book.h"
#include "node/config.h"
#include "node/watch.h"

#define QUERY_ARENA_SIZE (1u << 20)
/* 32 hits with texts as long as lists may have them, each byte escaped. */
#define ANSWER_SIZE_MAX (4u << 20)
#define STORE_PATH_SIZE 4096

struct run {
    struct cli *cli;
    struct folder dir;
    struct config config;
    struct zone zone;
    bool has_today;
    struct date today;
    struct store store;
    struct watch *watch;
    uint8_t *line;
    uint8_t *answer;
    void *room;
    struct arena arena;
    bool refused; /* some line was */
    bool trouble; /* some list could not be asked */
    bool told;    /* of that */
};

/* ----- Answers. ----- */

/* As it came, when it is a text or a whole number. */
static void
id_put(struct json_writer *j, const struct json *line)
{
    const struct json *id = json_member(line, "id");
    struct bytes text;
    int64_t number;

    json_key(j, "id");
    if (json_get_text(id, &text))
        json_put_text(j, text);
    else if (json_get_integer(id, &number))
        json_put_integer(j, number);
    else
        json_put_null(j);
}

static void
reasons_put(struct json_writer *j, const struct screen_hit *hit)
{
    json_key(j, "reasons");
    json_begin_array(j);
    for (size_t i = 0; i < hit->reason_count; i++) {
        const char *text = score_reason_text(hit->reasons[i]);

        if (text != NULL)
            json_put_text(j, bytes_of(text));
    }
    json_end_array(j);
}

static void
pair_put(struct json_writer *j, const char *name, struct bytes text)
{
    if (text.size > 0)
        json_pair_text(j, name, text);
}

static void
hit_put(struct json_writer *j, const struct screen_hit *hit)
{
    json_begin_object(j);
    json_pair_text(j, "list", hit->list);
    json_pair_text(j, "entry", hit->entry);
    json_pair_integer(j, "score", hit->points);
    reasons_put(j, hit);
    json_pair_text(j, "kind",
                   hit->kind == HIT_DOCUMENT ? BYTES("document")
                                             : BYTES("name"));
    pair_put(j, "name", hit->name);
    pair_put(j, "reason", bytes_of(list_reason_word(hit->reason)));
    pair_put(j, "action", hit->action);
    json_end_object(j);
}

/* Lists in force whose answer is missing: no empty list of hits stands alone
 * for "not known". */
static void
unasked_put(struct run *run, struct json_writer *j)
{
    const struct screen_set *set = watch_set(run->watch);
    bool any = set->alerts_missing;

    for (size_t i = 0; i < set->list_count; i++)
        any = any || set->lists[i].state != SCREEN_LIST_READY;
    if (!any)
        return;
    run->trouble = true;
    json_key(j, "unasked");
    json_begin_array(j);
    if (set->alerts_missing)
        json_put_text(j, BYTES("alert"));
    for (size_t i = 0; i < set->list_count; i++) {
        if (set->lists[i].state != SCREEN_LIST_READY)
            json_put_text(j, set->lists[i].name);
    }
    json_end_array(j);
}

static void
hits_put(struct run *run, struct json_writer *j, const struct screen_hit *hits,
         size_t total)
{
    size_t shown = total < SCREEN_HITS_MAX ? total : SCREEN_HITS_MAX;

    json_key(j, "hits");
    json_begin_array(j);
    for (size_t i = 0; i < shown; i++)
        hit_put(j, &hits[i]);
    json_end_array(j);
    if (total > shown)
        json_pair_integer(j, "hits_more", (int64_t)(total - shown));
    unasked_put(run, j);
}

static void
error_put(struct run *run, struct json_writer *j, const char *what)
{
    json_pair_text(j, "error", bytes_of(what));
    run->refused = true;
}

/* ----- Questions. ----- */

static struct date
today_of(const struct run *run)
{
    struct os *os = run->cli->os;

    return run->has_today ? run->today : zone_date(&run->zone, os->now(os));
}

static void
ask(struct run *run, const struct json *line, struct json_writer *j)
{
    struct screen_hit hits[SCREEN_HITS_MAX];
    struct screen_query query;
    const char *what = NULL;
    size_t total = 0;
    enum err e;

    if (screen_query_read(line, today_of(run), &run->arena, &query, &what) !=
        OK) {
        error_put(run, j, what);
        return;
    }
    if (!watch_refresh(run->watch, &run->store)) {
        run->trouble = true;
        error_put(run, j, "the node's tables cannot be read");
        return;
    }
    e = screen_ask(watch_set(run->watch), &query, watch_scratch(run->watch),
                   hits, SCREEN_HITS_MAX, &total);
    if (e == OK) {
        hits_put(run, j, hits, total);
        return;
    }
    run->trouble = run->trouble || e == ERR_CORRUPT;
    error_put(run, j,
              e == ERR_CORRUPT ? "a list is damaged: kufi list verify"
                               : "more than can be asked at once");
}

static void
line_answer(struct run *run, struct bytes text, bool whole)
{
    struct writer w;
    struct json_writer j = {.w = &w};
    struct json *line = NULL;
    bool read = whole && json_parse(text, &line, NULL) == OK;

    arena_reset(&run->arena);
    writer_init(&w, run->answer, ANSWER_SIZE_MAX);
    json_begin_object(&j);
    id_put(&j, line);
    if (read)
        ask(run, line, &j);
    else
        error_put(run, &j, whole ? "no JSON object" : "longer than any line");
    json_end_object(&j);
    writer_u8(&w, '\n');
    json_close(line);
    if (w.full) {
        cli_complain(run->cli, "an answer is longer than any line");
        run->trouble = true;
        return;
    }
    cli_write(run->cli, writer_done(&w));
    /* Whoever asks one at a time waits for each answer. */
    fflush(run->cli->out);
}

static void
complain_once(struct run *run)
{
    const struct screen_set *set = watch_set(run->watch);

    if (!run->trouble || run->told)
        return;
    run->told = true;
    for (size_t i = 0; i < set->list_count; i++) {
        const struct screen_list *list = &set->lists[i];

        if (list->state != SCREEN_LIST_READY)
            cli_complain(run->cli, "list %.*s is %s: kufi list verify",
                         (int)list->name.size, (const char *)list->name.p,
                         screen_list_state_word(list->state));
    }
}

/* Reads up to the next LF or the end; false when there was nothing at all. */
static bool
line_read(struct run *run, FILE *in, size_t *size)
{
    int c;

    *size = 0;
    while ((c = getc_unlocked(in)) != EOF && c != '\n') {
        if (*size < SCREEN_LINE_SIZE_MAX)
            run->line[*size] = (uint8_t)c;
        (*size)++;
    }
    return c == '\n' || *size > 0;
}

/* False when the file broke off; `name` is for the complaint alone. */
static bool
stream(struct run *run, FILE *in, const char *name)
{
    size_t size;

    while (line_read(run, in, &size)) {
        bool whole = size <= SCREEN_LINE_SIZE_MAX;
        struct bytes text = {run->line, whole ? size : 0};

        text = bytes_trim(text);
        if (whole && text.size == 0)
            continue;
        line_answer(run, text, whole);
        complain_once(run);
    }
    if (!ferror(in))
        return true;
    cli_complain(run->cli, "%s: cannot be read", name);
    return false;
}

static bool
stream_files(struct run *run, int count, char **names)
{
    bool whole = true;

    if (count == 0)
        return stream(run, run->cli->in, "standard input");
    for (int i = 0; i < count; i++) {
        FILE *in = fopen(names[i], "rb");

        if (in == NULL) {
            cli_complain(run->cli, "%s: cannot be opened", names[i]);
            whole = false;
            continue;
        }
        whole = stream(run, in, names[i]) && whole;
        fclose(in);
    }
    return whole;
}

/* ----- Starting. ----- */

static enum err
memory_take(struct run *run)
{
    run->line = malloc(SCREEN_LINE_SIZE_MAX);
    run->answer = malloc(ANSWER_SIZE_MAX);
    run->room = malloc(QUERY_ARENA_SIZE);
    if (run->line == NULL || run->answer == NULL || run->room == NULL)
        return ERR_LIMIT;
    arena_init(&run->arena, run->room, QUERY_ARENA_SIZE);
    return OK;
}

static enum err
tables_open(struct run *run, const char *dir)
{
    struct os *os = run->cli->os;
    char path[STORE_PATH_SIZE];
    struct store_config config = {.os = os,
                                  .folder = run->dir,
                                  .path = path,
                                  .mode = STORE_READ,
                                  .node = config_node(&run->config)};
    int size = snprintf(path, sizeof(path), "%s/" STORE_FILE, dir);

    if (size < 0 || (size_t)size >= sizeof(path))
        return ERR_LIMIT;
    return store_open(&run->store, &config);
}

/* Nothing was asked yet, so that nothing can be "no". */
static int
fail(struct run *run, enum err e, const char *what)
{
    (void)cli_fail(run->cli, e, what);
    return CLI_TROUBLE;
}

static int
run_open(struct run *run, const char *dir)
{
    struct cli *cli = run->cli;
    struct watch_config watch = {.os = cli->os};
    struct config_fault fault;
    enum err e = cli->os->folder_open(cli->os, dir, &run->dir);

    if (e != OK)
        return fail(run, e, dir);
    e = config_read(cli->os, run->dir, &run->config, &fault);
    if (e == OK && strcmp(run->config.zone, "UTC") != 0)
        e = os_zone(run->config.zone, &run->zone);
    if (e != OK)
        return fail(run, e, CONFIG_FILE);
    e = tables_open(run, dir);
    if (e != OK)
        return fail(run, e, "the node's tables");
    watch.dir = run->dir;
    e = memory_take(run);
    if (e == OK)
        e = watch_open(&run->watch, &watch);
    return e == OK ? CLI_DONE : fail(run, e, "starting");
}

static void
run_close(struct run *run)
{
    watch_close(run->watch);
    store_close(&run->store);
    free(run->line);
    free(run->answer);
    free(run->room);
}

int
command_screen(struct cli *cli, int argc, char **argv)
{
    const char *today = NULL;
    struct option table[] = {
        {.name = "--today",
         .value_name = "YYYY-MM-DD",
         .help = "the day it is; without it, today where the node is",
         .values = &today,
         .values_max = 1},
        {.name = "--json", .help = "the answers are JSON in any case"},
    };
    struct options options = {
        .arguments = "DIR [FILE]...",
        .about =
            "Asks the lists and alerts in force at the node of DIR about "
            "persons, one JSON\nobject a line: id, name or surname and "
            "given_names, date_of_birth (YYYY,\nYYYY-MM or YYYY-MM-DD), sex, "
            "nationality, documents (state, number); or id and\nmrz (its "
            "lines). Writes one object a line: id and hits. Without FILE it "
            "reads\nstandard input. Nothing is recorded. Exit status: 0 all "
            "answered, 1 some line was\nrefused, 3 some list could not be "
            "asked.",
        .table = table,
        .table_count = sizeof(table) / sizeof(table[0]),
        .arguments_min = 1,
        .arguments_max = 1 << 20,
    };
    struct run *run;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    run = calloc(1, sizeof(*run));
    if (run == NULL)
        return cli_fail(cli, ERR_LIMIT, "starting");
    run->cli = cli;
    run->has_today = today != NULL;
    if (today != NULL && date_parse(bytes_of(today), &run->today) != OK) {
        cli_complain(cli, "--today takes a date, 2026-07-01");
        free(run);
        return CLI_USAGE;
    }
    status = run_open(run, options.argv[0]);
    if (status == CLI_DONE) {
        bool whole = stream_files(run, options.argc - 1, options.argv + 1);

        if (!whole || run->trouble)
            status = CLI_TROUBLE;
        else if (run->refused)
            status = CLI_NO;
    }
    run_close(run);
    free(run);
    return status;
}
