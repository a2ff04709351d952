/*
 * Bytes through entry_parse(): what is taken must encode to the same bytes,
 * and a sealed entry that nobody sealed must not open.
 */
#include <stdlib.h>
#include <string.h>

#include "seal/seal.h"

#define ORIGIN BYTES("kufi.example/durres")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
    if (!holds)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct cipher_key LEAF = {{1}};
    static uint8_t again[ENTRY_SIZE_MAX];
    static uint8_t opened[ENTRY_SIZE_MAX];
    struct bytes in = {data, size};
    struct fault fault = {0};
    struct entry entry;
    struct bytes plain;
    struct writer w;

    if (entry_parse(in, &entry, &fault) != OK) {
        must(fault.code != OK && fault.clause != NULL && fault.at <= size);
        return 0;
    }
    writer_init(&w, again, sizeof(again));
    must(entry_encode(&w, &entry) == OK);
    must(bytes_equal(writer_done(&w), in));
    if (entry.sealed)
        must(entry_open_leaf(ORIGIN, &LEAF, &entry, opened, sizeof(opened),
                             &plain) == ERR_SIGNATURE);
    return 0;
}
