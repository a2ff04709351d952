/*
 * TLS both ways, by real sockets in one thread: two that know each other's pin
 * speak; whoever has another key, none, or speaks no TLS gets no request
 * handled; and nothing that is cut off or changed on the way is taken. Between
 * the two stands a wire that can do that. SYN 7.2, SYN 7.5
 */
#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "crypto/certificate.h"
#include "http/client.h"
#include "http/server.h"
#include "os/socket.h"

#define BODY_SIZE_MAX ((size_t)5 << 20)
#define ARENA_SIZE ((size_t)6 << 20)
#define CONNECTIONS 4
#define REQUESTS 3

/* Made once: here, there and a stranger. */
static struct certificate ours;
static struct certificate theirs;
static struct certificate strangers;
static struct hash our_pin;
static struct hash their_pin;
static struct hash strangers_pin;

struct pair {
    struct os os;
    uint64_t skew_ms;
    struct server server;
    struct server_tls server_tls;
    int listen_fd;
    uint16_t port;
    struct hash admitted;
    unsigned asked; /* how often admit was */
    unsigned handled;
    struct request *held[8];
    size_t held_count;
    struct wire wire;
    int patience; /* turns in which nothing moves, before the wire is cut */
};

static uint64_t
skewed_ns(struct os *os)
{
    const struct pair *f = os->context;
    struct os real;

    os_posix_init(&real);
    return real.monotonic_ns(&real) + f->skew_ms * 1000000;
}

static bool
admit(void *context, const struct hash *pin)
{
    struct pair *f = context;

    f->asked++;
    return hash_equal(pin, &f->admitted);
}

static void
answer(struct request *request)
{
    struct response response = {.status = 200,
                                .content_type = "application/octet-stream",
                                .body = request->body};

    request_answer(request, &response);
}

/* As a peer would that sends a bomb: what it says of the content is nothing to
 * our client. */
static void
answer_encoded(struct request *request)
{
    struct response response = {.status = 200,
                                .content_type = "application/octet-stream",
                                .body = BYTES("\x1f\x8b\x08\x00 a bomb")};

    response_field(&response, "Content-Encoding", "gzip");
    request_answer(request, &response);
}

static void
handle(void *context, struct request *request)
{
    struct pair *f = context;

    f->handled++;
    assert_true(hash_equal(&request->pin, &f->admitted));
    if (bytes_equal(request->path, BYTES("/zip"))) {
        answer_encoded(request);
        return;
    }
    if (!bytes_equal(request->path, BYTES("/late"))) {
        answer(request);
        return;
    }
    assert_true(f->held_count < sizeof(f->held) / sizeof(f->held[0]));
    f->held[f->held_count++] = request;
}

static void
refuse(void *context, struct request *request, const struct refusal *refusal,
       struct response *response)
{
    (void)context;
    (void)request;
    response->content_type = "text/plain";
    response->body = bytes_of(refusal->clause);
}

static int
set_up(void **state)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    struct pair *f = calloc(1, sizeof(*f));
    struct server_config config = {.connections_max = CONNECTIONS,
                                   .requests_max = REQUESTS,
                                   .body_size_max = BODY_SIZE_MAX,
                                   .arena_size = ARENA_SIZE,
                                   .handle = handle,
                                   .refuse = refuse};

    assert_non_null(f);
    os_posix_init(&f->os);
    f->os.context = f;
    f->os.monotonic_ns = skewed_ns;
    f->admitted = our_pin;
    f->patience = 20000;
    f->server_tls = (struct server_tls){.key = theirs.key,
                                        .certificate = theirs.text,
                                        .admit = admit,
                                        .address_max = CONNECTIONS,
                                        .peer_requests_max = 2};
    config.os = &f->os;
    config.context = f;
    config.tls = &f->server_tls;
    assert_err(
        socket_listen((struct bytes){loopback, 4}, &f->port, &f->listen_fd),
        OK);
    wire_open(&f->wire);
    config.listen_fd = f->listen_fd;
    assert_err(server_open(&f->server, &config), OK);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct pair *f = *state;

    wire_close(&f->wire);
    server_close(&f->server);
    close(f->listen_fd);
    free(f);
    return 0;
}

struct asked {
    const char *path; /* NULL: "/a" */
    size_t answer_size_max;
    const struct certificate *shown; /* NULL: plain HTTP */
    const struct hash *pin;
    const char *method;
    struct bytes body;
    enum err error;
    unsigned status;
    uint8_t *answer;
    size_t answer_size;
};

