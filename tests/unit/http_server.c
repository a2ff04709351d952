/*
 * What the server does with bytes on a socket, lawful and not: among them the
 * known ways to smuggle one request behind another. A real server and real
 * sockets in one thread. API 1.
 */
#include "served.h"

#include <string.h>
#include <sys/socket.h>

static const struct raw_case lawful[] = {
    {"one", BYTES(GET_A), "200 ", 1, false},
    {"two pipelined", BYTES(GET_A GET_A), "200 200 ", 2, false},
    {"post and get pipelined",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc" GET_A),
     "200 200 ", 2, false},
    {"chunked",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n" GET_A),
     "200 200 ", 2, false},
    {"chunked with a trailer",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
           "3\r\nabc\r\n0\r\nX: y\r\n\r\n" GET_A),
     "200 200 ", 2, false},
    {"1.0 closes", BYTES("GET /a HTTP/1.0\r\n\r\n"), "200 ", 1, true},
    {"asked to close",
     BYTES("GET /a HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"), "200 ", 1,
     true},
    {"absolute form", BYTES("GET http://x/a?b HTTP/1.1\r\n" HOST "\r\n"),
     "200 ", 1, false},
    {"head", BYTES("HEAD /a HTTP/1.1\r\n" HOST "\r\n"), "200 ", 1, false},
    {"a method that we never serve",
     BYTES("DELETE /a HTTP/1.1\r\n" HOST "\r\n"), "200 ", 1, false},
};

/* The library answers such a length itself and sends the head of its answer
 * twice: the second one stands where the body should. */
#define TWICE(status) status " " status " "

