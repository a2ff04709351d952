/*
 * The keeper and the courier: errands, the round, and what a desk asks for that
 * concerns other nodes. Between batches of the desks, and little at a time.
 */
#include "node/keeper_int.h"

#include <assert.h>
#include <string.h>

#include "api/counters.h"
#include "os/socket.h"

/* Errands taken in one turn: each may cost two syncs. */
#define ERRANDS_MAX 4

/* Nobody asks: more may be done at a time. */
#define QUIET_NS UINT64_C(2000000000)

/* Tables that are to be rebuilt wait for that, but not for ever. */
#define RENEW_LATEST_NS UINT64_C(3600000000000)

/* ----- The channel. ----- */

static void
courier_close(struct keeper *keeper)
{
    struct keeper_desk *courier = &keeper->courier;

    loop_remove(&keeper->loop, courier->channel.fd);
    channel_close(&courier->channel);
    courier->open = false;
}

/* A new courier takes the place of one that was started anew. */
void
courier_open(struct keeper *keeper, int fd)
{
    struct keeper_desk *courier = &keeper->courier;

    if (courier->open)
        courier_close(keeper);
    if (loop_add(&keeper->loop, fd, TAG_COURIER, false) != OK) {
        say(&keeper->say, SAY_ERROR, "no room for the courier");
        socket_close(fd);
        return;
    }
    channel_init(&courier->channel, fd, courier->in, KEEPER_ERRAND_SIZE,
                 courier->out, KEEPER_ERRAND_ANSWER_SIZE);
    courier->open = true;
    courier->closing = false;
    courier->waiting = false;
    courier->writing = false;
}

void
courier_read(struct keeper *keeper)
{
    struct keeper_desk *courier = &keeper->courier;
    enum err e;

    if (!courier->open)
        return;
    e = channel_read(&courier->channel);
    courier->waiting = true;
    if (e == ERR_SHORT || e == ERR_IO)
        courier->closing = true;
}

static bool
has_room(const struct keeper *keeper)
{
    return channel_room(&keeper->courier.channel) >= ERRAND_ANSWER_SIZE_MAX;
}

void
courier_write(struct keeper *keeper)
{
    struct keeper_desk *courier = &keeper->courier;
    bool write;

    if (!courier->open)
        return;
    if (channel_write(&courier->channel) != OK)
        courier->closing = true;
    if (courier->closing) {
        courier_close(keeper);
        return;
    }
    write = channel_waits(&courier->channel);
    if (write == courier->writing)
        return;
    if (loop_change(&keeper->loop, courier->channel.fd, TAG_COURIER,
                    has_room(keeper), write) != OK)
        courier_close(keeper);
    courier->writing = write;
}

/* ----- Errands. ----- */

static enum err
errand_take(struct keeper *keeper, struct bytes message)
{
    struct keeper_desk *courier = &keeper->courier;
    struct writer w;
    enum err e;

    writer_init(&w, keeper->errand_block, ERRAND_ANSWER_SIZE_MAX);
    e = peers_errand(keeper->peers, message, &w);
    if (e == ERR_FORMAT) {
        say(&keeper->say, SAY_WARNING,
            "the courier sent what is no errand: let go");
        courier->closing = true;
        return OK;
    }
    if ((e == OK || e == ERR_FULL) &&
        channel_send(&courier->channel, writer_done(&w)) != OK)
        courier->closing = true;
    return e;
}

static enum err
errands_take(struct keeper *keeper)
{
    struct keeper_desk *courier = &keeper->courier;
    struct bytes message;
    enum err e = OK;

    for (size_t i = 0; i < ERRANDS_MAX && e == OK; i++) {
        if (!courier->open || courier->closing || !courier->waiting ||
            !has_room(keeper))
            return OK;
        e = channel_next(&courier->channel, &message);
        if (e == ERR_SHORT) {
            courier->waiting = false;
            return OK;
        }
        if (e == OK)
            e = errand_take(keeper, message);
        if (e == ERR_LIMIT) {
            courier->closing = true;
            return OK;
        }
    }
    return e;
}

/* ----- Asks of desks. ----- */

static void
send_text(struct keeper *keeper, struct keeper_desk *desk, uint64_t id,
          struct bytes text)
{
    struct answer answer = keeper_answer(keeper, id);

    answer.has_text = true;
    answer.text = text;
    keeper_send(keeper, desk, &answer);
}

