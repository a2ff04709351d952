#include "node/keeper_int.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "os/socket.h"

#define TAG_CONTROL 1000
#define TAG_SIGNAL 1001

/* How long the keeper goes on after SIGTERM while desks still ask. */
#define STOP_NS UINT64_C(1000000000)
#define STOP_QUIET_NS UINT64_C(200000000)

/* How long a keeper that cannot start says so before it tries again. */
#define REFUSE_NS UINT64_C(1000000000)

/* How often to look whether a checkpoint is due. */
#define PUBLISH_LOOK_MS 25

/* ----- Desks. ----- */

static void
desk_close(struct keeper *keeper, struct keeper_desk *desk)
{
    size_t kept = 0;
    size_t i;

    loop_remove(&keeper->loop, desk->channel.fd);
    channel_close(&desk->channel);
    desk->open = false;
    for (i = 0; i < keeper->proof_count; i++) {
        if (keeper->proofs[i].desk != desk)
            keeper->proofs[kept++] = keeper->proofs[i];
    }
    keeper->proof_count = kept;
    if (keeper->act.desk == desk)
        keeper->act.desk = NULL;
}

static void
desk_open(struct keeper *keeper, int fd)
{
    size_t i = 0;
    struct keeper_desk *desk;

    while (i < KEEPER_DESKS_MAX && keeper->desks[i].open)
        i++;
    if (i == KEEPER_DESKS_MAX || loop_add(&keeper->loop, fd, i, false) != OK) {
        say(&keeper->say, SAY_ERROR, "no room for another desk");
        socket_close(fd);
        return;
    }
    desk = &keeper->desks[i];
    channel_init(&desk->channel, fd, desk->in, KEEPER_IN_SIZE, desk->out,
                 KEEPER_OUT_SIZE);
    desk->open = true;
    desk->closing = false;
    desk->waiting = false;
    desk->writing = false;
}

/* Reads what came; a desk that is gone is closed when the batch is done. */
static void
desk_read(struct keeper_desk *desk)
{
    enum err e = channel_read(&desk->channel);

    desk->waiting = true;
    if (e == ERR_SHORT || e == ERR_IO)
        desk->closing = true;
}

/*
 * Takes a desk's asks until none is left, the batch is full, or it has half a
 * block of answers that it does not read.
 */
static enum err
desk_asks(struct keeper *keeper, struct keeper_desk *desk)
{
    struct bytes message;
    enum err e = OK;

    while (e == OK && !desk->closing &&
           channel_room(&desk->channel) >= KEEPER_OUT_SIZE / 2) {
        e = channel_next(&desk->channel, &message);
        if (e == ERR_SHORT) {
            desk->waiting = false;
            return OK;
        }
        if (e == OK)
            e = keeper_ask(keeper, desk, message);
        if (e == ERR_BUSY)
            channel_back(&desk->channel, message);
    }
    if (e == ERR_FORMAT || e == ERR_LIMIT) {
        say(&keeper->say, SAY_WARNING, "a desk sent what is no ask: let go");
        desk->closing = true;
        return OK;
    }
    return e == ERR_BUSY ? OK : e;
}

/* Sends, watches for room, and closes what is to be closed. */
static void
desk_write(struct keeper *keeper, size_t i)
{
    struct keeper_desk *desk = &keeper->desks[i];
    bool read;
    bool write;

    if (channel_write(&desk->channel) != OK)
        desk->closing = true;
    if (desk->closing) {
        desk_close(keeper, desk);
        return;
    }
    write = channel_waits(&desk->channel);
    read = channel_room(&desk->channel) >= KEEPER_OUT_SIZE / 2;
    if (write == desk->writing)
        return;
    if (loop_change(&keeper->loop, desk->channel.fd, i, read, write) != OK)
        desk_close(keeper, desk);
    desk->writing = write;
}

static void
desks_write(struct keeper *keeper)
{
    size_t i;

    for (i = 0; i < KEEPER_DESKS_MAX; i++) {
        if (keeper->desks[i].open)
            desk_write(keeper, i);
    }
}

/* ----- A batch. ----- */

