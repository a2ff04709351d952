/* `kufi custodian order`: the text of an order, for the custodians to sign. */
#include <stdlib.h>
#include <string.h>

#include "cli/carried.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "sync/line.h"
#include "sync/order.h"

#define DAYS_DEFAULT 7

enum { COUNTRY, DAYS, OPTION_COUNT };

/* The order's text is put together and read again: so what it may say stands
 * in one place. */
struct drafting {
    struct cli *cli;
    struct order order;
    uint8_t text[ORDER_SIZE_MAX];
};

static void
head_write(struct writer *w, struct cli *cli, const char *country,
           enum order_kind kind, uint64_t days)
{
    struct instant now = carried_now(cli);
    uint8_t id[ORDER_ID_SIZE];

    crypto_random.fill(crypto_random.context, id, sizeof(id));
    writer_text(w, "kufi order v1\ncountry ");
    writer_text(w, country);
    writer_text(w, "\nid ");
    hex_write(w, id, sizeof(id));
    writer_text(w, "\nmade ");
    moment_write(w, now);
    writer_text(w, "\nexpires ");
    moment_write(w, (struct instant){now.ms + (int64_t)days * 86400000});
    writer_text(w, "\nkind ");
    writer_text(w, order_kind_name(kind));
    writer_text(w, "\n");
}

/* "centre/12,15-20": "centre" and the ranges. */
static void
records_write(struct writer *w, const char *text)
{
    struct bytes rest = bytes_of(text);

    writer_text(w, "records ");
    writer_bytes(w, bytes_split(&rest, '/'));
    writer_text(w, " ");
    writer_bytes(w, rest);
    writer_text(w, "\n");
}

/* What follows KIND on the command line is what follows the word on a line. */
static void
body_write(struct writer *w, enum order_kind kind, int argc, char **argv)
{
    static const char *const words[] = {[ORDER_LIST] = "list",
                                        [ORDER_ERASE] = "slots",
                                        [ORDER_REJOIN] = "node",
                                        [ORDER_WINDOW] = "window"};

    if (kind == ORDER_WITHDRAW) {
        for (int i = 0; i < argc; i++)
            records_write(w, argv[i]);
        return;
    }
    writer_text(w, words[kind]);
    for (int i = 0; i < argc; i++) {
        writer_text(w, " ");
        writer_text(w, argv[i]);
    }
    writer_text(w, "\n");
}

static int
draft(struct drafting *d, struct writer *w, const char *path)
{
    struct fault fault = {0};
    enum err e = writer_end(w);

    if (e == OK)
        e = order_parse(writer_done(w), &d->order, &fault);
    if (e == OK)
        return carried_make(d->cli, path, writer_done(w), 0644);
    cli_complain(d->cli, "that would be no order: %s (%s)",
                 fault.what != NULL ? fault.what : err_text(e),
                 fault.clause != NULL ? fault.clause : "SYN 3.1");
    return CLI_USAGE;
}

static int
run(struct cli *cli, const struct options *options, const char *country,
    uint64_t days)
{
    struct drafting *d;
    enum order_kind kind;
    struct writer w;
    int status;

    if (!order_kind_parse(bytes_of(options->argv[1]), &kind)) {
        cli_complain(cli, "%s: withdraw, list, erase, rejoin or window",
                     options->argv[1]);
        return CLI_USAGE;
    }
    d = malloc(sizeof(*d));
    if (d == NULL || crypto_init() != OK) {
        free(d);
        return cli_fail(cli, ERR_LIMIT, "memory");
    }
    d->cli = cli;
    writer_init(&w, d->text, sizeof(d->text));
    head_write(&w, cli, country, kind, days);
    body_write(&w, kind, options->argc - 2, options->argv + 2);
    status = draft(d, &w, options->argv[0]);
    free(d);
    return status;
}

int
command_custodian_order(struct cli *cli, int argc, char **argv)
{
    const char *values[OPTION_COUNT] = {NULL};
    struct option table[OPTION_COUNT] = {
        [COUNTRY] = {.name = "--country",
                     .value_name = "CODE",
                     .help = "three letters, ALB",
                     .values = &values[COUNTRY]},
        [DAYS] = {.name = "--days",
                  .value_name = "N",
                  .help = "how long it holds; without it, 7",
                  .values = &values[DAYS]}};
    struct options options = {
        .arguments = "FILE KIND WHAT...",
        .about = "Makes an order, for the custodians to sign:\n\n"
                 "  withdraw RECORD...            alerts and exit orders: "
                 "centre/12,15-20\n"
                 "  list SHA256 NAME              a list that has lost "
                 "entries\n"
                 "  erase ORIGIN EPOCH SLOTS      record keys\n"
                 "  rejoin ORIGIN                 an isolated node comes back\n"
                 "  window ORIGIN DAYS            a node reads further back",
        .table = table,
        .table_count = OPTION_COUNT,
        .arguments_min = 3,
        .arguments_max = 2 + ORDER_RANGES_MAX,
    };
    uint64_t days = DAYS_DEFAULT;
    int status;

    if (!options_parse(cli, &options, argc, argv, &status))
        return status;
    if (values[COUNTRY] == NULL) {
        cli_complain(cli, "--country is missing");
        return CLI_USAGE;
    }
    if (values[DAYS] != NULL &&
        !options_number(cli, &table[DAYS], 1, ORDER_DAYS_MAX, &days))
        return CLI_USAGE;
    return run(cli, &options, values[COUNTRY], days);
}
