#include "document/transliterate.h"

/*
 * The tables of ICAO Doc 9303-3 section 6. In the two of Latin letters a
 * character of the string stands for a letter of Unicode: itself, or in lower
 * case for two letters (see latin_text); - is no letter, ? a letter of no
 * table.
 */

/* clang-format off */

/* U+00C0 to U+024F. Section 6 A up to U+017F, by analogy beyond: DOC 9.2. */
static const char LATIN[] =
    "AAAAaxaCEEEEIIIIDNOOOOo-oUUUuYtsAAAAaxaCEEEEIIIIDNOOOOo-oUUUuYtY"
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIiiJJKKKLLLLLLL"
    "LLLNNNNNNNNNOOOOOOooRRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS"
    "????????????????????????????????OO?????????????UU???????????????"
    "?????????????AAIIOOUUuuuuuuuu?aaAAaa??GGKKOOOO??J???GG??NNxxaaoo"
    "AAAAEEEEIIIIOOOORRRRUUUUSSTT??HH??????AAEEooOOOOOOYY????????????"
    "????????????????";

/* U+1E00 to U+1EFF: U+1E9E is of section 6 A, the others by analogy. */
static const char LATIN_ADDITIONAL[] =
    "AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMM"
    "MMMMNNNNNNNNOOooOOOOPPPPRRRRRRRRSSSSSSSSSSTTTTTTTTUUUUUUUUuuVVVV"
    "WWWWWWWWWWXXXXYYZZZZZZHTWY?S??s?AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEE"
    "EEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOOUUUUUUUUUUUUUUYYYYYYYY??????";

/* U+0400 to U+042F: section 6 B, with the few it forgets by DOC 9.2. */
static const char CYRILLIC[][5] = {
    "E", "E", "D", "G", "IE", "DZ", "I", "I",
    "J", "LJ", "NJ", "C", "K", "I", "U", "DZ",
    "A", "B", "V", "G", "D", "E", "ZH", "Z",
    "I", "I", "K", "L", "M", "N", "O", "P",
    "R", "S", "T", "U", "F", "KH", "TS", "CH",
    "SH", "SHCH", "IE", "Y", "", "E", "IU", "IA",
};

struct letter {
    uint16_t code;
    char text[4];
};

/* The rest of sections 6 B and 6 C, and B.5.4 (U+06A4, U+06A5), by code. */
static const struct letter LETTERS[] = {
    {0x046A, "U"}, {0x046B, "U"}, {0x0474, "Y"}, {0x0475, "Y"}, {0x0490, "G"},
    {0x0491, "G"}, {0x0492, "G"}, {0x0493, "G"}, {0x04BA, "C"}, {0x04BB, "C"},
    {0x0621, "XE"}, {0x0622, "XAA"}, {0x0623, "XAE"}, {0x0624, "U"},
    {0x0625, "I"}, {0x0626, "XI"}, {0x0627, "A"}, {0x0628, "B"},
    {0x0629, "XTA"}, {0x062A, "T"}, {0x062B, "XTH"}, {0x062C, "J"},
    {0x062D, "XH"}, {0x062E, "XKH"}, {0x062F, "D"}, {0x0630, "XDH"},
    {0x0631, "R"}, {0x0632, "Z"}, {0x0633, "S"}, {0x0634, "XSH"},
    {0x0635, "XSS"}, {0x0636, "XDZ"}, {0x0637, "XTT"}, {0x0638, "XZZ"},
    {0x0639, "E"}, {0x063A, "G"}, {0x0640, ""}, {0x0641, "F"}, {0x0642, "Q"},
    {0x0643, "K"}, {0x0644, "L"}, {0x0645, "M"}, {0x0646, "N"}, {0x0647, "H"},
    {0x0648, "W"}, {0x0649, "XAY"}, {0x064A, "Y"}, {0x0671, "XXA"},
    {0x0679, "XXT"}, {0x067C, "XRT"}, {0x067E, "P"}, {0x0681, "XKE"},
    {0x0685, "XXH"}, {0x0686, "XC"}, {0x0688, "XXD"}, {0x0689, "XDR"},
    {0x0691, "XXR"}, {0x0693, "XRR"}, {0x0696, "XRX"}, {0x0698, "XJ"},
    {0x069A, "XXS"}, {0x069C, ""}, {0x06A2, ""}, {0x06A4, "V"}, {0x06A5, "XF"},
    {0x06A7, ""}, {0x06A8, ""}, {0x06A9, "XKK"}, {0x06AB, "XXK"},
    {0x06AD, "XNG"}, {0x06AF, "XGG"}, {0x06BA, "XNN"}, {0x06BC, "XXN"},
    {0x06BE, "XDO"}, {0x06C0, "XYH"}, {0x06C1, "XXG"}, {0x06C2, "XGE"},
    {0x06C3, "XTG"}, {0x06CC, "XYA"}, {0x06CD, "XXY"}, {0x06D0, "Y"},
    {0x06D2, "XYB"}, {0x06D3, "XBE"},
};

