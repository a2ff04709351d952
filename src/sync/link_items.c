/* Rosters, grants of record keys, lists: what is passed on whole. */
#include "sync/link_int.h"
#include "sync/serve.h"

#include <assert.h>
#include <string.h>

/* Of a list that is hashed, so much at a time. */
#define HASHED_AT_ONCE ((size_t)1 << 20)

/* ----- Rosters. ----- */

/* The roster that follows the peer's, or the one in force; borrowed from the
 * work room or the host. */
static struct bytes
roster_after(const struct link_turn *turn, uint64_t version)
{
    const struct sync_host *host = turn->host;
    struct block work = link_work(turn->link);
    char path[OS_PATH_SIZE_MAX];
    size_t size;

    if (version + 1 == host->roster->version)
        return host->roster_note;
    sync_roster_path(version + 1, path);
    if (os_read_file(host->os, host->dir, path, work.p, work.size, &size) == OK)
        return (struct bytes){work.p, size};
    return host->roster_note;
}

enum link_step
link_rosters_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    uint64_t own = turn->host->roster->version;
    uint64_t theirs = link->state.roster_version;
    struct route route = {.kind = ROUTE_ROSTERS};

    if (theirs == own || link->at > 0 || turn->now_ns < link->roster_refused_ns)
        return LINK_WAIT;
    link->at++;
    if (theirs < own)
        return link_ask(turn, DOING_ROSTER_POST, &route,
                        roster_after(turn, theirs));
    route.kind = ROUTE_ROSTER;
    route.number = own + 1;
    return link_ask(turn, DOING_ROSTER_GET, &route, (struct bytes){0});
}

/* The body of a reply, to the keeper. */
static void
errand_set(const struct link_turn *turn, enum errand_kind kind,
           const struct reply *reply)
{
    struct link *link = turn->link;
    struct block work = link_work(link);

    if (reply->status != 200 || reply->body.size > ERRAND_NOTE_SIZE_MAX ||
        reply->body.size > work.size)
        return;
    memmove(work.p, reply->body.p, reply->body.size);
    link->errand = (struct errand){.kind = kind,
                                   .origin = link_origin(link),
                                   .note = {work.p, reply->body.size}};
}

/* ----- Grants. ----- */

enum link_step
link_grants_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct route route = {.kind = ROUTE_GRANT,
                          .hash = hash_of(turn->host->origin)};

    for (; link->at < link->state.grant_count; link->at++) {
        const struct state_grant *grant = &link->state.grants[link->at];

        route.other = hash_of(grant->origin);
        link->log = link_log_of(link, &route.other);
        if (link->log->grant_sum != grant->sum)
            return link_ask(turn, DOING_GRANT, &route, (struct bytes){0});
    }
    return LINK_WAIT;
}

/* Our keeper seals for a node; what it makes waits in the box. */
enum link_step
link_seals_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct errand_state *state = turn->host->state;
    struct grantbox *box = turn->host->grants;
    struct errand errand = {.kind = ERRAND_SEAL};

    if (box == NULL || turn->now_ns < box->seal_ns)
        return LINK_WAIT;
    for (; link->at < state->log_count; link->at++) {
        if (!state->logs[link->at].seal_due)
            continue;
        errand.origin = state->logs[link->at++].origin;
        return link_errand(turn, DOING_SEAL, &errand);
    }
    if (link->at > 0)
        box->seal_ns = turn->now_ns + GRANTBOX_SEAL_NS;
    return LINK_WAIT;
}

static bool
is_relay(const struct roster_node *node)
{
    return node->role == ROSTER_CENTRE || node->role == ROSTER_MIRROR;
}

