/* How much two names look like one. SCR 4.3, 4.4 */
#include "screen/score_int.h"

#include <string.h>

/* What is nearly alike counts only with more to go by than the name. */
#define ALIKE_MIN 700
#define ALIKE_SURE 900
#define JOINED_MIN 860
#define MISSING_PERCENT 20
#define OTHER_PERCENT 105 /* of the share of words that differ */
#define OTHER_INITIAL_PERCENT 80
#define ONE_WORD_PERCENT 45
#define KNOWN_PERCENT 140 /* the same again, of words known to be two */
#define KNOWN_SIZE_MAX 3
#define SINGLE_MAX 645      /* a name of one word, found in a longer one */
#define SINGLE_NEAR_MAX 300 /* and found but with an error of typing */
/* Of common names, that differ in letters, or of which some are missing. */
#define COMMON_NEAR_PERCENT 90
#define COMMON_MISSING_PERCENT 94
#define COMMON_WORD 60 /* one word that weighs less is common */
#define PAIRS_MAX 64

struct pair {
    uint8_t a;
    uint8_t b;
    uint16_t score;
    uint8_t likeness;
};

/* Words of one name: which have been found in the other. */
struct side {
    const struct name *name;
    bool used[NAME_TOKENS_MAX];
    unsigned word_count;
};

/* `pairs` stays last: it need not be zeroed. */
struct comparison {
    struct side a;
    struct side b;
    struct score_sum sum;
    bool joined;
    uint8_t surname; /* the least likeness of a part */
    uint8_t given;
    uint8_t unknown;
    bool crossed; /* a surname is a given name there */
    size_t pair_count;
    struct pair pairs[PAIRS_MAX];
};

static bool
counts(const struct token *token)
{
    return token->kind != TOKEN_PARTICLE;
}

static void
side_init(struct side *side, const struct name *name)
{
    side->name = name;
    memset(side->used, 0, sizeof(side->used));
    side->word_count = 0;
    for (size_t i = 0; i < name->token_count; i++)
        side->word_count += counts(&name->tokens[i]) ? 1 : 0;
}

static void
pairs_find(struct comparison *c)
{
    const struct name *a = c->a.name;
    const struct name *b = c->b.name;

    for (size_t i = 0; i < a->token_count; i++) {
        if (!counts(&a->tokens[i]))
            continue;
        for (size_t k = 0; k < b->token_count; k++) {
            enum token_likeness likeness;
            uint16_t score;

            if (!counts(&b->tokens[k]) || c->pair_count == PAIRS_MAX)
                continue;
            score = token_score(&a->tokens[i], &b->tokens[k], &likeness);
            if (score > 0)
                c->pairs[c->pair_count++] = (struct pair){
                    (uint8_t)i, (uint8_t)k, score, (uint8_t)likeness};
        }
    }
}

static uint8_t *
likeness_of(struct comparison *c, const struct token *a, const struct token *b)
{
    uint8_t part = b->part != PART_UNKNOWN ? b->part : a->part;

    if (a->part != PART_UNKNOWN && b->part != PART_UNKNOWN &&
        a->part != b->part) {
        c->crossed = true;
        return &c->unknown;
    }
    if (part == PART_SURNAME)
        return &c->surname;
    return part == PART_GIVEN ? &c->given : &c->unknown;
}

/* Two words found to be one; `b` may be the joined word. */
static void
alike_add(struct comparison *c, const struct token *a, const struct token *b,
          uint16_t score, uint8_t likeness)
{
    unsigned weight = ((unsigned)a->weight + b->weight) / 2;
    unsigned less = a->weight < b->weight ? a->weight : b->weight;
    uint8_t *least = likeness_of(c, a, b);

    c->sum.weight += weight;
    c->sum.weighed += weight * score;
    c->sum.said += less * score / 1000;
    c->sum.alike++;
    c->sum.exact = c->sum.exact && likeness <= LIKE_SPELLING;
    *least = likeness > *least ? likeness : *least;
}

/* The best pairs first, no word twice. */
static void
pairs_take(struct comparison *c, uint16_t least)
{
    for (;;) {
        const struct pair *best = NULL;

        for (size_t i = 0; i < c->pair_count; i++) {
            const struct pair *pair = &c->pairs[i];

            if (!c->a.used[pair->a] && !c->b.used[pair->b] &&
                pair->score >= least &&
                (best == NULL || pair->score > best->score))
                best = pair;
        }
        if (best == NULL)
            return;
        c->a.used[best->a] = true;
        c->b.used[best->b] = true;
        alike_add(c, &c->a.name->tokens[best->a], &c->b.name->tokens[best->b],
                  best->score, best->likeness);
    }
}

static bool
leftover(const struct side *side, size_t at)
{
    return !side->used[at] && counts(&side->name->tokens[at]);
}

