#include "node/supervisor.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "api/counters.h"
#include "node/book.h"
#include "node/courier.h"
#include "node/desk.h"
#include "node/keeper.h"
#include "node/say.h"
#include "os/loop.h"
#include "os/socket.h"

#define TAG_SIGNAL 1000

/* The socket of a node that was just killed may take a moment to go. */
#define LISTEN_TRIES 40
#define LISTEN_WAIT_MS 50

/* A child that lived shorter is not started again at once. */
#define LIVED_NS UINT64_C(1000000000)
#define RESTART_FIRST_MS 50
#define RESTART_MOST_MS 1000

/* A desk gives its requests five seconds by itself. */
#define STOP_ASKERS_NS UINT64_C(8000000000)

/* Places among the children: the keeper, the courier, desks. */
#define KEEPER 0
#define COURIER 1
#define DESKS 2 /* the first of them */
#define CHILDREN_MAX (DESKS + DESKS_MAX)

enum stage { SERVING, STOPPING_ASKERS, STOPPING_KEEPER, STOPPED };

enum state { STARTING, REFUSING, READY };

struct member {
    pid_t pid; /* 0: not running */
    enum state state;
    int control_fd;
    unsigned failures; /* one after another */
    uint64_t started_ns;
    uint64_t restart_ns; /* not before */
};

struct supervisor {
    const struct supervisor_config *config;
    struct say say;
    struct child child; /* what all children are given */
    char path[BOOK_PATH_SIZE_MAX];
    struct zone zone;
    struct address address;
    char address_text[LISTEN_SIZE_MAX + 1];
    struct loop loop;
    int signal_fd;
    size_t count; /* of children */
    struct member members[CHILDREN_MAX];
    enum stage stage;
    uint64_t stop_ns;
    bool told; /* that the node serves */
    bool good; /* the keeper stopped as it should */
};

static uint64_t
now_ns(const struct supervisor *supervisor)
{
    struct os *os = supervisor->config->os;

    return os->monotonic_ns(os);
}

/* ----- Children. ----- */

static const char *
member_name(size_t i)
{
    if (i == KEEPER)
        return "the keeper";
    return i == COURIER ? "the courier" : "a desk";
}

/* In the child: what the supervisor holds is none of its business. */
_Noreturn static void
child_main(struct supervisor *supervisor, size_t self, int control_fd)
{
    struct child child = supervisor->child;
    size_t i;

    for (i = 0; i < supervisor->count; i++) {
        if (supervisor->members[i].pid != 0)
            socket_close(supervisor->members[i].control_fd);
    }
    socket_close(supervisor->signal_fd);
    loop_close(&supervisor->loop);
    child.control_fd = control_fd;
    if (self >= DESKS)
        process_exit(desk_run(&child));
    socket_close(child.listen_fd);
    child.listen_fd = -1;
    process_exit(self == COURIER ? courier_run(&child) : keeper_run(&child));
}

/* The two get the ends of a channel. What fails here ends one of them, and is
 * tried again when it is back. */
static void
member_connect(struct supervisor *supervisor, size_t i)
{
    const struct member *keeper = &supervisor->members[KEEPER];
    const struct member *member = &supervisor->members[i];
    uint8_t refusing =
        keeper->state == READY ? CONTROL_CHANNEL : CONTROL_REFUSING;
    int ends[2];

    if (keeper->pid == 0 || keeper->state == STARTING || member->pid == 0 ||
        (i == COURIER && keeper->state != READY))
        return;
    if (socket_pair(ends) != OK) {
        say(&supervisor->say, SAY_ERROR, "no channel for %s", member_name(i));
        return;
    }
    if (socket_send(keeper->control_fd,
                    i == COURIER ? CONTROL_ERRANDS : CONTROL_CHANNEL,
                    ends[0]) != OK ||
        socket_send(member->control_fd, refusing, ends[1]) != OK)
        say(&supervisor->say, SAY_WARNING, "a channel could not be handed on");
    socket_close(ends[0]);
    socket_close(ends[1]);
}

