#include "screen_sieve_shared.h"

#include <stdlib.h>
#include <string.h>

#include "screen/score_int.h"

#define SLOT_BITS 21
#define NAME_WORDS_MEAN 8
#define NAME_JOINS_MEAN 16

/* As the score has them. SCR 4.2, 4.3 */
#define JOINED_MIN 860
#define JOINED_APART 2
#define EDIT_SIGNS 4

static void *
room(size_t count, size_t size)
{
    void *p = calloc(count, size);

    if (p == NULL)
        screen_must(ERR_LIMIT, "memory");
    return p;
}

static uint32_t
hash_of(const struct token *token)
{
    uint64_t h = 1469598103934665603U + token->kind * 2U + token->cut;

    for (size_t i = 0; i < token->text_size; i++)
        h = (h ^ token->text[i]) * 1099511628211U;
    return (uint32_t)(h >> (64 - SLOT_BITS));
}

static uint32_t
word_put(struct sieve *sieve, const struct token *token)
{
    uint32_t *slot = &sieve->slots[hash_of(token)];

    for (uint32_t at = *slot; at != 0; at = sieve->words[at - 1].next) {
        const struct token *other = &sieve->words[at - 1].token;

        if (other->text_size == token->text_size &&
            other->kind == token->kind && other->cut == token->cut &&
            other->weight == token->weight &&
            memcmp(other->text, token->text, token->text_size) == 0)
            return at - 1;
    }
    sieve->words[sieve->word_count] =
        (struct sieve_word){.token = *token, .next = *slot};
    *slot = (uint32_t)++sieve->word_count;
    return *slot - 1;
}

static void
joins_put(struct sieve *sieve, const struct name *name, struct sieve_name *out)
{
    struct neighbours pairs[NAME_NEIGHBOURS_MAX];
    size_t count = name_neighbours(name, pairs);
    const uint32_t *words = sieve->name_words + out->words_from;

    out->joins_from = (uint32_t)sieve->join_count;
    out->join_count = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        struct token joined;

        token_join(&name->tokens[pairs[i].first],
                   &name->tokens[pairs[i].second], &joined);
        sieve->joins[sieve->join_count++] = (struct sieve_join){
            .skeleton = joined.skeleton,
            .signs = joined.signs,
            .letters = joined.letters,
            .first = words[pairs[i].first],
            .second = words[pairs[i].second],
            .family = joined.family,
            .text_size = joined.text_size,
            .fold_size = joined.fold_size,
        };
    }
}

static void
name_put(struct sieve *sieve, size_t entry, const struct name *name)
{
    struct sieve_name *out = &sieve->names[sieve->name_count++];

    *out = (struct sieve_name){.entry = (uint32_t)entry,
                               .words_from = (uint32_t)sieve->name_word_count,
                               .word_count = name->token_count};
    for (size_t i = 0; i < name->token_count; i++) {
        if (name->tokens[i].kind != TOKEN_PARTICLE)
            out->counted++;
        sieve->name_words[sieve->name_word_count++] =
            word_put(sieve, &name->tokens[i]);
    }
    joins_put(sieve, name, out);
}

void
sieve_init(struct sieve *out, const struct screen_bench *bench)
{
    size_t names = bench->names;

    for (size_t i = 0; i < bench->listed_count; i++)
        names += bench->listed[i].person.name_count;
    *out = (struct sieve){.bench = bench};
    out->words = room(names * 2 + 1, sizeof(*out->words));
    out->slots = room((size_t)1 << SLOT_BITS, sizeof(*out->slots));
    out->names = room(names + 1, sizeof(*out->names));
    out->name_words = room(names * NAME_WORDS_MEAN + 1, sizeof(uint32_t));
    out->joins = room(names * NAME_JOINS_MEAN + 1, sizeof(*out->joins));
    out->births = room(bench->names + 1, sizeof(*out->births));
    out->birth_counts = room(bench->names + 1, 1);
    for (size_t i = 0; i < bench->names; i++) {
        struct people_person person;
        struct name name;

        people_make(SCREEN_SEED, i, PEOPLE_LISTED, &person);
        screen_must(name_read(NULL, &person.name, &name), "a name");
        name_put(out, i, &name);
        out->births[i] = person.birth;
        out->birth_counts[i] = (uint8_t)person.person.birth_count;
    }
    for (size_t i = 0; i < bench->listed_count; i++)
        for (size_t k = 0; k < bench->listed[i].person.name_count; k++)
            name_put(out, bench->names + i, &bench->listed[i].names[k]);
}

/* ----- Words. ----- */

static size_t
bits_size(const struct sieve *sieve)
{
    return sieve->word_count / 64 + 1;
}

void
sieve_bits_init(const struct sieve *sieve, struct sieve_bits *out)
{
    out->alike = room(bits_size(sieve), sizeof(uint64_t));
    out->joined = room(bits_size(sieve), sizeof(uint64_t));
}

