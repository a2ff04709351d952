/*
 * What the orders that were taken come to, besides what the tables make of
 * their events: lists that may lose entries, windows that are wider, record
 * keys that are destroyed. All of them again at each start, since a crash may
 * have come between the event and this, and when keys have come. What was
 * ordered the own log says, and nothing else.
 */
#include "node/peers_int.h"

#include <string.h>

#include "seal/entry.h"

/* Slots forgotten with one save of the keyring. */
#define SLOTS_MAX 4096u

/* ----- Lists. ----- */

bool
peers_order_lists(const struct peers *peers, const struct hash *sha256,
                  struct bytes name)
{
    struct instant now = peers_now(peers);
    struct hash named = hash_of(name);

    for (size_t i = 0; i < peers->ordered_count; i++) {
        const struct peers_ordered *ordered = &peers->ordered[i];

        if (hash_equal(&ordered->sha256, sha256) &&
            hash_equal(&ordered->name, &named) && now.ms < ordered->expires.ms)
            return true;
    }
    return false;
}

/* One that is past its day must not lie there for whoever offers the list once
 * more. */
static void
obey_list(struct peers *peers, const struct order *order)
{
    if (peers_order_lists(peers, &order->list, order->name) ||
        peers_now(peers).ms >= order->expires.ms)
        return;
    if (peers->ordered_count == STORE_LISTS_MAX) {
        memmove(&peers->ordered[0], &peers->ordered[1],
                (STORE_LISTS_MAX - 1) * sizeof(peers->ordered[0]));
        peers->ordered_count--;
    }
    peers->ordered[peers->ordered_count++] = (struct peers_ordered){
        order->list, hash_of(order->name), order->expires};
    for (size_t i = 0; i < peers->refused_count; i++)
        if (hash_equal(&peers->refused[i], &order->list))
            peers->refused[i] = peers->refused[--peers->refused_count];
}

/* ----- Windows. ----- */

/* The last one of a node counts, while it holds. */
static void
obey_window(struct peers *peers, const struct order *order)
{
    struct hash name = hash_of(order->name);
    size_t i = 0;

    while (i < peers->window_count &&
           !hash_equal(&peers->windows[i].name, &name))
        i++;
    if (i == PEERS_WINDOWS_MAX)
        return;
    if (i == peers->window_count)
        peers->windows[peers->window_count++] = (struct peers_window){0};
    if (order->made.ms < peers->windows[i].made.ms)
        return;
    peers->windows[i] =
        (struct peers_window){name, order->made, order->expires, order->days};
}

uint32_t
peers_window_days(const struct peers *peers, struct bytes origin)
{
    struct instant now = peers->os->now(peers->os);
    struct hash name = hash_of(origin);

    for (size_t i = 0; i < peers->window_count; i++)
        if (hash_equal(&peers->windows[i].name, &name) &&
            now.ms < peers->windows[i].expires.ms &&
            peers->windows[i].days > peers->roster->hot_days)
            return peers->windows[i].days;
    return peers->roster->hot_days;
}

/* ----- Keys. ----- */

/* The slots of the range from `*at` on whose keys are still held. */
static size_t
slots_held(const struct keyring *keyring, const struct order_range *range,
           uint64_t *at, uint32_t slots[SLOTS_MAX])
{
    const struct keytree_node *node;
    size_t count = 0;

    for (; *at <= range->last && count < SLOTS_MAX; (*at)++)
        if (keyring_find(keyring, range->epoch, (uint32_t)*at, &node) == OK)
            slots[count++] = (uint32_t)*at;
    return count;
}

static enum err
slots_erase(struct peers *peers, const struct order_range *range,
            const uint32_t *slots, size_t count)
{
    struct book *book = peers->book;
    struct peer *peer = peers_find(peers, range->name);

    if (bytes_equal(range->name, book->origin))
        return keyring_erase(&book->keyring, peers->os, peers->dir,
                             range->epoch, slots, count);
    if (peer != NULL)
        peer->lacks_ns = 0; /* its next grant tells anew */
    return keyrings_erase(&book->keyrings, range->name,
                          peer != NULL ? peer->folded : 0, range->epoch, slots,
                          count);
}

/*
 * Of the own log's slots those that were used before the record of the order:
 * a slot to come must have its key, or nothing more could be recorded, and what
 * is recorded later is not what was ordered to go. Slots go up along the log.
 */