static void
member_start(struct supervisor *supervisor, size_t i)
{
    struct member *member = &supervisor->members[i];
    pid_t pid = 0;
    int ends[2];
    enum err e = socket_pair(ends);

    if (e == OK) {
        e = process_fork(supervisor->config->process, &pid);
        if (e == OK && pid == 0) {
            socket_close(ends[0]);
            child_main(supervisor, i, ends[1]);
        }
        socket_close(ends[1]);
        if (e == OK)
            e = loop_add(&supervisor->loop, ends[0], i, false);
        if (e != OK)
            socket_close(ends[0]);
    }
    member->started_ns = now_ns(supervisor);
    if (e != OK) {
        say(&supervisor->say, SAY_ERROR, "cannot start %s: %s", member_name(i),
            err_text(e));
        member->restart_ns =
            member->started_ns + RESTART_MOST_MS * UINT64_C(1000000);
        return;
    }
    member->pid = pid;
    member->control_fd = ends[0];
    member->state = STARTING;
    if (i != KEEPER)
        member_connect(supervisor, i);
}

static void
members_start(struct supervisor *supervisor)
{
    uint64_t now = now_ns(supervisor);
    size_t i;

    for (i = 0; i < supervisor->count; i++) {
        struct member *member = &supervisor->members[i];

        if (member->pid != 0 || now < member->restart_ns)
            continue;
        if (supervisor->stage == SERVING ||
            (i == KEEPER && supervisor->stage == STOPPING_ASKERS))
            member_start(supervisor, i);
    }
}

static void
member_ended(struct supervisor *supervisor, size_t i, int status)
{
    struct member *member = &supervisor->members[i];
    uint64_t now = now_ns(supervisor);
    uint64_t wait_ms = 0;

    loop_remove(&supervisor->loop, member->control_fd);
    socket_close(member->control_fd);
    member->pid = 0;
    member->failures =
        now - member->started_ns < LIVED_NS ? member->failures + 1 : 0;
    if (member->failures > 0)
        wait_ms = member->failures > 5
                      ? RESTART_MOST_MS
                      : (uint64_t)RESTART_FIRST_MS << (member->failures - 1);
    if (i == COURIER && status == CHILD_DONE)
        wait_ms = 0;
    member->restart_ns = now + wait_ms * 1000000u;
    if (i == KEEPER && supervisor->stage == STOPPING_KEEPER) {
        supervisor->good = status == CHILD_DONE;
        supervisor->stage = STOPPED;
    } else if (status == CHILD_HOPELESS)
        supervisor->stage = STOPPED;
    /* A courier ends whenever it is to begin anew: courier.h. */
    else if (supervisor->stage == SERVING &&
             (i != COURIER || status != CHILD_DONE))
        say(&supervisor->say, SAY_WARNING, "%s ended (%s %d), starting another",
            member_name(i), status < 128 ? "status" : "signal",
            status < 128 ? status : status - 128);
}

static void
members_reap(struct supervisor *supervisor)
{
    pid_t pid;
    int status;
    size_t i;

    while (process_reap(&pid, &status)) {
        for (i = 0; i < supervisor->count; i++) {
            if (supervisor->members[i].pid == pid) {
                member_ended(supervisor, i, status);
                break;
            }
        }
    }
}

static size_t
desks_ready(const struct supervisor *supervisor)
{
    size_t count = 0;
    size_t i;

    for (i = DESKS; i < supervisor->count; i++) {
        const struct member *desk = &supervisor->members[i];

        if (desk->pid != 0 && desk->state == READY)
            count++;
    }
    return count;
}

/* Whether any of those is left that ask the keeper. */
static bool
askers_left(const struct supervisor *supervisor)
{
    for (size_t i = 1; i < supervisor->count; i++)
        if (supervisor->members[i].pid != 0)
            return true;
    return false;
}

static void
askers_kill(const struct supervisor *supervisor, int signal)
{
    size_t i;

    for (i = 1; i < supervisor->count; i++) {
        if (supervisor->members[i].pid != 0)
            process_kill(supervisor->members[i].pid, signal);
    }
}

/* ----- What happens. ----- */

