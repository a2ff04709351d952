#include "screen/name_index_bound.h"

#include "screen/name_index_pack.h"
#include "screen/score_int.h"

static unsigned
least(unsigned a, unsigned b)
{
    return a < b ? a : b;
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

/* A join may say more than its two words did. */
unsigned
bound_units(const struct likely *likely, const struct name *query,
            const uint16_t *units, size_t count)
{
    uint32_t tokens = 0;
    unsigned said = 0;

    for (size_t i = 0; i < count; i++) {
        const struct unit *unit = &likely->units[units[i]];

        tokens |= unit->tokens;
        if ((unit->tokens & (unit->tokens - 1)) != 0)
            said += unit->weight;
    }
    for (size_t i = 0; i < query->token_count; i++) {
        if (query->tokens[i].kind != TOKEN_PARTICLE && (tokens >> i & 1) != 0)
            said += query->tokens[i].weight;
    }
    return score_names_ceiling(said, 2, 0);
}

unsigned
bound_single(const struct unit *unit)
{
    return score_names_ceiling(unit->weight, 1, 1);
}

struct sums {
    uint32_t matched; /* tokens of the query */
    unsigned said;
    unsigned alike;
    unsigned words; /* of the record, that are like nothing */
    unsigned rest;  /* the same with initials */
};

static void
token_sum(const struct likely *likely, const uint8_t *record, size_t index,
          struct sums *sums)
{
    uint8_t flags = pack_token_flags(record, index);
    uint8_t weight = pack_token_weight(record, index);
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
        unsigned more = unit->halves
                            ? unit->weight
                            : least(weight, unit->weight) * term->points / 1000;

        sums->matched |= unit->tokens;
        said = more > said ? more : said;
    }
    sums->alike++;
    /* What is rounded down once for each word may be so here for two. */
    sums->said += said + 1;
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
        sums->said += unit->weight;
        sums->alike++;
        sums->rest--;
        sums->words -= sums->words > 0;
    }
}

struct name_bound
bound_record(const struct likely *likely, const struct name *query,
             struct bytes record)
{
    struct sums sums = {0};
    size_t tokens = pack_token_count(record.p);
    unsigned others;

    for (size_t i = 0; i < tokens; i++)
        token_sum(likely, record.p, i, &sums);
    wild_sum(likely, &sums);
    if (sums.alike == 0)
        return (struct name_bound){0};
    others = least(sums.words, words_left(query, sums.matched));
    return (struct name_bound){
        score_names_ceiling(sums.said, sums.alike, others), sums.said};
}
