/*
 * How many crossings does a node acknowledge over HTTP? B2: at 64 clients more
 * than PostgreSQL inserts when driven by pgbench.
 *
 *     api                                   runs bench/api.sh
 *     api PORT TOKEN-FILE NODE [SECONDS [CLIENTS...]]
 *
 * Clients on keep-alive connections to 127.0.0.1, each with one request under
 * way, all in this process by epoll. For each number of clients: scans alone;
 * decisions alone, on those scans; and crossings, each a scan and then its
 * decision, timed from the scan's first byte to the decision's last. All are
 * durable when they are answered. The time of this process is in the figures:
 * it shares the machine with the node, as pgbench does with PostgreSQL.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/sample_person.h"
#include "os/os.h"

#define CLIENTS_MAX 256
#define IN_SIZE 16384
#define OUT_SIZE 2048
#define SAMPLES_MAX 4000000
#define TRAVELLERS 400000

enum mode { SCANS, DECISIONS, CROSSINGS };

struct bench_client {
    int fd;
    bool deciding; /* the request under way is a decision */
    uint64_t start_ns;
    uint64_t inspection;
    size_t out_size;
    size_t out_at;
    size_t in_size;
    char out[OUT_SIZE];
    char in[IN_SIZE];
};

struct bench {
    struct os os;
    const char *node;
    char token[256];
    struct sockaddr_in address;
    struct sample_world world;
    uint32_t traveller;
    enum mode mode;
    uint64_t end_ns;
    size_t done;
    size_t running; /* clients with a request under way */
    uint32_t *samples_us;
    uint64_t *inspections; /* that wait for a decision */
    size_t inspection_count;
    int epoll;
    struct bench_client clients[CLIENTS_MAX];
};

static void
stop(const char *what)
{
    fprintf(stderr, "api: %s: %s\n", what, strerror(errno));
    exit(3);
}

static uint64_t
now_ns(struct bench *bench)
{
    return bench->os.monotonic_ns(&bench->os);
}

/* ----- Requests. ----- */

static void
request_write(struct bench *bench, struct bench_client *client,
              const char *path, const char *body)
{
    int size = snprintf(client->out, OUT_SIZE,
                        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "Authorization: Bearer %s\r\n"
                        "Content-Type: application/json\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        path, bench->token, strlen(body), body);

    if (size < 0 || size >= OUT_SIZE)
        stop("a request is too long");
    client->out_size = (size_t)size;
    client->out_at = 0;
    client->in_size = 0;
}

static void
scan_write(struct bench *bench, struct bench_client *client)
{
    uint32_t n = bench->traveller++;
    struct sample_person person =
        sample_person_make(&bench->world, n % TRAVELLERS);
    struct sample_document document;
    struct sample_mrz mrz;
    char body[512] = "{\"mrz\":[";
    size_t at = strlen(body);

    sample_person_document(&person, &bench->world, bench->world.first,
                           &document);
    sample_mrz_write(&document, &mrz);
    for (size_t i = 0; i < mrz.count; i++)
        at += (size_t)snprintf(body + at, sizeof(body) - at, "%s\"%.*s\"",
                               i == 0 ? "" : ",", (int)mrz.size, mrz.lines[i]);
    (void)snprintf(body + at, sizeof(body) - at, "],\"direction\":\"%s\"}",
                   n / TRAVELLERS % 2 == 0 ? "entry" : "exit");
    client->deciding = false;
    request_write(bench, client, "/v1/inspections", body);
}

static void
decision_write(struct bench *bench, struct bench_client *client)
{
    char body[256];

    (void)snprintf(body, sizeof(body),
                   "{\"inspection\":\"%s/%" PRIu64
                   "\",\"decision\":\"admit\",\"lane\":\"3\"}",
                   bench->node, client->inspection);
    client->deciding = true;
    request_write(bench, client, "/v1/crossings", body);
}

/* ----- One client. ----- */

static void
client_send(struct bench_client *client)
{
    while (client->out_at < client->out_size) {
        ssize_t sent = send(client->fd, client->out + client->out_at,
                            client->out_size - client->out_at, MSG_NOSIGNAL);

        if (sent < 0)
            stop("sending"); /* a request fits every socket's buffer */
        client->out_at += (size_t)sent;
    }
}

/* Begins the next piece of work, if there is any left. */
static void
client_begin(struct bench *bench, struct bench_client *client)
{
    bool more = bench->mode != DECISIONS || bench->inspection_count > 0;

    if (now_ns(bench) >= bench->end_ns || bench->done == SAMPLES_MAX || !more) {
        bench->running--;
        return;
    }
    client->start_ns = now_ns(bench);
    if (bench->mode == DECISIONS) {
        client->inspection = bench->inspections[--bench->inspection_count];
        decision_write(bench, client);
    } else {
        scan_write(bench, client);
    }
    client_send(client);
}

/* The size of the whole answer, or 0 while it is not there. */
static size_t
answer_size(struct bench_client *client)
{
    const char *head_end;
    const char *length;
    size_t size;

    client->in[client->in_size] = '\0';
    head_end = strstr(client->in, "\r\n\r\n");
    if (head_end == NULL)
        return 0;
    length = strstr(client->in, "Content-Length: ");
    if (length == NULL || length > head_end)
        stop("an answer without a length");
    size = (size_t)(head_end + 4 - client->in) + strtoul(length + 16, NULL, 10);
    return client->in_size >= size ? size : 0;
}

static void
answered(struct bench *bench, struct bench_client *client)
{
    const char *id;

    if (strncmp(client->in, "HTTP/1.1 201", 12) != 0) {
        fprintf(stderr, "api: %s\n", client->in);
        exit(3);
    }
    if (!client->deciding) {
        id = strstr(client->in, "{\"id\":\"");
        id = id == NULL ? NULL : strchr(id, '/');
        if (id == NULL)
            stop("an inspection without an id");
        client->inspection = strtoull(id + 1, NULL, 10);
    }
    if (bench->mode == CROSSINGS && !client->deciding) {
        decision_write(bench, client);
        client_send(client);
        return;
    }
    if (bench->mode == SCANS && bench->inspection_count < SAMPLES_MAX)
        bench->inspections[bench->inspection_count++] = client->inspection;
    bench->samples_us[bench->done++] =
        (uint32_t)((now_ns(bench) - client->start_ns) / 1000);
    client_begin(bench, client);
}

static void
client_read(struct bench *bench, struct bench_client *client)
{
    ssize_t got = recv(client->fd, client->in + client->in_size,
                       IN_SIZE - 1 - client->in_size, 0);

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0)
        stop("the node closed a connection");
    client->in_size += (size_t)got;
    if (answer_size(client) > 0)
        answered(bench, client);
}

