/*
 * Mirrors of other logs, and from where on they are believed: by a
 * checkpoint_seen of the own log. SYN 1.3, STO 6
 */
#include "node/peers_int.h"

#include <string.h>

#include "node/book_foreign.h"

/* What the tables know of a peer's log; zeros when that is nothing. */
static enum err
node_find(struct peers *peers, const struct peer *peer, struct store_node *out)
{
    enum err e;

    *out = (struct store_node){.folded = 0};
    arena_reset(&peers->arena);
    e = store_node_find(&peers->book->store, peer->node->origin, &peers->arena,
                        out);
    if (e != OK && e != ERR_NOT_FOUND)
        return book_failed(peers->book, e, "reading a node's position");
    return OK;
}

enum err
peers_seen_load(struct peers *peers)
{
    for (size_t i = 0; i < peers->count; i++) {
        struct peer *peer = &peers->list[i];
        struct store_node node;
        enum err e = node_find(peers, peer, &node);

        if (e != OK)
            return e;
        peer->folded = node.folded;
        peer->refused = node.refused;
        peer->untimely = node.untimely;
    }
    peers->no_news = false;
    return OK;
}

enum err
peers_mirrored(struct peers *peers, const struct errand *errand)
{
    struct peer *peer = peers_find(peers, errand->origin);
    struct checkpoint checkpoint;
    struct fault fault = {0};

    if (peer == NULL) {
        peers_refuse(peers, "no node of the roster");
        return OK;
    }
    if (checkpoint_open(errand->note, &peer->node->log, &checkpoint, &fault) !=
        OK) {
        peers_refuse_fault(peers, &fault);
        return OK;
    }
    peer->mirrored_at = peers->os->now(peers->os);
    if (checkpoint.size <= peer->mirrored && !peer->mirror_broken) {
        peers->answer->verdict = ERRAND_KNOWN;
        return OK;
    }
    peer->mirrored = checkpoint.size;
    peer->mirrored_root = checkpoint.root;
    peer->mirror_broken = false;
    peers->no_news = false;
    return OK;
}

/* ----- One event. ----- */

/*
 * Whether the log's newest entries wait for their keys: as long as it is likely
 * that they come, and not again before some have come.
 */
static bool
keys_due(const struct peers *peers, const struct peer *peer)
{
    uint64_t now_ns = peers->os->monotonic_ns(peers->os);
    uint32_t first;

    return peers_first_epoch(peers, peers->self, &first) &&
           !peer->keys_given_up &&
           (peer->keys_wait_ns == 0 ||
            now_ns - peer->keys_wait_ns < PEERS_KEYS_WAIT_NS);
}

/* A booth that asks while a span is folded waits for it: so long, about; or as
 * long as for the sync, which takes its time for one entry as for hundreds. */
#define SPAN_NS UINT64_C(4000000)
#define SPAN_MIN 64u

/* How many entries of others one event says, while booths ask: as many as take
 * that time on this machine, to be found, opened and folded. */
static uint64_t
span_max(const struct peers *peers)
{
    if (peers->quiet)
        return BOOK_SEEN_SPAN_MAX;
    return peers->span == 0 ? BOOK_SEEN_ENTRIES_MAX : peers->span;
}

/* What the next event says. */
struct seeing {
    uint64_t entries_max;
    size_t count;
    struct seen_log logs[SEEN_LOGS_MAX];
    struct peer *peers[SEEN_LOGS_MAX];
    uint64_t entries;
    uint64_t news;
    uint64_t sync_ns; /* what making the event durable took */
    bool full;        /* there is more than fits */
};

static void
span_learn(struct peers *peers, const struct seeing *seeing, uint64_t took_ns)
{
    uint64_t entries = seeing->entries;
    uint64_t aim_ns = seeing->sync_ns > SPAN_NS ? seeing->sync_ns : SPAN_NS;
    uint64_t fold_ns = took_ns - seeing->sync_ns;
    uint64_t fits =
        fold_ns == 0 ? BOOK_SEEN_ENTRIES_MAX : entries * aim_ns / fold_ns;

    if (entries < SPAN_MIN)
        return;
    if (fits > BOOK_SEEN_ENTRIES_MAX)
        fits = BOOK_SEEN_ENTRIES_MAX;
    peers->span = fits < SPAN_MIN ? SPAN_MIN : fits;
}