static void
notify(const char *message)
{
    const char *path = getenv("NOTIFY_SOCKET");

    /* Whoever started us and does not listen is no reason not to serve. */
    if (path != NULL && socket_tell(path, bytes_of(message)) != OK)
        return;
}

static void
tell_ready(struct supervisor *supervisor)
{
    bool unix_socket = supervisor->address.kind == ADDRESS_UNIX;

    if (supervisor->told || supervisor->members[KEEPER].state != READY ||
        desks_ready(supervisor) + DESKS < supervisor->count)
        return;
    supervisor->told = true;
    say(&supervisor->say, SAY_NOTICE, "serving %s at %s%s with %zu desk%s",
        supervisor->config->config.origin, unix_socket ? "" : "http://",
        supervisor->address_text, supervisor->count - DESKS,
        supervisor->count == DESKS + 1 ? "" : "s");
    notify("READY=1");
}

static void
control_read(struct supervisor *supervisor, size_t i)
{
    struct member *member = &supervisor->members[i];
    uint8_t byte;
    int fd = -1;
    size_t other;
    enum err e = socket_receive(member->control_fd, &byte, &fd);

    if (e == ERR_SHORT || e == ERR_IO)
        loop_remove(&supervisor->loop, member->control_fd);
    if (e == OK && fd >= 0)
        socket_close(fd);
    if (e != OK || (byte != CONTROL_READY && byte != CONTROL_REFUSING))
        return;
    member->state = byte == CONTROL_READY ? READY : REFUSING;
    for (other = 1; i == KEEPER && other < supervisor->count; other++)
        member_connect(supervisor, other);
    tell_ready(supervisor);
}

/* The first signal stops in order, a second waits for no request. */
static void
stop(struct supervisor *supervisor)
{
    if (supervisor->stage != SERVING) {
        askers_kill(supervisor, SIGKILL);
        return;
    }
    say(&supervisor->say, SAY_INFO, "stopping");
    notify("STOPPING=1");
    supervisor->stage = STOPPING_ASKERS;
    supervisor->stop_ns = now_ns(supervisor) + STOP_ASKERS_NS;
    askers_kill(supervisor, SIGTERM);
}

static void
signals_read(struct supervisor *supervisor)
{
    int signal;

    while ((signal = process_signal(supervisor->signal_fd)) != 0) {
        if (signal == SIGCHLD)
            members_reap(supervisor);
        else
            stop(supervisor);
    }
}

/* The keeper is last: what the desks still ask must be recorded. One that has
 * just died is started again, so that the log is left in order. */
static void
stop_further(struct supervisor *supervisor)
{
    const struct member *keeper = &supervisor->members[KEEPER];

    if (supervisor->stage != STOPPING_ASKERS)
        return;
    if (now_ns(supervisor) >= supervisor->stop_ns)
        askers_kill(supervisor, SIGKILL);
    if (askers_left(supervisor) || keeper->pid == 0 ||
        keeper->state == STARTING)
        return;
    supervisor->stage = STOPPING_KEEPER;
    process_kill(keeper->pid, SIGTERM);
}

static int
timeout_ms(const struct supervisor *supervisor)
{
    size_t i;

    if (supervisor->stage != SERVING)
        return RESTART_FIRST_MS;
    for (i = 0; i < supervisor->count; i++) {
        if (supervisor->members[i].pid == 0)
            return RESTART_FIRST_MS;
    }
    return -1;
}

static void
turn(struct supervisor *supervisor)
{
    struct loop_ready ready[LOOP_READY_MAX];
    size_t count;
    size_t i;

    members_start(supervisor);
    count = loop_wait(&supervisor->loop, timeout_ms(supervisor), ready);
    for (i = 0; i < count; i++) {
        if (ready[i].tag != TAG_SIGNAL &&
            supervisor->members[ready[i].tag].pid != 0)
            control_read(supervisor, ready[i].tag);
    }
    /* Last: a child that has ended takes its descriptor with it. */
    signals_read(supervisor);
    stop_further(supervisor);
}

/* ----- Starting. ----- */