/* ----- A run. ----- */

static int
compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void
run(struct bench *bench, enum mode mode, unsigned clients, unsigned seconds)
{
    static const char *const names[] = {"scans", "decisions", "crossings"};
    struct epoll_event events[CLIENTS_MAX];
    uint64_t start = now_ns(bench);
    double took;
    size_t middle;
    size_t slow;

    bench->mode = mode;
    bench->done = 0;
    bench->end_ns = start + UINT64_C(1000000000) * seconds;
    bench->running = clients;
    for (unsigned i = 0; i < clients; i++)
        client_begin(bench, &bench->clients[i]);
    while (bench->running > 0) {
        int count = epoll_wait(bench->epoll, events, CLIENTS_MAX, 20000);

        if (count <= 0)
            stop("no answer");
        for (int i = 0; i < count; i++)
            client_read(bench, events[i].data.ptr);
    }
    took = (double)(now_ns(bench) - start) / 1e9;
    if (bench->done == 0)
        stop("nothing was answered");
    qsort(bench->samples_us, bench->done, sizeof(uint32_t), compare);
    middle = bench->done / 2;
    slow = bench->done - 1 - bench->done / 100;
    printf("api_%s_%u_clients %.0f /s (p50 %.2f ms, p99 %.2f ms; %zu in "
           "%.1f s)\n",
           names[mode], clients, (double)bench->done / took,
           bench->samples_us[middle] / 1e3, bench->samples_us[slow] / 1e3,
           bench->done, took);
    fflush(stdout);
}

static void
clients_open(struct bench *bench, unsigned count)
{
    int one = 1;

    for (unsigned i = 0; i < count; i++) {
        struct bench_client *client = &bench->clients[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};

        client->fd = socket(AF_INET, SOCK_STREAM, 0);
        if (client->fd < 0 ||
            connect(client->fd, (struct sockaddr *)&bench->address,
                    sizeof(bench->address)) != 0 ||
            setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one,
                       sizeof(one)) != 0 ||
            fcntl(client->fd, F_SETFL, O_NONBLOCK) != 0 ||
            epoll_ctl(bench->epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
            stop("connecting");
    }
}

static void
clients_close(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)close(bench->clients[i].fd);
}

static void
token_read(struct bench *bench, const char *path)
{
    FILE *file = fopen(path, "r");

    if (file == NULL || fgets(bench->token, sizeof(bench->token), file) == NULL)
        stop(path);
    (void)fclose(file);
    bench->token[strcspn(bench->token, "\n")] = '\0';
}

static void
bench_init(struct bench *bench, char **argv)
{
    os_posix_init(&bench->os);
    bench->address.sin_family = AF_INET;
    bench->address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    bench->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    token_read(bench, argv[2]);
    bench->node = argv[3];
    bench->world = (struct sample_world){.seed = 1, .first = {20635}};
    bench->samples_us = calloc(SAMPLES_MAX, sizeof(uint32_t));
    bench->inspections = calloc(SAMPLES_MAX, sizeof(uint64_t));
    bench->epoll = epoll_create1(0);
    if (bench->samples_us == NULL || bench->inspections == NULL ||
        bench->epoll < 0)
        stop("starting");
}

int
main(int argc, char **argv)
{
    static struct bench bench;
    static char *usual[] = {"1", "16", "64"};
    char **clients = argc > 5 ? argv + 5 : usual;
    int count = argc > 5 ? argc - 5 : 3;
    unsigned seconds = argc > 4 ? (unsigned)strtoul(argv[4], NULL, 10) : 5;

    if (argc < 4) {
        (void)execl("bench/api.sh", "bench/api.sh", (char *)NULL);
        stop("bench/api.sh");
    }
    bench_init(&bench, argv);
    for (int i = 0; i < count; i++) {
        unsigned n = (unsigned)strtoul(clients[i], NULL, 10);

        if (n == 0 || n > CLIENTS_MAX)
            stop("1 to 256 clients");
        clients_open(&bench, n);
        run(&bench, SCANS, n, seconds);
        run(&bench, DECISIONS, n, seconds);
        run(&bench, CROSSINGS, n, seconds);
        bench.inspection_count = 0;
        clients_close(&bench, n);
    }
    return 0;
}
