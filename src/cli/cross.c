/*
 * `kufi cross`: records entries and exits through the running node; one from
 * the command line, or a stream of JSON lines.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/cross_input.h"
#include "cli/cross_window.h"
#include "cli/findings.h"
#include "cli/options.h"
#include "cli/post.h"

/* Within these a node that is being restarted is back. */
#define WAIT_ONE_MS 0
#define WAIT_FIRST_MS 3000
#define WAIT_AGAIN_MS 60000
#define PROGRESS_NS 500000000u

struct cross {
    struct cli *cli;
    struct post post;
    struct cross_window window;
    struct cross_input input;
    uint64_t recorded;
    uint64_t refused;
    bool trouble; /* something was neither recorded nor refused */
    bool wait_given;
    bool show_progress;
    uint64_t shown_ns;
};

static void
count(struct cross *cross, unsigned status)
{
    switch (post_exit_of(status)) {
    case CLI_DONE:
        cross->recorded++;
        break;
    case CLI_NO:
        cross->refused++;
        break;
    default:
        cross->trouble = true;
        break;
    }
}

static int
status_of(const struct cross *cross)
{
    if (cross->trouble)
        return CLI_TROUBLE;
    return cross->refused > 0 ? CLI_NO : CLI_DONE;
}

static void
show_progress(struct cross *cross, bool last)
{
    struct os *os = cross->cli->os;
    uint64_t now_ns;

    if (!cross->show_progress)
        return;
    now_ns = os->monotonic_ns(os);
    if (!last && now_ns - cross->shown_ns < PROGRESS_NS)
        return;
    cross->shown_ns = now_ns;
    fprintf(cross->cli->err, "\r%" PRIu64 " recorded, %" PRIu64 " refused%s%s",
            cross->recorded, cross->refused,
            cross->window.away_ns != 0 ? ", waiting for the node" : "",
            last ? "\n" : "\033[K");
    fflush(cross->cli->err);
}

static void
print_answers(struct cross *cross)
{
    const struct cross_slot *slot;
    bool any = false;

    while ((slot = cross_window_oldest(&cross->window)) != NULL) {
        cli_write(cross->cli, (struct bytes){slot->answer, slot->answer_size});
        fputc('\n', cross->cli->out);
        count(cross, slot->status);
        cross_window_pop(&cross->window);
        any = true;
    }
    if (any)
        fflush(cross->cli->out);
}

/* Lines from the input to the window, until one of them has no more. */
static enum err
take_lines(struct cross *cross)
{
    while (!cross_window_full(&cross->window)) {
        struct bytes line;
        struct cross_slot *slot;
        struct fault fault = {0};
        enum err e = cross_input_line(&cross->input, &line);

        if (e == ERR_SHORT || e == ERR_NOT_FOUND)
            return e;
        if (e == OK && line.size == 0)
            continue;
        slot = cross_window_push(&cross->window);
        if (e == ERR_LIMIT)
            cross_slot_refuse(slot, 413, "Line refused", "it is too long");
        else if (cross_line_parse(&slot->line, line, &crypto_random, &fault) ==
                 OK)
            cross_slot_send(slot);
        else
            cross_slot_refuse(slot, 400, "Line refused",
                              fault.what == NULL ? "it is not JSON"
                                                 : fault.what);
    }
    return OK;
}

/* The node stayed away: what was on its way is answered so. */
static int
give_up(struct cross *cross)
{
    cross_window_abandon(&cross->window);
    print_answers(cross);
    return post_unreached(cross->cli, &cross->post, cross->window.error);
}

static int
run_stream(struct cross *cross)
{
    struct cross_window *window = &cross->window;

    for (;;) {
        enum err taken = take_lines(cross);
        enum err e;

        print_answers(cross);
        if (ferror(cross->cli->out))
            return CLI_TROUBLE;
        if (taken == ERR_NOT_FOUND && cross_window_empty(window))
            return status_of(cross);
        if (!cross->wait_given)
            window->wait_ms = window->reached ? WAIT_AGAIN_MS : WAIT_FIRST_MS;
        if (cross_window_stranded(window))
            post_follow(cross->cli, &cross->post);
        e = cross_window_run(window, taken == ERR_SHORT ? cross->input.fd : -1);
        if (e != OK)
            return give_up(cross);
        if (taken == ERR_SHORT && cross_input_fill(&cross->input) != OK)
            return cli_fail(cross->cli, ERR_IO, "the input");
        show_progress(cross, false);
    }
}

