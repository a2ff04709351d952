/*
 * A courier asks the keeper how things stand before it does anything else, then
 * settles for good: it speaks with other nodes or it does not, by one roster,
 * and enters its cage accordingly. When the mode or the roster has changed it
 * ends, and the supervisor starts another: so isolation cuts every connection
 * at once, and nothing of an old roster lives on.
 */
#include "node/courier_int.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "node/lists.h"
#include "node/peers.h"
#include "node/profile.h"
#include "node/tls.h"
#include "os/socket.h"

/* How often the keeper is asked how things stand. */
#define STATE_NS UINT64_C(500000000)
/* While nothing comes, the links and mirrors are looked after so often, and
 * the keeper's word when there are none. */
#define TURN_MS 100
#define TURN_IDLE_MS 500

/* How long one goes on that cannot listen. */
#define DEAF_NS UINT64_C(30000000000)

/* Booths come first: beside a desk that is busy, a tenth of a processor. */
#define YIELD 10

#define IN_SIZE (CHANNEL_HEAD_SIZE + ERRAND_ANSWER_SIZE_MAX)
#define OUT_SIZE (CHANNEL_HEAD_SIZE + ERRAND_SIZE_MAX)

uint64_t
courier_now_ns(const struct courier *courier)
{
    return courier->child.os->monotonic_ns(courier->child.os);
}

void
courier_end(struct courier *courier, int status)
{
    if (courier->ended)
        return;
    courier->ended = true;
    courier->status = status;
}

/* ----- The keeper. ----- */

/* Without a keeper nothing can be judged; before there was one, another may
 * come. */
static void
keeper_lost(struct courier *courier)
{
    if (!courier->connected)
        return;
    loop_remove(&courier->loop, courier->channel.fd);
    channel_close(&courier->channel);
    courier->connected = false;
    courier->asking = false;
    if (courier->settled)
        courier_end(courier, CHILD_TROUBLE);
    else
        memset(courier->errands, 0, sizeof(courier->errands));
}

static void
keeper_found(struct courier *courier, int fd)
{
    if (courier->connected) {
        socket_close(fd);
        keeper_lost(courier);
        return;
    }
    channel_init(&courier->channel, fd, courier->in, IN_SIZE, courier->out,
                 OUT_SIZE);
    courier->connected =
        loop_add(&courier->loop, fd, COURIER_TAG_CHANNEL, false) == OK;
    if (!courier->connected)
        channel_close(&courier->channel);
    courier->asked_ns = 0;
}

static void
keeper_read(struct courier *courier)
{
    enum err e = channel_read(&courier->channel);
    struct bytes message;

    while (e == OK) {
        e = channel_next(&courier->channel, &message);
        if (e == OK && !courier_answer_take(courier, message))
            e = ERR_FORMAT;
        else if (e == ERR_SHORT)
            e = channel_read(&courier->channel);
    }
    if (e != ERR_BUSY)
        keeper_lost(courier);
}

static void
keeper_write(struct courier *courier)
{
    bool write;

    if (!courier->connected)
        return;
    courier_errands_send(courier);
    if (channel_write(&courier->channel) != OK) {
        keeper_lost(courier);
        return;
    }
    write = channel_waits(&courier->channel);
    if (write != courier->writing &&
        loop_change(&courier->loop, courier->channel.fd, COURIER_TAG_CHANNEL,
                    true, write) != OK)
        keeper_lost(courier);
    courier->writing = write;
}

static void
control_read(struct courier *courier)
{
    uint8_t byte;
    int fd = -1;
    enum err e = socket_receive(courier->child.control_fd, &byte, &fd);

    if (e == OK && byte == CONTROL_CHANNEL && fd >= 0)
        keeper_found(courier, fd);
    else if (e == OK && fd >= 0)
        socket_close(fd);
    else if (e == ERR_SHORT || e == ERR_IO)
        courier_end(courier, CHILD_DONE);
}

/* Asks now and then, and ends when the answer is another than it settled for.
 */
static void
state_follow(struct courier *courier)
{
    const struct errand_state *state = courier->state;
    const struct errand ask = {.kind = ERRAND_STATE};
    uint64_t now = courier_now_ns(courier);

    if (courier->connected && !courier->asking &&
        (courier->asked_ns == 0 || now - courier->asked_ns >= STATE_NS)) {
        courier->asked_ns = now;
        courier->asking = true;
        courier_errand_ask(courier, ASKER_STATE, 0, &ask);
    }
    if (!courier->settled || state == NULL)
        return;
    if (state->mode != courier->mode ||
        state->roster_version != courier->roster_version ||
        (courier->deaf && now - courier->settled_ns >= DEAF_NS))
        courier_end(courier, CHILD_DONE);
}

