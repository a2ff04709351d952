#include "screen/token.h"

#include <string.h>

#include "screen/family.h"
#include "screen/fold.h"

/* Below it two words are two words. SCR 4.2 */
#define SCORE_FLOOR 600
#define NEAR_ONE_MIN 3     /* signs of both */
#define NEAR_LETTERS_MIN 4 /* letters of the longer */
#define NEAR_TWO_MIN 8
#define BEGIN_MIN 4
#define BEGIN_CUT_MIN 2

#define PARTICLE_SIZE_MAX 8
#define WEIGHT_PARTICLE 5
#define WEIGHT_INITIAL 20

/*
 * Words that say nearly nothing: articles, prepositions, "son of"; titles. In
 * order of bytes. SCR 2.6
 */
static const char PARTICLES[][PARTICLE_SIZE_MAX + 1] = {
    "ABDUL", "ABI",    "ABOU",    "ABU",     "ABW",     "ABY",     "AD",
    "AF",    "AL",     "ALHAJ",   "ALHAJI",  "AND",     "AR",      "AS",
    "ASH",   "AZ",     "BEN",     "BIN",     "BINT",    "BINTE",   "BINTI",
    "BN",    "BNT",    "CHEIKH",  "COL",     "D",       "DA",      "DAS",
    "DE",    "DEL",    "DELLA",   "DEN",     "DER",     "DES",     "DI",
    "DO",    "DOCTOR", "DOS",     "DR",      "DU",      "E",       "ED",
    "EL",    "ES",     "GEN",     "GENERAL", "HADJ",    "HADJI",   "HAFIZ",
    "HAJ",   "HAJI",   "HAJJ",    "HAJJI",   "HAJY",    "HJY",     "IBN",
    "III",   "JR",     "KIZI",    "KYZY",    "LA",      "LAS",     "LE",
    "LES",   "LOS",    "MAULANA", "MAULAVI", "MAULAWI", "MAWLAWI", "MLA",
    "MR",    "MRS",    "MULLA",   "MULLAH",  "MWLWY",   "OF",      "OGLI",
    "OGLU",  "OGLY",   "OM",      "OULD",    "OUM",     "PROF",    "QARI",
    "QARY",  "QIZI",   "SHAIKH",  "SHAYKH",  "SHEIK",   "SHEIKH",  "SHYKH",
    "SR",    "TEN",    "TER",     "THE",     "UL",      "UM",      "UMM",
    "UND",   "UR",     "USTAD",   "VAN",     "VON",     "WA",      "WALAD",
    "WLD",   "WOULD",  "Y",       "ZU",      "ZUR",
};

#define PARTICLE_COUNT (sizeof(PARTICLES) / sizeof(PARTICLES[0]))

