/*
 * How fast is a log verified? B3: above 0.8 of the machine's SHA-256 speed.
 *
 *     verify [ENTRIES [ENTRY-SIZE]]        1,000,000 of 300 bytes
 *
 * A log is written by the log's own writer into a temporary folder; then all of
 * it is checked as `kufi log verify` does (every entry, every tile, the root,
 * the signature), on one thread and on all. Beside it stands one pass of plain
 * SHA-256 over the same bytes of the bundles on one core, reading not counted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "os/os.h"
#include "os/pool.h"
#include "tlog/log.h"
#include "tlog/verify.h"

#define BATCH 1000
#define ORIGIN "border.example/bench"

static struct os os;
static struct folder dir;
static struct folder log_folder;
static struct note_key key;

static void
must(enum err e, const char *what)
{
    if (e == OK)
        return;
    fprintf(stderr, "verify: %s: %s\n", what, err_text(e));
    exit(3);
}

static double
seconds(void)
{
    return (double)os.monotonic_ns(&os) / 1e9;
}

static void
log_make(uint64_t count, size_t entry_size, struct sign_key *secret)
{
    static struct log log;
    static uint8_t block[BATCH][ENTRY_SIZE_MAX];
    static struct bytes entries[BATCH];
    static struct hash leaves[BATCH];
    struct log_config config = {
        .os = &os,
        .dir = dir,
        .origin = BYTES(ORIGIN),
        .journal_size = JOURNAL_SIZE_DEFAULT,
    };
    uint64_t first;

    must(log_create(&config), "making the log");
    config.key = secret;
    must(log_open(&log, &config, NULL, NULL), "opening the log");
    for (uint64_t done = 0; done < count; done += BATCH) {
        size_t left = count - done < BATCH ? (size_t)(count - done) : BATCH;

        for (size_t i = 0; i < left; i++) {
            crypto_random.fill(NULL, block[i], 32);
            memset(block[i] + 32, 'e', entry_size - 32);
            entries[i] = (struct bytes){block[i], entry_size};
        }
        must(log_append(&log, entries, left, leaves, &first), "appending");
        must(log_flush(&log), "writing tiles");
    }
    must(log_close(&log), "closing the log");
}

static void
found(void *context, const struct verify_finding *finding)
{
    (void)context;
    fprintf(stderr, "verify: %s: %s\n", finding->path, finding->what);
}

/* Entries a second; `*bytes` were in the bundles. */
static double
verified(unsigned threads, uint64_t *bytes)
{
    struct verify *verify = calloc(1, sizeof(*verify));
    struct verify_worker *workers = calloc(threads, sizeof(*workers));
    double start = seconds();
    double rate;

    if (verify == NULL || workers == NULL)
        must(ERR_LIMIT, "memory");
    verify->config = (struct verify_config){
        .os = &os,
        .folder = log_folder,
        .key = &key,
        .workers = workers,
        .worker_count = threads,
        .found = found,
    };
    verify_log(verify);
    if (verify->verdict != VERIFY_GOOD)
        must(ERR_SIGNATURE, "the log");
    rate = (double)verify->entries / (seconds() - start);
    *bytes = verify->bytes;
    free(workers);
    free(verify);
    return rate;
}

/* Bytes a second of one pass over every bundle. */
static double
plain(uint64_t count)
{
    static uint8_t block[BUNDLE_SIZE_MAX];
    struct hash_stream stream;
    double spent = 0;
    uint64_t bytes = 0;

    hash_begin(&stream);
    for (uint64_t at = 0; at < count; at += TILE_WIDTH) {
        struct tile_id id = {.level = TILE_ENTRIES, .index = at / TILE_WIDTH};
        char path[OS_PATH_SIZE_MAX];
        struct writer w;
        double start;
        size_t size;

        id.width = tile_width(count, id.level, id.index);
        writer_init(&w, path, sizeof(path) - 1);
        tile_path_write(&w, &id);
        path[w.at] = '\0';
        must(os_read_file(&os, log_folder, path, block, sizeof(block), &size),
             path);
        start = seconds();
        hash_add(&stream, (struct bytes){block, size});
        spent += seconds() - start;
        bytes += size;
    }
    (void)hash_end(&stream);
    return (double)bytes / spent;
}

static uint64_t
number(int argc, char **argv, int at, uint64_t otherwise)
{
    uint64_t value;

    if (argc <= at)
        return otherwise;
    if (!bytes_decimal(bytes_of(argv[at]), UINT32_MAX, &value) || value == 0)
        must(ERR_FORMAT, argv[at]);
    return value;
}

int
main(int argc, char **argv)
{
    uint64_t count = number(argc, argv, 1, 1000000);
    size_t entry_size = (size_t)number(argc, argv, 2, 300);
    char path[] = "/var/tmp/kufi-verify.XXXXXX";
    char command[64];
    unsigned threads = pool_threads();
    struct sign_key secret;
    struct hash seed = hash_of(BYTES("a key for benchmarks"));
    uint64_t bytes;
    double sha;
    double one;
    double all;

    if (entry_size < 32 || entry_size > ENTRY_SIZE_MAX)
        must(ERR_LIMIT, "the size of an entry");
    must(crypto_init(), "crypto");
    os_posix_init(&os);
    if (mkdtemp(path) == NULL)
        must(ERR_IO, path);
    must(os.folder_open(&os, path, &dir), path);
    must(os.make_folder(&os, dir, "log", 0755), "log");
    sign_key_init(&secret, seed.b);
    key = note_key_of(BYTES(ORIGIN), NOTE_ED25519, &secret.public);
    log_make(count, entry_size, &secret);
    snprintf(command, sizeof(command), "%s/log", path);
    must(os.folder_open(&os, command, &log_folder), command);

    (void)plain(count); /* brings the files into memory */
    sha = plain(count);
    one = verified(1, &bytes);
    all = verified(threads, &bytes);
    printf("entries %" PRIu64 " of %zu bytes\n", count, entry_size);
    printf("sha256 one core        %7.0f MB/s %12.0f entries/s\n", sha / 1e6,
           sha * (double)count / (double)bytes);
    printf("verify one thread      %7.0f MB/s %12.0f entries/s  ratio %.2f\n",
           one * (double)bytes / (double)count / 1e6, one,
           one * (double)bytes / (double)count / sha);
    printf("verify %u threads       %7.0f MB/s %12.0f entries/s  ratio %.2f"
           " (aim 0.8)\n",
           threads, all * (double)bytes / (double)count / 1e6, all,
           all * (double)bytes / (double)count / sha);
    snprintf(command, sizeof(command), "rm -rf %s", path);
    return system(command) == 0 ? 0 : 3;
}
