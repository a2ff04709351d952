/* What the peer has of a log: its entries, its cosignatures, and whether it
 * contradicts what we know. */
#include "sync/link_int.h"

#include <assert.h>

/* Packages are asked for in smaller or larger pieces, so that each takes about
 * a second. */
#define QUICK_NS UINT64_C(500000000)
#define SLOW_NS UINT64_C(2000000000)

/* ----- Judging. ----- */

enum err
link_own_note(const struct link_turn *turn, struct checkpoint *out)
{
    struct link *link = turn->link;
    struct block room = link_note_room(link);
    struct log_view view = sync_own_view(turn->host);
    struct bytes note;
    enum err e = view_checkpoint(&view, room.p, room.size, &note);

    if (e != OK)
        return e;
    link->note_size = note.size;
    return checkpoint_open(note, &link_own(turn)->log, out, NULL);
}

enum err
link_judge(const struct link_turn *turn, struct bytes note,
           struct checkpoint *out)
{
    struct mirrors_log *log = link_mirror(turn);
    struct evidence found;
    enum err e;

    assert(log != NULL);
    e = mirror_judge(&log->mirror,
                     sync_log_key(turn->host, link_log_origin(turn)), note, out,
                     &found);
    if (e == ERR_CONFLICT)
        mirrors_contradiction(turn->host->mirrors, link_log_origin(turn),
                              &found);
    return e;
}

static struct route
route_of(const struct link_turn *turn, enum route_kind kind)
{
    return (struct route){.kind = kind, .hash = turn->link->log->name};
}

static enum link_step
checkpoint_ask(const struct link_turn *turn, enum link_doing doing)
{
    struct route route = route_of(turn, ROUTE_CHECKPOINT);

    return link_ask(turn, doing, &route, (struct bytes){0});
}

/* ----- Our own log, as the peer has it. ----- */

enum link_step
link_own_note_next(const struct link_turn *turn)
{
    const struct state_log *theirs = link_theirs(turn);

    if (!link_is_own(turn) || theirs == NULL ||
        theirs->sum == turn->link->log->peer_sum)
        return LINK_WAIT;
    return checkpoint_ask(turn, DOING_OWN_NOTE);
}

static void
own_note_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;

    link->log->peer_sum = link_theirs(turn)->sum;
    if (reply->status != 200 || !link_note_set(link, reply->body))
        return;
    /* Whether it is of our past the keeper judges, who knows it best. */
    link->errand = (struct errand){.kind = ERRAND_COSIGNED,
                                   .origin = link_origin(link),
                                   .note = link_note(link)};
}

/* ----- A node that has less of its own log than it had. SYN 6.6 ----- */

/* What our keeper cosigned of it last, into the note's room. */
static bool
cosigned_set(const struct link_turn *turn, struct checkpoint *out)
{
    struct link *link = turn->link;
    const struct sync_host *host = turn->host;
    const struct note_key *key = sync_log_key(host, link_origin(link));
    struct block room = link_work(link);
    struct block bare = link_note_room(link);
    struct hash name = hash_of(link_origin(link));
    struct bytes note = {room.p, 0};
    char path[OS_PATH_SIZE_MAX];
    struct writer w;

    sync_witness_path(&name, path);
    writer_init(&w, bare.p, bare.size);
    if (os_read_file(host->os, host->dir, path, room.p, room.size,
                     &note.size) != OK ||
        checkpoint_open(note, key, out, NULL) != OK ||
        cosignatures_bare(&w, key, note) != OK)
        return false;
    link->note_size = w.at;
    return true;
}

/* The largest that was known of it when it was asked: of the mirror, or in the
 * note's room. False when that is not more than `size`. */
static bool
known_set(const struct link_turn *turn, uint64_t size, struct bytes *out)
{
    struct link *link = turn->link;
    struct mirrors_log *log = link_mirror(turn);
    struct checkpoint cosigned;

    *out = (struct bytes){0};
    if (link->owner_kept > size && log != NULL)
        *out = mirror_checkpoint(&log->mirror);
    if (out->size > 0)
        return true;
    /* One that the keeper cannot read any more proves nothing. */
    if (link->owner_cosigned <= size || !cosigned_set(turn, &cosigned) ||
        cosigned.size < link->owner_cosigned)
        return false;
    *out = link_note(link);
    return true;
}

enum link_step
link_rollback_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct state_log *theirs = link_theirs(turn);
    struct bytes known;

    if (!bytes_equal(link_log_origin(turn), link_origin(link)) ||
        theirs == NULL || turn->now_ns < link->log->refused_ns ||
        !known_set(turn, theirs->size, &known))
        return LINK_WAIT;
    return checkpoint_ask(turn, DOING_ROLLBACK);
}