static void
asked_done(void *context, struct exchange *exchange)
{
    struct asked *asked = context;

    asked->error = exchange->error;
    asked->status = exchange->status;
    asked->answer = malloc(exchange->answer.size + 1);
    assert_non_null(asked->answer);
    if (exchange->answer.size > 0)
        memcpy(asked->answer, exchange->answer.p, exchange->answer.size);
    asked->answer_size = exchange->answer.size;
}

static void
client_make(struct client *client, const struct asked *asked, uint16_t port,
            char *address)
{
    struct client_tls tls = {0};
    struct client_config config = {.address = address,
                                   .connect_ms = 20000,
                                   .timeout_ms = 20000,
                                   .exchanges_max = 3};

    (void)snprintf(address, 64, "127.0.0.1:%u", port);
    if (asked->shown != NULL) {
        tls.key = asked->shown->key;
        tls.certificate = asked->shown->text;
        tls.pin = *asked->pin;
        config.tls = &tls;
    }
    assert_err(client_open(client, &config), OK);
}

/* One exchange through the wire; it is cut when nothing moves any more. */
static void
ask(struct pair *f, struct asked *asked)
{
    char address[64];
    struct client client;
    struct exchange exchange = {
        .method = asked->method,
        .path = asked->path == NULL ? "/a" : asked->path,
        .body = asked->body,
        .content_type = "application/octet-stream",
        .answer_size_max = asked->answer_size_max == 0 ? BODY_SIZE_MAX
                                                       : asked->answer_size_max,
        .done = asked_done,
        .context = asked};
    size_t moved = 0;
    int still = 0;

    client_make(&client, asked, f->wire.port, address);
    assert_err(client_begin(&client, &exchange), OK);
    while (client.busy_count > 0) {
        assert_err(client_run(&client, -1, 0), OK);
        wire_turn(&f->wire, f->port);
        server_run(&f->server);
        wire_turn(&f->wire, f->port);
        still =
            f->wire.passed[OUT] + f->wire.passed[BACK] == moved ? still + 1 : 0;
        moved = f->wire.passed[OUT] + f->wire.passed[BACK];
        if (still > f->patience && moved > 0)
            wire_cut(&f->wire);
    }
    client_close(&client);
    for (int i = 0; i < 10; i++) {
        wire_turn(&f->wire, f->port);
        server_run(&f->server);
    }
}

static struct asked
asked_right(struct bytes body)
{
    return (struct asked){
        .shown = &ours, .pin = &their_pin, .method = "POST", .body = body};
}

static void
whoever_has_the_right_keys_is_served(void **state)
{
    struct pair *f = *state;
    struct asked asked = asked_right(BYTES("a body"));

    ask(f, &asked);
    assert_err(asked.error, OK);
    assert_int_equal(asked.status, 200);
    assert_bytes(((struct bytes){asked.answer, asked.answer_size}),
                 BYTES("a body"));
    assert_int_equal(f->asked, 1);
    assert_int_equal(f->handled, 1);
    free(asked.answer);
}

static void
a_large_body_goes_both_ways(void **state)
{
    struct pair *f = *state;
    uint8_t *body = malloc(BODY_SIZE_MAX);
    struct asked asked;

    assert_non_null(body);
    for (size_t i = 0; i < BODY_SIZE_MAX; i++)
        body[i] = (uint8_t)(i * 31 >> 3);
    asked = asked_right((struct bytes){body, BODY_SIZE_MAX});
    ask(f, &asked);
    assert_err(asked.error, OK);
    assert_int_equal(asked.answer_size, BODY_SIZE_MAX);
    assert_memory_equal(asked.answer, body, BODY_SIZE_MAX);
    free(asked.answer);
    free(body);
}

static void
strangers_get_nothing_handled(void **state)
{
    struct {
        const char *name;
        const struct certificate *shown;
        const struct hash *pin;
        unsigned asked;
        enum err error;
    } cases[] = {
        {"a key that is not admitted", &strangers, &their_pin, 1, ERR_SHORT},
        {"a server with another key", &ours, &strangers_pin, 1, ERR_SIGNATURE},
        {"no TLS", NULL, NULL, 0, ERR_SHORT},
    };
    struct pair *f = *state;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct asked asked = {
            .shown = cases[i].shown, .pin = cases[i].pin, .method = "GET"};

        wire_fresh(&f->wire);
        f->asked = 0;
        ask(f, &asked);
        print_message("# %s: %s\n", cases[i].name, err_name(asked.error));
        assert_err(asked.error, cases[i].error);
        assert_int_equal(asked.status, 0);
        assert_int_equal(f->handled, 0);
        assert_int_equal(f->asked, cases[i].asked);
        free(asked.answer);
    }
}

