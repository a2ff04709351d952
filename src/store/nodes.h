/*
 * What the tables know of the nodes of a country: how far each log is folded,
 * in which mode the own node is, what an officer must be told, and which lists
 * others offer. STO 2.8, 2.16, 2.17
 *
 * Errors, texts and arrays as known.h has them.
 */
#ifndef STORE_NODES_H
#define STORE_NODES_H

#include "store/known.h"
#include "sync/order.h"

/* A country's nodes over all its years: a roster names 256 at once. Entries of
 * more of them change nothing. */
#define STORE_NODES_MAX 1024

/* Lists that one node may offer; and incidents that one question brings back.
 */
#define STORE_OFFERS_MAX 64
#define STORE_INCIDENTS_MAX 64

/* Withdrawals of one other node that take effect on one day (UTC, of the own
 * log): more is in bulk, and needs an order. STO 6.4 */
#define STORE_WITHDRAWALS_A_DAY_MAX 10

/* By how much another node's clock may be ahead of ours without a word. */
#define STORE_AHEAD_MS INT64_C(600000)

struct store_node {
    int64_t number;      /* in these tables */
    struct bytes name;   /* "durres" */
    struct bytes origin; /* empty for the own one */
    enum seen_role role; /* as last seen; of the own one nothing */
    uint64_t folded;     /* entries */
    uint64_t holes;      /* of those, missing here or damaged when folded */
    uint64_t closed;     /* of those, without a key when folded */
    uint64_t refused;    /* withdrawals that had no effect: STO 6.4 */
    uint64_t untimely;   /* events whose time cannot be: STO 6.7 */
};

/* The own node first, then in the order in which they were first seen. */
MUST_CHECK enum err store_nodes(struct store *store, struct arena *arena,
                                struct store_node *out, size_t max,
                                size_t *count);

/* The node of a log; ERR_NOT_FOUND when nothing of it was folded yet. Costs as
 * many reads as there are nodes before it. */
MUST_CHECK enum err store_node_find(struct store *store, struct bytes origin,
                                    struct arena *arena,
                                    struct store_node *out);

/* The own node's mode: MODE_NORMAL since 0 when it was never changed. */
struct store_mode_now {
    enum mode mode;
    struct instant since;
    uint64_t index; /* of the event; of none when `since` is 0 */
    struct bytes reason;
};
MUST_CHECK enum err store_mode(struct store *store, struct arena *arena,
                               struct store_mode_now *out);

/* An incident, of whatever node, that no correction has closed. */
struct store_incident {
    uint64_t at; /* where it stands: see store_incidents() */
    struct record_name record;
    struct instant time;
    struct bytes code;
    struct bytes origin; /* or empty */
    struct bytes summary;
    bool has_evidence;
    uint8_t evidence[SHA256_SIZE];
};

/* From `from` on, 0 at first, then the last one's `at` plus one. */
MUST_CHECK enum err store_incidents(struct store *store, uint64_t from,
                                    struct arena *arena,
                                    struct store_incident *out, size_t max,
                                    size_t *count);

/* What other nodes say in their logs is the list of a name: nothing of it is in
 * force here. `list.record` is that of the offer. */
struct store_offer {
    enum seen_role role; /* of the node, as last seen */
    struct store_list list;
};

/* All of one node, by its number: nobody else's keep them from being found. */
MUST_CHECK enum err store_offers(struct store *store, int64_t node,
                                 struct arena *arena,
                                 struct store_offer out[STORE_OFFERS_MAX],
                                 size_t *count);

/*
 * Which records of the own log say that an order of the custodians was taken:
 * their indexes, in no order. From `*from` on, 0 at first; it is then past the
 * last one given.
 */
MUST_CHECK enum err store_orders_taken(struct store *store, uint64_t *from,
                                       uint64_t *out, size_t max,
                                       size_t *count);

/* Whether an order of the custodians was taken here before. SYN 3.9 */
MUST_CHECK enum err store_order_taken(struct store *store,
                                      const struct order_id *id, bool *taken);

#endif
