/* What the files of the log's writer share: log, log_tiles, log_recover. */
#ifndef TLOG_LOG_INT_H
#define TLOG_LOG_INT_H

#include "tlog/log.h"
#include "tlog/view.h"

#define JOURNAL_PATH "journal"
#define CHECKPOINT_PATH VIEW_LOG_PREFIX "checkpoint"

/*
 * What a call of `os` means for the log: OK and ERR_FULL stay, all else is
 * ERR_IO and breaks it for good. LOG 7.12
 */
enum err log_judge(struct log *log, enum err e);

/* The log's own files, to be read. */
struct log_view log_view_of(const struct log *log);

/*
 * Takes `count` entries into the edge, the tail and the tiles to be written;
 * nothing may be waiting to be written. `leaves` may be NULL. After an error,
 * or to undo it, log_revert(). ERR_FORMAT when the payload is no such entries.
 */
MUST_CHECK enum err log_absorb(struct log *log, struct bytes payload,
                               size_t count, struct hash *leaves);

/* Undoes the last log_absorb(). */
void log_revert(struct log *log);

/*
 * Writes a frame of entries (already in log->frame) or of a checkpoint, and
 * syncs it. ERR_FULL leaves nothing of it.
 */
MUST_CHECK enum err log_commit(struct log *log, struct journal_frame *frame);

/* Begins the journal anew when `blocks` are not left. */
MUST_CHECK enum err log_make_room(struct log *log, uint64_t blocks);

/* Writes the partial tiles of this size that are not there yet. */
MUST_CHECK enum err log_write_partials(struct log *log);

/* Puts the checkpoint signed last where others see it, after its tiles. */
MUST_CHECK enum err log_place_checkpoint(struct log *log);

/* Removes the partial tiles of tiles that became full since the journal's
 * base; the full ones must be synced. */
MUST_CHECK enum err log_remove_partials(struct log *log);

/* Reads the journal and what it builds upon. LOG 7.9 */
MUST_CHECK enum err log_recover(struct log *log, struct log_recovery *found,
                                struct fault *fault);

#endif