static unsigned
leftovers(const struct side *side)
{
    unsigned count = 0;

    for (size_t i = 0; i < side->name->token_count; i++)
        count += leftover(side, i) ? 1 : 0;
    return count;
}

/* A word of `one` that is the joined word of `two`; its index, or the count. */
static size_t
joined_find(const struct side *one, const struct token *joined, uint16_t *score,
            enum token_likeness *likeness)
{
    size_t i;

    for (i = 0; i < one->name->token_count; i++) {
        const struct token *token = &one->name->tokens[i];
        int apart = (int)token->fold_size - joined->fold_size;

        if (!leftover(one, i) || apart > 2 || apart < -2)
            continue;
        *score = token_score(token, joined, likeness);
        if (*score >= JOINED_MIN && *likeness != LIKE_SHORTENED)
            break;
    }
    return i;
}

/* Whether some word left over is as long as the two together. */
static bool
joined_fits(const struct side *one, unsigned size)
{
    for (size_t i = 0; i < one->name->token_count; i++) {
        int apart = (int)one->name->tokens[i].text_size - (int)size;

        if (leftover(one, i) && apart <= 3 && apart >= -3)
            return true;
    }
    return false;
}

static void
joined_try(struct comparison *c, struct side *one, struct side *two,
           struct neighbours at)
{
    const struct token *first = &two->name->tokens[at.first];
    const struct token *second = &two->name->tokens[at.second];
    enum token_likeness likeness;
    struct token joined;
    uint16_t score = 0;
    size_t found;

    if (!joined_fits(one, (unsigned)first->text_size + second->text_size))
        return;
    token_join(first, second, &joined);
    found = joined_find(one, &joined, &score, &likeness);
    if (found == one->name->token_count)
        return;
    one->used[found] = true;
    two->used[at.first] = true;
    two->used[at.second] = true;
    c->joined = true;
    alike_add(c, &one->name->tokens[found], &joined, score, (uint8_t)likeness);
}

/* Words of `one` that neighbours of `two`, written together, make. */
static void
joins_take(struct comparison *c, struct side *one, struct side *two)
{
    struct neighbours pairs[NAME_NEIGHBOURS_MAX];
    size_t count = name_neighbours(two->name, pairs);

    for (size_t i = 0; i < count; i++)
        if (!two->used[pairs[i].first] && !two->used[pairs[i].second])
            joined_try(c, one, two, pairs[i]);
}

/* A common name, or too short to be some other word misspelt. */
static bool
known(const struct token *token)
{
    return token->kind == TOKEN_WORD &&
           (token->family != 0 || token->fold_size <= KNOWN_SIZE_MAX);
}

static struct score_rest
rest_of(const struct side *side)
{
    struct score_rest rest = {0};

    for (size_t i = 0; i < side->name->token_count; i++) {
        if (!leftover(side, i))
            continue;
        rest.count++;
        rest.words += side->name->tokens[i].kind != TOKEN_INITIAL ? 1 : 0;
        rest.known += known(&side->name->tokens[i]) ? 1 : 0;
        rest.weight += side->name->tokens[i].weight;
    }
    return rest;
}

/* What agreement on words of such weight can say at most: SCR 4.4. */
static unsigned
ceiling(unsigned said)
{
    unsigned points = 690 + (said > 20 ? (said - 20) * 22 / 10 : 0);

    return points < SCORE_MAX ? points : SCORE_MAX;
}

/* What is left of the points when each name has words that the other has not:
 * a different given name is a different person. */
static unsigned
others_weigh(unsigned points, unsigned alike, unsigned others)
{
    if (others == 0)
        return points;
    if (alike <= 1)
        return points * ONE_WORD_PERCENT / 100;
    if (others >= alike + alike)
        return 0;
    return points * (100 - OTHER_PERCENT * others / (alike + others)) / 100;
}

unsigned
score_names_ceiling(unsigned said, unsigned alike, unsigned others)
{
    unsigned points = ceiling(said);

    if (others == 0)
        return points < SCORE_THRESHOLD_DEFAULT ? SCORE_THRESHOLD_DEFAULT
                                                : points;
    return others_weigh(points, alike, others);
}

/* The listed name may be whole, or have initials to spare, or other words. */
unsigned
score_left_ceiling(unsigned points, const struct score_left *left)
{
    unsigned missing = left->left * MISSING_PERCENT / 100;
    unsigned whole;
    unsigned initials = points * OTHER_INITIAL_PERCENT / 100;
    unsigned others =
        left->words > 0 ? others_weigh(points, left->alike, 1) : 0;

    if (left->left == 0 || left->weight == 0)
        return points;
    whole =
        (points * left->weight + left->weight - 1) / (left->weight + missing);
    whole = whole > initials ? whole : initials;
    return whole > others ? whole : others;
}