/* clang-format on */

#define LATIN_FIRST 0x00C0
#define LATIN_LAST 0x024F
#define LATIN_ADDITIONAL_FIRST 0x1E00
#define LATIN_ADDITIONAL_LAST 0x1EFF
#define CYRILLIC_FIRST 0x0400
#define CYRILLIC_LAST 0x042F
#define LETTERS_COUNT (sizeof(LETTERS) / sizeof(LETTERS[0]))

_Static_assert(sizeof(LATIN) == LATIN_LAST - LATIN_FIRST + 2, "one a letter");
_Static_assert(sizeof(LATIN_ADDITIONAL) ==
                   LATIN_ADDITIONAL_LAST - LATIN_ADDITIONAL_FIRST + 2,
               "one a letter");
_Static_assert(sizeof(CYRILLIC) / sizeof(CYRILLIC[0]) ==
                   CYRILLIC_LAST - CYRILLIC_FIRST + 1,
               "one a letter");

#define SHADDA 0x0651
#define TEH_MARBUTA 0x0629

/* What stands between two components of a name. */
enum gap {
    GAP_NONE,
    GAP_COMPONENT,  /* one filler */
    GAP_IDENTIFIER, /* two: the surname is over */
};

struct name {
    struct bytes in;
    size_t at;
    struct writer *w;
    enum gap gap;    /* seen since the last letter, not yet written */
    bool any;        /* a letter has been written */
    bool identifier; /* the two fillers have been asked for */
};

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

/* Marks that stand on the letter before them: DOC 9.4. */
static bool
is_mark(uint32_t code)
{
    return (code >= 0x0300 && code <= 0x036F) ||
           (code >= 0x064B && code <= 0x065F) || code == 0x0670;
}

static enum gap
gap_of(uint32_t code)
{
    if (code == ' ' || code == '\t' || code == '-' || code == '<' ||
        code == 0x00A0 || (code >= 0x2000 && code <= 0x200A) ||
        (code >= 0x2010 && code <= 0x2015) || code == 0x202F ||
        code == 0x205F || code == 0x3000)
        return GAP_COMPONENT;
    /* The comma, and the Arabic one. */
    return code == ',' || code == 0x060C ? GAP_IDENTIFIER : GAP_NONE;
}

/* Punctuation, which is left out without a filler in its place. */
static bool
is_punctuation(uint32_t code)
{
    if (code < 0x80)
        return code > ' ' && code < 0x7F && !(code >= '0' && code <= '9');
    return (code >= 0x00A1 && code <= 0x00BF) || code == 0x00D7 ||
           code == 0x00F7 || (code >= 0x02B0 && code <= 0x02FF) ||
           code == 0x061B || code == 0x061F ||
           (code >= 0x200B && code <= 0x206F);
}

/* The letter that a letter and the mark on it make, where the table has one
 * for both together. */
static uint32_t
composed(uint32_t code, uint32_t mark)
{
    static const uint16_t MADE[][3] = {
        {'A', 0x0308, 0x00C4},    {'O', 0x0308, 0x00D6},
        {'U', 0x0308, 0x00DC},    {'A', 0x030A, 0x00C5},
        {0x0627, 0x0653, 0x0622}, {0x0627, 0x0654, 0x0623},
        {0x0648, 0x0654, 0x0624}, {0x0627, 0x0655, 0x0625},
        {0x064A, 0x0654, 0x0626}, {0x06D5, 0x0654, 0x06C0},
        {0x06C1, 0x0654, 0x06C2}, {0x06D2, 0x0654, 0x06D3},
    };

    if (code >= 'a' && code <= 'z')
        code -= 'a' - 'A';
    for (size_t i = 0; i < sizeof(MADE) / sizeof(MADE[0]); i++)
        if (MADE[i][0] == code && MADE[i][1] == mark)
            return MADE[i][2];
    return code;
}

