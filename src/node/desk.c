#include "node/desk.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "http/server.h"
#include "node/book.h"
#include "node/keys.h"
#include "node/peers.h"
#include "node/places.h"
#include "node/profile.h"
#include "node/say.h"
#include "node/watch.h"
#include "os/channel.h"
#include "os/loop.h"
#include "os/socket.h"

/* Booths, monitors and a console each keep a few; others wait in the queue. */
#define DESK_CONNECTIONS_MAX 256

/* Answers that have come and asks that have not gone: all connections' usual
 * ones, and one of the largest. */
#define DESK_IN_SIZE (512u << 10)
#define DESK_OUT_SIZE (1u << 20)

_Static_assert(DESK_IN_SIZE >= CHANNEL_HEAD_SIZE + ANSWER_SIZE_MAX,
               "the largest answer fits");

/* How long requests under way are waited for after SIGTERM. */
#define DRAIN_NS UINT64_C(5000000000)

/* How often deadlines are looked at. */
#define DEADLINE_LOOK_MS 50

enum tag { TAG_SERVER, TAG_CONTROL, TAG_SIGNAL, TAG_CHANNEL };

/* A request that waits for the keeper. Its ask's id is the place it stands in
 * and, above that, how often the place was used: no late answer meets another
 * request. */
struct waiting {
    bool used;
    uint32_t turn;
    uint64_t deadline_ns;
    struct api_call call;
};

struct desk {
    struct child child;
    struct say say;
    struct api api;
    struct places_known places;
    struct store store;
    uint64_t store_number;  /* of its file */
    uint64_t roster_number; /* likewise; 0: there was none */
    struct watch *watch;    /* what is in force */
    struct server server;
    struct loop loop;
    int signal_fd;
    bool connected; /* to a keeper */
    bool writing;
    struct channel channel;
    uint8_t *in;
    uint8_t *out;
    uint8_t *ask_block; /* ASK_SIZE_MAX */
    size_t waiting_count;
    struct waiting waiting[DESK_CONNECTIONS_MAX];
    bool answered; /* since the server ran */
    bool stopping;
    uint64_t stop_ns;
};

static uint64_t
now_ns(const struct desk *desk)
{
    return desk->child.os->monotonic_ns(desk->child.os);
}

static void
stop(struct desk *desk)
{
    if (desk->stopping)
        return;
    desk->stopping = true;
    desk->stop_ns = now_ns(desk) + DRAIN_NS;
    server_drain(&desk->server);
}

/* What scans are looked at beside, as of now. Before the tables are there, or
 * while they cannot be read, nothing is known of what is in force. */
static void
screening(void *context, struct api_screening *out)
{
    struct desk *desk = context;

    *out = (struct api_screening){0};
    if (desk->api.store == NULL || !watch_refresh(desk->watch, desk->api.store))
        return;
    out->set = watch_set(desk->watch);
    out->rules = watch_rules(desk->watch);
    out->rules_missing = watch_rules_missing(desk->watch);
    out->scratch = watch_scratch(desk->watch);
}

/* ----- Requests. ----- */

static void
answer(struct desk *desk, struct api_call *call)
{
    if (call->store_failed && !desk->stopping) {
        say(&desk->say, SAY_WARNING, "the store cannot be read: starting anew");
        stop(desk);
    }
    request_answer(call->request, &call->response);
    desk->answered = true;
}

static bool
ask_send(struct desk *desk, const struct ask *ask)
{
    struct writer w;

    if (!desk->connected)
        return false;
    writer_init(&w, desk->ask_block, ASK_SIZE_MAX);
    ask_encode(&w, ask);
    return writer_end(&w) == OK &&
           channel_send(&desk->channel, writer_done(&w)) == OK;
}

/* Gives up on the keeper: the answer is the desk's own. */
static void
finish_gone(struct desk *desk, struct waiting *waiting)
{
    struct answer gone = {.id = waiting->call.ask.id,
                          .problem = PROBLEM_KEEPER_GONE};

    api_finish(&desk->api, &waiting->call, &gone);
    waiting->used = false;
    desk->waiting_count--;
    answer(desk, &waiting->call);
}

/* By an answer of the keeper, unless that leads to another ask, for which the
 * first one's deadline stands. */
