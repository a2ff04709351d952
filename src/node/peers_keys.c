/* Record keys, from and to other keepers. SYN 8 */
#include "node/peers_int.h"

#include "seal/entry.h"

/* The day of our own clock, by which keys age. */
static uint32_t
own_first_epoch(const struct peers *peers)
{
    uint32_t epoch = 0;

    /* Who may hold none, or was revoked, holds none from any epoch on. */
    if (peers->has_roster &&
        (peers->self == NULL || !peers_first_epoch(peers, peers->self, &epoch)))
        return UINT32_MAX;
    return epoch;
}

static bool
may_hold(const struct peers *peers, const struct peer *peer, uint32_t *first)
{
    return peers->self != NULL && !peer->revoked &&
           peers_first_epoch(peers, peer->node, first);
}

static bool
own_due(const struct peers *peers, const struct peer *peer, uint32_t first)
{
    return peers->book->keyring.epoch_count > 0 &&
           (!peer->sealed || peer->sealed_from != first ||
            peer->sealed_changes != peers->book->keyring.changes);
}

/*
 * The next log of a revoked node whose keys we hold and the peer was not
 * granted in this life: nobody else can. NULL: none. SYN 8.3
 */
static const struct keyring *
gone_due(const struct peers *peers, const struct peer *peer, size_t *next)
{
    if (!peers_own_right(peers, ROSTER_RIGHT_KEYS_ALL))
        return NULL;
    for (size_t i = peers->node_count + peer->sealed_gone; i < peers->count;
         i++) {
        const struct keyring *keyring =
            keyrings_find(&peers->book->keyrings, peers->list[i].node->origin);

        *next = i + 1 - peers->node_count;
        if (keyring != NULL && keyring->as_of > 0 && keyring->epoch_count > 0)
            return keyring;
    }
    return NULL;
}

bool
peers_seal_due(const struct peers *peers, const struct peer *peer)
{
    uint32_t first;
    size_t next;

    return may_hold(peers, peer, &first) &&
           (own_due(peers, peer, first) ||
            gone_due(peers, peer, &next) != NULL);
}

static enum err
seal_one(struct peers *peers, struct grant_terms *terms,
         const struct peer *peer)
{
    struct writer w;
    enum err e;

    terms->from = peers->book->origin;
    terms->key = &peers->book->key;
    terms->to = peer->node->origin;
    terms->box = &peer->node->box;
    arena_reset(&peers->grant_arena);
    writer_init(&w, peers->bundle, ERRAND_NOTE_SIZE_MAX);
    e = grant_make(terms, peers->book->config.random, &peers->grant_arena, &w);
    if (e == OK)
        peers->answer->note = writer_done(&w);
    return e;
}

/* Our own keys first, then of a revoked node's log after the other; an answer
 * without a grant says that there is none to give of that one. */
enum err
peers_seal(struct peers *peers, const struct errand *errand)
{
    struct book *book = peers->book;
    struct peer *peer = peers_find(peers, errand->origin);
    struct grant_terms terms = {.keyring = NULL};
    size_t next = 0;
    enum err e;

    if (peer == NULL || !may_hold(peers, peer, &terms.first_epoch)) {
        peers_refuse(peers, "that node may hold no keys");
        return OK;
    }
    if (!own_due(peers, peer, terms.first_epoch))
        terms.keyring = gone_due(peers, peer, &next);
    if (terms.keyring != NULL) {
        terms.size = terms.keyring->as_of;
        peer->sealed_gone = next;
        e = seal_one(peers, &terms, peer);
    } else {
        terms.keyring = &book->keyring;
        terms.size = log_size(&book->log);
        e = seal_one(peers, &terms, peer);
        if (e == OK || e == ERR_NOT_FOUND) {
            peer->sealed = true;
            peer->sealed_from = terms.first_epoch;
            peer->sealed_changes = book->keyring.changes;
        }
    }
    if (e != OK && e != ERR_NOT_FOUND)
        peers_refuse(peers, err_text(e));
    return OK;
}

/* ----- What is granted to us. ----- */

/*
 * Whether entries were folded that are of a later day than `newest`, the last
 * one whose key was there: the last sealed one among the folded tells. Days go
 * up along a log, and seldom is an entry of a post not sealed.
 */
static bool
folded_past(struct peers *peers, const struct peer *owner,
            const struct store_node *node, uint32_t newest)
{
    char prefix[MIRROR_PREFIX_SIZE];
    struct log_view view = {peers->os, peers->dir, prefix};
    struct block block = {peers->bundle, BUNDLE_SIZE_MAX};

    peers_mirror(owner, prefix);
    for (uint64_t i = node->folded; i-- > 0;) {
        struct bytes bytes;
        struct entry entry;
        struct fault fault;

        if (view_entry(&view, node->folded, i, block, &bytes) != OK ||
            entry_parse(bytes, &entry, &fault) != OK)
            return true;
        if (entry.sealed)
            return entry.epoch > newest;
    }
    return false;
}

