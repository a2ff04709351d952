/*
 * What the server does with requests that are large, slow, late or many, with
 * clients that go away, and when it is to end. A real server and real sockets
 * in one thread; no test waits for a timeout. API 1.6
 */
#include "served.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void
sizes_have_bounds(void **state)
{
    struct served *f = *state;
    struct raw_case cases[] = {
        {"API 1.4 a path of 257",
         served_filled("GET /", 256, " HTTP/1.1\r\n" HOST "\r\n"), "414 ", 0,
         true},
        {"a path of 256",
         served_filled("GET /", 255, " HTTP/1.1\r\n" HOST "\r\n"), "200 ", 1,
         false},
        {"API 1.4 a target of 40,000",
         served_filled("GET /", 40000, " HTTP/1.1\r\n" HOST "\r\n"), "414 ", 0,
         true},
        {"API 1.6 a field of 40,000",
         served_filled("GET /a HTTP/1.1\r\n" HOST "X: ", 40000, "\r\n\r\n"),
         "431 ", 0, true},
        {"API 1.6 34 fields",
         served_filled("GET /?", 70,
                       " HTTP/1.1\r\n" HOST "a:\r\nb:\r\nc:\r\nd:\r\ne:\r\n"
                       "f:\r\ng:\r\nh:\r\ni:\r\nj:\r\nk:\r\nl:\r\nm:\r\n"
                       "n:\r\no:\r\np:\r\nq:\r\nr:\r\ns:\r\nt:\r\nu:\r\n"
                       "v:\r\nw:\r\nx:\r\ny:\r\nz:\r\naa:\r\nbb:\r\ncc:\r\n"
                       "dd:\r\nee:\r\nff:\r\n\r\n"),
         "431 ", 0, true},
        {"a body of 65,536",
         served_filled("POST /p HTTP/1.1\r\n" HOST
                       "Content-Length: 65536\r\n\r\n",
                       65536, ""),
         "200 ", 1, false},
        {"API 1.5 a chunk of 65,537",
         served_filled("POST /p HTTP/1.1\r\n" HOST
                       "Transfer-Encoding: chunked\r\n\r\n"
                       "10001\r\n",
                       65537, "\r\n0\r\n\r\n"),
         "413 ", 0, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        served_check(f, &cases[i]);
        served_filled_free(cases[i].in);
    }
}

/* However much of its memory a head takes, the library still has room for the
 * answer: nothing is run that cannot be answered. */
static void
what_is_handled_is_answered(void **state)
{
    struct served *f = *state;

    for (size_t size = 4000; size < 8400; size += 40) {
        struct bytes in =
            served_filled("GET /a HTTP/1.1\r\n" HOST "X: ", size, "\r\n\r\n");

        served_fresh(f);
        served_put(f, in);
        for (int i = 0; i < 500 && !f->closed && f->out_size == 0; i++)
            served_turn(f);
        if (f->handled != (f->out_size > 0 && f->out[9] == '2'))
            print_error("a field of %zu\n", size);
        assert_true(f->out_size > 0 || f->closed);
        assert_int_equal(f->handled, f->out_size > 0 && f->out[9] == '2');
        served_filled_free(in);
    }
}

/* Past what is discarded the connection ends without an answer. */
static void
an_endless_body_is_cut(void **state)
{
    struct served *f = *state;
    struct bytes chunk = served_filled("10000\r\n", 65536, "\r\n");

    served_fresh(f);
    served_put(f, BYTES("POST /p HTTP/1.1\r\n" HOST
                        "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 100 && !f->closed; i++)
        served_put(f, chunk);
    for (int i = 0; i < 100 && !f->closed; i++)
        served_turn(f);
    assert_true(f->closed);
    assert_int_equal(f->handled, 0);
    served_filled_free(chunk);
}

static void
an_answer_may_come_later(void **state)
{
    struct served *f = *state;
    static const struct raw_case c = {"later", BYTES(""), "200 200 ", 2, false};

    served_fresh(f);
    served_put(f, BYTES("POST /late HTTP/1.1\r\n" HOST
                        "Content-Length: 2\r\n\r\nhi" GET_A));
    for (int i = 0; i < 20; i++)
        served_turn(f);
    assert_int_equal(f->held_count, 1);
    assert_int_equal(f->out_size, 0);
    assert_int_equal(f->handled, 1); /* the second waits behind the first */
    assert_false(server_idle(&f->server));
    served_answer(f->held[0]);
    served_settle(f, &c);
    assert_non_null(strstr(f->out, "<POST /late||hi>"));
    assert_true(server_idle(&f->server));
}

/* Its request stays valid until it is answered. */
static void
a_client_may_go_while_it_waits(void **state)
{
    struct served *f = *state;
    static const struct linger reset = {.l_onoff = 1};

    for (int hard = 0; hard < 2; hard++) {
        served_fresh(f);
        served_put(f, BYTES("GET /late HTTP/1.1\r\n" HOST "\r\n"));
        for (int i = 0; i < 20; i++)
            served_turn(f);
        assert_int_equal(f->held_count, 1);
        if (hard)
            assert_int_equal(
                setsockopt(f->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)),
                0);
        close(f->fd);
        f->fd = served_dial(f);
        for (int i = 0; i < 20; i++)
            served_turn(f);
        assert_bytes(f->held[0]->path, BYTES("/late"));
        served_answer(f->held[0]);
        f->held_count = 0;
        for (int i = 0; i < 100 && !server_idle(&f->server); i++)
            served_turn(f);
        assert_true(server_idle(&f->server));
    }
}

/* A byte now and then does not hold a connection for ever. API 1.6 */
static void
a_trickle_is_cut(void **state)
{
    struct served *f = *state;

    served_fresh(f);
    served_put(f, BYTES("GET /a HTTP/1.1\r\nX: "));
    f->skew_ms += SERVER_TRANSFER_MS / 2;
    served_put(f, BYTES("a"));
    assert_false(f->closed);
    f->skew_ms += SERVER_TRANSFER_MS / 2 + 1000;
    for (int i = 0; i < 100 && !f->closed; i++)
        served_turn(f);
    assert_true(f->closed);
    assert_int_equal(f->handled, 0);
}

/* But one that waits for its answer is left alone. */
static void
a_waiting_request_is_not_cut(void **state)
{
    struct served *f = *state;
    static const struct raw_case c = {"waited", BYTES(""), "200 ", 1, false};

    served_fresh(f);
    served_put(f, BYTES("GET /late HTTP/1.1\r\n" HOST "\r\n"));
    for (int i = 0; i < 20; i++)
        served_turn(f);
    f->skew_ms += SERVER_TRANSFER_MS * 2;
    for (int i = 0; i < 20; i++)
        served_turn(f);
    served_answer(f->held[0]);
    served_settle(f, &c);
}

/* More connections than slots wait in the kernel; each is served in turn. */
static void
connections_have_a_bound(void **state)
{
    struct served *f = *state;
    static const struct raw_case c = {"last", BYTES(""), "200 ", 1, false};
    int fds[8];

    for (size_t i = 0; i < 8; i++) {
        fds[i] = served_dial(f);
        served_turn(f);
    }
    for (int i = 0; i < 50; i++)
        server_run(&f->server);
    assert_int_equal(f->server.open_count, 8);
    served_fresh(f);
    served_put(f, BYTES(GET_A));
    for (int i = 0; i < 20; i++)
        served_turn(f);
    assert_int_equal(f->out_size, 0);
    for (size_t i = 0; i < 8; i++)
        close(fds[i]);
    served_settle(f, &c);
}

static void
draining_finishes_what_is_under_way(void **state)
{
    struct served *f = *state;
    static const struct raw_case c = {"drained", BYTES(""), "200 ", 1, true};
    int idle = served_dial(f);
    uint8_t byte;

    served_fresh(f);
    served_put(f, BYTES("GET /late HTTP/1.1\r\n" HOST "\r\n"));
    for (int i = 0; i < 20; i++)
        served_turn(f);
    server_drain(&f->server);
    for (int i = 0; i < 20; i++)
        served_turn(f);
    assert_int_equal(recv(idle, &byte, 1, 0), 0);
    close(idle);
    assert_false(server_idle(&f->server));
    served_answer(f->held[0]);
    served_settle(f, &c);
    assert_non_null(strstr(f->out, "Connection: close\r\n"));
    assert_true(server_idle(&f->server));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED_TEST(sizes_have_bounds),
        SERVED_TEST(what_is_handled_is_answered),
        SERVED_TEST(an_endless_body_is_cut),
        SERVED_TEST(an_answer_may_come_later),
        SERVED_TEST(a_client_may_go_while_it_waits),
        SERVED_TEST(a_trickle_is_cut),
        SERVED_TEST(a_waiting_request_is_not_cut),
        SERVED_TEST(connections_have_a_bound),
        SERVED_TEST(draining_finishes_what_is_under_way),
    };

    return TEST_RUN(tests);
}
