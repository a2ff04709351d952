/*
 * SQLite writes each page of a transaction to its WAL by two calls of the
 * kernel: the head of a frame, then the page. Here they are gathered, and a
 * transaction is written by one call or a few. Nobody reads frames before
 * SQLite says, after the last of them, that they are there.
 *
 * https://www.sqlite.org/fileformat2.html, section 4.1
 */
#ifndef STORE_WAL_H
#define STORE_WAL_H

#include "base/err.h"

struct sqlite3;
struct wal;

/*
 * Gathers what this connection writes to its WAL, which must be open. Takes
 * memory from the heap, to be given back by free() after the connection is
 * closed. ERR_LIMIT when there is none; ERR_IO when SQLite has no WAL open.
 */
MUST_CHECK enum err wal_gather(struct sqlite3 *db, struct wal **out);

#endif