/* Words known to be two, left over on both sides. */
static unsigned
known_weigh(unsigned points, unsigned alike, unsigned sure)
{
    unsigned percent = KNOWN_PERCENT * sure / (alike + sure);

    return percent < 100 ? points * (100 - percent) / 100 : 0;
}

static unsigned
common_percent(const struct score_sum *sum, bool missing)
{
    if (!sum->exact)
        return COMMON_NEAR_PERCENT;
    return missing ? COMMON_MISSING_PERCENT : 100;
}

unsigned
score_names_points(const struct score_sum *sum, struct score_rest a,
                   struct score_rest b)
{
    unsigned missing =
        a.weight > b.weight ? a.weight - b.weight : b.weight - a.weight;
    unsigned other = a.count < b.count ? a.count : b.count;
    unsigned words = a.words < b.words ? a.words : b.words;
    unsigned sure = a.known < b.known ? a.known : b.known;
    unsigned single = sum->exact ? SINGLE_MAX : SINGLE_NEAR_MAX;
    unsigned points;

    if (sum->weight == 0)
        return 0;
    if (a.count > 0 && b.count > 0)
        missing = a.count == b.count ? 0 : missing;
    points = sum->weighed / (sum->weight + missing * MISSING_PERCENT / 100);
    points = points * ceiling(sum->said) / SCORE_MAX;
    if (sum->exact && a.count + b.count == 0 &&
        points < SCORE_THRESHOLD_DEFAULT)
        points = SCORE_THRESHOLD_DEFAULT;
    if (sum->alike == 1 && other == 0 && a.count + b.count > 0 &&
        points > single)
        points = single;
    points = others_weigh(points, sum->alike, sum->alike == 1 ? other : words);
    if (sum->alike > 1 && !sum->lenient)
        points = known_weigh(points, sum->alike, sure);
    if (!sum->lenient &&
        sum->said < (sum->alike == 1 ? COMMON_WORD : SCORE_COMMON_WEIGHT))
        points = points * common_percent(sum, a.count + b.count > 0) / 100;
    return other > words ? points * OTHER_INITIAL_PERCENT / 100 : points;
}

static void
reason_add(struct name_score *out, enum score_reason reason)
{
    if (out->reason_count < SCORE_REASONS_MAX)
        out->reasons[out->reason_count++] = (uint8_t)reason;
}

/* The reasons of a part stand in the order of enum token_likeness. */
static void
reasons_fill(const struct comparison *c, struct score_rest a,
             struct score_rest b, struct name_score *out)
{
    bool parts = c->surname != 0 || c->given != 0;

    if (c->surname != 0)
        reason_add(out, REASON_SURNAME_SAME + c->surname - LIKE_SAME);
    if (c->given != 0)
        reason_add(out, REASON_GIVEN_SAME + c->given - LIKE_SAME);
    if (c->unknown != 0)
        reason_add(out, REASON_NAME_SAME + c->unknown - LIKE_SAME);
    if (a.count > 0 && b.count > 0)
        reason_add(out, parts && c->given == 0     ? REASON_GIVEN_OTHER
                        : parts && c->surname == 0 ? REASON_SURNAME_OTHER
                                                   : REASON_NAME_OTHER);
    if (c->joined)
        reason_add(out, REASON_NAME_JOINED);
    if (a.count != b.count)
        reason_add(out, REASON_NAME_MISSING);
    if (c->crossed)
        reason_add(out, REASON_NAME_ORDER);
}

void
score_names(const struct name *a, const struct name *b, bool lenient,
            struct name_score *out)
{
    struct comparison c;
    struct score_rest rest_a;
    struct score_rest rest_b;

    memset(&c, 0, offsetof(struct comparison, pairs));
    c.sum.exact = true;
    c.sum.lenient = lenient;
    *out = (struct name_score){0};
    side_init(&c.a, a);
    side_init(&c.b, b);
    pairs_find(&c);
    /* Nothing alike, and no word that two could make. */
    if (c.pair_count == 0 && a->token_count + b->token_count < 3)
        return;
    pairs_take(&c, ALIKE_SURE);
    if (leftovers(&c.a) > 0 && leftovers(&c.b) > 0) {
        joins_take(&c, &c.a, &c.b);
        joins_take(&c, &c.b, &c.a);
        pairs_take(&c, lenient ? 1 : ALIKE_MIN);
    }
    if (c.sum.alike == 0)
        return;
    rest_a = rest_of(&c.a);
    rest_b = rest_of(&c.b);
    out->points = (uint16_t)score_names_points(&c.sum, rest_a, rest_b);
    out->weight = (uint16_t)c.sum.said;
    out->exact = c.sum.exact;
    out->whole = rest_a.count + rest_b.count == 0;
    out->single =
        c.sum.alike == 1 && ((rest_a.count == 0 && a->token_count == 1) ||
                             (rest_b.count == 0 && b->token_count == 1));
    reasons_fill(&c, rest_a, rest_b, out);
}
