#include "screen/name_index_likely.h"

#include "screen/name_index_keys.h"
#include "screen/name_index_pack.h"

/* Terms looked at of late for a unit: few are compared twice. */
#define PROBED_COUNT 1024

/* Terms are fetched from memory together. */
#define GATHERED_MAX 256

/* As score_names() has them: SCR 4.3. */
#define LEAST_LENIENT 1
#define LEAST 700
#define LEAST_JOINED 860

/* Of a word that two listed ones make; one letter alone is no name. */
#define PIECE_MIN 2

struct probe {
    const struct name_index *index;
    struct likely *likely;
    struct unit *unit;
    struct name_index_work *work;
    const struct token *token;
    bool whole;                    /* its other half is a particle */
    uint32_t probed[PROBED_COUNT]; /* term plus 1 */
    uint32_t gathered[GATHERED_MAX];
    size_t gathered_count;
};

static size_t
slot_of(uint32_t term)
{
    return (term * UINT32_C(0x9e3779b1)) >> 18;
}

_Static_assert(LIKELY_SLOTS == 1 << 14, "a slot is a term's highest bits");

/* Where a term's first is, or the free slot for it. */
static size_t
slot_find(const struct likely *likely, uint32_t term)
{
    size_t slot = slot_of(term);

    while (likely->slots[slot] != 0 &&
           likely->terms[likely->slots[slot] - 1].term != term)
        slot = (slot + 1) % LIKELY_SLOTS;
    return slot;
}

uint16_t
likely_first(const struct likely *likely, uint32_t term)
{
    return likely->slots[slot_find(likely, term)];
}

static uint64_t
term_postings(const struct name_index *index, uint32_t term)
{
    const uint8_t *p = index->terms.p + (size_t)term * TERM_SIZE;

    return u32_at(p + TERM_SIZE + 4) - u32_at(p + 4);
}

/* A term that is like the unit; without room for it the unit is wild. */
static void
like_add(struct probe *probe, uint32_t term, const struct token *token,
         uint16_t points)
{
    struct likely *likely = probe->likely;
    struct unit *unit = probe->unit;
    uint16_t class = index_class(token);
    size_t slot;

    unit->classes[class / 64] |= UINT64_C(1) << class % 64;
    unit->postings += term_postings(probe->index, term);
    if (token->weight > unit->most)
        unit->most = token->weight;
    if (likely->count == LIKELY_MAX) {
        unit->wild = true;
        return;
    }
    slot = slot_find(likely, term);
    likely->terms[likely->count] = (struct likely_term){
        .term = term,
        .unit = (uint16_t)(unit - likely->units),
        .points = points,
        .weight = token->weight,
        .whole = probe->whole,
        .next = likely->slots[slot],
    };
    likely->slots[slot] = (uint16_t)++likely->count;
    unit->to = likely->count;
}

static bool
signs_near(unsigned changed, unsigned a, unsigned b)
{
    unsigned max = a >= 8 && b >= 8 ? 2 : 1;

    return changed <= 2 * max && a <= b + max && b <= a + max;
}

/* What token_score() looks at before letters: false where it is 0. */
static bool
may_be_like(const struct token *token, const uint8_t *term)
{
    uint64_t signs = pack_term_signs(term);
    unsigned size = pack_term_fold_size(term);
    uint64_t more =
        size < token->fold_size ? signs & ~token->signs : token->signs & ~signs;

    /* Of one that begins the other all signs are there. */
    if (more == 0 || pack_term_skeleton(term) == token->skeleton ||
        pack_term_kind(term) == TOKEN_INITIAL || token->kind == TOKEN_INITIAL)
        return true;
    return signs_near((unsigned)__builtin_popcountll(signs ^ token->signs),
                      size, token->fold_size) ||
           signs_near((unsigned)__builtin_popcount(pack_term_letters(term) ^
                                                   token->letters),
                      pack_term_text_size(term), token->text_size);
}

static enum err
term_compare(struct probe *probe, uint32_t term)
{
    enum token_likeness likeness;
    struct token token;
    uint16_t points;
    enum err e = pack_term(probe->index, term, PART_UNKNOWN, &token);

    if (e != OK)
        return e;
    if (probe->work != NULL)
        probe->work->tokens++;
    points = token_score(probe->token, &token, &likeness);
    if (points >= probe->unit->least)
        like_add(probe, term, &token, points);
    return OK;
}

