/*
 * What the server does with bytes on a socket, lawful and not: a real server
 * and real sockets in one thread. Each case is what a client sends, the
 * statuses that come back, how often the handler ran, and whether the
 * connection was closed; among them the known ways to smuggle one request
 * behind another. API 1.
 */
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/server.h"
#include "os/socket.h"

#define HELD_MAX 8
#define OUT_SIZE 262144

struct fixture {
    struct os os;
    struct server server;
    int listen_fd;
    uint16_t port;
    unsigned handled;
    struct request *held[HELD_MAX]; /* of "/late": answered when told */
    size_t held_count;
    uint64_t skew_ms; /* added to the clock */
    char out[OUT_SIZE];
    size_t out_size;
    bool closed;
    int fd;
};

/* The clock alone is simulated, so that no test waits for a timeout. */
static uint64_t
skewed_ns(struct os *os)
{
    const struct fixture *f = os->context;
    struct os real;

    os_posix_init(&real);
    return real.monotonic_ns(&real) + f->skew_ms * 1000000;
}

static const char *
method_text(enum method method)
{
    static const char *const names[] = {"OTHER", "GET", "HEAD", "POST"};

    return names[method];
}

/* Says what it was asked. */
static void
answer(struct request *request)
{
    struct response response = {.status = 200, .content_type = "text/plain"};
    struct writer w;
    size_t size = 256 + request->path.size + request->query.size +
                  request->body.size;

    writer_init(&w, arena_take(&request->arena, size), size);
    writer_text(&w, "<");
    writer_text(&w, method_text(request->method));
    writer_text(&w, " ");
    writer_bytes(&w, request->path);
    writer_text(&w, "|");
    writer_bytes(&w, request->query);
    writer_text(&w, "|");
    writer_bytes(&w, request->body);
    writer_text(&w, ">");
    response.body = writer_done(&w);
    response_field(&response, "X-Test", "yes");
    request_answer(request, &response);
}

static void
handle(void *context, struct request *request)
{
    struct fixture *f = context;

    f->handled++;
    if (bytes_equal(request->path, BYTES("/late"))) {
        assert_true(f->held_count < HELD_MAX);
        f->held[f->held_count++] = request;
        return;
    }
    answer(request);
}

static void
refuse(void *context, struct request *request, const struct refusal *refusal,
       struct response *response)
{
    (void)context;
    (void)request;
    assert_true(refusal->status >= 400);
    assert_non_null(refusal->clause);
    response->content_type = "text/plain";
    response->body = bytes_of(refusal->what);
}

static int
set_up(void **state)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    struct fixture *f = calloc(1, sizeof(*f));
    struct server_config config = {.connections_max = 8,
                                   .field_name = "Kufi-Sample",
                                   .field_value = "true",
                                   .handle = handle,
                                   .refuse = refuse};

    assert_non_null(f);
    os_posix_init(&f->os);
    f->os.context = f;
    f->os.monotonic_ns = skewed_ns;
    config.os = &f->os;
    config.context = f;
    assert_err(socket_listen((struct bytes){loopback, 4}, &f->port,
                             &f->listen_fd),
               OK);
    config.listen_fd = f->listen_fd;
    assert_err(server_open(&f->server, &config), OK);
    f->fd = -1;
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    if (f->fd >= 0)
        close(f->fd);
    server_close(&f->server);
    close(f->listen_fd);
    free(f);
    return 0;
}