/* What a decision needs of its inspection; what was found is left out, which
 * takes most of the room. */
static void
remember_inspection(struct keeper *keeper, uint64_t index, struct event *event)
{
    uint8_t plain[RECENT_SIZE_MAX];
    struct writer w;

    event->inspection.hit_count = 0;
    event->inspection.finding_count = 0;
    writer_init(&w, plain, sizeof(plain));
    if (event_encode(&w, event, &keeper->book.fault) == OK)
        recent_put(keeper->recent, index, writer_done(&w));
    else
        recent_forget(keeper->recent, index);
}

static void
remember(struct keeper *keeper)
{
    struct book *book = &keeper->book;
    size_t i;

    for (i = 0; i < book->item_count; i++) {
        struct bytes plain = book->items[i].plain;
        struct event event;

        arena_reset(&book->read_arena);
        if (event_parse(plain, &book->read_arena, &event, &book->fault) != OK)
            continue;
        if ((size_t)event.type < STATUS_TYPES_MAX)
            keeper->appended[event.type]++;
        if (event.type == EVENT_INSPECTION)
            remember_inspection(keeper, book_index(book, i), &event);
        if (event.type == EVENT_CROSSING && event.crossing.has_inspection)
            recent_decide(keeper->recent, event.crossing.inspection,
                          book_index(book, i));
    }
}

/* Refuses appends from now on until the disk takes them again. */
static void
block(struct keeper *keeper, enum err e)
{
    struct os *os = keeper->child.os;

    keeper->retry_ns = os->monotonic_ns(os) + KEEPER_RETRY_NS;
    if (keeper->blocked != PROBLEM_NONE)
        return;
    keeper->blocked = keeper_problem(keeper, e);
    say(&keeper->say, SAY_ERROR, "refusing appends: %s: %s",
        keeper->book.step != NULL ? keeper->book.step : "", err_text(e));
}

/* What the disk did not take before; then appends are taken again. */
static enum err
unblock(struct keeper *keeper)
{
    struct os *os = keeper->child.os;
    enum err e;

    if (keeper->blocked == PROBLEM_NONE ||
        os->monotonic_ns(os) < keeper->retry_ns)
        return OK;
    e = book_settle(&keeper->book);
    if (e == ERR_FULL) {
        keeper->retry_ns = os->monotonic_ns(os) + KEEPER_RETRY_NS;
        return OK;
    }
    if (e == OK) {
        keeper->blocked = PROBLEM_NONE;
        say(&keeper->say, SAY_NOTICE, "taking appends again");
    }
    return e;
}

/* What a failed commit means to who asked: on a full disk nothing was recorded;
 * after any other trouble nobody knows before the log is read back. */
static enum problem
unrecorded(enum err e)
{
    return e == ERR_FULL ? PROBLEM_DISK_FULL : PROBLEM_KEEPER_GONE;
}

/* Makes the batch durable, answers, folds, answers the rest. */
static enum err
batch_end(struct keeper *keeper)
{
    enum err e;

    if (!keeper->begun)
        return OK;
    keeper->begun = false;
    keeper->asked_ns = keeper->child.os->monotonic_ns(keeper->child.os);
    e = book_commit(&keeper->book);
    if (e != OK) {
        enum problem problem = unrecorded(e);

        keeper_refuse_all(keeper, false, problem);
        keeper_refuse_all(keeper, true, problem);
        return e;
    }
    remember(keeper);
    e = keeper_reply_all(keeper, false);
    desks_write(keeper);
    if (e == OK)
        e = book_fold(&keeper->book);
    if (e != OK) {
        keeper_refuse_all(keeper, true, PROBLEM_KEEPER_GONE);
        return e;
    }
    e = keeper_reply_all(keeper, true);
    desks_write(keeper);
    return e == OK ? book_flush(&keeper->book) : e;
}

static enum err
publish(struct keeper *keeper)
{
    struct os *os = keeper->child.os;
    enum err e;

    if (keeper->blocked != PROBLEM_NONE ||
        !log_publish_due(&keeper->book.log, os->monotonic_ns(os)))
        return OK;
    e = book_publish(&keeper->book);
    return e == OK ? keeper_prove(keeper) : e;
}

