/*
 * What one core does with a crossing: encode, seal, open and parse it, as the
 * keeper and the rebuilding of the store do. Beside them, the library's own
 * ChaCha20-Poly1305 over the same bytes, with one key for all. Time is that of
 * the thread, and the best of some runs, for the machine does other things.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record/event.h"
#include "seal/seal.h"

#define ORIGIN BYTES("kufi.example/durres")
#define EPOCH 20717
#define ROUNDS 20000u
#define RUNS 40
#define NODES_MAX 16
#define ENTRY_SIZE 512

struct bench {
    struct keyring keyring;
    struct event event;
    uint8_t *entries; /* ROUNDS of ENTRY_SIZE */
    uint16_t *sizes;
    size_t failures;
};

static int64_t
now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static const struct event CROSSING = {
    .type = EVENT_CROSSING,
    .time = {1790000000250},
    .actor = BYTES("officer-17"),
    .place = BYTES("Durr\xc3\xabs"),
    .lane = BYTES("3"),
    .crossing =
        {
            .has_inspection = true,
            .inspection = 123456,
            .document =
                {
                    .format = BYTES("TD3"),
                    .code = BYTES("P"),
                    .issuing_state = BYTES("UTO"),
                    .number = BYTES("L898902C3"),
                    .surname = BYTES("ERIKSSON"),
                    .given_names = BYTES("ANNA MARIA"),
                    .nationality = BYTES("UTO"),
                    .date_of_birth = BYTES("1974-08-12"),
                    .sex = BYTES("F"),
                    .date_of_expiry = BYTES("2012-04-15"),
                    .optional_1 = BYTES("ZE184226B"),
                },
            .key = {.present = true},
        },
};

static void
bench_init(struct bench *b)
{
    size_t size = KEYRING_ARENA_SIZE(NODES_MAX);
    uint8_t *memory = malloc(size);
    struct arena arena;

    *b = (struct bench){.event = CROSSING};
    b->entries = calloc(ROUNDS, ENTRY_SIZE);
    b->sizes = calloc(ROUNDS, sizeof(*b->sizes));
    if (memory == NULL || b->entries == NULL || b->sizes == NULL)
        abort();
    arena_init(&arena, memory, size);
    if (crypto_init() != OK ||
        keyring_init(&b->keyring, &arena, ORIGIN, NODES_MAX) != OK ||
        keyring_open_epoch(&b->keyring, EPOCH, &crypto_random) != OK)
        abort();
}

static size_t
encode_one(struct bench *b, uint8_t block[EVENT_SIZE_MAX])
{
    struct writer w;

    writer_init(&w, block, EVENT_SIZE_MAX);
    b->failures += event_encode(&w, &b->event, NULL) != OK;
    return w.at;
}

static void
encode_run(struct bench *b)
{
    uint8_t block[EVENT_SIZE_MAX];

    for (uint32_t i = 0; i < ROUNDS; i++)
        encode_one(b, block);
}

static void
parse_run(struct bench *b)
{
    uint8_t block[EVENT_SIZE_MAX] = {0};
    struct bytes in = {block, encode_one(b, block)};

    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct event event;

        b->failures += event_parse(in, NULL, &event, NULL) != OK;
    }
}

static void
seal_run(struct bench *b)
{
    uint8_t block[EVENT_SIZE_MAX];
    struct seal_cursor cursor;

    seal_cursor_init(&cursor, &b->keyring);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct bytes plain = {block, encode_one(b, block)};
        struct writer w;

        writer_init(&w, b->entries + (size_t)i * ENTRY_SIZE, ENTRY_SIZE);
        b->failures += entry_seal(&cursor, EPOCH, i, plain, &w) != OK;
        b->sizes[i] = (uint16_t)w.at;
    }
    seal_cursor_deinit(&cursor);
}

static void
open_run(struct bench *b)
{
    uint8_t block[EVENT_SIZE_MAX];
    struct seal_cursor cursor;

    seal_cursor_init(&cursor, &b->keyring);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct bytes in = {b->entries + (size_t)i * ENTRY_SIZE, b->sizes[i]};
        struct entry entry;
        struct bytes plain;
        struct event event;
        enum err e = entry_parse(in, &entry, NULL);

        if (e == OK)
            e = entry_open(&cursor, &entry, block, sizeof(block), &plain);
        if (e == OK)
            e = event_parse(plain, NULL, &event, NULL);
        b->failures += e != OK;
    }
    seal_cursor_deinit(&cursor);
}

static void
library_run(struct bench *b)
{
    static const uint8_t NONCE[12];
    uint8_t key[32] = {1};
    uint8_t block[EVENT_SIZE_MAX];
    uint8_t out[EVENT_SIZE_MAX];
    size_t size = encode_one(b, block);

    for (uint32_t i = 0; i < ROUNDS; i++) {
        crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, block, size, block,
                                                  64, NULL, NONCE, key);
        key[0] = out[0];
    }
}

/* Nanoseconds for one, by the best run. */
static double
best_ns(struct bench *b, void (*run)(struct bench *))
{
    int64_t best = INT64_MAX;

    for (int i = 0; i < RUNS; i++) {
        int64_t start = now_ns();
        int64_t ns;

        run(b);
        ns = now_ns() - start;
        best = ns < best ? ns : best;
    }
    return (double)best / ROUNDS;
}

int
main(void)
{
    struct bench b;
    double library;

    bench_init(&b);
    library = best_ns(&b, library_run);
    printf("event_encode %.0f ns\n", best_ns(&b, encode_run));
    printf("event_parse %.0f ns (aim 667)\n", best_ns(&b, parse_run));
    printf("encode_and_seal %.0f ns (aim 600; the library's cipher alone, with "
           "one key for all, %.0f)\n",
           best_ns(&b, seal_run), library);
    printf("open_and_parse %.0f ns (aim 800; likewise)\n",
           best_ns(&b, open_run));
    printf("entry_size %u B\n", b.sizes[0]);
    return b.failures != 0;
}
