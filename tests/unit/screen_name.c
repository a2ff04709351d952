/*
 * Shows what a name is read into: parts, particles, words that are one; every
 * script there is a table for and some that ICU reads; signs that are not seen;
 * and that nothing a name can hold breaks its bounds: bytes that are not UTF-8,
 * names cut at every byte, of ten thousand characters, of a thousand words.
 */
#include "screen/name.h"

#include <string.h>

#include "screen/script.h"
#include "test.h"

static struct script script;

static int
setup(void **state)
{
    (void)state;
    return script_open(&script) == OK ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    script_close(&script);
    return 0;
}

/* The tokens with blanks between; a particle in parentheses. */
static struct bytes
texts_of(const struct name *name, uint8_t *out)
{
    size_t size = 0;

    for (size_t i = 0; i < name->token_count; i++) {
        const struct token *token = &name->tokens[i];
        bool particle = token->kind == TOKEN_PARTICLE;

        if (i > 0)
            out[size++] = ' ';
        if (particle)
            out[size++] = '(';
        memcpy(out + size, token->text, token->text_size);
        size += token->text_size;
        if (particle)
            out[size++] = ')';
    }
    return (struct bytes){out, size};
}

static const struct {
    const char *name;
    const char *tokens;
} CASES[] = {
    {"", ""},
    {" - . ", ""},
    {"Anna Maria Eriksson", "ANNA MARIA ERIKSSON"},
    {"ERIKSSON<<ANNA<MARIA", "ERIKSSON ANNA MARIA"},
    {"O'Connor, Enya", "OCONNOR ENYA"},
    {"O\xE2\x80\x99"
     "Connor",
     "OCONNOR"},
    /* SCR 2.6 */
    {"J.P. van der Berg 3", "J P (VAN) (DER) BERG 3"},
    {"Anwar al-Qadhafi", "ANWAR (AL) QADHAFI"},
    {"Do", "DO"},
    {"AL", "AL"},
    /* SCR 2.5 */
    {"Abd al-Rahman", "ABDULRAHMAN"},
    {"ABDUL RAHMAN", "ABDULRAHMAN"},
    {"Abdel Aziz Hassan", "ABDULAZIZ HASSAN"},
    {"Abdul", "ABDUL"},
    {"Salah al-Din", "SALAHUDDIN"},
    {"Nasr Allah Ali", "NASRULLAH ALI"},
    {"Nur Eddine", "NURUDDIN"},
    {"Allah Bakhsh", "ALLAH BAKHSH"},
    /* SCR 2.4: Cyrillic, Arabic, Persian, Hebrew */
    {"Горбачёв Михаил", "GORBACHYOV MIKHAIL"},
    {"Юлія Щербак", "YULIYA SHCHERBAK"},
    {"Љубица Ђорђевић", "LJUBITSA DJORDJEVIC"},
    {"محمد حسين", "mhmd hsyn"},
    {"مُحَمَّد", "mhmd"},
    {"عبد الرحمن القذافي", "abdulrhmn (al) qdhafy"},
    {"صلاح الدين", "slahuddin"},
    {"אברהם", "abrhm"},
    /* By ICU: accents, Greek, Chinese, Korean, Georgian, Armenian, Hindi */
    {"Müller Ångström Çela Łódź Ğül ß", "MULLER ANGSTROM CELA LODZ GUL SS"},
    {"Nguyễn Văn Ân", "NGUYEN (VAN) AN"},
    {"Mu\xCC\x88ller", "MULLER"},
    {"Γεώργιος", "GEORGIOS"},
    {"毛泽东", "MAO ZE DONG"},
    {"김정은", "GIM JEONG EUN"},
    {"გიორგი", "GIORGI"},
    {"たなか", "TANAKA"},
    /* Marks of direction, zero width, soft hyphen, byte order: SCR 2.3 */
    {"\xE2\x80\x8FHa\xE2\x80\x8Bs\xC2\xADs\xE2\x81\xA0"
     "an\xEF\xBB\xBF",
     "HASSAN"},
    {"A\xC2\xA0"
     "B\xE3\x80\x80"
     "C",
     "A B C"},
};

static void
names_are_read(void **state)
{
    uint8_t text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct person_name in = {.whole = bytes_of(CASES[i].name)};
        struct name name;

        assert_err(name_read(&script, &in, &name), OK);
        assert_bytes(texts_of(&name, text), bytes_of(CASES[i].tokens));
        assert_false(name.truncated);
    }
}

