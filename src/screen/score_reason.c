/* The words and sentences of reasons. SCR 4.10 */
#include "screen/score.h"

static const struct {
    const char *word;
    const char *text;
} REASONS[SCORE_REASON_COUNT] = {
    [REASON_DOCUMENT_SAME] = {"document_same", "same document"},
    [REASON_NAME_SAME] = {"name_same", "name the same"},
    [REASON_NAME_SPELLING] = {"name_spelling", "name same in another spelling"},
    [REASON_NAME_TYPING] = {"name_typing", "name differs in a letter or two"},
    [REASON_NAME_SHORTENED] = {"name_shortened", "name shortened"},
    [REASON_NAME_INITIAL] = {"name_initial", "a name's initial only"},
    [REASON_NAME_OTHER] = {"name_other", "another name in part"},
    [REASON_NAME_JOINED] = {"name_joined", "name written as one word"},
    [REASON_NAME_MISSING] = {"name_missing", "part of the name missing"},
    [REASON_NAME_ORDER] = {"name_order", "names in another order"},
    [REASON_NAME_COMMON] = {"name_common", "a common name"},
    [REASON_SURNAME_SAME] = {"surname_same", "surname the same"},
    [REASON_SURNAME_SPELLING] = {"surname_spelling",
                                 "surname same in another spelling"},
    [REASON_SURNAME_TYPING] = {"surname_typing",
                               "surname differs in a letter or two"},
    [REASON_SURNAME_SHORTENED] = {"surname_shortened", "surname shortened"},
    [REASON_SURNAME_INITIAL] = {"surname_initial", "surname's initial only"},
    [REASON_SURNAME_OTHER] = {"surname_other", "another surname"},
    [REASON_GIVEN_SAME] = {"given_name_same", "given name the same"},
    [REASON_GIVEN_SPELLING] = {"given_name_spelling",
                               "given name same in another spelling"},
    [REASON_GIVEN_TYPING] = {"given_name_typing",
                             "given name differs in a letter or two"},
    [REASON_GIVEN_SHORTENED] = {"given_name_shortened", "given name shortened"},
    [REASON_GIVEN_INITIAL] = {"given_name_initial",
                              "given name's initial only"},
    [REASON_GIVEN_OTHER] = {"given_name_other", "another given name"},
    [REASON_BORN_SAME_DAY] = {"born_same_day", "born the same day"},
    [REASON_BORN_SWAPPED] = {"born_swapped", "day and month of birth swapped"},
    [REASON_BORN_DIGIT] = {"born_digit", "date of birth differs in one digit"},
    [REASON_BORN_WITHIN] = {"born_within", "born the same year"},
    [REASON_BORN_ABOUT] = {"born_about", "born about the same year"},
    [REASON_BORN_OTHER_DAY] = {"born_other_day",
                               "born the same year, another day"},
    [REASON_BORN_NEAR] = {"born_near", "born a year or two apart"},
    [REASON_BORN_APART] = {"born_apart", "born years apart"},
    [REASON_SEX_OTHER] = {"sex_other", "other sex"},
    [REASON_NATIONALITY_SAME] = {"nationality_same", "same nationality"},
    [REASON_NATIONALITY_OTHER] = {"nationality_other", "other nationality"},
    [REASON_PLACE_SAME] = {"place_same", "same place of birth"},
};

const char *
score_reason_word(uint8_t reason)
{
    return reason < SCORE_REASON_COUNT ? REASONS[reason].word : NULL;
}

const char *
score_reason_text(uint8_t reason)
{
    return reason < SCORE_REASON_COUNT ? REASONS[reason].text : NULL;
}
