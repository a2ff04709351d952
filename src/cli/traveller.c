/*
 * `kufi traveller`: who holds a document and where they crossed, asked of the
 * running node, which records who asked and why.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/options.h"
#include "cli/post.h"

#define REQUEST_SIZE_MAX 4096
#define ANSWER_SIZE_MAX 4194304 /* CLIENT_BODY_SIZE_MAX */

enum { DOCUMENT, PURPOSE, ADDRESS, JSON, OPTION_COUNT };

static void
put(struct cli *cli, const struct json *object, const char *name, int width)
{
    const struct json *value = json_member(object, name);
    struct bytes text = {0};

    if (!json_get_text(value, &text))
        text = BYTES("-");
    fprintf(cli->out, "%-*.*s ", width, (int)text.size, text.p);
}

static void
show_history(struct cli *cli, const struct json *history)
{
    if (json_count(history) > 0)
        fprintf(cli->out, "  %-24s %-10s %-5s %-9s %-4s %s\n", "TIME", "TYPE",
                "WAY", "DECISION", "LANE", "RECORD");
    for (size_t i = 0; i < json_count(history); i++) {
        const struct json *record = json_item(history, i);

        fputs("  ", cli->out);
        put(cli, record, "time", 24);
        put(cli, record, "type", 10);
        put(cli, record, "direction", 5);
        put(cli, record, "decision", 9);
        put(cli, record, "lane", 4);
        put(cli, record, "record", 1);
        fputc('\n', cli->out);
    }
}

static void
show_documents(struct cli *cli, const struct json *documents)
{
    for (size_t i = 0; i < json_count(documents); i++) {
        const struct json *document = json_item(documents, i);

        fputs("  document ", cli->out);
        put(cli, document, "format", 1);
        put(cli, document, "issuing_state", 1);
        put(cli, document, "document_number", 1);
        fputs("expires ", cli->out);
        put(cli, document, "date_of_expiry", 1);
        fputc('\n', cli->out);
    }
}

static void
show_traveller(struct cli *cli, const struct json *traveller)
{
    const struct json *history = json_member(traveller, "history");
    int64_t total = 0;
    bool inside;

    put(cli, traveller, "surname", 1);
    put(cli, traveller, "given_names", 1);
    put(cli, traveller, "nationality", 1);
    put(cli, traveller, "date_of_birth", 1);
    put(cli, traveller, "sex", 1);
    if (json_get_boolean(json_member(traveller, "inside"), &inside))
        fputs(inside ? "inside" : "outside", cli->out);
    fputc('\n', cli->out);
    show_documents(cli, json_member(traveller, "documents"));
    show_history(cli, history);
    if (json_get_integer(json_member(traveller, "history_total"), &total) &&
        (uint64_t)total > json_count(history))
        fprintf(cli->out, "  the newest %zu of %" PRId64 "\n",
                json_count(history), total);
}

/* The exit status: done when the node knows a traveller. */
static int
show(struct cli *cli, struct bytes answer, bool as_json)
{
    struct json *json;
    const struct json *travellers;
    size_t count;

    if (json_parse(answer, &json, NULL) != OK) {
        cli_complain(cli, "the node's answer is no JSON");
        return CLI_TROUBLE;
    }
    travellers = json_member(json, "travellers");
    count = json_count(travellers);
    if (as_json) {
        cli_write(cli, answer);
        fputc('\n', cli->out);
    }
    for (size_t i = 0; !as_json && i < count; i++)
        show_traveller(cli, json_item(travellers, i));
    json_close(json);
    if (count == 0 && !as_json)
        cli_complain(cli, "no such document was ever seen here");
    return count > 0 ? CLI_DONE : CLI_NO;
}

static enum err
write_request(struct writer *w, const char *document, const char *purpose)
{
    struct json_writer j = {.w = w};

    json_begin_object(&j);
    json_pair_text(&j, "document", bytes_of(document));
    json_pair_text(&j, "purpose", bytes_of(purpose));
    json_end_object(&j);
    return writer_end(w);
}

static int
ask(struct cli *cli, struct post *post, struct bytes body, bool as_json)
{
    struct exchange exchange = {
        .method = "POST", .path = "/v1/searches", .body = body};
    void *block = malloc(ANSWER_SIZE_MAX);
    struct arena arena;
    enum err e;
    int status;

    if (block == NULL)
        return cli_fail(cli, ERR_LIMIT, "memory");
    arena_init(&arena, block, ANSWER_SIZE_MAX);
    e = client_exchange(&post->client, &exchange, &arena);
    status = post_exit_of(exchange.status);
    if (e != OK)
        status = post_unreached(cli, post, e);
    else if (status == CLI_DONE)
        status = show(cli, exchange.answer, as_json);
    else
        post_complain(cli, exchange.status, exchange.answer);
    free(block);
    return status;
}

int
command_traveller(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[] = {
        [DOCUMENT] = {.name = "--document",
                      .value_name = "STATE/NUMBER",
                      .help = "as in ALB/BA1234567"},
        [PURPOSE] = {.name = "--purpose",
                     .value_name = "TEXT",
                     .help = "why you look; it is recorded"},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)"},
        [JSON] = {.name = "--json", .help = "the node's answer as it is"},
    };
    struct options options = {
        .arguments = "DIR",
        .about =
            "Shows who holds a document and every crossing with it, newest "
            "first, through the\nrunning node of DIR. That you looked, "
            "and why, is recorded before the answer.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    uint8_t request[REQUEST_SIZE_MAX];
    struct writer w;
    struct post post;
    int status;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        table[i].values = &values[i];
    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    writer_init(&w, request, sizeof request);
    if (values[DOCUMENT] == NULL || values[PURPOSE] == NULL) {
        cli_complain(cli, "--document and --purpose are needed");
        return CLI_USAGE;
    }
    if (write_request(&w, values[DOCUMENT], values[PURPOSE]) != OK) {
        cli_complain(cli, "the purpose is too long");
        return CLI_USAGE;
    }
    if (!post_open(cli, &post, options.argv[0], values[ADDRESS], 1))
        return CLI_TROUBLE;
    status = ask(cli, &post, writer_done(&w), values[JSON] != NULL);
    post_close(&post);
    return status;
}