/* SCR 2.2 */
static void
parts_are_told(void **state)
{
    struct person_name parts = {.surname = BYTES("VAN BERG"),
                                .given_names = BYTES("ANNA")};
    struct person_name comma = {.whole = BYTES("van Berg, Anna")};
    struct person_name commas = {.whole = BYTES("Berg, Anna, Maria")};
    struct name name;

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_err(name_read(&script, i == 0 ? &parts : &comma, &name), OK);
        assert_int_equal(name.token_count, 3);
        assert_int_equal(name.tokens[0].part, PART_SURNAME);
        assert_int_equal(name.tokens[0].kind, TOKEN_PARTICLE);
        assert_int_equal(name.tokens[1].part, PART_SURNAME);
        assert_int_equal(name.tokens[2].part, PART_GIVEN);
    }
    assert_err(name_read(&script, &commas, &name), OK);
    assert_int_equal(name.tokens[0].part, PART_UNKNOWN);
}

static void
truncated_names_end_open(void **state)
{
    struct person_name in = {.surname = BYTES("ERIKSSON"),
                             .given_names = BYTES("ANNA MAR"),
                             .truncated = true};
    struct name name;

    (void)state;
    assert_err(name_read(&script, &in, &name), OK);
    assert_true(name.truncated);
    assert_true(name.tokens[0].cut);
    assert_false(name.tokens[1].cut);
    assert_true(name.tokens[2].cut);
}

static void
every_cut_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct bytes whole = bytes_of(CASES[i].name);

        for (size_t size = 0; size < whole.size; size++) {
            struct person_name in = {.whole = bytes_slice(whole, 0, size)};
            struct name name;

            assert_err(name_read(&script, &in, &name),
                       bytes_utf8(in.whole) ? OK : ERR_FORMAT);
        }
    }
}

static void
every_bit_may_flip(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        uint8_t copy[256];
        struct bytes whole = bytes_of(CASES[i].name);

        memcpy(copy, whole.p, whole.size);
        for (size_t bit = 0; bit < whole.size * 8; bit++) {
            struct person_name in = {.whole = {copy, whole.size}};
            struct name name;

            copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_err(name_read(&script, &in, &name),
                       bytes_utf8(in.whole) ? OK : ERR_FORMAT);
            assert_true(name.token_count <= NAME_TOKENS_MAX);
            copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        }
    }
}

/* SCR 2.1, 2.3 */
static void
long_names_are_cut(void **state)
{
    static const char *const UNITS[] = {"A",
                                        "A ",
                                        "\xD0\xA9",
                                        "\xD0\xA9 ",
                                        "\xE6\xAF\x9B",
                                        "\xCC\x88",
                                        "\xE0\xA4\x85",
                                        "\xF0\x9F\x98\x80"};
    static uint8_t text[40000];

    (void)state;
    for (size_t i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
        struct bytes unit = bytes_of(UNITS[i]);
        struct person_name in = {.whole = {text, 10000 * unit.size}};
        struct name name;

        for (size_t at = 0; at < in.whole.size; at++)
            text[at] = unit.p[at % unit.size];
        assert_err(name_read(&script, &in, &name), OK);
        assert_true(name.truncated);
        assert_true(name.token_count <= NAME_TOKENS_MAX);
    }
}

/* Without ICU its letters are left out; the tables are there. */
static void
script_may_be_absent(void **state)
{
    struct person_name in = {.whole = BYTES("Анна 毛 Erik")};
    struct name name;
    uint8_t text[256];

    (void)state;
    assert_err(name_read(NULL, &in, &name), OK);
    assert_bytes(texts_of(&name, text), BYTES("ANNA ERIK"));
}

/* What an index keeps of a name gives the name again. */
static void
tokens_make_the_name_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct person_name in = {.whole = bytes_of(CASES[i].name)};
        struct name name = {0};
        struct name again = {0};

        assert_err(name_read(&script, &in, &name), OK);
        again.token_count = name.token_count;
        for (size_t k = 0; k < name.token_count; k++)
            token_init(
                &again.tokens[k],
                (struct bytes){name.tokens[k].text, name.tokens[k].text_size},
                (enum token_part)name.tokens[k].part);
        name_of_tokens(&again, name.truncated);
        for (size_t k = 0; k < name.token_count; k++)
            assert_memory_equal(&again.tokens[k], &name.tokens[k],
                                sizeof(name.tokens[k]));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read),
        cmocka_unit_test(parts_are_told),
        cmocka_unit_test(truncated_names_end_open),
        cmocka_unit_test(every_cut_is_told),
        cmocka_unit_test(every_bit_may_flip),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(script_may_be_absent),
        cmocka_unit_test(tokens_make_the_name_again),
    };

    if (setup(NULL) != 0)
        return 1;
    return TEST_RUN(tests) + teardown(NULL);
}