/* To its receiver whoever made it; to one who passes it on when we did. */
enum link_step
link_deliveries_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct grantbox *box = turn->host->grants;
    struct hash peer = hash_of(link_origin(link));
    struct hash own = hash_of(turn->host->origin);
    struct route route = {.kind = ROUTE_ADD_GRANT};
    struct bytes grant;

    for (; box != NULL && link->at < box->count; link->at++) {
        const struct grantbox_entry *entry = &box->entries[link->at];
        bool ours = hash_equal(&entry->from, &own);

        if (hash_equal(&entry->to, &own) ||
            link->delivered[link->at] == entry->sum ||
            !(hash_equal(&entry->to, &peer) ||
              (ours && is_relay(link_peer(turn)))) ||
            grantbox_read(box, entry, link_work(link), &grant) != OK)
            continue;
        route.hash = entry->to;
        route.other = entry->of;
        link->delivering = entry->sum;
        return link_ask(turn, DOING_DELIVERY, &route, grant);
    }
    return LINK_WAIT;
}

/* ----- Lists. ----- */

void
link_list_close(struct link *link, const struct sync_host *host)
{
    if (link->list_open)
        host->os->close(host->os, link->list);
    link->list_open = false;
}

static bool
list_there(const struct state *state, const struct hash *list)
{
    for (size_t i = 0; i < state->list_count; i++)
        if (hash_equal(&state->lists[i], list))
            return true;
    return false;
}

/* The part that has been fetched, ours alone while it is open. */
static bool
list_open(const struct link_turn *turn, const struct hash *list)
{
    struct link *link = turn->link;
    struct os *os = turn->host->os;
    struct folder dir = turn->host->dir;
    char path[OS_PATH_SIZE_MAX];
    enum err e = os->make_folder(os, dir, SYNC_LISTS_FOLDER, 0700);

    sync_list_path(list, SYNC_LIST_PART_ENDING, path);
    if (e == OK)
        e = os->open(os, dir, path, OPEN_CREATE, 0600, &link->list);
    if (e == ERR_CONFLICT)
        e = os->open(os, dir, path, OPEN_WRITE, 0, &link->list);
    if (e != OK)
        return false;
    link->list_open = true;
    if (os->lock(os, link->list) == OK &&
        os->size(os, link->list, &link->list_at) == OK)
        return true;
    link_list_close(link, turn->host);
    return false;
}

/* Fetched before, by another link or before a crash. */
static bool
list_here(const struct sync_host *host, const struct hash *list)
{
    char path[OS_PATH_SIZE_MAX];
    struct file file;

    sync_list_path(list, SYNC_LIST_ENDING, path);
    if (host->os->open(host->os, host->dir, path, OPEN_READ, 0, &file) != OK)
        return false;
    host->os->close(host->os, file);
    return true;
}

enum link_step
link_lists_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct errand_state *state = turn->host->state;
    struct route route = {.kind = ROUTE_LIST};
    struct errand errand = {.kind = ERRAND_FETCHED,
                            .origin = link_origin(link)};

    if (turn->now_ns < link->list_refused_ns)
        return LINK_WAIT;
    for (; link->at < state->list_count; link->at++) {
        route.hash = state->lists[link->at].sha256;
        if (!link->list_open && list_here(turn->host, &route.hash)) {
            errand.sha256 = route.hash;
            link->at++;
            return link_errand(turn, DOING_LIST, &errand);
        }
        if (!link->list_open && (!list_there(&link->state, &route.hash) ||
                                 !list_open(turn, &route.hash)))
            continue;
        link->list_hash = route.hash;
        route.number = link->list_at;
        return link_ask(turn, DOING_LIST, &route, (struct bytes){0});
    }
    return LINK_WAIT;
}

/* The hash of what is in the file, read in the work room. */
static enum err
list_hash(const struct link_turn *turn, struct hash *out)
{
    struct link *link = turn->link;
    struct os *os = turn->host->os;
    struct block work = link_work(link);
    struct hash_stream stream;
    uint64_t at = 0;
    size_t got;

    hash_begin(&stream);
    do {
        enum err e =
            os->read_at(os, link->list, at, work.p, HASHED_AT_ONCE, &got);

        if (e != OK)
            return e;
        hash_add(&stream, (struct bytes){work.p, got});
        at += got;
    } while (got > 0);
    *out = hash_end(&stream);
    return OK;
}

