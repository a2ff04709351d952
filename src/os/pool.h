/*
 * Threads for what goes through a whole log (verifying, rebuilding, indexing)
 * or a large batch (sealing), for as long as that takes. Otherwise a process of
 * a node has one thread.
 */
#ifndef OS_POOL_H
#define OS_POOL_H

#include <stddef.h>

/* More would wait for the disk; it bounds the memory that callers hand down. */
#define POOL_THREADS_MAX 64

/* How many threads this process may run at once, 1 to POOL_THREADS_MAX. */
unsigned pool_threads(void);

/*
 * Calls `map` once for each slice from 0 to `count` - 1, in no order, on
 * `threads` threads of which the caller's is one, and returns when all are
 * done. A call may touch what belongs to its slice and to its worker (0 to
 * `threads` - 1) and read what else it likes. When the kernel grants fewer
 * threads, those that there are do it all.
 */
void pool_map(unsigned threads,
              void (*map)(void *context, unsigned worker, size_t slice),
              void *context, size_t count);

#endif
