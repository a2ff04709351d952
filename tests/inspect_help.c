#include "inspect_help.h"

#include <stdio.h>

static const struct zone SUMMER = {.count = 1, .offset_s = {7200}};

struct instant
moment(const char *text)
{
    struct instant out;

    assert_err(instant_parse(bytes_of(text), &out), OK);
    return out;
}

struct inspect_input
quiet(enum direction direction)
{
    return (struct inspect_input){
        .has_document = true,
        .document = {.format = BYTES("TD3"),
                     .code = BYTES("P"),
                     .issuing_state = BYTES("UTO"),
                     .number = BYTES("L898902C3"),
                     .surname = BYTES("ERIKSSON"),
                     .given_names = BYTES("ANNA MARIA"),
                     .nationality = BYTES("UTO"),
                     .date_of_birth = BYTES("1974-08-12"),
                     .sex = BYTES("F"),
                     .date_of_expiry = BYTES("2035-04-15")},
        .now = moment("2026-07-01T10:00:00Z"),
        .zone = &SUMMER,
        .direction = direction,
        .country = BYTES("ALB"),
        .lane = BYTES("1"),
        .position = {true, 413100, 194500},
        .has_list = true,
        .oldest_list = BYTES("ofac"),
        .oldest_list_age_s = 3600,
        .screened = true,
        .history_known = true,
        .inside = direction == DIRECTION_EXIT};
}

struct inspect_crossing
passage(const char *time, enum direction direction)
{
    return (struct inspect_crossing){.record = {.index = 17},
                                     .time = moment(time),
                                     .direction = direction,
                                     .decision = DECISION_ADMIT,
                                     .lane = BYTES("1")};
}

const struct inspect_answer *
asked(const struct inspect_input *in)
{
    static struct inspect_answer answer;
    static uint8_t block[1 << 18];
    struct arena arena;

    arena_init(&arena, block, sizeof(block));
    assert_err(inspect(in, &arena, &answer), OK);
    return &answer;
}

const struct finding *
found_of(const struct inspect_answer *answer, enum finding_code code)
{
    const struct finding *found = NULL;

    for (size_t i = 0; i < answer->finding_count; i++) {
        if (answer->findings[i].code != code)
            continue;
        assert_null(found);
        found = &answer->findings[i];
    }
    return found;
}

void
expect(const struct inspect_input *in, enum finding_code code,
       enum severity severity, int64_t number, const char *evidence)
{
    const struct inspect_answer *answer = asked(in);
    const struct finding *found = found_of(answer, code);

    if (found == NULL) {
        print_message("%s was not found\n", finding_word(code));
        fail();
        return;
    }
    assert_string_equal(severity_word(found->severity),
                        severity_word(severity));
    assert_int_equal(found->number, number);
    assert_bytes(found->evidence, bytes_of(evidence));
    assert_true((int)answer->recommendation >= (int)severity);
}

void
expect_none(const struct inspect_input *in, enum finding_code code)
{
    const struct finding *found = found_of(asked(in), code);

    if (found == NULL)
        return;
    print_message("%s: %.*s\n", finding_word(code), (int)found->evidence.size,
                  (const char *)found->evidence.p);
    fail();
}
