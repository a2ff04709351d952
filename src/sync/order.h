/*
 * Orders: what loosens control, done only when custodians signed it. A signed
 * note like the roster. SYN 3.
 *
 *     kufi order v1
 *     country ALB
 *     id <32 hexadecimal digits>
 *     made 2026-11-23T10:00:00Z
 *     expires 2026-11-30T00:00:00Z
 *     kind withdraw | list | erase | rejoin | window
 *
 * and by kind, one or more lines but where it says one:
 *
 *     withdraw   records <node> <ranges>       of log indexes, in order of
 * nodes list       list <sha256, hex> <name>     one erase      slots <origin>
 * <epoch> <ranges>   in order of both rejoin     node <origin> one window
 * window <origin> <days>        one
 *
 * Ranges are "3,7-9,12": ascending, no two that touch.
 */
#ifndef SYNC_ORDER_H
#define SYNC_ORDER_H

#include "base/date.h"
#include "crypto/hash.h"
#include "sync/roster.h"

/* An order is written into an event of every node, whole. */
#define ORDER_SIZE_MAX 16384
#define ORDER_RANGES_MAX 2048 /* more do not fit into that */
/* Past this many records or slots somebody should ask what is going on. */
#define ORDER_ITEMS_MAX 1048576
/* So that signatures left lying about do not hold for ever. */
#define ORDER_DAYS_MAX 90
#define ORDER_LIST_NAME_SIZE_MAX 64
#define ORDER_ID_SIZE 16

enum order_kind {
    ORDER_WITHDRAW, /* alerts and exit orders, past a day's measure */
    ORDER_LIST,     /* a list that lost more than 1 % of its entries */
    ORDER_ERASE,    /* of record keys */
    ORDER_REJOIN,   /* a node comes back though its mode forbids it */
    ORDER_WINDOW    /* a node is granted keys of more days than its role */
};

struct order_id {
    uint8_t b[ORDER_ID_SIZE];
};

/* Records `first` to `last` of a node's log, or slots of an epoch. */
struct order_range {
    struct bytes name; /* ORDER_WITHDRAW: the node; ORDER_ERASE: the origin */
    uint32_t epoch;    /* ORDER_ERASE; else 0 */
    uint64_t first;
    uint64_t last; /* itself included */
};

/* Some 80 KB. All that is borrowed lives in the note. */
struct order {
    struct bytes country;
    struct order_id id;
    struct instant made; /* whole seconds */
    struct instant expires;
    enum order_kind kind;
    struct bytes name; /* ORDER_LIST: the list's; REJOIN, WINDOW: the origin */
    struct hash list;  /* ORDER_LIST: of the file */
    uint32_t days;     /* ORDER_WINDOW */
    size_t range_count;
    struct order_range ranges[ORDER_RANGES_MAX];
};

/* The text of an order, signed or not; `out` is empty after an error.
 * ERR_SHORT, ERR_FORMAT, ERR_LIMIT. SYN 3.1 .. 3.7 */
MUST_CHECK enum err order_parse(struct bytes text, struct order *out,
                                struct fault *fault);

/* The text; `order` holds what order_parse() would accept. */
void order_encode(struct writer *w, const struct order *order);

/*
 * A signed order, at `now`, by the roster in force. Whether an order of this
 * id was taken before is the caller's to know.
 *
 * ERR_SIGNATURE  fewer custodians than the threshold signed, or one badly
 * ERR_DENIED     it is another country's, or past its day: SYN 3.8
 * and those of order_parse()
 */
MUST_CHECK enum err order_open(struct bytes note, const struct roster *roster,
                               struct instant now, struct order *out,
                               struct fault *fault);

/* Whether the order names this record of a node: ORDER_WITHDRAW. */
bool order_names_record(const struct order *order, struct bytes node,
                        uint64_t index);

/* "withdraw", "list", ...: a string constant. */
const char *order_kind_name(enum order_kind kind);
bool order_kind_parse(struct bytes text, enum order_kind *out);

#endif