static enum err
listen_once(struct supervisor *supervisor)
{
    struct address *address = &supervisor->address;
    int *fd = &supervisor->child.listen_fd;

    if (address->kind == ADDRESS_UNIX)
        return socket_listen_unix(address->path, fd);
    return socket_listen(
        (struct bytes){address->ip, address->kind == ADDRESS_IPV4 ? 4 : 16},
        &address->port, fd);
}

static enum err
listen_open(struct supervisor *supervisor)
{
    struct loop_ready ready[LOOP_READY_MAX];
    enum err e = listen_once(supervisor);
    int i;

    for (i = 0; i < LISTEN_TRIES && e == ERR_CONFLICT; i++) {
        (void)loop_wait(&supervisor->loop, LISTEN_WAIT_MS, ready);
        e = listen_once(supervisor);
    }
    address_write(&supervisor->address, supervisor->address_text,
                  sizeof(supervisor->address_text));
    if (e != OK)
        say(&supervisor->say, SAY_ERROR, "cannot listen at %s: %s",
            supervisor->address_text,
            e == ERR_CONFLICT ? "another program does" : err_text(e));
    return e;
}

/* Where commands find this node; they fall back to config.ini. */
static void
address_leave(struct supervisor *supervisor)
{
    const struct child *child = &supervisor->child;
    char line[LISTEN_SIZE_MAX + 2];
    struct writer w;
    enum err e;

    writer_init(&w, line, sizeof(line));
    writer_text(&w, supervisor->address_text);
    writer_text(&w, "\n");
    e = os_replace_file(child->os, child->dir, ADDRESS_FILE, "",
                        writer_done(&w), 0600);
    if (e != OK)
        say(&supervisor->say, SAY_WARNING, "cannot write " ADDRESS_FILE ": %s",
            err_text(e));
}

static enum err
prepare(struct supervisor *supervisor)
{
    const struct supervisor_config *config = supervisor->config;
    struct os *os = config->os;
    size_t size = strlen(config->path);
    enum err e;

    if (size >= sizeof(supervisor->path))
        return ERR_LIMIT;
    /* The argument itself is where a child's name will stand. */
    memcpy(supervisor->path, config->path, size + 1);
    supervisor->child = (struct child){.os = os,
                                       .path = supervisor->path,
                                       .config = &config->config,
                                       .zone = &supervisor->zone,
                                       .process = config->process,
                                       .listen_fd = -1};
    if (strcmp(config->config.zone, "UTC") != 0) {
        e = os_zone(config->config.zone, &supervisor->zone);
        if (e != OK)
            return e;
    }
    supervisor->child.counters =
        process_share(sizeof(*supervisor->child.counters));
    e = os->folder_open(os, supervisor->path, &supervisor->child.dir);
    if (e == OK)
        e = process_signals(&supervisor->signal_fd);
    if (e == OK)
        e = loop_open(&supervisor->loop);
    if (e == OK)
        e = loop_add(&supervisor->loop, supervisor->signal_fd, TAG_SIGNAL,
                     false);
    return e;
}

static void
run(struct supervisor *supervisor)
{
    const struct child *child = &supervisor->child;

    address_leave(supervisor);
    while (supervisor->stage != STOPPED)
        turn(supervisor);
    askers_kill(supervisor, SIGKILL);
    (void)child->os->remove(child->os, child->dir, ADDRESS_FILE);
    if (supervisor->address.kind == ADDRESS_UNIX)
        socket_unlink(supervisor->address.path);
}

bool
supervisor_run(const struct supervisor_config *config)
{
    struct supervisor *supervisor = calloc(1, sizeof(*supervisor));
    bool good = false;
    enum err e;

    if (supervisor == NULL)
        return false;
    process_guard();
    say_init(&supervisor->say, config->os, "kufi");
    supervisor->config = config;
    supervisor->address = config->address;
    supervisor->count = DESKS + config->desks;
    e = prepare(supervisor);
    if (e != OK)
        say(&supervisor->say, SAY_ERROR, "cannot start: %s", err_text(e));
    if (e == OK && listen_open(supervisor) == OK) {
        run(supervisor);
        good = supervisor->good;
    }
    free(supervisor);
    return good;
}
