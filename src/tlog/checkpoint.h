/*
 * A checkpoint: what a log says of itself, in a signed note. LOG 3, C2SP
 * tlog-checkpoint.
 *
 *     origin
 *     tree size, decimal
 *     base64(root)
 *     extension lines, none in a log of ours
 */
#ifndef TLOG_CHECKPOINT_H
#define TLOG_CHECKPOINT_H

#include "crypto/hash.h"
#include "tlog/note.h"

/* A signed checkpoint of ours, without others' cosignatures. */
#define CHECKPOINT_SIZE_MAX                                                    \
    (KEY_NAME_SIZE_MAX + 1 + 20 + 1 + 44 + 1 + 1 + NOTE_LINE_SIZE_MAX)

struct checkpoint {
    struct bytes origin; /* borrowed */
    uint64_t size;
    struct hash root;
    struct bytes extensions; /* lines with their LF, or none; borrowed */
};

/* The text of a note. LOG 3.1 .. 3.5; says nothing about who signed. */
MUST_CHECK enum err checkpoint_parse(struct bytes text, struct checkpoint *out,
                                     struct fault *fault);

/* The text of a note; `checkpoint` must hold what parsing would accept. */
void checkpoint_encode(struct writer *w, const struct checkpoint *checkpoint);

/*
 * The whole note, signed under the origin as the key's name, which must be a
 * valid one. LOG 3.6
 */
void checkpoint_sign(struct writer *w, const struct checkpoint *checkpoint,
                     const struct sign_key *key);

/*
 * Takes a signed note apart, verifies it, then reads its text: signed by
 * `key`, the origin being the key's name. ERR_SIGNATURE when the key did not
 * sign or the origin is another. LOG 3.6
 */
MUST_CHECK enum err checkpoint_open(struct bytes note,
                                    const struct note_key *key,
                                    struct checkpoint *out,
                                    struct fault *fault);

#endif
