#include "screen/name.h"

#include <assert.h>
#include <string.h>

#include "screen/script.h"

/* A word on its way to a token; longer ones are cut. */
#define WORD_MAX 96

struct reading {
    const struct script *script;
    struct name *out;
    enum token_part part;
    uint8_t word[WORD_MAX]; /* A to Z, 0 to 9 */
    size_t size;
    bool vowelless;
    /* "ABD", "ABDUL": waits for the word that it belongs to. */
    uint8_t held[TOKEN_TEXT_MAX];
    size_t held_size;
};

static bool
is_abd(struct bytes word)
{
    static const char *const ABD[] = {"ABD",   "ABDUL", "ABDEL", "ABDAL",
                                      "ABDOL", "ABDUR", "ABDER", "ABDOUL",
                                      "ABDUS", "ABDES", "ABDOU", "ABDU"};

    for (size_t i = 0; i < sizeof(ABD) / sizeof(ABD[0]); i++)
        if (bytes_equal(word, bytes_of(ABD[i])))
            return true;
    return false;
}

static bool
is_article(struct bytes word)
{
    return word.size == 2 &&
           (word.p[0] == 'A' || word.p[0] == 'E' || word.p[0] == 'U' ||
            word.p[0] == 'I') &&
           (word.p[1] == 'L' || word.p[1] == 'R' || word.p[1] == 'D' ||
            word.p[1] == 'S' || word.p[1] == 'N' || word.p[1] == 'T' ||
            word.p[1] == 'Z');
}

static void
token_put(struct reading *reading, struct bytes text)
{
    struct name *name = reading->out;
    uint8_t small[TOKEN_TEXT_MAX];

    if (name->token_count == NAME_TOKENS_MAX) {
        name->truncated = true;
        return;
    }
    text = bytes_slice(text, 0, TOKEN_TEXT_MAX);
    if (reading->vowelless) {
        for (size_t i = 0; i < text.size; i++)
            small[i] = text.p[i] >= 'A' ? text.p[i] | 0x20 : text.p[i];
        text.p = small;
    }
    token_init(&name->tokens[name->token_count++], text, reading->part);
}

/* What was held back stands alone after all. */
static void
held_end(struct reading *reading)
{
    if (reading->held_size > 0)
        token_put(reading, (struct bytes){reading->held, reading->held_size});
    reading->held_size = 0;
}

/* "DIN", "ALLAH": what a name of two words ends with; NULL for other words. */
static const char *
tail_of(struct bytes word)
{
    static const char *const DIN[] = {"DIN",   "DEEN",  "DINE",   "EDDINE",
                                      "UDDIN", "ADDIN", "ALDIN",  "ELDIN",
                                      "EDDIN", "ODDIN", "UDDEEN", "DYN"};
    static const char *const ALLAH[] = {"ALLAH", "ULLAH", "OLLAH",
                                        "ALLA",  "ULLA",  "ALLH"};

    for (size_t i = 0; i < sizeof(DIN) / sizeof(DIN[0]); i++)
        if (bytes_equal(word, bytes_of(DIN[i])))
            return "UDDIN";
    for (size_t i = 0; i < sizeof(ALLAH) / sizeof(ALLAH[0]); i++)
        if (bytes_equal(word, bytes_of(ALLAH[i])))
            return "ULLAH";
    return NULL;
}

/* Joins such a word to the one before, whatever article is between. */
static bool
tail_take(struct reading *reading, struct bytes word)
{
    struct name *name = reading->out;
    const char *tail = tail_of(word);
    size_t last = name->token_count;
    uint8_t joined[TOKEN_TEXT_MAX + 8];
    size_t size;

    if (tail == NULL || reading->held_size > 0)
        return false;
    while (last > 0 && name->tokens[last - 1].kind == TOKEN_PARTICLE)
        last--;
    if (last == 0 || name->tokens[last - 1].part != reading->part ||
        name->tokens[last - 1].kind != TOKEN_WORD)
        return false;
    size = name->tokens[last - 1].text_size;
    memcpy(joined, name->tokens[last - 1].text, size);
    memcpy(joined + size, tail, 5);
    for (size_t i = size; i < size + 5; i++)
        joined[i] = reading->vowelless ? joined[i] | 0x20 : joined[i];
    token_init(&name->tokens[last - 1], (struct bytes){joined, size + 5},
               reading->part);
    name->token_count = (uint8_t)last;
    return true;
}

