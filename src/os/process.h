/*
 * Processes of one program: forked, and executed anew by nobody but drills;
 * named, so that an operator tells them apart; ended together with the one that
 * made them.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include "base/bytes.h"
#include "base/err.h"

#include <sys/types.h>

#define PROCESS_NAME_SIZE_MAX 16 /* the kernel's bound, NUL included */

/* `argv` as main() got it: its memory is where the name is shown by `ps`. */
struct process {
    char *title;
    size_t title_size;
    pid_t parent; /* 0 in the one that was started */
};

void process_init(struct process *process, int argc, char **argv);

/*
 * For whoever makes and serves a node: files made from now on are the owner's
 * alone, whoever makes them, and a write to a closed socket is an error and no
 * signal.
 */
void process_guard(void);

/* Zeroed memory that children forked later share; NULL when there is none. */
void *process_share(size_t size);

/* Names this process, for `ps`, `top` and `pgrep`. */
void process_name(struct process *process, const char *name);

/*
 * Forks. `*child` is 0 in the child, which is killed when its parent ends, and
 * ends at once when it has already. ERR_BUSY when the system has no room.
 */
MUST_CHECK enum err process_fork(struct process *process, pid_t *child);

/*
 * Starts this very program anew with other arguments, which end with NULL, for
 * whoever tries out whole nodes. `in`, `out` and `err` are its standard
 * descriptors. It too is killed when its parent ends. ERR_BUSY.
 */
MUST_CHECK enum err process_spawn(char *const *argv, int in, int out, int err,
                                  pid_t *child);

/* Waits until a child has ended; its status as process_reap() has it. */
int process_wait(pid_t child);

/* Ends without the clean-up that belongs to the parent's copy of memory. */
_Noreturn void process_exit(int status);

/*
 * A child that has ended, and how: its exit status, or 128 and the signal's
 * number. False when none has.
 */
bool process_reap(pid_t *child, int *status);

void process_kill(pid_t child, int signal);

/* From now on this process waits where others want the processor: 1 a little,
 * 19 as long as any other wants it. */
void process_yield(int degree);

/* Processors that this process may use. */
unsigned process_cores(void);

/*
 * From now on the signals are not delivered but read from the descriptor:
 * SIGTERM, SIGINT and SIGCHLD; SIGHUP is ignored. Signals of the parent's
 * descriptor are not the child's, which calls this again. ERR_IO.
 */
MUST_CHECK enum err process_signals(int *fd);

/* The next signal waiting at the descriptor, or 0. */
int process_signal(int fd);

/* Makes an existing folder the owner's alone. ERR_DENIED. */
MUST_CHECK enum err process_own_folder(const char *path);

#endif
