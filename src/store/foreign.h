/*
 * Entries of other nodes' logs, as they lie in mirrors: read, proved to be what
 * an own checkpoint_seen says, opened and parsed, one span after another. STO
 * 6.3
 *
 *     e = foreign_begin(&foreign, log, node, position);
 *     while (e == OK && foreign_next(&foreign, &event))
 *         ... fold `event`, or NULL ...
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

/* A bundle in memory, and a place in it. */
struct foreign_bundle {
    uint8_t *p; /* BUNDLE_SIZE_MAX */
    struct bytes bytes;
    int64_t node; /* whose; -1: nobody's */
    uint64_t index;
    uint16_t width;
    uint64_t used;   /* when, as `foreign.clock` counts */
    uint64_t loaded; /* likewise */
    struct bundle at;
    uint16_t next; /* the number of the entry that `at` gives next */
};

/* Private to foreign.c. */
struct foreign {
    struct foreign_logs logs;
    struct foreign_log log; /* of the span */
    struct seal_cursor cursor;
    struct foreign_bundle *bundles;
    size_t bundle_count;
    uint64_t clock;
    struct tree *trees;  /* by node: of what was folded last */
    struct tree *tree;   /* of the span's end */
    struct edge *edge;   /* to find a tree again from the tiles */
    struct hash *leaves; /* of the span: FOREIGN_SPAN_MAX */
    uint8_t *note;       /* the mirror's checkpoint */
    uint8_t *plain;      /* an entry opened, and */
    struct arena parts;  /* what parsing takes */
    struct event event;
    int64_t node;
    uint64_t proved;   /* when: what was loaded later is proved again */
    uint64_t mirrored; /* the mirror's size */
    uint64_t first;    /* of the span */
    uint64_t next;
    uint64_t end;
};

/* `bundles` of them stay in memory: several logs are read by turns. ERR_LIMIT:
 * no memory. */
MUST_CHECK enum err foreign_init(struct foreign *foreign,
                                 const struct foreign_logs *logs,
                                 size_t bundles);
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
 * The next entry's event, borrowed until the next call; NULL where there is no
 * key, or where what it holds is no event. `*e` is OK, or what went wrong since
 * foreign_begin(). False at the end, and when something did.
 */
bool foreign_next(struct foreign *foreign, const struct event **event,
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

#endif