/* The block of errands is free between two of them. */
static enum err
show(struct keeper *keeper, struct keeper_desk *desk, uint64_t id)
{
    struct writer w;
    enum err e;

    writer_init(&w, keeper->errand_block, ANSWER_TEXT_SIZE_MAX);
    e = peers_show(keeper->peers, &w);
    if (e == ERR_LIMIT) {
        keeper_refuse(keeper, desk, id, PROBLEM_TROUBLE);
        return OK;
    }
    if (e == OK)
        send_text(keeper, desk, id, writer_done(&w));
    return e;
}

enum err
courier_ask(struct keeper *keeper, struct keeper_desk *desk,
            const struct ask *ask)
{
    struct keeper_act *act = &keeper->act;
    struct bytes bytes = ask->kind == ASK_ORDER ? ask->note : ask->reason;

    if (ask->kind == ASK_PEERS)
        return show(keeper, desk, ask->id);
    if (act->desk != NULL)
        return ERR_BUSY;
    assert(bytes.size <= sizeof(act->bytes));
    assert(ask->actor.size <= sizeof(act->actor));
    act->desk = desk;
    act->id = ask->id;
    act->kind = ask->kind;
    act->mode = ask->mode;
    act->sha256 = ask->sha256;
    act->size = bytes.size;
    act->actor_size = ask->actor.size;
    if (bytes.size > 0)
        memcpy(act->bytes, bytes.p, bytes.size);
    if (ask->actor.size > 0)
        memcpy(act->actor, ask->actor.p, ask->actor.size);
    return OK;
}

static enum err
act_do(struct keeper *keeper)
{
    struct keeper_act *act = &keeper->act;
    struct bytes bytes = {act->bytes, act->size};
    struct bytes actor = {act->actor, act->actor_size};
    struct keeper_desk *desk = act->desk;
    struct answer refused = keeper_answer(keeper, act->id);
    const char *why = "";
    enum err e;

    if (desk == NULL)
        return OK;
    act->desk = NULL;
    if (act->kind == ASK_MODE)
        e = act->mode == MODE_ISOLATED
                ? peers_isolate(keeper->peers, actor, bytes)
                : peers_rejoin(keeper->peers, actor, bytes);
    else if (act->kind == ASK_ROSTER)
        e = peers_join_file(keeper->peers, &act->sha256, &why);
    else
        e = peers_order(keeper->peers, bytes, &why);
    if (e == OK)
        return show(keeper, desk, act->id);
    if (e != ERR_DENIED) {
        keeper_refuse(keeper, desk, act->id,
                      e == ERR_FULL ? PROBLEM_DISK_FULL : PROBLEM_KEEPER_GONE);
        return e;
    }
    refused.problem = PROBLEM_REFUSED;
    refused.has_text = true;
    refused.text = bytes_of(why);
    keeper_send(keeper, desk, &refused);
    return OK;
}

/* ----- The turn. ----- */

/* No booth has asked for some seconds. */
static bool
is_quiet(const struct keeper *keeper)
{
    return keeper->child.os->monotonic_ns(keeper->child.os) -
               keeper->asked_ns >=
           QUIET_NS;
}

/* Tables folded without keys that came since, or with keys that went, are
 * rebuilt by the keeper's next life. */
static void
renew_look(struct keeper *keeper)
{
    uint64_t now_ns = keeper->child.os->monotonic_ns(keeper->child.os);

    if (!peers_stale(keeper->peers))
        return;
    if (keeper->stale_ns == 0)
        keeper->stale_ns = now_ns;
    if (!is_quiet(keeper) && now_ns - keeper->stale_ns < RENEW_LATEST_NS)
        return;
    say(&keeper->say, SAY_NOTICE,
        "keys of other logs came or went: starting anew to rebuild the store");
    keeper->renew = true;
}

enum err
courier_turn(struct keeper *keeper)
{
    enum err e = act_do(keeper);

    peers_quiet(keeper->peers, is_quiet(keeper));
    if (e == OK)
        e = errands_take(keeper);
    if (e == OK && (keeper->more || peers_wait_ms(keeper->peers) == 0))
        e = peers_round(keeper->peers, &keeper->more);
    counters_tell(keeper->child.counters, (uint32_t)peers_mode(keeper->peers),
                  peers_alarms(keeper->peers));
    renew_look(keeper);
    return e;
}

int
courier_wait_ms(const struct keeper *keeper)
{
    const struct keeper_desk *courier = &keeper->courier;

    if (keeper->peers == NULL || keeper->blocked != PROBLEM_NONE)
        return -1;
    if (keeper->act.desk != NULL || keeper->more ||
        (courier->open && courier->waiting && !courier->closing &&
         has_room(keeper)))
        return 0;
    return peers_wait_ms(keeper->peers);
}