/* Those that may be like the unit, in the order in which they came. */
static enum err
gathered_compare(struct probe *probe)
{
    const struct name_index *index = probe->index;
    size_t kept = 0;
    enum err e = OK;

    for (size_t i = 0; i < probe->gathered_count; i++) {
        uint32_t term = probe->gathered[i];
        const uint8_t *p = index->terms.p + (size_t)term * TERM_SIZE;
        uint32_t text_at = u32_at(p);

        if (!may_be_like(probe->token, p))
            continue;
        if (text_at < index->texts.count)
            __builtin_prefetch(index->texts.p + text_at);
        probe->gathered[kept++] = term;
    }
    for (size_t i = 0; i < kept && e == OK; i++)
        e = term_compare(probe, probe->gathered[i]);
    probe->gathered_count = 0;
    return e;
}

static enum err
term_gather(struct probe *probe, uint32_t term)
{
    uint32_t *seen = &probe->probed[term % PROBED_COUNT];
    const uint8_t *p = probe->index->terms.p + (size_t)term * TERM_SIZE;

    if (*seen == term + 1)
        return OK;
    *seen = term + 1;
    __builtin_prefetch(p);
    __builtin_prefetch(p + TERM_SIZE - 1);
    probe->gathered[probe->gathered_count++] = term;
    return probe->gathered_count == GATHERED_MAX ? gathered_compare(probe) : OK;
}

/* The keys of a bucket; what is outside the file is refused. */
static enum err
bucket_find(const struct name_index *index, uint32_t key, uint32_t *from,
            uint32_t *to)
{
    size_t bucket = key >> (32 - index->key_bits);

    *from = section_u32(&index->key_starts, bucket);
    *to = section_u32(&index->key_starts, bucket + 1);
    return *from <= *to && *to <= index->keys.count ? OK : ERR_CORRUPT;
}

static void
bucket_prefetch(const struct name_index *index, uint32_t key)
{
    uint32_t from;
    uint32_t to;

    if (bucket_find(index, key, &from, &to) == OK)
        __builtin_prefetch(index->keys.p + (size_t)from * KEY_SIZE);
}

/* Calls for every term of a key. */
static enum err
key_each(struct probe *probe, uint32_t key,
         enum err (*each)(struct probe *probe, uint32_t term))
{
    const struct name_index *index = probe->index;
    uint32_t from;
    uint32_t to;
    enum err e = bucket_find(index, key, &from, &to);

    for (size_t i = from; e == OK && i < to; i++) {
        const uint8_t *p = index->keys.p + i * KEY_SIZE;
        uint32_t term = u32_at(p + 2);

        if (be16_read(p) != (uint16_t)key)
            continue;
        e = term < index->terms.count - 1 ? each(probe, term) : ERR_CORRUPT;
    }
    return e;
}

/* An initial, or a stump: whatever begins so is like it. */
static void
wild_init(const struct name_index *index, const struct token *token,
          struct unit *unit)
{
    uint8_t letters[2] = {
        token->text[0], token->fold_size > 0 ? token->fold[0] : token->text[0]};

    unit->wild = true;
    for (size_t k = 0; k < 2; k++) {
        const uint8_t *row =
            index->initials.p +
            (size_t)(letters[k] % INITIAL_COUNT) * INITIAL_SIZE;

        for (size_t c = 0; c < CLASS_COUNT; c++) {
            if ((row[c / 8] >> c % 8 & 1) != 0)
                unit->classes[c / 64] |= UINT64_C(1) << c % 64;
        }
    }
}

static bool
is_wild(const struct token *token)
{
    return token->kind == TOKEN_INITIAL || (token->cut && token->fold_size < 4);
}

/* ----- Words that two listed ones make ----- */

/* As joined_find() of a score: another spelling of it, too. */
static enum err
piece_add(struct probe *probe, uint32_t term)
{
    enum token_likeness likeness;
    struct token token;
    enum err e = pack_term(probe->index, term, PART_UNKNOWN, &token);

    if (e != OK)
        return e;
    if (probe->work != NULL)
        probe->work->tokens++;
    if (token_score(probe->token, &token, &likeness) >= LEAST_JOINED)
        like_add(probe, term, &token, SCORE_MAX);
    return OK;
}

static enum err
piece_there(const struct name_index *index, const struct token *piece,
            bool *there)
{
    uint32_t key = index_key_whole(piece);
    uint32_t from;
    uint32_t to;
    enum err e = bucket_find(index, key, &from, &to);

    *there = piece->kind == TOKEN_PARTICLE;
    for (size_t i = from; e == OK && i < to && !*there; i++)
        *there = be16_read(index->keys.p + i * KEY_SIZE) == (uint16_t)key;
    return e;
}

