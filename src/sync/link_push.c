/* What we have of a log and the peer lacks: entries, and the witnessing of
 * checkpoints by a peer that holds no logs. */
#include "sync/link_int.h"

#include <assert.h>
#include <string.h>

#include "sync/witness.h"

static struct route
route_of(const struct link_turn *turn, enum route_kind kind)
{
    return (struct route){.kind = kind, .hash = turn->link->log->name};
}

static bool
peer_right(const struct link_turn *turn, enum roster_right right)
{
    return roster_right(turn->host->roster, link_peer(turn)->role, right);
}

/* The log in turn as we hold it: its checkpoint, into the note's room, and
 * where its files are. False when there is none. */
static bool
held_set(const struct link_turn *turn, struct log_view *view,
         struct checkpoint *checkpoint)
{
    struct link *link = turn->link;
    const struct note_key *key =
        sync_log_key(turn->host, link_log_origin(turn));
    struct mirrors_log *log;

    if (link_is_own(turn)) {
        *view = sync_own_view(turn->host);
        return link_own_note(turn, checkpoint) == OK;
    }
    log = link_mirror(turn);
    if (log == NULL || mirror_kept(&log->mirror) == 0)
        return false;
    *view = mirror_view(&log->mirror);
    return link_note_set(link, mirror_checkpoint(&log->mirror)) &&
           checkpoint_open(link_note(link), key, checkpoint, NULL) == OK;
}

/* The size of what we hold, cheaply. */
static uint64_t
held_size(const struct link_turn *turn)
{
    struct mirrors_log *log;

    if (link_is_own(turn))
        return turn->host->state->size;
    log = link_mirror(turn);
    return log == NULL ? 0 : mirror_kept(&log->mirror);
}

/* ----- Pushing. ----- */

static bool
may_push(const struct link_turn *turn)
{
    struct bytes origin = link_log_origin(turn);
    const struct state_log *theirs = link_theirs(turn);
    uint64_t size = theirs == NULL ? 0 : theirs->size;

    return peer_right(turn, ROSTER_RIGHT_MIRROR) &&
           !bytes_equal(origin, link_origin(turn->link)) &&
           size < held_size(turn) &&
           turn->now_ns >= turn->link->log->refused_ns;
}

/* The body of SYN 6.5, of entries from link->moved on, up to `end`. */
static enum err
body_make(const struct link_turn *turn, uint64_t end, struct bytes *out)
{
    struct link *link = turn->link;
    struct block work = link_work(link);
    struct package_range range = {.start = link->moved,
                                  .end = end,
                                  .size = link->covers,
                                  .bytes = link->package_bytes};
    struct checkpoint checkpoint;
    struct log_view view;
    struct writer w;
    size_t head;
    enum err e;

    if (!held_set(turn, &view, &checkpoint) || checkpoint.size != link->covers)
        return ERR_BUSY;
    writer_init(&w, work.p, work.size);
    writer_be32(&w, (uint32_t)link->note_size);
    writer_bytes(&w, link_note(link));
    head = w.at;
    e = package_make(&view, &range, turn->host->mirrors->scratch, &w);
    if (e != OK)
        return e;
    *out = writer_done(&w);
    /* The package says itself how far it goes. */
    link->moving_to = link->moved + be32_read(out->p + head + PACKAGE_COUNT_AT);
    return OK;
}

static enum link_step
package_push(const struct link_turn *turn, enum link_doing doing, uint64_t end)
{
    struct link *link = turn->link;
    struct route route = route_of(turn, ROUTE_ADD_ENTRIES);
    struct mirrors_log *log = link_is_own(turn) ? NULL : link_mirror(turn);
    struct bytes body;
    enum err e = body_make(turn, end, &body);

    if (e == ERR_CORRUPT && log != NULL)
        mirror_doubt(&log->mirror, turn->host->mirrors->scratch);
    if (e != OK) {
        link->moving = false;
        return LINK_WAIT;
    }
    return link_ask(turn, doing, &route, body);
}

/* The peer's history and ours differ somewhere: its checkpoint tells where, and
 * a package of no entries tells the peer. SYN 5.4 */
static enum link_step
past_push(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct route route = route_of(turn, ROUTE_CHECKPOINT);

    link->past_due = false;
    if (!link->hinted)
        return link_ask(turn, DOING_PUSH_JUDGE, &route, (struct bytes){0});
    return package_push(turn, DOING_PUSH_PAST, link->moved);
}

enum link_step
link_push_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct state_log *theirs = link_theirs(turn);
    struct checkpoint checkpoint;
    struct log_view view;

    if (link->past_due)
        return past_push(turn);
    if (link->moving && link->moved < link->covers)
        return package_push(turn, DOING_PUSH, link->covers);
    if (link->moving || !may_push(turn) || !held_set(turn, &view, &checkpoint))
        return LINK_WAIT;
    link->moved = theirs == NULL ? 0 : theirs->size;
    link->covers = checkpoint.size;
    link->moving = link->moved < link->covers;
    if (!link->moving)
        return LINK_WAIT;
    return package_push(turn, DOING_PUSH, link->covers);
}

/* 409: the receiver's mirror ends elsewhere, and says where. */
static void
push_stale(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    uint64_t size;

    if (link->hinted || witness_size_parse(reply->body, &size) != OK ||
        size > link->covers) {
        link->moving = false;
        link->part = PART_WITNESS;
        return;
    }
    link->hinted = true;
    link->moved = size;
}

