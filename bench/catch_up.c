/*
 * How fast a post takes in what others recorded while it was cut off, in the
 * keeper's own way: look at the mirrors, record what is seen, fold; with a
 * booth's crossing between every two rounds, whose wait is measured. Two logs
 * of `crossings` each; then the same by a rebuild.
 *
 *     catch_up [crossings [entries a round [folder]]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "node/book_foreign.h"
#include "os/pool.h"
#include "store/nodes.h"
#include "store/rebuild.h"
#include "tlog/checkpoint.h"

#define NODES 3 /* the own one first */
#define BATCH 1000
#define ROUNDS_MAX 1000000

static const char *const NAMES[NODES] = {"durres", "rinas", "centre"};

struct node_made {
    struct config config;
    struct book_config book_config;
    char path[128];
    struct book book;
    uint64_t done;
};

static struct os os;
static struct node_made nodes[NODES];
static uint64_t crossings = 50000;
static size_t round_max = BOOK_SEEN_ENTRIES_MAX;
static uint64_t waits_ns[ROUNDS_MAX];

static void
must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "%s: %s\n", what, err_text(e));
    exit(1);
}

static uint64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Of all threads. */
static uint64_t
cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t
mixed(uint64_t n)
{
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

static void
node_up(struct node_made *node)
{
    struct book_report report;

    must(book_open(&node->book, &node->book_config, &report), "opening");
    must(book_start(&node->book), "starting");
    must(book_fold(&node->book), "folding");
}

static void
node_make(const char *folder, size_t i)
{
    struct node_made *node = &nodes[i];

    (void)snprintf(node->path, sizeof(node->path), "%s/%s", folder, NAMES[i]);
    (void)snprintf(node->config.origin, sizeof(node->config.origin),
                   "kufi.example/%s", NAMES[i]);
    (void)snprintf(node->config.place, sizeof(node->config.place), "%s",
                   NAMES[i]);
    (void)snprintf(node->config.country, sizeof(node->config.country), "UTO");
    node->book_config = (struct book_config){.os = &os,
                                             .path = node->path,
                                             .config = &node->config,
                                             .random = &crypto_random};
    if (mkdir(node->path, 0700) != 0)
        must(ERR_IO, node->path);
    must(os.folder_open(&os, node->path, &node->book_config.dir), "folder");
    must(book_create(&node->book, &node->book_config), "making a node");
    node_up(node);
}

/* A scan and the decision on it, by one traveller of as many as there are
 * crossings. */
static void
pair_put(struct node_made *node, size_t which)
{
    uint64_t m = mixed(node->done * NODES + which) % (crossings + 1);
    struct event scan = {.type = EVENT_INSPECTION,
                         .actor = BYTES("officer-17"),
                         .lane = BYTES("3")};
    struct event event = scan;
    char number[32];
    char surname[40];
    char given_names[40];
    char born[40];
    size_t item;

    (void)snprintf(number, sizeof(number), "X%08" PRIu64, m);
    (void)snprintf(surname, sizeof(surname), "SAMPLE%" PRIu64, m / 4);
    (void)snprintf(given_names, sizeof(given_names), "INVENTED %" PRIu64,
                   mixed(m) & 1023);
    (void)snprintf(
        born, sizeof(born), "19%02u-%02u-%02u", (unsigned)(40 + mixed(m) % 60),
        (unsigned)(1 + mixed(m) % 12), (unsigned)(1 + mixed(m) % 28));
    event.type = EVENT_CROSSING;
    event.crossing = (struct crossing){
        .direction = node->done & 1 ? DIRECTION_EXIT : DIRECTION_ENTRY,
        .document = {.format = BYTES("TD3"),
                     .code = BYTES("P"),
                     .issuing_state = BYTES("UTO"),
                     .number = bytes_of(number),
                     .surname = bytes_of(surname),
                     .given_names = bytes_of(given_names),
                     .nationality = BYTES("UTO"),
                     .date_of_birth = bytes_of(born),
                     .sex = BYTES("F"),
                     .date_of_expiry = BYTES("2031-04-15")}};
    scan.inspection = (struct inspection){
        .line_count = 2,
        .lines = {BYTES("P<UTOSAMPLE<<INVENTED<<<<<<<<<<<<<<<<<<<<<<<"),
                  BYTES("X000000000UTO7408122F3104159<<<<<<<<<<<<<<06")},
        .has_document = true,
        .document = event.crossing.document};
    must(book_put(&node->book, &scan, false, &item), "putting");
    event.crossing.has_inspection = true;
    event.crossing.inspection = log_size(&node->book.log) + item;
    must(book_put(&node->book, &event, false, &item), "putting");
    node->done++;
}

static void
record(struct node_made *node, size_t which, uint64_t count)
{
    uint64_t end = node->done + count;

    while (node->done < end) {
        must(book_begin(&node->book), "a batch");
        for (size_t i = 0; i < BATCH && node->done < end; i++)
            pair_put(node, which);
        must(book_commit(&node->book), "a batch");
        must(book_fold(&node->book), "folding");
        must(book_flush(&node->book), "tiles");
    }
}

static void
mirror(size_t i)
{
    struct node_made *node = &nodes[i];
    struct hash id = hash_of(bytes_of(node->config.origin));
    char path[256];
    char command[1024];
    bool news;
    int at;

    must(book_publish(&node->book), "publishing");
    at = snprintf(path, sizeof(path), "%s/peers/", nodes[0].path);
    for (size_t k = 0; k < HASH_SIZE; k++)
        at += snprintf(path + at, sizeof(path) - (size_t)at, "%02x", id.b[k]);
    (void)snprintf(command, sizeof(command),
                   "mkdir -p %s && cp -r %s/log/tile %s/log/checkpoint %s/",
                   path, node->path, node->path, path);
    if (system(command) != 0)
        must(ERR_IO, "copying");
    must(keyrings_take(&nodes[0].book.keyrings, &node->book.keyring, 0, &news),
         "keys");
}

static struct book_mirror
published(size_t i)
{
    const struct log_view view = {&os, nodes[i].book_config.dir,
                                  VIEW_LOG_PREFIX};
    uint8_t block[CHECKPOINT_SIZE_MAX + NOTE_LINE_SIZE_MAX];
    struct checkpoint checkpoint;
    struct bytes text;
    struct note note;

    must(view_checkpoint(&view, block, sizeof(block), &text), "checkpoint");
    must(note_parse(text, &note, NULL), "checkpoint");
    must(checkpoint_parse(note.text, &checkpoint, NULL), "checkpoint");
    return (struct book_mirror){.origin = bytes_of(nodes[i].config.origin),
                                .size = checkpoint.size,
                                .root = checkpoint.root};
}

/* One round of the keeper; how many entries it brought. */
static uint64_t
seen(const struct book_mirror *mirrors)
{
    struct book *book = &nodes[0].book;
    struct seen_log logs[NODES];
    struct event event = {.type = EVENT_CHECKPOINT_SEEN,
                          .actor = BYTES("kufi"),
                          .checkpoint_seen = {.logs = logs}};
    size_t left = round_max;
    uint64_t all = 0;
    size_t item;

    for (size_t i = 1; i < NODES && left > 0; i++) {
        struct seen_log *log = &logs[event.checkpoint_seen.log_count];
        struct book_mirror mirror = mirrors[i];
        uint64_t news;
        enum err e;

        mirror.max = i + 1 == NODES ? left : (left + 1) / 2;
        e = book_seen_find(book, &mirror, log, &news);
        if (e == ERR_NOT_FOUND)
            continue;
        must(e, "looking");
        event.checkpoint_seen.log_count++;
        left -= news < left ? (size_t)news : left;
        all += news;
    }
    if (all == 0)
        return 0;
    must(book_begin(book), "a batch");
    must(book_put(book, &event, false, &item), "putting");
    must(book_commit(book), "a batch");
    must(book_fold(book), "folding");
    return all;
}

static int
compare(const void *a, const void *b)
{
    const uint64_t *one = a;
    const uint64_t *two = b;

    return *one < *two ? -1 : *one > *two;
}

/* The booth asks at any moment of a round: it waits for that and its own. */
static void
catch_up(void)
{
    struct book_mirror mirrors[NODES] = {0};
    uint64_t start = now_ns();
    uint64_t entries = 0;
    uint64_t booth_ns = 0;
    uint64_t seen_cpu_ns = 0;
    size_t rounds = 0;
    uint64_t got = 1;
    double took;

    for (size_t i = 1; i < NODES; i++)
        mirrors[i] = published(i);
    while (got > 0 && rounds < ROUNDS_MAX) {
        uint64_t at = now_ns();
        uint64_t cpu = cpu_ns();
        uint64_t booth;

        got = seen(mirrors);
        entries += got;
        booth = now_ns();
        seen_cpu_ns += cpu_ns() - cpu;
        record(&nodes[0], 0, 1);
        booth_ns += now_ns() - booth;
        waits_ns[rounds++] = now_ns() - at;
    }
    took = (double)(now_ns() - start - booth_ns) / 1e9;
    qsort(waits_ns, rounds, sizeof(*waits_ns), compare);
    printf("caught up: %" PRIu64 " entries in %.2f s, %.0f a second, %.2f s of"
           " processor, %zu rounds of at most %zu entries, each synced; a"
           " booth's crossing waits %.1f ms at most at p50, %.1f at p99\n",
           entries, took, (double)entries / took, (double)seen_cpu_ns / 1e9,
           rounds, round_max, (double)waits_ns[rounds / 2] / 1e6,
           (double)waits_ns[rounds * 99 / 100] / 1e6);
}

static void
rebuild(void)
{
    struct book *book = &nodes[0].book;
    struct rebuild_config config = {
        .store = book->store_config,
        .view = {&os, book->config.dir, VIEW_LOG_PREFIX},
        .keyring = &book->keyring,
        .threads = pool_threads(),
        .foreign = {book_mirror_find, &book->mirrors},
    };
    struct rebuild_report report;
    struct store_config made;
    struct fault fault = {0};
    char path[STORE_PATH_SIZE_MAX];
    uint64_t cpu;

    must(book_publish(book), "publishing");
    cpu = cpu_ns();
    config.size = log_published(&book->log);
    must(store_rebuild_beside(&config, path, &made, &report, &fault),
         "rebuilding");
    cpu = cpu_ns() - cpu;
    must(store_drop(&made), "dropping");
    printf(
        "rebuilt: %" PRIu64 " entries, %" PRIu64 " of others, %" PRIu64
        " missing, in %.2f s, of these %.2f s folding, %.2f s of processor on"
        " %u threads\n",
        report.entries, report.foreign, report.holes,
        (double)(report.fold_ns + report.write_ns) / 1e9,
        (double)report.fold_ns / 1e9, (double)cpu / 1e9, config.threads);
}

int
main(int argc, char **argv)
{
    char folder[64] = "/tmp/kufi-catch-up-XXXXXX";
    char command[96];

    if (argc > 1)
        crossings = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        round_max = strtoul(argv[2], NULL, 10);
    if (argc > 3)
        (void)snprintf(folder, sizeof(folder), "%s/kufi-catch-up-XXXXXX",
                       argv[3]);
    if (mkdtemp(folder) == NULL)
        must(ERR_IO, folder);
    must(crypto_init(), "crypto");
    os_posix_init(&os);
    for (size_t i = 0; i < NODES; i++)
        node_make(folder, i);
    for (size_t i = 1; i < NODES; i++) {
        record(&nodes[i], i, crossings);
        mirror(i);
    }
    catch_up();
    rebuild();
    for (size_t i = 0; i < NODES; i++)
        must(book_stop(&nodes[i].book, STOP_ASKED), "stopping");
    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return system(command) == 0 ? 0 : 1;
}
