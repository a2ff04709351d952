#include "screen/fold.h"

#include <string.h>

#define SKELETON_KINDS_MAX 12
#define SKELETON_KIND_BITS 5

/*
 * Letters that make one sign, longest first under each first letter; the first
 * that fits is taken. What is not here stands for itself. SCR 2.7
 */
struct digraph {
    const char *from;
    const char *to;
};

static const struct digraph DIGRAPHS[] = {
    {"AOU", "o"},     {"AUI", "oI"}, {"AA", "A"},   {"AE", "A"},  {"AI", "e"},
    {"AJ", "e"},      {"AU", "o"},   {"AW", "o"},   {"AO", "o"},  {"AY", "e"},
    {"BH", "B"},      {"CCH", "c"},  {"CK", "K"},   {"CH", "c"},  {"CZ", "c"},
    {"DSCH", "j"},    {"DZH", "j"},  {"DJ", "j"},   {"DZ", "j"},  {"DH", "d"},
    {"EE", "I"},      {"EI", "e"},   {"EJ", "e"},   {"EY", "e"},  {"GHI", "GI"},
    {"GH", "g"},      {"GJ", "j"},   {"IYY", "I"},  {"IEE", "I"}, {"IE", "E"},
    {"II", "I"},      {"IJ", "I"},   {"IY", "I"},   {"JH", "J"},  {"KKH", "k"},
    {"KH", "k"},      {"LH", "L"},   {"OU", "U"},   {"OO", "U"},  {"OE", "O"},
    {"PH", "F"},      {"QUE", "KE"}, {"QUI", "KI"}, {"RH", "R"},  {"SHCH", "s"},
    {"SCHTSCH", "s"}, {"SCH", "s"},  {"SSH", "s"},  {"SH", "s"},  {"SZ", "S"},
    {"TSCH", "c"},    {"TCH", "c"},  {"TSH", "c"},  {"TS", "x"},  {"TZ", "x"},
    {"TH", "t"},      {"UE", "U"},   {"UU", "U"},   {"WH", "W"},  {"XH", "j"},
    {"YY", "I"},      {"YI", "I"},   {"ZH", "z"},
};

#define DIGRAPH_COUNT (sizeof(DIGRAPHS) / sizeof(DIGRAPHS[0]))

/* The first row of each letter, and where its rows end. */
static const uint8_t DIGRAPH_START[27] = {
    ['A' - 'A'] = 0,  ['B' - 'A'] = 10, ['C' - 'A'] = 11, ['D' - 'A'] = 15,
    ['E' - 'A'] = 20, ['F' - 'A'] = 24, ['G' - 'A'] = 24, ['H' - 'A'] = 27,
    ['I' - 'A'] = 27, ['J' - 'A'] = 33, ['K' - 'A'] = 34, ['L' - 'A'] = 36,
    ['M' - 'A'] = 37, ['N' - 'A'] = 37, ['O' - 'A'] = 37, ['P' - 'A'] = 40,
    ['Q' - 'A'] = 41, ['R' - 'A'] = 43, ['S' - 'A'] = 44, ['T' - 'A'] = 50,
    ['U' - 'A'] = 56, ['V' - 'A'] = 58, ['W' - 'A'] = 58, ['X' - 'A'] = 59,
    ['Y' - 'A'] = 60, ['Z' - 'A'] = 62, [26] = 63,
};

_Static_assert(DIGRAPH_COUNT == 63, "as DIGRAPH_START has it");

static const struct digraph *
digraph_at(struct bytes text)
{
    size_t letter;

    if (text.p[0] < 'A' || text.p[0] > 'Z')
        return NULL;
    letter = (size_t)(text.p[0] - 'A');
    for (size_t i = DIGRAPH_START[letter]; i < DIGRAPH_START[letter + 1]; i++) {
        const char *from = DIGRAPHS[i].from;
        size_t at = 1;

        while (at < text.size && from[at] != '\0' &&
               (char)text.p[at] == from[at])
            at++;
        if (from[at] == '\0')
            return &DIGRAPHS[i];
    }
    return NULL;
}

struct fold {
    bool vowelless; /* only H makes two letters one, in our own spelling */
    uint8_t *out;
    size_t max;
    size_t size;
};

/* A sign twice in a row is one: double letters are a habit of spelling. */
static void
sign_put(struct fold *fold, uint8_t sign)
{
    if (fold->size > 0 && fold->out[fold->size - 1] == sign &&
        !(sign >= '0' && sign <= '9'))
        return;
    if (fold->size < fold->max)
        fold->out[fold->size++] = sign;
}

