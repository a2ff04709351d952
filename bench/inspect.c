/*
 * How long does the whole booth's question take? B1: p99 below 2 ms in the
 * server, at a post that holds 10 M names, 100 M documents, 100 M crossings.
 *
 *     inspect                                   runs bench/inspect.sh
 *     inspect fill DIR CROSSINGS TRAVELLERS     a node's log, see the header
 *     inspect persons|documents COUNT           a list, on standard output
 *     inspect ask PORT TOKEN-FILE TRAVELLERS SECONDS CLIENTS...
 *
 * Clients on keep-alive connections, each with one scan under way: four in five
 * of a traveller whom the node knows and who is outside, one in five of one who
 * comes for the first time; one in a thousand of the known has a document that
 * a list calls stolen. Two times are told: as the client sees it, which has the
 * durable append in it; and the desk's own, from the parsed request to the
 * answer without the wait for the keeper, from the node's /metrics.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/sample_person.h"
#include "http/client.h"
#include "inspect_world_shared.h"
#include "os/os.h"

#define CLIENTS_MAX 64
#define SAMPLES_MAX 4000000
#define BODY_SIZE 512
#define STRANGER_OF 5 /* one in so many */
#define METRICS_SIZE (1u << 18)

/* The node's histogram of its own time: upper bounds and counts up to them. */
#define BUCKETS_MAX 128
struct histogram {
    size_t count;
    double bound_s[BUCKETS_MAX];
    uint64_t upto[BUCKETS_MAX];
};

struct bench;
struct bench_client {
    struct bench *bench;
    struct exchange exchange;
    uint64_t start_ns;
    char body[BODY_SIZE];
};

struct bench {
    struct os os;
    struct client client;
    char address[64];
    char token[256];
    uint64_t travellers;
    uint64_t scans;
    uint64_t end_ns;
    size_t running;
    size_t done;
    size_t look;  /* answers that were not clear */
    size_t refer; /* and those of them to be referred */
    uint32_t *samples_us;
    struct bench_client clients[CLIENTS_MAX];
    uint8_t metrics[METRICS_SIZE];
};

static void
stop(const char *what)
{
    fprintf(stderr, "inspect: %s\n", what);
    exit(3);
}

static uint64_t
number(const char *text, uint64_t max)
{
    uint64_t n;

    if (!bytes_decimal(bytes_of(text), max, &n) || n == 0)
        stop("a number is wanted");
    return n;
}

/* ----- Scans. ----- */

static void
body_write(struct bench *bench, char *body)
{
    uint64_t n = bench->scans++;
    uint64_t random = sample_mix(77, n, 5);
    uint64_t who = random % bench->travellers;
    struct world_traveller traveller;

    if (n % STRANGER_OF == 0)
        who = bench->travellers + n;
    world_traveller(who, &traveller);
    (void)snprintf(body, BODY_SIZE,
                   "{\"mrz\":[\"%.44s\",\"%.44s\"],\"direction\":\"entry\","
                   "\"lane\":\"1\"}",
                   traveller.mrz.lines[0], traveller.mrz.lines[1]);
}

static void done(void *context, struct exchange *exchange);

static void
scan(struct bench *bench, struct bench_client *client)
{
    body_write(bench, client->body);
    client->exchange = (struct exchange){.method = "POST",
                                         .path = "/v1/inspections",
                                         .body = bytes_of(client->body),
                                         .done = done,
                                         .context = client};
    client->start_ns = bench->os.monotonic_ns(&bench->os);
    if (client_begin(&bench->client, &client->exchange) != OK)
        stop("a scan does not begin");
}

static bool
says(struct bytes answer, const char *what)
{
    return memmem(answer.p, answer.size, what, strlen(what)) != NULL;
}

static void
done(void *context, struct exchange *exchange)
{
    struct bench_client *client = context;
    struct bench *bench = client->bench;
    uint64_t now = bench->os.monotonic_ns(&bench->os);

    if (exchange->error != OK || exchange->status != 201) {
        fprintf(stderr, "%u %.*s\n", exchange->status,
                (int)exchange->answer.size, (const char *)exchange->answer.p);
        stop("a scan was refused");
    }
    bench->look += says(exchange->answer, "\"recommendation\":\"look\"");
    bench->refer += says(exchange->answer, "\"recommendation\":\"refer\"");
    bench->samples_us[bench->done++] =
        (uint32_t)((now - client->start_ns) / 1000);
    if (now >= bench->end_ns || bench->done == SAMPLES_MAX)
        bench->running--;
    else
        scan(bench, client);
}

/* ----- The desk's own time. ----- */

static void
histogram_read(struct bench *bench, struct histogram *out)
{
    static const char start[] = "kufi_scan_seconds_bucket{le=\"";
    struct exchange exchange = {.method = "GET", .path = "/metrics"};
    struct arena arena;
    char *line;

    out->count = 0;
    arena_init(&arena, bench->metrics, sizeof(bench->metrics) - 1);
    if (client_exchange(&bench->client, &exchange, &arena) != OK ||
        exchange.status != 200)
        stop("the node tells no figures");
    line = (char *)arena_take(&arena, exchange.answer.size + 1);
    if (line == NULL)
        stop("the figures are too many");
    memcpy(line, exchange.answer.p, exchange.answer.size);
    while ((line = strstr(line, start)) != NULL && out->count < BUCKETS_MAX) {
        char *end;

        line += sizeof(start) - 1;
        out->bound_s[out->count] = strtod(line, &end);
        out->upto[out->count++] = strtoull(end + 3, NULL, 10);
    }
}

