#include "node/profile.h"

#define KEEPER_FILES_MAX                                                       \
    256                     /* tiles one at a time, SQLite, a channel a desk   \
                             */
#define DESK_FILES_MAX 4096 /* a connection each */

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
