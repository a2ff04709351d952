/*
 * Lists that others offer: wanted, fetched by the courier, hashed here, and in
 * force by an own list_imported. One that lost more than an entry of a hundred
 * needs an order. SYN 6.4, SCR 3.8
 */
#include "node/peers_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/admit.h"
#include "node/lists.h"

/* Hashed between two looks at the desks: some 5 ms. */
#define HASH_SLICE_SIZE ((size_t)8 << 20)
_Static_assert(HASH_SLICE_SIZE <= BUNDLE_SIZE_MAX, "read into that block");

/* Who took it, in the event: this, and the node that offered it. */
#define ADOPTED_ACTOR "roster:"

/* A list that is refused, in words: its name, its hash, and a sentence. */
#define REFUSED_NAME_MAX 64
#define REFUSED_SIZE (REFUSED_NAME_MAX + 2 * HASH_SIZE + 128)

/* ----- What is wanted. ----- */

static bool
is_refused(const struct peers *peers, const struct hash *sha256)
{
    for (size_t i = 0; i < peers->refused_count; i++)
        if (hash_equal(&peers->refused[i], sha256))
            return true;
    return false;
}

static void
refuse_list(struct peers *peers, const struct hash *sha256)
{
    if (is_refused(peers, sha256))
        return;
    if (peers->refused_count == STORE_LISTS_MAX) {
        memmove(&peers->refused[0], &peers->refused[1],
                (STORE_LISTS_MAX - 1) * sizeof(peers->refused[0]));
        peers->refused_count--;
    }
    peers->refused[peers->refused_count++] = *sha256;
}

/* The node that a record's name begins with. */
static const struct peer *
peer_named(const struct peers *peers, struct bytes node)
{
    for (size_t i = 0; i < peers->node_count; i++) {
        struct origin origin;

        if (origin_parse(peers->list[i].node->origin, &origin) == OK &&
            bytes_equal(origin.node, node))
            return &peers->list[i];
    }
    return NULL;
}

/* Whether the lists of a node count at all. */
static bool
may_offer(const struct peers *peers, const struct peer *peer)
{
    return !peer->revoked &&
           roster_right(peers->roster, peer->node->role, ROSTER_RIGHT_LISTS);
}

/* Those of all nodes that may offer; of two of one name the later stands. More
 * nodes of the kind than find room here no country has. */
#define OFFERING_MAX 8
struct offers {
    size_t count;
    struct store_offer offers[OFFERING_MAX * STORE_OFFERS_MAX];
};

enum err
peers_lists_open(struct peers *peers)
{
    peers->offers = calloc(1, sizeof(*peers->offers));
    return peers->offers != NULL
               ? OK
               : book_failed(peers->book, ERR_LIMIT, "taking memory");
}

/* The offers of one node, behind those that are there. */
static enum err
offers_add(struct peers *peers, const struct peer *peer, struct offers *out)
{
    struct store_node node;
    size_t count;
    enum err e = store_node_find(&peers->book->store, peer->node->origin,
                                 &peers->arena, &node);

    if (e == ERR_NOT_FOUND ||
        out->count > (OFFERING_MAX - 1) * STORE_OFFERS_MAX)
        return OK;
    if (e == OK)
        e = store_offers(&peers->book->store, node.number, &peers->arena,
                         out->offers + out->count, &count);
    out->count += e == OK ? count : 0;
    return e;
}

static enum err
offers_read(struct peers *peers, struct offers *out)
{
    enum err e = OK;

    out->count = 0;
    arena_reset(&peers->arena);
    for (size_t i = 0; i < peers->count && e == OK; i++)
        if (may_offer(peers, &peers->list[i]))
            e = offers_add(peers, &peers->list[i], out);
    return e == OK ? OK : book_failed(peers->book, e, "reading offers");
}

static bool
is_later(const struct store_list *a, const struct store_list *b)
{
    return a->imported.ms > b->imported.ms;
}

