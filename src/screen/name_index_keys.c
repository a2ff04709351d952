/*
 * One kind of key for each clause of token_score(): what it calls alike has
 * equal keys of that kind. For edits, signs are left out of both beginnings
 * (as in Garbe's SymSpell): what d edits set apart is equal once d signs are
 * left out of each, and so are beginnings of the same size.
 */
#include "screen/name_index_keys.h"

#include <string.h>

#include "screen/name_index_int.h"

#define EDIT_PREFIX 8  /* of a fold or text, in which signs are left out */
#define EDIT_MIN 3     /* signs of one with a typing error */
#define EDIT_TWO_MIN 8 /* of one with two */
#define BEGIN_MIN 4
#define BEGIN_CUT_MIN 2

enum key_kind {
    KEY_TEXT = 1,
    KEY_SKELETON,
    KEY_EDIT,
    KEY_BEGIN,
    KEY_WHOLE,
    KEY_FAMILY
};

static uint32_t
key_of(enum key_kind kind, const uint8_t *p, size_t size)
{
    uint8_t text[TOKEN_TEXT_MAX + 1];

    text[0] = (uint8_t)kind;
    memcpy(text + 1, p, size);
    return text_hash((struct bytes){text, size + 1});
}

uint32_t
index_key_skeleton(const struct token *token)
{
    uint8_t p[8];

    be64_write(p, token->skeleton);
    return key_of(KEY_SKELETON, p, sizeof(p));
}

static size_t
skeleton_key(const struct token *token, uint32_t *out)
{
    if (token->skeleton == 0)
        return 0;
    out[0] = index_key_skeleton(token);
    return 1;
}

static size_t
family_key(const struct token *token, uint32_t *out)
{
    uint8_t p[2];

    if (token->family == 0)
        return 0;
    be16_write(p, token->family);
    out[0] = key_of(KEY_FAMILY, p, sizeof(p));
    return 1;
}

/* Leaves out one sign. */
static void
left_out(const uint8_t *p, size_t size, size_t at, uint8_t *out)
{
    memcpy(out, p, at);
    memcpy(out + at, p + at + 1, size - at - 1);
}

/* With none, one and, of long ones, two signs left out. */
static size_t
edit_keys(const uint8_t *p, size_t whole, uint32_t *out)
{
    size_t size = whole < EDIT_PREFIX ? whole : EDIT_PREFIX;
    uint8_t one[EDIT_PREFIX];
    uint8_t two[EDIT_PREFIX];
    size_t count = 0;

    if (whole < EDIT_MIN)
        return 0;
    out[count++] = key_of(KEY_EDIT, p, size);
    for (size_t i = 0; i < size; i++) {
        left_out(p, size, i, one);
        out[count++] = key_of(KEY_EDIT, one, size - 1);
        for (size_t k = i; whole >= EDIT_TWO_MIN && k < size - 1; k++) {
            left_out(one, size - 1, k, two);
            out[count++] = key_of(KEY_EDIT, two, size - 2);
        }
    }
    return count;
}

/* A typing error is one of letters or of sounds. */
static size_t
typing_keys(const struct token *token, uint32_t *out)
{
    size_t count;

    if (token->vowelless)
        return 0;
    count = edit_keys(token->fold, token->fold_size, out);
    if (token->fold_size == token->text_size &&
        memcmp(token->fold, token->text, token->text_size) == 0)
        return count;
    return count + edit_keys(token->text, token->text_size, out + count);
}

/* Repeated signs give the same key more than once. */
static size_t
each_once(uint32_t *keys, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        size_t k = 0;

        while (k < kept && keys[k] != keys[i])
            k++;
        if (k == kept)
            keys[kept++] = keys[i];
    }
    return kept;
}

size_t
index_keys_filed(const struct token *token, uint32_t out[INDEX_KEYS_MAX])
{
    size_t count = 0;

    if (token->kind == TOKEN_PARTICLE)
        return 0;
    out[count++] = key_of(KEY_TEXT, token->text, token->text_size);
    out[count++] = key_of(KEY_WHOLE, token->fold, token->fold_size);
    count += skeleton_key(token, out + count);
    count += family_key(token, out + count);
    count += typing_keys(token, out + count);
    for (size_t size = BEGIN_MIN; size < token->fold_size; size++)
        out[count++] = key_of(KEY_BEGIN, token->fold, size);
    return each_once(out, count);
}

/*
 * Those that it begins are filed under the beginning that it is; those that
 * begin it are filed whole.
 */
size_t
index_keys_asked(const struct token *token, uint32_t out[INDEX_KEYS_MAX])
{
    uint8_t initial = (uint8_t)(token->text[0] & ~0x20);
    size_t count = 0;

    out[count++] = key_of(KEY_TEXT, token->text, token->text_size);
    if (token->kind == TOKEN_WORD) {
        out[count++] = key_of(KEY_TEXT, &initial, 1);
        if (token->fold_size > 0)
            out[count++] = key_of(KEY_TEXT, token->fold, 1);
    }
    count += skeleton_key(token, out + count);
    count += family_key(token, out + count);
    count += typing_keys(token, out + count);
    for (size_t size = BEGIN_CUT_MIN; size < token->fold_size; size++)
        out[count++] = key_of(KEY_WHOLE, token->fold, size);
    if (token->fold_size >= BEGIN_MIN)
        out[count++] = key_of(KEY_BEGIN, token->fold, token->fold_size);
    return each_once(out, count);
}

uint32_t
index_key_whole(const struct token *token)
{
    return key_of(KEY_WHOLE, token->fold, token->fold_size);
}

static bool
is_vowel(uint8_t sign)
{
    return memchr("AEIOUY", sign, 6) != NULL;
}

/* The first sign and the next two that are no vowels. */
uint16_t
index_class(const struct token *token)
{
    uint8_t signs[3] = {0};
    size_t count = 0;

    for (size_t i = 0; i < token->fold_size && count < sizeof(signs); i++) {
        if (i == 0 || !is_vowel(token->fold[i]))
            signs[count++] = token->fold[i];
    }
    return (uint16_t)(text_hash((struct bytes){signs, count}) % CLASS_COUNT);
}
