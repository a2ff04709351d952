/*
 * What the orders that were taken come to, besides what the tables make of
 * their events: lists that may lose entries, windows that are wider, record
 * keys that are destroyed. All of them again at each start, since a crash may
 * have come between the event and this.
 *
 *     DIR/orders/ID  the note of each order taken; one whose event is not in
 *                    the log counts for nothing
 */
#include "node/peers_int.h"

#include <string.h>

/* Slots forgotten with one save of the keyring. */
#define SLOTS_MAX 4096u

/* ----- Lists. ----- */

bool
peers_order_lists(struct peers *peers, const struct hash *sha256)
{
    for (size_t i = 0; i < peers->ordered_count; i++)
        if (hash_equal(&peers->ordered[i], sha256))
            return true;
    return false;
}

static void
obey_list(struct peers *peers, const struct order *order)
{
    if (peers_order_lists(peers, &order->list))
        return;
    if (peers->ordered_count == STORE_LISTS_MAX) {
        memmove(&peers->ordered[0], &peers->ordered[1],
                (STORE_LISTS_MAX - 1) * sizeof(peers->ordered[0]));
        peers->ordered_count--;
    }
    peers->ordered[peers->ordered_count++] = order->list;
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
    const struct peer *peer = peers_find(peers, range->name);

    if (bytes_equal(range->name, book->origin))
        return keyring_erase(&book->keyring, peers->os, peers->dir,
                             range->epoch, slots, count);
    return keyrings_erase(&book->keyrings, range->name,
                          peer != NULL ? peer->folded : 0, range->epoch, slots,
                          count);
}

static enum err
range_erase(struct peers *peers, const struct order_range *range, bool *any)
{
    const struct keyring *keyring =
        bytes_equal(range->name, peers->book->origin)
            ? &peers->book->keyring
            : keyrings_find(&peers->book->keyrings, range->name);
    uint32_t slots[SLOTS_MAX];
    uint64_t at = range->first;
    enum err e = OK;

    while (keyring != NULL && e == OK && at <= range->last) {
        size_t count = slots_held(keyring, range, &at, slots);

        if (count == 0)
            continue;
        /* What was read with them must go, whatever happens next. */
        if (!*any)
            e = book_stale(peers->book);
        *any = true;
        if (e == OK)
            e = slots_erase(peers, range, slots, count);
    }
    return e;
}

static enum err
obey_erase(struct peers *peers, const struct order *order)
{
    bool any = false;
    enum err e = OK;

    for (size_t i = 0; i < order->range_count && e == OK; i++)
        e = range_erase(peers, &order->ranges[i], &any);
    peers->stale = peers->stale || any;
    if (e == ERR_LIMIT)
        return peers_incident(peers, "erase_failed", (struct bytes){0},
                              "an order names more keys than can be erased one "
                              "by one",
                              NULL);
    return e == OK ? OK : book_failed(peers->book, e, "erasing keys");
}

/* ----- All that were taken. ----- */

static enum err
obey(struct peers *peers, const struct order *order)
{
    switch (order->kind) {
    case ORDER_LIST:
        obey_list(peers, order);
        return OK;
    case ORDER_WINDOW:
        obey_window(peers, order);
        return OK;
    case ORDER_ERASE:
        return obey_erase(peers, order);
    case ORDER_WITHDRAW: /* the tables' matter */
    case ORDER_REJOIN:   /* once, when it is handed over */
        return OK;
    }
    return OK;
}

/* A file that is no order that was taken is passed over. */
static enum err
kept_look(void *context, const char *name, bool is_folder)
{
    struct peers *peers = context;
    struct bytes note = {peers->text, 0};
    char path[PEERS_PATH_SIZE];
    struct fault fault;
    bool taken = false;
    enum err e;

    if (is_folder || strlen(name) != PEERS_ORDER_NAME_SIZE - 1)
        return OK;
    peers_path(PEERS_ORDERS_FOLDER, name, path);
    if (os_read_file(peers->os, peers->dir, path, peers->text, ORDER_SIZE_MAX,
                     &note.size) != OK ||
        note_parse(note, peers->parsed, &fault) != OK ||
        order_parse(peers->parsed->text, peers->order, &fault) != OK)
        return OK;
    e = store_order_taken(&peers->book->store, &peers->order->id, &taken);
    return e == OK && taken ? obey(peers, peers->order) : e;
}

enum err
peers_obey(struct peers *peers)
{
    enum err e = peers->os->list(peers->os, peers->dir, PEERS_ORDERS_FOLDER,
                                 kept_look, peers);

    peers->orders_taken = false;
    return e == OK || e == ERR_NOT_FOUND
               ? OK
               : book_failed(peers->book, e, "carrying out orders");
}