/*
 * What was folded without its key is read when the tables are next rebuilt, and
 * then it is worth it. Entries older than all that is ever granted stay closed.
 */
static enum err
opens_more(struct peers *peers, struct bytes origin, const struct peer *owner,
           uint32_t newest)
{
    struct store_node node;
    enum err e;

    arena_reset(&peers->arena);
    e = store_node_find(&peers->book->store, origin, &peers->arena, &node);
    if (e == ERR_NOT_FOUND || (e == OK && node.closed == 0) ||
        (e == OK && owner != NULL && !folded_past(peers, owner, &node, newest)))
        return OK;
    if (e == OK)
        e = book_stale(peers->book);
    if (e != OK)
        return book_failed(peers->book, e, "marking the store");
    peers->stale = true;
    return OK;
}

/* How many slots of an epoch a keyring opens; false when it does not know the
 * epoch. */
static bool
slots_held(const struct keyring *keyring, uint32_t epoch, uint64_t *count)
{
    *count = 0;
    for (size_t i = 0; i < keyring->epoch_count; i++) {
        const struct key_epoch *item = &keyring->epochs[i];

        if (item->epoch != epoch)
            continue;
        for (size_t k = 0; k < item->node_count; k++)
            *count += keytree_slot_count(&keyring->nodes[item->node_at + k]);
        return true;
    }
    return false;
}

/* Whether keys that are held here are not granted any more. */
static bool
lacks_some(const struct peers *peers, const struct grant *grant,
           const struct keyring *granted)
{
    const struct keyring *held =
        keyrings_find(&peers->book->keyrings, grant->of);

    for (size_t i = 0; held != NULL && i < held->epoch_count; i++) {
        uint32_t epoch = held->epochs[i].epoch;
        uint64_t now;
        uint64_t next;

        if (slots_held(held, epoch, &now) &&
            slots_held(granted, epoch, &next) && next < now)
            return true;
    }
    return false;
}

/* SYN 8.4: they are kept. The order that they went by may be on its way. */
static void
lacks_note(struct peers *peers, struct peer *owner, bool lacks)
{
    if (owner == NULL || (lacks && owner->lacks_ns != 0))
        return;
    owner->lacks_ns = lacks ? peers->os->monotonic_ns(peers->os) | 1 : 0;
}

enum err
peers_lacks(struct peers *peers)
{
    uint64_t now_ns = peers->os->monotonic_ns(peers->os);
    enum err e = OK;

    for (size_t i = 0; i < peers->count && e == OK; i++) {
        struct peer *peer = &peers->list[i];

        if (peer->lacks_ns == 0 || now_ns - peer->lacks_ns < PEERS_LACKS_NS)
            continue;
        peer->lacks_ns = 0;
        e = peers_incident(peers, "keys_missing", peer->node->origin,
                           "grants record keys of days of which some are gone "
                           "that no order erases; here they are kept",
                           NULL);
    }
    return e;
}

/* Drops what is before `first`. The tables hold what was opened with it, and
 * are to be rebuilt. */
static enum err
age_to(struct peers *peers, uint32_t first)
{
    enum err e;

    if (first == 0 || !keyrings_aged(&peers->book->keyrings, first))
        return OK;
    e = book_stale(peers->book);
    if (e == OK)
        e = keyrings_age(&peers->book->keyrings, first);
    if (e != OK)
        return book_failed(peers->book, e, "dropping old keys");
    peers->stale = true;
    return OK;
}

/* From `first` on. What is older than that goes first, and not by the way. */
static enum err
granted_take(struct peers *peers, const struct grant *grant,
             struct keyring *granted, uint32_t first)
{
    struct peer *owner = peers_find(peers, grant->of);
    const struct keyring *before;
    uint32_t newest = 0;
    bool news = false;
    bool lacks;
    bool any;
    enum err e = age_to(peers, first);

    if (e != OK)
        return e;
    before = keyrings_find(&peers->book->keyrings, grant->of);
    any = before != NULL && keyring_newest(before, &newest);
    lacks = lacks_some(peers, grant, granted);
    e = keyrings_take(&peers->book->keyrings, granted, first, &news);
    if (e == ERR_CONFLICT || e == ERR_LIMIT) {
        peers_refuse(peers, "older than the keys held, or other ones");
        return OK;
    }
    if (e != OK)
        return book_failed(peers->book, e, "keeping granted keys");
    if (bytes_equal(grant->from, grant->of))
        lacks_note(peers, owner, lacks);
    if (!news) {
        peers->answer->verdict = ERRAND_KNOWN;
        return OK;
    }
    peers->no_news = false;
    if (owner != NULL) {
        owner->keys_given_up = false;
        owner->keys_wait_ns = 0;
    }
    e = opens_more(peers, grant->of, any ? owner : NULL, newest);
    /* Whoever granted them may not have heard yet of what was ordered. */
    return e == OK ? peers_obey(peers) : e;
}

/* The first sealed entry from `*at` on below `end`; false when there is none.
 */
