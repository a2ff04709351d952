/*
 * Evidence: two checkpoints that the same log signed and that cannot both be
 * true, with all that it takes to see so. Kept for ever, shown to anybody.
 * SYN 5.8
 *
 *     kufi evidence v1
 *     kind fork | rollback | proof | entry
 *     sizes <bytes of the first note> <bytes of the second>
 *     root <base64>     of `proof` alone: the tree of the first note's size as
 *     hash <base64>     it is in the second's, and the proof of that
 *     <an empty line, the first note, the second note>
 *
 * So a fork and a `proof` convince whoever has the log's key and nothing else.
 */
#ifndef SYNC_EVIDENCE_H
#define SYNC_EVIDENCE_H

#include "sync/errand.h"

#define EVIDENCE_FILE_SIZE_MAX                                                 \
    (2 * NOTE_SIZE_MAX + 128 + 50 + PROOF_HASHES_MAX * 50)

struct evidence {
    enum evidence_kind kind;
    struct bytes known; /* what was known first; a note, borrowed */
    struct bytes other; /* what contradicts it */
    bool has_root;      /* the next two are there: EVIDENCE_BAD_PROOF */
    struct hash root;
    struct proof proof;
};

/* ERR_SHORT, ERR_FORMAT, ERR_LIMIT. */
MUST_CHECK enum err evidence_parse(struct bytes in, struct evidence *out,
                                   struct fault *fault);
void evidence_encode(struct writer *w, const struct evidence *evidence);

/*
 * Whether the log's key signed both, so that it is worth keeping; and of
 * EVIDENCE_FORK that the sizes are the same and the roots are not, of
 * EVIDENCE_ROLLBACK that the second is smaller, of EVIDENCE_BAD_PROOF with a
 * root that it is the larger one's and not the smaller one's. ERR_SIGNATURE.
 * SYN 5.8
 */
MUST_CHECK enum err evidence_verify(const struct evidence *evidence,
                                    const struct note_key *log_key,
                                    struct fault *fault);

/* "fork": a string constant; "entry" and "proof" are not proved by the two
 * notes alone. */
const char *evidence_kind_name(enum evidence_kind kind);

#endif