static bool
vowel_letter(uint8_t c)
{
    return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U';
}

/* Whether the letter at `at` stands before a vowel. */
static bool
before_vowel(struct bytes text, size_t at)
{
    return at + 1 < text.size &&
           (vowel_letter(text.p[at + 1]) || text.p[at + 1] == 'Y');
}

/* One letter or group of letters; returns how many it took. */
static size_t
sign_step(struct fold *fold, struct bytes text, size_t at)
{
    struct bytes rest = bytes_slice(text, at, text.size - at);
    const struct digraph *digraph = digraph_at(rest);
    uint8_t c = text.p[at];

    /* "AYA", "EJA": the second letter begins a syllable. */
    if (digraph != NULL && digraph->from[2] == '\0' &&
        (digraph->from[1] == 'Y' || digraph->from[1] == 'J' ||
         digraph->from[1] == 'W') &&
        before_vowel(text, at + 1) && vowel_letter(c) && c != 'I')
        digraph = NULL;
    if (digraph != NULL && fold->vowelless && digraph->from[1] != 'H')
        digraph = NULL;
    if (digraph != NULL) {
        for (const char *s = digraph->to; *s != '\0'; s++)
            sign_put(fold, (uint8_t)*s);
        return strlen(digraph->from);
    }
    if (c == 'H' && at == 0 && !fold->vowelless && rest.size > 2 &&
        rest.p[1] == 'S' && vowel_letter(rest.p[2])) {
        sign_put(fold, 's'); /* HSIAO, as XIAO */
        return 2;
    }
    if (c == 'X') {
        if (at > 0)
            sign_put(fold, 'K');
        sign_put(fold, at > 0 ? 'S' : 's');
    } else if (c == 'Y' &&
               !(at == 0 && (fold->vowelless || before_vowel(text, at)))) {
        sign_put(fold, 'I');
    } else if (c != 'H' || at + 1 < text.size) {
        sign_put(fold, c);
    }
    return 1;
}

/* "ABDUL", "ABDEL", "ABDAL", "ABDOU" ...: how much of the word is that; or 0.
 */
static size_t
abd_size(struct bytes text)
{
    size_t at = 3;

    if (!bytes_begin(text, BYTES("ABD")))
        return 0;
    while (at < text.size && vowel_letter(text.p[at]))
        at++;
    if (at > 3 && at < text.size && text.p[at] == 'L')
        at++;
    /* "ABDI", "ABDEL", "ABDA" are names by themselves. */
    if (at == 5 && text.size == 6 && bytes_begin(text, BYTES("ABDUL")) &&
        !vowel_letter(text.p[at]))
        return at; /* an initial: "ABDUL J" */
    return text.size - at >= 3 && at > 3 ? at : 0;
}

/* "VANDERBERG": how much of it are particles; or 0. */
static size_t
van_size(struct bytes text)
{
    return text.size >= 10 && (bytes_begin(text, BYTES("VANDER")) ||
                               bytes_begin(text, BYTES("VANDEN")))
               ? 6
               : 0;
}

/* "UDDIN", "ALDIN", "EDDINE", "ULDEEN": how much of the end it is; or 0. */
static size_t
din_size(struct bytes text)
{
    static const char *const ENDS[] = {"DIN", "DEEN", "DINE", "DEN"};

    for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++) {
        struct bytes end = bytes_of(ENDS[i]);
        size_t size = end.size;
        const uint8_t *p = text.p + text.size;

        if (text.size < size + 4 || memcmp(p - size, end.p, size) != 0)
            continue;
        if (p[-(ptrdiff_t)size - 1] != 'D' && p[-(ptrdiff_t)size - 1] != 'L' &&
            p[-(ptrdiff_t)size - 1] != 'U')
            continue;
        if (p[-(ptrdiff_t)size - 1] != 'U')
            size++;
        if (vowel_letter(p[-(ptrdiff_t)size - 1]))
            return size + 1;
        return p[-(ptrdiff_t)size] == 'U' ? size : 0;
    }
    return 0;
}

