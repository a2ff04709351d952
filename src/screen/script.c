#include "screen/script.h"

#include <stddef.h>

#include <unicode/ustring.h>
#include <unicode/utrans.h>

/* A word in UTF-16, before and after: a letter gives six at most. */
#define UNITS_MAX 512

/* Cyrillic of U+0400 to U+042F as maps and press write it in English, which is
 * nearer to all other ways than ICU's accents are. SCR 2.4 */
static const char CYRILLIC[][5] = {
    "YE", "YO", "DJ", "GJ", "YE", "DZ",   "I", "YI", "J", "LJ", "NJ", "C",
    "KJ", "I",  "U",  "DZ", "A",  "B",    "V", "G",  "D", "E",  "ZH", "Z",
    "I",  "Y",  "K",  "L",  "M",  "N",    "O", "P",  "R", "S",  "T",  "U",
    "F",  "KH", "TS", "CH", "SH", "SHCH", "",  "Y",  "",  "E",  "YU", "YA",
};

#define CYRILLIC_FIRST 0x0400
#define CYRILLIC_LAST 0x042F

struct letter {
    uint16_t code;
    char text[4];
};

/* Arabic, Persian, Urdu and Pashto by their consonants; Hebrew; and what is of
 * Cyrillic beyond its tables. In order of codes. */
static const struct letter LETTERS[] = {
    {0x0490, "G"},  {0x0491, "G"},  {0x0492, "G"},  {0x0493, "G"},
    {0x0496, "ZH"}, {0x0497, "ZH"}, {0x049A, "Q"},  {0x049B, "Q"},
    {0x04A2, "NG"}, {0x04A3, "NG"}, {0x04AE, "U"},  {0x04AF, "U"},
    {0x04B0, "U"},  {0x04B1, "U"},  {0x04B2, "KH"}, {0x04B3, "KH"},
    {0x04B6, "J"},  {0x04B7, "J"},  {0x04BA, "H"},  {0x04BB, "H"},
    {0x04D8, "A"},  {0x04D9, "A"},  {0x04E2, "I"},  {0x04E3, "I"},
    {0x04E8, "O"},  {0x04E9, "O"},  {0x04EE, "U"},  {0x04EF, "U"},
    {0x05D0, "A"},  {0x05D1, "B"},  {0x05D2, "G"},  {0x05D3, "D"},
    {0x05D4, "H"},  {0x05D5, "W"},  {0x05D6, "Z"},  {0x05D7, "H"},
    {0x05D8, "T"},  {0x05D9, "Y"},  {0x05DA, "K"},  {0x05DB, "K"},
    {0x05DC, "L"},  {0x05DD, "M"},  {0x05DE, "M"},  {0x05DF, "N"},
    {0x05E0, "N"},  {0x05E1, "S"},  {0x05E2, "A"},  {0x05E3, "F"},
    {0x05E4, "P"},  {0x05E5, "TS"}, {0x05E6, "TS"}, {0x05E7, "K"},
    {0x05E8, "R"},  {0x05E9, "SH"}, {0x05EA, "T"},  {0x0621, ""},
    {0x0622, "A"},  {0x0623, "A"},  {0x0624, "W"},  {0x0625, "I"},
    {0x0626, "Y"},  {0x0627, "A"},  {0x0628, "B"},  {0x0629, "A"},
    {0x062A, "T"},  {0x062B, "TH"}, {0x062C, "J"},  {0x062D, "H"},
    {0x062E, "KH"}, {0x062F, "D"},  {0x0630, "DH"}, {0x0631, "R"},
    {0x0632, "Z"},  {0x0633, "S"},  {0x0634, "SH"}, {0x0635, "S"},
    {0x0636, "D"},  {0x0637, "T"},  {0x0638, "Z"},  {0x0639, "A"},
    {0x063A, "GH"}, {0x0640, ""},   {0x0641, "F"},  {0x0642, "Q"},
    {0x0643, "K"},  {0x0644, "L"},  {0x0645, "M"},  {0x0646, "N"},
    {0x0647, "H"},  {0x0648, "W"},  {0x0649, "A"},  {0x064A, "Y"},
    {0x0671, "A"},  {0x0679, "T"},  {0x067C, "T"},  {0x067E, "P"},
    {0x0681, "DZ"}, {0x0685, "TS"}, {0x0686, "CH"}, {0x0688, "D"},
    {0x0689, "D"},  {0x0691, "R"},  {0x0693, "R"},  {0x0696, "ZH"},
    {0x0698, "ZH"}, {0x069A, "SH"}, {0x06A4, "V"},  {0x06A9, "K"},
    {0x06AB, "G"},  {0x06AD, "NG"}, {0x06AF, "G"},  {0x06BA, "N"},
    {0x06BC, "N"},  {0x06BE, "H"},  {0x06C0, "H"},  {0x06C1, "H"},
    {0x06C2, "H"},  {0x06C3, "A"},  {0x06CC, "Y"},  {0x06CD, "Y"},
    {0x06D0, "E"},  {0x06D2, "E"},  {0x06D3, "E"},  {0x06D5, "A"},
};

#define LETTER_COUNT (sizeof(LETTERS) / sizeof(LETTERS[0]))

enum err
script_open(struct script *script)
{
    UChar id[128];
    UErrorCode status = U_ZERO_ERROR;

    u_uastrcpy(id, "Any-Latin; NFD; [:Nonspacing Mark:] Remove; Latin-ASCII");
    script->any_latin =
        utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
    return U_SUCCESS(status) ? OK : ERR_IO;
}

void
script_close(struct script *script)
{
    if (script->any_latin != NULL)
        utrans_close(script->any_latin);
    script->any_latin = NULL;
}

bool
script_vowelless(uint32_t code)
{
    return (code >= 0x0590 && code <= 0x077F) ||
           (code >= 0xFB1D && code <= 0xFDFF) ||
           (code >= 0xFE70 && code <= 0xFEFC);
}

const char *
script_letter(uint32_t code)
{
    size_t low = 0;
    size_t high = LETTER_COUNT;

    if (code >= 0x0430 && code <= 0x044F)
        code -= 0x20;
    if (code >= 0x0450 && code <= 0x045F)
        code -= 0x50;
    if (code >= CYRILLIC_FIRST && code <= CYRILLIC_LAST)
        return CYRILLIC[code - CYRILLIC_FIRST];
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (LETTERS[middle].code == code)
            return LETTERS[middle].text;
        if (LETTERS[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What ICU leaves: letters and digits are kept, in capitals; signs that part
 * words are blanks; the rest, accents that stand alone, is left out. */
static void
units_write(const UChar *units, int32_t count, struct writer *w)
{
    for (int32_t i = 0; i < count; i++) {
        UChar c = units[i];

        if (c >= 'a' && c <= 'z')
            c = (UChar)(c - ('a' - 'A'));
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ')
            writer_u8(w, (uint8_t)c);
        else if (c == '-')
            writer_u8(w, ' ');
    }
}

enum err
script_latin(const struct script *script, struct bytes word, struct writer *w)
{
    UChar units[UNITS_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t count = 0;
    int32_t limit;

    if (word.size > UNITS_MAX)
        return ERR_LIMIT;
    u_strFromUTF8(units, UNITS_MAX, &count, (const char *)word.p,
                  (int32_t)word.size, &status);
    if (U_FAILURE(status))
        return ERR_LIMIT;
    limit = count;
    utrans_transUChars(script->any_latin, units, &count, UNITS_MAX, 0, &limit,
                       &status);
    if (U_FAILURE(status))
        return ERR_LIMIT;
    units_write(units, count, w);
    return writer_end(w);
}