/* "ALRAHMN" of a script without vowels is an article and a word. */
static struct bytes
article_cut(struct reading *reading, struct bytes word)
{
    if (!reading->vowelless || word.size < (reading->held_size > 0 ? 4U : 5U) ||
        !bytes_begin(word, BYTES("AL")) || bytes_equal(word, BYTES("ALLAH")))
        return word;
    if (reading->held_size == 0)
        token_put(reading, BYTES("AL"));
    return bytes_slice(word, 2, word.size - 2);
}

/* The servant of someone is one name, however it is cut up: SCR 2.5. */
static bool
abd_take(struct reading *reading, struct bytes word)
{
    uint8_t joined[TOKEN_TEXT_MAX + WORD_MAX];

    if (is_abd(word)) {
        held_end(reading);
        memcpy(reading->held, "ABDUL", 5);
        reading->held_size = 5;
        return true;
    }
    if (reading->held_size == 0)
        return false;
    if (is_article(word))
        return true;
    memcpy(joined, reading->held, reading->held_size);
    memcpy(joined + reading->held_size, word.p, word.size);
    token_put(reading, (struct bytes){joined, reading->held_size + word.size});
    reading->held_size = 0;
    return true;
}

static void
word_end(struct reading *reading)
{
    struct bytes word = {reading->word, reading->size};

    if (word.size == 0)
        return;
    word = article_cut(reading, word);
    if (!tail_take(reading, word) && !abd_take(reading, word))
        token_put(reading, word);
    reading->size = 0;
    reading->vowelless = false;
}

static void
letter_put(struct reading *reading, uint8_t c)
{
    if (c >= 'a' && c <= 'z')
        c = (uint8_t)(c - ('a' - 'A'));
    if (reading->size < WORD_MAX)
        reading->word[reading->size++] = c;
}

static void
text_put(struct reading *reading, const char *text)
{
    for (; *text != '\0'; text++)
        letter_put(reading, (uint8_t)*text);
}

static bool
ascii_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9');
}

/* The code point at `at`, and its size; the text is UTF-8. */
static uint32_t
code_read(struct bytes in, size_t at, size_t *size)
{
    uint8_t first = in.p[at];
    uint32_t code;

    *size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    code = *size == 1 ? first : first & (0x7FU >> *size);
    for (size_t i = 1; i < *size; i++)
        code = code << 6 | (in.p[at + i] & 0x3F);
    return code;
}

/* Marks that stand on letters, and signs that are not seen. */
static bool
left_out(uint32_t code)
{
    return (code >= 0x0300 && code <= 0x036F) ||
           (code >= 0x0591 && code <= 0x05C7) ||
           (code >= 0x0610 && code <= 0x061A) ||
           (code >= 0x064B && code <= 0x065F) || code == 0x0670 ||
           (code >= 0x06D6 && code <= 0x06DC) || code == 0x00AD ||
           (code >= 0x200B && code <= 0x200F && code != 0x200C) ||
           (code >= 0x2018 && code <= 0x201B) ||
           (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2060 && code <= 0x206F) || code == 0x00B4 ||
           (code >= 0x02B0 && code <= 0x02FF) || code == 0xFEFF ||
           (code >= 0xFE00 && code <= 0xFE0F) || code == 0x055A;
}

