/*
 * Messages between courier and keeper: each kind encoded and parsed again to
 * the same; each cut at every byte is refused; each with any bit flipped is
 * either refused or encodes to those very bytes; those that break a clause; and
 * the largest of both. API 6.1
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "sync/errand.h"

#define ORIGIN BYTES("border.example/durres")
#define NOTE BYTES("a note, opaque here\n")

static const struct errand errands[] = {
    {.id = 1, .kind = ERRAND_STATE},
    {.id = UINT64_MAX,
     .kind = ERRAND_COSIGN,
     .origin = {(const uint8_t *)"o", 1},
     .size = 7,
     .proof = {.count = 2, .hashes = {{{1, 2}}, {{3, 4}}}},
     .note = {(const uint8_t *)"n", 1}},
    {.id = 2,
     .kind = ERRAND_MIRRORED,
     .origin = {(const uint8_t *)"o", 1},
     .note = {(const uint8_t *)"note", 4}},
    {.id = 3,
     .kind = ERRAND_HELD,
     .origin = {(const uint8_t *)"oo", 2},
     .size = TREE_SIZE_MAX},
    {.id = 4, .kind = ERRAND_COSIGNED, .note = {(const uint8_t *)"n", 1}},
    {.id = 5, .kind = ERRAND_ROSTER},
    {.id = 6, .kind = ERRAND_SEAL, .origin = {(const uint8_t *)"o", 1}},
    {.id = 7,
     .kind = ERRAND_GRANT,
     .origin = {(const uint8_t *)"o", 1},
     .note = {(const uint8_t *)"n", 1}},
    {.id = 8, .kind = ERRAND_FETCHED, .sha256 = {{9, 9}}},
    {.id = 9,
     .kind = ERRAND_EVIDENCE,
     .evidence = EVIDENCE_BAD_ENTRY,
     .origin = {(const uint8_t *)"o", 1},
     .note = {(const uint8_t *)"one", 3},
     .other = {(const uint8_t *)"other", 5}},
    {.id = 10,
     .kind = ERRAND_CHECKED,
     .size = 3,
     .origin = {(const uint8_t *)"o", 1}},
    {.id = 11, .kind = ERRAND_HEARD, .origin = {(const uint8_t *)"o", 1}},
};

static const struct errand_answer answers[] = {
    {.id = 1},
    {.id = 2,
     .verdict = ERRAND_REFUSED,
     .status = 409,
     .size = 12,
     .why = {(const uint8_t *)"SYN 4.3: no", 11}},
    {.id = 3,
     .verdict = ERRAND_LATER,
     .note = {(const uint8_t *)"lines", 5},
     .has_state = true,
     .state = {.mode = ERRAND_REJOINING,
               .has_roster = true,
               .roster_version = 3,
               .size = 99,
               .log_count = 2,
               .logs = {{.origin = {(const uint8_t *)"o", 1},
                         .mirrored = 5,
                         .cosigned = 4,
                         .seal_due = true},
                        {.origin = {(const uint8_t *)"p", 1}, .forked = true}},
               .list_count = 1,
               .lists = {{.from = {(const uint8_t *)"o", 1},
                          .sha256 = {{7}}}}}},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct sample {
    uint8_t bytes[512];
    struct bytes text;
};

static void
errand_sample(size_t i, struct sample *sample)
{
    struct writer w;

    writer_init(&w, sample->bytes, sizeof(sample->bytes) - 1);
    errand_encode(&w, &errands[i]);
    assert_err(writer_end(&w), OK);
    sample->text = writer_done(&w);
}

static void
answer_sample(size_t i, struct sample *sample)
{
    struct writer w;

    writer_init(&w, sample->bytes, sizeof(sample->bytes) - 1);
    errand_answer_encode(&w, &answers[i]);
    assert_err(writer_end(&w), OK);
    sample->text = writer_done(&w);
}

/* Parses and encodes again: what was accepted is its own encoding. */
static enum err
errand_again(struct bytes in)
{
    uint8_t block[512];
    struct writer w;
    struct errand errand;
    struct fault fault = {0};
    enum err e = errand_parse(in, &errand, &fault);

    if (e != OK) {
        assert_non_null(fault.clause);
        return e;
    }
    writer_init(&w, block, sizeof(block));
    errand_encode(&w, &errand);
    assert_bytes(writer_done(&w), in);
    return OK;
}

