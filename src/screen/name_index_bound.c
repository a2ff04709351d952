#include "screen/name_index_bound.h"

#include "screen/name_index_pack.h"

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Of any token. */
#define WEIGHT_MOST 100

/* What is less alike differs in more than spelling. */
#define EXACT_LEAST 880

static unsigned
most(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* Divided, and rounded up. */
static unsigned
up(unsigned a, unsigned b)
{
    return b == 0 ? 0 : (a + b - 1) / b;
}

/* Words that are no initials and are not among `tokens`. */
static unsigned
words_left(const struct name *query, uint32_t tokens)
{
    unsigned count = 0;

    for (size_t i = 0; i < query->token_count; i++) {
        bool word = query->tokens[i].kind != TOKEN_PARTICLE &&
                    query->tokens[i].kind != TOKEN_INITIAL;

        count += word && (tokens >> i & 1) == 0;
    }
    return count;
}

/* What a pair of a unit weighs at most; of two halves nothing is known. */
static unsigned
pair_weight(const struct unit *unit, unsigned listed)
{
    if (unit->halves || unit->wild)
        listed = WEIGHT_MOST;
    return (unit->weight + listed) / 2;
}

/* Units that are alike at once have no token in common: each is counted with
 * its first. */
void
bound_rest_get(const struct likely *likely, const struct name *query,
               const uint16_t *units, size_t count, struct bound_rest *out)
{
    const struct unit *unit = &likely->units[units[0]];
    unsigned said[NAME_TOKENS_MAX] = {0};
    unsigned weight[NAME_TOKENS_MAX] = {0};
    uint32_t tokens = unit->tokens;

    *out = (struct bound_rest){.alike = 1};
    for (size_t i = 1; i < count; i++) {
        const struct unit *other = &likely->units[units[i]];
        unsigned first = (unsigned)__builtin_ctz(other->tokens);

        if ((other->tokens & unit->tokens) != 0)
            continue;
        tokens |= other->tokens;
        said[first] = most(said[first], other->weight);
        weight[first] = most(weight[first], pair_weight(other, other->most));
    }
    for (size_t i = 0; i < query->token_count; i++) {
        const struct token *token = &query->tokens[i];

        out->said += said[i];
        out->weight += weight[i];
        out->alike += said[i] > 0;
        if (token->kind == TOKEN_PARTICLE || (tokens >> i & 1) != 0)
            continue;
        out->left += token->weight;
        out->words += token->kind != TOKEN_INITIAL;
    }
}

struct name_score
bound_term(const struct likely *likely, const struct bound_rest *rest,
           const struct likely_term *term)
{
    const struct unit *unit = &likely->units[term->unit];
    unsigned score = unit->halves ? SCORE_MAX : term->points;
    unsigned weight = pair_weight(unit, term->weight);
    unsigned said =
        rest->said +
        (unit->halves ? unit->weight
                      : least(unit->weight, term->weight) * score / SCORE_MAX);
    unsigned all = weight + rest->weight;
    unsigned mean = up(weight * score + rest->weight * SCORE_MAX, all);
    unsigned points = score_names_ceiling(said, rest->alike, 0);
    struct score_left left = {.left = rest->left,
                              .words = rest->words,
                              .weight = all,
                              .alike = rest->alike};

    bool exact = score >= EXACT_LEAST;

    points = score_left_ceiling(up(mean * points, SCORE_MAX), &left);
    /* What is whole and the same but for spelling has no less. */
    if (exact && rest->left == 0)
        points = most(points, SCORE_THRESHOLD_DEFAULT);
    return (struct name_score){.points = (uint16_t)points,
                               .weight = (uint16_t)said,
                               .exact = exact,
                               .whole = rest->left == 0};
}

unsigned
bound_single(const struct unit *unit)
{
    return score_names_ceiling(unit->weight, 1, 1);
}

/* ----- A record whose words are each like one word of the query, at most. */

/* What is alike only to who was born on the same day. SCR 4.3 */
#define ALIKE_MIN 700

/*
 * sum    all pairs
 * sure   those of them that are alike whoever was born when
 * faint  the words of the others, on either side
 * half   units of which one half is there
 */
struct plain {
    const struct likely *likely;
    const uint8_t *record;
    uint32_t used; /* tokens of the query */
    uint64_t half;
    struct score_sum sum;
    struct score_sum sure;
    struct score_rest faint_query;
    struct score_rest faint;
    struct score_rest rest;
};

static void
rest_add(struct score_rest *rest, unsigned weight, bool initial)
{
    rest->count++;
    rest->words += !initial;
    rest->weight += weight;
}

static void
sum_add(struct score_sum *sum, const struct unit *unit, unsigned weight,
        unsigned points)
{
    unsigned pair = (unit->weight + weight) / 2;

    sum->weight += pair;
    sum->weighed += pair * points;
    sum->said += least(unit->weight, weight) * points / SCORE_MAX;
    sum->alike++;
    sum->exact = sum->exact && points >= EXACT_LEAST;
}

/* The only word of the query that a term is like, or NULL in `*out`. False when
 * there is more to it. */
static bool
term_alone(struct plain *plain, uint16_t at, const struct likely_term **out)
{
    const struct likely *likely = plain->likely;
    uint64_t halves = 0;

    *out = NULL;
    for (; at != 0; at = likely->terms[at - 1].next) {
        const struct likely_term *term = &likely->terms[at - 1];
        const struct unit *unit = &likely->units[term->unit];

        /* A half of a word is nothing without the other. */
        if (unit->halves && !term->whole) {
            halves |= UINT64_C(1) << term->unit % 64;
            continue;
        }
        if (unit->halves || *out != NULL ||
            (unit->tokens & (unit->tokens - 1)) != 0 ||
            (plain->used & unit->tokens) != 0)
            return false;
        *out = term;
    }
    if ((halves & plain->half) != 0)
        return false;
    plain->half |= halves;
    return true;
}

static bool
plain_add(struct plain *plain, size_t index)
{
    const struct likely *likely = plain->likely;
    uint8_t flags = pack_token_flags(plain->record, index);
    unsigned weight = pack_token_weight(plain->record, index);
    bool initial = (flags & PACK_INITIAL) != 0;
    const struct likely_term *term;
    const struct unit *unit;

    if ((flags & PACK_PARTICLE) != 0)
        return true;
    if (!term_alone(plain,
                    likely_first(likely, pack_token_term(plain->record, index)),
                    &term))
        return false;
    if (term == NULL) {
        rest_add(&plain->rest, weight, initial);
        return true;
    }
    unit = &likely->units[term->unit];
    plain->used |= unit->tokens;
    sum_add(&plain->sum, unit, weight, term->points);
    if (term->points >= ALIKE_MIN) {
        sum_add(&plain->sure, unit, weight, term->points);
        return true;
    }
    rest_add(&plain->faint, weight, initial);
    rest_add(&plain->faint_query, unit->weight, false);
    return true;
}

static struct score_rest
rest_with(struct score_rest a, struct score_rest b)
{
    return (struct score_rest){.count = a.count + b.count,
                               .words = a.words + b.words,
                               .weight = a.weight + b.weight};
}

static struct score_rest
query_rest(const struct likely *likely, const struct name *query, uint32_t used)
{
    struct score_rest rest = {0};

    for (size_t i = 0; i < query->token_count; i++) {
        if ((likely->words & ~used) >> i & 1)
            rest_add(&rest, query->tokens[i].weight,
                     query->tokens[i].kind == TOKEN_INITIAL);
    }
    return rest;
}

/* What pairs without a choice come to: all of them, or but those that count
 * whoever was born when. False when there is a choice, or more to it. */
static bool
plain_bound(const struct likely *likely, const struct name *query,
            struct bytes record, struct name_score *out)
{
    struct score_sum none = {.exact = true, .lenient = likely->lenient};
    struct plain plain = {
        .likely = likely, .record = record.p, .sum = none, .sure = none};
    size_t tokens = pack_token_count(record.p);
    struct score_rest rest;
    unsigned points;

    if (likely->wild)
        return false;
    for (size_t i = 0; i < tokens; i++) {
        if (!plain_add(&plain, i))
            return false;
    }
    rest = query_rest(likely, query, plain.used);
    points = score_names_points(&plain.sum, rest, plain.rest);
    *out = (struct name_score){
        .weight = (uint16_t)plain.sum.said,
        .exact = plain.sum.exact || plain.faint.count > 0,
        .whole = rest.count + plain.rest.count == 0,
    };
    if (plain.faint.count > 0)
        points = most(points,
                      score_names_points(&plain.sure,
                                         rest_with(rest, plain.faint_query),
                                         rest_with(plain.rest, plain.faint)));
    out->points = (uint16_t)points;
    return true;
}

/* ----- Any record. */

/* One word that is alike: its best likeness, and what its pair may weigh. */
struct likeness {
    unsigned points;
    unsigned low;
    unsigned high;
};

struct sums {
    uint32_t matched; /* tokens of the query */
    unsigned said;
    unsigned alike;
    unsigned words; /* of the record, that are like nothing */
    unsigned rest;  /* the same with initials */
    struct likeness likenesses[NAME_TOKENS_MAX];
};

static void
likeness_add(struct sums *sums, struct likeness likeness, unsigned said)
{
    sums->likenesses[sums->alike++] = likeness;
    sums->said += said;
}

static void
token_sum(const struct likely *likely, const uint8_t *record, size_t index,
          struct sums *sums)
{
    uint8_t flags = pack_token_flags(record, index);
    uint8_t weight = pack_token_weight(record, index);
    struct likeness best = {.low = WEIGHT_MOST};
    uint16_t at;
    unsigned said = 0;

    if ((flags & PACK_PARTICLE) != 0)
        return;
    at = likely_first(likely, pack_token_term(record, index));
    if (at == 0) {
        sums->rest++;
        sums->words += (flags & PACK_INITIAL) == 0;
        return;
    }
    for (; at != 0; at = likely->terms[at - 1].next) {
        const struct likely_term *term = &likely->terms[at - 1];
        const struct unit *unit = &likely->units[term->unit];
        unsigned points = unit->halves ? SCORE_MAX : term->points;
        unsigned pair = pair_weight(unit, weight);

        sums->matched |= unit->tokens;
        said = most(said, unit->halves ? unit->weight
                                       : least(weight, unit->weight) * points /
                                             SCORE_MAX);
        best.points = most(best.points, points);
        best.low = least(best.low, pair);
        best.high = most(best.high, pair);
    }
    likeness_add(sums, best, said);
}

/* Wild units may be like any word that is left. */
static void
wild_sum(const struct likely *likely, struct sums *sums)
{
    for (size_t i = 0; i < likely->unit_count && sums->rest > 0; i++) {
        const struct unit *unit = &likely->units[i];

        if (!unit->wild)
            continue;
        sums->matched |= unit->tokens;
        likeness_add(sums,
                     (struct likeness){SCORE_MAX, WEIGHT_MOST, WEIGHT_MOST},
                     unit->weight);
        sums->rest--;
        sums->words -= sums->words > 0;
    }
}

/* The greatest mean there can be: those above some likeness weigh most, the
 * others least. */
static unsigned
mean_most(const struct sums *sums)
{
    unsigned mean = 0;

    for (size_t i = 0; i < sums->alike; i++) {
        unsigned weighed = 0;
        unsigned weight = 0;

        for (size_t k = 0; k < sums->alike; k++) {
            const struct likeness *one = &sums->likenesses[k];
            unsigned w = one->points >= sums->likenesses[i].points ? one->high
                                                                   : one->low;

            weight += w;
            weighed += w * one->points;
        }
        mean = most(mean, up(weighed, weight));
    }
    return mean;
}

/*
 * Either each of the words is in a pair; or one of them is not, for the word of
 * the query that it is like is in another: then there is such a one on either
 * side, or all words of the query are in pairs and the listed name has one
 * more.
 */
static unsigned
sums_points(const struct sums *sums, unsigned others)
{
    unsigned all = score_names_ceiling(sums->said, sums->alike, others);
    unsigned points = up(mean_most(sums) * all, SCORE_MAX);
    unsigned less = score_names_ceiling(sums->said, sums->alike, others + 1);
    unsigned asked = (unsigned)__builtin_popcount(sums->matched);

    points = most(points, less);
    if (others == 0)
        points = most(points, SCORE_THRESHOLD_DEFAULT);
    return sums->alike > asked ? all : points;
}

struct name_score
bound_record(const struct likely *likely, const struct name *query,
             struct bytes record)
{
    struct name_score bound = {.exact = true, .whole = true};
    struct sums sums = {0};
    size_t tokens = pack_token_count(record.p);
    unsigned others;

    if (plain_bound(likely, query, record, &bound))
        return bound;
    for (size_t i = 0; i < tokens; i++)
        token_sum(likely, record.p, i, &sums);
    wild_sum(likely, &sums);
    if (sums.alike == 0)
        return bound;
    others = least(sums.words, words_left(query, sums.matched));
    bound.points = (uint16_t)sums_points(&sums, others);
    bound.weight = (uint16_t)sums.said;
    return bound;
}