static void
finish(struct desk *desk, struct waiting *waiting, const struct answer *given)
{
    uint64_t id = waiting->call.ask.id;

    api_finish(&desk->api, &waiting->call, given);
    if (waiting->call.waits) {
        waiting->call.ask.id = id;
        if (!ask_send(desk, &waiting->call.ask))
            finish_gone(desk, waiting);
        return;
    }
    waiting->used = false;
    desk->waiting_count--;
    answer(desk, &waiting->call);
}

/* As many places as connections, and a connection has one request. */
static struct waiting *
waiting_take(struct desk *desk)
{
    size_t i;

    for (i = 0; i < DESK_CONNECTIONS_MAX; i++) {
        struct waiting *waiting = &desk->waiting[i];

        if (waiting->used)
            continue;
        waiting->used = true;
        waiting->turn++;
        desk->waiting_count++;
        return waiting;
    }
    return NULL;
}

static void
handle(void *context, struct request *request)
{
    struct desk *desk = context;
    struct os *os = desk->child.os;
    struct api_call call;
    struct waiting *waiting;

    api_begin(&desk->api, request, os->now(os), &call);
    if (!call.waits) {
        answer(desk, &call);
        return;
    }
    waiting = waiting_take(desk);
    if (waiting == NULL) {
        struct answer gone = {.problem = PROBLEM_KEEPER_GONE};

        api_finish(&desk->api, &call, &gone);
        answer(desk, &call);
        return;
    }
    waiting->call = call;
    waiting->call.ask.id =
        (uint64_t)waiting->turn << 32 | (uint64_t)(waiting - desk->waiting);
    waiting->deadline_ns = now_ns(desk) + (uint64_t)call.deadline_ms * 1000000u;
    if (!ask_send(desk, &waiting->call.ask))
        finish_gone(desk, waiting);
}

static void
refuse(void *context, struct request *request, const struct refusal *refusal,
       struct response *response)
{
    const struct desk *desk = context;

    api_refuse(&desk->api, request, refusal, response);
}

/* ----- The keeper. ----- */

/* Nobody is told that something was recorded that may not have been. */
static void
keeper_lost(struct desk *desk)
{
    size_t i;

    if (desk->connected) {
        loop_remove(&desk->loop, desk->channel.fd);
        channel_close(&desk->channel);
    }
    desk->connected = false;
    for (i = 0; i < DESK_CONNECTIONS_MAX; i++) {
        if (desk->waiting[i].used)
            finish_gone(desk, &desk->waiting[i]);
    }
}

static void
keeper_found(struct desk *desk, int fd)
{
    keeper_lost(desk);
    channel_init(&desk->channel, fd, desk->in, DESK_IN_SIZE, desk->out,
                 DESK_OUT_SIZE);
    desk->connected = loop_add(&desk->loop, fd, TAG_CHANNEL, false) == OK;
    desk->writing = false;
    if (!desk->connected)
        channel_close(&desk->channel);
}

/* False when the keeper sent what is no answer. */
static bool
answer_take(struct desk *desk, struct bytes message)
{
    struct answer given;
    struct fault fault;
    size_t place;

    if (answer_parse(message, &given, &fault) != OK)
        return false;
    place = (size_t)(given.id & 0xffffffffu);
    /* The answer to a request that has been given up is for nobody. */
    if (place < DESK_CONNECTIONS_MAX && desk->waiting[place].used &&
        desk->waiting[place].call.ask.id == given.id)
        finish(desk, &desk->waiting[place], &given);
    return true;
}

/* Answers every message that is there. ERR_SHORT when there are no more. */
static enum err
answers_take(struct desk *desk)
{
    struct bytes message;
    enum err e = channel_next(&desk->channel, &message);

    for (; e == OK; e = channel_next(&desk->channel, &message)) {
        if (!answer_take(desk, message))
            return ERR_FORMAT;
    }
    return e;
}

/* What came at once reads the store at one moment, after the keeper sent it:
 * beginning to read costs as much as reading. */
static enum err
answers_take_at_once(struct desk *desk)
{
    struct store *store = desk->api.store;
    bool at_once = store != NULL && store_read_begin(store) == OK;
    enum err e = answers_take(desk);

    if (at_once)
        store_read_end(store);
    return e;
}

static void
keeper_read(struct desk *desk)
{
    enum err e = channel_read(&desk->channel);

    while (e == OK) {
        e = answers_take_at_once(desk);
        if (e == ERR_SHORT)
            e = channel_read(&desk->channel);
    }
    if (e != ERR_BUSY)
        keeper_lost(desk);
}

