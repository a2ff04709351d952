/*
 * A courier and a keeper that the test plays: what is asked first, that it ends
 * in order when the mode or the roster has changed, and at once, to be started
 * again, when the keeper is gone or says what is no answer. Each is a process
 * of its own in its own cage. SYN 7.7
 */
#include "test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/courier.h"
#include "os/channel.h"
#include "os/loop.h"
#include "os/socket.h"
#include "sync/errand.h"

#define IN_SIZE (CHANNEL_HEAD_SIZE + ERRAND_SIZE_MAX)
#define OUT_SIZE ((size_t)1 << 20)

struct keeper {
    struct os os;
    char path[40];
    struct folder dir;
    struct config config;
    struct process process;
    pid_t courier;
    int control_fd;
    struct channel channel;
    uint8_t *in;
    uint8_t *out;
    struct errand_answer answer;
};

static int
set_up(void **state)
{
    struct keeper *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    os_posix_init(&f->os);
    strcpy(f->path, "/tmp/kufi-courier-XXXXXX");
    assert_non_null(mkdtemp(f->path));
    assert_err(f->os.folder_open(&f->os, f->path, &f->dir), OK);
    strcpy(f->config.origin, "utopia.example/arden");
    f->in = malloc(IN_SIZE);
    f->out = malloc(OUT_SIZE);
    assert_true(f->in != NULL && f->out != NULL);
    f->control_fd = -1;
    f->channel.fd = -1;
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct keeper *f = *state;
    char command[64];

    if (f->control_fd >= 0)
        close(f->control_fd);
    if (f->channel.fd >= 0)
        channel_close(&f->channel);
    f->os.folder_close(&f->os, f->dir);
    (void)snprintf(command, sizeof(command), "rm -rf %s", f->path);
    assert_int_equal(system(command), 0);
    free(f->in);
    free(f->out);
    free(f);
    return 0;
}

static void
courier_start(struct keeper *f)
{
    struct child child = {.os = &f->os,
                          .dir = f->dir,
                          .path = f->path,
                          .config = &f->config,
                          .process = &f->process,
                          .listen_fd = -1};
    int control[2];
    int ends[2];

    assert_err(socket_pair(control), OK);
    assert_err(socket_pair(ends), OK);
    (void)fflush(stdout);
    assert_err(process_fork(&f->process, &f->courier), OK);
    if (f->courier == 0) {
        socket_close(control[0]);
        socket_close(ends[0]);
        socket_close(ends[1]);
        child.control_fd = control[1];
        if (freopen("/dev/null", "w", stderr) == NULL)
            process_exit(100);
        process_exit(courier_run(&child));
    }
    socket_close(control[1]);
    f->control_fd = control[0];
    assert_err(socket_send(f->control_fd, CONTROL_CHANNEL, ends[1]), OK);
    socket_close(ends[1]);
    channel_init(&f->channel, ends[0], f->in, IN_SIZE, f->out, OUT_SIZE);
}

/* The courier's exit status; it must end by itself. */
static int
courier_status(const struct keeper *f)
{
    int status = 0;

    assert_int_equal(waitpid(f->courier, &status, 0), f->courier);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* The next errand, which must be STATE; its number. */
static uint64_t
state_asked(struct keeper *f)
{
    struct loop_ready ready[LOOP_READY_MAX];
    struct errand errand = {0};
    struct bytes message;
    struct fault fault;
    struct loop loop;
    enum err e;

    assert_err(loop_open(&loop), OK);
    assert_err(loop_add(&loop, f->channel.fd, 0, false), OK);
    e = channel_next(&f->channel, &message);
    while (e == ERR_SHORT) {
        (void)loop_wait(&loop, -1, ready);
        assert_err(channel_read(&f->channel), OK);
        e = channel_next(&f->channel, &message);
    }
    loop_close(&loop);
    assert_err(e, OK);
    assert_err(errand_parse(message, &errand, &fault), OK);
    assert_int_equal(errand.kind, ERRAND_STATE);
    return errand.id;
}

static void
say_to(struct keeper *f, struct bytes message)
{
    assert_err(channel_send(&f->channel, message), OK);
    assert_err(channel_write(&f->channel), OK);
}

static struct bytes
state_write(struct keeper *f, uint64_t id, enum errand_mode mode,
            uint64_t version, uint8_t *block, size_t size)
{
    struct writer w;

    f->answer = (struct errand_answer){.id = id, .has_state = true};
    f->answer.state.mode = mode;
    f->answer.state.has_roster = version > 0;
    f->answer.state.roster_version = version;
    writer_init(&w, block, size);
    errand_answer_encode(&w, &f->answer);
    assert_err(writer_end(&w), OK);
    return writer_done(&w);
}

static void
state_say(struct keeper *f, enum errand_mode mode, uint64_t version)
{
    uint8_t block[1024];
    uint64_t id = state_asked(f);

    say_to(f, state_write(f, id, mode, version, block, sizeof(block)));
}

static void
it_asks_again_while_nothing_changes(void **state)
{
    struct keeper *f = *state;

    courier_start(f);
    for (int i = 0; i < 2; i++)
        state_say(f, ERRAND_NORMAL, 0);
    (void)state_asked(f);
    process_kill(f->courier, SIGTERM);
    assert_int_equal(courier_status(f), CHILD_DONE);
}

/* Several at once: each waits half a second before it asks again. */
static void
couriers_settled(struct keeper *out[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(set_up((void **)&out[i]), 0);
        courier_start(out[i]);
    }
    for (size_t i = 0; i < count; i++)
        state_say(out[i], ERRAND_NORMAL, 0);
}

static void
couriers_end(struct keeper *all[], size_t count, enum child_exit want)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(courier_status(all[i]), want);
        assert_int_equal(tear_down((void **)&all[i]), 0);
    }
}

