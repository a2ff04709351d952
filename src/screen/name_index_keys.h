/*
 * The keys under which terms are filed, such that two tokens that
 * token_score() finds alike meet under one of them. SCR 5.6
 */
#ifndef SCREEN_NAME_INDEX_KEYS_H
#define SCREEN_NAME_INDEX_KEYS_H

#include "screen/token.h"

/* 1 and 8 and 28 for edits of the fold, as many for those of the text, 22 for
 * beginnings, and three more. */
#define INDEX_KEYS_MAX 105

/* Under which a term is filed; how many in `out`. None for particles: no score
 * is made of them. */
size_t index_keys_filed(const struct token *token,
                        uint32_t out[INDEX_KEYS_MAX]);

/* Under which those like a token of a query are looked for. Beginnings need
 * not be filed as they are looked for: that is why these differ. */
size_t index_keys_asked(const struct token *token,
                        uint32_t out[INDEX_KEYS_MAX]);

/* Under which terms of the same fold are filed, and those of the same skeleton,
 * if there is one. */
uint32_t index_key_whole(const struct token *token);
uint32_t index_key_skeleton(const struct token *token);

/* Below CLASS_COUNT: near for tokens that are alike, but for nothing sure. */
uint16_t index_class(const struct token *token);

#endif