/* One way to cut a word in two, if there are names of both parts. */
static enum err
pieces_add(struct probe *probe, struct bytes text, size_t at)
{
    const struct token *whole = probe->token;
    struct token pieces[2];
    bool there = true;
    enum err e = OK;

    token_init(&pieces[0], bytes_slice(text, 0, at), PART_UNKNOWN);
    token_init(&pieces[1], bytes_slice(text, at, text.size), PART_UNKNOWN);
    for (size_t i = 0; i < 2 && e == OK && there; i++)
        e = piece_there(probe->index, &pieces[i], &there);
    for (size_t i = 0; i < 2 && e == OK && there; i++) {
        if (pieces[i].kind == TOKEN_PARTICLE)
            continue;
        probe->token = &pieces[i];
        probe->whole = pieces[1 - i].kind == TOKEN_PARTICLE;
        e = key_each(probe, index_key_whole(&pieces[i]), piece_add);
        if (e == OK && pieces[i].skeleton != 0)
            e = key_each(probe, index_key_skeleton(&pieces[i]), piece_add);
    }
    probe->token = whole;
    probe->whole = false;
    return e;
}

/* ----- Units ----- */

static enum err
unit_find(struct probe *probe)
{
    uint32_t keys[INDEX_KEYS_MAX];
    size_t count = index_keys_asked(probe->token, keys);
    enum err e = OK;

    memset(probe->probed, 0, sizeof(probe->probed));
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(probe->index->key_starts.p +
                           (keys[i] >> (32 - probe->index->key_bits)) * 4);
    for (size_t i = 0; i < count; i++)
        bucket_prefetch(probe->index, keys[i]);
    for (size_t i = 0; i < count && e == OK; i++)
        e = key_each(probe, keys[i], term_gather);
    return e == OK ? gathered_compare(probe) : e;
}

static void
unit_begin(struct probe *probe, const struct token *token, uint32_t tokens,
           uint16_t least)
{
    struct likely *likely = probe->likely;

    probe->token = token;
    probe->unit = &likely->units[likely->unit_count++];
    *probe->unit = (struct unit){.tokens = tokens,
                                 .weight = token->weight,
                                 .least = least,
                                 .from = likely->count,
                                 .to = likely->count};
}

/* A unit without a term is none. */
static void
unit_end(struct probe *probe)
{
    if (!probe->unit->wild && probe->unit->to == probe->unit->from)
        probe->likely->unit_count--;
}

static enum err
unit_add(struct probe *probe, const struct token *token, uint32_t tokens,
         uint16_t least)
{
    enum err e;

    unit_begin(probe, token, tokens, least);
    if (is_wild(token))
        wild_init(probe->index, token, probe->unit);
    e = unit_find(probe);
    unit_end(probe);
    return e;
}

static enum err
halves_add(struct probe *probe, const struct token *token, uint32_t tokens)
{
    struct bytes text = {token->text, token->text_size};
    enum err e = OK;

    unit_begin(probe, token, tokens, LEAST_JOINED);
    probe->unit->halves = true;
    for (size_t at = PIECE_MIN; at + PIECE_MIN <= text.size && e == OK; at++)
        e = pieces_add(probe, text, at);
    unit_end(probe);
    return e;
}

static enum err
tokens_add(struct probe *probe, const struct likely_question *question)
{
    const struct name *name = question->name;
    enum err e = OK;

    for (size_t i = 0; i < name->token_count && e == OK; i++) {
        if (name->tokens[i].kind == TOKEN_PARTICLE)
            continue;
        probe->likely->words |= UINT32_C(1) << i;
        e = unit_add(probe, &name->tokens[i], UINT32_C(1) << i,
                     question->lenient ? LEAST_LENIENT : LEAST);
        if (e == OK && name->tokens[i].kind == TOKEN_WORD)
            e = halves_add(probe, &name->tokens[i], UINT32_C(1) << i);
    }
    return e;
}

static enum err
joined_add(struct probe *probe, const struct token *first,
           const struct token *second, uint32_t tokens)
{
    struct token joined;
    enum err e;

    token_join(first, second, &joined);
    e = unit_add(probe, &joined, tokens, LEAST_JOINED);
    probe->token = NULL;
    return e;
}

enum err
likely_find(const struct likely_question *question, struct likely *out)
{
    struct probe probe = {
        .index = question->index, .likely = out, .work = question->work};
    const struct name *name = question->name;
    struct neighbours pairs[NAME_NEIGHBOURS_MAX];
    size_t count;
    enum err e;

    out->words = 0;
    out->lenient = question->lenient;
    out->unit_count = 0;
    out->count = 0;
    memset(out->slots, 0, sizeof(out->slots));
    e = tokens_add(&probe, question);
    count = name_neighbours(name, pairs);
    for (size_t i = 0; i < count && e == OK; i++)
        e = joined_add(&probe, &name->tokens[pairs[i].first],
                       &name->tokens[pairs[i].second],
                       UINT32_C(1) << pairs[i].first | UINT32_C(1)
                                                           << pairs[i].second);
    out->wild = false;
    for (size_t i = 0; i < out->unit_count; i++)
        out->wild = out->wild || out->units[i].wild;
    return e;
}