static enum err
own_clip(struct peers *peers, uint64_t index, struct order_range *range,
         bool *none)
{
    *none = true;
    for (uint64_t i = index; i-- > 0;) {
        struct book_entry read;
        struct entry entry;
        struct fault fault;
        enum err e = book_read(peers->book, i, &read);

        if (e != OK && e != ERR_DENIED)
            return e;
        if (entry_parse(read.entry, &entry, &fault) != OK)
            return ERR_CORRUPT;
        if (!entry.sealed)
            continue;
        *none = entry.epoch < range->epoch ||
                (entry.epoch == range->epoch && entry.slot < range->first);
        if (entry.epoch == range->epoch && entry.slot < range->last)
            range->last = entry.slot;
        return OK;
    }
    return OK;
}

static enum err
range_erase(struct peers *peers, struct order_range range, uint64_t index,
            bool *any)
{
    bool own = bytes_equal(range.name, peers->book->origin);
    const struct keyring *keyring =
        own ? &peers->book->keyring
            : keyrings_find(&peers->book->keyrings, range.name);
    uint32_t slots[SLOTS_MAX];
    uint64_t at = range.first;
    bool none = false;
    enum err e = own ? own_clip(peers, index, &range, &none) : OK;

    if (e != OK || none)
        return e;
    while (keyring != NULL && e == OK && at <= range.last) {
        size_t count = slots_held(keyring, &range, &at, slots);

        if (count == 0)
            continue;
        /* What was read with them must go, whatever happens next. */
        if (!*any)
            e = book_stale(peers->book);
        *any = true;
        if (e == OK)
            e = slots_erase(peers, &range, slots, count);
    }
    return e;
}

static enum err
obey_erase(struct peers *peers, const struct order *order, uint64_t index)
{
    bool any = false;
    enum err e = OK;

    for (size_t i = 0; i < order->range_count && e == OK; i++)
        e = range_erase(peers, order->ranges[i], index, &any);
    peers->stale = peers->stale || any;
    if (e == ERR_LIMIT)
        return peers_incident(peers, "erase_failed", (struct bytes){0},
                              "an order names more keys than can be erased one "
                              "by one",
                              NULL);
    return e == OK ? OK : book_failed(peers->book, e, "erasing keys");
}

/* ----- All that were taken. ----- */

/* `index` is that of the record in the own log. */
static enum err
obey(struct peers *peers, const struct order *order, uint64_t index)
{
    switch (order->kind) {
    case ORDER_LIST:
        obey_list(peers, order);
        return OK;
    case ORDER_WINDOW:
        obey_window(peers, order);
        return OK;
    case ORDER_ERASE:
        return obey_erase(peers, order, index);
    case ORDER_WITHDRAW: /* the tables' matter */
    case ORDER_REJOIN:   /* once, when it is handed over */
        return OK;
    }
    return OK;
}

static enum err
obey_record(struct peers *peers, uint64_t index)
{
    struct book_entry read;
    struct bytes note = {peers->text, 0};
    struct fault fault;
    enum err e = book_read(peers->book, index, &read);

    if (e != OK)
        return book_failed(peers->book, e, "reading an order");
    if (read.event.type != EVENT_ORDER ||
        read.event.order_event.note.size > NOTE_SIZE_MAX)
        return OK;
    note.size = read.event.order_event.note.size;
    memcpy(peers->text, read.event.order_event.note.p, note.size);
    if (note_parse(note, peers->parsed, &fault) != OK ||
        order_parse(peers->parsed->text, peers->order, &fault) != OK)
        return OK;
    return obey(peers, peers->order, index);
}

#define AT_ONCE 16

enum err
peers_obey(struct peers *peers)
{
    uint64_t indexes[AT_ONCE];
    uint64_t from = 0;
    size_t count = 0;
    enum err e;

    peers->orders_taken = false;
    do {
        e = store_orders_taken(&peers->book->store, &from, indexes, AT_ONCE,
                               &count);
        if (e != OK)
            return book_failed(peers->book, e, "looking for orders");
        for (size_t i = 0; e == OK && i < count; i++)
            e = obey_record(peers, indexes[i]);
    } while (e == OK && count == AT_ONCE);
    return e;
}
