/*
 * Bytes through ask_parse() and answer_parse(): what is taken must encode to
 * the same bytes. API 5.
 */
#include <stdlib.h>

#include "api/ask.h"

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
    static uint8_t again[ANSWER_SIZE_MAX];
    struct bytes in = {data, size};
    struct fault fault = {0};
    struct answer answer;
    struct ask ask;
    struct writer w;

    writer_init(&w, again, ASK_SIZE_MAX);
    if (ask_parse(in, &ask, &fault) == OK) {
        ask_encode(&w, &ask);
        must(bytes_equal(writer_done(&w), in));
    } else {
        must(fault.code != OK && fault.clause != NULL && fault.at <= size);
    }
    fault = (struct fault){0};
    writer_init(&w, again, sizeof(again));
    if (answer_parse(in, &answer, &fault) == OK) {
        answer_encode(&w, &answer);
        must(bytes_equal(writer_done(&w), in));
    } else {
        must(fault.code != OK && fault.clause != NULL && fault.at <= size);
    }
    return 0;
}