/* ----- One crossing ----- */

static struct bytes
text_member(const struct json *object, const char *name)
{
    struct bytes text = {0};

    if (!json_get_text(json_member(object, name), &text))
        return BYTES("");
    return text;
}

/* What the scan brought to light, for the officer to see. */
static void
show_findings(void *context, struct bytes answer)
{
    struct cli *cli = context;
    struct json *json;

    if (json_parse(answer, &json, NULL) != OK)
        return;
    findings_show(cli->err, json);
    json_close(json);
}

static void
show_record(struct cli *cli, struct bytes answer)
{
    static const char *const first[] = {"record", "time", "direction",
                                        "decision"};
    static const char *const second[] = {"issuing_state", "document_number",
                                         "surname", "given_names"};
    struct json *json;
    const struct json *document;
    struct bytes leaf;

    if (json_parse(answer, &json, NULL) != OK) {
        cli_write(cli, answer);
        return;
    }
    document = json_member(json, "document");
    for (size_t i = 0; i < 4; i++) {
        cli_write(cli, text_member(json, first[i]));
        fputs(i < 3 ? "  " : "\n", cli->out);
    }
    for (size_t i = 0; i < 4; i++) {
        cli_write(cli, text_member(document, second[i]));
        fputs(i < 3 ? " " : "\n", cli->out);
    }
    leaf = text_member(json_member(json, "receipt"), "leaf_hash");
    fprintf(cli->out, "leaf %.*s\n", (int)leaf.size, leaf.p);
    json_close(json);
}

static int
finish_one(struct cross *cross, const struct cross_slot *slot, bool as_json)
{
    struct bytes answer = {slot->answer, slot->answer_size};

    if (as_json) {
        cli_write(cross->cli, answer);
        fputc('\n', cross->cli->out);
    } else if (slot->status == 201) {
        show_record(cross->cli, answer);
    } else {
        post_complain(cross->cli, slot->status, answer);
    }
    return post_exit_of(slot->status);
}

static int
run_one(struct cross *cross, const struct cross_request *request, bool as_json)
{
    struct cross_slot *slot = cross_window_push(&cross->window);
    const struct cross_slot *answered;
    struct fault fault = {0};

    if (cross_line_make(&slot->line, request, &crypto_random, &fault) != OK) {
        cli_complain(cross->cli, "%s", fault.what);
        return CLI_USAGE;
    }
    if (!cross->wait_given)
        cross->window.wait_ms = WAIT_ONE_MS;
    if (!as_json) {
        cross->window.inspected = show_findings;
        cross->window.context = cross->cli;
    }
    cross_slot_send(slot);
    while ((answered = cross_window_oldest(&cross->window)) == NULL)
        if (cross_window_run(&cross->window, -1) != OK)
            return post_unreached(cross->cli, &cross->post,
                                  cross->window.error);
    return finish_one(cross, answered, as_json);
}

/* ----- The command ----- */

enum { DECIDE, REASON, LANE, KEY, TIME, WAIT, ADDRESS, JSON, OPTION_COUNT };

static struct bytes
given(const struct option *option)
{
    struct bytes none = {0};

    return option->count == 0 ? none : bytes_of(option->values[0]);
}

static bool
only_for_one(struct cli *cli, const struct option *table)
{
    for (size_t i = DECIDE; i <= TIME; i++) {
        if (table[i].count == 0)
            continue;
        cli_complain(cli,
                     "%s belongs to one crossing; lines of a stream say "
                     "it themselves",
                     table[i].name);
        return false;
    }
    return true;
}

