#include "perturb_shared.h"

#include <string.h>

#define TRUNCATED_SIZE 39
#define WORDS_MAX 16
/* Words that are no names: who leaves out a middle name does not mean them. */
#define WORD_LETTERS_MIN 3

static const char *const NAMES[PERTURB_COUNT] = {
    "none",     "replace",       "delete",  "insert",   "swap",
    "spelling", "spelling_more", "reorder", "whole",    "missing",
    "initial",  "join",          "split",   "truncate",
};

/* One sound, two spellings: transliterations of Arabic, Persian, Cyrillic and
 * what readers of other languages make of a word. */
static const char *const SPELLINGS[][2] = {
    {"KH", "H"},  {"KH", "CH"}, {"GH", "G"},  {"Q", "K"},    {"Q", "G"},
    {"OU", "U"},  {"U", "OU"},  {"U", "O"},   {"OO", "U"},   {"EE", "I"},
    {"I", "Y"},   {"Y", "I"},   {"I", "EE"},  {"SH", "CH"},  {"DJ", "J"},
    {"J", "DJ"},  {"W", "V"},   {"V", "W"},   {"PH", "F"},   {"F", "PH"},
    {"TS", "TZ"}, {"DH", "D"},  {"DH", "Z"},  {"TH", "T"},   {"ZH", "J"},
    {"AI", "AY"}, {"AY", "EI"}, {"EI", "EY"}, {"IY", "I"},   {"CH", "TCH"},
    {"X", "KS"},  {"KS", "X"},  {"C", "K"},   {"K", "C"},    {"Z", "S"},
    {"SS", "S"},  {"MM", "M"},  {"LL", "L"},  {"DD", "D"},   {"NN", "N"},
    {"S", "SS"},  {"M", "MM"},  {"YA", "IA"}, {"YU", "IU"},  {"YE", "E"},
    {"E", "A"},   {"A", "E"},   {"AH", "A"},  {"OV", "OFF"}, {"EV", "EFF"},
};

#define SPELLING_COUNT (sizeof(SPELLINGS) / sizeof(SPELLINGS[0]))

const char *
perturbation_name(enum perturbation how)
{
    return NAMES[how];
}

/* SplitMix64. */
uint64_t
perturb_below(uint64_t *state, uint64_t bound)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (z ^ (z >> 31)) % bound;
}

static void
part_set(char *part, struct bytes text)
{
    size_t size =
        text.size < PERTURB_PART_SIZE ? text.size : PERTURB_PART_SIZE - 1;

    if (size > 0)
        memcpy(part, text.p, size);
    part[size] = '\0';
    for (size_t i = 0; i < size; i++)
        if (part[i] >= 'a' && part[i] <= 'z')
            part[i] = (char)(part[i] - ('a' - 'A'));
}

/* Puts `text` in the place of `size` characters; false when it is too long. */
static bool
part_splice(char *part, size_t at, size_t size, const char *text)
{
    size_t whole = strlen(part);
    size_t added = strlen(text);

    if (whole - size + added >= PERTURB_PART_SIZE)
        return false;
    memmove(part + at + added, part + at + size, whole - at - size + 1);
    memcpy(part + at, text, added);
    return true;
}

static bool
is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

/* Start and size of each word that is long enough to be a name. */
static size_t
words_find(const char *part, size_t *starts, size_t *sizes)
{
    size_t count = 0;

    for (size_t at = 0; part[at] != '\0' && count < WORDS_MAX;) {
        size_t size = 0;

        while (is_letter(part[at + size]))
            size++;
        if (size >= WORD_LETTERS_MIN) {
            starts[count] = at;
            sizes[count++] = size;
        }
        at += size > 0 ? size : 1;
    }
    return count;
}

/* A letter within the longest or another long word. */
static bool
letter_pick(uint64_t *state, const char *part, size_t *at)
{
    size_t starts[WORDS_MAX];
    size_t sizes[WORDS_MAX];
    size_t count = words_find(part, starts, sizes);
    size_t word;

    if (count == 0)
        return false;
    word = perturb_below(state, count);
    if (sizes[word] < 4)
        return false;
    /* The first letter is the one that people get right. */
    *at = starts[word] + 1 + perturb_below(state, sizes[word] - 2);
    return true;
}

static bool
letters_change(uint64_t *state, enum perturbation how, char *part)
{
    char letter[3] = {0};
    size_t at;

    if (!letter_pick(state, part, &at))
        return false;
    letter[0] = (char)('A' + perturb_below(state, 26));
    if (letter[0] == part[at])
        letter[0] = letter[0] == 'Z' ? 'A' : (char)(letter[0] + 1);
    switch (how) {
    case PERTURB_REPLACE:
        return part_splice(part, at, 1, letter);
    case PERTURB_DELETE:
        return part_splice(part, at, 1, "");
    case PERTURB_INSERT:
        return part_splice(part, at, 0, letter);
    default:
        letter[0] = part[at + 1];
        letter[1] = part[at];
        return letter[0] != letter[1] && part_splice(part, at, 2, letter);
    }
}