/* In a node that was put together from its log the files are not there. */
static bool
list_is_here(const struct peers *peers, const struct hash *sha256)
{
    char path[LISTS_PATH_SIZE];
    struct file file;

    lists_path(sha256, LISTS_LIST, path);
    if (peers->os->open(peers->os, peers->dir, path, OPEN_READ, 0, &file) != OK)
        return false;
    peers->os->close(peers->os, file);
    return true;
}

/* Whether a list in force was an offer that was taken here: then its time is of
 * this node's clock, and says nothing against the offers of another's. */
static bool
is_adopted(struct peers *peers, const struct store_list *list)
{
    struct book_entry read;

    return book_read(peers->book, list->record.index, &read) == OK &&
           bytes_equal(
               bytes_slice(read.event.actor, 0, sizeof(ADOPTED_ACTOR) - 1),
               BYTES(ADOPTED_ACTOR));
}

/* Whether it is the last offer of its name by who may offer, is not in force
 * here with its file, and was not refused. */
static bool
is_wanted(struct peers *peers, const struct offers *offers, size_t at,
          const struct store_list *lists, size_t list_count)
{
    const struct store_list *offer = &offers->offers[at].list;
    const struct peer *from = peer_named(peers, offer->record.node);
    struct hash sha256;

    memcpy(sha256.b, offer->sha256, HASH_SIZE);
    if (from == NULL || is_refused(peers, &sha256))
        return false;
    for (size_t i = 0; i < offers->count; i++)
        if (i != at && bytes_equal(offers->offers[i].list.name, offer->name) &&
            is_later(&offers->offers[i].list, offer))
            return false;
    for (size_t i = 0; i < list_count; i++) {
        if (!bytes_equal(lists[i].name, offer->name))
            continue;
        if (memcmp(lists[i].sha256, offer->sha256, HASH_SIZE) == 0)
            return !list_is_here(peers, &sha256);
        if (lists[i].imported.ms > offer->imported.ms &&
            !is_adopted(peers, &lists[i]))
            return false;
    }
    return true;
}

static enum err
wanted_read(struct peers *peers, struct offers *offers,
            struct store_list lists[STORE_LISTS_MAX], size_t *list_count)
{
    enum err e = offers_read(peers, offers);

    *list_count = 0;
    if (e == OK)
        e = store_lists(&peers->book->store, &peers->arena, lists,
                        STORE_LISTS_MAX, list_count);
    return e;
}

enum err
peers_lists_wanted(struct peers *peers, struct errand_state *state)
{
    struct date today = instant_utc_date(peers->os->now(peers->os));
    struct store_list lists[STORE_LISTS_MAX];
    struct offers *offers = peers->offers;
    size_t list_count;
    enum err e;

    if (today.days != peers->refused_day.days)
        peers->refused_count = 0;
    peers->refused_day = today;
    if (peers->self == NULL || peers->mode != ERRAND_NORMAL)
        return OK;
    e = wanted_read(peers, offers, lists, &list_count);
    for (size_t i = 0;
         e == OK && i < offers->count && state->list_count < ERRAND_LISTS_MAX;
         i++) {
        const struct store_list *offer = &offers->offers[i].list;
        struct errand_list *wanted = &state->lists[state->list_count];

        if (!is_wanted(peers, offers, i, lists, list_count))
            continue;
        wanted->from = peer_named(peers, offer->record.node)->node->origin;
        memcpy(wanted->sha256.b, offer->sha256, HASH_SIZE);
        state->list_count++;
    }
    return e;
}

/* ----- What was fetched. ----- */

enum err
peers_fetched(struct peers *peers, const struct errand *errand)
{
    struct peers_list *list = &peers->fetched;
    char path[LISTS_PATH_SIZE];
    enum err e;

    if (list->active) {
        peers->answer->verdict = hash_equal(&list->sha256, &errand->sha256)
                                     ? ERRAND_KNOWN
                                     : ERRAND_LATER;
        return OK;
    }
    *list = (struct peers_list){.sha256 = errand->sha256};
    lists_path(&list->sha256, LISTS_LIST, path);
    e = peers->os->open(peers->os, peers->dir, path, OPEN_READ, 0, &list->file);
    if (e != OK) {
        peers_refuse(peers, "the list is not there");
        return OK;
    }
    e = peers->os->size(peers->os, list->file, &list->size);
    if (e != OK) {
        peers->os->close(peers->os, list->file);
        peers_refuse(peers, "the list cannot be read");
        return OK;
    }
    hash_begin(&list->stream);
    list->active = true;
    return OK;
}