static int
dial(const struct fixture *f)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(f->port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

static void
fresh(struct fixture *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = dial(f);
    f->out_size = 0;
    f->closed = false;
    f->handled = 0;
}

/* One turn of the loop: the server's, then what it sent. */
static void
turn(struct fixture *f)
{
    struct pollfd ready = {.fd = f->fd, .events = POLLIN};
    ssize_t got;

    server_run(&f->server);
    if (poll(&ready, 1, 1) <= 0 || f->closed)
        return;
    got = recv(f->fd, f->out + f->out_size, OUT_SIZE - 1 - f->out_size, 0);
    if (got <= 0)
        f->closed = got == 0 || errno != EAGAIN;
    else
        f->out_size += (size_t)got;
    f->out[f->out_size] = '\0';
}

static void
put(struct fixture *f, struct bytes in)
{
    size_t at = 0;

    for (int i = 0; i < 10000 && at < in.size && !f->closed; i++) {
        ssize_t sent = send(f->fd, in.p + at, in.size - at, MSG_NOSIGNAL);

        if (sent > 0)
            at += (size_t)sent;
        else if (errno != EAGAIN)
            f->closed = true;
        turn(f);
    }
}

/* "200 404 ", from the status lines. */
static void
statuses(const struct fixture *f, char *out, size_t size)
{
    const char *at = f->out;

    out[0] = '\0';
    for (;;) {
        at = strstr(at, "HTTP/1.1 ");
        if (at == NULL || strlen(out) + 5 > size)
            return;
        at += 9;
        strncat(out, at, 3);
        strcat(out, " ");
    }
}

struct raw_case {
    const char *name;
    struct bytes in;
    const char *statuses;
    unsigned handled;
    bool closes;
};

/* Turns until the statuses are there, and the end if one is due. */
static void
settle(struct fixture *f, const struct raw_case *c)
{
    char seen[64] = "";
    int quiet = 0;

    for (int i = 0; i < 3000 && quiet < 8; i++) {
        turn(f);
        statuses(f, seen, sizeof(seen));
        if (strcmp(seen, c->statuses) == 0 && f->closed == c->closes)
            quiet++;
        else
            quiet = 0;
    }
    if (strcmp(seen, c->statuses) != 0 || f->handled != c->handled ||
        f->closed != c->closes)
        print_error("%s: statuses %s, handled %u, closed %d\n%s\n", c->name,
                    seen, f->handled, f->closed, f->out);
    assert_string_equal(seen, c->statuses);
    assert_int_equal(f->handled, c->handled);
    assert_int_equal(f->closed, c->closes);
}

static void
check(struct fixture *f, const struct raw_case *c)
{
    fresh(f);
    put(f, c->in);
    settle(f, c);
}

#define H "Host: x\r\n"
#define GET "GET /a HTTP/1.1\r\n" H "\r\n"

static const struct raw_case lawful[] = {
    {"one", BYTES(GET), "200 ", 1, false},
    {"two pipelined", BYTES(GET GET), "200 200 ", 2, false},
    {"post and get pipelined",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc" GET),
     "200 200 ", 2, false},
    {"chunked",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
           "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n" GET),
     "200 200 ", 2, false},
    {"chunked with a trailer",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: Chunked\r\n\r\n"
           "3\r\nabc\r\n0\r\nX: y\r\n\r\n" GET),
     "200 200 ", 2, false},
    {"1.0 closes", BYTES("GET /a HTTP/1.0\r\n\r\n"), "200 ", 1, true},
    {"asked to close",
     BYTES("GET /a HTTP/1.1\r\n" H "Connection: close\r\n\r\n"), "200 ", 1,
     true},
    {"absolute form", BYTES("GET http://x/a?b HTTP/1.1\r\n" H "\r\n"), "200 ",
     1, false},
    {"head", BYTES("HEAD /a HTTP/1.1\r\n" H "\r\n"), "200 ", 1, false},
    {"a method that we never serve",
     BYTES("DELETE /a HTTP/1.1\r\n" H "\r\n"), "200 ", 1, false},
};

/* The library answers such a length itself and sends the head of its answer
 * twice: the second one stands where the body should. */
#define TWICE(status) status " " status " "

