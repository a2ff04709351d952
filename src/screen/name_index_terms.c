#include "screen/name_index_terms.h"

#include <string.h>

#include "screen/name_index_keys.h"

#define TERMS_FIRST ((size_t)1 << 12)

enum err
term_table_init(struct term_table *table, struct arena *arena)
{
    *table = (struct term_table){
        .arena = arena, .room = TERMS_FIRST, .slot_count = TERMS_FIRST * 2};
    table->terms = arena_array(arena, table->room, sizeof(*table->terms));
    table->slots = arena_array(arena, table->slot_count, sizeof(uint32_t));
    return table->terms != NULL && table->slots != NULL ? OK : ERR_LIMIT;
}

/* Twice the room; the old stays in the arena, half as large in all. */
static enum err
grow(struct term_table *table)
{
    struct term_table next = *table;

    next.room *= 2;
    next.slot_count *= 2;
    next.terms = arena_array(table->arena, next.room, sizeof(*next.terms));
    next.slots = arena_array(table->arena, next.slot_count, sizeof(uint32_t));
    if (next.terms == NULL || next.slots == NULL)
        return ERR_LIMIT;
    memcpy(next.terms, table->terms, table->count * sizeof(*next.terms));
    for (size_t i = 0; i < table->count; i++) {
        size_t slot = next.terms[i].hash & (next.slot_count - 1);

        while (next.slots[slot] != 0)
            slot = (slot + 1) & (next.slot_count - 1);
        next.slots[slot] = (uint32_t)i + 1;
    }
    *table = next;
    return OK;
}

static bool
term_is(const struct build_term *term, const struct token *token, uint32_t hash)
{
    return term->hash == hash && term->token.text_size == token->text_size &&
           term->token.kind == token->kind && term->token.cut == token->cut &&
           memcmp(term->token.text, token->text, token->text_size) == 0;
}

/* Where a token is in the table, or the free slot where it belongs. */
static size_t
slot_find(const struct term_table *table, const struct token *token,
          uint32_t hash)
{
    size_t slot = hash & (table->slot_count - 1);

    while (table->slots[slot] != 0 &&
           !term_is(&table->terms[table->slots[slot] - 1], token, hash))
        slot = (slot + 1) & (table->slot_count - 1);
    return slot;
}

static void
initial_note(struct term_table *table, uint8_t letter, uint16_t class)
{
    uint8_t *row = table->initials[letter % INITIAL_COUNT];

    row[class / 8] |= (uint8_t)(1 << class % 8);
}

enum err
term_table_put(struct term_table *table, const struct token *token,
               uint32_t *number)
{
    uint32_t hash = text_hash((struct bytes){token->text, token->text_size});
    size_t slot = slot_find(table, token, hash);
    struct build_term *term;
    enum err e;

    if (table->slots[slot] != 0) {
        *number = table->slots[slot] - 1;
        return OK;
    }
    if (table->count == table->room) {
        e = grow(table);
        if (e != OK)
            return e;
        slot = slot_find(table, token, hash);
    }
    term = &table->terms[table->count];
    *term = (struct build_term){
        .token = *token, .hash = hash, .class = index_class(token)};
    table->texts_size += (size_t)token->text_size + token->fold_size;
    initial_note(table, token->text[0], term->class);
    if (token->fold_size > 0)
        initial_note(table, token->fold[0], term->class);
    *number = (uint32_t)table->count;
    table->slots[slot] = (uint32_t)++table->count;
    return OK;
}

size_t
term_table_key_count(const struct term_table *table)
{
    uint32_t keys[INDEX_KEYS_MAX];
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++)
        count += index_keys_filed(&table->terms[i].token, keys);
    return count;
}

/* Keys and terms from one place to another of a bucket, smallest first. */
static void
bucket_sort(uint8_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint8_t key[KEY_SIZE];
        size_t k = i;

        memcpy(key, keys + i * KEY_SIZE, KEY_SIZE);
        for (; k > 0 && memcmp(keys + (k - 1) * KEY_SIZE, key, KEY_SIZE) > 0;
             k--)
            memcpy(keys + k * KEY_SIZE, keys + (k - 1) * KEY_SIZE, KEY_SIZE);
        memcpy(keys + k * KEY_SIZE, key, KEY_SIZE);
    }
}

/*
 * By counting: `starts[b + 1]` counts bucket b, then is where it begins, and
 * has moved to where the next begins when all are filed.
 */
void
term_table_keys_write(const struct term_table *table, unsigned bits,
                      uint8_t *starts, uint8_t *out)
{
    uint32_t keys[INDEX_KEYS_MAX];
    size_t buckets = (size_t)1 << bits;
    uint32_t at = 0;

    for (size_t i = 0; i < table->count; i++) {
        size_t count = index_keys_filed(&table->terms[i].token, keys);

        for (size_t k = 0; k < count; k++) {
            uint8_t *p = starts + ((keys[k] >> (32 - bits)) + 1) * 4;

            be32_write(p, be32_read(p) + 1);
        }
    }
    for (size_t b = 1; b <= buckets; b++) {
        uint32_t count = be32_read(starts + b * 4);

        be32_write(starts + b * 4, at);
        at += count;
    }
    for (size_t i = 0; i < table->count; i++) {
        size_t count = index_keys_filed(&table->terms[i].token, keys);

        for (size_t k = 0; k < count; k++) {
            uint8_t *p = starts + ((keys[k] >> (32 - bits)) + 1) * 4;
            uint8_t *key = out + (size_t)be32_read(p) * KEY_SIZE;

            be16_write(key, (uint16_t)keys[k]);
            be32_write(key + 2, (uint32_t)i);
            be32_write(p, be32_read(p) + 1);
        }
    }
    for (size_t b = 0; b < buckets; b++) {
        uint32_t from = be32_read(starts + b * 4);

        bucket_sort(out + (size_t)from * KEY_SIZE,
                    be32_read(starts + b * 4 + 4) - from);
    }
}