/* One round of asks. What the disk refuses for want of space blocks appends;
 * all else ends the keeper. */
static enum err
turn(struct keeper *keeper)
{
    size_t i;
    enum err e = unblock(keeper);

    for (i = 0; i < KEEPER_DESKS_MAX && e == OK; i++) {
        if (keeper->desks[i].open && keeper->desks[i].waiting)
            e = desk_asks(keeper, &keeper->desks[i]);
    }
    if (e == OK)
        e = batch_end(keeper);
    if (e == OK)
        e = publish(keeper);
    if (e == OK && keeper->blocked == PROBLEM_NONE)
        e = courier_turn(keeper);
    if (e != ERR_FULL)
        return e;
    block(keeper, e);
    return OK;
}

/* ----- The loop. ----- */

static void
control_read(struct keeper *keeper)
{
    uint8_t byte;
    int fd = -1;
    enum err e = socket_receive(keeper->child.control_fd, &byte, &fd);

    if (e == OK && byte == CONTROL_CHANNEL && fd >= 0)
        desk_open(keeper, fd);
    else if (e == OK && byte == CONTROL_ERRANDS && fd >= 0)
        courier_open(keeper, fd);
    else if (e == OK && fd >= 0)
        socket_close(fd);
    else if (e == ERR_SHORT || e == ERR_IO)
        loop_remove(&keeper->loop, keeper->child.control_fd);
}

static void
signal_read(struct keeper *keeper)
{
    struct os *os = keeper->child.os;

    /* SIGINT goes to all of a terminal's processes; the supervisor decides. */
    if (process_signal(keeper->signal_fd) != SIGTERM || keeper->stopping)
        return;
    keeper->stopping = true;
    keeper->stop_ns = os->monotonic_ns(os) + STOP_NS;
    keeper->asked_ns = os->monotonic_ns(os);
}

static bool
any_desk(const struct keeper *keeper, bool waiting)
{
    size_t i;

    for (i = 0; i < KEEPER_DESKS_MAX; i++) {
        if (keeper->desks[i].open &&
            (!waiting ||
             (keeper->desks[i].waiting &&
              channel_room(&keeper->desks[i].channel) >= KEEPER_OUT_SIZE / 2)))
            return true;
    }
    return false;
}

/* Once the desks are gone, or have nothing more to ask, or it takes long. */
static bool
stop_due(const struct keeper *keeper)
{
    struct os *os = keeper->child.os;
    uint64_t now_ns = os->monotonic_ns(os);

    if (!keeper->stopping || keeper->proof_count > 0)
        return keeper->stopping && now_ns >= keeper->stop_ns;
    return !any_desk(keeper, false) || now_ns >= keeper->stop_ns ||
           now_ns - keeper->asked_ns >= STOP_QUIET_NS;
}

static int
timeout_ms(const struct keeper *keeper)
{
    const struct log *log = &keeper->book.log;
    int peers_ms = courier_wait_ms(keeper);

    if (any_desk(keeper, true))
        return 0;
    if (keeper->stopping || keeper->blocked != PROBLEM_NONE ||
        keeper->refusing || log_published(log) < log_size(log))
        return peers_ms == 0 ? 0 : PUBLISH_LOOK_MS;
    return peers_ms;
}

static void
wait(struct keeper *keeper)
{
    struct loop_ready ready[LOOP_READY_MAX];
    size_t count = loop_wait(&keeper->loop, timeout_ms(keeper), ready);
    size_t i;

    for (i = 0; i < count; i++) {
        if (ready[i].tag == TAG_CONTROL)
            control_read(keeper);
        else if (ready[i].tag == TAG_SIGNAL)
            signal_read(keeper);
        else if (ready[i].tag == TAG_COURIER)
            courier_read(keeper);
        else if (keeper->desks[ready[i].tag].open && ready[i].readable)
            desk_read(&keeper->desks[ready[i].tag]);
    }
}

/*
 * The disk does not let the node start: for a second the desks are told why,
 * instead of nothing; then it is tried anew.
 */
