/*
 * Messages between desk and keeper: each kind encoded and parsed again to the
 * same; each cut at every byte is refused; each with any bit flipped is either
 * refused or encodes to those very bytes; and asks that break a clause. API 5.1
 */
#include "test.h"

#include <string.h>

#include "api/ask.h"

static const uint8_t event_text[] = "an event, opaque here";

#define EVENT ((struct bytes){event_text, sizeof(event_text) - 1})

static const struct ask asks[] = {
    {.id = 1, .kind = ASK_APPEND, .event = {event_text, 9}},
    {.id = UINT64_MAX,
     .kind = ASK_APPEND,
     .wants_proof = true,
     .has_time = true,
     .time = {INSTANT_MS_MAX},
     .key = {.present = true, .key = {1, 2, 3}, .request = {4, 5, 6}},
     .event = {event_text, sizeof(event_text) - 1}},
    {.id = 2,
     .kind = ASK_CROSSING,
     .key = {.present = true, .key = {255}, .request = {254}},
     .index = 182,
     .decision = DECISION_REFUSE,
     .reasons = 0x101,
     .lane = {(const uint8_t *)"3", 1},
     .actor = {(const uint8_t *)"api", 3}},
    {.id = 3,
     .kind = ASK_RECORD,
     .wants_proof = true,
     .index = EVENT_INDEX_MAX,
     .actor = {(const uint8_t *)"api", 3}},
    {.id = 4, .kind = ASK_STATUS},
    {.id = 5, .kind = ASK_FOLDED},
    {.id = 6, .kind = ASK_PEERS},
    {.id = 7,
     .kind = ASK_MODE,
     .mode = MODE_ISOLATED,
     .reason = {(const uint8_t *)"drill", 5},
     .actor = {(const uint8_t *)"api", 3}},
    {.id = 8, .kind = ASK_ROSTER, .sha256 = {{1, 2, 3}}},
    {.id = 9, .kind = ASK_ORDER, .note = {event_text, 9}},
};

static const struct answer answers[] = {
    {.id = 1, .problem = PROBLEM_KEEPER_GONE},
    {.id = 2, .problem = PROBLEM_DECIDED, .index = 7, .size = 9},
    {.id = 3,
     .size = 300,
     .published = 200,
     .folded = 300,
     .has_record = true,
     .index = 299,
     .leaf = {{1, 2, 3}},
     .event = {event_text, sizeof(event_text) - 1}},
    {.id = 4,
     .has_record = true,
     .event = {event_text, 1},
     .has_entry = true,
     .entry = {event_text, 12}},
    {.id = 5,
     .has_status = true,
     .status = {.started = {1},
                .inside = 12,
                .type_count = 3,
                .appended = {0, 5, 6}}},
    {.id = 6,
     .problem = PROBLEM_REFUSED,
     .has_text = true,
     .text = {event_text, 12}},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct sample {
    uint8_t bytes[512];
    struct bytes text;
};

static void
ask_sample(size_t i, struct sample *sample)
{
    struct writer w;

    writer_init(&w, sample->bytes, sizeof(sample->bytes));
    ask_encode(&w, &asks[i]);
    assert_err(writer_end(&w), OK);
    sample->text = writer_done(&w);
}

static void
answer_sample(size_t i, struct sample *sample)
{
    struct writer w;

    writer_init(&w, sample->bytes, sizeof(sample->bytes));
    answer_encode(&w, &answers[i]);
    assert_err(writer_end(&w), OK);
    sample->text = writer_done(&w);
}

/* Parses and encodes again: what was accepted is its own encoding. */
static enum err
ask_again(struct bytes in)
{
    uint8_t block[512];
    struct writer w;
    struct ask ask;
    struct fault fault = {0};
    enum err e = ask_parse(in, &ask, &fault);

    if (e != OK) {
        assert_non_null(fault.clause);
        return e;
    }
    writer_init(&w, block, sizeof(block));
    ask_encode(&w, &ask);
    assert_bytes(writer_done(&w), in);
    return OK;
}

static enum err
answer_again(struct bytes in)
{
    uint8_t block[512];
    struct writer w;
    struct answer answer;
    struct fault fault = {0};
    enum err e = answer_parse(in, &answer, &fault);

    if (e != OK) {
        assert_non_null(fault.clause);
        return e;
    }
    writer_init(&w, block, sizeof(block));
    answer_encode(&w, &answer);
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
    for (size_t i = 0; i < COUNT(asks); i++) {
        ask_sample(i, &sample);
        flip_and_cut(&sample, ask_again);
    }
    for (size_t i = 0; i < COUNT(answers); i++) {
        answer_sample(i, &sample);
        flip_and_cut(&sample, answer_again);
    }
}

static void
members_come_back(void **state)
{
    struct sample sample;
    struct ask ask;
    struct answer answer;

    (void)state;
    ask_sample(2, &sample);
    assert_err(ask_parse(sample.text, &ask, NULL), OK);
    assert_int_equal(ask.index, 182);
    assert_int_equal(ask.decision, DECISION_REFUSE);
    assert_int_equal(ask.reasons, 0x101);
    assert_bytes(ask.lane, BYTES("3"));
    assert_bytes(ask.actor, BYTES("api"));
    assert_true(ask.key.present);
    assert_int_equal(ask.key.request[0], 254);
    answer_sample(2, &sample);
    assert_err(answer_parse(sample.text, &answer, NULL), OK);
    assert_int_equal(answer.published, 200);
    assert_int_equal(answer.index, 299);
    assert_int_equal(answer.leaf.b[2], 3);
    assert_bytes(answer.event, EVENT);
}

struct bad_case {
    struct bytes in;
    enum err error;
    const char *clause;
};

#define ID "\0\0\0\0\0\0\0\1"

static const struct bad_case bad_asks[] = {
    {BYTES("\2\4\0" ID), ERR_FORMAT, "API 5.2"}, /* version */
    {BYTES("\1\0\0" ID), ERR_FORMAT, "API 5.2"}, /* kind */
    {BYTES("\1\x0a\0" ID), ERR_FORMAT, "API 5.2"},
    {BYTES("\1\4\x08" ID), ERR_FORMAT, "API 5.2"}, /* flags */
    {BYTES("\1\4\2" ID "\xff\xff\xff\xff\xff\xff\xff\xff"), ERR_LIMIT,
     "API 5.3"}, /* time */
    {BYTES("\1\3\0" ID "\x01\0\0\0\0\0\0\0\0"), ERR_LIMIT, "API 5.3"},
    {BYTES("\1\2\0" ID ID "\3\0\0\0\0"), ERR_FORMAT, "API 5.3"}, /* decision */
    {BYTES("\1\2\0" ID ID "\1\x02\0\0\0"), ERR_FORMAT, "API 5.3"}, /* reasons */
    {BYTES("\1\2\0" ID ID "\0\0\0\x11"), ERR_LIMIT, "API 5.3"},    /* lane */
    {BYTES("\1\1\0" ID "\x60\1"), ERR_LIMIT, "API 5.3"},           /* event */
    {BYTES("\1\7\0" ID "\2\0\0\0"), ERR_FORMAT, "API 5.3"},        /* mode */
    {BYTES("\1\7\0" ID "\1\2\1"), ERR_LIMIT, "API 5.3"},           /* reason */
    {BYTES("\1\x09\0" ID "\x40\1"), ERR_LIMIT, "API 5.3"},         /* note */
    {BYTES("\1\4\0" ID "\0"), ERR_FORMAT, "API 5.3"}, /* left over */
};

static void
bad_asks_break_their_clause(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(bad_asks); i++) {
        struct fault fault = {0};
        struct ask ask = {.id = 77};

        assert_err(ask_parse(bad_asks[i].in, &ask, &fault), bad_asks[i].error);
        assert_string_equal(fault.clause, bad_asks[i].clause);
        assert_int_equal(ask.id, 77);
    }
}