static void
rollback_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    struct checkpoint checkpoint;
    struct evidence evidence = {.kind = EVIDENCE_ROLLBACK,
                                .other = reply->body};

    if (reply->status == 200 && link_mirror(turn) != NULL &&
        link_judge(turn, reply->body, &checkpoint) == OK &&
        known_set(turn, checkpoint.size, &evidence.known))
        mirrors_contradiction(turn->host->mirrors, link_origin(link),
                              &evidence);
    link_refuse(turn, "the node has gone back");
}

/* ----- Fetching. ----- */

static bool
may_fetch(const struct link_turn *turn, const struct mirrors_log *log,
          const struct state_log *theirs)
{
    const struct sync_host *host = turn->host;

    return log != NULL && theirs != NULL && host->mirrors->broken == OK &&
           roster_right(host->roster, link_own(turn)->role,
                        ROSTER_RIGHT_MIRROR) &&
           theirs->size > mirror_kept(&log->mirror) &&
           turn->now_ns >= turn->link->log->refused_ns;
}

static enum link_step
entries_ask(const struct link_turn *turn, struct mirrors_log *log)
{
    struct link *link = turn->link;
    struct route route = route_of(turn, ROUTE_ENTRIES);
    uint64_t start = mirror_size(&log->mirror);
    uint64_t end = link->covers;

    if (end - start > PACKAGE_COUNT_MAX)
        end = start + PACKAGE_COUNT_MAX;
    route.range = (struct route_range){.start = start,
                                       .end = end,
                                       .size = link->covers,
                                       .bytes = link->package_bytes};
    link_ask(turn, DOING_FETCH, &route, (struct bytes){0});
    log->fetch_ns = turn->now_ns + LINK_CLAIM_NS;
    return LINK_ASK;
}

/* Either the entries or our past is another: the peer says what the past was,
 * in a package of no entries. SYN 5.4 */
static enum link_step
past_ask(const struct link_turn *turn, const struct mirrors_log *log)
{
    struct route route = route_of(turn, ROUTE_ENTRIES);
    uint64_t kept = mirror_kept(&log->mirror);

    turn->link->past_due = false;
    route.range = (struct route_range){
        .start = kept, .end = kept, .size = turn->link->covers};
    return link_ask(turn, DOING_FETCH_PAST, &route, (struct bytes){0});
}

enum link_step
link_fetch_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct mirrors_log *log = link_is_own(turn) ? NULL : link_mirror(turn);
    const struct state_log *theirs = link_theirs(turn);

    if (!may_fetch(turn, log, theirs))
        return LINK_WAIT;
    if (link->past_due)
        return past_ask(turn, log);
    mirror_fit(&log->mirror, theirs->size);
    if (link->moving && mirror_size(&log->mirror) < link->covers)
        return entries_ask(turn, log);
    if (link->moving || turn->now_ns < log->fetch_ns ||
        mirror_size(&log->mirror) >= theirs->size)
        return LINK_WAIT;
    return checkpoint_ask(turn, DOING_FETCH_NOTE);
}

static void
fetch_note_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    struct checkpoint checkpoint;

    if (reply->status != 200 || !link_note_set(link, reply->body) ||
        link_judge(turn, link_note(link), &checkpoint) != OK ||
        !cosignatures_vouch(turn->host->roster, link_log_origin(turn),
                            link_note(link))) {
        link_refuse(turn, "the peer's checkpoint of a log is no good");
        return;
    }
    link->covers = checkpoint.size;
    link->moving = true;
}

static void
package_bytes_fit(struct link *link, uint64_t took_ns, uint64_t size)
{
    if (took_ns > SLOW_NS && link->package_bytes > LINK_BYTES_MIN)
        link->package_bytes /= 2;
    else if (took_ns < QUICK_NS && size > link->package_bytes / 2 &&
             link->package_bytes < PACKAGE_BYTES_MAX)
        link->package_bytes *= 2;
}

static bool
offer_make(const struct link_turn *turn, struct bytes body,
           struct mirror_offer *out)
{
    *out = (struct mirror_offer){
        .key = sync_log_key(turn->host, link_log_origin(turn)),
        .roster = turn->host->roster,
        .note = link_note(turn->link)};
    return package_parse(body, &out->package, NULL) == OK;
}