/* Each breaks one clause; nothing runs and the connection is closed. */
static const struct raw_case unlawful[] = {
    {"API 1.3 length and chunked",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 5\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" GET),
     "400 ", 0, true},
    {"API 1.3 chunked and length",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
           "Content-Length: 5\r\n\r\n0\r\n\r\n" GET),
     "400 ", 0, true},
    {"API 1.3 length twice",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 3\r\n"
           "Content-Length: 4\r\n\r\nabcd" GET),
     "400 ", 0, true},
    {"API 1.3 the same length twice",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 3\r\n"
           "Content-Length: 3\r\n\r\nabc" GET),
     "400 ", 0, true},
    {"API 1.3 two lengths in one",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc"),
     TWICE("400"), 0, true},
    {"API 1.3 a signed length",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc"),
     TWICE("400"), 0, true},
    {"API 1.3 a length with a leading zero",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 03\r\n\r\nabc"), "400 ",
     0, true},
    {"API 1.3 an endless length",
     BYTES("POST /p HTTP/1.1\r\n" H
           "Content-Length: 99999999999999999999999\r\n\r\nabc"),
     TWICE("413"), 0, true},
    {"API 1.3 a coding that is not chunked",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\nabc"),
     "400 ", 0, true},
    {"API 1.3 two codings",
     BYTES("POST /p HTTP/1.1\r\n" H
           "Transfer-Encoding: gzip, chunked\r\n\r\nabc"),
     "400 ", 0, true},
    {"API 1.3 coding twice",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
           "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 coding in HTTP/1.0",
     BYTES("POST /p HTTP/1.0\r\n" H
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 blank before the colon",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length : 3\r\n\r\nabc" GET),
     "400 ", 0, true},
    {"API 1.3 coding hidden by a blank",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 3\r\n"
           "Transfer-Encoding : chunked\r\n\r\nabc" GET),
     "400 ", 0, true},
    {"API 1.3 coding hidden by a control character",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: \x0b"
           "chunked\r\n\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 no Host", BYTES("GET /a HTTP/1.1\r\n\r\n"), "400 ", 0, true},
    {"API 1.3 two Hosts", BYTES("GET /a HTTP/1.1\r\n" H H "\r\n"), "400 ", 0,
     true},
    {"API 1.3 a token twice",
     BYTES("GET /a HTTP/1.1\r\n" H "Authorization: a\r\n"
           "Authorization: b\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 a name that is no token",
     BYTES("GET /a HTTP/1.1\r\n" H "a(b: c\r\n\r\n"), "400 ", 0, true},
    {"API 1.3 a name without a colon",
     BYTES("GET /a HTTP/1.1\r\n" H "nothing\r\n\r\n"), "400 ", 0, true},
    {"API 1.1 version 1.2", BYTES("GET /a HTTP/1.2\r\n" H "\r\n"), "505 ", 0,
     true},
    {"API 1.1 version 2.0", BYTES("GET /a HTTP/2.0\r\n" H "\r\n"), "505 ", 0,
     true},
    {"API 1.1 version 0.9", BYTES("GET /a HTTP/0.9\r\n" H "\r\n"), "505 ", 0,
     true},
    {"API 1.1 no version", BYTES("GET /a\r\n" H "\r\n"), "400 ", 0, true},
    {"API 1.1 a version in small letters",
     BYTES("GET /a http/1.1\r\n" H "\r\n"), "400 ", 0, true},
    {"API 1.2 an unknown method", BYTES("BREW /a HTTP/1.1\r\n" H "\r\n"),
     "501 ", 0, true},
    {"API 1.2 a method in small letters",
     BYTES("get /a HTTP/1.1\r\n" H "\r\n"), "501 ", 0, true},
    {"API 1.4 blank in the target", BYTES("GET /a b HTTP/1.1\r\n" H "\r\n"),
     "400 ", 0, true},
    {"API 1.4 two blanks", BYTES("GET  /a  HTTP/1.1\r\n" H "\r\n"), "400 ", 0,
     true},
    {"API 1.4 no slash", BYTES("GET a HTTP/1.1\r\n" H "\r\n"), "400 ", 0,
     true},
    {"API 1.4 star", BYTES("OPTIONS * HTTP/1.1\r\n" H "\r\n"), "400 ", 0,
     true},
    {"API 1.4 a NUL", BYTES("GET /a\0b HTTP/1.1\r\n" H "\r\n"), "400 ", 0,
     true},
    {"API 1.4 an escaped NUL", BYTES("GET /a%00 HTTP/1.1\r\n" H "\r\n"),
     "400 ", 0, true},
    {"API 1.4 an escaped slash",
     BYTES("GET /tile%2Fx HTTP/1.1\r\n" H "\r\n"), "400 ", 0, true},
    {"API 1.4 dots", BYTES("GET /tile/../../token HTTP/1.1\r\n" H "\r\n"),
     "400 ", 0, true},
    {"API 1.4 escaped dots",
     BYTES("GET /tile/%2e%2e/token HTTP/1.1\r\n" H "\r\n"), "400 ", 0, true},
    {"API 1.4 an empty segment", BYTES("GET //a HTTP/1.1\r\n" H "\r\n"),
     "400 ", 0, true},
    {"API 1.4 a wrong escape", BYTES("GET /a%4 HTTP/1.1\r\n" H "\r\n"), "400 ",
     0, true},
    {"API 1.4 bytes past ASCII", BYTES("GET /\xc3\xab HTTP/1.1\r\n" H "\r\n"),
     "400 ", 0, true},
    {"API 1.5 an encoded body",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Encoding: gzip\r\n"
           "Content-Length: 3\r\n\r\nabc"),
     "415 ", 0, true},
    {"API 1.5 a large body announced",
     BYTES("POST /p HTTP/1.1\r\n" H "Content-Length: 65537\r\n\r\n"), "413 ",
     0, true},
    {"API 1.5 a chunk without a size",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
           "\r\nabc\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.5 a chunk size that is none",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
           "0x3\r\nabc\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.5 a chunk longer than its size",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
           "3\r\nabcdef\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.5 a chunk size that overflows",
     BYTES("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
           "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
     "413 ", 0, true},
};