/* A server that asks for no key is not ours: one that speaks plain HTTP to our
 * TLS, and one that ends the connection. */
static void
what_speaks_no_tls_is_refused(void **state)
{
    static const char *const said[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno", "",
        "\x15\x03\x03\x00\x02\x02\x28"};
    struct pair *f = *state;

    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        struct asked asked = asked_right(BYTES("x"));
        struct client client;
        struct exchange exchange = {.method = "GET",
                                    .path = "/",
                                    .done = asked_done,
                                    .context = &asked};
        char address[64];
        int fd = -1;

        client_make(&client, &asked, f->wire.port, address);
        assert_err(client_begin(&client, &exchange), OK);
        while (client.busy_count > 0) {
            assert_err(client_run(&client, -1, 1), OK);
            if (fd >= 0)
                continue;
            fd = accept4(f->wire.listen_fd, NULL, NULL, SOCK_CLOEXEC);
            if (fd < 0)
                continue;
            assert_true(send(fd, said[i], strlen(said[i]), 0) >= 0);
            assert_int_equal(shutdown(fd, SHUT_WR), 0);
        }
        assert_true(asked.error == ERR_SIGNATURE || asked.error == ERR_SHORT);
        assert_int_equal(asked.status, 0);
        client_close(&client);
        close(fd);
        free(asked.answer);
    }
}

/* However much came before the end; signatures are not all of one size, so that
 * the end itself is not the same each time. */
static void
what_is_cut_off_is_not_taken(void **state)
{
    struct pair *f = *state;
    struct asked whole = asked_right(BYTES("a body"));
    size_t sizes[WAYS];
    unsigned cases = 0;

    ask(f, &whole);
    free(whole.answer);
    memcpy(sizes, f->wire.passed, sizeof(sizes));
    f->patience = 50;
    for (int way = 0; way < WAYS; way++) {
        for (size_t at = 1; at + 32 < sizes[way]; at += 29) {
            struct asked asked = asked_right(BYTES("a body"));

            wire_fresh(&f->wire);
            f->handled = 0;
            f->wire.cut_at[way] = at;
            ask(f, &asked);
            assert_int_not_equal(asked.error, OK);
            assert_int_equal(asked.answer_size, 0);
            assert_true(way == BACK || f->handled == 0);
            free(asked.answer);
            cases++;
        }
    }
    print_message("# %u cut connections\n", cases);
}

/* A few bytes mean nothing, as the version in the head of the first record (RFC
 * 8446 5.1): then all is as if nothing had been changed. */
static void
what_is_changed_on_the_way_is_not_taken(void **state)
{
    struct pair *f = *state;
    struct asked whole = asked_right(BYTES("a body"));
    size_t sizes[WAYS];
    unsigned cases = 0;
    unsigned passed = 0;

    ask(f, &whole);
    free(whole.answer);
    memcpy(sizes, f->wire.passed, sizeof(sizes));
    f->patience = 50;
    for (int way = 0; way < WAYS; way++) {
        for (size_t at = 1; at < sizes[way]; at += 13) {
            struct asked asked = asked_right(BYTES("a body"));

            wire_fresh(&f->wire);
            f->handled = 0;
            f->wire.flip_at[way] = at;
            ask(f, &asked);
            if (asked.error == OK) {
                assert_int_equal(asked.status, 200);
                assert_bytes(((struct bytes){asked.answer, asked.answer_size}),
                             BYTES("a body"));
                passed++;
            } else
                assert_int_equal(asked.answer_size, 0);
            assert_true(way == BACK || f->handled == (asked.error == OK));
            free(asked.answer);
            cases++;
        }
    }
    print_message("# %u changed connections, %u were the same\n", cases,
                  passed);
    assert_true(passed < cases / 10);
}

static void
an_answer_has_the_bound_that_was_asked_for(void **state)
{
    struct pair *f = *state;
    struct asked asked = asked_right(BYTES("seven b"));

    asked.answer_size_max = 7;
    ask(f, &asked);
    assert_err(asked.error, OK);
    assert_int_equal(asked.answer_size, 7);
    free(asked.answer);
    asked.answer_size_max = 6;
    ask(f, &asked);
    assert_err(asked.error, ERR_LIMIT);
    assert_int_equal(asked.status, 0);
    free(asked.answer);
}

static void
nothing_is_unpacked(void **state)
{
    struct pair *f = *state;
    struct asked asked = asked_right(BYTES(""));

    asked.path = "/zip";
    ask(f, &asked);
    assert_err(asked.error, OK);
    assert_bytes(((struct bytes){asked.answer, asked.answer_size}),
                 BYTES("\x1f\x8b\x08\x00 a bomb"));
    free(asked.answer);
}