static int
run(struct cross *cross, const struct options *options)
{
    const struct option *table = options->table;
    struct cross_request request = {.decision = given(&table[DECIDE]),
                                    .lane = given(&table[LANE]),
                                    .key = given(&table[KEY]),
                                    .time = given(&table[TIME]),
                                    .reason_count = table[REASON].count};
    int status;

    if (options->argc == 1) {
        cross_input_init(&cross->input, fileno(cross->cli->in));
        cross->show_progress =
            isatty(fileno(cross->cli->err)) && !isatty(fileno(cross->cli->out));
        status = run_stream(cross);
        show_progress(cross, true);
        return status;
    }
    for (size_t i = 0; i < request.reason_count; i++)
        request.reasons[i] = bytes_of(table[REASON].values[i]);
    request.direction = bytes_of(options->argv[1]);
    request.mrz_count = (size_t)options->argc - 2;
    for (size_t i = 0; i < request.mrz_count; i++)
        request.mrz[i] = bytes_of(options->argv[i + 2]);
    return run_one(cross, &request, table[JSON].count > 0);
}

static int
open_and_run(struct cli *cli, const struct options *options)
{
    const struct option *table = options->table;
    struct cross *cross;
    uint64_t wait_s = 0;
    const char *address =
        table[ADDRESS].count > 0 ? table[ADDRESS].values[0] : NULL;
    int status = CLI_TROUBLE;

    if (table[WAIT].count > 0 &&
        !options_number(cli, &table[WAIT], 0, 86400, &wait_s))
        return CLI_USAGE;
    if (crypto_init() != OK)
        return cli_fail(cli, ERR_IO, "the kernel's random numbers");
    cross = calloc(1, sizeof *cross); /* too large for a stack */
    if (cross == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    cross->cli = cli;
    if (post_open(cli, &cross->post, options->argv[0], address,
                  CROSS_WINDOW_MAX)) {
        cross_window_init(&cross->window, &cross->post.client, cli->os);
        cross->wait_given = table[WAIT].count > 0;
        cross->window.wait_ms = wait_s * 1000;
        status = run(cross, options);
        post_close(&cross->post);
    }
    free(cross);
    return status;
}

int
command_cross(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    const char *reasons[CROSS_REASONS_MAX] = {NULL};
    struct option table[] = {
        [DECIDE] = {.name = "--decide",
                    .value_name = "DECISION",
                    .help = "admit, refuse or hand_over (admit)"},
        [REASON] = {.name = "--reason",
                    .value_name = "A..I",
                    .help = "why refused; may be given again",
                    .values_max = CROSS_REASONS_MAX},
        [LANE] = {.name = "--lane", .value_name = "L", .help = "the booth"},
        [KEY] = {.name = "--key",
                 .value_name = "KEY",
                 .help = "idempotency key (a random one)"},
        [TIME] = {.name = "--time",
                  .value_name = "RFC3339",
                  .help = "sample nodes only"},
        [WAIT] = {.name = "--wait",
                  .value_name = "SECONDS",
                  .help = "how long the node may be away (60 in a stream)"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the record as JSON"},
    };
    struct options options = {
        .arguments = "DIR [entry|exit MRZ-LINE...]",
        .about = "Records an entry or an exit through the running node of DIR."
                 "\n\nWith DIR alone it reads JSON lines from stdin and writes "
                 "one answer a line, in\norder: the record, or the problem "
                 "when it was refused:\n\n"
                 "  {\"mrz\":[...],\"direction\":\"entry\",\"decision\":"
                 "\"refuse\",\"reasons\":[\"E\"],\n   \"lane\":\"3\","
                 "\"idempotency_key\":\"...\"}",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 2 + CROSS_MRZ_LINES_MAX,
    };
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    table[REASON].values = reasons;
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (options.argc == 2) {
        cli_complain(cli, "the lines of the MRZ are missing");
        return CLI_USAGE;
    }
    if (options.argc > 2 && strcmp(options.argv[1], "entry") != 0 &&
        strcmp(options.argv[1], "exit") != 0) {
        cli_complain(cli, "the direction is entry or exit");
        return CLI_USAGE;
    }
    if (options.argc == 1 && !only_for_one(cli, table))
        return CLI_USAGE;
    return open_and_run(cli, &options);
}