static void
lawful_requests_are_handled(void **state)
{
    for (size_t i = 0; i < sizeof(lawful) / sizeof(lawful[0]); i++)
        check(*state, &lawful[i]);
}

static void
unlawful_requests_run_nothing(void **state)
{
    for (size_t i = 0; i < sizeof(unlawful) / sizeof(unlawful[0]); i++)
        check(*state, &unlawful[i]);
}

/* Bytes that are no request line at all: an answer or none, then the end. */
static void
what_is_no_http_is_cut(void **state)
{
    static const struct bytes noise[] = {
        BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        BYTES("GARBAGE\r\n\r\n"),
        BYTES(" / HTTP/1.1\r\n\r\n")};
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
        fresh(f);
        put(f, noise[i]);
        for (int t = 0; t < 200 && !f->closed; t++)
            turn(f);
        assert_true(f->closed);
        assert_int_equal(f->handled, 0);
        assert_true(f->out_size == 0 || f->out[9] == '4');
    }
}

static void
answers_say_what_they_must(void **state)
{
    struct fixture *f = *state;
    static const struct raw_case c = {
        "decoded",
        BYTES("POST /a%20b/%C3%AB?x=%41 HTTP/1.1\r\n" H
              "Content-Length: 4\r\n\r\nbody"),
        "200 ", 1, false};

    check(f, &c);
    assert_non_null(strstr(f->out, "<POST /a b/\xc3\xab|x=%41|body>"));
    assert_non_null(strstr(f->out, "\r\nKufi-Sample: true\r\n"));
    assert_non_null(strstr(f->out, "\r\nX-Test: yes\r\n"));
    assert_non_null(strstr(f->out, "\r\nContent-Type: text/plain\r\n"));
}

static void
a_head_has_no_body(void **state)
{
    struct fixture *f = *state;

    check(f, &lawful[8]);
    assert_null(strstr(f->out, "<HEAD"));
    assert_non_null(strstr(f->out, "Content-Length: 11\r\n"));
}

/* Each byte in a packet of its own: the same answer. */
static void
a_slow_request_is_the_same(void **state)
{
    struct fixture *f = *state;
    const struct raw_case *c = &lawful[3];

    fresh(f);
    for (size_t i = 0; i < c->in.size; i++)
        put(f, bytes_slice(c->in, i, 1));
    settle(f, c);
}

/* Cut at every byte and half-closed: never handled twice, never a crash. */
static void
a_cut_request_runs_nothing(void **state)
{
    struct fixture *f = *state;
    struct bytes in = lawful[3].in;
    size_t whole = in.size - (sizeof(GET) - 1);

    for (size_t i = 0; i < whole; i++) {
        fresh(f);
        put(f, bytes_slice(in, 0, i));
        assert_int_equal(shutdown(f->fd, SHUT_WR), 0);
        turn(f);
        f->skew_ms += 2000;
        for (int t = 0; t < 300 && !f->closed; t++)
            turn(f);
        assert_true(f->closed);
        assert_int_equal(f->handled, 0);
    }
    assert_int_equal(f->server.busy_count, 0);
}