static bool
bit(const uint64_t *bits, uint32_t word)
{
    return (bits[word / 64] >> word % 64 & 1) != 0;
}

static bool
joined_alike(const struct token *word, const struct token *joined)
{
    int apart = (int)word->fold_size - joined->fold_size;
    enum token_likeness likeness;

    return apart <= JOINED_APART && apart >= -JOINED_APART &&
           token_score(word, joined, &likeness) >= JOINED_MIN &&
           likeness != LIKE_SHORTENED;
}

void
sieve_bits_find(const struct sieve *sieve,
                const struct screen_query_made *query, struct sieve_bits *out)
{
    struct neighbours pairs[NAME_NEIGHBOURS_MAX];
    const struct name *name = &query->name;
    size_t count = name_neighbours(name, pairs);
    struct token joined[NAME_NEIGHBOURS_MAX];

    memset(out->alike, 0, bits_size(sieve) * sizeof(uint64_t));
    memset(out->joined, 0, bits_size(sieve) * sizeof(uint64_t));
    for (size_t k = 0; k < count; k++)
        token_join(&name->tokens[pairs[k].first],
                   &name->tokens[pairs[k].second], &joined[k]);
    for (size_t i = 0; i < sieve->word_count; i++) {
        const struct token *word = &sieve->words[i].token;
        enum token_likeness likeness;
        uint64_t alike = 0;
        uint64_t by_join = 0;

        if (word->kind == TOKEN_PARTICLE)
            continue;
        for (size_t k = 0; k < name->token_count; k++)
            alike |= name->tokens[k].kind != TOKEN_PARTICLE &&
                     token_score(&name->tokens[k], word, &likeness) > 0;
        for (size_t k = 0; k < count; k++)
            by_join |= joined_alike(word, &joined[k]);
        out->alike[i / 64] |= alike << i % 64;
        out->joined[i / 64] |= by_join << i % 64;
    }
}

/* ----- Names. ----- */

static size_t
counted(const struct name *name)
{
    size_t count = 0;

    for (size_t i = 0; i < name->token_count; i++)
        count += name->tokens[i].kind != TOKEN_PARTICLE;
    return count;
}

/* What token_score() wants of two words, by token.h; then itself. */
static bool
join_alike(const struct sieve *sieve, const struct sieve_join *join,
           const struct token *word)
{
    int apart = (int)word->fold_size - join->fold_size;
    struct token joined;

    if (apart > JOINED_APART || apart < -JOINED_APART)
        return false;
    if ((join->skeleton == 0 || join->skeleton != word->skeleton) &&
        (join->family == 0 || join->family != word->family) &&
        __builtin_popcount(join->letters ^ word->letters) > EDIT_SIGNS &&
        __builtin_popcountll(join->signs ^ word->signs) > EDIT_SIGNS)
        return false;
    token_join(&sieve->words[join->first].token,
               &sieve->words[join->second].token, &joined);
    return joined_alike(word, &joined);
}

static bool
joins_alike(const struct sieve *sieve, const struct screen_query_made *query,
            const struct sieve_name *name)
{
    for (size_t i = 0; i < query->name.token_count; i++) {
        const struct token *word = &query->name.tokens[i];

        if (word->kind == TOKEN_PARTICLE)
            continue;
        for (size_t k = 0; k < name->join_count; k++) {
            if (join_alike(sieve, &sieve->joins[name->joins_from + k], word))
                return true;
        }
    }
    return false;
}

/* One word alike, and others on both sides: the birth must say the rest. */
static bool
single_passes(const struct sieve *sieve, const struct screen_query_made *query,
              const struct sieve_name *name)
{
    const struct screen_bench *bench = sieve->bench;
    struct person invented = {0};
    const struct person *listed = &invented;
    const struct person *person = query->subject.person;
    enum score_reason reason;
    unsigned years;

    if (name->entry >= bench->names) {
        listed = &bench->listed[name->entry - bench->names].person;
    } else {
        invented.births = &sieve->births[name->entry];
        invented.birth_count = sieve->birth_counts[name->entry];
    }
    reason = score_births(person, listed, &years);
    return score_persons_ceiling(score_names_ceiling(SCORE_MAX, 1, 1), reason,
                                 years, person) >= SCORE_THRESHOLD_DEFAULT;
}

bool
sieve_passes(const struct sieve *sieve, const struct sieve_bits *bits,
             const struct screen_query_made *query,
             const struct sieve_name *name)
{
    const uint32_t *words = sieve->name_words + name->words_from;
    size_t alike = 0;

    for (size_t i = 0; i < name->word_count; i++) {
        if (bit(bits->joined, words[i]))
            return true;
        alike += bit(bits->alike, words[i]);
    }
    if (alike >= 2 ||
        (alike == 1 && (name->counted == 1 || counted(&query->name) == 1)) ||
        joins_alike(sieve, query, name))
        return true;
    return alike == 1 && single_passes(sieve, query, name);
}