static void
keeper_write(struct desk *desk)
{
    bool write;

    if (!desk->connected)
        return;
    if (channel_write(&desk->channel) != OK) {
        keeper_lost(desk);
        return;
    }
    write = channel_waits(&desk->channel);
    if (write != desk->writing && loop_change(&desk->loop, desk->channel.fd,
                                              TAG_CHANNEL, true, write) != OK) {
        keeper_lost(desk);
        return;
    }
    desk->writing = write;
}

static void
deadlines(struct desk *desk)
{
    uint64_t now = now_ns(desk);
    size_t i;

    for (i = 0; i < DESK_CONNECTIONS_MAX && desk->waiting_count > 0; i++) {
        if (desk->waiting[i].used && now >= desk->waiting[i].deadline_ns)
            finish_gone(desk, &desk->waiting[i]);
    }
}

/* ----- The loop. ----- */

/*
 * A keeper that has just started may have made the store anew. Its file cannot
 * be opened from within the cage: another desk takes this one's place.
 */
static void
store_compare(struct desk *desk)
{
    uint64_t number = 0;
    enum err e = os_file_number(desk->child.dir, STORE_FILE, &number);

    if (desk->api.store != NULL && e == OK && number == desk->store_number)
        return;
    say(&desk->say, SAY_INFO, "the store is another: starting anew");
    stop(desk);
}

static uint64_t
roster_number(const struct desk *desk)
{
    uint64_t number = 0;
    enum err e = os_file_number(desk->child.dir, PEERS_ROSTER_FILE, &number);

    return e == OK ? number : 0;
}

/* The same with the roster, which says where posts are. */
static void
roster_compare(struct desk *desk)
{
    if (desk->stopping || roster_number(desk) == desk->roster_number)
        return;
    say(&desk->say, SAY_INFO, "the roster is another: starting anew");
    stop(desk);
}

static void
control_read(struct desk *desk)
{
    uint8_t byte;
    int fd = -1;
    enum err e = socket_receive(desk->child.control_fd, &byte, &fd);

    if (e == OK && byte == CONTROL_CHANNEL && fd >= 0) {
        keeper_found(desk, fd);
        store_compare(desk);
    } else if (e == OK && byte == CONTROL_REFUSING && fd >= 0)
        keeper_found(desk, fd);
    else if (e == OK && fd >= 0)
        socket_close(fd);
    else if (e == ERR_SHORT || e == ERR_IO)
        loop_remove(&desk->loop, desk->child.control_fd);
}

static int
timeout_ms(const struct desk *desk)
{
    int timeout = server_timeout_ms(&desk->server);

    if (desk->waiting_count == 0 && !desk->stopping)
        return timeout;
    return timeout < 0 || timeout > DEADLINE_LOOK_MS ? DEADLINE_LOOK_MS
                                                     : timeout;
}

static void
turn(struct desk *desk)
{
    struct loop_ready ready[LOOP_READY_MAX];
    size_t count = loop_wait(&desk->loop, timeout_ms(desk), ready);
    size_t i;

    for (i = 0; i < count; i++) {
        if (ready[i].tag == TAG_CONTROL)
            control_read(desk);
        /* SIGINT goes to all of a terminal's processes; the supervisor
         * decides. */
        else if (ready[i].tag == TAG_SIGNAL &&
                 process_signal(desk->signal_fd) == SIGTERM)
            stop(desk);
        else if (ready[i].tag == TAG_CHANNEL && desk->connected &&
                 ready[i].readable)
            keeper_read(desk);
    }
    deadlines(desk);
    roster_compare(desk);
    do {
        desk->answered = false;
        server_run(&desk->server);
    } while (desk->answered);
    keeper_write(desk);
}

static int
serve(struct desk *desk)
{
    while (!desk->stopping ||
           (!server_idle(&desk->server) && now_ns(desk) < desk->stop_ns))
        turn(desk);
    /* What is still under way is not waited for any longer. */
    keeper_lost(desk);
    server_run(&desk->server);
    server_close(&desk->server);
    store_close(&desk->store);
    watch_close(desk->watch);
    return CHILD_DONE;
}

/* ----- Starting. ----- */

static enum err
memory_take(struct desk *desk)
{
    desk->in = calloc(1, DESK_IN_SIZE);
    desk->out = calloc(1, DESK_OUT_SIZE);
    desk->ask_block = calloc(1, ASK_SIZE_MAX);
    if (desk->in == NULL || desk->out == NULL || desk->ask_block == NULL)
        return ERR_LIMIT;
    return OK;
}

