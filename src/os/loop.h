/*
 * Waiting for many descriptors at once: epoll. Whoever waits names each by a
 * number of its own, so that nothing is called back.
 */
#ifndef OS_LOOP_H
#define OS_LOOP_H

#include "base/bytes.h"
#include "base/err.h"

#define LOOP_READY_MAX 64 /* told of at once; the others come next time */

struct loop {
    int fd;
};

struct loop_ready {
    uint64_t tag;
    bool readable; /* or ended: reading then tells */
    bool writable;
};

MUST_CHECK enum err loop_open(struct loop *loop);
void loop_close(struct loop *loop);

/* Watches `fd` for reading, and for writing when `write`. ERR_IO. */
MUST_CHECK enum err loop_add(struct loop *loop, int fd, uint64_t tag,
                             bool write);
MUST_CHECK enum err loop_change(struct loop *loop, int fd, uint64_t tag,
                                bool read, bool write);
/* Before `fd` is closed, if it was ever inherited. */
void loop_remove(struct loop *loop, int fd);

/*
 * Waits until something is ready or `timeout_ms` are over; -1 waits for ever.
 * Returns how many of `out` were filled; 0 also when a signal cut in.
 */
size_t loop_wait(struct loop *loop, int timeout_ms,
                 struct loop_ready out[LOOP_READY_MAX]);

#endif