/* Endings that a family's women have and its men have not: SCR 2.7. */
static struct bytes
feminine_cut(struct bytes text)
{
    static const struct {
        const char *end;
        uint8_t left_out;
    } ENDS[] = {{"OVA", 1},   {"EVA", 1},   {"INE", 1},  {"SKAYA", 3},
                {"SKAIA", 3}, {"SKAJA", 3}, {"SKAA", 2}, {"CKAYA", 3},
                {"SKA", 1},   {"CKA", 1},   {"SKI", 1},  {"SKY", 1},
                {"SKIY", 2},  {"SKII", 2},  {"SKIJ", 2}, {"SKYY", 2},
                {"SKYI", 2},  {"CKI", 1}};

    for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++) {
        struct bytes end = bytes_of(ENDS[i].end);

        if (text.size >= end.size + 3 &&
            text.p[text.size - 1] == end.p[end.size - 1] &&
            memcmp(text.p + text.size - end.size, end.p, end.size) == 0)
            return bytes_slice(text, 0, text.size - ENDS[i].left_out);
    }
    return text;
}

size_t
fold_write(struct bytes text, bool vowelless, uint8_t *out, size_t max)
{
    struct fold fold = {.vowelless = vowelless, .out = out, .max = max};
    size_t at = abd_size(text);
    size_t din;

    if (at > 0) {
        sign_put(&fold, 'A');
        sign_put(&fold, 'B');
        sign_put(&fold, 'D');
        text = bytes_slice(text, at, text.size - at);
        at = 0;
    }
    text = bytes_slice(text, van_size(text), text.size - van_size(text));
    text = feminine_cut(text);
    din = din_size(text);
    text = bytes_slice(text, 0, text.size - din);
    while (at < text.size)
        at += sign_step(&fold, text, at);
    if (din > 0) {
        sign_put(&fold, 'U');
        sign_put(&fold, 'D');
        sign_put(&fold, 'I');
        sign_put(&fold, 'N');
    }
    return fold.size;
}

size_t
fold_bare(struct bytes fold, uint8_t *out, size_t max)
{
    size_t size = 0;

    for (size_t i = 0; i < fold.size && size < max; i++)
        if (!fold_vowel(fold.p[i]) && fold.p[i] != 'Y' && fold.p[i] != 'W' &&
            fold.p[i] != 'V')
            out[size++] = fold.p[i];
    return size;
}

bool
fold_vowel(uint8_t sign)
{
    return vowel_letter(sign) || sign == 'e' || sign == 'o';
}

/* What a sign is in a skeleton; 0 is left out. SCR 2.8 */
static const uint8_t KINDS[128] = {
    ['B'] = 2,  ['P'] = 2,  ['F'] = 3,  ['D'] = 4,  ['T'] = 4,  ['d'] = 4,
    ['t'] = 4,  ['K'] = 5,  ['Q'] = 5,  ['G'] = 5,  ['k'] = 5,  ['g'] = 5,
    ['S'] = 6,  ['Z'] = 6,  ['s'] = 6,  ['c'] = 6,  ['z'] = 6,  ['j'] = 6,
    ['x'] = 6,  ['J'] = 6,  ['L'] = 7,  ['M'] = 8,  ['N'] = 9,  ['R'] = 10,
    ['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21,
    ['6'] = 22, ['7'] = 23, ['8'] = 24, ['9'] = 25,
};

#define KIND_VOWEL 1
#define KIND_J 11
#define KIND_V 12

static unsigned
kind_first(uint8_t sign)
{
    if (fold_vowel(sign))
        return KIND_VOWEL;
    if (sign == 'J' || sign == 'Y' || sign == 'j')
        return KIND_J;
    return sign == 'V' || sign == 'W' ? KIND_V : 0;
}

/* A C is said as S before E and I and at the end of Slavic names, as K else. */
static unsigned
kind_at(struct bytes fold, size_t at)
{
    uint8_t sign = fold.p[at];
    uint8_t next = at + 1 < fold.size ? fold.p[at + 1] : 'E';
    unsigned kind = at == 0 ? kind_first(sign) : 0;

    if (kind != 0)
        return kind;
    if (sign == 'C')
        return next == 'E' || next == 'I' || next == 'e' ? KINDS['S']
                                                         : KINDS['K'];
    return KINDS[sign & 0x7F];
}

uint64_t
fold_skeleton(struct bytes fold)
{
    uint64_t skeleton = 0;
    unsigned count = 0;

    for (size_t at = 0; at < fold.size && count < SKELETON_KINDS_MAX; at++) {
        unsigned kind = kind_at(fold, at);

        if (kind == 0)
            continue;
        skeleton |= (uint64_t)kind << (SKELETON_KIND_BITS * count);
        count++;
    }
    return skeleton;
}

uint64_t
fold_signs(struct bytes fold)
{
    uint64_t signs = 0;

    for (size_t i = 0; i < fold.size; i++)
        signs |= UINT64_C(1) << (fold.p[i] & 63);
    return signs;
}
