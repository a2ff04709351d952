/*
 * Evidence: two checkpoints that the same log signed and that cannot both be
 * true, with all that it takes to see so. Kept for ever, shown to anybody.
 * SYN 5.8
 *
 *     kufi evidence v1
 *     kind fork | rollback | proof | entry
 *     sizes <bytes of the first note> <bytes of the second>
 *                                              an empty line
 *     the first note, the second note
 *
 * Between two sizes the log's own tiles tell; of the same size the roots do.
 */
#ifndef SYNC_EVIDENCE_H
#define SYNC_EVIDENCE_H

#include "sync/errand.h"

#define EVIDENCE_FILE_SIZE_MAX (2 * NOTE_SIZE_MAX + 128)

struct evidence {
    enum evidence_kind kind;
    struct bytes known; /* what was known first; a note, borrowed */
    struct bytes other; /* what contradicts it */
};

/* ERR_SHORT, ERR_FORMAT, ERR_LIMIT. */
MUST_CHECK enum err evidence_parse(struct bytes in, struct evidence *out,
                                   struct fault *fault);
void evidence_encode(struct writer *w, const struct evidence *evidence);

/*
 * Whether the log's key signed both, so that it is worth keeping: of
 * EVIDENCE_FORK also that the sizes are the same and the roots are not, of
 * EVIDENCE_ROLLBACK that the second is smaller. ERR_SIGNATURE. SYN 5.8
 */
MUST_CHECK enum err evidence_verify(const struct evidence *evidence,
                                    const struct note_key *log_key,
                                    struct fault *fault);

/* "fork": a string constant; "entry" and "proof" are not proved by the two
 * notes alone. */
const char *evidence_kind_name(enum evidence_kind kind);

#endif
