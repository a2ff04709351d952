/*
 * The client against our own server, both in this thread: many exchanges in
 * flight, over TCP and a Unix socket, with the token and the fields; and what
 * it says when the other side is not there, goes away, is late, or sends what
 * is no HTTP.
 */
#include "served.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/client.h"
#include "os/socket.h"

#define EXCHANGES SERVED_CONNECTIONS_MAX

static char address[64];

static struct client_config
config_of(const struct served *f)
{
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", f->port);
    return (struct client_config){.address = address,
                                  .token = BYTES("a-token"),
                                  .connect_ms = 1000,
                                  .timeout_ms = 5000,
                                  .exchanges_max = EXCHANGES};
}

/* Waits as a loop does in which the client is one of many. */
static void
turn_in_loop(struct client *client)
{
    struct loop_ready ready[LOOP_READY_MAX];
    struct loop loop;
    int timeout = client_timeout_ms(client);

    assert_err(loop_open(&loop), OK);
    assert_err(loop_add(&loop, client_fd(client), 0, false), OK);
    (void)loop_wait(&loop, timeout < 0 || timeout > 1 ? 1 : timeout, ready);
    loop_close(&loop);
    client_turn(client);
}

/* Both sides take turns until nothing is in flight. */
static void
both(struct served *f, struct client *client)
{
    for (int i = 0; i < 5000 && client->busy_count > 0; i++) {
        if (client->config.os != NULL)
            turn_in_loop(client);
        else
            assert_err(client_run(client, -1, 1), OK);
        server_run(&f->server);
    }
    assert_int_equal(client->busy_count, 0);
}

struct got {
    unsigned count;
    unsigned status;
    enum err error;
    char text[128];
};

static void
done(void *context, struct exchange *exchange)
{
    struct got *got = context;

    got->count++;
    got->status = exchange->status;
    got->error = exchange->error;
    assert_true(exchange->answer.size < sizeof(got->text));
    if (exchange->answer.size > 0)
        memcpy(got->text, exchange->answer.p, exchange->answer.size);
    got->text[exchange->answer.size] = '\0';
}

static void
many_exchanges(struct served *f, struct client_config config)
{
    struct exchange exchanges[EXCHANGES + 1];
    struct got got[EXCHANGES + 1];
    char bodies[EXCHANGES][16];
    struct client client;

    assert_err(client_open(&client, &config), OK);
    memset(got, 0, sizeof(got));
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < EXCHANGES; i++) {
            (void)snprintf(bodies[i], sizeof(bodies[i]), "%zu", i);
            exchanges[i] = (struct exchange){.method = "POST",
                                             .path = "/p?q=1",
                                             .body = bytes_of(bodies[i]),
                                             .done = done,
                                             .context = &got[i]};
            assert_err(client_begin(&client, &exchanges[i]), OK);
        }
        exchanges[EXCHANGES] = exchanges[0];
        assert_err(client_begin(&client, &exchanges[EXCHANGES]), ERR_BUSY);
        both(f, &client);
    }
    for (size_t i = 0; i < EXCHANGES; i++) {
        char wanted[64];

        (void)snprintf(wanted, sizeof(wanted), "<POST /p|q=1|%zu>", i);
        assert_int_equal(got[i].count, 3);
        assert_int_equal(got[i].status, 200);
        assert_string_equal(got[i].text, wanted);
    }
    client_close(&client);
}

static void
many_exchanges_are_in_flight(void **state)
{
    struct served *f = *state;

    many_exchanges(f, config_of(f));
}

static void
many_exchanges_in_a_loop_of_ones_own(void **state)
{
    struct served *f = *state;
    struct client_config config = config_of(f);

    config.os = &f->os;
    many_exchanges(f, config);
}

/* ----- One that answers as it is told. ----- */

struct told {
    int listen_fd;
    uint16_t port;
    char in[4096];
};

static void
told_open(struct told *told)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};

    memset(told, 0, sizeof(*told));
    assert_err(socket_listen((struct bytes){loopback, 4}, &told->port,
                             &told->listen_fd),
               OK);
}

/* Runs one exchange; when the request is there, sends `answer` and closes. */
static void
told_answer(struct told *told, const char *answer, unsigned timeout_ms,
            struct got *got)
{
    struct client_config config = {.address = address,
                                   .token = BYTES("a-token"),
                                   .connect_ms = 1000,
                                   .timeout_ms = timeout_ms,
                                   .exchanges_max = 1};
    struct exchange exchange = {.method = "GET",
                                .path = "/x",
                                .field_count = 1,
                                .fields = {"Idempotency-Key: k"},
                                .done = done,
                                .context = got};
    struct client client;
    int fd = -1;

    memset(got, 0, sizeof(*got));
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", told->port);
    assert_err(client_open(&client, &config), OK);
    assert_err(client_begin(&client, &exchange), OK);
    for (int i = 0; i < 5000 && client.busy_count > 0; i++) {
        assert_err(client_run(&client, -1, 1), OK);
        if (fd < 0)
            fd = accept4(told->listen_fd, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0 || told->in[0] != '\0' || answer == NULL ||
            recv(fd, told->in, sizeof(told->in) - 1, 0) <= 0)
            continue;
        assert_true(send(fd, answer, strlen(answer), MSG_NOSIGNAL) >= 0);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
    }
    assert_int_equal(got->count, 1);
    client_close(&client);
    if (fd >= 0)
        close(fd);
}

static void
the_token_and_the_fields_are_sent(void **state)
{
    struct told told;
    struct got got;

    (void)state;
    told_open(&told);
    told_answer(&told, "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nhi", 5000,
                &got);
    assert_err(got.error, OK);
    assert_int_equal(got.status, 404);
    assert_string_equal(got.text, "hi");
    assert_non_null(strstr(told.in, "GET /x HTTP/1.1\r\n"));
    assert_non_null(strstr(told.in, "\r\nAuthorization: Bearer a-token\r\n"));
    assert_non_null(strstr(told.in, "\r\nIdempotency-Key: k\r\n"));
    close(told.listen_fd);
}