static enum err
answer_again(struct bytes in)
{
    static struct errand_answer answer;
    uint8_t block[512];
    struct writer w;
    struct fault fault = {0};
    enum err e = errand_answer_parse(in, &answer, &fault);

    if (e != OK) {
        assert_non_null(fault.clause);
        return e;
    }
    writer_init(&w, block, sizeof(block));
    errand_answer_encode(&w, &answer);
    assert_bytes(writer_done(&w), in);
    return OK;
}

static void
flip_and_cut(struct sample *sample, enum err (*again)(struct bytes))
{
    assert_err(again(sample->text), OK);
    for (size_t i = 0; i < sample->text.size; i++)
        assert_err(again(bytes_slice(sample->text, 0, i)), ERR_SHORT);
    for (size_t i = 0; i < sample->text.size * 8; i++) {
        sample->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        (void)again(sample->text);
        sample->bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    sample->bytes[sample->text.size] = 0;
    sample->text.size++;
    assert_err(again(sample->text), ERR_FORMAT);
}

static void
messages_have_one_encoding(void **state)
{
    struct sample sample;

    (void)state;
    for (size_t i = 0; i < COUNT(errands); i++) {
        errand_sample(i, &sample);
        flip_and_cut(&sample, errand_again);
    }
    for (size_t i = 0; i < COUNT(answers); i++) {
        answer_sample(i, &sample);
        flip_and_cut(&sample, answer_again);
    }
}

static void
members_come_back(void **state)
{
    static struct errand_answer answer;
    struct sample sample;
    struct errand errand;

    (void)state;
    errand_sample(1, &sample);
    assert_err(errand_parse(sample.text, &errand, NULL), OK);
    assert_int_equal(errand.kind, ERRAND_COSIGN);
    assert_int_equal(errand.size, 7);
    assert_int_equal(errand.proof.count, 2);
    assert_int_equal(errand.proof.hashes[1].b[1], 4);
    assert_bytes(errand.origin, BYTES("o"));
    assert_bytes(errand.note, BYTES("n"));
    errand_sample(9, &sample);
    assert_err(errand_parse(sample.text, &errand, NULL), OK);
    assert_int_equal(errand.evidence, EVIDENCE_BAD_ENTRY);
    assert_bytes(errand.other, BYTES("other"));
    answer_sample(2, &sample);
    assert_err(errand_answer_parse(sample.text, &answer, NULL), OK);
    assert_int_equal(answer.state.mode, ERRAND_REJOINING);
    assert_true(answer.state.logs[0].seal_due);
    assert_false(answer.state.logs[0].forked);
    assert_true(answer.state.logs[1].forked);
    assert_int_equal(answer.state.lists[0].sha256.b[0], 7);
}

struct bad_case {
    struct bytes in;
    enum err error;
    const char *clause;
};

#define ID "\0\0\0\0\0\0\0\1"
#define PAST "\xff\xff\xff\xff\xff\xff\xff\xff"

static const struct bad_case bad_errands[] = {
    {BYTES("\2\1\0" ID), ERR_FORMAT, "API 6.2"},                /* version */
    {BYTES("\1\0\0" ID), ERR_FORMAT, "API 6.2"},                /* kind */
    {BYTES("\1\x0d\0" ID), ERR_FORMAT, "API 6.2"},              /* kind */
    {BYTES("\1\1\1" ID), ERR_FORMAT, "API 6.2"},                /* flags */
    {BYTES("\1\1\0" ID "\0"), ERR_FORMAT, "API 6.3"},           /* left over */
    {BYTES("\1\4\0" ID "\1o" PAST), ERR_LIMIT, "API 6.3"},      /* size */
    {BYTES("\1\2\0" ID "\1o" ID "\x41"), ERR_LIMIT, "API 6.3"}, /* proof */
    {BYTES("\1\5\0" ID "\x00\x40\x00\x01"), ERR_LIMIT, "API 6.3"}, /* note */
    {BYTES("\1\x0a\0" ID "\0"), ERR_FORMAT, "API 6.3"}, /* evidence */
    {BYTES("\1\x0a\0" ID "\5"), ERR_FORMAT, "API 6.3"},
};

static void
bad_errands_break_their_clause(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_errands); i++) {
        const struct bad_case *bad = &bad_errands[i];
        struct fault fault = {0};
        struct errand errand = {.id = 77};

        assert_err(errand_parse(bad->in, &errand, &fault), bad->error);
        assert_string_equal(fault.clause, bad->clause);
        assert_int_equal(errand.id, 77);
    }
}

