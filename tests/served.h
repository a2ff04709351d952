/*
 * A server on a loopback port and one client, both in this thread: what a test
 * sends as raw bytes, the statuses that come back, how often the handler ran,
 * and whether the connection was closed. The clock can be put forward.
 */
#ifndef TESTS_SERVED_H
#define TESTS_SERVED_H

#include "test.h"

#include "http/server.h"

#define SERVED_HELD_MAX 8
#define SERVED_OUT_SIZE 262144
#define SERVED_CONNECTIONS_MAX 8

struct served {
    struct os os;
    struct server server;
    int listen_fd;
    uint16_t port;
    unsigned handled;
    struct request *held[SERVED_HELD_MAX]; /* of "/late": answered when told */
    size_t held_count;
    uint64_t skew_ms; /* added to the clock */
    char out[SERVED_OUT_SIZE];
    size_t out_size;
    bool closed;
    int fd;
};

/* For cmocka; `*state` is a struct served. */
int served_set_up(void **state);
int served_tear_down(void **state);

#define SERVED_TEST(name)                                                      \
    cmocka_unit_test_setup_teardown(name, served_set_up, served_tear_down)

/* A client's connection, which does not block. */
int served_dial(const struct served *f);

/* A new one as the served client's. */
void served_fresh(struct served *f);

/* One turn of the loop: the server's, then what it sent. */
void served_turn(struct served *f);

/* Sends all of it, turning meanwhile. */
void served_put(struct served *f, struct bytes in);

/* Answers a request with what it was: "<GET /path|query|body>". */
void served_answer(struct request *request);

struct raw_case {
    const char *name;
    struct bytes in;
    const char *statuses; /* "200 404 " */
    unsigned handled;
    bool closes;
};

/* Turns until all is as the case has it, or fails. */
void served_settle(struct served *f, const struct raw_case *c);

/* Sends the case on a new connection, and settles. */
void served_check(struct served *f, const struct raw_case *c);

/* `head`, `size` times 'a', `tail`, on the heap. */
struct bytes served_filled(const char *head, size_t size, const char *tail);
void served_filled_free(struct bytes filled);

#define HOST "Host: x\r\n"
#define GET_A "GET /a HTTP/1.1\r\n" HOST "\r\n"

#endif