/* ----- What it lost. ----- */

/* What is kept of the name's losses today; NULL: nothing. */
static struct peers_lost *
lost_find(struct peers *peers, const struct hash *name, struct date today)
{
    for (size_t i = 0; i < peers->lost_count; i++)
        if (hash_equal(&peers->lost[i].name, name) &&
            peers->lost[i].day.days == today.days)
            return &peers->lost[i];
    return NULL;
}

static void
lost_keep(struct peers *peers, const struct peers_lost *lost)
{
    struct peers_lost *place = lost_find(peers, &lost->name, lost->day);

    for (size_t i = 0; i < peers->lost_count && place == NULL; i++)
        if (hash_equal(&peers->lost[i].name, &lost->name))
            place = &peers->lost[i];
    if (place == NULL && peers->lost_count < STORE_LISTS_MAX)
        place = &peers->lost[peers->lost_count++];
    if (place != NULL)
        *place = *lost;
}

/* Of 10,000, upwards; all when it was not compared. */
static enum err
lost_parts(struct peers *peers, const struct hash *sha256,
           const struct store_list *before, uint32_t *parts)
{
    struct lists_loss loss;
    struct hash old;
    enum err e;

    memcpy(old.b, before->sha256, HASH_SIZE);
    e = lists_losses_find(peers->os, peers->dir, sha256, &old, &loss);
    *parts = PEERS_LOST_ALL;
    if (e == OK && loss.known && loss.lost <= loss.total &&
        loss.total <= UINT64_MAX / PEERS_LOST_ALL)
        *parts =
            loss.total == 0
                ? 0
                : (uint32_t)((loss.lost * PEERS_LOST_ALL + loss.total - 1) /
                             loss.total);
    return e == ERR_IO ? book_failed(peers->book, e, "reading what a list lost")
                       : OK;
}

/*
 * One of a hundred on a day, all replacements of that day together. What this
 * life does not know of today is taken for all of that. SCR 3.10
 */
static enum err
lost_judge(struct peers *peers, const struct store_list *offer,
           const struct store_list *before, struct peers_lost *lost,
           bool *lawful)
{
    const struct peers_lost *kept = lost_find(peers, &lost->name, lost->day);
    uint32_t parts = 0;
    struct hash sha256;
    enum err e = OK;

    memcpy(sha256.b, offer->sha256, HASH_SIZE);
    if (before != NULL)
        e = lost_parts(peers, &sha256, before, &parts);
    if (kept != NULL)
        lost->parts = kept->parts;
    else if (before != NULL && before->imported.ms < peers->opened.ms &&
             instant_utc_date(before->imported).days == lost->day.days)
        lost->parts = PEERS_LOST_MAX;
    *lawful =
        parts == 0 || peers_order_lists(peers, &sha256, offer->name) ||
        (parts <= PEERS_LOST_MAX && lost->parts + parts <= PEERS_LOST_MAX);
    lost->parts += parts;
    return e;
}

/* ----- In force. ----- */

/* Told with all that an order needs to name. */
static enum err
list_refuse(struct peers *peers, struct bytes name, const struct hash *sha256,
            const struct peer *from)
{
    char summary[REFUSED_SIZE];
    int size = snprintf(summary, sizeof(summary), "offers the list %.*s, ",
                        (int)bytes_slice(name, 0, REFUSED_NAME_MAX).size,
                        (const char *)name.p);

    for (size_t i = 0; i < HASH_SIZE; i++)
        size += snprintf(summary + size, sizeof(summary) - (size_t)size, "%02x",
                         sha256->b[i]);
    (void)snprintf(summary + size, sizeof(summary) - (size_t)size,
                   ", which on this day has lost more than one of a hundred:"
                   " without an order the old one stays");
    refuse_list(peers, sha256);
    return peers_incident(peers, "list_refused", from->node->origin, summary,
                          NULL);
}

