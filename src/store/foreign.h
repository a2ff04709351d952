/*
 * Entries of other nodes' logs, as they lie in mirrors: read, proved to be what
 * an own checkpoint_seen says, opened and parsed, one span after another. STO
 * 6.3
 *
 *     e = foreign_begin(&foreign, log, node, position);
 *     while (e == OK && foreign_next(&foreign, &run, &e))
 *         ... fold the run's events ...
 *
 * Takes all its memory when it is made.
 */
#ifndef STORE_FOREIGN_H
#define STORE_FOREIGN_H

#include "record/event.h"
#include "seal/seal.h"
#include "tlog/edge.h"
#include "tlog/proof.h"
#include "tlog/view.h"

/* Entries of one log that one event may cover: their leaf hashes are kept
 * until they are folded. What goes further is taken for missing. */
#define FOREIGN_SPAN_MAX 4096

/* A mirror: where its files are, and the keys for it; NULL: there are none. */
struct foreign_log {
    struct log_view view;
    const struct keyring *keyring;
};

/* Where mirrors are. ERR_NOT_FOUND: there is none of that log. `out->view`
 * stays good until the next call. */
struct foreign_logs {
    enum err (*find)(void *context, struct bytes origin,
                     struct foreign_log *out);
    void *context;
};

struct loaded;
struct foreign_bundle;
struct foreign_bundles;

/* Entries that follow one another, opened (load.h). Those that say nothing, for
 * want of a key or because they are no events, are `erased`. */
struct foreign_run {
    const struct loaded *entries;
    size_t count;
};

/* Bundles that foreign_plan() takes at once. */
#define FOREIGN_AHEAD_MAX 32

/* One of them, and what opens it. */
struct foreign_ahead {
    struct foreign_bundle *bundle;
    const struct keyring *keyring;
};

/* Private to foreign.c. */
struct foreign {
    struct foreign_logs logs;
    struct foreign_log log; /* of the span */
    struct foreign_bundles *bundles;
    struct foreign_ahead ahead[FOREIGN_AHEAD_MAX];
    size_t ahead_count;
    struct tree *trees;  /* by node: of what was folded last */
    struct tree *tree;   /* of the span's end */
    struct edge *edge;   /* to find a tree again from the tiles */
    struct hash *leaves; /* of the span: FOREIGN_SPAN_MAX */
    uint8_t *note;       /* the mirror's checkpoint */
    uint8_t *parts;      /* what parsing an event takes */
    int64_t node;
    uint64_t mirrored; /* the mirror's size */
    uint64_t first;    /* of the span */
    uint64_t next;
    uint64_t end;
};

/* `bundles` of them stay in memory: several logs are read by turns. A span is
 * opened on `threads` at once, 1 to POOL_THREADS_MAX. ERR_LIMIT: no memory. */
MUST_CHECK enum err foreign_init(struct foreign *foreign,
                                 const struct foreign_logs *logs,
                                 size_t bundles, unsigned threads);
void foreign_deinit(struct foreign *foreign);

/*
 * Stands before the entries from `position` to log->size, which were proved to
 * have the root log->root. `node` is its number in the tables.
 *
 * ERR_NOT_FOUND  they are not there, or not all of them
 * ERR_CORRUPT    they are others
 * ERR_LIMIT      there are too many
 * ERR_IO
 */
MUST_CHECK enum err foreign_begin(struct foreign *foreign,
                                  const struct seen_log *log, int64_t node,
                                  uint64_t position);

/*
 * The next entries' events, borrowed until the next call. `*e` is OK, or what
 * went wrong since foreign_begin(). False at the end, and when something did.
 */
bool foreign_next(struct foreign *foreign, struct foreign_run *run,
                  enum err *e);

/* How many entries a mirror says that it holds; 0: there is none, or none that
 * can be read. */
uint64_t foreign_mirrored(struct foreign *foreign, struct bytes origin);

/*
 * Looks how far a mirror goes on from `position` towards a checkpoint that the
 * caller has verified, by `max` entries at most; fills the size and root of
 * `*log`, whose origin is given; `node` is -1 when it has no number yet.
 * `*news` counts the entries that are more than
 * a checkpoint_seen. With `keys_due`, entries of epochs newer than all whose
 * keys are held wait until those come. Errors as above; ERR_NOT_FOUND as well
 * when nothing can be taken.
 */
struct foreign_goal {
    uint64_t size;
    struct hash root;
    size_t max; /* to FOREIGN_SPAN_MAX */
    bool keys_due;
};
MUST_CHECK enum err foreign_look(struct foreign *foreign,
                                 const struct foreign_goal *goal, int64_t node,
                                 uint64_t position, struct seen_log *log,
                                 uint64_t *news);

/* ----- Looking ahead, for who folds a whole log. ----- */

/*
 * Takes into memory what the entries of `log` from `*position` on need, as long
 * as there is room; `*position` is where it went on to, and the bundles in
 * foreign->ahead are to be opened by foreign_ahead_open(), each on any thread,
 * `worker` below `threads` as of foreign_init(). What cannot be read is passed
 * over: foreign_begin() will say so. False when there was no room.
 */
bool foreign_plan(struct foreign *foreign, const struct seen_log *log,
                  int64_t node, uint64_t *position);
void foreign_ahead_open(struct foreign *foreign, size_t ahead, unsigned worker);

/* All of foreign->ahead are open. */
void foreign_ahead_done(struct foreign *foreign);

/* Whether foreign_begin() needs none of foreign->ahead; it may be called while
 * those are being opened if not. */
bool foreign_is_ready(const struct foreign *foreign, const struct seen_log *log,
                      int64_t node, uint64_t position);

#endif