/* Whether the other side may have got the request is what a caller must know:
 * ERR_BUSY says that it did not. */
static void
errors_say_whether_it_was_sent(void **state)
{
    static const struct {
        const char *answer; /* NULL: none in time */
        unsigned timeout_ms;
        enum err error;
    } cases[] = {
        {"", 5000, ERR_SHORT},
        {"HTTP/1.1 200 OK\r\nContent-Le", 5000, ERR_SHORT},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 5000, ERR_SHORT},
        {"SSH-2.0-something\r\n", 5000, ERR_FORMAT},
        {NULL, 50, ERR_SHORT},
        {"HTTP/1.1 302 Found\r\nLocation: /y\r\nContent-Length: 0\r\n\r\n",
         5000, OK}, /* not followed */
    };
    struct told told;
    struct got got;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        told_open(&told);
        told_answer(&told, cases[i].answer, cases[i].timeout_ms, &got);
        if (got.error != cases[i].error)
            print_error("case %zu\n", i);
        assert_err(got.error, cases[i].error);
        assert_int_equal(got.status, got.error == OK ? 302 : 0);
        close(told.listen_fd);
    }
    told_open(&told);
    close(told.listen_fd); /* nobody listens */
    told_answer(&told, NULL, 1000, &got);
    assert_err(got.error, ERR_BUSY);
}

static void
too_large_an_answer_is_refused(void **state)
{
    struct bytes answer =
        served_filled("HTTP/1.1 200 OK\r\n\r\n", CLIENT_BODY_SIZE_MAX + 1, "");
    struct client_config config = {.address = address,
                                   .connect_ms = 1000,
                                   .timeout_ms = 60000,
                                   .exchanges_max = 1};
    struct got got = {0};
    struct exchange exchange = {
        .method = "GET", .path = "/", .done = done, .context = &got};
    struct client client;
    struct told told;
    size_t at = 0;
    int fd = -1;

    (void)state;
    told_open(&told);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u", told.port);
    assert_err(client_open(&client, &config), OK);
    exchange.done = NULL;
    assert_err(client_begin(&client, &exchange), OK);
    for (int i = 0; i < 20000 && client.busy_count > 0; i++) {
        ssize_t sent;

        assert_err(client_run(&client, -1, 1), OK);
        if (fd < 0)
            fd = accept4(told.listen_fd, NULL, NULL, SOCK_NONBLOCK);
        if (fd < 0)
            continue;
        sent = send(fd, answer.p + at, answer.size - at, MSG_NOSIGNAL);
        if (sent > 0)
            at += (size_t)sent;
    }
    assert_err(exchange.error, ERR_LIMIT);
    client_close(&client);
    close(fd);
    close(told.listen_fd);
    served_filled_free(answer);
}

static void
a_unix_socket_is_an_address(void **state)
{
    struct served *f = *state;
    char folder[] = "/tmp/kufi-client.XXXXXX";
    char path[64];
    char full[80];
    struct server_config server_config = f->server.config;
    struct client_config config = config_of(f);
    struct server server;
    struct client client;
    struct got got = {0};
    struct exchange exchange = {
        .method = "GET", .path = "/u", .done = done, .context = &got};
    int fd;

    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof(path), "%s/socket", folder);
    (void)snprintf(full, sizeof(full), "unix:%s", path);
    assert_err(socket_listen_unix(path, &fd), OK);
    server_config.listen_fd = fd;
    assert_err(server_open(&server, &server_config), OK);
    config.address = full;
    assert_err(client_open(&client, &config), OK);
    assert_err(client_begin(&client, &exchange), OK);
    for (int i = 0; i < 5000 && client.busy_count > 0; i++) {
        assert_err(client_run(&client, -1, 1), OK);
        server_run(&server);
    }
    assert_string_equal(got.text, "<GET /u||>");
    client_close(&client);
    server_close(&server);
    close(fd);
    socket_unlink(path);
    rmdir(folder);
}

static void
wrong_configurations_are_refused(void **state)
{
    static const struct {
        const char *address;
        struct bytes token;
        enum err error;
    } cases[] = {
        {"", BYTES("t"), ERR_FORMAT},
        {"unix:", BYTES("t"), ERR_FORMAT},
        {"host/path", BYTES("t"), ERR_FORMAT},
        {"user@host", BYTES("t"), ERR_FORMAT},
        {"127.0.0.1:1", BYTES("two words"), ERR_FORMAT},
        {"127.0.0.1:1", BYTES("a\r\nX: y"), ERR_FORMAT},
        {"127.0.0.1:1",
         BYTES("0123456789012345678901234567890123456789012345678901234567890"
               "1234567890123456789012345678901234567890123456789012345678901"
               "23456789"),
         ERR_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct client_config config = {.address = cases[i].address,
                                       .token = cases[i].token,
                                       .exchanges_max = 1};
        struct client client;

        assert_err(client_open(&client, &config), cases[i].error);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SERVED_TEST(many_exchanges_are_in_flight),
        SERVED_TEST(many_exchanges_in_a_loop_of_ones_own),
        cmocka_unit_test(the_token_and_the_fields_are_sent),
        cmocka_unit_test(errors_say_whether_it_was_sent),
        cmocka_unit_test(too_large_an_answer_is_refused),
        SERVED_TEST(a_unix_socket_is_an_address),
        cmocka_unit_test(wrong_configurations_are_refused),
    };

    return TEST_RUN(tests);
}
