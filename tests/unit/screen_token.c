/*
 * Shows how alike two words are, by kind of likeness; that likeness is
 * symmetric and within its range; and that it is over 0 only where the
 * conditions of token.h allow it, on which the index of names stands: for
 * 200,000 pairs of words that differ a little. SCR 4.2
 */
#include "screen/token.h"

#include <string.h>

#include "screen/fold.h"
#include "test.h"

static struct token
token_of(const char *text)
{
    struct token token;

    token_init(&token, bytes_of(text), PART_UNKNOWN);
    return token;
}

static const struct {
    const char *a;
    const char *b;
    enum token_likeness likeness;
} PAIRS[] = {
    {"ERIKSSON", "ERIKSSON", LIKE_SAME},
    {"ERIKSSON", "ERICSON", LIKE_SPELLING},
    {"MOHAMMED", "MEHMET", LIKE_SPELLING},
    {"MOHAMMED", "mhmd", LIKE_SPELLING},
    {"HOXHA", "HODJA", LIKE_SPELLING},
    {"SHCHERBAKOV", "SCHTSCHERBAKOW", LIKE_SPELLING},
    {"ERIKSSON", "ERIKLSON", LIKE_TYPING},
    {"ERIKSSON", "ERIKSON", LIKE_SPELLING},
    {"BADRI", "BXDRI", LIKE_TYPING},
    {"MAXIMILIAN", "MAXIM", LIKE_SHORTENED},
    {"ANNA", "A", LIKE_INITIAL},
    {"YUSUF", "J", LIKE_NONE},
    {"LIN", "WEN", LIKE_NONE},
    {"AHMED", "HAMID", LIKE_NONE},
    {"007", "007", LIKE_SAME},
    {"007", "008", LIKE_NONE},
    {"AL", "EL", LIKE_TYPING},
    {"AL", "ALI", LIKE_NONE},
    {"", "", LIKE_NONE},
};

static void
likeness_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(PAIRS) / sizeof(PAIRS[0]); i++) {
        struct token a = token_of(PAIRS[i].a);
        struct token b = token_of(PAIRS[i].b);
        enum token_likeness likeness;
        uint16_t score = token_score(&a, &b, &likeness);

        if (likeness != PAIRS[i].likeness)
            fail_msg("%s | %s: %d, %u", PAIRS[i].a, PAIRS[i].b, likeness,
                     score);
        assert_int_equal(score > 0, likeness != LIKE_NONE);
        assert_true(score == 0 || (score >= 600 && score <= 1000));
        assert_int_equal(score == 1000 && likeness == LIKE_SAME,
                         likeness == LIKE_SAME);
    }
}

/* SCR 2.9: two common names are two, however alike. */
static void
common_names_are_apart(void **state)
{
    static const char *const TWO[][2] = {
        {"HASSAN", "HUSSEIN"}, {"AMIR", "AMIN"},      {"KARIM", "RAHIM"},
        {"MARIA", "MARIO"},    {"DANIEL", "DANIELA"}, {"JAMAL", "JAMIL"}};

    (void)state;
    for (size_t i = 0; i < sizeof(TWO) / sizeof(TWO[0]); i++) {
        struct token a = token_of(TWO[i][0]);
        struct token b = token_of(TWO[i][1]);
        enum token_likeness likeness;

        assert_true(token_score(&a, &b, &likeness) < 700);
    }
}

/* SCR 2.6, 2.9 */
static void
weights_say_what_is_rare(void **state)
{
    (void)state;
    assert_int_equal(token_of("UTOPIAWALA").weight, 100);
    assert_int_equal(token_of("MOHAMMED").weight, 30);
    assert_int_equal(token_of("mhmd").weight, 30);
    assert_int_equal(token_of("UTOPOVICH").weight, 50);
    assert_int_equal(token_of("BIN").weight, 5);
    assert_int_equal(token_of("A").weight, 20);
    assert_int_equal(token_of("BIN").kind, TOKEN_PARTICLE);
    assert_int_equal(token_of("A").kind, TOKEN_INITIAL);
    assert_int_equal(token_of("42").kind, TOKEN_NUMBER);
}

