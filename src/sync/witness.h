/*
 * Witnessing: what a witness is asked and how it judges. C2SP tlog-witness,
 * add-checkpoint; SYN 4. Pure: whoever holds the key persists what was judged
 * good before he signs it, in one step with the judging.
 *
 *     old <size>
 *     base64 hashes of the consistency proof, one a line
 *                                              an empty line
 *     the signed checkpoint
 */
#ifndef SYNC_WITNESS_H
#define SYNC_WITNESS_H

#include "sync/errand.h"
#include "tlog/proof.h"

/* As C2SP has it. */
#define WITNESS_HASHES_MAX 63
#define WITNESS_REQUEST_SIZE_MAX                                               \
    (4 + 20 + 1 + WITNESS_HASHES_MAX * 45 + 1 + NOTE_SIZE_MAX)

struct witness_request {
    uint64_t old_size;
    struct proof proof;
    struct bytes note; /* borrowed; only looked for, not into */
};

/* ERR_SHORT, ERR_FORMAT, ERR_LIMIT. SYN 4.1 */
MUST_CHECK enum err witness_request_parse(struct bytes in,
                                          struct witness_request *out,
                                          struct fault *fault);
void witness_request_encode(struct writer *w,
                            const struct witness_request *request);

/* The checkpoint of the log that was cosigned last; `= {0}` is none. */
struct witness_last {
    bool any;
    uint64_t size;
    struct hash root;
};

/*
 * status      200: to be persisted, then cosigned; 403, 404, 409, 422, 400
 * size        with 409: the size that was cosigned last
 * checkpoint  with 200, and wherever `evidence` is set
 * fork        the log's key signed another root of the size last cosigned:
 *             both notes are evidence (422)
 */
struct witness_verdict {
    unsigned status;
    uint64_t size;
    struct checkpoint checkpoint; /* borrows from the request */
    bool fork;
};

/*
 * Judges a request by the key of the log, which is NULL when its origin is of
 * no log that we witness. Never fails: the verdict is the answer. SYN 4.2
 */
void witness_judge(const struct witness_last *last,
                   const struct witness_request *request,
                   const struct note_key *log_key, struct witness_verdict *out);

/* The origin that the request's checkpoint claims, before anything of it is
 * verified: by it the key is found. ERR_FORMAT. */
MUST_CHECK enum err witness_origin(const struct witness_request *request,
                                   struct bytes *origin);

/*
 * What a witness answered with 409 and MESSAGE_TREE_SIZE: the size last
 * cosigned, a hint from which to ask once more. ERR_FORMAT. SYN 4.4
 */
MUST_CHECK enum err witness_size_parse(struct bytes body, uint64_t *out);

#endif