static bool
particle(struct bytes text)
{
    char key[PARTICLE_SIZE_MAX + 1] = {0};
    size_t low = 0;
    size_t high = PARTICLE_COUNT;

    if (text.size > PARTICLE_SIZE_MAX)
        return false;
    memcpy(key, text.p, text.size);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(PARTICLES[middle], key, sizeof(key));

        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static uint8_t
kind_of(struct bytes text)
{
    bool digits = text.size > 0;

    for (size_t i = 0; i < text.size; i++)
        digits = digits && text.p[i] >= '0' && text.p[i] <= '9';
    if (digits)
        return TOKEN_NUMBER;
    if (particle(text))
        return TOKEN_PARTICLE;
    return text.size == 1 ? TOKEN_INITIAL : TOKEN_WORD;
}

/* Long words are rarer than short ones, as long as they are not common. */
static uint8_t
weight_of(const struct token *token)
{
    static const uint8_t BY_SIZE[] = {20, 20, 30, 45, 60, 75, 90, 100};
    uint8_t size = token->fold_size < sizeof(BY_SIZE)
                       ? token->fold_size
                       : (uint8_t)(sizeof(BY_SIZE) - 1);

    if (token->kind == TOKEN_PARTICLE)
        return WEIGHT_PARTICLE;
    if (token->kind == TOKEN_INITIAL)
        return WEIGHT_INITIAL;
    /* What has no vowels has been written with fewer letters. */
    if (token->vowelless && size + 2U < sizeof(BY_SIZE))
        size += 2;
    return BY_SIZE[size];
}

static bool
patronymic(struct bytes text)
{
    static const char *const ENDS[] = {"OVICH", "EVICH", "OVNA",   "EVNA",
                                       "OVYCH", "IVNA",  "EVITCH", "OVITCH"};

    for (size_t i = 0; i < sizeof(ENDS) / sizeof(ENDS[0]); i++) {
        struct bytes end = bytes_of(ENDS[i]);

        if (text.size > end.size + 1 &&
            memcmp(text.p + text.size - end.size, end.p, end.size) == 0)
            return true;
    }
    return false;
}

/* Of a word without vowels one can say that it is common, not which of the
 * common names it is. */
static void
bare_weigh(struct token *token)
{
    uint8_t bare[TOKEN_TEXT_MAX + 1] = {'*'};
    size_t size = fold_bare((struct bytes){token->fold, token->fold_size},
                            bare + 1, TOKEN_TEXT_MAX);
    uint16_t family;
    uint8_t weight;

    if (family_find((struct bytes){bare, size + 1}, &family, &weight) &&
        weight < token->weight)
        token->weight = weight;
}

void
token_init(struct token *out, struct bytes text, enum token_part part)
{
    uint8_t capitals[TOKEN_TEXT_MAX];
    struct bytes spelled = bytes_slice(text, 0, TOKEN_TEXT_MAX);
    struct bytes fold;
    uint8_t weight;

    *out = (struct token){.part = (uint8_t)part};
    for (size_t i = 0; i < spelled.size; i++) {
        bool small = spelled.p[i] >= 'a' && spelled.p[i] <= 'z';

        out->vowelless = out->vowelless || small;
        capitals[i] = (uint8_t)(spelled.p[i] - (small ? 'a' - 'A' : 0));
        out->text[i] = spelled.p[i];
        out->letters |= UINT32_C(1) << (spelled.p[i] & 31);
    }
    spelled.p = capitals;
    out->text_size = (uint8_t)spelled.size;
    out->fold_size =
        (uint8_t)fold_write(spelled, out->vowelless, out->fold, TOKEN_TEXT_MAX);
    fold = (struct bytes){out->fold, out->fold_size};
    out->skeleton = fold_skeleton(fold);
    out->signs = fold_signs(fold);
    out->kind = kind_of(spelled);
    out->weight = weight_of(out);
    if (out->kind != TOKEN_WORD)
        return;
    if (out->vowelless) {
        bare_weigh(out);
        return;
    }
    if (family_find(fold, &out->family, &weight) && weight < out->weight)
        out->weight = weight;
    if (patronymic(spelled) && out->weight > 50)
        out->weight = 50;
}

bool
token_half(const struct token *token)
{
    return token->kind == TOKEN_PARTICLE &&
           bytes_equal((struct bytes){token->text, token->text_size},
                       BYTES("ABDUL"));
}

void
token_join(const struct token *first, const struct token *second,
           struct token *out)
{
    uint8_t text[2 * TOKEN_TEXT_MAX];

    memcpy(text, first->text, first->text_size);
    memcpy(text + first->text_size, second->text, second->text_size);
    token_init(
        out, (struct bytes){text, (size_t)first->text_size + second->text_size},
        (enum token_part)first->part);
    out->cut = second->cut;
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
same_text(const struct token *a, const struct token *b)
{
    return a->text_size == b->text_size &&
           memcmp(a->text, b->text, a->text_size) == 0;
}

static size_t
letters_max(const struct token *a, const struct token *b)
{
    return a->text_size > b->text_size ? a->text_size : b->text_size;
}

/* Condition 2 of the header for folds or for texts, of whose signs `changed`
 * are in one only; an edit changes two of them at most. */
static bool
near_by(struct bytes a, struct bytes b, unsigned changed)
{
    size_t least = a.size < b.size ? a.size : b.size;
    unsigned max = least >= NEAR_TWO_MIN ? 2 : 1;

    return least >= NEAR_ONE_MIN && changed <= 2 * max && fold_near(a, b, max);
}

static bool
near(const struct token *a, const struct token *b)
{
    if (a->vowelless || b->vowelless || letters_max(a, b) < NEAR_LETTERS_MIN)
        return false;
    return near_by(text_of(a), text_of(b),
                   (unsigned)__builtin_popcount(a->letters ^ b->letters)) ||
           near_by(fold_of(a), fold_of(b),
                   (unsigned)__builtin_popcountll(a->signs ^ b->signs));
}

/* Short words have no room for differences: "LIN" and "LAN" are two names. */
static uint16_t
score_of_cost(unsigned cost, size_t size)
{
    unsigned lost;

    if (size <= 3)
        cost *= 2;
    lost = cost * 10 / (unsigned)(size == 0 ? 1 : size);
    return lost >= 1000 ? 0 : (uint16_t)(1000 - lost);
}

/* An error of typing may change what sounds the letters around it make. */
static unsigned
least_cost(const struct token *a, const struct token *b)
{
    unsigned folds =
        fold_cost(fold_of(a), fold_of(b), a->vowelless || b->vowelless);
    unsigned texts;

    if (folds <= 100 || a->vowelless || b->vowelless)
        return folds;
    texts = fold_cost(text_of(a), text_of(b), false);
    return texts < folds ? texts : folds;
}

static uint16_t
score_folds(const struct token *a, const struct token *b,
            enum token_likeness *likeness)
{
    size_t signs = a->fold_size > b->fold_size ? a->fold_size : b->fold_size;
    /* Between signs and letters: an error is one of either. */
    size_t size = (signs + letters_max(a, b) + 1) / 2;
    uint16_t score = score_of_cost(least_cost(a, b), size);
    bool other = a->family != 0 && b->family != 0 && a->family != b->family;

    if (a->family != 0 && a->family == b->family)
        score = score > 960 ? score : 960;
    else if (score > 980)
        score = 980;
    /* Two names that everybody knows to be two. */
    if (other && score > 620)
        score = 620;
    *likeness = score >= 880 ? LIKE_SPELLING : LIKE_TYPING;
    return score;
}

static uint16_t
score_initial(const struct token *initial, const struct token *word)
{
    uint8_t c = (uint8_t)(initial->text[0] & ~0x20);

    if (word->kind != TOKEN_WORD || word->text_size == 0)
        return 0;
    return (word->text[0] & ~0x20) == c || word->fold[0] == c ? 900 : 0;
}

/* One begins the other: a name cut off, or a short form. */
static uint16_t
score_begin(const struct token *a, const struct token *b)
{
    const struct token *less = a->fold_size < b->fold_size ? a : b;
    const struct token *more = less == a ? b : a;

    if (less->fold_size < (less->cut ? BEGIN_CUT_MIN : BEGIN_MIN) ||
        less->fold_size == more->fold_size || less->vowelless ||
        more->vowelless || !bytes_begin(fold_of(more), fold_of(less)))
        return 0;
    if (less->cut)
        return 900;
    return less->family != 0 && more->family != 0 &&
                   less->family != more->family
               ? 620
               : 720;
}

uint16_t
token_score(const struct token *a, const struct token *b,
            enum token_likeness *likeness)
{
    uint16_t score = 0;

    *likeness = LIKE_NONE;
    if (a->text_size == 0 || b->text_size == 0)
        return 0;
    if (same_text(a, b)) {
        *likeness = LIKE_SAME;
        return 1000;
    }
    if (a->kind == TOKEN_INITIAL || b->kind == TOKEN_INITIAL) {
        score = a->kind == TOKEN_INITIAL ? score_initial(a, b)
                                         : score_initial(b, a);
        *likeness = score > 0 ? LIKE_INITIAL : LIKE_NONE;
        return score;
    }
    if (a->kind != b->kind || a->kind == TOKEN_NUMBER)
        return 0;
    if ((a->skeleton == b->skeleton && a->skeleton != 0) ||
        (a->family == b->family && a->family != 0) || near(a, b))
        score = score_folds(a, b, likeness);
    if (score < 900 && a->kind == TOKEN_WORD) {
        uint16_t begin = score_begin(a, b);

        if (begin > score) {
            score = begin;
            *likeness = LIKE_SHORTENED;
        }
    }
    if (score >= SCORE_FLOOR)
        return score;
    *likeness = LIKE_NONE;
    return 0;
}