/* The bound below which so many thousandths lie. */
static double
quantile_ms(const struct histogram *before, const struct histogram *after,
            unsigned thousandths)
{
    uint64_t all;
    size_t last = after->count - 1;

    if (after->count == 0 || before->count != after->count)
        return 0;
    all = after->upto[last] - before->upto[last];
    for (size_t i = 0; i < last; i++)
        if ((after->upto[i] - before->upto[i]) * 1000 >= all * thousandths)
            return after->bound_s[i] * 1e3;
    return after->bound_s[last] * 1e3;
}

/* ----- A run. ----- */

static int
compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static double
client_ms(const struct bench *bench, unsigned thousandths)
{
    size_t at = bench->done * thousandths / 1000;

    return bench->samples_us[at < bench->done ? at : bench->done - 1] / 1e3;
}

static void
run(struct bench *bench, unsigned clients, unsigned seconds)
{
    struct histogram before;
    struct histogram after;
    uint64_t start;
    double took;

    histogram_read(bench, &before);
    start = bench->os.monotonic_ns(&bench->os);
    bench->end_ns = start + UINT64_C(1000000000) * seconds;
    bench->done = bench->look = bench->refer = 0;
    bench->running = clients;
    for (unsigned i = 0; i < clients; i++)
        scan(bench, &bench->clients[i]);
    while (bench->running > 0)
        if (client_run(&bench->client, -1, 1000) != OK)
            stop("waiting for answers");
    took = (double)(bench->os.monotonic_ns(&bench->os) - start) / 1e9;
    histogram_read(bench, &after);
    qsort(bench->samples_us, bench->done, sizeof(uint32_t), compare);
    printf("inspect_desk_%u_clients p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms\n",
           clients, quantile_ms(&before, &after, 500),
           quantile_ms(&before, &after, 990),
           quantile_ms(&before, &after, 999));
    printf("inspect_client_%u_clients p50 %.3f ms, p99 %.3f ms, p99.9 %.3f ms "
           "(%.0f /s, %zu in %.1f s; %zu look, %zu refer)\n",
           clients, client_ms(bench, 500), client_ms(bench, 990),
           client_ms(bench, 999), (double)bench->done / took, bench->done, took,
           bench->look, bench->refer);
    (void)fflush(stdout);
}

static void
bench_open(struct bench *bench, char **argv)
{
    struct client_config config = {.address = bench->address,
                                   .connect_ms = 5000,
                                   .timeout_ms = 60000,
                                   .exchanges_max = CLIENTS_MAX};
    FILE *file = fopen(argv[3], "r");

    os_posix_init(&bench->os);
    if (file == NULL || fgets(bench->token, sizeof(bench->token), file) == NULL)
        stop("no token");
    (void)fclose(file);
    bench->token[strcspn(bench->token, "\n")] = '\0';
    config.token = bytes_of(bench->token);
    (void)snprintf(bench->address, sizeof(bench->address), "127.0.0.1:%u",
                   (unsigned)number(argv[2], 65535));
    bench->travellers = number(argv[4], UINT32_MAX);
    bench->samples_us = calloc(SAMPLES_MAX + CLIENTS_MAX, sizeof(uint32_t));
    if (bench->samples_us == NULL || client_open(&bench->client, &config) != OK)
        stop("starting");
    for (size_t i = 0; i < CLIENTS_MAX; i++)
        bench->clients[i].bench = bench;
}

static int
ask(int argc, char **argv)
{
    static struct bench bench;
    unsigned seconds = (unsigned)number(argv[5], 86400);

    bench_open(&bench, argv);
    /* Pages that nobody has asked for yet are the disk's, not ours. */
    run(&bench, 1, seconds);
    for (int i = 6; i < argc; i++)
        run(&bench, (unsigned)number(argv[i], CLIENTS_MAX), seconds);
    client_close(&bench.client);
    return 0;
}

int
main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";

    if (argc == 5 && strcmp(what, "fill") == 0)
        return world_fill(argv[2], number(argv[3], INT64_MAX),
                          number(argv[4], UINT32_MAX));
    if (argc == 3 && strcmp(what, "persons") == 0)
        return world_persons(stdout, number(argv[2], INT64_MAX));
    if (argc == 3 && strcmp(what, "documents") == 0)
        return world_documents(stdout, number(argv[2], INT64_MAX));
    if (argc > 6 && strcmp(what, "ask") == 0)
        return ask(argc, argv);
    if (argc == 1)
        (void)execl("bench/inspect.sh", "bench/inspect.sh", (char *)NULL);
    stop("fill, persons, documents or ask");
    return 2;
}