static void
fetch_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    struct mirrors *mirrors = turn->host->mirrors;
    struct mirrors_log *log = link_mirror(turn);
    struct mirror_offer offer;
    struct evidence found;
    enum err e;

    assert(log != NULL);
    log->fetch_ns = 0;
    if (reply->status != 200 || !offer_make(turn, reply->body, &offer) ||
        offer.package.count == 0) {
        link_refuse(turn, "the peer's package is none");
        return;
    }
    package_bytes_fit(link, turn->now_ns - link->asked_ns, reply->body.size);
    e = mirror_add(&log->mirror, &offer, mirrors->scratch, &found);
    switch (e) {
    case OK:
        link->news = true;
        link->figures.entries_in += offer.package.count;
        return;
    case ERR_BUSY: /* another link was quicker */
        link->moving = false;
        link->part = PART_MERGE;
        return;
    case ERR_SIGNATURE:
        link->past_due = true;
        return;
    case ERR_CONFLICT:
        mirrors_contradiction(mirrors, link_log_origin(turn), &found);
        link_refuse(turn, "the log has two histories");
        return;
    case ERR_IO:
        mirrors->broken = e;
        link_refuse(turn, "the disk");
        return;
    case ERR_FULL:
        link_refuse(turn, "the disk is full");
        return;
    default:
        link_refuse(turn, "the peer's package proves nothing");
        return;
    }
}

/* The node's own word, or only a peer's? SYN 5.8 */
static void
entries_were_wrong(const struct link_turn *turn, struct mirrors_log *log)
{
    struct link *link = turn->link;
    struct evidence evidence = {.kind = EVIDENCE_BAD_ENTRY,
                                .known = mirror_checkpoint(&log->mirror),
                                .other = link_note(link)};

    if (bytes_equal(link_log_origin(turn), link_origin(link)) &&
        evidence.known.size > 0)
        mirrors_contradiction(turn->host->mirrors, link_origin(link),
                              &evidence);
    link_refuse(turn, "the peer's entries are not the log's");
}

static void
past_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct mirrors_log *log = link_mirror(turn);
    struct mirror_offer offer;
    struct evidence found;
    enum err e;

    if (reply->status != 200 || !offer_make(turn, reply->body, &offer)) {
        link_refuse(turn, "the peer's package is none");
        return;
    }
    e = mirror_past(&log->mirror, &offer, &found);
    if (e == ERR_BUSY)
        return;
    if (e == OK) {
        entries_were_wrong(turn, log);
        return;
    }
    if (e == ERR_CONFLICT)
        mirrors_contradiction(turn->host->mirrors, link_log_origin(turn),
                              &found);
    link_refuse(turn, "the log has two histories");
}

/* ----- Cosignatures. ----- */

enum link_step
link_merge_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct mirrors_log *log = link_is_own(turn) ? NULL : link_mirror(turn);
    const struct state_log *theirs = link_theirs(turn);
    struct route route = route_of(turn, ROUTE_COSIGNATURES);
    struct bytes note;
    uint64_t sum;

    if (log == NULL || theirs == NULL || theirs->size == 0 ||
        theirs->size != mirror_kept(&log->mirror))
        return LINK_WAIT;
    note = mirror_checkpoint(&log->mirror);
    sum = state_sum(note);
    if (theirs->sum == sum ||
        (link->log->peer_sum == theirs->sum && link->log->own_sum == sum))
        return LINK_WAIT;
    if (!link->hinted)
        return checkpoint_ask(turn, DOING_MERGE_NOTE);
    /* What the peer has we have by now: it gets the rest. */
    link->log->peer_sum = theirs->sum;
    link->log->own_sum = sum;
    if (!link_note_set(link, note))
        return LINK_WAIT;
    return link_ask(turn, DOING_MERGE_POST, &route, link_note(link));
}

static void
merge_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    struct mirrors_log *log = link_mirror(turn);
    struct checkpoint checkpoint;
    bool more;

    link->hinted = true;
    if (reply->status == 200 &&
        link_judge(turn, reply->body, &checkpoint) == OK &&
        mirror_merge(&log->mirror, turn->host->roster,
                     sync_log_key(turn->host, link_log_origin(turn)),
                     reply->body, &more) == OK)
        return;
    /* It has gone on meanwhile, or is no good: until it has another. */
    link->log->peer_sum = link_theirs(turn)->sum;
    link->log->own_sum = state_sum(mirror_checkpoint(&log->mirror));
}

void
link_fetch_reply(const struct link_turn *turn, const struct reply *reply)
{
    switch (turn->link->doing) {
    case DOING_OWN_NOTE:
        own_note_reply(turn, reply);
        return;
    case DOING_ROLLBACK:
        rollback_reply(turn, reply);
        return;
    case DOING_FETCH_NOTE:
        fetch_note_reply(turn, reply);
        return;
    case DOING_FETCH:
        fetch_reply(turn, reply);
        return;
    case DOING_FETCH_PAST:
        past_reply(turn, reply);
        return;
    case DOING_MERGE_NOTE:
        merge_reply(turn, reply);
        return;
    default:
        return;
    }
}