/* Each breaks one clause; nothing runs and the connection is closed. */
static const struct raw_case unlawful[] = {
    {"API 1.3 length and chunked",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 5\r\n"
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" GET_A),
     "400 ", 0, true},
    {"API 1.3 chunked and length",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
           "Content-Length: 5\r\n\r\n0\r\n\r\n" GET_A),
     "400 ", 0, true},
    {"API 1.3 length twice",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 3\r\n"
           "Content-Length: 4\r\n\r\nabcd" GET_A),
     "400 ", 0, true},
    {"API 1.3 the same length twice",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 3\r\n"
           "Content-Length: 3\r\n\r\nabc" GET_A),
     "400 ", 0, true},
    {"API 1.3 two lengths in one",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\nabc"),
     TWICE("400"), 0, true},
    {"API 1.3 a signed length",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\nabc"),
     TWICE("400"), 0, true},
    {"API 1.3 a length with a leading zero",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 03\r\n\r\nabc"), "400 ",
     0, true},
    {"API 1.3 an endless length",
     BYTES("POST /p HTTP/1.1\r\n" HOST
           "Content-Length: 99999999999999999999999\r\n\r\nabc"),
     TWICE("413"), 0, true},
    {"API 1.3 a coding that is not chunked",
     BYTES("POST /p HTTP/1.1\r\n" HOST
           "Transfer-Encoding: xchunked\r\n\r\nabc"),
     "400 ", 0, true},
    {"API 1.3 two codings",
     BYTES("POST /p HTTP/1.1\r\n" HOST
           "Transfer-Encoding: gzip, chunked\r\n\r\nabc"),
     "400 ", 0, true},
    {"API 1.3 coding twice",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
           "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 coding in HTTP/1.0",
     BYTES("POST /p HTTP/1.0\r\n" HOST
           "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 blank before the colon",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length : 3\r\n\r\nabc" GET_A),
     "400 ", 0, true},
    {"API 1.3 coding hidden by a blank",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 3\r\n"
           "Transfer-Encoding : chunked\r\n\r\nabc" GET_A),
     "400 ", 0, true},
    {"API 1.3 coding hidden by a control character",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b"
           "chunked\r\n\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 no Host", BYTES("GET /a HTTP/1.1\r\n\r\n"), "400 ", 0, true},
    {"API 1.3 two Hosts", BYTES("GET /a HTTP/1.1\r\n" HOST HOST "\r\n"), "400 ",
     0, true},
    {"API 1.3 a token twice",
     BYTES("GET /a HTTP/1.1\r\n" HOST "Authorization: a\r\n"
           "Authorization: b\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.3 a name that is no token",
     BYTES("GET /a HTTP/1.1\r\n" HOST "a(b: c\r\n\r\n"), "400 ", 0, true},
    {"API 1.3 a name without a colon",
     BYTES("GET /a HTTP/1.1\r\n" HOST "nothing\r\n\r\n"), "400 ", 0, true},
    {"API 1.1 version 1.2", BYTES("GET /a HTTP/1.2\r\n" HOST "\r\n"), "505 ", 0,
     true},
    {"API 1.1 version 2.0", BYTES("GET /a HTTP/2.0\r\n" HOST "\r\n"), "505 ", 0,
     true},
    {"API 1.1 version 0.9", BYTES("GET /a HTTP/0.9\r\n" HOST "\r\n"), "505 ", 0,
     true},
    {"API 1.1 no version", BYTES("GET /a\r\n" HOST "\r\n"), "400 ", 0, true},
    {"API 1.1 a version in small letters",
     BYTES("GET /a http/1.1\r\n" HOST "\r\n"), "400 ", 0, true},
    {"API 1.2 an unknown method", BYTES("BREW /a HTTP/1.1\r\n" HOST "\r\n"),
     "501 ", 0, true},
    {"API 1.2 a method in small letters",
     BYTES("get /a HTTP/1.1\r\n" HOST "\r\n"), "501 ", 0, true},
    {"API 1.4 blank in the target", BYTES("GET /a b HTTP/1.1\r\n" HOST "\r\n"),
     "400 ", 0, true},
    {"API 1.4 two blanks", BYTES("GET  /a  HTTP/1.1\r\n" HOST "\r\n"), "400 ",
     0, true},
    {"API 1.4 no slash", BYTES("GET a HTTP/1.1\r\n" HOST "\r\n"), "400 ", 0,
     true},
    {"API 1.4 star", BYTES("OPTIONS * HTTP/1.1\r\n" HOST "\r\n"), "400 ", 0,
     true},
    {"API 1.4 a NUL", BYTES("GET /a\0b HTTP/1.1\r\n" HOST "\r\n"), "400 ", 0,
     true},
    {"API 1.4 an escaped NUL", BYTES("GET /a%00 HTTP/1.1\r\n" HOST "\r\n"),
     "400 ", 0, true},
    {"API 1.4 an escaped slash",
     BYTES("GET /tile%2Fx HTTP/1.1\r\n" HOST "\r\n"), "400 ", 0, true},
    {"API 1.4 dots", BYTES("GET /tile/../../token HTTP/1.1\r\n" HOST "\r\n"),
     "400 ", 0, true},
    {"API 1.4 escaped dots",
     BYTES("GET /tile/%2e%2e/token HTTP/1.1\r\n" HOST "\r\n"), "400 ", 0, true},
    {"API 1.4 an empty segment", BYTES("GET //a HTTP/1.1\r\n" HOST "\r\n"),
     "400 ", 0, true},
    {"API 1.4 a wrong escape", BYTES("GET /a%4 HTTP/1.1\r\n" HOST "\r\n"),
     "400 ", 0, true},
    {"API 1.4 bytes past ASCII",
     BYTES("GET /\xc3\xab HTTP/1.1\r\n" HOST "\r\n"), "400 ", 0, true},
    {"API 1.5 an encoded body",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\n"
           "Content-Length: 3\r\n\r\nabc"),
     "415 ", 0, true},
    {"API 1.5 a large body announced",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Content-Length: 65537\r\n\r\n"), "413 ",
     0, true},
    {"API 1.5 a chunk without a size",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "\r\nabc\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.5 a chunk size that is none",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "0x3\r\nabc\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.5 a chunk longer than its size",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "3\r\nabcdef\r\n0\r\n\r\n"),
     "400 ", 0, true},
    {"API 1.5 a chunk size that overflows",
     BYTES("POST /p HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
           "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
     "413 ", 0, true},
};

