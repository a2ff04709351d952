/*
 * Other nodes' logs as the book takes them in: DIR/peers/HEX, the mirror that
 * the courier writes, is read and verified here, and believed only as far as an
 * own checkpoint_seen says. STO 6
 *
 *     e = book_seen_find(book, &mirror, &seen);      what could be believed
 * next
 *     ... event.checkpoint_seen.logs: seen, and those of other mirrors ...
 *     e = book_put(book, &event, false, &item);      book_commit, book_fold
 */
#ifndef NODE_BOOK_FOREIGN_H
#define NODE_BOOK_FOREIGN_H

#include "node/book.h"
#include "store/foreign.h"

/* Foreign entries of one event, of all its logs: a booth that asks meanwhile
 * waits for no more than these, some 20 ms. When nobody waits, the largest span
 * of one log may be taken. */
#define BOOK_SEEN_ENTRIES_MAX 512
#define BOOK_SEEN_SPAN_MAX 4096

/* For struct foreign_logs of store/foreign.h, of a struct book_mirrors. */
enum err book_mirror_find(void *context, struct bytes origin,
                          struct foreign_log *out);

/* A mirror up to a checkpoint whose signature the caller has verified. */
struct book_mirror {
    struct bytes origin;
    enum seen_role role;
    uint64_t size;
    struct hash root;
    size_t max;    /* entries to take at most, up to BOOK_SEEN_SPAN_MAX */
    bool keys_due; /* this node is to be granted the log's keys: entries whose
                      keys are newer than all that are held wait for them */
};

/*
 * The next entries of the mirror after those that are folded: `*seen` says up
 * to where, with their root, which was proved to be the beginning of the
 * checkpoint's tree; `*news` how many of them are more than other nodes' own
 * checkpoint_seen. `seen->origin` is that of `mirror`.
 *
 * ERR_NOT_FOUND  there is nothing more, or nothing more to be had
 * ERR_CORRUPT    the mirror's entries or tiles do not lead to the checkpoint
 * ERR_LIMIT, ERR_IO
 */
MUST_CHECK enum err book_seen_find(struct book *book,
                                   const struct book_mirror *mirror,
                                   struct seen_log *seen, uint64_t *news);

/* Whether entries that were missing when they were folded may be there now:
 * then the tables are worth being made anew. ERR_LIMIT: no memory; ERR_IO,
 * ERR_CORRUPT of the store. */
MUST_CHECK enum err book_holes_filled(struct book *book, bool *filled);

/*
 * Folds what an own event says was seen, in the running batch of the store;
 * adds to `*count` how many entries there were. What is not there, or is not
 * what was seen, is left as a hole.
 */
MUST_CHECK enum err book_seen_fold(struct book *book, const struct event *event,
                                   size_t *count);

#endif
