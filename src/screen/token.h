/*
 * One word of a name, and how much two words look like one. SCR 2.5 to 2.9,
 * 4.2.
 *
 * A token's text is A to Z and 0 to 9. One that comes from a script without
 * vowels is in small letters: "mhmd". All else follows from the text, so that
 * an index need keep nothing but the text, the part and `cut`.
 */
#ifndef SCREEN_TOKEN_H
#define SCREEN_TOKEN_H

#include "base/bytes.h"

#define TOKEN_TEXT_MAX 24 /* longer words are cut; two of a joined name fit */

enum token_part { PART_UNKNOWN = 0, PART_SURNAME = 1, PART_GIVEN = 2 };

enum token_kind {
    TOKEN_WORD = 0,
    TOKEN_INITIAL = 1,  /* one letter */
    TOKEN_PARTICLE = 2, /* "AL", "BIN", "VAN"; "HAJI", "DR" */
    TOKEN_NUMBER = 3
};

/*
 * text      as spelled
 * fold      one sign a sound, where languages agree what is one: SCR 2.7
 * skeleton  consonants of the fold by kinds of sound, five bits each from the
 *           first on, at most twelve: SCR 2.8
 * signs     which signs the fold has, a bit each; letters of the text likewise
 * family    of the common names (SCR 2.9), or 0
 * weight    what agreeing on it says: 100 rare, 30 very common, 5 a particle
 */
struct token {
    uint8_t text[TOKEN_TEXT_MAX];
    uint8_t fold[TOKEN_TEXT_MAX];
    uint64_t skeleton;
    uint64_t signs;
    uint32_t letters;
    uint16_t family;
    uint8_t text_size;
    uint8_t fold_size;
    uint8_t part; /* enum token_part */
    uint8_t kind; /* enum token_kind */
    uint8_t weight;
    bool vowelless;
    bool cut; /* its end may be missing: the last of a truncated name */
};

enum token_likeness {
    LIKE_NONE = 0,
    LIKE_SAME = 1,
    LIKE_SPELLING = 2,  /* the same sounds, written otherwise */
    LIKE_TYPING = 3,    /* a letter or two wrong */
    LIKE_SHORTENED = 4, /* one begins the other */
    LIKE_INITIAL = 5
};

/* Fills in a token; `text` is as told above, what is past TOKEN_TEXT_MAX is
 * left out. `cut` is false. */
void token_init(struct token *out, struct bytes text, enum token_part part);

/* Whether it is ABDUL alone: half a name, whose rest may stand elsewhere. */
bool token_half(const struct token *token);

/* Two neighbours written as one word. */
void token_join(const struct token *first, const struct token *second,
                struct token *out);

/*
 * 0, or 600 to 1000: how alike two tokens are. Symmetric.
 *
 * For a search that must lose nothing: it is over 0 only if one of these holds.
 * 1. The skeletons are equal and not 0.
 * 2. Neither token is vowelless, and of the folds or of the texts: both have 3
 *    signs or more, and the edits between them (a sign put in, left out,
 *    replaced, or two neighbours swapped) are at most 1, or at most 2 if both
 *    have 8 signs or more. The longer text has 4 letters or more.
 * 3. The texts are equal.
 * 4. The shorter fold begins the longer one, and has 4 signs or more, or its
 *    token is cut and it has 2 or more.
 * 5. One is an initial (TOKEN_INITIAL), and is the other's first letter of text
 *    or fold.
 * 6. The families are equal and not 0.
 * Of particles only 3 and, when both are, 1 and 2. SCR 4.2
 */
uint16_t token_score(const struct token *a, const struct token *b,
                     enum token_likeness *likeness);

#endif
