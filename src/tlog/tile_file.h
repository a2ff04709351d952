/*
 * Writing the files that a log consists of: by its writer, by whoever mirrors
 * it. Nothing is synced here.
 */
#ifndef TLOG_TILE_FILE_H
#define TLOG_TILE_FILE_H

#include "tlog/view.h"

/*
 * Writes the file of a tile or bundle, and the folders above it. One that is
 * there already, from before a crash or a full disk, is written over and not
 * emptied first: others may be reading it. Errors are those of `os`.
 */
MUST_CHECK enum err tile_file_write(const struct log_view *view,
                                    const struct tile_id *id, struct bytes in);

/* Removes the partial files of a tile or bundle; OK when there are none. LOG
 * 4.8 */
MUST_CHECK enum err tile_file_remove_partials(const struct log_view *view,
                                              uint8_t level, uint64_t index);

#endif