static void
it_ends_in_order_when_things_have_changed(void **state)
{
    static const struct {
        enum errand_mode mode;
        uint64_t version;
    } cases[] = {
        {ERRAND_ISOLATED, 0}, {ERRAND_REJOINING, 0}, {ERRAND_NORMAL, 7}};
    struct keeper *all[3];

    (void)state;
    couriers_settled(all, 3);
    for (size_t i = 0; i < 3; i++)
        state_say(all[i], cases[i].mode, cases[i].version);
    couriers_end(all, 3, CHILD_DONE);
}

/* The keeper's word is that there is a roster, and the folder has none. */
static void
without_the_roster_it_cannot_start(void **state)
{
    struct keeper *f = *state;

    courier_start(f);
    state_say(f, ERRAND_NORMAL, 3);
    assert_int_equal(courier_status(f), CHILD_TROUBLE);
}

/* An isolated node's courier lives on, without a network. */
static void
isolated_it_goes_on_asking(void **state)
{
    struct keeper *f = *state;

    courier_start(f);
    state_say(f, ERRAND_ISOLATED, 0);
    state_say(f, ERRAND_ISOLATED, 0);
    state_say(f, ERRAND_NORMAL, 0);
    assert_int_equal(courier_status(f), CHILD_DONE);
}

#define ANSWERS 8

/* Cut, longer than it is, and whole but to another errand. */
static void
what_is_no_answer_ends_it(void **state)
{
    uint8_t block[1024];
    struct keeper *all[ANSWERS];
    struct bytes message;

    (void)state;
    couriers_settled(all, ANSWERS);
    for (size_t i = 0; i < ANSWERS; i++) {
        message = state_write(all[i], state_asked(all[i]), ERRAND_NORMAL, 0,
                              block, sizeof(block));
        if (i == 0)
            block[10]++;
        else if (i == 1)
            message.size++;
        else
            message.size = message.size * (i - 2) / (ANSWERS - 2);
        say_to(all[i], message);
    }
    couriers_end(all, ANSWERS, CHILD_TROUBLE);
}

static void
without_a_keeper_it_begins_anew(void **state)
{
    struct keeper *f = *state;

    courier_start(f);
    state_say(f, ERRAND_NORMAL, 0);
    (void)state_asked(f);
    channel_close(&f->channel);
    f->channel.fd = -1;
    assert_int_equal(courier_status(f), CHILD_TROUBLE);
}

static void
without_a_supervisor_it_ends(void **state)
{
    struct keeper *f = *state;

    courier_start(f);
    state_say(f, ERRAND_NORMAL, 0);
    close(f->control_fd);
    f->control_fd = -1;
    assert_int_equal(courier_status(f), CHILD_DONE);
}

#define KEEPER_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        KEEPER_TEST(it_asks_again_while_nothing_changes),
        cmocka_unit_test(it_ends_in_order_when_things_have_changed),
        KEEPER_TEST(without_the_roster_it_cannot_start),
        KEEPER_TEST(isolated_it_goes_on_asking),
        cmocka_unit_test(what_is_no_answer_ends_it),
        KEEPER_TEST(without_a_keeper_it_begins_anew),
        KEEPER_TEST(without_a_supervisor_it_ends),
    };

    return TEST_RUN(tests);
}
