#include "node/profile.h"

#include "node/carry.h"

#define KEEPER_FILES_MAX                                                       \
    256                     /* tiles one at a time, SQLite, a channel a desk   \
                             */
#define DESK_FILES_MAX 4096 /* a connection each */
/* A link has three and a connection, a mirror none between calls. */
#define COURIER_FILES_MAX 2048
#define INDEXER_FILES_MAX 64

/*
 * The only writer: everything below the node's folder and nothing else. It
 * takes no connection; rebuilding the store maps slices over threads.
 */
void
profile_keeper(struct folder dir, struct sandbox *out)
{
    *out = (struct sandbox){
        .calls = SANDBOX_READ_FILES | SANDBOX_WRITE_FILES | SANDBOX_THREADS,
        .files_max = KEEPER_FILES_MAX,
        .path_count = 1,
        .paths = {{dir, "", SANDBOX_CREATE}},
    };
}

/*
 * Reads what everybody may read (log/), the store and lists; of the folder that
 * holds the keys it may open nothing else. SQLite keeps its readers' locks in
 * the shared index, which is therefore written.
 */
void
profile_desk(struct folder dir, struct sandbox *out)
{
    *out = (struct sandbox){
        .calls = SANDBOX_READ_FILES | SANDBOX_ACCEPT,
        .files_max = DESK_FILES_MAX,
        .path_count = 5,
        .paths = {{dir, "log", SANDBOX_READ},
                  {dir, "store.db", SANDBOX_READ},
                  {dir, "store.db-wal", SANDBOX_READ},
                  {dir, "store.db-shm", SANDBOX_MODIFY},
                  {dir, "lists", SANDBOX_READ}},
    };
}

/*
 * Writes what came from others and is verified: mirrors, sealed keys, lists.
 * Reads what others may have: the own log, rosters, what was cosigned and what
 * was found. Of the secrets it has the TLS key, read before.
 */
void
profile_courier(struct folder dir, bool speaks, struct sandbox *out)
{
    unsigned calls = SANDBOX_READ_FILES | SANDBOX_WRITE_FILES;

    if (speaks)
        calls |= SANDBOX_ACCEPT | SANDBOX_CONNECT;
    *out = (struct sandbox){
        .calls = calls,
        .files_max = COURIER_FILES_MAX,
        .path_count = 9,
        .paths = {{dir, "peers", SANDBOX_CREATE},
                  {dir, CARRY_INBOX, SANDBOX_CREATE},
                  {dir, "grants", SANDBOX_CREATE},
                  {dir, "lists", SANDBOX_CREATE},
                  {dir, "log", SANDBOX_READ},
                  {dir, "roster", SANDBOX_READ},
                  {dir, "rosters", SANDBOX_READ},
                  {dir, "witness", SANDBOX_READ},
                  {dir, "evidence", SANDBOX_READ}},
    };
}

/* Lists and nothing else. */
void
profile_indexer(struct folder dir, struct sandbox *out)
{
    *out = (struct sandbox){
        .calls = SANDBOX_READ_FILES | SANDBOX_WRITE_FILES | SANDBOX_THREADS,
        .files_max = INDEXER_FILES_MAX,
        .path_count = 1,
        .paths = {{dir, "lists", SANDBOX_CREATE}},
    };
}
