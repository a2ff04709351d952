/*
 * A name read for comparing: any script in, at most 16 folded words out. Fixed
 * size, no heap. SCR 2.
 */
#ifndef SCREEN_NAME_H
#define SCREEN_NAME_H

#include "base/err.h"
#include "screen/person.h"
#include "screen/token.h"

/* The longest name of the UN's and OFAC's lists has 13 words. */
#define NAME_TOKENS_MAX 16
/* Of one part of a name, in bytes; what is past it is left out. SCR 2.3 */
#define NAME_BYTES_MAX 1024

/* ICU's transliterators, opened once: screen/script.h. */
struct script;

/*
 * Surname first where the parts are known; as written where they are not.
 * `truncated`: the end of a part may be missing, or words were left out.
 */
struct name {
    uint8_t token_count;
    bool truncated;
    struct token tokens[NAME_TOKENS_MAX];
};

/*
 * script  may be NULL: then letters that are not ASCII and of no table of
 *         Kufi's own (SCR 2.4) are left out
 *
 * ERR_FORMAT not UTF-8; `out` is then empty. A name without letters is OK and
 * has no tokens. SCR 2.3
 */
MUST_CHECK enum err name_read(const struct script *script,
                              const struct person_name *in, struct name *out);

/*
 * Fills in what can be told of a name whose tokens have been put in by
 * token_init(): for an index that has kept them.
 */
void name_of_tokens(struct name *name, bool truncated);

#define NAME_NEIGHBOURS_MAX (4 * NAME_TOKENS_MAX)

/* Two tokens that may be written as one, in this order. */
struct neighbours {
    uint8_t first;
    uint8_t second;
};

/*
 * All of a name's: those side by side or with particles between, either way
 * round, and the last word before the first; at least one of the two a word.
 */
size_t name_neighbours(const struct name *name,
                       struct neighbours out[NAME_NEIGHBOURS_MAX]);

#endif
