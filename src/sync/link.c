#include "sync/link_int.h"

#include <assert.h>
#include <string.h>

void
link_init(struct link *link, struct bytes origin, uint8_t *memory)
{
    assert(origin.size <= KEY_NAME_SIZE_MAX);
    memset(link, 0, sizeof(*link));
    memcpy(link->origin, origin.p, origin.size);
    link->origin_size = origin.size;
    link->memory = memory;
    link->package_bytes = LINK_BYTES_FIRST;
}

void
link_deinit(struct link *link, const struct sync_host *host)
{
    link_list_close(link, host);
}

struct bytes
link_origin(const struct link *link)
{
    return (struct bytes){link->origin, link->origin_size};
}

/* ----- Asking. ----- */

static unsigned
timeout_ms(uint64_t bytes)
{
    return (unsigned)(LINK_TIMEOUT_MS + bytes / 16384 * LINK_TIMEOUT_16K_MS);
}

enum link_step
link_ask(const struct link_turn *turn, enum link_doing doing,
         const struct route *route, struct bytes body)
{
    struct link *link = turn->link;
    struct message *message = &link->message;
    uint64_t bytes = body.size;

    *message =
        (struct message){.body = body, .reply_size_max = MESSAGE_BODY_SIZE_MAX};
    if (route->kind == ROUTE_ENTRIES)
        bytes = route->range.bytes;
    else if (route->kind == ROUTE_LIST)
        bytes = 1u << 20;
    else if (route->kind == ROUTE_STATE)
        message->reply_size_max = STATE_TEXT_SIZE_MAX;
    message->timeout_ms = timeout_ms(bytes);
    route_encode(route, message);
    link->doing = doing;
    return LINK_ASK;
}

enum link_step
link_errand(const struct link_turn *turn, enum link_doing doing,
            const struct errand *errand)
{
    turn->link->errand = *errand;
    turn->link->doing = doing;
    return LINK_ERRAND;
}

/* ----- Rounds. ----- */

static void
round_end(const struct link_turn *turn, uint64_t wait_ns)
{
    struct link *link = turn->link;

    link_list_close(link, turn->host);
    link->phase = PHASE_WAIT;
    link->moving = false;
    link->past_due = false;
    link->message_out = false;
    link->doing = DOING_NOTHING;
    link->due_ns = turn->now_ns + wait_ns;
}

/* Doubled with each failure, give or take a quarter. SYN 6.7 */
static uint64_t
backoff_ns(const struct link_turn *turn)
{
    const struct random *random = turn->host->random;
    uint64_t failures = turn->link->figures.failures;
    uint64_t wait_ns = LINK_RETRY_NS;
    uint64_t draw = 0;

    while (failures-- > 1 && wait_ns < LINK_RETRY_MAX_NS)
        wait_ns *= 2;
    if (wait_ns > LINK_RETRY_MAX_NS)
        wait_ns = LINK_RETRY_MAX_NS;
    random->fill(random->context, &draw, sizeof(draw));
    return wait_ns - wait_ns / 4 + draw % (wait_ns / 2);
}

void
link_fail(const struct link_turn *turn, const char *trouble)
{
    struct link *link = turn->link;

    link->figures.failures++;
    link->figures.reached = false;
    link->figures.trouble = trouble;
    if (link->moving && link->package_bytes > LINK_BYTES_MIN)
        link->package_bytes /= 2;
    if (turn->host->state->mode == ERRAND_REJOINING &&
        link->check == LINK_UNCHECKED && link->figures.failures >= 3)
        link->check = LINK_UNREACHED;
    round_end(turn, backoff_ns(turn));
}

static uint64_t
cosigned_size(const struct sync_host *host, struct bytes origin)
{
    const struct errand_state *state = host->state;

    for (size_t i = 0; i < state->log_count; i++)
        if (bytes_equal(state->logs[i].origin, origin))
            return state->logs[i].cosigned;
    return 0;
}

static enum link_step
state_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct route route = {.kind = ROUTE_STATE};
    struct mirrors_log *log =
        mirrors_of(turn->host->mirrors, turn->host, link_origin(link));

    link->owner_kept = log == NULL ? 0 : mirror_kept(&log->mirror);
    link->owner_cosigned = cosigned_size(turn->host, link_origin(link));
    return link_ask(turn, DOING_STATE, &route, (struct bytes){0});
}

static void
state_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;
    struct block room = link_state_room(link);
    struct bytes text = {room.p, reply->body.size};

    if (reply->status != 200 || reply->body.size > room.size) {
        link_fail(turn, "the peer gave no state");
        return;
    }
    memcpy(room.p, reply->body.p, reply->body.size);
    if (state_parse(text, &link->state, NULL) != OK) {
        link_fail(turn, "the peer's state is none");
        return;
    }
    link->figures.failures = 0;
    link->at = 0;
    link->part = PART_HELD;
    if (turn->host->state->mode == ERRAND_REJOINING)
        link->phase = PHASE_CHECK;
    else
        link->phase = link->state.rejoining ? PHASE_BRING : PHASE_ROSTERS;
}