static void
push_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;

    switch (reply->status) {
    case 200:
        link->news = true;
        link->hinted = false;
        link->figures.entries_out += link->moving_to - link->moved;
        link->moved = link->moving_to;
        return;
    case 409:
        push_stale(turn, reply);
        return;
    case 422:
        link->past_due = true;
        link->hinted = false;
        link->figures.trouble = "the peer knows another history of a log";
        return;
    case 429:
    case 503:
        link->moving = false;
        link->part = PART_WITNESS;
        return;
    default:
        link_refuse(turn, "the peer takes no entries of a log");
        return;
    }
}

/* Of our own log the keeper judges what the peer has. */
static bool
peer_note_judge(const struct link_turn *turn, struct bytes note)
{
    struct link *link = turn->link;
    struct block work = link_work(link);
    struct checkpoint checkpoint;
    enum err e;

    if (!link_is_own(turn)) {
        e = link_judge(turn, note, &checkpoint);
        return e == OK || e == ERR_CONFLICT;
    }
    memmove(work.p, note.p, note.size);
    link->errand = (struct errand){.kind = ERRAND_COSIGNED,
                                   .origin = link_origin(link),
                                   .note = {work.p, note.size}};
    return true;
}

static void
push_judge_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    const struct state_log *theirs = link_theirs(turn);

    if (reply->status != 200 || reply->body.size > NOTE_SIZE_MAX ||
        theirs == NULL || theirs->size > link->covers ||
        !peer_note_judge(turn, reply->body)) {
        link_refuse(turn, "the peer knows another history of a log");
        return;
    }
    link->moved = theirs->size;
    link->hinted = true;
    link->past_due = true;
}

/* ----- Witnessing. ----- */

/* A witness that holds no logs is shown ours, and by a centre those of posts
 * that cannot reach it. */
static bool
may_witness(const struct link_turn *turn)
{
    return peer_right(turn, ROSTER_RIGHT_COSIGN) &&
           !peer_right(turn, ROSTER_RIGHT_MIRROR) &&
           roster_find(turn->host->roster, link_log_origin(turn)) != NULL &&
           !bytes_equal(link_log_origin(turn), link_origin(turn->link)) &&
           (link_is_own(turn) || link_own(turn)->role == ROSTER_CENTRE) &&
           held_size(turn) > turn->link->log->witnessed &&
           turn->now_ns >= turn->link->log->refused_ns;
}

enum link_step
link_witness_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct route route = {.kind = ROUTE_ADD_CHECKPOINT};
    struct witness_request request = {.old_size = link->log->witnessed};
    struct block work = link_work(link);
    struct checkpoint checkpoint;
    struct package_tiles tiles = {.size = 0};
    struct tile_source source = package_source(&tiles);
    struct writer w;

    if (!may_witness(turn) || !held_set(turn, &tiles.view, &checkpoint) ||
        checkpoint.size <= request.old_size)
        return LINK_WAIT;
    tiles.size = checkpoint.size;
    if (proof_make_consistency(&source, request.old_size, checkpoint.size,
                               &request.proof) != OK ||
        request.proof.count > WITNESS_HASHES_MAX)
        return LINK_WAIT;
    link->covers = checkpoint.size;
    request.note = link_note(link);
    writer_init(&w, work.p, work.size);
    witness_request_encode(&w, &request);
    assert(!w.full);
    return link_ask(turn, DOING_WITNESS, &route, writer_done(&w));
}

/* The checkpoint with the witness's lines: to the keeper when it is ours, to
 * the mirror when it is not. */
static void
lines_take(const struct link_turn *turn, struct bytes lines)
{
    struct link *link = turn->link;
    struct block work = link_work(link);
    const struct note_key *key =
        sync_log_key(turn->host, link_log_origin(turn));
    struct mirrors_log *log;
    struct writer w;
    bool more;

    writer_init(&w, work.p, work.size);
    if (cosignatures_bare(&w, key, link_note(link)) != OK)
        return;
    writer_bytes(&w, lines);
    if (writer_end(&w) != OK || w.at > NOTE_SIZE_MAX)
        return;
    if (link_is_own(turn)) {
        link->errand = (struct errand){.kind = ERRAND_COSIGNED,
                                       .origin = link_origin(link),
                                       .note = writer_done(&w)};
        return;
    }
    log = link_mirror(turn);
    /* What the witness signed is of no use when the mirror has gone on. */
    if (log != NULL)
        (void)!mirror_merge(&log->mirror, turn->host->roster, key,
                            writer_done(&w), &more);
}

static void
witness_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    uint64_t size;

    if (reply->status == 200) {
        link->news = true;
        link->log->witnessed = link->covers;
        lines_take(turn, reply->body);
        return;
    }
    /* SYN 4.4 */
    if (reply->status == 409 && !link->hinted &&
        witness_size_parse(reply->body, &size) == OK && size < link->covers) {
        link->hinted = true;
        link->log->witnessed = size;
        return;
    }
    link_refuse(turn, "the witness does not cosign a log");
}

void
link_push_reply(const struct link_turn *turn, const struct reply *reply)
{
    switch (turn->link->doing) {
    case DOING_PUSH:
        push_reply(turn, reply);
        return;
    case DOING_PUSH_JUDGE:
        push_judge_reply(turn, reply);
        return;
    case DOING_PUSH_PAST:
        link_refuse(turn, "the peer knows another history of a log");
        return;
    default:
        witness_reply(turn, reply);
        return;
    }
}
