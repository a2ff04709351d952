/*
 * Names that a search has looked at of late: of those who bear common names,
 * very many bear the same ones, and only their persons differ. SCR 5.10
 */
#ifndef SCREEN_NAME_INDEX_ALIKE_H
#define SCREEN_NAME_INDEX_ALIKE_H

#include "screen/name_index_bound.h"
#include "screen/name_index_pack.h"

/* Names of more words are not kept: few have them. */
#define ALIKE_TOKENS_MAX 6

#define ALIKE_COUNT ((size_t)1 << 11)

/*
 * The first three are the name, as its record has it.
 *
 * asked    number of the query's name that `bound` is of, plus 1; 0: of none
 * matched  whether the match of that number is known: 1 is the lenient one
 */
struct alike {
    uint8_t token_count; /* 0: of no name */
    bool truncated;
    uint8_t tokens[ALIKE_TOKENS_MAX * PACK_TOKEN_SIZE];
    uint16_t asked;
    struct name_score bound;
    bool matched[2];
    struct name_match match[2];
};

/* The last one is for names that are not kept. */
struct alikes {
    struct alike items[ALIKE_COUNT + 1];
};

void alikes_init(struct alikes *out);

/* What is known of the name of a record, which holds as many tokens as it
 * says; if nothing is, room for it. Good until the next call. */
struct alike *alike_find(struct alikes *alikes, const uint8_t *record);

#endif