/* Turns both until the client has nothing in flight, or so often. */
static void
turn_both(struct pair *f, struct client *client, int times)
{
    for (int i = 0; i < times && client->busy_count > 0; i++) {
        assert_err(client_run(client, -1, 1), OK);
        server_run(&f->server);
    }
}

/* One peer takes two of the three arenas, and the third is another's. */
static void
a_peer_has_so_many_requests_at_once(void **state)
{
    struct pair *f = *state;
    struct asked asked[3];
    struct exchange exchanges[3];
    struct client client;
    char address[64];

    asked[0] = asked_right(BYTES(""));
    client_make(&client, &asked[0], f->port, address);
    for (int i = 0; i < 3; i++) {
        asked[i] = asked_right(BYTES(""));
        exchanges[i] = (struct exchange){.method = "GET",
                                         .path = "/late",
                                         .done = asked_done,
                                         .context = &asked[i]};
        assert_err(client_begin(&client, &exchanges[i]), OK);
    }
    while (client.busy_count == 3 || f->held_count < 2)
        turn_both(f, &client, 1);
    assert_int_equal(client.busy_count, 2);
    for (size_t i = 0; i < f->held_count; i++)
        answer(f->held[i]);
    turn_both(f, &client, 5000);
    assert_int_equal(client.busy_count, 0);
    assert_int_equal(asked[0].status + asked[1].status + asked[2].status,
                     200 + 200 + 503);
    assert_int_equal(f->server.blocks.free_count, REQUESTS);
    for (int i = 0; i < 3; i++) {
        assert_err(asked[i].error, OK);
        free(asked[i].answer);
    }
    client_close(&client);
}

/* Whoever connects and is silent, or says half of a handshake, is gone after
 * SERVER_HANDSHAKE_MS. */
static void
a_slow_handshake_is_cut(void **state)
{
    static const struct bytes said[] = {BYTES(""), BYTES("\x16\x03\x01\x02"),
                                        BYTES("GET / HTTP/1.1\r\n")};
    struct pair *f = *state;

    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        int fd = wire_dial(f->port);
        uint8_t block[64];
        ssize_t n = -1;

        assert_int_equal(send(fd, said[i].p, said[i].size, 0), said[i].size);
        for (int t = 0; t < 20; t++)
            server_run(&f->server);
        f->skew_ms += SERVER_HANDSHAKE_MS + 2000;
        for (int t = 0; t < 200 && n != 0; t++) {
            server_run(&f->server);
            n = recv(fd, block, sizeof(block), 0);
            if (n < 0 && errno == ECONNRESET)
                n = 0;
        }
        assert_int_equal(n, 0);
        assert_int_equal(f->handled, 0);
        close(fd);
    }
    assert_int_equal(f->server.open_count, 0);
}

static void
a_body_past_the_bound_is_refused(void **state)
{
    struct pair *f = *state;
    uint8_t *body = calloc(1, BODY_SIZE_MAX + 1);
    struct asked asked = asked_right((struct bytes){body, BODY_SIZE_MAX + 1});

    assert_non_null(body);
    ask(f, &asked);
    assert_true(asked.error != OK || asked.status == 413);
    assert_int_equal(f->handled, 0);
    free(asked.answer);
    free(body);
}

#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    struct instant now = {INT64_C(1795474800000)};
    const struct CMUnitTest tests[] = {
        PAIR_TEST(whoever_has_the_right_keys_is_served),
        PAIR_TEST(a_large_body_goes_both_ways),
        PAIR_TEST(strangers_get_nothing_handled),
        PAIR_TEST(what_speaks_no_tls_is_refused),
        PAIR_TEST(what_is_cut_off_is_not_taken),
        PAIR_TEST(what_is_changed_on_the_way_is_not_taken),
        PAIR_TEST(an_answer_has_the_bound_that_was_asked_for),
        PAIR_TEST(nothing_is_unpacked),
        PAIR_TEST(a_peer_has_so_many_requests_at_once),
        PAIR_TEST(a_slow_handshake_is_cut),
        PAIR_TEST(a_body_past_the_bound_is_refused),
    };

    if (certificate_make(BYTES("durres"), now, &ours) != OK ||
        certificate_make(BYTES("centre"), now, &theirs) != OK ||
        certificate_make(BYTES("stranger"), now, &strangers) != OK ||
        certificate_pin(bytes_of(ours.text), &our_pin) != OK ||
        certificate_pin(bytes_of(theirs.text), &their_pin) != OK ||
        certificate_pin(bytes_of(strangers.text), &strangers_pin) != OK)
        return 1;
    return TEST_RUN(tests);
}
