/*
 * The cosignatures of one checkpoint, gathered from several copies of it. So
 * that two nodes that exchange theirs end with the same bytes, there is one
 * order and one choice. SYN 5.9
 */
#ifndef SYNC_COSIGNATURES_H
#define SYNC_COSIGNATURES_H

#include "sync/roster.h"

/* A log's own signature and 63 cosignatures. */
#define COSIGNATURES_MAX (NOTE_SIGNATURES_MAX - 1)

/*
 * Writes the checkpoint `mine`, which `log_key` signed, with those lines of
 * both notes that cosigners of the roster made: of each the latest, in the
 * order of the roster. Those of `mine` are believed, those of `theirs` are
 * verified; `theirs` may be none. `*more` tells whether one was taken from it.
 *
 * ERR_CONFLICT   the two are not the same checkpoint
 * ERR_SIGNATURE  a line of a cosigner is bad, or the log's is not in `mine`
 * ERR_LIMIT      `w` is too small
 * and those of note_parse()
 */
MUST_CHECK enum err cosignatures_merge(struct writer *w,
                                       const struct roster *roster,
                                       const struct note_key *log_key,
                                       struct bytes mine, struct bytes theirs,
                                       bool *more);

/*
 * Whether a checkpoint of that log may be believed as far as it is new: of a
 * node of the roster always; of one that was revoked, whose key may be in
 * anybody's hands, when a cosigner of the roster has vouched for it. SYN 5.10
 */
bool cosignatures_vouch(const struct roster *roster, struct bytes origin,
                        struct bytes note);

/* The checkpoint with the log's own signature alone; errors as above. */
MUST_CHECK enum err cosignatures_bare(struct writer *w,
                                      const struct note_key *log_key,
                                      struct bytes in);

#endif
