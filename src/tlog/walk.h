/*
 * Walking through a journal on disk, from the header over all its frames: for
 * recovery, and read-only for whoever verifies, without the keeper's lock.
 *
 *     e = journal_walk_begin(&walk, os, file, buffer, &fault);
 *     while (journal_walk_next(&walk, &frame, &payload) == OK)
 *         ... the payload leads to the root of the frame, or stop ...
 *         journal_walk_accept(&walk, &frame);
 *     e = journal_walk_end(&walk, &torn, &fault);
 */
#ifndef TLOG_WALK_H
#define TLOG_WALK_H

#include "os/os.h"
#include "tlog/journal.h"

struct journal_walk {
    struct os *os;
    struct file file; /* opened with OPEN_READ_DIRECT */
    uint8_t *buffer;  /* JOURNAL_FRAME_SIZE_MAX, aligned to JOURNAL_BLOCK */
    struct journal_header header; /* borrows from `header_block` */
    uint8_t header_block[JOURNAL_BLOCK];
    uint64_t block;        /* where the next frame is expected */
    struct hash previous;  /* its predecessor's sum */
    uint64_t next_index;   /* its first entry */
    uint64_t window_block; /* what `buffer` holds */
    size_t window_size;
};

/*
 * Reads the headers and stands before the first frame. The walk must stay where
 * it is in memory. ERR_CORRUPT when no header is valid or the file has another
 * size than its header says. LOG 7.3
 */
MUST_CHECK enum err journal_walk_begin(struct journal_walk *walk, struct os *os,
                                       struct file file, uint8_t *buffer,
                                       struct fault *fault);

/*
 * The next frame and its entries, borrowed until the next call. The walk stays
 * before it until journal_walk_accept(): the entries are to be checked against
 * the frame's root first.
 *
 * ERR_NOT_FOUND  what follows is no frame: journal_walk_end() tells whether it
 *                is the end
 */
MUST_CHECK enum err journal_walk_next(struct journal_walk *walk,
                                      struct journal_frame *frame,
                                      struct bytes *payload);
void journal_walk_accept(struct journal_walk *walk,
                         const struct journal_frame *frame);

/*
 * Called when no frame follows or the next one's root does not hold: OK when
 * what is there was never acknowledged; `*torn` tells whether a frame begins
 * there. ERR_CORRUPT when a later frame shows that it was. LOG 7.9
 *
 * Beside a working node frames come into being meanwhile: ERR_CORRUPT is to be
 * believed when a second walk ends so at the same block.
 */
MUST_CHECK enum err journal_walk_end(struct journal_walk *walk, bool *torn,
                                     struct fault *fault);

/*
 * Whether the headers are still those that the walk began with. A walk beside
 * a working node whose journal began anew meanwhile means nothing: ERR_BUSY,
 * and the walk is to be begun again.
 */
MUST_CHECK enum err journal_walk_same(struct journal_walk *walk);

#endif