/* What the peer holds of our log, for the keeper to compare. SYN 6.8 */
static enum link_step
check_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct route route = {.kind = ROUTE_CHECKPOINT,
                          .hash = hash_of(turn->host->origin)};

    if (link->check == LINK_CHECKED)
        return LINK_WAIT;
    return link_ask(turn, DOING_CHECK, &route, (struct bytes){0});
}

static void
check_reply(const struct link_turn *turn, const struct reply *reply)
{
    struct link *link = turn->link;

    link->note_size = 0;
    if (reply->status == 200 && !link_note_set(link, reply->body)) {
        link_fail(turn, "the peer's checkpoint is too large");
        return;
    }
    link->errand = (struct errand){.kind = ERRAND_CHECKED,
                                   .origin = link_origin(link),
                                   .note = link_note(link)};
    link->doing = DOING_CHECK;
}

/* The peer rejoins: it wants what we hold of its log, and nothing else. */
static enum link_step
bring_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    struct mirrors_log *log =
        mirrors_of(turn->host->mirrors, turn->host, link_origin(link));
    struct route route = {.kind = ROUTE_COSIGNATURES,
                          .hash = hash_of(link_origin(link))};
    struct bytes note = {0};

    if (link->at++ > 0)
        return LINK_WAIT;
    if (log != NULL)
        note = mirror_checkpoint(&log->mirror);
    if (note.size == 0 || !link_note_set(link, note))
        return LINK_WAIT;
    return link_ask(turn, DOING_BRING, &route, link_note(link));
}

static enum link_step
held_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct state_log *theirs = link_theirs(turn);
    struct errand errand = {.kind = ERRAND_HELD, .origin = link_origin(link)};

    if (!link_is_own(turn) || theirs == NULL || theirs->size == link->log->held)
        return LINK_WAIT;
    errand.size = theirs->size;
    return link_errand(turn, DOING_HELD, &errand);
}

static enum link_step
part_next(const struct link_turn *turn)
{
    switch (turn->link->part) {
    case PART_HELD:
        return held_next(turn);
    case PART_OWN_NOTE:
        return link_own_note_next(turn);
    case PART_ROLLBACK:
        return link_rollback_next(turn);
    case PART_FETCH:
        return link_fetch_next(turn);
    case PART_MERGE:
        return link_merge_next(turn);
    case PART_PUSH:
        return link_push_next(turn);
    default:
        return link_witness_next(turn);
    }
}

/* One log after another; a part is asked again until it has nothing to do. */
static enum link_step
logs_next(const struct link_turn *turn)
{
    struct link *link = turn->link;
    const struct roster *roster = turn->host->roster;
    size_t count = roster->node_count + roster->revoked_count;

    for (; link->at < count; link->at++) {
        struct hash name = hash_of(link_log_origin(turn));

        link->log = link_log_of(link, &name);
        for (; link->part < PART_END; link->part++) {
            enum link_step step = part_next(turn);

            if (step != LINK_WAIT)
                return step;
            link->moving = false;
            link->hinted = false;
        }
        link->part = PART_HELD;
    }
    return LINK_WAIT;
}

static enum link_step
phase_next(const struct link_turn *turn)
{
    switch (turn->link->phase) {
    case PHASE_STATE:
        return state_next(turn);
    case PHASE_CHECK:
        return check_next(turn);
    case PHASE_BRING:
        return bring_next(turn);
    case PHASE_ROSTERS:
        return link_rosters_next(turn);
    case PHASE_LOGS:
        return logs_next(turn);
    case PHASE_GRANTS:
        return link_grants_next(turn);
    case PHASE_SEALS:
        return link_seals_next(turn);
    case PHASE_DELIVERIES:
        return link_deliveries_next(turn);
    default:
        return link_lists_next(turn);
    }
}

/* Past the phase that had nothing more to do. */
static void
phase_pass(const struct link_turn *turn)
{
    struct link *link = turn->link;

    link->at = 0;
    link->part = PART_HELD;
    link->moving = false;
    if (link->phase >= PHASE_ROSTERS && link->phase < PHASE_LISTS) {
        link->phase++;
        return;
    }
    link->figures.rounds++;
    round_end(turn, link->news ? LINK_BUSY_NS : LINK_IDLE_NS);
}

/* Whether the peer may be spoken to, by the same roster as when the round
 * began: by another one the logs would be counted otherwise. */
static bool
may_go_on(const struct link_turn *turn)
{
    const struct sync_host *host = turn->host;

    return sync_host_open(host) && link_peer(turn) != NULL &&
           (turn->link->phase == PHASE_WAIT ||
            turn->link->roster_version == host->roster->version);
}

/* An errand that a reply has made is next. */
static bool
errand_waits(const struct link *link)
{
    return link->errand.kind != 0;
}

static enum link_step
wait_until(struct link_want *out, uint64_t until_ns)
{
    out->until_ns = until_ns;
    return LINK_WAIT;
}

