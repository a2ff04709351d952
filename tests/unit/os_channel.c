/*
 * Messages arrive whole and in order however the bytes are cut, what is too
 * large is refused, and nothing blocks; shown over a pair of sockets, with
 * sizes from an invented sequence, and with descriptors handed through.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/channel.h"
#include "os/loop.h"
#include "os/socket.h"

#define BLOCK 4096

struct ends {
    struct channel a;
    struct channel b;
    uint8_t blocks[4][BLOCK];
};

static void
ends_open(struct ends *ends)
{
    int fds[2];

    assert_err(socket_pair(fds), OK);
    channel_init(&ends->a, fds[0], ends->blocks[0], BLOCK, ends->blocks[1],
                 BLOCK);
    channel_init(&ends->b, fds[1], ends->blocks[2], BLOCK, ends->blocks[3],
                 BLOCK);
}

static void
ends_close(struct ends *ends)
{
    if (ends->a.fd >= 0)
        channel_close(&ends->a);
    if (ends->b.fd >= 0)
        channel_close(&ends->b);
}

static void
messages_arrive_in_order(void **state)
{
    static uint8_t text[BLOCK];
    struct ends ends;
    struct test_random random;
    size_t sent = 0;
    size_t taken = 0;
    size_t i;

    (void)state;
    test_random_init(&random);
    ends_open(&ends);
    while (taken < 10000) {
        size_t size = test_random_below(&random, 600);
        struct bytes message;

        memset(text, (int)(sent & 0xff), size);
        if (size <= channel_room(&ends.a)) {
            assert_err(channel_send(&ends.a, (struct bytes){text, size}), OK);
            sent++;
        }
        assert_err(channel_write(&ends.a), OK);
        if (test_random_below(&random, 3) == 0)
            continue;
        while (channel_read(&ends.b) == OK) {
            while (channel_next(&ends.b, &message) == OK) {
                for (i = 0; i < message.size; i++)
                    assert_int_equal(message.p[i], taken & 0xff);
                taken++;
            }
        }
    }
    assert_true(taken <= sent);
    ends_close(&ends);
}

/* Byte by byte: no message before its last. */
static void
messages_cut_anywhere(void **state)
{
    static const uint8_t wire[] = {0, 0, 0, 3, 'a', 'b', 'c', 0,
                                   0, 0, 0, 0, 0,   0,   1,   'd'};
    static const size_t whole_at[] = {7, 11, 16};
    struct ends ends;
    struct bytes message;
    size_t count = 0;
    size_t i;

    (void)state;
    ends_open(&ends);
    for (i = 0; i < sizeof(wire); i++) {
        assert_int_equal(send(ends.a.fd, wire + i, 1, 0), 1);
        assert_err(channel_read(&ends.b), OK);
        if (i + 1 == whole_at[count]) {
            assert_err(channel_next(&ends.b, &message), OK);
            count++;
        }
        assert_err(channel_next(&ends.b, &message), ERR_SHORT);
    }
    assert_int_equal(count, 3);
    assert_err(channel_read(&ends.b), ERR_BUSY);
    channel_close(&ends.a);
    assert_err(channel_read(&ends.b), ERR_SHORT);
    ends_close(&ends);
}

static void
too_large_is_refused(void **state)
{
    static const struct {
        uint8_t head[4];
        enum err want;
    } cases[] = {
        {{0, 0, 0x0f, 0xfc}, ERR_SHORT}, /* fits just */
        {{0, 0, 0x0f, 0xfd}, ERR_LIMIT},
        {{0xff, 0xff, 0xff, 0xff}, ERR_LIMIT},
        {{0x80, 0, 0, 0}, ERR_LIMIT},
    };
    static uint8_t text[BLOCK];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ends ends;
        struct bytes message;

        ends_open(&ends);
        assert_int_equal(send(ends.a.fd, cases[i].head, 4, 0), 4);
        assert_err(channel_read(&ends.b), OK);
        assert_err(channel_next(&ends.b, &message), cases[i].want);
        assert_err(channel_send(&ends.a, (struct bytes){text, BLOCK - 3}),
                   ERR_LIMIT);
        assert_err(channel_send(&ends.a, (struct bytes){text, BLOCK - 4}), OK);
        assert_err(channel_send(&ends.a, (struct bytes){text, 0}), ERR_LIMIT);
        ends_close(&ends);
    }
}

/* An end that is not read from fills up and blocks nobody. */
static void
nobody_reads(void **state)
{
    static const uint8_t text[1000];
    struct ends ends;
    size_t sent = 0;

    (void)state;
    ends_open(&ends);
    while (channel_room(&ends.a) >= sizeof(text)) {
        assert_err(channel_send(&ends.a, (struct bytes){text, sizeof(text)}),
                   OK);
        assert_err(channel_write(&ends.a), OK);
        sent++;
    }
    assert_true(channel_waits(&ends.a));
    print_message("# %zu messages of 1000 bytes waited\n", sent);
    channel_close(&ends.b);
    assert_err(channel_write(&ends.a), ERR_IO);
    ends_close(&ends);
}

static void
descriptors_are_handed_on(void **state)
{
    struct loop loop;
    struct loop_ready ready[LOOP_READY_MAX];
    int control[2];
    int pair[2];
    uint8_t byte;
    int fd;

    (void)state;
    assert_err(socket_pair(control), OK);
    assert_err(socket_pair(pair), OK);
    assert_err(loop_open(&loop), OK);
    assert_err(loop_add(&loop, control[1], 7, false), OK);
    assert_int_equal(loop_wait(&loop, 0, ready), 0);
    assert_err(socket_receive(control[1], &byte, &fd), ERR_BUSY);
    assert_err(socket_send(control[0], 'x', pair[0]), OK);
    assert_int_equal(loop_wait(&loop, 1000, ready), 1);
    assert_int_equal(ready[0].tag, 7);
    assert_true(ready[0].readable);
    assert_err(socket_receive(control[1], &byte, &fd), OK);
    assert_int_equal(byte, 'x');
    assert_int_equal(send(fd, "y", 1, 0), 1);
    assert_int_equal(recv(pair[1], &byte, 1, 0), 1);
    assert_int_equal(byte, 'y');
    socket_close(fd);
    assert_err(socket_send(control[0], 'z', -1), OK);
    assert_err(socket_receive(control[1], &byte, &fd), OK);
    assert_int_equal(fd, -1);
    socket_close(control[0]);
    assert_err(socket_receive(control[1], &byte, &fd), ERR_SHORT);
    loop_remove(&loop, control[1]);
    loop_close(&loop);
    socket_close(control[1]);
    socket_close(pair[0]);
    socket_close(pair[1]);
}

/* A path left by one that was killed is taken over, a live one is not. */
static void
unix_sockets_are_taken_over(void **state)
{
    char folder[] = "/tmp/kufi-socket-XXXXXX";
    char path[64];
    int first;
    int second;

    (void)state;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/socket", folder);
    assert_err(socket_listen_unix(path, &first), OK);
    assert_err(socket_listen_unix(path, &second), ERR_CONFLICT);
    socket_close(first);
    assert_err(socket_listen_unix(path, &second), OK);
    socket_close(second);
    socket_unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_arrive_in_order),
        cmocka_unit_test(messages_cut_anywhere),
        cmocka_unit_test(too_large_is_refused),
        cmocka_unit_test(nobody_reads),
        cmocka_unit_test(descriptors_are_handed_on),
        cmocka_unit_test(unix_sockets_are_taken_over),
    };

    return TEST_RUN(tests);
}
