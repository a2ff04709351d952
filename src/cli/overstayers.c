/*
 * `kufi overstayers`: who is inside and has stayed too long, and orders to
 * leave that nobody obeyed; page by page, each a look that is recorded. STY 7
 */
#include <inttypes.h>

#include "base/date.h"
#include "cli/act.h"
#include "cli/options.h"

#define PATH "/v1/overstayers?limit=100"
#define PATH_SIZE_MAX 256

enum { ON, ADDRESS, JSON, OPTION_COUNT };

struct listing {
    const char *dir;
    const char *address;
    const char *on; /* NULL: today */
    bool as_json;
    bool orders_shown; /* a heading stands above what follows */
    bool persons_shown;
    bool warned; /* that the rules are missing */
};

static int64_t
number(const struct json *item, const char *name)
{
    int64_t value = 0;

    (void)json_get_integer(json_member(item, name), &value);
    return value;
}

static void
order_show(struct cli *cli, const struct json *item)
{
    fprintf(cli->out, "%6" PRId64 " h  ", number(item, "overdue_hours"));
    act_put(cli, item, "deadline", 24);
    act_put(cli, item, "order", 14);
    act_put(cli, item, "issuing_state", 3);
    act_put(cli, item, "document_number", 10);
    act_put(cli, item, "surname", 1);
    act_put(cli, item, "given_names", 1);
    fputc('\n', cli->out);
}

static void
person_show(struct cli *cli, const struct json *item)
{
    const struct json *document = json_member(item, "document");
    bool unknown = false;

    (void)json_get_boolean(json_member(item, "title_unknown"), &unknown);
    fprintf(cli->out, "%6" PRId64 "  ", number(item, "days_over"));
    act_put(cli, item, "since", 10);
    act_put(cli, item, "limit", 7);
    act_put(cli, item, "entry", 14);
    act_put(cli, item, "nationality", 3);
    act_put(cli, document, "document_number", 10);
    act_put(cli, item, "surname", 1);
    act_put(cli, item, "given_names", 1);
    if (unknown)
        fputs("(visa or permit unknown)", cli->out);
    fputc('\n', cli->out);
}

static void
page_show(struct cli *cli, struct listing *listing, const struct json *answer)
{
    const struct json *orders = json_member(answer, "orders");
    const struct json *persons = json_member(answer, "overstayers");
    bool missing = false;

    (void)json_get_boolean(json_member(answer, "rules_missing"), &missing);
    if (missing && !listing->warned)
        cli_complain(cli, "the rules of stay cannot be had: by 90/180");
    listing->warned = listing->warned || missing;
    if (json_count(orders) > 0 && !listing->orders_shown) {
        fputs(" OVERDUE  DEADLINE                 ORDER          WHO\n",
              cli->out);
        listing->orders_shown = true;
    }
    for (size_t i = 0; i < json_count(orders); i++)
        order_show(cli, json_item(orders, i));
    if (json_count(persons) > 0 && !listing->persons_shown) {
        fputs("  DAYS  SINCE      RULE    ENTRY          WHO\n", cli->out);
        listing->persons_shown = true;
    }
    for (size_t i = 0; i < json_count(persons); i++)
        person_show(cli, json_item(persons, i));
}

/* The target of the next page, from what the last one named as `next`. */
static bool
path_make(const struct listing *listing, struct bytes next, char *path)
{
    int size = snprintf(path, PATH_SIZE_MAX, PATH "%s%s%s%.*s",
                        listing->on != NULL ? "&on=" : "",
                        listing->on != NULL ? listing->on : "",
                        next.size > 0 ? "&from=" : "", (int)next.size, next.p);

    return size > 0 && size < PATH_SIZE_MAX;
}

/* One page; `path` becomes that of the next, or empty at the end. */
static int
page_do(struct cli *cli, struct listing *listing, char *path)
{
    struct act act = {.dir = listing->dir,
                      .address = listing->address,
                      .method = "GET",
                      .path = path};
    struct arena arena;
    struct bytes answer = {0};
    struct bytes next = {0};
    struct json *json = NULL;
    int status = act_do(cli, &act, &arena, &answer);

    if (status == CLI_DONE && json_parse(answer, &json, NULL) != OK) {
        cli_complain(cli, "the node's answer is no JSON");
        status = CLI_TROUBLE;
    }
    if (status == CLI_DONE && listing->as_json) {
        cli_write(cli, answer);
        fputc('\n', cli->out);
    } else if (status == CLI_DONE) {
        page_show(cli, listing, json);
    }
    path[0] = '\0';
    if (status == CLI_DONE && json_get_text(json_member(json, "next"), &next) &&
        !path_make(listing, next, path)) {
        cli_complain(cli, "the node names no next page that it can have");
        status = CLI_TROUBLE;
    }
    json_close(json);
    act_done(&arena);
    return status;
}

int
command_overstayers(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[OPTION_COUNT] = {
        [ON] = {.name = "--on",
                .value_name = "YYYY-MM-DD",
                .help = "the date asked for; without it, today",
                .values = &values[ON]},
        [ADDRESS] = {.name = "--address",
                     .value_name = "ADDRESS",
                     .help = "where the node listens (DIR says)",
                     .values = &values[ADDRESS]},
        [JSON] = {.name = "--json",
                  .help = "the node's answers as they are, a line each"},
    };
    struct options options = {
        .arguments = "DIR",
        .about = "Lists who is inside and has stayed too long, and overdue "
                 "orders to leave. That\nsomebody looked is recorded first.",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 1,
        .arguments_max = 1,
    };
    struct listing listing = {0};
    struct date on;
    char path[PATH_SIZE_MAX];
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    listing.dir = options.argv[0];
    listing.address = values[ADDRESS];
    listing.on = values[ON];
    listing.as_json = table[JSON].count > 0;
    if (listing.on != NULL && date_parse(bytes_of(listing.on), &on) != OK) {
        cli_complain(cli, "--on takes a date, 2026-07-01");
        return CLI_USAGE;
    }
    if (!path_make(&listing, (struct bytes){0}, path))
        return cli_fail(cli, ERR_LIMIT, "the request");
    do
        status = page_do(cli, &listing, path);
    while (status == CLI_DONE && path[0] != '\0');
    return status;
}