static bool
between(uint32_t code)
{
    return (code >= 0x0080 && code <= 0x00BF && code != 0x00AA &&
            code != 0x00BA && code != 0x00B5) ||
           code == 0x060C || (code >= 0x2000 && code <= 0x206F) ||
           (code >= 0x3000 && code <= 0x3004) || code == 0x30FB ||
           (code >= 0xFF00 && code <= 0xFF20) || code == 0x1680;
}

/* One sign a syllable or a word: a blank belongs on both sides. */
static bool
syllable(uint32_t code)
{
    return (code >= 0x3400 && code <= 0x9FFF) ||
           (code >= 0xAC00 && code <= 0xD7A3) ||
           (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0x20000 && code <= 0x3FFFF);
}

/* ICU's answer for a run of letters, which may be several words. */
static void
latin_put(struct reading *reading, struct bytes run)
{
    uint8_t text[512];
    struct writer w;
    struct bytes done;

    if (reading->script == NULL || reading->script->any_latin == NULL)
        return;
    writer_init(&w, text, sizeof(text));
    /* What did not fit is longer than any word. */
    if (script_latin(reading->script, run, &w) != OK)
        reading->out->truncated = true;
    done = writer_done(&w);
    for (size_t i = 0; i < done.size; i++)
        if (done.p[i] == ' ')
            word_end(reading);
        else
            letter_put(reading, done.p[i]);
}

/* Whether the letter is for ICU to read: of no table of Kufi's. */
static bool
for_icu(uint32_t code)
{
    return code >= 0x80 && !between(code) && script_letter(code) == NULL &&
           (!left_out(code) || (code >= 0x0300 && code <= 0x036F));
}

/* From `at` on as long as ICU has to read it, ASCII letters between included;
 * a syllable is alone. Returns where it ends. */
static size_t
run_end(struct bytes in, size_t at)
{
    size_t start = at;

    while (at < in.size && at - start < 120) {
        size_t size;
        uint32_t code = code_read(in, at, &size);

        if (syllable(code))
            return at == start ? at + size : at;
        if (code < 0x80 ? !ascii_letter((uint8_t)code) : !for_icu(code))
            break;
        at += size;
    }
    return at;
}

/* A letter that is not ASCII, with those that belong to it; returns where the
 * next one begins. */
static size_t
foreign_step(struct reading *reading, struct bytes in, size_t at)
{
    size_t size;
    uint32_t code = code_read(in, at, &size);
    const char *text = script_letter(code);

    if (text != NULL) {
        reading->vowelless = reading->vowelless || script_vowelless(code);
        text_put(reading, text);
        return at + size;
    }
    if (left_out(code))
        return at + size;
    if (between(code)) {
        word_end(reading);
        return at + size;
    }
    if (syllable(code))
        word_end(reading);
    size = run_end(in, at) - at;
    latin_put(reading, bytes_slice(in, at, size));
    if (syllable(code))
        word_end(reading);
    return at + size;
}

static void
part_read(struct reading *reading, struct bytes in, enum token_part part)
{
    size_t at = 0;

    reading->part = part;
    if (in.size > NAME_BYTES_MAX) {
        in.size = NAME_BYTES_MAX;
        while (in.size > 0 && (in.p[in.size] & 0xC0) == 0x80)
            in.size--;
        reading->out->truncated = true;
    }
    while (at < in.size) {
        uint8_t c = in.p[at];

        if (c >= 0x80) {
            at = foreign_step(reading, in, at);
            continue;
        }
        if (ascii_letter(c))
            letter_put(reading, c);
        else if (c != '\'' && c != '`')
            word_end(reading);
        at++;
    }
    word_end(reading);
    held_end(reading);
}

/* "ABDUL", "ABU": the beginning of a name. */
static bool
beginning(const struct token *token)
{
    struct bytes text = {token->text, token->text_size};

    return token_half(token) || bytes_equal(text, BYTES("ABU")) ||
           bytes_equal(text, BYTES("ABOU"));
}