static void
refuse_all(struct keeper *keeper, enum err why)
{
    struct os *os = keeper->child.os;
    uint64_t end_ns = os->monotonic_ns(os) + REFUSE_NS;
    size_t i;
    enum err e = socket_send(keeper->child.control_fd, CONTROL_REFUSING, -1);

    keeper->refusing = true;
    keeper->blocked = keeper_problem(keeper, why);
    while (e == OK && !keeper->stopping && os->monotonic_ns(os) < end_ns) {
        wait(keeper);
        for (i = 0; i < KEEPER_DESKS_MAX && e == OK; i++) {
            if (keeper->desks[i].open && keeper->desks[i].waiting)
                e = desk_asks(keeper, &keeper->desks[i]);
        }
        desks_write(keeper);
    }
}

static int
serve(struct keeper *keeper)
{
    enum err e = OK;

    while (e == OK && !stop_due(keeper) && !keeper->renew) {
        wait(keeper);
        e = turn(keeper);
        desks_write(keeper);
        courier_write(keeper);
    }
    peers_close(keeper->peers);
    if (e == OK)
        e = book_stop(&keeper->book, STOP_ASKED);
    else
        book_abandon(&keeper->book);
    if (e == OK) {
        say(&keeper->say, SAY_INFO, "stopped");
        return keeper->renew && !keeper->stopping ? CHILD_TROUBLE : CHILD_DONE;
    }
    say(&keeper->say, SAY_ERROR, "stopping: %s: %s%s%s",
        keeper->book.step != NULL ? keeper->book.step : "the node", err_text(e),
        e == ERR_IO ? ": " : "",
        e == ERR_IO ? strerror(keeper->child.os->error) : "");
    return CHILD_TROUBLE;
}

/* ----- Starting. ----- */

static enum err
open_loop(struct keeper *keeper)
{
    enum err e = process_signals(&keeper->signal_fd);

    if (e == OK)
        e = loop_open(&keeper->loop);
    if (e == OK)
        e = loop_add(&keeper->loop, keeper->signal_fd, TAG_SIGNAL, false);
    if (e == OK)
        e = loop_add(&keeper->loop, keeper->child.control_fd, TAG_CONTROL,
                     false);
    return e;
}

/* ERR_BUSY, what is damaged, and keys that do not fit are for people. */
static int
failed_start(struct keeper *keeper, enum err e)
{
    const struct book *book = &keeper->book;

    if (e == ERR_BUSY) {
        say(&keeper->say, SAY_ERROR, "cannot start: the node runs already");
        return CHILD_HOPELESS;
    }
    say(&keeper->say, SAY_ERROR, "cannot start: %s: %s%s%s%s%s",
        book->step != NULL ? book->step : "preparing", err_text(e),
        e == ERR_IO ? ": " : "",
        e == ERR_IO ? strerror(keeper->child.os->error) : "",
        book->fault.clause != NULL ? ", " : "",
        book->fault.clause != NULL ? book->fault.clause : "");
    if (e != ERR_IO && e != ERR_FULL)
        return CHILD_HOPELESS;
    refuse_all(keeper, e);
    return keeper->stopping ? CHILD_DONE : CHILD_TROUBLE;
}

int
keeper_run(const struct child *child)
{
    struct keeper *keeper = calloc(1, sizeof(*keeper));
    enum err e;

    if (keeper == NULL)
        return CHILD_TROUBLE;
    process_name(child->process, "kufi-keeper");
    keeper->child = *child;
    keeper->sample = child->config->sample;
    say_init(&keeper->say, child->os, "kufi-keeper");
    e = keeper_memory(keeper);
    if (e == OK)
        e = open_loop(keeper);
    if (e != OK) {
        say(&keeper->say, SAY_ERROR, "cannot start: %s", err_text(e));
        return CHILD_TROUBLE;
    }
    e = keeper_start(keeper);
    if (e != OK)
        return failed_start(keeper, e);
    e = socket_send(child->control_fd, CONTROL_READY, -1);
    if (e != OK)
        say(&keeper->say, SAY_WARNING, "the supervisor does not listen");
    return serve(keeper);
}
