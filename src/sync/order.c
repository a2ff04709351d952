#include "sync/order.h"

#include "sync/line.h"

#define RECORD_INDEX_MAX ((UINT64_C(1) << 53) - 1) /* REC 3.2 */
#define SLOT_MAX ((UINT64_C(1) << 24) - 1)         /* REC 6.1 */
#define DAY_MS INT64_C(86400000)

#define KIND_COUNT 5
static const char *const kind_names[KIND_COUNT] = {"withdraw", "list", "erase",
                                                   "rejoin", "window"};

const char *
order_kind_name(enum order_kind kind)
{
    return kind_names[kind];
}

bool
order_kind_parse(struct bytes text, enum order_kind *out)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (bytes_equal(text, bytes_of(kind_names[i]))) {
            *out = (enum order_kind)i;
            return true;
        }
    }
    return false;
}

static void
head_read(struct reader *r, struct order *out)
{
    struct bytes field;

    reader_expect(r, BYTES("kufi order v1\n"), "SYN 3.1");
    out->country = line_value(r, BYTES("country "), "SYN 3.2");
    if (!roster_country_lawful(out->country))
        reader_refuse(r, ERR_FORMAT, "SYN 3.2", "not three capital letters");
    field = line_value(r, BYTES("id "), "SYN 3.2");
    field_hex(r, field, out->id.b, ORDER_ID_SIZE, "SYN 3.2");
    out->made = line_moment(r, BYTES("made "), "SYN 3.2");
    out->expires = line_moment(r, BYTES("expires "), "SYN 3.2");
    if (out->expires.ms <= out->made.ms ||
        out->expires.ms - out->made.ms > ORDER_DAYS_MAX * DAY_MS)
        reader_refuse(r, ERR_FORMAT, "SYN 3.2", "no time in which it holds");
    field = line_value(r, BYTES("kind "), "SYN 3.2");
    if (!order_kind_parse(field, &out->kind))
        reader_refuse(r, ERR_FORMAT, "SYN 3.2", "no kind of an order");
}

/* One range, "7" or "7-9", put behind the last. SYN 3.3 */
static void
range_read(struct reader *r, struct bytes text, struct order_range range,
           uint64_t max, struct order *out)
{
    bool two = bytes_find(text, '-') < text.size;
    struct bytes rest = text;
    struct bytes first = bytes_split(&rest, '-');
    const struct order_range *last;

    range.first = field_number(r, first, 0, max, "SYN 3.3");
    range.last = two ? field_number(r, rest, 0, max, "SYN 3.3") : range.first;
    if (two && range.last <= range.first)
        reader_refuse(r, ERR_FORMAT, "SYN 3.3", "a range ends as it begins");
    if (out->range_count == ORDER_RANGES_MAX) {
        reader_refuse(r, ERR_LIMIT, "SYN 3.3", "too many ranges");
        return;
    }
    last = &out->ranges[out->range_count];
    if (out->range_count > 0 && last[-1].epoch == range.epoch &&
        bytes_equal(last[-1].name, range.name) &&
        range.first <= last[-1].last + 1)
        reader_refuse(r, ERR_FORMAT, "SYN 3.3", "ranges touch, or go back");
    out->ranges[out->range_count++] = range;
}

/* "3,7-9,12" of what `head` says. */
static void
ranges_read(struct reader *r, struct bytes field, struct order_range head,
            uint64_t max, struct order *out)
{
    struct bytes rest = field;

    do {
        bool more = bytes_find(rest, ',') < rest.size;
        struct bytes text = bytes_split(&rest, ',');

        if (more && rest.size == 0)
            reader_refuse(r, ERR_FORMAT, "SYN 3.3", "no range after a comma");
        range_read(r, text, head, max, out);
    } while (rest.size > 0 && r->fault.code == OK);
}

