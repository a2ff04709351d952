/*
 * Other logs' record keys, as far as their owners have granted them: for each
 * log a keyring in DIR/keyrings, named by the SHA-256 of the log's origin. SYN
 * 8.
 *
 * Held by the keeper alone, in memory that is taken at the start; a keyring
 * that outgrows its room is given twice the room, up to KEYRING_NODES_MAX
 * nodes. The own log's keyring is none of these: it stays where it is.
 */
#ifndef NODE_KEYRINGS_H
#define NODE_KEYRINGS_H

#include "crypto/hash.h"
#include "os/os.h"
#include "seal/seal.h"

#define KEYRINGS_FOLDER "keyrings"
#define KEYRINGS_MAX 256 /* as many as a roster has nodes */

/* "keyrings/", 64 digits, ".new" and a NUL. */
#define KEYRINGS_PATH_SIZE (9 + 64 + 4 + 1)

/* Room that a keyring has at first, in nodes: the longest hot window, a few
 * erasures; 100 kB. */
#define KEYRINGS_NODES_FIRST 1024

struct keyrings_item {
    struct hash id; /* SHA-256 of the origin */
    struct keyring keyring;
    struct seal_cursor cursor;
    bool unsaved; /* the file may hold more than the memory does */
    uint8_t *memory;
    size_t memory_size;
};

struct keyrings {
    struct os *os; /* borrowed until it is closed */
    struct folder dir;
    size_t count;
    struct keyrings_item *items[KEYRINGS_MAX]; /* by `id` */
};

/* The file's path below DIR. */
void keyrings_path(const struct hash *id, char out[KEYRINGS_PATH_SIZE]);

/*
 * Reads all of DIR/keyrings, a folder that is made when there is none, and
 * clears away what an interrupted save left there. ERR_CORRUPT with the clause
 * in `fault` when a file is not what we wrote; ERR_LIMIT; those of `os`. After
 * an error it is closed.
 */
MUST_CHECK enum err keyrings_open(struct keyrings *keyrings, struct os *os,
                                  struct folder dir, struct fault *fault);
void keyrings_close(struct keyrings *keyrings);

/* The same to look at only, beside the keeper whose they are: nothing is made
 * or cleared away. */
MUST_CHECK enum err keyrings_read(struct keyrings *keyrings, struct os *os,
                                  struct folder dir, struct fault *fault);

/* The keys of a log; NULL when none were ever granted. Borrowed until the next
 * call that changes something. */
const struct keyring *keyrings_find(const struct keyrings *keyrings,
                                    struct bytes origin);

/* The cursor that opens a log's entries with them; NULL as above. */
struct seal_cursor *keyrings_cursor(struct keyrings *keyrings,
                                    struct bytes origin);

/*
 * Takes what was granted: epochs from `first_epoch` on, of a log as it was at
 * granted->as_of entries. An epoch that is known keeps what it has: what was
 * erased stays so, and nobody erases by granting. Durable on OK; `*news` says
 * whether there are keys that were not there before.
 *
 * ERR_CONFLICT  a key is another than the one held, or the grant is older than
 *               what is held: SYN 8.4. Nothing was changed.
 * ERR_LIMIT     a bound; nothing was changed
 * Those of `os`: either may be there; calling again is safe.
 */
MUST_CHECK enum err keyrings_take(struct keyrings *keyrings,
                                  const struct keyring *granted,
                                  uint32_t first_epoch, bool *news);

/*
 * Erases slots, durable on OK. `as_of` is the size of the log with the entry
 * that tells of it: no grant that is older is taken afterwards. OK as well when
 * nothing of them was held. ERR_LIMIT; those of `os`, and then calling again is
 * safe.
 */
MUST_CHECK enum err keyrings_erase(struct keyrings *keyrings,
                                   struct bytes origin, uint64_t as_of,
                                   uint32_t epoch, const uint32_t *slots,
                                   size_t count);

/*
 * Gives a node keys of its own log back: into `own`, and DIR/keyring. Of epochs
 * that it knows nothing is added, and nothing taken away. `*news` says whether
 * there are keys that were not there before: what was folded without them is to
 * be folded anew. ERR_CONFLICT when a key is another than the one held;
 * ERR_LIMIT; both change nothing. Those of `os`: calling again is safe.
 */
MUST_CHECK enum err keyrings_return(struct keyring *own, struct os *os,
                                    struct folder dir,
                                    const struct keyring *returned, bool *news);

/* Whether keyrings_age() would drop anything, or has to save what it dropped.
 */
bool keyrings_aged(const struct keyrings *keyrings, uint32_t first_epoch);

/*
 * Drops the keys of all epochs before `first_epoch`, durably on OK. Whoever
 * folds drops what was opened with them: mark the tables stale before. Those of
 * `os`; calling again is safe.
 */
MUST_CHECK enum err keyrings_age(struct keyrings *keyrings,
                                 uint32_t first_epoch);

#endif