static void
bad_answers_break_their_clause(void **state)
{
    struct sample sample;
    struct answer answer;
    struct fault fault = {0};

    (void)state;
    answer_sample(4, &sample);
    sample.bytes[1] = PROBLEM_COUNT;
    assert_err(answer_parse(sample.text, &answer, &fault), ERR_FORMAT);
    assert_string_equal(fault.clause, "API 5.4");
    answer_sample(4, &sample);
    sample.bytes[59] = STATUS_TYPES_MAX + 1;
    fault = (struct fault){0};
    assert_err(answer_parse(sample.text, &answer, &fault), ERR_LIMIT);
    assert_string_equal(fault.clause, "API 5.4");
}

/* The bounds named are enough for the largest of both. */
static void
the_largest_fit(void **state)
{
    static uint8_t block[ANSWER_SIZE_MAX];
    static const uint8_t zeros[65535];
    static const uint8_t text[ANSWER_TEXT_SIZE_MAX];
    struct ask ask = asks[1];
    struct answer answer = answers[4];
    struct writer w;

    (void)state;
    ask.event = (struct bytes){zeros, EVENT_SIZE_MAX};
    writer_init(&w, block, ASK_SIZE_MAX);
    ask_encode(&w, &ask);
    assert_err(writer_end(&w), OK);
    answer.has_record = true;
    answer.event = (struct bytes){zeros, EVENT_SIZE_MAX};
    answer.has_entry = true;
    answer.entry = (struct bytes){zeros, sizeof(zeros)};
    answer.status.type_count = STATUS_TYPES_MAX;
    answer.has_text = true;
    answer.text = (struct bytes){text, sizeof(text)};
    writer_init(&w, block, ANSWER_SIZE_MAX);
    answer_encode(&w, &answer);
    assert_err(writer_end(&w), OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_have_one_encoding),
        cmocka_unit_test(members_come_back),
        cmocka_unit_test(bad_asks_break_their_clause),
        cmocka_unit_test(bad_answers_break_their_clause),
        cmocka_unit_test(the_largest_fit),
    };

    return TEST_RUN(tests);
}