/* A centre's orders are judged in the same batch: no more of them than fit. */
static enum err
span_find(struct peers *peers, struct peer *peer, size_t max,
          struct seen_log *seen, uint64_t *news)
{
    struct book_mirror mirror = {
        .origin = peer->node->origin,
        .role = (enum seen_role)peer->node->role,
        .size = peer->mirrored,
        .root = peer->mirrored_root,
        .max = max,
        .keys_due = keys_due(peers, peer),
    };
    uint64_t end;
    enum err e = book_seen_find(peers->book, &mirror, seen, news);

    if (e == ERR_NOT_FOUND && mirror.keys_due && peer->keys_wait_ns == 0)
        peer->keys_wait_ns = peers->os->monotonic_ns(peers->os) | 1;
    if (e != OK)
        return e;
    if (!mirror.keys_due)
        peer->keys_given_up = true;
    e = peers_orders_end(peers, peer, seen->size, &end);
    if (e != OK || end >= seen->size)
        return e;
    mirror.max = (size_t)(end - peer->folded);
    return book_seen_find(peers->book, &mirror, seen, news);
}

static enum err
see_one(struct peers *peers, struct peer *peer, struct seeing *seeing)
{
    struct seen_log seen = {0};
    uint64_t news = 0;
    enum err e;

    if (peer->mirrored <= peer->folded || peer->mirror_broken)
        return OK;
    if (seeing->entries >= seeing->entries_max ||
        seeing->count == SEEN_LOGS_MAX) {
        seeing->full = true;
        return OK;
    }
    e = span_find(peers, peer, seeing->entries_max - seeing->entries, &seen,
                  &news);
    if (e == ERR_CORRUPT) {
        peer->mirror_broken = true;
        return OK;
    }
    if (e == ERR_NOT_FOUND)
        return OK;
    if (e != OK)
        return e;
    seeing->logs[seeing->count] = seen;
    seeing->peers[seeing->count++] = peer;
    seeing->entries += seen.size - peer->folded;
    seeing->full = seeing->full || seen.size < peer->mirrored;
    seeing->news += news;
    return OK;
}

/* In turn, so that no log keeps others waiting. */
static enum err
see_all(struct peers *peers, struct seeing *seeing)
{
    enum err e = OK;
    size_t turn = peers->turn;

    for (size_t i = 0; i < peers->count && e == OK; i++)
        e = see_one(peers, &peers->list[(turn + i) % peers->count], seeing);
    if (peers->count > 0)
        peers->turn = (turn + 1) % peers->count;
    return e;
}

/* Whoever withdrew more than a day's measure is told of, and whoever writes
 * what is of another time. SYN 3.10, STO 6.7 */
static enum err
fold_tell(struct peers *peers, struct peer *peer)
{
    struct bytes origin = peer->node->origin;
    struct store_node node;
    enum err e = node_find(peers, peer, &node);
    bool bulk = e == OK && node.refused > peer->refused;
    bool untimely = e == OK && node.untimely > peer->untimely;

    if (bulk)
        e = peers_incident(peers, "withdrawals_refused", origin,
                           "withdrew alerts or exit orders in bulk: past ten a "
                           "day they stay in force, without an order of the "
                           "custodians",
                           NULL);
    if (e == OK && untimely)
        e = peers_incident(peers, "untimely", origin,
                           "recorded what is of before its last record, or of "
                           "a time to come: its clock is wrong, or somebody "
                           "dates records as he likes",
                           NULL);
    peer->refused = bulk ? node.refused : peer->refused;
    peer->untimely = untimely ? node.untimely : peer->untimely;
    return e;
}

static enum err
see_commit(struct peers *peers, struct seeing *seeing)
{
    uint64_t begun_ns = peers->os->monotonic_ns(peers->os);
    enum err e = book_commit(peers->book);

    seeing->sync_ns = peers->os->monotonic_ns(peers->os) - begun_ns;
    return e;
}