/* All is there: it gets its name, or goes. */
static void
list_finish(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct os *os = turn->host->os;
    struct folder dir = turn->host->dir;
    char part[OS_PATH_SIZE_MAX];
    char path[OS_PATH_SIZE_MAX];
    struct hash hash;
    enum err e = list_hash(turn, &hash);

    sync_list_path(&link->list_hash, SYNC_LIST_PART_ENDING, part);
    sync_list_path(&link->list_hash, SYNC_LIST_ENDING, path);
    if (e == OK && !hash_equal(&hash, &link->list_hash)) {
        (void)os->remove(os, dir, part);
        link->list_refused_ns = turn->now_ns + LINK_REFUSED_NS;
        link->figures.trouble = "the peer's list is another";
        link_list_close(link, turn->host);
        link->at++;
        return;
    }
    if (e == OK)
        e = os->sync(os, link->list);
    if (e == OK)
        e = os->rename(os, dir, part, path);
    if (e == OK)
        e = os->sync_folder(os, dir, SYNC_LISTS_FOLDER);
    link_list_close(link, turn->host);
    link->at++;
    if (e != OK) {
        link->list_refused_ns = turn->now_ns + LINK_REFUSED_NS;
        return;
    }
    link->news = true;
    link->errand = (struct errand){.kind = ERRAND_FETCHED,
                                   .origin = link_origin(link),
                                   .sha256 = link->list_hash};
}

static void
list_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    struct os *os = turn->host->os;
    enum err e;

    if (!link->list_open)
        return;
    if (reply->status != 200) {
        link_list_close(link, turn->host);
        link->at++;
        return;
    }
    e = os->write_at(os, link->list, link->list_at, reply->body);
    link->list_at += reply->body.size;
    if (e != OK || link->list_at > LINK_LIST_SIZE_MAX) {
        link_list_close(link, turn->host);
        link->list_refused_ns = turn->now_ns + LINK_REFUSED_NS;
        return;
    }
    if (reply->body.size < SERVE_LIST_BYTES_MAX)
        list_finish(turn);
}

/* ----- Answers. ----- */

void
link_items_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;

    switch (link->doing) {
    case DOING_ROSTER_GET:
        errand_set(turn, ERRAND_ROSTER, reply);
        return;
    case DOING_ROSTER_POST:
        if (reply->status != 200)
            link->roster_refused_ns = turn->now_ns + LINK_REFUSED_NS;
        return;
    case DOING_GRANT:
        errand_set(turn, ERRAND_GRANT, reply);
        if (link->errand.kind == 0)
            link->at++;
        return;
    case DOING_DELIVERY:
        /* One that is refused would be refused again. */
        link->delivered[link->at++] = link->delivering;
        return;
    default:
        list_reply(turn, reply);
        return;
    }
}

void
link_items_done(const struct link_turn *turn,
                const struct errand_answer *answer)
{
    struct link *link = turn->link;
    struct grantbox *box = turn->host->grants;

    switch (link->doing) {
    case DOING_ROSTER_GET:
        if (answer->verdict == ERRAND_REFUSED)
            link->roster_refused_ns = turn->now_ns + LINK_REFUSED_NS;
        link->news = true;
        return;
    case DOING_GRANT:
        link->log->grant_sum = link->state.grants[link->at++].sum;
        return;
    case DOING_SEAL:
        /* What does not fit or is none is asked for again. */
        if (answer->verdict == ERRAND_TAKEN && answer->note.size > 0)
            (void)!grantbox_put(box, turn->host->roster, answer->note);
        return;
    case DOING_LIST:
        /* What cannot be indexed now will not be a moment later; and until
         * the keeper's next word it seems to want what it has. */
        link->list_refused_ns =
            turn->now_ns + (answer->verdict == ERRAND_REFUSED ? LINK_REFUSED_NS
                                                              : LINK_WANTED_NS);
        return;
    default:
        return;
    }
}
