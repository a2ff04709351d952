/*
 * What a node tells a peer of itself: which logs it holds how far, and what
 * waits for the asker. SYN 6.3
 *
 *     kufi state v1
 *     mode normal | rejoining
 *     roster <version>                 0: none
 *     log <origin> <size> <sum>        its own and those that it mirrors; one
 *                                      line each, in order of origins
 *     grant <origin> <sum>             whose keys wait for the asker; in order
 *     list <sha256, hex>               of which it has the file; in order
 *
 * The sum is the first 16 hexadecimal digits of the SHA-256 of the checkpoint
 * with its cosignatures, or of the grant: the same size and another sum means
 * more of these.
 */
#ifndef SYNC_STATE_H
#define SYNC_STATE_H

#include "base/writer.h"
#include "sync/roster.h"

#define STATE_LOGS_MAX (ROSTER_NODES_MAX + ROSTER_REVOKED_MAX)
#define STATE_GRANTS_MAX ROSTER_NODES_MAX
#define STATE_LISTS_MAX 64
#define STATE_TEXT_SIZE_MAX                                                    \
    (64 + STATE_LOGS_MAX * (4 + KEY_NAME_SIZE_MAX + 1 + 20 + 1 + 16 + 1) +     \
     STATE_GRANTS_MAX * (6 + KEY_NAME_SIZE_MAX + 1 + 16 + 1) +                 \
     STATE_LISTS_MAX * 70)

struct state_log {
    struct bytes origin;
    uint64_t size;
    uint64_t sum;
};

struct state_grant {
    struct bytes origin;
    uint64_t sum;
};

/* Some 20 KB; borrows from the text. */
struct state {
    bool rejoining;
    uint64_t roster_version; /* 0: none */
    size_t log_count;
    struct state_log logs[STATE_LOGS_MAX];
    size_t grant_count;
    struct state_grant grants[STATE_GRANTS_MAX];
    size_t list_count;
    struct hash lists[STATE_LISTS_MAX];
};

/* ERR_SHORT, ERR_FORMAT, ERR_LIMIT. */
MUST_CHECK enum err state_parse(struct bytes in, struct state *out,
                                struct fault *fault);
void state_encode(struct writer *w, const struct state *state);

/* NULL when the node has nothing of it. */
const struct state_log *state_find_log(const struct state *state,
                                       struct bytes origin);

/* The sum of a checkpoint with its cosignatures, or of a grant. */
uint64_t state_sum(struct bytes note);

#endif