/* ----- The loop. ----- */

static void
ready_take(struct courier *courier, const struct loop_ready *ready)
{
    if (ready->tag >= COURIER_TAG_LINK)
        courier_link_ready(courier, (size_t)(ready->tag - COURIER_TAG_LINK));
    else if (ready->tag == COURIER_TAG_CONTROL)
        control_read(courier);
    else if (ready->tag == COURIER_TAG_SIGNAL) {
        /* SIGINT goes to all of a terminal's processes; the supervisor
         * decides. */
        if (process_signal(courier->signal_fd) == SIGTERM)
            courier_end(courier, CHILD_DONE);
    } else if (ready->tag == COURIER_TAG_CHANNEL && courier->connected)
        keeper_read(courier);
    else if (ready->tag == COURIER_TAG_INDEXER)
        courier_index_read(courier);
}

static void
peers_drive(struct courier *courier)
{
    struct errand errand;

    courier_seals_drive(courier);
    courier_heard_drive(courier);
    courier_links_drive(courier);
    courier_inbox_drive(courier);
    if (courier->mirrors.broken != OK) {
        /* What lies there now, another courier reads anew. */
        say(&courier->say, SAY_ERROR, "mirroring: %s",
            err_text(courier->mirrors.broken));
        courier_end(courier, CHILD_TROUBLE);
        return;
    }
    if (mirrors_next(&courier->mirrors, &courier->host, courier_now_ns(courier),
                     &errand))
        courier_errand_ask(courier, ASKER_MIRRORS, 0, &errand);
    if (courier->listen_fd < 0)
        return;
    do {
        courier->answered = false;
        server_run(&courier->server);
    } while (courier->answered);
}

static int
timeout_ms(const struct courier *courier)
{
    int timeout = TURN_IDLE_MS;

    if (courier->speaks) {
        timeout = courier_links_timeout_ms(courier, TURN_MS);
        timeout = courier_inbox_timeout_ms(courier, timeout);
        if (courier->listen_fd >= 0) {
            int server = server_timeout_ms(&courier->server);

            if (server >= 0 && server < timeout)
                timeout = server;
        }
    }
    return timeout;
}

static void
turn(struct courier *courier)
{
    struct loop_ready ready[LOOP_READY_MAX];
    size_t count = loop_wait(&courier->loop, timeout_ms(courier), ready);

    for (size_t i = 0; i < count && !courier->ended; i++)
        ready_take(courier, &ready[i]);
    state_follow(courier);
    if (courier->speaks && !courier->ended)
        peers_drive(courier);
    keeper_write(courier);
}

/* ----- Settling. ----- */

static enum err
roster_load(struct courier *courier)
{
    const struct child *child = &courier->child;
    struct fault fault = {0};
    size_t size = 0;
    enum err e = os_read_file(child->os, child->dir, PEERS_ROSTER_FILE,
                              courier->roster_note, ROSTER_SIZE_MAX, &size);

    courier->host.roster_note = (struct bytes){courier->roster_note, size};
    if (e == OK)
        e = roster_open(courier->host.roster_note, NULL, courier->roster,
                        &fault);
    if (e == OK)
        courier->host.roster = courier->roster;
    return e;
}

static enum err
mirrors_open(struct courier *courier)
{
    const size_t log_max = ROSTER_NODES_MAX + ROSTER_REVOKED_MAX;
    struct block scratch = {.size = MIRROR_SCRATCH_SIZE};

    courier->mirror_logs = calloc(log_max, sizeof(*courier->mirror_logs));
    courier->mirror_scratch = calloc(1, scratch.size);
    if (courier->mirror_logs == NULL || courier->mirror_scratch == NULL)
        return ERR_LIMIT;
    scratch.p = courier->mirror_scratch;
    mirrors_init(&courier->mirrors, courier->child.os, courier->child.dir,
                 courier->mirror_logs, log_max, scratch);
    return OK;
}

static enum err
grants_open(struct courier *courier)
{
    const struct child *child = &courier->child;
    struct block scratch = {courier->errand_block, ERRAND_SIZE_MAX};

    courier->grants = calloc(1, sizeof(*courier->grants));
    courier->host.grants = courier->grants;
    if (courier->grants == NULL)
        return ERR_LIMIT;
    return grantbox_open(courier->grants, child->os, child->dir,
                         courier->roster, scratch);
}

/* What is written to must be there before a cage opens it alone. */
static enum err
folders_make(struct courier *courier)
{
    static const char *const folders[] = {MIRROR_FOLDER, GRANTBOX_FOLDER,
                                          LISTS_FOLDER, CARRY_INBOX};
    const struct child *child = &courier->child;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < sizeof(folders) / sizeof(folders[0]); i++)
        e = child->os->make_folder(child->os, child->dir, folders[i], 0700);
    return e;
}