static void
tokens_are_joined(void **state)
{
    struct token first = token_of("ANNA");
    struct token second = token_of("MARIA");
    struct token joined;

    (void)state;
    token_join(&first, &second, &joined);
    assert_bytes(((struct bytes){joined.text, joined.text_size}),
                 BYTES("ANNAMARIA"));
    first = token_of("ABCDEFGHIJKLMNOPQRSTUVWX");
    token_join(&first, &first, &joined);
    assert_int_equal(joined.text_size, TOKEN_TEXT_MAX);
}

static struct bytes
fold_of(const struct token *token)
{
    return (struct bytes){token->fold, token->fold_size};
}

static struct bytes
text_of(const struct token *token)
{
    return (struct bytes){token->text, token->text_size};
}

static bool
near(struct bytes a, struct bytes b)
{
    size_t least = a.size < b.size ? a.size : b.size;

    return least >= 3 && fold_near(a, b, least >= 8 ? 2 : 1);
}

/* The conditions of token.h, as they stand there. */
static bool
may_be_alike(const struct token *a, const struct token *b)
{
    const struct token *less = a->fold_size < b->fold_size ? a : b;
    const struct token *more = less == a ? b : a;

    if (bytes_equal(text_of(a), text_of(b)))
        return true;
    if (a->kind == TOKEN_INITIAL || b->kind == TOKEN_INITIAL) {
        const struct token *one = a->kind == TOKEN_INITIAL ? a : b;
        const struct token *word = one == a ? b : a;

        return (one->text[0] & 0x5F) == (word->text[0] & 0x5F) ||
               (one->text[0] & 0x5F) == word->fold[0];
    }
    if (a->kind != b->kind)
        return false;
    if (a->skeleton == b->skeleton && a->skeleton != 0)
        return true;
    if (a->family == b->family && a->family != 0)
        return true;
    if (!a->vowelless && !b->vowelless &&
        (a->text_size >= 4 || b->text_size >= 4) &&
        (near(fold_of(a), fold_of(b)) || near(text_of(a), text_of(b))))
        return true;
    return less->fold_size >= (less->cut ? 2 : 4) &&
           bytes_begin(fold_of(more), fold_of(less));
}

/* A word of few letters, so that pairs are often alike. */
static void
word_make(struct test_random *random, char *out)
{
    static const char *const PARTS[] = {"A", "E", "I", "OU", "SH", "KH", "R",
                                        "M", "H", "D", "Y",  "AL", "N",  "S"};
    size_t count = 1 + test_random_below(random, 5);

    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(
            out,
            PARTS[test_random_below(random, sizeof(PARTS) / sizeof(PARTS[0]))]);
    if (test_random_below(random, 8) == 0)
        for (char *c = out; *c != '\0'; c++)
            *c = (char)(*c | 0x20);
}

static void
nothing_is_alike_past_the_conditions(void **state)
{
    struct test_random random;
    size_t alike = 0;

    (void)state;
    test_random_init(&random);
    for (size_t n = 0; n < 200000; n++) {
        enum token_likeness one;
        enum token_likeness two;
        char text[2][32];
        struct token a;
        struct token b;
        uint16_t score;

        word_make(&random, text[0]);
        word_make(&random, text[1]);
        a = token_of(text[0]);
        b = token_of(text[1]);
        a.cut = test_random_below(&random, 8) == 0;
        score = token_score(&a, &b, &one);
        assert_int_equal(token_score(&b, &a, &two), score);
        assert_int_equal(one, two);
        alike += score > 0 ? 1 : 0;
        if (score > 0 && !may_be_alike(&a, &b))
            fail_msg("%s | %s: %u", text[0], text[1], score);
    }
    assert_true(alike > 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likeness_is_told),
        cmocka_unit_test(common_names_are_apart),
        cmocka_unit_test(weights_say_what_is_rare),
        cmocka_unit_test(tokens_are_joined),
        cmocka_unit_test(nothing_is_alike_past_the_conditions),
    };

    return TEST_RUN(tests);
}