static enum err
see_record(struct peers *peers, struct seeing *seeing)
{
    struct book *book = peers->book;
    struct event event = {.type = EVENT_CHECKPOINT_SEEN,
                          .actor = BYTES("kufi")};
    size_t item;
    enum err e = book_begin(book);

    event.checkpoint_seen =
        (struct checkpoint_seen){seeing->count, seeing->logs};
    if (e == OK)
        e = book_put(book, &event, false, &item);
    for (size_t i = 0; i < seeing->count && e == OK; i++)
        e = peers_orders_put(peers, seeing->peers[i], seeing->logs[i].size);
    if (e == OK)
        e = see_commit(peers, seeing);
    if (e == OK)
        e = book_fold(book);
    if (e == OK)
        e = book_flush(book);
    if (e != OK)
        return e;
    for (size_t i = 0; i < seeing->count; i++) {
        seeing->peers[i]->folded = seeing->logs[i].size;
        seeing->peers[i]->keys_wait_ns = 0;
    }
    peers->seen_any = true;
    peers->seen_ns = peers->os->monotonic_ns(peers->os);
    peers->seen_more = seeing->full;
    peers->no_news = false;
    e = peers_orders_tell(peers);
    for (size_t i = 0; i < seeing->count && e == OK; i++)
        e = fold_tell(peers, seeing->peers[i]);
    return e;
}

/* What is seen and not new: that the node is there, and what it holds. */
static void
see_again(struct peers *peers, struct seeing *seeing)
{
    for (size_t i = 0; i < peers->count && seeing->count < SEEN_LOGS_MAX; i++) {
        struct peer *peer = &peers->list[i];
        struct seen_log *log = &seeing->logs[seeing->count];

        if (peer->mirrored == 0 || peer->mirrored != peer->folded ||
            peer->mirror_broken)
            continue;
        *log = (struct seen_log){.origin = peer->node->origin,
                                 .role = (enum seen_role)peer->node->role,
                                 .size = peer->mirrored};
        memcpy(log->root, peer->mirrored_root.b, HASH_SIZE);
        seeing->peers[seeing->count++] = peer;
    }
}

/* Whether some log's newest entries wait for their keys, which may come, or be
 * given up, at any time. */
static bool
keys_waited_for(const struct peers *peers)
{
    for (size_t i = 0; i < peers->count; i++)
        if (peers->list[i].keys_wait_ns != 0)
            return true;
    return false;
}

/*
 * Every two seconds where there is news, at once where there is more of it than
 * one event may say, and else once an hour: others' checkpoint_seen are no
 * news, or two nodes would keep each other writing; but a node of which nothing
 * is heard for longer is missed. SYN 1.6
 */
enum err
peers_see(struct peers *peers, bool *more)
{
    uint64_t begun_ns = peers->os->monotonic_ns(peers->os);
    uint64_t passed_ns = begun_ns - peers->seen_ns;
    struct seeing seeing = {.entries_max = span_max(peers)};
    enum err e;

    if (peers->seen_any && !peers->seen_more &&
        passed_ns < (peers->no_news ? PEERS_SEEN_IDLE_MS : PEERS_SEEN_MS) *
                        UINT64_C(1000000))
        return OK;
    e = see_all(peers, &seeing);
    if (e != OK)
        return e;
    if (seeing.news == 0 && !seeing.full) {
        peers->seen_more = false;
        peers->no_news = !keys_waited_for(peers);
        if (!peers->seen_any) {
            /* A start alone is no reason to write. */
            peers->seen_any = true;
            peers->seen_ns = begun_ns;
            return OK;
        }
        if (passed_ns < (uint64_t)PEERS_SEEN_IDLE_MS * 1000000)
            return OK;
        see_again(peers, &seeing);
    }
    if (seeing.count == 0)
        return OK;
    e = see_record(peers, &seeing);
    span_learn(peers, &seeing, peers->os->monotonic_ns(peers->os) - begun_ns);
    *more = peers->seen_more;
    return e;
}