static void
a_half_closed_client_is_answered(void **state)
{
    struct fixture *f = *state;
    static const struct raw_case c = {"half", BYTES(""), "200 ", 1, true};

    fresh(f);
    put(f, BYTES(GET));
    assert_int_equal(shutdown(f->fd, SHUT_WR), 0);
    turn(f);
    f->skew_ms += 2000;
    settle(f, &c);
}

static struct bytes
filled(const char *head, size_t size, const char *tail)
{
    size_t head_size = strlen(head);
    size_t tail_size = strlen(tail);
    uint8_t *p = malloc(head_size + size + tail_size);

    assert_non_null(p);
    memcpy(p, head, head_size);
    memset(p + head_size, 'a', size);
    memcpy(p + head_size + size, tail, tail_size);
    return (struct bytes){p, head_size + size + tail_size};
}

static void
sizes_have_bounds(void **state)
{
    struct fixture *f = *state;
    struct raw_case cases[] = {
        {"API 1.4 a path of 257",
         filled("GET /", 256, " HTTP/1.1\r\n" H "\r\n"), "414 ", 0, true},
        {"a path of 256", filled("GET /", 255, " HTTP/1.1\r\n" H "\r\n"),
         "200 ", 1, false},
        {"API 1.4 a target of 40,000",
         filled("GET /", 40000, " HTTP/1.1\r\n" H "\r\n"), "414 ", 0, true},
        {"API 1.6 a field of 40,000",
         filled("GET /a HTTP/1.1\r\n" H "X: ", 40000, "\r\n\r\n"), "431 ", 0,
         true},
        {"a body of 65,536",
         filled("POST /p HTTP/1.1\r\n" H "Content-Length: 65536\r\n\r\n",
                65536, ""),
         "200 ", 1, false},
        {"API 1.5 a chunk of 65,537",
         filled("POST /p HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
                "10001\r\n",
                65537, "\r\n0\r\n\r\n"),
         "413 ", 0, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        check(f, &cases[i]);
        free((void *)(uintptr_t)cases[i].in.p);
    }
}

/* Past what is discarded the connection ends without an answer. */
static void
an_endless_body_is_cut(void **state)
{
    struct fixture *f = *state;
    struct bytes chunk = filled("10000\r\n", 65536, "\r\n");

    fresh(f);
    put(f, BYTES("POST /p HTTP/1.1\r\n" H
                 "Transfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < 100 && !f->closed; i++)
        put(f, chunk);
    for (int i = 0; i < 100 && !f->closed; i++)
        turn(f);
    assert_true(f->closed);
    assert_int_equal(f->handled, 0);
    free((void *)(uintptr_t)chunk.p);
}

static void
an_answer_may_come_later(void **state)
{
    struct fixture *f = *state;
    static const struct raw_case c = {"later", BYTES(""), "200 200 ", 2,
                                      false};

    fresh(f);
    put(f, BYTES("POST /late HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nhi" GET));
    for (int i = 0; i < 20; i++)
        turn(f);
    assert_int_equal(f->held_count, 1);
    assert_int_equal(f->out_size, 0);
    assert_int_equal(f->handled, 1); /* the second waits behind the first */
    assert_false(server_idle(&f->server));
    answer(f->held[0]);
    settle(f, &c);
    assert_non_null(strstr(f->out, "<POST /late||hi>"));
    assert_true(server_idle(&f->server));
}

/* Its request stays valid until it is answered. */
static void
a_client_may_go_while_it_waits(void **state)
{
    struct fixture *f = *state;
    static const struct linger reset = {.l_onoff = 1};

    for (int hard = 0; hard < 2; hard++) {
        fresh(f);
        put(f, BYTES("GET /late HTTP/1.1\r\n" H "\r\n"));
        for (int i = 0; i < 20; i++)
            turn(f);
        assert_int_equal(f->held_count, 1);
        if (hard)
            assert_int_equal(setsockopt(f->fd, SOL_SOCKET, SO_LINGER, &reset,
                                        sizeof(reset)),
                             0);
        close(f->fd);
        f->fd = dial(f);
        for (int i = 0; i < 20; i++)
            turn(f);
        assert_bytes(f->held[0]->path, BYTES("/late"));
        answer(f->held[0]);
        f->held_count = 0;
        for (int i = 0; i < 100 && !server_idle(&f->server); i++)
            turn(f);
        assert_true(server_idle(&f->server));
    }
}

/* A byte now and then does not hold a connection for ever. API 1.6 */
static void
a_trickle_is_cut(void **state)
{
    struct fixture *f = *state;

    fresh(f);
    put(f, BYTES("GET /a HTTP/1.1\r\nX: "));
    f->skew_ms += SERVER_TRANSFER_MS / 2;
    put(f, BYTES("a"));
    assert_false(f->closed);
    f->skew_ms += SERVER_TRANSFER_MS / 2 + 1000;
    for (int i = 0; i < 100 && !f->closed; i++)
        turn(f);
    assert_true(f->closed);
    assert_int_equal(f->handled, 0);
}

/* But one that waits for its answer is left alone. */
static void
a_waiting_request_is_not_cut(void **state)
{
    struct fixture *f = *state;
    static const struct raw_case c = {"waited", BYTES(""), "200 ", 1, false};

    fresh(f);
    put(f, BYTES("GET /late HTTP/1.1\r\n" H "\r\n"));
    for (int i = 0; i < 20; i++)
        turn(f);
    f->skew_ms += SERVER_TRANSFER_MS * 2;
    for (int i = 0; i < 20; i++)
        turn(f);
    answer(f->held[0]);
    settle(f, &c);
}

/* More connections than slots wait in the kernel; each is served in turn. */
static void
connections_have_a_bound(void **state)
{
    struct fixture *f = *state;
    static const struct raw_case c = {"last", BYTES(""), "200 ", 1, false};
    int fds[8];

    for (size_t i = 0; i < 8; i++) {
        fds[i] = dial(f);
        turn(f);
    }
    for (int i = 0; i < 50; i++)
        server_run(&f->server);
    assert_int_equal(f->server.open_count, 8);
    fresh(f);
    put(f, BYTES(GET));
    for (int i = 0; i < 20; i++)
        turn(f);
    assert_int_equal(f->out_size, 0);
    for (size_t i = 0; i < 8; i++)
        close(fds[i]);
    settle(f, &c);
}

static void
draining_finishes_what_is_under_way(void **state)
{
    struct fixture *f = *state;
    static const struct raw_case c = {"drained", BYTES(""), "200 ", 1, true};
    int idle = dial(f);
    uint8_t byte;

    fresh(f);
    put(f, BYTES("GET /late HTTP/1.1\r\n" H "\r\n"));
    for (int i = 0; i < 20; i++)
        turn(f);
    server_drain(&f->server);
    for (int i = 0; i < 20; i++)
        turn(f);
    assert_int_equal(recv(idle, &byte, 1, 0), 0);
    close(idle);
    assert_false(server_idle(&f->server));
    answer(f->held[0]);
    settle(f, &c);
    assert_non_null(strstr(f->out, "Connection: close\r\n"));
    assert_true(server_idle(&f->server));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(lawful_requests_are_handled),
        TEST(unlawful_requests_run_nothing),
        TEST(what_is_no_http_is_cut),
        TEST(answers_say_what_they_must),
        TEST(a_head_has_no_body),
        TEST(a_slow_request_is_the_same),
        TEST(a_cut_request_runs_nothing),
        TEST(a_half_closed_client_is_answered),
        TEST(sizes_have_bounds),
        TEST(an_endless_body_is_cut),
        TEST(an_answer_may_come_later),
        TEST(a_client_may_go_while_it_waits),
        TEST(a_trickle_is_cut),
        TEST(a_waiting_request_is_not_cut),
        TEST(connections_have_a_bound),
        TEST(draining_finishes_what_is_under_way),
    };

    return TEST_RUN(tests);
}
