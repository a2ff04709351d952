/*
 * Bytes through errand_parse() and errand_answer_parse(): what is taken must
 * encode to the same bytes. API 6.
 */
#include <stdlib.h>

#include "sync/errand.h"

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
    static uint8_t again[ERRAND_SIZE_MAX + ERRAND_ANSWER_SIZE_MAX];
    static struct errand_answer answer;
    struct bytes in = {data, size};
    struct fault fault = {0};
    struct errand errand;
    struct writer w;

    writer_init(&w, again, ERRAND_SIZE_MAX);
    if (errand_parse(in, &errand, &fault) == OK) {
        errand_encode(&w, &errand);
        must(bytes_equal(writer_done(&w), in));
    } else {
        must(fault.code != OK && fault.clause != NULL && fault.at <= size);
    }
    fault = (struct fault){0};
    writer_init(&w, again, ERRAND_ANSWER_SIZE_MAX);
    if (errand_answer_parse(in, &answer, &fault) == OK) {
        errand_answer_encode(&w, &answer);
        must(bytes_equal(writer_done(&w), in));
    } else {
        must(fault.code != OK && fault.clause != NULL && fault.at <= size);
    }
    return 0;
}