static enum link_step
give(const struct link_turn *turn, enum link_step step, struct link_want *out)
{
    struct link *link = turn->link;

    if (step == LINK_ERRAND) {
        out->errand = link->errand;
        link->errand_out = true;
        return step;
    }
    out->message = link->message;
    out->id = ++link->id;
    link->message_out = true;
    link->asked_ns = turn->now_ns;
    link->deadline_ns =
        turn->now_ns + (uint64_t)link->message.timeout_ms * 1000000;
    link->figures.bytes_out += link->message.body.size;
    if (turn->host->rate != NULL)
        rate_use(turn->host->rate, turn->now_ns, link->message.body.size);
    return step;
}

enum link_step
link_next(struct link *link, const struct sync_host *host, uint64_t now_ns,
          struct link_want *out)
{
    struct link_turn turn = {link, host, now_ns};
    enum link_step step;

    *out = (struct link_want){.until_ns = now_ns + LINK_IDLE_NS};
    if (link->errand_out)
        return LINK_WAIT;
    if (!may_go_on(&turn)) {
        link->errand.kind = 0;
        round_end(&turn, 0);
        return LINK_WAIT;
    }
    if (host->state->mode == ERRAND_NORMAL)
        link->check = LINK_UNCHECKED;
    if (link->message_out && now_ns < link->deadline_ns)
        return wait_until(out, link->deadline_ns);
    if (link->message_out)
        link_fail(&turn, "the peer did not answer in time");
    if (errand_waits(link))
        return give(&turn, LINK_ERRAND, out);
    if (link->phase == PHASE_WAIT && now_ns < link->due_ns)
        return wait_until(out, link->due_ns);
    if (host->rate != NULL && rate_due_ns(host->rate, now_ns) > now_ns)
        return wait_until(out, rate_due_ns(host->rate, now_ns));
    if (link->phase == PHASE_WAIT) {
        link->phase = PHASE_STATE;
        link->news = false;
        link->roster_version = host->roster->version;
    }
    for (;;) {
        step = phase_next(&turn);
        if (step != LINK_WAIT)
            return give(&turn, step, out);
        phase_pass(&turn);
        if (link->phase == PHASE_WAIT)
            return wait_until(out, link->due_ns);
    }
}

/* ----- Answers. ----- */

static void
reply_take(const struct link_turn *turn, const struct reply *reply)
{
    switch (turn->link->doing) {
    case DOING_STATE:
        state_reply(turn, reply);
        return;
    case DOING_CHECK:
        check_reply(turn, reply);
        return;
    case DOING_BRING:
        return;
    case DOING_OWN_NOTE:
    case DOING_ROLLBACK:
    case DOING_FETCH_NOTE:
    case DOING_FETCH:
    case DOING_FETCH_PAST:
    case DOING_MERGE_NOTE:
    case DOING_MERGE_POST:
        link_fetch_reply(turn, reply);
        return;
    case DOING_PUSH:
    case DOING_PUSH_JUDGE:
    case DOING_PUSH_PAST:
    case DOING_WITNESS:
        link_push_reply(turn, reply);
        return;
    default:
        link_items_reply(turn, reply);
        return;
    }
}

void
link_reply(struct link *link, const struct sync_host *host, uint64_t now_ns,
           uint64_t id, const struct reply *reply)
{
    struct link_turn turn = {link, host, now_ns};

    if (!link->message_out || id != link->id)
        return;
    link->message_out = false;
    if (!may_go_on(&turn)) {
        round_end(&turn, 0);
        return;
    }
    if (reply->error != OK) {
        link_fail(&turn, reply->error == ERR_BUSY
                             ? "the peer could not be reached"
                             : "the exchange with the peer broke off");
        return;
    }
    link->figures.reached = true;
    link->figures.reached_ns = now_ns;
    link->figures.bytes_in += reply->body.size;
    if (host->rate != NULL)
        rate_use(host->rate, now_ns, reply->body.size);
    if ((reply->status == 429 || reply->status == 503) &&
        link->doing != DOING_PUSH) {
        link_fail(&turn, "the peer is busy");
        return;
    }
    reply_take(&turn, reply);
}

void
link_done(struct link *link, const struct sync_host *host, uint64_t now_ns,
          const struct errand_answer *answer)
{
    struct link_turn turn = {link, host, now_ns};

    if (!link->errand_out)
        return;
    link->errand_out = false;
    link->errand.kind = 0;
    if (!may_go_on(&turn)) {
        round_end(&turn, 0);
        return;
    }
    if (answer->verdict == ERRAND_LATER) {
        round_end(&turn, LINK_RETRY_NS);
        return;
    }
    switch (link->doing) {
    case DOING_HELD:
        if (link->log != NULL && link_theirs(&turn) != NULL)
            link->log->held = link_theirs(&turn)->size;
        return;
    case DOING_CHECK:
        link->check = LINK_CHECKED;
        return;
    case DOING_OWN_NOTE:
    case DOING_WITNESS:
        link->log->peer_sum =
            link_theirs(&turn) == NULL ? 0 : link_theirs(&turn)->sum;
        return;
    default:
        link_items_done(&turn, answer);
        return;
    }
}
