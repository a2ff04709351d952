/* `kufi custodian order`: the text of an order, for the custodians to sign. */
#include <stdlib.h>

#include "cli/carried.h"
#include "cli/options.h"
#include "crypto/crypto.h"
#include "sync/line.h"
#include "sync/order.h"

#define DAYS_DEFAULT 7
#define INDEX_MAX ((UINT64_C(1) << 53) - 1) /* REC 3.2 */

enum { COUNTRY, DAYS, OPTION_COUNT };

/* The order is put together, written, and read again: so what it may say stands
 * in one place. */
struct drafting {
    struct cli *cli;
    struct order order;
    struct order again;
    uint8_t text[ORDER_SIZE_MAX];
};

static void
head_set(struct drafting *d, const char *country, uint64_t days)
{
    struct order *order = &d->order;

    order->country = bytes_of(country);
    order->made = carried_now(d->cli);
    order->expires =
        (struct instant){order->made.ms + (int64_t)days * 86400000};
    crypto_random.fill(crypto_random.context, order->id.b, ORDER_ID_SIZE);
}

/* "12,15-20" of what `range` says, as they come; complains. */
static bool
ranges_add(struct drafting *d, struct bytes text, struct order_range range)
{
    struct order *order = &d->order;
    struct bytes rest = text;

    do {
        struct bytes last = bytes_split(&rest, ',');
        struct bytes first = bytes_split(&last, '-');

        if (!bytes_decimal(first, INDEX_MAX, &range.first) ||
            !bytes_decimal(last.size > 0 ? last : first, INDEX_MAX,
                           &range.last) ||
            range.last < range.first) {
            cli_complain(d->cli, "%.*s: numbers are wanted, as in 12,15-20",
                         (int)text.size, (const char *)text.p);
            return false;
        }
        if (order->range_count == ORDER_RANGES_MAX) {
            cli_complain(d->cli, "there may be %d ranges", ORDER_RANGES_MAX);
            return false;
        }
        order->ranges[order->range_count++] = range;
    } while (rest.size > 0);
    return true;
}

static int
range_compare(const void *a, const void *b)
{
    const struct order_range *x = a;
    const struct order_range *y = b;
    int names = bytes_compare(x->name, y->name);

    if (names != 0)
        return names;
    return x->first < y->first ? -1 : x->first > y->first;
}

/* In order, and those that touch made one: SYN 3.3. */
static void
ranges_join(struct order *order)
{
    size_t count = 0;

    qsort(order->ranges, order->range_count, sizeof(order->ranges[0]),
          range_compare);
    for (size_t i = 0; i < order->range_count; i++) {
        struct order_range range = order->ranges[i];
        struct order_range *before = &order->ranges[count];

        if (count == 0 || !bytes_equal(before[-1].name, range.name) ||
            range.first > before[-1].last + 1)
            order->ranges[count++] = range;
        else if (range.last > before[-1].last)
            before[-1].last = range.last;
    }
    order->range_count = count;
}

/* "centre/12,15-20", as often as there are. */
static bool
withdraw_set(struct drafting *d, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        struct bytes rest = bytes_of(argv[i]);
        struct order_range range = {.name = bytes_split(&rest, '/')};

        if (rest.size == 0) {
            cli_complain(d->cli, "%s: a record is named as in centre/12,15-20",
                         argv[i]);
            return false;
        }
        if (!ranges_add(d, rest, range))
            return false;
    }
    return true;
}

static bool
erase_set(struct drafting *d, char **argv)
{
    struct order_range range = {.name = bytes_of(argv[0])};
    uint64_t epoch;

    if (!bytes_decimal(bytes_of(argv[1]), UINT32_MAX, &epoch)) {
        cli_complain(d->cli, "%s: the number of a day", argv[1]);
        return false;
    }
    range.epoch = (uint32_t)epoch;
    return ranges_add(d, bytes_of(argv[2]), range);
}

static bool
list_set(struct drafting *d, char **argv)
{
    struct reader r = {.in = {0}};

    field_hex(&r, bytes_of(argv[0]), d->order.list.b, HASH_SIZE, "SYN 3.5");
    d->order.name = bytes_of(argv[1]);
    if (r.fault.code == OK)
        return true;
    cli_complain(d->cli, "%s: no SHA-256", argv[0]);
    return false;
}

static bool
window_set(struct drafting *d, char **argv)
{
    uint64_t days;

    d->order.name = bytes_of(argv[0]);
    if (!bytes_decimal(bytes_of(argv[1]), ROSTER_HOT_DAYS_MAX, &days)) {
        cli_complain(d->cli, "%s: a number of days", argv[1]);
        return false;
    }
    d->order.days = (uint32_t)days;
    return true;
}

/* What follows KIND on the command line; complains. */
static bool
body_set(struct drafting *d, int argc, char **argv)
{
    static const int counts[] = {[ORDER_WITHDRAW] = 1,
                                 [ORDER_LIST] = 2,
                                 [ORDER_ERASE] = 3,
                                 [ORDER_REJOIN] = 1,
                                 [ORDER_WINDOW] = 2};
    enum order_kind kind = d->order.kind;

    if (kind != ORDER_WITHDRAW && argc != counts[kind]) {
        cli_complain(d->cli, "%s takes %d arguments", order_kind_name(kind),
                     counts[kind]);
        return false;
    }
    switch (kind) {
    case ORDER_WITHDRAW:
        return withdraw_set(d, argc, argv);
    case ORDER_LIST:
        return list_set(d, argv);
    case ORDER_ERASE:
        return erase_set(d, argv);
    case ORDER_WINDOW:
        return window_set(d, argv);
    case ORDER_REJOIN:
        d->order.name = bytes_of(argv[0]);
        return true;
    }
    return false;
}

static int
draft(struct drafting *d, const char *path)
{
    struct fault fault = {.clause = "SYN 3.1"};
    struct writer w;
    enum err e;

    ranges_join(&d->order);
    writer_init(&w, d->text, sizeof(d->text));
    order_encode(&w, &d->order);
    e = writer_end(&w);
    if (e == OK)
        e = order_parse(writer_done(&w), &d->again, &fault);
    if (e == OK)
        return carried_make(d->cli, path, writer_done(&w), 0644);
    cli_complain(d->cli, "that would be no order: %s (%s)",
                 fault.what != NULL ? fault.what : err_text(e), fault.clause);
    return CLI_USAGE;
}

static int
run(struct cli *cli, const struct options *options, const char *country,
    uint64_t days)
{
    struct drafting *d = calloc(1, sizeof(*d));
    int status = CLI_USAGE;

    if (d == NULL || crypto_init() != OK) {
        free(d);
        return cli_fail(cli, ERR_LIMIT, "memory");
    }
    d->cli = cli;
    head_set(d, country, days);
    if (!order_kind_parse(bytes_of(options->argv[1]), &d->order.kind))
        cli_complain(cli, "%s: withdraw, list, erase, rejoin or window",
                     options->argv[1]);
    else if (body_set(d, options->argc - 2, options->argv + 2))
        status = draft(d, options->argv[0]);
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