static void
lawful_requests_are_handled(void **state)
{
    for (size_t i = 0; i < sizeof(lawful) / sizeof(lawful[0]); i++)
        served_check(*state, &lawful[i]);
}

static void
unlawful_requests_run_nothing(void **state)
{
    for (size_t i = 0; i < sizeof(unlawful) / sizeof(unlawful[0]); i++)
        served_check(*state, &unlawful[i]);
}

/* Bytes that are no request line at all: an answer or none, then the end. */
static void
what_is_no_http_is_cut(void **state)
{
    static const struct bytes noise[] = {
        BYTES("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
        BYTES("GARBAGE\r\n\r\n"), BYTES(" / HTTP/1.1\r\n\r\n")};
    struct served *f = *state;

    for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++) {
        served_fresh(f);
        served_put(f, noise[i]);
        for (int t = 0; t < 200 && !f->closed; t++)
            served_turn(f);
        assert_true(f->closed);
        assert_int_equal(f->handled, 0);
        assert_true(f->out_size == 0 || f->out[9] == '4');
    }
}

static void
answers_say_what_they_must(void **state)
{
    struct served *f = *state;
    static const struct raw_case c = {
        "decoded",
        BYTES("POST /a%20b/%C3%AB?x=%41 HTTP/1.1\r\n" HOST
              "Content-Length: 4\r\n\r\nbody"),
        "200 ", 1, false};

    served_check(f, &c);
    assert_non_null(strstr(f->out, "<POST /a b/\xc3\xab|x=%41|body>"));
    assert_non_null(strstr(f->out, "\r\nKufi-Sample: true\r\n"));
    assert_non_null(strstr(f->out, "\r\nX-Test: yes\r\n"));
    assert_non_null(strstr(f->out, "\r\nContent-Type: text/plain\r\n"));
}

static void
a_head_has_no_body(void **state)
{
    struct served *f = *state;

    served_check(f, &lawful[8]);
    assert_null(strstr(f->out, "<HEAD"));
    assert_non_null(strstr(f->out, "Content-Length: 11\r\n"));
}

/* Each byte in a packet of its own: the same answer. */
static void
a_slow_request_is_the_same(void **state)
{
    struct served *f = *state;
    const struct raw_case *c = &lawful[3];

    served_fresh(f);
    for (size_t i = 0; i < c->in.size; i++)
        served_put(f, bytes_slice(c->in, i, 1));
    served_settle(f, c);
}

/* Cut at every byte and half-closed: never handled twice, never a crash. */
static void
a_cut_request_runs_nothing(void **state)
{
    struct served *f = *state;
    struct bytes in = lawful[3].in;
    size_t whole = in.size - (sizeof(GET_A) - 1);

    for (size_t i = 0; i < whole; i++) {
        served_fresh(f);
        served_put(f, bytes_slice(in, 0, i));
        assert_int_equal(shutdown(f->fd, SHUT_WR), 0);
        served_turn(f);
        f->skew_ms += 2000;
        for (int t = 0; t < 300 && !f->closed; t++)
            served_turn(f);
        assert_true(f->closed);
        assert_int_equal(f->handled, 0);
    }
    assert_int_equal(f->server.busy_count, 0);
}

static void
a_half_closed_client_is_answered(void **state)
{
    struct served *f = *state;
    static const struct raw_case c = {"half", BYTES(""), "200 ", 1, true};

    served_fresh(f);
    served_put(f, BYTES(GET_A));
    assert_int_equal(shutdown(f->fd, SHUT_WR), 0);
    served_turn(f);
    f->skew_ms += 2000;
    served_settle(f, &c);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED_TEST(lawful_requests_are_handled),
        SERVED_TEST(unlawful_requests_run_nothing),
        SERVED_TEST(what_is_no_http_is_cut),
        SERVED_TEST(answers_say_what_they_must),
        SERVED_TEST(a_head_has_no_body),
        SERVED_TEST(a_slow_request_is_the_same),
        SERVED_TEST(a_cut_request_runs_nothing),
        SERVED_TEST(a_half_closed_client_is_answered),
    };

    return TEST_RUN(tests);
}
