/*
 * Orders of the custodians, from a centre's log or by an operator's hand: each
 * judged once, and recorded in the own log as taken or refused. SYN 3
 */
#include "node/peers_int.h"

#include <string.h>

#include "seal/entry.h"

/* In one batch, each with up to 16 KB: a batch has a megabyte and more. */
#define ORDERS_MAX 16

/* Refused ones recorded on one day; later ones are told of hourly. */
#define ORDERS_REFUSED_MAX 16

/* ----- The entries of a span. ----- */

struct scan {
    struct peers *peers;
    const struct peer *peer;
    uint64_t at;
    uint64_t end;
    struct bundle bundle; /* what is left of the one of `at` */
};

/* The bundle from entry scan->at on, which is its first, or the span's. */
static enum err
scan_bundle(struct scan *scan)
{
    struct peers *peers = scan->peers;
    char prefix[MIRROR_PREFIX_SIZE];
    const struct log_view view = {peers->os, peers->dir, prefix};
    struct block block = {peers->bundle, BUNDLE_SIZE_MAX};
    uint64_t index = scan->at / TILE_WIDTH;
    uint64_t mirrored = scan->peer->mirrored;
    struct bytes in;
    enum err e;

    peers_mirror(scan->peer, prefix);
    e = view_bundle(&view, mirrored, index, block, &in);
    if (e != OK)
        return e;
    scan->bundle = bundle_of(in, tile_width(mirrored, TILE_ENTRIES, index));
    for (uint64_t i = index * TILE_WIDTH; i < scan->at; i++)
        if (!bundle_next(&scan->bundle, &in))
            return ERR_CORRUPT;
    return OK;
}

/*
 * The next order of the span; false at its end. `note` is borrowed until the
 * next call. What cannot be read is the fold's to notice.
 */
static bool
scan_next(struct scan *scan, struct bytes *note)
{
    struct peers *peers = scan->peers;

    for (; scan->at < scan->end; scan->at++) {
        struct bytes in;
        struct entry entry;
        struct event event;
        struct fault fault;

        if (scan->bundle.left == 0 && scan_bundle(scan) != OK)
            return false;
        if (!bundle_next(&scan->bundle, &in) ||
            entry_parse(in, &entry, &fault) != OK)
            return false;
        arena_reset(&peers->arena);
        if (entry.sealed ||
            event_parse(entry.event, &peers->arena, &event, &fault) != OK ||
            event.type != EVENT_ORDER || event.order_event.refused)
            continue; /* what its own node refused is no order to us */
        *note = event.order_event.note;
        scan->at++;
        return true;
    }
    return false;
}

static bool
may_order(const struct peer *peer)
{
    return peer->node->role == ROSTER_CENTRE;
}

enum err
peers_orders_end(struct peers *peers, const struct peer *peer, uint64_t size,
                 uint64_t *end)
{
    struct scan scan = {peers, peer, peer->folded, size, {.left = 0}};
    struct bytes note;
    size_t count = 0;

    *end = size;
    while (may_order(peer) && count < ORDERS_MAX && scan_next(&scan, &note))
        count++;
    if (count == ORDERS_MAX)
        *end = scan.at;
    return OK;
}

/* ----- Judging. ----- */

static enum err
judge(struct peers *peers, struct bytes note, struct fault *fault)
{
    enum err e = ERR_DENIED;

    if (peers->has_roster)
        e = order_open(note, peers->roster, peers_now(peers), peers->order,
                       fault);
    else
        (void)fault_set(fault, e, 0, "SYN 3.8", "this node has no roster");
    return e;
}

static enum err
order_put(struct peers *peers, struct bytes note, bool refused)
{
    struct event event = {.type = EVENT_ORDER, .actor = BYTES("kufi")};
    size_t item;

    event.order_event = (struct order_event){.note = note, .refused = refused};
    return book_put(peers->book, &event, false, &item);
}

/* Whether one more refused order is recorded on this day. */
static bool
refused_room(struct peers *peers)
{
    struct date day = instant_utc_date(peers->os->now(peers->os));

    if (day.days != peers->orders_day.days) {
        peers->orders_day = day;
        peers->orders_refused_count = 0;
    }
    return peers->orders_refused_count++ < ORDERS_REFUSED_MAX;
}

/* Into the running batch; `*refused` is set for one that is not obeyed. */
static enum err
order_one(struct peers *peers, struct bytes note, bool *refused,
          struct fault *fault)
{
    bool taken = false;
    enum err e = judge(peers, note, fault);

    *refused = false;
    if (e != OK) {
        *refused = true;
        return refused_room(peers) ? order_put(peers, note, true) : OK;
    }
    e = store_order_taken(&peers->book->store, &peers->order->id, &taken);
    if (e != OK)
        return book_failed(peers->book, e, "looking for an order");
    if (taken)
        return OK;
    /* What the tables hold of it goes, also where the keys went before. */
    if (peers->order->kind == ORDER_ERASE) {
        e = book_stale(peers->book);
        peers->stale = true;
    }
    if (e == OK)
        e = order_put(peers, note, false);
    peers->orders_taken = e == OK;
    return e;
}

enum err
peers_orders_put(struct peers *peers, const struct peer *peer, uint64_t size)
{
    struct scan scan = {peers, peer, peer->folded, size, {.left = 0}};
    struct bytes note;
    enum err e = OK;

    while (may_order(peer) && e == OK && scan_next(&scan, &note)) {
        struct fault fault;
        bool refused;

        e = order_one(peers, note, &refused, &fault);
        if (refused)
            peers->orders_refused = peer;
    }
    return e;
}

enum err
peers_orders_tell(struct peers *peers)
{
    const struct peer *peer = peers->orders_refused;
    enum err e = OK;

    peers->orders_refused = NULL;
    if (peers->orders_taken)
        e = peers_obey(peers);
    if (e != OK || peer == NULL)
        return e;
    return peers_incident(peers, "order_refused", peer->node->origin,
                          "gave an order that too few custodians signed, or "
                          "that is past its day; nothing was changed",
                          NULL);
}

/* `peers->order` is the one that was taken. That a node is to come back only an
 * operator can tell it: no log comes to it meanwhile. */
static enum err
obey_by_hand(struct peers *peers)
{
    bool back = peers->order->kind == ORDER_REJOIN &&
                bytes_equal(peers->order->name, peers->book->origin);
    enum err e = OK;

    if (back)
        e = peers_rejoin(peers, BYTES("custodians"), BYTES("by an order"));
    return e == OK ? peers_obey(peers) : e;
}

enum err
peers_order(struct peers *peers, struct bytes note, const char **why)
{
    struct fault fault = {0};
    bool refused = false;
    enum err e = book_begin(peers->book);

    if (e == OK)
        e = order_one(peers, note, &refused, &fault);
    if (e == OK)
        e = book_commit(peers->book);
    if (e == OK)
        e = book_fold(peers->book);
    if (e == OK)
        e = book_flush(peers->book);
    if (e == OK && peers->orders_taken)
        e = obey_by_hand(peers);
    if (e == OK && refused)
        e = peers_incident(peers, "order_refused", peers->book->origin,
                           "was given an order by hand that too few custodians "
                           "signed, or that is past its day; nothing was "
                           "changed",
                           NULL);
    if (e != OK || !refused)
        return e;
    *why = peers_why(peers, &fault);
    return ERR_DENIED;
}