/* Whether a line of this name and epoch may follow the last one. */
static bool
in_order(const struct order *order, struct order_range next)
{
    const struct order_range *last = &order->ranges[order->range_count];
    int compared;

    if (order->range_count == 0)
        return true;
    compared = bytes_compare(last[-1].name, next.name);
    return compared < 0 || (compared == 0 && last[-1].epoch < next.epoch);
}

/* SYN 3.4 */
static void
records_read(struct reader *r, struct order *out)
{
    struct bytes line = line_value(r, BYTES("records "), "SYN 3.4");
    struct order_range range = {.name = field_next(&line)};

    if (!node_name_valid(range.name))
        reader_refuse(r, ERR_FORMAT, "SYN 3.4", "no name of a node");
    if (!in_order(out, range))
        reader_refuse(r, ERR_FORMAT, "SYN 3.4", "not in order of nodes");
    ranges_read(r, line, range, RECORD_INDEX_MAX, out);
}

/* SYN 3.6 */
static void
slots_read(struct reader *r, struct order *out)
{
    struct bytes line = line_value(r, BYTES("slots "), "SYN 3.6");
    struct order_range range = {
        .name = field_origin(r, field_next(&line), "SYN 3.6")};

    range.epoch = (uint32_t)field_number(r, field_next(&line), 0, DATE_DAYS_MAX,
                                         "SYN 3.6");
    if (!in_order(out, range))
        reader_refuse(r, ERR_FORMAT, "SYN 3.6", "not in order of epochs");
    ranges_read(r, line, range, SLOT_MAX, out);
}

/* SYN 3.5 */
static void
list_read(struct reader *r, struct order *out)
{
    struct bytes line = line_value(r, BYTES("list "), "SYN 3.5");

    field_hex(r, field_next(&line), out->list.b, HASH_SIZE, "SYN 3.5");
    out->name = line;
    if (line.size == 0 || line.size > ORDER_LIST_NAME_SIZE_MAX ||
        !bytes_plain(line) || bytes_trim(line).size != line.size)
        reader_refuse(r, ERR_FORMAT, "SYN 3.5", "no name of a list");
}

/* SYN 3.7 */
static void
node_read(struct reader *r, struct order *out)
{
    struct bytes line;

    if (out->kind == ORDER_REJOIN) {
        line = line_value(r, BYTES("node "), "SYN 3.7");
        out->name = field_origin(r, line, "SYN 3.7");
        return;
    }
    line = line_value(r, BYTES("window "), "SYN 3.7");
    out->name = field_origin(r, field_next(&line), "SYN 3.7");
    out->days =
        (uint32_t)field_number(r, line, 1, ROSTER_HOT_DAYS_MAX, "SYN 3.7");
}

static void
body_read(struct reader *r, struct order *out)
{
    switch (out->kind) {
    case ORDER_WITHDRAW:
        do
            records_read(r, out);
        while (reader_left(r) > 0);
        break;
    case ORDER_ERASE:
        do
            slots_read(r, out);
        while (reader_left(r) > 0);
        break;
    case ORDER_LIST:
        list_read(r, out);
        break;
    case ORDER_REJOIN:
    case ORDER_WINDOW:
        node_read(r, out);
        break;
    }
}

/* SYN 3.3 */
static void
items_check(struct reader *r, const struct order *order)
{
    uint64_t left = ORDER_ITEMS_MAX;

    for (size_t i = 0; i < order->range_count; i++) {
        uint64_t more = order->ranges[i].last - order->ranges[i].first;

        if (more >= left) {
            reader_refuse(r, ERR_LIMIT, "SYN 3.3", "too many at once");
            return;
        }
        left -= more + 1;
    }
}

enum err
order_parse(struct bytes text, struct order *out, struct fault *fault)
{
    struct reader r = {.in = text};
    enum err e;

    *out = (struct order){.days = 0};
    if (text.size > ORDER_SIZE_MAX)
        return fault_set(fault, ERR_LIMIT, 0, "SYN 3.1",
                         "the order is too long");
    if (!bytes_utf8(text))
        reader_refuse(&r, ERR_FORMAT, "SYN 3.1", "not UTF-8");
    head_read(&r, out);
    if (r.fault.code == OK)
        body_read(&r, out);
    items_check(&r, out);
    e = reader_end(&r, "SYN 3.1", fault);
    if (e != OK)
        *out = (struct order){.days = 0};
    return e;
}

