/*
 * Bytes through keyring_parse(), as they are and with the right sum behind
 * them, so that the sum hides nothing: what is taken must encode to the same
 * bytes, and can be punctured.
 */
#include <stdlib.h>
#include <string.h>

#include "crypto/hash.h"
#include "seal/keyring.h"

#define ORIGIN BYTES("kufi.example/durres")
#define NODES_MAX 64
#define SIZE_MAX_TRIED 8192

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

static void
try(struct keyring *keyring, struct bytes in)
{
    static uint8_t again[KEYRING_FILE_SIZE(NODES_MAX)];
    const struct keytree_node *node;
    struct fault fault = {0};
    struct writer w;
    uint32_t epoch;
    enum err e;

    if (keyring_parse(keyring, in, &fault) != OK) {
        must(fault.code != OK && fault.clause != NULL && fault.at <= in.size);
        must(keyring->node_count == 0 && keyring->epoch_count == 0);
        return;
    }
    writer_init(&w, again, sizeof(again));
    must(keyring_encode(keyring, &w) == OK);
    must(bytes_equal(writer_done(&w), in));
    if (!keyring_newest(keyring, &epoch))
        return;
    e = keyring_puncture(keyring, epoch, 77);
    must(e == OK || e == ERR_LIMIT);
    must(e != OK || keyring_find(keyring, epoch, 77, &node) == ERR_NOT_FOUND);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static max_align_t
        block[KEYRING_ARENA_SIZE(NODES_MAX) / sizeof(max_align_t) + 1];
    static uint8_t summed[SIZE_MAX_TRIED + HASH_SIZE];
    struct bytes in = {data, size};
    struct keyring keyring;
    struct arena arena;
    struct hash sum;

    if (size > SIZE_MAX_TRIED)
        return 0;
    arena_init(&arena, block, sizeof(block));
    must(keyring_init(&keyring, &arena, ORIGIN, NODES_MAX) == OK);
    try(&keyring, in);
    sum = hash_of(in);
    memcpy(summed, data, size);
    memcpy(summed + size, sum.b, HASH_SIZE);
    try(&keyring, (struct bytes){summed, size + HASH_SIZE});
    keyring_deinit(&keyring);
    return 0;
}
