#include "served.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/socket.h"

/* The clock alone is simulated, so that no test waits for a timeout. */
static uint64_t
skewed_ns(struct os *os)
{
    const struct served *f = os->context;
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

void
served_answer(struct request *request)
{
    struct response response = {.status = 200, .content_type = "text/plain"};
    struct writer w;
    size_t size =
        256 + request->path.size + request->query.size + request->body.size;

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
    struct served *f = context;

    f->handled++;
    if (bytes_equal(request->path, BYTES("/late"))) {
        assert_true(f->held_count < SERVED_HELD_MAX);
        f->held[f->held_count++] = request;
        return;
    }
    served_answer(request);
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

int
served_set_up(void **state)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    struct served *f = calloc(1, sizeof(*f));
    struct server_config config = {.connections_max = SERVED_CONNECTIONS_MAX,
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
    assert_err(
        socket_listen((struct bytes){loopback, 4}, &f->port, &f->listen_fd),
        OK);
    config.listen_fd = f->listen_fd;
    assert_err(server_open(&f->server, &config), OK);
    f->fd = -1;
    *state = f;
    return 0;
}

int
served_tear_down(void **state)
{
    struct served *f = *state;

    if (f->fd >= 0)
        close(f->fd);
    server_close(&f->server);
    close(f->listen_fd);
    free(f);
    return 0;
}

int
served_dial(const struct served *f)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(f->port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

void
served_fresh(struct served *f)
{
    if (f->fd >= 0)
        close(f->fd);
    f->fd = served_dial(f);
    f->out_size = 0;
    f->closed = false;
    f->handled = 0;
}

void
served_turn(struct served *f)
{
    struct pollfd ready = {.fd = f->fd, .events = POLLIN};
    ssize_t got;

    server_run(&f->server);
    if (poll(&ready, 1, 1) <= 0 || f->closed)
        return;
    got =
        recv(f->fd, f->out + f->out_size, SERVED_OUT_SIZE - 1 - f->out_size, 0);
    if (got <= 0)
        f->closed = got == 0 || errno != EAGAIN;
    else
        f->out_size += (size_t)got;
    f->out[f->out_size] = '\0';
}

void
served_put(struct served *f, struct bytes in)
{
    size_t at = 0;

    for (int i = 0; i < 10000 && at < in.size && !f->closed; i++) {
        ssize_t sent = send(f->fd, in.p + at, in.size - at, MSG_NOSIGNAL);

        if (sent > 0)
            at += (size_t)sent;
        else if (errno != EAGAIN)
            f->closed = true;
        served_turn(f);
    }
}

/* "200 404 ", from the status lines. */
static void
statuses(const struct served *f, char *out, size_t size)
{
    const char *at = f->out;
    struct writer w;

    writer_init(&w, out, size - 1);
    for (;;) {
        at = strstr(at, "HTTP/1.1 ");
        if (at == NULL)
            break;
        at += 9;
        writer_bytes(&w, (struct bytes){(const uint8_t *)at, 3});
        writer_text(&w, " ");
    }
    out[w.at] = '\0';
}

void
served_settle(struct served *f, const struct raw_case *c)
{
    char seen[64] = "";
    int quiet = 0;

    for (int i = 0; i < 3000 && quiet < 8; i++) {
        served_turn(f);
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

void
served_check(struct served *f, const struct raw_case *c)
{
    served_fresh(f);
    served_put(f, c->in);
    served_settle(f, c);
}

struct bytes
served_filled(const char *head, size_t size, const char *tail)
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

void
served_filled_free(struct bytes filled)
{
    free((void *)(uintptr_t)filled.p);
}