static void
range_write(struct writer *w, const struct order_range *range)
{
    writer_decimal(w, range->first);
    if (range->last == range->first)
        return;
    writer_text(w, "-");
    writer_decimal(w, range->last);
}

/* Ranges of one node, or of one epoch, stand on one line. */
static void
ranges_write(struct writer *w, const struct order *order)
{
    bool slots = order->kind == ORDER_ERASE;

    for (size_t i = 0; i < order->range_count; i++) {
        const struct order_range *range = &order->ranges[i];

        if (i > 0 && range[-1].epoch == range->epoch &&
            bytes_equal(range[-1].name, range->name)) {
            writer_text(w, ",");
            range_write(w, range);
            continue;
        }
        writer_text(w, i > 0 ? "\n" : "");
        writer_text(w, slots ? "slots " : "records ");
        writer_bytes(w, range->name);
        writer_text(w, " ");
        if (slots) {
            writer_decimal(w, range->epoch);
            writer_text(w, " ");
        }
        range_write(w, range);
    }
}

static void
body_write(struct writer *w, const struct order *order)
{
    switch (order->kind) {
    case ORDER_WITHDRAW:
    case ORDER_ERASE:
        ranges_write(w, order);
        break;
    case ORDER_LIST:
        writer_text(w, "list ");
        hex_write(w, order->list.b, HASH_SIZE);
        writer_text(w, " ");
        writer_bytes(w, order->name);
        break;
    case ORDER_REJOIN:
        writer_text(w, "node ");
        writer_bytes(w, order->name);
        break;
    case ORDER_WINDOW:
        writer_text(w, "window ");
        writer_bytes(w, order->name);
        writer_text(w, " ");
        writer_decimal(w, order->days);
        break;
    }
    writer_text(w, "\n");
}

void
order_encode(struct writer *w, const struct order *order)
{
    writer_text(w, "kufi order v1\ncountry ");
    writer_bytes(w, order->country);
    writer_text(w, "\nid ");
    hex_write(w, order->id.b, ORDER_ID_SIZE);
    writer_text(w, "\nmade ");
    moment_write(w, order->made);
    writer_text(w, "\nexpires ");
    moment_write(w, order->expires);
    writer_text(w, "\nkind ");
    writer_text(w, kind_names[order->kind]);
    writer_text(w, "\n");
    body_write(w, order);
}

enum err
order_open(struct bytes in, const struct roster *roster, struct instant now,
           struct order *out, struct fault *fault)
{
    struct note note;
    enum err e = note_parse_within(in, ORDER_SIZE_MAX, &note, fault);

    *out = (struct order){.days = 0};
    if (e != OK)
        return e;
    if (roster_verify(roster, &note) != OK)
        return fault_set(fault, ERR_SIGNATURE, note.text.size, "SYN 3.8",
                         "not signed by enough custodians");
    e = order_parse(note.text, out, fault);
    if (e == OK && !bytes_equal(out->country, roster->country))
        e = fault_set(fault, ERR_DENIED, 0, "SYN 3.8",
                      "another country's order");
    if (e == OK && now.ms >= out->expires.ms)
        e = fault_set(fault, ERR_DENIED, 0, "SYN 3.8", "past its day");
    if (e != OK)
        *out = (struct order){.days = 0};
    return e;
}

bool
order_names_record(const struct order *order, struct bytes node, uint64_t index)
{
    if (order->kind != ORDER_WITHDRAW)
        return false;
    for (size_t i = 0; i < order->range_count; i++) {
        const struct order_range *range = &order->ranges[i];

        if (bytes_equal(range->name, node) && index >= range->first &&
            index <= range->last)
            return true;
    }
    return false;
}