/* All that a courier needs which speaks with others. */
static enum err
speaking_open(struct courier *courier)
{
    const struct child *child = &courier->child;
    enum err e = courier_index_open(courier);

    sandbox_hide(&courier->certificate, sizeof(courier->certificate));
    if (e == OK)
        e = tls_load(child->os, child->dir, &courier->certificate);
    if (e != OK)
        say(&courier->say, SAY_ERROR, "tls.key, tls.crt: %s", err_text(e));
    if (e == OK)
        e = mirrors_open(courier);
    if (e == OK)
        e = grants_open(courier);
    if (e == OK)
        e = courier_links_open(courier);
    if (e == OK)
        courier_listen(courier);
    if (e == OK && courier->listen_fd >= 0)
        e = courier_serve_open(courier);
    return e;
}

static void
settle(struct courier *courier)
{
    const struct errand_state *state = courier->state;
    struct sandbox sandbox;
    struct sandbox_report cage;
    enum err e = folders_make(courier);

    courier->settled = true;
    courier->settled_ns = courier_now_ns(courier);
    courier->mode = state->mode;
    courier->roster_version = state->roster_version;
    if (e == OK && state->has_roster)
        e = roster_load(courier);
    courier->speaks = e == OK && sync_host_open(&courier->host);
    if (courier->speaks)
        e = speaking_open(courier);
    if (e != OK) {
        say(&courier->say, SAY_ERROR, "cannot start: %s", err_text(e));
        courier_end(courier, CHILD_TROUBLE);
        return;
    }
    profile_courier(courier->child.dir, courier->speaks, &sandbox);
    if (sandbox_enter(&sandbox, &cage) != OK) {
        say(&courier->say, SAY_ERROR, "cannot start: no sandbox");
        courier_end(courier, CHILD_HOPELESS);
        return;
    }
    if (courier->speaks)
        say(&courier->say, SAY_INFO,
            "roster %" PRIu64 ": %zu nodes, %zu of them called%s",
            courier->roster_version, courier->roster->node_count,
            courier->link_count, courier->listen_fd < 0 ? "" : "; listening");
}

/* ----- Starting. ----- */

static enum err
memory_take(struct courier *courier)
{
    courier->in = calloc(1, IN_SIZE);
    courier->out = calloc(1, OUT_SIZE);
    courier->errand_block = calloc(1, ERRAND_SIZE_MAX);
    courier->answer = calloc(1, sizeof(*courier->answer));
    courier->state_block = calloc(1, COURIER_STATE_SIZE_MAX);
    courier->state_room = calloc(1, sizeof(*courier->state_room));
    courier->roster = calloc(1, sizeof(*courier->roster));
    courier->roster_note = calloc(1, ROSTER_SIZE_MAX);
    if (courier->in == NULL || courier->out == NULL ||
        courier->errand_block == NULL || courier->answer == NULL ||
        courier->state_block == NULL || courier->state_room == NULL ||
        courier->roster == NULL || courier->roster_note == NULL)
        return ERR_LIMIT;
    return OK;
}

static enum err
start(struct courier *courier)
{
    enum err e = memory_take(courier);

    if (e == OK)
        e = process_signals(&courier->signal_fd);
    if (e == OK)
        e = loop_open(&courier->loop);
    if (e == OK)
        e = loop_add(&courier->loop, courier->signal_fd, COURIER_TAG_SIGNAL,
                     false);
    if (e == OK)
        e = loop_add(&courier->loop, courier->child.control_fd,
                     COURIER_TAG_CONTROL, false);
    return e;
}

int
courier_run(const struct child *child)
{
    struct courier *courier = calloc(1, sizeof(*courier));
    enum err e;

    if (courier == NULL)
        return CHILD_TROUBLE;
    process_name(child->process, "kufi-courier");
    process_yield(YIELD);
    say_init(&courier->say, child->os, "kufi-courier");
    courier->child = *child;
    courier->listen_fd = -1;
    courier->rate.bytes_s = child->config->mirror_rate;
    courier->host =
        (struct sync_host){.os = child->os,
                           .dir = child->dir,
                           .random = &crypto_random,
                           .origin = bytes_of(child->config->origin),
                           .mirrors = &courier->mirrors,
                           .rate = &courier->rate};
    e = start(courier);
    if (e != OK) {
        say(&courier->say, SAY_ERROR, "cannot start: %s", err_text(e));
        return CHILD_TROUBLE;
    }
    while (!courier->ended) {
        turn(courier);
        if (!courier->settled && courier->state != NULL)
            settle(courier);
    }
    /* All that matters is on the disk or with the keeper; connections end with
     * the process. */
    return courier->status;
}