static bool
sealed_next(struct peers *peers, uint64_t *at, uint64_t end, struct entry *out)
{
    for (; *at < end; (*at)++) {
        struct book_entry read;
        struct fault fault;
        enum err e = book_read(peers->book, *at, &read);

        if ((e == OK || e == ERR_DENIED) &&
            entry_parse(read.entry, out, &fault) == OK && out->sealed)
            return true;
    }
    return false;
}

/* Whether the keys open the first entry of the epoch in our log, if there is
 * one. Epochs go up along it. */
static bool
opens_first(struct peers *peers, struct seal_cursor *cursor, uint32_t epoch)
{
    struct book *book = peers->book;
    uint64_t low = 0;
    uint64_t high = log_size(&book->log);
    struct entry entry;
    struct bytes plain;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        uint64_t at = middle;

        if (sealed_next(peers, &at, high, &entry) && entry.epoch < epoch)
            low = at + 1;
        else
            high = middle;
    }
    if (!sealed_next(peers, &low, log_size(&book->log), &entry) ||
        entry.epoch != epoch)
        return true;
    return entry_open(cursor, &entry, book->read_plain, ENTRY_SIZE_MAX,
                      &plain) != ERR_SIGNATURE;
}

static bool
opens_ours(struct peers *peers, const struct keyring *keyring)
{
    struct seal_cursor cursor;
    bool opens = true;

    seal_cursor_init(&cursor, keyring);
    for (size_t i = 0; i < keyring->epoch_count && opens; i++)
        opens = opens_first(peers, &cursor, keyring->epochs[i].epoch);
    seal_cursor_deinit(&cursor);
    return opens;
}

/* Our own keys come back, after our disk was lost; but what we seal with is
 * nobody's to give. SYN 8.3 */
static enum err
returned_take(struct peers *peers, const struct grant *grant,
              const struct keyring *returned)
{
    struct book *book = peers->book;
    struct keyring past = *returned;
    uint32_t newest = 0;
    bool any = keyring_newest(&book->keyring, &newest);
    bool news = false;
    enum err e;

    while (past.epoch_count > 0 &&
           (!any || past.epochs[past.epoch_count - 1].epoch > newest))
        past.epoch_count--;
    if (!opens_ours(peers, &past)) {
        peers_refuse(peers, "other keys than those our log was sealed with");
        return peers_incident(
            peers, "grant_refused", grant->from,
            "brought keys as this node's own that do not open "
            "its log",
            NULL);
    }
    e = keyrings_return(&book->keyring, book->config.os, book->config.dir,
                        &past, &news);
    if (e == ERR_CONFLICT || e == ERR_LIMIT) {
        peers_refuse(peers, "other keys than those held");
        return OK;
    }
    if (e != OK)
        return book_failed(book, e, "keeping our own keys");
    if (!news) {
        peers->answer->verdict = ERRAND_KNOWN;
        return OK;
    }
    e = book_stale(book);
    if (e != OK)
        return book_failed(book, e, "marking the store");
    peers->stale = true;
    return OK;
}

/* A grant that its sender may not make is an attack, or a roster that has not
 * reached him. */
static enum err
refuse_grant(struct peers *peers, const struct peer *peer,
             const struct fault *fault)
{
    peers_refuse_fault(peers, fault);
    return peers_incident(peers, "grant_refused", peer->node->origin,
                          "brought record keys that it may not grant, that "
                          "this node may not hold, or that are none",
                          NULL);
}

enum err
peers_grant(struct peers *peers, const struct errand *errand)
{
    struct keyring granted = {0};
    struct grant_judge judge = {.own = peers->book->origin, .box = &peers->box};
    struct fault fault = {0};
    struct grant grant;
    struct peer *peer;
    enum err e = grant_parse(errand->note, &grant, &fault);

    if (e != OK) {
        peer = peers_find(peers, errand->origin);
        if (peer != NULL)
            return refuse_grant(peers, peer, &fault);
        peers_refuse_fault(peers, &fault);
        return OK;
    }
    peer = peers_find(peers, grant.from);
    if (peer == NULL || peer->revoked || peers->self == NULL) {
        peers_refuse(peers, "granted by no node of the roster");
        return OK;
    }
    judge.key = &peer->node->log;
    judge.returns =
        roster_right(peers->roster, peer->node->role, ROSTER_RIGHT_KEYS_ALL);
    judge.of_revoked = roster_find_revoked(peers->roster, grant.of) != NULL;
    judge.first_epoch = own_first_epoch(peers);
    arena_reset(&peers->grant_arena);
    e = grant_open(&grant, &judge, &peers->grant_arena, &granted, &fault);
    if (e != OK)
        return refuse_grant(peers, peer, &fault);
    e = bytes_equal(grant.of, peers->book->origin)
            ? returned_take(peers, &grant, &granted)
            : granted_take(peers, &grant, &granted, judge.first_epoch);
    keyring_deinit(&granted);
    return e;
}

/* Once a day keys pass the end of the hot window. */
enum err
peers_age(struct peers *peers)
{
    return age_to(peers, own_first_epoch(peers));
}