#define REST                                                                   \
    "\0\xc8" ID "\0"                                                           \
    "\0\0\0\0"

static const struct bad_case bad_answers[] = {
    {BYTES("\2\0\0" ID REST), ERR_FORMAT, "API 6.4"},        /* version */
    {BYTES("\1\4\0" ID REST), ERR_FORMAT, "API 6.4"},        /* verdict */
    {BYTES("\1\0\2" ID REST), ERR_FORMAT, "API 6.4"},        /* flags */
    {BYTES("\1\0\1" ID REST "\3\0"), ERR_FORMAT, "API 6.4"}, /* mode */
    {BYTES("\1\0\1" ID REST "\0\2"), ERR_FORMAT, "API 6.4"}, /* flag */
    {BYTES("\1\0\1" ID REST "\0\0" ID ID "\2\1"), ERR_LIMIT,
     "API 6.4"}, /* logs */
    {BYTES("\1\0\1" ID REST "\0\0" ID ID "\0\1\0" ID ID "\4"), ERR_FORMAT,
     "API 6.4"}, /* a log's flag */
    {BYTES("\1\0\1" ID REST "\0\0" ID ID "\0\0\x11"), ERR_LIMIT,
     "API 6.4"}, /* lists */
};

static void
bad_answers_break_their_clause(void **state)
{
    static struct errand_answer answer;

    (void)state;
    for (size_t i = 0; i < COUNT(bad_answers); i++) {
        const struct bad_case *bad = &bad_answers[i];
        struct fault fault = {0};

        assert_err(errand_answer_parse(bad->in, &answer, &fault), bad->error);
        assert_string_equal(fault.clause, bad->clause);
    }
}

/* The bounds named are enough for the largest of both. */
static void
the_largest_fit(void **state)
{
    uint8_t *block = calloc(1, ERRAND_SIZE_MAX + ERRAND_ANSWER_SIZE_MAX);
    uint8_t *zeros = calloc(1, ERRAND_NOTE_SIZE_MAX);
    static struct errand_answer answer;
    struct bytes note = {zeros, ERRAND_NOTE_SIZE_MAX};
    struct bytes text = {zeros, UINT8_MAX};
    struct errand errand = {.kind = ERRAND_EVIDENCE,
                            .evidence = EVIDENCE_FORK,
                            .origin = text,
                            .note = note,
                            .other = {zeros, NOTE_SIZE_MAX}};
    struct writer w;

    (void)state;
    writer_init(&w, block, ERRAND_SIZE_MAX);
    errand_encode(&w, &errand);
    assert_err(writer_end(&w), OK);
    errand.kind = ERRAND_COSIGN;
    errand.proof.count = PROOF_HASHES_MAX;
    writer_init(&w, block, ERRAND_SIZE_MAX);
    errand_encode(&w, &errand);
    assert_err(writer_end(&w), OK);
    answer = (struct errand_answer){.why = text,
                                    .note = note,
                                    .has_state = true,
                                    .state = {.log_count = ERRAND_LOGS_MAX,
                                              .list_count = ERRAND_LISTS_MAX}};
    for (size_t i = 0; i < ERRAND_LOGS_MAX; i++)
        answer.state.logs[i].origin = text;
    for (size_t i = 0; i < ERRAND_LISTS_MAX; i++)
        answer.state.lists[i].from = text;
    writer_init(&w, block, ERRAND_ANSWER_SIZE_MAX);
    errand_answer_encode(&w, &answer);
    assert_err(writer_end(&w), OK);
    assert_err(errand_answer_parse(writer_done(&w), &answer, NULL), OK);
    free(zeros);
    free(block);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_have_one_encoding),
        cmocka_unit_test(members_come_back),
        cmocka_unit_test(bad_errands_break_their_clause),
        cmocka_unit_test(bad_answers_break_their_clause),
        cmocka_unit_test(the_largest_fit),
    };

    return TEST_RUN(tests);
}