/* The text of a character of the Latin tables; NULL for one of no table. */
static const char *
latin_text(char entry)
{
    static const char ONE[26][2] = {"A", "B", "C", "D", "E", "F", "G", "H", "I",
                                    "J", "K", "L", "M", "N", "O", "P", "Q", "R",
                                    "S", "T", "U", "V", "W", "X", "Y", "Z"};

    switch (entry) {
    case 'a':
        return "AE";
    case 'i':
        return "IJ";
    case 'o':
        return "OE";
    case 's':
        return "SS";
    case 't':
        return "TH";
    case 'u':
        return "UE";
    case 'x':
        return "AA";
    default:
        return entry >= 'A' && entry <= 'Z' ? ONE[entry - 'A'] : NULL;
    }
}

static const char *
letter_text(uint32_t code)
{
    if (code >= 'a' && code <= 'z')
        code -= 'a' - 'A';
    if (code < LATIN_FIRST)
        return code <= 'Z' ? latin_text((char)code) : NULL;
    if (code <= LATIN_LAST)
        return latin_text(LATIN[code - LATIN_FIRST]);
    if (code >= LATIN_ADDITIONAL_FIRST && code <= LATIN_ADDITIONAL_LAST)
        return latin_text(LATIN_ADDITIONAL[code - LATIN_ADDITIONAL_FIRST]);
    if (code >= 0x0430 && code <= 0x044F)
        code -= 0x20;
    if (code >= 0x0450 && code <= 0x045F)
        code -= 0x50;
    if (code >= CYRILLIC_FIRST && code <= CYRILLIC_LAST)
        return CYRILLIC[code - CYRILLIC_FIRST];
    for (size_t i = 0; i < LETTERS_COUNT; i++)
        if (LETTERS[i].code == code)
            return LETTERS[i].text;
    return NULL;
}

/* Whether the component ends here: the next character is a gap or none. */
static bool
component_ends(const struct name *name)
{
    size_t size;

    return name->at == name->in.size ||
           gap_of(code_read(name->in, name->at, &size)) != GAP_NONE;
}

/* Takes the marks that follow a letter; says what letter they make of it. */
static uint32_t
marks_take(struct name *name, uint32_t code, bool *doubled)
{
    *doubled = false;
    while (name->at < name->in.size) {
        size_t size;
        uint32_t mark = code_read(name->in, name->at, &size);

        if (!is_mark(mark))
            break;
        name->at += size;
        *doubled = *doubled || mark == SHADDA;
        code = composed(code, mark);
    }
    return code;
}

/* The fillers come before the letter that needs them, so that none trails. */
static void
gap_write(struct name *name)
{
    if (name->gap == GAP_IDENTIFIER && (name->any || name->identifier))
        writer_text(name->w, "<<");
    else if (name->gap == GAP_COMPONENT && name->any)
        writer_text(name->w, "<");
    name->gap = GAP_NONE;
    name->any = true;
}

/* Only the first comma, or the first two fillers, part the surname from the
 * given names: DOC 9.3. */
static void
gap_take(struct name *name, uint32_t code)
{
    bool fillers =
        code == '<' && name->at < name->in.size && name->in.p[name->at] == '<';

    if (!name->identifier && (fillers || gap_of(code) == GAP_IDENTIFIER)) {
        name->identifier = true;
        name->gap = GAP_IDENTIFIER;
    }
    if (name->gap == GAP_NONE)
        name->gap = GAP_COMPONENT;
}

/* One letter, gap or mark; false for what has no form in an MRZ. */
static bool
name_step(struct name *name)
{
    size_t size;
    uint32_t code = code_read(name->in, name->at, &size);
    const char *text;
    bool doubled;

    name->at += size;
    if (gap_of(code) != GAP_NONE) {
        gap_take(name, code);
        return true;
    }
    /* A mark without a letter, a sign that joins or directs. */
    if (is_mark(code))
        return true;
    code = marks_take(name, code, &doubled);
    text = letter_text(code);
    if (text == NULL)
        return is_punctuation(code);
    if (code == TEH_MARBUTA && component_ends(name))
        text = "XAH";
    if (text[0] == '\0')
        return true;
    gap_write(name);
    writer_text(name->w, text);
    if (doubled)
        writer_text(name->w, text);
    return true;
}

enum err
transliterate(struct bytes name, struct writer *w, struct fault *fault)
{
    struct name state = {.in = name, .w = w};

    if (!bytes_utf8(name))
        return fault_set(fault, ERR_FORMAT, 0, "DOC 9.5", "not UTF-8");
    while (state.at < name.size) {
        size_t at = state.at;

        if (!name_step(&state))
            return fault_set(fault, ERR_FORMAT, at, "DOC 9.5",
                             "a character of no transliteration table");
    }
    if (writer_end(w) != OK)
        return fault_set(fault, ERR_LIMIT, state.at, "DOC 9.6",
                         "longer than any name");
    return OK;
}