static enum err
list_record(struct peers *peers, const struct store_list *offer,
            const struct store_list *before, const struct peer *from)
{
    struct book *book = peers->book;
    struct request_key none = {0};
    struct admitted admitted = {.event = {.type = EVENT_LIST_IMPORTED}};
    struct peers_lost lost = {.name = hash_of(offer->name),
                              .day =
                                  instant_utc_date(peers->os->now(peers->os))};
    uint8_t actor[ACTOR_SIZE_MAX];
    enum problem problem = PROBLEM_NONE;
    bool lawful = false;
    struct writer w;
    struct hash sha256;
    enum err e;

    memcpy(sha256.b, offer->sha256, HASH_SIZE);
    e = lost_judge(peers, offer, before, &lost, &lawful);
    if (e != OK)
        return e;
    if (!lawful)
        return list_refuse(peers, offer->name, &sha256, from);
    writer_init(&w, actor, sizeof(actor));
    writer_text(&w, ADOPTED_ACTOR);
    writer_bytes(&w, offer->record.node);
    admitted.event.actor = writer_done(&w);
    admitted.event.list_imported.name = offer->name;
    memcpy(admitted.event.list_imported.sha256, offer->sha256, HASH_SIZE);
    admitted.event.list_imported.shrink_accepted =
        peers_order_lists(peers, &sha256, offer->name);
    e = admit_event(book, &none, &admitted, &problem);
    if (e != OK)
        return e;
    if (problem == PROBLEM_LIST_SHRUNK)
        return list_refuse(peers, offer->name, &sha256, from);
    if (problem != PROBLEM_NONE) {
        refuse_list(peers, &sha256);
        return OK;
    }
    e = peers_record(peers, &admitted.event);
    if (e == OK)
        lost_keep(peers, &lost);
    return e;
}

static const struct store_list *
named(const struct store_list *lists, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(lists[i].name, name))
            return &lists[i];
    return NULL;
}

/* Its bytes are those of its name: in force from here, if it is still wanted.
 */
static enum err
list_take(struct peers *peers, const struct hash *sha256)
{
    struct store_list lists[STORE_LISTS_MAX];
    struct offers *offers = peers->offers;
    size_t list_count;
    enum err e = wanted_read(peers, offers, lists, &list_count);

    for (size_t i = 0; e == OK && i < offers->count; i++) {
        const struct store_list *offer = &offers->offers[i].list;

        if (memcmp(offer->sha256, sha256->b, HASH_SIZE) != 0 ||
            !is_wanted(peers, offers, i, lists, list_count))
            continue;
        return list_record(peers, offer, named(lists, list_count, offer->name),
                           peer_named(peers, offer->record.node));
    }
    return e;
}

enum err
peers_lists_go_on(struct peers *peers, bool *more)
{
    struct peers_list *list = &peers->fetched;
    struct hash hash;
    size_t got = 0;
    enum err e;

    if (!list->active)
        return OK;
    e = peers->os->read_at(peers->os, list->file, list->at, peers->bundle,
                           HASH_SLICE_SIZE, &got);
    if (e == OK && got > 0) {
        hash_add(&list->stream, (struct bytes){peers->bundle, got});
        list->at += got;
    }
    *more = e == OK && got == HASH_SLICE_SIZE;
    if (*more)
        return OK;
    peers->os->close(peers->os, list->file);
    list->active = false;
    hash = hash_end(&list->stream);
    if (e == OK && list->at == list->size && hash_equal(&hash, &list->sha256))
        return list_take(peers, &list->sha256);
    refuse_list(peers, &list->sha256);
    return peers_incident(peers, "list_refused", (struct bytes){0},
                          "a list that was fetched is not what it was named "
                          "by",
                          NULL);
}
