/*
 * Dropping the tables and folding the whole log anew, and as much of others as
 * it says was seen, in memory and on all cores, into a fresh file that takes
 * the old one's place at the end: a crash leaves the one or the other. The
 * result is that of folding entry by entry, table by table. STO 5.1 .. 5.3
 */
#ifndef STORE_REBUILD_H
#define STORE_REBUILD_H

#include "store/foreign.h"
#include "store/store.h"
#include "tlog/view.h"

struct rebuild_config {
    struct store_config store; /* of the file to be made; mode STORE_FOLD */
    struct log_view view;      /* of the log, which nobody appends to */
    uint64_t size;             /* of the log */
    const struct keyring *keyring;
    unsigned threads;            /* 1 to POOL_THREADS_MAX */
    struct foreign_logs foreign; /* `find` NULL: there are none */

    /* Called now and then, or NULL: entries folded of `size`. */
    void (*progress)(void *context, uint64_t folded, uint64_t size);
    void *context;
};

struct rebuild_report {
    uint64_t entries;
    uint64_t foreign;   /* of other logs, among them */
    uint64_t crossings; /* late records included */
    uint64_t erased;    /* entries without a key */
    uint64_t holes;     /* entries of other logs that are not there */
    uint64_t fold_ns;   /* reading and folding */
    uint64_t write_ns;  /* writing the tables, durably */
};

/* The name that the fresh file has until it is whole: this after the other. */
#define REBUILD_SUFFIX ".new"

/*
 * Rebuilds. Takes memory from the heap as the log needs it: some 250 bytes for
 * a crossing, a document and a traveller each. `report` may be NULL.
 *
 * ERR_CORRUPT    the log's bytes are not what was written: `fault` names the
 *                clause, and the entry's index as its offset
 * ERR_NOT_FOUND  a bundle or tile is missing
 * ERR_LIMIT      no memory
 * ERR_FULL, ERR_IO
 */
MUST_CHECK enum err store_rebuild(const struct rebuild_config *config,
                                  struct rebuild_report *report,
                                  struct fault *fault);

/*
 * The same into the file with REBUILD_SUFFIX, which stays beside the old one
 * and is removed by store_drop() of `*made`, for those who want to compare.
 * `path` holds made->path and has at least STORE_PATH_SIZE_MAX bytes.
 */
#define STORE_PATH_SIZE_MAX 4096
MUST_CHECK enum err store_rebuild_beside(const struct rebuild_config *config,
                                         char *path, struct store_config *made,
                                         struct rebuild_report *report,
                                         struct fault *fault);

#endif
