/*
 * Words for numbers: each number of each enumeration has one, no other has,
 * and those that can be read are read back. REC 2.2, 4.3, 4.4.
 */
#include "test.h"

#include "record/word.h"

#include <string.h>

static void
every_number_has_a_word(void **state)
{
    (void)state;
    for (unsigned n = 1; n < EVENT_TYPE_COUNT; n++)
        assert_non_null(event_type_word((enum event_type)n));
    assert_null(event_type_word((enum event_type)0));
    assert_null(event_type_word((enum event_type)EVENT_TYPE_COUNT));
    assert_string_equal(event_type_word(EVENT_LATE_RECORD), "late_record");
    assert_string_equal(event_type_word(EVENT_CLOCK_JUMP), "clock_jump");
    assert_string_equal(access_kind_word(ACCESS_RECORD), "record");
    assert_string_equal(mode_word(MODE_ISOLATED), "isolated");
    assert_string_equal(start_reason_word(START_AGAIN), "start");
    assert_string_equal(stop_reason_word(STOP_ASKED), "asked");
    assert_null(mode_word((enum mode)3));
    assert_string_equal(access_kind_word(ACCESS_LIST), "list");
    assert_null(access_kind_word((enum access_kind)4));
    assert_null(start_reason_word((enum start_reason)2));
    assert_null(stop_reason_word((enum stop_reason)2));
    assert_string_equal(alert_kind_word(ALERT_PERSON), "person");
    assert_null(alert_kind_word((enum alert_kind)2));
}

static void
words_are_read_back(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 4; n++) {
        const char *direction = direction_word((enum direction)n);
        const char *decision = decision_word((enum decision)n);
        const char *kind = node_kind_word((enum node_kind)n);
        const char *verdict = verdict_word((enum verdict)n);
        enum direction direction_read;
        enum decision decision_read;
        enum node_kind kind_read;
        enum verdict verdict_read;

        assert_int_equal(direction != NULL, n < 2);
        assert_int_equal(decision != NULL, n < 3);
        assert_int_equal(kind != NULL, n < 3);
        if (direction != NULL) {
            assert_true(direction_parse(bytes_of(direction), &direction_read));
            assert_int_equal(direction_read, n);
        }
        if (decision == NULL)
            continue;
        assert_true(decision_parse(bytes_of(decision), &decision_read));
        assert_int_equal(decision_read, n);
        assert_true(node_kind_parse(bytes_of(kind), &kind_read));
        assert_int_equal(kind_read, n);
        assert_true(verdict_parse(bytes_of(verdict), &verdict_read));
        assert_int_equal(verdict_read, n);
    }
}

static void
other_words_are_refused(void **state)
{
    static const char *const OTHERS[] = {
        "", "Entry", "entry ", "entr", "admit\n", "handover", "space"};
    enum direction direction;
    enum decision decision;
    enum node_kind kind;
    enum verdict verdict;

    (void)state;
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        assert_false(direction_parse(bytes_of(OTHERS[i]), &direction));
        assert_false(decision_parse(bytes_of(OTHERS[i]), &decision));
        assert_false(node_kind_parse(bytes_of(OTHERS[i]), &kind));
        assert_false(verdict_parse(bytes_of(OTHERS[i]), &verdict));
    }
}

static void
reasons_are_letters(void **state)
{
    uint16_t all = 0;

    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        uint8_t letter = (uint8_t)c;
        uint16_t bit = 0;
        bool good = reason_parse((struct bytes){&letter, 1}, &bit);

        assert_int_equal(good, c >= 'A' && c <= 'I');
        all |= bit;
    }
    assert_int_equal(all, REASONS_ALL);
    assert_false(reason_parse(BYTES("AB"), &all));
    assert_false(reason_parse(BYTES(""), &all));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number_has_a_word),
        cmocka_unit_test(words_are_read_back),
        cmocka_unit_test(other_words_are_refused),
        cmocka_unit_test(reasons_are_letters),
    };

    return TEST_RUN(tests);
}