/* An article is no name; but somebody may be called Do, or An Le. SCR 2.6 */
static void
particles_settle(struct name *name, size_t from, size_t to)
{
    /* ABDUL alone as a given name is one of which the end was left out. */
    bool half_given = from > 0;
    size_t words = 0;

    for (size_t i = from; i < to; i++)
        words += name->tokens[i].kind == TOKEN_WORD ? 1 : 0;
    for (size_t i = to; i > from && words == 0; i--)
        if (name->tokens[i - 1].kind == TOKEN_PARTICLE &&
            !(half_given && beginning(&name->tokens[i - 1]))) {
            name->tokens[i - 1].kind = TOKEN_WORD;
            name->tokens[i - 1].weight = 30;
            words++;
        }
}

void
name_of_tokens(struct name *name, bool truncated)
{
    size_t from = 0;

    assert(name->token_count <= NAME_TOKENS_MAX);
    name->truncated = truncated;
    for (size_t i = 1; i <= name->token_count; i++) {
        bool last = i == name->token_count;

        if (!last && name->tokens[i].part == name->tokens[from].part)
            continue;
        particles_settle(name, from, i);
        name->tokens[i - 1].cut = truncated;
        from = i;
    }
}

static bool
counts(const struct token *token)
{
    return token->kind != TOKEN_PARTICLE;
}

/* The next token that is a word, or the count. */
static size_t
next_word(const struct name *name, size_t at)
{
    while (at < name->token_count && !counts(&name->tokens[at]))
        at++;
    return at;
}

size_t
name_neighbours(const struct name *name,
                struct neighbours out[NAME_NEIGHBOURS_MAX])
{
    size_t first = next_word(name, 0);
    size_t last = first;
    size_t count = 0;

    for (size_t i = 0; i + 1 < name->token_count; i++) {
        const struct token *a = &name->tokens[i];
        const struct token *b = &name->tokens[i + 1];
        size_t word = next_word(name, i + 1);

        if (!counts(a) && !counts(b))
            continue;
        out[count++] = (struct neighbours){(uint8_t)i, (uint8_t)(i + 1)};
        if ((counts(a) || token_half(a)) && (counts(b) || token_half(b)))
            out[count++] = (struct neighbours){(uint8_t)(i + 1), (uint8_t)i};
        if (counts(a) && word > i + 1 && word < name->token_count) {
            out[count++] = (struct neighbours){(uint8_t)i, (uint8_t)word};
            out[count++] = (struct neighbours){(uint8_t)word, (uint8_t)i};
        }
    }
    for (size_t i = first; i < name->token_count; i++)
        last = counts(&name->tokens[i]) ? i : last;
    if (last > first + 1)
        out[count++] = (struct neighbours){(uint8_t)last, (uint8_t)first};
    return count;
}

/* A single comma parts a surname from the rest: "SURNAME, Given". */
static bool
comma_split(struct bytes whole, struct bytes *surname, struct bytes *given)
{
    size_t at = bytes_find(whole, ',');

    if (at == whole.size)
        return false;
    *surname = bytes_slice(whole, 0, at);
    *given = bytes_slice(whole, at + 1, whole.size - at - 1);
    return bytes_find(*given, ',') == given->size &&
           bytes_trim(*given).size > 0 && bytes_trim(*surname).size > 0;
}

enum err
name_read(const struct script *script, const struct person_name *in,
          struct name *out)
{
    struct reading reading = {.script = script, .out = out};
    struct bytes surname = in->surname;
    struct bytes given = in->given_names;

    out->token_count = 0;
    out->truncated = in->truncated;
    if (!bytes_utf8(surname) || !bytes_utf8(given) || !bytes_utf8(in->whole))
        return ERR_FORMAT;
    if (surname.size == 0 && given.size == 0 &&
        !comma_split(in->whole, &surname, &given)) {
        part_read(&reading, in->whole, PART_UNKNOWN);
    } else {
        part_read(&reading, surname, PART_SURNAME);
        part_read(&reading, given, PART_GIVEN);
    }
    name_of_tokens(out, out->truncated);
    return OK;
}