static bool
spelling_change(uint64_t *state, char *part)
{
    size_t from = perturb_below(state, SPELLING_COUNT);

    for (size_t i = 0; i < SPELLING_COUNT; i++) {
        const char *const *spelling = SPELLINGS[(from + i) % SPELLING_COUNT];
        char *found = strlen(part) > 2 ? strstr(part + 1, spelling[0]) : NULL;

        if (found != NULL)
            return part_splice(part, (size_t)(found - part),
                               strlen(spelling[0]), spelling[1]);
    }
    return false;
}

static bool
words_change(uint64_t *state, enum perturbation how, struct perturbed *out)
{
    size_t starts[WORDS_MAX];
    size_t sizes[WORDS_MAX];
    char *part = out->given;
    size_t count = words_find(part, starts, sizes);
    size_t word;

    if (how == PERTURB_SPLIT) {
        part = perturb_below(state, 2) == 0 ? out->given : out->surname;
        count = words_find(part, starts, sizes);
        word = count == 0 ? 0 : perturb_below(state, count);
        return count > 0 && sizes[word] >= 7 &&
               part_splice(part,
                           starts[word] + 3 +
                               perturb_below(state, sizes[word] - 6),
                           0, " ");
    }
    if (count < 2 && how == PERTURB_JOIN) {
        part = out->surname;
        count = words_find(part, starts, sizes);
    }
    if (count < 2)
        return false;
    word = 1 + perturb_below(state, count - 1);
    /* Of a name as a whole the last word may be the surname. */
    if (out->surname[0] == '\0' && how != PERTURB_JOIN && word + 1 == count &&
        --word == 0)
        return false;
    if (how == PERTURB_MISSING)
        return part_splice(part, starts[word] - 1, sizes[word] + 1, "");
    if (how == PERTURB_INITIAL)
        return part_splice(part, starts[word] + 1, sizes[word] - 1, "");
    return starts[word] == starts[word - 1] + sizes[word - 1] + 1 &&
           part_splice(part, starts[word] - 1, 1, "");
}

/* As 9303 does it: the surname keeps what it can, the given names the rest. */
static bool
truncate_change(struct perturbed *out)
{
    size_t surname = strlen(out->surname);
    size_t given = strlen(out->given);

    if (surname + 2 + given <= TRUNCATED_SIZE)
        return false;
    if (surname > TRUNCATED_SIZE - 10)
        surname = TRUNCATED_SIZE - 10;
    out->surname[surname] = '\0';
    given = TRUNCATED_SIZE - surname - 2;
    out->given[given < strlen(out->given) ? given : strlen(out->given)] = '\0';
    out->name.truncated = true;
    return true;
}

static bool
change(uint64_t *state, enum perturbation how, struct perturbed *out)
{
    char *part = perturb_below(state, 2) == 0 ? out->surname : out->given;
    char kept[PERTURB_PART_SIZE];
    bool any = false;

    switch (how) {
    case PERTURB_NONE:
        return true;
    case PERTURB_REPLACE:
    case PERTURB_DELETE:
    case PERTURB_INSERT:
    case PERTURB_SWAP:
        return letters_change(state, how, part);
    case PERTURB_SPELLING:
        return spelling_change(state, part);
    case PERTURB_SPELLING_MORE:
        any = spelling_change(state, out->surname);
        return spelling_change(state, out->given) || any;
    case PERTURB_REORDER:
        memcpy(kept, out->surname, sizeof(kept));
        memcpy(out->surname, out->given, sizeof(kept));
        memcpy(out->given, kept, sizeof(kept));
        return out->given[0] != '\0' && out->surname[0] != '\0';
    case PERTURB_WHOLE:
        return part_splice(out->given, strlen(out->given), 0, " ") &&
               part_splice(out->given, strlen(out->given), 0, out->surname);
    case PERTURB_TRUNCATE:
        return truncate_change(out);
    default:
        return words_change(state, how, out);
    }
}

bool
perturb(uint64_t *state, enum perturbation how, const struct person_name *in,
        struct perturbed *out)
{
    bool done;

    *out = (struct perturbed){0};
    if (in->surname.size + in->given_names.size > 0) {
        part_set(out->surname, in->surname);
        part_set(out->given, in->given_names);
    } else {
        part_set(out->given, in->whole);
    }
    done = change(state, how, out);
    if (how == PERTURB_WHOLE) {
        out->name.whole = bytes_of(out->given);
        return done;
    }
    out->name.surname = bytes_of(out->surname);
    out->name.given_names = bytes_of(out->given);
    return done;
}

bool
perturb_birth_swap(struct birth *birth)
{
    struct civil civil = date_civil(birth->from);
    struct civil swapped = {civil.year, civil.day, civil.month};

    if (civil.day == civil.month || !civil_valid(swapped))
        return false;
    birth->from = birth->to = date_of(swapped);
    return true;
}

bool
perturb_birth_digit(uint64_t *state, struct birth *birth)
{
    struct civil civil = date_civil(birth->from);

    if (perturb_below(state, 2) == 0)
        civil.day = (uint8_t)(civil.day / 10 * 10 + perturb_below(state, 10));
    else
        civil.year =
            (int16_t)(civil.year / 10 * 10 + (int)perturb_below(state, 10));
    if (!civil_valid(civil) || date_of(civil).days == birth->from.days)
        return false;
    birth->from = birth->to = date_of(civil);
    return true;
}
