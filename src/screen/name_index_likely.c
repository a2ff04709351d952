#include "screen/name_index_likely.h"

#include "screen/name_index_keys.h"
#include "screen/name_index_pack.h"

/* Terms looked at of late for a unit: few are compared twice. */
#define PROBED_COUNT 1024

struct probe {
    const struct name_index *index;
    struct likely *likely;
    struct name_index_work *work;
    const struct token *token;
    uint32_t probed[PROBED_COUNT]; /* term plus 1 */
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

/* A term that is like the unit; without room for it the unit is wild. */
static void
like_add(struct likely *likely, struct unit *unit, uint32_t term,
         uint16_t points)
{
    size_t slot;

    if (likely->count == LIKELY_MAX)
        unit->wild = true;
    if (unit->wild)
        return;
    slot = slot_find(likely, term);
    likely->terms[likely->count] = (struct likely_term){
        .term = term,
        .unit = (uint16_t)(unit - likely->units),
        .points = points,
        .next = likely->slots[slot],
    };
    likely->slots[slot] = (uint16_t)++likely->count;
    unit->to = likely->count;
}

static uint64_t
term_postings(const struct name_index *index, uint32_t term)
{
    const uint8_t *p = index->terms.p + (size_t)term * TERM_SIZE;

    return u32_at(p + TERM_SIZE + 4) - u32_at(p + 4);
}

static enum err
term_probe(struct probe *probe, struct unit *unit, uint32_t term)
{
    uint32_t *seen = &probe->probed[term % PROBED_COUNT];
    enum token_likeness likeness;
    struct token token;
    uint16_t points;
    uint16_t class;
    enum err e;

    if (*seen == term + 1)
        return OK;
    e = pack_term(probe->index, term, PART_UNKNOWN, &token);
    if (e != OK)
        return e;
    *seen = term + 1;
    if (probe->work != NULL)
        probe->work->tokens++;
    points = token_score(probe->token, &token, &likeness);
    if (points == 0)
        return OK;
    class = index_class(&token);
    unit->classes[class / 64] |= UINT64_C(1) << class % 64;
    unit->postings += term_postings(probe->index, term);
    like_add(probe->likely, unit, term, points);
    return OK;
}

static enum err
key_probe(struct probe *probe, struct unit *unit, uint32_t key)
{
    const struct name_index *index = probe->index;
    size_t bucket = key >> (32 - index->key_bits);
    uint32_t from = section_u32(&index->key_starts, bucket);
    uint32_t to = section_u32(&index->key_starts, bucket + 1);
    enum err e = OK;

    if (from > to || to > index->keys.count)
        return ERR_CORRUPT;
    for (size_t i = from; i < to && e == OK; i++) {
        const uint8_t *p = index->keys.p + i * KEY_SIZE;
        uint32_t term = u32_at(p + 4);

        if (u32_at(p) != key)
            continue;
        if (term >= index->terms.count - 1)
            return ERR_CORRUPT;
        e = term_probe(probe, unit, term);
    }
    return e;
}

/* An initial, or a stump of one: whatever begins so is like it. */
static void
wild_init(const struct name_index *index, const struct token *token,
          struct unit *unit)
{
    const uint8_t *rows = index->initials.p;
    uint8_t letters[2] = {token->text[0],
                          token->fold_size > 0 ? token->fold[0] : 0};

    unit->wild = true;
    unit->postings = UINT64_MAX;
    for (size_t k = 0; k < 2; k++) {
        const uint8_t *row =
            rows + (size_t)(letters[k] % INITIAL_COUNT) * INITIAL_SIZE;

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

static enum err
unit_find(struct probe *probe, struct unit *unit)
{
    uint32_t keys[INDEX_KEYS_MAX];
    size_t count;
    enum err e = OK;

    unit->from = probe->likely->count;
    unit->to = unit->from;
    unit->weight = probe->token->weight;
    if (is_wild(probe->token)) {
        wild_init(probe->index, probe->token, unit);
        return OK;
    }
    memset(probe->probed, 0, sizeof(probe->probed));
    count = index_keys_asked(probe->token, keys);
    for (size_t i = 0; i < count; i++)
        __builtin_prefetch(probe->index->key_starts.p +
                           (keys[i] >> (32 - probe->index->key_bits)) * 4);
    for (size_t i = 0; i < count && e == OK; i++)
        e = key_probe(probe, unit, keys[i]);
    return e;
}

static enum err
unit_add(struct probe *probe, const struct token *token, uint32_t tokens)
{
    struct likely *likely = probe->likely;
    struct unit *unit = &likely->units[likely->unit_count++];

    *unit = (struct unit){.tokens = tokens};
    probe->token = token;
    return unit_find(probe, unit);
}

enum err
likely_find(const struct name_index *index, const struct name *name,
            struct likely *out, struct name_index_work *work)
{
    struct probe probe = {.index = index, .likely = out, .work = work};
    enum err e = OK;

    out->unit_count = 0;
    out->count = 0;
    memset(out->slots, 0, sizeof(out->slots));
    for (size_t i = 0; i < name->token_count && e == OK; i++)
        e = unit_add(&probe, &name->tokens[i], UINT32_C(1) << i);
    for (size_t i = 0; i + 1 < name->token_count && e == OK; i++) {
        struct token joined;

        token_join(&name->tokens[i], &name->tokens[i + 1], &joined);
        e = unit_add(&probe, &joined, UINT32_C(3) << i);
    }
    return e;
}