/* Everything that the cage forbids to open. */
static enum err
open_files(struct desk *desk)
{
    const struct child *child = &desk->child;
    struct os *os = child->os;
    char log[BOOK_PATH_SIZE_MAX];
    char store[BOOK_PATH_SIZE_MAX];
    struct store_config config = {.os = os,
                                  .folder = child->dir,
                                  .path = store,
                                  .mode = STORE_READ,
                                  .node = desk->api.node};
    struct watch_config watching = {
        .os = os, .dir = child->dir, .make_folder = true};
    enum err e = token_load(os, child->dir, &desk->api.token);

    if (e != OK)
        return e;
    (void)snprintf(log, sizeof(log), "%s/log", child->path);
    (void)snprintf(store, sizeof(store), "%s/" STORE_FILE, child->path);
    e = os->folder_open(os, log, &desk->api.log);
    if (e == OK)
        e = watch_open(&desk->watch, &watching);
    if (e != OK)
        return e;
    /* Without a store, or before the keeper has mended it, a desk can at least
     * say so. */
    if (os_file_number(child->dir, STORE_FILE, &desk->store_number) == OK &&
        store_open(&desk->store, &config) == OK)
        desk->api.store = &desk->store;
    return OK;
}

static enum err
open_loop(struct desk *desk)
{
    enum err e = process_signals(&desk->signal_fd);

    if (e == OK)
        e = loop_open(&desk->loop);
    if (e == OK)
        e = loop_add(&desk->loop, desk->signal_fd, TAG_SIGNAL, false);
    if (e == OK)
        e = loop_add(&desk->loop, desk->child.control_fd, TAG_CONTROL, false);
    return e;
}

static enum err
open_server(struct desk *desk)
{
    struct server_config config = {.os = desk->child.os,
                                   .listen_fd = desk->child.listen_fd,
                                   .connections_max = DESK_CONNECTIONS_MAX,
                                   .handle = handle,
                                   .refuse = refuse,
                                   .context = desk};
    enum err e;

    if (desk->api.sample) {
        config.field_name = API_SAMPLE_FIELD;
        config.field_value = "true";
    }
    e = server_open(&desk->server, &config);
    if (e != OK)
        return e;
    return loop_add(&desk->loop, server_fd(&desk->server), TAG_SERVER, false);
}

static enum err
start(struct desk *desk)
{
    enum err e = memory_take(desk);

    if (e == OK)
        e = open_files(desk);
    if (e == OK)
        e = open_loop(desk);
    return e == OK ? open_server(desk) : e;
}

/* What never changes while the desk lives. */
static void
api_fill(struct desk *desk)
{
    const struct child *child = &desk->child;
    const struct config *config = child->config;

    /* The number first: a roster that comes meanwhile shows. */
    desk->roster_number = roster_number(desk);
    places_load(&desk->places, child->os, child->dir, config);
    desk->api = (struct api){.os = child->os,
                             .origin = bytes_of(config->origin),
                             .node = config_node(config),
                             .place = bytes_of(config->place),
                             .zone = child->zone,
                             .sample = config->sample,
                             .counters = child->counters,
                             .country = bytes_of(config->country),
                             .position = config->position,
                             .place_count = desk->places.count,
                             .places = desk->places.items,
                             .screening = screening,
                             .screening_context = desk};
}

int
desk_run(const struct child *child)
{
    struct desk *desk = calloc(1, sizeof(*desk));
    struct sandbox sandbox;
    struct sandbox_report cage;
    enum err e;

    if (desk == NULL)
        return CHILD_TROUBLE;
    process_name(child->process, "kufi-desk");
    say_init(&desk->say, child->os, "kufi-desk");
    desk->child = *child;
    api_fill(desk);
    e = start(desk);
    if (e != OK) {
        say(&desk->say, SAY_ERROR, "cannot start (token): %s", err_text(e));
        return CHILD_TROUBLE;
    }
    profile_desk(child->dir, &sandbox);
    if (sandbox_enter(&sandbox, &cage) != OK) {
        say(&desk->say, SAY_ERROR, "cannot start: no sandbox");
        return CHILD_HOPELESS;
    }
    e = socket_send(child->control_fd, CONTROL_READY, -1);
    if (e != OK)
        say(&desk->say, SAY_WARNING, "the supervisor does not listen");
    return serve(desk);
}
