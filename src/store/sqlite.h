/*
 * SQLite as the store's engine: rows put, removed, found and walked through by
 * id, transactions, and the file. All decisions are made elsewhere.
 *
 * A row's texts are borrowed until the next call for the same table, or the
 * end of the transaction.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/shape.h"
#include "store/store.h"

/* What became of the file, in its header: PRAGMA user_version. */
#define SQLITE_NEW 0
#define SQLITE_STALE (-1)

/* Opens without looking what is in it. ERR_NOT_FOUND when only reading. */
MUST_CHECK enum err sqlite_open(struct store *store,
                                const struct store_config *config);

/* To make a fresh file without a WAL, which nobody trusts before it is whole
 * and synced. */
MUST_CHECK enum err sqlite_open_plain(struct store *store,
                                      const struct store_config *config);
void sqlite_shut(struct store *store);

MUST_CHECK enum err sqlite_version(struct store *store, int *version);

/* Makes the tables, empty but for the node's row, which may be NULL; all or
 * nothing. Prepares as sqlite_prepare() does. */
MUST_CHECK enum err sqlite_create(struct store *store, const struct row *node);

/* Where SQLite made the tables: the page of each one's root. */
MUST_CHECK enum err sqlite_roots(struct store *store,
                                 uint32_t roots[STORE_TABLE_COUNT]);

/* Writes SQLITE_STALE so that it outlives a power cut. */
MUST_CHECK enum err sqlite_stale(struct store *store);

/* Prepares what the functions below need: once there are tables. */
MUST_CHECK enum err sqlite_prepare(struct store *store);

enum sqlite_step {
    SQLITE_BEGIN_READ,
    SQLITE_BEGIN_WRITE,
    SQLITE_COMMIT,
    SQLITE_UNDO,
    SQLITE_STEP_COUNT
};
MUST_CHECK enum err sqlite_step(struct store *store, enum sqlite_step step);

/* ERR_NOT_FOUND */
MUST_CHECK enum err sqlite_get(struct store *store, enum table table,
                               int64_t id, struct row *out);
MUST_CHECK enum err sqlite_put(struct store *store, enum table table,
                               const struct row *row);
MUST_CHECK enum err sqlite_remove(struct store *store, enum table table,
                                  int64_t id);

/* All rows from `from` on in the order of ids; ERR_NOT_FOUND after the last. */
MUST_CHECK enum err sqlite_walk(struct store *store, enum table table,
                                int64_t from);
MUST_CHECK enum err sqlite_next(struct store *store, enum table table,
                                struct row *out);

/* The same from `from` downwards. */
MUST_CHECK enum err sqlite_back(struct store *store, enum table table,
                                int64_t from);
MUST_CHECK enum err sqlite_back_next(struct store *store, enum table table,
                                     struct row *out);

#endif
